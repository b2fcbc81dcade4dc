"""Small calls on which a mean is measured: how much each element of a window counts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.pooling.window_places import along_axes
from cnnspec.simulation.hypothesis import Arguments
from cnnspec.simulation.measurement import Linear


def small(given: Arguments) -> Iterator[dict[str, Any]]:
    """Yield calls of few elements: a plain one, one with the same options, and some like a given.

    Of the last there are calls of one map and image, of two, and of as many as it has.
    """
    extent = [along.size + along.stride + more for more, along in enumerate(along_axes(given))]
    yield {"maps": np.zeros((4, 5, 1))}
    yield {**given, "maps": np.zeros((*extent, 1))}
    maps = np.asarray(given["maps"])
    *batch, rows, columns, count = maps.shape
    for most in (1, 2, max(maps.shape)):
        for of_map in (extent, (rows, columns)):
            shape = (*(min(one, most) for one in batch), *of_map, min(count, most))
            yield {**given, "maps": np.zeros(shape, maps.dtype)}


OF_SUMS = Linear(small=small)
