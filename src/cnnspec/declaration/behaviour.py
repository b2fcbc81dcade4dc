"""Behaviours: questions that correct implementations answer differently.

They are measured and reported, and fail nobody. What makes the calls is above: here an asker is
what answers a question's calls, and a question finds its answer in what it returns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: What may come of any call, whatever the question.
REFUSED = "refused"
NOT_OFFERED = "not offered"
TIMED_OUT = "no answer in time"
DIED = "the process died"
NOT_ASKED = "not asked, because earlier calls did not return"
UNREADABLE = "nothing that can be read as numbers"
OTHER = "something else"
ALWAYS_POSSIBLE = (REFUSED, NOT_OFFERED, TIMED_OUT, DIED, NOT_ASKED, UNREADABLE, OTHER)

#: How far a number may lie from one of the known answers, which are far from each other.
CLOSE = 1e-3


class Settled(Exception):  # noqa: N818 - a signal from a call to its question
    """What came of a call is the answer."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


class Looks(Protocol):
    """What kind of object was returned, and in which order it lies in memory."""

    @property
    def kind(self) -> str:
        """Kind: "array", "read-only array", "sequence", "number" or another; "" if unknown."""

    @property
    def order(self) -> str:
        """Order: "C", "F" or "neither"; "" for what is no array."""


class Returned(Protocol):
    """What a call returned, beside its numbers."""

    @property
    def value(self) -> Array:
        """Its numbers."""

    @property
    def looks(self) -> Looks:
        """What kind of object it is."""

    @property
    def see_again(self) -> Callable[[], Array] | None:
        """What reads the object again; ``None`` where that cannot be done."""


class Asker(Protocol):
    """Calls one operation of an implementation for one question."""

    @property
    def is_clean(self) -> bool:
        """Whether all exceptions so far are what a library raises for bad input."""

    def __call__(self, arguments: Arguments, **how: Any) -> Array:
        """Return the array that a call gives; anything else that comes of it is the answer.

        The arguments get the axes that the implementation takes and, unless ``as_given`` is true,
        the dtype of the questions; ``layout`` says how they lie in memory.
        """

    def result(self, arguments: Arguments, **how: Any) -> tuple[Array, Returned]:
        """Return the array and the full result."""

    def bad_call(self, arguments: Arguments) -> str:
        """Return what comes of a call that should be refused, in the axes that it has."""

    def offers_dtype(self, dtype: str) -> bool:
        """Return whether the operation takes arguments of a floating dtype."""


@dataclass(frozen=True)
class Behaviour:
    """One question.

    Attributes
    ----------
    id : str
        Begins with the operation that is asked.
    answers : tuple of str
        The answers that it knows besides those that are always possible.
    ask
        Finds the answer.
    """

    id: str
    answers: tuple[str, ...]
    ask: Callable[[Asker], str]

    @property
    def operation(self) -> str:
        """The operation that is asked."""
        return self.id.partition("-")[0]


# --- reading answers -------------------------------------------------------------------------


def is_near(got: Array, expected: ArrayLike) -> bool:
    """Return whether a result is the expected one: shape, numbers, infinities and NaN."""
    wanted = np.asarray(expected)
    return got.shape == wanted.shape and np.allclose(
        got, wanted, rtol=CLOSE, atol=CLOSE, equal_nan=True
    )


def name_of(got: Array, answers: Mapping[str, ArrayLike]) -> str:
    """Return the name of the answer that a result is."""
    return next((name for name, wanted in answers.items() if is_near(got, wanted)), OTHER)


def single_number(got: Array) -> float:
    """Return the one number of a result."""
    if got.size != 1:
        raise Settled(OTHER)
    return float(got.reshape(()))


DEPENDS = "it depends on the position"


def unanimous(marks: Array, everywhere: str, nowhere: str) -> str:
    """Return which of two answers all elements agree on."""
    if marks.all():
        return everywhere
    return DEPENDS if marks.any() else nowhere
