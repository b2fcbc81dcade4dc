"""Small legal calls, and what they find out: which axes and dtypes are taken, and what crashes."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnspec.bindings.probing import NAMELESS
from cnnspec.declaration.case import cast
from cnnspec.declaration.operation import Probes
from cnnspec.declaration.parameters import Fixed
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.array_limits import AXES, DTYPE
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.limits import Limit, Limits, limit
from cnnspec.subject.outcomes import Died, NotOffered, Outcome, Rejected, Result, TimedOut

Arguments = Mapping[str, Any]

DTYPES = ("float64", "float32", "float16")


@dataclass(frozen=True)
class Found:
    """What the probes of one operation found.

    ``ranks`` and ``dtypes`` are those that are answered, ``crashing`` those in which calls end in
    an accident: they are judged, and fail. ``limits`` say why others are not taken. ``unanswered``
    are calls, by rank, whose results are no answers: nothing of the rank is computed or refused.
    ``fixed`` are options without a parameter, as with another value of which it always answers.
    """

    ranks: frozenset[int]
    dtypes: tuple[str, ...]
    is_stub: bool
    called_wrongly: str = ""
    denials: tuple[str, ...] = ()
    crashing: frozenset[int | str] = frozenset()
    limits: tuple[Limit, ...] = ()
    unanswered: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    fixed: Mapping[str, Fixed] = field(default_factory=dict)

    @property
    def always_pads(self) -> bool:
        """Whether it pads, and has no parameter that says otherwise."""
        return bool(self.fixed)


@dataclass(frozen=True, eq=False)
class _Probed:
    """One probe and what came of it."""

    rank: int
    dtype: str
    arguments: dict[str, Any]
    outcome: Outcome

    def shows(self, fixed: Fixed) -> bool:
        """Return whether the answer is one as with a fixed value of an option."""
        if not isinstance(self.outcome, Result) or self.outcome.problem:
            return False
        return fixed.shows(self.arguments, self.outcome.value)


def _come_to_an_end(outcomes: list[_Probed]) -> frozenset[int]:
    """Return the numbers of axes with which calls come to a name that is not there.

    Others end before it, for reasons of their own.
    """
    return frozenset(
        p.rank
        for p in outcomes
        if isinstance(p.outcome, Rejected) and p.outcome.exception in NAMELESS
    )


def _of(outcomes: list[_Probed], ranks: Container[int], dtypes: Container[str]) -> list[Outcome]:
    return [p.outcome for p in outcomes if p.rank in ranks and p.dtype in dtypes]


#: A number of axes or a dtype that is refused, the kind and the words of its limit, the answered
#: call that it differs from, and what came of its probes.
_Refused = tuple[int | str, str, str, Arguments | None, list[Outcome]]


class Prober:
    """Makes the small legal calls of an implementation's operations."""

    def __init__(self, implementation: Implementation, limits: Limits) -> None:
        self.implementation = implementation
        self.limits = limits

    def with_option(self, operation: str, parameter: str) -> list[Outcome]:
        """Return what comes of small legal calls with one optional parameter."""
        option = OPERATIONS[operation].options[parameter]
        return [
            self.implementation.call(operation, {**calls[0], parameter: value})
            for calls in self._probes(operation).values()
            for value in option.values_for(calls[0])
        ]

    def _why_called_wrongly(self, operation: str, outcomes: list[Outcome]) -> str:
        """Return the exception of an operation of which every legal call raises one, or ""."""
        for parameter in OPERATIONS[operation].optional:
            if parameter in self.implementation.offers[operation].keywords:
                outcomes = [*outcomes, *self.with_option(operation, parameter)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
        if not refusals or not all(isinstance(o, Rejected | NotOffered) for o in outcomes):
            return ""
        if any(refusal.exception in NAMELESS for refusal in refusals):
            return ""  # however it is called
        return f"{refusals[0].exception}: {refusals[0].message}"

    def _probes(self, operation: str) -> Probes:
        """Return the small legal calls that an operation's form allows."""
        allowed = self.implementation.offers[operation].ranks
        probes = OPERATIONS[operation].probes().items()
        return {rank: calls for rank, calls in probes if allowed is None or rank in allowed}

    def probe(self, operation: str) -> Found:
        """Return what is found of an operation."""
        if not OPERATIONS[operation].is_probed:
            return Found(frozenset(), DTYPES, is_stub=False)
        probes = self._probes(operation)
        answered: list[_Probed] = []
        outcomes: list[_Probed] = []
        for dtype in DTYPES:
            for rank, calls in probes.items():
                for arguments in calls:
                    given = cast(arguments, np.dtype(dtype))
                    outcome = self.implementation.call(operation, given)
                    outcomes.append(_Probed(rank, dtype, given, outcome))
                    if isinstance(outcome, Result | TimedOut):
                        answered.append(outcomes[-1])
                        if not self._is_no_answer(operation, outcomes[-1]):
                            break
        if OPERATIONS[operation].is_a_kind and self._is_refused(operation, outcomes):
            return Found(frozenset(probes), DTYPES, is_stub=True)
        if not answered:
            came = [probed.outcome for probed in outcomes]
            is_stub = all(isinstance(outcome, NotOffered) for outcome in came)
            why = "" if is_stub else self._why_called_wrongly(operation, came)
            denials = [outcome.reason for outcome in came if isinstance(outcome, NotOffered)]
            ranks = _come_to_an_end(outcomes) or frozenset(probes)
            return Found(ranks, DTYPES, is_stub, why, tuple(dict.fromkeys(denials)))
        return self._judged(operation, outcomes, answered)

    def _judged(
        self, operation: str, outcomes: "list[_Probed]", answered: "list[_Probed]"
    ) -> Found:
        """Return what is taken, what is a limit, and what crashes, of ranks and dtypes."""
        no_answers = [p for p in answered if self._is_no_answer(operation, p)]
        answers = [probed for probed in answered if probed not in no_answers] or answered
        ranks = frozenset(probed.rank for probed in answers)
        unanswered = {p.rank: p.arguments for p in no_answers if p.rank not in ranks}
        answered = [probed for probed in answered if probed.rank in ranks]
        outcomes = [probed for probed in outcomes if probed.rank not in unanswered]
        dtypes = tuple(d for d in DTYPES if any(probed.dtype == d for probed in answered))
        plain = next((p.arguments for p in answered if isinstance(p.outcome, Result)), None)
        refused: list[_Refused] = [
            (dtype, DTYPE.format(dtype), f"no {dtype}", None, _of(outcomes, ranks, {dtype}))
            for dtype in DTYPES
            if dtype not in dtypes
        ]
        words = OPERATIONS[operation].axes.in_words(ranks)
        refused += [
            (rank, AXES, words, plain, _of(outcomes, {rank}, dtypes))
            for rank in sorted({probed.rank for probed in outcomes} - ranks)
        ]
        limits, crashing = self._excused(operation, refused)
        fixed = self._fixed(operation, answers)
        limits |= {one.limit: _limit_of(operation, name, one) for name, one in fixed.items()}
        return Found(
            ranks,
            dtypes,
            is_stub=False,
            crashing=crashing,
            limits=tuple(limits.values()),
            unanswered=unanswered,
            fixed=fixed,
        )

    def _excused(
        self, operation: str, refused: Iterable[_Refused]
    ) -> tuple[dict[str, Limit], frozenset[int | str]]:
        """Return the limits that refusals set, by their kinds, and what crashes."""
        limits: dict[str, Limit] = {}
        crashing: set[int | str] = set()
        for what, kind, said, contrast, came in refused:
            ended = any(isinstance(outcome, Died) for outcome in came)
            if not ended and not any(isinstance(outcome, Rejected) for outcome in came):
                continue  # it is not offered, or does not come back
            why = None if ended else self.limits.excusable(operation, came, contrast)
            if why is None or not self.limits.allows(kind):
                crashing.add(what)
            else:
                limits.setdefault(kind, limit(operation, kind, said, why))
        return limits, frozenset(crashing)

    def _fixed(self, operation: str, answers: "list[_Probed]") -> dict[str, Fixed]:
        """Return the options without a parameter that all answers show to be fixed."""
        keywords = self.implementation.offers[operation].keywords
        return {
            name: one
            for name, option in OPERATIONS[operation].options.items()
            for one in option.fixed[::-1]  # the commonest is entered last
            if name not in keywords and all(p.shows(one) for p in answers)
        }

    def _is_refused(self, operation: str, outcomes: "list[_Probed]") -> bool:
        """Return whether all probes are refused, or answered by what is no answer."""
        return all(
            isinstance(probed.outcome, Rejected | NotOffered)
            or self._is_no_answer(operation, probed)
            for probed in outcomes
        )

    def _is_no_answer(self, operation: str, probed: "_Probed") -> bool:
        """Return whether a result is empty, or has not the axes of any answer.

        The sum, the mean or the first of a batch's answers are answers: wrong ones.
        """
        outcome = probed.outcome
        if not isinstance(outcome, Result) or outcome.problem:
            return False
        axes, data = OPERATIONS[operation].axes, probed.arguments[OPERATIONS[operation].data]
        if axes.may_have(np.shape(data), outcome.value.shape):
            return False
        if OPERATIONS[operation].reductions and outcome.value.size == 1:
            return False
        return len(data) == 1 or not (
            probed.rank == axes.of_a_batch and self._is_of_a_batch(operation, probed)
        )

    def _is_of_a_batch(self, operation: str, probed: "_Probed") -> bool:
        """Return whether a result is what a batch's single answers come to."""
        first = OPERATIONS[operation].data
        singles = []
        for one in probed.arguments[first]:
            outcome = self.implementation.call(operation, {**probed.arguments, first: one})
            if not isinstance(outcome, Result) or outcome.problem:
                return False
            singles.append(outcome.value.astype(float))
        if not isinstance(probed.outcome, Result) or len({one.shape for one in singles}) > 1:
            return False
        got = probed.outcome.value
        with np.errstate(all="ignore"):
            return any(
                got.shape == made.shape and np.allclose(got, made, rtol=1e-3, atol=1e-3)
                for made in (np.sum(singles, axis=0), np.mean(singles, axis=0), singles[0])
            )


def _limit_of(operation: str, option: str, fixed: Fixed) -> Limit:
    """Return the limit that an option sets which has no parameter."""
    kind = next(kind for kind in OPERATIONS[operation].limits if kind.name == fixed.limit)
    said = f"it answers as with {option} {fixed.value!r}"
    why = Rejected(f"no parameter {option}", said, is_clean=True)
    return limit(operation, kind.name, kind.words, why)
