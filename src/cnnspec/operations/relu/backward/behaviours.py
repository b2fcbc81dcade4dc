"""What correct gradients of ReLUs answer differently: at 0, NaN, infinity times 0, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import one_of
from cnnspec.operations.relu.backward.pointwise import asked_of


def asked() -> list[Behaviour]:
    """Return all."""
    ones = np.ones(37)
    return [
        one_of(
            "relu_backward-at-0",
            {"grad": ones * 4, "x": ones * 0},
            {"0": ones * 0, "half of it": ones * 2, "all of it": ones * 4},
        ),
        one_of(
            "relu_backward-infinity",
            {"grad": ones * np.inf, "x": -ones},
            {"0": ones * 0, "NaN": ones * np.nan},
        ),
        *asked_of("relu_backward", 1.0),
    ]
