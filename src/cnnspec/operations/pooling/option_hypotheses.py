"""What may be made by mistake of the options of a pooling beside its size and stride."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Hypothesis, bound

Known = Mapping[str, Any]
Change = Callable[[Any, Known], Any]


def of_options(combine: Callable[..., Any]) -> Iterator[Hypothesis]:
    """Return what may be made of them by a pooling that combines the elements of a window so."""
    return chain(
        _of_axes(is_mean=combine is np.mean),
        _of_margins(),
        _of_borders(combine),
        _of_cut_windows(),
        _of_counts() if combine is np.mean else _of_dilation(),
    )


def _of_axes(*, is_mean: bool) -> Iterator[Hypothesis]:
    """Return what is taken for rows and columns of a pair."""
    remedy = "a pair is a number for the rows and one for the columns: (rows, columns)"
    for slot, what in (
        ("sizes", "size"),
        ("stride", "stride"),
        ("padding", "padding"),
        *(() if is_mean else [("dilation", "dilation")]),
    ):
        for words, rank, of in (
            ("rows and columns of the {what} are swapped", COMMON, lambda v, _k: v[::-1]),
            ("the {what} of the rows is used along the columns, too", COMMON,
             lambda v, _k: (v[0], v[0])),
            ("the {what} of the columns is used along the rows, too", KNOWN,
             lambda v, _k: (v[1], v[1])),
        ):  # fmt: skip
            yield Hypothesis(slot, words.format(what=what), of, remedy, rank)
    for words, of_sizes in (
        ("rows and columns of the size are swapped", lambda v: v[::-1]),
        ("the size of the rows is used along the columns, too,", lambda v: (v[0], v[0])),
        ("the size of the columns is used along the rows, too,", lambda v: (v[1], v[1])),
    ):
        yield Hypothesis(
            "reach",
            f"{words} where windows are read, but not where they are counted",
            bound(lambda v, _k, of: of(v), of_sizes),
            remedy,
            COMMON,
        )
    remedy = "without a stride, windows are as far apart as they have rows, and columns"
    for axis, words in (
        (0, "without a stride, windows are as far apart along the columns as they have rows"),
        (1, "without a stride, windows are as far apart along the rows as they have columns"),
    ):
        change = bound(lambda v, k, a: v if k["given"] else (v[0], (v[0][a],) * 2), axis)
        yield Hypothesis("options", words, change, remedy, KNOWN)


def _of_margins() -> Iterator[Hypothesis]:
    """Return how far windows may reach beside the maps instead."""
    remedy = "windows reach as far beyond the first row and column as beyond the last: padding"

    def one(slot: str, words: str, rank: int, of: Change) -> Hypothesis:
        return Hypothesis(slot, words, of, remedy, rank)

    def of_each(words: str, rank: int, of: Callable[[int], Any]) -> Hypothesis:
        return one("padding", words, rank, lambda v, _k: tuple(of(p) for p in v))

    yield of_each("the padding is ignored", COMMON, lambda _p: 0)
    yield of_each("there is twice the padding on every side", KNOWN, lambda p: 2 * p)
    yield of_each("there is one row and column too little of the padding on every side", KNOWN,
                  lambda p: max(p - 1, 0))  # fmt: skip
    yield of_each("there is one row and column too much of the padding on every side", KNOWN,
                  lambda p: p + 1 if p else 0)  # fmt: skip
    yield one("padding", "only the rows are padded", KNOWN, lambda v, _k: (v[0], 0))
    yield one("padding", "only the columns are padded", KNOWN, lambda v, _k: (0, v[1]))
    yield one("padding", "the padding is half of the size, whatever is asked for", KNOWN,
              lambda v, k: tuple(f // 2 if p else 0
                                 for p, f in zip(v, k["sizes"], strict=True)))  # fmt: skip

    def on_sides(words: str, rank: int, of: Callable[[int], tuple[int, int]]) -> Hypothesis:
        change = bound(lambda v, _k, of: tuple(of(before) for before, _ in v), of)
        return one("margins", words, rank, change)

    yield on_sides("the padding lies above and on the left only", COMMON, lambda p: (p, 0))
    yield on_sides("the padding lies below and on the right only", COMMON, lambda p: (0, p))
    yield on_sides("the padding of both sides lies above and on the left", COMMON,
                   lambda p: (2 * p, 0))  # fmt: skip
    yield on_sides("the padding of both sides lies below and on the right", COMMON,
                   lambda p: (0, 2 * p))  # fmt: skip
    yield on_sides("the padding is that of both sides together, the larger half of it behind",
                   COMMON, lambda p: (p // 2, p - p // 2))  # fmt: skip
    yield on_sides("the padding is that of both sides together, the larger half of it before",
                   KNOWN, lambda p: (p - p // 2, p // 2))  # fmt: skip


#: What np.pad makes of a border, in words.
_MODES = (
    ("the edge of the maps is repeated in the padding", "edge", COMMON),
    ("the maps are mirrored in the padding, without their edge", "reflect", COMMON),
    ("the maps are mirrored in the padding, with their edge", "symmetric", KNOWN),
    ("the maps are continued in the padding from their other side", "wrap", KNOWN),
)


def _of_borders(combine: Callable[..., Any]) -> Iterator[Hypothesis]:
    """Return what may lie in the padding instead."""
    is_mean = combine is np.mean
    remedy = "the padding holds zeros" if is_mean else (
        "the padding never wins: leave it out, or fill it with"
        f" {'minus ' if combine is np.max else ''}infinity"
    )  # fmt: skip
    for words, mode, rank in _MODES:
        if not is_mean and mode in ("edge", "symmetric"):
            continue  # what lies there lies in the same window, too
        yield Hypothesis("border", words, bound(lambda _v, _k, m: m, mode), remedy, rank)
    wins = "what lies below" if combine is np.max else "what lies above"
    if not is_mean:
        yield Hypothesis("border", f"the padding holds zeros, which win over {wins} 0",
                         lambda _v, _k: 0.0, remedy, COMMON)  # fmt: skip
    for number in (-1.0, 1.0, 128.0, -128.0, 255.0, -255.0):
        said = f"the padding holds {number:g}"
        said += "" if is_mean else f", which wins over {wins} it"
        yield Hypothesis("border", said, bound(lambda _v, _k, n: n, number), remedy, KNOWN)


def _of_cut_windows() -> Iterator[Hypothesis]:
    """Return which windows may be kept instead."""
    remedy = (
        "with ceil_mode the quotient is rounded up, and a window is dropped that would start behind"
        " the map, in the padding or beyond"
    )

    def one(slot: str, words: str, rank: int, of: Change) -> Hypothesis:
        return Hypothesis(slot, words, of, remedy, rank)

    yield one("ceil_mode", "ceil_mode is ignored: windows that are cut off are dropped", COMMON,
              lambda _v, _k: False)  # fmt: skip
    yield one("ceil_mode", "windows that are cut off are kept without ceil_mode, too", COMMON,
              lambda _v, _k: True)  # fmt: skip
    yield one("ceil_mode", "ceil_mode is taken for its opposite", KNOWN, lambda v, _k: not v)

    def of_cut(slot: str, words: str, rank: int, of: Change) -> Hypothesis:
        change = bound(lambda v, k, of: of(v, k) if k["cuts"] else v, of)
        return one(slot, f"with ceil_mode {words}", rank, change)

    yield of_cut("last start", "a window is kept that starts in the padding behind the map", COMMON,
                 lambda _v, k: k["room"] + k["stride"])  # fmt: skip
    yield of_cut("last start", "windows are dropped that start on the last rows and columns of the"
                 " map, as many as are padded", KNOWN, lambda v, k: v - k["margin"][0])  # fmt: skip
    yield of_cut("last start", "windows are dropped that start on the last row or column of the"
                 " map", KNOWN, lambda v, _k: v - 1)  # fmt: skip
    yield of_cut("cut", "there is one window more, also where nothing is left over", COMMON,
                 lambda _v, k: k["room"] // k["stride"] + 2)  # fmt: skip
    yield of_cut("cut", "the quotient is rounded to the nearest, not up", KNOWN,
                 lambda _v, k: int(np.floor(k["room"] / k["stride"] + 0.5)) + 1)  # fmt: skip
    for axis, words in ((1, "rows"), (0, "columns")):
        yield of_cut("cut", f"windows that are cut off are kept along the {words} only", KNOWN,
                     bound(lambda v, k, a: k["room"] // k["stride"] + 1 if k["axis"] == a else v,
                           axis))  # fmt: skip


def _of_dilation() -> Iterator[Hypothesis]:
    """Return how far apart the elements of a window may be instead."""
    remedy = "the elements of a window are dilation rows and columns apart"

    def one(slot: str, words: str, rank: int, of: Change) -> Hypothesis:
        return Hypothesis(slot, words, of, remedy, rank)

    yield one("dilation", "the dilation is ignored", COMMON, lambda _v, _k: (1, 1))
    yield one("dilation", "the elements of a window are dilation + 1 apart", COMMON,
              lambda v, _k: tuple(d + 1 if d > 1 else d for d in v))  # fmt: skip
    yield one("dilation", "stride and dilation are exchanged for the elements of a window", KNOWN,
              lambda _v, k: k["strides"])  # fmt: skip
    yield one("dilation", "only the rows are dilated", KNOWN, lambda v, _k: (v[0], 1))
    yield one("dilation", "only the columns are dilated", KNOWN, lambda v, _k: (1, v[1]))
    yield one("dilated", "the dilation is ignored where windows are read, but not where they are"
              " counted", COMMON, lambda v, _k: tuple(np.arange(len(p)) for p in v))  # fmt: skip
    yield one("dilated", "a window is as long as a dilated one, and nothing in it is left out:"
              " it takes all elements, not those dilation apart", COMMON,
              lambda v, _k: tuple(np.arange(p.max(initial=0) + 1) for p in v))  # fmt: skip
    yield one("reaches", "windows are counted as if there were no dilation: some reach too far",
              COMMON, lambda _v, k: k["sizes"])  # fmt: skip
    yield one("reaches", "windows are counted as if they reached over dilation * size", COMMON,
              lambda _v, k: tuple(np.multiply(k["dilations"], k["sizes"]).tolist()))  # fmt: skip


def _of_counts() -> Iterator[Hypothesis]:
    """Return by what the sum of a window may be divided instead."""
    remedy = (
        "a sum is divided by the elements of its window on the map and, where the padding is to"
        " count, in the padding; never by places beyond"
    )

    def one(slot: str, words: str, rank: int, of: Change) -> Hypothesis:
        return Hypothesis(slot, words, of, remedy, rank)

    def area(known: Known) -> Any:
        return known["sizes"][0] * known["sizes"][1]

    yield one("counted", "padded places are counted, whether they should be or not", COMMON,
              lambda _v, _k: True)  # fmt: skip
    yield one("counted", "padded places are not counted, whether they should be or not", COMMON,
              lambda _v, _k: False)  # fmt: skip
    yield one(
        "counted",
        "padded places are counted where they should not be, and not where they should",
        KNOWN,
        lambda v, _k: not v,
    )
    yield one("divisor", "the places beyond the padding count in windows that are cut off", COMMON,
              lambda v, k: area(k) if k["counted"] else v)  # fmt: skip
    yield one("divisor", "padded places do not count in windows that are cut off", COMMON,
              lambda v, k: np.where(k["padded"] < area(k), k["inside"], v))  # fmt: skip
    yield one("divisor", "without padded places in the count, the whole window still counts if it"
              " is not cut off", KNOWN,
              lambda v, k: np.where(k["counted"] | (k["padded"] < area(k)), v,
                                    area(k)))  # fmt: skip
    yield one("divisor", "the sum is divided by the square of the rows of a window", KNOWN,
              lambda v, k: v / area(k) * k["sizes"][0] ** 2)  # fmt: skip
    yield one("divisor", "the sum is divided by the square of the columns of a window", KNOWN,
              lambda v, k: v / area(k) * k["sizes"][1] ** 2)  # fmt: skip
    yield one("divisor", "every window is divided by the number of elements of the first", KNOWN,
              lambda v, _k: v[:1, :1])  # fmt: skip
    yield one("divisor", "every window is divided by the number of elements of the last", ODD,
              lambda v, _k: v[-1:, -1:])  # fmt: skip
    yield one("divisor", "without padded places in the count, the elements that are not 0 are"
              " counted: zeros of the map are left out as well", COMMON,
              lambda v, k: v if k["counted"] else _not_zero(k))  # fmt: skip
    for words, around in (
        ("above and on the left", lambda m: tuple((before, 0) for before, _ in m)),
        ("below and on the right", lambda m: tuple((0, behind) for _, behind in m)),
        ("above and below", lambda m: (m[0], (0, 0))),
        ("on the left and right", lambda m: ((0, 0), m[1])),
    ):
        count = bound(lambda k, around: k["seen"].count(around(k["margins"])), around)
        yield one("divisor", f"padded places {words} are counted, though none should be", COMMON,
                  bound(lambda v, k, count: v if k["counted"] else count(k), count))  # fmt: skip
        yield one("divisor", f"of the padded places only those {words} are counted", KNOWN,
                  bound(lambda v, k, count: count(k) if k["counted"] else v, count))  # fmt: skip


def _not_zero(known: Known) -> Any:
    """Return how many elements of each window are not 0, at least 1."""
    return np.maximum(np.count_nonzero(known["patches"], axis=(3, 4)), 1)
