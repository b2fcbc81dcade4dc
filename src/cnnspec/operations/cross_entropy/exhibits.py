"""What a loss is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if place:
        return Window()
    label = int(given["label"]) % np.size(given["probabilities"])
    return Window({"probabilities": (label,)}, {"probabilities": (0, label, 1, 1)})


EXHIBIT = Exhibit(planes={"probabilities": ROWS}, window=_window)
