"""What correct gradients of log-softmaxes answer differently: infinities, NaN, dtypes, nothing."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.operations.softmax.backward.behaviours import asked_of


def asked() -> list[Behaviour]:
    """Return all."""
    # The first of the logits 0 and 2^-30 has a probability of 1/2 - 2^-32, and gains what it lacks.
    apart = (0.5 + 2.0**-32) * np.array([1.0, -1.0])
    finite = {"what comes in, less all of it at infinity": [1.0, 1.0, -2.0]}
    return asked_of("log_softmax_backward", apart * (1 + 2.0**-40), finite)
