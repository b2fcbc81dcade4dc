"""The gradient of ReLU."""

from cnnspec.operations.relu.backward.behaviours import asked
from cnnspec.operations.relu.backward.drawings import PICTURES
from cnnspec.operations.relu.backward.exact import answer
from cnnspec.operations.relu.backward.pointwise import gradient, spelling
from cnnspec.operations.relu.backward.simulator import SIMULATOR

OPERATIONS = (
    gradient(
        "relu",
        120,
        "RELUGRAD",
        answer,
        SIMULATOR,
        asked=asked,
        spelling=spelling("relu rectifier rectifiedlinear rectifiedlinearunit"),
        pictures=PICTURES,
    ),
)
