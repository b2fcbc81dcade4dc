"""What correct gradients of leaky ReLUs answer differently: at 0, NaN, dtypes."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import one_of
from cnnspec.operations.leaky_relu.answer import DEFAULT
from cnnspec.operations.relu.backward.pointwise import asked_of


def asked() -> list[Behaviour]:
    """Return all."""
    ones = np.ones(37)
    at_zero = {"grad": ones * 4, "x": ones * 0, "slope": 0.25}
    answers = {
        "the slope, times it": ones,
        "half-way between": ones * 2.5,
        "all of it": ones * 4,
    }
    return [
        one_of("leaky_relu_backward-at-0", at_zero, answers),
        *asked_of("leaky_relu_backward", 1.0, {"the slope, times it": DEFAULT}),
    ]
