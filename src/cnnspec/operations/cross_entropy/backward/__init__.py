"""The gradient of the cross-entropy loss to the probabilities."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.operation import Gradient, Joined, Operation, Probes
from cnnspec.operations.cross_entropy.backward.behaviours import asked
from cnnspec.operations.cross_entropy.backward.cases import hygiene
from cnnspec.operations.cross_entropy.backward.exact import answer
from cnnspec.operations.cross_entropy.backward.exhibits import EXHIBIT
from cnnspec.operations.cross_entropy.backward.simulator import SIMULATOR
from cnnspec.operations.cross_entropy.combinations import space


def _probes() -> Probes:
    probabilities = np.array([0.25, 0.25, 0.5])
    return {1: [{"probabilities": probabilities, "label": label} for label in (0, 1)]}


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    classes = len(given["probabilities"])
    return {**given, "label": min(max(int(given["label"]), 0), classes - 1)}


def _to_the_logits(given: Mapping[str, Any]) -> Any:
    """Return the probabilities, and 1 less at the label."""
    probabilities, label = np.asarray(given["probabilities"]), np.asarray(given["label"])
    return probabilities - (np.arange(probabilities.shape[-1]) == label[..., np.newaxis])


OPERATIONS = (
    Operation(
        name="cross_entropy_backward",
        place=160,
        chapter="LOSSGRAD",
        required=("probabilities", "label"),
        simulator=SIMULATOR,
        space=space("cross_entropy_backward"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        labels=("label",),
        behaviours=asked,
        takes_whole_numbers=True,
        mend=_mend,
        gradient=Gradient(
            of="cross_entropy",
            to="probabilities",
            function="cross_entropy_backward",
            shape=lambda given: np.shape(given["probabilities"]),
            cases=hygiene,
            joined=Joined(
                operation="softmax",
                gradient="softmax_backward",
                due=_to_the_logits,
                words="it is the gradient to the logits, of the softmax and the loss together",
                words_through="it lets through what comes in, for the loss returns the gradient to"
                " the logits",
                words_alone="it lets through what comes in, as if that were the gradient to the"
                " logits already",
            ),
        ),
    ),
)
