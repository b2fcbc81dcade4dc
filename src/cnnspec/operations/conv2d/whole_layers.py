"""Whole convolutions: their maps as products of matrices, and single elements exactly."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.declaration.whole_layers import Places, Sums, WholeLayers, some_of
from cnnspec.exact.sums import Exact
from cnnspec.operations.conv2d import exact

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Where a convolution of real numbers is looked at: places, each under so many filters.
PLACES, FILTERS = 25, 8

#: Rows of maps that are multiplied at a time.
_ROWS = 8


def maps(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Floats:
    """Return the maps of a convolution in float64, some rows at a time."""
    columns = filters.transpose(3, 1, 2, 0).reshape(-1, len(filters)).astype(np.float64)
    windows = _windows(image, filters, stride, padding)
    found = np.empty((*windows.shape[:3], len(filters)))
    for rows, here in zip(windows, found, strict=True):
        for i in range(0, len(here), _ROWS):
            some = rows[i : i + _ROWS]
            unrolled = some.reshape(-1, len(columns)).astype(np.float64)
            here[i : i + _ROWS] = (unrolled @ columns).reshape(*some.shape[:2], -1)
    if bias is not None:
        found += bias
    return found if image.ndim == 4 else found[0]


def _windows(image: Array, filters: Array, stride: int, padding: str) -> Array:
    """Return the windows of one image or a batch: (N, H', W', C, rows, columns)."""
    sides = filters.shape[1:3]
    images = image if image.ndim == 4 else image[np.newaxis]
    if padding == "same":
        margins = [(side // 2, side // 2) for side in sides]
        images = np.pad(images, [(0, 0), *margins, (0, 0)])
    return sliding_window_view(images, sides, axis=(1, 2))[:, ::stride, ::stride]


def some_maps(case: Case) -> tuple[Places, Exact]:
    """Return the exact elements of maps in some places, the corners among them."""
    image, filters, bias = (case.arguments.get(name) for name in ("image", "filters", "bias"))
    assert image is not None
    assert filters is not None
    options = {name: case.arguments.get(name, plain) for name, plain in _PLAIN.items()}
    windows = _windows(image, filters, **options)
    places = some_of(case.id, windows.shape[:3], PLACES)
    (which,) = some_of(case.id, (len(filters),), FILTERS)
    seen = np.moveaxis(windows[places], 1, -1)  # each an image of the filters' size
    found = exact.conv2d(seen, filters[which], None if bias is None else bias[which])
    axes = places if image.ndim == 4 else places[1:]
    return (*(axis[:, np.newaxis] for axis in axes), which), found


#: The options of a convolution, and what they are if they are not given.
_PLAIN = {"stride": 1, "padding": "valid"}


def _terms(given: Mapping[str, Any]) -> int:
    return int(np.prod(given["filters"].shape[1:]))


WHOLE_LAYERS = WholeLayers(
    sums=Sums(compute=maps, look=some_maps, terms=_terms), is_judged_normwise=False
)
