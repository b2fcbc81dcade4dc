"""Keras on TensorFlow: its layers, and its losses."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import layers, losses

from cnnspec.adapters.axis_orders import Array, as_batch, as_given, is_of_rows, real_numbers
from cnnspec.adapters.keras_gradients import Gradients
from cnnspec.adapters.keras_layers import (
    activation,
    convolution,
    dense,
    normalisation,
    pooling,
    transposed_convolution,
    without_parameters,
)


class Keras(Gradients):
    """The operations, each by a layer, or by a loss."""

    def conv2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: int | tuple[int, int] = 1,
        padding: Any = "valid",
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
    ) -> Array:
        """Return the maps (H', W', K) of an image (H, W) or (H, W, C), or of each of a batch."""
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        layer = convolution(image, filters, bias, **options)
        return as_given(np.asarray(layer(as_batch(image))), image)

    def conv_transpose2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: Any = 1,
        output_padding: Any = 0,
        dilation: Any = 1,
    ) -> Array:
        """Return the maps (H', W', C) of an image (H, W, K), or of each of a batch."""
        options = {"stride": stride, "output_padding": output_padding, "dilation": dilation}
        layer = transposed_convolution(image, filters, bias, **options)
        return as_given(np.asarray(layer(as_batch(image))), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return np.asarray(without_parameters(layers.ReLU, x)(x))

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return np.asarray(without_parameters(layers.LeakyReLU, x, negative_slope=slope)(x))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return np.asarray(activation("sigmoid", x)(x))

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return np.asarray(activation("tanh", x)(x))

    def max_pool2d(self, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the largest element of every window, in maps (H, W, K) or (N, H, W, K)."""
        return self._pooled(layers.MaxPooling2D, maps, size, stride)

    def min_pool2d(self, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the smallest element of every window."""
        return -self._pooled(layers.MaxPooling2D, -np.asarray(real_numbers(maps)), size, stride)

    def avg_pool2d(self, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the mean of every window."""
        return self._pooled(layers.AveragePooling2D, maps, size, stride)

    def _pooled(self, kind: Callable[..., Any], maps: Any, size: Any, stride: Any) -> Array:
        return as_given(np.asarray(pooling(kind, maps, size, stride)(as_batch(maps))), maps)

    def batch_norm(
        self,
        maps: Any,
        mean: Any,
        variance: Any,
        scale: Any,
        offset: Any,
        *,
        epsilon: float = 1e-5,
    ) -> Array:
        """Return maps (H, W, K) or (N, H, W, K), normalised by parameters (K,)."""
        batch = as_batch(maps)
        layer = normalisation(batch, mean, variance, scale, offset, epsilon)
        return as_given(np.asarray(layer(batch, training=False)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        layer = without_parameters(layers.GlobalAveragePooling2D, maps)
        return as_given(np.asarray(layer(as_batch(maps))), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        layer = without_parameters(layers.Flatten, maps)
        return as_given(np.asarray(layer(as_batch(maps))), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        of_rows = is_of_rows(x, weights)
        batch = np.asarray(x) if of_rows else np.asarray(x)[np.newaxis]
        rows = without_parameters(layers.Flatten, weights, x)(batch)
        nodes = dense(rows, weights, bias)(rows)
        return np.asarray(nodes if of_rows else nodes[0])

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return np.asarray(without_parameters(layers.Softmax, logits)(logits))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return np.asarray(activation("log_softmax", logits)(logits))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        rows = np.asarray(probabilities)[np.newaxis]
        return np.asarray(losses.sparse_categorical_crossentropy(np.array([label]), rows))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        given = np.asarray(label), np.asarray(logits)
        return np.asarray(losses.sparse_categorical_crossentropy(*given, from_logits=True))
