"""Gradients of tinygrad's operations, by ``Tensor.gradient``."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from tinygrad import Tensor
from tinygrad.dtype import DType

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    channels_first,
    channels_last,
    gradients_as_given,
    of_each,
    with_channels,
)
from cnnspec.adapters.tinygrad_functions import (
    avg_pool,
    conv,
    conv_transpose,
    cross_entropies,
    cross_entropy,
    dense,
    max_pool,
    means,
    min_pool,
    normalised,
    rows,
)


class Gradients:
    """The gradients of an adapter that makes tensors of arrays and of images."""

    dtype: DType
    _tensor: Callable[[Any], Tensor]
    _images: Callable[[Any], Tensor]
    _array: Callable[[Tensor], Array]

    def _back(
        self, function: Callable[..., Tensor], incoming: Tensor | None, *given: Tensor
    ) -> tuple[Array, ...]:
        """Return the gradients to all that a function is given."""
        result = function(*given)
        if incoming is not None and incoming.shape != result.shape:
            raise ValueError(f"grad must have the shape {result.shape}, got {incoming.shape}")
        return tuple(map(self._array, result.gradient(*given, gradient=incoming)))

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
        weight = self._tensor(channels_first(with_channels(filters, image)))
        given = self._images(image), weight, self._zeros(len(filters))
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        found = self._back(partial(conv, **options), self._images(grad), *given)
        to_images, to_weight, to_bias = found
        both = channels_last(to_images), channels_last(to_weight)
        return *gradients_as_given(*both, image), to_bias

    def _zeros(self, count: int) -> Tensor:
        return Tensor.zeros(count, dtype=self.dtype).contiguous()

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
        options = {
            "stride": stride,
            "padding": padding,
            "output_padding": output_padding,
            "dilation": dilation,
            "groups": groups,
        }
        weight = self._tensor(channels_first(np.asarray(filters)))
        given = self._images(image), weight, self._zeros(weight.shape[1] * groups)
        found = self._back(partial(conv_transpose, **options), self._images(grad), *given)
        to_images, to_weight, to_bias = found
        return as_given(channels_last(to_images), image), channels_last(to_weight), to_bias

    def relu_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(Tensor.relu, self._tensor(grad), self._tensor(x))[0]

    def leaky_relu_backward(self, grad: Any, x: Any, slope: float = 0.01) -> Array:
        """Return the gradient to x."""
        leaky = partial(Tensor.leaky_relu, neg_slope=slope)
        return self._back(leaky, self._tensor(grad), self._tensor(x))[0]

    def sigmoid_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(Tensor.sigmoid, self._tensor(grad), self._tensor(x))[0]

    def tanh_backward(self, grad: Any, x: Any) -> Array:
        """Return the gradient to x."""
        return self._back(Tensor.tanh, self._tensor(grad), self._tensor(x))[0]

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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }
        return self._to_maps(partial(max_pool, **options), grad, maps)

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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }
        return self._to_maps(partial(min_pool, **options), grad, maps)

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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "ceil_mode": ceil_mode,
            "count_include_pad": count_include_pad,
        }
        return self._to_maps(partial(avg_pool, **options), grad, maps)

    def _to_maps(self, function: Callable[..., Tensor], grad: Any, maps: Any) -> Array:
        (found,) = self._back(function, self._images(grad), self._images(maps))
        return as_given(channels_last(found), maps)

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
        offset, norm = self._zeros(np.size(scale)), partial(normalised, epsilon=epsilon)
        found = self._back(norm, self._images(grad), self._images(maps), *given, offset)
        return as_given(channels_last(found[0]), maps), *found[1:]

    def global_avg_pool2d_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) whose means were taken, or to each of a batch."""
        incoming = self._tensor(of_each(grad, maps))
        (found,) = self._back(means, incoming, self._images(maps))
        return as_given(channels_last(found), maps)

    def flatten_backward(self, grad: Any, maps: Any) -> Array:
        """Return the gradient to maps (H, W, K) that were flattened, or to each of a batch."""
        incoming, images = self._tensor(of_each(grad, maps)), self._tensor(as_batch(maps))
        return as_given(self._back(rows, incoming, images)[0], maps)

    def dense_backward(self, grad: Any, x: Any, weights: Any) -> tuple[Array, ...]:
        """Return the gradients to x, to the weights (inputs, nodes), and to the bias."""
        layer = partial(dense, of_rows=np.ndim(grad) == 2)
        given = self._tensor(x), self._tensor(weights), self._zeros(np.shape(weights)[1])
        return self._back(layer, self._tensor(grad), *given)

    def softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what softmax gives."""
        return self._back(Tensor.softmax, self._tensor(grad), self._tensor(logits))[0]

    def log_softmax_backward(self, grad: Any, logits: Any) -> Array:
        """Return the gradient to the logits of what log_softmax gives."""
        return self._back(Tensor.log_softmax, self._tensor(grad), self._tensor(logits))[0]

    def cross_entropy_backward(self, probabilities: Any, label: int) -> Array:
        """Return the gradient of the loss to the probabilities (classes,)."""
        loss = partial(cross_entropy, label=label)
        return self._back(loss, None, self._tensor(probabilities))[0]

    def softmax_cross_entropy_backward(self, logits: Any, label: Any) -> Array:
        """Return the gradient of the loss of logits, of a batch that of the losses' sum."""
        loss = partial(cross_entropies, label=label, reduction="sum")
        (found,) = self._back(loss, None, self._tensor(np.atleast_2d(logits)))
        return found if np.ndim(logits) == 2 else found[0]
