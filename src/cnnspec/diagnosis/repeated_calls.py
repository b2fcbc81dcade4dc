"""Failures that depend on the past: whether a call goes wrong again, and which ones come before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.subject.boundary import Called, Implementation

#: How many of the latest calls a complaint is about.
_ABOUT = {
    Complaint.VALUES: 1,
    Complaint.SHAPE: 1,
    Complaint.REFUSED: 1,
    Complaint.UNREADABLE: 1,
    Complaint.LAYOUT: 2,
    Complaint.RELATION: 2,
}

#: Failing calls of each operation that are made again while all of them fail again.
STEADY = 30

#: Failures whose past is looked for, and how many calls before them are tried to be enough.
SEARCHES = 4
LENGTHS = (1, 2, 4, 11)


class Past:
    """Looks into the past of failures of one implementation."""

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._steady: Counter[str] = Counter()
        self._searches = 0

    def look(self, error: NonconformanceError) -> None:
        """Write into a failure whether its call goes wrong again, and what it takes, if not."""
        recent = list(self._implementation.recent)
        about = _ABOUT.get(error.complaint, 0)
        if not about or not recent or recent[-1].operation != error.case.operation:
            return
        if self._steady[error.case.operation] >= STEADY:
            return
        latest = recent[-about:]
        if all(_made(self._implementation, called).answered_like(called) for called in latest):
            self._steady[error.case.operation] += 1
            return
        error.differs_again = True
        if about == 1 and not error.before:
            error.history = self._enough(recent[:-1], recent[-1])

    def _enough(self, before: list[Called], last: Called) -> list[tuple[Case, str, bool]]:
        """Return the latest calls after which a fresh copy goes wrong as well, if any do."""
        if self._searches >= SEARCHES:
            return []
        self._searches += 1
        for length in LENGTHS:
            copy = self._implementation.fresh_copy()
            if copy is None:
                return []
            calls = [_made(copy, called) for called in before[-length:]]
            if _made(copy, last).answered_like(last):
                return history_of(calls)
        return []


def _made(implementation: Implementation, called: Called) -> Called:
    """Make a call as it was made before."""
    implementation.call(called.operation, called.arguments, **asdict(called.manner))
    return implementation.recent[-1]


def history_of(calls: Iterable[Called]) -> list[tuple[Case, str, bool]]:
    """Return earlier calls as a failure keeps them (`NonconformanceError.history`)."""
    return [(_case(one), one.manner.layout, one.values is None) for one in calls]


def _case(called: Called) -> Case:
    first = np.asarray(next(iter(called.arguments.values())))
    dtype = first.dtype.name if first.dtype.kind == "f" else None
    return Case("before", called.operation, called.arguments, dtype)
