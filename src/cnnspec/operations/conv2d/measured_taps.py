"""The taps of a filter, measured: which weight falls on which pixel of a window."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import FORMULA
from cnnspec.simulation.hypothesis import ODD, Arguments, Array, Ask, Draw, Floats, Hypothesis

#: Filters of up to this size are measured.
_LARGEST = 7

#: Weights that may fall on one pixel.
_TOGETHER = 2

#: How near two weights are the same.
_CLOSE = 1e-6

#: Differences that are named one by one, and pixels of a window that may be wrong: a filter that is
#: turned as a whole has a shorter name.
_NAMED, _WRONG = 3, 4

#: What a weight may count, and what is said then.
_TIMES = {
    2.0: "counts twice",
    -1.0: "has the opposite sign",
    0.5: "counts half",
    0.0: "is left out",
}


def measured_taps(given: Arguments, ask: Ask) -> Iterator[Hypothesis]:
    """Return the filters as they act, if one weight, or none, falls on each pixel of a window.

    An image that holds one 1 shows all weights, each where its pixel is in the window.
    """
    filters = np.asarray(given["filters"])
    size, has_channels = filters.shape[1], filters.ndim == 4
    if not 1 < size <= _LARGEST or size != filters.shape[2] or size % 2 == 0:
        return
    channels = filters.shape[3] if has_channels else 1
    shape = (channels,) if has_channels else ()
    image = np.zeros((2 * size - 1, 2 * size - 1, *shape))
    image[size - 1, size - 1] = 1
    count = size * size + 2  # more filters than weights, so that each weight is told apart
    weights = Draw(size).reals(count, size, size)
    spread = np.zeros((count, size, size, *shape))
    spread[:] = weights[..., np.newaxis] / channels if has_channels else weights
    seen = ask({"image": image, "filters": spread})
    if seen is None or seen.shape != (size, size, count):
        return
    acting = seen[::-1, ::-1].transpose(2, 0, 1).reshape(count, -1)
    table = _table(acting, weights.reshape(count, -1))
    wrong = [] if table is None else [row for row in np.eye(len(table)) - table if row.any()]
    if table is None or not 0 < len(wrong) <= _WRONG:
        return
    yield Hypothesis(
        "filters",
        f"in filters of {size}x{size} {_in_words(table, size)}",
        _changed(table, size),
        FORMULA,
        ODD,
        is_measured=True,
    )


def _table(acting: Floats, weights: Floats) -> Floats | None:
    """Return how often each weight counts at each place, ``None`` where that is not clear."""
    if not np.isfinite(acting).all():
        return None
    found = np.linalg.lstsq(weights, acting, rcond=None)[0].T
    table = np.where(np.abs(found) < _CLOSE, 0.0, np.round(found, 6))
    is_clear = np.abs(weights @ table.T - acting).max() < _CLOSE * np.abs(weights).max()
    return table if is_clear and (table != 0).sum(axis=1).max() <= _TOGETHER else None


def _in_words(table: Floats, size: int) -> str:
    said = []
    for place, row in enumerate(table):
        of_it, others = row[place], [int(w) for w in np.flatnonzero(row) if w != place]
        here = _at(place, size)
        for weight in others:
            too = " too" if of_it else ""
            said.append(f"the weight at {_at(weight, size)} falls on the pixel at {here}{too}")
        if not others and of_it != 1:
            times = _TIMES.get(float(of_it), f"counts {of_it:g} times")
            said.append(f"the weight at {here} {times}")
    said.sort(key=lambda words: words.endswith("is left out"))
    more = f", and {len(said) - _NAMED} more are wrong" if len(said) > _NAMED else ""
    return ", ".join(said[:_NAMED]) + more


def _at(place: int, size: int) -> str:
    return f"[{place // size}, {place % size}]"


def _changed(table: Floats, size: int) -> Any:
    def changed(value: Array, _known: Mapping[str, Any]) -> Array:
        if value.shape[1:3] != (size, size):
            return value
        flat = value.reshape(len(value), size * size, -1)
        return np.asarray(np.einsum("pw,kwc->kpc", table, flat).reshape(value.shape))

    return changed
