"""Asking an implementation: each call beside the right answer, on fresh arrays as they come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.exact import bounds
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Died, Result, TimedOut

Array = NDArray[Any]
Floats = NDArray[np.float64]
Arguments = Mapping[str, Any]

#: Calls of one operation that are asked at most.
CALLS = 300

#: Larger calls tell no more, and cost more.
LARGEST = 16_000

#: How near a prediction must come, in roundings: of float64, and of what is narrower.
_ROUNDINGS, _OF_NARROW = 64, 8


#: What is narrower than float64 rounds to more.
_NARROW = 1e-12


@dataclass(eq=False)
class Asked:
    """A call that was answered, and the right answer.

    ``near`` is how near a prediction must come to what came back, ``allowed`` how far from the
    right answer it may be. ``tests`` are those that make the call.
    """

    arguments: Arguments
    got: Floats
    due: Floats
    near: Floats
    allowed: Floats
    is_wrong: bool
    tests: list[str] = field(default_factory=list)

    def is_met(self, prediction: Array | None) -> bool:
        """Return whether a prediction is what came back."""
        return _equal(prediction, self.got, self.near)

    def is_due(self, prediction: Array | None) -> bool:
        """Return whether a prediction is the right answer."""
        return _equal(prediction, self.due, self.allowed)

    def share_met(self, prediction: Array) -> float:
        """Return the share of the wrong numbers that a prediction gives: 0 for another shape.

        Zeros do not count: what leaves all at zero would give them.
        """
        if prediction.shape != self.got.shape or self.got.shape != self.due.shape:
            return 0.0
        with np.errstate(invalid="ignore"):
            is_wrong = ~(np.abs(self.got - self.due) <= self.allowed) & (self.got != 0)
            is_met = np.abs(prediction - self.got) <= self.near
        return float((is_met & is_wrong).sum() / max(is_wrong.sum(), 1))

    @property
    def tells(self) -> bool:
        """Whether it is wrong by more than a prediction may be: else it tells nothing."""
        return self.is_wrong and not self.is_met(self.due)

    @property
    def numbers(self) -> frozenset[float]:
        """The different finite numbers that are wrong, none where most of what is wrong is not."""
        wrong = self.got
        if self.got.shape == self.due.shape:
            with np.errstate(invalid="ignore"):
                wrong = self.got[~(np.abs(self.got - self.due) <= self.allowed)]
        finite = wrong[np.isfinite(wrong)]
        is_told = 2 * finite.size >= wrong.size
        return frozenset(finite.ravel()[:100].tolist()) if is_told else frozenset()


def _equal(one: Array | None, other: Floats, near: Floats) -> bool:
    if one is None or one.shape != other.shape:
        return False
    with np.errstate(all="ignore"):
        same = one == other
        if same.all():  # as predictions are that come true
            return True
        # An infinity is near nothing but itself.
        close = (np.abs(one - other) <= near) & np.isfinite(one) & np.isfinite(other)
        return bool((close | same | (np.isnan(one) & np.isnan(other))).all())


class Laboratory:
    """Asks one operation of an implementation, and counts."""

    def __init__(self, operation: str, capabilities: Capabilities) -> None:
        self.operation = operation
        self._capabilities = capabilities
        self.calls = 0
        self.is_lost = False

    def offers(self, arguments: Arguments) -> bool:
        """Return whether a call is offered, as far as is known."""
        return not self._capabilities.lacks(Case("experiment", self.operation, arguments))

    def ask_afresh(self, arguments: Arguments) -> Asked | None:
        """Return what comes of a call of a copy without a past, or else of the usual one."""
        judged = self._capabilities.implementation
        return self.ask(arguments, judged.fresh_copy() or judged)

    def ask(self, arguments: Arguments, of: Implementation | None = None) -> Asked | None:
        """Return what comes of a call, ``None`` where it is not offered or cannot be asked."""
        case = Case("experiment", self.operation, arguments)
        if self.is_lost or self.calls >= CALLS or not _is_plain(arguments):
            return None
        if self._capabilities.lacks(case):
            return None
        case = self._capabilities.narrowed(case)
        given, restore = self._capabilities.fit(case)
        self.calls += 1
        asked = of or self._capabilities.implementation
        outcome = asked.call(self.operation, given, once=True)
        if isinstance(outcome, TimedOut | Died):
            self.is_lost = True
        if not isinstance(outcome, Result) or outcome.problem:
            return None
        try:
            if OPERATIONS[self.operation].results > 1:
                return self._joined(case, outcome.values)
            return self._beside_the_answer(case, restore(outcome.value))
        except (ValueError, TypeError, IndexError, ArithmeticError):
            return None  # of a call that should be refused there is no answer

    def _joined(self, case: Case, values: tuple[Array, ...]) -> Asked:
        """Return several results as one vector, beside what is due of it.

        An exact answer may be that vector. Where it is that of the first alone, what the simulator
        gives is due, and the bound goes on to the others, which are computed from it. What is not
        returned, and need not be, is empty, and counts as right.
        """
        accuracy = self._capabilities.implementation.accuracy
        simulator = OPERATIONS[self.operation].simulator
        due = simulator.predict((), case.arguments) if simulator else None
        assert due is not None
        absent = 0 if values[0].size else due.size - sum(value.size for value in values)
        got = np.concatenate([due[:absent], *(np.ravel(value) for value in values)]).astype(float)
        dtype = bounds.coarsest(*(value.dtype for value in values))
        answer = exact_answer(case, dtype, accuracy)
        if answer.high.size == due.size:
            is_wrong = got.shape != due.shape or bool(
                (~(errors_of(got, answer) <= answer.allowed)).any()
            )
            near = _near(got, dtype, answer, is_relative=True)
            return Asked(case.arguments, got, answer.high, near, answer.allowed, is_wrong)
        first = answer.allowed.ravel()
        relative = float(np.max(first / np.maximum(due[: len(first)], 1e-300), initial=0))
        eps = float(np.finfo(dtype).eps)
        allowed = np.maximum(relative, _ROUNDINGS * eps) * np.maximum(np.abs(due), 1.0)
        allowed[: len(first)] = np.maximum(first, _ROUNDINGS * eps * due[: len(first)])
        is_wrong = not _equal(got, due, allowed)
        near = np.maximum(relative, _ROUNDINGS * eps) * np.abs(got)
        return Asked(case.arguments, got, due, np.asarray(near), allowed, is_wrong)

    def _beside_the_answer(self, case: Case, got: Array) -> Asked:
        accuracy = self._capabilities.implementation.accuracy
        answer = exact_answer(case, got.dtype, accuracy).for_result(got.dtype)
        if answer.high.shape == () and got.shape == (1,):
            got = got.reshape(())  # as the judge takes it
        is_wrong = got.shape != answer.high.shape or bool(
            (~(errors_of(got, answer) <= answer.allowed)).any()
        )
        values = got.astype(np.float64)
        simulator = OPERATIONS[self.operation].simulator
        is_relative = simulator is not None and simulator.is_relative
        near = _near(values, got.dtype, answer, is_relative=is_relative)
        return Asked(case.arguments, values, answer.high, near, answer.allowed, is_wrong)


def _is_plain(arguments: Arguments) -> bool:
    """Return whether all numbers are finite, and few: others tell no more."""
    return sum(map(np.size, arguments.values())) <= LARGEST and all(
        np.isfinite(value).all() for value in arguments.values() if isinstance(value, np.ndarray)
    )


def _near(values: Floats, dtype: np.dtype[Any], answer: Answer, *, is_relative: bool) -> Floats:
    """Return how near a prediction must come: within the bound, scaled to what came back.

    What is not relative to each number is bounded as the largest is: other numbers were summed.
    """
    with np.errstate(all="ignore"):
        finite = np.abs(values[np.isfinite(values)])
        due = np.abs(answer.high[np.isfinite(answer.high)])
        largest, largest_due = float(finite.max(initial=0)), float(due.max(initial=0))
        grown = min(max(1.0, largest / max(largest_due, 1e-300)), 1e6)
        eps = float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
        roundings = _ROUNDINGS if is_relative or eps < _NARROW else _OF_NARROW
        rounding = roundings * eps * np.where(np.isfinite(values), np.abs(values), 0)
        within = np.where(np.isfinite(answer.allowed), answer.allowed, 0) * grown
        if not is_relative or values.shape != answer.high.shape:
            return np.full(values.shape, within.max(initial=0) + rounding.max(initial=0))
        return np.asarray(within + rounding)
