"""What correct sigmoids answer differently: NaN, the last digits, tiny results, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    in_float64,
    of_elements,
    of_subnormals,
    result_of_nan,
)

#: sigmoid(x) is 1/2 + x / 4 for small x, and float32 takes it for 1/2.
_SMALL = 2.0**-30

#: Its sigmoid, 5.5e-42, is subnormal in float32.
_FAR_BELOW = -95.0


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [
        result_of_nan("sigmoid-nan", "x", {"0": 0.0, "1/2": 0.5, "1": 1.0}),
        of_subnormals("sigmoid", {"x": np.full(8, _FAR_BELOW, np.float32)}, (8,)),
        in_float64("sigmoid", {"x": np.full(5, _SMALL)}, np.full(5, 0.5 + _SMALL / 4)),
        *of_elements("sigmoid", "x"),
    ]
