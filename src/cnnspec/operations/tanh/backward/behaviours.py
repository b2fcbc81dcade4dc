"""What correct gradients of tanhs answer differently: far from 0, NaN, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import one_of
from cnnspec.operations.relu.backward.pointwise import asked_of

#: Here the slope is less than a unit roundoff of float64, and the results are 4 and a little more.
_FAR = 20.0
_THERE = 1.6993417021166355e-17


def asked() -> list[Behaviour]:
    """Return all."""
    far = {"grad": np.full(5, 4 / _THERE), "x": np.full(5, _FAR)}
    return [
        one_of("tanh_backward-far", far, {"0": np.zeros(5), "its digits": np.full(5, 4.0)}),
        *asked_of("tanh_backward", 0.7864477329659274),
    ]
