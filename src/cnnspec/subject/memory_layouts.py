"""How the numbers of an array may lie in memory, and how they get there."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import (
    array,
    array_equal,
    dtype,
    full,
    moveaxis,
    ndarray,
    swapaxes,
    transpose,
    uint8,
    zeros,
)

from cnnspec.subject.outcomes import Array

#: What each layout is, in words about the arguments.
WORDS = {
    "fortran": "in Fortran order",
    "strided": "views with gaps in memory",
    "reversed": "views that run backwards through memory",
    "reversed-first-axis": "views whose first axis runs backwards through memory",
    "reversed-last-axis": "views whose last axis runs backwards through memory",
    "slice": "slices of larger arrays",
    "swapped-first-axes": "views of arrays whose first two axes are swapped in memory",
    "swapped-middle-axes": "views of arrays two of whose middle axes are swapped in memory",
    "swapped-last-axes": "views of arrays whose last two axes are swapped in memory",
    "swapped-outer-axes": "views of arrays whose first and last axes are swapped in memory",
    "zero-strides": "views that repeat the same memory (numpy.broadcast_to)",
    "overlapping": "views of windows that overlap in memory (sliding_window_view)",
    "record-field": "fields of records, not aligned in memory",
    "odd-offset": "at an odd address, not aligned in memory",
    "channels-first": "views of arrays whose last axis comes first in memory",
    "big-endian": "of the other byte order",
    "read-only": "read-only",
}

#: How layouts of the first argument alone, or of all but the first, begin.
_FIRST, _REST = "first-", "rest-"


def in_words(layout: str) -> str:
    """Return what arguments in a layout are."""
    if layout in WORDS:
        return WORDS[layout]
    name, _, alone = layout.rpartition(":")
    if name:
        return f"{WORDS[alone]}, but only the {name}"
    if layout.startswith(_FIRST):
        return f"{WORDS[layout.removeprefix(_FIRST)]}, but only the first of them"
    return f"{WORDS[layout.removeprefix(_REST)]}, but for the first of them"


def of_each(names: Iterable[str], layout: str) -> dict[str, str]:
    """Return the layout of each argument.

    ``layout`` is that of all, unless it begins with "first-", with "rest-", or with the name of
    one argument and a colon: the others are in C order then.
    """
    first, *rest = names
    plain = dict.fromkeys((first, *rest), "C")
    name, _, alone = layout.rpartition(":")
    if name:
        return plain | {name: alone}
    if layout in WORDS or layout == "C":
        return dict.fromkeys(plain, layout)
    if layout.startswith(_FIRST):
        return plain | {first: layout.removeprefix(_FIRST)}
    return plain | dict.fromkeys(rest, layout.removeprefix(_REST))


Move = Callable[[Array], Array]

_BACKWARDS, _WHOLE = slice(None, None, -1), slice(None)


def _swapped(one: int, other: int) -> tuple[Move, Move]:
    swap = partial(swapaxes, axis1=one, axis2=other)
    return swap, swap


def _turned(*axes: int) -> tuple[Move, Move]:
    """Return how axes are turned, all if none is named; a single element has no direction."""

    def turn(value: Array) -> Array:
        chosen = {axis % value.ndim for axis in axes or range(value.ndim)}
        is_turned = (axis in chosen and size > 1 for axis, size in enumerate(value.shape))
        turned: Array = value[tuple(_BACKWARDS if one else _WHOLE for one in is_turned)]
        return turned

    return turn, turn


#: How an array is moved to where its memory is in C order, and back.
_MOVED: Mapping[str, tuple[Move, Move]] = {
    "fortran": (transpose, transpose),
    "channels-first": (
        partial(moveaxis, source=-1, destination=0),
        partial(moveaxis, source=0, destination=-1),
    ),
    "reversed": _turned(),
    "reversed-first-axis": _turned(0),
    "reversed-last-axis": _turned(-1),
    "swapped-first-axes": _swapped(0, 1),
    "swapped-middle-axes": _swapped(-3, -2),
    "swapped-last-axes": _swapped(-2, -1),
    "swapped-outer-axes": _swapped(0, -1),
}

#: How many axes a layout takes at least.
AXES = {
    **dict.fromkeys(("reversed", "reversed-first-axis", "reversed-last-axis"), 1),
    **dict.fromkeys(("swapped-first-axes", "swapped-last-axes", "swapped-outer-axes"), 2),
    **dict.fromkeys(("fortran", "strided", "channels-first"), 1),
    "swapped-middle-axes": 3,
    "slice": 1,
}

#: What lies around the numbers of a view: nothing that a right answer could hold unseen.
AROUND = 77


def lay_out(value: Any, layout: str) -> Any:
    """Return a copy of an array in the given memory layout; other arguments as they are.

    What a layout cannot be made of (two axes swapped of one, the same memory for different
    numbers) is in C order.
    """
    if not isinstance(value, ndarray):
        return value
    if value.ndim < AXES.get(layout, 0):
        layout = "C"
    if layout in _MOVED:
        there, back = _MOVED[layout]
        return back(array(there(value), order="C"))
    if layout in _VIEWS:
        view = _VIEWS[layout](value)
        view[...] = value
        return view
    order = ">" if layout == "big-endian" else "="
    copied = value.astype(value.dtype.newbyteorder(order), order="C")
    copied.setflags(write=layout != "read-only")
    return copied


def _with_gaps(value: Array) -> Array:
    larger = zeros([2 * size for size in value.shape], dtype=value.dtype)
    every_other: Any = (..., *(slice(None, None, 2),) * value.ndim)
    view: Array = larger[every_other]
    return view


def _slice(value: Array) -> Array:
    larger = full([size + 3 for size in value.shape], AROUND).astype(value.dtype)
    inside: Any = (..., *(slice(1, -2),) * value.ndim)
    view: Array = larger[inside]
    return view


def _sharing(steps: Callable[[Array], list[int]]) -> Callable[[Array], Array]:
    """Return a view with these steps, in elements, of memory that would hold all its numbers.

    As there is memory enough, nothing is read beyond it where the steps are ignored.
    """

    def view(value: Array) -> Array:
        memory = full(max(value.size, 1), AROUND).astype(value.dtype)
        strides = [step * value.itemsize for step in steps(value)]
        return ndarray(value.shape, value.dtype, memory, strides=strides)

    return view


def _steps(shape: Iterable[int]) -> list[int]:
    """Return how many elements each axis steps over in C order."""
    found: list[int] = []
    step = 1
    for size in reversed([*shape]):
        found.insert(0, step)
        step *= size
    return found


def steps_without_repeats(value: Array) -> list[int]:
    """Return the steps of memory that holds equal numbers along an axis once: 0 along that."""
    equal = [array_equal(value, value.take([0] * n, i)) for i, n in enumerate(value.shape) if n]
    if len(equal) < value.ndim:
        return _steps(value.shape)
    once = [1 if same else size for same, size in zip(equal, value.shape, strict=True)]
    return [0 if same else step for same, step in zip(equal, _steps(once), strict=True)]


def steps_of_windows(value: Array) -> list[int]:
    """Return the steps of memory in which the windows along one axis overlap, where they can."""
    for axis in reversed(range(value.ndim - 1)):
        windows = moveaxis(value, (axis, axis + 1), (0, 1))
        count, length = windows.shape[:2]
        if min(count, length) > 1 and array_equal(windows[1:, :-1], windows[:-1, 1:]):
            line = (*value.shape[:axis], count + length - 1, *value.shape[axis + 2 :])
            steps = _steps(line)
            return [*steps[: axis + 1], steps[axis], *steps[axis + 1 :]]
    return _steps(value.shape)


def _field(value: Array) -> Array:
    records = dtype([("before", uint8), ("value", value.dtype)])
    memory = full(value.nbytes + value.size, AROUND, uint8)
    fields: Array = memory.view(records).reshape(value.shape)["value"]
    return fields


def _at_odd_offset(value: Array) -> Array:
    memory = full(value.nbytes + value.itemsize, AROUND, uint8)
    return ndarray(value.shape, value.dtype, memory, offset=1)


#: Views of larger memory, into which the numbers are written.
_VIEWS: Mapping[str, Callable[[Array], Array]] = {
    "strided": _with_gaps,
    "slice": _slice,
    "zero-strides": _sharing(steps_without_repeats),
    "overlapping": _sharing(steps_of_windows),
    "record-field": _field,
    "odd-offset": _at_odd_offset,
}
