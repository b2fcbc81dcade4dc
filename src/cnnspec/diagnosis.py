"""Diagnosis by replay: which known mistake gives a failing implementation's output.

The failing calls are repeated with every fault of the catalogue. What a fault returns on all of
them, and no other fault does, is stated as certain; anything less is a guess and says so.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from cnnspec.faults import FAULTS
from cnnspec.guard import quiet, time_limit
from cnnspec.judge import NonconformanceError
from cnnspec.operations import OPERATIONS
from cnnspec.outcomes import Array, NetworkResult, read

#: Failing calls with more numbers than this are not replayed: smaller ones tell as much.
REPLAYED = 1000

#: How close a replay must come: far above rounding, far below any mistake of logic.
_CLOSE = 1e-9

Json = dict[str, Any]


def candidates(failure: NonconformanceError) -> list[str] | None:
    """Return the faults whose output equals that of a failing call.

    ``None`` if the call cannot be replayed: nothing was returned that could be compared, or it is
    too large.
    """
    operation = failure.case.operation
    is_small = failure.size <= REPLAYED or operation == "network"
    if failure.got is None or not is_small:
        return None
    return [
        identity
        for identity, fault in FAULTS.items()
        if fault.operation == operation and _equals(failure, identity)
    ]


def _equals(failure: NonconformanceError, identity: str) -> bool:
    case, got = failure.case, failure.got
    required = OPERATIONS[case.operation].required
    given = {
        name: np.array(value) if isinstance(value, np.ndarray) else value
        for name, value in case.arguments.items()
    }
    positions = [given.pop(name) for name in required]
    try:
        with quiet(), time_limit(1.0):
            returned = FAULTS[identity].make()(*positions, **given)
            values, _ = read(NetworkResult(returned) if case.operation == "network" else returned)
    except BaseException:  # noqa: BLE001 - a fault that raises returns nothing to compare
        return False
    return got is not None and any(_agree(value, got, failure.error) for value in values)


def _agree(replayed: Array, got: Array, error: float) -> bool:
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


def diagnose(failures: Iterable[Json]) -> None:
    """Write a diagnosis into each failure, from the candidates of all failures of its kind.

    Of one kind are an operation's wrong values, and apart from them the bad calls that it accepts;
    and what is advised is apart from what fails.
    """
    by_kind: dict[str, list[Json]] = {}
    for failure in failures:
        by_kind.setdefault(failure["kind"], []).append(failure)
    for group in by_kind.values():
        replayed = [set(f["candidates"]) for f in group if f["candidates"] is not None]
        common = sorted(set.intersection(*replayed)) if replayed else []
        for failure in group:
            if common:
                certain = len(common) == 1 and len(replayed) > 1
                failure["diagnosis"] = [_entry(identity, certain=certain) for identity in common]
            else:
                guesses = failure["candidates"] or []
                failure["diagnosis"] = [_entry(identity, certain=False) for identity in guesses]


def _entry(identity: str, *, certain: bool) -> Json:
    fault = FAULTS[identity]
    return {
        "fault": identity,
        "pattern": None,
        "explanation": fault.explanation,
        "remedy": fault.remedy,
        "certain": certain,
    }
