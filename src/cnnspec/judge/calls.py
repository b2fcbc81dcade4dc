"""Making calls for a requirement: what counts as an answer, and what is not tested."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.cases.kept_answers import Answering
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.judge.accuracy import Figures
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    NotCalledError,
    NotOfferedError,
    NotTestedError,
    UnfinishedError,
)
from cnnspec.judge.reductions import of_its_loss, reduction_of
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.array_limits import is_probed
from cnnspec.subject.boundary import NOT_CALLED, Implementation
from cnnspec.subject.caller import TAKES_NO, what_lacks
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.limits import Limit
from cnnspec.subject.outcomes import (
    Died,
    Gone,
    NotOffered,
    Rejected,
    Result,
    TimedOut,
    what_ran_out,
)

Array = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass
class Calls:
    """Calls one implementation under one requirement.

    ``checks`` counts the comparisons by the operation under which the report lists them,
    ``figures`` keeps how close to their bounds the results came, ``asked`` the ids of the cases,
    ``lost`` the latest call of each operation that did not come back, and ``limits`` those beyond
    which calls were refused. The calls of cases that are ``excused`` go to ``stand_in``.
    ``unjudged`` says why calls could not be judged although nothing that they need is absent, by
    operation. ``left_out`` says of a case why the profile leaves it out, "" if it does not.
    ``exactly`` is who knows the exact answers.
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
    left_out: Callable[[Case], str] = lambda _case: ""
    exactly: Answering = exact_answer

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Write a word where hypothesis names its arguments: no addresses get into reports."""
        printer.text("judge")

    def count(self, operation: str) -> None:
        """Count one comparison."""
        key = OPERATIONS[operation].key
        self.checks[key] = self.checks.get(key, 0) + 1

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
        if why := self.left_out(case):
            raise NotTestedError(why)
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
        if operation in self.implementation.offers and not OPERATIONS[operation].is_network:
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

    def answered(self, case: Case) -> tuple[Array, Result]:
        """Return a legal call's array; a result that cannot be read is another test's matter."""
        result, restore = self._legal_call(case)
        if result.problem:
            raise NotTestedError(result.problem)
        return restore(result.value), result

    def answer(self, case: Case, result_dtype: np.dtype[Any]) -> Answer:
        """Return the exact answer of a call, with the bound for the dtypes in play."""
        narrowed = self.capabilities.narrowed(case)
        key = (result_dtype, self.implementation.accuracy, self.reduction(case.operation))
        if key not in narrowed.known:
            narrowed.known[key] = self.exactly(narrowed, *key)
        found: Answer = narrowed.known[key]
        return found

    def reduction(self, operation: str) -> str:
        """Return the name of the one number that a batch is answered by, "" if by all of them."""
        known = self.capabilities.reductions
        if operation not in known:
            known[operation] = reduction_of(self.implementation, self.capabilities, operation)
        return known[operation]

    def reduction_of_its_loss(self, operation: str) -> str | None:
        """Return how the loss is reduced whose gradient an operation is, ``None`` if unknown."""
        return of_its_loss(operation, self.reduction)

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

    def _must_offer(self, case: Case) -> None:
        if not self.capabilities.offers(case.operation):
            raise NotOfferedError(f"{case.operation} is not offered")
        if raised := self.capabilities.called_wrongly(case.operation):
            raise NotOfferedError(
                f"{case.operation} is called wrongly: every call is refused with {raised}"
            )

    def _bad_call(self, case: Case) -> Result | Rejected | NotOffered:
        """Make a call that should be refused."""
        self._must_offer(case)
        if why := self.left_out(case):
            raise NotTestedError(why)
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

    def _lacks_for_rejection(self, case: Case) -> str:
        operation = OPERATIONS[case.operation]
        if operation.is_network:
            return self.capabilities.lacks_for_network()
        first = case.arguments[operation.data]
        if np.ndim(first) == 4 and 4 not in self.capabilities.of(case.operation).ranks:
            return f"{case.operation} takes no batches"
        flattens = operation.axes.flattens and np.ndim(first) > 1
        if flattens and np.ndim(first) not in self.capabilities.of(case.operation).ranks:
            return f"{case.operation} does not flatten: it may take rows"
        outsized = operation.is_outsized
        pads = outsized is not None and self.capabilities.of(operation.name).always_pads
        if outsized and pads and outsized(case.arguments):
            return f'{operation.name} pads as with "same": filters larger than the image may fit'
        return self.capabilities.lacks_keyword(case)


def unless_gone(ask: Callable[[], T]) -> T:
    """Ask for something about an earlier call, of which a process that has ended knows nothing."""
    try:
        return ask()
    except Gone as gone:
        raise NotTestedError(str(gone)) from None


def _overflows(case: Case, narrowed: Case) -> bool:
    """Return whether finite numbers of a case are infinite in another dtype."""
    return any(
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and bool((np.isfinite(value) & ~np.isfinite(narrowed.arguments[name])).any())
        for name, value in case.arguments.items()
    )
