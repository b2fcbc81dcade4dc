"""The gradient of softmax to its logits."""

from functools import partial

from cnnspec.declaration.operation import Gradient, Operation
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.softmax.backward.behaviours import asked
from cnnspec.operations.softmax.backward.cases import hygiene, mend, probes, shape_of_logits
from cnnspec.operations.softmax.backward.combinations import space
from cnnspec.operations.softmax.backward.drawings import PICTURES
from cnnspec.operations.softmax.backward.exact import answer
from cnnspec.operations.softmax.backward.exhibits import EXHIBIT
from cnnspec.operations.softmax.backward.simulator import SIMULATOR

_NAME = "softmax_backward"

OPERATIONS = (
    Operation(
        name=_NAME,
        place=150,
        chapter="SOFTMAXGRAD",
        required=("grad", "logits"),
        simulator=SIMULATOR,
        space=space(_NAME),
        answer=answer,
        probes=probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        behaviours=asked,
        axes=Axes(in_batches=True, batched=("logits",)),
        mend=mend,
        gradient=Gradient(
            of="softmax",
            to="logits",
            function=_NAME,
            shape=shape_of_logits,
            cases=partial(hygiene, _NAME),
        ),
    ),
)
