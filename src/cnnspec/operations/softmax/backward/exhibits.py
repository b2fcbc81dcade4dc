"""What an element of a gradient to logits is made of."""

from collections.abc import Mapping
from typing import Any

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window


def _window(_given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    said = f"element {[*place]}: made of all of its row of grad and of its row of logits"
    return Window({"grad": place, "logits": place}, said=said)


EXHIBIT = Exhibit(planes={"grad": ROWS, "logits": ROWS}, result=ROWS, window=_window)
