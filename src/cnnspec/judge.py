"""The judge: it calls an implementation for a requirement and says what is wrong.

Spec tests get a `Judge` as a fixture. Its methods raise `NonconformanceError` with a message for
people, or `NotTestedError` where the implementation does not offer what the check needs.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec import bounds, exact
from cnnspec.boundary import Arguments, Implementation, describe
from cnnspec.capabilities import Capabilities
from cnnspec.cases import Case
from cnnspec.exact_network import ExactLogits
from cnnspec.operations import OPERATIONS
from cnnspec.outcomes import NotOffered, Rejected, Result, TimedOut

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Arrays of up to so many elements are printed in messages.
PRINTED = 60


class NotTestedError(Exception):
    """The implementation does not offer what a check needs."""


class NotOfferedError(NotTestedError):
    """The implementation does not offer the operation at all."""


class NonconformanceError(AssertionError):
    """The implementation does not do what a requirement says.

    ``got`` is the array that it returned, if it returned one, ``accepted`` says that it should have
    returned none, and ``error`` is the largest error of a value.
    """

    def __init__(
        self, case: Case, message: str, got: Array | None = None, *, accepted: bool = False
    ) -> None:
        self.case = case
        self.got = got
        self.accepted = accepted
        self.error = float("inf")
        self.call = f"{case.operation}({describe(case.arguments)})"
        self.message = message
        self.size = sum(np.size(value) for value in case.arguments.values())
        super().__init__(f"{case.id}: {self.call}\n{message}")


@dataclass(frozen=True)
class Answer:
    """What an operation must return, and how far off it may be.

    ``selects`` marks answers that select one of the inputs: they must equal the exact answer,
    rounded to the dtype of the result.
    """

    high: Floats
    low: Floats
    allowed: Floats
    selects: bool = False


@dataclass
class Judge:
    """Judges one implementation under one requirement.

    ``checks`` counts the comparisons by the operation under which the report lists them.
    """

    implementation: Implementation
    capabilities: Capabilities
    profile: str
    checks: dict[str, int] = field(default_factory=dict)

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
            raise NonconformanceError(case, result.problem)
        return restore(result.value), result

    def _legal_call(
        self, case: Case, **handing_over: Any
    ) -> tuple[Result, Callable[[Array], Array]]:
        """Make a call that must be answered, and return how to read its result."""
        self._must_offer(case)
        if lacking := self.capabilities.lacks(case):
            raise NotTestedError(lacking)
        arguments, restore = self.capabilities.fit(self.capabilities.narrowed(case))
        outcome = self.implementation.call(case.operation, arguments, **handing_over)
        match outcome:
            case NotOffered(reason):
                raise NotTestedError(reason)
            case Rejected(exception, message):
                if case.may_refuse:
                    raise NotTestedError(f"refused with {exception}: {message}")
                self.count(case.operation)
                raise NonconformanceError(
                    case, f"a legal call is refused with {exception}: {message}"
                )
            case TimedOut(reason):
                self.count(case.operation)
                raise NonconformanceError(case, reason)
        return outcome, restore

    def value(self, case: Case) -> Array:
        """Return the array that a legal call returns."""
        return self.returned(case)[0]

    # --- values ------------------------------------------------------------------------------

    def correct(self, case: Case, **handing_over: Any) -> Array:
        """Check a call against the exact answer, within the bound of its rule."""
        got, _ = self.returned(case, **handing_over)
        self.compare(case, got, self.answer(case, got.dtype))
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
            narrowed.known[key] = self._answer(narrowed, result_dtype)
        found: Answer = narrowed.known[key]
        return found

    def _answer(self, case: Case, result_dtype: np.dtype[Any]) -> Answer:
        operation, given = case.operation, case.arguments
        arrays = [value for value in given.values() if isinstance(value, np.ndarray)]
        dtype = bounds.coarsest(result_dtype, *(array.dtype for array in arrays))
        if operation == "relu":
            return _selection(exact.relu(np.asarray(given["x"], np.float64)))
        if operation in ("max_pool2d", "min_pool2d"):
            select = exact.max_pool2d if operation == "max_pool2d" else exact.min_pool2d
            return _selection(select(**given).astype(np.float64))
        if operation == "softmax":
            return _softmax(np.atleast_1d(given["logits"]), dtype)
        if operation == "softmax_layer":
            return _softmax_layer(given, dtype)
        if operation == "cross_entropy":
            return _loss(given, dtype)
        found: exact.Exact = _SUMS[operation](**given)
        normwise = self.implementation.accuracy == "normwise" and operation == "conv2d"
        allowed = bounds.rule_f(found, dtype) if normwise else bounds.rule_d(found, dtype)
        return Answer(found.high, found.low, allowed)

    def compare(self, case: Case, got: Array, answer: Answer) -> None:
        """Compare shape, then values."""
        self.count(case.operation)
        if got.shape != answer.high.shape:
            raise NonconformanceError(case, _shape_message(got, answer), got)
        if answer.selects:
            expected = _rounded(answer.high, got.dtype)
            answer = Answer(expected, np.zeros_like(expected), answer.allowed)
        exactly = got.dtype.kind in "iub"
        allowed = np.zeros_like(answer.allowed) if exactly else answer.allowed
        error = _errors(got, answer)
        wrong = ~(error <= allowed)
        if wrong.any():
            message = _values_message(case, got, answer, error, allowed)
            failure = NonconformanceError(case, message, got)
            failure.error = float(error.max())
            raise failure

    def same(self, case: Case, got: Array, expected: Array, allowed: Array, why: str) -> None:
        """Check that two results of the implementation agree as a relation demands."""
        self.count(case.operation)
        if got.shape != expected.shape:
            raise NonconformanceError(case, f"{why}: shapes {got.shape} and {expected.shape}")
        answer = Answer(expected.astype(float), np.zeros(expected.shape), allowed)
        error = _errors(got, answer)
        if not (error <= allowed).all():
            message = _values_message(case, got, answer, error, allowed)
            raise NonconformanceError(case, f"{why}\n{message}")

    def allowed(self, case: Case, got: Array) -> Floats:
        """Return the bound on the error of a result, which must have the right shape."""
        answer = self.answer(case, got.dtype)
        if got.shape != answer.high.shape:
            raise NonconformanceError(case, _shape_message(got, answer), got)
        return answer.allowed

    def holds(self, case: Case, condition: object, message: str) -> None:
        """Check a condition on a call."""
        self.count(case.operation)
        if not condition:
            raise NonconformanceError(case, message)

    # --- hygiene -----------------------------------------------------------------------------

    def leaves_inputs(self, case: Case) -> None:
        """Check that a call leaves its arguments as they were."""
        result, _ = self._legal_call(case)
        names = ", ".join(result.changed)
        self.holds(case, not result.changed, f"the call changes the caller's {names}")

    def repeats(self, cases: Sequence[Case]) -> None:
        """Check that every call gives the same answer again, after calls of the others."""
        first = [self.answered(case)[0] for case in cases]
        for case, before in zip(cases, first, strict=True):
            again = self.value(case)
            self.holds(
                case,
                again.shape == before.shape and np.array_equal(again, before, equal_nan=True),
                "the same call gives another answer the second time",
            )

    def keeps_results(self, cases: Sequence[Case]) -> None:
        """Check that an earlier result does not change when the operation is called again."""
        called = [*cases] * 4
        kept = [self.answered(case)[1] for case in called]
        for case, result in zip(called, kept, strict=True):
            self.holds(
                case,
                np.array_equal(result.value, result.now(), equal_nan=True),
                "the result of this call changed when the operation was called again",
            )

    def forgets(self, cases: Sequence[Case]) -> None:
        """Check that no call answers with what belongs to an earlier one."""
        first, *_ = cases
        self.answered(first)
        try:
            self.correct(first)
        except NonconformanceError:
            raise NotTestedError(f"{first.id} is wrong even by itself") from None
        for case in [*cases, *reversed(cases)]:
            self.correct(case)
        for case in cases:
            self.correct(case, in_place=True)

    def in_turn(self, check: Callable[[Case], object], cases: Iterable[Case]) -> None:
        """Make a check on every case that is offered; at least one must be."""
        reasons, checked = [], 0
        for case in cases:
            try:
                check(case)
                checked += 1
            except NotOfferedError:
                raise
            except NotTestedError as reason:
                reasons.append(str(reason))
        if not checked:
            raise NotTestedError(reasons[0])

    def ignores_layout(self, case: Case, layout: str) -> None:
        """Check that another memory layout gives the same answer, up to rounding."""
        plain, _ = self.answered(case)
        answer = self.answer(case, plain.dtype)
        if plain.shape != answer.high.shape:
            raise NotTestedError(f"{case.id} is wrong even in C order")
        got, _ = self.returned(case, layout=layout)
        allowed = 2 * answer.allowed
        self.same(case, got, plain, allowed, f"wrong if the arguments are {_LAYOUTS[layout]}")

    def answered(self, case: Case) -> tuple[Array, Result]:
        """Return a legal call's array; a result that cannot be read is another test's matter."""
        result, restore = self._legal_call(case)
        if result.problem:
            raise NotTestedError(result.problem)
        return restore(result.value), result

    # --- rejections --------------------------------------------------------------------------

    def rejects(self, case: Case) -> None:
        """Check that a call raises an exception, of whatever type."""
        result = self._bad_call(case)
        if isinstance(result, Result):
            raise NonconformanceError(
                case,
                f"accepted, {_in_short(result)}; expected an exception",
                _array_of(result),
                accepted=True,
            )

    def never_computes(self, case: Case) -> None:
        """Check that a call with no possible answer raises, or returns an empty array."""
        result = self._bad_call(case)
        if isinstance(result, Result) and not result.problem and result.value.size:
            raise NonconformanceError(
                case,
                f"there is nothing to compute, yet it {_in_short(result)}",
                result.value,
                accepted=True,
            )

    def rejects_cleanly(self, case: Case) -> None:
        """Check that what is raised, if anything is, is what a library raises."""
        outcome = self._bad_call(case)
        if isinstance(outcome, Rejected) and not outcome.is_clean:
            raise NonconformanceError(
                case, f"raises {outcome.exception}; a library raises ValueError for bad input"
            )

    def rejects_on_purpose(self, case: Case) -> None:
        """Check that what is raised, if anything is, is not an accident of the arithmetic."""
        outcome = self._bad_call(case)
        if isinstance(outcome, Rejected) and _ACCIDENT.search(outcome.message):
            raise NonconformanceError(
                case,
                f"nothing checks this; it happens to end in {outcome.exception}:"
                f" {outcome.message.splitlines()[0]}",
            )

    def _bad_call(self, case: Case) -> Result | Rejected | NotOffered:
        """Make a call that should be refused."""
        self._must_offer(case)
        if lacking := self._lacks_for_rejection(case):
            raise NotTestedError(lacking)
        outcome = self.implementation.call(case.operation, case.arguments, should_refuse=True)
        self.count(case.operation)
        if isinstance(outcome, TimedOut):
            raise NonconformanceError(case, f"instead of a refusal: {outcome.reason}")
        return outcome

    def _must_offer(self, case: Case) -> None:
        if not self.capabilities.offers(case.operation):
            raise NotOfferedError(f"{case.operation} is not offered")

    def _lacks_for_rejection(self, case: Case) -> str:
        first = case.arguments[OPERATIONS[case.operation].required[0]]
        if np.ndim(first) == 4 and 4 not in self.capabilities.of(case.operation).ranks:
            return f"{case.operation} takes no batches"
        return self.capabilities.lacks_keyword(case)


#: What NumPy says when shapes happen not to fit; with other shapes they would.
_ACCIDENT = re.compile(r"could not( be)? broadcast|not aligned|mismatch in its core dimension")

_LAYOUTS = {
    "fortran": "in Fortran order",
    "strided": "views with gaps in memory",
    "reversed": "views that run backwards through memory",
    "read-only": "read-only",
}

_SUMS: dict[str, Callable[..., exact.Exact]] = {
    "conv2d": exact.conv2d,
    "dense": exact.dense,
    "avg_pool2d": exact.avg_pool2d,
}


def _selection(expected: Array) -> Answer:
    return Answer(expected, np.zeros(expected.shape), np.zeros(expected.shape), selects=True)


def _softmax(logits: Array, dtype: np.dtype[Any]) -> Answer:
    """Return the probabilities of each row, bounded by rule S."""
    rows = logits.reshape(-1, logits.shape[-1])
    answers = [_softmax_row([exact.to_decimal(x) for x in row], 0.0, dtype) for row in rows]
    high, low, allowed = (
        np.array([getattr(answer, part) for answer in answers]).reshape(logits.shape)
        for part in ("high", "low", "allowed")
    )
    return Answer(high, low, allowed)


def _softmax_row(logits: list[Any], delta: float, dtype: np.dtype[Any]) -> Answer:
    """Bound one row's probabilities whose logits are known up to ``delta``.

    An error of delta in every logit changes a probability by a factor of at most e^(2 delta), and
    a distance between logits by 2 delta; rule S applies to what comes of that.
    """
    exact_probabilities = exact.softmax(logits)
    probabilities = np.array([float(p) for p in exact_probabilities])
    highest = max(logits)
    distances = np.array([exact.difference(highest, x) for x in logits]) + 2 * delta
    mean = float(probabilities @ distances)
    largest = max(abs(float(highest)), abs(float(min(logits)))) + delta
    factor = float(np.exp(2 * delta))
    allowed = np.array(
        [
            bounds.rule_s(p * factor, len(logits), distance, mean * factor, largest, dtype)
            + (factor - 1) * p
            for p, distance in zip(probabilities, distances, strict=True)
        ]
    )
    low = np.array(
        [
            exact.difference(number, exact.to_decimal(nearest))
            for number, nearest in zip(exact_probabilities, probabilities, strict=True)
        ]
    )
    return Answer(probabilities, low, allowed)


@dataclass(frozen=True)
class NetworkAnswer(Answer):
    """The probabilities of a network, within bounds proved from layer to layer."""

    logits: ExactLogits | None = None

    def certain_class(self) -> int | None:
        """Return the class that every correct network must choose, if there is one."""
        return self.logits.certain_class() if self.logits else None

    def loss(self, label: int, dtype: np.dtype[Any]) -> Answer:
        """Return the loss: the bound on the probability goes through the logarithm."""
        probability = float(self.high[label])
        relative = float(self.allowed[label]) / probability
        loss = -float(np.log(probability))
        bound = bounds.rule_loss(loss, dtype) - float(np.log1p(-relative))
        return Answer(np.array(loss), np.zeros(()), np.array(bound + 2.0**-50))


def network_answer(logits: ExactLogits, dtype: np.dtype[Any]) -> NetworkAnswer:
    """Return the probabilities that belong to exact logits and the bound on them."""
    row = [exact.from_fraction(logit) for logit in logits.logits]
    answer = _softmax_row(row, logits.delta, dtype)
    return NetworkAnswer(answer.high, answer.low, answer.allowed, logits=logits)


def _softmax_layer(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return dense and softmax in one: the bound on the logits goes through the softmax."""
    logits = exact.dense(given["x"], given["weights"], given["bias"])
    delta = float(bounds.rule_d(logits, dtype).max())
    row = [exact.to_decimal(h, r) for h, r in zip(logits.high, logits.low, strict=True)]
    return _softmax_row(row, delta, dtype)


def _loss(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    probability = exact.to_decimal(given["probabilities"][given["label"]])
    loss = exact.negative_logarithm(probability)
    high = float(loss)
    return Answer(
        np.array(high),
        np.array(exact.difference(loss, exact.to_decimal(high))),
        np.array(bounds.rule_loss(high, dtype)),
    )


def _rounded(values: Floats, dtype: np.dtype[Any]) -> Floats:
    if dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        return values.astype(dtype).astype(np.float64)


def _errors(got: Array, answer: Answer) -> Floats:
    """Return |got - exact|; NaN and infinities that are not expected are infinitely wrong."""
    values = got.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs((values - answer.high) - answer.low)
    error = np.where(values == answer.high, np.abs(answer.low), error)
    return np.where(np.isnan(error), np.inf, error)


def _array_of(result: Result) -> Array | None:
    return None if result.problem else result.value


def _in_short(result: Result) -> str:
    if result.problem:
        return result.problem
    return f"returns an array of shape {result.value.shape}"


def _shape_message(got: Array, answer: Answer) -> str:
    return f"the result has the shape {got.shape}, expected {answer.high.shape}"


def _values_message(case: Case, got: Array, answer: Answer, error: Floats, allowed: Floats) -> str:
    wrong = ~(error <= allowed)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(wrong, error / allowed, -1.0)
    worst = np.unravel_index(int(np.argmax(np.where(wrong, error, -1.0))), error.shape)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if error.ndim else ()
    lines = [f"{int(wrong.sum())} of {wrong.size} values are wrong"]
    places = {"first": first, "largest error": tuple(int(i) for i in worst)}
    for label, place in places.items():
        if label == "first" or place != first:
            lines.append(
                f"  {label} at {list(place)}: got {got[place]!s}, exact {answer.high[place]!s},"
                f" error {error[place]:.3g}, bound {allowed[place]:.3g},"
                f" error / bound {ratio[place]:.3g}"
            )
    arrays = {
        name: value for name, value in case.arguments.items() if isinstance(value, np.ndarray)
    }
    for name, array in (arrays | {"got": got, "expected": answer.high}).items():
        if array.size <= PRINTED:
            lines.append(f"  {name} = {_compact(array)}")
    return "\n".join(lines)


def _compact(array: Array) -> str:
    text = np.array2string(array, separator=", ", max_line_width=10_000, precision=8)
    return " ".join(text.split())
