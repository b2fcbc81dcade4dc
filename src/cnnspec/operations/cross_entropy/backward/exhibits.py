"""What an element of the gradient of a loss is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != 1:
        return Window()
    label = int(given["label"]) % np.size(given["probabilities"])
    said = (
        f"element {[*place]}: -1 over the label's probability"
        if place == (label,)
        else f"element {[*place]}: 0, for the label is {label}"
    )
    return Window({"probabilities": place}, said=said)


EXHIBIT = Exhibit(planes={"probabilities": ROWS}, result=ROWS, window=_window)
