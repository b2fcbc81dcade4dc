"""What an implementation offers of each operation, found out by small legal calls.

A rank, a batch or a dtype that every probe refuses is absent. If every legal call raises, the
operation is called wrongly: nothing is known of its numbers, and it is not judged.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.boundary import Implementation
from cnnspec.caller import TAKES_NO, UNWRITTEN, what_lacks
from cnnspec.cases import UNUSUAL, Case, cast
from cnnspec.limit_kinds import AXES, DTYPE, words_of_ranks
from cnnspec.limits import Limit, Limits, limit
from cnnspec.operations import OPERATIONS, POOLINGS
from cnnspec.outcomes import NotOffered, Outcome, Rejected, Result, TimedOut
from cnnspec.texts import counted

Array = NDArray[Any]
Arguments = Mapping[str, Any]

DTYPES = ("float64", "float32", "float16")

#: In what a network's pixels, which are bytes by nature, and its parameters are sent: the first
#: that is taken. All of these hold the numbers of the tests exactly.
_PIXELS = ("uint8", "float64", "float32")
_PARAMETERS = ("float64", "float32")


def _ramp(*shape: int) -> Array:
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape) % 5


def _probes(operation: str) -> dict[int, list[dict[str, Any]]]:
    """Return small legal calls by the rank of their first argument."""
    if operation == "conv2d":
        sizes = ((5, 5), (4, 6), (6, 4))
        return {
            2: [{"image": _ramp(*size), "filters": _ramp(2, 3, 3)} for size in sizes],
            3: [{"image": _ramp(*size, 2), "filters": _ramp(3, 3, 3, 2)} for size in sizes]
            # Axes that are read in another order are to be judged, not taken for refusals.
            + [{"image": _ramp(size, 5, 3), "filters": _ramp(3, 3, 3, 3)} for size in (5, 3)],
            4: [{"image": _ramp(2, *size, 2), "filters": _ramp(3, 3, 3, 2)} for size in sizes]
            + [{"image": _ramp(1, 5, 5, 3), "filters": _ramp(3, 3, 3, 3)}],
        }
    if operation in POOLINGS:
        sizes = ((4, 4), (4, 6), (6, 4))
        return {
            3: [{"maps": _ramp(*size, 2)} for size in sizes] + [{"maps": _ramp(4, 4, 1)}],
            4: [{"maps": _ramp(2, *size, 2)} for size in sizes] + [{"maps": _ramp(1, 4, 4, 1)}],
        }
    if operation == "relu":
        return {
            len(shape): [{"x": _ramp(*shape) - 2}]
            for shape in ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))
        }
    if operation in ("dense", "softmax_layer"):
        # A single input too: what answers only that is to be judged, not called wrongly.
        made: dict[int, list[dict[str, Any]]] = {1: [], 2: [], 3: []}
        for shape in ((12,), (1,), (3, 4), (2, 3, 2)):
            inputs = int(np.prod(shape))
            given = {"x": _ramp(*shape), "weights": _ramp(inputs, 2), "bias": _ramp(2)}
            made[len(shape)].append(given)
        return made
    if operation == "softmax":
        # Square ones too: a sum along the wrong axis raises for others, and is to be judged.
        shapes = ((3,), (2, 3), (3, 3), (2, 2, 3), (3, 3, 3))
        found: dict[int, list[dict[str, Any]]] = {len(shape): [] for shape in shapes}
        for shape in shapes:
            found[len(shape)].append({"logits": _ramp(*shape)})
        return found
    return {1: [{"probabilities": np.array([0.25, 0.25, 0.5]), "label": label} for label in (0, 1)]}


def _given(value: Any, arguments: Mapping[str, Any]) -> Any:
    """Return a value of an optional parameter; a bias has a number for each filter."""
    return value(len(arguments["filters"])) if callable(value) else value


@dataclass(frozen=True)
class Found:
    """What the probes of one operation found.

    ``ranks`` and ``dtypes`` are those that are answered, ``crashing`` those in which calls end in
    an accident: they are judged, and fail. ``limits`` say why others are not taken. ``unanswered``
    are calls, by rank, whose results are no answers: nothing of the rank is computed or refused.
    ``always_pads`` says that a convolution without a parameter for it answers as with "same".
    """

    ranks: frozenset[int]
    dtypes: tuple[str, ...]
    is_stub: bool
    called_wrongly: str = ""
    denials: tuple[str, ...] = ()
    crashing: frozenset[int | str] = frozenset()
    limits: tuple[Limit, ...] = ()
    unanswered: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    always_pads: bool = False


@dataclass(frozen=True, eq=False)
class _Probed:
    """One probe and what came of it."""

    rank: int
    dtype: str
    arguments: dict[str, Any]
    outcome: Outcome


def _of(outcomes: list[_Probed], ranks: Container[int], dtypes: Container[str]) -> list[Outcome]:
    return [p.outcome for p in outcomes if p.rank in ranks and p.dtype in dtypes]


#: Legal values of the optional parameters, the default among them.
_VALUES: dict[str, tuple[Any, ...]] = {
    "bias": (None, np.ones),
    "stride": (1, 2),
    "padding": ("valid", "same"),
    "size": (2, 3),
}


class Capabilities:
    """What one implementation offers, found out once for each operation."""

    def __init__(self, implementation: Implementation) -> None:
        self.implementation = implementation
        self.of = cache(self._probe)
        self.takes = cache(self._takes)
        self.limits = Limits(implementation, self)

    def _takes(self, operation: str, parameter: str) -> bool:
        """Return whether an optional parameter is there: some legal call does not deny it."""
        return any(
            not isinstance(outcome, NotOffered) or what_lacks(outcome.reason) is None
            for outcome in self._with_option(operation, parameter)
        )

    def _with_option(self, operation: str, parameter: str) -> list[Outcome]:
        """Return what comes of small legal calls with one optional parameter."""
        allowed = self.implementation.offers[operation].ranks
        return [
            self.implementation.call(operation, {**calls[0], parameter: _given(value, calls[0])})
            for rank, calls in _probes(operation).items()
            if allowed is None or rank in allowed
            for value in _VALUES[parameter]
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

    def _probe(self, operation: str) -> Found:
        allowed = self.implementation.offers[operation].ranks
        probes = {
            rank: calls
            for rank, calls in _probes(operation).items()
            if allowed is None or rank in allowed
        }
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
        refused: list[tuple[int | str, str, str, Arguments | None, list[Outcome]]] = [
            (dtype, DTYPE.format(dtype), f"no {dtype}", None, _of(outcomes, ranks, {dtype}))
            for dtype in DTYPES
            if dtype not in dtypes
        ]
        words = words_of_ranks(operation, ranks)
        refused += [
            (rank, AXES, words, plain, _of(outcomes, {rank}, dtypes))
            for rank in sorted({probed.rank for probed in outcomes} - ranks)
        ]
        crashing: set[int | str] = set()
        limits: dict[str, Limit] = {}
        for what, kind, said, contrast, came in refused:
            if not any(isinstance(outcome, Rejected) for outcome in came):
                continue  # it is not offered, or does not come back
            why = self.limits.excusable(operation, came, contrast)
            if why is None or not self.limits.allows(kind):
                crashing.add(what)
            else:
                limits.setdefault(kind, limit(operation, kind, said, why))
        always_pads = operation == "conv2d" and self._always_pads(answers)
        if always_pads:
            why = Rejected("no parameter padding", "it answers as with padding 'same'", True)
            limits["same-only"] = limit(operation, "same-only", 'padding "same" only', why)
        return Found(
            ranks,
            dtypes,
            is_stub=False,
            crashing=frozenset(crashing),
            limits=tuple(limits.values()),
            unanswered=unanswered,
            always_pads=always_pads,
        )

    def _always_pads(self, answers: "list[_Probed]") -> bool:
        """Return whether maps are of the image's size, and nothing could say otherwise."""
        if "padding" in self.implementation.offers["conv2d"].keywords:
            return False
        results = [(p.arguments["image"], p.outcome) for p in answers]
        return all(
            isinstance(outcome, Result)
            and not outcome.problem
            and _sides(outcome.value) == _sides(image)
            for image, outcome in results
        )

    def _is_no_answer(self, operation: str, probed: "_Probed") -> bool:
        """Return whether a result is empty, or has not the axes of any answer.

        The sum, the mean or the first of a batch's answers are answers: wrong ones.
        """
        outcome = probed.outcome
        if not isinstance(outcome, Result) or outcome.problem:
            return False
        if operation not in ("conv2d", *POOLINGS):
            return False
        wanted = max(probed.rank, 3) if operation == "conv2d" else probed.rank
        if outcome.value.size and outcome.value.ndim == wanted:
            return False
        return len(next(iter(probed.arguments.values()))) == 1 or not (
            probed.rank == 4 and self._is_of_a_batch(operation, probed)
        )

    def _is_of_a_batch(self, operation: str, probed: "_Probed") -> bool:
        """Return whether a result is what a batch's single answers come to."""
        first = OPERATIONS[operation].required[0]
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
        return operation == "network" or not self.of(operation).is_stub

    def called_wrongly(self, operation: str) -> str:
        """Return the exception that every legal call of an operation raises, or ""."""
        if operation == "network" or operation not in self.implementation.offers:
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
        named = [name for name in self.implementation.offers if name != "network"]
        return {
            name: self.of(name).denials
            for name in named
            if self.of(name).is_stub and self.of(name).denials
        }

    def lacks(self, case: Case) -> str:
        """Return what a case needs and the implementation does not offer, or ""."""
        operation = case.operation
        if lacking := self.lacks_keyword(case):
            return lacking
        if operation == "network":
            return self.lacks_for_network()
        found = self.of(operation)
        if found.always_pads and case.arguments.get("padding", "valid") == "valid":
            return f'{operation} pads as with "same", and has no parameter padding'
        if case.dtype is not None and case.dtype not in {*found.dtypes, *found.crashing}:
            return f"{operation} refuses {case.dtype}"
        if not self._fit(case.operation, case.arguments):
            return f"{operation} refuses inputs of {counted(_rank(case), 'axis', 'axes')}"
        return ""

    def limit(self, case: Case, layout: str = "C") -> Limit | None:
        """Return the limit that a refused call lies beyond, if it is one."""
        is_advised = layout in UNUSUAL and not case.may_refuse
        if case.operation == "network" or is_advised:
            return None
        return self.limits.beyond(case, layout)

    def fitted(self, case: Case) -> dict[str, Any] | None:
        """Return a case's arguments as the implementation takes them, ``None`` if it does not."""
        return None if self.lacks(case) else self.fit(self.narrowed(case))[0]

    def lacks_keyword(self, case: Case) -> str:
        """Return which parameter a case needs and the signature does not have, or ""."""
        return self.implementation.missing_parameter(case.operation, self._unpadded(case))

    def _unpadded(self, case: Case) -> dict[str, Any]:
        """Return the arguments without padding "same" where an operation has no other."""
        given = dict(case.arguments)
        if given.get("padding") == "same" and self.of(case.operation).always_pads:
            del given["padding"]
        return given

    def narrowed(self, case: Case) -> Case:
        """Return the case in the implementation's finest dtype, where the case leaves it open."""
        if case.operation == "network":
            return self._narrowed_network(case)
        dtypes = self.of(case.operation).dtypes
        if case.dtype is not None or not dtypes or dtypes[0] == "float64":
            return case
        return replace(case, arguments=cast(case.arguments, np.dtype(dtypes[0])))

    def lacks_for_network(self) -> str:
        """Return why a network's parameters cannot be sent, "" if they can, or none is offered."""
        if "network" not in self.implementation.offers or self._first_taken(_PARAMETERS):
            return ""
        return f"{TAKES_NO}{' and no '.join(_PARAMETERS)}"

    def _first_taken(self, dtypes: tuple[str, ...]) -> str:
        """Return the first of some dtypes that the implementation takes, "" for none."""
        taken = self.implementation.dtypes
        return next((dtype for dtype in dtypes if taken is None or dtype in taken), "")

    def _narrowed_network(self, case: Case) -> Case:
        """Return a network's case with bytes and float64 in the first dtypes that are taken.

        Pixels of other dtypes are what a case is about.
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

    def fit(self, case: Case) -> tuple[dict[str, Any], Callable[[Array], Array]]:
        """Return the arguments with the axes that the implementation takes.

        The function that comes with them takes the added axes away from the result again. An
        implementation without single images gets batches of one, and one without images that
        have no channel axis gets one channel.
        """
        given = self._unpadded(case)
        fitted = self._fit(case.operation, given)
        return fitted or (given, _unchanged)

    def _fit(
        self, operation: str, arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Callable[[Array], Array]] | None:
        given = dict(arguments)
        if operation == "network":
            return given, _unchanged
        found = self.of(operation)
        ranks = found.ranks
        first = OPERATIONS[operation].required[0]
        rank = np.ndim(given[first])
        if rank in ranks | found.crashing or (
            operation in ("dense", "softmax_layer") and rank > 3 and 3 in ranks
        ):
            return given, _unchanged
        if operation == "relu":
            return _fit_relu(given, max(ranks))
        if operation == "conv2d" and rank == 2 and ranks & {3, 4}:
            given["image"] = given["image"][..., np.newaxis]
            given["filters"] = given["filters"][..., np.newaxis]
            rank = 3
        if rank in ranks:
            return given, _unchanged
        if rank + 1 in ranks and operation in ("conv2d", *POOLINGS, "softmax"):
            given[first] = given[first][np.newaxis]
            return given, _first_of_batch
        return None


def _sides(maps: Array) -> tuple[int, ...]:
    return maps.shape[1:3] if maps.ndim == 4 else maps.shape[:2]


def _rank(case: Case) -> int:
    return int(np.ndim(case.arguments[OPERATIONS[case.operation].required[0]]))


def _fit_relu(
    given: dict[str, Any], rank: int
) -> tuple[dict[str, Any], Callable[[Array], Array]] | None:
    shape = np.shape(given["x"])
    if len(shape) > rank:
        return None
    given["x"] = np.reshape(given["x"], (1,) * (rank - len(shape)) + shape)
    return given, lambda result: _reshape_back(result, shape)


def _reshape_back(result: Array, shape: tuple[int, ...]) -> Array:
    return result.reshape(shape) if result.size == np.prod(shape) else result


def _unchanged(result: Array) -> Array:
    return result


def _first_of_batch(result: Array) -> Array:
    return result[0] if result.ndim and len(result) == 1 else result
