"""A dense layer of rows, (N, inputs): each is weighted by itself."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.case import Case, integers, reals, shaped
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)
from cnnspec.declaration.exhibit import ROWS, Exhibit, Place, Window
from cnnspec.declaration.limits import filled
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds
from cnnspec.operations.dense import exact, simulator
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Draw,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)

Array = NDArray[Any]
Known = Mapping[str, Any]

NAME = "dense_rows"


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return of_sums(exact.dense_rows(**given), dtype, bounds.rule_d)


def _probes() -> Probes:
    # Never as many rows as inputs: code for one vector, weights.T @ x, takes these for columns.
    shapes = ((3, 4, 2), (2, 3, 2))
    return {
        2: [
            {"x": ramp(rows, inputs), "weights": ramp(inputs, nodes), "bias": ramp(nodes)}
            for rows, inputs, nodes in shapes
        ]
    }


def _plain_calls() -> list[Arguments]:
    return [{"x": filled(3, 4), "weights": filled(4, 2), "bias": filled(2)}]


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: the rows as they are, the same dtypes."""
    nodes = given["weights"].shape[-1]
    given["weights"] = shaped(given["weights"], given["x"].shape[-1], nodes)
    given["bias"] = shaped(given["bias"], nodes)
    return given


def _window(given: Arguments, place: Place, _expected: Array | None) -> Window:
    if len(place) != 2:
        return Window()
    row, node = place
    inputs = np.shape(given["weights"])[0]
    return Window(
        {"x": (row, 0), "weights": (0, node), "bias": (node,)},
        {"x": (row, 0, 1, inputs), "weights": (0, node, inputs, 1)},
        f"element [{row}, {node}]: row {row} of x times column {node} of the weights",
    )


# --- cases -----------------------------------------------------------------------------------


def rows_case(name: str, rows: int, inputs: int, nodes: int, data: str = "integers") -> Case:
    """Return a dense layer of rows, of seeded numbers."""
    identity = f"{NAME}/{name}"

    def draw(part: str, *shape: int) -> Array:
        seed = f"{identity}/{part}"
        return integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)

    given = {
        "x": draw("x", rows, inputs),
        "weights": draw("weights", inputs, nodes),
        "bias": draw("bias", nodes),
    }
    return Case(identity, NAME, given)


_SIZES: dict[str, tuple[Any, ...]] = {
    "rows": (2, 3, 4, 5, 9, 17, 1),
    "inputs": (1, 2, 3, 4, 5, 8, 17),
    "nodes": (1, 2, 3, 4, 8, 9, 17),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "uint8",
        "whole-parameters",
    ),
    "bias": ("whole", "fractions", "whole", "fractions", "integers", "whole", "fractions"),
    "layout": (*LAYOUTS[:-1], "first-fortran"),
}


def _combined(row: Row) -> Combined:
    identity, inputs, nodes = named(NAME, row), row["inputs"], row["nodes"]
    draw = Drawing(identity, row, inputs)
    arguments = {
        "x": draw.numbers("x", row["rows"], inputs, dtype=draw.data),
        "weights": draw.numbers("weights", inputs, nodes, dtype=draw.parameters),
        "bias": draw.bias(row["bias"], nodes),
    }
    return finished(Case(identity, NAME, arguments), row, is_mixed=row["bias"] == "integers")


#: Any two factors: of three there are combinations in one example.
COMBINATIONS = Combinations(_SIZES, 2, ("numbers",), _combined)

# --- what may be done by mistake -------------------------------------------------------------

_REMEDY = "weight each row by itself: x @ weights + bias"


def compute(at: Slots, x: Array, weights: Array, bias: Array) -> Array:
    """Compute the answers of all rows, each by the layer's own formula."""
    rows = at("rows", np.asarray(x, np.float64))
    inner = at.within("dense")
    made = [simulator.compute(inner, row, weights, bias) for row in rows]
    nodes = np.shape(weights)[1]
    answers = np.array(made) if made else np.zeros((0, nodes))
    biases = np.asarray(bias, np.float64)
    return np.asarray(at("answers", answers, rows=rows, biases=biases))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done with the rows, and in the layer of each."""
    inside = (
        one.within("dense")
        for one in simulator.hypotheses()
        if not one.slot.startswith("flattening")
    )
    return tuple(chain(_of_rows(), _of_answers(), inside))


def _of_rows() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Array], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("rows", words, lambda v, _k: of(v), _REMEDY, rank)

    yield one("the rows of x are read in Fortran order where x is reshaped",
              lambda x: x.T.reshape(x.shape))  # fmt: skip
    yield one("square rows are taken for columns: x is transposed",
              lambda x: x.T if x.shape[0] == x.shape[1] else x)  # fmt: skip
    yield one("each row is divided by the number of rows", lambda x: x / max(len(x), 1))


def _of_answers() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("answers", words, of, _REMEDY, rank)

    yield one("the bias is added down the rows where there are as many as nodes, not along each",
              _bias_down)  # fmt: skip
    yield one("the bias is added to the first row alone",
              lambda v, k: np.concatenate([v[:1], v[1:] - k["biases"]]))  # fmt: skip
    yield one("the last row is left at zero", lambda v, _k: _zero(v, slice(-1, None)))
    yield one("the first row is left at zero", lambda v, _k: _zero(v, slice(0, 1)))
    for many in (4, 8, 16, 32, 64):
        yield one(f"rows beyond full blocks of {many} are left at zero",
                  bound(_beyond_blocks, many), KNOWN)  # fmt: skip
    yield one("every row gets the answer of the first", lambda v, _k: v[:1] + 0 * v)
    yield one("every row gets the answer of the last", lambda v, _k: v[-1:] + 0 * v)
    yield one("the answers come in reverse order of the rows", lambda v, _k: v[::-1])
    yield one("answers are added up from row to row: the sum is not set to zero",
              lambda v, k: np.cumsum(v - k["biases"], axis=0) + k["biases"])  # fmt: skip
    yield one("every row gets the mean of all answers", lambda v, _k: 0 * v + v.mean(axis=0))
    yield one("every row gets the sum of all answers", lambda v, _k: 0 * v + v.sum(axis=0))
    yield one("the answers of all rows are laid out column by column: they are reshaped where"
              " they have to be transposed", lambda v, _k: v.T.reshape(v.shape))  # fmt: skip
    yield one("square answers are transposed", lambda v, _k: v.T if v.shape[0] == v.shape[1] else v)


def _zero(answers: Array, rows: slice) -> Array:
    left = answers.copy()
    left[rows] = 0
    return left


def _beyond_blocks(answers: Array, _known: Known, rows: int) -> Array:
    return _zero(answers, slice(len(answers) // rows * rows, None))


def _bias_down(answers: Array, known: Known) -> Array:
    biases = known["biases"]
    if answers.shape[0] != len(biases):
        return answers
    return np.asarray(answers - biases + biases[:, np.newaxis])


def _sizes(given: Arguments) -> dict[str, int]:
    inputs, nodes = np.shape(given["weights"])
    return {"rows": len(given["x"]), "inputs": inputs, "nodes": nodes}


def _draw(draw: Draw) -> dict[str, Any]:
    """Return a call of a few rows: rows, inputs and nodes differ in most."""
    rows, inputs, nodes = draw.pick(draw.apart(3, 2, 9), draw.apart(3, 2, 9), [4, 4, 4])
    given = {
        "x": draw.reals(rows, inputs),
        "weights": draw.reals(inputs, nodes),
        "bias": draw.reals(nodes),
    }
    return draw.varied(given)


SIMULATOR = Simulator(compute=compute, hypotheses=hypotheses, sizes=_sizes, draw=_draw)

OPERATION = Operation(
    name=NAME,
    place=41,
    chapter="DENSE",
    required=("x", "weights", "bias"),
    simulator=SIMULATOR,
    space=Space(
        combined=COMBINATIONS,
        wider={"rows": range(1, 34), "inputs": range(1, 34), "nodes": range(1, 34)},
        small={
            "rows": range(1, 7),
            "inputs": range(1, 7),
            "nodes": range(1, 7),
            "numbers": ("float64", "float64-real", "float32-real"),
        },
    ),
    answer=_answer,
    exact=exact.dense_rows,
    probes=_probes,
    exhibit=Exhibit(planes={"x": ROWS, "weights": ROWS}, result=ROWS, window=_window),
    writing=Writing(call="dense({passed})"),
    reported_as="dense",
    is_layer=False,
    symptoms=Symptoms(is_sum=True),
    axes=Axes(of_a_result=lambda rank: rank, of_one_row=2),
    plain_calls=_plain_calls,
    composed_of=("dense",),
    mend=_mend,
)
