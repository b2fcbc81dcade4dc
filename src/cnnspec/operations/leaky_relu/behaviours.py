"""What correct leaky ReLUs answer differently: NaN, infinity times 0, signs of zeros, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    SUBNORMAL,
    counted,
    in_float64,
    memory_of,
    of_elements,
    of_subnormals,
    one_of,
    result_of_nan,
    signs_of_zeros,
)


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    flat = {"x": np.full(3, -np.inf), "slope": 0.0}
    return [
        result_of_nan("leaky_relu-nan", "x", {"0": 0.0}),
        one_of("leaky_relu-minus-infinity", flat, {"NaN": [np.nan] * 3, "0": [0.0] * 3}),
        signs_of_zeros("leaky_relu-negative-zero", "x"),
        of_subnormals("leaky_relu", {"x": SUBNORMAL[0]}, (8,)),
        in_float64("leaky_relu", {"x": np.full(5, ABOVE_1)}, np.full(5, ABOVE_1)),
        memory_of("leaky_relu", {"x": counted(3, 4, 2)}),
        *of_elements("leaky_relu", "x"),
    ]
