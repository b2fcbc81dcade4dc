"""Where the parts of a pooling's gradient are put by mistake."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Hypothesis

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


def counted_without_stride(sums: Array, known: Known) -> Array:
    """Return sums in which a window's number is taken for the place where it starts."""
    firsts = [start[:1].sum() for start in known["placed"].starts]
    starts = [
        first + np.arange(len(s)) for first, s in zip(firsts, known["placed"].starts, strict=True)
    ]
    return _put(sums, known, _own_place(known), starts)


def at_the_first_window(sums: Array, known: Known) -> Array:
    """Return sums in which every part goes to its place in the window, counted from the first."""
    starts = [np.full_like(s, s[:1].sum()) for s in known["placed"].starts]
    found = np.zeros_like(sums)
    for i, j in np.ndindex(*known["parts"].shape[1:3]):
        parts = known["parts"][:, i : i + 1, j : j + 1]
        one = {**known, "parts": parts}
        found += _put(sums, one, _own_place(known), [starts[0][:1], starts[1][:1]])
    return found


def _own_place(known: Known) -> Callable[[int, int], tuple[int, int]]:
    down, right = known["placed"].spots
    return lambda a, b: (int(down[a]), int(right[b]))


def _put(
    sums: Array,
    known: Known,
    place: Callable[[int, int], tuple[int, int]],
    starts: Sequence[Array] | None = None,
) -> Array:
    """Return sums in which part (a, b) of a window goes to another place of it."""
    found, parts = np.zeros_like(sums), known["parts"]
    starts = known["placed"].starts if starts is None else starts
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


def of_flat_places() -> Iterator[Hypothesis]:
    """Return where the part of an element may go whose place in its window is known."""
    yield Hypothesis(
        "added",
        "the place of the chosen element in the flat window is divided by its number of rows, not"
        " of columns: in windows that are not square the gradient goes to another element",
        by_number_of_rows,
        "place p of a flat window is row p // columns and column p % columns",
        KNOWN,
    )
    remedy = "window i starts at i * stride: add that to the place in the window"
    for words, of, rank in (
        ("the stride is forgotten where the gradient is put: element a of window i is taken to be"
         " element i + a of the map, not i * stride + a", counted_without_stride, COMMON),
        ("the place in the window is taken for the place in the map: where the window starts is"
         " forgotten", at_the_first_window, COMMON),
    ):  # fmt: skip
        yield Hypothesis("added", words, of, remedy, rank)
