"""How the gradient of the sigmoid is commonly written."""

import numpy as np
from numpy.typing import NDArray

from cnnspec.operations.relu.backward.pointwise import spelling

Floats = NDArray[np.float64]


def _returned(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


SPELLING = spelling("sigmoid logistic expit sigm", _returned)
