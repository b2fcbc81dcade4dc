"""PyTorch: ``torch.nn.functional`` on the CPU.

Variants, all of which turn everything into float32, the dtype in which PyTorch uses oneDNN:
``float32``; ``nhwc``, with the channels last in memory; ``no_mkldnn``, without oneDNN, where NNPACK
transforms batches of 16 images and more (hence normwise); ``native``, without either.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from cnnspec.adapters.axis_orders import (
    Array,
    alike_on_both_sides,
    as_batch,
    as_given,
    channels_first,
    channels_last,
    is_of_rows,
    real_numbers,
    with_channels,
)
from cnnspec.adapters.torch_gradients import Gradients, array_of

CNNSPEC = {"name": f"PyTorch {torch.__version__}", "profile": "general"}

torch.set_num_threads(1)


@dataclass(frozen=True)
class Torch(Gradients):
    """The operations, on tensors of the given dtype (``None``: the dtype of the arguments)."""

    dtype: torch.dtype | None = None
    memory_format: torch.memory_format = torch.contiguous_format
    mkldnn: bool = True
    nnpack: bool = True

    @property
    def CNNSPEC(self) -> dict[str, str]:  # noqa: N802 - the name under which it is looked for
        """What the suite cannot see."""
        transforms = self.nnpack and not self.mkldnn
        return CNNSPEC | {"accuracy": "normwise" if transforms else "componentwise"}

    def _tensor(self, array: Any) -> Tensor:
        return torch.from_numpy(np.asarray(array)).to(self.dtype)

    def _images(self, image: Any) -> Tensor:
        images = self._tensor(channels_first(as_batch(image)))
        return images.contiguous(memory_format=self.memory_format)

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
        zeros = padding if isinstance(padding, str) else alike_on_both_sides(padding)
        with (
            torch.backends.mkldnn.flags(enabled=self.mkldnn),
            torch.backends.nnpack.flags(enabled=self.nnpack),
        ):
            maps = functional.conv2d(
                self._images(image), weight, added, stride, zeros, dilation, groups
            )
        return as_given(channels_last(array_of(maps)), image)

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
        with (
            torch.backends.mkldnn.flags(enabled=self.mkldnn),
            torch.backends.nnpack.flags(enabled=self.nnpack),
        ):
            maps = functional.conv_transpose2d(
                self._images(image),
                weight,
                added,
                stride,
                alike_on_both_sides(padding),
                output_padding,
                groups,
                dilation,
            )
        return as_given(channels_last(array_of(maps)), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return array_of(functional.relu(self._tensor(x)))

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return array_of(functional.leaky_relu(self._tensor(x), slope))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return array_of(torch.sigmoid(self._tensor(x)))

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return array_of(torch.tanh(self._tensor(x)))

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
        images = self._images(maps)
        pooled = functional.max_pool2d(images, size, stride, padding, dilation, ceil_mode)
        return self._pooled(pooled, maps)

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
        negative = -self._images(real_numbers(maps))
        pooled = functional.max_pool2d(negative, size, stride, padding, dilation, ceil_mode)
        return self._pooled(-pooled, maps)

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
        images = self._images(maps)
        pooled = functional.avg_pool2d(images, size, stride, padding, ceil_mode, count_include_pad)
        return self._pooled(pooled, maps)

    def _pooled(self, pooled: Tensor, maps: Any) -> Array:
        return as_given(channels_last(array_of(pooled)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        means = functional.adaptive_avg_pool2d(self._images(maps), 1)
        return as_given(array_of(torch.flatten(means, 1)), maps)

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
        maps_first = functional.batch_norm(self._images(maps), m, v, s, b, eps=epsilon)
        return as_given(channels_last(array_of(maps_first)), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return array_of(torch.flatten(self._tensor(maps), -3))

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        inputs = self._tensor(x)
        inputs = inputs if is_of_rows(x, weights) else torch.flatten(inputs)
        return array_of(functional.linear(inputs, self._tensor(weights).T, self._tensor(bias)))

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return array_of(functional.softmax(self._tensor(logits), dim=-1))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return array_of(functional.log_softmax(self._tensor(logits), dim=-1))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        logarithms = torch.log(self._tensor(probabilities))
        return array_of(functional.nll_loss(logarithms, torch.tensor(label)))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        labels = torch.from_numpy(np.asarray(label))
        return array_of(functional.cross_entropy(self._tensor(logits), labels, reduction="none"))


adapter = Torch()
float32 = Torch(torch.float32)
nhwc = Torch(torch.float32, memory_format=torch.channels_last)
no_mkldnn = Torch(torch.float32, mkldnn=False)
native = Torch(torch.float32, mkldnn=False, nnpack=False)
