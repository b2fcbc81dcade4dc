"""The tanh."""

from cnnspec.declaration.operation import Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.relu.exhibits import EXHIBIT
from cnnspec.operations.relu.space import elementwise
from cnnspec.operations.tanh.answer import answer
from cnnspec.operations.tanh.behaviours import asked
from cnnspec.operations.tanh.simulator import SIMULATOR
from cnnspec.operations.tanh.spelling import SPELLING
from cnnspec.simulation.measurement import pointwise


def _probes() -> Probes:
    shapes = ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))
    return {len(shape): [{"x": ramp(*shape) - 2}] for shape in shapes}


OPERATIONS = (
    Operation(
        name="tanh",
        spelling=SPELLING,
        place=23,
        chapter="TANH",
        required=("x",),
        simulator=SIMULATOR,
        space=elementwise("tanh", "x", largest=300),
        measurement=pointwise("x", "tanh(x)"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        behaviours=asked,
        axes=Axes(each_element=True),
    ),
)
