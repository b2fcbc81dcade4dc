"""Whole dense layers: their logits as products of matrices, and some of them exactly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.declaration.whole_layers import Places, Sums, WholeLayers, some_of
from cnnspec.exact.sums import Exact
from cnnspec.operations.dense import exact

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Nodes of a dense layer of real numbers that are looked at.
NODES = 200

#: Inputs that are multiplied at a time.
_INPUTS = 512


def logits(x: Array, weights: Array, bias: Array) -> Floats:
    """Return the logits of a dense layer in float64, some inputs at a time."""
    inputs = x.ravel().astype(np.float64)
    found = bias.astype(np.float64)
    for i in range(0, len(inputs), _INPUTS):
        found += inputs[i : i + _INPUTS] @ weights[i : i + _INPUTS].astype(np.float64)
    return found


def some_logits(case: Case) -> tuple[Places, Exact]:
    """Return the exact logits of some nodes, the first and the last among them."""
    x, weights, bias = (case.arguments[name] for name in ("x", "weights", "bias"))
    (which,) = some_of(case.id, bias.shape, NODES)
    return (which,), exact.dense(x, weights[:, which], bias[which])


WHOLE_LAYERS = WholeLayers(
    sums=Sums(compute=logits, look=some_logits, terms=lambda given: len(given["weights"]))
)
