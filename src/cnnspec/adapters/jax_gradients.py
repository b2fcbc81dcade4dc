"""Gradients of JAX's operations, by ``jax.vjp``."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from cnnspec.adapters.axis_orders import Array


def _back(grad: Any, *given: Any, of: Callable[..., Any], to: int, **options: Any) -> Any:
    """Return the gradients to the first arguments, so many of them, one alone as it is."""
    result, back = jax.vjp(partial(of, **options), *given)
    found = back(grad.astype(result.dtype))[:to]
    return found if to > 1 else found[0]


class OfEachNumber:
    """The gradients of functions of each number."""

    _run: Callable[..., Array]

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._run(_back, grad, x, of=jax.nn.relu, to=1)

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return self._run(_back, grad, x, of=jax.nn.leaky_relu, to=1, negative_slope=slope)

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._run(_back, grad, x, of=jax.nn.sigmoid, to=1)

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._run(_back, grad, x, of=jnp.tanh, to=1)
