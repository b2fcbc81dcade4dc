"""PyTorch: ``torch.nn.functional`` on the CPU.

Variants, all of which turn everything into float32, the dtype in which PyTorch uses oneDNN:
``float32``; ``nhwc``, with the channels last in memory; ``no_mkldnn``, without oneDNN, where NNPACK
transforms batches of 16 images and more (hence normwise); ``native``, without either.
"""

from collections.abc import Callable
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
    gradients_as_given,
    is_of_rows,
    per_axis,
    real_numbers,
    with_channels,
)

CNNSPEC = {"name": f"PyTorch {torch.__version__}", "profile": "general"}

torch.set_num_threads(1)


@dataclass(frozen=True)
class Torch:
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
        return as_given(channels_last(_array(maps)), image)

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
        """Return the gradients to image, filters and bias, as autograd computes them."""
        is_last = self.memory_format is torch.channels_last
        along = zip(np.shape(filters)[1:3], per_axis(dilation), strict=True)
        if is_last and any(size == 1 and step > 1 for size, step in along):
            raise NotImplementedError("a single weight, dilated: oneDNN's gradients spoil the heap")
        # Copied: of views whose axes of length 1 have odd strides, as NumPy makes them, oneDNN
        # computes wrong gradients with the channels last, and reads beyond their end.
        given = self._images(image), self._tensor(channels_first(with_channels(filters, image)))
        images, weight = (
            one.clone(memory_format=self.memory_format).requires_grad_() for one in given
        )
        bias = torch.zeros(len(weight), dtype=weight.dtype, requires_grad=True)
        with (
            torch.backends.mkldnn.flags(enabled=self.mkldnn),
            torch.backends.nnpack.flags(enabled=self.nnpack),
        ):
            maps = functional.conv2d(images, weight, bias, stride, padding, dilation, groups)
            incoming = self._images(grad).clone(memory_format=self.memory_format)
            found = torch.autograd.grad(maps, (images, weight, bias), incoming)
        to_image, to_filters, to_bias = map(_array, found)
        return (
            *gradients_as_given(channels_last(to_image), channels_last(to_filters), image),
            to_bias,
        )

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
        return as_given(channels_last(_array(maps)), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return _array(functional.relu(self._tensor(x)))

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return _array(functional.leaky_relu(self._tensor(x), slope))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return _array(torch.sigmoid(self._tensor(x)))

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return _array(torch.tanh(self._tensor(x)))

    def _slope(self, function: Callable[..., Tensor], grad: Any, x: Any) -> Array:
        """Return the gradient to x of a function of each number, as autograd computes it."""
        given = self._tensor(x).requires_grad_()
        (found,) = torch.autograd.grad(function(given), given, self._tensor(grad))
        return _array(found)

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(functional.relu, grad, x)

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        return self._slope(lambda one: functional.leaky_relu(one, slope), grad, x)

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(torch.sigmoid, grad, x)

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._slope(torch.tanh, grad, x)

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
        return as_given(channels_last(_array(pooled)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        means = functional.adaptive_avg_pool2d(self._images(maps), 1)
        return as_given(_array(torch.flatten(means, 1)), maps)

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
        return as_given(channels_last(_array(maps_first)), maps)

    def batch_norm_backward(
        self,
        grad: Any,
        maps: Any,
        mean: Any,
        variance: Any,
        scale: Any,
        *,
        epsilon: float = 1e-5,
    ) -> tuple[Array, Array, Array]:
        """Return the gradients to maps, scale and offset: the statistics have none.

        These are made contiguous: on the way back PyTorch 2.13 reads them as if they were, of maps
        with the channels last in memory (as all of 1x1 are).
        """
        images, s = self._images(maps).requires_grad_(), self._leaf(scale)
        b, incoming = torch.zeros_like(s, requires_grad=True), self._images(_like(grad, maps))
        m, v = (self._tensor(one).contiguous() for one in (mean, variance))
        found = functional.batch_norm(images, m, v, s, b, eps=epsilon)
        to_maps, *others = torch.autograd.grad(found, (images, s, b), incoming)
        to_scale, to_offset = map(_array, others)
        return as_given(channels_last(_array(to_maps)), maps), to_scale, to_offset

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return _array(torch.flatten(self._tensor(maps), -3))

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        inputs = self._tensor(x)
        inputs = inputs if is_of_rows(x, weights) else torch.flatten(inputs)
        return _array(functional.linear(inputs, self._tensor(weights).T, self._tensor(bias)))

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return _array(functional.softmax(self._tensor(logits), dim=-1))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return _array(functional.log_softmax(self._tensor(logits), dim=-1))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        logarithms = torch.log(self._tensor(probabilities))
        return _array(functional.nll_loss(logarithms, torch.tensor(label)))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        labels = torch.from_numpy(np.asarray(label))
        return _array(functional.cross_entropy(self._tensor(logits), labels, reduction="none"))

    def max_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the gradient to maps of which the largest elements were taken."""
        images = self._images(maps).requires_grad_()
        pooled = functional.max_pool2d(images, size, stride, padding, dilation, ceil_mode)
        return self._gradient(pooled, images, grad, maps)

    def min_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the gradient to maps of which the smallest elements were taken."""
        images = self._images(real_numbers(maps)).requires_grad_()
        pooled = -functional.max_pool2d(-images, size, stride, padding, dilation, ceil_mode)
        return self._gradient(pooled, images, grad, maps)

    def avg_pool2d_backward(
        self,
        grad: Any,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Array:
        """Return the gradient to maps whose windows were averaged."""
        images = self._images(maps).requires_grad_()
        pooled = functional.avg_pool2d(images, size, stride, padding, ceil_mode, count_include_pad)
        return self._gradient(pooled, images, grad, maps)

    def _gradient(self, pooled: Tensor, images: Tensor, grad: Any, maps: Any) -> Array:
        incoming = self._images(_like(grad, maps)).to(pooled.dtype)
        (found,) = torch.autograd.grad(pooled, images, incoming)
        return as_given(channels_last(_array(found)), maps)

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        images = self._images(maps).requires_grad_()
        means = torch.flatten(functional.adaptive_avg_pool2d(images, 1), 1)
        incoming = self._tensor(grad).reshape(means.shape).to(means.dtype)
        (found,) = torch.autograd.grad(means, images, incoming)
        return as_given(channels_last(_array(found)), maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        given = self._tensor(maps).requires_grad_()
        flat = torch.flatten(given, -3)
        (found,) = torch.autograd.grad(flat, given, self._tensor(grad).to(flat.dtype))
        return _array(found)

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return self._to_logits(functional.softmax, grad, logits)

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return self._to_logits(functional.log_softmax, grad, logits)

    def _to_logits(self, function: Callable[..., Tensor], grad: Any, logits: Any) -> Array:
        leaf = self._leaf(logits)
        (found,) = torch.autograd.grad(function(leaf, dim=-1), leaf, self._tensor(grad))
        return _array(found)

    def cross_entropy_backward(self, probabilities: Any, label: int) -> Array:
        """Return the gradient of the loss to the probabilities (classes,)."""
        leaf = self._leaf(probabilities)
        loss = functional.nll_loss(torch.log(leaf), torch.tensor(label))
        return _array(torch.autograd.grad(loss, leaf)[0])

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        leaf, labels = self._leaf(logits), torch.from_numpy(np.asarray(label))
        loss = functional.cross_entropy(leaf, labels, reduction="sum")
        return _array(torch.autograd.grad(loss, leaf)[0])

    def _leaf(self, array: Any) -> Tensor:
        """Return a tensor to which a gradient can be taken."""
        tensor = self._tensor(array)
        if not tensor.is_floating_point():
            raise NotImplementedError("gradients are taken to real numbers only")
        return tensor.clone().requires_grad_()


def _like(grad: Any, maps: Any) -> Array:
    """Return what comes in as it is, refused where it is no gradient of maps."""
    incoming = np.asarray(grad)
    if incoming.ndim != np.ndim(maps):
        raise ValueError(f"maps of {np.ndim(maps)} axes have a gradient of {incoming.ndim}")
    return incoming


def _array(tensor: Tensor) -> Array:
    return np.asarray(tensor.numpy())


adapter = Torch()
float32 = Torch(torch.float32)
nhwc = Torch(torch.float32, memory_format=torch.channels_last)
no_mkldnn = Torch(torch.float32, mkldnn=False)
native = Torch(torch.float32, mkldnn=False, nnpack=False)
