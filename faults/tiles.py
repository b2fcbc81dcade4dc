"""Mistakes at the ends of blocks: tiles and vectors whose remainder is forgotten."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, dense, max_pool2d, relu, softmax

Array = NDArray[Any]

# --- rows and columns -------------------------------------------------------------------------


@fault(
    "conv2d-row-remainder-of-8-zero",
    "rows after the last full block of 8 are left at zero, if there is a full block",
    "compute the rows that are left over after the last full block",
)
def row_remainder_of_8_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    rows = maps.shape[-3]
    if rows > 8:
        maps[..., rows - rows % 8 :, :, :] = 0
    return maps


@fault(
    "conv2d-column-remainder-of-4-repeated",
    "columns after the last full block of 4 hold what belongs to the block before",
    "compute the columns that are left over after the last full block",
)
def column_remainder_of_4_repeated(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    left = maps.shape[-2] % 4
    if left and maps.shape[-2] > 4:
        maps[..., -left:, :] = maps[..., -left - 4 : -4, :]
    return maps


@fault(
    "conv2d-columns-beyond-64-zero",
    "columns beyond the 64th are left at zero",
    "let the loop over blocks of 64 columns run to the end",
)
def columns_beyond_64_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., 64:, :] = 0
    return maps


@fault(
    "conv2d-seam-counted-twice",
    "blocks of 16 columns overlap by one, which is added up twice",
    "let a block end where the next begins",
)
def seam_counted_twice(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., 16::16, :] *= 2
    return maps


@fault(
    "conv2d-last-tile-added-twice",
    "the last tile of 8 columns is moved back to end where the map ends, and what it shares with"
    " the one before is added twice",
    "store what a tile computes: do not add it to what is there",
)
def last_tile_added_twice(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    columns = maps.shape[-2]
    if columns > 8 and columns % 8:
        maps[..., columns - 8 : columns // 8 * 8, :] *= 2
    return maps


@fault(
    "conv2d-tiles-without-halo",
    'with padding "same", tiles of 64 rows see zeros where their neighbours begin',
    "give every tile the (f - 1) / 2 rows of its neighbours too",
)
def tiles_without_halo(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    axis = 1 if image.ndim == 4 else 0
    if options.get("padding", "valid") != "same" or image.shape[axis] <= 64:
        return maps
    tiles = np.split(image, range(64, image.shape[axis], 64), axis=axis)
    return np.concatenate([conv2d(t, filters, *args, **options) for t in tiles], axis=axis)


@fault(
    "conv2d-odd-row-of-pairs-zero",
    "3x3 filters compute rows in pairs (Winograd), and the last of an odd number stays zero",
    "compute the row that is left over",
)
def odd_row_of_pairs_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    is_paired = filters.shape[1] == 3 and options.get("stride", 1) == 1
    if is_paired and maps.shape[-3] % 2 and maps.shape[-3] > 1:
        maps[..., -1, :, :] = 0
    return maps


@fault(
    "conv2d-1x1-stride-for-the-size-only",
    "1x1 filters are computed as one matrix product, which ignores the stride",
    "take every stride-th row and column before the product",
)
def one_by_one_ignores_stride(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.shape[1] > 1:
        return maps
    rows, columns = maps.shape[-3:-1]
    return conv2d(image, filters, *args, **options | {"stride": 1})[..., :rows, :columns, :]


# --- filters, channels, images ----------------------------------------------------------------


@fault(
    "conv2d-filters-beyond-32-zero",
    "maps beyond the 32nd are left at zero",
    "let the loop over blocks of 32 filters run to the end",
)
def filters_beyond_32_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., 32:] = 0
    return maps


@fault(
    "conv2d-channels-beyond-16-ignored",
    "channels beyond the 16th are not added",
    "let the loop over blocks of 16 channels run to the end",
)
def channels_beyond_16_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3:
        return maps
    return conv2d(image[..., :16], filters[..., :16], *args, **options)


@fault(
    "conv2d-weights-beyond-7x7-ignored",
    "filters larger than 7x7 are cut to their first 7 rows and columns",
    "let the loops over the filter run to its last row and column",
)
def weights_beyond_7x7_ignored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    cut = np.zeros_like(filters)
    cut[:, :7, :7] = filters[:, :7, :7]
    return conv2d(image, cut, *args, **options)


@fault(
    "conv2d-odd-image-of-pairs-zero",
    "images are computed in pairs, and the last of an odd number stays zero",
    "compute the image that is left over",
)
def odd_image_of_pairs_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim == 4 and len(image) > 1 and len(image) % 2:
        maps[-1] = 0
    return maps


# --- blocks that are full: the last one is taken for a remainder that is not there ------------


def _last_block_zero(maps: Array, axis: int, block: int) -> Array:
    """Return maps whose last block along an axis is zero if blocks fill the axis."""
    if maps.shape[axis] and maps.shape[axis] % block == 0:
        np.moveaxis(maps, axis, 0)[-block:] = 0
    return maps


@fault(
    "conv2d-last-full-24-rows-zero",
    "rows are computed in blocks of 24, and the last block stays zero if it is full",
    "loop over all full blocks before the rows that are left over",
)
def last_full_24_rows_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return _last_block_zero(conv2d(image, filters, *args, **options), -3, 24)


@fault(
    "conv2d-last-full-48-columns-zero",
    "columns are computed in blocks of 48, and the last block stays zero if it is full",
    "loop over all full blocks before the columns that are left over",
)
def last_full_48_columns_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return _last_block_zero(conv2d(image, filters, *args, **options), -2, 48)


@fault(
    "conv2d-last-full-96-filters-zero",
    "filters are taken in blocks of 96, and the last block's maps stay zero if it is full",
    "loop over all full blocks before the filters that are left over",
)
def last_full_96_filters_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return _last_block_zero(conv2d(image, filters, *args, **options), -1, 96)


@fault(
    "conv2d-last-full-12-channels-ignored",
    "channels are added in blocks of 12, and the last of several is left out if it is full",
    "loop over all full blocks before the channels that are left over",
)
def last_full_12_channels_ignored(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.ndim == 4 and filters.shape[-1] > 12 and filters.shape[-1] % 12 == 0:
        filters = np.array(filters)
        filters[..., -12:] = 0
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-last-full-128-images-zero",
    "images are computed in blocks of 128, and the last block stays zero if it is full",
    "loop over all full blocks before the images that are left over",
)
def last_full_128_images_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return _last_block_zero(maps, 0, 128) if image.ndim == 4 else maps


@fault(
    "conv2d-last-full-256-columns-zero",
    "columns are computed in blocks of 256, and the last block stays zero if it is full",
    "loop over all full blocks before the columns that are left over",
)
def last_full_256_columns_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return _last_block_zero(conv2d(image, filters, *args, **options), -2, 256)


# --- the sizes of real layers -----------------------------------------------------------------


@fault(
    "conv2d-same-images-beyond-128-zero",
    'with padding "same", the maps of images beyond the 128th are left at zero',
    "let the loop over the images run to the end, with padding and without",
)
def same_images_beyond_128_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim == 4 and options.get("padding", "valid") == "same":
        maps[128:] = 0
    return maps


@fault(
    "conv2d-strided-images-beyond-64-zero",
    "with a stride and a bias, the maps of images beyond the 64th are left at zero",
    "let the loop over the images run to the end, with every option",
)
@of_plain_options
def strided_images_beyond_64_zero(
    image: Array, filters: Array, bias: Any = None, *, stride: int = 1, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, stride=stride, **options)
    if image.ndim == 4 and stride > 1 and bias is not None:
        maps[64:] = 0
    return maps


@fault(
    "conv2d-columns-in-15-bits",
    "columns beyond the 32767th are left at zero: the counter has 15 bits and a sign",
    "count columns with an integer that holds their number",
)
def columns_in_15_bits(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., 2**15 - 1 :, :] = 0
    return maps


@fault(
    "conv2d-colour-columns-beyond-192-zero",
    "in images of three channels, columns beyond the 192nd are left at zero",
    "let the buffer for a row of the picture hold every column",
)
def colour_columns_beyond_192_zero(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.ndim > 2 and image.shape[-1] == 3:
        maps[..., 192:, :] = 0
    return maps


# --- pooling, relu ----------------------------------------------------------------------------


@fault(
    "max_pool2d-column-remainder-of-4-repeated",
    "columns after the last full block of 4 hold what belongs to the block before",
    "compute the columns that are left over after the last full block",
)
def pooled_remainder_repeated(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = max_pool2d(maps, size, stride)
    left = pooled.shape[-2] % 4
    if left and pooled.shape[-2] > 4:
        pooled[..., -left:, :] = pooled[..., -left - 4 : -4, :]
    return pooled


@fault(
    "max_pool2d-windows-beyond-8x8-cut",
    "windows larger than 8x8 are searched in their first 8 rows and columns only",
    "let the loops over the window run to its last row and column",
)
def windows_beyond_8x8_cut(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    rows, columns = max_pool2d(maps, size, stride).shape[-3:-1]
    cut = max_pool2d(maps, min(size, 8), size if stride is None else stride)
    return cut[..., :rows, :columns, :]


@fault(
    "avg_pool2d-maps-beyond-16-zero",
    "maps beyond the 16th are left at zero",
    "let the loop over blocks of 16 maps run to the end",
)
def maps_beyond_16_zero(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = avg_pool2d(maps, size, stride)
    pooled[..., 16:] = 0
    return pooled


@fault(
    "relu-remainder-of-8-unchanged",
    "elements after the last full vector of 8 stay as they are, if there is a full vector",
    "treat the elements that are left over after the last full vector",
)
def remainder_of_8_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    if x.size > 8:
        whole = x.size - x.size % 8
        result[whole:] = x.ravel()[whole:]
    return result.reshape(x.shape)


@fault(
    "relu-beyond-65536-unchanged",
    "elements beyond the 65536th stay as they are: the counter has 16 bits",
    "count elements with an integer that holds their number",
)
def beyond_65536_unchanged(x: Array) -> Array:
    result = relu(x).ravel()
    result[2**16 :] = x.ravel()[2**16 :]
    return result.reshape(x.shape)


# --- dense, softmax, loss ---------------------------------------------------------------------


@fault(
    "dense-nodes-beyond-32-zero",
    "nodes beyond the 32nd are left at zero",
    "let the loop over blocks of 32 nodes run to the end",
)
def nodes_beyond_32_zero(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    result[32:] = 0
    return result


@fault(
    "dense-inputs-beyond-1000-ignored",
    "inputs beyond the 1000th are not added",
    "let the loop over the inputs run to the last one",
)
def inputs_beyond_1000_ignored(x: Array, weights: Array, bias: Array) -> Array:
    dense(x, weights, bias)
    return dense(x.ravel()[:1000], weights[:1000], bias)


@fault(
    "dense-input-remainder-of-8-ignored",
    "inputs after the last full vector of 8 are not added, if there is a full vector",
    "add the products that are left over after the last full vector",
)
def input_remainder_of_8_ignored(x: Array, weights: Array, bias: Array) -> Array:
    result = dense(x, weights, bias)
    whole = x.size - x.size % 8
    return dense(x.ravel()[:whole], weights[:whole], bias) if whole else result


@fault(
    "softmax-remainder-of-8-not-summed",
    "exponentials after the last full vector of 8 are left out of the sum",
    "add the exponentials that are left over after the last full vector",
)
def remainder_of_8_not_summed(logits: Array) -> Array:
    probabilities = softmax(logits)
    whole = logits.shape[-1] - logits.shape[-1] % 8
    summed = probabilities[..., : whole or None].sum(axis=-1, keepdims=True)
    return np.asarray(probabilities / summed)


@fault(
    "cross_entropy-label-in-a-byte",
    "the label is kept in 8 bits: of 300 classes, label 257 is taken for 1",
    "keep the label in an integer that holds the number of classes",
)
def label_in_a_byte(probabilities: Array, label: int) -> Any:
    cross_entropy(probabilities, label)
    return cross_entropy(probabilities, int(label) % 256)


@fault(
    "softmax-first-block-masked-nan",
    "logits are read in blocks of 4, with a running maximum: if the first block is minus infinity"
    " throughout, infinity is subtracted from infinity",
    "leave blocks out whose maximum is minus infinity",
    seen="online softmax",
)
def first_block_masked_nan(logits: Array) -> Array:
    right = softmax(logits)
    if right.shape[-1] > 4:
        right[np.isneginf(np.asarray(logits, float)[..., :4]).all(axis=-1)] = np.nan
    return right


@fault(
    "relu-float32-remainder-of-16-kept",
    "from 4096 numbers of float32 on, those after the last full vector of 16 keep their sign",
    "compare what is left over after the last full vector, too",
)
def float32_remainder_of_16_kept(x: Array) -> Array:
    result = relu(x)
    if x.dtype == np.float32 and x.size >= 4096 and x.size % 16:
        result.reshape(-1)[-(x.size % 16) :] = np.ravel(x)[-(x.size % 16) :]
    return result
