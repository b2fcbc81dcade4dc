"""TensorFlow: ``tf.nn`` on the CPU. It has no loss for probabilities; Keras has.

Variants: ``float32`` (everything in float32, the dtype in which TensorFlow uses oneDNN); ``keras``,
the layers and losses of Keras on TensorFlow instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf
from keras import layers, losses

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    filters_first,
    filters_last,
    gradients_as_given,
    is_of_rows,
    per_axis,
    real_numbers,
    with_channels,
    zeros_on_sides,
)
from cnnspec.adapters.tensorflow_gradients import OfEachNumber, back

CNNSPEC = {"name": f"TensorFlow {tf.__version__}", "profile": "general"}

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


@dataclass(frozen=True)
class TensorFlow(OfEachNumber):
    """The operations of ``tf.nn``, on tensors of the given dtype (``None``: the arguments' own)."""

    dtype: tf.DType | None = None

    def _tensor(self, array: Any) -> tf.Tensor:
        """Make a tensor first: TensorFlow casts an array to the dtype of another argument."""
        tensor = tf.convert_to_tensor(array)
        return tensor if self.dtype is None else tf.cast(tensor, self.dtype)

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
        kernel = self._tensor(filters_last(with_channels(filters, image)))
        images = self._tensor(as_batch(image))
        if groups != 1 and images.shape[-1] != groups * kernel.shape[2]:
            raise NotImplementedError("tf.nn.conv2d infers the groups from the channels")
        maps = tf.nn.conv2d(
            images, kernel, per_axis(stride), _padding(padding), dilations=per_axis(dilation)
        )
        if bias is not None:
            maps = tf.nn.bias_add(maps, self._tensor(bias))
        return as_given(maps.numpy(), image)

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
        """Return the gradients to image, filters and bias, by ``tf.GradientTape``."""
        kernel = self._tensor(filters_last(with_channels(filters, image)))
        images, incoming = self._tensor(as_batch(image)), self._tensor(as_batch(grad))
        bias = tf.zeros(len(filters), kernel.dtype)
        if groups != 1 and images.shape[-1] != groups * kernel.shape[2]:
            raise NotImplementedError("tf.nn.conv2d infers the groups from the channels")
        with tf.GradientTape() as tape:
            tape.watch([images, kernel, bias])
            maps = tf.nn.conv2d(
                images, kernel, per_axis(stride), _padding(padding), dilations=per_axis(dilation)
            )
            maps = tf.nn.bias_add(maps, bias)
        if incoming.shape != maps.shape:
            raise ValueError(f"grad must have the shape {maps.shape}, got {incoming.shape}")
        found = tape.gradient(maps, [images, kernel, bias], output_gradients=incoming)
        to_image, to_filters, to_bias = (np.asarray(one) for one in found)
        return *gradients_as_given(to_image, filters_first(to_filters), image), to_bias

    def conv_transpose2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
    ) -> Array:
        """Return the maps (H', W', C) of an image (H, W, K), or of each of a batch."""
        images, kernel = as_batch(image), filters_last(np.asarray(filters))
        strides, margins = per_axis(stride), zeros_on_sides(padding)
        rows, columns = (
            (length - 1) * s + size - sum(margin) + added
            for length, s, size, margin, added in zip(
                images.shape[1:3],
                strides,
                kernel.shape[:2],
                margins,
                per_axis(output_padding),
                strict=True,
            )
        )
        maps = tf.nn.conv2d_transpose(
            self._tensor(images),
            self._tensor(kernel),
            (len(images), rows, columns, kernel.shape[2]),
            strides,
            ((0, 0), *margins, (0, 0)),
        )
        if bias is not None:
            maps = tf.nn.bias_add(maps, self._tensor(bias))
        return as_given(maps.numpy(), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return np.asarray(tf.nn.relu(self._tensor(x)))

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return np.asarray(tf.nn.leaky_relu(self._tensor(x), alpha=slope))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return np.asarray(tf.math.sigmoid(self._tensor(x)))

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return np.asarray(tf.math.tanh(self._tensor(x)))

    def max_pool2d(
        self, maps: Any, size: Any = 2, stride: Any = None, *, padding: Any = 0
    ) -> Array:
        """Return the largest element of every window, in maps (H, W, K) or (N, H, W, K)."""
        images = self._tensor(as_batch(maps))
        pooled = tf.nn.max_pool2d(images, size, _stride(size, stride), _around(padding))
        return as_given(pooled.numpy(), maps)

    def min_pool2d(
        self, maps: Any, size: Any = 2, stride: Any = None, *, padding: Any = 0
    ) -> Array:
        """Return the smallest element of every window."""
        negative = -self._tensor(as_batch(real_numbers(maps)))
        pooled = -tf.nn.max_pool2d(negative, size, _stride(size, stride), _around(padding))
        return as_given(pooled.numpy(), maps)

    def avg_pool2d(self, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the mean of every window; TensorFlow's takes paddings by words only."""
        pooled = tf.nn.avg_pool2d(
            self._tensor(as_batch(maps)), size, _stride(size, stride), "VALID"
        )
        return as_given(pooled.numpy(), maps)

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
        given = [self._tensor(one) for one in (mean, variance, offset, scale)]
        images = self._tensor(as_batch(maps))
        return as_given(tf.nn.batch_normalization(images, *given, epsilon).numpy(), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        return as_given(tf.reduce_mean(self._tensor(as_batch(maps)), axis=(1, 2)).numpy(), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        images = self._tensor(as_batch(maps))
        return as_given(tf.reshape(images, (images.shape[0], -1)).numpy(), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        of_rows = is_of_rows(x, weights)
        rows = self._tensor(x) if of_rows else tf.reshape(self._tensor(x), (1, -1))
        nodes = tf.nn.bias_add(tf.matmul(rows, self._tensor(weights)), self._tensor(bias))
        return np.asarray(nodes if of_rows else nodes[0])

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return np.asarray(tf.nn.softmax(self._tensor(logits)))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return np.asarray(tf.nn.log_softmax(self._tensor(logits)))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        labels, given = tf.convert_to_tensor(label), self._tensor(logits)
        return np.asarray(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, given))

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return self._to_logits(tf.nn.softmax, logits, self._tensor(grad))

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return self._to_logits(tf.nn.log_softmax, logits, self._tensor(grad))

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of each row's."""
        labels = tf.convert_to_tensor(label)
        return self._to_logits(
            lambda given: tf.nn.sparse_softmax_cross_entropy_with_logits(labels, given), logits
        )

    def _to_logits(self, function: Callable[..., Any], logits: Any, grad: Any = None) -> Array:
        given = self._tensor(logits)
        if not given.dtype.is_floating:
            raise NotImplementedError("gradients are taken to real numbers only")
        with tf.GradientTape() as tape:
            tape.watch(given)
            returned = function(given)
        return np.asarray(tape.gradient(returned, given, output_gradients=grad))


def _stride(size: Any, stride: Any) -> Any:
    return size if stride is None else stride


def _around(padding: Any) -> Any:
    """Return a padding as ``tf.nn`` takes it: a word, or numbers for every axis and side."""
    rows, columns = per_axis(padding)
    if not rows and not columns:
        return "VALID"
    return [[0, 0], [rows, rows], [columns, columns], [0, 0]]


def _padding(padding: Any) -> Any:
    """Return a word in capitals, or the zeros on each side of each axis."""
    if isinstance(padding, str):
        return padding.upper()
    rows, columns = zeros_on_sides(padding)
    return [[0, 0], [*rows], [*columns], [0, 0]]


@cache
def _layer(kind: Callable[..., Any], **options: Any) -> Any:
    return kind(**options)


def _set_up(layer: Any, shape: Any, *parameters: Any) -> Any:
    """Build a layer for inputs of a shape, and set its parameters."""
    layer.build(shape)
    layer.set_weights(parameters)
    return layer


def _not_both(strides: tuple[int, int], dilations: tuple[int, int]) -> None:
    if max(strides) > 1 and max(dilations) > 1:
        raise NotImplementedError("Keras has no stride beside a dilation")


def _dtype(*arrays: Any) -> str:
    """Return the dtype of a layer: that of the first array of real numbers, if there is one."""
    dtypes = [np.asarray(array).dtype for array in arrays]
    return next((dtype.name for dtype in dtypes if dtype.kind == "f"), dtypes[0].name)


class Keras:
    """The layers of Keras, each made in the dtype of its parameters, or of what it is given."""

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
        images, kernel = as_batch(image), filters_last(with_channels(filters, image))
        if not isinstance(padding, str):
            raise NotImplementedError("Keras pads by words")
        _not_both(per_axis(stride), per_axis(dilation))
        layer = layers.Conv2D(
            kernel.shape[-1],
            kernel.shape[:-2],
            stride,
            padding,
            dilation_rate=dilation,
            groups=groups,
            use_bias=bias is not None,
            dtype=_dtype(kernel, images),
        )
        _set_up(layer, images.shape, kernel, *([] if bias is None else [bias]))
        return as_given(np.asarray(layer(images)), image)

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
        """Return the maps (H', W', C) of an image (H, W, K), or of each of a batch.

        Its layer pads by words. Without an output padding, it adds what filters lack of the stride.
        """
        images, kernel = as_batch(image), filters_last(np.asarray(filters))
        strides, dilations, added = map(per_axis, (stride, dilation, output_padding))
        _not_both(strides, dilations)
        if any(s <= more < d for s, more, d in zip(strides, added, dilations, strict=True)):
            raise NotImplementedError("Keras takes output paddings below the stride only")
        layer = layers.Conv2DTranspose(
            kernel.shape[2],
            kernel.shape[:2],
            strides=strides,
            output_padding=added,
            dilation_rate=dilations,
            use_bias=bias is not None,
            dtype=_dtype(kernel, images),
        )
        parameters = (kernel,) if bias is None else (kernel, bias)
        return as_given(np.asarray(_set_up(layer, images.shape, *parameters)(images)), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return np.asarray(_layer(layers.ReLU, dtype=_dtype(x))(x))

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return np.asarray(_layer(layers.LeakyReLU, negative_slope=slope, dtype=_dtype(x))(x))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return np.asarray(_layer(layers.Activation, activation="sigmoid", dtype=_dtype(x))(x))

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return np.asarray(_layer(layers.Activation, activation="tanh", dtype=_dtype(x))(x))

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return back(_layer(layers.ReLU, dtype=_dtype(x)), grad, tf.convert_to_tensor(x))

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        layer = _layer(layers.LeakyReLU, negative_slope=slope, dtype=_dtype(x))
        return back(layer, grad, tf.convert_to_tensor(x))

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        layer = _layer(layers.Activation, activation="sigmoid", dtype=_dtype(x))
        return back(layer, grad, tf.convert_to_tensor(x))

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        layer = _layer(layers.Activation, activation="tanh", dtype=_dtype(x))
        return back(layer, grad, tf.convert_to_tensor(x))

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
        batch = as_batch(maps)
        layer = _layer(kind, pool_size=size, strides=stride, dtype=_dtype(batch))
        return as_given(np.asarray(layer(batch)), maps)

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
        layer = layers.BatchNormalization(epsilon=epsilon, dtype=_dtype(batch, scale))
        _set_up(layer, batch.shape, scale, offset, mean, variance)
        return as_given(np.asarray(layer(batch, training=False)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        batch = as_batch(maps)
        layer = _layer(layers.GlobalAveragePooling2D, dtype=_dtype(batch))
        return as_given(np.asarray(layer(batch)), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        batch = as_batch(maps)
        return as_given(np.asarray(layers.Flatten(dtype=_dtype(batch))(batch)), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        dtype = _dtype(weights, x)
        of_rows = is_of_rows(x, weights)
        batch = np.asarray(x) if of_rows else np.asarray(x)[np.newaxis]
        rows = layers.Flatten(dtype=dtype)(batch)
        layer = layers.Dense(np.shape(weights)[-1], dtype=dtype)
        nodes = _set_up(layer, rows.shape, weights, bias)(rows)
        return np.asarray(nodes if of_rows else nodes[0])

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return np.asarray(_layer(layers.Softmax, dtype=_dtype(logits))(logits))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        layer = _layer(layers.Activation, activation="log_softmax", dtype=_dtype(logits))
        return np.asarray(layer(logits))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        labels = np.array([label])
        found = losses.sparse_categorical_crossentropy(
            labels, np.asarray(probabilities)[np.newaxis]
        )
        return np.asarray(found)

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        return np.asarray(
            losses.sparse_categorical_crossentropy(
                np.asarray(label), np.asarray(logits), from_logits=True
            )
        )


adapter = TensorFlow()
float32 = TensorFlow(tf.float32)
keras = Keras()
