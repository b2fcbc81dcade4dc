"""What may be done by mistake in the gradient to the image."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain, product
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward.layer import (
    Layer,
    added_up,
    laid_by_weights,
    laid_by_windows,
    to_filters,
)
from cnnspec.operations.conv2d.backward.layer_hypotheses import of_grad, of_options
from cnnspec.operations.conv2d.backward.slots import FILTERS, OF_IMAGE, RESULT_IMAGE
from cnnspec.operations.conv2d.filter_hypotheses import of_filters as of_filters_of_layers
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]

_CUT = "cut the border off that the layer put around the image: rows top to top + H, columns alike"
_ADD = "add (+=) what each window gets: windows overlap"


#: Reshapes that fit only where sizes are alike, and there change nothing.
_ALIKE = (
    r"exchanged in a reshape: .*(\(images, (rows, maps, columns|maps, columns, rows)"
    r"|, channels|\(channels, .*, filters)\)$"
)


@cache
def of_image() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the image."""
    return tuple(
        chain(
            quantities.nothing(RESULT_IMAGE),
            _of_filters(),
            _of_sums(),
            _of_borders(),
            _of_batches(),
            _of_others(),
            of_options(),
            gradients.without(of_grad(), _ALIKE),
            orders.along_axes(FILTERS),
            gradients.without(orders.of_axes(FILTERS), _ALIKE),
            quantities.casts(FILTERS),
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
    "the number of filters": lambda known: len(known["layer"].kernels),
    "the number of channels": lambda known: known["layer"].images.shape[3],
    "the filter's size": lambda known: known["layer"].kernels.shape[1],
    "the number of weights f * f": lambda known: np.prod(known["layer"].kernels.shape[1:3]),
    "the number of windows": lambda known: np.prod(known["layer"].windows.shape[1:3]),
    "stride * stride": lambda known: np.prod(known["layer"].strides),
}

_TURNED = (
    "grad[i, j] times filter[a, b] belongs to pixel i + a, j + b; where that is written as a full"
    " convolution over grad, the filter is turned by 180 degrees"
)


def _of_filters() -> Iterator[Hypothesis]:
    turned = Hypothesis(
        "filters",
        "the filters lie the wrong way round: they are turned by 180 degrees where they must not"
        " be, or are not where they must be (as in a full convolution over grad)",
        lambda value, _known: value[:, ::-1, ::-1],
        _TURNED,
        COMMON,
    )
    yield turned
    for words, axis in (("rows", 1), ("columns", 2)):
        yield Hypothesis(
            "filters",
            f"the {words} of the filters lie the wrong way round, the others do not: they are"
            " flipped along one axis only, or along one too many",
            bound(lambda value, _known, axis: np.flip(value, axis), axis),
            _TURNED,
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
    def one(words: str, lay: Callable[[Layer], Array], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("sums", words, lambda _value, _known: lay, _ADD, rank)

    yield one("what a window gets is stored, not added: where windows overlap, only the last"
              " counts", _stored, COMMON)  # fmt: skip
    yield one("what a window gets is stored, not added, filter by filter: where windows overlap,"
              " only the last window of the last filter counts", _stored_by_filter,
              COMMON)  # fmt: skip
    yield one("only the last weight that meets a pixel counts: its product is stored, not added",
              _by_last_weight, COMMON)  # fmt: skip
    yield one("what windows give is averaged where they overlap, not added", _averaged, COMMON)
    yield one("windows before the first are not left out: their index is negative, and counts from"
              " the end", _from_the_end, COMMON)  # fmt: skip
    yield one("where windows overlap, only the first counts", _first, KNOWN)
    yield one("where windows overlap, the largest is taken, not the sum", _largest, ODD)


def _stored(layer: Layer) -> Array:
    whole = layer.whole
    for (lines, places), part in laid_by_windows(layer):
        whole[:, lines[:, np.newaxis], places] = part
    return whole


def _from_the_end(layer: Layer) -> Array:
    """Add up pixel by pixel, with windows that are counted back from it; without a stride."""
    if {*layer.strides} != {1}:
        raise ValueError("where windows lie further apart, they are counted otherwise")
    whole, windows, wide = layer.whole, layer.windows, layer.wide

    def met(length: int, place: int, count: int) -> tuple[Array, Array]:
        """Return the pixels that meet a weight at a place, and in which of so many windows."""
        index = np.arange(length) - place
        is_there = (index >= -count) & (index < count)
        return np.flatnonzero(is_there), index[is_there]

    for (a, down), (b, right) in product(enumerate(layer.down), enumerate(layer.right)):
        lines, rows = met(whole.shape[1], int(down), windows.shape[1])
        places, columns = met(whole.shape[2], int(right), windows.shape[2])
        seen = windows[:, rows][:, :, columns]
        whole[:, lines[:, np.newaxis], places] += seen @ wide[:, a, b]
    return whole


def _stored_by_filter(layer: Layer) -> Array:
    is_last = np.arange(len(layer.kernels)) == len(layer.kernels) - 1
    return _stored(layer._replace(grads=layer.grads * is_last))


def _by_last_weight(layer: Layer) -> Array:
    whole = layer.whole
    for (lines, places), part in laid_by_weights(layer):
        whole[:, lines[:, np.newaxis], places] = part
    return whole


def _first(layer: Layer) -> Array:
    whole, is_set = layer.whole, np.zeros(layer.whole.shape[1:3], bool)
    for (lines, places), part in laid_by_windows(layer):
        at = lines[:, np.newaxis], places
        whole[:, *at] = np.where(is_set[at][..., np.newaxis], whole[:, *at], part)
        is_set[at] = True
    return whole


def _largest(layer: Layer) -> Array:
    whole = layer.whole - np.inf
    for (lines, places), part in laid_by_windows(layer):
        at = lines[:, np.newaxis], places
        whole[:, *at] = np.maximum(whole[:, *at], part)
    return np.where(np.isinf(whole), 0, whole)


def _averaged(layer: Layer) -> Array:
    counts = np.zeros(layer.whole.shape[1:3])
    for (lines, places), _ in laid_by_windows(layer):
        counts[lines[:, np.newaxis], places] += 1
    return np.asarray(added_up(layer) / np.maximum(counts, 1)[..., np.newaxis])


def _of_borders() -> Iterator[Hypothesis]:
    """Return what may be cut off of the padded image's gradient."""

    def one(words: str, cut: Callable[[Array, Layer], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "cut", words, lambda _value, known: cut(known["whole"], known["layer"]), _CUT, rank
        )

    yield one("the border is kept: the result has the size of the padded image",
              lambda whole, _k: whole, COMMON)  # fmt: skip
    yield one("the border is cut off at the bottom and on the right only: the result begins in"
              " the padding", lambda whole, at: whole[:, : at.lengths[0], : at.lengths[1]],
              COMMON)  # fmt: skip
    yield one("the border is cut off at the top and on the left only: the result ends in the"
              " padding", lambda whole, at: whole[:, -at.lengths[0] :, -at.lengths[1] :],
              COMMON)  # fmt: skip
    yield one("what is cut off at the top and on the left is what belongs to the bottom and the"
              " right", _cut_from(lambda m: (m[0][1], m[1][1])), KNOWN)  # fmt: skip
    yield one("the zeros of rows and columns are exchanged where the border is cut off",
              _cut_from(lambda m: (m[1][0], m[0][0])), COMMON)  # fmt: skip
    yield one("the top border is cut off on the left too", _cut_from(lambda m: (m[0][0], m[0][0])))
    yield one("half of the border is cut off at the top and on the left",
              _cut_from(lambda m: (sum(m[0]) // 2, sum(m[1]) // 2)))  # fmt: skip
    yield one("one row and column too few of the border is cut off at the top and on the left",
              _cut_from(lambda m: (max(m[0][0] - 1, 0), max(m[1][0] - 1, 0))))  # fmt: skip
    yield one("one row and column too many is cut off at the top and on the left",
              _cut_from(lambda m: (m[0][0] + 1, m[1][0] + 1)))  # fmt: skip
    yield one("the border is cut off by [p:-p], which leaves nothing where p is 0", _by_negative,
              COMMON)  # fmt: skip
    yield one("rows and columns that no window reaches are missing", _reached_only, COMMON)
    yield one("the outermost rows and columns are set to zero, as many as there are zeros in the"
              " border", _cut_twice, COMMON)  # fmt: skip
    yield one("the border is cut off of the first two axes, the images and the rows", _wrong_axes,
              COMMON)  # fmt: skip


def _cut_from(of: Callable[[Any], tuple[int, int]]) -> Callable[[Array, Layer], Array]:
    def cut(whole: Array, layer: Layer) -> Array:
        (top, left), (height, width) = of(layer.margins), layer.lengths
        return whole[:, top : top + height, left : left + width]  # fewer where no more are left

    return cut


def _by_negative(whole: Array, layer: Layer) -> Array:
    (top, bottom), (left, right) = layer.margins
    return whole[:, top:-bottom, left:-right]


def _reached_only(whole: Array, layer: Layer) -> Array:
    (top, _), (left, _) = layer.margins
    height, width = layer.lengths
    rows = min(int(layer.rows.max() + layer.down.max()) + 1, top + height)
    columns = min(int(layer.columns.max() + layer.right.max()) + 1, left + width)
    return whole[:, top:rows, left:columns]


def _cut_twice(whole: Array, layer: Layer) -> Array:
    (top, bottom), (left, right) = layer.margins
    height, width = layer.lengths
    inner = whole[:, top : top + height, left : left + width]
    found = np.zeros_like(inner)
    rows, columns = slice(top, max(height - bottom, top)), slice(left, max(width - right, left))
    found[:, rows, columns] = inner[:, rows, columns]
    return found


def _wrong_axes(whole: Array, layer: Layer) -> Array:
    (top, bottom), (left, right) = layer.margins
    return whole[top : len(whole) - bottom, left : whole.shape[1] - right]


def _of_batches() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = KNOWN) -> Hypothesis:
        remedy = "treat each image of a batch by itself"
        return Hypothesis("result", words, lambda value, _known: of(value), remedy, rank)

    yield one("every image of the batch gets the gradient of the first",
              lambda v: np.broadcast_to(v[:1], v.shape), COMMON)  # fmt: skip
    yield one("every image of the batch gets the gradient of the last",
              lambda v: np.broadcast_to(v[-1:], v.shape))  # fmt: skip
    yield one("it is summed over the batch, and each image gets the sum",
              lambda v: np.broadcast_to(v.sum(axis=0), v.shape))  # fmt: skip
    yield one("it is summed over the batch: the axis of images is lost", lambda v: v.sum(axis=0))
    yield one("it is summed over the channels, and each gets the sum",
              lambda v: np.broadcast_to(v.sum(axis=3, keepdims=True), v.shape))  # fmt: skip


def _of_others() -> Iterator[Hypothesis]:
    yield Hypothesis(
        "weights",
        "the sum over the filters ends at the number of channels: the filters beyond it are left"
        " out",
        _up_to_channels,
        "grad_image sums over all maps of grad, each with its own filter",
        KNOWN,
    )

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("result", words, of, OF_IMAGE, rank)

    yield one("it is multiplied by the image", lambda v, k: v * k["layer"].images, COMMON)
    yield one("it counts where the image is positive only, as behind a ReLU",
              lambda v, k: v * (k["layer"].images > 0), COMMON)  # fmt: skip
    yield one("the image is added to its gradient", lambda v, k: v + k["layer"].images, ODD)
    yield one("the updated image is returned: its gradient is subtracted from it",
              lambda v, k: k["layer"].images - v, ODD)  # fmt: skip
    yield one("the gradient to the filters is returned in its place",
              lambda _v, k: to_filters(k["layer"]), COMMON)  # fmt: skip


def _up_to_channels(weights: Array, known: Known) -> Array:
    """Return filters of which those beyond the number of channels are 0."""
    found = np.array(weights)
    found[known["layer"].images.shape[3] :] = 0
    return found
