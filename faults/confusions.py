"""One thing taken for another: a curve, a term, an index, an order like the due one."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, dense, max_pool2d, relu

Array = NDArray[Any]

# --- convolution -------------------------------------------------------------------------------


@fault("conv2d-bias-twice", "the bias is added twice", "add bias[k] to map k once")
def bias_twice(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    return maps if bias is None else maps + np.asarray(bias).astype(maps.dtype)


@fault(
    "conv2d-first-bias-for-all",
    "the first bias is added to every map",
    "add bias[k] to map k",
)
def first_bias_for_all(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv2d(image, filters, bias, **options)
    shared = None if bias is None else np.full_like(bias, np.asarray(bias)[0])
    return conv2d(image, filters, shared, **options)


@fault(
    "conv2d-dark-pixels-zero",
    "pixels below 0 are taken for 0",
    "use the image as it is: ReLU is a layer of its own",
)
def dark_pixels_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    return conv2d(relu(image), filters, *args, **options)


@fault(
    "conv2d-same-reads-the-next-row",
    'with "same" the pixels beyond the end of a row are those of the next one: only the flat index'
    " is checked",
    "check row and column, each by itself: beyond the image there are zeros",
    seen="ports to C",
)
def same_reads_the_next_row(
    image: Array, filters: Array, bias: Any = None, stride: int = 1, padding: str = "valid"
) -> Array:
    due = conv2d(image, filters, bias, stride=stride, padding=padding)
    if padding != "same" or stride != 1:
        return due
    images = image.reshape(1, *image.shape, 1) if image.ndim == 2 else image
    images = images if images.ndim == 4 else images[np.newaxis]
    number, rows, columns, channels = images.shape
    margin = filters.shape[1] // 2
    index = np.arange(-margin, rows + margin)[:, np.newaxis] * columns
    index = index + np.arange(-margin, columns + margin)
    is_there = (index >= 0) & (index < rows * columns)
    flat = images.reshape(number, rows * columns, channels)
    padded = flat[:, np.where(is_there, index, 0)] * is_there[..., np.newaxis].astype(image.dtype)
    if image.ndim < 4:
        padded = padded[0, ..., 0] if image.ndim == 2 else padded[0]
    return conv2d(padded, filters, bias)


# --- pooling -----------------------------------------------------------------------------------


@fault(
    "max_pool2d-largest-magnitude",
    "the element of the largest magnitude is taken, whatever its sign",
    "take the maximum",
)
def largest_magnitude(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    highest = max_pool2d(maps, size, stride)
    lowest = -max_pool2d(-maps.astype(np.float64), size, stride)
    return np.where(-lowest > highest, lowest, highest).astype(highest.dtype)


@fault(
    "avg_pool2d-middle-of-the-range",
    "the middle between minimum and maximum is taken",
    "take the mean of all elements of a window",
)
def middle_of_the_range(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    due = avg_pool2d(maps, size, stride)
    wide = maps.astype(np.float64)
    low, high = -max_pool2d(-wide, size, stride), max_pool2d(wide, size, stride)
    return ((low + high) / 2).astype(due.dtype)


# --- functions of one number -------------------------------------------------------------------


@fault(
    "relu-gelu",
    "GELU is computed: x * Phi(x)",
    "return x where it is above 0, else 0",
    seen="activations of transformers",
)
def gelu(x: Array) -> Array:
    x = np.asarray(x)
    erf = np.vectorize(math.erf, otypes=[np.float64])
    result: Array = 0.5 * x * (1 + erf(x.astype(np.float64) / math.sqrt(2)))
    return result.astype(x.dtype if x.dtype.kind == "f" else np.float64)


@fault(
    "relu-softplus",
    "softplus is computed: log(1 + exp(x))",
    "return x where it is above 0, else 0",
    seen="smooth stand-ins for ReLU",
)
def softplus(x: Array) -> Array:
    x = np.asarray(x)
    wide = x.astype(np.float64)
    result: Array = np.logaddexp(0, wide)
    return result.astype(x.dtype if x.dtype.kind == "f" else np.float64)


# --- the dense layer and the loss --------------------------------------------------------------


@fault("dense-bias-twice", "the bias is added twice", "add bias[j] to node j once")
def bias_added_twice(x: Array, weights: Array, bias: Array) -> Array:
    logits = dense(x, weights, bias)
    return logits + np.asarray(bias).astype(logits.dtype)


@fault(
    "cross_entropy-focal",
    "the loss is weighted by (1 - p)^2: it is the focal loss",
    "return -ln of the right class's probability alone",
    seen="losses of object detectors",
)
def focal(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    return loss * (1 - probabilities[label]) ** 2


@fault(
    "cross_entropy-last-is-the-rest",
    "the probability of the last class is taken for what the others leave of 1",
    "take probabilities[label] itself: small ones have more digits than 1 minus the others",
)
def last_is_the_rest(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    if label != len(probabilities) - 1 or label == 0:
        return loss
    with np.errstate(divide="ignore"):
        return loss.dtype.type(-np.log(1 - probabilities[:-1].sum()))
