"""The gradients of a dense layer with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.dense.backward.exact import rows_of
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Axis, Data

Known = Mapping[str, Any]

_ROWS, _INPUTS, _NODES = Axis("row", "rows"), Axis("input", "inputs"), Axis("node", "nodes")
_OF_X = "grad_x = grad times the transposed weights, in the shape of x"
_OF_WEIGHTS = "grad_weights = outer(flatten(x), grad), summed over the rows"
_OF_BIAS = "grad_bias = grad, summed over the rows"

_GRAD = Data("grad", "the numbers of the incoming gradient", (_ROWS, _NODES), "use grad as it came")


def _arrays(at: Slots, grad: Array, x: Array, weights: Array) -> tuple[Array, Array, Array]:
    rows, inputs = rows_of(np.asarray(grad, np.float64), np.asarray(x, np.float64))
    weights = np.asarray(weights, np.float64)
    known = {"x": np.asarray(x, np.float64), "weights": weights}
    rows = at("grad", rows, **known, inputs=inputs)
    inputs = at("inputs", inputs, **known, rows=rows)
    weights = at("weights", weights, rows=rows, inputs=inputs)
    return rows, inputs, weights


# --- to the input ----------------------------------------------------------------------------


def compute_to_x(at: Slots, grad: Array, x: Array, weights: Array) -> Array:
    """Compute the gradient to the input in float64."""
    rows, inputs, weights = _arrays(at, grad, x, weights)
    sums = at("sums", rows @ weights.T, rows=rows, weights=weights, inputs=inputs)
    found = np.asarray(at("result", sums, rows=rows, weights=weights, inputs=inputs))
    return np.asarray(at("laid", found.reshape(np.shape(x)), found=found))


RESULT_X = Data("result", "the results", (_ROWS, _INPUTS), _OF_X)
WEIGHTS = Data("weights", "the weights", (_INPUTS, _NODES), _OF_X)


@cache
def of_x() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the input."""
    return tuple(
        chain(
            quantities.nothing(RESULT_X),
            _of_weights(),
            _of_sums_to_x(),
            gradients.incoming(_GRAD.slot),
            _of_laying(),
            _common(RESULT_X, WEIGHTS),
        )
    )


def _one(
    slot: str, words: str, of: Callable[[Any, Known], Any], remedy: str, rank: int = KNOWN
) -> Hypothesis:
    return Hypothesis(slot, words, of, remedy, rank)


def _of_weights() -> Iterator[Hypothesis]:
    yield _one("weights", "the weights are not transposed where they are square",
               lambda w, _k: w.T if w.shape[0] == w.shape[1] else w, _OF_X, COMMON)  # fmt: skip
    yield _one("weights", "the weights are reshaped where they have to be transposed",
               lambda w, _k: w.reshape(w.shape[::-1]).T, _OF_X, COMMON)  # fmt: skip
    yield _one("weights", "the weights are updated before they are used: grad_weights is"
               " subtracted from them",
               lambda w, k: w - k["inputs"].T @ k["rows"], _OF_X, COMMON)  # fmt: skip
    yield _one("weights", "the weights are taken for their absolute values",
               lambda w, _k: np.abs(w), _OF_X, ODD)  # fmt: skip
    yield _one("weights", "the weights are dropped: each is taken for 1",
               lambda w, _k: np.ones_like(w), _OF_X)  # fmt: skip
    for rate in (0.001, 0.005, 0.01, 0.1, 0.5):
        yield _one("weights", f"the weights are updated before they are used, at a rate of {rate}",
                   bound(lambda w, k, rate: w - rate * k["inputs"].T @ k["rows"], rate),
                   _OF_X)  # fmt: skip


def _of_sums_to_x() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("sums", words, lambda _v, known: of(known), _OF_X, rank)

    def products(k: Known) -> Array:
        return np.asarray(k["rows"][:, np.newaxis, :] * k["weights"])

    yield one("the products are averaged over the nodes, not summed",
              lambda k: products(k).mean(axis=2), COMMON)  # fmt: skip
    yield one("only the last node's product counts: it is stored, not added",
              lambda k: products(k)[..., -1], COMMON)  # fmt: skip
    yield one("only the first node's product counts", lambda k: products(k)[..., 0])
    yield one("the last node's product is left out", lambda k: products(k)[..., :-1].sum(axis=2))
    yield one("the first node's product is left out", lambda k: products(k)[..., 1:].sum(axis=2))
    yield one("the largest product is taken, not the sum", lambda k: products(k).max(axis=2), ODD)
    yield one("the result is multiplied by x", lambda k: products(k).sum(axis=2) * k["inputs"],
              COMMON)  # fmt: skip
    yield one("the result counts where x is positive only, as behind a ReLU",
              lambda k: products(k).sum(axis=2) * (k["inputs"] > 0), COMMON)  # fmt: skip
    yield one("x stands in the place of the weights' sums: x times the sum of grad is returned",
              lambda k: k["inputs"] * k["rows"].sum(axis=1, keepdims=True))  # fmt: skip
    yield one("the result is summed over the rows, and each row gets the sum",
              lambda k: products(k).sum(axis=2).sum(axis=0, keepdims=True)
              + 0 * k["inputs"])  # fmt: skip


def _of_laying() -> Iterator[Hypothesis]:
    remedy = "give grad_x the shape of x in C order: the last axis runs fastest"

    def laid(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("laid", words, lambda value, _known: of(value), remedy, rank)

    yield laid("the result is laid out in Fortran order: the first axis runs fastest",
               lambda v: v.ravel().reshape(v.shape, order="F"))  # fmt: skip
    yield laid("the result is laid out map by map (channels first)",
               lambda v: np.moveaxis(v.ravel().reshape(v.shape[-1:] + v.shape[:-1]), 0, -1)
               if v.ndim > 2 else v)  # fmt: skip
    yield laid("the result is left flat: it has not the shape of x", np.ravel)
    yield laid("rows and columns of the result are swapped",
               lambda v: v.swapaxes(0, 1) if v.ndim > 1 and v.shape[0] == v.shape[1] else v,
               KNOWN)  # fmt: skip


# --- to the weights --------------------------------------------------------------------------


def compute_to_weights(at: Slots, grad: Array, x: Array, weights: Array) -> Array:
    """Compute the gradient to the weights in float64."""
    rows, inputs, weights = _arrays(at, grad, x, weights)
    parts = inputs[:, :, np.newaxis] * rows[:, np.newaxis, :]
    parts = at("parts", parts, rows=rows, inputs=inputs, weights=weights)
    sums = np.sum(parts, axis=0)
    return np.asarray(at("result", sums, rows=rows, weights=weights, inputs=inputs))


RESULT_WEIGHTS = Data("result", "the results", (_INPUTS, _NODES), _OF_WEIGHTS)
INPUTS = Data("inputs", "the inputs", (_ROWS, _INPUTS), _OF_WEIGHTS)


@cache
def of_weights() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the weights."""
    return tuple(
        chain(
            quantities.nothing(RESULT_WEIGHTS),
            gradients.over_examples("parts", "the gradient to the weights", "rows"),
            _of_inputs(),
            _of_parts(),
            gradients.incoming(_GRAD.slot),
            _of_outer(),
            _common(RESULT_WEIGHTS, INPUTS),
        )
    )


def _channels_first(x: Array) -> Array:
    return np.moveaxis(x, -1, 0).ravel() if x.ndim > 2 else x


def _of_inputs() -> Iterator[Hypothesis]:
    def flat(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        remedy = "flatten x in C order (x.ravel()): the last axis runs fastest"

        def change(value: Array, known: Known) -> Array:
            return np.reshape(of(known), value.shape) if len(value) == 1 else value

        return Hypothesis("inputs", words, change, remedy, rank)

    yield flat("x is flattened in Fortran order (column by column)", lambda k: k["x"].ravel("F"))
    yield flat("x is flattened map by map (channels first)",
               lambda k: _channels_first(k["x"]))  # fmt: skip
    yield _one("inputs", "x is dropped: each input is taken for 1",
               lambda v, _k: np.ones_like(v), _OF_WEIGHTS)  # fmt: skip
    yield _one("inputs", "x counts where it is positive only",
               lambda v, _k: np.maximum(v, 0), _OF_WEIGHTS)  # fmt: skip
    yield _one("inputs", "the sign of x is taken for x", lambda v, _k: np.sign(v), _OF_WEIGHTS)
    yield _one("inputs", "the gradient to x is taken for x",
               lambda _v, k: k["rows"] @ k["weights"].T, _OF_WEIGHTS)  # fmt: skip


def _of_parts() -> Iterator[Hypothesis]:
    yield _one("parts", "the rows of x and of grad are not paired: each sum is taken first",
               lambda _v, k: (k["inputs"].sum(axis=0)[:, np.newaxis]
                              * k["rows"].sum(axis=0))[np.newaxis],
               _OF_WEIGHTS)  # fmt: skip
    yield _one("parts", "the weights stand in the place of the inputs: grad times the weights",
               lambda _v, k: (k["weights"] * k["rows"].sum(axis=0))[np.newaxis],
               _OF_WEIGHTS)  # fmt: skip


def _of_outer() -> Iterator[Hypothesis]:
    remedy = "weights are (inputs, nodes), and so is their gradient: outer(x, grad)"
    yield _one("result", "grad and x are swapped in the outer product: the result is transposed",
               lambda v, _k: v.T, remedy, COMMON)  # fmt: skip
    yield _one("result", "the result is transposed where it is square",
               lambda v, _k: v.T if v.shape[0] == v.shape[1] else v, remedy, COMMON)  # fmt: skip
    yield _one("result", "the result is reshaped where it has to be transposed",
               lambda v, _k: v.T.reshape(v.shape), remedy, COMMON)  # fmt: skip
    yield _one("result", "the weights are subtracted from their gradient: an update is returned",
               lambda v, k: v - k["weights"], _OF_WEIGHTS)  # fmt: skip
    yield _one("result", "the weights are added to their gradient, as by a decay of weights",
               lambda v, k: v + k["weights"], _OF_WEIGHTS)  # fmt: skip
    for rate in gradients.DECAYS:
        yield _one("result", f"{rate} of the weights is added to their gradient, as by a decay of"
                   " weights", bound(lambda v, k, r: v + r * k["weights"], rate),
                   _OF_WEIGHTS)  # fmt: skip
    yield _one("result", "the updated weights are returned in the place of their gradient",
               lambda v, k: k["weights"] - v, _OF_WEIGHTS)  # fmt: skip


# --- to the bias -----------------------------------------------------------------------------


def compute_to_bias(at: Slots, grad: Array, x: Array, weights: Array) -> Array:
    """Compute the gradient to the bias in float64."""
    rows, inputs, weights = _arrays(at, grad, x, weights)
    parts = at("parts", rows, rows=rows, inputs=inputs, weights=weights)
    sums = np.sum(parts, axis=0)
    return np.asarray(at("result", sums, rows=rows, weights=weights, inputs=inputs))


RESULT_BIAS = Data("result", "the results", (_NODES,), _OF_BIAS)


@cache
def of_bias() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the bias."""
    return tuple(
        chain(
            quantities.nothing(RESULT_BIAS),
            gradients.over_examples("parts", "the gradient to the bias", "rows"),
            gradients.incoming(_GRAD.slot),
            _of_bias(),
            gradients.without(_common(RESULT_BIAS, _GRAD), gradients.in_another_order("rows")),
        )
    )


def _of_bias() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("result", words, of, _OF_BIAS, rank)

    yield one("the sum of all of grad is given to each node",
              lambda v, k: np.full(v.shape, k["rows"].sum()), COMMON)  # fmt: skip
    yield one("the mean of all of grad is given to each node",
              lambda v, k: np.full(v.shape, k["rows"].mean()))  # fmt: skip
    yield one("it is not summed over the rows: one for each row is returned",
              lambda _v, k: k["rows"], COMMON)  # fmt: skip
    yield one("it is summed over the nodes, not the rows",
              lambda _v, k: k["rows"].sum(axis=1), COMMON)  # fmt: skip
    yield one("the axis of the rows is kept: the result is (1, nodes)",
              lambda v, _k: v[np.newaxis], COMMON)  # fmt: skip
    yield one("the result is a column: (nodes, 1)", lambda v, _k: v[:, np.newaxis], COMMON)
    yield one("grad is multiplied by the sum of the inputs",
              lambda _v, k: (k["rows"] * k["inputs"].sum(axis=1, keepdims=True)).sum(axis=0),
              ODD)  # fmt: skip


# --- of all ----------------------------------------------------------------------------------

_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of rows": lambda known: len(known["rows"]),
    "the number of inputs": lambda known: len(known["weights"]),
    "the number of nodes": lambda known: known["weights"].shape[1],
}


def _common(result: Data, factor: Data) -> Iterator[Hypothesis]:
    yield from orders.along_axes(_GRAD)
    if factor is not _GRAD:
        yield from orders.along_axes(factor)
        yield from quantities.casts(factor)
    yield from orders.along_axes(result)
    yield from quantities.casts(_GRAD)
    yield from quantities.casts(result)
    yield from quantities.factors(result, _SIZES)
    yield from quantities.normalisations(result, {"": tuple(range(len(result.axes)))})


def _measured(remedy: str) -> Callable[..., Iterator[Hypothesis]]:
    def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
        yield from quantities.measured_line("result", "the results", got, due, remedy)
        yield from gradients.measured_length("result", given["grad"], got, due, remedy)

    return measured


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    inputs, nodes = np.shape(given["weights"])
    rows = len(np.atleast_2d(given["grad"]))
    return {"rows": rows, "inputs": inputs, "nodes": nodes, "axes of x": np.ndim(given["x"])}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: rows, inputs and nodes differ in most."""
    shape: tuple[int, ...]
    of_grad: tuple[int, ...]
    if draw.pick(True, False):
        rows, inputs, nodes = draw.pick(draw.apart(3, 2, 9), draw.apart(3, 2, 9), [4, 4, 4])
        shape, of_grad = (rows, inputs), (rows, nodes)
    else:
        shape = draw.pick(
            (draw.integer(1, 40),), tuple(draw.apart(2, 2, 6)), tuple(draw.apart(3, 2, 5))
        )
        inputs = int(np.prod(shape))
        nodes = inputs if inputs < 12 and draw.pick(True, False, False) else draw.integer(1, 9)
        of_grad = (nodes,)
    given = {
        "grad": draw.reals(*of_grad),
        "x": draw.reals(*shape),
        "weights": draw.reals(inputs, nodes),
    }
    return draw.varied(given)


def _simulator(
    compute: Callable[..., Array], hypotheses: Callable[[], tuple[Hypothesis, ...]], remedy: str
) -> Simulator:
    return Simulator(
        compute=compute, hypotheses=hypotheses, measured=_measured(remedy), sizes=sizes, draw=draw
    )


TO_X = _simulator(compute_to_x, of_x, _OF_X)
TO_WEIGHTS = _simulator(compute_to_weights, of_weights, _OF_WEIGHTS)
TO_BIAS = _simulator(compute_to_bias, of_bias, _OF_BIAS)
