"""What an element of a map is made of: a window of the image under a filter."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.exhibit import (
    FILTERS,
    IMAGE,
    WRITTEN_OUT,
    Array,
    Exhibit,
    Place,
    Window,
    extent,
)
from cnnspec.operations.conv2d.geometry import geometry


def _window(given: Mapping[str, Any], place: Place, expected: Array | None) -> Window:
    if len(place) not in (3, 4):
        return Window()
    *batch, i, j, k = place
    found = geometry(given)
    size_down, size_across = found.reaches
    (above, _), (left, _) = found.margins
    row, column = i * found.strides[0] - above, j * found.strides[1] - left
    rest = (0,) * (np.ndim(given["image"]) - len(batch) - 2)
    said = (
        f"element {list(place)}: {extent(row, size_down, column, size_across)} of the image"
        f" under filter {k}{_written_out(given, (row, column), k, place, expected)}"
    )
    return Window(
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
    inside = row >= 0 and column >= 0 and geometry(given).dilations == (1, 1)
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


EXHIBIT = Exhibit(planes={"image": IMAGE, "filters": FILTERS}, window=_window)
