"""What an element of a transposed convolution's gradients is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import (
    IMAGE,
    MAPS,
    ROWS,
    WRITTEN_OUT,
    Array,
    Exhibit,
    Place,
    Planes,
    Window,
    extent,
)
from cnnspec.operations.conv_transpose2d.geometry import Along, along

_BANK = Planes(is_bank=True)
_PLANES = {"grad": MAPS, "image": IMAGE, "filters": _BANK}


def _of_image(given: Mapping[str, Any], place: Place, expected: Array | None) -> Window:
    rank = np.ndim(given["image"])
    if len(place) != rank:
        return Window()
    *batch, i, j, k = place
    rows, columns = along(given)
    (top, down), (left, across) = _laid(rows, i), _laid(columns, j)
    first = _first_map(given, k)
    groups = int(given.get("groups", 1))
    maps = "" if groups == 1 else f", maps {first} to {first + given['filters'].shape[3] - 1},"
    said = (
        f"element {[*place]}: filter {k} was laid over {extent(top, down, left, across)} of"
        f" grad{maps} and each of its weights is multiplied by the element that it lay over"
        f"{_written_out(given, (rows, columns), place, expected)}"
    )
    corner = (*batch, max(top, 0), max(left, 0), first)
    return Window(
        {"grad": corner, "filters": (k, 0, 0, 0)}, {"grad": (top, left, down, across)}, said
    )


def _laid(side: Along, pixel: int) -> tuple[int, int]:
    """Return where a pixel's filter begins along an axis of grad, and over how many it reaches."""
    return pixel * side.stride - side.margin[0], side.reach + 1


def _first_map(given: Mapping[str, Any], channel: int) -> int:
    """Return the first map that a channel's filter makes."""
    channels, *_, count = np.shape(given["filters"])
    return int(channel // (channels // int(given.get("groups", 1))) * count)


def _written_out(
    given: Mapping[str, Any], sides: tuple[Along, Along], place: Place, expected: Array | None
) -> str:
    """Return the sum of a pixel under a filter of one map, where it is short."""
    grad, filters = np.asarray(given["grad"]), np.asarray(given["filters"])
    if expected is None or filters.shape[3] != 1 or len(place) != 3:
        return ""
    rows, columns = sides
    (top, _), (left, _) = _laid(rows, place[0]), _laid(columns, place[1])
    map_ = _first_map(given, place[2])
    pairs = []
    for a, b in np.ndindex(*filters.shape[1:3]):
        row, column = top + a * rows.dilation, left + b * columns.dilation
        if 0 <= row < grad.shape[0] and 0 <= column < grad.shape[1]:
            pairs.append((grad[row, column, map_], filters[place[2], a, b, 0]))
    told = [pair for pair in pairs if all(pair)]
    numbers = [float(number) for pair in told for number in pair]
    if not told or len(told) > WRITTEN_OUT or any(float(f"{n:.4g}") != n for n in numbers):
        return ""
    return f": {' + '.join(f'{_short(g)}*{_short(w)}' for g, w in told)} = {expected[place]:.6g}"


def _short(number: Any) -> str:
    return f"({number:.4g})" if number < 0 else f"{number:.4g}"


def _of_filters(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != np.ndim(given["filters"]):
        return Window()
    k, a, b, c = place
    sides = along(given)
    row, column = (
        tap * side.dilation - side.margin[0] for tap, side in zip((a, b), sides, strict=True)
    )
    down, across = ((side.length - 1) * side.stride + 1 for side in sides)
    every = "" if all(side.stride == 1 for side in sides) else " (of these every stride-th)"
    map_ = _first_map(given, k) + c
    said = (
        f"element {[*place]}: each pixel of channel {k} times the element of map {map_} of grad on"
        f" which it laid this weight: {extent(row, down, column, across)}{every}"
    )
    batch = (0,) if np.ndim(given["image"]) == 4 else ()
    if batch:
        said += ", added over the images"
    return Window(
        {"image": (*batch, 0, 0, k), "grad": (*batch, max(row, 0), max(column, 0), map_)},
        {"grad": (row, column, down, across)},
        said,
    )


def _of_bias(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != 1:
        return Window()
    (c,) = place
    rows, columns = along(given)
    batch = (0,) if np.ndim(given["grad"]) == 4 else ()
    said = f"element [{c}]: the sum of map {c} of grad" + (", over all images" if batch else "")
    return Window({"grad": (*batch, 0, 0, c)}, {"grad": (0, 0, rows.result, columns.result)}, said)


TO_IMAGE = Exhibit(planes=_PLANES, result=IMAGE, window=_of_image)
TO_FILTERS = Exhibit(planes=_PLANES, result=_BANK, window=_of_filters)
TO_BIAS = Exhibit(planes=_PLANES, result=ROWS, window=_of_bias)
