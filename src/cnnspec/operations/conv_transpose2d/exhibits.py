"""What an element of a map is made of: pixels whose filters reach it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import (
    IMAGE,
    WRITTEN_OUT,
    Array,
    Exhibit,
    Place,
    Planes,
    Window,
    extent,
)
from cnnspec.operations.conv_transpose2d.geometry import along, maps_of


def _window(given: Mapping[str, Any], place: Place, expected: Array | None) -> Window:
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    if len(place) != image.ndim or filters.ndim != 4:
        return Window()
    *batch, i, j, c = place
    rows, columns = (one.reaching(at) for one, at in zip(along(given), (i, j), strict=True))
    bias = {} if given.get("bias") is None else {"bias": (c,)}
    if not rows or not columns:
        return Window(bias, said=f"element {list(place)}: no filter reaches it, but for its bias")
    groups = maps_of(given) // filters.shape[-1]
    first = c // filters.shape[-1] * (image.shape[-1] // groups)
    corner = rows[0][0], columns[0][0]
    box = (corner[0], rows[-1][0] - corner[0] + 1, corner[1], columns[-1][0] - corner[1] + 1)
    said = (
        f"element {list(place)}: the filters of {extent(*box)} of the image reach it"
        f"{_written_out(given, (rows, columns), place, expected)}"
    )
    places = {
        "image": (*batch, *corner, first),
        "filters": (first, rows[0][1], columns[0][1], c % filters.shape[-1]),
        **bias,
    }
    return Window(places, {"image": (box[0], box[2], box[1], box[3])}, said)


def _written_out(
    given: Mapping[str, Any],
    reaching: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    place: Place,
    expected: Array | None,
) -> str:
    """Return the sum of an element of a plain image, where it is short and its terms are."""
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    if image.ndim != 3 or image.shape[-1] != 1 or expected is None:
        return ""
    rows, columns = reaching
    pairs = [
        (image[i, j, 0], filters[0, a, b, place[-1]])
        for i, a in rows
        for j, b in columns
        if image[i, j, 0] and filters[0, a, b, place[-1]]
    ]
    bias = given.get("bias")
    added = [] if bias is None else [bias[place[-1]]]
    numbers = [float(number) for pair in pairs for number in pair] + [float(n) for n in added]
    if not pairs or len(pairs) > WRITTEN_OUT or any(float(f"{n:.4g}") != n for n in numbers):
        return ""
    terms = " + ".join([*(f"{_short(x)}*{_short(w)}" for x, w in pairs), *map(_short, added)])
    return f": {terms} = {expected[place]:.6g}"


def _short(number: Any) -> str:
    return f"({number:.4g})" if number < 0 else f"{number:.4g}"


#: Filters (K, f, g, C / groups): the first axis counts channels of the image.
EXHIBIT = Exhibit(
    planes={"image": IMAGE, "filters": Planes(is_bank=True)},
    window=_window,
)
