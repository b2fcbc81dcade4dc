"""What an element of a normalised map is made of."""

from collections.abc import Mapping
from typing import Any

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window

_PARAMETERS = ("mean", "variance", "scale", "offset")


def _window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) not in (3, 4):
        return Window()
    map_ = place[-1]
    numbers = ", ".join(f"{name} {float(given[name][map_]):.4g}" for name in _PARAMETERS)
    said = f"element {list(place)}: made of maps{list(place)} and of map {map_}'s {numbers}"
    places = {"maps": place, **dict.fromkeys(_PARAMETERS, (map_,))}
    return Window(places, said=said, is_single=True)


EXHIBIT = Exhibit(planes=dict.fromkeys(_PARAMETERS, ROWS), window=_window)
