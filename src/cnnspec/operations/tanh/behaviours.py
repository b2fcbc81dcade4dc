"""What correct tanhs answer differently: NaN, the signs of zeros, tiny results, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    SUBNORMAL,
    in_float64,
    of_elements,
    of_subnormals,
    result_of_nan,
    signs_of_zeros,
)

#: float32 takes it for 1/2. The slope of tanh there is 1 - tanh(1/2)^2.
_NEAR_HALF = 0.5 + 2.0**-40
_THERE = 0.46211715726000976 + 2.0**-40 * 0.7864477329659274


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [
        result_of_nan("tanh-nan", "x", {"-1": -1.0, "0": 0.0, "1": 1.0}),
        signs_of_zeros("tanh-negative-zero", "x"),
        of_subnormals("tanh", {"x": SUBNORMAL[0]}, (8,)),
        in_float64("tanh", {"x": np.full(5, _NEAR_HALF)}, np.full(5, _THERE)),
        *of_elements("tanh", "x"),
    ]
