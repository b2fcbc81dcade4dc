"""What the mean of a map is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, WRITTEN_OUT, Array, Exhibit, Place, Window, extent


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    maps = np.asarray(given["maps"])
    if len(place) != maps.ndim - 2:
        return Window()
    *batch, k = place
    plane = maps[tuple(batch)][..., k]
    rows, columns = plane.shape
    said = f"element {list(place)}: {extent(0, rows, 0, columns)} of map {k}"
    if plane.size <= WRITTEN_OUT:
        said += f": {', '.join(f'{number:.4g}' for number in plane.flat)}"
    return Window({"maps": (*batch, 0, 0, k)}, {"maps": (0, 0, rows, columns)}, said)


EXHIBIT = Exhibit(result=ROWS, window=_window)
