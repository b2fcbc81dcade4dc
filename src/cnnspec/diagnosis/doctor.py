"""The doctor: tells a broken adapter from a broken implementation, before anything is judged.

A handful of small calls is compared with what each mistake of an adapter would make of them: axes
in another order on the way in or out, filters turned, precision lost, and the ``adapter-*`` faults.
The mistake that explains all results, and as many refusals as any, is told with the line that mends
it; none is told where the right operation explains as much. The calls, and what else they may be
taken for, stand in the rooms of the operations (`trials`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import tee
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import Reading, Trial
from cnnspec.faults import FAULTS
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from cnnspec.subject.outcomes import Rejected, Result

Array = NDArray[Any]
Json = dict[str, Any]
Arguments = Mapping[str, Any]

#: How large the largest error of a result may be, relative to its largest number: of one in
#: float64, of one in float64 that was narrowed, and of one in float32.
_FINE, _NARROW, _SINGLE = 1e-12, 1e-6, 1e-5

NARROWED = (
    "float64 is narrowed to float32, on the way or inside",
    "pass arrays on in their own dtype, and compute in it",
)


def examine(capabilities: Capabilities) -> list[Json]:
    """Return what is wrong with the adapter: ``operation``, ``explanation``, ``remedy``, ``fault``.

    ``certain`` says whether no other mistake would give the same results. Only what is offered is
    asked: of anything else an implementation may make what it likes.
    """
    return [
        finding
        for name, operation in OPERATIONS.items()
        if (trials := operation.trials()) and capabilities.offers(name)
        for finding in _examine(capabilities, name, trials)
    ]


def _examine(capabilities: Capabilities, operation: str, trials: Sequence[Trial]) -> list[Json]:
    """Explain the first trial of which any call is answered."""
    ranks = capabilities.of(operation).ranks
    for trial in trials:
        if trial.rank not in ranks:
            continue
        outcomes = [capabilities.implementation.call(operation, probe) for probe in trial.probes]
        results = [o.value if isinstance(o, Result) and o.values else None for o in outcomes]
        if any(result is not None for result in results):
            refused = [isinstance(outcome, Rejected) for outcome in outcomes]
            return _explain(operation, trial, results, refused)
    return []


def _explain(
    operation: str, trial: Trial, results: list[Array | None], refused: list[bool]
) -> list[Json]:
    best = _best(_all_readings(operation, trial), trial.probes, results, refused)
    if not best or set(best[0].said) <= trial.own or best[0].fault in trial.of_either:
        return []
    own = [reading for reading in best if reading.fault is None] or best
    return [
        {
            "operation": operation,
            "fault": best[0].fault,
            "explanation": said,
            "remedy": remedy,
            "certain": len({reading.said for reading in own}) == 1,
        }
        for said, remedy in zip(best[0].said, best[0].remedies, strict=True)
    ]


def _best(
    readings: Iterable[Reading],
    probes: list[Arguments],
    results: list[Array | None],
    refused: list[bool],
) -> list[Reading]:
    """Return the readings that explain most with the fewest mistakes.

    If none gives the results in their precision, those that give them in float32's.
    """
    once, again = tee(readings)  # thousands could be made, and the first is the right one
    for some, fits, narrowed in ((once, _fits, ()), (again, _fits_narrowed, NARROWED)):
        scored = []
        for reading in some:
            if narrowed and reading.fault:
                continue  # those that narrow do it twice
            score = _score(reading, probes, results, refused, fits)
            if score == (0, 0) and not narrowed:
                return [reading]  # the right one: the rest need not be tried
            if score is not None:
                scored.append((score, reading))
        if scored:
            lowest = min(score for score, _ in scored)
            return [reading.with_(narrowed) for score, reading in scored if score == lowest]
    return []


def _all_readings(operation: str, trial: Trial) -> Iterator[Reading]:
    yield from trial.readings()
    for fault in FAULTS.values():
        if fault.operation == operation and fault.id.startswith("adapter-"):
            yield Reading((fault.explanation,), (fault.remedy,), fault.make(), fault.id)


def _score(
    reading: Reading,
    probes: list[Arguments],
    results: list[Array | None],
    refused: list[bool],
    fits: Callable[[Reading, Arguments, Array], bool],
) -> tuple[int, int] | None:
    """Return how badly a reading fits: refusals that it does not explain, then its mistakes.

    ``None`` if it gives another result than one that was seen.
    """
    unexplained = 0
    for probe, result, was_refused in zip(probes, results, refused, strict=True):
        if result is not None and not fits(reading, probe, result):
            return None
        unexplained += was_refused and _predicted(reading, probe) is not None
    return unexplained, len(reading.said)


def _predicted(reading: Reading, probe: Arguments) -> Array | None:
    try:
        with quiet():
            return np.asarray(reading.result(**probe))
    except Exception:  # noqa: BLE001 - what does not fit is refused, in whatever way
        return None


def _fits(reading: Reading, probe: Arguments, result: Array) -> bool:
    """Return whether a reading gives a result, as precisely as its dtype is."""
    return _near(_predicted(reading, probe), result, _FINE)


def _fits_narrowed(reading: Reading, probe: Arguments, result: Array) -> bool:
    """Return whether a reading gives a result in float64 that was narrowed to float32 on the way.

    Errors as large as float32's have other causes too: the numbers must be float32's, or those
    that arguments in float32 give.
    """
    if not _near(_predicted(reading, probe), result, _NARROW):
        return False
    narrow = {name: value.astype(np.float32).astype(value.dtype) for name, value in probe.items()}
    is_float32s = np.array_equal(result, result.astype(np.float32))
    return is_float32s or _near(_predicted(reading, narrow), result, _FINE)


def _near(predicted: Array | None, result: Array, within: float) -> bool:
    if predicted is None or predicted.shape != result.shape:
        return False
    error = float(np.max(np.abs(predicted - result), initial=0.0))
    most = within if result.dtype == np.float64 else _SINGLE
    return error <= most * float(np.max(np.abs(predicted), initial=1.0))
