"""Softmax, and the layer of dense and softmax in one."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds, decimals
from cnnspec.operations import dense
from cnnspec.operations.dense import exact as of_dense
from cnnspec.operations.dense.exhibits import EXHIBIT as OF_DENSE
from cnnspec.operations.dense.mended_arguments import mend
from cnnspec.operations.softmax.adapter_readings import trials
from cnnspec.operations.softmax.answer import answer, softmax_row
from cnnspec.operations.softmax.article_forms import FORMS
from cnnspec.operations.softmax.behaviours import asked
from cnnspec.operations.softmax.combinations import SPACE
from cnnspec.operations.softmax.exhibits import EXHIBIT
from cnnspec.operations.softmax.simulator import LAYER, SIMULATOR
from cnnspec.operations.softmax.spelling import SPELLING
from cnnspec.operations.softmax.starters import LAYER_CLASS
from cnnspec.operations.softmax.whole_layers import WHOLE_LAYERS
from cnnspec.simulation.measurement import normalising


def _of_layer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return dense and softmax in one: the bound on the logits goes through the softmax."""
    logits = of_dense.dense(**given)
    delta = float(bounds.rule_d(logits, dtype).max())
    row = [decimals.to_decimal(h, r) for h, r in zip(logits.high, logits.low, strict=True)]
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
        spelling=SPELLING,
        place=50,
        chapter="SOFTMAX",
        required=("logits",),
        simulator=SIMULATOR,
        space=SPACE,
        measurement=normalising(
            "logits", "logits[i] - logits[j]", "probabilities[i] / probabilities[j]"
        ),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        layer_class=LAYER_CLASS,
        behaviours=asked,
        trials=trials,
        axes=Axes(in_batches=True),
        forms=FORMS,
        whole_layers=WHOLE_LAYERS,
    ),
    Operation(
        name="softmax_layer",
        place=70,
        chapter="SOFTMAX",
        required=("x", "weights", "bias"),
        simulator=LAYER,
        answer=_of_layer,
        probes=dense.probes,
        exhibit=OF_DENSE,
        writing=Writing(call="softmax(dense({passed}))"),
        reported_as="softmax",
        is_layer=False,
        axes=Axes(flattens=True),
        plain_calls=dense.plain_calls,
        composed_of=("dense", "softmax"),
        mend=mend,
    ),
)
