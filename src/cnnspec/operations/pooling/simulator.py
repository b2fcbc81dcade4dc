"""Poolings with slots."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from cnnspec.exact.windows import pair_of
from cnnspec.operations.pooling.hypotheses import NAMES, hypotheses
from cnnspec.operations.pooling.seen import Seen
from cnnspec.operations.pooling.slots import REMEDY
from cnnspec.operations.pooling.window_places import along_axes
from cnnspec.simulation import quantities
from cnnspec.simulation.hypothesis import (
    KNOWN,
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
OUTSIDE: dict[Combine, float] = {np.max: -np.inf, np.min: np.inf, np.mean: 0.0}


def compute(combine: Combine, at: Slots, maps: Array, size: Any = 2, **options: Any) -> Array:
    """Compute the pooled maps in float64."""
    maps = np.asarray(maps, np.float64)
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    placed = place(at, images, size, options)
    (rows, columns), margins = placed.starts, placed.margins
    sizes, strides, spots = placed.sizes, placed.strides, placed.spots
    border = at("border", OUTSIDE[combine])
    seen = Seen(images, (rows[:, np.newaxis] + spots[0], columns[:, np.newaxis] + spots[1]))
    patches = seen.patches(OUTSIDE[combine], border, margins)
    known = {"rows": rows, "columns": columns, "sizes": sizes, "strides": strides}
    if combine is np.mean:
        counted = at("counted", bool(options.get("count_include_pad", True)))
        inside, padded = (seen.count(around) for around in (((0, 0), (0, 0)), margins))
        divisor = at("divisor", padded if counted else inside, padded=padded, inside=inside,
                     counted=counted, margins=margins, seen=seen, patches=patches,
                     **known)  # fmt: skip
        # Windows that hold nothing, as there are by mistake only, give 0.
        pooled: Array = patches.sum(axis=_WINDOW) / np.where(divisor == 0, 1, divisor)
    else:
        pooled = combine(patches, axis=_WINDOW)
    pooled = at("reduced", pooled, patches=patches, images=images, **known)
    pooled = at("pooled", pooled, images=images, sizes=sizes, strides=strides)
    return pooled if maps.ndim == 4 else pooled[0]


class Placed(NamedTuple):
    """Where windows lie.

    Attributes
    ----------
    starts : tuple
        Where they start along rows and columns, counted from the first of the maps.
    spots : tuple
        How far from there their elements are.
    sizes, strides, margins : tuple
    """

    starts: tuple[Array, Array]
    spots: tuple[Array, ...]
    sizes: tuple[int, int]
    strides: tuple[int, int]
    margins: tuple[tuple[int, int], ...]


def place(at: Slots, images: Array, size: Any, options: Arguments) -> Placed:
    """Return where the windows on images (N, H, W, K) lie."""
    stride = options.get("stride")
    due = (pair_of(size), pair_of(size if stride is None else stride))
    sizes, strides = at("options", due, given=stride)
    sizes = at("sizes", sizes, stride=strides)
    strides = at("stride", strides, sizes=sizes)
    padding = at("padding", pair_of(options.get("padding", 0)), sizes=sizes)
    dilations = at("dilation", pair_of(options.get("dilation", 1)), sizes=sizes, strides=strides)
    ceil_mode = at("ceil_mode", bool(options.get("ceil_mode", False)))
    margins = at("margins", tuple((p, p) for p in padding), sizes=sizes)
    reaches = at("reaches", tuple(d * (f - 1) + 1 for d, f in zip(dilations, sizes, strict=True)),
                 sizes=sizes, dilations=dilations)  # fmt: skip
    lengths = tuple(n + sum(m) for n, m in zip(images.shape[1:3], margins, strict=True))
    known: dict[str, Any] = {"lengths": lengths, "sizes": reaches, "strides": strides}
    along = [
        _starts(at, axis, *one, ceil_mode=ceil_mode)
        for axis, one in enumerate(zip(lengths, reaches, strides, margins, strict=True))
    ]
    starts = at("starts", (along[0], along[1]), **known)
    rows, columns = (s - m for s, (m, _) in zip(starts, margins, strict=True))
    reach = at("reach", sizes)
    spots = at("dilated", tuple(np.arange(f) * d for f, d in zip(reach, dilations, strict=True)))
    return Placed((rows, columns), spots, sizes, strides, margins)


def _starts(
    at: Slots,
    axis: int,
    length: int,
    reach: int,
    stride: int,
    margin: tuple[int, int],
    *,
    ceil_mode: bool,
) -> Array:
    """Return where windows start along an axis of the padded maps."""
    room = length - reach
    known = {"axis": axis, "room": room, "stride": stride, "margin": margin, "cuts": ceil_mode}
    count = at("cut", (-(-room // stride) if ceil_mode else room // stride) + 1, **known)
    starts = np.arange(count) * stride
    last = at("last start", length - margin[1] if ceil_mode else length, **known)
    return np.asarray(starts[starts < last])


#: The numbers below which nothing but the smallest positive ones of floating types lies.
_TINY = 1e-30


def measured(
    combine: Combine, _given: Arguments, got: Floats, due: Floats, _ask: Ask
) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants, and of where a search starts."""
    if combine is not np.mean and got.shape == due.shape and got.size:
        yield from _started(combine, got, due)
    yield from quantities.measured_line("pooled", "the results", got, due, REMEDY)


def _started(combine: Combine, got: Floats, due: Floats) -> Iterator[Hypothesis]:
    """Return the number that wins over elements of several windows: a search starts there."""
    is_max = combine is np.max
    least, most, wins = (np.min, "lower", np.maximum) if is_max else (np.max, "higher", np.minimum)
    start = float(least(got))
    if not np.isfinite(start) or (got == start).sum() < 2 or wins(start, least(due)) != start:
        return
    is_tiny = is_max and 0 < start < _TINY
    why = ", the smallest positive number of a type and not its lowest" if is_tiny else ""
    yield Hypothesis(
        "reduced",
        f"the search for {NAMES[combine]} starts at {quantities.short(start)}{why}: it wins over"
        f" {most} elements",
        lambda value, _known: wins(value, start),
        f"start with the first element of the window, or with {'minus ' if is_max else ''}infinity",
        KNOWN,
        is_measured=True,
    )


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    maps = given["maps"]
    rows, columns = along_axes(given)
    return {
        "rows": rows.length,
        "columns": columns.length,
        "maps": maps.shape[-1],
        "images": len(maps) if maps.ndim == 4 else 1,
        "the size": rows.size,
        "the stride": rows.stride,
        "rows of the result": rows.number,
        "columns of the result": columns.number,
        "rows left over": max(rows.room, 0) % rows.stride,
        "columns left over": max(columns.room, 0) % columns.stride,
        "the size along the columns": columns.size,
        "the stride along the columns": columns.stride,
    }


def draw(combine: Combine, draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    size = draw.pick(2, 2, 2, 3, 3, 4, 5, 7)
    options = _options(draw, size, combine) if draw.pick(True, False) else {}
    reach = (
        max(pair_of(options.get("dilation", 1))) * (max(pair_of(options.get("size", size))) - 1) + 1
    )
    rows, columns = draw.apart(2, reach, reach + 9)
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
    return draw.varied(given | options)


def _options(draw: Draw, size: int, combine: Combine) -> dict[str, Any]:
    """Return some more options for windows of a size: of each axis, padding, a divisor.

    Often it is a padding alone, which those take that have no other option.
    """
    half = size // 2
    kind = draw.pick("padding", "padding", "cut", "many", "many", "many")
    if kind != "many":
        return {"padding": draw.pick(half, half, 1)} if kind == "padding" else {"ceil_mode": True}
    found: dict[str, Any] = {}
    if draw.pick(True, True, False):
        found["padding"] = draw.pick(half, half, (half, 0), (0, half), 1)
    if draw.pick(True, False):
        found["ceil_mode"] = True
    if draw.pick(True, False, False):
        found["stride"] = draw.pick((1, 2), (2, 1), (3, 2), (2, 5))
    elif draw.pick(True, False, False):
        found["size"] = draw.pick((size, size + 1), (size + 1, size), (size + 2, size))
    if combine is np.mean:
        if draw.pick(True, False):
            found["count_include_pad"] = False
    elif size < 5 and draw.pick(True, False, False):
        found["dilation"] = draw.pick(2, (1, 2), (2, 1))
    return found


def simulated_by(combine: Combine) -> Simulator:
    """Return the simulator of a pooling."""
    return Simulator(
        compute=partial(compute, combine),
        hypotheses=partial(hypotheses, combine),
        measured=partial(measured, combine),
        sizes=sizes,
        draw=partial(draw, combine),
    )
