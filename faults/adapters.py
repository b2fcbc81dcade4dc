"""Mistakes of adapters: a right operation that is handed its arguments, or hands its result, wrong.

They work for every legal call: what does not fit is reshaped, as adapters do.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.reference.conv2d import conv2d
from cnnspec.reference.cross_entropy import cross_entropy
from cnnspec.reference.dense import dense
from cnnspec.reference.pooling import avg_pool2d, max_pool2d
from cnnspec.reference.softmax import softmax

Array = NDArray[Any]


def narrowed(values: Any) -> Any:
    """Return float64 numbers as float32 holds them, still float64; others as they are."""
    is_double = isinstance(values, np.ndarray) and values.dtype == np.float64
    return values.astype(np.float32).astype(np.float64) if is_double else values


def misread_as_channels_first(channels_last: Array) -> Array:
    """Read memory as (..., C, H, W), and return that in the order (..., H, W, C)."""
    *batch, rows, columns, channels = channels_last.shape
    misread = channels_last.reshape(*batch, channels, rows, columns)
    return np.moveaxis(misread, -3, -1)


# --- convolution: layouts on the way in -------------------------------------------------------


@fault(
    "adapter-conv2d-image-reshaped",
    "the image is reshaped to (C, H, W), which mixes pixels and channels, instead of transposed",
    "move the axis: numpy.moveaxis(image, -1, 0), not image.reshape(C, H, W)",
    operation="conv2d",
    seen="adapters to channels-first frameworks",
)
def image_reshaped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    if image.ndim > 2:
        image = misread_as_channels_first(image)
    return conv2d(image, filters, *args, **options)


@fault(
    "adapter-conv2d-layout-guessed",
    "an image with as many rows as the filters have channels is taken for channels-first",
    "do not guess the layout from the shape: the last axis holds the channels",
    operation="conv2d",
    seen="adapters that take both layouts",
)
@of_plain_options
def layout_guessed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    if image.ndim == 3 and image.shape[0] == filters.shape[-1]:
        image = np.moveaxis(image, 0, -1)
    return conv2d(image, filters, *args, **options)


@fault(
    "adapter-conv2d-filters-reshaped",
    "weights are read channel by channel, as (C, f, f), and lie as (f, f, C): an im2col of other"
    " columns, or a reshape",
    "let the columns of im2col run over (f, f, C), as the weights lie; to move an axis use"
    " numpy.moveaxis(filters, -1, 1), not filters.reshape(K, C, f, f)",
    operation="conv2d",
    seen="im2col by channels; adapters to channels-first frameworks",
)
def filters_reshaped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    if filters.ndim == 4:
        filters = misread_as_channels_first(filters)
    return conv2d(image, filters, *args, **options)


@fault(
    "adapter-conv2d-filters-reshaped-to-the-last",
    "the filters are reshaped to (f, f, C, K), which mixes weights of different filters",
    "move the axis: numpy.moveaxis(filters, 0, -1), not filters.reshape(f, f, C, K)",
    operation="conv2d",
    seen="adapters to frameworks that want the filters last",
)
def filters_reshaped_to_the_last(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    misread = filters.reshape(*filters.shape[1:], len(filters))
    return conv2d(image, np.moveaxis(misread, -1, 0), *args, **options)


@fault(
    "adapter-conv2d-filters-and-channels-swapped",
    "a bank of as many filters as channels is handed over as (C, f, f, K)",
    "hand the filters over as (K, f, f, C); shapes cannot tell that they are swapped if K = C",
    operation="conv2d",
)
def filters_and_channels_swapped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.ndim == 4 and filters.shape[0] == filters.shape[-1]:
        filters = np.swapaxes(filters, 0, -1)
    return conv2d(image, filters, *args, **options)


@fault(
    "adapter-conv2d-every-axis-flipped",
    "all axes of the filters are flipped, those of filters and channels too",
    "do not flip the filters; for a library of true convolution flip the axes 1 and 2 only",
    operation="conv2d",
    seen="adapters to libraries of true convolution: numpy.flip(filters)",
)
def every_axis_flipped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, np.flip(filters), *args, **options)


@fault(
    "adapter-conv2d-sides-swapped",
    "the image is handed over with its width for its height",
    "hand over the rows first, then the columns",
    operation="conv2d",
    seen="libraries that take width, then height",
)
def sides_swapped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    axis = 1 if image.ndim == 4 else 0
    shape = list(image.shape)
    shape[axis : axis + 2] = shape[axis + 1], shape[axis]
    return conv2d(image.reshape(shape), filters, *args, **options).reshape(maps.shape)


@fault(
    "adapter-conv2d-groups-of-channels",
    "filters with too few channels are spread over groups of the image's channels",
    "raise a ValueError unless image and filters have the same number of channels",
    operation="conv2d",
    seen="frameworks that infer groups from the shapes",
)
@of_plain_options
def groups_of_channels(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    channels = filters.shape[-1]
    groups = image.shape[-1] // channels if image.ndim > 2 and filters.ndim == 4 else 1
    if groups < 2 or len(filters) % groups or image.shape[-1] % channels:
        return conv2d(image, filters, bias, **options)
    parts = zip(np.split(image, groups, axis=-1), np.split(filters, groups), strict=True)
    maps = np.concatenate([conv2d(*part, **options) for part in parts], axis=-1)
    return np.asarray(maps if bias is None else maps + bias)


# --- convolution: options, and the way back ---------------------------------------------------


@fault(
    "adapter-conv2d-padding-dropped-in-batches",
    'padding "same" is not passed on for batches',
    "pass every option on, for single images and for batches",
    operation="conv2d",
)
def padding_dropped_in_batches(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, padding=padding, **options)
    return conv2d(image, filters, *args, **options) if image.ndim == 4 else maps


@fault(
    "adapter-conv2d-stride-dropped-with-bias",
    "the stride is not passed on if there is a bias",
    "pass every option on, with a bias and without",
    operation="conv2d",
)
def stride_dropped_with_bias(
    image: Array, filters: Array, bias: Any = None, *, stride: int = 1, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, stride=stride, **options)
    return maps if bias is None else conv2d(image, filters, bias, **options)


@fault(
    "adapter-conv2d-bias-dropped-with-padding",
    'the bias is not passed on if the padding is "same"',
    "pass the bias on, whatever the padding is",
    operation="conv2d",
)
def bias_dropped_with_padding(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if options.get("padding", "valid") == "same":
        return conv2d(image, filters, **options)
    return maps


@fault(
    "adapter-conv2d-maps-reshaped",
    "maps of (K, rows, columns) are reshaped to (rows, columns, K) instead of transposed",
    "move the axis: numpy.moveaxis(maps, 0, -1), not maps.reshape(rows, columns, K)",
    operation="conv2d",
    seen="adapters to channels-first frameworks",
)
def maps_reshaped(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return np.moveaxis(maps, -1, -3).reshape(maps.shape)


@fault(
    "adapter-conv2d-batch-axis-left",
    "the map of a single image comes back as a batch of one",
    "take the added axis away again: maps[0]",
    operation="conv2d",
    seen="adapters to frameworks that take batches only",
)
def batch_axis_left(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return maps if image.ndim == 4 else maps[np.newaxis]


@fault(
    "adapter-conv2d-squeezed",
    "every axis of length 1 is dropped: that of a single filter, a single row or a batch of one",
    "drop the one axis that was added: maps[0], not numpy.squeeze(maps)",
    operation="conv2d",
)
def squeezed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.squeeze(conv2d(image, filters, *args, **options))


@fault(
    "adapter-conv2d-narrowed",
    "image, filters and bias pass through float32 on the way to a float64 convolution",
    "hand float64 arrays over as they are",
    operation="conv2d",
    seen="adapters that convert with astype(float32)",
)
def conv2d_narrowed(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return conv2d(narrowed(image), narrowed(filters), narrowed(bias), **options)


# --- pooling ----------------------------------------------------------------------------------


@fault(
    "adapter-max_pool2d-pooled-over-maps",
    "maps of (H, W, K) are pooled over their last two axes, columns and maps",
    "move the axis of the maps to the front before pooling, and back afterwards",
    operation="max_pool2d",
    seen="channels-first frameworks without an adapter",
)
def pooled_over_maps(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    max_pool2d(maps, size, stride)
    pooled = max_pool2d(np.moveaxis(maps, -3, -1), size, stride)
    return np.moveaxis(pooled, -1, -3)


@fault(
    "adapter-avg_pool2d-maps-reshaped",
    "the maps are reshaped to (K, H, W), which mixes them, instead of transposed",
    "move the axis: numpy.moveaxis(maps, -1, 0), not maps.reshape(K, H, W)",
    operation="avg_pool2d",
    seen="adapters to channels-first frameworks",
)
def maps_reshaped_before_pooling(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    avg_pool2d(maps, size, stride)
    return avg_pool2d(misread_as_channels_first(maps), size, stride)


@fault(
    "adapter-min_pool2d-negated-in-its-type",
    "the minimum is the negative maximum of -x, which wraps around in integer types",
    "convert integers to float64 before changing their sign",
    operation="min_pool2d",
    seen="adapters to frameworks that have max-pooling only",
)
def negated_in_its_type(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    negative = max_pool2d(-maps, size, stride)
    return -negative.astype(maps.dtype) if maps.dtype.kind in "iu" else -negative


@fault(
    "adapter-max_pool2d-narrowed",
    "float64 maps pass through float32 on the way",
    "hand float64 arrays over as they are",
    operation="max_pool2d",
    seen="adapters that convert with astype(float32)",
)
def max_pool2d_narrowed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(narrowed(maps), size, stride)


# --- dense, softmax, loss ---------------------------------------------------------------------


@fault(
    "adapter-dense-weights-reshaped",
    "the weights are reshaped to (nodes, inputs), which mixes them, instead of transposed",
    "transpose: weights.T, not weights.reshape(nodes, inputs)",
    operation="dense",
    seen="adapters to frameworks that keep weights as (nodes, inputs)",
)
def weights_reshaped(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    return dense(x, weights.reshape(weights.shape[::-1]).T, bias)


@fault(
    "adapter-softmax-implicit-axis",
    "logits of one or three axes are normalised along the first axis, of two along the last",
    "name the axis: softmax(logits, dim=-1)",
    operation="softmax",
    seen="torch.nn.functional.softmax without dim",
)
def implicit_axis(logits: Array) -> Array:
    axis = 0 if logits.ndim == 3 else -1
    return np.moveaxis(softmax(np.moveaxis(logits, axis, -1)), -1, axis)


@fault(
    "adapter-softmax-flattened-from-axis-1",
    "all axes but the first are normalised together",
    "normalise along the last axis",
    operation="softmax",
    seen="ONNX before opset 13",
)
def flattened_from_axis_1(logits: Array) -> Array:
    if logits.ndim < 3:
        return softmax(logits)
    return softmax(logits.reshape(len(logits), -1)).reshape(logits.shape)


@fault(
    "adapter-cross_entropy-softmax-again",
    "the probabilities are taken for logits: softmax is applied to them",
    "hand over logits, or use the loss that takes probabilities",
    operation="cross_entropy",
    seen="torch.nn.functional.cross_entropy on probabilities",
)
def softmax_again(probabilities: Array, label: int) -> Any:
    return cross_entropy(softmax(probabilities), label)


@fault(
    "adapter-cross_entropy-clipped",
    "probabilities are clipped to 1e-7 ... 1 - 1e-7, so that certainty costs 1e-7",
    "take the logarithm of the probability itself",
    operation="cross_entropy",
    seen="Keras",
    effect=ADVISED,
)
def clipped(probabilities: Array, label: int) -> Any:
    return cross_entropy(np.clip(probabilities, 1e-7, 1 - 1e-7), label)
