"""Exhibits: the arrays of a failure, cut to what shows it, for the report.

A panel is one plane of an array: a channel of the image, a filter, a map. Large planes are cut
around the first wrong element, or around the window of the input from which it is computed.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import Case
from cnnspec.declaration.exhibit import Place, Planes, Window
from cnnspec.declaration.operation import Operation
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]
Json = dict[str, Any]

#: Rows and columns of a plane that a report holds: those of an MNIST digit.
LARGEST = 28

#: Channels of an image, and of the filter that is laid over it, that a report holds.
CHANNELS = 3

#: Cases with more numbers than this, or with larger or smaller ones, are not taken in at a glance.
SMALL = 100
HUGE, TINY = 1e6, 1e-6

_AS_BEFORE = {
    Complaint.UNSTEADY: "expected (as before)",
    Complaint.LAYOUT: "expected (as in C order)",
    Complaint.RELATION: "expected (by the relation)",
}


def exhibit(error: NonconformanceError) -> Json | None:
    """Return the panels of a failure and what is to be said of its window, or ``None``.

    ``None`` where there is no array to show.
    """
    arguments = {
        name: np.asarray(value)
        for name, value in error.case.arguments.items()
        if isinstance(value, np.ndarray) and value.size
    }
    expected, wrong = _expectation(error)
    first = tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong is not None else None
    operation = OPERATIONS[error.case.operation]
    window = _window(error.case, first, expected) if first is not None else Window()
    untelling = [name for name in arguments if _tells_nothing(error.case, name)]
    panels = [
        panel
        for name, array in arguments.items()
        if name not in untelling
        for panel in panels_of_argument(operation, name, array, window)
    ]
    place = first or ()
    cut = operation.exhibit.result
    if expected is not None:
        name = _AS_BEFORE.get(error.complaint, "expected")
        panels.append(panel_of("expected", name, cut, expected, place))
    if error.got is not None and error.got.size:
        panels.append(panel_of("got", _name_of_got(error), cut, error.got, place, wrong=wrong))
    if wrong is not None and expected is not None and error.got is not None:
        difference = _difference(error.got, expected)
        panels.append(panel_of("difference", "got - expected", cut, difference, place, wrong=wrong))
    if not panels:
        return None
    return {
        "panels": panels,
        "scalars": {
            name: value if isinstance(value, int | float | str | None) else str(value)
            for name, value in error.case.arguments.items()
            if name not in arguments and not isinstance(value, np.ndarray)
        },
        "first_wrong": list(first) if first is not None else None,
        "window": window.said,
        "not_shown": [_summary(name, arguments[name]) for name in untelling],
    }


def _window(case: Case, place: Place, expected: Array | None) -> Window:
    """Return from what an element of the result is computed."""
    find = OPERATIONS[case.operation].exhibit.window
    return find(case.arguments, place, expected) if find else Window()


def _tells_nothing(case: Case, name: str) -> bool:
    """Return whether an argument is left out: a network's parameter of which only a part fits.

    All of them make every result; no part of them tells more than the others.
    """
    operation = OPERATIONS[case.operation]
    shape = np.shape(case.arguments[name])
    fits = len(shape) <= 2 and max(shape, default=0) <= LARGEST
    return operation.exhibit.window is None and name != operation.data and not fits


def _summary(name: str, array: Array) -> str:
    """Return what is said of an array that is not shown."""
    lowest, highest = array.min(), array.max()
    extent = f"all {lowest:.3g}" if lowest == highest else f"from {lowest:.3g} to {highest:.3g}"
    return f"{name}, {array.dtype.name}[{', '.join(map(str, array.shape))}], {extent}"


def _expectation(error: NonconformanceError) -> tuple[Array | None, NDArray[np.bool_] | None]:
    """Return what was expected, and which elements are wrong, where both are known."""
    if error.answer is None:
        return None, None
    if error.got is None or error.got.shape != error.answer.high.shape:
        return (error.answer.high if error.answer.high.size else None), None
    answer = error.answer.for_result(error.got.dtype)
    wrong = ~(errors_of(error.got, answer) <= answer.allowed)
    if error.complaint is Complaint.UNSTEADY:
        wrong = ~(error.got == answer.high) & ~(np.isnan(error.got) & np.isnan(answer.high))
    return answer.high, wrong if wrong.any() else None


def _name_of_got(error: NonconformanceError) -> str:
    if error.complaint is Complaint.CHANGED:
        return f"{error.detail.split(', ')[0]} afterwards"
    return "got, by now" if error.complaint is Complaint.OVERWRITTEN else "got"


def _difference(got: Array, expected: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(got.astype(np.float64) - expected)


def is_extreme(exhibit: Json | None) -> bool:
    """Return whether an exhibit's numbers can hardly be taken in.

    They are too large or small, not finite, or most of them differ only in digits further back.
    """
    panels = exhibit["panels"] if exhibit else ()
    numbers = [
        value
        for panel in panels
        if panel["role"] != "difference"
        for row in panel["values"]
        for value in row
        if value
    ]
    if any(isinstance(value, str) or not TINY < abs(value) < HUGE for value in numbers):
        return True
    return any(_look_alike(panel) for panel in panels if panel["role"] != "difference")


def _look_alike(panel: Json) -> bool:
    """Return whether most of the numbers of a panel differ, and not in their first digits."""
    numbers = {value for row in panel["values"] for value in row if value}
    shown = {f"{value:.3g}" for value in numbers}
    return 2 * len(shown) < len(numbers)


# --- panels --------------------------------------------------------------------------------------


def panels_of_argument(
    operation: Operation, name: str, array: Array, window: Window
) -> Iterator[Json]:
    """Yield the planes of an argument that tell something of the window."""
    cut = operation.exhibit.of(name)
    role = "input" if name == operation.data else "filter" if cut.is_bank else "parameter"
    place, box = window.places.get(name, ()), window.boxes.get(name)
    is_one = window.is_single and name in window.places
    if not is_one and cut.channels and array.ndim >= cut.channels:
        for channel in range(min(array.shape[-1], CHANNELS)):
            at = (*_full(place, array.ndim)[:-1], channel)
            yield panel_of(role, name, cut, array, at, box=box)
        return
    yield panel_of(role, name, cut, array, place, box=box)


def _full(place: Place, axes: int) -> Place:
    return (*place, *(0,) * axes)[:axes]


def panel_of(
    role: str,
    name: str,
    cut: Planes,
    array: Array,
    place: Place,
    *,
    box: tuple[int, int, int, int] | None = None,
    wrong: NDArray[np.bool_] | None = None,
) -> Json:
    """Return the plane of an array in which a place lies, cut around the place or the box."""
    axes = cut.axes(array.ndim)
    at = tuple(
        min(index, size - 1)
        for index, size in zip(_full(place, array.ndim), array.shape, strict=True)
    )
    index = tuple(slice(None) if axis in axes else at[axis] for axis in range(array.ndim))
    plane = np.atleast_2d(array[index])
    centre = [at[axis] for axis in axes] if len(axes) == 2 else [0, *at]
    centre = [0, 0] if not axes else centre
    extent = box[2:] if box else (1, 1)
    rows, columns = (
        _cut(size, middle, length)
        for size, middle, length in zip(plane.shape, centre, extent, strict=True)
    )
    panel: Json = {
        "role": role,
        "name": name + _subscript(axes, at),
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "size": list(plane.shape),
        "first": [rows.start, columns.start],
        "values": [[_number(value) for value in row] for row in plane[rows, columns].tolist()],
    }
    if box:
        panel["window"] = [int(edge) for edge in box]
    if wrong is not None:
        places = np.argwhere(np.atleast_2d(wrong[index])[rows, columns])
        panel["wrong"] = [[int(r) + rows.start, int(c) + columns.start] for r, c in places]
    return panel


def _subscript(axes: tuple[int, ...], at: Place) -> str:
    if len(axes) == len(at):
        return ""
    return f"[{', '.join(':' if axis in axes else str(i) for axis, i in enumerate(at))}]"


def _cut(size: int, middle: int, length: int) -> slice:
    """Return which rows of a plane are kept: a third of the rest before, two after."""
    if size <= LARGEST:
        return slice(0, size)
    before = max((LARGEST - length) // 3, 0)
    start = min(max(middle - before, 0), size - LARGEST)
    return slice(start, start + LARGEST)


def _number(value: Any) -> float | str:
    """Return a number as the report holds it: NaN and infinities as text."""
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    number: float = int(value) if isinstance(value, bool) else value
    return number
