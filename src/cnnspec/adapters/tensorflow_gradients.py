"""Gradients of TensorFlow's operations, by ``tf.GradientTape``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

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
from cnnspec.adapters.tensorflow_functions import (
    avg_pool,
    conv,
    conv_transpose,
    dense,
    max_pool,
    means,
    min_pool,
    normalised,
    rows,
)


def back(
    function: Callable[..., Any], grad: Any, *given: tf.Tensor, through: Sequence[Any] = ()
) -> tuple[Array, ...]:
    """Return the gradients to all that a function is given, and to variables of a layer."""
    if not all(one.dtype.is_floating for one in given):
        raise NotImplementedError("gradients are taken to real numbers only")
    with tf.GradientTape() as tape:
        tape.watch(given)
        result = function(*given)
    if grad is not None:
        if np.shape(grad) != tuple(result.shape):
            raise ValueError(
                f"grad must have the shape {tuple(result.shape)}, not {np.shape(grad)}"
            )
        grad = tf.cast(grad, result.dtype)
    found = tape.gradient(result, [*given, *through], output_gradients=grad)
    return tuple(np.asarray(one) for one in found)


class Gradients:
    """The gradients of an adapter that makes tensors of arrays."""

    _tensor: Callable[[Any], tf.Tensor]

    def _images(self, image: Any) -> tf.Tensor:
        return self._tensor(as_batch(image))

    def conv2d_backward(
        self,
        grad: Any,
        image: Any,
        filters: Any,
        *,
        stride: int | tuple[int, int] = 1,
        padding: Any = "valid",
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to image, filters and bias.

        On the CPU TensorFlow has none where filters are dilated or grouped.
        """
        kernel = self._tensor(filters_last(with_channels(filters, image)))
        given = self._images(image), kernel, tf.zeros(len(filters), kernel.dtype)
        plain = partial(conv, stride=stride, padding=padding, dilation=1, groups=1)
        to_image, to_kernel, to_bias = back(plain, as_batch(grad), *given)
        return *gradients_as_given(to_image, filters_first(to_kernel), image), to_bias

    def conv_transpose2d_backward(
        self,
        grad: Any,
        image: Any,
        filters: Any,
        *,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to image, filters and bias."""
        kernel = self._tensor(filters_last(np.asarray(filters)))
        given = self._images(image), kernel, tf.zeros(kernel.shape[2], kernel.dtype)
        options = {"stride": stride, "padding": padding, "output_padding": output_padding}
        to_images, to_kernel, to_bias = back(
            partial(conv_transpose, **options), as_batch(grad), *given
        )
        return as_given(to_images, image), filters_first(to_kernel), to_bias

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.nn.relu, grad, self._tensor(x))[0]

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return back(partial(tf.nn.leaky_relu, alpha=slope), grad, self._tensor(x))[0]

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.math.sigmoid, grad, self._tensor(x))[0]

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(tf.math.tanh, grad, self._tensor(x))[0]

    def max_pool2d_backward(
        self, grad: Any, maps: Any, size: Any = 2, stride: Any = None, *, padding: Any = 0
    ) -> Array:
        """Return the gradient to maps of which the largest elements were taken."""
        pool = partial(max_pool, size=size, stride=stride, padding=padding)
        return as_given(back(pool, as_batch(grad), self._images(maps))[0], maps)

    def min_pool2d_backward(
        self, grad: Any, maps: Any, size: Any = 2, stride: Any = None, *, padding: Any = 0
    ) -> Array:
        """Return the gradient to maps of which the smallest elements were taken."""
        pool = partial(min_pool, size=size, stride=stride, padding=padding)
        return as_given(back(pool, as_batch(grad), self._images(maps))[0], maps)

    def avg_pool2d_backward(self, grad: Any, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the gradient to maps whose windows were averaged."""
        pool = partial(avg_pool, size=size, stride=stride)
        return as_given(back(pool, as_batch(grad), self._images(maps))[0], maps)

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
        given = [self._tensor(one) for one in (mean, variance, scale)]
        offset = tf.zeros_like(given[-1])
        norm = partial(normalised, epsilon=epsilon)
        to_images, *others = back(norm, as_batch(grad), self._images(maps), *given, offset)
        return as_given(to_images, maps), *others

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        return as_given(back(means, of_each(grad, maps), self._images(maps))[0], maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        return as_given(back(rows, of_each(grad, maps), self._images(maps))[0], maps)

    def dense_backward(self, grad: Any, x: Any, weights: Any) -> tuple[Array, ...]:
        """Return the gradients to x, to the weights (inputs, nodes), and to the bias."""
        given = self._tensor(x), self._tensor(weights)
        bias = tf.zeros(given[1].shape[1], given[1].dtype)
        return back(partial(dense, of_rows=np.ndim(grad) == 2), grad, *given, bias)

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return back(tf.nn.softmax, grad, self._tensor(logits))[0]

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return back(tf.nn.log_softmax, grad, self._tensor(logits))[0]

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        loss = partial(tf.nn.sparse_softmax_cross_entropy_with_logits, tf.convert_to_tensor(label))
        return back(loss, None, self._tensor(logits))[0]
