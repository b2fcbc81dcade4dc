"""Mistakes in a branch that few calls take: one dtype, one option, two remainders at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.precision import is_double, rounded
from cnnspec.reference import conv2d, dense, max_pool2d, relu, softmax

Array = NDArray[Any]

# --- blocks: another dtype, two remainders, no remainder --------------------------------------


@fault(
    "conv2d-float32-columns-beyond-16-zero",
    "in float32, columns beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_columns_beyond_16_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.dtype == np.float32:
        maps[..., 16:, :] = 0
    return maps


@fault(
    "conv2d-last-of-32-channels-ignored",
    "the last channel is not added if the channels fill blocks of 32",
    "a number that 32 divides has no remainder, and its last block is full",
)
def last_of_32_channels_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3 or filters.shape[-1] % 32:
        return maps
    return conv2d(image[..., :-1], filters[..., :-1], *args, **options)


@fault(
    "conv2d-last-of-32-filters-zero",
    "the last map is left at zero if the filters fill blocks of 32",
    "a number that 32 divides has no remainder, and its last block is full",
)
def last_of_32_filters_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if len(filters) % 32 == 0:
        maps[..., -1:] = 0
    return maps


@fault(
    "conv2d-bias-beyond-64-missing",
    "maps beyond the 64th get no bias",
    "let the loop over the biases run to the last one",
)
def bias_beyond_64_missing(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is not None:
        maps[..., 64:] = conv2d(image, filters, **options)[..., 64:]
    return maps


@fault(
    "dense-float32-nodes-beyond-8-zero",
    "in float32, nodes beyond the 8th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_nodes_beyond_8_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if result.dtype == np.float32:
        result[8:] = 0
    return result


@fault(
    "max_pool2d-float32-maps-beyond-4-zero",
    "in float32, maps beyond the 4th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_maps_beyond_4_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if pooled.dtype == np.float32:
        pooled[..., 4:] = 0
    return pooled


@fault(
    "relu-float32-beyond-64-unchanged",
    "in float32, elements beyond the 64th stay as they are",
    "let the loop over vectors run to the end in every dtype",
)
def float32_beyond_64_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    if x.dtype == np.float32:
        result[64:] = x.ravel()[64:]
    return result.reshape(x.shape)


@fault(
    "softmax-rows-beyond-64-zero",
    "rows beyond the 64th are left at zero",
    "let the loop over the rows run to the last one",
)
def rows_beyond_64_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    if logits.ndim > 1:
        probabilities.reshape(-1, logits.shape[-1])[64:] = 0
    return probabilities


@fault(
    "softmax_layer-nodes-beyond-16-zero",
    "probabilities beyond the 16th are left at zero",
    "let the loop over the nodes run to the last one",
)
def layer_nodes_beyond_16_zero(x: Array, weights: Array, bias: Array) -> Array:
    probabilities = softmax(dense(x, weights, bias))
    probabilities[16:] = 0
    return probabilities


# --- precision --------------------------------------------------------------------------------


@fault(
    "dense-float32-beyond-1000-inputs",
    "sums of more than 1000 products of float64 are computed in float32",
    "compute in the precision of the input, however many inputs there are",
)
def float32_beyond_1000_inputs(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if x.size <= 1000 or not is_double(x, weights):
        return result
    narrow = x.astype(np.float32).ravel() @ weights.astype(np.float32)
    return np.asarray(narrow.astype(np.float64) + bias)


@fault(
    "softmax_layer-bfloat16-for-float32",
    "input and weights of a float32 layer are rounded to 8 significant bits (bfloat16)",
    "multiply in the precision of the input; switch the fast mode off",
    seen="fast modes of processors",
)
def layer_bfloat16_for_float32(x: Array, weights: Array, bias: Array) -> Array:
    if x.dtype == weights.dtype == np.float32:
        x, weights = rounded(x, 8), rounded(weights, 8)
    return softmax(dense(x, weights, bias))
