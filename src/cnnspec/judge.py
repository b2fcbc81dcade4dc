"""The judge: it calls an implementation for a requirement and says what is wrong.

Spec tests get a `Judge` as a fixture. Its methods raise `NonconformanceError` with a message for
people, or `NotTestedError` where the implementation does not offer what the check needs.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.accuracy import Figures, is_all_in
from cnnspec.answers import Answer, errors_of, exact_answer
from cnnspec.boundary import NOT_CALLED, Implementation
from cnnspec.caller import TAKES_NO, what_lacks
from cnnspec.capabilities import Capabilities
from cnnspec.cases import Case
from cnnspec.combined import Combined
from cnnspec.layouts import in_words
from cnnspec.limit_kinds import is_probed
from cnnspec.limits import Limit
from cnnspec.mending import kind_of, mended
from cnnspec.nonconformance import (
    Complaint,
    NonconformanceError,
    NotCalledError,
    NotOfferedError,
    NotTestedError,
    UnfinishedError,
    wrong_shape,
    wrong_values,
)
from cnnspec.operations import OPERATIONS
from cnnspec.outcomes import (
    OVERWRITING,
    Died,
    Gone,
    NotOffered,
    Rejected,
    Result,
    TimedOut,
    what_ran_out,
)
from cnnspec.surroundings import Seen
from cnnspec.texts import counted

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass
class Judge:
    """Judges one implementation under one requirement.

    ``checks`` counts the comparisons by the operation under which the report lists them,
    ``figures`` keeps how close to their bounds the results came, ``asked`` the ids of the cases,
    ``lost`` the latest call of each operation that did not come back, and ``limits`` those beyond
    which calls were refused. The calls of cases that are ``excused`` go to ``stand_in``.
    ``unjudged`` says why calls could not be judged although nothing that they need is absent, by
    operation.
    """

    implementation: Implementation
    capabilities: Capabilities
    profile: str
    checks: dict[str, int] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    asked: set[str] = field(default_factory=set)
    lost: dict[str, TimedOut | Died] = field(default_factory=dict)
    limits: dict[tuple[str, str], Limit] = field(default_factory=dict)
    excused: Container[str] = ()
    stand_in: Implementation | None = None
    unjudged: dict[str, str] = field(default_factory=dict)

    def count(self, operation: str) -> None:
        """Count one comparison."""
        key = OPERATIONS[operation].key
        self.checks[key] = self.checks.get(key, 0) + 1

    # --- calling -----------------------------------------------------------------------------

    def returned(self, case: Case, **handing_over: Any) -> tuple[Array, Result]:
        """Return a legal call's array and its full result.

        ``handing_over`` says how: the keywords of `Implementation.call`.
        """
        result, restore = self._legal_call(case, **handing_over)
        if result.problem:
            self.count(case.operation)
            raise NonconformanceError(
                case, result.problem, Complaint.UNREADABLE, detail=result.problem
            )
        return restore(result.value), result

    def _legal_call(
        self, case: Case, **handing_over: Any
    ) -> tuple[Result, Callable[[Array], Array]]:
        """Make a call that must be answered, and return how to read its result."""
        self._must_offer(case)
        if lacking := self.capabilities.lacks(case):
            self._keep_limits(case.operation)
            raise self._not_tested(case, lacking)
        self.asked.add(case.id)
        narrowed = self.capabilities.narrowed(case)
        if narrowed is not case and _overflows(case, narrowed):
            raise NotTestedError("the numbers leave the range of the dtype that is accepted")
        arguments, restore = self.capabilities.fit(narrowed)
        outcome = self._answerer(case).call(case.operation, arguments, **handing_over)
        if case.may_take_long and (spent := what_ran_out(outcome)):
            raise UnfinishedError(spent)
        match outcome:
            case NotOffered(reason) if self._denies_what_is_there(reason):
                self.count(case.operation)
                raise NonconformanceError(
                    case,
                    f"a legal call is refused, though other calls take the parameter: {reason}",
                    Complaint.REFUSED,
                    detail=reason,
                )
            case NotOffered(reason):
                raise self._not_tested(case, reason)
            case Rejected(exception, message):
                self._unless_beyond_a_limit(case, outcome, handing_over)
                self.count(case.operation)
                where = f" ({outcome.place})" if outcome.place and not outcome.is_said else ""
                raise NonconformanceError(
                    case,
                    f"a legal call is refused with {exception}: {message}{where}",
                    Complaint.REFUSED,
                    detail=f"{exception}: {message}",  # what refuses for another reason is another
                )
            case TimedOut() | Died():
                raise self._lost(case, outcome)
        return outcome, restore

    def unjudgeable(self, case: Case, reason: str) -> NotTestedError:
        """Return the error of a case that is not tested, and keep the reason (``unjudged``)."""
        self.unjudged.setdefault(OPERATIONS[case.operation].key, reason)
        return NotTestedError(reason)

    def _not_tested(self, case: Case, reason: str) -> NotTestedError:
        """Return the error of a case that is not tested.

        That a program takes no such numbers is no limit of the operation: others could be sent.
        """
        if reason.startswith(TAKES_NO) and not case.may_refuse:
            return self.unjudgeable(case, reason)
        return NotTestedError(reason)

    def _lost(self, case: Case, outcome: TimedOut | Died, instead: str = "") -> Exception:
        """Return what follows from a call that did not come back, or was not made after others.

        Every lost call fails one test: that were lost before any test fail those that would have
        called again. A test that has failed by one goes on to fail.
        """
        losses = self.implementation.losses
        if outcome.reason.startswith(NOT_CALLED):
            lost = losses.tell(case.operation) or self.lost.get(case.operation)
            if lost is None:
                return NotCalledError(outcome.reason)
            outcome = replace(lost, reason=f"{NOT_CALLED} {lost.reason}")
            self.lost[case.operation] = lost
        else:
            losses.tell(case.operation, outcome)
            self.lost[case.operation] = outcome
        self.count(case.operation)
        complaint = Complaint.LATE if isinstance(outcome, TimedOut) else Complaint.DIED
        return NonconformanceError(case, f"{instead}{outcome.reason}", complaint)

    def _unless_beyond_a_limit(
        self, case: Case, outcome: Rejected, handing_over: Mapping[str, Any]
    ) -> None:
        """Raise `NotTestedError` if a refused call lies beyond a limit, which is no fault."""
        found = self.capabilities.limit(case, handing_over.get("layout", "C"))
        if found is not None:
            self.limits[found.operation, found.kind] = found
            raise NotTestedError(str(found))
        if case.may_refuse and not is_probed(case, handing_over.get("layout", "C")):
            raise NotTestedError(f"refused with {outcome.exception}: {outcome.message}")

    def _keep_limits(self, operation: str) -> None:
        """Keep the limits of ranks and dtypes, because of which a case is not tested."""
        if operation in self.implementation.offers and operation != "network":
            for found in self.capabilities.of(operation).limits:
                self.limits[found.operation, found.kind] = found

    def _denies_what_is_there(self, reason: str) -> bool:
        """Return whether a call says that a parameter is missing which other calls take."""
        lacking = what_lacks(reason)
        if lacking is None or lacking[0] not in self.implementation.offers:
            return False
        operation, parameter = lacking[0], lacking[1].strip("'")
        return parameter in OPERATIONS[operation].optional and self.capabilities.takes(
            operation, parameter
        )

    def _answerer(self, case: Case) -> Implementation:
        """Return who is called: the implementation, or who stands in for it."""
        if self.stand_in is not None and case.id in self.excused:
            return self.stand_in
        return self.implementation

    def value(self, case: Case) -> Array:
        """Return the array that a legal call returns."""
        return self.returned(case)[0]

    # --- values ------------------------------------------------------------------------------

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

    def equals(self, case: Case, expected: Array) -> None:
        """Check a call against an answer known from elsewhere, to the last bit if it is whole."""
        got, _ = self.returned(case)
        answer = self.answer(case, got.dtype)
        self.compare(case, got, Answer(expected, np.zeros_like(expected), answer.allowed))

    def answer(self, case: Case, result_dtype: np.dtype[Any]) -> Answer:
        """Return the exact answer of a call, with the bound for the dtypes in play."""
        narrowed = self.capabilities.narrowed(case)
        key = (result_dtype, self.implementation.accuracy)
        if key not in narrowed.known:
            narrowed.known[key] = exact_answer(narrowed, *key)
        found: Answer = narrowed.known[key]
        return found

    def compare(self, case: Case, got: Array, answer: Answer, before: Sequence[Case] = ()) -> None:
        """Compare shape, then values; an array of one number will do for a number."""
        self.count(case.operation)
        if answer.high.shape == () and got.shape == (1,):
            got = got.reshape(())
        if got.shape != answer.high.shape:
            raise wrong_shape(case, got, answer)
        answer = answer.for_result(got.dtype)
        if _leaves_range(case, answer, got.dtype):
            raise NotTestedError(f"numbers leave the range of {got.dtype}")
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
        if _leaves_range(case, answer, got.dtype):
            raise NotTestedError(f"numbers leave the range of {got.dtype}")
        return answer.allowed

    def holds(self, case: Case, condition: object, message: str, got: Array | None = None) -> None:
        """Check a condition on a call, and on what it returned if ``got`` says so."""
        self.asked.add(case.id)
        self.count(case.operation)
        if not condition:
            raise NonconformanceError(case, message, detail=message, got=got)

    # --- hygiene -----------------------------------------------------------------------------

    def leaves_inputs(self, case: Case) -> None:
        """Check that a call leaves its arguments as they were."""
        result, _ = self._legal_call(case)
        changed = _unless_gone(result.see_changes)
        if changed is None:
            raise NotTestedError("it cannot be seen whether a call changes its arguments")
        self.count(case.operation)
        if changed:
            names = ", ".join(changed)
            raise NonconformanceError(
                case,
                f"the call changes the caller's {names}",
                Complaint.CHANGED,
                detail=names,
                got=next(iter(changed.values())),
            )

    def repeats(self, cases: Sequence[Case]) -> None:
        """Check that every call gives the same answer again, after calls of the others."""
        first = [self.answered(case)[0] for case in cases]
        for case, before in zip(cases, first, strict=True):
            again = self.value(case)
            why = "the same call gives another answer the second time"
            self._as_before(case, before, again, why, before=cases)

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
            answer = _same_as(first)
            raise NonconformanceError(case, why, complaint, got=again, answer=answer, **past)

    def _agree(self, case: Case, before: Array, again: Array) -> bool:
        """Return whether two answers to one call can both be right, or are the same."""
        if np.array_equal(again, before, equal_nan=True):
            return True
        allowed = sum(self.answer(case, one.dtype).allowed for one in (before, again))
        if not (before.shape == again.shape == np.shape(allowed) and np.isfinite(allowed).all()):
            return False
        return bool((errors_of(again, _same_as(before)) <= allowed).all())

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
        _unless_gone(result.overwrite)
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
        return _unless_gone(result.see_again)

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

    def _afresh(self) -> "Judge":
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

    def in_turn(self, check: Callable[[Case], object], cases: Iterable[Case]) -> None:
        """Make a check on every case that is offered; at least one must be, and none given up."""
        reasons, checked = [], 0
        given_up = None
        for case in cases:
            try:
                check(case)
                checked += 1
            except NotOfferedError:
                raise
            except NotCalledError as reason:
                given_up = reason
            except NotTestedError as reason:
                reasons.append(str(reason))
        if given_up is not None:
            raise given_up
        if not checked:
            raise NotTestedError(reasons[0])

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

    def _is_right(self, case: Case, got: Array) -> bool:
        answer = self.answer(case, got.dtype)
        if got.shape != answer.high.shape:
            return False
        answer = answer.for_result(got.dtype)
        return bool((errors_of(got, answer) <= answer.allowed).all())

    def _same_in(self, layout: str, case: Case, got: Array) -> None:
        plain, _ = self.answered(case)
        answer = self.answer(case, plain.dtype)
        if plain.shape != answer.high.shape:
            raise NotTestedError(f"{case.id} is wrong even in C order")
        why = f"wrong if the arguments are {in_words(layout)}"
        as_before = Answer(plain.astype(float), np.zeros(plain.shape), 2 * answer.allowed)
        if got.shape != plain.shape:
            raise NonconformanceError(case, why, Complaint.LAYOUT, detail=why, got=got)
        if not (errors_of(got, as_before) <= as_before.allowed).all():
            raise wrong_values(case, got, as_before, Complaint.LAYOUT, why)

    def answered(self, case: Case) -> tuple[Array, Result]:
        """Return a legal call's array; a result that cannot be read is another test's matter."""
        result, restore = self._legal_call(case)
        if result.problem:
            raise NotTestedError(result.problem)
        return restore(result.value), result

    def does_nothing_besides(self, what: str, cases: Sequence[Case]) -> None:
        """Check that calls do nothing else than to return: see `cnnspec.surroundings`."""
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

    # --- rejections --------------------------------------------------------------------------

    def rejects(self, case: Case) -> None:
        """Check that a call raises an exception, of whatever type."""
        result = self._bad_call(case)
        if isinstance(result, Result):
            raise NonconformanceError(
                case,
                f"accepted, {_in_short(result)}; expected an exception",
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

    def _bad_call(self, case: Case) -> Result | Rejected | NotOffered:
        """Make a call that should be refused."""
        self._must_offer(case)
        if lacking := self._lacks_for_rejection(case):
            raise self._not_tested(case, lacking)
        self.asked.add(case.id)
        arguments, _ = self.capabilities.fit(self.capabilities.narrowed(case))
        outcome = self._answerer(case).call(case.operation, arguments, should_refuse=True)
        if isinstance(outcome, NotOffered) and outcome.reason.startswith(TAKES_NO):
            raise self._not_tested(case, outcome.reason)  # it was never made: that is no refusal
        if isinstance(outcome, TimedOut | Died):
            raise self._lost(case, outcome, "instead of a refusal: ")
        self.count(case.operation)
        return outcome

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

    def _must_offer(self, case: Case) -> None:
        if not self.capabilities.offers(case.operation):
            raise NotOfferedError(f"{case.operation} is not offered")
        if raised := self.capabilities.called_wrongly(case.operation):
            raise NotOfferedError(f"{case.operation} is called wrongly: every call raises {raised}")

    def _lacks_for_rejection(self, case: Case) -> str:
        if case.operation == "network":
            return self.capabilities.lacks_for_network()
        first = case.arguments[OPERATIONS[case.operation].required[0]]
        if np.ndim(first) == 4 and 4 not in self.capabilities.of(case.operation).ranks:
            return f"{case.operation} takes no batches"
        flattens = case.operation in ("dense", "softmax_layer") and np.ndim(first) > 1
        if flattens and np.ndim(first) not in self.capabilities.of(case.operation).ranks:
            return f"{case.operation} does not flatten: it may take rows"
        if case.operation == "conv2d" and self.capabilities.of("conv2d").always_pads:
            image, filters = np.shape(first), np.shape(case.arguments["filters"])
            sides = image if len(image) == 2 else image[-3:-1]
            if min(sides, default=0) < max(filters[1:3], default=0):
                return 'conv2d pads as with "same": filters larger than the image may fit'
        return self.capabilities.lacks_keyword(case)


def _unless_gone(ask: Callable[[], T]) -> T:
    """Ask for something about an earlier call, of which a process that has ended knows nothing."""
    try:
        return ask()
    except Gone as gone:
        raise NotTestedError(str(gone)) from None


def _until(now: Array, kept: Sequence[Result]) -> int:
    """Return how many calls later the numbers were returned that an earlier result holds now.

    0: they were returned by none.
    """
    same = (i for i, one in enumerate(kept, 1) if np.array_equal(one.value, now, equal_nan=True))
    return next(same, 0)


def _same_as(before: Array) -> Answer:
    """Return the answer of a call that must be answered as before, bit by bit."""
    return Answer(before.astype(float), np.zeros(before.shape), np.zeros(before.shape))


def _overflows(case: Case, narrowed: Case) -> bool:
    """Return whether finite numbers of a case are infinite in another dtype."""
    return any(
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and bool((np.isfinite(value) & ~np.isfinite(narrowed.arguments[name])).any())
        for name, value in case.arguments.items()
    )


def _leaves_range(case: Case, answer: Answer, dtype: np.dtype[Any]) -> bool:
    """Return whether numbers may overflow in the dtype of a result: nothing holds then."""
    if answer.unrounded is not None:
        return bool((np.isinf(answer.high) & ~np.isinf(answer.unrounded)).any())
    if answer.magnitude is None or dtype.kind != "f" or not answer.terms:
        return False
    sums = answer.magnitude * (answer.terms if case.operation == "avg_pool2d" else 1)
    return float(np.max(sums, initial=0)) > float(np.finfo(dtype).max) / 2


#: What NumPy says when shapes happen not to fit; with other shapes they would.
_ACCIDENT = re.compile(
    r"could not( be)? broadcast|not aligned|mismatch in its core dimension|shape-mismatch for sum"
)


def _in_short(result: Result) -> str:
    if result.problem:
        return result.problem
    return f"returns an array of shape {result.value.shape}"
