"""Gradients of Keras's layers and losses, by ``tf.GradientTape``."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from keras import layers, losses

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    filters_first,
    gradients_as_given,
    of_each,
)
from cnnspec.adapters.keras_layers import (
    activation,
    convolution,
    dense,
    normalisation,
    pooling,
    transposed_convolution,
    without_parameters,
)
from cnnspec.adapters.tensorflow_gradients import back


def _to_input(layer: Callable[..., Any], grad: Any, x: Any) -> Array:
    return back(layer, grad, tf.convert_to_tensor(x))[0]


def _to_all(layer: Any, grad: Any, x: Any, **options: Any) -> tuple[Array, ...]:
    """Return the gradients to what a layer is given, and to the parameters that it learns."""
    calls, learnt = partial(layer, **options), layer.trainable_variables
    return back(calls, grad, tf.convert_to_tensor(x), through=learnt)


class Gradients:
    """The gradients of layers and losses."""

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
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        layer = convolution(image, filters, np.zeros(len(filters)), **options)
        to_images, to_kernel, to_bias = _to_all(layer, as_batch(grad), as_batch(image))
        return *gradients_as_given(to_images, filters_first(to_kernel), image), to_bias

    def conv_transpose2d_backward(
        self,
        grad: Any,
        image: Any,
        filters: Any,
        *,
        stride: Any = 1,
        output_padding: Any = 0,
        dilation: Any = 1,
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to image, filters and bias."""
        options = {"stride": stride, "output_padding": output_padding, "dilation": dilation}
        zeros = np.zeros(np.shape(filters)[-1])
        layer = transposed_convolution(image, filters, zeros, **options)
        to_images, to_kernel, to_bias = _to_all(layer, as_batch(grad), as_batch(image))
        return as_given(to_images, image), filters_first(to_kernel), to_bias

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return _to_input(without_parameters(layers.ReLU, x), grad, x)

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return _to_input(without_parameters(layers.LeakyReLU, x, negative_slope=slope), grad, x)

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return _to_input(activation("sigmoid", x), grad, x)

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return _to_input(activation("tanh", x), grad, x)

    def max_pool2d_backward(self, grad: Any, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the gradient to maps of which the largest elements were taken."""
        layer = pooling(layers.MaxPooling2D, maps, size, stride)
        return as_given(_to_input(layer, as_batch(grad), as_batch(maps)), maps)

    def min_pool2d_backward(self, grad: Any, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the gradient to maps of which the smallest elements were taken."""
        layer = pooling(layers.MaxPooling2D, maps, size, stride)
        found = _to_input(lambda images: -layer(-images), as_batch(grad), as_batch(maps))
        return as_given(found, maps)

    def avg_pool2d_backward(self, grad: Any, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the gradient to maps whose windows were averaged."""
        layer = pooling(layers.AveragePooling2D, maps, size, stride)
        return as_given(_to_input(layer, as_batch(grad), as_batch(maps)), maps)

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
        """Return the gradients to maps, scale and offset: the statistics are not learnt."""
        batch, offset = as_batch(maps), np.zeros_like(scale)
        layer = normalisation(batch, mean, variance, scale, offset, epsilon)
        to_images, *others = _to_all(layer, as_batch(grad), batch, training=False)
        return as_given(to_images, maps), *others

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        layer = without_parameters(layers.GlobalAveragePooling2D, maps)
        return as_given(_to_input(layer, of_each(grad, maps), as_batch(maps)), maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        layer = without_parameters(layers.Flatten, maps)
        return as_given(_to_input(layer, of_each(grad, maps), as_batch(maps)), maps)

    def dense_backward(self, grad: Any, x: Any, weights: Any) -> tuple[Array, ...]:
        """Return the gradients to x, to the weights (inputs, nodes), and to the bias."""
        incoming = np.asarray(grad) if np.ndim(grad) == 2 else np.asarray(grad)[np.newaxis]
        rows = np.asarray(x) if np.ndim(grad) == 2 else np.reshape(x, (1, -1))
        layer = dense(rows, weights, np.zeros(np.shape(weights)[-1]))
        to_rows, *others = _to_all(layer, incoming, rows)
        return to_rows.reshape(np.shape(x)), *others

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return _to_input(without_parameters(layers.Softmax, logits), grad, logits)

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return _to_input(activation("log_softmax", logits), grad, logits)

    def cross_entropy_backward(self, probabilities: Any, label: int) -> Array:
        """Return the gradient of the loss to the probabilities (classes,)."""
        loss = partial(losses.sparse_categorical_crossentropy, np.array([label]))
        return _to_input(loss, None, np.asarray(probabilities)[np.newaxis])[0]

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        of = losses.sparse_categorical_crossentropy
        return _to_input(partial(of, np.asarray(label), from_logits=True), None, logits)
