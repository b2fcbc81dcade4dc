"""ReLU."""

from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, selection
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.whole_layers import WholeLayers
from cnnspec.operations.relu import exact
from cnnspec.operations.relu.article_forms import FORMS
from cnnspec.operations.relu.behaviours import asked
from cnnspec.operations.relu.exhibits import EXHIBIT
from cnnspec.operations.relu.simulator import SIMULATOR
from cnnspec.operations.relu.space import elementwise
from cnnspec.operations.relu.spelling import SPELLING
from cnnspec.simulation.measurement import pointwise


def _answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return selection(exact.relu(np.asarray(given["x"], np.float64)))


def _probes() -> Probes:
    shapes = ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))
    return {len(shape): [{"x": ramp(*shape) - 2}] for shape in shapes}


OPERATIONS = (
    Operation(
        name="relu",
        spelling=SPELLING,
        place=20,
        chapter="RELU",
        required=("x",),
        simulator=SIMULATOR,
        space=elementwise("relu", "x", integers=("uint8", "int8", "int64")),
        measurement=pointwise("x", "relu(x)"),
        answer=_answer,
        exact=exact.relu,
        probes=_probes,
        exhibit=EXHIBIT,
        is_shortest=True,
        behaviours=asked,
        axes=Axes(each_element=True),
        forms=FORMS,
        whole_layers=WholeLayers(),
    ),
)
