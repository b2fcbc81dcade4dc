"""How the gradient of the tanh is commonly written."""

import numpy as np
from numpy.typing import NDArray

from cnnspec.operations.relu.backward.pointwise import spelling

Floats = NDArray[np.float64]


def _returned(x: Floats) -> Floats:
    return np.asarray(np.tanh(x))


SPELLING = spelling("tanh hyperbolictangent", _returned)
