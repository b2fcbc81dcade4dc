"""What is declared of an option: its legal values, its default, where it changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = Mapping[str, Any]
Array = np.ndarray[Any, Any]


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
