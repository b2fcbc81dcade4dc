"""tinygrad: methods of ``Tensor``, on its CPU device, which compiles with clang.

It compiles every shape anew, and the suite asks for thousands: that takes some minutes. It takes
float32, and float64, which is turned into it; the variant ``float64`` leaves that as it is, and
``winograd`` transforms tiles of the image (hence normwise).
"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from tinygrad import Tensor, dtypes
from tinygrad.dtype import DType
from tinygrad.helpers import Context

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    channels_first,
    channels_last,
    gradients_as_given,
    is_of_rows,
    only,
    per_axis,
    with_channels,
    zeros_around,
    zeros_on_sides,
)
from cnnspec.adapters.tinygrad_gradients import OfEachNumber

CNNSPEC = {"name": f"tinygrad {version('tinygrad')}", "profile": "general"}


@dataclass(frozen=True)
class Tinygrad(OfEachNumber):
    """The operations on tensors of one dtype."""

    dtype: DType = dtypes.float32
    winograd: bool = False

    @property
    def CNNSPEC(self) -> dict[str, str]:  # noqa: N802 - the name under which it is looked for
        """What the suite cannot see."""
        return CNNSPEC | {"accuracy": "normwise" if self.winograd else "componentwise"}

    def _tensor(self, array: Any) -> Tensor:
        return Tensor(only(("float64", "float32"), array)).cast(self.dtype)

    def _images(self, image: Any) -> Tensor:
        return self._tensor(channels_first(as_batch(image)))

    def _array(self, tensor: Tensor) -> Array:
        with Context(NOOPT=1, SPEC=0, WINO=int(self.winograd)):  # compiled quickly
            return np.asarray(tensor.numpy())

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
        weight = self._tensor(channels_first(with_channels(filters, image)))
        added = None if bias is None else self._tensor(bias)
        images = self._images(image)
        maps = self._convolved(images, weight, added, stride, padding, dilation, groups)
        return as_given(channels_last(self._array(maps)), image)

    def _convolved(
        self,
        images: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
    ) -> Tensor:
        if padding == "same":
            apart = zip(weight.shape[2:], per_axis(dilation), strict=True)
            rows, columns = (zeros_around((size - 1) * step + 1) for size, step in apart)
        else:
            rows, columns = zeros_on_sides(0 if padding == "valid" else padding)
        with Context(WINO=int(self.winograd)):
            zeros = (*columns, *rows)
            return images.conv2d(weight, bias, groups, stride, dilation, zeros)

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
        """Return the gradients to image, filters and bias, by ``Tensor.gradient``."""
        images = self._images(image)
        weight = self._tensor(channels_first(with_channels(filters, image)))
        bias = Tensor.zeros(len(filters), dtype=self.dtype).contiguous()
        maps = self._convolved(images, weight, bias, stride, padding, dilation, groups)
        incoming = self._images(grad)
        if incoming.shape != maps.shape:
            raise ValueError(f"grad must have the shape {maps.shape}, got {incoming.shape}")
        found = maps.gradient(images, weight, bias, gradient=incoming)
        to_image, to_filters, to_bias = map(self._array, found)
        to_image, to_filters = channels_last(to_image), channels_last(to_filters)
        return *gradients_as_given(to_image, to_filters, image), to_bias

    def conv_transpose2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Array:
        """Return the maps (H', W', C) of an image (H, W, K), or of each of a batch."""
        weight = self._tensor(channels_first(np.asarray(filters)))
        added = None if bias is None else self._tensor(bias)
        rows, columns = zeros_on_sides(padding)
        with Context(WINO=int(self.winograd)):
            maps = self._images(image).conv_transpose2d(
                weight,
                added,
                groups=groups,
                stride=per_axis(stride),
                dilation=per_axis(dilation),
                padding=(*columns, *rows),
                output_padding=per_axis(output_padding),
            )
        return as_given(channels_last(self._array(maps)), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return self._array(self._tensor(x).relu())

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return self._array(self._tensor(x).leaky_relu(slope))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return self._array(self._tensor(x).sigmoid())

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return self._array(self._tensor(x).tanh())

    def max_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the largest element of every window, in maps (H, W, K) or (N, H, W, K)."""
        options = (per_axis(size), stride, dilation, padding, ceil_mode)
        return self._pooled(self._images(maps).max_pool2d(*options), maps)

    def min_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the smallest element of every window."""
        options = (per_axis(size), stride, dilation, padding, ceil_mode)
        negative = -self._images(maps)
        return self._pooled(-negative.max_pool2d(*options), maps)

    def avg_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Array:
        """Return the mean of every window."""
        options = (per_axis(size), stride, 1, padding, ceil_mode, count_include_pad)
        return self._pooled(self._images(maps).avg_pool2d(*options), maps)

    def _pooled(self, pooled: Tensor, maps: Any) -> Array:
        return as_given(channels_last(self._array(pooled)), maps)

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
        m, v, s, b = (self._tensor(one) for one in (mean, variance, scale, offset))
        found = self._images(maps).batchnorm(s, b, m, (v + epsilon).rsqrt())
        return as_given(channels_last(self._array(found)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        return as_given(self._array(self._images(maps).mean((2, 3))), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return as_given(self._array(self._tensor(as_batch(maps)).flatten(1)), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        inputs = self._tensor(x)
        inputs = inputs if is_of_rows(x, weights) else inputs.flatten()
        return self._array(inputs.linear(self._tensor(weights), self._tensor(bias)))

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return self._array(self._tensor(logits).softmax(-1))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return self._array(self._tensor(logits).log_softmax(-1))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        logarithms = self._tensor(probabilities).log().reshape(1, -1)
        return self._array(logarithms.nll_loss(Tensor([label])))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        rows = self._tensor(np.atleast_2d(logits))
        labels = Tensor(np.atleast_1d(label))
        found = self._array(rows.sparse_categorical_crossentropy(labels, reduction="none"))
        return found if np.ndim(logits) == 2 else found[0]

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        given = self._tensor(logits)
        (found,) = given.softmax(-1).gradient(given, gradient=self._tensor(grad))
        return self._array(found)

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        given = self._tensor(logits)
        (found,) = given.log_softmax(-1).gradient(given, gradient=self._tensor(grad))
        return self._array(found)

    def cross_entropy_backward(self, probabilities: Any, label: int) -> Array:
        """Return the gradient of the loss to the probabilities (classes,)."""
        given = self._tensor(probabilities)
        loss = given.log().reshape(1, -1).nll_loss(Tensor([label]))
        return self._array(loss.gradient(given)[0])

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        rows = self._tensor(np.atleast_2d(logits))
        labels = Tensor(np.atleast_1d(label))
        loss = rows.sparse_categorical_crossentropy(labels, reduction="sum")
        found = self._array(loss.gradient(rows)[0])
        return found if np.ndim(logits) == 2 else found[0]


adapter = Tinygrad()
float64 = Tinygrad(dtypes.float64)
winograd = Tinygrad(winograd=True)

adapter.relu(np.zeros(1))  # fails here, and says so, if there is no compiler
