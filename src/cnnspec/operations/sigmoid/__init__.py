"""The sigmoid."""

from cnnspec.declaration.operation import Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.relu.exhibits import EXHIBIT
from cnnspec.operations.relu.space import elementwise
from cnnspec.operations.sigmoid.answer import answer
from cnnspec.operations.sigmoid.behaviours import asked
from cnnspec.operations.sigmoid.simulator import SIMULATOR
from cnnspec.operations.sigmoid.spelling import SPELLING
from cnnspec.simulation.measurement import pointwise


def _probes() -> Probes:
    shapes = ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))
    return {len(shape): [{"x": ramp(*shape) - 2}] for shape in shapes}


OPERATIONS = (
    Operation(
        name="sigmoid",
        spelling=SPELLING,
        place=22,
        chapter="SIGMOID",
        required=("x",),
        simulator=SIMULATOR,
        space=elementwise("sigmoid", "x", largest=300),
        measurement=pointwise("x", "sigmoid(x)"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        behaviours=asked,
        axes=Axes(each_element=True),
    ),
)
