"""Arguments and results turned by hand, from the house's convention into others and back."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def first(batch: Array) -> Array:
    """Return (N, H, W, C) as (N, C, H, W)."""
    return np.moveaxis(batch, -1, 1)


def last(batch: Any) -> Array:
    """Return (N, C, H, W) as (N, H, W, C)."""
    return np.moveaxis(np.asarray(batch), 1, -1)


def tf_filters(filters: Array) -> Array:
    """Return (K, f, g, C) as (f, g, C, K)."""
    return np.moveaxis(filters, 0, -1)


def each(function: Callable[..., Any], batch: Array, *more: Any) -> Array:
    """Return what a function gives for each of a batch."""
    return np.stack([function(one, *more) for one in batch])


def each_map(function: Callable[..., Any], maps: Array, *more: Any) -> Array:
    """Return what a function of one map gives for each map of each image."""
    return np.stack(
        [np.stack([function(x[..., k], *more) for k in range(x.shape[-1])], -1) for x in maps]
    )


def each_filter(function: Callable[..., Any], image: Array, filters: Array, *more: Any) -> Array:
    """Return what a function of one gray image and one filter gives for all."""
    return np.stack(
        [np.stack([function(x[..., 0], by[..., 0], *more) for by in filters], -1) for x in image]
    )


def one_hot(labels: Array, classes: int) -> Array:
    """Return labels as rows of zeros and a one."""
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def tensor(array: Any) -> Any:
    """Return an array as PyTorch's."""
    import torch  # noqa: PLC0415 - not installed everywhere

    return None if array is None else torch.from_numpy(np.ascontiguousarray(array))


def module_call(layer: Any, x: Array, weight: Any = None, bias: Any = None) -> Array:
    """Return what a torch module answers with these parameters, in the input's dtype."""
    import torch  # noqa: PLC0415

    layer = layer.to(tensor(x).dtype)
    with torch.no_grad():
        if weight is not None:
            layer.weight.data = tensor(weight).to(tensor(x).dtype)
        if bias is not None:
            layer.bias.data = tensor(bias).to(tensor(x).dtype)
        answer: Array = layer(tensor(x)).numpy()
    return answer


def nchw_call(function: Callable[..., Any], image: Array, *more: Any, **options: Any) -> Array:
    """Return what a function of NCHW gives for one image or a batch; filters are turned, too."""
    more = tuple(first(one) if np.ndim(one) == 4 else one for one in more)
    maps = last(function(first(image if image.ndim == 4 else image[np.newaxis]), *more, **options))
    return maps if image.ndim == 4 else maps[0]


def layer_call(layer: Any, image: Array, filters: Array, bias: Any) -> Array:
    """Return what a layer of NCHW gives with weights (K, C, f, g) and a bias."""
    layer.weight, layer.bias = first(filters), bias
    return nchw_call(layer, image)


def module_call_transposed(layer: Any, image: Array, filters: Array, bias: Any) -> Array:
    """Return what PyTorch's layer gives with weights (K, C, f, g) and a bias."""
    import torch  # noqa: PLC0415 - not installed everywhere

    layer.weight = torch.nn.Parameter(tensor(first(filters)))
    layer.bias = None if bias is None else torch.nn.Parameter(tensor(bias))
    with torch.no_grad():
        return nchw_call(lambda x: layer(tensor(x)), image)


def keras_call(layer: Any, image: Array, filters: Array, bias: Any) -> Array:
    """Return what a layer of NHWC gives with a kernel (f, g, C, K) and a bias."""
    layer.kernel = tf_filters(filters)
    if bias is not None:
        layer.bias = bias
    maps = np.asarray(layer(image if image.ndim == 4 else image[np.newaxis]))
    return maps if image.ndim == 4 else maps[0]
