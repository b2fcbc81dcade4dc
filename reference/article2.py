"""Article 2 by its own names: "Convolutional Neural Networks in Python".

``conv``, ``pool`` and ``softmax`` are the layers of its MNIST network, with random weights as in
the article, and `forward` runs one image through them:
28x28 -> 26x26x8 -> 13x13x8 -> 10 probabilities.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.conv2d import conv2d as _conv2d
from cnnspec.reference.cross_entropy import cross_entropy as _cross_entropy
from cnnspec.reference.dense import dense as _dense
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.pooling import max_pool2d as _max_pool2d
from cnnspec.reference.softmax import softmax as _softmax

Region = tuple[FloatArray, int, int]


class Conv3x3:
    """A convolution layer of 3x3 filters on an image without channel axis.

    Parameters
    ----------
    num_filters : int
    seed : int, optional
        Of the random filters; drawn afresh by default.

    Attributes
    ----------
    num_filters : int
    filters : (num_filters, 3, 3)
        Normally distributed and divided by 9.
    """

    def __init__(self, num_filters: int, seed: int | None = None) -> None:
        self.num_filters = num_filters
        random = np.random.default_rng(seed)
        self.filters: FloatArray = random.standard_normal((num_filters, 3, 3)) / 9

    def iterate_regions(self, image: ArrayLike) -> Iterator[Region]:
        """Yield every 3x3 region of an image (H, W), with its row and column."""
        image = _as_image(image)
        rows, columns = image.shape
        for i in range(rows - 2):
            for j in range(columns - 2):
                yield image[i : i + 3, j : j + 3], i, j

    def forward(self, image: ArrayLike) -> FloatArray:
        """Return the maps (H - 2, W - 2, num_filters) of an image (H, W)."""
        return _conv2d(_as_image(image), self.filters)


class MaxPool2:
    """A max-pooling layer with windows of 2x2 that do not overlap."""

    def iterate_regions(self, maps: ArrayLike) -> Iterator[Region]:
        """Yield every 2x2 region of maps (H, W, K), with its row and column in the result."""
        maps = as_floats("maps", maps)
        for i in range(maps.shape[0] // 2):
            for j in range(maps.shape[1] // 2):
                yield maps[2 * i : 2 * i + 2, 2 * j : 2 * j + 2], i, j

    def forward(self, maps: ArrayLike) -> FloatArray:
        """Return the maxima (H // 2, W // 2, K) of maps (H, W, K)."""
        return _max_pool2d(maps, 2)


class Softmax:
    """A dense layer with softmax activation.

    Parameters
    ----------
    input_len, nodes : int
    seed : int, optional
        Of the random weights; drawn afresh by default.

    Attributes
    ----------
    weights : (input_len, nodes)
        Normally distributed and divided by input_len.
    biases : (nodes,)
        Zeros.
    """

    def __init__(self, input_len: int, nodes: int, seed: int | None = None) -> None:
        random = np.random.default_rng(seed)
        self.weights: FloatArray = random.standard_normal((input_len, nodes)) / input_len
        self.biases: FloatArray = np.zeros(nodes)

    def forward(self, maps: ArrayLike) -> FloatArray:
        """Return the probabilities (nodes,) for an input of any shape."""
        return _softmax(_dense(maps, self.weights, self.biases))


conv = Conv3x3(8, seed=0)  # 28x28 -> 26x26x8, 72 weights
pool = MaxPool2()  # 26x26x8 -> 13x13x8
softmax = Softmax(13 * 13 * 8, 10, seed=1)  # 13x13x8 -> 10


def forward(image: ArrayLike, label: int) -> tuple[FloatArray, float, int]:
    """Run one image through the network.

    Parameters
    ----------
    image : (28, 28)
        Pixels from 0 to 255; the network sees them from -0.5 to 0.5.
    label : int
        The digit that it shows.

    Returns
    -------
    out : (10,)
        The probability of each digit.
    loss : float
        Cross-entropy, in nats.
    acc : int
        1 if the most probable digit is the label, else 0.
    """
    out = conv.forward(as_floats("image", image) / 255 - 0.5)
    out = pool.forward(out)
    out = softmax.forward(out)
    loss = float(_cross_entropy(out, label))
    acc = int(np.argmax(out) == label)
    return out, loss, acc


def _as_image(image: ArrayLike) -> FloatArray:
    image = as_floats("image", image)
    if image.ndim != 2:
        raise ShapeError(f"image must be (H, W), got the shape {image.shape}")
    return image
