"""Symptoms: what an operation's results are, so that a wrong one shows what was mistaken."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case

Array = NDArray[Any]
Arguments = Mapping[str, Any]
Shape = tuple[int, ...]


#: A pattern that was found in a wrong result: its name, what is said, and a remedy.
Pattern = tuple[str, str, str | None]
Found = Iterator[Pattern]


class Failure(Protocol):
    """A call that went wrong."""

    @property
    def case(self) -> Case:
        """The call."""

    @property
    def detail(self) -> str:
        """What is wrong, if it is no number."""

    @property
    def got(self) -> Array | None:
        """What was returned, or found in its place."""

    @property
    def answer(self) -> Answer | None:
        """What was expected."""


def none(_given: Any) -> Iterator[Any]:
    """Return nothing: what an operation has none of."""
    return iter(())


@dataclass(frozen=True, kw_only=True)
class Symptoms:
    """What is declared of results.

    Attributes
    ----------
    has_maps : bool
        Whether rows, columns and maps are the last three axes.
    is_sum : bool
        Whether every element is a sum of terms of any sign and size.
    is_bounded_normwise : bool
        Whether there is a rule for errors that are spread over the whole result.
    transforms : str
        What spreads its errors so and is right all the same.
    other_windows : callable
        Returns calls whose answers are those of windows elsewhere, each after what is said of it.
    mistaken_shapes : callable
        Returns the shapes that a mistake gives a result: pattern, what is said, remedy, and the
        rows and columns.
    of_failure : callable
        Finds patterns that only this operation's failures show.
    unreadable : tuple or None
        The pattern of results that cannot be read, with a slot for what was returned.
    unknown : tuple or None
        The pattern of wrong values of which nothing else can be said.
    """

    has_maps: bool = False
    is_sum: bool = False
    is_bounded_normwise: bool = False
    transforms: str = ""
    other_windows: Callable[[Arguments], Iterable[tuple[str, Arguments]]] = none
    mistaken_shapes: Callable[[Arguments], Iterable[tuple[str, str, str, Shape]]] = none
    of_failure: Callable[[Failure], Found] = none
    unreadable: Pattern | None = None
    unknown: Pattern | None = None


#: The pattern of a gradient that is a square, whatever it is the gradient of.
SQUARED = "squared"


def squared(data: str) -> Callable[[Arguments], Iterator[tuple[str, str, str, Shape]]]:
    """Return the mistaken shapes of a gradient to some images or maps: squares."""

    def shapes(given: Arguments) -> Iterator[tuple[str, str, str, Shape]]:
        shape = np.shape(given[data])
        rows, columns = shape if len(shape) == 2 else shape[-3:-1]
        if rows != columns:
            for side, words in (
                (rows, "it has as many columns as rows: its width is taken from the rows"),
                (columns, "it has as many rows as columns: its height is taken from the columns"),
            ):
                remedy = f"lay it out in the shape of the {data}: np.zeros({data}.shape)"
                yield SQUARED, words, remedy, (side, side)

    return shapes
