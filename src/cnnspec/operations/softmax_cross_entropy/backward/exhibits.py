"""What an element of the gradient of a loss of logits is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    logits, labels = np.asarray(given["logits"]), np.asarray(given["label"])
    if len(place) != logits.ndim or labels.shape != logits.shape[:-1]:
        return Window()
    is_label = place[-1] == int(labels[place[:-1]]) % logits.shape[-1]
    said = f"element {[*place]}: the probability of its class" + (
        ", less 1, for it is the label" if is_label else "; the label is another"
    )
    return Window({"logits": place}, said=said)


EXHIBIT = Exhibit(planes={"logits": ROWS}, result=ROWS, window=_window)
