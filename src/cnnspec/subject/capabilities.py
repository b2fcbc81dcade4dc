"""What an implementation offers of each operation, found out by small legal calls.

A rank, a batch or a dtype that every probe refuses is absent. If every legal call raises, the
operation is called wrongly: nothing is known of its numbers, and it is not judged.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import UNUSUAL, Case, cast
from cnnspec.declaration.operation import Probes
from cnnspec.declaration.parameters import Fixed
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.array_limits import AXES, DTYPE
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.caller import TAKES_NO, UNWRITTEN, what_lacks
from cnnspec.subject.fitting import Fitted, fitted, unchanged
from cnnspec.subject.limits import Limit, Limits, limit
from cnnspec.subject.outcomes import Died, NotOffered, Outcome, Rejected, Result, TimedOut
from cnnspec.texts import counted

Array = NDArray[Any]
Arguments = Mapping[str, Any]

DTYPES = ("float64", "float32", "float16")

#: In what bytes, such as pixels, and parameters of what is not probed are sent: the first that is
#: taken. All of these hold the numbers of the tests exactly.
_PIXELS = ("uint8", "float64", "float32")
_PARAMETERS = ("float64", "float32")


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


def _of(outcomes: list[_Probed], ranks: Container[int], dtypes: Container[str]) -> list[Outcome]:
    return [p.outcome for p in outcomes if p.rank in ranks and p.dtype in dtypes]


#: A number of axes or a dtype that is refused, the kind and the words of its limit, the answered
#: call that it differs from, and what came of its probes.
_Refused = tuple[int | str, str, str, Arguments | None, list[Outcome]]


class Capabilities:
    """What one implementation offers, found out once for each operation."""

    def __init__(self, implementation: Implementation) -> None:
        self.implementation = implementation
        self.of = cache(self._probe)
        self.takes = cache(self._takes)
        self.limits = Limits(implementation, self)
        self.reductions: dict[str, str] = {}

    def _takes(self, operation: str, parameter: str) -> bool:
        """Return whether an optional parameter is there: some legal call does not deny it."""
        return any(
            not isinstance(outcome, NotOffered) or what_lacks(outcome.reason) is None
            for outcome in self._with_option(operation, parameter)
        )

    def _with_option(self, operation: str, parameter: str) -> list[Outcome]:
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
                outcomes = [*outcomes, *self._with_option(operation, parameter)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
        if not refusals or not all(isinstance(o, Rejected | NotOffered) for o in outcomes):
            return ""
        return f"{refusals[0].exception}: {refusals[0].message}"

    def _probes(self, operation: str) -> Probes:
        """Return the small legal calls that an operation's form allows."""
        allowed = self.implementation.offers[operation].ranks
        probes = OPERATIONS[operation].probes().items()
        return {rank: calls for rank, calls in probes if allowed is None or rank in allowed}

    def _probe(self, operation: str) -> Found:
        if not _is_probed(operation):
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
            return Found(frozenset(probes), DTYPES, is_stub, why, tuple(dict.fromkeys(denials)))
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

    def offers(self, operation: str) -> bool:
        """Return whether the operation is offered at all."""
        if operation not in self.implementation.offers:
            return False
        return not self.of(operation).is_stub

    def called_wrongly(self, operation: str) -> str:
        """Return the exception that every legal call of an operation raises, or ""."""
        if operation not in self.implementation.offers:
            return ""
        return self.of(operation).called_wrongly

    def unwritten(self) -> list[str]:
        """Return the operations that are there but answer NotImplementedError to everything."""
        return [
            name
            for name, reasons in self._denied().items()
            if any(reason.startswith(f"{name}{UNWRITTEN}") for reason in reasons)
        ]

    def without_floats(self) -> list[str]:
        """Return the operations that are there but take none of the floating dtypes."""
        return [
            name
            for name, reasons in self._denied().items()
            if all(reason.startswith(TAKES_NO) for reason in reasons)
        ]

    def denied(self) -> dict[str, str]:
        """Return the other operations that offer no legal call, and the first reason they give."""
        told = {*self.unwritten(), *self.without_floats()}
        return {name: reasons[0] for name, reasons in self._denied().items() if name not in told}

    def _denied(self) -> dict[str, tuple[str, ...]]:
        """Return the operations that are there but offer no legal call, and their reasons."""
        return {
            name: self.of(name).denials
            for name in self.implementation.offers
            if self.of(name).is_stub and self.of(name).denials
        }

    def lacks(self, case: Case) -> str:
        """Return what a case needs and the implementation does not offer, or ""."""
        operation = case.operation
        if lacking := self.lacks_keyword(case):
            return lacking
        if not _is_probed(operation):
            return self.lacks_for_network()
        found = self.of(operation)
        for name, fixed in found.fixed.items():
            plain = OPERATIONS[operation].options[name].plain
            if not fixed.serves and case.arguments.get(name, plain) == plain:
                return f"{operation} {fixed.in_words}, and has no parameter {name}"
        if case.dtype is not None and case.dtype not in {*found.dtypes, *found.crashing}:
            return f"{operation} refuses {case.dtype}"
        if not self._fit(case.operation, case.arguments):
            return f"{operation} refuses inputs of {counted(_rank(case), 'axis', 'axes')}"
        return ""

    def limit(self, case: Case, layout: str = "C") -> Limit | None:
        """Return the limit that a refused call lies beyond, if it is one."""
        is_advised = layout in UNUSUAL and not case.may_refuse
        return None if is_advised else self.limits.beyond(case, layout)

    def fitted(self, case: Case) -> dict[str, Any] | None:
        """Return a case's arguments as the implementation takes them, ``None`` if it does not."""
        return None if self.lacks(case) else self.fit(self.narrowed(case))[0]

    def lacks_keyword(self, case: Case) -> str:
        """Return which parameter a case needs and the signature does not have, or ""."""
        return self.implementation.missing_parameter(case.operation, self._without_fixed(case))

    def _without_fixed(self, case: Case) -> dict[str, Any]:
        """Return the arguments without options that have no parameter, and their value anyway."""
        options = OPERATIONS[case.operation].options.values()
        fixed = self.of(case.operation).fixed if any(one.fixed for one in options) else {}
        return {n: v for n, v in case.arguments.items() if n not in fixed or v != fixed[n].value}

    def narrowed(self, case: Case) -> Case:
        """Return the case in the implementation's finest dtype, where the case leaves it open."""
        if not _is_probed(case.operation):
            return self._as_sent(case)
        found, dtypes = self.of(case.operation), self.of(case.operation).dtypes
        if served := {name: one.value for name, one in found.fixed.items() if one.serves}:
            case = replace(case, arguments={**served, **case.arguments})
        if case.dtype is not None or not dtypes or dtypes[0] == "float64":
            return case
        return replace(case, arguments=cast(case.arguments, np.dtype(dtypes[0])))

    def lacks_for_network(self) -> str:
        """Return why a network's parameters cannot be sent, "" if they can, or none is offered."""
        is_offered = not all(map(_is_probed, self.implementation.offers))
        if not is_offered or self._first_taken(_PARAMETERS):
            return ""
        return f"{TAKES_NO}{' and no '.join(_PARAMETERS)}"

    def _first_taken(self, dtypes: tuple[str, ...]) -> str:
        """Return the first of some dtypes that the implementation takes, "" for none."""
        taken = self.implementation.dtypes
        return next((dtype for dtype in dtypes if taken is None or dtype in taken), "")

    def _as_sent(self, case: Case) -> Case:
        """Return a case with bytes and float64 in the first dtypes that are taken.

        Other dtypes are what a case is about.
        """
        taken = self.implementation.dtypes
        if taken is None or taken >= {"uint8", "float64"} or self.lacks_for_network():
            return case
        sent = {"uint8": self._first_taken(_PIXELS), "float64": self._first_taken(_PARAMETERS)}

        def as_taken(value: Any) -> Any:
            name = value.dtype.name if isinstance(value, np.ndarray) else ""
            return value.astype(sent[name]) if name in sent else value

        given = {name: as_taken(value) for name, value in case.arguments.items()}
        return replace(case, arguments=given)

    def fit(self, case: Case) -> Fitted:
        """Return the arguments with the axes that the implementation takes.

        The function that comes with them takes the added axes away from the result again. An
        implementation without single images gets batches of one, and one without images that
        have no channel axis gets one channel.
        """
        given = self._without_fixed(case)
        return self._fit(case.operation, given) or (given, unchanged)

    def _fit(self, operation: str, arguments: Mapping[str, Any]) -> Fitted | None:
        if not _is_probed(operation):
            return dict(arguments), unchanged
        found = self.of(operation)
        return fitted(OPERATIONS[operation], dict(arguments), found.ranks, found.crashing)


def _limit_of(operation: str, option: str, fixed: Fixed) -> Limit:
    """Return the limit that an option sets which has no parameter."""
    kind = next(kind for kind in OPERATIONS[operation].limits if kind.name == fixed.limit)
    said = f"it answers as with {option} {fixed.value!r}"
    why = Rejected(f"no parameter {option}", said, is_clean=True)
    return limit(operation, kind.name, kind.words, why)


def _is_probed(operation: str) -> bool:
    return OPERATIONS[operation].is_probed


def _rank(case: Case) -> int:
    return int(np.ndim(case.arguments[OPERATIONS[case.operation].data]))
