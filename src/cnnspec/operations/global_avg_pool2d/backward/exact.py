"""The exact gradient of means of whole maps."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.dyadic import dyadic
from cnnspec.exact.sums import Exact

Array = NDArray[Any]


def global_avg_pool2d_backward(grad: Array, maps: Array) -> Exact:
    """Return the exact parts of what comes in for the means."""
    *batch, rows, columns, count = np.shape(maps)
    area = rows * columns
    whole = dyadic(grad)
    unit = Fraction(2) ** whole.exponent
    parts = [Fraction(int(number), area) * unit for number in whole.integers.flat]
    high = np.array([float(part) for part in parts])
    low = np.array([float(part - Fraction(near)) for part, near in zip(parts, high, strict=True)])
    magnitude = np.abs(np.asarray(grad, np.float64)) / area
    in_bits = area & (area - 1) == 0  # only then is dividing by the area exact
    counted = np.ldexp(magnitude * area, -whole.exponent)

    def spread(values: Array) -> Array:
        of_maps = np.reshape(values, (*batch, 1, 1, count))
        return np.broadcast_to(of_maps, np.shape(maps)).copy()

    found = Exact(
        high=spread(high),
        low=spread(low),
        magnitude=spread(magnitude),
        grains=spread(counted if in_bits else np.full_like(magnitude, np.inf)),
        terms=1,
        normwise=spread(magnitude),
        bias=np.zeros(np.shape(maps)),
    )
    return replace(found, pixels=area)
