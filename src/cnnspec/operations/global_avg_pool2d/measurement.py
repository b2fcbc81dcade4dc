"""Small calls on which a mean is measured: how much each element of a map counts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import Arguments
from cnnspec.simulation.measurement import Linear


def small(given: Arguments) -> Iterator[dict[str, Any]]:
    """Yield calls of few elements: plain ones, and some like a given one.

    Of the last there are calls of one map and image, of two, and of as many as it has.
    """
    yield {"maps": np.zeros((3, 4, 1))}
    yield {"maps": np.zeros((3, 4, 2))}
    maps = np.asarray(given["maps"])
    *batch, rows, columns, count = maps.shape
    for most in (1, 2, max(maps.shape)):
        shape = (*(min(one, most) for one in batch), rows, columns, min(count, most))
        yield {"maps": np.zeros(shape, maps.dtype)}


MEASUREMENT = Linear(small=small)
