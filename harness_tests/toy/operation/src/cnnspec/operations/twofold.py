"""Twofold, a toy: twice what is given."""

from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, selection
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.simulation.measurement import pointwise


def _answer(given: Arguments, _dtype: np.dtype[Any], _accuracy: str) -> Answer:
    return selection(2.0 * np.asarray(given["x"], np.float64))


def _probes() -> Probes:
    return {len(shape): [{"x": ramp(*shape) - 2}] for shape in ((6,), (2, 3), (3, 3, 2))}


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "x": np.ones((3, 4))}


OPERATIONS = (
    Operation(
        name="twofold",
        place=25,
        chapter="TWO",
        required=("x",),
        answer=_answer,
        probes=_probes,
        mend=_mend,
        measurement=pointwise("x", "twofold(x)"),
    ),
)
