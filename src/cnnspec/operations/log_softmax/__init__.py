"""The logarithm of the softmax, of one vector of logits and of rows."""

from cnnspec.declaration.operation import Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.log_softmax.adapter_readings import trials
from cnnspec.operations.log_softmax.answer import answer
from cnnspec.operations.log_softmax.behaviours import asked
from cnnspec.operations.log_softmax.combinations import SPACE
from cnnspec.operations.log_softmax.exhibits import EXHIBIT
from cnnspec.operations.log_softmax.simulator import SIMULATOR
from cnnspec.operations.log_softmax.spelling import SPELLING


def _probes() -> Probes:
    # Square ones too: a sum along the wrong axis raises for others, and is to be judged.
    shapes = ((3,), (2, 3), (3, 3), (2, 2, 3), (3, 3, 3))
    found: Probes = {len(shape): [] for shape in shapes}
    for shape in shapes:
        found[len(shape)].append({"logits": ramp(*shape)})
    return found


OPERATIONS = (
    Operation(
        name="log_softmax",
        spelling=SPELLING,
        place=55,
        chapter="LOGSOFTMAX",
        required=("logits",),
        simulator=SIMULATOR,
        space=SPACE,
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        behaviours=asked,
        trials=trials,
        axes=Axes(in_batches=True),
    ),
)
