"""Repeating spec tests on other implementations: known mistakes, and fresh copies."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import Unsatisfiable
from numpy.typing import NDArray

from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.faults import FAULTS, shown_in
from cnnspec.faults.manners import RIGHT
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import Complaint, NonconformanceError, NotTestedError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import TIME_LIMIT, Implementation, offer
from cnnspec.subject.caller import Overlay
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import Exited, quiet
from cnnspec.subject.outcomes import NetworkResult
from cnnspec.subject.refusals import is_refusal

Array = NDArray[Any]

SAME = "same"
DIFFERENT = "different"
PASSES = "passes"

#: Not the same; what else a test finds is not known, because it was not run to its end.
UNLIKE = "unlike"

#: Complaints of calls that should be refused: each is about one call, with no other in between.
_OF_REFUSALS = (Complaint.ACCEPTED, Complaint.UNCLEAN, Complaint.ACCIDENT)

#: How close a replay must come: far above rounding, far below any mistake of logic.
_CLOSE = 1e-9


@dataclass(frozen=True)
class RanTest:
    """A spec test that ran, and can be run again.

    ``error`` is what it found wrong, ``None`` if it passed.
    """

    requirement: str
    id: str
    function: Callable[..., object]
    arguments: Mapping[str, Any]
    error: NonconformanceError | None

    def on(self, judge: Judge) -> tuple[str, NonconformanceError | None]:
        """Run the test again with another judge; return its status and what it finds wrong."""
        try:
            with quiet():
                self.function(**{**self.arguments, "judge": judge})
        except NonconformanceError as error:
            return "failed", error
        except (NotTestedError, Unsatisfiable, pytest.skip.Exception):
            return "not tested", None
        return "passed", None


class _Passed(BaseException):
    """The call that a test fails has been judged, and nothing was wrong with it."""


@dataclass(frozen=True)
class Replays:
    """Runs tests again, on implementations that stand in the place of the one that was judged.

    They stand behind its capabilities, so that they get the very calls that it got, but for those
    that the profile leaves out.
    """

    capabilities: Capabilities
    profile: str
    left_out: Callable[[Collection[str], Case], str] = lambda _profiles, _case: ""

    def run(self, test: RanTest, stand_in: Implementation) -> NonconformanceError | None:
        """Return what a test finds wrong with another implementation, ``None`` for nothing."""
        return test.on(self._judge_of(test, stand_in))[1]

    def _judge_of(self, test: RanTest, stand_in: Implementation) -> Judge:
        profiles = requirements()[test.requirement].profiles
        left_out = partial(self.left_out, profiles)
        return Judge(stand_in, self.capabilities, self.profile, left_out=left_out)

    def with_fault(self, operation: str, fault: str) -> Implementation:
        """Return the judged implementation with one operation replaced by a known mistake."""
        return self._with(operation, shown_in(FAULTS[fault], operation))

    def _with(self, operation: str, function: Callable[..., Any]) -> Implementation:
        """Return the judged implementation with another function in the place of one operation."""
        judged = self.capabilities.implementation
        given, function = function, as_offered(operation, function)
        if judged.form == "program":
            function = ended_by_accidents(function)
        return Implementation(
            "stand-in",
            "stand-in",
            judged.form,
            {**judged.offers, operation: offer(operation, function)},
            accuracy=judged.accuracy,
            time_limit=max(TIME_LIMIT, judged.time_limit),
            renew=lambda: self._with(operation, given),
            remote=Overlay({operation: function}, judged.caller),
        )

    def outcome(
        self, test: RanTest, fault: str, error: NonconformanceError, *, in_full: bool = True
    ) -> str:
        """Return whether a known mistake fails a test as the implementation did.

        Unless it is to be known ``in_full``, a test that cannot fail so any more is not run on.
        """
        judge = self._judge_of(test, self.with_fault(error.case.operation, fault))
        if not in_full and error.complaint in _OF_REFUSALS:
            judge.left_out = _up_to(error.case.id, judge.left_out)
        try:
            found = test.on(judge)[1]
        except _Passed:
            return UNLIKE
        except Exception:  # noqa: BLE001 - a mistake may trip over what the test does with it
            return DIFFERENT
        if found is None:
            return PASSES
        in_words = self.capabilities.implementation.form != "program"
        is_same = _alike(found, error, in_words=in_words)
        return SAME if is_same and not self._fails_anyhow(test, error) else DIFFERENT

    def _fails_anyhow(self, test: RanTest, error: NonconformanceError) -> bool:
        """Return whether a test fails with a right function, too: another operation is the cause.

        A gradient, say, does not fit a loss that is a mean.
        """
        if error.complaint is not Complaint.CONDITION:
            return False
        return (
            self.run(test, self._with(error.case.operation, RIGHT[error.case.operation]))
            is not None
        )

    def may_answer_so(self, fault: str, error: NonconformanceError) -> bool:
        """Return whether a known mistake may answer a failing call as it was answered.

        Where no call before it matters that one call tells it, and the whole test is spared.
        """
        if error.complaint is not Complaint.VALUES or error.before or error.got is None:
            return True
        stand_in = self.with_fault(error.case.operation, fault)
        judge = Judge(stand_in, self.capabilities, self.profile)
        try:
            with quiet():
                answered, _ = judge.returned(error.case, **error.handed_over)
        except NonconformanceError:
            return False
        except Exception:  # noqa: BLE001 - as above
            return True
        return agree(answered, error.got, error.largest_error)

    def fails(self, test: RanTest, operation: str, fault: str) -> bool:
        """Return whether a known mistake fails a test, in whatever way."""
        try:
            return self.run(test, self.with_fault(operation, fault)) is not None
        except Exception:  # noqa: BLE001 - as above
            return True

    def on_a_fresh_copy(self, test: RanTest) -> NonconformanceError | None:
        """Return what a test finds wrong with a copy of the implementation without a past."""
        judged = self.capabilities.implementation
        fresh = judged.fresh_copy()
        if fresh is None:
            return test.error
        return self.run(test, replace(fresh, accuracy=judged.accuracy))

    def is_right_alone(self, error: NonconformanceError) -> bool:
        """Return whether a failing call is right as the first of a copy without a past."""
        if error.complaint is not Complaint.VALUES or error.before:
            return False
        arrays = [v for v in error.case.arguments.values() if isinstance(v, np.ndarray)]
        if not all(np.isfinite(array).all() for array in arrays):
            return False  # of NaN there is no exact answer
        alone = self._made_alone(error)
        return alone is not None and alone[0] is None

    def is_wrong_alone(self, error: NonconformanceError) -> bool:
        """Return whether a failing call has the same answer as the first of such a copy."""
        alone = self._made_alone(error)
        if alone is None or alone[0] is None or alone[0].complaint is not error.complaint:
            return False
        got, again = error.got, alone[0].got
        return got is not None and again is not None and agree(again, got, error.largest_error)

    def _made_alone(self, error: NonconformanceError) -> tuple[NonconformanceError | None] | None:
        """Return what is wrong with a failing call without any before it, ``None`` if unknown."""
        fresh = self.capabilities.implementation.fresh_copy()
        if fresh is None:
            return None
        fresh.accuracy = self.capabilities.implementation.accuracy
        try:
            Judge(fresh, self.capabilities, self.profile).correct(error.case, **error.handed_over)
        except NonconformanceError as found:
            return (found,)
        except NotTestedError:
            return None
        return (None,)


def _up_to(last: str, left_out: Callable[[Case], str]) -> Callable[[Case], str]:
    """Return what says which calls are left out, and ends a test at the first after the ``last``.

    The last is asked for by its id, as often as it comes without another between.
    """
    asked = False

    def watched(case: Case) -> str:
        nonlocal asked
        if asked and case.id != last:
            raise _Passed
        asked = asked or case.id == last
        return left_out(case)

    return watched


def ended_by_accidents(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that ends its process where it stumbles, as a program does."""

    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        try:
            return function(*given, **options)
        except Exception as error:
            if is_refusal(error):
                raise
            raise Exited(f"stumbles: {error}") from error

    return called


def as_offered(operation: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as it is offered: a network's three values are its result."""
    if OPERATIONS[operation].is_network:
        return lambda *given: NetworkResult(function(*given))
    return function


def _alike(found: NonconformanceError, error: NonconformanceError, *, in_words: bool) -> bool:
    """Return whether two failures of one test are the same failure, after the same calls.

    What refuses a call ``in_words`` must say the same; programs have words of their own.
    """
    if _signs(found) != _signs(error):
        return False
    is_worded = in_words or error.complaint is not Complaint.REFUSED
    if is_worded and found.detail != error.detail:
        return False
    if found.got is None or error.got is None:
        return found.got is error.got
    return agree(found.got, error.got, error.largest_error)


def _signs(error: NonconformanceError) -> tuple[Any, ...]:
    before = tuple(case.id for case in error.before)
    return error.case.id, error.complaint, before, dict(error.handed_over)


def agree(replayed: Array, got: Array, error: float) -> bool:
    """Return whether a replay equals the output, far better than the right answer does."""
    if replayed.shape != got.shape:
        return False
    scale = max(float(np.max(np.abs(got), initial=0, where=np.isfinite(got))), 1e-300)
    roundoff = 0.0 if got.dtype.kind in "iub" else float(np.finfo(got.dtype).eps)
    within = min(max(_CLOSE, 100 * roundoff) * scale, error / 10)
    with np.errstate(all="ignore"):
        return np.allclose(
            replayed.astype(float), got.astype(float), rtol=0, atol=within, equal_nan=True
        )
