"""The filters that the two articles name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ARTICLE_EDGES",
    "HORIZONTAL_EDGE",
    "SOBEL_HORIZONTAL",
    "SOBEL_VERTICAL",
    "VERTICAL_EDGE",
]


def _fixed(values: list[Any]) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


#: Article 2: responds to vertical edges, dark on the left and bright on the right. Shape (3, 3).
SOBEL_VERTICAL = _fixed([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

#: Article 2: responds to horizontal edges, bright above and dark below. Shape (3, 3).
SOBEL_HORIZONTAL = _fixed([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])

#: Article 1, ``l1_filter[0]``: vertical edges, all rows weighted alike. Shape (3, 3).
VERTICAL_EDGE = _fixed([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])

#: Article 1, ``l1_filter[1]``: horizontal edges, all columns weighted alike. Shape (3, 3).
HORIZONTAL_EDGE = _fixed([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])

#: Article 1, ``l1_filter``: the bank of the first layer. Shape (2, 3, 3).
ARTICLE_EDGES = _fixed([VERTICAL_EDGE, HORIZONTAL_EDGE])
