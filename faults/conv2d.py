"""Mistakes in convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.plain_options import of_plain_options
from cnnspec.reference.conv2d import conv2d
from cnnspec.reference.errors import ChannelMismatchError

Array = NDArray[Any]


def without_rules(
    image: Array, filters: Array, bias: Any = None, *, stride: int = 1, **_: Any
) -> Array:
    """Convolve whatever NumPy can multiply: no rule is checked."""
    if np.ndim(image) == 2:
        image, filters = np.asarray(image)[..., np.newaxis], np.asarray(filters)[..., np.newaxis]
    windows = sliding_window_view(image, filters.shape[1:3], axis=(-3, -2))
    windows = np.moveaxis(windows, -3, -1)[..., ::stride, ::stride, :, :, :]
    maps = (windows[..., np.newaxis, :, :, :] * filters).sum(axis=(-3, -2, -1))
    return np.asarray(maps if bias is None else maps + np.asarray(bias)[: maps.shape[-1]])


# --- the filter ------------------------------------------------------------------------------


@fault(
    "conv2d-kernel-rotated",
    "the filter is rotated by 180 degrees (true convolution instead of cross-correlation)",
    "lay the filter over the window as it is: image[i + a, j + b] * filter[a, b]",
    seen="onnx/onnx#1178 and others",
)
def kernel_rotated(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters[:, ::-1, ::-1], *args, **options)


@fault(
    "conv2d-kernel-transposed",
    "rows and columns of the filter are swapped",
    "multiply image[i + a, j + b] by filter[a, b], not by filter[b, a]",
    seen="ports from column-major languages",
)
def kernel_transposed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, np.swapaxes(filters, 1, 2), *args, **options)


@fault(
    "conv2d-kernel-upside-down",
    "the rows of the filter run upwards",
    "let row a of the filter meet row i + a of the image",
)
def kernel_upside_down(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters[:, ::-1], *args, **options)


@fault(
    "conv2d-kernel-mirrored",
    "the columns of the filter run from right to left",
    "let column b of the filter meet column j + b of the image",
)
def kernel_mirrored(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters[:, :, ::-1], *args, **options)


@fault(
    "conv2d-kernel-averaged",
    "the sum of products is divided by the number of weights",
    "return the sum itself",
)
def kernel_averaged(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv2d(image, filters, bias, **options)
    maps = conv2d(image, filters, **options) / (filters.shape[1] ** 2)
    return np.asarray(maps if bias is None else maps + bias)


@fault(
    "conv2d-filters-reversed",
    "the maps are in the reverse order of the filters",
    "put the map of filter k at index k of the last axis",
)
def filters_reversed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters, *args, **options)[..., ::-1]


@fault(
    "conv2d-last-filter-missing",
    "the map of the last filter is left at zero",
    "let the loop over the filters run to the last one",
)
def last_filter_missing(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., -1] = 0
    return maps


# --- windows ---------------------------------------------------------------------------------


@fault(
    "conv2d-windows-late",
    "windows start one filter radius too late, and zeros fill the end",
    "start the loops at row and column 0 and end them after H - f and W - f",
    seen="article 1, conv_",
)
def windows_late(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    late = np.zeros_like(maps)
    axis, radius = (1 if maps.ndim == 4 else 0), filters.shape[1] // 2
    rows, columns = (max(size - radius - 1, 0) for size in maps.shape[axis : axis + 2])
    source = (slice(radius, radius + rows), slice(radius, radius + columns))
    target = (slice(0, rows), slice(0, columns))
    before = (slice(None),) * axis
    moved = maps[(*before, *source)]
    late[(*before, *target)][..., : moved.shape[axis], : moved.shape[axis + 1], :] = moved
    return late


@fault(
    "conv2d-last-row-and-column-zero",
    "the last row and column of every map are left at zero",
    "let the loops run over all H - f + 1 rows and W - f + 1 columns",
)
def last_row_and_column_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., -1, :, :] = 0
    maps[..., :, -1, :] = 0
    return maps


@fault(
    "conv2d-map-one-short",
    "the last row and column of every map are missing",
    "a map has (H - f) // stride + 1 rows: the + 1 is missing",
)
def map_one_short(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters, *args, **options)[..., :-1, :-1, :]


@fault(
    "conv2d-maps-transposed",
    "rows and columns of the maps are swapped",
    "store the window at row i and column j at maps[i, j]",
    seen="BVLC/caffe#284 and others",
)
def maps_transposed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.swapaxes(conv2d(image, filters, *args, **options), -3, -2)


@fault(
    "conv2d-maps-first",
    "the maps are returned as (K, rows, columns)",
    "move the axis of the maps to the end: (rows, columns, K)",
    seen="channels-first frameworks without an adapter",
)
def maps_first(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.moveaxis(conv2d(image, filters, *args, **options), -1, -3)


@fault(
    "conv2d-windows-against-the-end",
    "if the stride leaves pixels over, they are left over at the beginning instead of at the end",
    "start the first window at row and column 0",
)
@of_plain_options
def windows_against_the_end(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    conv2d(image, filters, *args, stride=stride, **options)
    every = conv2d(image, filters, *args, **options)
    rows, columns = ((size - 1) % stride for size in every.shape[-3:-1])
    return every[..., rows::stride, columns::stride, :]


@fault(
    "conv2d-windows-spread-evenly",
    "windows are spread evenly from the first to the last pixel, and their starts rounded",
    "start window i at row i * stride",
)
def windows_spread_evenly(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    counts = conv2d(image, filters, *args, stride=stride, **options).shape[-3:-1]
    every = conv2d(image, filters, *args, **options)
    rows, columns = (
        np.round(np.linspace(0, size - 1, count)).astype(int)
        for size, count in zip(every.shape[-3:-1], counts, strict=True)
    )
    return every[..., rows, :, :][..., columns, :]


@fault(
    "conv2d-map-square",
    "a map gets as many columns as it has rows; where windows end, the rest is zero",
    "compute the number of columns from W: (W - f) // stride + 1",
    seen="code for square images",
)
def map_square(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    rows, columns = maps.shape[-3:-1]
    missing = [(0, 0)] * (maps.ndim - 2) + [(0, max(rows - columns, 0)), (0, 0)]
    return np.pad(maps, missing)[..., :rows, :]


@fault(
    "conv2d-rounded-up",
    "if the stride leaves pixels over, a window is added that reaches beyond the image",
    "drop windows that do not fit: (H - f) // stride + 1",
)
@of_plain_options
def rounded_up(image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any) -> Array:
    conv2d(image, filters, *args, stride=stride, **options)
    axis, size = (1 if image.ndim == 4 else 0), filters.shape[1]
    margins = [(0, 0)] * image.ndim
    for place in (axis, axis + 1):
        margins[place] = (0, -(image.shape[place] - size) % stride)
    return conv2d(np.pad(image, margins), filters, *args, stride=stride, **options)


# --- channels --------------------------------------------------------------------------------


@fault(
    "conv2d-first-channel-kernel",
    "every channel of the image is weighted by channel 0 of the filter",
    "weight channel c of the image by channel c of the filter",
)
def first_channel_kernel(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.ndim == 4:
        filters = np.repeat(filters[..., :1], filters.shape[-1], axis=-1)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-only-first-channel",
    "only channel 0 of the image is convolved",
    "sum over all channels",
    seen="found by no ONNX node test",
)
@of_plain_options
def only_first_channel(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3:
        return maps
    return conv2d(image[..., :1], filters[..., :1], *args, **options)


@fault(
    "conv2d-channels-reversed",
    "the channels of the filter are used in reverse order",
    "weight channel c of the image by channel c of the filter",
    seen="BGR images",
)
def channels_reversed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.ndim == 4:
        filters = filters[..., ::-1]
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-channels-averaged",
    "the channels are averaged instead of summed",
    "sum the channels",
)
def channels_averaged(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv2d(image, filters, bias, **options)
    count = filters.shape[-1] if filters.ndim == 4 else 1
    maps = conv2d(image, filters, **options) / count
    return np.asarray(maps if bias is None else maps + bias)


@fault(
    "conv2d-last-channel-missing",
    "the last of several channels is not added",
    "let the loop over the channels run to the last one",
)
@of_plain_options
def last_channel_missing(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if filters.ndim == 3 or filters.shape[-1] == 1:
        return maps
    return conv2d(image[..., :-1], filters[..., :-1], *args, **options)


@fault(
    "conv2d-channels-apart-if-as-many",
    "filters that are as many as the channels get one channel each (depthwise)",
    "sum over all channels for every filter, however many there are",
)
def channels_apart_if_as_many(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.ndim == 4 and filters.shape[0] == filters.shape[-1]:
        filters = filters * np.eye(len(filters), dtype=filters.dtype)[:, np.newaxis, np.newaxis]
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-gray-counted-three-times",
    "a gray image is repeated on three channels, each under the same kernel",
    "convolve an image without channel axis once",
    seen="image readers that return three equal channels",
)
def gray_counted_three_times(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    conv2d(image, filters, bias, **options)
    if image.ndim == 2:
        image, filters = (np.stack([part] * 3, axis=-1) for part in (image, filters))
    return conv2d(image, filters, bias, **options)


# --- stride ----------------------------------------------------------------------------------


@fault("conv2d-stride-ignored", "the stride is ignored", "start a window every stride pixels")
def stride_ignored(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    conv2d(image, filters, *args, stride=stride, **options)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-stride-for-the-size-only",
    "the stride sets the size of the map, but windows start at every pixel",
    "start window i at row i * stride",
)
def stride_for_the_size_only(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    rows, columns = conv2d(image, filters, *args, stride=stride, **options).shape[-3:-1]
    return conv2d(image, filters, *args, **options)[..., :rows, :columns, :]


@fault(
    "conv2d-stride-for-rows-only",
    "the stride counts for rows and not for columns",
    "start windows every stride columns too",
)
@of_plain_options
def stride_for_rows_only(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    conv2d(image, filters, *args, stride=stride, **options)
    return conv2d(image, filters, *args, **options)[..., ::stride, :, :]


# --- bias ------------------------------------------------------------------------------------


@fault(
    "conv2d-bias-for-every-weight",
    "the bias is added once for every weight of the filter",
    "add the bias once, after the sum",
)
def bias_for_every_weight(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    times = filters[0].size if len(filters) else 1
    return conv2d(image, filters, None if bias is None else bias * times, **options)


@fault("conv2d-bias-ignored", "the bias is ignored", "add bias[k] to map k")
def bias_ignored(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv2d(image, filters, bias, **options)
    return conv2d(image, filters, **options)


@fault("conv2d-bias-subtracted", "the bias is subtracted", "add the bias")
def bias_subtracted(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return conv2d(image, filters, None if bias is None else -bias, **options)


@fault(
    "conv2d-bias-of-the-neighbour",
    "every map gets the bias of the next one",
    "add bias[k] to map k",
)
def bias_of_the_neighbour(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return conv2d(image, filters, None if bias is None else np.roll(bias, -1), **options)


@fault(
    "conv2d-bias-required",
    "calls that pass no bias (or None) fail",
    "add the bias only if there is one: if it is not None",
)
def bias_required(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is None:
        raise TypeError("unsupported operand type(s) for +: 'float' and 'NoneType'")
    return maps


@fault(
    "conv2d-bias-for-every-channel",
    "the bias is added once for every channel",
    "add the bias once, after the channels are summed",
)
def bias_for_every_channel(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv2d(image, filters, bias, **options)
    times = filters.shape[-1] if filters.ndim == 4 else 1
    return conv2d(image, filters, None if bias is None else bias * times, **options)


@fault(
    "conv2d-bias-weighted",
    "the bias is added to the pixels under the filter instead of to their sum",
    "add the bias after weighting and summing",
)
def bias_weighted(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is None:
        return maps
    return np.asarray(maps + bias * (filters.sum(axis=tuple(range(1, filters.ndim))) - 1))


@fault(
    "conv2d-bias-missing-at-the-border",
    'with padding "same", windows that reach into the margin get no bias',
    "add the bias to every element of the map",
)
def bias_missing_at_the_border(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    if bias is None or options.get("padding", "valid") == "valid":
        return maps
    margin = filters.shape[1] // 2
    rows, columns = (slice(margin, size - margin) for size in maps.shape[-3:-1])
    bare = conv2d(image, filters, **options)
    bare[..., rows, columns, :] = maps[..., rows, columns, :]
    return bare


# --- padding ---------------------------------------------------------------------------------


def _padded(mode: str) -> Callable[..., Array]:
    def convolve(
        image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
    ) -> Array:
        conv2d(image, filters, *args, padding=padding, **options)
        if padding == "same":
            margin = filters.shape[1] // 2
            axis = 1 if image.ndim == 4 else 0
            margins = [(0, 0)] * image.ndim
            margins[axis] = margins[axis + 1] = (margin, margin)
            image = np.pad(image, margins, mode=mode)  # type: ignore[call-overload]
        return conv2d(image, filters, *args, **options)

    return convolve


fault(
    "conv2d-same-repeats-the-border",
    'padding "same" repeats the border pixels instead of adding zeros',
    "surround the image with zeros",
)(_padded("edge"))

fault(
    "conv2d-same-wraps-around",
    'padding "same" continues on the opposite side instead of adding zeros',
    "surround the image with zeros",
)(_padded("wrap"))


@fault(
    "conv2d-same-not-applied",
    'padding "same" is computed like "valid"',
    "surround the image with (f - 1) / 2 zeros on each side before convolving",
)
def same_not_applied(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    conv2d(image, filters, *args, padding=padding, **options)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-same-one-pixel-only",
    'padding "same" adds one row and column of zeros, whatever the filter size',
    "add (f - 1) / 2 zeros on each side",
)
def same_one_pixel_only(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    whole = conv2d(image, filters, *args, padding=padding, **options)
    extra = (filters.shape[1] - 1) // 2 - 1
    if padding != "same" or extra == 0:
        return whole
    if extra < 0:
        return np.pad(whole, [(0, 0)] * (whole.ndim - 3) + [(1, 1), (1, 1), (0, 0)])
    return whole[..., extra:-extra, extra:-extra, :]


@fault(
    "conv2d-same-pads-the-end-only",
    'padding "same" adds all zeros below and to the right',
    "add half of the zeros before and half behind",
)
def same_pads_the_end_only(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    conv2d(image, filters, *args, padding=padding, **options)
    if padding == "same":
        axis = 1 if image.ndim == 4 else 0
        margins = [(0, 0)] * image.ndim
        margins[axis] = margins[axis + 1] = (0, filters.shape[1] - 1)
        image = np.pad(image, margins)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-same-pads-rows-only",
    'padding "same" adds zeros above and below, not at the sides',
    "surround the image with zeros on all four sides",
)
def same_pads_rows_only(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    whole = conv2d(image, filters, *args, padding=padding, **options)
    margin = filters.shape[1] // 2 if padding == "same" else 0
    return whole[..., margin : whole.shape[-2] - margin, :]


# --- batches, memory -------------------------------------------------------------------------


@fault(
    "conv2d-first-image-for-all",
    "the whole batch gets the maps of its first image",
    "convolve every image of the batch",
)
def first_image_for_all(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.ndim == 4 and len(maps):
        maps[:] = maps[0]
    return maps


@fault(
    "conv2d-batch-scrambled",
    "maps of (rows, columns, N, K) are reshaped to (N, rows, columns, K) instead of transposed",
    "move the axis of the images to the front: numpy.moveaxis(maps, 2, 0)",
)
def batch_scrambled(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return np.moveaxis(maps, 0, 2).reshape(maps.shape) if maps.ndim == 4 else maps


@fault(
    "conv2d-batch-reversed",
    "the maps are in the reverse order of the images",
    "put the maps of image n at index n of the first axis",
)
def batch_reversed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return maps[::-1] if maps.ndim == 4 else maps


@fault(
    "conv2d-image-changed",
    "the caller's image is centred in place",
    "work on a copy: image = image - image.mean(), never image -= ...",
)
def image_changed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if image.dtype.kind == "f" and image.flags.writeable:
        image -= image.mean()
    return maps


@fault(
    "conv2d-stale-cache",
    "windows are remembered by the shape of the image, and reused for another image",
    "do not keep what depends on the pixels",
    makes=True,
)
def stale_cache() -> Callable[..., Array]:
    remembered: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        conv2d(image, filters, *args, **options)
        image = remembered.setdefault((image.shape, image.dtype), np.array(image))
        return conv2d(image, filters, *args, **options)

    return convolve


# --- numbers ---------------------------------------------------------------------------------


@fault(
    "conv2d-float32-inside",
    "float64 images are convolved in float32",
    "compute in the precision of the input: a float64 result must not come from float32 sums",
)
def float32_inside(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    if maps.dtype != np.float64:
        return maps
    floats = [None if part is None else np.asarray(part, np.float32) for part in args]
    if options.get("bias") is not None:
        options["bias"] = np.asarray(options["bias"], np.float32)
    narrow = conv2d(
        np.asarray(image, np.float32), np.asarray(filters, np.float32), *floats, **options
    )
    return narrow.astype(np.float64)


@fault(
    "conv2d-negatives-cut",
    "negative results become 0: ReLU is applied as well",
    "return the sums as they are; ReLU is a layer of its own",
    seen="found by no ONNX node test",
)
def negatives_cut(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.maximum(conv2d(image, filters, *args, **options), 0)


@fault(
    "conv2d-clipped-to-bytes",
    "results are clipped to 0 ... 255",
    "return the sums as they are",
)
def clipped_to_bytes(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.clip(conv2d(image, filters, *args, **options), 0, 255)


@fault(
    "conv2d-nan-hidden",
    "NaN and infinities in the image are replaced by numbers",
    "let invalid pixels show in the result",
)
def nan_hidden(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(np.nan_to_num(image, posinf=0, neginf=0), filters, *args, **options)


@fault(
    "conv2d-nan-taken-for-zero",
    "NaN in the image is taken for 0, as if the pixel were missing",
    "let invalid pixels show in the result",
    seen="images with missing pixels",
)
def nan_taken_for_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    missing = np.isnan(image)
    return conv2d(np.where(missing, image.dtype.type(0), image), filters, *args, **options)


@fault(
    "conv2d-result-of-the-images-type",
    "the result has the integer type of the image, which cuts off fractions and wraps around",
    "create the result with a floating-point dtype",
)
def result_of_the_images_type(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return maps.astype(np.int64).astype(image.dtype) if image.dtype.kind in "iu" else maps


@fault(
    "conv2d-sums-of-the-filters-type",
    "the sums are kept in the dtype of the filters, which may cut off fractions and digits",
    "keep the sums in the dtype of the result, which holds what the image holds too",
)
def sums_of_the_filters_type(
    image: Array, filters: Array, bias: Array | None = None, *args: Any, **options: Any
) -> Array:
    due = conv2d(image, filters, bias, *args, **options)
    sums = conv2d(image, filters, None, *args, **options)
    kept = sums.astype(np.int64) if filters.dtype.kind in "iu" else sums
    kept = kept.astype(filters.dtype).astype(np.result_type(due, np.float32))
    return (kept if bias is None else kept + np.asarray(bias)).astype(due.dtype)


@fault(
    "conv2d-integers-wrap",
    "integer images and integer filters are multiplied in their own small type",
    "convert to float64 (or a wide integer type) first",
    effect=ADVISED,
)
def integers_wrap(
    image: Array, filters: Array, bias: Array | None = None, *args: Any, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, *args, **options)
    is_whole = bias is None or np.asarray(bias).dtype.kind in "iu"
    if image.dtype.kind in "iu" and filters.dtype == image.dtype and is_whole:
        return maps.astype(np.int64).astype(image.dtype)
    return maps


@fault(
    "conv2d-absolute",
    "results lose their sign",
    "return the sums as they are; the strength of an edge is another operation",
    seen="code for finding edges",
)
def absolute(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return np.abs(conv2d(image, filters, *args, **options))


@fault(
    "conv2d-cancelling-windows-skipped",
    "windows whose pixels sum to 0 are taken for empty and give 0",
    "skip nothing: pixels of both signs can sum to 0",
)
@of_plain_options
def cancelling_windows_skipped(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    sums = conv2d(image, np.ones((1, *filters.shape[1:])), **options)
    empty = np.zeros(len(filters)) if bias is None else np.asarray(bias)
    return np.where(sums == 0, empty, maps).astype(maps.dtype)


@fault(
    "conv2d-small-sums-zero",
    "results below a millionth are set to 0",
    "return the sums as they are: small numbers are not noise",
)
def small_sums_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    return np.where(np.abs(maps) < 1e-6, 0, maps)


@fault(
    "conv2d-small-weights-zero",
    "weights whose magnitude is below a millionth are taken for 0",
    "multiply by every weight as it is: pixels may be large, or as small",
    seen="pruned networks",
)
def small_weights_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, np.where(np.abs(filters) < 1e-6, 0, filters), *args, **options)


@fault(
    "conv2d-filters-of-the-images-type",
    "filters are converted to the integer type of the image, which cuts off fractions",
    "convert the image to the floating-point dtype of the filters",
)
def filters_of_the_images_type(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.dtype.kind in "iu":
        filters = filters.astype(np.int64).astype(image.dtype)
    return conv2d(image, filters, *args, **options)


# --- what is accepted ------------------------------------------------------------------------


@fault(
    "conv2d-channel-mismatch-broadcast",
    "an image or a bank with one channel is broadcast over the other's channels",
    "compare the numbers of channels and raise a ValueError if they differ",
)
@of_plain_options
def channel_mismatch_broadcast(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.ndim > 2 and filters.ndim == 4 and 1 in (image.shape[-1], filters.shape[-1]):
        channels = max(image.shape[-1], filters.shape[-1])
        image = np.repeat(image, channels // image.shape[-1], axis=-1)
        filters = np.repeat(filters, channels // filters.shape[-1], axis=-1)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-gray-filters-on-colour",
    "filters without a channel axis are used for every channel of a colour image",
    "refuse (K, f, f) filters unless the image has no channel axis",
    seen="article 1, conv: its check compares the last axes",
)
def gray_filters_on_colour(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.ndim > 2 and filters.ndim == 3:
        filters = np.repeat(filters[..., np.newaxis], image.shape[-1], axis=-1)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-oblong-accepted",
    "filters that are not square are computed",
    "raise a ValueError unless the filters are square",
)
def oblong_accepted(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    oblong = filters.shape[1] != filters.shape[2]
    return (without_rules if oblong else conv2d)(image, filters, *args, **options)


@fault(
    "conv2d-even-accepted",
    "filters of even size are computed",
    "raise a ValueError if the size of the filters is even",
)
def even_accepted(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    even = filters.shape[1] == filters.shape[2] and filters.shape[1] % 2 == 0
    return (without_rules if even else conv2d)(image, filters, *args, **options)


@fault(
    "conv2d-long-bias-accepted",
    "a bias with too many numbers is cut off in silence",
    "raise a ValueError unless the bias has one number for each filter",
)
def long_bias_accepted(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return conv2d(image, filters, None if bias is None else bias[: len(filters)], **options)


@fault(
    "conv2d-channels-unchecked",
    "nothing compares the channels: that they do not fit shows only if NumPy cannot broadcast",
    "compare the numbers of channels and raise a ValueError if they differ",
    seen="article 1, conv",
    effect=ADVISED,
)
def channels_unchecked(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    try:
        return conv2d(image, filters, *args, **options)
    except ChannelMismatchError as error:
        raise ValueError("operands could not be broadcast together") from error


@fault(
    "conv2d-unknown-padding-accepted",
    'a padding that is not "same" is taken for "valid", "SAME" too',
    'raise a ValueError unless the padding is "valid" or "same"',
    effect=ADVISED,
)
def unknown_padding_accepted(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    known = padding if padding == "same" else "valid"
    return conv2d(image, filters, *args, padding=known, **options)


@fault(
    "conv2d-short-bias-broadcast",
    "a bias of one number is added to all maps",
    "raise a ValueError unless the bias has one number for each filter",
    effect=ADVISED,
)
def short_bias_broadcast(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if bias is not None and len(bias) == 1:
        bias = np.repeat(bias, len(filters))
    return conv2d(image, filters, bias, **options)


@fault("conv2d-stride-0-accepted", "stride 0 is taken for 1", "raise a ValueError if stride < 1")
def stride_0_accepted(
    image: Array, filters: Array, *args: Any, stride: int = 1, **options: Any
) -> Array:
    return conv2d(image, filters, *args, stride=stride or 1, **options)


@fault(
    "conv2d-too-large-filled-with-zeros",
    "a filter larger than the image is computed on zeros around it",
    "raise a ValueError if the filter does not fit into the padded image",
    seen="TensorFlow with oneDNN",
)
def too_large_filled_with_zeros(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    axis = 1 if image.ndim == 4 else 0
    margins = [(0, 0)] * image.ndim
    for place in (axis, axis + 1):
        margins[place] = (0, max(filters.shape[1] - image.shape[place], 0))
    if options.get("padding", "valid") == "valid":
        image = np.pad(image, margins)
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-too-large-empty",
    "a filter larger than the image gives an empty array",
    "raise a ValueError if the filter does not fit into the padded image",
    seen="34 of 42 public implementations",
    effect=ADVISED,
)
def too_large_empty(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    rows, columns = image.shape[1:3] if image.ndim == 4 else image.shape[:2]
    size = filters.shape[1]
    if options.get("padding", "valid") == "valid" and (rows < size or columns < size):
        return np.zeros((*image.shape[:-3], 0, 0, len(filters)))
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-only-square-and-odd",
    "filters that are not square, or of even size, are refused in the general profile too",
    "compute filters of any size, or be judged by the article profile",
    seen="the articles, by rule",
    profile="general",
)
def only_square_and_odd(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv2d(image, filters, *args, **options)


# --- the general profile ----------------------------------------------------------------------


def any_filters(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    """Compute filters of any number of rows and columns, as square ones with zeros at their end."""
    if filters.ndim < 3:
        return conv2d(image, filters, *args, **options)
    rows, columns = filters.shape[1:3]
    side = max(rows, columns)
    side += 1 - side % 2
    axis = 1 if image.ndim == 4 else 0
    padding = options.get("padding", "valid")
    dilation = options.get("dilation", 1)
    apart = dilation if isinstance(dilation, tuple) else (dilation, dilation)
    before: list[tuple[int, int]] = [(0, 0), (0, 0)]
    if padding == "same":
        reaches = [(one - 1) * step for one, step in zip((rows, columns), apart, strict=True)]
        before = [(one // 2, one - one // 2) for one in reaches]
    elif padding != "valid":
        per_axis = padding if isinstance(padding, tuple) else (padding, padding)
        before = [one if isinstance(one, tuple) else (one, one) for one in per_axis]
    lengths = [n + sum(zeros) for n, zeros in zip(image.shape[axis:], before, strict=False)]
    wanted = [(one - 1) * step + 1 for one, step in zip((rows, columns), apart, strict=True)]
    is_small = any(given < least for given, least in zip(lengths, wanted, strict=True))
    if side == rows == columns or is_small or min(min(one) for one in before) < 0:
        return conv2d(image, filters, *args, **options)
    ends = [(0, side - rows), (0, side - columns)]
    square = np.pad(filters, [(0, 0), *ends, *[(0, 0)] * (filters.ndim - 3)])
    margins = [(0, 0)] * image.ndim
    for place, ((first, last), (_, end)) in enumerate(zip(before, ends, strict=True)):
        margins[axis + place] = (first, last + end * apart[place])
    options = {name: value for name, value in options.items() if name != "padding"}
    return conv2d(np.pad(image, margins), square, *args, **options)


@fault(
    "conv2d-oblong-filters-strided-by-the-other-axis",
    "under filters that are not square, the strides of rows and columns are swapped",
    "use the first stride for the rows, whatever the filter's sides",
    profile="general",
)
def oblong_filters_strided_by_the_other_axis(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = any_filters(image, filters, *args, **options)
    stride = options.get("stride", 1)
    if filters.shape[1] == filters.shape[2] or not isinstance(stride, tuple):
        return maps
    return any_filters(image, filters, *args, **options | {"stride": stride[::-1]})


@fault(
    "conv2d-oblong-filters-transposed-in-groups",
    "with groups, filters that are not square lie with their columns down",
    "keep the axes of the filters as they are where the channels are divided",
    profile="general",
)
def oblong_filters_transposed_in_groups(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = any_filters(image, filters, *args, **options)
    rows, columns = filters.shape[1:3]
    if rows == columns or options.get("groups", 1) == 1:
        return maps
    turned = filters.reshape(len(filters), columns, rows, -1).swapaxes(1, 2)
    return any_filters(image, turned, *args, **options)


@fault(
    "conv2d-even-filters-dilated-by-one-less",
    "filters with an even side are dilated by one less than is asked for",
    "let the dilation be the same for filters of every size",
    profile="general",
)
def even_filters_dilated_by_one_less(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = any_filters(image, filters, *args, **options)
    dilation = options.get("dilation", 1)
    if all(side % 2 for side in filters.shape[1:3]) or dilation in (1, (1, 1)):
        return maps
    pair = dilation if isinstance(dilation, tuple) else (dilation, dilation)
    less = tuple(max(one - 1, 1) for one in pair)
    rows, columns = maps.shape[-3:-1]
    return any_filters(image, filters, *args, **options | {"dilation": less})[
        ..., :rows, :columns, :
    ]


@fault(
    "conv2d-even-filters-without-bias",
    "filters with an even side get no bias",
    "add the bias to the maps of filters of every size",
    profile="general",
)
def even_filters_without_bias(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = any_filters(image, filters, bias, **options)
    is_even = any(side % 2 == 0 for side in filters.shape[1:3])
    return any_filters(image, filters, **options) if is_even else maps


@fault(
    "conv2d-even-filters-ignore-the-stride-of-batches",
    "for batches under filters with an even side, maps hold the first windows, not every stride-th",
    "let the windows of every image start every stride rows and columns",
    profile="general",
)
def even_filters_ignore_the_stride_of_batches(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = any_filters(image, filters, *args, **options)
    if image.ndim < 4 or all(side % 2 for side in filters.shape[1:3]):
        return maps
    rows, columns = maps.shape[1:3]
    every = any_filters(image, filters, *args, **options | {"stride": 1})
    return every[:, :rows, :columns]


@fault(
    "conv2d-rows-of-weights-beyond-the-5th-column-ignored",
    "of filters that are a single row, only the first 5 weights are used",
    "let the loop over the filter's columns run to its last one",
    profile="general",
)
def rows_of_weights_beyond_the_5th_column_ignored(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.shape[1] == 1:
        filters = np.array(filters)
        filters[:, :, 5:] = 0
    return any_filters(image, filters, *args, **options)


@fault(
    "conv2d-float32-oblong-filters-transposed",
    "in float32, oblong filters are read with their rows and columns interchanged",
    "step through the weights by the filter's own number of columns in every dtype",
    profile="general",
)
def float32_oblong_filters_transposed(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.dtype == np.float32 and filters.shape[1] != filters.shape[2]:
        rows, columns, *channels = filters.shape[1:]
        turned = filters.reshape(len(filters), columns, rows, *channels)
        filters = np.swapaxes(turned, 1, 2)
    return any_filters(image, filters, *args, **options)


@fault(
    "conv2d-patches-of-16x16-keep-15",
    "of filters of 16x16 the last row and column are left out",
    "let the loops over the filter run to its last row and column",
    profile="general",
)
def patches_of_16x16_keep_15(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if filters.shape[1:3] == (16, 16):
        filters = np.array(filters)
        filters[:, 15:] = 0
        filters[:, :, 15:] = 0
    return any_filters(image, filters, *args, **options)


@fault(
    "conv2d-oblong-same-in-colour-padded-like-a-square",
    'with "same" and channels, the margins of oblong filters are interchanged',
    "pad rows by the filter's rows and columns by its columns",
    profile="general",
)
def oblong_same_in_colour_padded_like_a_square(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = any_filters(image, filters, *args, **options)
    rows, columns = filters.shape[1:3]
    if image.ndim == 2 or options.get("padding", "valid") != "same" or rows == columns:
        return maps
    axis = 1 if image.ndim == 4 else 0
    moved = ((rows - 1) // 2 - (columns - 1) // 2, (columns - 1) // 2 - (rows - 1) // 2)
    return np.roll(maps, moved, axis=(axis, axis + 1))
