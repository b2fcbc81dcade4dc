"""Mistakes in a toy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.twofold import twofold

Array = NDArray[Any]


@fault("twofold-once", "what is given is returned, not twice of it", "add x to itself")
def once(x: Array) -> Array:
    twofold(x)
    return np.array(x)


@fault("twofold-squared", "elements are squared, not doubled", "multiply by 2, not by x")
def squared(x: Array) -> Array:
    twofold(x)
    return np.multiply(x, x)
