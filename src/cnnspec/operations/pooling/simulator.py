"""Poolings with slots."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from cnnspec.operations.pooling.hypotheses import hypotheses
from cnnspec.operations.pooling.slots import REMEDY
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

Combine = Callable[..., Any]

#: The axes of a window, after those of images, rows and columns of windows.
_WINDOW = (3, 4)

#: What stands outside of the maps does not count.
_OUTSIDE: dict[Combine, float] = {np.max: -np.inf, np.min: np.inf, np.mean: 0.0}


def compute(
    combine: Combine, at: Slots, maps: Array, size: int = 2, stride: int | None = None
) -> Array:
    """Compute the pooled maps in float64."""
    maps = np.asarray(maps, np.float64)
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    size, stride = at("options", (size, size if stride is None else stride), given=stride)
    sizes = at("sizes", (size, size), stride=stride)
    strides = at("stride", (stride, stride), sizes=sizes)
    lengths = images.shape[1:3]
    due = tuple(map(windows.starts, lengths, sizes, strides))
    rows, columns = at("starts", due, lengths=lengths, sizes=sizes, strides=strides)
    reach = at("reach", sizes)
    patches, inside = _patches(images, rows, columns, reach, _OUTSIDE[combine])
    if combine is np.mean:
        divisor = at("divisor", inside, sizes=sizes, strides=strides)
        pooled: Array = patches.sum(axis=_WINDOW) / divisor
    else:
        pooled = combine(patches, axis=_WINDOW)
    known = {"rows": rows, "columns": columns, "sizes": sizes}
    pooled = at("reduced", pooled, patches=patches, images=images, **known)
    pooled = at("pooled", pooled, images=images, sizes=sizes)
    return pooled if maps.ndim == 4 else pooled[0]


def _patches(
    images: Array, rows: Array, columns: Array, sizes: tuple[int, int], outside: float
) -> tuple[Array, Array]:
    """Return what windows see, (N, H', W', f, f, K), and how many of its elements are inside."""
    lines, places = (
        starts[:, np.newaxis] + np.arange(size)
        for starts, size in zip((rows, columns), sizes, strict=True)
    )
    height, width = images.shape[1:3]
    is_inside = ((lines >= 0) & (lines < height))[:, np.newaxis, :, np.newaxis] & (
        (places >= 0) & (places < width)
    )[:, np.newaxis]
    seen = images[:, lines.clip(0, height - 1)][:, :, :, places.clip(0, width - 1)]
    seen = seen.transpose(0, 1, 3, 2, 4, 5)
    if not is_inside.all():
        seen = np.where(is_inside[..., np.newaxis], seen, outside)
    return seen, is_inside.sum(axis=(2, 3))[..., np.newaxis]


def measured(_given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("pooled", "the results", got, due, REMEDY)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    maps = given["maps"]
    rows, columns, count = maps.shape[-3:]
    size = given.get("size", 2)
    stride = given.get("stride") or size
    return {
        "rows": rows,
        "columns": columns,
        "maps": count,
        "images": len(maps) if maps.ndim == 4 else 1,
        "the size": size,
        "the stride": stride,
        "rows of the result": (rows - size) // stride + 1,
        "columns of the result": (columns - size) // stride + 1,
        "rows left over": max(rows - size, 0) % stride,
        "columns left over": max(columns - size, 0) % stride,
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    size = draw.pick(2, 2, 2, 3, 3, 4, 5, 7)
    rows, columns = draw.apart(2, size, size + 9)
    count, number = draw.apart(2, 1, draw.pick(6, 6, 9))
    if draw.pick(True, *[False] * 5):
        columns = rows
    shape = draw.pick(
        (rows, columns, count), (rows, columns, count), (number, rows, columns, count)
    )
    given: dict[str, Any] = {"maps": draw.reals(*shape)}
    if size != 2 or draw.pick(True, False):
        given["size"] = size
    if draw.pick(True, False):
        given["stride"] = draw.pick(1, 2, 2, 3, 4, 5)
    return draw.varied(given)


def simulated_by(combine: Combine) -> Simulator:
    """Return the simulator of a pooling."""
    return Simulator(
        compute=partial(compute, combine),
        hypotheses=partial(hypotheses, combine),
        measured=measured,
        sizes=sizes,
        draw=draw,
    )
