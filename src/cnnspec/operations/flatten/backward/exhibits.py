"""Where the gradient at an element of flattened maps comes from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    shape = np.shape(given["maps"])
    if len(place) != len(shape):
        return Window()
    number = int(np.ravel_multi_index(place[-3:], shape[-3:]))
    source = (*place[:-3], number)
    said = f"element {[*place]}: grad{[*source]}, number {number} in the order of the axes"
    return Window({"grad": source, "maps": place}, said=said, is_single=True)


EXHIBIT = Exhibit(planes={"grad": ROWS}, window=_window)
