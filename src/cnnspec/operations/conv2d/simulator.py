"""Convolution with slots."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.hypotheses import hypotheses
from cnnspec.operations.conv2d.measured_taps import measured_taps
from cnnspec.operations.conv2d.slots import FORMULA, patches_of
from cnnspec.simulation import quantities, windows
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
    stride: int = 1,
    padding: str = "valid",
) -> Array:
    """Compute the maps in float64."""
    image, filters = np.asarray(image, np.float64), np.asarray(filters, np.float64)
    images = image.reshape(1, *image.shape, 1) if image.ndim == 2 else image
    images = images if images.ndim == 4 else images[np.newaxis]
    kernels = at("filters", filters[..., np.newaxis] if filters.ndim == 3 else filters)
    sizes = kernels.shape[1:3]
    images = at("image", images, kernels=kernels)
    strides = at("stride", (stride, stride), sizes=sizes)
    strides, dilations = at("steps", (strides, (1, 1)))
    margin = [(size - 1) // 2 if padding == "same" else 0 for size in sizes]
    margins = at("margins", tuple((one, one) for one in margin))
    padded = np.pad(images, ((0, 0), *margins, (0, 0))) if np.any(margins) else images
    padded = at("padded", padded, images=images, margins=margins)
    lengths = padded.shape[1:3]
    reaches = [(size - 1) * step + 1 for size, step in zip(sizes, dilations, strict=True)]
    due = tuple(map(windows.starts, lengths, reaches, strides))
    rows, columns = at("starts", due, lengths=lengths, sizes=sizes, strides=strides)
    down, right = (
        at(f"{axis} taps", np.arange(size) * dilation)
        for axis, size, dilation in zip(_TAPS, sizes, dilations, strict=True)
    )
    patches = patches_of(padded, rows, columns, down, right)
    places = {"rows": rows, "columns": columns, "taps": (down, right), "strides": strides}
    patches = at("patches", patches, padded=padded, **places)
    patches, kernels = at("operands", (patches, kernels))
    sums = np.tensordot(patches, kernels, axes=([3, 4, 5], [1, 2, 3]))
    sums = at("sums", sums, patches=patches, kernels=kernels)
    biases = np.zeros(len(filters)) if bias is None else np.asarray(bias, np.float64)
    biases = at("bias", biases, kernels=kernels, patches=patches)
    maps: Array = at(
        "biased", sums + biases, sums=sums, biases=biases, patches=patches, kernels=kernels
    )
    maps = at("maps", maps, kernels=kernels, images=images, strides=strides)
    return maps if image.ndim == 4 else maps[0]


_TAPS = ("row", "column")


def measured(given: Arguments, got: Floats, due: Floats, ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("maps", "the results", got, due, FORMULA)
    bias = np.asarray(given.get("bias", 0.0), np.float64)
    yield from quantities.measured_parts(("sums", "bias"), got, due, bias, FORMULA)
    yield from measured_taps(given, ask)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    image, filters = given["image"], given["filters"]
    rows, columns = image.shape[:2] if image.ndim == 2 else image.shape[-3:-1]
    size, stride = filters.shape[1], given.get("stride", 1)
    is_same = given.get("padding") == "same"
    return {
        "rows": rows,
        "columns": columns,
        "rows of the result": rows if is_same else (rows - size) // stride + 1,
        "columns of the result": columns if is_same else (columns - size) // stride + 1,
        "channels": 1 if image.ndim == 2 else image.shape[-1],
        "filters": len(filters),
        "images": len(image) if image.ndim == 4 else 1,
        "the size of the filter": size,
        "the stride": stride,
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
    how = draw.pick("plain", "plain", "stride", "stride", "same")
    if how == "stride":
        given["stride"] = draw.pick(2, 2, 3, 3, 4, 1)
    elif how == "same":
        given["padding"] = draw.pick("same", "same", "same", "valid")
    return draw.varied(given)


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
