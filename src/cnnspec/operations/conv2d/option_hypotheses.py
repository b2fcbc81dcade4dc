"""What may be done with the options of a convolution by mistake."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from cnnspec.exact.windows import reaches_of, same_margins
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis

Known = Mapping[str, Any]

_STRIDE = "stride is the step between windows, the size that of the filter"
_STEP = "the stride is the step from window to window"
_DILATION = (
    "with dilation d, weight a meets row i * stride + a * d, and the filter extends over"
    " d * (f - 1) + 1 rows"
)
_ZEROS = "zeros are put as they are given: ((top, bottom), (left, right))"
_GROUPS = (
    "maps and channels of a group lie side by side: map k is of group g = floor(k / (K / groups)),"
    " and sees channels g * (C / groups) + c for c from 0 to C / groups - 1"
)


def of_options() -> Iterator[Hypothesis]:
    """Return what may be done."""
    for words, rank, change in _STRIDES:
        yield Hypothesis("stride", words, change, _STRIDE, rank)
    for words, rank, change in _STEPS:
        yield Hypothesis("steps", words, change, _STEP, rank)
    for words, rank, change in _DILATIONS:
        yield Hypothesis("dilation", words, change, _DILATION, rank)
    yield from _of_taps()
    for words, rank, change in _MARGINS:
        yield Hypothesis("margins", words, change, _ZEROS, rank)
    for words, rank, same in _SAMES:
        yield Hypothesis("margins", words, _if_same(same), _SAME, rank)
    for slot, words, rank, change in _OF_GROUPS:
        yield Hypothesis(slot, words, change, _GROUPS, rank)


_STRIDES: tuple[tuple[str, int, Any], ...] = (
    ("the filter's size is taken for the stride", KNOWN, lambda _v, known: known["sizes"]),
    ("the stride is used along the rows only", COMMON, lambda v, _k: (v[0], 1)),
    ("the stride is used along the columns only", COMMON, lambda v, _k: (1, v[1])),
    ("the stride is doubled", ODD, lambda v, _k: (2 * v[0], 2 * v[1])),
    ("the strides of rows and columns are swapped", COMMON, lambda v, _k: v[::-1]),
    ("the rows' stride is used along the columns too", COMMON, lambda v, _k: (v[0], v[0])),
    ("the columns' stride is used along the rows too", COMMON, lambda v, _k: (v[1], v[1])),
    ("under 1x1 filters the stride is ignored", KNOWN,
     lambda v, known: (1, 1) if known["sizes"] == (1, 1) else v),
)  # fmt: skip

_STEPS: tuple[tuple[str, int, Any], ...] = (
    ("the stride is used as the dilation: the filter is spread, and windows are 1 apart", KNOWN,
     lambda v, _k: (v[1], v[0])),
    ("the stride is used as the dilation too: the filter is spread", KNOWN,
     lambda v, _k: (v[0], v[0])),
    ("the dilation is used as the stride: windows are spread, the filter is not", COMMON,
     lambda v, _k: (v[1], (1, 1)) if v[1] != (1, 1) else v),
    ("the dilation is used as the stride too", KNOWN,
     lambda v, _k: (v[1], v[1]) if v[1] != (1, 1) else v),
    ("windows are stride times dilation apart", KNOWN,
     lambda v, _k: ((v[0][0] * v[1][0], v[0][1] * v[1][1]), v[1])),
    ("the dilation is ignored where there is a stride", KNOWN,
     lambda v, _k: v if v[0] == (1, 1) else (v[0], (1, 1))),
    ("the stride is ignored where there is a dilation", KNOWN,
     lambda v, _k: v if v[1] == (1, 1) else ((1, 1), v[1])),
)  # fmt: skip

_DILATIONS: tuple[tuple[str, int, Any], ...] = (
    ("the dilation is ignored", COMMON, lambda _v, _k: (1, 1)),
    ("the dilation is used along the rows only", COMMON, lambda v, _k: (v[0], 1)),
    ("the dilation is used along the columns only", COMMON, lambda v, _k: (1, v[1])),
    ("the dilations of rows and columns are swapped", COMMON, lambda v, _k: v[::-1]),
    ("the rows' dilation is used along the columns too", COMMON, lambda v, _k: (v[0], v[0])),
    ("the columns' dilation is used along the rows too", COMMON, lambda v, _k: (v[1], v[1])),
    ("the dilation counts the zeros between weights: they are one further apart", KNOWN,
     lambda v, _k: tuple(d + 1 if d > 1 else d for d in v)),
    ("the dilation counts the zeros between weights, from 1 on: they are one further apart", ODD,
     lambda v, _k: tuple(d + 1 for d in v)),
    ("the dilation is 2, however large it is given", ODD,
     lambda v, _k: tuple(min(d, 2) for d in v)),
    ("the dilation is applied twice", KNOWN, lambda v, _k: tuple(d * d for d in v)),
)  # fmt: skip


def _of_taps() -> Iterator[Hypothesis]:
    """Return what is read where the filter's extent is right, and what is counted where it is not.

    The slot "extents" holds over how many rows and columns windows are counted.
    """
    for slot, axis in (("row taps", "rows"), ("column taps", "columns")):
        yield Hypothesis(
            slot,
            f"the dilation makes the map smaller, but the filter's {axis} are read side by side",
            lambda value, _known: np.arange(len(value)),
            _DILATION,
            KNOWN,
        )
        yield Hypothesis(
            slot,
            f"each of the filter's {axis} but the first is read d - 1 pixels too early",
            lambda value, _known: np.where(
                np.arange(len(value)) > 0, value - (value[1:2].sum() - 1), 0
            ),
            _DILATION,
            ODD,
        )
    for words, rank, of in (
        ("windows are counted as if the filter were not dilated", COMMON, lambda f, _d: f),
        ("windows are counted as if the filter extended over f * d", COMMON, lambda f, d: f * d),
        ("windows are counted as if the filter extended over f + d", KNOWN, lambda f, d: f + d),
        ("windows are counted as if the filter extended over (f - 1) * d", KNOWN,
         lambda f, d: (f - 1) * d),
        ("windows are counted as if the filter extended over f + (f - 1) * d", KNOWN,
         lambda f, d: f + (f - 1) * d),
    ):  # fmt: skip
        yield Hypothesis("extents", words, _extents(of), _DILATION, rank)


def _extents(of: Callable[[int, int], int]) -> Callable[[Any, Known], Any]:
    """Return what changes the extents along axes on which the filter is dilated."""

    def changed(value: Any, known: Known) -> Any:
        axes = zip(value, known["sizes"], known["dilations"], strict=True)
        return tuple(of(f, d) if d > 1 else reach for reach, f, d in axes)

    return changed


class _Sides(NamedTuple):
    top: int
    bottom: int
    left: int
    right: int


def _by_sides(change: Callable[[_Sides], Any]) -> Callable[[Any, Known], Any]:
    return lambda value, _known: change(_Sides(*value[0], *value[1]))


def _halved(first: int, last: int) -> tuple[int, int]:
    return first // 2, last - last // 2


def _shared(first: int, last: int) -> tuple[int, int]:
    half = (first + last) // 2
    return half, first + last - half


def _without_equal(first: int, last: int) -> tuple[int, int]:
    return first, last if last != first else 0


_MARGINS: tuple[tuple[str, int, Any], ...] = (
    ("the zeros of opposite sides are swapped: bottom for top, right for left", COMMON,
     _by_sides(lambda s: ((s.bottom, s.top), (s.right, s.left)))),
    ("the zeros of opposite sides are swapped along the rows: bottom for top", KNOWN,
     _by_sides(lambda s: ((s.bottom, s.top), (s.left, s.right)))),
    ("the zeros of opposite sides are swapped along the columns: right for left", KNOWN,
     _by_sides(lambda s: ((s.top, s.bottom), (s.right, s.left)))),
    ("the zeros at the top and on the left are put at the bottom and on the right too", COMMON,
     _by_sides(lambda s: ((s.top, s.top), (s.left, s.left)))),
    ("the zeros at the bottom and on the right are put at the top and on the left too", KNOWN,
     _by_sides(lambda s: ((s.bottom, s.bottom), (s.right, s.right)))),
    ("the zeros are read as ((top, left), (bottom, right))", COMMON,
     _by_sides(lambda s: ((s.top, s.left), (s.bottom, s.right)))),
    ("the zeros at the top are put on every side", KNOWN,
     _by_sides(lambda s: ((s.top, s.top), (s.top, s.top)))),
    ("the zeros of the rows are put beside the columns too", COMMON,
     _by_sides(lambda s: ((s.top, s.bottom), (s.top, s.bottom)))),
    ("the zeros of the columns are put beside the rows too", KNOWN,
     _by_sides(lambda s: ((s.left, s.right), (s.left, s.right)))),
    ("the padding is taken for the total of both sides", COMMON,
     _by_sides(lambda s: (_halved(s.top, s.bottom), _halved(s.left, s.right)))),
    ("the padding is doubled", KNOWN,
     _by_sides(lambda s: ((2 * s.top, 2 * s.bottom), (2 * s.left, 2 * s.right)))),
    ("one row and column of zeros is put wherever there are any", KNOWN,
     _by_sides(lambda s: ((min(s.top, 1), min(s.bottom, 1)), (min(s.left, 1), min(s.right, 1))))),
    ("both sides get the larger of their zeros", ODD,
     _by_sides(lambda s: ((max(s.top, s.bottom),) * 2, (max(s.left, s.right),) * 2))),
    ("both sides get the smaller of their zeros", ODD,
     _by_sides(lambda s: ((min(s.top, s.bottom),) * 2, (min(s.left, s.right),) * 2))),
    ("both sides get half of all their zeros", KNOWN,
     _by_sides(lambda s: (_shared(s.top, s.bottom), _shared(s.left, s.right)))),
    ("zeros that are the same on both sides are put at the top and on the left only", KNOWN,
     _by_sides(lambda s: (_without_equal(s.top, s.bottom), _without_equal(s.left, s.right)))),
    ("the zeros at the top are left out", KNOWN,
     _by_sides(lambda s: ((0, s.bottom), (s.left, s.right)))),
    ("the zeros at the bottom are left out", KNOWN,
     _by_sides(lambda s: ((s.top, 0), (s.left, s.right)))),
    ("the zeros on the left are left out", KNOWN,
     _by_sides(lambda s: ((s.top, s.bottom), (0, s.right)))),
    ("the zeros on the right are left out", KNOWN,
     _by_sides(lambda s: ((s.top, s.bottom), (s.left, 0)))),
)  # fmt: skip

_SAME = 'padding "same" puts d * (f - 1) zeros on each axis, by its own size and dilation'


def _if_same(change: Callable[[Known], Any]) -> Callable[[Any, Known], Any]:
    return lambda value, known: change(known) if known["padding"] == "same" else value


def _symmetric(known: Known) -> Any:
    return tuple(((reach - 1) // 2,) * 2 for reach in known["reaches"])


def _same_by(**other: Callable[[Known], Any]) -> Callable[[Known], Any]:
    """Return the zeros of "same" by other sizes, strides or extents than the call's."""

    def of(known: Known) -> Any:
        made = {name: find(known) for name, find in other.items()}
        used = {**known, **made}
        return same_margins(used["lengths"], used["reaches"], used["strides"])

    return of


_SAMES: tuple[tuple[str, int, Callable[[Known], Any]], ...] = (
    ('the zeros of "same" are counted without the dilation', COMMON,
     lambda known: tuple(((size - 1) // 2,) * 2 for size in known["sizes"])),
    ('the zeros of "same" are counted from the rows, for the columns too', COMMON,
     lambda known: (_symmetric(known)[0],) * 2),
    ('the zeros of "same" are counted from the columns, for the rows too', KNOWN,
     lambda known: (_symmetric(known)[1],) * 2),
    ('the zeros of "same" are counted with the dilations of rows and columns swapped', KNOWN,
     _same_by(reaches=lambda known: reaches_of(known["sizes"], known["dilations"][::-1]))),
)  # fmt: skip


def _interleaved(_value: Array, known: Known) -> Array:
    """Return the group of each map where maps take turns."""
    return np.asarray(np.arange(known["count"]) % known["groups"])


def _take_turns(value: Array, known: Known) -> Array:
    """Return the channels of each map where the groups' channels take turns."""
    seen = value.shape[1]
    return np.asarray(value // seen + (value % seen) * known["groups"])


_OF_GROUPS: tuple[tuple[str, str, int, Any], ...] = (
    ("owners", "maps belong to the groups in turns: group k % groups is read for map k", COMMON,
     _interleaved),
    ("owners", "every map sees the channels of the first group", COMMON, lambda v, _k: v * 0),
    ("owners", "every map sees the channels of the last group", ODD, lambda v, _k: v * 0 + v.max()),
    ("owners", "the groups are in reverse order", KNOWN, lambda v, _k: v.max(initial=0) - v),
    ("owners", "map k sees the channels of group k, as far as there are groups", KNOWN,
     lambda v, known: np.minimum(np.arange(len(v)), known["groups"] - 1)),
    ("owners", "map k sees the channels of group k // groups", KNOWN,
     lambda v, known: np.arange(len(v)) // known["groups"] % known["groups"]),
    ("owners", "every map sees the channels of the group before its own", ODD,
     lambda v, known: (v - 1) % known["groups"]),
    ("owners", "every map sees the channels of the group after its own", ODD,
     lambda v, known: (v + 1) % known["groups"]),
    ("taken", "channels belong to the groups in turns: c * groups + g is read for"
     " g * (C / groups) + c", COMMON, _take_turns),
    ("taken", "only the first channel of each group counts, under all weights", ODD,
     lambda v, _k: np.broadcast_to(v[:, :1], v.shape)),
    ("taken", "the channels of each group begin at the number of the group", KNOWN,
     lambda v, _k: v // v.shape[1] + v % v.shape[1]),
    ("taken", "the channels within each group are in reverse order", ODD, lambda v, _k: v[:, ::-1]),
    ("banks", "the filters of the first group are used in every group", KNOWN,
     lambda v, known: v % (known["count"] // known["groups"])),
    ("banks", "the filters are read as if the groups took turns: filter j * groups + g is read for"
     " map g * (K / groups) + j", COMMON,
     lambda v, known: v.reshape(-1, known["groups"]).T.reshape(-1)),
    ("banks", "the filters are read as if there were K / groups of them in turn: filter"
     " g + j * groups of map j + g * (K / groups) is stored there", ODD,
     lambda v, known: v.reshape(known["groups"], -1).T.reshape(-1)),
)  # fmt: skip
