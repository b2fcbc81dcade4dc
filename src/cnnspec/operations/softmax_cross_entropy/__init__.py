"""The cross-entropy loss of logits, of one row and of a batch."""

from typing import Any

import numpy as np

from cnnspec.declaration.operation import Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.softmax_cross_entropy.answer import answer, mean, total
from cnnspec.operations.softmax_cross_entropy.behaviours import asked
from cnnspec.operations.softmax_cross_entropy.combinations import space
from cnnspec.operations.softmax_cross_entropy.exhibits import EXHIBIT
from cnnspec.operations.softmax_cross_entropy.simulator import SIMULATOR
from cnnspec.operations.softmax_cross_entropy.spelling import SPELLING


def _probes() -> Probes:
    # A square batch too: a sum along the wrong axis raises for others, and is to be judged.
    batches = [
        {"logits": ramp(*shape), "label": np.arange(shape[0]) % 2} for shape in ((2, 3), (3, 3))
    ]
    return {1: [{"logits": ramp(3), "label": label} for label in (0, 1)], 2: batches}


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, and a class that there is for each row."""
    logits = given["logits"]
    labels = np.asarray(given["label"]).astype(np.int64)
    labels = np.clip(np.resize(labels, logits.shape[:-1]), 0, logits.shape[-1] - 1)
    return {**given, "label": labels if labels.ndim else int(labels)}


OPERATIONS = (
    Operation(
        name="softmax_cross_entropy",
        spelling=SPELLING,
        place=65,
        chapter="LOGITS",
        required=("logits", "label"),
        simulator=SIMULATOR,
        space=space("softmax_cross_entropy"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        labels=("label",),
        behaviours=asked,
        takes_whole_numbers=True,
        axes=Axes(
            of_a_result=lambda rank: rank - 1,
            in_batches=True,
            batched=("label",),
            in_words=lambda ranks: "vectors only" if ranks == {1} else "batches only",
        ),
        reductions={"mean": mean, "sum": total},
        mend=_mend,
    ),
)
