"""How the leaky ReLU is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import Role, Spelling


def _probes() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 121.0) ** 2 % 23 - 9
    shapes = ((24, 5), (120,), (4, 5, 6), (2, 3, 4, 5))
    calls = [{"x": numbers.reshape(shape)} for shape in shapes]
    return [*calls, *({**call, "slope": 0.25} for call in calls[:2])]


SPELLING = Spelling(
    names="leakyrelu lrelu leakyrectifier leakyrectify leakyrectifiedlinear"
    " leakyrectifiedlinearunit reluleaky",
    roles=(
        Role(
            names="x z input inputs data maps map features featuremap feature_map image img inp in"
            " arr array tensor v",
            values=("x",),
        ),
        Role(
            names="slope negativeslope negslope alpha leak leakiness leakyslope leakrate leakfactor"
            " a k factor coefficient coef slopenegative",
            values=("slope",),
        ),
    ),
    probes=_probes,
)
