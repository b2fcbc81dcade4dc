"""The exact logits of a dense layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products

Array = NDArray[Any]


def dense(x: Array, weights: Array, bias: Array) -> Exact:
    """Return the exact logits of a dense layer."""
    return dense_rows(np.ravel(x), weights, bias)


def dense_rows(x: Array, weights: Array, bias: Array) -> Exact:
    """Return the exact logits of each row."""

    def product(inputs: Array, by_node: Array) -> Array:
        result: Array = inputs @ by_node.T
        return result

    return sum_of_products(x, np.transpose(weights), bias, product, len(weights))
