"""What an element behind ReLU is made of."""

from collections.abc import Mapping
from typing import Any

from cnnspec.declaration.exhibit import IMAGE, Array, Exhibit, Place, Window


def _window(_given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    said = f"element {list(place)}: made of x{list(place)} alone"
    return Window({"x": place}, said=said, is_single=True)


EXHIBIT = Exhibit(planes={"x": IMAGE}, window=_window)
