"""What an element of a pooled map is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import WRITTEN_OUT, Array, Exhibit, Place, Window, extent


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) not in (3, 4):
        return Window()
    *batch, i, j, k = place
    size = given.get("size", 2)
    stride = given.get("stride") or size
    row, column = i * stride, j * stride
    maps = np.asarray(given["maps"])
    plane = maps[tuple(batch)][..., k] if maps.ndim == len(place) else None
    said = f"element {list(place)}: {extent(row, size, column, size)} of map {k}"
    if plane is not None and size * size <= WRITTEN_OUT:
        numbers = plane[row : row + size, column : column + size]
        said += f": {', '.join(f'{number:.4g}' for number in numbers.flat)}"
    return Window({"maps": (*batch, row, column, k)}, {"maps": (row, column, size, size)}, said)


EXHIBIT = Exhibit(window=_window)
