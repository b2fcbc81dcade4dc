"""What a gradient is: of which operation, to which of its parameters, and who returns it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnspec.declaration.case import Case

Arguments = Mapping[str, Any]
Shape = tuple[int, ...]


def no_cases() -> Sequence[Case]:
    """Return none."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Gradient:
    """A gradient, which is an operation of its own: it returns one array.

    Attributes
    ----------
    of : str
        The operation, which need not be offered.
    to : str
        Its parameter.
    function : str
        The function that returns the gradients to all of the operation's parameters, in their
        order, as a tuple; the only one it returns as it is.
    place, count : int
        Which of so many it is.
    shape : callable
        Returns the shape that it has, from the arguments of a call.
    cases : callable
        Returns calls on which the manners are looked at that all gradients have. The first two or
        three differ in numbers only.
    """

    of: str
    to: str
    function: str
    shape: Callable[[Arguments], Shape]
    place: int = 0
    count: int = 1
    cases: Callable[[], Sequence[Case]] = no_cases
