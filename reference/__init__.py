"""The reference: every layer of the specification in plain NumPy.

Arrays are channels-last. Throughout, ``N`` is the number of images in a batch, ``H`` and ``W``
the rows and columns of an image, ``C`` its channels, ``K`` the number of filters and ``f`` the
filter size.
"""

from cnnspec.reference.conv2d import conv2d
from cnnspec.reference.cross_entropy import cross_entropy
from cnnspec.reference.dense import dense
from cnnspec.reference.filters import (
    ARTICLE_EDGES,
    HORIZONTAL_EDGE,
    SOBEL_HORIZONTAL,
    SOBEL_VERTICAL,
    VERTICAL_EDGE,
)
from cnnspec.reference.pooling import avg_pool2d, max_pool2d, min_pool2d
from cnnspec.reference.relu import relu
from cnnspec.reference.softmax import softmax

__all__ = [
    "ARTICLE_EDGES",
    "HORIZONTAL_EDGE",
    "SOBEL_HORIZONTAL",
    "SOBEL_VERTICAL",
    "VERTICAL_EDGE",
    "avg_pool2d",
    "conv2d",
    "cross_entropy",
    "dense",
    "max_pool2d",
    "min_pool2d",
    "relu",
    "softmax",
]
