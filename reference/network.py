"""Article 2's network on many images at once, with what every layer returns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.reference.arguments import FloatArray, as_floats
from cnnspec.reference.conv2d import conv2d
from cnnspec.reference.dense import dense_of_each
from cnnspec.reference.errors import ShapeError
from cnnspec.reference.pooling import max_pool2d
from cnnspec.reference.softmax import softmax


class Activations(NamedTuple):
    """What the layers return for N images of 28x28, with 8 filters and 10 classes."""

    input: FloatArray  #: (N, 28, 28), from -0.5 to 0.5
    conv: FloatArray  #: (N, 26, 26, 8)
    pool: FloatArray  #: (N, 13, 13, 8)
    logits: FloatArray  #: (N, 10)
    probabilities: FloatArray  #: (N, 10)


def network(
    images: ArrayLike, filters: ArrayLike, weights: ArrayLike, biases: ArrayLike
) -> Activations:
    """Run images through the network, in the dtype of its parameters.

    Parameters
    ----------
    images : (N, H, W)
        Pixels from 0 to 255; the network sees them from -0.5 to 0.5.
    filters : (K, f, f)
    weights : (inputs, nodes)
        One row for each of the pooled maps' elements.
    biases : (nodes,)

    Returns
    -------
    Activations
        About 30 kB for each image in float32, most of it for the convolution.

    Raises
    ------
    ValueError, TypeError
        As the layers do.

    Notes
    -----
    Source: article 2, "Complete CNN".
    """
    images, filters = as_floats("images", images, may_be_empty=(0,)), as_floats("filters", filters)
    if images.ndim != 3:
        raise ShapeError(f"images must be (N, H, W), got the shape {images.shape}")
    pixels = (images / 255 - 0.5).astype(np.result_type(filters, np.asarray(weights).dtype))
    conv = conv2d(pixels[..., np.newaxis], filters[..., np.newaxis])
    pool = max_pool2d(conv)
    logits = dense_of_each(pool, weights, biases)
    return Activations(pixels, conv, pool, logits, softmax(logits))
