"""What is declared of parameters: how the axes of the data are read, and what options may be."""

from collections.abc import Callable, Mapping, Sequence
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
    lengths_of_a_result : callable or None
        Returns the shape of an answer by that of the data, where other shapes are no answers.
    in_batches : bool
        Whether a single one may be handed over as a batch of one.
    batched : tuple of str
        The arguments beside the data of which a batch has one for each of its own.
    without_channels : tuple of str
        The arrays that get a channel axis where data without one are not taken.
    channels_in_result : bool
        Whether a result has the channel axis that was added.
    batch_in_result : bool
        Whether the result for a batch has one for each of its own.
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
    lengths_of_a_result: Callable[[tuple[int, ...]], tuple[int, ...]] | None = None
    in_batches: bool = False
    batched: tuple[str, ...] = ()
    without_channels: tuple[str, ...] = ()
    channels_in_result: bool = False
    batch_in_result: bool = True
    flattens: bool = False
    of_one_row: int | None = None
    each_element: bool = False
    in_words: Callable[[frozenset[int]], str] = words_of_ranks

    def may_have(self, shape: tuple[int, ...], result: tuple[int, ...]) -> bool:
        """Return whether data of a shape may have an answer of another, right or wrong."""
        if self.of_a_result is None:
            return True
        if 0 in result or len(result) != self.of_a_result(len(shape)):
            return False
        lengths = self.lengths_of_a_result
        return lengths is None or result == lengths(shape)


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
    serves : bool
        Whether what is not asked for is judged as with that value. Otherwise only that is judged
        which is asked for.
    """

    value: Any
    limit: str
    in_words: str
    shows: Callable[[Arguments, Array], bool]
    serves: bool = False


#: The kinds of values: what code takes of one, it may not take of another.
NUMBER, PAIR, NESTED, WORD, SWITCH = "number", "pair", "nested pairs", "word", "switch"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _are_two(value: Any, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, tuple | list) and len(value) == 2 and all(map(holds, value))


#: Which values are of a kind.
_HOLDS: dict[str, Callable[[Any], bool]] = {
    NUMBER: _is_number,
    PAIR: lambda value: _are_two(value, _is_number),
    NESTED: lambda value: _are_two(value, lambda side: _are_two(side, _is_number)),
    WORD: lambda value: isinstance(value, str),
    SWITCH: lambda value: isinstance(value, bool),
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of an option's values, which code may offer without the others.

    Attributes
    ----------
    name : str
        `NUMBER`, `PAIR`, `NESTED`, `WORD` or `SWITCH`.
    in_words : str
        What code takes that offers it: "a stride for each axis".
    probes : callable
        Returns, from the arguments of a small legal call, what of it legal calls with such values
        change, the value among it. None is answered as the default is.
    """

    name: str
    in_words: str
    probes: Callable[[Arguments], Sequence[Arguments]]

    def holds(self, value: Any) -> bool:
        """Return whether a value is of this kind."""
        return _HOLDS[self.name](value)


def kind(option: str, name: str, in_words: str, *values: Any) -> Kind:
    """Return a kind of an option whose probes change nothing but its value."""
    return Kind(
        name=name,
        in_words=in_words,
        probes=lambda _given: [{option: value} for value in values],
    )


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
    fixed : tuple of Fixed
        Values of code that has no parameter for it, the commonest first.
    kinds : tuple of Kind
        The kinds of its values. Code that names the option offers the plain one; calls tell of the
        others.
    plain_kind : str
        The plain kind, "" for that of the default in the signature, or else of the operation's.
    may_be_absent : bool
        Whether code may take it and not offer it: by ``**kwargs``, where it changes nothing, or by
        refusing on purpose whatever is not the default. Of others that is a limit, or fails.
    has_one_default : bool
        Whether everybody has the same default, so that code in the operation's own form must, too.
    """

    values: tuple[Any, ...] = (None,)
    plain: Any = None
    default: Callable[[Arguments], Any] = _nothing
    default_code: str = "None"
    is_array: bool = False
    fixed: tuple[Fixed, ...] = ()
    kinds: tuple[Kind, ...] = ()
    plain_kind: str = ""
    may_be_absent: bool = False
    has_one_default: bool = False

    def kind_of(self, value: Any) -> Kind | None:
        """Return the kind of a value, ``None`` for what is of none."""
        return next((one for one in self.kinds if one.holds(value)), None)

    def values_for(self, given: Arguments) -> list[Any]:
        """Return the legal values for a call."""
        return [value(given) if callable(value) else value for value in self.values]
