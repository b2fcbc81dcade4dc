"""The dense (fully-connected) layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import BiasLengthError, LengthMismatchError, ShapeError


def dense(x: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> FloatArray:
    """Weight every input for every node and add the bias: ``flatten(x) @ weights + bias``.

    Parameters
    ----------
    x : any shape
        Flattened in C order: the last axis runs fastest.
    weights : (inputs, nodes)
    bias : (nodes,)

    Returns
    -------
    (nodes,)

    Raises
    ------
    LengthMismatchError, BiasLengthError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 2, "Softmax" (``input.flatten()``, weights and biases).
    """
    x = as_floats("x", x)
    weights = as_floats("weights", weights)
    bias = as_floats("bias", bias)
    if weights.ndim != 2:
        raise ShapeError(f"weights must be (inputs, nodes), got the shape {weights.shape}")
    inputs, nodes = weights.shape
    if x.size != inputs:
        raise LengthMismatchError(
            f"x of shape {x.shape} holds {x.size} numbers, weights {weights.shape} take {inputs}"
        )
    if bias.shape != (nodes,):
        raise BiasLengthError(f"bias must have the shape ({nodes},), got {bias.shape}")
    wide = sum_dtype(x, weights, bias)
    logits = x.flatten().astype(wide) @ weights.astype(wide) + bias.astype(wide)
    return logits.astype(np.result_type(x, weights, bias))
