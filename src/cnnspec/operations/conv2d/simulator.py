"""Convolution with slots."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.exact.windows import margins_of, pair_of, reaches_of
from cnnspec.operations.conv2d.geometry import geometry, groups_of
from cnnspec.operations.conv2d.hypotheses import hypotheses
from cnnspec.operations.conv2d.measured_taps import measured_taps
from cnnspec.operations.conv2d.number_hypotheses import measured_thresholds
from cnnspec.operations.conv2d.slots import FORMULA, patches_of
from cnnspec.simulation import dtypes, quantities, windows
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
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the maps in float64."""
    kinds = dtypes.dtypes_of(image=image, filters=filters, bias=bias)
    image, filters = np.asarray(image, np.float64), np.asarray(filters, np.float64)
    images = image.reshape(1, *image.shape, 1) if image.ndim == 2 else image
    images = images if images.ndim == 4 else images[np.newaxis]
    kernels = at("filters", filters[..., np.newaxis] if filters.ndim == 3 else filters,
                 dtypes=kinds)  # fmt: skip
    sizes = kernels.shape[1:3]
    kernels = _of_all_channels(at, kernels, images.shape[-1], groups)
    images = at("image", images, kernels=kernels, dtypes=kinds)
    strides = at("stride", pair_of(stride), sizes=sizes)
    dilations = at("dilation", pair_of(dilation))
    strides, dilations = at("steps", (strides, dilations))
    reaches = reaches_of(sizes, dilations)
    axes = {"lengths": images.shape[1:3], "reaches": reaches, "strides": strides}
    margins = at(
        "margins",
        margins_of(padding, **axes),
        **axes,
        sizes=sizes,
        dilations=dilations,
        padding=padding,
    )
    padded = np.pad(images, ((0, 0), *margins, (0, 0))) if np.any(margins) else images
    padded = at("padded", padded, images=images, margins=margins, axes=image.ndim)
    lengths = padded.shape[1:3]
    extents = at("extents", reaches, sizes=sizes, dilations=dilations)
    due = tuple(map(windows.starts, lengths, extents, strides))
    rows, columns = at("starts", due, lengths=lengths, sizes=extents, strides=strides)
    down, right = (
        at(f"{axis} taps", np.arange(size) * step)
        for axis, size, step in zip(_TAPS, sizes, dilations, strict=True)
    )
    patches = patches_of(padded, rows, columns, down, right)
    places = {"rows": rows, "columns": columns, "taps": (down, right)}
    patches = at("patches", patches, padded=padded, strides=strides, **places)
    patches, kernels = at("operands", (patches, kernels))
    sums = np.tensordot(patches, kernels, axes=([3, 4, 5], [1, 2, 3]))
    sums = at("sums", sums, patches=patches, kernels=kernels, dtypes=kinds)
    biases = np.zeros(len(filters)) if bias is None else np.asarray(bias, np.float64)
    biases = at("bias", biases, kernels=kernels, patches=patches, dtypes=kinds)
    maps: Array = at(
        "biased", sums + biases, sums=sums, biases=biases, patches=patches, kernels=kernels
    )
    known = {"kernels": kernels, "images": images, "strides": strides, "dtypes": kinds}
    maps = at("maps", maps, **known, **places, margins=margins, biases=biases)
    return maps if image.ndim == 4 else maps[0]


def _of_all_channels(at: Slots, kernels: Array, channels: int, groups: int) -> Array:
    """Return filters with zeros for the channels of other groups than their own.

    "owners" are the groups of the maps, "taken" the channels that each of them sees, and "banks"
    the filters in order.
    """
    count, *_, seen = kernels.shape
    if groups == 1 and not at.changes("banks", "owners", "taken"):
        return kernels  # every map sees all channels
    known = {"groups": groups, "count": count}
    order = at("banks", np.arange(count), **known)
    kernels = kernels if groups == 1 else kernels[order]
    owners = at("owners", np.arange(count) // max(count // groups, 1), **known)
    taken = at("taken", owners[:, np.newaxis] * seen + np.arange(seen), **known)
    if groups == 1:  # every map sees all channels
        return kernels
    wide = np.zeros((*kernels.shape[:3], channels))
    for number, its in enumerate(taken):
        for place, channel in enumerate(its):
            wide[number, :, :, channel] += kernels[number, :, :, place]
    return wide


_TAPS = ("row", "column")


def measured(given: Arguments, got: Floats, due: Floats, ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("maps", "the results", got, due, FORMULA)
    bias = np.asarray(given.get("bias", 0.0), np.float64)
    yield from quantities.measured_parts(("sums", "bias"), got, due, bias, FORMULA)
    yield from measured_taps(given, ask)
    yield from measured_thresholds(ask)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    image, filters, found = given["image"], given["filters"], geometry(given)
    rows, columns = found.counts
    return {
        "rows": found.lengths[0],
        "columns": found.lengths[1],
        "rows of the result": rows,
        "columns of the result": columns,
        "channels": 1 if image.ndim == 2 else image.shape[-1],
        "filters": len(filters),
        "images": len(image) if image.ndim == 4 else 1,
        "the size of the filter": found.sides[0],
        "the stride": found.strides[0],
        "the dilation of the rows": found.dilations[0],
        "the dilation of the columns": found.dilations[1],
        "the number of groups": groups_of(given),
        "the padding of a side": max(max(zeros) for zeros in found.margins),
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    size = draw.pick(1, 3, 3, 3, 3, 5, 5, 7, 9)
    rows, columns = draw.apart(2, size, size + draw.pick(9, 9, 9, 24))
    channels, count, number = draw.apart(3, 1, draw.pick(6, 6, 9))
    if draw.pick(True, *[False] * 5):
        channels = count
    if draw.pick(True, *[False] * 5):
        columns = rows
    rank = draw.pick(2, 3, 3, 4)
    shape = {2: (rows, columns), 3: (rows, columns, channels), 4: (number, rows, columns, channels)}
    given: dict[str, Any] = {
        "image": draw.reals(*shape[rank]),
        "filters": draw.reals(count, size, size, *((channels,) if rank > 2 else ())),
    }
    if draw.pick(True, False):
        given["bias"] = draw.reals(count)
    how = draw.pick("plain", "plain", "stride", "stride", "same", "options")
    if how == "stride":
        given["stride"] = draw.pick(2, 2, 3, 3, 4, 1)
    elif how == "same":
        given["padding"] = draw.pick("same", "same", "same", "valid")
    elif how == "options":
        given |= _some_options(draw, given, shape[rank], size)
    return draw.varied(given)


def _some_options(
    draw: Draw, given: Arguments, shape: tuple[int, ...], size: int
) -> dict[str, Any]:
    """Return some of the options that few calls have."""
    found: dict[str, Any] = {}
    if draw.pick(True, False):
        found["stride"] = (draw.pick(1, 2, 3), draw.pick(1, 2, 3))
    if draw.pick(True, False):
        sides = [draw.pick(0, 1, 2, 3, 4) for _ in range(4)]
        nested = ((sides[0], sides[1]), (sides[2], sides[3]))
        found["padding"] = draw.pick(sides[0], nested[0], nested)
    if draw.pick(True, False):
        found["dilation"] = draw.pick(2, 3, (2, 1), (1, 2), (2, 3))
        zeros = size + draw.pick(0, 1, 2)  # so that the filter fits
        by_sides = ((zeros, zeros - 1), (zeros + 1, zeros - 1))
        found["padding"] = draw.pick(zeros, by_sides, "same")
        if found["padding"] == "same":  # with a stride it may be otherwise
            found.pop("stride", None)
    if len(shape) > 2 and draw.pick(True, False):
        groups, seen, banks = draw.pick(2, 3), draw.pick(1, 2), draw.pick(1, 2, 3)
        found["groups"] = groups
        found["image"] = draw.reals(*shape[:-1], groups * seen)
        found["filters"] = draw.reals(groups * banks, size, size, seen)
        if "bias" in given:
            found["bias"] = draw.reals(groups * banks)
    return found


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
