"""The gradient of the logarithm of the softmax to its logits."""

from functools import partial

from cnnspec.declaration.operation import Gradient, Operation
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.log_softmax.backward.behaviours import asked
from cnnspec.operations.log_softmax.backward.exact import answer
from cnnspec.operations.log_softmax.backward.simulator import SIMULATOR
from cnnspec.operations.softmax.backward.cases import hygiene, mend, probes, shape_of_logits
from cnnspec.operations.softmax.backward.combinations import space
from cnnspec.operations.softmax.backward.exhibits import EXHIBIT

_NAME = "log_softmax_backward"

OPERATIONS = (
    Operation(
        name=_NAME,
        place=155,
        chapter="LOGSOFTMAXGRAD",
        required=("grad", "logits"),
        simulator=SIMULATOR,
        space=space(_NAME),
        answer=answer,
        probes=probes,
        exhibit=EXHIBIT,
        behaviours=asked,
        axes=Axes(in_batches=True, batched=("logits",)),
        mend=mend,
        gradient=Gradient(
            of="log_softmax",
            to="logits",
            function=_NAME,
            shape=shape_of_logits,
            cases=partial(hygiene, _NAME),
        ),
    ),
)
