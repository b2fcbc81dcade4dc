"""ReLU."""

from typing import Any

import numpy as np

from cnnspec.exact import arithmetic
from cnnspec.operations.answer import Answer, selection
from cnnspec.operations.declaration import Arguments, Operation


def _answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return selection(arithmetic.relu(np.asarray(given["x"], np.float64)))


OPERATIONS = (Operation(name="relu", place=20, chapter="RELU", required=("x",), answer=_answer),)
