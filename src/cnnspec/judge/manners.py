"""What a call does beside its answer: to its arguments, to the process, in another layout."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.judge.calls import unless_gone
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    NotTestedError,
    wrong_values,
)
from cnnspec.judge.values import Values
from cnnspec.subject.environment import Seen
from cnnspec.subject.memory_layouts import in_words

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


#: By how much of the largest number wrong answers to one call may differ in two layouts.
_ROUNDED_WRONGLY = 1e-6


def of_changes(case: Case, changed: Mapping[str, Array]) -> NonconformanceError:
    """Return the error of a call that changes arguments, given as they are now, by their names."""
    names = ", ".join(changed)
    return NonconformanceError(
        case,
        f"the call changes the caller's {names}",
        Complaint.CHANGED,
        detail=names,
        got=next(iter(changed.values())),
    )


class Manners(Values):
    """What a call does beside its answer: to its arguments, to the process, in another layout."""

    def leaves_inputs(self, case: Case) -> None:
        """Check that a call leaves its arguments as they were."""
        result, _ = self._legal_call(case)
        changed = unless_gone(result.see_changes)
        if changed is None:
            raise NotTestedError("it cannot be seen whether a call changes its arguments")
        self.count(case.operation)
        if changed:
            raise of_changes(case, changed)

    def ignores_layout(self, case: Case, layout: str) -> None:
        """Check that another memory layout gives the same answer, up to rounding.

        What is right needs no other answer beside it. Only what is not is compared with the answer
        in C order, which may be as wrong.
        """
        try:
            got, _ = self.returned(case, layout=layout)
            self.count(case.operation)
            if not self._is_right(case, got):
                self._same_in(layout, case, got)
        except NonconformanceError as error:
            if error.complaint is Complaint.REFUSED:
                self.answered(case)  # what refuses this too, refuses no layout
            error.handed_over = {"layout": layout}
            raise

    def _same_in(self, layout: str, case: Case, got: Array) -> None:
        plain, _ = self.answered(case)
        answer = self.answer(case, plain.dtype)
        if plain.shape != answer.high.shape:
            raise NotTestedError(f"{case.id} is wrong even in C order")
        why = f"wrong if the arguments are {in_words(layout)}"
        allowed = 2 * answer.allowed
        if not self._is_right(case, plain):  # how it rounds what is wrong is of no matter
            allowed = np.maximum(allowed, _ROUNDED_WRONGLY * float(np.abs(plain).max(initial=0)))
        as_before = Answer(plain.astype(float), np.zeros(plain.shape), allowed)
        if got.shape != plain.shape:
            raise NonconformanceError(case, why, Complaint.LAYOUT, detail=why, got=got)
        if not (errors_of(got, as_before) <= as_before.allowed).all():
            raise wrong_values(case, got, as_before, Complaint.LAYOUT, why)

    def does_nothing_besides(self, what: str, cases: Sequence[Case]) -> None:
        """Check that calls do nothing else than to return: see `cnnspec.subject.environment`."""
        for case in cases:
            self._must_offer(case)
            if lacking := self.capabilities.lacks(case):
                raise NotTestedError(lacking)
            self.asked.add(case.id)
        given = [self.capabilities.fit(self.capabilities.narrowed(case)) for case in cases]
        calls = [arguments for arguments, _ in given]
        seen = self._answerer(cases[0]).watch(cases[0].operation, calls, what)
        if not isinstance(seen, Seen):
            raise NotTestedError(getattr(seen, "reason", "it cannot be seen what calls do besides"))
        self.count(cases[0].operation)
        found = list(seen.found)
        for which, other in seen.answers:
            alone, _ = self.answered(cases[which])
            if not self._agree(cases[which], alone, given[which][1](other)):
                found.append("is answered wrongly while another thread makes one too")
                break
        if found:
            said = ", and ".join(found)
            raise NonconformanceError(cases[0], f"a call {said}", Complaint.BESIDES, detail=said)

    def repeats_every_bit(self, case: Case, times: int = 4) -> None:
        """Check that a call is not rounded in another way when it is made again."""
        before, _ = self.answered(case)
        for _ in range(times):
            again, _ = self.answered(case)
            if not self._agree(case, before, again):
                raise NotTestedError(f"{case.id} differs by more than rounding when made again")
            self.count(case.operation)
            if not np.array_equal(again, before, equal_nan=True):
                raise NonconformanceError(
                    case,
                    "not reproducible to the last bit: within its bound each time, but rounded in"
                    " another way when it is made again",
                    Complaint.ROUNDED_ANEW,
                )
