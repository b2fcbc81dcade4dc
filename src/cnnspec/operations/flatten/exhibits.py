"""Where a number of a flattened map comes from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    shape = np.shape(given["maps"])
    if len(place) != len(shape) - 2:
        return Window()
    *batch, number = place
    source = (*batch, *(int(one) for one in np.unravel_index(number, shape[-3:])))
    said = f"element {list(place)}: maps{list(source)}, number {number} in the order of the axes"
    return Window({"maps": source}, said=said, is_single=True)


EXHIBIT = Exhibit(result=ROWS, window=_window)
