"""Mistakes in a branch that few calls take: one dtype, one option, two remainders at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.faults.precision import is_double, rounded
from cnnspec.reference import avg_pool2d, conv2d, dense, max_pool2d, relu, softmax

Array = NDArray[Any]

# --- blocks: another dtype, two remainders, no remainder --------------------------------------


@fault(
    "conv2d-float32-columns-beyond-16-zero",
    "in float32, columns beyond the 16th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_columns_beyond_16_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.dtype == np.float32:
        maps[..., 16:, :] = 0
    return maps


@fault(
    "conv2d-corner-of-filters-and-channels-ignored",
    "channels beyond the 16th are not added for filters beyond the 16th",
    "compute the block that is left over in both directions",
)
def corner_of_filters_and_channels_ignored(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.ndim == 4:
        filters = np.array(filters)
        filters[16:, ..., 16:] = 0
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-last-of-32-channels-ignored",
    "the last channel is not added if the channels fill blocks of 32",
    "a number that 32 divides has no remainder, and its last block is full",
)
def last_of_32_channels_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3 or filters.shape[-1] % 32:
        return maps
    return conv2d(image[..., :-1], filters[..., :-1], *args, **options)


@fault(
    "conv2d-last-of-32-filters-zero",
    "the last map is left at zero if the filters fill blocks of 32",
    "a number that 32 divides has no remainder, and its last block is full",
)
def last_of_32_filters_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if len(filters) % 32 == 0:
        maps[..., -1:] = 0
    return maps


@fault(
    "conv2d-strided-filters-beyond-16-zero",
    "with a stride, maps beyond the 16th are left at zero",
    "let the loop over the filters run to the end, with a stride and without",
)
@of_plain_options
def strided_filters_beyond_16_zero(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, stride=stride, **options)
    if stride > 1:
        maps[..., 16:] = 0
    return maps


@fault(
    "conv2d-bias-beyond-64-missing",
    "maps beyond the 64th get no bias",
    "let the loop over the biases run to the last one",
)
def bias_beyond_64_missing(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is not None:
        maps[..., 64:] = conv2d(image, filters, **options)[..., 64:]
    return maps


@fault(
    "conv2d-corner-from-the-49th-ignored",
    "channels from the 49th on are not added for filters from the 49th on",
    "compute the block that is left over in both directions",
)
def corner_from_the_49th_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.ndim == 4:
        filters = np.array(filters)
        filters[48:, ..., 48:] = 0
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-large-strided-filters-without-bias",
    "filters of 9x9 and larger get no bias if there is a stride",
    "add the bias in the code for large filters too",
)
def large_strided_filters_without_bias(
    image: Array, filters: Array, bias: Any = None, *, stride: int = 1, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, stride=stride, **options)
    is_large = filters.shape[1] >= 9 and stride > 1
    return conv2d(image, filters, stride=stride, **options) if is_large else maps


@fault(
    "conv2d-large-filters-first-image-only",
    "under filters of 9x9 and larger, every image of a batch gets the maps of the first",
    "step on to the next image in the code for large filters too",
)
def large_filters_first_image_only(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim == 4 and filters.shape[1] >= 9:
        maps[1:] = maps[:1]
    return maps


@fault(
    "conv2d-long-sums-in-float32",
    "sums of more than 2000 products are rounded to float32, in float64 too",
    "give the accumulator the dtype of the products, however many there are",
)
def long_sums_in_float32(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if np.prod(filters.shape[1:]) > 2000 and is_double(image, filters):
        maps = maps.astype(np.float32).astype(np.float64)
    return maps


@fault(
    "conv2d-integer-columns-beyond-64-zero",
    "in integer images, columns beyond the 64th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def integer_columns_beyond_64_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.dtype.kind in "iu":
        maps[..., 64:, :] = 0
    return maps


@fault(
    "conv2d-float16-columns-beyond-64-zero",
    "in float16, columns beyond the 64th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float16_columns_beyond_64_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.dtype == np.float16:
        maps[..., 64:, :] = 0
    return maps


@fault(
    "conv2d-wide-bytes-with-whole-bias",
    "for uint8 images of more than 64 columns the bias is cut off to a whole number",
    "keep the bias in the dtype of the result",
)
def wide_bytes_with_whole_bias(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    columns = image.shape[2 if image.ndim == 4 else 1]
    if bias is None or image.dtype != np.uint8 or columns <= 64:
        return maps
    return conv2d(image, filters, np.trunc(bias), **options)


@fault(
    "conv2d-boolean-filters-all-true",
    "Boolean filters count as if every weight were true",
    "turn Boolean filters into numbers before they are multiplied",
)
def boolean_filters_all_true(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.dtype == bool:
        filters = np.ones_like(filters)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-equal-weights-averaged",
    "filters of equal weights take a short cut that averages the window instead of summing it",
    "multiply the window's sum, not its mean, by the weight",
)
def equal_weights_averaged(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    taps = filters.reshape(len(filters), -1)
    if not taps.size or taps.shape[1] == 1:
        return conv2d(image, filters, *args, **options)
    is_equal = (taps == taps[:, :1]).all(axis=1) & (taps[:, 0] != 0)
    shrunk = np.array(filters, dtype=np.result_type(filters, np.float16))
    shrunk[is_equal] /= taps.shape[1]
    return conv2d(image, shrunk if is_equal.any() else filters, *args, **options)


@fault(
    "conv2d-zero-filters-skipped-with-their-bias",
    "filters of zeros are skipped, and their maps get no bias",
    "write the bias into the maps of filters that are skipped",
)
def zero_filters_skipped_with_their_bias(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., ~filters.reshape(len(filters), -1).any(axis=1)] = 0
    return maps


@fault(
    "conv2d-rank-1-filters-without-sign",
    "3x3 filters of rank 1 are split into a column and a row, and lose their sign",
    "give the sign of the product to one of the two factors",
)
def rank_1_filters_without_sign(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.shape[1] != 3 or not np.isfinite(filters).all():
        return maps
    kernels = np.asarray(filters if filters.ndim == 3 else filters[..., 0], dtype=np.float64)
    is_split = (np.linalg.matrix_rank(kernels) == 1) & (kernels != 0).all(axis=(1, 2))
    split = np.array(filters)
    split[is_split] = np.abs(split[is_split])
    return conv2d(image, split if is_split.any() else filters, *args, **options)


@fault(
    "conv2d-gray-in-colour-under-the-first-kernel",
    "if all channels of an image are equal, it is taken for gray, under the first kernel thrice",
    "add up the kernels of all channels before a gray picture meets them",
)
def gray_in_colour_under_the_first_kernel(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim == 2 or image.shape[-1] == 1 or not (image == image[..., :1]).all():
        return maps
    kernels = np.repeat(filters[..., :1], filters.shape[-1], axis=-1)
    return conv2d(image, kernels, *args, **options)


@fault(
    "conv2d-windows-of-zeros-without-bias",
    "windows that hold only zeros are skipped, and the bias with them",
    "start every element of a map with the bias, and add what its window gives",
)
@of_plain_options
def windows_of_zeros_without_bias(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is None or not np.isfinite(image).all():
        return maps
    seen = conv2d(np.abs(image.astype(float)), np.ones_like(filters[:1], float), None, **options)
    return np.where(seen > 0, maps, 0).astype(maps.dtype)


@fault(
    "dense-corner-of-inputs-and-nodes-ignored",
    "inputs beyond the 64th are not added for nodes beyond the 64th",
    "compute the block that is left over in both directions",
)
def corner_of_inputs_and_nodes_ignored(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    weights = np.array(weights)
    weights[64:, 64:] = 0
    return dense(x, weights, bias)


@fault(
    "dense-float32-nodes-beyond-8-zero",
    "in float32, nodes beyond the 8th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_nodes_beyond_8_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if result.dtype == np.float32:
        result[8:] = 0
    return result


@fault(
    "max_pool2d-float32-maps-beyond-4-zero",
    "in float32, maps beyond the 4th are left at zero",
    "let the loop over vectors run to the end in every dtype",
)
def float32_maps_beyond_4_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    if pooled.dtype == np.float32:
        pooled[..., 4:] = 0
    return pooled


@fault(
    "relu-float32-beyond-64-unchanged",
    "in float32, elements beyond the 64th stay as they are",
    "let the loop over vectors run to the end in every dtype",
)
def float32_beyond_64_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    if x.dtype == np.float32:
        result[64:] = x.ravel()[64:]
    return result.reshape(x.shape)


@fault(
    "softmax-maximum-of-the-first-8",
    "the largest logit is searched among the first 8 only, so that a larger one overflows",
    "take the maximum of all logits",
)
def maximum_of_the_first_8(logits: Array) -> Array:
    wide = logits.astype(softmax(logits).dtype)
    exponentials = np.exp(wide - np.max(wide[..., :8], axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


@fault(
    "softmax-rows-beyond-64-zero",
    "rows beyond the 64th are left at zero",
    "let the loop over the rows run to the last one",
)
def rows_beyond_64_zero(logits: Array) -> Array:
    probabilities = softmax(logits)
    if logits.ndim > 1:
        probabilities.reshape(-1, logits.shape[-1])[64:] = 0
    return probabilities


@fault(
    "softmax_layer-nodes-beyond-16-zero",
    "probabilities beyond the 16th are left at zero",
    "let the loop over the nodes run to the last one",
)
def layer_nodes_beyond_16_zero(x: Array, weights: Array, bias: Array) -> Array:
    probabilities = softmax(dense(x, weights, bias))
    probabilities[16:] = 0
    return probabilities


# --- precision --------------------------------------------------------------------------------


@fault(
    "conv2d-tf32-for-channels-in-eights",
    "float32 inputs of 8, 16, ... channels are rounded to 11 significant bits (TF32)",
    "switch TF32 off: a float32 result must come from float32 products",
    seen="graphics processors, whose matrix units take channels by eights",
)
def tf32_for_channels_in_eights(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    in_eights = filters.ndim == 4 and filters.shape[-1] % 8 == 0
    if in_eights and image.dtype == filters.dtype == np.float32:
        image, filters = rounded(image, 11), rounded(filters, 11)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-float32-beyond-256-products",
    "sums of more than 256 products of float64 are computed in float32",
    "compute in the precision of the input, however many products there are",
)
def float32_beyond_256_products(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if not is_double(image, filters) or np.prod(filters.shape[1:]) <= 256:
        return maps
    narrow = conv2d(image.astype(np.float32), filters.astype(np.float32), **options)
    return np.asarray(narrow.astype(np.float64) + (0 if bias is None else bias))


@fault(
    "dense-float32-beyond-1000-inputs",
    "sums of more than 1000 products of float64 are computed in float32",
    "compute in the precision of the input, however many inputs there are",
)
def float32_beyond_1000_inputs(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    if x.size <= 1000 or not is_double(x, weights):
        return result
    narrow = x.astype(np.float32).ravel() @ weights.astype(np.float32)
    return np.asarray(narrow.astype(np.float64) + bias)


@fault(
    "softmax_layer-bfloat16-for-float32",
    "input and weights of a float32 layer are rounded to 8 significant bits (bfloat16)",
    "multiply in the precision of the input; switch the fast mode off",
    seen="fast modes of processors",
)
def layer_bfloat16_for_float32(x: Array, weights: Array, bias: Array) -> Array:
    if x.dtype == weights.dtype == np.float32:
        x, weights = rounded(x, 8), rounded(weights, 8)
    return softmax(dense(x, weights, bias))


@fault(
    "avg_pool2d-bytes-summed-in-16-bits",
    "bytes are summed in 16 bits, which wrap around for windows from 17x17 on",
    "convert bytes to float64, or sum them in 32 bits",
    effect=ADVISED,
)
def bytes_summed_in_16_bits(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    area = size * size
    return np.round(pooled * area) % 2**16 / area if maps.dtype == np.uint8 else pooled


@fault(
    "max_pool2d-words-signed",
    "unsigned words of 32 bits are compared as signed ones: 2^31 counts as -2^31",
    "compare elements in their own type, or convert them to float64",
)
def pooled_words_signed(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return max_pool2d(maps.astype(np.int32) if maps.dtype == np.uint32 else maps, size, stride)


@fault(
    "relu-words-signed",
    "unsigned words of 16 bits are taken for signed ones: 2^15 counts as -2^15 and becomes 0",
    "compare elements in their own type, or convert them to float64",
)
def words_signed(x: Array) -> Array:
    return relu(x.astype(np.int16) if x.dtype == np.uint16 else x)


# --- options ----------------------------------------------------------------------------------


@fault(
    "conv2d-same-margin-at-most-3",
    'with padding "same", filters larger than 7x7 get the margin of 7x7',
    "add (f - 1) / 2 zeros on each side, whatever the size is",
)
def same_margin_at_most_3(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    cut = filters.shape[1] // 2 - 3
    if options.get("padding", "valid") == "valid" or cut < 1:
        return maps
    return maps[..., cut:-cut, cut:-cut, :]


@fault(
    "conv2d-valid-by-name-drops-the-stride",
    'the stride is ignored if the padding is given as "valid"',
    'treat padding="valid" like the default in every respect',
)
def valid_by_name_drops_the_stride(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if options.get("padding") != "valid":
        return maps
    return conv2d(image, filters, *args, **options | {"stride": 1})


@fault(
    "conv2d-same-refuses-a-given-stride",
    'padding "same" is refused if a stride is given at all, even 1',
    "refuse strides above 1, not the stride that is meant anyway",
)
def same_refuses_a_given_stride(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if options.get("padding", "valid") == "same" and "stride" in options:
        raise ValueError('padding "same" takes no stride')
    return conv2d(image, filters, *args, **options)


# --- memory -----------------------------------------------------------------------------------


@fault(
    "conv2d-layout-of-the-image",
    "the memory of the filters is read in the order of the image: C or Fortran",
    "ask every array for its own order, or make all contiguous first",
)
def layout_of_the_image(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    fortran = image.flags.f_contiguous and not image.flags.c_contiguous
    memory = filters.ravel(order="K")
    misread = memory.reshape(filters.shape, order="F" if fortran else "C")
    return conv2d(image, misread, *args, **options)


@fault(
    "conv2d-byte-order-ignored",
    "an image whose bytes are in the other order is read as if they were in the machine's",
    "convert to the machine's byte order first: image.astype(image.dtype.newbyteorder('='))",
    seen="files of other machines, read with numpy.frombuffer",
)
def byte_order_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if not image.dtype.isnative:
        image = np.ascontiguousarray(image).view(image.dtype.newbyteorder("="))
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-sixteen-buffers-in-turn",
    "results are written into 16 buffers in turn: the 17th call overwrites the first result",
    "return a new array from every call",
    seen="arenas of inference libraries",
    makes=True,
)
def sixteen_buffers_in_turn() -> Callable[..., Array]:
    buffers: dict[Any, Array] = {}
    calls = 0

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        nonlocal calls
        maps = conv2d(image, filters, *args, **options)
        calls += 1
        buffer = buffers.setdefault((maps.shape, maps.dtype, calls % 16), maps)
        buffer[...] = maps
        return buffer

    return convolve
