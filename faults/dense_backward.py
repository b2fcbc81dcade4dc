"""Mistakes in the gradients of the dense layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.dense_backward import dense_grad_bias, dense_grad_weights, dense_grad_x

Array = NDArray[Any]


def _rows(grad: Array) -> int:
    return len(np.atleast_2d(grad))


# --- to the input ----------------------------------------------------------------------------


@fault(
    "dense_grad_x-weights-not-transposed",
    "square weights are not transposed",
    "multiply grad by the transposed weights: grad @ weights.T",
)
def weights_not_transposed(grad: Array, x: Array, weights: Array) -> Array:
    square = weights.shape[0] == weights.shape[1]
    return dense_grad_x(grad, x, weights.T if square else weights)


@fault(
    "dense_grad_x-weights-updated-first",
    "the weights are updated before they are used for the gradient to the input",
    "compute grad_x with the weights of the forward pass, then update them",
    seen="layers that update inside backward",
)
def weights_updated_first(grad: Array, x: Array, weights: Array) -> Array:
    updated = weights - 0.005 * dense_grad_weights(grad, x, weights)
    return dense_grad_x(grad, x, updated.astype(weights.dtype))


@fault(
    "dense_grad_x-left-flat",
    "the result is left flat: it has not the shape of x",
    "give grad_x the shape of x",
)
def left_flat(grad: Array, x: Array, weights: Array) -> Array:
    found = dense_grad_x(grad, x, weights)
    return found.ravel() if np.ndim(grad) == 1 else found


@fault(
    "dense_grad_x-in-fortran-order",
    "the result is laid out in Fortran order: the first axis runs fastest",
    "give grad_x the shape of x in C order",
)
def in_fortran_order(grad: Array, x: Array, weights: Array) -> Array:
    found = dense_grad_x(grad, x, weights)
    return found if np.ndim(grad) == 2 else found.ravel().reshape(found.shape, order="F")


@fault(
    "dense_grad_x-averaged-over-nodes",
    "the products are averaged over the nodes, not summed",
    "add the products of all nodes",
)
def averaged_over_nodes(grad: Array, x: Array, weights: Array) -> Array:
    return np.asarray(dense_grad_x(grad, x, weights) / weights.shape[1])


@fault(
    "dense_grad_x-last-node-only",
    "only the last node's product counts: it is stored, not added",
    "add the products of all nodes (+=)",
)
def last_node_only(grad: Array, x: Array, weights: Array) -> Array:
    only = np.zeros_like(grad)
    only[..., -1] = grad[..., -1]
    return dense_grad_x(only, x, weights)


@fault(
    "dense_grad_x-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def grad_dropped(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_x(np.ones_like(grad), x, weights)


@fault(
    "dense_grad_x-divided-by-rows",
    "the gradient to the input is divided by the number of rows",
    "divide in the loss, if at all: nothing is averaged inside a layer",
    seen="courses that keep 1/N in the layers",
)
def x_divided_by_rows(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_x(grad, x, weights) / _rows(grad)


@fault(
    "dense_grad_x-times-x",
    "the result is multiplied by x",
    "the gradient to x does not hold x: grad @ weights.T",
)
def times_x(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_x(grad, x, weights) * x


@fault(
    "dense_grad_x-in-float32",
    "the gradient to the input is computed in float32",
    "keep the precision of the arguments",
)
def x_in_float32(grad: Array, x: Array, weights: Array) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, x, weights)]
    return dense_grad_x(*narrow).astype(np.result_type(grad, weights, np.float32))


@fault(
    "dense_grad_x-opposite-sign",
    "the gradient has the opposite sign",
    "return the gradient itself; the update subtracts it",
)
def opposite_sign(grad: Array, x: Array, weights: Array) -> Array:
    return -dense_grad_x(grad, x, weights)


@fault(
    "dense_grad_x-of-the-first-row",
    "every row gets the gradient of the first",
    "treat each row by itself",
)
def of_the_first_row(grad: Array, x: Array, weights: Array) -> Array:
    found = dense_grad_x(grad, x, weights)
    return found if np.ndim(grad) == 1 else found[:1] + 0 * found


# --- to the weights --------------------------------------------------------------------------


@fault(
    "dense_grad_weights-transposed",
    "grad and x are swapped in the outer product: the result is (nodes, inputs)",
    "weights are (inputs, nodes), and so is their gradient: outer(x, grad)",
)
def weights_transposed(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_weights(grad, x, weights).T


@fault(
    "dense_grad_weights-reshaped",
    "the outer product is reshaped where it has to be transposed",
    "weights are (inputs, nodes), and so is their gradient: outer(x, grad)",
)
def weights_reshaped(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_weights(grad, x, weights).T.reshape(weights.shape)


@fault(
    "dense_grad_weights-averaged",
    "the gradient to the weights is averaged over the rows, not summed",
    "add the gradients of all rows: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
)
def weights_averaged(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_weights(grad, x, weights) / _rows(grad)


@fault(
    "dense_grad_weights-last-row-only",
    "the gradient to the weights is of the last row only: it is stored, not added",
    "add the gradients of all rows (+=)",
)
def weights_last_row_only(grad: Array, x: Array, weights: Array) -> Array:
    if np.ndim(grad) == 1:
        return dense_grad_weights(grad, x, weights)
    return dense_grad_weights(grad[-1:], x[-1:], weights)


@fault(
    "dense_grad_weights-x-flattened-in-fortran-order",
    "x is flattened in Fortran order (column by column)",
    "flatten x in C order: the last axis runs fastest",
)
def flattened_in_fortran_order(grad: Array, x: Array, weights: Array) -> Array:
    flat = x.ravel("F") if np.ndim(grad) == 1 else x
    return dense_grad_weights(grad, flat, weights)


@fault(
    "dense_grad_weights-x-flattened-channels-first",
    "x is flattened map by map (channels first)",
    "flatten x in C order: the last axis runs fastest",
)
def flattened_channels_first(grad: Array, x: Array, weights: Array) -> Array:
    flat = np.moveaxis(x, -1, 0).ravel() if x.ndim > 2 else x
    return dense_grad_weights(grad, flat, weights)


@fault(
    "dense_grad_weights-with-decay",
    "a part of the weights is added to their gradient, as by a decay of weights",
    "leave the decay to the optimiser",
)
def with_decay(grad: Array, x: Array, weights: Array) -> Array:
    decay = (0.01 * weights).astype(weights.dtype)
    return np.asarray(dense_grad_weights(grad, x, weights) + decay)


@fault(
    "dense_grad_weights-updated-weights",
    "the updated weights are returned in the place of their gradient",
    "return the gradient",
)
def updated_weights(grad: Array, x: Array, weights: Array) -> Array:
    return weights - dense_grad_weights(grad, x, weights)


@fault(
    "dense_grad_weights-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def weights_grad_dropped(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_weights(np.ones_like(grad), x, weights)


@fault(
    "dense_grad_weights-accumulated",
    "gradients are added to those of the call before",
    "set the gradient to zero before each call, or leave adding up to the caller",
    makes=True,
)
def accumulated() -> Any:
    kept: dict[tuple[int, ...], Array] = {}

    def called(grad: Array, x: Array, weights: Array) -> Array:
        found = dense_grad_weights(grad, x, weights)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return called


@fault(
    "dense_grad_weights-in-float32",
    "the gradient to the weights is computed in float32",
    "keep the precision of the arguments",
)
def weights_in_float32(grad: Array, x: Array, weights: Array) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, x, weights)]
    return dense_grad_weights(*narrow).astype(np.result_type(grad, x, np.float32))


# --- to the bias -----------------------------------------------------------------------------


@fault(
    "dense_grad_bias-averaged",
    "the gradient to the bias is averaged over the rows, not summed",
    "add the gradients of all rows: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
)
def bias_averaged(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_bias(grad, x, weights) / _rows(grad)


@fault(
    "dense_grad_bias-of-the-first-row",
    "the gradient to the bias is of the first row only",
    "add the gradients of all rows",
)
def bias_of_the_first_row(grad: Array, x: Array, weights: Array) -> Array:
    first = grad if np.ndim(grad) == 1 else grad[0]
    return dense_grad_bias(first, x if np.ndim(grad) == 1 else x[:1], weights)


@fault(
    "dense_grad_bias-not-summed",
    "it is not summed over the rows: one for each row is returned",
    "sum grad over the rows (axis=0)",
)
def bias_not_summed(grad: Array, x: Array, weights: Array) -> Array:
    dense_grad_bias(grad, x, weights)
    return grad.copy()


@fault(
    "dense_grad_bias-over-the-nodes",
    "it is summed over the nodes, not the rows",
    "sum grad over the rows (axis=0)",
)
def bias_over_the_nodes(grad: Array, x: Array, weights: Array) -> Array:
    found = dense_grad_bias(grad, x, weights)
    return found if np.ndim(grad) == 1 else grad.sum(axis=1)


@fault(
    "dense_grad_bias-axis-kept",
    "the axis of the rows is kept: the result is (1, nodes)",
    "return the shape of the bias: (nodes,)",
)
def bias_axis_kept(grad: Array, x: Array, weights: Array) -> Array:
    return dense_grad_bias(grad, x, weights)[np.newaxis]


@fault(
    "dense_grad_bias-sum-of-all",
    "the sum of all of grad is given to each node",
    "sum grad over the rows alone (axis=0)",
)
def bias_sum_of_all(grad: Array, x: Array, weights: Array) -> Array:
    found = dense_grad_bias(grad, x, weights)
    return np.full_like(found, found.sum())


@fault(
    "dense_grad_bias-opposite-sign",
    "the gradient has the opposite sign",
    "return the gradient itself; the update subtracts it",
)
def bias_opposite_sign(grad: Array, x: Array, weights: Array) -> Array:
    return -dense_grad_bias(grad, x, weights)


@fault(
    "dense_grad_weights-averaged-as-the-bias",
    "the gradients to weights and bias are averaged over the rows, not summed",
    "add the gradients of all rows: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
    effect=ADVISED,
    beside={"dense_grad_bias": bias_averaged},
)
def averaged_as_the_bias(grad: Array, x: Array, weights: Array) -> Array:
    return np.asarray(weights_averaged(grad, x, weights))
