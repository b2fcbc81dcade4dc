"""One step of training article 2's network: forward, backward, and every parameter updated."""

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats, sum_dtype
from cnnspec.reference.errors import LabelError, ShapeError
from cnnspec.reference.network import network
from cnnspec.reference.softmax_cross_entropy import softmax_cross_entropy

__all__ = ["train_step"]


def train_step(
    image: ArrayLike,
    label: int,
    filters: ArrayLike,
    weights: ArrayLike,
    biases: ArrayLike,
    *,
    learning_rate: float,
) -> tuple[np.floating[Any], FloatArray, FloatArray, FloatArray]:
    """Take one step down the gradient of the loss: ``parameter - learning_rate * gradient``.

    The network is article 2's: ``image / 255 - 0.5``, convolution without bias, max-pooling 2x2,
    dense layer and softmax, with the cross-entropy of the label as its loss. There is no ReLU.

    Parameters
    ----------
    image : (H, W)
        Pixels from 0 to 255.
    label : int
        The right class, 0 to nodes - 1.
    filters : (K, f, f)
        f is odd.
    weights : (inputs, nodes)
        One row for each of the pooled maps' elements: inputs = ((H - f + 1) // 2) *
        ((W - f + 1) // 2) * K.
    biases : (nodes,)
    learning_rate : float
        How much of the gradient is subtracted. With 0 nothing moves.

    Returns
    -------
    loss : a number from 0 on
        In nats, with the parameters as they were given: before the update.
    filters, weights, biases : the shapes that they had
        New arrays, in the dtype of all parameters together; the arguments are left as they are.

    Raises
    ------
    LabelError, LengthMismatchError, BiasLengthError, ShapeError, EmptyAxisError, TypeError
        If an argument breaks a rule; and what `conv2d` and `max_pool2d` raise.

    Notes
    -----
    Every gradient is that of the parameters before the step. Where several elements of a window
    are the largest, all of its gradient goes to the first of them, row by row: a maximum has no
    derivative there, and other code may choose another, or share it out.

    Source: article 2, "Complete CNN", and the series' training, which the article announces.
    """
    image, filters = as_floats("image", image), as_floats("filters", filters)
    weights, biases = as_floats("weights", weights), as_floats("biases", biases)
    rate = as_floats("learning_rate", learning_rate)
    if image.ndim != 2:
        raise ShapeError(f"image must be (H, W), got the shape {image.shape}")
    if filters.ndim != 3:
        raise ShapeError(f"filters must be (K, f, f), got the shape {filters.shape}")
    if rate.ndim:
        raise ShapeError(f"learning_rate must be a single number, got the shape {rate.shape}")
    dtype = np.result_type(filters, weights, biases)
    layers = network(image[np.newaxis], filters.astype(dtype), weights, biases)
    label = operator.index(label)
    if not 0 <= label < len(biases):
        raise LabelError(f"label must be from 0 to {len(biases) - 1}, got {label}")
    loss = softmax_cross_entropy(layers.logits[0], label)

    wide = sum_dtype(filters, weights, biases)
    by_logits = layers.probabilities[0].astype(wide)
    by_logits[label] -= 1
    pooled = layers.pool[0]
    by_weights = np.multiply.outer(pooled.ravel(), by_logits)
    by_pool = (weights.astype(wide) @ by_logits).reshape(pooled.shape)
    by_conv = gradient_of_maps(by_pool, layers.conv[0])
    by_filters = gradient_of_filters(by_conv, layers.input[0], filters.shape[-1])

    def updated(parameter: FloatArray, gradient: FloatArray) -> FloatArray:
        new: FloatArray = parameter.astype(wide) - rate.astype(wide) * gradient
        return new.astype(dtype)

    return (
        loss,
        updated(filters, by_filters),
        updated(weights, by_weights),
        updated(biases, by_logits),
    )


def gradient_of_maps(grad: FloatArray, maps: FloatArray) -> FloatArray:
    """Return (H, W, K): each gradient (H // 2, W // 2, K) at the maximum of its window of 2x2.

    Of several maxima it is the first, row by row; a NaN counts as larger than any number.
    """
    rows, columns, count = grad.shape
    windows = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, count)
    flat = windows.swapaxes(1, 2).reshape(rows, columns, 4, count)
    is_first = np.arange(4)[:, np.newaxis] == flat.argmax(axis=2)[:, :, np.newaxis]
    spread = np.where(is_first, grad[:, :, np.newaxis], 0).reshape(rows, columns, 2, 2, count)
    found = np.zeros(maps.shape, grad.dtype)
    found[: 2 * rows, : 2 * columns] = spread.swapaxes(1, 2).reshape(2 * rows, 2 * columns, count)
    return found


def gradient_of_filters(grad: FloatArray, image: FloatArray, size: int) -> FloatArray:
    """Return (K, f, f): for each weight the sum of the gradients (H', W', K) times its pixels."""
    rows, columns, count = grad.shape
    found = np.empty((count, size, size), grad.dtype)
    for a, b in np.ndindex(size, size):
        pixels = image[a : a + rows, b : b + columns].astype(grad.dtype)
        found[:, a, b] = np.tensordot(pixels, grad, 2)
    return found
