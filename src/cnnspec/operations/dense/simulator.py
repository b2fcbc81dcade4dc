"""The dense layer with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import orders, quantities
from cnnspec.simulation.curves import softmax
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
from cnnspec.simulation.thresholds import measured_threshold

Known = Mapping[str, Any]

_FORMULA = "logits[j] = bias[j] + sum over i of flatten(x)[i] * weights[i, j]"
_INPUTS, _NODES = Axis("input", "inputs"), Axis("node", "nodes")

INPUT = Data("input", "the flattened x", (_INPUTS,), _FORMULA)
WEIGHTS = Data("weights", "the weights", (_INPUTS, _NODES), "weights are (inputs, nodes)")
BIAS = Data("bias", "the biases", (_NODES,), "add bias[j] to logit j")
LOGITS = Data("logits", "the results", (_NODES,), _FORMULA)


def compute(at: Slots, x: Array, weights: Array, bias: Array) -> Array:
    """Compute the logits in float64."""
    x = at("x", np.asarray(x, np.float64))
    flat = at("input", at("flattening", x.ravel(), x=x))
    weights = at("weights", np.asarray(weights, np.float64))
    flat, weights = at("operands", (flat, weights))
    sums = at("sums", flat @ weights, flat=flat, weights=weights, x=x)
    biases = at("bias", np.asarray(bias, np.float64), weights=weights, flat=flat)
    logits = at("biased", sums + biases, sums=sums, biases=biases, flat=flat, weights=weights)
    return np.asarray(at("logits", logits, weights=weights, flat=flat))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(LOGITS),
            _of_flattening(),
            _of_weights(),
            _of_sums(),
            _of_bias(),
            orders.along_axes(INPUT),
            orders.along_axes(WEIGHTS),
            orders.along_axes(BIAS),
            orders.along_axes(LOGITS),
            _of_numbers(),
        )
    )


def _of_flattening() -> Iterator[Hypothesis]:
    remedy = "flatten x in C order (x.ravel()): the last axis runs fastest"
    for words, rank, of in _FLATTENINGS:
        change = bound(lambda _v, known, of: of(known["x"]), of)
        yield Hypothesis("flattening", words, change, remedy, rank)


def _channels_first(x: Array) -> Array:
    return np.moveaxis(x, -1, 0).ravel() if x.ndim > 2 else x.ravel()


_FLATTENINGS: tuple[tuple[str, int, Callable[[Array], Any]], ...] = (
    ("x is flattened in Fortran order (column by column): the first axis runs fastest", COMMON,
     lambda x: x.ravel("F")),
    ("x is flattened map by map (channels first): its last axis is moved to the front", COMMON,
     _channels_first),
    ("x is flattened with its first axis moved to the end", KNOWN,
     lambda x: np.moveaxis(x, 0, -1).ravel() if x.ndim > 1 else x),
    ("x is flattened with its first two axes (rows and columns) swapped", KNOWN,
     lambda x: x.swapaxes(0, 1).ravel() if x.ndim > 1 else x),
    ("x is flattened with its last two axes swapped", KNOWN,
     lambda x: x.swapaxes(-1, -2).ravel() if x.ndim > 1 else x),
    ("x is flattened in reverse order", KNOWN, lambda x: x.ravel()[::-1]),
    ("every second row of x is flattened in reverse (to and fro)", ODD,
     lambda x: np.concatenate([row.ravel()[:: (-1) ** i] for i, row in enumerate(x)])),
)  # fmt: skip


def _of_weights() -> Iterator[Hypothesis]:
    remedy = WEIGHTS.remedy
    yield Hypothesis(
        "weights",
        "the weights are transposed where they are square: taken for (nodes, inputs)",
        lambda value, _known: value.T if value.shape[0] == value.shape[1] else value,
        remedy,
        COMMON,
    )
    yield Hypothesis(
        "weights",
        "the weights are read as (nodes, inputs): reshaped where they have to be transposed",
        lambda value, _known: value.reshape(value.shape[::-1]).T,
        remedy,
        COMMON,
    )
    yield Hypothesis(
        "weights",
        "the weights are read in Fortran order",
        lambda value, _known: value.T.reshape(value.shape),
        remedy,
        COMMON,
    )


def _of_sums() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "sums",
            words,
            lambda _value, known: of(known["flat"][:, np.newaxis] * known["weights"]),
            _FORMULA,
            rank,
        )

    yield one("the products are averaged, not summed", lambda p: p.mean(axis=0), COMMON)
    yield one("the largest product is taken, not the sum", lambda p: p.max(axis=0))
    yield one("only the last product counts: it is stored, not added", lambda p: p[-1], COMMON)
    yield one("only the first product counts", lambda p: p[0])
    yield one("the first product is left out", lambda p: p[1:].sum(axis=0), COMMON)
    yield one("the last product is left out", lambda p: p[:-1].sum(axis=0), COMMON)
    yield one("the absolute values of the products are summed", lambda p: np.abs(p).sum(axis=0))
    yield one("each product is rounded to float32 before it is added",
              lambda p: p.astype(np.float32).astype(float).sum(axis=0), ODD)  # fmt: skip
    yield one("each product is cut to a whole number", lambda p: np.trunc(p).sum(axis=0))
    yield one("the sum goes on from node to node: it is not set to zero",
              lambda p: np.cumsum(p.sum(axis=0)), COMMON)  # fmt: skip
    yield one("the sum of all products is given to each node",
              lambda p: np.full(p.shape[1], p.sum()))  # fmt: skip
    yield one("the first product is added twice", lambda p: p.sum(axis=0) + p[0])
    yield one("the last product is added twice", lambda p: p.sum(axis=0) + p[-1])
    yield Hypothesis(
        "sums",
        "inputs and weights are added, not multiplied",
        lambda _value, known: (known["flat"][:, np.newaxis] + known["weights"]).sum(axis=0),
        _FORMULA,
        ODD,
    )


def _of_bias() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("biased", words, lambda _value, known: of(known), BIAS.remedy, rank)

    def part(where: slice) -> Callable[[Known], Any]:
        def of(known: Known) -> Any:
            sums = np.array(known["sums"])
            sums[where] += known["biases"][where]
            return sums

        return of

    yield one("the bias is ignored", lambda k: k["sums"], COMMON)
    yield one("the bias is subtracted", lambda k: k["sums"] - k["biases"], COMMON)
    yield one("the bias is added twice", lambda k: k["sums"] + 2 * k["biases"], COMMON)
    yield one("the bias is multiplied, not added", lambda k: k["sums"] * k["biases"], COMMON)
    yield one("the bias is added once for every input",
              lambda k: k["sums"] + len(k["flat"]) * k["biases"], COMMON)  # fmt: skip
    yield one("the first bias is added to every node", lambda k: k["sums"] + k["biases"][0], COMMON)
    yield one("the last bias is added to every node", lambda k: k["sums"] + k["biases"][-1])
    yield one("the sum of all biases is added to every node",
              lambda k: k["sums"] + k["biases"].sum(), COMMON)  # fmt: skip
    yield one("the mean of the biases is added to every node",
              lambda k: k["sums"] + k["biases"].mean())  # fmt: skip
    yield one("the bias of the last node is not added", part(slice(0, -1)), COMMON)
    yield one("the bias of the first node is not added", part(slice(1, None)), COMMON)
    yield one("the bias is added to the first node only", part(slice(0, 1)))
    yield one("the bias is added before the weights, to the inputs",
              lambda k: k["sums"] + k["weights"].sum(axis=0) * np.resize(k["biases"], 1),
              ODD)  # fmt: skip
    yield one("a ReLU is taken before the bias is added",
              lambda k: np.maximum(k["sums"], 0) + k["biases"])  # fmt: skip
    yield one("the bias is divided by the number of inputs",
              lambda k: k["sums"] + k["biases"] / len(k["flat"]))  # fmt: skip
    yield one("the bias is averaged with the sum", lambda k: (k["sums"] + k["biases"]) / 2, ODD)


def _of_numbers() -> Iterator[Hypothesis]:
    named = {
        "the number of inputs": lambda known: len(known["weights"]),
        "the number of nodes": lambda known: known["weights"].shape[1],
    }
    yield from quantities.of_both("operands", "inputs and weights")
    inputs = Data("input", "the inputs", INPUT.axes, _FORMULA)
    for data in (inputs, WEIGHTS, BIAS, LOGITS):
        yield from quantities.casts(data)
    yield from quantities.factors(inputs, {})
    yield from quantities.factors(WEIGHTS, {})
    yield from quantities.factors(BIAS, {})
    yield from quantities.factors(LOGITS, named)
    yield from quantities.normalisations(inputs, {"": (0,)})
    yield from quantities.normalisations(
        WEIGHTS, {"of each node": (0,), "of each input": (1,), "": (0, 1)}
    )
    yield from quantities.normalisations(LOGITS, {"": (0,)})
    for words, of in (
        ("a softmax is taken of the results", softmax),
        ("exponentials are taken of the results", np.exp),
    ):
        change = bound(lambda value, _k, of: of(value), of)
        yield Hypothesis("logits", words, change, _FORMULA, KNOWN)


def measured(given: Arguments, got: Floats, due: Floats, ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("logits", "the results", got, due, _FORMULA)
    bias = np.asarray(given["bias"], np.float64)
    yield from quantities.measured_parts(("sums", "bias"), got, due, bias, _FORMULA)

    def weights(numbers: Floats) -> Floats | None:
        return ask({"x": np.ones(1), "weights": numbers[np.newaxis], "bias": 0 * numbers})

    def inputs(numbers: Floats) -> Floats | None:
        return ask({"x": numbers, "weights": np.eye(len(numbers)), "bias": 0 * numbers})

    yield from measured_threshold(WEIGHTS, weights)
    yield from measured_threshold(replace(INPUT, name="the inputs"), inputs)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    inputs, nodes = np.shape(given["weights"])
    return {"inputs": inputs, "nodes": nodes, "axes of x": np.ndim(given["x"])}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: inputs and nodes differ in most."""
    shape = draw.pick(
        (draw.integer(1, 40),),
        (draw.integer(1, 80),),
        tuple(draw.apart(2, 2, 6)),
        tuple(draw.apart(3, 2, 5)),
    )
    inputs = int(np.prod(shape))
    nodes = inputs if inputs < 12 and draw.pick(True, False, False) else draw.integer(1, 9)
    given = {
        "x": draw.reals(*shape),
        "weights": draw.reals(inputs, nodes),
        "bias": draw.reals(nodes),
    }
    return draw.varied(given)


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
