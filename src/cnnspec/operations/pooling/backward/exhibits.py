"""Of which windows the gradient at an element of the maps is made."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import MAPS, Array, Box, Exhibit, Place, Window
from cnnspec.operations.pooling.exact import areas
from cnnspec.operations.pooling.window_places import Along, along_axes

#: Windows that are named one by one.
_NAMED = 9

#: What is said of the windows of an element.
_Say = Callable[[Mapping[str, Any], Place, list[Place]], str]


def _containing(along: Along, line: int) -> Array:
    """Return which windows hold a row or column."""
    return np.flatnonzero((along.places() == line).any(axis=1))


def _exhibit(say: _Say) -> Exhibit:
    def window(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
        if len(place) not in (3, 4) or np.ndim(given["maps"]) != len(place):
            return Window()
        *batch, row, column, k = place
        along = along_axes(given)
        down, right = (
            _containing(one, line) for one, line in zip(along, (row, column), strict=True)
        )
        said = f"element {[*place]}"
        if not down.size or not right.size:
            return Window({"maps": place}, {}, f"{said} lies in no window")
        rows, columns = along
        windows = [(int(i), int(j)) for i in down for j in right]
        top, left = (int(one.starts[first[0]]) for one, first in ((rows, down), (columns, right)))
        bottom, far = (
            int(one.starts[last[-1]]) + one.reach for one, last in ((rows, down), (columns, right))
        )
        named = ", ".join(str([*one]) for one in windows[:_NAMED])
        more = "" if len(windows) <= _NAMED else f" and {len(windows) - _NAMED} more"
        said += f" lies in {'window' if len(windows) == 1 else 'the windows'} {named}{more}"
        of_grad: Box = (*windows[0], down[-1] - down[0] + 1, right[-1] - right[0] + 1)
        return Window(
            {"grad": (*batch, *windows[0], k), "maps": place},
            {"grad": of_grad, "maps": (top, left, bottom - top, far - left)},
            said + say(given, place, windows),
        )

    return Exhibit(planes={"grad": MAPS, "maps": MAPS}, result=MAPS, window=window)


def _winning(word: str) -> _Say:
    """Return what is said of an element that may be the largest, or smallest, of its windows."""

    def say(given: Mapping[str, Any], place: Place, windows: list[Place]) -> str:
        *batch, row, column, k = place
        maps = np.asarray(given["maps"])[tuple(batch)][..., k].astype(float)
        sign = 1.0 if word == "largest" else -1.0
        own = sign * maps[row, column]
        wins, shares = [], []
        for i, j in windows:
            seen = sign * _seen(given, maps, i, j)
            if own >= seen.max():
                (shares if (seen == own).sum() > 1 else wins).append([i, j])
        if not wins and not shares:
            return f", and is the {word} of none"
        said = f", and is the {word} of {_listed(wins)}" if wins else ""
        if shares:
            said += f"{',' if not wins else ''} and is one of several {word} of {_listed(shares)}"
        return said

    return say


def _listed(windows: list[list[int]]) -> str:
    more = f" and {len(windows) - _NAMED} more" if len(windows) > _NAMED else ""
    return ", ".join(map(str, windows[:_NAMED])) + more


def _seen(given: Mapping[str, Any], plane: Array, i: int, j: int) -> Array:
    """Return the elements of a map that a window holds."""
    rows, columns = along_axes(given)
    down, right = rows.places()[i], columns.places()[j]
    down = down[(down >= 0) & (down < rows.length)]
    right = right[(right >= 0) & (right < columns.length)]
    return plane[np.ix_(down, right)]


def _divided(given: Mapping[str, Any], _place: Place, windows: list[Place]) -> str:
    by = areas(along_axes(given), count_include_pad=given.get("count_include_pad", True))
    divisors = [int(by[i, j, 0]) for i, j in windows[:_NAMED]]
    if len({*divisors}) == 1:
        return f": what comes in, over {divisors[0]}"
    return f": what comes in, over {', '.join(map(str, divisors))}"


OF_MAXIMUM = _exhibit(_winning("largest"))
OF_MINIMUM = _exhibit(_winning("smallest"))
OF_MEAN = _exhibit(_divided)
