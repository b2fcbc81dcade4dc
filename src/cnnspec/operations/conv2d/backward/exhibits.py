"""What an element of a convolution's gradients is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import (
    FILTERS,
    IMAGE,
    MAPS,
    ROWS,
    WRITTEN_OUT,
    Array,
    Exhibit,
    Place,
    Window,
    extent,
)
from cnnspec.operations.conv2d.geometry import Geometry, geometry, groups_of

_PLANES = {"grad": MAPS, "image": IMAGE, "filters": FILTERS}

#: A window along one axis, and which weight of it lies over a place.
Over = tuple[int, int]


def windows_over(where: Geometry, axis: int, place: int) -> list[Over]:
    """Return the windows along an axis that hold a place of the image, each with its weight."""
    found = []
    for weight in range(where.sides[axis]):
        first = place + where.margins[axis][0] - weight * where.dilations[axis]
        window, rest = divmod(first, where.strides[axis])
        if not rest and 0 <= window < where.counts[axis]:
            found.append((window, weight))
    return sorted(found)


def _of_image(given: Mapping[str, Any], place: Place, expected: Array | None) -> Window:
    rank = np.ndim(given["image"])
    if len(place) != rank:
        return Window()
    batch, (i, j), channel = place[: rank == 4], place[rank == 4 :][:2], place[-1]
    where = geometry(given)
    down, across = windows_over(where, 0, i), windows_over(where, 1, j)
    of = f"element {[*place]}"
    if not down or not across:
        return Window(said=f"{of}: no window holds this pixel, so its gradient is 0")
    (top, _), (bottom, _) = down[0], down[-1]
    (left, _), (right, _) = across[0], across[-1]
    box = (top, left, bottom - top + 1, right - left + 1)
    said = f"{of}: {_counted(len(down) * len(across))} this pixel, of {_of_grad(down, across)}"
    groups = groups_of(given)
    if rank > 2 and groups > 1:
        group = channel // (np.shape(given["image"])[-1] // groups)
        said += f" and the maps of group {group}"
    said += ", each times the weight that lies over it"
    said += _written_out(given, (down, across), place, expected)
    first_weight = (0, down[0][1], across[0][1])
    return Window({"grad": (*batch, top, left, 0), "filters": first_weight}, {"grad": box}, said)


def _counted(windows: int) -> str:
    return "one window holds" if windows == 1 else f"{windows} windows hold"


def _of_grad(down: list[Over], across: list[Over]) -> str:
    return f"grad's {_listed('row', down)} and {_listed('column', across)}"


def _listed(word: str, along: list[Over]) -> str:
    numbers = [str(window) for window, _ in along]
    if len(numbers) == 1:
        return f"{word} {numbers[0]}"
    return f"{word}s {', '.join(numbers[:-1])} and {numbers[-1]}"


def _written_out(
    given: Mapping[str, Any],
    along: tuple[list[Over], list[Over]],
    place: Place,
    expected: Array | None,
) -> str:
    """Return the sum of a gray image's pixel under one filter, where it is short."""
    grad, filters = np.asarray(given["grad"]), np.asarray(given["filters"])
    if expected is None or filters.ndim != 3 or len(filters) != 1:
        return ""
    pairs = [
        (grad[row, column, 0], filters[0, a, b]) for row, a in along[0] for column, b in along[1]
    ]
    return _sum_of(pairs, expected[place])


def _sum_of(pairs: list[tuple[Any, Any]], total: Any) -> str:
    told = [(g, w) for g, w in pairs if g and w]
    numbers = [float(number) for pair in told for number in pair]
    if not told or len(told) > WRITTEN_OUT or any(float(f"{n:.4g}") != n for n in numbers):
        return ""
    return f": {' + '.join(f'{_short(g)}*{_short(w)}' for g, w in told)} = {total:.6g}"


def _short(number: Any) -> str:
    return f"({number:.4g})" if number < 0 else f"{number:.4g}"


def _of_filters(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != np.ndim(given["filters"]):
        return Window()
    k, a, b = place[:3]
    where = geometry(given)
    rows, columns = where.counts
    row, column = (
        tap * step - zeros[0]
        for tap, step, zeros in zip((a, b), where.dilations, where.margins, strict=True)
    )
    down, across = (
        (count - 1) * step + 1 for count, step in zip(where.counts, where.strides, strict=True)
    )
    every = "" if where.strides == (1, 1) else " (of these every stride-th)"
    said = (
        f"element {[*place]}: {extent(row, down, column, across)} of the image{every},"
        f" each pixel times the element of map {k} of grad whose window it is in"
    )
    if np.ndim(given["image"]) == 4:
        said += ", added over the images"
    first = (0,) if np.ndim(given["image"]) == 4 else ()
    channel = _channel(given, place)
    return Window(
        {
            "grad": (*first, 0, 0, k),
            "image": (*first, max(row, 0), max(column, 0), *channel),
        },
        {"grad": (0, 0, rows, columns), "image": (row, column, down, across)},
        said,
    )


def _channel(given: Mapping[str, Any], place: Place) -> Place:
    """Return the channel of the image that a weight meets, () for an image without channels."""
    if len(place) < 4:
        return ()
    groups, count = groups_of(given), len(given["filters"])
    seen = np.shape(given["filters"])[3]
    return (place[0] // (count // groups) * seen + place[3],)


def _of_bias(given: Mapping[str, Any], place: Place, _expected: Array | None) -> Window:
    if len(place) != 1:
        return Window()
    (k,) = place
    rows, columns = geometry(given).counts
    is_batch = np.ndim(given["grad"]) == 4
    said = f"element [{k}]: the sum of map {k} of grad" + (", over all images" if is_batch else "")
    first = (0,) if is_batch else ()
    return Window({"grad": (*first, 0, 0, k)}, {"grad": (0, 0, rows, columns)}, said)


TO_IMAGE = Exhibit(planes=_PLANES, result=IMAGE, window=_of_image)
TO_FILTERS = Exhibit(planes=_PLANES, result=FILTERS, window=_of_filters)
TO_BIAS = Exhibit(planes=_PLANES, result=ROWS, window=_of_bias)
