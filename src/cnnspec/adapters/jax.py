"""JAX: ``jax.lax`` and ``jax.nn`` under ``jax.jit``, on the CPU.

JAX has no loss of its own. XLA compiles every shape and dtype anew, and the suite asks for
thousands: it is told to do so quickly, without its optimisations, and takes float32, and float64,
which JAX narrows to it. Variants: ``optimised`` (with XLA's optimisations), ``x64`` (float64, with
``jax_enable_x64``), ``nchw`` (images with the channels first), ``all_dtypes``. The first and the
last take minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    channels_first,
    channels_last,
    filters_last,
    only,
    with_channels,
)
from cnnspec.adapters.jax_functions import (
    conv,
    conv_options,
    conv_transpose,
    conv_transpose_with_bias,
    conv_with_bias,
    dense,
    means,
    normalised,
    pool,
    pool_options,
    rows,
    transposed_options,
)
from cnnspec.adapters.jax_gradients import Gradients

CNNSPEC = {"name": f"JAX {jax.__version__}", "profile": "general"}

_QUICKLY = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


@cache
def _compiled(function: Callable[..., Any], *, optimised: bool, **options: Any) -> Any:
    """Return an operation under ``jax.jit``, which compiles it for every shape."""
    chosen = partial(function, **options)
    return jax.jit(chosen, compiler_options=None if optimised else _QUICKLY)


#: Programs that are kept. Each takes some 20 mappings of memory; a process that has used up its
#: 65,530 of Linux dies where the next one is compiled.
_KEPT = 1000

_compiled_for: set[Any] = set()


def _keep_few(*known: Any) -> None:
    """Let all compiled programs go when there are too many; ``known`` tells this one."""
    _compiled_for.add(known)
    if len(_compiled_for) > _KEPT:
        jax.clear_caches()
        _compiled_for.clear()


@dataclass(frozen=True)
class Jax(Gradients):
    """The operations on arrays of the given dtypes (none: of any)."""

    dtypes: tuple[str, ...] = ("float64", "float32")
    optimised: bool = False
    x64: bool = False
    layout: str = "NHWC"

    def _run(self, function: Callable[..., Any], *arrays: Any, **options: Any) -> Any:
        """Return the array, or the arrays, that a function makes."""
        if self.dtypes:
            arrays = tuple(only(self.dtypes, array) for array in arrays)
        with jax.enable_x64(self.x64):
            compiled = _compiled(function, optimised=self.optimised, **options)
            given = [*map(jnp.asarray, arrays)]
            _keep_few(compiled, *((one.shape, one.dtype) for one in given))
            return jax.tree.map(np.asarray, compiled(*given))

    def _images(self, image: Any) -> Array:
        images = as_batch(image)
        return images if self.layout == "NHWC" else channels_first(images)

    def _maps(self, maps: Array, image: Any) -> Array:
        return as_given(maps if self.layout == "NHWC" else channels_last(maps), image)

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
        given = [self._images(image), filters_last(with_channels(filters, image))]
        options = conv_options(stride, padding, dilation, groups) | {"layout": self.layout}
        if bias is None:
            return self._maps(self._run(conv, *given, **options), image)
        return self._maps(self._run(conv_with_bias, *given, bias, **options), image)

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
        options = transposed_options(
            np.shape(filters)[1:3], stride, padding, output_padding, dilation, groups
        )
        given = [self._images(image), filters]
        if bias is None:
            maps = self._run(conv_transpose, *given, **options, layout=self.layout)
        else:
            given.append(bias)
            maps = self._run(conv_transpose_with_bias, *given, **options, layout=self.layout)
        return self._maps(maps, image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return self._run(jax.nn.relu, x)

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0."""
        return self._run(jax.nn.leaky_relu, x, negative_slope=slope)

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return self._run(jax.nn.sigmoid, x)

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return self._run(jnp.tanh, x)

    def _pooled(self, maps: Any, size: Any, stride: Any, by: str, **given: Any) -> Array:
        options = pool_options(size, stride, **given)
        images = self._images(maps)
        return self._maps(self._run(pool, images, **options, layout=self.layout, by=by), maps)

    def max_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
    ) -> Array:
        """Return the largest element of every window, in maps (H, W, K) or (N, H, W, K)."""
        return self._pooled(maps, size, stride, "max", padding=padding, dilation=dilation)

    def min_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
    ) -> Array:
        """Return the smallest element of every window."""
        return self._pooled(maps, size, stride, "min", padding=padding, dilation=dilation)

    def avg_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        count_include_pad: bool = True,
    ) -> Array:
        """Return the mean of every window: their sum over its area, as Flax does.

        Without padded places it is over a sum of ones, as in Flax, too.
        """
        counts = {"padding": padding, "count_include_pad": count_include_pad}
        return self._pooled(maps, size, stride, "mean", **counts)

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
        given = [self._images(maps), mean, variance, scale, offset]
        axis = self.layout.index("C")
        return self._maps(self._run(normalised, *given, epsilon=epsilon, axis=axis), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        axes = tuple(self.layout.index(side) for side in "HW")
        return as_given(self._run(means, self._images(maps), axes=axes), maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return as_given(self._run(rows, as_batch(maps)), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        return self._run(dense, x, weights, bias)

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return self._run(jax.nn.softmax, logits)

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return self._run(jax.nn.log_softmax, logits)


adapter = Jax()
optimised = Jax(optimised=True)
x64 = Jax(dtypes=("float64",), x64=True)
nchw = Jax(layout="NCHW")
all_dtypes = Jax(dtypes=())
