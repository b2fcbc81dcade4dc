"""The gradient of the cross-entropy loss of logits, of one row and of a batch."""

from typing import Any

import numpy as np

from cnnspec.declaration.operation import Gradient, Operation, Probes
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.softmax_cross_entropy.backward.behaviours import asked
from cnnspec.operations.softmax_cross_entropy.backward.cases import hygiene
from cnnspec.operations.softmax_cross_entropy.backward.exact import answer, of_mean
from cnnspec.operations.softmax_cross_entropy.backward.exhibits import EXHIBIT
from cnnspec.operations.softmax_cross_entropy.backward.simulator import SIMULATOR
from cnnspec.operations.softmax_cross_entropy.combinations import space


def _probes() -> Probes:
    # Of other logits in each row: a label that is another row's shows. Square ones, too.
    rows = [
        np.arange(1.0, np.prod(shape) + 1).reshape(shape) ** 2 % 5 for shape in ((2, 3), (3, 3))
    ]
    batches = [{"logits": one, "label": np.arange(len(one)) % 2} for one in rows]
    return {1: [{"logits": np.array([1.0, 2.0, 0.0]), "label": at} for at in (0, 1)], 2: batches}


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, and a class that there is for each row."""
    logits = given["logits"]
    labels = np.asarray(given["label"]).astype(np.int64)
    labels = np.clip(np.resize(labels, logits.shape[:-1]), 0, logits.shape[-1] - 1)
    return {**given, "label": labels if labels.ndim else int(labels)}


OPERATIONS = (
    Operation(
        name="softmax_cross_entropy_backward",
        place=165,
        chapter="LOGITSGRAD",
        required=("logits", "label"),
        simulator=SIMULATOR,
        space=space("softmax_cross_entropy_backward"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        labels=("label",),
        behaviours=asked,
        takes_whole_numbers=True,
        axes=Axes(
            in_batches=True,
            batched=("label",),
            in_words=lambda ranks: "vectors only" if ranks == {1} else "batches only",
        ),
        reductions={"mean": of_mean},
        mend=_mend,
        gradient=Gradient(
            of="softmax_cross_entropy",
            to="logits",
            function="softmax_cross_entropy_backward",
            shape=lambda given: np.shape(given["logits"]),
            cases=hygiene,
        ),
    ),
)
