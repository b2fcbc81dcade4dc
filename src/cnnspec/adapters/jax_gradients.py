"""Gradients of JAX's operations, by ``jax.vjp``."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    filters_first,
    filters_last,
    gradients_as_given,
    of_each,
    with_channels,
)
from cnnspec.adapters.jax_functions import (
    conv_options,
    conv_transpose_with_bias,
    conv_with_bias,
    dense,
    means,
    normalised,
    pool,
    pool_options,
    rows,
    transposed_options,
)


def _pulled_back(grad: Any, *given: Any, of: Callable[..., Any], **options: Any) -> Any:
    """Return the gradients to all that a function is given."""
    result, back = jax.vjp(partial(of, **options), *given)
    return back(grad.astype(result.dtype))


class Gradients:
    """The gradients of an adapter that compiles functions, and lays images out."""

    layout: str
    _run: Callable[..., Any]
    _images: Callable[[Any], Array]
    _maps: Callable[[Array, Any], Array]

    def _back(
        self, of: Callable[..., Any], grad: Any, *given: Any, **options: Any
    ) -> tuple[Array, ...]:
        """Return the gradients to all that a function is given."""
        if any(np.asarray(one).dtype.kind != "f" for one in given):
            raise NotImplementedError("gradients are taken to real numbers only")
        found: tuple[Array, ...] = self._run(_pulled_back, grad, *given, of=of, **options)
        return found

    def conv2d_backward(
        self,
        grad: Any,
        image: Any,
        filters: Any,
        *,
        stride: int | tuple[int, int] = 1,
        padding: Any = "valid",
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to image, filters and bias."""
        kernel = filters_last(with_channels(filters, image))
        given = self._images(image), kernel, np.zeros(len(filters), kernel.dtype)
        options = conv_options(stride, padding, dilation, groups) | {"layout": self.layout}
        found = self._back(conv_with_bias, self._images(grad), *given, **options)
        to_images, to_kernel, to_bias = found
        to_batch = self._maps(to_images, as_batch(image))
        return *gradients_as_given(to_batch, filters_first(to_kernel), image), to_bias

    def conv_transpose2d_backward(
        self,
        grad: Any,
        image: Any,
        filters: Any,
        *,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to image, filters and bias."""
        options = transposed_options(
            np.shape(filters)[1:3], stride, padding, output_padding, dilation, groups
        )
        kernel = np.asarray(filters)
        given = self._images(image), kernel, np.zeros(kernel.shape[-1] * groups, kernel.dtype)
        to_images, to_filters, to_bias = self._back(
            conv_transpose_with_bias, self._images(grad), *given, **options, layout=self.layout
        )
        return self._maps(to_images, image), to_filters, to_bias

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(jax.nn.relu, grad, x)[0]

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return self._back(jax.nn.leaky_relu, grad, x, negative_slope=slope)[0]

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(jax.nn.sigmoid, grad, x)[0]

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(jnp.tanh, grad, x)[0]

    def _back_pooled(
        self, grad: Any, maps: Any, size: Any, stride: Any, by: str, **given: Any
    ) -> Array:
        options = pool_options(size, stride, **given) | {"layout": self.layout, "by": by}
        (found,) = self._back(pool, self._images(grad), self._images(maps), **options)
        return self._maps(found, maps)

    def max_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
    ) -> Array:
        """Return the gradient to maps of which the largest elements were taken."""
        options = {"padding": padding, "dilation": dilation}
        return self._back_pooled(grad, maps, size, stride, "max", **options)

    def min_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
    ) -> Array:
        """Return the gradient to maps of which the smallest elements were taken."""
        options = {"padding": padding, "dilation": dilation}
        return self._back_pooled(grad, maps, size, stride, "min", **options)

    def avg_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        count_include_pad: bool = True,
    ) -> Array:
        """Return the gradient to maps whose windows were averaged."""
        options = {"padding": padding, "count_include_pad": count_include_pad}
        return self._back_pooled(grad, maps, size, stride, "mean", **options)

    def batch_norm_backward(
        self,
        grad: Any,
        maps: Any,
        mean: Any,
        variance: Any,
        scale: Any,
        *,
        epsilon: float = 1e-5,
    ) -> tuple[Array, ...]:
        """Return the gradients to maps, mean, variance, scale and offset."""
        given = self._images(maps), mean, variance, scale, np.zeros_like(scale)
        options = {"epsilon": epsilon, "axis": self.layout.index("C")}
        to_images, *others = self._back(normalised, self._images(grad), *given, **options)
        return self._maps(to_images, maps), *others

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        axes = tuple(self.layout.index(side) for side in "HW")
        (found,) = self._back(means, of_each(grad, maps), self._images(maps), axes=axes)
        return self._maps(found, maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        return as_given(self._back(rows, of_each(grad, maps), as_batch(maps))[0], maps)

    def dense_backward(self, grad: Any, x: Any, weights: Any) -> tuple[Array, ...]:
        """Return the gradients to x, to the weights (inputs, nodes), and to the bias."""
        bias = np.zeros(np.shape(weights)[1], np.asarray(weights).dtype)
        return self._back(dense, grad, x, weights, bias)

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return self._back(jax.nn.softmax, grad, logits)[0]

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return self._back(jax.nn.log_softmax, grad, logits)[0]
