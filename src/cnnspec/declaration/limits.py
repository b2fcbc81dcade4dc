"""Kinds of legal calls that code may deliberately not take, and how each is probed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case

Arguments = Mapping[str, Any]

#: A probe: arguments, and how arrays lie in memory.
Probe = tuple[Arguments, str]

#: Whether a case, handed over in a layout, is of a kind.
Covers = Callable[[Case, str], bool]

#: Small calls of a kind, from the operation and a small call that is not.
Probing = Callable[[str, Arguments], list[Probe]]


@dataclass(frozen=True)
class Kind:
    """A kind of legal calls that code may not take.

    Attributes
    ----------
    name : str
        Its key in reports and in ``CNNSPEC = {"limits": [...]}``.
    words : str
        What the verdict line says.
    covers, probes : callable
    by_line : bool
        Whether a crash is excused on a line that the plain call runs too.
    by_message : str
        A crash with these words is excused.
    """

    name: str
    words: str
    covers: Covers
    probes: Probing
    by_line: bool = False
    by_message: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A kind of calls that the articles' rules refuse, and that without these rules are legal.

    Attributes
    ----------
    what, kind, option : str
        What is another than the articles have it, how it is, and with which value of an option:
        "filters", "oblong", "valid".
    usual : str
        How the articles have it: "square, odd filters".
    holds : callable
        Returns whether a call, by its arguments, is one of them.
    probes : callable
        Returns small ones, of whole numbers.
    answers : callable
        Returns the answers of a probe that count as right, from its arguments and the coarsest
        dtype in play. Their bounds are normwise: whatever is closer is another matter.
    """

    what: str
    kind: str
    option: str
    usual: str
    holds: Callable[[Arguments], bool]
    probes: Callable[[], list[Arguments]]
    answers: Callable[[Arguments, np.dtype[Any]], Iterable[Answer]]


#: How NumPy says that windows do not divide the sizes, where code makes blocks by reshaping.
RESHAPING = "cannot reshape"


def filled(*shape: int) -> NDArray[Any]:
    """Return an array of small whole numbers, of either sign."""
    return np.resize(np.arange(1.0, 200.0) % 7 - 2, shape)


def with_options(*options: Arguments) -> Probing:
    """Return the plain call with each of some sets of options."""
    return lambda _operation, plain: [({**plain, **given}, "C") for given in options]


def with_option(name: str, *values: Any) -> Probing:
    """Return the plain call with each value of an option."""
    return with_options(*({name: value} for value in values))


def without_option(name: str) -> Probing:
    """Return the plain call without an option."""
    return lambda _operation, plain: [({n: v for n, v in plain.items() if n != name}, "C")]


def differs(name: str, default: Any) -> Covers:
    """Return whether an option differs from its default."""
    return lambda case, _layout: case.arguments.get(name, default) != default


def is_default(name: str, default: Any) -> Covers:
    """Return whether an option is what it is by default."""
    return lambda case, _layout: case.arguments.get(name, default) == default
