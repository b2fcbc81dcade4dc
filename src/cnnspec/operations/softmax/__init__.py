"""Softmax, and the layer of dense and softmax in one."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.signs import Signs
from cnnspec.exact import arithmetic, bounds
from cnnspec.operations import dense
from cnnspec.operations.softmax.behaviours import asked
from cnnspec.operations.softmax.readings import trials

#: Errors of logits beyond this leave nothing to say of the probabilities.
_TELLING = 100.0


def softmax_row(logits: list[Any], delta: float, dtype: np.dtype[Any]) -> Answer:
    """Bound one row's probabilities whose logits are known up to ``delta``.

    An error of delta in every logit changes a probability by a factor of at most e^(2 delta), and
    a distance between logits by 2 delta; rule S applies to what comes of that.
    """
    exact_probabilities = arithmetic.softmax(logits)
    probabilities = np.array([float(p) for p in exact_probabilities])
    highest = max(logits)
    distances = np.array([arithmetic.difference(highest, x) for x in logits]) + 2 * delta
    mean = float(probabilities @ distances)
    largest = max(abs(float(highest)), abs(float(min(logits)))) + delta
    allowed = np.full(len(logits), np.inf)
    if delta < _TELLING:
        factor = float(np.exp(2 * delta))
        allowed = np.array(
            [
                bounds.rule_s(p * factor, len(logits), distance, mean * factor, largest, dtype)
                + (factor - 1) * p
                for p, distance in zip(probabilities, distances, strict=True)
            ]
        )
    low = np.array(
        [
            arithmetic.difference(number, arithmetic.to_decimal(nearest))
            for number, nearest in zip(exact_probabilities, probabilities, strict=True)
        ]
    )
    return Answer(probabilities, low, allowed, terms=len(logits), magnitude=probabilities)


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return the probabilities of each row, bounded by rule S."""
    logits = np.atleast_1d(given["logits"])
    rows = logits.reshape(-1, logits.shape[-1])
    answers = [softmax_row([arithmetic.to_decimal(x) for x in row], 0.0, dtype) for row in rows]
    high, low, allowed = (
        np.array([getattr(answer, part) for answer in answers]).reshape(logits.shape)
        for part in ("high", "low", "allowed")
    )
    return Answer(high, low, allowed, terms=logits.shape[-1], magnitude=high)


def _of_layer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return dense and softmax in one: the bound on the logits goes through the softmax."""
    logits = arithmetic.dense(**given)
    delta = float(bounds.rule_d(logits, dtype).max())
    row = [arithmetic.to_decimal(h, r) for h, r in zip(logits.high, logits.low, strict=True)]
    return replace(softmax_row(row, delta, dtype), terms=0)


def _probes() -> Probes:
    # Square ones too: a sum along the wrong axis raises for others, and is to be judged.
    shapes = ((3,), (2, 3), (3, 3), (2, 2, 3), (3, 3, 3))
    found: Probes = {len(shape): [] for shape in shapes}
    for shape in shapes:
        found[len(shape)].append({"logits": ramp(*shape)})
    return found


#: The layer is composed of others, or offered whole by the article's class `Softmax`.
OPERATIONS = (
    Operation(
        name="softmax",
        place=50,
        chapter="SOFTMAX",
        required=("logits",),
        answer=_answer,
        probes=_probes,
        behaviours=asked,
        trials=trials,
        signs=Signs(is_distribution=True),
    ),
    Operation(
        name="softmax_layer",
        place=70,
        chapter="SOFTMAX",
        required=("x", "weights", "bias"),
        answer=_of_layer,
        probes=dense.probes,
        reported_as="softmax",
        signs=Signs(is_distribution=True, bias="bias"),
        is_layer=False,
        has_whole_layers=False,
    ),
)
