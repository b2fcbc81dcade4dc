"""The legal call nearest to a bad one."""

from typing import Any

import numpy as np


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return maps of as many axes, or of the fewest or most that are legal, none of length 0."""
    maps = given["maps"]
    shape = tuple(max(size, 1) for size in maps.shape)[-4:]
    shape = (2,) * (3 - len(shape)) + shape
    return {**given, "maps": maps if maps.shape == shape else np.ones(shape, maps.dtype)}
