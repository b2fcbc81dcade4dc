"""Windows: where they start, what surrounds an image, and in which places of them is read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Hypothesis, bound

Array = NDArray[Any]
Starts = tuple[Array, Array]
Known = Mapping[str, Any]

#: The axes that a mistake may be made on, in words.
_ON: tuple[tuple[tuple[int, ...], str], ...] = (
    ((0, 1), ""),
    ((0,), "along the rows"),
    ((1,), "along the columns"),
)

#: Takes the starts that are due, the length of the axis, and the window's size and stride there.
_Of = Callable[[Array, int, int, int], Any]


def starts(length: int, size: int, stride: int) -> Array:
    """Return the first index of every window that fits."""
    return np.arange(0, length - size + 1, stride)


def of_starts(what: str = "window") -> Iterator[Hypothesis]:
    """Return where windows may start instead: the slot "starts".

    Its value are the starts along rows and columns; known are ``lengths``, ``sizes``, ``strides``.
    """
    for words, rank, of in _STARTS:
        for axes, where in _ON:
            said = words.format(window=what) + (f", {where}" if where else "")
            yield Hypothesis("starts", said, _on(of, axes), _WINDOWS, rank)
    yield Hypothesis(
        "starts",
        f"as many {what}s are taken along the columns as along the rows",
        lambda value, known: (value[0], np.arange(len(value[0])) * known["strides"][1]),
        _WINDOWS,
        KNOWN,
    )
    yield Hypothesis(
        "starts",
        f"as many {what}s are taken along the rows as along the columns",
        lambda value, known: (np.arange(len(value[1])) * known["strides"][0], value[1]),
        _WINDOWS,
        KNOWN,
    )
    for axis, words in ((0, "the stride of the rows is used along the columns"),
                        (1, "the stride of the columns is used along the rows")):  # fmt: skip
        yield Hypothesis(
            "starts",
            f"{words}, too, where {what}s are placed, but not where they are counted",
            bound(_by_stride_of, axis),
            _WINDOWS,
            KNOWN,
        )
    yield Hypothesis(
        "starts",
        "rows and columns are swapped where the windows are placed",
        lambda value, _known: (value[1], value[0]),
        _WINDOWS,
        KNOWN,
    )


_WINDOWS = (
    "windows start at 0, stride, 2 * stride, ... along both axes, as long as they fit:"
    " (length - size) // stride + 1 of them"
)


def _on(of: _Of, axes: tuple[int, ...]) -> Callable[[Any, Known], Any]:
    def changed(value: Starts, known: Known) -> Starts:
        def one(axis: int) -> Array:
            if axis not in axes:
                return value[axis]
            given = known["lengths"][axis], known["sizes"][axis], known["strides"][axis]
            return np.asarray(of(value[axis], *given), dtype=int)

        return one(0), one(1)

    return changed


def _with_incomplete(_due: Array, length: int, size: int, stride: int) -> Array:
    return np.arange(0, length, stride)[: -(-(length - size) // stride) + 1]


_STARTS: tuple[tuple[str, int, _Of], ...] = (
    ("the stride is ignored: {window}s are 1 apart", COMMON,
     lambda _due, n, f, _s: starts(n, f, 1)),
    ("the stride is ignored: {window}s stand side by side, as far apart as their size", COMMON,
     lambda _due, n, f, _s: starts(n, f, f)),
    ("{window}s are stride + 1 apart", KNOWN, lambda _due, n, f, s: starts(n, f, s + 1)),
    ("{window}s are 2 apart, whatever the stride", KNOWN, lambda _due, n, f, _s: starts(n, f, 2)),
    ("the stride is ignored where {window}s are placed, but not where they are counted", COMMON,
     lambda due, _n, _f, _s: np.arange(len(due))),
    ("the {window}s are placed by their size, and counted by the stride", KNOWN,
     lambda due, _n, f, _s: np.arange(len(due)) * f),
    ("the last {window} is left out", COMMON, lambda due, _n, _f, _s: due[:-1]),
    ("the first {window} is left out", KNOWN, lambda due, _n, _f, _s: due[1:]),
    ("the last two {window}s are left out", ODD, lambda due, _n, _f, _s: due[:-2]),
    ("the {window}s start at 1 instead of 0", COMMON,
     lambda _due, n, f, s: starts(n - 1, f, s) + 1),
    ("every {window} is read one place further on", KNOWN, lambda due, _n, _f, _s: due + 1),
    ("every {window} is read one place too early", KNOWN, lambda due, _n, _f, _s: due - 1),
    ("the {window}s start at the stride instead of 0", KNOWN,
     lambda _due, n, f, s: starts(n - s, f, s) + s),
    ("what is left over lies at the beginning: the {window}s end where the image ends", KNOWN,
     lambda due, n, f, s: due + (n - f) % s),
    ("what is left over is divided between both sides", ODD,
     lambda due, n, f, s: due + (n - f) % s // 2),
    ("an incomplete {window} at the end is taken too", COMMON, _with_incomplete),
    ("the number of {window}s is rounded, not rounded down: where they do not fit there may be one"
     " more, which is incomplete", KNOWN,
     lambda _due, n, f, s: np.arange(round((n - f) / s) + 1) * s),
    ("the number of {window}s is rounded half up, not rounded down: where they do not fit there may"
     " be one more, which is incomplete", KNOWN,
     lambda _due, n, f, s: np.arange((2 * (n - f) + s) // (2 * s) + 1) * s),
    ("the number of {window}s is (length - size + 1) // stride: one may be missing", KNOWN,
     lambda due, n, f, s: due[: (n - f + 1) // s]),
    ("the number of {window}s is (length - size) // stride, without the + 1: the last is missing",
     KNOWN, lambda due, n, f, s: due[: (n - f) // s]),
    ("the number of {window}s is length // stride, as if they had no size", KNOWN,
     lambda _due, n, _f, s: np.arange(n // s) * s),
    ("the number of {window}s is length // size", KNOWN,
     lambda _due, n, f, s: np.arange(n // f) * s),
    ("the number of {window}s is (length - stride) // stride + 1: the stride is taken for the size",
     KNOWN, lambda _due, n, _f, s: np.arange((n - s) // s + 1) * s),
    ("the {window}s are taken in reverse order, from the end of the image", KNOWN,
     lambda due, _n, _f, _s: due[::-1]),
    ("the last {window} is moved back by one place", ODD,
     lambda due, _n, _f, _s: np.append(due[:-1], max(int(due[-1]) - 1, 0))),
)  # fmt: skip


def _by_stride_of(value: Starts, known: Known, axis: int) -> Starts:
    """Return as many starts as are due, all by the stride of one axis."""
    rows, columns = (np.arange(len(one)) * known["strides"][axis] for one in value)
    return rows, columns


def of_scattered(slot: str, between: Callable[[Known], Any], what: str) -> Iterator[Hypothesis]:
    """Return what comes of results that are stored where their windows start.

    The value of the slot are the results (N, rows, columns, maps); known are ``strides``, and
    ``between`` takes what stands at places for which there is no window.
    """
    for words, is_whole, rank in (
        ("cut off behind as many rows and columns as are due", False, COMMON),
        ("as large as without a stride", True, KNOWN),
    ):
        yield Hypothesis(
            slot,
            "with a stride each result is stored where its window starts, at i * stride, not at i:"
            f" between them lies {what}, and the result is {words}",
            bound(_scattered, between, is_whole),
            "the window that starts at row i * stride gives row i of the result: count windows"
            " apart from the places where they start",
            rank,
        )


def _scattered(value: Array, known: Known, between: Any, is_whole: bool) -> Array:
    down, right = known["strides"]
    number, rows, columns, count = value.shape
    spread = np.zeros((number, (rows - 1) * down + 1, (columns - 1) * right + 1, count))
    spread[...] = between(known)
    spread[:, ::down, ::right] = value
    return spread if is_whole else spread[:, :rows, :columns]


def of_edges(slot: str, remedy: str) -> Iterator[Hypothesis]:
    """Return which rows and columns of a result (N, rows, columns, maps) may be left at zero."""
    for words, rows, columns, rank in _EDGES:
        yield Hypothesis(
            slot,
            f"{words} of the result are left at zero",
            bound(lambda value, _known, lines: _emptied(value, lines), (rows, columns)),
            remedy,
            rank,
        )


#: Edges of a result, and which rows and columns they are.
_EDGES: tuple[tuple[str, list[int], list[int], int], ...] = (
    ("the last row and the last column", [-1], [-1], COMMON),
    ("the first row and the first column", [0], [0], KNOWN),
    ("the first and last rows and columns", [0, -1], [0, -1], COMMON),
)


def _emptied(value: Array, lines: tuple[list[int], list[int]]) -> Array:
    emptied, (rows, columns) = np.array(value), lines
    emptied[:, rows] = 0
    emptied[:, :, columns] = 0
    return emptied


def of_taps(slot: str, what: str, axis_words: str, remedy: str) -> Iterator[Hypothesis]:
    """Return which places of a window may be read instead: offsets 0, 1, ... are due."""

    def one(words: str, rank: int, change: Callable[[Array], Any]) -> Hypothesis:
        said = words.format(what=what, axis=axis_words)
        return Hypothesis(slot, said, lambda value, _known: np.asarray(change(value)), remedy, rank)

    yield one("{what} is dilated: every second {axis} is read", KNOWN, lambda t: 2 * t)
    yield one("{what} is read one {axis} further on", KNOWN, lambda t: t + 1)
    yield one("{what} has the same {axis} throughout: the first", ODD, lambda t: 0 * t)


#: What np.pad makes of the border, in words.
_BORDERS = (
    ("the edge is repeated around the image", "edge", COMMON),
    ("the image is mirrored at the border, without its edge,", "reflect", COMMON),
    ("the image is mirrored at the border, with its edge,", "symmetric", KNOWN),
    ("the image is wrapped around (continued from its other side)", "wrap", COMMON),
    ("each row and column is continued by its own mean", "mean", KNOWN),
    ("each row and column is continued by its own largest number", "maximum", ODD),
    ("each row and column is continued by its own smallest number", "minimum", ODD),
    ("a ramp down to zero is put around it", "linear_ramp", ODD),
)

_ZEROS = 'padding "same" puts (f - 1) / 2 rows and columns of zeros on every side'


def of_borders() -> Iterator[Hypothesis]:
    """Return what may be put around an image: the slots "margins" and "padded".

    "margins" holds ((above, below), (left, right)), "padded" the images (N, H, W, C) with zeros
    around them; known of it are ``images`` and ``margins``.
    """
    for said, mode, rank in _BORDERS:
        yield Hypothesis(
            "padded",
            f"{said} instead of zeros",
            _padded(mode=mode),
            _ZEROS,
            rank,
        )
    for where, axes in (("above and on the left", (0, 1)), ("above", (0,)), ("on the left", (1,))):
        yield Hypothesis(
            "padded",
            f"{where} of the image an index is negative: pixels of the other end stand for zeros",
            bound(_from_the_end, axes),
            _ZEROS,
            KNOWN,
        )
    for constant in (1.0, -1.0, 0.5, 255.0, 128.0):
        yield Hypothesis(
            "padded",
            f"it is padded with {constant:g} instead of zeros",
            _padded(constant_values=constant),
            _ZEROS,
            KNOWN,
        )
    yield Hypothesis(
        "padded",
        "one row and column beside the image repeats its edge; farther out there are zeros",
        _edge_of_one,
        _ZEROS,
        KNOWN,
    )
    for words, rank, change in _MARGINS:
        yield Hypothesis("margins", words, change, _ZEROS, rank)


def _edge_of_one(_value: Array, known: Known) -> Array:
    """Return images with one row and column of their edge around them, then zeros."""
    ones = [(min(before, 1), min(after, 1)) for before, after in known["margins"]]
    rest = [
        (before - a, after - b)
        for (before, after), (a, b) in zip(known["margins"], ones, strict=True)
    ]
    edged = np.pad(known["images"], ((0, 0), *ones, (0, 0)), "edge")
    return np.pad(edged, ((0, 0), *rest, (0, 0)))


def _padded(**how: Any) -> Callable[[Any, Known], Any]:
    """Return what np.pad puts around the images."""

    def changed(_value: Array, known: Known) -> Array:
        return np.pad(known["images"], ((0, 0), *known["margins"], (0, 0)), **how)

    return changed


def _from_the_end(_value: Array, known: Known, axes: tuple[int, ...]) -> Array:
    """Return images around which is what negative indices along some axes take, else zeros."""
    found: Array = known["images"]
    for axis, (before, after) in enumerate(known["margins"]):
        length = found.shape[axis + 1]
        places = np.arange(-before, length + after)
        inside = (places < length) & ((places >= 0) | (axis in axes))
        taken = np.moveaxis(found.take(places % length, axis=axis + 1), axis + 1, -1)
        found = np.moveaxis(np.where(inside, taken, 0.0), -1, axis + 1)
    return found


def _margins(of: Callable[[int, int], tuple[int, int]], axes: tuple[int, ...] = (0, 1)) -> Any:
    """Return what changes the margins along some axes, where there are any."""

    def changed(value: Any, _known: Known) -> Any:
        if not any(map(any, value)):
            return value
        return tuple(of(*pair) if axis in axes else pair for axis, pair in enumerate(value))

    return changed


_MARGINS: tuple[tuple[str, int, Any], ...] = (
    ("the padding is ignored", COMMON, _margins(lambda _a, _b: (0, 0))),
    ("all zeros of the padding lie above and on the left", COMMON,
     _margins(lambda a, b: (a + b, 0))),
    ("all zeros of the padding lie below and on the right", COMMON,
     _margins(lambda a, b: (0, a + b))),
    ("only the rows are padded", KNOWN, _margins(lambda _a, _b: (0, 0), (1,))),
    ("only the columns are padded", KNOWN, _margins(lambda _a, _b: (0, 0), (0,))),
    ("it is padded by f - 1 on every side (a full convolution)", COMMON,
     _margins(lambda a, b: (2 * a, 2 * b))),
    ("it is padded by one row and column on every side, whatever the filter's size", COMMON,
     _margins(lambda _a, _b: (1, 1))),
    ("it is padded by f on every side", KNOWN, _margins(lambda a, b: (2 * a + 1, 2 * b + 1))),
    ("it is padded by one more on every side", KNOWN, _margins(lambda a, b: (a + 1, b + 1))),
    ("it is padded by one less on every side", KNOWN,
     _margins(lambda a, b: (max(a - 1, 0), max(b - 1, 0)))),
    ("one row and column of the padding lies on the other side: one more above and on the left,"
     " one less below and on the right", KNOWN, _margins(lambda a, b: (a + 1, b - 1))),
    ("one row and column of the padding lies on the other side: one less above and on the left,"
     " one more below and on the right", KNOWN, _margins(lambda a, b: (a - 1, b + 1))),
    ("only above and on the left it is padded", KNOWN, _margins(lambda a, _b: (a, 0))),
    ("only below and on the right it is padded", KNOWN, _margins(lambda _a, b: (0, b))),
    ("rows and columns of the padding are swapped", KNOWN, lambda value, _known: value[::-1]),
    ("the zeros of the rows' padding lie all above", KNOWN,
     _margins(lambda a, b: (a + b, 0), (0,))),
    ("the zeros of the rows' padding lie all below", KNOWN,
     _margins(lambda a, b: (0, a + b), (0,))),
    ("the zeros of the columns' padding lie all on the left", KNOWN,
     _margins(lambda a, b: (a + b, 0), (1,))),
    ("the zeros of the columns' padding lie all on the right", KNOWN,
     _margins(lambda a, b: (0, a + b), (1,))),
)  # fmt: skip
