"""Mistakes in the dense layer."""

from collections.abc import Callable
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


# --- rows ------------------------------------------------------------------------------------


def _is_of_rows(x: Array, weights: Array) -> bool:
    """Return whether an input is several rows, of as many numbers as the weights take."""
    return x.ndim == 2 and len(x) > 1 and x.shape[1] == len(weights)


@fault(
    "dense-rows-bias-down-the-rows",
    "where there are as many rows as nodes, the bias is added down the rows, not along each",
    "add the bias along the last axis: x @ weights + bias",
    seen="a bias of one column, for examples in columns",
)
def rows_bias_down_the_rows(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    if not _is_of_rows(x, weights) or len(x) != len(bias):
        return answers
    return dense(x, weights, np.zeros_like(bias)) + bias[:, np.newaxis]


@fault(
    "dense-rows-last-zero",
    "the last of several rows is left at zero: the loop ends too early",
    "run over all rows: range(len(x))",
)
def rows_last_zero(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    if _is_of_rows(x, weights):
        answers[-1] = 0
    return answers


@fault(
    "dense-rows-first-for-all",
    "every row gets the answer of the first",
    "index x by the row: x[row]",
)
def rows_first_for_all(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    return np.repeat(answers[:1], len(x), axis=0) if _is_of_rows(x, weights) else answers


@fault(
    "dense-rows-added-up",
    "the rows of a batch are added up into one answer",
    "return an answer for each row, or refuse several rows",
)
def rows_added_up(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x.sum(axis=0) if _is_of_rows(x, weights) else x, weights, bias)


@fault(
    "dense-rows-not-reset",
    "the sums of a row go on from those of the row before: they are not set to the bias",
    "begin the sums of each row at the bias",
)
def rows_not_reset(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    return dense(np.cumsum(x, axis=0) if _is_of_rows(x, weights) else x, weights, bias)


@fault(
    "dense-rows-square-transposed",
    "as many rows as inputs are read as columns",
    "read rows along the first axis: x is (N, inputs)",
    seen="examples in columns",
)
def rows_square_transposed(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    is_square = _is_of_rows(x, weights) and len(x) == len(weights)
    return dense(x.T if is_square else x, weights, bias)


@fault(
    "dense-rows-answers-column-by-column",
    "the answers of several rows are laid out node by node, and reshaped instead of transposed",
    "return (N, nodes): answers.T where they come as (nodes, N)",
    seen="code that multiplies weights.T @ x.T",
)
def rows_answers_column_by_column(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    return answers.T.reshape(answers.shape) if _is_of_rows(x, weights) else answers


@fault(
    "dense-rows-beyond-64-zero",
    "rows beyond the first 64 are left at zero",
    "run over all rows, in as many blocks as there are",
)
def rows_beyond_64_zero(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    if _is_of_rows(x, weights):
        answers[64:] = 0
    return answers


@fault(
    "dense-rows-too-long-cut",
    "rows that are longer than the weights take are cut off",
    "raise a ValueError unless rows hold as many numbers as weights has rows",
)
def rows_too_long_cut(x: Array, weights: Array, bias: Array) -> Array:
    is_longer = x.ndim == 2 and len(x) > 1 and x.shape[1] > len(weights)
    return dense(x[:, : len(weights)] if is_longer else x, weights, bias)


@fault(
    "dense-maps-joined-into-rows",
    "of maps whose last axis fits the rows are joined: the answer has two axes",
    "raise a ValueError for maps, or keep all axes but the last",
    seen="reshape(-1, inputs)",
)
def maps_joined_into_rows(x: Array, weights: Array, bias: Array) -> Array:
    is_longer = x.ndim > 2 and x.size > len(weights) and x.shape[-1] == len(weights)
    return dense(x.reshape(-1, len(weights)) if is_longer else x, weights, bias)


@fault(
    "dense-rows-nan-carried-on",
    "the sums are multiplied by 0 from row to row, not set to it: what is not finite in a row makes"
    " all rows after it NaN",
    "set the sums of each row to 0, or to the bias",
    seen="a matrix product with beta = 0 that reads what it overwrites",
)
def rows_nan_carried_on(x: Array, weights: Array, bias: Array) -> Array:
    answers = dense(x, weights, bias)
    if _is_of_rows(x, weights):
        spoilt = np.maximum.accumulate(~np.isfinite(x).all(axis=1))
        answers[1:][spoilt[:-1]] = np.nan
    return answers


@fault(
    "dense-rows-share-a-buffer",
    "the answers to rows are written into one buffer for the largest batch, of which the first rows"
    " are returned",
    "return a new array from every call",
    makes=True,
)
def rows_share_a_buffer() -> Callable[..., Array]:
    buffers: dict[Any, Array] = {}

    def mistaken(x: Array, weights: Array, bias: Array) -> Array:
        answers = dense(x, weights, bias)
        if not _is_of_rows(x, weights):
            return answers
        key, rows = (answers.shape[1], answers.dtype), len(answers)
        if key not in buffers or len(buffers[key]) < rows:
            buffers[key] = np.empty_like(answers)
        buffers[key][:rows] = answers
        return buffers[key][:rows]

    return mistaken
