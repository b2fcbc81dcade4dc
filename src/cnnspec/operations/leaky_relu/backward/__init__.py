"""The gradient of the leaky ReLU."""

from cnnspec.operations.leaky_relu.backward.answer import answer
from cnnspec.operations.leaky_relu.backward.behaviours import asked
from cnnspec.operations.leaky_relu.backward.simulator import SIMULATOR
from cnnspec.operations.leaky_relu.backward.spelling import SPELLING
from cnnspec.operations.leaky_relu.parameters import OPTIONS, SLOPES
from cnnspec.operations.relu.backward.pointwise import gradient

OPERATIONS = (
    gradient(
        "leaky_relu",
        121,
        "LEAKYGRAD",
        answer,
        SIMULATOR,
        options=OPTIONS,
        asked=asked,
        spelling=SPELLING,
        explored={"slope": SLOPES},
    ),
)
