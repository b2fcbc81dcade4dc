"""What an element of a normalisation's gradients is made of."""

from collections.abc import Callable
from functools import partial

import numpy as np

from cnnspec.declaration.exhibit import ROWS, Array, Exhibit, Place, Window
from cnnspec.declaration.operation import Arguments

_PARAMETERS = ("mean", "variance", "scale")


def _of_maps(given: Arguments, place: Place, _expected: Array | None) -> Window:
    if len(place) not in (3, 4):
        return Window()
    numbers = ", ".join(f"{n} {float(given[n][place[-1]]):.4g}" for n in ("variance", "scale"))
    at = list(place)
    said = f"element {at}: made of grad{at} and of map {place[-1]}'s {numbers}"
    places = {"grad": place, **dict.fromkeys(("variance", "scale"), (place[-1],))}
    return Window(places, said=said, is_single=True)


def _summed(names: tuple[str, ...], given: Arguments, place: Place, _e: Array | None) -> Window:
    (k,) = place
    arrays = " and ".join(name for name in ("grad", "maps") if name in names)
    numbers = ", ".join(f"{n} {float(given[n][k]):.4g}" for n in _PARAMETERS if n in names)
    beside = f", and {numbers}" if numbers else ""
    said = f"element [{k}]: a sum over all of map {k} of {arrays}{beside}"
    first = (0,) * (np.ndim(given["grad"]) - 1) + (k,)
    places = {n: first if n in ("grad", "maps") else (k,) for n in names}
    return Window(places, said=said)


def _exhibit(window: Callable[..., Window]) -> Exhibit:
    return Exhibit(planes=dict.fromkeys(_PARAMETERS, ROWS), window=window)


TO_MAPS = _exhibit(_of_maps)
TO_MEAN = _exhibit(partial(_summed, ("grad", "variance", "scale")))
TO_VARIANCE = _exhibit(partial(_summed, ("grad", "maps", *_PARAMETERS)))
TO_SCALE = _exhibit(partial(_summed, ("grad", "maps", "mean", "variance")))
TO_OFFSET = _exhibit(partial(_summed, ("grad",)))
