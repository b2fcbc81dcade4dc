"""The gradients of the dense layer: to its input, its weights and its bias."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.answer import OVER_EXAMPLES, Answer, of_sums
from cnnspec.declaration.case import Case, shaped
from cnnspec.declaration.exhibit import Exhibit
from cnnspec.declaration.limits import Kind, filled
from cnnspec.declaration.operation import Arguments, Gradient, Operation, Probes, Shape, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.exact import bounds
from cnnspec.exact.sums import Exact
from cnnspec.operations.dense.backward import exact, exhibits
from cnnspec.operations.dense.backward.cases import hygiene
from cnnspec.operations.dense.backward.combinations import space
from cnnspec.operations.dense.backward.simulator import TO_BIAS, TO_WEIGHTS, TO_X
from cnnspec.simulation.hypothesis import Simulator


def _probes() -> Probes:
    """Return small calls: vectors, rows, of which there are never as many as inputs, and maps."""
    singles = [
        {"grad": ramp(2) - 1, "x": ramp(*shape), "weights": ramp(int(np.prod(shape)), 2)}
        for shape in ((12,), (1,), (2, 3, 2))
    ]
    rows = [
        {"grad": ramp(count, nodes) - 2, "x": ramp(count, inputs), "weights": ramp(inputs, nodes)}
        for count, inputs, nodes in ((3, 4, 2), (2, 3, 2))
    ]
    return {1: singles[:2], 2: rows, 3: singles[2:]}


def _plain_calls() -> list[Arguments]:
    return [
        {"grad": filled(2), "x": filled(12), "weights": filled(12, 2)},
        {"grad": filled(3, 2), "x": filled(3, 4), "weights": filled(4, 2)},
    ]


def _flattened(name: str, words: str, *shape: int) -> Kind:
    """Return the limit of code that does not flatten inputs of as many axes."""

    def covers(case: Case, _layout: str) -> bool:
        arguments = case.arguments
        return np.ndim(arguments["grad"]) == 1 and np.ndim(arguments["x"]) == len(shape)

    return Kind(
        name=name,
        words=words,
        covers=covers,
        probes=lambda _operation, plain: [
            ({"grad": plain["grad"], "x": filled(*shape), "weights": filled(12, 2)}, "C")
        ],
        by_line=True,
    )


#: Inputs of several axes that code does not flatten. What takes rows may mistake a matrix for them,
#: and flatten maps nevertheless.
FLATTENED = (
    _flattened("flattened-matrix", "no flattened matrices", 3, 4),
    _flattened("flattened-maps", "no flattened maps", 2, 3, 2),
)


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes of all but the incoming gradient, the same dtypes."""
    nodes = given["weights"].shape[-1]
    rows = given["grad"].shape[:-1] if given["grad"].ndim == 2 else ()
    if rows and given["x"].ndim == 2:
        given["grad"] = shaped(given["grad"], len(given["x"]), nodes)
        given["weights"] = shaped(given["weights"], given["x"].shape[1], nodes)
    else:
        given["grad"] = shaped(given["grad"], nodes)
        given["weights"] = shaped(given["weights"], given["x"].size, nodes)
    return given


def _shape_of_x(given: Arguments) -> Shape:
    return np.shape(given["x"])


def _shape_of_weights(given: Arguments) -> Shape:
    return np.shape(given["weights"])


def _shape_of_bias(given: Arguments) -> Shape:
    return np.shape(given["weights"])[1:]


def _gradient(
    place: int,
    to: str,
    find: Callable[..., Exact],
    shape: Callable[[Arguments], Shape],
    exhibit: Exhibit,
    simulator: Simulator,
) -> Operation:
    def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
        summed = of_sums(find(**given), dtype, bounds.rule_d)
        return replace(summed, examples=1 if to == "x" else len(np.atleast_2d(given["grad"])))

    name = f"dense_grad_{to}"
    return Operation(
        name=name,
        place=140 + place,
        chapter="DENSEGRAD",
        required=("grad", "x", "weights"),
        answer=answer,
        exact=find,
        probes=_probes,
        plain_calls=_plain_calls,
        limits=FLATTENED,
        exhibit=exhibit,
        simulator=simulator,
        symptoms=Symptoms(is_sum=True),
        computed_of="x",
        axes=Axes(flattens=True, batch_in_result=to == "x", in_batches=True, batched=("grad",)),
        mend=_mend,
        reductions={} if to == "x" else OVER_EXAMPLES,
        space=space(name),
        gradient=Gradient(
            of="dense",
            to=to,
            function="dense_backward",
            place=place,
            count=3,
            shape=shape,
            cases=partial(hygiene, name),
        ),
    )


OPERATIONS = (
    _gradient(0, "x", exact.grad_x, _shape_of_x, exhibits.TO_X, TO_X),
    _gradient(1, "weights", exact.grad_weights, _shape_of_weights, exhibits.TO_WEIGHTS, TO_WEIGHTS),
    _gradient(2, "bias", exact.grad_bias, _shape_of_bias, exhibits.TO_BIAS, TO_BIAS),
)
