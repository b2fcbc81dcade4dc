"""The layers of Keras, each made in the dtype of its parameters, or of what it is given."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from keras import layers

from cnnspec.adapters.axis_orders import Array, as_batch, filters_last, per_axis, with_channels


@cache
def _made(kind: Callable[..., Any], **options: Any) -> Any:
    return kind(**options)


def without_parameters(kind: Callable[..., Any], *arrays: Any, **options: Any) -> Any:
    """Return a layer for arrays."""
    return _made(kind, dtype=_dtype(*arrays), **options)


def _set_up(layer: Any, shape: Any, *parameters: Any) -> Any:
    """Build a layer for inputs of a shape, and set its parameters."""
    layer.build(shape)
    layer.set_weights([one for one in parameters if one is not None])
    return layer


def _dtype(*arrays: Any) -> str:
    """Return the dtype of a layer: that of the first array of real numbers, if there is one."""
    dtypes = [np.asarray(array).dtype for array in arrays]
    return next((dtype.name for dtype in dtypes if dtype.kind == "f"), dtypes[0].name)


def _not_both(strides: Any, dilations: Any) -> None:
    if max(per_axis(strides)) > 1 and max(per_axis(dilations)) > 1:
        raise NotImplementedError("Keras has no stride beside a dilation")


def convolution(
    image: Any,
    filters: Any,
    bias: Any,
    *,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Any:
    """Return a convolution, for an image or a batch."""
    if not isinstance(padding, str):
        raise NotImplementedError("Keras pads by words")
    _not_both(stride, dilation)
    images, kernel = as_batch(image), filters_last(with_channels(filters, image))
    layer = layers.Conv2D(
        kernel.shape[-1],
        kernel.shape[:-2],
        per_axis(stride),
        padding,
        dilation_rate=per_axis(dilation),
        groups=groups,
        use_bias=bias is not None,
        dtype=_dtype(kernel, images),
    )
    return _set_up(layer, images.shape, kernel, bias)


def transposed_convolution(
    image: Any, filters: Any, bias: Any, *, stride: Any, output_padding: Any, dilation: Any
) -> Any:
    """Return a transposed convolution, for an image or a batch.

    Its layer pads by words. Without an output padding, it adds what filters lack of the stride.
    """
    _not_both(stride, dilation)
    images, kernel = as_batch(image), filters_last(np.asarray(filters))
    layer = layers.Conv2DTranspose(
        kernel.shape[2],
        kernel.shape[:2],
        strides=per_axis(stride),
        output_padding=per_axis(output_padding),
        dilation_rate=per_axis(dilation),
        use_bias=bias is not None,
        dtype=_dtype(kernel, images),
    )
    return _set_up(layer, images.shape, kernel, bias)


def activation(name: str, x: Any) -> Any:
    """Return a layer for one of the functions that have no class."""
    return without_parameters(layers.Activation, x, activation=name)


def pooling(kind: Callable[..., Any], maps: Any, size: Any, stride: Any) -> Any:
    """Return a pooling."""
    return without_parameters(kind, maps, pool_size=size, strides=stride)


def normalisation(
    batch: Array, mean: Any, variance: Any, scale: Any, offset: Any, epsilon: float
) -> Any:
    """Return a batch normalisation with statistics of its own."""
    layer = layers.BatchNormalization(epsilon=epsilon, dtype=_dtype(batch, scale))
    return _set_up(layer, batch.shape, scale, offset, mean, variance)


def dense(rows: Any, weights: Any, bias: Any) -> Any:
    """Return a dense layer for rows (N, inputs).

    Raises
    ------
    NotImplementedError
        For whole numbers: Keras begins with random ones, for which it has no room.
    """
    dtype = _dtype(weights, rows)
    if not dtype.startswith("float"):
        raise NotImplementedError("Keras makes dense layers of real numbers only")
    layer = layers.Dense(np.shape(weights)[-1], dtype=dtype)
    return _set_up(layer, rows.shape, weights, bias)
