"""What a node of a dense layer is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import IMAGE, ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != 1:
        return Window()
    (node,) = place
    return Window(
        {"weights": (0, node), "bias": place},
        {"weights": (0, node, np.shape(given["weights"])[0], 1)},
        f"element [{node}]: all of x times column {node} of the weights",
    )


EXHIBIT = Exhibit(planes={"x": IMAGE, "weights": ROWS}, result=ROWS, window=_window)
