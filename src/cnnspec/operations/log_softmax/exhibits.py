"""What the logarithm of a probability is made of."""

from collections.abc import Mapping
from typing import Any

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(_given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    said = f"element {list(place)}: its own logit, less what all of its row of logits come to"
    return Window({"logits": place}, said=said)


EXHIBIT = Exhibit(planes={"logits": ROWS}, result=ROWS, window=_window)
