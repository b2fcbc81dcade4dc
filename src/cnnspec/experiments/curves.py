"""Curves: what comes of a number, measured from point to point beside what is due."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from cnnspec.experiments.laboratory import CALLS, Arguments, Asked, Floats, Laboratory
from cnnspec.simulation.measurement import Curve
from cnnspec.subject.caller import describe

Json = dict[str, Any]

#: Kinds of calls that a curve is looked for in, apart from the plainest, and calls of a curve.
_TRIED, _MOST = 4, 60

#: The share of a drawing's height by which curves must differ to be seen, and the share of the
#: measured curve's by which a value may differ in other company.
_SEEN, _SAME = 0.03, 0.01

#: What is measured again in other company: some points, without those at the ends, as a largest
#: number or a mean may matter.
_AGAIN = slice(2, -8, 3)


class _Points(NamedTuple):
    """Where a curve was measured, what is due there, what came, and a call of it."""

    across: Floats
    due: Floats
    got: Floats
    call: str


def curve(kind: Curve, data: str, laboratory: Laboratory, wrong: Sequence[Asked]) -> Json | None:
    """Return a measured curve beside the due one, if the two differ.

    ``wrong`` are calls that are answered wrongly: arguments like theirs are tried. ``None`` where
    no difference is seen, or what comes of a number depends on what stands beside it.
    """
    for like in _alike(kind, data, wrong):
        for span in kind.spans:
            points = _measured(kind, laboratory, like, np.linspace(*span, kind.points))
            seen = _seen(points) if points else None
            if seen is None:
                continue
            if seen != span:  # it is seen on a part: there more closely
                points = _measured(kind, laboratory, like, np.linspace(*seen, kind.points))
            if points and _is_alone(kind, laboratory, like, points):
                return _as_json(kind, points)
            return None
    return None


def _as_json(kind: Curve, points: _Points) -> Json:
    return {
        "kind": "curve",
        "call": points.call,
        "across": kind.across,
        "up": kind.up,
        "points": [
            [float(f"{number:.6g}") for number in point]
            for point in zip(points.across, points.due, points.got, strict=True)
        ],
    }


def _alike(kind: Curve, data: str, wrong: Sequence[Asked]) -> list[Arguments]:
    """Return arguments of each kind to try: the plainest, and those of wrong calls."""
    found: dict[str, Arguments] = {describe(kind.plain): kind.plain}
    for asked in sorted(wrong, key=lambda one: -np.size(one.arguments[data])):
        numbers = np.asarray(asked.arguments[data])
        if numbers.dtype.kind == "f" and 1 not in numbers.shape:  # along 1 number many things agree
            found.setdefault(describe(asked.arguments), asked.arguments)
    return list(found.values())[: _TRIED + 1]


def _measured(
    kind: Curve, laboratory: Laboratory, like: Arguments, points: Floats, company: int = 0
) -> _Points | None:
    """Return what comes of points, without those of which nothing finite comes."""
    calls = list(kind.calls(points, like, company))
    if not calls or len(calls) > min(_MOST, CALLS - laboratory.calls):
        return None
    due, got = [], []
    call = ""
    for arguments, read in calls:
        asked = laboratory.ask(arguments)
        if asked is None or asked.got.shape != asked.due.shape:
            return None
        with np.errstate(all="ignore"):
            due.append(read(asked.due))
            got.append(read(asked.got))
        call = call or f"{laboratory.operation}({describe(asked.arguments)})"
    found = np.stack([points, np.concatenate(due), np.concatenate(got)])
    across, of_due, of_got = found[:, np.isfinite(found).all(axis=0)]
    return _Points(across, of_due, of_got, call) if 2 * len(across) > len(points) else None


def _seen(points: _Points) -> tuple[float, float] | None:
    """Return from where to where a difference is seen: all, or where the curves differ at all."""
    across, due, got, _ = points
    differ = np.abs(got - due)
    if differ.max() >= _SEEN * _height(points):
        return float(across[0]), float(across[-1])
    (places,) = np.nonzero(differ > 1e-9 * np.maximum(np.abs(due), 1))
    if not places.size:
        return None
    part = slice(places[0], places[-1] + 1)
    shown = _Points(across[part], due[part], got[part], "")
    if len(shown.across) < 3 or differ.max() < _SEEN * _height(shown):
        return None
    return float(shown.across[0]), float(shown.across[-1])


def _height(points: _Points) -> float:
    values = np.concatenate([points.due, points.got])
    return float(values.max() - values.min())


def _is_alone(kind: Curve, laboratory: Laboratory, like: Arguments, points: _Points) -> bool:
    """Return whether the same comes of the same numbers in other places and other company."""
    chosen = np.random.RandomState(5).permutation(np.arange(len(points.across))[_AGAIN])
    again = _measured(kind, laboratory, like, points.across[chosen], company=1)
    if again is None or len(again.across) != len(chosen):
        return False
    differ = np.abs(again.got - points.got[chosen])
    own = float(np.ptp(points.got)) + 1e-4 * float(np.abs(points.got).max())
    return bool(differ.max() <= _SAME * own)
