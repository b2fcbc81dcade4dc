"""The magnitude below which numbers are taken for 0, measured."""

from collections.abc import Callable, Iterator

import numpy as np

from cnnspec.simulation.hypothesis import ODD, Floats, Hypothesis, bound
from cnnspec.simulation.orders import Data

#: Magnitudes that are tried first, and how often the gap between two of them is looked into.
_MAGNITUDES = np.geomspace(1e-12, 1e3, 46)
_ROUNDS = 3

#: How near a number that counts is to the one that was given.
_CLOSE = 1e-6


def measured_threshold(
    data: Data, acting: Callable[[Floats], Floats | None]
) -> Iterator[Hypothesis]:
    """Return below which magnitude numbers are set to 0, if they are and all others count.

    ``acting`` makes a call with so many numbers and returns as what each of them counts, ``None``
    if the call has no answer.
    """
    gap = _gap(acting, _MAGNITUDES)
    for _ in range(_ROUNDS if gap else 0):
        gap = gap and _gap(acting, np.linspace(*gap, len(_MAGNITUDES)))
    if gap is None:
        return
    least = _plainest(*gap)
    yield Hypothesis(
        data.slot,
        f"{data.name} are set to 0 where their magnitude is below {least:.12g}",
        bound(lambda values, _known, least: np.where(np.abs(values) < least, 0, values), least),
        data.as_it_is,
        ODD,
        is_measured=True,
    )


def _gap(acting: Callable[[Floats], Floats | None], sizes: Floats) -> tuple[float, float] | None:
    """Return the largest magnitude that counts as 0 and the smallest that counts."""
    seen = acting(sizes)
    if seen is None or seen.shape != sizes.shape:
        return None
    lost = int((seen == 0).sum())
    counts = np.abs(seen[lost:] - sizes[lost:]) <= _CLOSE * sizes[lost:]
    if not 0 < lost < len(sizes) or seen[:lost].any() or not counts.all():
        return None
    return float(sizes[lost - 1]), float(sizes[lost])


def _plainest(low: float, high: float) -> float:
    """Return the number of the fewest digits that is above one and not above the other."""
    for digits in range(1, 17):
        for at in (high, (low + high) / 2):
            number = float(f"{at:.{digits}g}")
            if low < number <= high:
                return number
    return high
