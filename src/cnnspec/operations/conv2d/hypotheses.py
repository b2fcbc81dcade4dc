"""What may be done in the slots of a convolution by mistake."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.bias_hypotheses import of_bias
from cnnspec.operations.conv2d.filter_hypotheses import of_filters
from cnnspec.operations.conv2d.memory_hypotheses import of_memory
from cnnspec.operations.conv2d.number_hypotheses import of_numbers
from cnnspec.operations.conv2d.option_hypotheses import of_options
from cnnspec.operations.conv2d.place_hypotheses import of_places
from cnnspec.operations.conv2d.slots import BIAS, FILTERS, FORMULA, IMAGE, MAPS
from cnnspec.simulation import orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(MAPS),
            of_filters(),
            _of_indices(),
            of_memory(),
            of_places(),
            _of_sums(),
            of_bias(),
            windows.of_starts(),
            windows.of_borders(),
            windows.of_edges("maps", FORMULA),
            windows.of_taps("row taps", "the filter", "row", FORMULA),
            windows.of_taps("column taps", "the filter", "column", FORMULA),
            of_options(),
            orders.along_axes(FILTERS),
            orders.of_axes(FILTERS),
            orders.along_axes(IMAGE),
            orders.of_axes(IMAGE),
            orders.along_axes(MAPS),
            orders.of_axes(MAPS),
            orders.along_axes(BIAS),
            of_numbers(),
        )
    )


def _of_indices() -> Iterator[Hypothesis]:
    """Return where one index is taken for another."""
    for name, slot, axes in (
        ("filter", "filters", (1, 2)),
        ("image", "patches", (3, 4)),
    ):
        of = {
            "filter": "filter[{0}, {1}]",
            "image": "image[i + {0}, j + {1}]",
        }[name]  # fmt: skip
        due = of.format("a", "b")
        for first, second, change in (
            ("a", "a", lambda v, x: np.diagonal(v, 0, *x)),
            ("b", "b", lambda v, x: np.diagonal(v, 0, *x)),
            ("a", "0", lambda v, x: v.take(0, x[1])),
            ("0", "b", lambda v, x: v.take(0, x[0])),
            ("0", "0", lambda v, x: v.take(0, x[1]).take(0, x[0])),
        ):
            yield Hypothesis(
                slot,
                f"{of.format(first, second)} is read for {due}: one index is taken for another",
                bound(
                    lambda v, _k, c, x, ab: _spread(v, c(v, x), x, ab),
                    change,
                    axes,
                    (first, second),
                ),
                FORMULA,
                KNOWN,
            )
    yield Hypothesis(
        "patches",
        "rows and columns of the windows are swapped: image[j + a, i + b] is read for"
        " image[i + a, j + b]",
        _swapped_windows,
        FORMULA,
        KNOWN,
    )
    yield Hypothesis(
        "patches",
        "rows and columns within each window are swapped: image[i + b, j + a] is read for"
        " image[i + a, j + b]",
        lambda value, _known: value.swapaxes(3, 4),
        FORMULA,
        ODD,
    )


def _spread(due: Array, read: Array, axes: tuple[int, int], names: tuple[str, str]) -> Array:
    """Return numbers that were read by one index, or none, at both places of a window."""
    first, second = axes
    if names in (("a", "a"), ("b", "b")):
        read = np.moveaxis(read, -1, first)  # where np.diagonal puts it
        read = np.expand_dims(read, second if names[0] == "a" else first)
    elif names == ("a", "0"):
        read = np.expand_dims(read, second)
    elif names == ("0", "b"):
        read = np.expand_dims(read, first)
    else:
        read = np.expand_dims(read, (first, second))
    return np.broadcast_to(read, due.shape)


def _swapped_windows(value: Array, _known: Known) -> Array:
    swapped = np.zeros_like(value)
    rows, columns = value.shape[1:3]
    least = min(rows, columns)
    swapped[:, :least, :least] = value[:, :least, :least].swapaxes(1, 2)
    return swapped if rows == columns else value.swapaxes(1, 2)


def _products(known: Known) -> Array:
    """Return the single products, (N, H', W', K, f, f, C)."""
    return np.asarray(known["patches"][:, :, :, np.newaxis] * known["kernels"])


def _of_remaining_channels(sums: Array, known: Known, block: int) -> Array:
    """Return the sums over the channels behind full blocks, all sums where there are none."""
    left = known["patches"].shape[-1] % block
    if not left:
        return sums
    operands = known["patches"][..., -left:], known["kernels"][..., -left:]
    return np.tensordot(*operands, axes=([3, 4, 5], [1, 2, 3]))


def _of_sums() -> Iterator[Hypothesis]:
    def one(words: str, change: Any, rank: int = KNOWN, remedy: str = FORMULA) -> Hypothesis:
        return Hypothesis("sums", words, change, remedy, rank)

    def over(reduce: Any) -> Any:
        return lambda _value, known: reduce(_products(known), axis=(4, 5, 6))

    yield one("the products under the filter are averaged, not summed", over(np.mean), COMMON)
    yield one("the largest product under the filter is taken, not their sum", over(np.max))
    for block in (2, 3, 4, 8, 16):
        yield one(
            f"channels are summed in blocks of {block}, and the sum of those behind the last full"
            " block takes the place of the others: it is stored, not added",
            bound(_of_remaining_channels, block),
        )
    yield one("the smallest product under the filter is taken, not their sum", over(np.min), ODD)
    yield one("the products under the filter are multiplied, not summed", over(np.prod), ODD)
    yield one("the median of the products is taken, not their sum", over(np.median), ODD)
    yield one(
        "the absolute values of the products are summed",
        lambda _value, known: np.abs(_products(known)).sum(axis=(4, 5, 6)),
    )
    yield one(
        "pixels and weights are added instead of multiplied",
        lambda _value, known: (
            known["patches"].sum(axis=(3, 4, 5))[..., np.newaxis]
            + known["kernels"].sum(axis=(1, 2, 3))
        ),
    )
    yield one(
        "the differences of pixels and weights are squared and summed (a distance)",
        lambda _value, known: np.square(
            known["patches"][:, :, :, np.newaxis] - known["kernels"]
        ).sum(axis=(4, 5, 6)),
        ODD,
    )
    yield one(
        "the products of the channels are averaged, not summed",
        lambda value, known: value / known["kernels"].shape[-1],
        COMMON,
        "sum over the channels",
    )
    yield one(
        "of the channels the one with the largest sum is taken",
        lambda _value, known: _products(known).sum(axis=(4, 5)).max(axis=-1),
        ODD,
        "sum over the channels",
    )
    yield one(
        "the sums of the channels are multiplied",
        lambda _value, known: _products(known).sum(axis=(4, 5)).prod(axis=-1),
        ODD,
        "sum over the channels",
    )
    yield one(
        "only the last product of each row under the filter counts: the sum starts again",
        lambda _value, known: _products(known)[..., -1, :].sum(axis=(4, 5)),
        KNOWN,
    )
    yield one(
        "only the last row under the filter counts: the sum starts again for each",
        lambda _value, known: _products(known)[..., -1, :, :].sum(axis=(4, 5)),
        KNOWN,
    )
    yield one(
        "only the last product under the filter counts: it is stored, not added",
        lambda _value, known: _products(known)[..., -1, -1, -1],
        COMMON,
        "add each product to the sum (+=)",
    )
    yield one(
        "only the last channel counts: the sum starts again for each",
        lambda _value, known: _products(known)[..., -1].sum(axis=(4, 5)),
        COMMON,
        "add each channel to the sum (+=)",
    )
    yield one(
        "the sum goes on from filter to filter: it is not set to zero",
        lambda value, _known: np.cumsum(value, axis=-1),
        COMMON,
        "start each sum at zero",
    )
    yield one(
        "the sum goes on from window to window of a row: it is not set to zero",
        lambda value, _known: np.cumsum(value, axis=2),
        KNOWN,
        "start each sum at zero",
    )
    yield one(
        "the sum goes on from window to window: it is not set to zero",
        lambda value, _known: np.cumsum(
            value.reshape(len(value), -1, value.shape[-1]), axis=1
        ).reshape(value.shape),
        KNOWN,
        "start each sum at zero",
    )
    yield one(
        "each image adds to the maps of those before it",
        lambda value, _known: np.cumsum(value, axis=0),
        KNOWN,
        "start the maps of each image at zero",
    )
    yield one(
        "each map sees one channel only, its own (depthwise): the channels are not summed",
        _depthwise,
        COMMON,
        "sum over the channels",
    )
    yield one(
        "the sum over the channels ends at the number of filters: the channels beyond it are left"
        " out",
        lambda _value, known: _up_to(known, known["kernels"].shape[0]),
        KNOWN,
    )
    yield one(
        "the sum over the channels ends at the size of the filter: the channels beyond it are left"
        " out",
        lambda _value, known: _up_to(known, known["kernels"].shape[1]),
        KNOWN,
    )
    for order, said in (
        ((2, 0, 1), "channel, row, column"),
        ((1, 0, 2), "column, row, channel"),
        ((2, 1, 0), "channel, column, row"),
        ((0, 2, 1), "row, channel, column"),
        ((1, 2, 0), "column, channel, row"),
    ):
        yield one(
            f"the columns of im2col hold ({said}), the weights (row, column, channel)",
            lambda _value, known, order=order: _unrolled(known, order),
            COMMON,
            "flatten windows and filters in the same order of axes",
        )


def _up_to(known: Known, channels: int) -> Array:
    """Return the sums over so many channels at most."""
    operands = known["patches"][..., :channels], known["kernels"][..., :channels]
    return np.tensordot(*operands, axes=([3, 4, 5], [1, 2, 3]))


def _depthwise(value: Array, known: Known) -> Array:
    products = _products(known).sum(axis=(4, 5))
    channels = products.shape[-1]
    maps = np.arange(value.shape[-1])
    return np.asarray(products[:, :, :, maps, maps % channels])


def _unrolled(known: Known, order: tuple[int, ...]) -> Array:
    patches, kernels = known["patches"], known["kernels"]
    lines = patches.transpose(0, 1, 2, *(3 + axis for axis in order))
    lines = lines.reshape(*patches.shape[:3], -1)
    return np.asarray(lines @ kernels.reshape(len(kernels), -1).T)
