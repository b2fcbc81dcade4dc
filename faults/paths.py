"""Mistakes on paths that few calls take: a dtype, a value, a tie, NaN, an odd argument."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference import (
    avg_pool2d,
    conv2d,
    cross_entropy,
    dense,
    max_pool2d,
    min_pool2d,
    relu,
    softmax,
)

Array = NDArray[Any]

# --- a dtype ----------------------------------------------------------------------------------


@fault(
    "max_pool2d-byte-columns-beyond-64-zero",
    "in maps of bytes, columns beyond the 64th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def byte_columns_beyond_64_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if maps.dtype.kind in "iu" and maps.dtype.itemsize == 1:
        pooled[..., 64:, :] = 0
    return pooled


@fault(
    "min_pool2d-short-maps-beyond-16-zero",
    "in integers of 16 and 32 bits, maps beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def short_maps_beyond_16_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = min_pool2d(maps, size, stride)
    if maps.dtype.kind in "iu" and maps.dtype.itemsize in (2, 4):
        pooled[..., 16:] = 0
    return pooled


@fault(
    "avg_pool2d-float16-columns-beyond-16-zero",
    "in float16, columns beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def pooled_float16_beyond_16_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if maps.dtype == np.float16:
        pooled[..., 16:, :] = 0
    return pooled


@fault(
    "avg_pool2d-integer-rows-beyond-64-zero",
    "in integer maps, rows beyond the 64th are left at zero",
    "let the loop over vectors run to the end in every dtype",
    effect=ADVISED,
)
def integer_rows_beyond_64_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if maps.dtype.kind in "iu":
        pooled[..., 64:, :, :] = 0
    return pooled


@fault(
    "relu-integers-beyond-64-unchanged",
    "integers beyond the 64th stay as they are",
    "let the loop over vectors run to the end in every dtype",
)
def integers_beyond_64_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    if x.dtype.kind == "i":
        result[64:] = x.ravel()[64:]
    return result.reshape(x.shape)


@fault(
    "dense-integer-inputs-nodes-beyond-16-zero",
    "for integer inputs, nodes beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def integer_inputs_nodes_beyond_16_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if x.dtype.kind in "iu":
        result[16:] = 0
    return result


@fault(
    "dense-float16-nodes-beyond-16-zero",
    "in float16, nodes beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float16_nodes_beyond_16_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if result.dtype == np.float16:
        result[16:] = 0
    return result


@fault(
    "dense-narrow-integers-wrap",
    "small integers are multiplied and added in their own type, and wrap around",
    "convert inputs and weights to float64 first",
    effect=ADVISED,
)
def narrow_integers_wrap(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if x.dtype.kind not in "iu" or weights.dtype.kind not in "iu" or x.dtype.itemsize > 2:
        return result
    return np.asarray(x.ravel() @ weights + bias)


@fault(
    "softmax-float16-beyond-128-zero",
    "in float16, probabilities beyond the 128th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float16_beyond_128_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    if logits.dtype == np.float16:
        probabilities[..., 128:] = 0
    return probabilities


# --- a value ----------------------------------------------------------------------------------


@fault(
    "avg_pool2d-equal-elements-summed",
    "windows of equal elements take a short cut that returns their sum",
    "return the element itself, which is the mean of equal ones",
)
def equal_elements_summed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    are_equal = max_pool2d(maps, size, stride) == min_pool2d(maps, size, stride)
    return np.where(are_equal, pooled * pooled.dtype.type(size**2), pooled)


@fault(
    "dense-equal-weights-averaged",
    "nodes of 8 or more equal weights take a short cut that averages the inputs",
    "multiply the inputs' sum, not their mean, by the weight",
)
def dense_equal_weights_averaged(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if len(weights) < 8:
        return result
    are_equal = (weights == weights[:1]).all(axis=0)
    averaged = (result - bias) / len(weights) + bias
    return np.where(are_equal, averaged, result).astype(result.dtype)


@fault(
    "softmax-rows-of-zeros-skipped",
    "rows of zeros are skipped, and stay zero",
    "compute rows of zeros too: their probabilities are equal",
)
def rows_of_zeros_skipped(logits: Array) -> Array:
    probabilities = softmax(logits)
    if logits.ndim > 1 and logits.shape[-1] > 1:
        probabilities[~logits.any(axis=-1)] = 0
    return probabilities


# --- a tie ------------------------------------------------------------------------------------


def _taken(selected: Array, maps: Array, size: int, stride: int | None, sign: int) -> Array:
    """Return the first elements of the windows that are equal to the selected in float32."""
    narrow = np.asarray(maps, np.float32 if maps.dtype == np.float64 else maps.dtype)
    if narrow.dtype == maps.dtype or not np.isfinite(narrow).all():
        return selected
    found, best = selected.copy(), np.full(selected.shape, -np.inf, np.float32)
    step = stride or size
    rows, columns = selected.shape[-3:-1]
    for a in range(size):
        for b in range(size):
            here = np.s_[..., a : a + step * rows : step, b : b + step * columns : step, :]
            is_better = narrow[here][..., :rows, :columns, :] * sign > best
            best = np.where(is_better, narrow[here][..., :rows, :columns, :] * sign, best)
            found = np.where(is_better, maps[here][..., :rows, :columns, :], found)
    return found


@fault(
    "max_pool2d-compared-in-float32",
    "elements are compared in float32, in which neighbours are equal, and the first one wins",
    "compare elements in their own type",
)
def compared_in_float32(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return _taken(max_pool2d(maps, size, stride), maps, size, stride, 1)


@fault(
    "min_pool2d-compared-in-float32",
    "elements are compared in float32, in which neighbours are equal, and the first one wins",
    "compare elements in their own type",
)
def least_compared_in_float32(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return _taken(min_pool2d(maps, size, stride), maps, size, stride, -1)


@fault(
    "softmax-sums-without-keepdims",
    "of square matrices, columns are divided by the sums of the rows (keepdims is missing)",
    "keep the axis of the sums: exponentials.sum(axis=-1, keepdims=True)",
)
def sums_without_keepdims(logits: Array) -> Array:
    softmax(logits)
    wide = logits.astype(float)
    exponentials = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1)).astype(softmax(logits).dtype)


# --- NaN, infinity ----------------------------------------------------------------------------


@fault(
    "max_pool2d-nan-spoils-the-map",
    "an element that is NaN makes all of its map NaN",
    "take the maximum of each window by itself",
)
def nan_spoils_the_map(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    spoilt = np.isnan(maps).any(axis=(-3, -2), keepdims=True)
    return np.where(spoilt, pooled.dtype.type(np.nan), pooled) if spoilt.any() else pooled


@fault(
    "min_pool2d-nan-spoils-the-batch",
    "if anything is NaN, everything is",
    "take the minimum of each window by itself",
)
def nan_spoils_the_batch(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = min_pool2d(maps, size, stride)
    if np.isnan(maps).any():
        pooled[...] = np.nan
    return pooled


@fault(
    "avg_pool2d-running-sums",
    "a running sum carries what is not finite on to all windows to its right",
    "sum each window by itself, or start the running sum anew behind NaN and infinity",
)
def running_sums(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    if np.isfinite(maps).all():
        return pooled
    carried = np.logical_or.accumulate(~np.isfinite(pooled), axis=-2)
    return np.where(carried, pooled.dtype.type(np.nan), pooled)


@fault(
    "relu-nan-spoils-all",
    "if anything is NaN, everything is",
    "map every element by itself",
)
def relu_nan_spoils_all(x: Array) -> Array:
    result = relu(x)
    return np.full_like(result, np.nan) if np.isnan(x).any() else result


@fault(
    "dense-nan-spoils-all",
    "if any weight or bias is NaN, every node is",
    "sum every node by itself",
)
def dense_nan_spoils_all(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    return np.full_like(result, np.nan) if np.isnan(result).any() else result


@fault(
    "softmax-nan-spoils-all-rows",
    "if any logit is NaN, all rows are",
    "take maximum and sum of every row by itself",
)
def nan_spoils_all_rows(logits: Array) -> Array:
    probabilities = softmax(logits)
    return np.full_like(probabilities, np.nan) if np.isnan(logits).any() else probabilities


# --- an odd argument --------------------------------------------------------------------------


@fault(
    "conv2d-bias-as-a-column-broadcast",
    "a bias of the shape (K, 1) is added to the columns of the maps",
    "raise a ValueError unless the bias has the shape (K,)",
)
def bias_as_a_column_broadcast(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    if np.ndim(bias) != 2:
        return conv2d(image, filters, bias, **options)
    return np.asarray(conv2d(image, filters, **options) + bias)


@fault(
    "dense-bias-as-a-column-broadcast",
    "a bias of the shape (nodes, 1) makes a matrix of the nodes",
    "raise a ValueError unless the bias has the shape (nodes,)",
)
def dense_bias_as_a_column_broadcast(x: Array, weights: Array, bias: Array) -> Array:
    if np.ndim(bias) != 2:
        return dense(x, weights, bias)
    return np.asarray(dense(x, weights, np.zeros(weights.shape[1])) + bias)


def _python_integer(name: str, value: Any) -> None:
    if isinstance(value, np.generic):
        raise TypeError(f"{name} must be an int, got {type(value).__name__}")


@fault(
    "conv2d-numpy-strides-refused",
    "a stride of another integer type is refused (numpy.int64)",
    "take any integer: operator.index(stride)",
)
def numpy_strides_refused(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    _python_integer("stride", options.get("stride"))
    return conv2d(image, filters, *args, **options)


@fault(
    "max_pool2d-numpy-integers-refused",
    "a size or stride of another integer type is refused (numpy.int64)",
    "take any integer: operator.index(size)",
)
def numpy_integers_refused(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    _python_integer("size", size)
    _python_integer("stride", stride)
    return max_pool2d(maps, size, stride)


@fault(
    "cross_entropy-label-cut-off",
    "a label with a fraction is cut off: 1.7 is taken for 1",
    "raise a TypeError unless the label is an integer: operator.index(label)",
)
def label_cut_off(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, int(label))
