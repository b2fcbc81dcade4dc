"""Where the parts of a pooling's gradient are put by mistake."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import Array

Known = Mapping[str, Any]


def last_repeated(sums: Array, known: Known) -> Array:
    """Return sums whose last row and column that windows side by side hold go on to the end."""
    placed = known["placed"]
    if placed.sizes != placed.strides or np.any(placed.margins):
        return sums
    ends = (len(s) * size for s, size in zip(placed.starts, placed.sizes, strict=True))
    rows, columns = (
        np.minimum(np.arange(n), max(end - 1, 0))
        for n, end in zip(sums.shape[1:3], ends, strict=True)
    )
    return np.asarray(sums[:, rows][:, :, columns])


def undilated(sums: Array, known: Known) -> Array:
    """Return sums in which each part goes where it would without a dilation."""
    return _put(sums, known, lambda a, b: (a, b))


def by_number_of_rows(sums: Array, known: Known) -> Array:
    """Return sums in which the place in the flat window is divided by its rows, not its columns."""
    rows, columns = known["parts"].shape[3:5]
    down, right = (int(spots[1:2].sum()) or 1 for spots in known["placed"].spots)  # the dilations

    def place(a: int, b: int) -> tuple[int, int]:
        line, rest = divmod(a * columns + b, rows)
        return line * down, rest * right

    return _put(sums, known, place)


def _put(sums: Array, known: Known, place: Callable[[int, int], tuple[int, int]]) -> Array:
    """Return sums in which part (a, b) of a window goes to another place of it."""
    found, parts, starts = np.zeros_like(sums), known["parts"], known["placed"].starts
    for a, b in np.ndindex(*parts.shape[3:5]):
        rows, columns = (
            s[:n] + d for s, n, d in zip(starts, parts.shape[1:3], place(a, b), strict=True)
        )
        down, right = (
            np.flatnonzero((at >= 0) & (at < n))
            for at, n in zip((rows, columns), sums.shape[1:3], strict=True)
        )
        its = parts[:, down][:, :, right, a, b]
        found[:, rows[down][:, np.newaxis], columns[right]] += its
    return found
