"""What a loss of logits is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    logits, labels = np.asarray(given["logits"]), np.asarray(given["label"])
    if len(place) != logits.ndim - 1 or labels.shape != logits.shape[:-1]:
        return Window()
    label = int(labels[place]) % logits.shape[-1]
    said = f"element {list(place)}: made of all of row {place[0]} of logits" if place else ""
    return Window({"logits": (*place, label)}, said=said)


EXHIBIT = Exhibit(planes={"logits": ROWS}, window=_window)
