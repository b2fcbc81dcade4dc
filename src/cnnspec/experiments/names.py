"""One name for one thing: what answers as a known mistake does is told in its words.

What only some failures look like is told as known mistakes, and what experiments find in words of
its own: a report would say one mistake twice.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cnnspec.experiments.laboratory import Arguments, Array
from cnnspec.experiments.theories import Theory
from cnnspec.simulation.hypothesis import Draw, Hypothesis, Simulator, unwarned

#: Drawn calls on which both are compared, beside those that were asked, and how many of all calls
#: have to be answered wrongly by both.
DRAWN, TELLING = 10, 4

#: How far off answers in the dtype of the arguments may be, of the largest number due.
_WITHIN = {np.dtype(np.float16): 2e-2, np.dtype(np.float32): 1e-5}
_EXACT = 1e-9

#: Parts with their words and remedies.
Named = dict[Hypothesis, tuple[str, str | None]]


def named(
    theory: Theory, simulator: Simulator, faults: Sequence[Theory], asked: Iterable[Arguments]
) -> Theory:
    """Return a theory in the words of the known mistakes that answer as its parts do."""
    draw, own = Draw(31), [one for one in faults if one.is_own]
    with unwarned():
        calls = [*asked, *(simulator.draw(draw) for _ in range(DRAWN))]
        for part in theory.parts:
            if known := _alike(part, simulator, own, calls):
                theory = theory.reworded(part, *known.said)
    return theory


def _alike(
    part: Hypothesis, simulator: Simulator, faults: Sequence[Theory], calls: Sequence[Arguments]
) -> Theory | None:
    """Return the first known mistake that answers as a part does, and again so.

    What it refuses and the part does not, even filters say, is no other answer.
    """
    left: dict[Theory, list[Arguments]] = {one: [] for one in faults}
    answered = []
    for call in calls:
        due, got = simulator.predict((), call), simulator.predict((part,), call)
        if due is not None and got is not None:
            answered.append((not _is_near(due, got), call, got))
    answered.sort(key=lambda one: not one[0])  # what tells most faults apart comes first
    for is_telling, call, got in answered:
        for fault in [*left]:
            found = fault.predict(call)
            if found is None:
                continue
            if not _is_near(got, found):
                del left[fault]
            elif is_telling:
                left[fault].append(call)
    return next(
        (
            one
            for one, telling in left.items()
            if len(telling) >= TELLING and _is_steady(one, telling)
        ),
        None,
    )


def _is_steady(fault: Theory, calls: Sequence[Arguments]) -> bool:
    """Return whether a known mistake is not about the calls before."""
    return fault.again is None or all(map(fault.again, calls[:TELLING]))


def _is_near(due: Array, found: Any) -> bool:
    if due.shape != found.shape:
        return False
    within = _WITHIN.get(found.dtype, _EXACT)
    with np.errstate(all="ignore"):
        largest = float(np.max(np.abs(due[np.isfinite(due)]), initial=0.0))
        return bool(np.allclose(due, found, rtol=within, atol=within * largest, equal_nan=True))
