"""What an element of a pooled map is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import WRITTEN_OUT, Array, Exhibit, Place, Window, extent
from cnnspec.operations.pooling.window_places import Along, along_axes


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) not in (3, 4):
        return Window()
    *batch, i, j, k = place
    maps = np.asarray(given["maps"])
    if maps.ndim != len(place):
        return Window()
    rows, columns = along_axes(given)
    top, left = i * rows.stride - rows.padding, j * columns.stride - columns.padding
    down, right = (_lines(one, start) for one, start in ((rows, top), (columns, left)))
    if not down.size or not right.size:
        return Window()
    first, last = (down[0], right[0]), (down[-1] - down[0] + 1, right[-1] - right[0] + 1)
    said = f"element {list(place)}: {extent(first[0], last[0], first[1], last[1])} of map {k}"
    if rows.dilation * columns.dilation > 1:
        said += f", one in {rows.dilation} rows and {columns.dilation} columns"
    if down.size < rows.size or right.size < columns.size:
        said += ", what of the window lies on it"
    if down.size * right.size <= WRITTEN_OUT:
        numbers = maps[tuple(batch)][..., k][np.ix_(down, right)]
        said += f": {', '.join(f'{number:.4g}' for number in numbers.flat)}"
    box = (top, left, rows.reach, columns.reach)
    return Window({"maps": (*batch, *map(int, first), k)}, {"maps": box}, said)


def _lines(along: Along, start: int) -> Array:
    """Return which rows or columns of the map a window holds that starts there."""
    lines = start + np.arange(along.size) * along.dilation
    return lines[(lines >= 0) & (lines < along.length)]


EXHIBIT = Exhibit(window=_window)
