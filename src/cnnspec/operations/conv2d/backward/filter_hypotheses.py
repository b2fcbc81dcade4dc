"""What may be done by mistake in the gradient to the filters."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward.layer import Layer, own_channels
from cnnspec.operations.conv2d.backward.layer_hypotheses import BEHIND, of_grad, of_options
from cnnspec.operations.conv2d.backward.slots import IMAGE, OF_FILTERS, RESULT_FILTERS
from cnnspec.operations.conv2d.memory_hypotheses import of_padded
from cnnspec.simulation import gradients, orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]

#: Filters are square: such a reshape leaves them as they are.
_SQUARE = r"exchanged in a reshape: .*\(filters, columns, rows, channels\)$"

_SUM = "sum the products of all windows, of all images"


@cache
def of_filters() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the filters."""
    return tuple(
        chain(
            quantities.nothing(RESULT_FILTERS),
            gradients.over_examples("parts", "the gradient to the filters", "images"),
            of_results(),
            of_sums(),
            of_channels(),
            gradients.without(windows.of_borders(), BEHIND),
            of_padded(),
            of_options("banks"),
            of_grad(),
            orders.along_axes(IMAGE),
            orders.of_axes(IMAGE, (1, 2, 3)),
            quantities.casts(IMAGE),
            quantities.factors(IMAGE, {}),
            orders.along_axes(RESULT_FILTERS),
            gradients.without(orders.of_axes(RESULT_FILTERS), _SQUARE),
            quantities.casts(RESULT_FILTERS),
            quantities.of_both("operands", "grad and image"),
            quantities.factors(RESULT_FILTERS, _SIZES),
            quantities.normalisations(
                RESULT_FILTERS, {"": (0, 1, 2, 3), "of each filter": (1, 2, 3)}
            ),
        )
    )


_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of filters": lambda known: len(known["layer"].kernels),
    "the number of channels": lambda known: known["layer"].images.shape[3],
    "the number of weights f * f": lambda known: np.prod(known["layer"].kernels.shape[1:3]),
    "the number of windows": lambda known: np.prod(known["layer"].windows.shape[1:3]),
    "the number of windows of all images": lambda known: np.prod(known["layer"].windows.shape[:3]),
    "the number of pixels": lambda known: np.prod(known["layer"].lengths),
    "stride * stride": lambda known: np.prod(known["layer"].strides),
}


def of_results() -> Iterator[Hypothesis]:
    """Return what may be returned in the place of the gradient, or be made of it."""

    def one(words: str, of: Callable[[Array, Layer], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "result", words, lambda value, known: of(value, known["layer"]), OF_FILTERS, rank
        )

    yield one("it is turned by 180 degrees: the window is read backwards, as in a true convolution",
              lambda v, _l: v[:, ::-1, ::-1], COMMON)  # fmt: skip
    yield one("rows and columns of each filter's gradient are swapped: it is transposed",
              lambda v, _l: v.swapaxes(1, 2), COMMON)  # fmt: skip
    yield one("the filters are added to their gradient, as by a decay of weights",
              lambda v, layer: v + layer.kernels)  # fmt: skip
    for rate in gradients.DECAYS:
        yield one(f"{rate} of the filters is added to their gradient, as by a decay of weights",
                  bound(lambda v, layer, rate: v + rate * layer.kernels, rate))  # fmt: skip
    yield one("the filters are subtracted from their gradient: an update is returned",
              lambda v, layer: v - layer.kernels)  # fmt: skip
    yield one("the updated filters are returned in the place of their gradient",
              lambda v, layer: layer.kernels - v, COMMON)  # fmt: skip
    for rate in (0.001, 0.005, 0.01, 0.1, 0.5):
        yield one(
            f"the updated filters are returned in the place of their gradient, at a rate of {rate}",
            bound(lambda v, layer, rate: layer.kernels - rate * v, rate),
        )
    yield one("it is multiplied by the filters", lambda v, layer: v * layer.kernels)
    yield one("each filter gets the sum of all filters' gradients",
              lambda v, _l: np.broadcast_to(v.sum(axis=0), v.shape))  # fmt: skip
    yield one("each channel gets the sum of all channels' gradients",
              lambda v, _l: np.broadcast_to(v.sum(axis=3, keepdims=True), v.shape))  # fmt: skip
    yield one("it is summed over the channels: their axis is lost", lambda v, _l: v.sum(axis=3))
    yield one("it is averaged over the channels, and each gets the mean",
              lambda v, _l: np.broadcast_to(v.mean(axis=3, keepdims=True), v.shape),
              ODD)  # fmt: skip


def of_sums() -> Iterator[Hypothesis]:
    """Return what is done with the windows of each image: the slot "products"."""

    def one(words: str, of: Callable[[Array, Array], Any], rank: int = KNOWN) -> Hypothesis:
        def change(_value: Array, known: Known) -> Any:
            return of(known["layer"].windows, known["seen"])

        return Hypothesis("products", words, change, _SUM, rank)

    yield one("only the last window counts: its products are stored, not added",
              lambda g, x: _summed(g[:, -1:, -1:], x[:, -1:, -1:]), COMMON)  # fmt: skip
    yield one("only the first window counts", lambda g, x: _summed(g[:, :1, :1], x[:, :1, :1]))
    yield one("only the last row of windows counts: the sum starts again for each",
              lambda g, x: _summed(g[:, -1:], x[:, -1:]), COMMON)  # fmt: skip
    yield one(
        "the windows are not paired with their elements of grad: each sum is taken first",
        lambda g, x: np.einsum("nk,nabc->nkabc", g.sum(axis=(1, 2)), x.sum(axis=(1, 2))),
    )
    yield one("the images are not paired with their elements of grad: each sum over the batch is"
              " taken first",
              lambda g, x: _summed(g.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True)),
              COMMON)  # fmt: skip
    yield one(
        "rows and columns of the windows are swapped: grad[j, i] is read for grad[i, j]",
        lambda g, x: _summed(g.swapaxes(1, 2)[:, : x.shape[1], : x.shape[2]], x),
    )
    yield one("every window of the first image is used for all images",
              lambda g, x: _summed(g, np.broadcast_to(x[:1], x.shape)))  # fmt: skip
    yield one("the largest product is taken, not the sum of all",
              lambda g, x: np.einsum("nijk,nijabc->nijkabc", g, x).max(axis=(1, 2)),
              ODD)  # fmt: skip


def _summed(grads: Array, seen: Array) -> Array:
    return np.asarray(np.einsum("nijk,nijabc->nkabc", grads, seen))


def of_channels() -> Iterator[Hypothesis]:
    """Return what may be done with the channels of the image."""

    def change(value: Array, known: Known) -> Array:
        every = np.broadcast_to(value.sum(axis=-1, keepdims=True), value.shape)
        return own_channels(every, known["layer"].taken)[..., : value.shape[-1]]

    yield Hypothesis(
        "products",
        "the channels of the image are summed first: each channel's weights get the same",
        change,
        "the weights of channel c see that channel of the image alone",
        COMMON,
    )
