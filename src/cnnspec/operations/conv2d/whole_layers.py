"""Whole convolutions: their maps as products of matrices, and single elements exactly."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.declaration.whole_layers import Places, Sums, WholeLayers, some_of
from cnnspec.exact.sums import Exact
from cnnspec.exact.windows import bordered, windows_of
from cnnspec.operations.conv2d import exact
from cnnspec.operations.conv2d.geometry import geometry, groups_of

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Where a convolution of real numbers is looked at: places, each under so many filters.
PLACES, FILTERS = 25, 8

#: Rows of maps that are multiplied at a time.
_ROWS = 8


def maps(image: Array, filters: Array, bias: Array | None = None, **options: Any) -> Floats:
    """Return the maps of a convolution in float64, some rows at a time."""
    windows = _windows({"image": image, "filters": filters, **options})
    groups = groups_of(options)
    found = np.empty((*windows.shape[:3], len(filters)))
    seen, banks = filters.shape[3], len(filters) // groups
    for group in range(groups):
        bank = slice(group * banks, (group + 1) * banks)
        own = windows[:, :, :, group * seen : (group + 1) * seen]
        _multiply(own, filters[bank], found[..., bank])
    if bias is not None:
        found += bias
    return found if image.ndim == 4 else found[0]


def _multiply(windows: Array, filters: Array, found: Floats) -> None:
    columns = filters.transpose(3, 1, 2, 0).reshape(-1, len(filters)).astype(np.float64)
    for rows, here in zip(windows, found, strict=True):
        for i in range(0, len(here), _ROWS):
            some = rows[i : i + _ROWS]
            unrolled = some.reshape(-1, len(columns)).astype(np.float64)
            here[i : i + _ROWS] = (unrolled @ columns).reshape(*some.shape[:2], -1)


def _windows(given: Mapping[str, Any]) -> Array:
    """Return the windows of one image or a batch: (N, H', W', C, rows, columns)."""
    image, where = given["image"], geometry(given)
    images = image if image.ndim == 4 else image[np.newaxis]
    wide = bordered(images, where.margins)
    return windows_of(wide, *where.sides, where.strides, where.dilations)


def some_maps(case: Case) -> tuple[Places, Exact]:
    """Return the exact elements of maps in some places, the corners among them."""
    image, filters, bias = (case.arguments.get(name) for name in ("image", "filters", "bias"))
    assert image is not None
    assert filters is not None
    windows = _windows(case.arguments)
    places = some_of(case.id, windows.shape[:3], PLACES)
    (which,) = some_of(case.id, (len(filters),), FILTERS)
    seen = np.moveaxis(windows[places], 1, -1)  # each an image of the filters' size
    of_all = _of_all_channels(filters, groups_of(case.arguments))
    found = exact.conv2d(seen, of_all[which], None if bias is None else bias[which])
    found = replace(found, terms=_terms(case.arguments))
    axes = places if image.ndim == 4 else places[1:]
    return (*(axis[:, np.newaxis] for axis in axes), which), found


def _of_all_channels(filters: Array, groups: int) -> Array:
    """Return filters with zeros for the channels of other groups than their own."""
    if groups == 1:
        return filters
    count, rows, columns, seen = filters.shape
    wide = np.zeros((count, rows, columns, groups, seen), filters.dtype)
    for number, one in enumerate(filters):
        wide[number, :, :, number // (count // groups)] = one
    return wide.reshape(count, rows, columns, -1)


def _terms(given: Mapping[str, Any]) -> int:
    return int(np.prod(given["filters"].shape[1:]))


WHOLE_LAYERS = WholeLayers(
    sums=Sums(compute=maps, look=some_maps, terms=_terms), is_judged_normwise=False
)
