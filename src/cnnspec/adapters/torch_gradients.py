"""Gradients by PyTorch's autograd, each of the framework's real operation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from cnnspec.adapters.axis_orders import (
    alike_on_both_sides,
    as_given,
    channels_first,
    channels_last,
    gradients_as_given,
    per_axis,
    real_numbers,
    with_channels,
)

Array = np.ndarray[Any, Any]


def array_of(tensor: Tensor) -> Array:
    """Return the array of a tensor."""
    return np.asarray(tensor.numpy())


def _like(grad: Any, maps: Any) -> Array:
    """Return what comes in as it is, refused where it is no gradient of maps."""
    incoming = np.asarray(grad)
    if incoming.ndim != np.ndim(maps):
        raise ValueError(f"maps of {np.ndim(maps)} axes have a gradient of {incoming.ndim}")
    return incoming


class Gradients:
    """The gradients of an adapter that makes tensors of arrays and of images."""

    memory_format: torch.memory_format
    mkldnn: bool
    nnpack: bool

    def _tensor(self, array: Any) -> Tensor:
        raise NotImplementedError

    def _images(self, image: Any) -> Tensor:
        raise NotImplementedError

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
        zeros = padding if isinstance(padding, str) else alike_on_both_sides(padding)
        with (
            torch.backends.mkldnn.flags(enabled=self.mkldnn),
            torch.backends.nnpack.flags(enabled=self.nnpack),
        ):
            maps = functional.conv2d(images, weight, bias, stride, zeros, dilation, groups)
            incoming = self._images(grad).clone(memory_format=self.memory_format)
            found = torch.autograd.grad(maps, (images, weight, bias), incoming)
        to_image, to_filters, to_bias = map(array_of, found)
        return (
            *gradients_as_given(channels_last(to_image), channels_last(to_filters), image),
            to_bias,
        )

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
        """Return the gradients to image, filters and bias, as autograd computes them."""
        given = self._images(image), self._tensor(channels_first(np.asarray(filters)))
        images, weight = (
            one.clone(memory_format=self.memory_format).requires_grad_() for one in given
        )
        bias = torch.zeros(weight.shape[1] * groups, dtype=weight.dtype, requires_grad=True)
        edges = alike_on_both_sides(padding)
        with (
            torch.backends.mkldnn.flags(enabled=self.mkldnn),
            torch.backends.nnpack.flags(enabled=self.nnpack),
        ):
            maps = functional.conv_transpose2d(
                images, weight, bias, stride, edges, output_padding, groups, dilation
            )
            incoming = self._images(_like(grad, image)).clone(memory_format=self.memory_format)
            found = torch.autograd.grad(maps, (images, weight, bias), incoming)
        to_image, to_filters, to_bias = map(array_of, found)
        return as_given(channels_last(to_image), image), channels_last(to_filters), to_bias

    def _slope(self, function: Callable[..., Tensor], grad: Any, x: Any) -> Array:
        """Return the gradient to x of a function of each number, as autograd computes it."""
        given = self._tensor(x).requires_grad_()
        (found,) = torch.autograd.grad(function(given), given, self._tensor(grad))
        return array_of(found)

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
        to_scale, to_offset = map(array_of, others)
        return as_given(channels_last(array_of(to_maps)), maps), to_scale, to_offset

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
        return as_given(channels_last(array_of(found)), maps)

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        images = self._images(maps).requires_grad_()
        means = torch.flatten(functional.adaptive_avg_pool2d(images, 1), 1)
        incoming = self._tensor(grad).reshape(means.shape).to(means.dtype)
        (found,) = torch.autograd.grad(means, images, incoming)
        return as_given(channels_last(array_of(found)), maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        given = self._tensor(maps).requires_grad_()
        flat = torch.flatten(given, -3)
        (found,) = torch.autograd.grad(flat, given, self._tensor(grad).to(flat.dtype))
        return array_of(found)

    def dense_backward(self, grad: Any, x: Any, weights: Any) -> tuple[Array, Array, Array]:
        """Return the gradients to x, to the weights (inputs, nodes), and to the bias."""
        given, weight = self._leaf(x), self._leaf(weights)
        bias = torch.zeros(weight.shape[1], dtype=weight.dtype, requires_grad=True)
        inputs = given if np.ndim(grad) == 2 else torch.flatten(given)
        nodes = functional.linear(inputs, weight.T, bias)
        found = torch.autograd.grad(nodes, (given, weight, bias), self._tensor(grad))
        to_x, to_weights, to_bias = map(array_of, found)
        return to_x, to_weights, to_bias

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return self._to_logits(functional.softmax, grad, logits)

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return self._to_logits(functional.log_softmax, grad, logits)

    def _to_logits(self, function: Callable[..., Tensor], grad: Any, logits: Any) -> Array:
        leaf = self._leaf(logits)
        (found,) = torch.autograd.grad(function(leaf, dim=-1), leaf, self._tensor(grad))
        return array_of(found)

    def cross_entropy_backward(self, probabilities: Any, label: int) -> Array:
        """Return the gradient of the loss to the probabilities (classes,)."""
        leaf = self._leaf(probabilities)
        loss = functional.nll_loss(torch.log(leaf), torch.tensor(label))
        return array_of(torch.autograd.grad(loss, leaf)[0])

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        leaf, labels = self._leaf(logits), torch.from_numpy(np.asarray(label))
        loss = functional.cross_entropy(leaf, labels, reduction="sum")
        return array_of(torch.autograd.grad(loss, leaf)[0])

    def _leaf(self, array: Any) -> Tensor:
        """Return a tensor to which a gradient can be taken."""
        tensor = self._tensor(array)
        if not tensor.is_floating_point():
            raise NotImplementedError("gradients are taken to real numbers only")
        return tensor.clone().requires_grad_()
