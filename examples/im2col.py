"""Every layer in NumPy without loops over pixels: windows are unrolled into columns (im2col).

Fast enough for whole layers of real networks: cnnspec check im2col.py --effort thorough
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]

#: Numbers that are unrolled at a time: 32 MB in float64.
NUMBERS = 2**22


def conv2d(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Array:
    """Return the maps of one image (H, W) or (H, W, C), or of a batch (N, H, W, C)."""
    if image.ndim == 2 and filters.ndim == 3:
        return conv2d(
            image[..., np.newaxis],
            filters[..., np.newaxis],
            bias,
            stride=stride,
            padding=padding,
        )
    if image.ndim == 3:
        return conv2d(image[np.newaxis], filters, bias, stride=stride, padding=padding)[0]
    _check(image, filters, bias, stride, padding)
    size, dtype = (
        filters.shape[1],
        np.result_type(image, filters, *(() if bias is None else [bias])),
    )
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    if padding == "same":
        margin = (size // 2, size // 2)
        image = np.pad(image, ((0, 0), margin, margin, (0, 0)))
    if size > min(image.shape[1:3]):
        raise ValueError(f"filters of {size}x{size} do not fit into an image {image.shape[1:3]}")
    windows = sliding_window_view(image, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    columns = filters.transpose(3, 1, 2, 0).reshape(-1, len(filters)).astype(dtype)
    maps = np.empty((*windows.shape[:3], len(filters)), dtype)
    rows = max(1, NUMBERS // (windows.shape[2] * len(columns)))
    for one, here in zip(windows, maps, strict=True):
        for i in range(0, len(here), rows):
            unrolled = one[i : i + rows].reshape(-1, len(columns)).astype(dtype)
            here[i : i + rows] = (unrolled @ columns).reshape(here[i : i + rows].shape)
    return maps if bias is None else maps + bias.astype(dtype)


def _check(image: Array, filters: Array, bias: Array | None, stride: int, padding: str) -> None:
    if image.ndim != 4 or filters.ndim != 4 or image.shape[3] != filters.shape[3]:
        raise ValueError(f"image {image.shape} and filters {filters.shape} do not match")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError(f"filters must be square and odd, got {filters.shape}")
    if bias is not None and bias.shape != (len(filters),):
        raise ValueError(f"bias must have the shape ({len(filters)},), got {bias.shape}")
    if stride < 1 or padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError(f"stride {stride} with padding {padding!r} is not defined")


def relu(x: Array) -> Array:
    """Return each element if it is larger than 0, otherwise 0."""
    return np.maximum(x, 0)


def max_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the maximum of every window."""
    return _windows(maps, size, stride).max(axis=(-2, -1))


def min_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the minimum of every window."""
    return _windows(maps, size, stride).min(axis=(-2, -1))


def avg_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    """Return the mean of every window."""
    return _windows(maps, size, stride).mean(axis=(-2, -1))


def _windows(maps: Array, size: int, stride: int | None) -> Array:
    """Return the windows of (H, W, K) or (N, H, W, K) as (..., H', W', K, size, size)."""
    step = size if stride is None else stride
    if size < 1 or step < 1:
        raise ValueError(f"size and stride must be at least 1, got {size} and {step}")
    windows = sliding_window_view(maps, (size, size), axis=(-3, -2))
    return windows[..., ::step, ::step, :, :, :]


def dense(x: Array, weights: Array, bias: Array) -> Array:
    """Return the logits of an input of any shape."""
    if bias.shape != (weights.shape[1],):
        raise ValueError(f"bias must have the shape ({weights.shape[1]},), got {bias.shape}")
    return np.ravel(x) @ weights + bias


def softmax(logits: Array) -> Array:
    """Return the probabilities along the last axis."""
    if logits.dtype.kind != "f":  # small integers would wrap
        logits = logits.astype(np.float64)
    distances = logits - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(distances)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cross_entropy(probabilities: Array, label: int) -> Any:
    """Return the loss."""
    if not 0 <= label < len(probabilities):
        raise ValueError(f"label must be below {len(probabilities)}, got {label}")
    return -np.log(probabilities[label])
