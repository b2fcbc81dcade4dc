"""Gradients of tinygrad's operations, by ``Tensor.gradient``."""

from collections.abc import Callable
from typing import Any

from tinygrad import Tensor

from cnnspec.adapters.axis_orders import Array


class OfEachNumber:
    """The gradients of functions of each number."""

    _tensor: Callable[[Any], Tensor]
    _array: Callable[[Tensor], Array]

    def _slope(self, function: Callable[[Tensor], Tensor], grad: Any, x: Any) -> Array:
        given, incoming = self._tensor(x), self._tensor(grad)
        if given.shape != incoming.shape:
            raise ValueError(f"the gradient has the shape {incoming.shape}, not {given.shape}")
        return self._array(function(given).gradient(given, gradient=incoming)[0])

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(Tensor.relu, grad, x)

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return self._slope(lambda one: one.leaky_relu(slope), grad, x)

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(Tensor.sigmoid, grad, x)

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(Tensor.tanh, grad, x)
