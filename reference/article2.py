"""Article 2 by its own names: "Convolutional Neural Networks in Python".

``conv``, ``pool`` and ``softmax`` are the layers of its MNIST network, with random weights as in
the article, and `forward` runs one image through them:
28x28 -> 26x26x8 -> 13x13x8 -> 10 probabilities. `train`, which the article announces, takes one
step of training. Each layer's ``backprop`` belongs to its latest ``forward``.
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
from cnnspec.reference.train_step import gradient_of_filters as _gradient_of_filters
from cnnspec.reference.train_step import gradient_of_maps as _gradient_of_maps

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
        self._last_input: FloatArray | None = None

    def iterate_regions(self, image: ArrayLike) -> Iterator[Region]:
        """Yield every 3x3 region of an image (H, W), with its row and column."""
        image = _as_image(image)
        rows, columns = image.shape
        for i in range(rows - 2):
            for j in range(columns - 2):
                yield image[i : i + 3, j : j + 3], i, j

    def forward(self, image: ArrayLike) -> FloatArray:
        """Return the maps (H - 2, W - 2, num_filters) of an image (H, W)."""
        self._last_input = _as_image(image).copy()
        return _conv2d(self._last_input, self.filters)

    def backprop(self, d_L_d_out: ArrayLike, learn_rate: float) -> None:
        """Update the filters from the gradient (H - 2, W - 2, num_filters) of the loss by the maps.

        The image is the network's input: nobody asks for the loss's gradient by it.

        Raises
        ------
        RuntimeError
            If there was no ``forward``.
        ShapeError
            If the gradient has another shape than the maps.
        """
        image = _remembered(self._last_input)
        rows, columns = image.shape
        grad = _as_gradient(d_L_d_out, (rows - 2, columns - 2, len(self.filters)))
        self.filters = self.filters - learn_rate * _gradient_of_filters(grad, image, 3)


class MaxPool2:
    """A max-pooling layer with windows of 2x2 that do not overlap."""

    def __init__(self) -> None:
        self._last_input: FloatArray | None = None

    def iterate_regions(self, maps: ArrayLike) -> Iterator[Region]:
        """Yield every 2x2 region of maps (H, W, K), with its row and column in the result."""
        maps = as_floats("maps", maps)
        for i in range(maps.shape[0] // 2):
            for j in range(maps.shape[1] // 2):
                yield maps[2 * i : 2 * i + 2, 2 * j : 2 * j + 2], i, j

    def forward(self, maps: ArrayLike) -> FloatArray:
        """Return the maxima (H // 2, W // 2, K) of maps (H, W, K)."""
        pooled = _max_pool2d(maps, 2)
        self._last_input = as_floats("maps", maps).copy()
        return pooled

    def backprop(self, d_L_d_out: ArrayLike) -> FloatArray:
        """Return (H, W, K): the gradient (H // 2, W // 2, K) at the maxima, and 0 elsewhere.

        Where several elements of a window are the largest, the first of them, row by row, gets all
        of the window's gradient. Choices differ: a maximum has no derivative there. The code that
        the article's series shows gives the whole gradient to each of them.

        Raises
        ------
        RuntimeError
            If there was no ``forward``.
        ShapeError
            If the gradient has another shape than the pooled maps.
        """
        maps = _remembered(self._last_input)
        rows, columns, count = maps.shape
        grad = _as_gradient(d_L_d_out, (rows // 2, columns // 2, count))
        return _gradient_of_maps(grad, maps)


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
        self._last_input: FloatArray | None = None
        self._last_out: FloatArray | None = None

    def forward(self, maps: ArrayLike) -> FloatArray:
        """Return the probabilities (nodes,) for an input of any shape."""
        maps = as_floats("maps", maps)
        out = _softmax(_dense(maps, self.weights, self.biases))
        self._last_input, self._last_out = maps.copy(), out.copy()
        return out

    def backprop(self, d_L_d_out: ArrayLike, learn_rate: float) -> FloatArray:
        """Update weights and biases from the gradient (nodes,) of the loss by the probabilities.

        Returns
        -------
        The shape of the input
            The gradient of the loss by the input, with the weights as they were before the update.

        Raises
        ------
        RuntimeError
            If there was no ``forward``.
        ShapeError
            If the gradient has another shape than the probabilities.
        """
        maps, out = _remembered(self._last_input), _remembered(self._last_out)
        grad = _as_gradient(d_L_d_out, out.shape)
        by_totals = out * (grad - grad @ out)
        by_input: FloatArray = (self.weights @ by_totals).reshape(maps.shape)
        by_weights = np.multiply.outer(maps.ravel(), by_totals)
        self.weights = self.weights - learn_rate * by_weights
        self.biases = self.biases - learn_rate * by_totals
        return by_input


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


def train(im: ArrayLike, label: int, lr: float = 0.005) -> tuple[float, int]:
    """Take one step of training: forward, backward, and the layers' parameters updated.

    Parameters
    ----------
    im : (28, 28)
        Pixels from 0 to 255.
    label : int
        The digit that it shows.
    lr : float
        The learning rate: how much of the gradient is subtracted from every parameter.

    Returns
    -------
    loss : float
        Cross-entropy before the update, in nats. If it is infinite, -1 / 0 has no gradient: the
        parameters are NaN afterwards. `train_step` takes the gradient by the logits and has it.
    acc : int
        1 if the most probable digit was the label, else 0.
    """
    out, loss, acc = forward(im, label)
    gradient = np.zeros_like(out)
    with np.errstate(divide="ignore", invalid="ignore"):
        gradient[label] = -1 / out[label]
        by_pool = softmax.backprop(gradient, lr)
        conv.backprop(pool.backprop(by_pool), lr)
    return loss, acc


def _remembered(kept: FloatArray | None) -> FloatArray:
    """Return what ``forward`` has kept."""
    if kept is None:
        raise RuntimeError("backprop belongs to a forward, and there was none")
    return kept


def _as_gradient(values: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return a gradient by a result of this shape."""
    grad = as_floats("d_L_d_out", values)
    if grad.shape != shape:
        raise ShapeError(f"d_L_d_out must have the shape {shape}, got {grad.shape}")
    return grad


def _as_image(image: ArrayLike) -> FloatArray:
    image = as_floats("image", image)
    if image.ndim != 2:
        raise ShapeError(f"image must be (H, W), got the shape {image.shape}")
    return image
