"""Gradients of TensorFlow's operations and of Keras's layers, by ``tf.GradientTape``."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from cnnspec.adapters.axis_orders import Array


def back(function: Callable[[Any], Any], grad: Any, x: tf.Tensor) -> Array:
    """Return the gradient to x of what a function makes of it."""
    if np.shape(grad) != tuple(x.shape):
        raise ValueError(f"the gradient has the shape {np.shape(grad)}, not {tuple(x.shape)}")
    with tf.GradientTape() as tape:
        tape.watch(x)
        result = function(x)
    return np.asarray(tape.gradient(result, x, tf.cast(grad, result.dtype)))


class OfEachNumber:
    """The gradients of functions of each number."""

    _tensor: Callable[[Any], tf.Tensor]

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.nn.relu, grad, self._tensor(x))

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return back(lambda one: tf.nn.leaky_relu(one, alpha=slope), grad, self._tensor(x))

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.math.sigmoid, grad, self._tensor(x))

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.math.tanh, grad, self._tensor(x))
