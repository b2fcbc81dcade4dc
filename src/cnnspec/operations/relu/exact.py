"""What ReLU keeps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def relu(x: Array) -> Array:
    """Return the exact answer of ReLU."""
    return np.where(x > 0, x, np.zeros_like(x))
