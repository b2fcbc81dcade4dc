"""The cross-entropy loss of one label."""

from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation, Probes
from cnnspec.exact import bounds_of_probabilities, decimals
from cnnspec.operations.cross_entropy import exact
from cnnspec.operations.cross_entropy.behaviours import asked
from cnnspec.operations.cross_entropy.combinations import space
from cnnspec.operations.cross_entropy.exhibits import EXHIBIT
from cnnspec.operations.cross_entropy.simulator import SIMULATOR
from cnnspec.operations.cross_entropy.spelling import SPELLING
from cnnspec.simulation.measurement import of_probability


def _answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    probability = decimals.to_decimal(given["probabilities"][given["label"]])
    loss = exact.negative_logarithm(probability)
    high = float(loss)
    return Answer(
        np.array(high),
        np.array(decimals.difference(loss, decimals.to_decimal(high))),
        np.array(bounds_of_probabilities.rule_loss(high, dtype)),
        terms=1,
        magnitude=np.array(abs(high)),
    )


def _probes() -> Probes:
    probabilities = np.array([0.25, 0.25, 0.5])
    return {1: [{"probabilities": probabilities, "label": label} for label in (0, 1)]}


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    classes = len(given["probabilities"])
    return {**given, "label": min(max(int(given["label"]), 0), classes - 1)}


OPERATIONS = (
    Operation(
        name="cross_entropy",
        spelling=SPELLING,
        place=60,
        chapter="LOSS",
        required=("probabilities", "label"),
        simulator=SIMULATOR,
        space=space("cross_entropy"),
        measurement=of_probability("probabilities", "label", "the label's probability", "the loss"),
        answer=_answer,
        probes=_probes,
        exhibit=EXHIBIT,
        labels=("label",),
        behaviours=asked,
        takes_whole_numbers=True,
        is_limited_by_arrays=False,
        mend=_mend,
    ),
)
