"""The pattern of a difference that no known mistake explains, in words.

Each pattern is a plain fact about one result, found by trying: it is never stated as the cause.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.symptoms import Found, Symptoms
from cnnspec.diagnosis import map_patterns, precision_patterns, value_patterns
from cnnspec.diagnosis.difference import Difference
from cnnspec.diagnosis.shape_patterns import of_shape, sized_by_mistake
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import NOT_CALLED
from cnnspec.subject.outcomes import NOTHING, OUT_OF_MEMORY

Array = NDArray[Any]


Floats = NDArray[np.float64]


Json = dict[str, Any]


#: Patterns that are given for one failure.
SHOWN = 2


#: Characters of an exception's text that are shown.
_LONG = 150


def patterns(
    fresh: NonconformanceError | None,
    error: NonconformanceError | None,
) -> list[Json]:
    """Return what can be said of a failure, the most telling first.

    ``fresh`` is the same failure on a copy of the implementation without a past; ``None`` if
    that copy passes.
    """
    if error is None:
        return []
    if fresh is None:
        return [_entry("differs from call to call", _PASSES_FRESH, _KEEP_NOTHING)]
    if error.differs_again:
        return [_entry("differs from call to call", _DIFFERS_AGAIN, _KEEP_NOTHING)]
    with np.errstate(all="ignore"):
        return [_entry(*found) for found in islice(_all(fresh), SHOWN)]


def lost(complaint: str, message: str) -> list[Json]:
    """Return what can be said of a call that did not come back, or was not made after others."""
    reason = message.splitlines()[0].removeprefix("instead of a refusal: ")
    remedy = _RETURN if complaint == Complaint.LATE else _LEAVE_ALONE
    for said, its_remedy in _BY_REASON.items():
        if said in reason:
            remedy = its_remedy
    return [_entry(complaint, reason.removeprefix(NOT_CALLED).strip(), remedy)]


_RETURN = (
    "every call must come back (a program ends each answer with a line break, and flushes it);"
    " --time-limit gives slow code more time"
)


_LEAVE_ALONE = "a call must return or be refused, and leave its process alone"


_ONE_ANSWER = (
    "answer every call with one message, as PROTOCOL.md says; whatever else is printed belongs on"
    " standard error"
)


#: What the reasons say why a process was ended that did come back, and how to mend that.
_BY_REASON = {
    "broke the line to the suite": _ONE_ANSWER,
    "the answer is to call": "give every answer the id of its call",
    "which was answered before": "give every call one answer, with the id of the call",
    "was answered by a message of the type": _ONE_ANSWER,
    "sent something else than an outcome": _ONE_ANSWER,
    OUT_OF_MEMORY: "hold less at a time; --memory-limit allows more",
}


def _entry(name: str, explanation: str, remedy: str | None) -> Json:
    return {
        "fault": None,
        "pattern": name,
        "explanation": explanation,
        "remedy": remedy,
        "certain": False,
    }


_KEEP_NOTHING = "keep nothing from one call to the next that depends on the numbers"


_DIFFERS_AGAIN = "the very same call is answered in another way when it is made again"


_PASSES_FRESH = (
    "the answer is right on a fresh copy of the implementation: what an earlier call left shows"
)


_RIGHT_AT_FIRST = (
    "right at first",
    "the same call is answered rightly at first, and wrongly when it is made again",
    _KEEP_NOTHING,
)


#: What the kind of a complaint says by itself.
_BY_COMPLAINT = {
    Complaint.CHANGED: (
        "argument changed",
        "the function writes into the caller's array",
        "work on a copy, or use expressions that make a new array",
    ),
    Complaint.UNSTEADY: (
        "differs from call to call",
        "the answer depends on the calls before",
        _KEEP_NOTHING,
    ),
    Complaint.ROUNDED_ANEW: (
        "not reproducible to the last bit",
        "the same call is rounded in another way each time, within its bound: sums are taken in"
        " another order",
        "nothing is wrong; to get the same bits again, sum in a fixed order",
    ),
    Complaint.OVERWRITTEN: (
        "earlier result overwritten",
        "a result shares its memory with later ones",
        "return a new array from every call",
    ),
    Complaint.SHARED: (
        "result remembered",
        "what is written into a result comes back as the answer of a later call",
        "return a copy of what is kept",
    ),
    Complaint.LAYOUT: (
        "depends on memory layout",
        "the same numbers give another answer when they lie differently in memory",
        "index by rows and columns, or make a contiguous copy first (numpy.ascontiguousarray)",
    ),
    Complaint.ACCEPTED: (
        "bad call accepted",
        "nothing checks the arguments",
        "raise a ValueError that names what was given and what was expected",
    ),
    Complaint.UNCLEAN: (
        "unclean refusal",
        "the refusal is not one that callers expect",
        "raise a ValueError",
    ),
    Complaint.ACCIDENT: (
        "refused by accident",
        "the arithmetic happens to fail; other bad arguments would pass",
        "check the shapes first, and raise a ValueError",
    ),
}


_NUMBERS = "return a NumPy array of real numbers"


_CHANGED_BY_ITSELF = (
    "earlier result overwritten",
    "a result changes after it was returned, and not into that of a later call",
    "let nothing write into an array once it is returned: a copy is the caller's own",
)


def _all(error: NonconformanceError) -> Found:
    if found := _by_complaint(error):
        yield found
        return
    yield from _symptoms(error).of_failure(error)
    if error.got is None or error.answer is None:
        return
    yield from _of_earlier_call(error)
    if error.got.shape != error.answer.high.shape:
        yield from sized_by_mistake(error, error.got)
        is_bank = OPERATIONS[error.case.operation].exhibit.result.is_bank
        yield from of_shape(error.got.astype(float), error.answer.high, is_bank=is_bank)
        return
    answer = error.answer.for_result(error.got.dtype)
    difference = Difference(
        got=error.got.astype(float),
        expected=answer.high,
        wrong=~(errors_of(error.got, answer) <= answer.allowed),
        within=answer.allowed + _nearness(error.got),
        error=error,
    )
    if error.complaint is Complaint.LAYOUT:
        yield _BY_COMPLAINT[Complaint.LAYOUT]
    if _is_of_network(error) and error.got.ndim:
        yield from _of_probabilities(difference)
    else:
        yield from _of_numbers(difference)


#: Where an exception was raised by accident, at the end of a message.
_PLACE = re.compile(r" \([^()]+, line \d+\)$")


def _by_complaint(error: NonconformanceError) -> tuple[str, str, str | None] | None:
    """Return what the complaint itself says, ``None`` if the numbers have to be looked at."""
    said = _first_line(error.detail)
    if error.complaint is Complaint.REFUSED:
        where = _PLACE.search(_first_line(error.message))
        place = where[0] if where else ""
        return "legal call refused", f"a legal call raises an exception: {said}{place}", None
    if error.complaint is Complaint.UNREADABLE or (error.complaint is Complaint.ACCEPTED and said):
        return _unreadable(error, said)
    if error.complaint is Complaint.OVERWRITTEN and not _holds_later_answers(error):
        return _CHANGED_BY_ITSELF
    if error.complaint is Complaint.LAYOUT:
        return None
    besides = ("does something besides", f"a call {error.detail}", None)
    return besides if error.complaint is Complaint.BESIDES else _BY_COMPLAINT.get(error.complaint)


def _unreadable(error: NonconformanceError, said: str) -> tuple[str, str, str | None]:
    """Return what a result is that holds no numbers."""
    is_answer = error.complaint is Complaint.UNREADABLE
    if is_answer and (unreadable := _symptoms(error).unreadable):
        name, words, remedy = unreadable
        return name, words.format(said=said), remedy
    gradient = OPERATIONS[error.case.operation].gradient
    if is_answer and gradient and said.startswith(NOTHING):
        return (
            "no gradient returned",
            f"the gradient to {gradient.to} is promised, by a name or a docstring, and does not"
            f" come back: it {said}",
            "return it, or promise it nowhere",
        )
    return "no array returned", f"no array of real numbers comes back: it {said}", _NUMBERS


def _of_probabilities(difference: Difference) -> Found:
    for finder in _OF_NETWORKS:
        yield from finder(difference)
    if difference.symptoms.unknown:
        yield difference.symptoms.unknown


def _of_numbers(difference: Difference) -> Found:
    if rounding := precision_patterns.rounded_too_often(difference):
        yield rounding  # where so little is wrong says nothing
        return
    for finder in _FINDERS:
        yield from finder(difference)


_OF_NETWORKS = (value_patterns.not_numbers, value_patterns.zeros)


_FINDERS = (
    value_patterns.not_numbers,
    value_patterns.transformed,
    value_patterns.zeros,
    value_patterns.offset,
    map_patterns.windows_elsewhere,
    map_patterns.moved,
    precision_patterns.imprecise,
    value_patterns.confined,
)


def _symptoms(error: NonconformanceError) -> Symptoms:
    return OPERATIONS[error.case.operation].symptoms


def _is_of_network(error: NonconformanceError) -> bool:
    return OPERATIONS[error.case.operation].is_network


def _first_line(text: str) -> str:
    """Return the first line of a text, cut where it gets long."""
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= _LONG else line[:_LONG] + "…"


def _nearness(got: Array) -> float:
    finite = np.abs(got.astype(float), where=np.isfinite(got), out=np.zeros(got.shape))
    roundoff = 1e-15 if got.dtype.kind in "iub" else float(np.finfo(got.dtype).eps)
    return 100 * roundoff * float(np.max(finite, initial=0))


def _holds_later_answers(error: NonconformanceError) -> bool:
    """Return whether what a result holds by now are numbers of calls that were made later.

    Of a network that is not known, and taken to be so: it is the common mistake.
    """
    if error.got is None or _is_of_network(error):
        return True
    due = [
        exact_answer(case, error.got.dtype, "componentwise").high.ravel() for case in error.later
    ]
    numbers = np.sort(np.concatenate([*due, np.zeros(1)]))
    held = error.got.astype(float).ravel()
    above = np.searchsorted(numbers, held).clip(1, len(numbers) - 1)
    apart = np.minimum(np.abs(held - numbers[above]), np.abs(held - numbers[above - 1]))
    return bool((apart <= 1e3 * _nearness(error.got)).all())


def _of_earlier_call(error: NonconformanceError) -> Found:
    """Find the earlier call whose answer was given, or that was answered rightly itself."""
    if error.before and all(one.id == error.case.id for one in error.before):
        yield _RIGHT_AT_FIRST
        return
    if _is_of_network(error) or error.got is None or error.answer is None:
        return
    for case in {one.id: one for one in error.before if one.id != error.case.id}.values():
        due = exact_answer(case, error.got.dtype, "componentwise")
        if due.high.shape != error.got.shape:
            continue
        far = np.abs(error.got.astype(float) - due.high) > due.allowed + _nearness(error.got)
        if not far.any() and (others := _other_options(case.arguments, error.case.arguments)):
            yield (
                "options of an earlier call",
                f"the result is that of {others}, as in an earlier call: what this call gives is"
                " not used, or not everywhere",
                "use what each call gives, wherever it counts, and keep nothing of earlier ones",
            )
            return
        if not far.any():
            again = error.handed_over.get("in_place")
            held = ", whose numbers the same array held before" if again else ""
            yield (
                "answer of an earlier call",
                f"the result is that of an earlier call{held}",
                _KEEP_NOTHING,
            )
            return


def _other_options(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return the options of an earlier call that differ, as words; "" if its arrays do, too."""
    names = [*dict.fromkeys([*earlier, *now])]
    are_arrays = [
        name for name in names if isinstance(now.get(name, earlier.get(name)), np.ndarray)
    ]
    if any(
        name not in earlier or name not in now or not np.array_equal(earlier[name], now[name])
        for name in are_arrays
    ):
        return ""
    differ = [n for n in names if n not in are_arrays and earlier.get(n) != now.get(n)]
    said = (f"{n} = {earlier[n]}" if n in earlier else f"no {n}" for n in differ)
    return " and ".join(said)
