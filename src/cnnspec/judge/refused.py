"""What must be refused, and how it is refused."""

import re
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.mended_calls import kind_of, mended
from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    NotTestedError,
)
from cnnspec.judge.values import Values
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.outcomes import (
    Rejected,
    Result,
)

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


#: What NumPy says when shapes happen not to fit; with other shapes they would.
_ACCIDENT = re.compile(
    r"could not( be)? broadcast|not aligned|mismatch in its core dimension|shape-mismatch for sum"
)


class Refusals(Values):
    """What must be refused, and how it is refused."""

    def rejects(self, case: Case) -> None:
        """Check that a call raises an exception, of whatever type."""
        result = self._bad_call(case)
        if isinstance(result, Result):
            raise NonconformanceError(
                case,
                f"accepted, {_in_short(result)}; expected a refusal",
                Complaint.ACCEPTED,
                detail=result.problem,
                got=None if result.problem else result.value,
            )
        self._answers_the_right_call(case)

    def never_broadcasts(self, case: Case) -> None:
        """Check that an argument of another shape is refused, or read as the numbers it holds."""
        result = self._bad_call(case)
        if not isinstance(result, Result):
            self._answers_the_right_call(case)
            return
        _, restore = self.capabilities.fit(self.capabilities.narrowed(case))
        got = None if result.problem else restore(result.value)
        if got is None or not self._is_right(mended(case), got):
            raise NonconformanceError(
                case,
                f"accepted, but not read as its numbers: {_in_short(result)}",
                Complaint.ACCEPTED,
                detail=result.problem,
                got=got,
            )

    def rejects_or_computes_rows(self, case: Case) -> None:
        """Check that data of which the last axis alone fits are refused, or answered along it."""
        result = self._bad_call(case)
        if not isinstance(result, Result):
            self._answers_the_right_call(case)
            return
        got = None if result.problem else result.value
        if got is None or not self._is_right_by_rows(case, got):
            raise NonconformanceError(
                case,
                f"accepted, {_in_short(result)}: neither refused nor computed along the last axis",
                Complaint.ACCEPTED,
                detail=result.problem,
                got=got,
            )

    def _is_right_by_rows(self, case: Case, got: Array) -> bool:
        """Return whether every row of the data has its own answer."""
        name = OPERATIONS[case.operation].data
        given = self.capabilities.narrowed(case).arguments
        data = given[name]
        if got.shape[:-1] != data.shape[:-1]:
            return False
        return all(
            self._is_right(
                Case(f"{case.id}-{place}", case.operation, {**given, name: data[place]}), got[place]
            )
            for place in np.ndindex(data.shape[:-1])
        )

    def computes_or_refuses(self, case: Case) -> None:
        """Check that calls with the axes of a case are not answered by what is no answer."""
        self._must_offer(case)
        found = self.capabilities.of(case.operation)
        rank = np.ndim(case.arguments[OPERATIONS[case.operation].required[0]])
        given = found.unanswered.get(rank)
        if given is None:
            if rank not in found.ranks:
                raise NotTestedError(self.capabilities.lacks(case))
            self.count(case.operation)
            return
        self.count(case.operation)
        probe = Case(case.id, case.operation, given)
        result = self.implementation.call(case.operation, given)
        raise NonconformanceError(
            probe,
            f"neither computed nor refused: {_in_short(result)}"
            if isinstance(result, Result)
            else "neither computed nor refused",
            Complaint.ACCEPTED,
            got=result.value if isinstance(result, Result) else None,
        )

    def never_computes(self, case: Case) -> None:
        """Check that a call with no possible answer raises, or returns an empty array."""
        result = self._bad_call(case)
        if isinstance(result, Result) and not result.problem and result.value.size:
            raise NonconformanceError(
                case,
                f"there is nothing to compute, yet it {_in_short(result)}",
                Complaint.ACCEPTED,
                got=result.value,
            )
        if not isinstance(result, Result):
            self._answers_the_right_call(case)

    def rejects_cleanly(self, case: Case) -> None:
        """Check that what is raised, if anything is, is what a library raises."""
        outcome = self._bad_call(case)
        if isinstance(outcome, Rejected) and not outcome.is_clean:
            self._answers_the_right_call(case)
            raise NonconformanceError(
                case,
                f"raises {outcome.exception}; a library raises ValueError for bad input",
                Complaint.UNCLEAN,
                detail=outcome.exception,
            )

    def rejects_on_purpose(self, case: Case) -> None:
        """Check that what is raised, if anything is, is not an accident of the arithmetic."""
        outcome = self._bad_call(case)
        if isinstance(outcome, Rejected) and _ACCIDENT.search(outcome.message):
            self._answers_the_right_call(case)
            raise NonconformanceError(
                case,
                f"nothing checks this; it happens to end in {outcome.exception}:"
                f" {outcome.message.splitlines()[0]}",
                Complaint.ACCIDENT,
                detail=outcome.exception,
            )

    def _answers_the_right_call(self, case: Case) -> None:
        """See that what refuses a bad call answers the same call with right arguments.

        Calls of one kind run through the same code: one that is answered speaks for the others.
        """
        right, answerer = mended(case), self._answerer(case)
        kind = kind_of(right)
        if kind in answerer.answered:
            return
        if lacking := self.capabilities.lacks(right):
            raise NotTestedError(lacking)
        arguments, _ = self.capabilities.fit(self.capabilities.narrowed(right))
        if not isinstance(answerer.call(case.operation, arguments), Result):
            raise NotTestedError("the same call with right arguments is not answered either")
        answerer.answered.add(kind)


def _in_short(result: Result) -> str:
    if result.problem:
        return result.problem
    return f"returns an array of shape {result.value.shape}"
