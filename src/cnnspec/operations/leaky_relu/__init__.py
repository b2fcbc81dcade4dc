"""The leaky ReLU."""

from cnnspec.declaration.operation import Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.operations.leaky_relu.answer import answer
from cnnspec.operations.leaky_relu.behaviours import asked
from cnnspec.operations.leaky_relu.parameters import OPTIONS, SLOPES
from cnnspec.operations.leaky_relu.simulator import SIMULATOR
from cnnspec.operations.leaky_relu.spelling import SPELLING
from cnnspec.operations.relu.exhibits import EXHIBIT
from cnnspec.operations.relu.space import elementwise
from cnnspec.simulation.measurement import pointwise


def _probes() -> Probes:
    shapes = ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))
    return {len(shape): [{"x": ramp(*shape) - 2}] for shape in shapes}


OPERATIONS = (
    Operation(
        name="leaky_relu",
        spelling=SPELLING,
        place=21,
        chapter="LEAKY",
        required=("x",),
        options=OPTIONS,
        simulator=SIMULATOR,
        space=elementwise("leaky_relu", "x", slope=SLOPES),
        measurement=pointwise("x", "leaky_relu(x)"),
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        behaviours=asked,
        axes=Axes(each_element=True),
    ),
)
