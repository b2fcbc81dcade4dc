"""The picture of the tanh above its slope."""

import numpy as np

from cnnspec.operations.relu.backward.drawings import slope_picture

PICTURES = (
    slope_picture(
        "tanh",
        np.tanh,
        lambda x: 1 / np.cosh(x) ** 2,
        (-1.0, 1.0),
        "1 at 0, nearly nothing far off",
    ),
)
