"""The gradients of the dense layer."""

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import LengthMismatchError, ShapeError

__all__ = ["dense_backward", "dense_grad_bias", "dense_grad_weights", "dense_grad_x"]


def dense_backward(
    grad: ArrayLike, x: ArrayLike, weights: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of a loss to a dense layer's input, weights and bias.

    Parameters
    ----------
    grad : (nodes,), or (N, nodes)
        The gradient of the loss to what `dense` returned.
    x : any shape, or (N, inputs)
        As `dense` was given it.
    weights : (inputs, nodes)

    Returns
    -------
    grad_x : the shape of x
        ``weights @ grad``
    grad_weights : (inputs, nodes)
        ``outer(flatten(x), grad)``, summed over the rows.
    grad_bias : (nodes,)
        ``grad``, summed over the rows.

    Raises
    ------
    ShapeError, LengthMismatchError, EmptyAxisError, TypeError
        If an argument breaks a rule.

    Notes
    -----
    Source: the chain rule on ``flatten(x) @ weights + bias``; article 2, "Softmax", whose training
    phase is announced there.
    """
    return (
        dense_grad_x(grad, x, weights),
        dense_grad_weights(grad, x, weights),
        dense_grad_bias(grad, x, weights),
    )


def dense_grad_x(grad: ArrayLike, x: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return the gradient to the input, of its shape: ``weights @ grad``, see `dense_backward`."""
    rows, shape, _, weights = _read(grad, x, weights)
    wide = sum_dtype(rows, weights)
    found = rows.astype(wide, copy=False) @ weights.T.astype(wide, copy=False)
    return found.reshape(shape).astype(np.result_type(rows, weights), copy=False)


def dense_grad_weights(grad: ArrayLike, x: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return the gradient to the weights (inputs, nodes): see `dense_backward`."""
    rows, _, inputs, _ = _read(grad, x, weights)
    wide = sum_dtype(rows, inputs)
    found = inputs.T.astype(wide, copy=False) @ rows.astype(wide, copy=False)
    return found.astype(np.result_type(rows, inputs), copy=False)


def dense_grad_bias(grad: ArrayLike, x: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return the gradient to the bias (nodes,): ``grad`` itself, summed over rows."""
    rows, *_ = _read(grad, x, weights)
    found: FloatArray = rows.sum(axis=0, dtype=sum_dtype(rows))
    return found.astype(rows.dtype, copy=False)


def _read(
    grad: ArrayLike, x: ArrayLike, weights: ArrayLike
) -> tuple[FloatArray, tuple[int, ...], FloatArray, FloatArray]:
    """Return grad (N, nodes), the shape of x, x (N, inputs) and the weights."""
    grad = as_floats("grad", grad)
    x = as_floats("x", x)
    weights = as_floats("weights", weights)
    if weights.ndim != 2:
        raise ShapeError(f"weights must be (inputs, nodes), got the shape {weights.shape}")
    inputs, nodes = weights.shape
    if grad.ndim not in (1, 2) or grad.shape[-1] != nodes:
        raise ShapeError(f"grad must be ({nodes},) or (N, {nodes}), got the shape {grad.shape}")
    rows = grad.reshape(-1, nodes)
    if x.size != len(rows) * inputs or (grad.ndim == 2 and len(x) != len(rows)):
        raise LengthMismatchError(
            f"x of shape {x.shape} is no input of weights {weights.shape} whose gradient is"
            f" {grad.shape}"
        )
    return rows, x.shape, x.reshape(len(rows), inputs), weights
