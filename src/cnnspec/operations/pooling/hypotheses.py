"""What may be done in the slots of a pooling by mistake."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.pooling.option_hypotheses import of_options
from cnnspec.operations.pooling.slots import ELEMENTS, MAPS, POOLED, REMEDY, RESULTS
from cnnspec.simulation import orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]
Combine = Callable[..., Any]

NAMES: dict[Combine, str] = {np.max: "the maximum", np.min: "the minimum", np.mean: "the mean"}


@cache
def hypotheses(combine: Combine) -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(POOLED),
            _of_reduction(combine),
            chain(of_divisor(), _of_tables()) if combine is np.mean else (),
            _of_reshapes(combine),
            windows.of_starts(),
            windows.of_edges(POOLED.slot, REMEDY),
            windows.of_scattered(POOLED.slot, lambda _known: 0.0, "0"),
            of_windows(),
            of_options(combine),
            orders.along_axes(MAPS),
            orders.of_axes(MAPS),
            orders.along_axes(POOLED),
            orders.of_axes(POOLED),
            _of_numbers(),
        )
    )


def _values(known: Known) -> Array:
    """Return the elements of each window along the last axis, (N, H', W', K, f * f)."""
    patches = known["patches"]
    return np.asarray(patches.reshape(*patches.shape[:3], -1, patches.shape[-1]).swapaxes(3, 4))


def _lines(known: Known) -> Array:
    """Return the elements of each window in rows and columns, (N, H', W', K, f, g)."""
    return np.asarray(np.moveaxis(known["patches"], -1, 3))


def _of_reduction(combine: Combine) -> Iterator[Hypothesis]:
    due = NAMES[combine]
    remedy = f"take {due} of all elements of the window, of each map by itself"

    def one(words: str, rank: int, of: Callable[[Array], Any]) -> Hypothesis:
        return Hypothesis(
            "reduced",
            f"it takes {words} of each window, not {due}",
            lambda _value, known: np.asarray(of(_values(known))),
            remedy,
            rank,
        )

    for other, name in NAMES.items():
        if other is not combine:
            yield one(name, COMMON, partial(other, axis=-1))
    yield one("the sum", COMMON, lambda v: v.sum(axis=-1))
    yield one("the median", KNOWN, lambda v: np.median(v, axis=-1))
    yield one("the first element", COMMON, lambda v: v[..., 0])
    yield one("the last element", COMMON, lambda v: v[..., -1])
    yield one(
        "the element after the middle, of index size * size // 2,",
        KNOWN,
        lambda v: v[..., v.shape[-1] // 2],
    )
    yield one("the second largest element", KNOWN, lambda v: np.sort(v, axis=-1)[..., -2:][..., 0])
    yield one("the second smallest element", ODD, lambda v: np.sort(v, axis=-1)[..., :2][..., -1])
    yield one("the element of the largest absolute value", COMMON, _by_magnitude(np.argmax))
    yield one("the element of the smallest absolute value", ODD, _by_magnitude(np.argmin))
    yield one("the largest absolute value", COMMON, lambda v: np.abs(v).max(axis=-1))
    yield one("the mean of the absolute values", KNOWN, lambda v: np.abs(v).mean(axis=-1))
    yield one("the root of the mean square", KNOWN, lambda v: np.sqrt((v * v).mean(axis=-1)))
    yield one("the root of the sum of squares (L2)", KNOWN, lambda v: np.sqrt((v * v).sum(axis=-1)))
    yield one("the mean of squares", ODD, lambda v: (v * v).mean(axis=-1))
    yield one("the sum of squares", ODD, lambda v: (v * v).sum(axis=-1))
    yield one("the product", ODD, lambda v: v.prod(axis=-1))
    yield one("the geometric mean", ODD, lambda v: np.exp(np.log(v).mean(axis=-1)))
    yield one("the range (maximum - minimum)", KNOWN, lambda v: np.ptp(v, axis=-1))
    yield one("the running mean m = (m + x) / 2", KNOWN, _running_halves)
    yield one("the running mean m = (m + x) / 2 from 0", ODD,
              lambda v: _running_halves(np.concatenate([0 * v[..., :1], v], axis=-1)))  # fmt: skip
    yield Hypothesis(
        "reduced",
        "it takes running means m = (m + x) / 2 of the rows of each window, then of its columns",
        lambda _value, known: _running_halves(_running_halves(_lines(known).swapaxes(-1, -2))),
        remedy,
        ODD,
    )
    yield one("the middle between minimum and maximum", KNOWN,
              lambda v: (v.min(axis=-1) + v.max(axis=-1)) / 2)  # fmt: skip
    yield one("the mean of mean and maximum", ODD, lambda v: (v.mean(axis=-1) + v.max(axis=-1)) / 2)
    yield one("log(sum(exp(x))), a soft maximum,", ODD, lambda v: np.log(np.exp(v).sum(axis=-1)))
    yield one("the index of the largest element", KNOWN, lambda v: v.argmax(axis=-1))
    yield one("the standard deviation", ODD, lambda v: v.std(axis=-1))
    if combine is not np.mean:
        yield from _of_selection(combine, due, remedy)


def _of_selection(combine: Combine, due: str, remedy: str) -> Iterator[Hypothesis]:
    """Return what goes wrong where one element is looked for."""

    def one(words: str, rank: int, of: Callable[[Array], Any]) -> Hypothesis:
        return Hypothesis(
            "reduced", words, lambda _value, known: np.asarray(of(_values(known))), remedy, rank
        )

    def of_rows(words: str, rank: int, of: Callable[[Array], Any]) -> Hypothesis:
        return Hypothesis(
            "reduced", words, lambda _value, known: np.asarray(of(_lines(known))), remedy, rank
        )

    select = partial(combine, axis=-1)
    is_max = combine is np.max
    starting = np.maximum if is_max else np.minimum
    word = "below" if is_max else "above"
    yield one(
        f"{due} starts at 0: windows all of whose elements are {word} 0 give 0",
        COMMON,
        lambda v: starting(select(v), 0),
    )
    yield one(f"{due} starts at -1", ODD, lambda v: starting(select(v), -1))
    yield one(f"{due} starts at 1", ODD, lambda v: starting(select(v), 1))
    yield Hypothesis(
        "reduced",
        f"{due} starts at the first element of the whole map, not of the window",
        lambda value, known: starting(value, known["images"][:, :1, :1]),
        remedy,
        KNOWN,
    )
    yield one(
        f"{due} starts at the smallest positive number (float_info.min), which is not the least",
        KNOWN,
        lambda v: starting(select(v), np.finfo(np.float64).tiny),
    )
    parts = {
        "the first row": np.s_[..., 1:, :],
        "the last row": np.s_[..., :-1, :],
        "the first column": np.s_[..., 1:],
        "the last column": np.s_[..., :-1],
        "the last row and column": np.s_[..., :-1, :-1],
        "the first row and column": np.s_[..., 1:, 1:],
    }
    for part, rest in parts.items():
        yield of_rows(f"{part} of each window does not count", COMMON,
                      bound(lambda v, rest: combine(v[rest], axis=(-2, -1)), rest))  # fmt: skip
    yield one(
        "the first element of each window does not count", COMMON, lambda v: select(v[..., 1:])
    )
    yield one(
        "the last element of each window does not count", COMMON, lambda v: select(v[..., :-1])
    )
    of_diagonal = lambda v: combine(np.diagonal(v, axis1=-2, axis2=-1), axis=-1)  # noqa: E731
    yield of_rows("only the diagonal of each window counts", KNOWN, of_diagonal)
    yield of_rows("only the first row of each window counts", KNOWN, lambda v: select(v[..., 0, :]))
    yield of_rows("only the first column of each window counts", KNOWN, lambda v: select(v[..., 0]))
    yield of_rows("only the last row of each window counts: the search starts again in each", KNOWN,
                  lambda v: select(v[..., -1, :]))  # fmt: skip
    yield of_rows("only the last column of each window counts", KNOWN,
                  lambda v: select(v[..., -1]))  # fmt: skip
    yield Hypothesis(
        "reduced",
        f"{due} is taken over all maps together, not of each map",
        lambda value, _known: np.broadcast_to(combine(value, axis=-1, keepdims=True), value.shape),
        remedy,
        COMMON,
    )
    yield Hypothesis(
        "reduced",
        f"{due} is taken over all images of a batch together",
        lambda value, _known: np.broadcast_to(combine(value, axis=0, keepdims=True), value.shape),
        remedy,
        KNOWN,
    )
    running = np.maximum if is_max else np.minimum
    for axis, where in ((2, "of a row"), (1, "of a column"), (3, "of the maps")):
        yield Hypothesis(
            "reduced",
            f"{due} is not reset: it is carried on from window to window {where}",
            bound(lambda value, _known, axis: running.accumulate(value, axis=axis), axis),
            "start anew in every window",
            KNOWN,
        )
    yield Hypothesis(
        "reduced",
        f"{due} is not reset: it is carried on from window to window",
        lambda value, _known: running.accumulate(
            value.reshape(len(value), -1, value.shape[-1]), axis=1
        ).reshape(value.shape),
        "start anew in every window",
        COMMON,
    )


def _of_reshapes(combine: Combine) -> Iterator[Hypothesis]:
    """Return what goes wrong where windows are cut by a reshape, which reads row by row."""
    remedy = "reshape to (rows, size, columns, size), and reduce over both sizes"
    for words, sides, axes in (
        ("(rows, columns, size, size): elements side by side make a window", "hwss", (3, 4)),
        ("(size, rows, size, columns): elements far apart make a window", "shsw", (1, 3)),
        ("(rows, size, size, columns)", "hssw", (2, 3)),
    ):
        yield Hypothesis(
            "reduced",
            f"windows are cut by a reshape to {words}",
            bound(partial(_reshaped, combine), sides, axes),
            remedy,
            KNOWN,
        )


def _reshaped(
    combine: Combine, value: Array, known: Known, sides: str, axes: tuple[int, int]
) -> Array:
    size = known["sizes"][0]
    steps = {*np.diff(known["rows"]), *np.diff(known["columns"]), *known["sizes"]}
    if steps != {size}:
        return value  # such windows cannot be cut by a reshape
    number, rows, columns, maps = value.shape
    images = known["images"][:, : rows * size, : columns * size]
    length = {"h": rows, "w": columns, "s": size}
    cut = images.reshape(number, *(length[side] for side in sides), maps)
    return np.asarray(combine(cut, axis=axes))


def _running_halves(values: Array) -> Array:
    mean = values[..., 0]
    for index in range(1, values.shape[-1]):
        mean = (mean + values[..., index]) / 2
    return np.asarray(mean)


def _by_magnitude(choose: Callable[..., Any]) -> Callable[[Array], Array]:
    def chosen(values: Array) -> Array:
        index = choose(np.abs(values), axis=-1)[..., np.newaxis]
        return np.asarray(np.take_along_axis(values, index, -1)[..., 0])

    return chosen


def of_divisor() -> Iterator[Hypothesis]:
    """Return by what the sum of a window may be divided instead."""
    remedy = "divide by the number of elements in a window, size * size"

    def one(words: str, rank: int, of: Callable[[float, Known], Any]) -> Hypothesis:
        return Hypothesis("divisor", words, of, remedy, rank)

    yield one("the sum is divided by the size, not by size * size", COMMON,
              lambda _v, known: known["sizes"][0])  # fmt: skip
    yield one("the sum is divided by 4, whatever the size", COMMON, lambda _v, _k: 4.0)
    yield one("the sum is divided by 2 * size", KNOWN, lambda _v, known: 2 * known["sizes"][0])
    yield one("the sum is divided by size + stride", KNOWN,
              lambda _v, known: known["sizes"][0] + known["strides"][0])  # fmt: skip
    yield one("the sum is divided by the stride", KNOWN, lambda _v, known: known["strides"][0])
    yield one("the sum is divided by stride * stride", COMMON,
              lambda _v, known: known["strides"][0] * known["strides"][1])  # fmt: skip
    yield one("the sum is divided by size * stride", ODD,
              lambda _v, known: known["sizes"][0] * known["strides"][0])  # fmt: skip
    yield one("the sum is divided by size * size, though the window is not whole", KNOWN,
              lambda _v, known: known["sizes"][0] * known["sizes"][1])  # fmt: skip
    yield one("the sum is divided by size * size - 1", KNOWN, lambda v, _k: v - 1)
    yield one("the sum is divided by size * size + 1", ODD, lambda v, _k: v + 1)
    yield one("the sum is divided by (size + 1) * (size + 1)", ODD,
              lambda _v, known: (known["sizes"][0] + 1) ** 2)  # fmt: skip
    yield one("the sum is divided by 9, whatever the size", ODD, lambda _v, _k: 9.0)


def _of_tables() -> Iterator[Hypothesis]:
    """Return what goes wrong where sums are taken from a table of sums."""
    remedy = "a window sums S[below, right] - S[above, right] - S[below, left] + S[above, left]"
    for words, signs in (
        ("the corner S[above, left] of the table of sums is not added again", (1, -1, -1, 0)),
        (
            "the corner S[above, left] of the table of sums is subtracted, not added",
            (1, -1, -1, -1),
        ),
        ("the sums above the window are not subtracted from the table of sums", (1, 0, -1, 0)),
        ("the sums left of the window are not subtracted from the table of sums", (1, -1, 0, 0)),
        ("nothing is subtracted from the table of sums", (1, 0, 0, 0)),
    ):
        change = bound(lambda _v, k, s: _by_table(k, s), signs)
        yield Hypothesis("reduced", words, change, remedy, KNOWN)


def _by_table(known: Known, signs: tuple[int, int, int, int]) -> Array:
    """Return means from a table of sums, whose four corners count with these signs."""
    images, sizes = known["images"], known["sizes"]
    table = np.pad(images.cumsum(axis=1).cumsum(axis=2), ((0, 0), (1, 0), (1, 0), (0, 0)))
    top, left = known["rows"][:, np.newaxis], known["columns"]
    bottom, right = top + sizes[0], left + sizes[1]
    corners = ((bottom, right), (top, right), (bottom, left), (top, left))
    total = sum(sign * table[:, r, c] for sign, (r, c) in zip(signs, corners, strict=True))
    return np.asarray(total / (sizes[0] * sizes[1]))


def of_windows() -> Iterator[Hypothesis]:
    """Return what may be made of size and stride by mistake."""
    remedy = "size is that of the windows, stride the step between them; it is the size by default"

    def one(
        slot: str, words: str, of: Callable[[Any, Known], Any], rank: int = KNOWN
    ) -> Hypothesis:
        return Hypothesis(slot, words, of, remedy, rank)

    yield one("options", "size and stride are swapped", lambda v, _k: (v[1], v[0]), COMMON)
    yield one("options", "the stride is taken for the size", lambda v, _k: (v[1], v[1]), COMMON)
    yield one(
        "options", "the size is ignored: windows are 2x2", lambda v, _k: ((2, 2), v[1]), COMMON
    )
    yield one("options", "size and stride are ignored: they are 2", lambda _v, _k: ((2, 2), (2, 2)),
              COMMON)  # fmt: skip
    yield one("options", "the stride is 2 where none is given, whatever the size",
              lambda v, k: v if k["given"] else (v[0], (2, 2)), COMMON)  # fmt: skip
    yield one("options", "the stride is 1 where none is given",
              lambda v, k: v if k["given"] else (v[0], (1, 1)), COMMON)  # fmt: skip
    yield one("sizes", "windows are one row and column too large",
              lambda v, _k: (v[0] + 1, v[1] + 1), COMMON)  # fmt: skip
    yield one("sizes", "windows are one row too large", lambda v, _k: (v[0] + 1, v[1]))
    yield one("sizes", "windows are one column too large", lambda v, _k: (v[0], v[1] + 1))
    yield one("sizes", "windows are one row and column too small",
              lambda v, _k: (max(v[0] - 1, 1), max(v[1] - 1, 1)), COMMON)  # fmt: skip
    yield one("sizes", "windows are one row too small", lambda v, _k: (max(v[0] - 1, 1), v[1]))
    yield one("sizes", "windows are one column too small", lambda v, _k: (v[0], max(v[1] - 1, 1)))
    yield one("sizes", "windows have one row only", lambda v, _k: (1, v[1]))
    yield one("sizes", "windows have one column only", lambda v, _k: (v[0], 1))
    yield one(
        "sizes", "windows have as many columns as the stride", lambda v, k: (v[0], k["stride"][1])
    )
    yield one(
        "sizes", "windows have as many rows as the stride", lambda v, k: (k["stride"][0], v[1])
    )
    yield one("starts", "where the size divides the rows and columns, windows are cut by a reshape,"
              " whatever the stride is: they lie side by side", _side_by_side)  # fmt: skip
    for words, down, right in (
        ("one row and column", 1, 1), ("one row", 1, 0), ("one column", 0, 1),
    ):  # fmt: skip
        yield one("reach", f"windows reach {words} too far, as far as there are any",
                  bound(lambda v, _k, d, r: (v[0] + d, v[1] + r), down, right), COMMON)  # fmt: skip
        yield one("reach", f"windows lack their last {words.removeprefix('one ')}",
                  bound(lambda v, _k, d, r: (v[0] - d, v[1] - r), down, right))  # fmt: skip
    yield one("reach", "windows are doubled until they are large enough: they reach over the next"
              " power of two",
              lambda v, _k: tuple(1 << (f - 1).bit_length() for f in v))  # fmt: skip
    yield one("reach", "windows are 2x2, whatever the size", lambda _v, _k: (2, 2), COMMON)
    yield one("stride", "the stride is used along the rows only; along the columns it is the size",
              lambda v, k: (v[0], k["sizes"][1]))  # fmt: skip
    yield one("stride", "the stride is used along the columns only; along the rows it is the size",
              lambda v, k: (k["sizes"][0], v[1]))  # fmt: skip
    yield one("stride", "the stride is used along the rows only; along the columns it is 1",
              lambda v, _k: (v[0], 1))  # fmt: skip
    yield one("stride", "the stride is used along the columns only; along the rows it is 1",
              lambda v, _k: (1, v[1]))  # fmt: skip


def _side_by_side(value: Any, known: Known) -> Any:
    if any(n % f for n, f in zip(known["lengths"], known["sizes"], strict=True)):
        return value
    return tuple(np.arange(0, n, f) for n, f in zip(known["lengths"], known["sizes"], strict=True))


def _of_numbers() -> Iterator[Hypothesis]:
    for data in (ELEMENTS, RESULTS):
        yield from quantities.casts(data)
        yield from quantities.factors(data, {})
        yield from quantities.normalisations(
            data, {"of each map": (1, 2), "": (0, 1, 2, 3), "of each place": (3,)}
        )
