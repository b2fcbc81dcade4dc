"""Making a bad call legal: arrays of the shapes that they should have."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def shaped(values: Array, *shape: int) -> Array:
    """Return values that have a shape as they are, otherwise ones, or the same numbers in it."""
    if values.shape == shape:
        return values
    if values.size == np.prod(shape):
        return values.reshape(shape)
    return np.ones(shape, values.dtype)


def with_room(images: Array, axis: int, size: int) -> Array:
    """Return images of at least so many rows and columns, which begin at an axis."""
    sides = [max(side, size) for side in images.shape[axis : axis + 2]]
    return shaped(images, *images.shape[:axis], *sides, *images.shape[axis + 2 :])
