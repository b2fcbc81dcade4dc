"""What may be done by mistake in the gradient to the image."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward.layer import Layer, patches, to_filters
from cnnspec.operations.conv2d.filter_hypotheses import of_filters as of_filters_of_layers
from cnnspec.operations.conv_transpose2d.backward.layer_hypotheses import of_options
from cnnspec.operations.conv_transpose2d.backward.slots import (
    FILTERS,
    GRAD,
    OF_IMAGE,
    RESULT_IMAGE,
    SQUARE,
)
from cnnspec.simulation import gradients, orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]

_CORRELATED = (
    "grad_image is the correlation of grad with the filters as they are: pixel (i, j) sees"
    " grad[i * stride + a * dilation - top, ...] under weight a"
)


@cache
def of_image() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the image."""
    return tuple(
        chain(
            quantities.nothing(RESULT_IMAGE),
            _of_filters(),
            _of_sums(),
            _of_sizes(),
            _of_results(),
            of_options(OF_IMAGE),
            gradients.incoming(GRAD.slot),
            orders.along_axes(GRAD),
            orders.of_axes(GRAD, (1, 2, 3)),
            quantities.casts(GRAD),
            quantities.factors(GRAD, {}),
            orders.along_axes(FILTERS),
            gradients.without(orders.of_axes(FILTERS), SQUARE),
            quantities.casts(FILTERS),
            windows.of_edges("result", OF_IMAGE),
            orders.along_axes(RESULT_IMAGE),
            orders.of_axes(RESULT_IMAGE, (1, 2, 3)),
            quantities.casts(RESULT_IMAGE),
            quantities.of_both("operands", "grad and filters"),
            quantities.factors(RESULT_IMAGE, _SIZES),
            quantities.normalisations(RESULT_IMAGE, {"": (0, 1, 2, 3), "of each image": (1, 2, 3)}),
        )
    )


_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of images": lambda known: len(known["layer"].images),
    "the number of channels": lambda known: len(known["layer"].kernels),
    "the number of maps": lambda known: known["layer"].images.shape[3],
    "the filter's size": lambda known: known["layer"].kernels.shape[1],
    "the number of weights f * f": lambda known: np.prod(known["layer"].kernels.shape[1:3]),
    "the number of pixels": lambda known: np.prod(known["layer"].grads.shape[1:3]),
    "stride * stride": lambda known: np.prod(known["layer"].strides),
}


def _of_filters() -> Iterator[Hypothesis]:
    yield Hypothesis(
        "filters",
        "the filters are turned by 180 degrees: a true convolution of grad, not a correlation",
        lambda value, _known: value[:, ::-1, ::-1],
        _CORRELATED,
        COMMON,
    )
    for words, axis in (("rows", 1), ("columns", 2)):
        yield Hypothesis(
            "filters",
            f"the {words} of the filters lie the wrong way round, the others do not",
            bound(lambda value, _known, axis: np.flip(value, axis), axis),
            _CORRELATED,
            COMMON,
        )
    for one in of_filters_of_layers():
        if "180" not in one.words:
            yield one.reworded("the filter is", "in the gradient to the image the filter is")
    yield Hypothesis(
        "weights",
        "the filters are updated before they are used: grad_filters is subtracted from them",
        lambda value, known: value - to_filters(known["layer"]),
        "compute grad_image with the filters of the forward pass, then update them",
        COMMON,
    )
    for rate in (0.001, 0.005, 0.01, 0.1, 0.5):
        yield Hypothesis(
            "weights",
            f"the filters are updated before they are used, at a rate of {rate}",
            bound(lambda value, known, rate: value - rate * to_filters(known["layer"]), rate),
            "compute grad_image with the filters of the forward pass, then update them",
        )
    yield Hypothesis(
        "filters",
        "the filters are dropped: each weight is taken for 1",
        lambda value, _known: np.ones_like(value),
        OF_IMAGE,
    )


def _of_sums() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "sums", words, lambda _v, known: of(known["seen"], known["wide"]), OF_IMAGE, rank
        )

    yield one("only the last map counts: the sum starts again for each",
              lambda x, w: _summed(x[..., -1:], w[..., -1:]), COMMON)  # fmt: skip
    yield one("only the first weight of each filter counts: the gradient is that of one place",
              lambda x, w: _summed(x[:, :, :, :1, :1], w[:, :1, :1]))  # fmt: skip
    yield one("only the last weight of each filter counts: its product is stored, not added",
              lambda x, w: _summed(x[:, :, :, -1:, -1:], w[:, -1:, -1:]), COMMON)  # fmt: skip
    yield one("only the last row of each filter counts: the sum starts again for each",
              lambda x, w: _summed(x[:, :, :, -1:], w[:, -1:]))  # fmt: skip
    yield one("the products under the filter are averaged, not summed",
              lambda x, w: _summed(x, w) / np.prod(w.shape[1:]), COMMON)  # fmt: skip
    yield one("the products of the maps are averaged, not summed",
              lambda x, w: _summed(x, w) / w.shape[3])  # fmt: skip
    yield one("the maps of grad are summed first: every map's weights get the same",
              lambda x, w: _summed(x.sum(axis=5, keepdims=True) + 0 * x, w), COMMON)  # fmt: skip
    yield one("the weights of each filter are summed first: each pixel gets the sum times grad at"
              " its first weight",
              lambda x, w: np.einsum("nijc,kc->nijk", x[:, :, :, 0, 0], w.sum(axis=(1, 2))),
              ODD)  # fmt: skip
    yield one("the largest product under the filter is taken, not their sum",
              lambda x, w: np.einsum("nijabc,kabc->nijkabc", x, w).max(axis=(4, 5, 6)),
              ODD)  # fmt: skip


def _summed(seen: Array, wide: Array) -> Array:
    return np.asarray(np.einsum("nijabc,kabc->nijk", seen, wide))


def _of_sizes() -> Iterator[Hypothesis]:
    """Return what gives as many rows as a convolution of grad has, where that is more or less."""

    def one(words: str, of: Callable[[Layer], Layer], rank: int = COMMON) -> Hypothesis:
        def change(_value: Array, known: Known) -> Array:
            layer = of(known["layer"])
            return _summed(patches(layer, layer.padded), layer.wide)

        return Hypothesis("result", words, change, "the result has the shape of the image", rank)

    yield one("grad is convolved without the stride: the result is larger than the image",
              lambda layer: _as_many_as_fit(layer._replace(strides=(1, 1))))  # fmt: skip
    yield one("grad is convolved without the padding: the result is smaller than the image",
              lambda layer: _as_many_as_fit(layer._replace(margins=((0, 0),) * 2)))  # fmt: skip
    yield one("grad is convolved without the dilation: the result is larger than the image",
              lambda layer: _as_many_as_fit(_side_by_side(layer)))  # fmt: skip
    yield one("grad is put through a full convolution: there are f - 1 zeros around it",
              lambda layer: _as_many_as_fit(layer._replace(margins=_full(layer))))  # fmt: skip
    yield one("the gradient is that of a convolution: grad is spread by the stride and the filters"
              " are laid over it, as in the layer",
              _spread)  # fmt: skip
    yield one("windows that begin in the rows and columns of output_padding count as pixels: the"
              " result is larger than the image", _as_many_as_fit)  # fmt: skip


def _as_many_as_fit(layer: Layer) -> Layer:
    reaches = (int(layer.down[-1]) + 1, int(layer.right[-1]) + 1)
    lengths = layer.padded.shape[1:3]
    rows, columns = map(windows.starts, lengths, reaches, layer.strides)
    return layer._replace(rows=rows, columns=columns)


def _side_by_side(layer: Layer) -> Layer:
    return layer._replace(down=np.arange(len(layer.down)), right=np.arange(len(layer.right)))


def _full(layer: Layer) -> Any:
    return tuple((int(taps[-1]),) * 2 for taps in (layer.down, layer.right))


def _spread(layer: Layer) -> Layer:
    """Return a convolution of stride 1 over grad with zeros between its elements."""
    number, rows, columns, maps = layer.images.shape
    (s, t), margins = layer.strides, _full(layer)
    wide = np.zeros((number, (rows - 1) * s + 1, (columns - 1) * t + 1, maps))
    wide[:, ::s, ::t] = layer.images
    return _as_many_as_fit(layer._replace(images=wide, strides=(1, 1), margins=margins))


def _of_results() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Layer], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "result", words, lambda value, known: of(value, known["layer"]), OF_IMAGE, rank
        )

    yield one("every image of the batch gets the gradient of the first",
              lambda v, _l: np.broadcast_to(v[:1], v.shape), COMMON)  # fmt: skip
    yield one("every image of the batch gets the gradient of the last",
              lambda v, _l: np.broadcast_to(v[-1:], v.shape))  # fmt: skip
    yield one("it is summed over the batch, and each image gets the sum",
              lambda v, _l: np.broadcast_to(v.sum(axis=0), v.shape))  # fmt: skip
    yield one("it is summed over the batch: the axis of images is lost",
              lambda v, _l: v.sum(axis=0))  # fmt: skip
    yield one("it is summed over the channels, and each gets the sum",
              lambda v, _l: np.broadcast_to(v.sum(axis=3, keepdims=True), v.shape))  # fmt: skip
    yield one("it is multiplied by the image", lambda v, layer: v * layer.grads, COMMON)
    yield one("it counts where the image is positive only, as behind a ReLU",
              lambda v, layer: v * (layer.grads > 0), COMMON)  # fmt: skip
    yield one("the updated image is returned: its gradient is subtracted from it",
              lambda v, layer: layer.grads - v, ODD)  # fmt: skip
    yield one("the gradient to the filters is returned in its place",
              lambda _v, layer: to_filters(layer), COMMON)  # fmt: skip
    yield one("grad is returned as it came", lambda _v, layer: layer.images)
