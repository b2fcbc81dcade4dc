"""Mistakes in the dense layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.dense import dense

Array = NDArray[Any]


@fault(
    "dense-weights-transposed",
    "square weights are used as (nodes, inputs)",
    "multiply x @ weights with weights of (inputs, nodes)",
)
def weights_transposed(x: Array, weights: Array, bias: Array) -> Array:
    square = weights.shape[0] == weights.shape[1]
    return dense(x, weights.T if square else weights, bias)


@fault(
    "dense-flattened-in-fortran-order",
    "the input is flattened with the first axis running fastest",
    "flatten in C order: the last axis runs fastest",
)
def flattened_in_fortran_order(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x.flatten(order="F"), weights, bias)


@fault(
    "dense-flattened-channels-first",
    "the last axis is moved to the front before flattening",
    "flatten the input as it is, channels last",
    seen="channels-first frameworks without an adapter",
)
def flattened_channels_first(x: Array, weights: Array, bias: Array) -> Array:
    return dense(np.moveaxis(x, -1, 0), weights, bias)


@fault("dense-bias-ignored", "the bias is ignored", "add the bias")
def bias_ignored(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    return dense(x, weights, np.zeros_like(bias))


@fault(
    "dense-bias-for-every-input",
    "the bias is added once for every input",
    "add the bias once, after the sum",
)
def bias_for_every_input(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    return dense(x, weights, bias * len(weights))


@fault(
    "dense-negatives-cut",
    "negative results become 0: ReLU is applied as well",
    "return the sums as they are",
)
def negatives_cut(x: Array, weights: Array, bias: Array) -> Array:
    return np.maximum(dense(x, weights, bias), 0)


@fault(
    "dense-single-input-broadcast",
    "a single number is used for all inputs",
    "raise a ValueError unless x holds as many numbers as weights has rows",
)
def single_input_broadcast(x: Array, weights: Array, bias: Array) -> Array:
    return dense(np.repeat(x, len(weights)) if x.size == 1 else x, weights, bias)


@fault(
    "dense-longer-input-cut",
    "numbers beyond the rows of weights are dropped",
    "raise a ValueError unless x holds as many numbers as weights has rows",
)
def longer_input_cut(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x.ravel()[: len(weights)], weights, bias)


@fault(
    "dense-long-bias-cut",
    "a bias with too many numbers is cut off in silence",
    "raise a ValueError unless the bias has one number for each node",
)
def long_bias_cut(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x, weights, bias[: weights.shape[1]])


@fault(
    "dense-short-bias-broadcast",
    "a bias of one number is added to all nodes",
    "raise a ValueError unless the bias has one number for each node",
    effect=ADVISED,
)
def short_bias_broadcast(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x, weights, np.repeat(bias, weights.shape[1]) if len(bias) == 1 else bias)


@fault(
    "dense-float32-inside",
    "float64 inputs are multiplied in float32",
    "compute in the precision of the input",
)
def float32_inside(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    narrow = dense(*(np.asarray(part, np.float32) for part in (x, weights, bias)))
    return narrow.astype(result.dtype)


@fault(
    "dense-last-input-ignored",
    "the last of several inputs is not added",
    "let the loop over the inputs run to the last one",
)
def last_input_ignored(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    return result if x.size == 1 else dense(x.ravel()[:-1], weights[:-1], bias)


@fault(
    "dense-weights-of-the-inputs-type",
    "weights are converted to the integer type of the input, which cuts off fractions",
    "convert the input to the floating-point dtype of the weights",
)
def weights_of_the_inputs_type(x: Array, weights: Array, bias: Array) -> Array:
    if x.dtype.kind in "iu":
        weights = weights.astype(np.int64).astype(x.dtype)
    return dense(x, weights, bias)
