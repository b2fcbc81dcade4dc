"""What an implementation did wrong: the errors that a judge raises, and their words."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.subject.caller import describe

Array = NDArray[Any]

#: Arrays of up to so many elements are printed in messages.
PRINTED = 60

#: Digits after the point of their numbers, unless it takes more to tell two arrays apart.
DIGITS = 8


class NotTestedError(Exception):
    """The implementation does not offer what a check needs."""


class NotOfferedError(NotTestedError):
    """The implementation does not offer the operation at all."""


class UnfinishedError(NotTestedError):
    """Time or memory did not suffice for a call that may take long: nothing is known of it."""


class NotCalledError(NotTestedError):
    """The call was given up, because others did not come back."""


class Complaint(StrEnum):
    """What kind of thing went wrong."""

    VALUES = "wrong values"
    SHAPE = "wrong shape"
    UNREADABLE = "unreadable result"
    REFUSED = "legal call refused"
    LATE = "no return"
    DIED = "process died"
    ACCEPTED = "bad call accepted"
    UNCLEAN = "unclean refusal"
    ACCIDENT = "refused by accident"
    CHANGED = "arguments changed"
    UNSTEADY = "another answer to the same call"
    ROUNDED_ANEW = "not reproducible to the last bit"
    BESIDES = "does something besides"
    OVERWRITTEN = "earlier result changed"
    SHARED = "result is kept"
    LAYOUT = "depends on memory layout"
    RELATION = "relation broken"
    CONDITION = "condition broken"


#: Complaints that wrong values give.
OF_VALUES = (Complaint.VALUES, Complaint.RELATION, Complaint.CONDITION)

#: Complaints about what calls leave behind for others.
OF_THE_PAST = (
    Complaint.UNSTEADY,
    Complaint.ROUNDED_ANEW,
    Complaint.BESIDES,
    Complaint.OVERWRITTEN,
    Complaint.SHARED,
)

#: Complaints about calls that did not come back: nothing is there to be compared.
LOST = (Complaint.LATE, Complaint.DIED)


class NonconformanceError(AssertionError):
    """The implementation does not do what a requirement says.

    Attributes
    ----------
    case : Case
        The call in which it shows.
    message : str
        For people; its first line says what is wrong. May be given as a function that returns it.
    complaint : Complaint
    detail : str
        What tells two complaints of a kind apart, beside their arrays.
    got : array or None
        What was returned, or found in its place.
    answer : Answer or None
        What was expected.
    before : sequence of Case
        The calls that have to be made first for the mistake to show.
    refused : Case or None
        A call that should be refused and has to be made next, before the case itself.
    later : sequence of Case
        The calls that have to be made afterwards for the mistake to show.
    handed_over : mapping
        How the arguments were handed over: the keywords of `Implementation.call`.
    differs_again : bool
        Whether the same call is answered in another way when it is made again.
    history : sequence of (Case, str, bool)
        Earlier calls after which it goes wrong, with the layout of their arguments and whether
        they are refused; see `cnnspec.diagnosis.repeated_calls`.
    size : int
        The numbers in all arguments.
    layers : dict or None
        Of a network that was judged layer by layer: those that ``agree``, in their order, the
        first that ``differs``, and where.
    """

    def __init__(
        self,
        case: Case,
        message: str | Callable[[], str],
        complaint: Complaint = Complaint.CONDITION,
        *,
        detail: str = "",
        got: Array | None = None,
        answer: Answer | None = None,
        before: Sequence[Case] = (),
        refused: Case | None = None,
        later: Sequence[Case] = (),
        layers: dict[str, Any] | None = None,
    ) -> None:
        self.case = case
        self._message = message
        self.complaint = complaint
        self.detail = detail
        self.got = got
        self.answer = answer
        self.before = tuple(before)
        self.refused = refused
        self.later = tuple(later)
        self.layers = layers
        self.handed_over: Mapping[str, Any] = {}
        self.differs_again = False
        self.history: Sequence[tuple[Case, str, bool]] = ()
        self.call = f"{case.operation}({describe(case.arguments)})"
        self.size = sum(np.size(value) for value in case.arguments.values())
        super().__init__(case.id)

    def __str__(self) -> str:
        return f"{self.case.id}: {self.call}\n{self.message}"

    @cached_property
    def message(self) -> str:
        """What is wrong, worked out when it is first read: most replays are never read."""
        return self._message if isinstance(self._message, str) else self._message()

    @property
    def first_line(self) -> str:
        """The first line of the message: what is wrong in short."""
        return next(iter(self.message.splitlines()), "")

    def because(self, why: str) -> "NonconformanceError":
        """Return the same error, with a line before its message (none if ``why`` is "")."""
        if not why:
            return self
        return NonconformanceError(
            self.case,
            lambda: f"{why}\n{self.message}",
            self.complaint,
            detail=self.detail,
            got=self.got,
            answer=self.answer,
            before=self.before,
            layers=self.layers,
        )

    @property
    def largest_error(self) -> float:
        """The largest error of a value; infinite where there is nothing to compare."""
        if self.got is None or self.answer is None or self.got.shape != self.answer.high.shape:
            return float("inf")
        return float(errors_of(self.got, self.answer).max(initial=0))


def wrong_shape(case: Case, got: Array, answer: Answer) -> NonconformanceError:
    """Return the error of a result that has another shape than the answer."""
    message = f"the result has the shape {got.shape}, expected {answer.high.shape}"
    return NonconformanceError(case, message, Complaint.SHAPE, got=got, answer=answer)


def wrong_values(
    case: Case,
    got: Array,
    answer: Answer,
    complaint: Complaint = Complaint.VALUES,
    why: str = "",
) -> NonconformanceError:
    """Return the error of a result some of whose values are beyond their bounds."""

    def message() -> str:
        lines = [why] if why else []
        lines += _worst_values(got, answer)
        arrays = {
            name: value for name, value in case.arguments.items() if isinstance(value, np.ndarray)
        }
        digits = dict.fromkeys(("got", "expected"), telling_digits(got, answer.high))
        for name, array in (arrays | {"got": got, "expected": answer.high}).items():
            if array.size <= PRINTED:
                lines.append(f"  {name} = {_compact(array, digits.get(name, DIGITS))}")
        return "\n".join(lines)

    return NonconformanceError(case, message, complaint, detail=why, got=got, answer=answer)


def _worst_values(got: Array, answer: Answer) -> list[str]:
    error, allowed = errors_of(got, answer), answer.allowed
    wrong = ~(error <= allowed)
    worst = np.unravel_index(int(np.argmax(np.where(wrong, error, -1.0))), error.shape)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if error.ndim else ()
    lines = [f"{int(wrong.sum())} of {wrong.size} values are wrong"]
    places = {"first": first, "largest error": tuple(int(i) for i in worst)}
    for label, place in places.items():
        if label == "first" or place != first:
            lines.append(
                f"  {label} at {list(place)}: got {got[place]!s}, exact {answer.high[place]!s},"
                f" error {error[place]:.3g}, {_bound(error[place], allowed[place])}"
            )
    return lines


def _bound(error: float, allowed: float) -> str:
    if not allowed:
        return "bound 0 (no rounding is needed)"
    with np.errstate(over="ignore"):
        return f"bound {allowed:.3g}, error / bound {np.divide(error, allowed):.3g}"


def telling_digits(got: Array, expected: Array) -> int:
    """Return the digits after the point at which two arrays look different: 17 always tell."""
    return DIGITS if _compact(got, DIGITS) != _compact(expected, DIGITS) else 17


def _compact(array: Array, digits: int) -> str:
    text = np.array2string(array, separator=", ", max_line_width=10_000, precision=digits)
    return " ".join(text.split())
