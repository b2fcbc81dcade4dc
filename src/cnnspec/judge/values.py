"""Whether values are right: within the bound of the exact answer, or as a relation demands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Combined
from cnnspec.exact import bounds
from cnnspec.judge.accuracy import is_all_in
from cnnspec.judge.calls import Calls
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    NotTestedError,
    wrong_shape,
    wrong_values,
)
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


class Values(Calls):
    """Whether values are right: within the bound of the exact answer, or as a relation demands."""

    def correct(self, case: Case, before: Sequence[Case] = (), **handing_over: Any) -> Array:
        """Check a call against the exact answer, within the bound of its rule.

        ``before`` names the calls that were made first, for the message.
        """
        try:
            got, _ = self.returned(case, **handing_over)
            self.compare(case, got, self.answer(case, got.dtype), before)
        except NonconformanceError as error:
            error.handed_over = handing_over
            raise
        return got

    def combined(self, cases: Sequence[Combined]) -> None:
        """Check every call that is offered, with its arguments laid out as they are to be."""
        sees_layouts = self.implementation.shares_memory
        by_id = {one.case.id: one.layout if sees_layouts else "C" for one in cases}
        self.in_turn(
            lambda case: self.correct(case, layout=by_id[case.id]), [one.case for one in cases]
        )

    def correct_in_one_way(self, cases: Sequence[Case], ways: Sequence[Mapping[str, Any]]) -> None:
        """Check calls against the answers of as many with other options, in the same way for all.

        The way is the one in which most of them are right.
        """

        def meant(case: Case, way: Mapping[str, Any]) -> Case:
            return replace(case, arguments={**case.arguments, **way})

        answered: list[tuple[Case, Array]] = []
        refused: list[NonconformanceError] = []

        def make(case: Case) -> None:
            try:
                answered.append((case, self.value(case)))
            except NonconformanceError as error:
                refused.append(error)

        self.in_turn(make, cases)

        def right(way: Mapping[str, Any]) -> int:
            return sum(self._is_right(meant(case, way), got) for case, got in answered)

        way = max(ways, key=right)
        for case, got in answered:
            self.compare(case, got, self.answer(meant(case, way), got.dtype))
        if refused:
            raise refused[0]

    def correct_beside(self, case: Case, clean: Case, spoilt: Array) -> Array:
        """Check a call against the answer of a clean one, in all elements but the spoilt ones."""
        got = self.value(case)
        answer = self.answer(clean, got.dtype)
        self.count(case.operation)
        if got.shape != answer.high.shape:
            raise wrong_shape(case, got, answer)
        answer = answer.for_result(got.dtype)
        answer = replace(
            answer,
            high=np.where(spoilt, np.nan, answer.high),
            allowed=np.where(spoilt, np.inf, answer.allowed),
        )
        if not (errors_of(got, answer) <= answer.allowed).all():
            raise wrong_values(case, got, answer)
        return got

    def equals(self, case: Case, expected: Array | Callable[[], Array]) -> None:
        """Check a call against an answer known from elsewhere, to the last bit if it is whole.

        What returns the answer is called only if the call is answered.
        """
        got, _ = self.returned(case)
        answer = self.answer(case, got.dtype)
        known = expected() if callable(expected) else expected
        self.compare(case, got, Answer(known, np.zeros_like(known), answer.allowed))

    def compare(self, case: Case, got: Array, answer: Answer, before: Sequence[Case] = ()) -> None:
        """Compare shape, then values; an array of one number will do for a number."""
        self.count(case.operation)
        if answer.high.shape == () and got.shape == (1,):
            got = got.reshape(())
        if got.shape != answer.high.shape:
            raise wrong_shape(case, got, answer)
        answer = answer.for_result(got.dtype)
        self._stays_in_range(case, answer, got.dtype)
        error = errors_of(got, answer)
        if not (error <= answer.allowed).all():
            failure = wrong_values(case, got, answer)
            failure.before = tuple(before)
            raise failure
        if is_all_in(self.capabilities.narrowed(case), got.dtype):
            self.figures.enter(OPERATIONS[case.operation].key, got.dtype, error, answer)

    def same(self, case: Case, got: Array, expected: Array, allowed: Array, why: str) -> None:
        """Check that two results of the implementation agree as a relation demands."""
        self.count(case.operation)
        if got.shape != expected.shape:
            shapes = f"{why}: shapes {got.shape} and {expected.shape}"
            raise NonconformanceError(case, shapes, Complaint.RELATION, detail=shapes)
        if np.ndim(allowed) and allowed.shape != got.shape:  # both results have another shape
            shapes = f"{why}: the shape is {got.shape}, not {allowed.shape}"
            raise NonconformanceError(case, shapes, Complaint.RELATION, detail=shapes)
        if got.dtype.kind == "f" and np.max(np.abs(expected), initial=0) > np.finfo(got.dtype).max:
            raise NotTestedError(f"the result leaves the range of {got.dtype}")
        answer = Answer(expected.astype(float), np.zeros(expected.shape), allowed)
        if not (errors_of(got, answer) <= allowed).all():
            raise wrong_values(case, got, answer, Complaint.RELATION, why)

    def allowed(self, case: Case, got: Array) -> Floats:
        """Return the bound on the error of a result, which must have the right shape."""
        answer = self.answer(case, got.dtype)
        if got.shape != answer.high.shape:
            raise wrong_shape(case, got, answer)
        self._stays_in_range(case, answer, got.dtype)
        return answer.allowed

    def holds(self, case: Case, condition: object, message: str, got: Array | None = None) -> None:
        """Check a condition on a call, and on what it returned if ``got`` says so."""
        self.asked.add(case.id)
        self.count(case.operation)
        if not condition:
            raise NonconformanceError(case, message, detail=message, got=got)

    def _stays_in_range(self, case: Case, answer: Answer, result: np.dtype[Any]) -> None:
        """Raise `NotTestedError` if numbers may overflow in the coarsest dtype in play.

        Sums may be made in that of the data, and get the result's when a bias is added.
        """
        given = self.capabilities.narrowed(case).arguments.values()
        arrays = [value.dtype for value in given if isinstance(value, np.ndarray)]
        for dtype in dict.fromkeys((result, bounds.coarsest(result, *arrays))):
            if _leaves_range(answer, dtype):
                raise NotTestedError(f"numbers leave the range of {dtype}")

    def _is_right(self, case: Case, got: Array) -> bool:
        answer = self.answer(case, got.dtype)
        if got.shape != answer.high.shape:
            return False
        answer = answer.for_result(got.dtype)
        return bool((errors_of(got, answer) <= answer.allowed).all())

    def _agree(self, case: Case, before: Array, again: Array) -> bool:
        """Return whether two answers to one call can both be right, or are the same."""
        if np.array_equal(again, before, equal_nan=True):
            return True
        allowed = sum(self.answer(case, one.dtype).allowed for one in (before, again))
        if not (before.shape == again.shape == np.shape(allowed) and np.isfinite(allowed).all()):
            return False
        return bool((errors_of(again, same_as(before)) <= allowed).all())


def same_as(before: Array) -> Answer:
    """Return the answer of a call that must be answered as before, bit by bit."""
    return Answer(before.astype(float), np.zeros(before.shape), np.zeros(before.shape))


def _leaves_range(answer: Answer, dtype: np.dtype[Any]) -> bool:
    """Return whether numbers may overflow in the dtype of a result: nothing holds then."""
    if answer.unrounded is not None:
        return bool((np.isinf(answer.high) & ~np.isinf(answer.unrounded)).any())
    if answer.magnitude is None or dtype.kind != "f" or not answer.terms:
        return False
    sums = answer.magnitude * answer.divisor
    return float(np.max(sums, initial=0)) > float(np.finfo(dtype).max) / 2
