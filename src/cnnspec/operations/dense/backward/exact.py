"""The exact gradients of a dense layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products

Array = NDArray[Any]


def rows_of(grad: Array, x: Array) -> tuple[Array, Array]:
    """Return the incoming gradient (N, nodes) and the inputs (N, inputs), of one row or several."""
    rows = np.atleast_2d(grad)
    return rows, np.reshape(x, (len(rows), -1))


def grad_x(grad: Array, x: Array, weights: Array) -> Exact:
    """Return the exact gradient to the input, in its shape."""
    rows, _ = rows_of(grad, x)
    return _products(rows, weights).reshape(*np.shape(x))


def grad_weights(grad: Array, x: Array, weights: Array) -> Exact:  # noqa: ARG001 - as called
    """Return the exact gradient to the weights."""
    rows, inputs = rows_of(grad, x)
    return _products(inputs.T, rows.T)


def grad_bias(grad: Array, x: Array, weights: Array) -> Exact:  # noqa: ARG001 - as called
    """Return the exact gradient to the bias."""
    rows, _ = rows_of(grad, x)
    return _products(np.ones((1, len(rows))), rows.T).reshape(rows.shape[1])


def _products(left: Array, right: Array) -> Exact:
    """Return the exact ``left @ right.T``."""

    def product(some: Array, others: Array) -> Array:
        result: Array = some @ others.T
        return result

    return sum_of_products(left, right, np.zeros(len(right)), product, left.shape[-1])
