"""What earlier calls leave behind: results that change, answers that belong to another call."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.judge.calls import unless_gone
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    NotOfferedError,
    NotTestedError,
)
from cnnspec.judge.values import Values, same_as
from cnnspec.subject.outcomes import (
    OVERWRITING,
    Result,
)
from cnnspec.texts import counted

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


class RepeatedCalls(Values):
    """What earlier calls leave behind: results that change, answers that belong to another call."""

    def repeats(self, cases: Sequence[Case]) -> None:
        """Check that every call gives the same answer again, after calls of the others."""
        first = [self.answered(case)[0] for case in cases]
        for case, before in zip(cases, first, strict=True):
            again = self.value(case)
            why = "the same call gives another answer the second time"
            self._as_before(case, before, again, why, before=cases)

    def _as_before(
        self,
        case: Case,
        first: Array,
        again: Array,
        why: str,
        complaint: Complaint = Complaint.UNSTEADY,
        **past: Any,
    ) -> None:
        """Check that a call is answered as at first, but for the order in which sums are taken."""
        self.count(case.operation)
        if not self._agree(case, first, again):
            answer = same_as(first)
            raise NonconformanceError(case, why, complaint, got=again, answer=answer, **past)

    def keeps_results(self, cases: Sequence[Case], times: int = 12) -> None:
        """Check that a result is the caller's own.

        It does not change when the operation is called again, however often, and what is written
        into it is in no later answer.
        """
        self._keeps([*cases] * times, cases)
        for case in cases:
            self._hands_out_nothing_of_its_own(case)

    def keeps_many_results(self, cases: Sequence[Case]) -> None:
        """Check that results hold while as many calls are made as there are cases, all different.

        So buffers that are used in turn show, however many there are.
        """
        self._keeps(cases)

    def _keeps(self, called: Sequence[Case], later: Sequence[Case] = ()) -> None:
        kept = [self.answered(case)[1] for case in called]
        for place, (case, result) in enumerate(zip(called, kept, strict=True)):
            now = self._seen_again(result)
            self.count(case.operation)
            if not np.array_equal(result.value, now, equal_nan=True):
                calls = _until(now, kept[place + 1 :])
                after = f", {counted(calls, 'call')} later" if calls else ""
                raise NonconformanceError(
                    case,
                    f"the result of this call changed when the operation was called again{after}",
                    Complaint.OVERWRITTEN,
                    got=now,
                    later=later or called[place + 1 : place + 1 + calls],
                )

    def _hands_out_nothing_of_its_own(self, case: Case) -> None:
        before, result = self.answered(case)
        if result.overwrite is None:
            return
        unless_gone(result.overwrite)
        again = self.value(case)
        why = (
            f"the same call gives another answer after {OVERWRITING} was written into its first"
            " result"
        )
        self._as_before(case, before, again, why, Complaint.SHARED)

    @staticmethod
    def _seen_again(result: Result) -> Array:
        if result.see_again is None:
            raise NotTestedError("results cannot be looked at again")
        return unless_gone(result.see_again)

    def forgets(self, cases: Sequence[Case]) -> None:
        """Check that no call answers with what belongs to an earlier one.

        Cases that are refused, of a dtype that is not offered for example, are left out.
        """
        first, *_ = cases
        self.correct_again(first)
        made = [first, first]
        for case in [*cases, *reversed(cases)]:
            made += self._if_offered(case, before=tuple(made))
        if {case.id for case in made} == {first.id}:
            raise NotTestedError(f"none of the calls after {first.id} is offered")
        for case in cases:
            self._if_offered(case, before=tuple(made), in_place=True)

    def _if_offered(self, case: Case, **how: Any) -> list[Case]:
        """Check a call; return it, or nothing if it could not be tested."""
        try:
            self.correct(case, **how)
        except NotOfferedError:
            raise
        except NotTestedError:
            return []
        return [case]

    def forgets_afresh(self, cases: Sequence[Case]) -> None:
        """Check, as `forgets` does, a copy of the implementation that has seen no call."""
        self._afresh().forgets(cases)

    def correct_again(self, case: Case) -> None:
        """Check that a call that is answered rightly is so again."""
        first = self if self._answers_rightly(case) else self._afresh()
        if first is not self and not first._answers_rightly(case):  # noqa: SLF001 - a judge too
            raise NotTestedError(f"{case.id} is wrong even by itself")
        for _ in range(2):
            first.correct(case, before=[case])

    def _answers_rightly(self, case: Case) -> bool:
        try:
            self.correct(case)
        except NonconformanceError:
            return False
        return True

    def correct_at_first(self, case: Case) -> None:
        """Check the very first call of an implementation, where a fresh copy can be had."""
        self._afresh().correct(case)

    def _afresh(self) -> "RepeatedCalls":
        """Return a judge of a copy of the implementation that has seen no call."""
        fresh = self.implementation.fresh_copy()
        if fresh is None:
            raise NotTestedError("no copy without a past can be made of the implementation")
        return replace(self, implementation=fresh)

    def recovers(self, bad: Case, cases: Sequence[Case]) -> None:
        """Check that a call that should be refused leaves nothing behind for the next ones."""
        for case in cases:
            before, _ = self.answered(case)
            self._bad_call(bad)
            after, _ = self.answered(case)
            why = f"another answer after a call that should be refused ({bad.id})"
            self._as_before(case, before, after, why, before=[case], refused=bad)


def _until(now: Array, kept: Sequence[Result]) -> int:
    """Return how many calls later the numbers were returned that an earlier result holds now.

    0: they were returned by none.
    """
    same = (i for i, one in enumerate(kept, 1) if np.array_equal(one.value, now, equal_nan=True))
    return next(same, 0)
