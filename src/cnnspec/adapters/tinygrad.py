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
    is_of_rows,
    only,
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
from cnnspec.adapters.tinygrad_gradients import Gradients

CNNSPEC = {"name": f"tinygrad {version('tinygrad')}", "profile": "general"}


@dataclass(frozen=True)
class Tinygrad(Gradients):
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
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        with Context(WINO=int(self.winograd)):
            maps = conv(images, weight, added, **options)
        return as_given(channels_last(self._array(maps)), image)

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
        options = {
            "stride": stride,
            "padding": padding,
            "output_padding": output_padding,
            "dilation": dilation,
            "groups": groups,
        }
        with Context(WINO=int(self.winograd)):
            maps = conv_transpose(self._images(image), weight, added, **options)
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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }
        return self._pooled(max_pool(self._images(maps), **options), maps)

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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }
        return self._pooled(min_pool(self._images(maps), **options), maps)

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
        options = {
            "size": size,
            "stride": stride,
            "padding": padding,
            "ceil_mode": ceil_mode,
            "count_include_pad": count_include_pad,
        }
        return self._pooled(avg_pool(self._images(maps), **options), maps)

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
        given = (self._tensor(one) for one in (mean, variance, scale, offset))
        found = normalised(self._images(maps), *given, epsilon=epsilon)
        return as_given(channels_last(self._array(found)), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        return as_given(self._array(means(self._images(maps))), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return as_given(self._array(rows(self._tensor(as_batch(maps)))), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        given = self._tensor(x), self._tensor(weights), self._tensor(bias)
        return self._array(dense(*given, of_rows=is_of_rows(x, weights)))

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return self._array(self._tensor(logits).softmax(-1))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return self._array(self._tensor(logits).log_softmax(-1))

    def cross_entropy(self, probabilities: Any, label: int) -> Array:
        """Return the negative logarithm of the label's probability."""
        return self._array(cross_entropy(self._tensor(probabilities), label=label))

    def softmax_cross_entropy(self, logits: Any, label: Any) -> Array:
        """Return the loss of logits (classes,) and a label, or of each row (N, classes)."""
        given = self._tensor(np.atleast_2d(logits))
        found = self._array(cross_entropies(given, label=label, reduction="none"))
        return found if np.ndim(logits) == 2 else found[0]


adapter = Tinygrad()
float64 = Tinygrad(dtypes.float64)
winograd = Tinygrad(winograd=True)

adapter.relu(np.zeros(1))  # fails here, and says so, if there is no compiler
