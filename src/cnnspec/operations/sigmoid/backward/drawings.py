"""The picture of the sigmoid above its slope."""

import numpy as np

from cnnspec.operations.relu.backward.drawings import slope_picture

PICTURES = (
    slope_picture(
        "sigmoid",
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        (-0.25, 1.0),
        "1/4 at 0, nearly nothing far off",
    ),
)
