"""The gradient of the tanh."""

from cnnspec.operations.relu.backward.pointwise import gradient
from cnnspec.operations.tanh.backward.answer import answer
from cnnspec.operations.tanh.backward.behaviours import asked
from cnnspec.operations.tanh.backward.drawings import PICTURES
from cnnspec.operations.tanh.backward.simulator import SIMULATOR
from cnnspec.operations.tanh.backward.spelling import SPELLING

OPERATIONS = (
    gradient(
        "tanh",
        123,
        "TANHGRAD",
        answer,
        SIMULATOR,
        asked=asked,
        spelling=SPELLING,
        pictures=PICTURES,
    ),
)
