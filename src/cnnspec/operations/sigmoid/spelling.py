"""How the sigmoid is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import Role, Spelling


def _probes() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 121.0) ** 2 % 23 / 2 - 4
    return [{"x": numbers.reshape(shape)} for shape in ((24, 5), (120,), (4, 5, 6), (2, 3, 4, 5))]


SPELLING = Spelling(
    names="sigmoid logistic expit sigm logisticsigmoid sigmoidal logisticcurve",
    roles=(
        Role(
            names="x z input inputs data a maps map features featuremap feature_map image img inp"
            " in arr array tensor v t logits values",
            values=("x",),
        ),
    ),
    probes=_probes,
)
