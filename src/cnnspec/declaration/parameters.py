"""What is declared of parameters: how the axes of the data are read, and what options may be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = Mapping[str, Any]
Array = np.ndarray[Any, Any]


# --- axes ------------------------------------------------------------------------------------

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def words_of_ranks(ranks: frozenset[int]) -> str:
    """Return in words that only so many axes are taken."""
    highest = max(ranks)
    if ranks == set(range(1, highest + 1)):
        return "vectors only" if highest == 1 else f"up to {_NUMBERS[highest]} axes"
    named = " or ".join(str(rank) for rank in sorted(ranks))
    return f"{named} axes only"


@dataclass(frozen=True, kw_only=True)
class Axes:
    """How the axes of an operation's data, its first argument, are read.

    Attributes
    ----------
    of_a_batch : int or None
        How many axes a batch has, where data of one number of axes only are a batch.
    of_a_result : callable or None
        Returns how many axes an answer has, by those of the data; ``None``: what has others is
        judged as an answer.
    in_batches : bool
        Whether a single one may be handed over as a batch of one.
    batched : tuple of str
        The arguments beside the data of which a batch has one for each of its own.
    without_channels : tuple of str
        The arrays that get a channel axis where data without one are not taken.
    flattens : bool
        Whether the data are read as one axis, however many they have.
    of_one_row : int or None
        How many axes the answer to data of one row alone, (1, inputs) or (1, 1, inputs), has, where
        it may as well have those of the data, or none but the last.
    each_element : bool
        Whether every element is computed alone, so that axes of length 1 change nothing.
    in_words : callable
        Returns in words that only so many axes are taken.
    """

    of_a_batch: int | None = None
    of_a_result: Callable[[int], int] | None = None
    in_batches: bool = False
    batched: tuple[str, ...] = ()
    without_channels: tuple[str, ...] = ()
    flattens: bool = False
    of_one_row: int | None = None
    each_element: bool = False
    in_words: Callable[[frozenset[int]], str] = words_of_ranks


# --- options ---------------------------------------------------------------------------------


def _nothing(_given: Arguments) -> Any:
    return None


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """What code that has no parameter for an option may answer as with, whatever is asked of it.

    Attributes
    ----------
    value
        The option's value, as with which it answers.
    limit : str
        The kind of limits that it sets.
    in_words : str
        What the operation does then.
    shows : callable
        Returns whether a result, of the arguments of a call, may be one with that value.
    """

    value: Any
    limit: str
    in_words: str
    shows: Callable[[Arguments, Array], bool]


@dataclass(frozen=True, kw_only=True)
class Option:
    """An optional parameter.

    Attributes
    ----------
    values : tuple
        Legal values, the default among them, by which it is found out whether it is there. What
        can be called makes one from the arguments of a call.
    plain
        The value that changes nothing.
    default : callable
        Returns what it means that the option is not given, from the other arguments: for
        functions that have no default of their own.
    default_code : str
        The same as Python code, in which ``{keywords}`` stands for the arguments.
    is_array : bool
    fixed : Fixed or None
    """

    values: tuple[Any, ...] = (None,)
    plain: Any = None
    default: Callable[[Arguments], Any] = _nothing
    default_code: str = "None"
    is_array: bool = False
    fixed: Fixed | None = None

    def values_for(self, given: Arguments) -> list[Any]:
        """Return the legal values for a call."""
        return [value(given) if callable(value) else value for value in self.values]
