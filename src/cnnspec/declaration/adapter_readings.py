"""Readings: what adapters may make of an operation's calls, right or mistaken.

Shapes of probes are chosen so that arrays whose axes are mixed up are accepted here and there: with
all sizes different, nothing but refusals would be seen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """One way in which an adapter may understand its calls.

    Attributes
    ----------
    said : tuple of str
        What is wrong with it, mistake by mistake; none for the right one.
    remedies : tuple of str
        What mends each of them.
    result : callable
        Returns the result that it gives for a probe's arguments; raises for refusals.
    fault : str or None
        Its id in the catalogue of faults.
    """

    said: tuple[str, ...]
    remedies: tuple[str, ...]
    result: Callable[..., Array]
    fault: str | None = None

    def with_(self, mistake: tuple[str, ...]) -> "Reading":
        """Return the reading with one more mistake, if there is one."""
        said, remedies = (*self.said, *mistake[:1]), (*self.remedies, *mistake[1:])
        return replace(self, said=said, remedies=remedies)


@dataclass(frozen=True)
class Trial:
    """Calls of one kind, and the readings that they tell apart, the right one first.

    Attributes
    ----------
    probes : list of mappings
        Arguments by name, the data first.
    readings : callable
    own : frozenset of str
        What is said of mistakes that are the operation's own, and no adapter's.
    of_either : frozenset of str
        Ids of adapters' faults that the operation makes as often: the diagnosis tells of them.
    """

    probes: list[Arguments]
    readings: Callable[[], Iterator[Reading]]
    own: frozenset[str] = frozenset()
    of_either: frozenset[str] = frozenset()

    @property
    def rank(self) -> int:
        """The number of axes of the first argument, which is that of all probes."""
        return int(np.ndim(next(iter(self.probes[0].values()))))


def numbers(*shape: int) -> Array:
    """Return distinct numbers that float32 cannot hold, in no order."""
    size = int(np.prod(shape))
    return ((np.arange(size) * 37 + 11) % 101 + 1 / (np.arange(size) + 3)).reshape(shape)


#: Axes by letter: rows, columns and channels of images and maps; filters, rows, columns, channels.
_NAMES = {"H": "H", "W": "W", "C": "C", "K": "K", "r": "f", "c": "f", "1": "1"}


def _in_words(layout: str) -> str:
    return f"({', '.join(_NAMES[letter] for letter in layout)})"


def moved(array: Array, layout: str, into: str) -> Array:
    """Bring an array whose axes are read as ``layout`` into another order."""
    if len(layout) != array.ndim:
        raise ValueError(layout)
    return array.transpose([layout.index(letter) for letter in into])


def _mending(name: str, comes: str, layout: str) -> str:
    """Return the line that gives an array that comes as ``comes`` the layout that is read."""
    order = tuple(comes.index(letter) for letter in layout)
    return f"{name} = np.transpose({name}, {order})"


def read_as(name: str, comes: str, layout: str) -> list[tuple[str, str]]:
    """Return what is said of an array that is read in another layout, and the remedy."""
    if layout == comes:
        return []
    if _in_words(layout) == _in_words(comes):
        said = f"{name}: rows and columns are swapped"
    else:
        said = f"{name}: passed on as {_in_words(comes)}, but read as {_in_words(layout)}"
    return [(said, _mending(name, comes, layout))]


def returned_as(due: str, layout: str) -> list[tuple[str, str]]:
    """Return what is said of a result in another layout than is due, and the remedy."""
    if layout == due:
        return []
    if layout == "1" + due:
        return [("result: a batch axis is left on it", "result = result[0]")]
    if layout.startswith("1"):
        return [*returned_as(due, "1" + due), *returned_as(due, layout[1:])]
    said = f"result: returned as {_in_words(layout)}, not as {_in_words(due)}"
    return [(said, _mending("result", layout, due))]


def given_back(result: Array, due: str, layout: str) -> Array:
    """Bring a result that is right into the layout in which it is returned."""
    if layout.startswith("1"):
        return moved(result, due, layout[1:])[np.newaxis]
    return moved(result, due, layout)


def reading(faults: list[tuple[str, str]], result: Callable[..., Array]) -> Reading:
    """Return the reading with some mistakes, each with its remedy."""
    return Reading(tuple(said for said, _ in faults), tuple(r for _, r in faults), result)
