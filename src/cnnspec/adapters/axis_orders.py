"""Between the suite's channels-last arrays and the layouts of the frameworks.

Axes are added, moved and taken away; no number is changed, and no memory is copied.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def as_batch(image: ArrayLike) -> Array:
    """Return images of shape (H, W), (H, W, C) or (N, H, W, C) as (N, H, W, C)."""
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[..., np.newaxis]
    return array[np.newaxis] if array.ndim == 3 else array


def with_channels(filters: ArrayLike, image: ArrayLike) -> Array:
    """Return filters for an image as (K, f, f, C): those of an image without channels get one.

    Filters that lack the channels of their image stay as they are, for the framework to refuse.
    """
    array = np.asarray(filters)
    return array[..., np.newaxis] if np.ndim(image) == 2 else array


def is_of_rows(x: ArrayLike, weights: ArrayLike) -> bool:
    """Return whether x is several rows (N, inputs), for weights (inputs, nodes)."""
    shape = np.shape(x)
    return len(shape) == 2 and shape[0] != 1 and shape[1:] == np.shape(weights)[:1]


def channels_first(array: Array) -> Array:
    """Return (N, H, W, C) as (N, C, H, W), and filters (K, f, f, C) as (K, C, f, f)."""
    return np.moveaxis(array, -1, 1)


def channels_last(array: Array) -> Array:
    """Return (N, C, H, W) as (N, H, W, C)."""
    return np.moveaxis(array, 1, -1)


def filters_last(filters: Array) -> Array:
    """Return filters (K, f, f, C) as (f, f, C, K)."""
    return np.moveaxis(filters, 0, -1)


def filters_first(filters: Array) -> Array:
    """Return filters (f, f, C, K) as (K, f, f, C)."""
    return np.moveaxis(filters, -1, 0)


def gradients_as_given(to_image: Array, to_filters: Array, image: ArrayLike) -> tuple[Array, Array]:
    """Return gradients (N, H, W, C) and (K, f, f, C) with the axes that image and filters had."""
    to_image = as_given(to_image, image)
    if np.ndim(image) == 2:
        return to_image[..., 0], to_filters[..., 0]
    return to_image, to_filters


def alike_on_both_sides(padding: Any) -> tuple[int, int]:
    """Return numbers at the edges as (rows, columns).

    Raises
    ------
    NotImplementedError
        If two opposite sides differ.
    """
    (top, bottom), (left, right) = zeros_on_sides(padding)
    if top != bottom or left != right:
        raise NotImplementedError("opposite sides have one number")
    return top, left


def as_given(maps: Array, image: ArrayLike) -> Array:
    """Return maps (N, H', W', K) with the batch axis only if the image had one."""
    return maps if np.ndim(image) == 4 else maps[0]


def of_each(grad: ArrayLike, maps: ArrayLike) -> Array:
    """Return a vector that comes in for an image as one of a batch, as those for a batch are."""
    array = np.asarray(grad)
    return array if np.ndim(maps) == 4 else array[np.newaxis]


def per_axis(value: Any) -> tuple[int, int]:
    """Return what is given for rows and columns alike, or for each of them, as a pair."""
    rows, columns = value if isinstance(value, tuple | list) else (value, value)
    return rows, columns


def zeros_on_sides(padding: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return ((top, bottom), (left, right)) of a padding by numbers."""
    above, beside = padding if isinstance(padding, tuple | list) else (padding, padding)
    return per_axis(above), per_axis(beside)


def zeros_around(size: int) -> tuple[int, int]:
    """Return how many zeros padding "same" puts before and after a side, for a filter's size."""
    return (size - 1) // 2, size // 2


def real_numbers(maps: ArrayLike) -> Array:
    """Return maps of real numbers as they are, for a minimum that is -max(-maps).

    Raises
    ------
    NotImplementedError
        For integers: the negative of the smallest one, or of an unsigned one, wraps around.
    """
    array = np.asarray(maps)
    if array.dtype.kind != "f":
        raise NotImplementedError("-max(-maps) is the minimum of real numbers only")
    return array


def only(dtypes: Collection[str], array: ArrayLike) -> Array:
    """Return an array of one of the dtypes that a variant is judged in.

    Raises
    ------
    NotImplementedError
        For others: where every dtype is compiled anew, they are left to another variant.
    """
    given = np.asarray(array)
    if given.dtype.name not in dtypes:
        raise NotImplementedError(f"{given.dtype} is left to another variant of the adapter")
    return given
