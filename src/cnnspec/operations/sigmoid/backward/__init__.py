"""The gradient of the sigmoid."""

from cnnspec.operations.relu.backward.pointwise import gradient
from cnnspec.operations.sigmoid.backward.answer import answer
from cnnspec.operations.sigmoid.backward.behaviours import asked
from cnnspec.operations.sigmoid.backward.drawings import PICTURES
from cnnspec.operations.sigmoid.backward.simulator import SIMULATOR
from cnnspec.operations.sigmoid.backward.spelling import SPELLING

OPERATIONS = (
    gradient(
        "sigmoid",
        122,
        "SIGMOIDGRAD",
        answer,
        SIMULATOR,
        asked=asked,
        spelling=SPELLING,
        pictures=PICTURES,
    ),
)
