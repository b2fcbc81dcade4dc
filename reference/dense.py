"""The dense (fully-connected) layer."""

import math

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import BiasLengthError, LengthMismatchError, ShapeError

__all__ = ["dense"]


def dense(x: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> FloatArray:
    """Weight every input for every node and add the bias: ``flatten(x) @ weights + bias``.

    Parameters
    ----------
    x : any shape, or (N, inputs)
        Flattened in C order: the last axis runs fastest. Rows of as many inputs as the weights take
        are each weighted by themselves.
    weights : (inputs, nodes)
    bias : (nodes,)

    Returns
    -------
    (nodes,), or (N, nodes)
        One row alone, (1, inputs), is flattened.

    Raises
    ------
    LengthMismatchError, BiasLengthError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: article 2, "Softmax" (``input.flatten()``, weights and biases).
    """
    x = np.asarray(x)
    if x.ndim == 2 and len(x) != 1 and x.shape[1:] == np.shape(weights)[:1]:
        return dense_of_each(x, weights, bias)
    logits: FloatArray = dense_of_each(x[np.newaxis], weights, bias)[0]
    return logits


def dense_of_each(batch: ArrayLike, weights: ArrayLike, bias: ArrayLike) -> FloatArray:
    """Return (N, nodes): what `dense` returns for each of N inputs, (N, ...)."""
    batch = as_floats("x", batch, may_be_empty=(0,))
    weights = as_floats("weights", weights)
    bias = as_floats("bias", bias)
    if weights.ndim != 2:
        raise ShapeError(f"weights must be (inputs, nodes), got the shape {weights.shape}")
    inputs, nodes = weights.shape
    shape, numbers = batch.shape[1:], math.prod(batch.shape[1:])
    if numbers != inputs:
        raise LengthMismatchError(
            f"x of shape {shape} holds {numbers} numbers, weights {weights.shape} take {inputs}"
        )
    if bias.shape != (nodes,):
        raise BiasLengthError(f"bias must have the shape ({nodes},), got {bias.shape}")
    wide = sum_dtype(batch, weights, bias)
    # Summed in the order in which the inputs lie in memory, so that none is copied.
    axes = sorted(range(1, batch.ndim), key=lambda axis: -abs(batch.strides[axis]))
    by_axis = weights.astype(wide, copy=False).reshape(*shape, nodes)
    logits = np.tensordot(batch.astype(wide, copy=False), by_axis, (axes, [a - 1 for a in axes]))
    logits += bias.astype(wide, copy=False)
    return logits.astype(np.result_type(batch, weights, bias), copy=False)
