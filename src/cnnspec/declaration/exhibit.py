"""What an element of a result is made of, and how arrays are cut into planes to be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Place = tuple[int, ...]
Box = tuple[int, int, int, int]

#: Terms of a sum that are written out.
WRITTEN_OUT = 9


@dataclass(frozen=True)
class Planes:
    """How the axes of an array are told apart: which are rows and columns, which are channels.

    Attributes
    ----------
    is_rows : bool
        Whether rows and columns are the last axes; elsewhere they are the first, behind that of a
        batch.
    is_bank : bool
        Whether the first axis of three counts filters.
    channels : int or None
        With so many axes the last is of channels, and all of them count.
    """

    is_rows: bool = False
    is_bank: bool = False
    channels: int | None = None

    def axes(self, count: int) -> tuple[int, ...]:
        """Return which of so many axes are rows and columns."""
        if count < 2:
            return tuple(range(count))
        if self.is_rows or count > 4:
            return count - 2, count - 1
        first = 1 if count == 4 or (self.is_bank and count == 3) else 0
        return first, first + 1


#: Maps, one behind the other, and rows of numbers; images, whose channels are shown beside each
#: other; a bank of filters.
MAPS = Planes()
ROWS = Planes(is_rows=True)
IMAGE = Planes(channels=3)
FILTERS = Planes(is_bank=True, channels=4)


@dataclass(frozen=True)
class Window:
    """Where the numbers lie from which one element of the result is computed.

    Attributes
    ----------
    places : dict
        By argument: the first element.
    boxes : dict
        By argument: first row, first column, rows and columns, also beyond the argument's edge.
    said : str
        The same in words.
    is_single : bool
        Whether it is a single element, to which channels beside its own are nothing.
    """

    places: Mapping[str, Place] = field(default_factory=dict)
    boxes: Mapping[str, Box] = field(default_factory=dict)
    said: str = ""
    is_single: bool = False


#: Returns the window of an element, from the arguments, its place, and what is expected, if known.
FindWindow = Callable[[Mapping[str, Any], Place, Array | None], Window]


@dataclass(frozen=True)
class Exhibit:
    """How a failing call of an operation is shown.

    Attributes
    ----------
    planes : dict
        How arguments are cut, by name; others are cut like maps.
    result : Planes
        How the result is.
    window : callable or None
        None where every argument makes every element.
    """

    planes: Mapping[str, Planes] = field(default_factory=dict)
    result: Planes = MAPS
    window: FindWindow | None = None

    def of(self, name: str) -> Planes:
        """Return how an argument is cut."""
        return self.planes.get(name, MAPS)


def extent(row: int, rows: int, column: int, columns: int) -> str:
    """Return the rows and columns of a window in words."""
    beyond = " (zeros where that is outside)" if row < 0 or column < 0 else ""
    return f"{_span('row', row, rows)}, {_span('column', column, columns)}{beyond}"


def _span(word: str, first: int, count: int) -> str:
    return f"{word} {first}" if count == 1 else f"{word}s {first} to {first + count - 1}"
