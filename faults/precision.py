"""Mistakes in precision: digits that are lost inside, or on purpose."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.network import network
from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, dense, softmax

Array = NDArray[Any]


def rounded(values: Any, bits: int) -> Any:
    """Round floating-point numbers to so many significant bits: 8 are bfloat16's, 11 TF32's."""
    if values is None or values.dtype.kind != "f":
        return values
    significand, exponent = np.frexp(values)
    scale = values.dtype.type(2**bits)
    return np.ldexp(np.round(significand * scale) / scale, exponent)


def is_double(*arrays: Any) -> bool:
    """Return whether all arrays are float64."""
    return all(array.dtype == np.float64 for array in arrays)


def products(image: Array, filters: Array, stride: int, padding: str) -> Array:
    """Return every product of a convolution: (..., rows, columns, K, f * f * C)."""
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    count, size = filters.shape[:2]
    margin = size // 2 if padding == "same" else 0
    batch = [(0, 0)] * (image.ndim - 3)
    image = np.pad(image, [*batch, (margin, margin), (margin, margin), (0, 0)])
    windows = sliding_window_view(image, (size, size), axis=(-3, -2))
    windows = windows[..., ::stride, ::stride, np.newaxis, :, :, :]
    every: Array = windows * np.moveaxis(filters, -1, 1)
    return every.reshape(*every.shape[:-4], count, -1)


# --- convolution ------------------------------------------------------------------------------


@fault(
    "conv2d-bfloat16-inputs",
    "image and filters are rounded to 8 significant bits (bfloat16) before they are multiplied",
    "multiply in the precision of the input; switch the fast mode off",
    seen="fast modes of processors",
)
def conv2d_bfloat16_inputs(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(rounded(image, 8), rounded(filters, 8), *args, **options)


@fault(
    "conv2d-tf32-inputs",
    "float32 images and filters are rounded to 11 significant bits (TF32)",
    "switch TF32 off: a float32 result must come from float32 products",
    seen="graphics processors, by default",
)
def conv2d_tf32_inputs(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.dtype == filters.dtype == np.float32:
        image, filters = rounded(image, 11), rounded(filters, 11)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-float32-sums",
    "products of float64 are added up in float32",
    "give the accumulator the dtype of the products",
)
def conv2d_float32_sums(
    image: Array, filters: Array, bias: Any = None, *, stride: int = 1, padding: str = "valid"
) -> Array:
    maps = conv2d(image, filters, bias, stride=stride, padding=padding)
    if not is_double(image, filters) or not maps.size:
        return maps
    every = products(image, filters, stride, padding)
    sums = np.cumsum(every, axis=-1, dtype=np.float32)[..., -1].astype(np.float64)
    return np.asarray(sums if bias is None else sums + bias)


@fault(
    "conv2d-rounded-to-6-decimals",
    "results are rounded to six decimals",
    "return results as they are; round where they are printed",
)
def conv2d_rounded_to_6_decimals(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.round(conv2d(image, filters, *args, **options), 6)


@fault(
    "conv2d-filters-quantised",
    "the filters are quantised to whole multiples of a 127th of their largest weight",
    "use the weights as they are",
    seen="exports for small devices",
)
def conv2d_filters_quantised(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    step = np.max(np.abs(filters), initial=0) / 127
    if step:
        filters = (np.round(filters / step) * step).astype(filters.dtype)
    return conv2d(image, filters, *args, **options)


# --- pooling ----------------------------------------------------------------------------------


@fault(
    "avg_pool2d-float32-inside",
    "float64 maps are averaged in float32",
    "compute in the precision of the input",
)
def avg_pool2d_float32_inside(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    narrow = maps.astype(np.float32) if is_double(maps) else maps
    return avg_pool2d(narrow, size, stride).astype(np.result_type(maps, np.float16))


@fault(
    "avg_pool2d-float32-reciprocal",
    "the sum is multiplied by 1 / (size * size) in float32, which is exact for windows of 2 and 4"
    " only",
    "divide the sum by size * size",
)
def avg_pool2d_float32_reciprocal(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    area = size * size
    return pooled * (area * float(np.float32(1 / area))) if is_double(pooled) else pooled


# --- dense, softmax, loss ---------------------------------------------------------------------


@fault(
    "dense-bfloat16-inputs",
    "input and weights are rounded to 8 significant bits (bfloat16) before they are multiplied",
    "multiply in the precision of the input; switch the fast mode off",
    seen="fast modes of processors",
)
def dense_bfloat16_inputs(x: Array, weights: Array, bias: Array) -> Array:
    return dense(rounded(x, 8), rounded(weights, 8), bias)


@fault(
    "dense-float32-sums",
    "products of float64 are added up in float32",
    "give the accumulator the dtype of the products",
)
def dense_float32_sums(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if not is_double(x, weights):
        return result
    every = x.reshape(-1, 1) * weights
    return np.asarray(np.cumsum(every, axis=0, dtype=np.float32)[-1].astype(np.float64) + bias)


@fault(
    "softmax-float32-inside",
    "float64 logits are turned into probabilities in float32",
    "compute in the precision of the input",
)
def softmax_float32_inside(logits: Array) -> Array:
    narrow = logits.astype(np.float32) if is_double(logits) else logits
    return softmax(narrow).astype(np.result_type(logits, np.float16))


@fault(
    "cross_entropy-float32-inside",
    "the logarithm of a float64 probability is taken in float32",
    "compute in the precision of the input",
)
def cross_entropy_float32_inside(probabilities: Array, label: int) -> Any:
    narrow = probabilities.astype(np.float32) if is_double(probabilities) else probabilities
    return cross_entropy(narrow, label).astype(probabilities.dtype)


@fault(
    "softmax_layer-float32-logits",
    "the logits of a float64 layer are kept in float32",
    "keep the logits in the precision of the input",
)
def softmax_layer_float32_logits(x: Array, weights: Array, bias: Array) -> Array:
    logits = dense(x, weights, bias)
    return softmax(logits.astype(np.float32).astype(logits.dtype) if is_double(logits) else logits)


@fault(
    "network-float16-parameters",
    "filters, weights and biases are kept in float16",
    "keep the parameters in the precision in which they were given",
)
def network_float16_parameters(image: Array, label: int, *parameters: Array) -> Any:
    halves = (part.astype(np.float16).astype(part.dtype) for part in parameters)
    return network(image, label, *halves)
