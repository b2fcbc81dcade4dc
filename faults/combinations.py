"""Mistakes that only a combination shows: of options, sizes and dtypes; and short counters."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.manners import softmax_layer
from cnnspec.faults.network import network
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.reference import (
    avg_pool2d,
    conv2d,
    cross_entropy,
    dense,
    max_pool2d,
    relu,
    softmax,
)

Array = NDArray[Any]


def is_same(options: dict[str, Any]) -> bool:
    """Return whether a convolution is padded."""
    return bool(options.get("padding", "valid") == "same")


# --- convolution: options and sizes -----------------------------------------------------------


@fault(
    "conv2d-strides-beyond-8-cut",
    "strides above 8 are counted as 8",
    "let the stride be any whole number from 1 on",
)
@of_plain_options
def strides_beyond_8_cut(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, stride=stride, **options)
    rows, columns = maps.shape[-3:-1]
    cut = conv2d(image, filters, *args, stride=min(stride, 8), **options)
    return cut[..., :rows, :columns, :]


@fault(
    "conv2d-bias-of-the-first-padded-image-only",
    'with padding "same", only the first image of a batch gets the bias',
    "add the bias to the maps of every image",
)
def bias_of_the_first_padded_image_only(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is not None and is_same(options) and maps.ndim == 4:
        maps[1:] = conv2d(image, filters, **options)[1:]
    return maps


@fault(
    "conv2d-channels-in-fours-last-lost",
    "if the channels fill vectors of 4, the loop over them ends one too early",
    "let the loop over the channels run to the last one",
)
@of_plain_options
def channels_in_fours_last_lost(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3 or filters.shape[-1] % 4:
        return maps
    return conv2d(image[..., :-1], filters[..., :-1], *args, **options)


@fault(
    "conv2d-strided-by-3-last-of-16-filters-repeated",
    "with stride 3 and 16 filters or more, the last map repeats the first",
    "write every map to its own place",
)
def strided_by_3_last_of_16_filters_repeated(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if options.get("stride", 1) == 3 and len(filters) >= 16:
        maps[..., -1] = maps[..., 0]
    return maps


@fault(
    "conv2d-single-filter-batch-reversed",
    "with a single filter, the images of a batch come out in the reverse order",
    "put the maps of image n at index n of the first axis",
)
def single_filter_batch_reversed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return maps[::-1] if maps.ndim == 4 and len(filters) == 1 else maps


@fault(
    "conv2d-bias-along-the-columns",
    "the bias is added along the columns if there are as many of them as filters",
    "add bias[k] to map k: the maps are the last axis",
    seen="NumPy's broadcasting, with the maps on the wrong side",
)
def bias_along_the_columns(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is None or maps.shape[-2] != len(filters):
        return maps
    mistaken: Array = conv2d(image, filters, **options) + np.asarray(bias)[:, np.newaxis]
    return mistaken


# --- convolution: counters --------------------------------------------------------------------


@fault(
    "conv2d-strided-columns-beyond-256-zero",
    "with stride 2, columns of the maps beyond the 256th are left at zero: the counter is a byte",
    "count columns with an integer that holds their number",
)
def strided_columns_beyond_256_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if options.get("stride", 1) == 2:
        maps[..., 256:, :] = 0
    return maps


@fault(
    "conv2d-bias-beyond-256-missing",
    "filters beyond the 256th get no bias: the counter is a byte",
    "count filters with an integer that holds their number",
)
def bias_beyond_256_missing(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is not None:
        maps[..., 256:] = conv2d(image, filters, **options)[..., 256:]
    return maps


@fault(
    "conv2d-channels-of-a-batch-beyond-256-ignored",
    "in a batch, channels beyond the 256th are not added: the counter is a byte",
    "count channels with an integer that holds their number",
)
def channels_of_a_batch_beyond_256_ignored(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim < 4 or filters.shape[-1] <= 256:
        return maps
    return conv2d(image[..., :256], filters[..., :256], *args, **options)


@fault(
    "conv2d-windows-beyond-65536-zero",
    "windows beyond the 65536th are left at zero: the counter has 16 bits",
    "count windows with an integer that holds their number",
)
def windows_beyond_65536_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps.reshape(-1, len(filters))[2**16 :] = 0
    return maps


@fault(
    "conv2d-images-beyond-256-zero",
    "maps of images beyond the 256th are left at zero: the counter is a byte",
    "count images with an integer that holds their number",
)
def images_beyond_256_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.ndim == 4:
        maps[256:] = 0
    return maps


# --- convolution: numbers ---------------------------------------------------------------------


@fault(
    "conv2d-float32-for-filters-in-sixteens",
    "if the filters fill vectors of 16, float64 maps are stored in float32 in between",
    "keep float64 in every branch",
)
def float32_for_filters_in_sixteens(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return maps if len(filters) % 16 else maps.astype(np.float32).astype(maps.dtype)


@fault(
    "conv2d-image-of-the-filters-type",
    'with padding "same", the image is converted to the integer type of the filters',
    "convert the filters to the floating-point dtype of the image",
)
def image_of_the_filters_type(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if is_same(options) and filters.dtype.kind == "i":
        image = image.astype(filters.dtype)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-below-1e-30-zero",
    "results below 1e-30 are set to 0",
    "return the sums as they are: float64 holds far smaller numbers",
)
def below_1e_30_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return np.where(np.abs(maps) < 1e-30, 0, maps).astype(maps.dtype)


@fault(
    "conv2d-bias-in-float32",
    "a float64 bias is kept in float32",
    "keep the bias in the dtype of the sums",
)
def bias_in_float32(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if bias is not None and np.asarray(bias).dtype == np.float64:
        bias = np.asarray(bias).astype(np.float32).astype(np.float64)
    return conv2d(image, filters, bias, **options)


# --- convolution: memory ----------------------------------------------------------------------


@fault(
    "conv2d-gaps-in-the-filters-misread",
    "filters with gaps in memory are read as if there were none",
    "ask every array for its strides, or make it contiguous first",
)
def gaps_in_the_filters_misread(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    contiguous = filters.flags.c_contiguous or filters.flags.f_contiguous
    if not contiguous and min(filters.strides) > 0:
        steps = np.empty(filters.shape, np.int8).strides
        filters = as_strided(filters, strides=[step * filters.itemsize for step in steps])
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-padded-buffer-keeps-its-dtype",
    "the buffer for padded images is kept by shape alone: after float32 it narrows float64",
    "keep a buffer by its shape and dtype, or make a new one",
    makes=True,
)
def padded_buffer_keeps_its_dtype() -> Callable[..., Array]:
    first: dict[Any, Any] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        if not is_same(options):
            return conv2d(image, filters, *args, **options)
        kept = first.setdefault((image.shape, filters.shape[1]), image.dtype)
        return conv2d(image.astype(kept).astype(image.dtype), filters, *args, **options)

    return convolve


@fault(
    "conv2d-large-results-share-a-buffer",
    "results of 500 numbers and more are written into one buffer for each shape",
    "return a new array from every call",
    makes=True,
)
def large_results_share_a_buffer() -> Callable[..., Array]:
    buffers: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        maps = conv2d(image, filters, *args, **options)
        if maps.size < 500:
            return maps
        buffer = buffers.setdefault((maps.shape, maps.dtype), maps)
        buffer[...] = maps
        return buffer

    return convolve


# --- convolution: refusals --------------------------------------------------------------------


@fault(
    "conv2d-float32-channels-broadcast",
    "the branch for float32 does not compare the channels: a single one is broadcast",
    "check the arguments before the branches",
)
def float32_channels_broadcast(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    alone = image.ndim > 2 and filters.ndim == 4 and filters.shape[-1] == 1
    if alone and image.dtype == np.float32:
        filters = np.repeat(filters, image.shape[-1], axis=-1)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-groups-accepted",
    "filters of half the image's channels are used for both halves",
    "refuse filters whose number of channels is not that of the image",
    seen="grouped convolution",
)
@of_plain_options
def groups_accepted(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.ndim > 2 and filters.ndim == 4 and image.shape[-1] == 2 * filters.shape[-1] > 2:
        filters = np.concatenate([filters, filters], axis=-1)
    return conv2d(image, filters, *args, **options)


# --- pooling ----------------------------------------------------------------------------------


def _in_order(maps: Array, size: int, stride: int | None) -> Array:
    """Return the elements of every window, the smallest first."""
    windows = sliding_window_view(maps, (size, size), axis=(-3, -2))
    step = size if stride is None else stride
    chosen = windows[..., ::step, ::step, :, :, :]
    return np.sort(chosen.reshape(*chosen.shape[:-2], size * size), axis=-1)


@fault(
    "max_pool2d-second-largest",
    "the second largest element of a window is returned",
    "return the largest: numpy.max, or the last of the sorted elements",
)
def second_largest(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    return pooled if size == 1 else _in_order(maps, size, stride)[..., -2].astype(pooled.dtype)


@fault(
    "avg_pool2d-median",
    "the median of a window is returned",
    "return the mean: the sum over the number of elements",
)
def median(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    return np.median(_in_order(maps, size, stride), axis=-1).astype(pooled.dtype)


@fault(
    "max_pool2d-starts-at-minus-1e30",
    "the search for the largest element starts at -1e30",
    "start at the first element of the window, or at -infinity",
)
def starts_at_minus_1e30(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if pooled.dtype not in (np.float64, np.float32):
        return pooled
    return np.maximum(pooled, pooled.dtype.type(-1e30))


@fault(
    "max_pool2d-overlapping-maps-beyond-256-zero",
    "with overlapping windows, maps beyond the 256th are left at zero: the counter is a byte",
    "count maps with an integer that holds their number",
)
def overlapping_maps_beyond_256_zero(
    maps: Array, size: int = 2, stride: int | None = None
) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if stride is not None and stride < size:
        pooled[..., 256:] = 0
    return pooled


# --- relu, dense ------------------------------------------------------------------------------


@fault(
    "relu-square-matrix-transposed",
    "a square matrix comes out transposed",
    "treat every element in its place",
)
def square_matrix_transposed(x: Array) -> Array:
    result = relu(x)
    return result.T if x.ndim == 2 and x.shape[0] == x.shape[1] else result


@fault(
    "dense-bytes-of-maps-signed",
    "bytes of an input with several axes are taken for signed ones: 128 counts as -128",
    "convert the input by its own type: x.astype(float)",
)
def bytes_of_maps_signed(x: Array, weights: Array, bias: Array) -> Array:
    return dense(x.view(np.int8) if x.dtype == np.uint8 and x.ndim > 1 else x, weights, bias)


@fault(
    "dense-bias-lost-for-a-single-node",
    "a single node behind maps gets no bias",
    "add the bias, however many nodes there are",
)
def bias_lost_for_a_single_node(x: Array, weights: Array, bias: Array) -> Array:
    alone = x.ndim > 1 and len(bias) == 1
    return dense(x, weights, np.zeros_like(bias) if alone else bias)


# --- softmax, loss ----------------------------------------------------------------------------


def _softmax_less(logits: Array, subtracted: Any) -> Array:
    """Return the softmax of logits from which something else than the maximum was subtracted."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits - subtracted)
        return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault(
    "softmax-maximum-of-the-first-row",
    "the maximum of the first row is subtracted from all rows",
    "subtract every row's own maximum: x.max(axis=-1, keepdims=True)",
)
def maximum_of_the_first_row(logits: Array) -> Array:
    right = softmax(logits)
    return _softmax_less(logits, logits[0].max()) if logits.ndim == 2 else right


@fault(
    "softmax-float32-rows-overflow",
    "float32 matrices are exponentiated as they are: nothing is subtracted before",
    "subtract every row's maximum in every branch",
)
def float32_rows_overflow(logits: Array) -> Array:
    right = softmax(logits)
    narrow = logits.ndim == 2 and logits.dtype == np.float32
    return _softmax_less(logits, np.float32(0)) if narrow else right


@fault(
    "softmax-square-float32-along-the-columns",
    "square float32 matrices are normalised along their columns",
    "normalise along the last axis",
)
def square_float32_along_the_columns(logits: Array) -> Array:
    right = softmax(logits)
    if logits.ndim != 2 or logits.shape[0] != logits.shape[1] or logits.dtype != np.float32:
        return right
    return softmax(logits.T).T


@fault(
    "softmax-rows-beyond-256-zero",
    "rows beyond the 256th are left at zero: the counter is a byte",
    "count rows with an integer that holds their number",
)
def rows_beyond_256_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    if logits.ndim == 2:
        probabilities[256:] = 0
    return probabilities


@fault(
    "softmax-exponential-by-powers-of-two",
    "the exponential is a power of two whose exponent is rounded to 12 digits",
    "use the exponential function, or log2(e) in the precision of the result",
)
def exponential_by_powers_of_two(logits: Array) -> Array:
    right = softmax(logits)
    if right.dtype != np.float64:
        return right
    distances = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp2(1.442695040889 * distances)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@fault(
    "cross_entropy-near-1-linear",
    "for probabilities above 0.9999 the loss is 1 - p",
    "use the logarithm everywhere",
)
def near_1_linear(probabilities: Array, label: int) -> Any:
    loss = cross_entropy(probabilities, label)
    probability = probabilities[label]
    return 1 - probability if probability > 0.9999 else loss


@fault(
    "cross_entropy-raised-and-renormalised",
    "probabilities are raised to 1e-7 at least, then divided by their sum: the other classes count",
    "take the logarithm of the label's probability itself",
    seen="Keras, sparse_categorical_crossentropy",
)
def raised_and_renormalised(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    raised = np.maximum(probabilities, probabilities.dtype.type(1e-7))
    return cross_entropy(raised / raised.sum(dtype=raised.dtype), label)


# --- layers and networks ----------------------------------------------------------------------


@fault(
    "softmax_layer-square-weights-transposed",
    "square weights behind maps are transposed",
    "weights has one row for every input, also if there are as many nodes",
)
def square_weights_transposed(x: Array, weights: Array, bias: Array) -> Array:
    square = weights.shape[0] == weights.shape[1] and x.ndim > 1
    return softmax_layer(x, weights.T if square else weights, bias)


@fault(
    "softmax_layer-overflows-beyond-16-nodes",
    "with more than 16 nodes nothing is subtracted before the exponential, which overflows",
    "subtract the largest total first: exp(totals - totals.max())",
)
def overflows_beyond_16_nodes(x: Array, weights: Array, bias: Array) -> Array:
    right = softmax_layer(x, weights, bias)
    return _softmax_less(dense(x, weights, bias), 0) if len(bias) > 16 else right


@fault(
    "network-weights-remembered-by-identity",
    "weights are copied once and known by their array: training in place does not show",
    "read the parameters anew in every call",
    makes=True,
)
def weights_remembered_by_identity() -> Callable[..., Any]:
    copies: dict[int, tuple[Array, Array]] = {}

    def forward(image: Array, label: int, filters: Array, weights: Array, biases: Array) -> Any:
        _, copied = copies.setdefault(id(weights), (weights, np.array(weights)))
        return network(image, label, filters, copied, biases)

    return forward
