"""TensorFlow: ``tf.nn`` on the CPU. It has no loss for probabilities; Keras has.

Variants: ``float32`` (everything in float32, by oneDNN, which TensorFlow itself takes on some
processors only; the others are judged without); ``keras``, the layers and losses of Keras on
TensorFlow instead.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from cnnspec.adapters.axis_orders import (
    Array,
    as_given,
    filters_last,
    is_of_rows,
    real_numbers,
    with_channels,
)
from cnnspec.adapters.keras_operations import Keras
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
from cnnspec.adapters.tensorflow_gradients import Gradients

CNNSPEC = {"name": f"TensorFlow {tf.__version__}", "profile": "general"}

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


@dataclass(frozen=True)
class TensorFlow(Gradients):
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
        added = [] if bias is None else [self._tensor(bias)]
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        return as_given(conv(self._images(image), kernel, *added, **options).numpy(), image)

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
        kernel = self._tensor(filters_last(np.asarray(filters)))
        added = [] if bias is None else [self._tensor(bias)]
        options = {"stride": stride, "padding": padding, "output_padding": output_padding}
        maps = conv_transpose(self._images(image), kernel, *added, **options)
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
        pooled = max_pool(self._images(maps), size=size, stride=stride, padding=padding)
        return as_given(pooled.numpy(), maps)

    def min_pool2d(
        self, maps: Any, size: Any = 2, stride: Any = None, *, padding: Any = 0
    ) -> Array:
        """Return the smallest element of every window."""
        images = self._images(real_numbers(maps))
        pooled = min_pool(images, size=size, stride=stride, padding=padding)
        return as_given(pooled.numpy(), maps)

    def avg_pool2d(self, maps: Any, size: Any = 2, stride: Any = None) -> Array:
        """Return the mean of every window."""
        return as_given(avg_pool(self._images(maps), size=size, stride=stride).numpy(), maps)

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
        given = [self._tensor(one) for one in (mean, variance, scale, offset)]
        return as_given(normalised(self._images(maps), *given, epsilon=epsilon).numpy(), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        return as_given(means(self._images(maps)).numpy(), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return as_given(rows(self._images(maps)).numpy(), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        given = self._tensor(x), self._tensor(weights), self._tensor(bias)
        return np.asarray(dense(*given, of_rows=is_of_rows(x, weights)))

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


adapter = TensorFlow()
float32 = TensorFlow(tf.float32)
keras = Keras()
