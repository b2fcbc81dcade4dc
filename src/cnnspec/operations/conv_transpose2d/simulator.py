"""Transposed convolution with slots."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.exact.windows import margins_of, pair_of
from cnnspec.operations.conv_transpose2d.geometry import along, by_map
from cnnspec.operations.conv_transpose2d.hypotheses import hypotheses
from cnnspec.operations.conv_transpose2d.slots import FORMULA
from cnnspec.simulation import quantities
from cnnspec.simulation.hypothesis import (
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
)


def compute(
    at: Slots,
    image: Array,
    filters: Array,
    bias: Array | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the maps in float64."""
    image = np.asarray(image, np.float64)
    images = image if image.ndim == 4 else image[np.newaxis]
    kernels = at("filters", np.asarray(filters, np.float64), groups=groups)
    images = at("image", images, kernels=kernels, groups=groups)
    strides, dilations, added, edges = at(
        "options",
        (
            pair_of(stride),
            pair_of(dilation),
            pair_of(output_padding),
            margins_of(padding, (), (), ()),
        ),
    )
    strides = at("stride", strides, sizes=kernels.shape[1:3])
    dilations = at("dilation", dilations)
    edges = at("padding", edges, sizes=kernels.shape[1:3], strides=strides, dilations=dilations)
    slots = at("groups", _slots(kernels, groups), kernels=kernels, groups=groups)
    count = kernels.shape[3] * groups
    dense = _dense(kernels, slots, count)
    sizes = tuple(
        (length - 1) * s + d * (size - 1) + 1
        for length, size, s, d in zip(
            images.shape[1:3], kernels.shape[1:3], strides, dilations, strict=True
        )
    )
    known = {"sizes": sizes, "strides": strides, "dilations": dilations, "added": added}
    known |= {"edges": edges, "lengths": images.shape[1:3], "windows": kernels.shape[1:3]}
    added = at("output padding", added, **known)
    whole = at("whole", tuple(n + a for n, a in zip(sizes, added, strict=True)), **known)
    rows, columns = (
        at(f"{axis}s", np.arange(length) * s)[:, np.newaxis]
        + at(f"{axis} taps", np.arange(size) * d)
        for axis, length, size, s, d in zip(
            ("row", "column"), images.shape[1:3], kernels.shape[1:3], strides, dilations,
            strict=True,
        )
    )  # fmt: skip
    rows, columns = at("places", (rows, columns), **known)
    images, dense = at("operands", (images, dense))
    laid = {"images": images, "dense": dense, "rows": rows, "columns": columns, "whole": whole}
    sums = at("whole sums", at("sums", _laid, **laid)(**laid), **laid, **known)
    sums = at("cut", _cut(sums, edges), whole=sums, **known)
    biases = np.zeros(count) if bias is None else np.asarray(bias, np.float64)
    biases = at("bias", biases, kernels=kernels)
    maps: Array = at(
        "biased",
        sums + biases,
        sums=sums,
        biases=biases,
        kernels=by_map(kernels, groups),
        **known,
    )
    maps = at("maps", maps, kernels=kernels, images=images, **known)
    return maps if image.ndim == 4 else maps[0]


def _slots(kernels: Array, groups: int) -> Array:
    """Return to which maps each filter's own belong, (K, C / groups)."""
    channels, count = len(kernels), kernels.shape[3]
    group = np.arange(channels) // max(channels // groups, 1)
    return np.asarray(group[:, np.newaxis] * count + np.arange(count))


def _dense(kernels: Array, slots: Array, count: int) -> Array:
    """Return filters as if there were one group, (K, f, g, C): zeros where none is."""
    dense = np.zeros((*kernels.shape[:3], count))
    for one, own, at in zip(dense, kernels, slots, strict=True):
        one[:, :, at] += own
    return dense


def _laid(
    images: Array, dense: Array, rows: Array, columns: Array, whole: tuple[int, int]
) -> Array:
    """Return the filters, each times its pixel, laid over the maps and added up."""
    sums = np.zeros((len(images), *whole, dense.shape[3]))
    for a, b in np.ndindex(dense.shape[1:3]):
        i, j = rows[:, a], columns[:, b]
        own_i, own_j = (
            np.flatnonzero((at >= 0) & (at < most)) for at, most in zip((i, j), whole, strict=True)
        )
        pixels = images[:, own_i[:, np.newaxis], own_j]
        sums[:, i[own_i][:, np.newaxis], j[own_j]] += pixels @ dense[:, a, b]
    return sums


def _cut(sums: Array, edges: Any) -> Array:
    """Return maps of which edges are taken away; what is negative is added, as zeros."""
    more = [(max(-before, 0), max(-after, 0)) for before, after in edges]
    sums = np.pad(sums, ((0, 0), *more, (0, 0)))
    (top, bottom), (left, right) = ((max(a, 0), max(b, 0)) for a, b in edges)
    return sums[:, top : sums.shape[1] - bottom, left : sums.shape[2] - right]


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("maps", "the results", got, due, FORMULA)
    bias = np.asarray(given.get("bias", 0.0), np.float64)
    yield from quantities.measured_parts(("sums", "bias"), got, due, bias, FORMULA)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    image, filters = given["image"], given["filters"]
    rows, columns = along(given)
    groups = int(given.get("groups", 1))
    return {
        "rows": rows.length,
        "columns": columns.length,
        "rows of the result": rows.result,
        "columns of the result": columns.result,
        "channels": image.shape[-1],
        "maps": filters.shape[-1] * groups,
        "images": len(image) if image.ndim == 4 else 1,
        "the size of the filter": filters.shape[1],
        "the stride": rows.stride,
        "the dilation": rows.dilation,
        "groups": groups,
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    size = draw.pick(1, 2, 3, 3, 3, 4, 4, 5)
    rows, columns = draw.apart(2, 2, draw.pick(6, 9))
    groups = draw.pick(1, 1, 1, 2, 3)
    each, count, number = draw.apart(3, 1, 4)
    rank = draw.pick(3, 3, 4)
    batch = (number,) if rank == 4 else ()
    given: dict[str, Any] = {
        "image": draw.reals(*batch, rows, columns, each * groups),
        "filters": draw.reals(each * groups, size, size, count),
    }
    if draw.pick(True, False):
        given["bias"] = draw.reals(count * groups)
    given |= _options(draw, (rows, columns), size, groups)
    return draw.varied(given)


def _options(draw: Draw, sides: tuple[int, int], size: int, groups: int) -> dict[str, Any]:
    """Return options that leave something of the maps: numbers, and some of them pairs."""

    def drawn(*values: int) -> tuple[int, int]:
        first = draw.pick(*values)
        return first, draw.pick(first, first, draw.pick(*values))

    strides, dilations = drawn(1, 2, 2, 3, 4), drawn(1, 1, 1, 2, 3)
    added = tuple(
        min(more, max(s, d) - 1)
        for more, s, d in zip(drawn(0, 0, 1, 2), strides, dilations, strict=True)
    )
    whole = [
        (n - 1) * s + d * (size - 1) + 1 for n, s, d in zip(sides, strides, dilations, strict=True)
    ]
    edges = tuple(tuple(min(one, (n - 1) // 2) for one in drawn(0, 0, 1, 2)) for n in whole)
    if draw.pick(True, True, False):  # one number for each axis, if not for all
        edges = tuple((before, before) for before, _ in edges)
    options = {
        "stride": _short(strides),
        "dilation": _short(dilations),
        "padding": _short(tuple(map(_short, edges))),
        "output_padding": _short(added),
        "groups": groups,
    }
    plain = {"stride": 1, "dilation": 1, "padding": 0, "output_padding": 0, "groups": 1}
    is_given = draw.pick(True, False, False, False)
    return {name: v for name, v in options.items() if v != plain[name] or is_given}


def _short(pair: tuple[Any, ...]) -> Any:
    """Return one value for what is alike, but pairs for a pair and a number beside each other."""
    first, second = pair
    if first == second:
        return first
    if isinstance(first, tuple) != isinstance(second, tuple):
        return tuple(one if isinstance(one, tuple) else (one, one) for one in pair)
    return pair


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
