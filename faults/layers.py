"""Mistakes that show at the sizes of real layers only: pooling, ReLU, dense, softmax, the loss."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.precision import is_double
from cnnspec.reference import (
    avg_pool2d,
    cross_entropy,
    dense,
    max_pool2d,
    min_pool2d,
    relu,
    softmax,
)

Array = NDArray[Any]


def last_block_zero(values: Array, axis: int, block: int) -> Array:
    """Return values whose last block along an axis is zero if blocks fill the axis."""
    if values.shape[axis] and values.shape[axis] % block == 0:
        np.moveaxis(values, axis, 0)[-block:] = 0
    return values


# --- pooling ----------------------------------------------------------------------------------


@fault(
    "max_pool2d-last-full-12-maps-zero",
    "maps are pooled in blocks of 12, and the last block stays zero if it is full",
    "loop over all full blocks before the maps that are left over",
)
def last_full_12_maps_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return last_block_zero(max_pool2d(maps, size, stride), -1, 12)


@fault(
    "max_pool2d-last-full-48-columns-zero",
    "columns are pooled in blocks of 48, and the last block stays zero if it is full",
    "loop over all full blocks before the columns that are left over",
)
def pooled_last_48_columns_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return last_block_zero(max_pool2d(maps, size, stride), -2, 48)


@fault(
    "min_pool2d-last-full-256-columns-zero",
    "columns are pooled in blocks of 256, and the last block stays zero if it is full",
    "loop over all full blocks before the columns that are left over",
)
def pooled_last_256_columns_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return last_block_zero(min_pool2d(maps, size, stride), -2, 256)


@fault(
    "avg_pool2d-last-full-24-rows-zero",
    "rows are pooled in blocks of 24, and the last block stays zero if it is full",
    "loop over all full blocks before the rows that are left over",
)
def pooled_last_24_rows_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return last_block_zero(avg_pool2d(maps, size, stride), -3, 24)


@fault(
    "avg_pool2d-last-full-128-images-zero",
    "images are pooled in blocks of 128, and the last block stays zero if it is full",
    "loop over all full blocks before the images that are left over",
)
def pooled_last_128_images_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    return last_block_zero(pooled, 0, 128) if maps.ndim == 4 else pooled


@fault(
    "max_pool2d-maps-beyond-32-in-a-batch-zero",
    "in a batch, maps beyond the 32nd are left at zero",
    "let the loop over the maps run to the end, in batches and for single images",
)
def maps_beyond_32_in_a_batch_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if maps.ndim == 4:
        pooled[..., 32:] = 0
    return pooled


@fault(
    "avg_pool2d-maps-beyond-128-in-a-batch-zero",
    "in a batch, maps beyond the 128th are left at zero",
    "let the loop over the maps run to the end, in batches and for single images",
)
def maps_beyond_128_in_a_batch_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if maps.ndim == 4:
        pooled[..., 128:] = 0
    return pooled


@fault(
    "max_pool2d-rows-of-3x3-beyond-16-zero",
    "windows of 3x3 with stride 2 leave rows beyond the 16th at zero",
    "let the loop over the rows run to the end, for every size and stride",
)
def rows_of_3x3_beyond_16_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if (size, stride) == (3, 2):
        pooled[..., 16:, :, :] = 0
    return pooled


@fault(
    "avg_pool2d-mean-of-the-first-image",
    "where one window of 7x7 or more covers the map, all images get the means of the first",
    "take the mean over rows and columns of each image by itself",
)
def mean_of_the_first_image(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if maps.ndim == 4 and size > 6 and maps.shape[1:3] == (size, size):
        pooled[1:] = pooled[:1]
    return pooled


@fault(
    "max_pool2d-columns-in-15-bits",
    "columns beyond the 32767th are left at zero: the counter has 15 bits and a sign",
    "count columns with an integer that holds their number",
)
def pooled_columns_in_15_bits(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    pooled[..., 2**15 - 1 :, :] = 0
    return pooled


@fault(
    "avg_pool2d-large-windows-in-float32",
    "windows of 7x7 and more are summed in float32, in float64 too",
    "give the sum the dtype of the maps, however large the window is",
)
def large_windows_in_float32(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if size < 7 or not is_double(maps):
        return pooled
    return (pooled * size**2).astype(np.float32).astype(float) / size**2


# --- relu -------------------------------------------------------------------------------------


def _unchanged(x: Array, where: Any) -> Array:
    """Return what ReLU gives, but for some elements that stay as they are."""
    result = relu(x)
    result[where] = x[where]
    return result


@fault(
    "relu-last-full-128-unchanged",
    "vectors are taken in blocks of 128, and the last block stays as it is if it is full",
    "loop over all full blocks before the elements that are left over",
)
def last_full_128_unchanged(x: Array) -> Array:
    return _unchanged(x, np.s_[-128:]) if x.ndim == 1 and x.size % 128 == 0 else relu(x)


@fault(
    "relu-last-full-48-rows-unchanged",
    "rows are taken in blocks of 48, and the last block stays as it is if it is full",
    "loop over all full blocks before the rows that are left over",
)
def last_full_48_rows_unchanged(x: Array) -> Array:
    return relu(x) if x.ndim < 2 or not len(x) or len(x) % 48 else _unchanged(x, np.s_[-48:])


@fault(
    "relu-beyond-131072-unchanged",
    "elements beyond the 131072nd stay as they are",
    "let the last thread of several begin where the one before ends",
)
def beyond_131072_unchanged(x: Array) -> Array:
    return _unchanged(x.ravel(), np.s_[2**17 :]).reshape(x.shape)


# --- dense ------------------------------------------------------------------------------------


@fault(
    "dense-last-full-24-nodes-zero",
    "nodes are taken in blocks of 24, and the last block stays zero if it is full",
    "loop over all full blocks before the nodes that are left over",
)
def last_full_24_nodes_zero(x: Array, weights: Array, bias: Array) -> Array:
    return last_block_zero(dense(x, weights, bias), 0, 24)


@fault(
    "dense-last-full-128-nodes-zero",
    "nodes are taken in blocks of 128, and the last of several stays zero if it is full",
    "loop over all full blocks before the nodes that are left over",
)
def last_full_128_nodes_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    return last_block_zero(result, 0, 128) if len(result) > 128 else result


@fault(
    "dense-last-full-96-inputs-ignored",
    "inputs are added in blocks of 96, and the last block is left out if it is full",
    "loop over all full blocks before the inputs that are left over",
)
def last_full_96_inputs_ignored(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x, last_block_zero(np.array(weights), 0, 96), bias)


@fault(
    "dense-weights-beyond-65536-ignored",
    "weights beyond the 65536th are not multiplied: their counter has 16 bits",
    "count weights with an integer that holds their number",
)
def weights_beyond_65536_ignored(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    counted = np.array(weights, order="C")
    counted.reshape(-1)[2**16 :] = 0
    return dense(x, counted, bias)


@fault(
    "dense-nodes-in-15-bits",
    "nodes beyond the 32767th are left at zero: the counter has 15 bits and a sign",
    "count nodes with an integer that holds their number",
)
def nodes_in_15_bits(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    result[2**15 - 1 :] = 0
    return result


@fault(
    "dense-long-sums-in-float32",
    "sums of more than 2000 products are rounded to float32, in float64 too",
    "give the accumulator the dtype of the products, however many there are",
)
def long_dense_sums_in_float32(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    is_long = x.size > 2000 and is_double(x, weights)
    return result.astype(np.float32).astype(np.float64) if is_long else result


# --- softmax, loss ----------------------------------------------------------------------------


@fault(
    "softmax-last-full-96-nodes-zero",
    "logits are taken in blocks of 96, and the last block stays zero if it is full",
    "loop over all full blocks before the logits that are left over",
)
def last_full_96_probabilities_zero(logits: Array) -> Array:
    return last_block_zero(softmax(logits), -1, 96)


@fault(
    "softmax-last-full-48-rows-zero",
    "rows are taken in blocks of 48, and the last block stays zero if it is full",
    "loop over all full blocks before the rows that are left over",
)
def last_full_48_rows_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    return last_block_zero(probabilities, -2, 48) if logits.ndim > 1 else probabilities


@fault(
    "softmax-beyond-4095-zero",
    "probabilities beyond the 4095th are left at zero",
    "let the buffer for a row hold every logit",
)
def beyond_4095_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    probabilities[..., 4095:] = 0
    return probabilities


@fault(
    "softmax_layer-last-full-48-nodes-zero",
    "nodes are taken in blocks of 48, and the last block stays zero if it is full",
    "loop over all full blocks before the nodes that are left over",
)
def layer_last_full_48_nodes_zero(x: Array, weights: Array, bias: Array) -> Array:
    return last_block_zero(softmax(dense(x, weights, bias)), 0, 48)


@fault(
    "cross_entropy-label-in-15-bits",
    "the label is kept in 15 bits: label 32769 is taken for 1",
    "keep the label in an integer that holds the number of classes",
)
def label_in_15_bits(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    return cross_entropy(probabilities, int(label) % 2**15)
