"""What the gradient at an element of a map is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    shape = np.shape(given["maps"])
    if len(place) != len(shape):
        return Window()
    *batch, _, _, k = place
    of_grad = (*batch, k)
    said = f"element {[*place]}: grad{[*of_grad]} over {shape[-3]} * {shape[-2]}"
    return Window({"grad": of_grad, "maps": place}, said=said, is_single=True)


EXHIBIT = Exhibit(planes={"grad": ROWS}, window=_window)
