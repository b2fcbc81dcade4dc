"""Correlations by SciPy: by its ndimage, for importing signal takes three times as long."""

from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

Array = NDArray[Any]


def correlated(image: Array, kernel: Array) -> Array:
    """Return the sums of an image under a kernel, wherever the kernel lies on it as a whole."""
    inside = tuple(
        slice(side // 2, length - (side - 1) // 2)
        for length, side in zip(image.shape, kernel.shape, strict=True)
    )
    return correlated_to_its_size(image, kernel)[inside]


def correlated_to_its_size(image: Array, kernel: Array) -> Array:
    """Return the sums of an image under a kernel of odd sides, around every pixel."""
    found = scipy.ndimage.correlate(image.astype(float), kernel.astype(float), mode="constant")
    return np.asarray(found)


def convolved(image: Array, kernel: Array) -> Array:
    """Return the sums of an image under a kernel that is rotated, wherever the two meet."""
    wide = np.pad(image, [(side - 1, side - 1) for side in kernel.shape])
    return correlated(wide, np.flip(kernel))
