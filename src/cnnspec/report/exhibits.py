"""Exhibits: the arrays of a failure, cut to what shows it, for the report.

A panel is one plane of an array: a channel of the image, a filter, a map. Large planes are cut
around the first wrong element, or around the window of the input from which it is computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS, POOLINGS

Array = NDArray[Any]
Json = dict[str, Any]
Place = tuple[int, ...]

#: Rows and columns of a plane that a report holds: those of an MNIST digit.
LARGEST = 28

#: Channels of an image, and of the filter that is laid over it, that a report holds.
CHANNELS = 3

#: Cases with more numbers than this, or with larger or smaller ones, are not taken in at a glance.
SMALL = 100
HUGE, TINY = 1e6, 1e-6

#: Terms of a sum that are written out.
WRITTEN_OUT = 9

#: Arguments whose elements are alike in all but the place: rows and columns are the last axes.
_ROWS_OF_NUMBERS = ("logits", "probabilities", "weights")

_INPUTS = ("image", "maps", "x", "logits", "probabilities")

#: Of these arguments all channels count, not one of them; with so many axes they have some.
_WITH_CHANNELS = {"image": 3, "filters": 4, "x": 3}

_AS_BEFORE = {
    Complaint.UNSTEADY: "expected (as before)",
    Complaint.LAYOUT: "expected (as in C order)",
    Complaint.RELATION: "expected (by the relation)",
}


@dataclass(frozen=True)
class _Window:
    """Where the numbers lie from which one element of the result is computed.

    Attributes
    ----------
    places : dict
        By argument: the first element.
    boxes : dict
        By argument: first row, first column, rows and columns, also beyond the argument's edge.
    said : str
        The same in words.
    """

    places: Mapping[str, Place] = field(default_factory=dict)
    boxes: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)
    said: str = ""


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
    window = _window(error.case, first, expected) if first is not None else _Window()
    untelling = [name for name in arguments if _tells_nothing(error.case, name)]
    panels = [
        panel
        for name, array in arguments.items()
        if name not in untelling
        for panel in _of_argument(name, array, window)
    ]
    place = first or ()
    result = error.case.operation in ("softmax", "dense", "softmax_layer")
    axes_as = "logits" if result else "maps"
    if expected is not None:
        name = _AS_BEFORE.get(error.complaint, "expected")
        panels.append(_panel("expected", name, axes_as, expected, place))
    if error.got is not None and error.got.size:
        panels.append(_panel("got", _name_of_got(error), axes_as, error.got, place, wrong=wrong))
    if wrong is not None and expected is not None and error.got is not None:
        difference = _difference(error.got, expected)
        panels.append(
            _panel("difference", "got - expected", axes_as, difference, place, wrong=wrong)
        )
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


def _tells_nothing(case: Case, name: str) -> bool:
    """Return whether an argument is left out: a network's parameter of which only a part fits.

    All of them make every result; no part of them tells more than the others.
    """
    shape = np.shape(case.arguments[name])
    fits = len(shape) <= 2 and max(shape, default=0) <= LARGEST
    return case.operation == "network" and name not in _INPUTS and not fits


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
    """Return whether numbers of an exhibit are too large or small to be taken in, or not finite."""
    panels = exhibit["panels"] if exhibit else ()
    numbers = (
        value
        for panel in panels
        if panel["role"] != "difference"
        for row in panel["values"]
        for value in row
        if value
    )
    return any(isinstance(value, str) or not TINY < abs(value) < HUGE for value in numbers)


# --- the window ----------------------------------------------------------------------------------


def _window(case: Case, place: Place, expected: Array | None) -> _Window:
    """Return from what an element of the result is computed."""
    given = case.arguments
    match case.operation, len(place):
        case "conv2d", 3 | 4:
            return _window_of_conv(given, place, expected)
        case operation, 3 | 4 if operation in POOLINGS:
            return _window_of_pool(given, place)
        case "dense" | "softmax_layer", 1:
            return _window_of_dense(given, place)
        case "cross_entropy", 0:
            label = int(given["label"]) % np.size(given["probabilities"])
            box = (0, label, 1, 1)
            return _Window({"probabilities": (label,)}, {"probabilities": box})
        case "relu" | "softmax" as operation, _:
            name = OPERATIONS[operation].required[0]
            of = (
                f"{name}{list(place)} alone" if operation == "relu" else f"all of its row of {name}"
            )
            return _Window({name: place}, said=f"element {list(place)}: made of {of}")
    return _Window()


def _window_of_dense(given: Mapping[str, Any], place: Place) -> _Window:
    (node,) = place
    return _Window(
        {"weights": (0, node), "bias": place},
        {"weights": (0, node, np.shape(given["weights"])[0], 1)},
        f"element [{node}]: all of x times column {node} of the weights",
    )


def _window_of_conv(given: Mapping[str, Any], place: Place, expected: Array | None) -> _Window:
    *batch, i, j, k = place
    size_down, size_across = np.shape(given["filters"])[1:3]
    stride = given.get("stride", 1)
    same = given.get("padding", "valid") == "same"
    row = i * stride - (size_down // 2 if same else 0)
    column = j * stride - (size_across // 2 if same else 0)
    rest = (0,) * (np.ndim(given["image"]) - len(batch) - 2)
    said = (
        f"element {list(place)}: {_extent(row, size_down, column, size_across)} of the image"
        f" under filter {k}{_written_out(given, (row, column), k, place, expected)}"
    )
    return _Window(
        {
            "image": (*batch, max(row, 0), max(column, 0), *rest),
            "filters": (k, 0, 0),
            "bias": (k,),
        },
        {"image": (row, column, size_down, size_across)},
        said,
    )


def _written_out(
    given: Mapping[str, Any], corner: Place, k: int, place: Place, expected: Array | None
) -> str:
    """Return the sum of a window of a plain image, where it is short and its terms are."""
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    row, column = corner
    inside = row >= 0 and column >= 0
    if image.ndim != 2 or filters.ndim != 3 or not inside or expected is None:
        return ""
    size_down, size_across = filters.shape[1:]
    window = image[row : row + size_down, column : column + size_across]
    if window.shape != filters.shape[1:]:
        return ""
    pairs = [(x, w) for x, w in zip(window.flat, filters[k].flat, strict=True) if x and w]
    bias = given.get("bias")
    added = [] if bias is None else [bias[k]]
    numbers = [float(number) for pair in pairs for number in pair] + [float(n) for n in added]
    if not pairs or len(pairs) > WRITTEN_OUT or any(float(f"{n:.4g}") != n for n in numbers):
        return ""
    terms = " + ".join([*(f"{_short(x)}*{_short(w)}" for x, w in pairs), *map(_short, added)])
    return f": {terms} = {expected[place]:.6g}"


def _short(number: Any) -> str:
    return f"({number:.4g})" if number < 0 else f"{number:.4g}"


def _window_of_pool(given: Mapping[str, Any], place: Place) -> _Window:
    *batch, i, j, k = place
    size = given.get("size", 2)
    stride = given.get("stride") or size
    row, column = i * stride, j * stride
    maps = np.asarray(given["maps"])
    plane = maps[tuple(batch)][..., k] if maps.ndim == len(place) else None
    said = f"element {list(place)}: {_extent(row, size, column, size)} of map {k}"
    if plane is not None and size * size <= WRITTEN_OUT:
        numbers = plane[row : row + size, column : column + size]
        said += f": {', '.join(f'{number:.4g}' for number in numbers.flat)}"
    return _Window({"maps": (*batch, row, column, k)}, {"maps": (row, column, size, size)}, said)


def _extent(row: int, rows: int, column: int, columns: int) -> str:
    beyond = " (zeros where that is outside)" if row < 0 or column < 0 else ""
    return f"{_span('row', row, rows)}, {_span('column', column, columns)}{beyond}"


def _span(word: str, first: int, count: int) -> str:
    return f"{word} {first}" if count == 1 else f"{word}s {first} to {first + count - 1}"


# --- panels --------------------------------------------------------------------------------------


def _of_argument(name: str, array: Array, window: _Window) -> Iterator[Json]:
    """Yield the planes of an argument that tell something of the window."""
    role = "input" if name in _INPUTS else "filter" if name == "filters" else "parameter"
    place, box = window.places.get(name, ()), window.boxes.get(name)
    is_one = name == "x" and name in window.places  # what ReLU makes of one element
    if not is_one and array.ndim >= _WITH_CHANNELS.get(name, np.inf):
        for channel in range(min(array.shape[-1], CHANNELS)):
            at = (*_full(place, array.ndim)[:-1], channel)
            yield _panel(role, name, name, array, at, box=box)
        return
    yield _panel(role, name, name, array, place, box=box)


def _full(place: Place, axes: int) -> Place:
    return (*place, *(0,) * axes)[:axes]


def _axes(name: str, count: int) -> tuple[int, ...]:
    """Return which axes of an array are rows and columns."""
    if count < 2:
        return tuple(range(count))
    if name in _ROWS_OF_NUMBERS or count > 4:
        return count - 2, count - 1
    first = 1 if count == 4 or (name == "filters" and count == 3) else 0
    return first, first + 1


def _panel(
    role: str,
    name: str,
    axes_as: str,
    array: Array,
    place: Place,
    *,
    box: tuple[int, int, int, int] | None = None,
    wrong: NDArray[np.bool_] | None = None,
) -> Json:
    """Return the plane of an array in which a place lies, cut around the place or the box."""
    axes = _axes(axes_as, array.ndim)
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
        panel["window"] = list(box)
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
