"""Mistakes in transposed convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.conv_transpose2d import conv_transpose2d

Array = NDArray[Any]
Pair = tuple[int, int]

#: Without options.
_PLAIN = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}


def _pair(value: Any) -> Pair:
    rows, columns = (value, value) if np.ndim(value) == 0 else value
    return int(rows), int(columns)


def _edges(padding: Any) -> tuple[Pair, Pair]:
    rows, columns = (padding, padding) if np.ndim(padding) == 0 else padding
    return _pair(rows), _pair(columns)


def _cut(maps: Array, padding: Any) -> Array:
    """Take a padding away from maps."""
    (top, bottom), (left, right) = _edges(padding)
    rows, columns = maps.shape[-3:-1]
    return maps[..., top : rows - bottom, left : columns - right, :]


def _grown(maps: Array, before: Pair, after: Pair) -> Array:
    """Put zeros around maps."""
    more = [(0, 0)] * (maps.ndim - 3) + list(zip(before, after, strict=True)) + [(0, 0)]
    return np.pad(maps, more)


def _plus(maps: Array, bias: Any) -> Array:
    return maps if bias is None else np.asarray(maps + bias)


def _with_pixels(
    image: Array, filters: Array, store: Callable[[Array, Array], None], **options: Any
) -> Array:
    """Lay every filter down in its own way, pixel by pixel; nothing is taken away."""
    maps = conv_transpose2d(image, filters, **{**options, "padding": 0}) * 0
    strides, dilations = (_pair(options.get(name, 1)) for name in ("stride", "dilation"))
    groups = int(options.get("groups", 1))
    reaches = [d * (f - 1) + 1 for d, f in zip(dilations, filters.shape[1:3], strict=True)]
    channels, count = image.shape[-1] // groups, filters.shape[-1]
    for i, j in np.ndindex(*image.shape[-3:-1]):
        row, column = i * strides[0], j * strides[1]
        place = maps[
            ...,
            row : row + reaches[0] : dilations[0],
            column : column + reaches[1] : dilations[1],
            :,
        ]
        for group in range(groups):
            own = slice(group * channels, (group + 1) * channels)
            laid = np.tensordot(image[..., i, j, own], filters[own], (-1, 0))
            store(place[..., group * count : (group + 1) * count], laid)
    return maps


def _kept(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the options but for some."""
    return {name: value for name, value in options.items() if name not in names}


# --- filters ---------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-filter-not-turned",
    "zeros are put between the pixels and a correlation is taken with the filters as they are: each"
    " lies on the maps rotated by 180 degrees",
    "turn the filters before they are moved over the spread image, or add image[i, j] * filter",
    seen="jax.lax.conv_transpose without transpose_kernel",
)
def filter_not_turned(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv_transpose2d(image, filters[:, ::-1, ::-1], *args, **options)


@fault(
    "conv_transpose2d-filter-transposed",
    "rows and columns of the filters are swapped",
    "let weight [a, b] fall on row i * stride + a and column j * stride + b",
    seen="ports from column-major languages",
)
def filter_transposed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv_transpose2d(image, filters.swapaxes(1, 2), *args, **options)


@fault(
    "conv_transpose2d-filter-upside-down",
    "the rows of the filters run upwards",
    "turn both axes of the filters, or none",
)
def filter_upside_down(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv_transpose2d(image, filters[:, ::-1], *args, **options)


@fault(
    "conv_transpose2d-channels-and-maps-exchanged",
    "filters with as many channels as maps are read as (C, f, f, K)",
    "the first axis of the filters counts channels of the image, the last one maps",
    seen="weights of a convolution that were handed over",
)
def channels_and_maps_exchanged(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv_transpose2d(image, filters, *args, **options)
    if len(filters) == filters.shape[3]:
        filters = filters.swapaxes(0, 3)
    return conv_transpose2d(image, filters, *args, **options)


@fault(
    "conv_transpose2d-maps-reversed",
    "the maps are in reverse order",
    "put the map of filters[..., c] at index c of the last axis",
)
def maps_reversed(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv_transpose2d(image, filters, *args, **options)[..., ::-1]


# --- sums ------------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-overlaps-overwritten",
    "where the filters of two pixels overlap, the later one is kept: products are not added",
    "add to what is there: maps[...] += image[i, j] * filter",
)
def overlaps_overwritten(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv_transpose2d(image, filters, bias, **options)

    def store(place: Array, laid: Array) -> None:
        place[...] = laid

    maps = _with_pixels(image, filters, store, **options)
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-channels-averaged",
    "the products of the channels are averaged",
    "sum over the channels of the image",
)
def channels_averaged(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv_transpose2d(image, filters, bias, **options)
    return _plus(conv_transpose2d(image, filters, **options) / image.shape[-1], bias)


@fault(
    "conv_transpose2d-last-channel-only",
    "the maps of each channel overwrite those of the one before, so that the last remains",
    "sum over the channels of the image",
)
def last_channel_only(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv_transpose2d(image, filters, *args, **options)
    size = len(filters) // int(options.get("groups", 1))
    kept = np.arange(len(filters)) % size == size - 1
    return conv_transpose2d(image * kept, filters, *args, **options)


@fault(
    "conv_transpose2d-channels-beyond-full-blocks",
    "channels are added up four at a time, and what is left over beyond the last four is dropped",
    "add the remaining channels one by one",
    seen="loops that were unrolled",
)
def channels_beyond_full_blocks(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv_transpose2d(image, filters, *args, **options)
    size = len(filters) // int(options.get("groups", 1))
    kept = np.arange(len(filters)) % size < (size if size < 4 else size // 4 * 4)
    return conv_transpose2d(image * kept, filters, *args, **options)


@fault(
    "conv_transpose2d-computed-in-float32",
    "float64 arguments are computed in float32",
    "compute in the dtype of the arguments",
)
def computed_in_float32(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    dtype = conv_transpose2d(image, filters, bias, **options).dtype
    added = None if bias is None else np.asarray(bias).astype(np.float32)
    narrow = conv_transpose2d(
        np.asarray(image).astype(np.float32),
        np.asarray(filters).astype(np.float32),
        added,
        **options,
    )
    return np.asarray(narrow.astype(dtype))


@fault(
    "conv_transpose2d-in-the-images-dtype",
    "the maps have the dtype of the image: for integers fractions are cut off",
    "make the maps of the common dtype of image and filters: numpy.result_type",
)
def in_the_images_dtype(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    return maps.astype(image.dtype) if image.dtype.kind in "iub" else maps


@fault(
    "conv_transpose2d-integers-wrap",
    "integer images under integer filters are summed in their own type, and wrap around",
    "compute integers in float64, or in a wider type",
    effect=ADVISED,
)
def integers_wrap(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    if image.dtype.kind not in "iu" or filters.dtype.kind not in "iu":
        return maps
    return maps.astype(np.int64).astype(np.result_type(image, filters))


@fault(
    "conv_transpose2d-nan-hidden",
    "pixels that are zero or not finite are skipped, to save time",
    "skip pixels that are equal to zero only",
)
def nan_hidden(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return conv_transpose2d(np.where(np.isfinite(image), image, 0), filters, *args, **options)


# --- strides ---------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-stride-spreads-the-filter",
    "the stride lies between the weights of the filter, not between the pixels",
    "lay the filter of pixel i down at i * stride; the dilation spreads the filter",
)
def stride_spreads_the_filter(
    image: Array, filters: Array, *args: Any, stride: Any = 1, dilation: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, stride=stride, dilation=dilation, **options)
    return conv_transpose2d(image, filters, *args, stride=dilation, dilation=stride, **options)


@fault(
    "conv_transpose2d-stride-zeros-between-pixels",
    "stride zeros are put between the pixels, one too many",
    "put stride - 1 zeros between the pixels",
)
def stride_zeros_between_pixels(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, stride=stride, **options)
    wider: Any = tuple(s + (s > 1) for s in _pair(stride))
    return conv_transpose2d(image, filters, *args, stride=wider, **options)


@fault(
    "conv_transpose2d-zeros-behind-the-last-pixel",
    "stride - 1 zeros follow the last pixel too, so that the maps have as many more rows and"
    " columns",
    "maps have (H - 1) * stride + f rows: nothing follows the last pixel",
)
def zeros_behind_the_last_pixel(
    image: Array, filters: Array, bias: Any = None, *, stride: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, stride=stride, **options)
    maps = conv_transpose2d(image, filters, stride=stride, **_kept(options, "padding"))
    rows, columns = _pair(stride)
    maps = _grown(maps, (0, 0), (rows - 1, columns - 1))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-one-by-one-without-stride",
    "filters of one weight take a short cut that forgets the stride",
    "take the short cut without a stride only",
    seen="1x1 paths of frameworks",
)
def one_by_one_without_stride(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, *args, stride=stride, **options)
    if filters.shape[1:3] != (1, 1) or options.get("output_padding") or options.get("padding"):
        return maps
    return conv_transpose2d(image, filters, *args, **options)


@fault(
    "conv_transpose2d-strides-swapped",
    "the strides of rows and columns are swapped",
    "stride is (rows, columns)",
)
def strides_swapped(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, stride=stride, **options)
    swapped = _pair(stride)[::-1]
    return conv_transpose2d(image, filters, *args, stride=swapped, **options)


@fault(
    "conv_transpose2d-columns-by-the-rows-stride",
    "the rows' stride is used for the columns too",
    "use the second number of the stride for the columns",
)
def columns_by_the_rows_stride(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, stride=stride, **options)
    return conv_transpose2d(image, filters, *args, stride=_pair(stride)[0], **options)


@fault(
    "conv_transpose2d-as-wide-as-high",
    "the maps are made as wide as they are high",
    "compute the columns of the maps from the columns of the image",
)
def as_wide_as_high(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    rows, columns = maps.shape[-3:-1]
    return _grown(maps[..., :rows, :], (0, 0), (0, max(rows - columns, 0)))


# --- paddings --------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-padding-added",
    "the padding is added around the maps, not taken away",
    "take the padding away: maps[top : rows - bottom, left : columns - right]",
)
def padding_added(
    image: Array, filters: Array, bias: Any = None, *, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, padding=padding, **options)
    (top, bottom), (left, right) = _edges(padding)
    maps = conv_transpose2d(image, filters, **options)
    return _plus(_grown(maps, (top, left), (bottom, right)), bias)


@fault(
    "conv_transpose2d-padding-around-the-image",
    "zeros are put around the image, as in a convolution, and nothing is taken away",
    "take the padding away from the maps",
)
def padding_around_the_image(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    (top, bottom), (left, right) = _edges(padding)
    wider = _grown(image, (top, left), (bottom, right))
    return conv_transpose2d(wider, filters, *args, **options)


@fault(
    "conv_transpose2d-padding-ignored",
    "the padding is ignored",
    "take the padding away from the edges of the maps",
)
def padding_ignored(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    return conv_transpose2d(image, filters, *args, **options)


@fault(
    "conv_transpose2d-padding-at-the-beginning",
    "the padding of both sides is taken away at the top and left",
    "take as much away at the bottom and right as at the top and left",
)
def padding_at_the_beginning(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    first: Any = tuple((sum(side), 0) for side in _edges(padding))
    return conv_transpose2d(image, filters, *args, padding=first, **options)


@fault(
    "conv_transpose2d-padding-once",
    "the padding is taken away at the top and left only: the size subtracts it once",
    "subtract the padding of both sides",
)
def padding_once(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    first: Any = tuple((side[0], 0) for side in _edges(padding))
    return conv_transpose2d(image, filters, *args, padding=first, **options)


@fault(
    "conv_transpose2d-padding-mirrored",
    "top and bottom, and left and right, of the padding are exchanged",
    "padding is ((top, bottom), (left, right))",
)
def padding_mirrored(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    mirrored: Any = tuple(side[::-1] for side in _edges(padding))
    return conv_transpose2d(image, filters, *args, padding=mirrored, **options)


@fault(
    "conv_transpose2d-padding-axes-swapped",
    "the paddings of rows and columns are swapped",
    "padding is (rows, columns), or ((top, bottom), (left, right))",
)
def padding_axes_swapped(
    image: Array, filters: Array, *args: Any, padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, padding=padding, **options)
    whole = conv_transpose2d(image, filters, *args, **options)
    return _cut(whole, _edges(padding)[::-1])


# --- output paddings -------------------------------------------------------------------------


@fault(
    "conv_transpose2d-output-padding-at-the-top",
    "the rows and columns of output_padding lie at the top and left",
    "add output_padding at the bottom and right",
)
def output_padding_at_the_top(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, output_padding=output_padding, **options)
    whole = conv_transpose2d(image, filters, **_kept(options, "padding"))
    maps = _grown(whole, _pair(output_padding), (0, 0))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-output-padding-without-bias",
    "the bias is added before the rows and columns of output_padding are appended",
    "add the bias at the end, to all of the maps",
    seen="public reports",
)
def output_padding_without_bias(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, bias, output_padding=output_padding, **options)
    if bias is not None:
        rows, columns = _pair(output_padding)
        height, width = maps.shape[-3:-1]
        maps[..., height - rows :, :, :] -= bias
        maps[..., : height - rows, width - columns :, :] -= bias
    return maps


@fault(
    "conv_transpose2d-output-padding-zeros",
    "the rows and columns of output_padding are zeros, whatever falls there",
    "make the maps larger before the filters are laid down",
    seen="public reports",
)
def output_padding_zeros(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, bias, output_padding=output_padding, **options)
    rows, columns = _pair(output_padding)
    height, width = maps.shape[-3:-1]
    maps[..., height - rows :, :, :] = 0
    maps[..., width - columns :, :] = 0
    return maps


@fault(
    "conv_transpose2d-output-padding-appended",
    "the rows and columns of output_padding are appended behind what padding has left: they hold"
    " the bias and no products",
    "make the maps larger first, and take the padding away from those",
)
def output_padding_appended(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, output_padding=output_padding, **options)
    whole = conv_transpose2d(image, filters, **_kept(options, "padding"))
    maps = _cut(whole, options.get("padding", 0))
    return _plus(_grown(maps, (0, 0), _pair(output_padding)), bias)


@fault(
    "conv_transpose2d-output-paddings-swapped",
    "the output paddings of rows and columns are swapped",
    "output_padding is (rows, columns)",
)
def output_paddings_swapped(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, output_padding=output_padding, **options)
    rows, columns = _pair(output_padding)
    whole = conv_transpose2d(image, filters, **_kept(options, "padding"))
    maps = _grown(whole, (0, 0), (columns, rows))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


# --- dilations -------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-dilation-ignored",
    "the dilation is ignored",
    "let weight a fall on i * stride + a * dilation",
)
def dilation_ignored(
    image: Array, filters: Array, bias: Any = None, *, dilation: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, dilation=dilation, **options)
    whole = conv_transpose2d(image, filters, **_kept(options, "padding", "output_padding"))
    maps = _grown(whole, (0, 0), _pair(options.get("output_padding", 0)))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-dilation-in-the-size-only",
    "the dilation makes the maps larger, but the weights lie side by side",
    "let weight a fall on i * stride + a * dilation",
)
def dilation_in_the_size_only(
    image: Array, filters: Array, bias: Any = None, *, dilation: Any = 1, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, dilation=dilation, **_kept(options, "padding"))
    side_by_side = conv_transpose2d(image, filters, **_kept(options, "padding", "output_padding"))
    conv_transpose2d(image, filters, bias, dilation=dilation, **options)
    maps = maps * 0
    rows, columns = side_by_side.shape[-3:-1]
    maps[..., :rows, :columns, :] = side_by_side
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-dilation-not-in-the-size",
    "the dilation is left out of the maps' size, and what falls beyond is lost",
    "maps have (H - 1) * stride + dilation * (f - 1) + 1 rows",
)
def dilation_not_in_the_size(
    image: Array, filters: Array, bias: Any = None, *, dilation: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, dilation=dilation, **options)
    maps = conv_transpose2d(image, filters, dilation=dilation, **_kept(options, "padding"))
    rows, columns = (
        n - (d - 1) * (f - 1)
        for n, d, f in zip(maps.shape[-3:-1], _pair(dilation), filters.shape[1:3], strict=True)
    )
    return _plus(_cut(maps[..., :rows, :columns, :], options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-dilation-spreads-the-image-too",
    "the image is spread by stride * dilation",
    "the dilation spreads the filter alone",
)
def dilation_spreads_the_image_too(
    image: Array, filters: Array, *args: Any, stride: Any = 1, dilation: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, stride=stride, dilation=dilation, **options)
    both: Any = tuple(s * d for s, d in zip(_pair(stride), _pair(dilation), strict=True))
    return conv_transpose2d(image, filters, *args, stride=both, dilation=dilation, **options)


@fault(
    "conv_transpose2d-dilations-swapped",
    "the dilations of rows and columns are swapped",
    "dilation is (rows, columns)",
)
def dilations_swapped(
    image: Array, filters: Array, bias: Any = None, *, dilation: Any = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, dilation=dilation, **options)
    more = _kept(options, "padding", "output_padding")
    whole = conv_transpose2d(image, filters, dilation=_pair(dilation)[::-1], **more)
    maps = _grown(whole, (0, 0), _pair(options.get("output_padding", 0)))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


# --- groups ----------------------------------------------------------------------------------


def _by_groups(groups: int, filters: Array) -> Array:
    """Return to which maps each filter's own belong."""
    count = filters.shape[3]
    group = np.arange(len(filters)) // (len(filters) // groups)
    return np.asarray(group[:, np.newaxis] * count + np.arange(count))


def _dense(filters: Array, slots: Array, maps: int) -> Array:
    """Return filters as if there were one group: zeros for the maps of others."""
    dense = np.zeros((*filters.shape[:3], maps), filters.dtype)
    for one, own, at in zip(dense, filters, slots, strict=True):
        one[:, :, at] += own
    return dense


@fault(
    "conv_transpose2d-groups-in-one-slot",
    "every group adds to the maps of the first group",
    "let group g make the maps from g * C / groups on",
    seen="public reports",
)
def groups_in_one_slot(
    image: Array, filters: Array, *args: Any, groups: int = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, groups=groups, **options)
    slots = _by_groups(groups, filters) % filters.shape[3]
    dense = _dense(filters, slots, groups * filters.shape[3])
    return conv_transpose2d(image, dense, *args, **options)


@fault(
    "conv_transpose2d-groups-interleaved",
    "channel k is taken for one of group k % groups",
    "the channels of a group lie side by side: channel k is of group floor(k / (K / groups))",
)
def groups_interleaved(
    image: Array, filters: Array, *args: Any, groups: int = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, groups=groups, **options)
    count = filters.shape[3]
    slots = (np.arange(len(filters)) % groups)[:, np.newaxis] * count + np.arange(count)
    return conv_transpose2d(image, _dense(filters, slots, groups * count), *args, **options)


@fault(
    "conv_transpose2d-groups-maps-interleaved",
    "map c is taken for one of group c % groups: the axes of groups and of their maps are swapped",
    "put the groups before their maps in the reshape: map c is of group floor(c / (C / groups))",
)
def groups_maps_interleaved(
    image: Array, filters: Array, bias: Any = None, *, groups: int = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, bias, groups=groups, **options)
    maps = conv_transpose2d(image, filters, groups=groups, **options)
    apart = maps.reshape(*maps.shape[:-1], groups, -1).swapaxes(-1, -2)
    return _plus(apart.reshape(maps.shape), bias)


@fault(
    "conv_transpose2d-groups-read-the-first",
    "all groups read the channels of the first",
    "let group g read the channels from g * K / groups on",
)
def groups_read_the_first(
    image: Array, filters: Array, *args: Any, groups: int = 1, **options: Any
) -> Array:
    conv_transpose2d(image, filters, *args, groups=groups, **options)
    first = np.arange(len(filters)) % (len(filters) // groups)
    return conv_transpose2d(image[..., first], filters, *args, groups=groups, **options)


@fault(
    "conv_transpose2d-groups-and-dilation-exchanged",
    "groups and dilation are handed on in each other's place",
    "hand the options on by their names",
    seen="torch.nn.functional.conv_transpose2d, whose groups come before its dilation",
)
def groups_and_dilation_exchanged(
    image: Array,
    filters: Array,
    bias: Any = None,
    *,
    groups: int = 1,
    dilation: Any = 1,
    **options: Any,
) -> Array:
    maps = conv_transpose2d(image, filters, bias, groups=groups, dilation=dilation, **options)
    if groups == dilation or not isinstance(dilation, int) or len(filters) % dilation:
        return maps
    others = {"groups": dilation, "dilation": groups, **_kept(options, "output_padding")}
    return conv_transpose2d(image, filters, None, **others)


# --- biases and batches ----------------------------------------------------------------------


@fault("conv_transpose2d-bias-ignored", "the bias is ignored", "add bias[c] to map c")
def bias_ignored(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv_transpose2d(image, filters, bias, **options)
    return conv_transpose2d(image, filters, **options)


@fault(
    "conv_transpose2d-bias-with-every-pixel",
    "the bias is added with the filter of every pixel: as often as filters overlap",
    "add the bias once to all of the maps, at the end",
)
def bias_with_every_pixel(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, bias, **options)
    if bias is None:
        return maps
    each = conv_transpose2d(
        np.ones((*image.shape[-3:-1], 1), maps.dtype),
        np.ones((1, *filters.shape[1:3], 1), maps.dtype),
        **_kept(options, "groups"),
    )
    return np.asarray(maps + (each - 1) * bias).astype(maps.dtype)


@fault(
    "conv_transpose2d-batch-of-the-first",
    "every image of a batch gets the maps of the first",
    "compute the maps of each image by itself",
)
def batch_of_the_first(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    if maps.ndim == 4:
        maps[1:] = maps[:1]
    return maps


@fault(
    "conv_transpose2d-batch-runs-on",
    "the maps of a batch are not cleared from image to image, and add up",
    "start the maps of each image at zero",
)
def batch_runs_on(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    conv_transpose2d(image, filters, bias, **options)
    maps = conv_transpose2d(image, filters, **options)
    return _plus(np.cumsum(maps, axis=0) if maps.ndim == 4 else maps, bias)


@fault(
    "conv_transpose2d-batch-joined",
    "the maps of a batch are joined along their rows: the axis of images is lost",
    "return maps of four axes for a batch, or refuse what has four axes",
)
def batch_joined(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    return maps.reshape(-1, *maps.shape[2:]) if maps.ndim == 4 else maps


def _not_cleared() -> Callable[..., Array]:
    buffers: dict[Any, Array] = {}

    def mistaken(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
        maps = conv_transpose2d(image, filters, bias, **options)
        key = (maps.shape, maps.dtype, bias is None)
        before = buffers.get(key)
        buffers[key] = conv_transpose2d(image, filters, **options)
        return maps if before is None else maps + before

    return mistaken


fault(
    "conv_transpose2d-maps-not-cleared",
    "maps are added to the numbers that the last call of the same shape left",
    "clear the maps before filters are added to them",
    makes=True,
    operation="conv_transpose2d",
)(_not_cleared)


# --- combinations ----------------------------------------------------------------------------


@fault(
    "conv_transpose2d-bias-twice-with-groups-and-stride",
    "with groups and a stride the bias is added twice",
    "add the bias once, in one place of the code",
    seen="code with a branch for each option",
)
def bias_twice_with_groups_and_stride(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, bias, **options)
    both = options.get("groups", 1) > 1 and max(_pair(options.get("stride", 1))) > 1
    return _plus(maps, bias) if both else maps


@fault(
    "conv_transpose2d-dilation-lost-with-output-padding",
    "with a stride and output_padding the dilation is in the size only: weights lie side by side",
    "take the same places for the weights whatever the other options",
    seen="code with a branch for each option",
)
def dilation_lost_with_output_padding(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if not max(_pair(options.get("output_padding", 0))) or max(_pair(options.get("stride", 1))) < 2:
        return conv_transpose2d(image, filters, *args, **options)
    return np.asarray(dilation_in_the_size_only(image, filters, *args, **options))


# --- refusals --------------------------------------------------------------------------------


@fault(
    "conv_transpose2d-channels-broadcast",
    "an image of one channel meets filters of any number: NumPy repeats it",
    "refuse images with another number of channels than there are filters: raise a ValueError",
)
def channels_broadcast(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if image.shape[-1] == 1 and image.ndim > 2 and filters.ndim == 4:
        image = np.repeat(image, len(filters), axis=-1)
    return conv_transpose2d(image, filters, *args, **options)


@fault(
    "conv_transpose2d-channels-refused-by-accident",
    "an image whose channels do not match the filters fails in a product of matrices",
    "compare the numbers of channels and filters first: image.shape[-1] == len(filters)",
    effect=ADVISED,
)
def channels_refused_by_accident(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    np.dot(image, filters.reshape(len(filters), -1)[:, :1])
    return conv_transpose2d(image, filters, *args, **options)


@fault(
    "conv_transpose2d-long-bias-cut",
    "of a bias that is too long the rest is dropped",
    "raise a ValueError unless there is one number for each map",
)
def long_bias_cut(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if bias is not None and np.ndim(bias) == 1:
        bias = bias[: filters.shape[3] * max(int(options.get("groups", 1)), 1)]
    return conv_transpose2d(image, filters, bias, **options)


@fault(
    "conv_transpose2d-tall-bias-broadcast",
    "a bias of one column is added to the columns of the maps",
    "refuse a bias that is no vector of as many numbers as there are maps: bias.shape == (C,)",
)
def tall_bias_broadcast(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if np.ndim(bias) == 2:
        return np.asarray(conv_transpose2d(image, filters, **options) + bias)
    return conv_transpose2d(image, filters, bias, **options)


@fault(
    "conv_transpose2d-short-bias-broadcast",
    "a bias of one number is added to all maps",
    "raise a ValueError unless there is one number for each map",
    effect=ADVISED,
)
def short_bias_broadcast(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if bias is not None and np.shape(bias) == (1,):
        bias = np.repeat(bias, filters.shape[3] * int(options.get("groups", 1)))
    return conv_transpose2d(image, filters, bias, **options)


@fault(
    "conv_transpose2d-stride-0-for-1",
    "stride 0 is taken for 1",
    "raise a ValueError for strides below 1",
)
def stride_0_for_1(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    return conv_transpose2d(image, filters, *args, stride=stride or 1, **options)


@fault(
    "conv_transpose2d-dilation-0-for-1",
    "dilation 0 is taken for 1",
    "raise a ValueError for dilations below 1",
)
def dilation_0_for_1(
    image: Array, filters: Array, *args: Any, dilation: Any = 1, **options: Any
) -> Array:
    return conv_transpose2d(image, filters, *args, dilation=dilation or 1, **options)


@fault(
    "conv_transpose2d-output-padding-of-any-size",
    "an output padding of any size is accepted, and filled up with the bias",
    "raise a ValueError unless output_padding is below the stride or the dilation",
    seen="frameworks that are told the size of the maps",
)
def output_padding_of_any_size(
    image: Array, filters: Array, bias: Any = None, *, output_padding: Any = 0, **options: Any
) -> Array:
    rows, columns = _pair(output_padding)
    conv_transpose2d(image, filters, bias, **options)
    if min(rows, columns) < 0:
        raise ValueError("output_padding must be at least 0")
    whole = conv_transpose2d(image, filters, **_kept(options, "padding"))
    maps = _grown(whole, (0, 0), (rows, columns))
    return _plus(_cut(maps, options.get("padding", 0)), bias)


@fault(
    "conv_transpose2d-groups-rounded-down",
    "channels that are left over when groups do not divide them are dropped",
    "raise a ValueError unless groups divides the channels",
)
def groups_rounded_down(
    image: Array, filters: Array, *args: Any, groups: int = 1, **options: Any
) -> Array:
    if 0 < groups <= len(filters) == image.shape[-1]:
        kept = len(filters) // groups * groups
        image, filters = image[..., :kept], filters[:kept]
    return conv_transpose2d(image, filters, *args, groups=groups, **options)


@fault(
    "conv_transpose2d-everything-taken-away-wraps",
    "a padding that takes more rows away than there are leaves those that a negative end counts",
    "raise a ValueError if nothing is left of the maps",
)
def everything_taken_away_wraps(
    image: Array, filters: Array, bias: Any = None, *, padding: Any = 0, **options: Any
) -> Array:
    try:
        return conv_transpose2d(image, filters, bias, padding=padding, **options)
    except ValueError:
        maps = conv_transpose2d(image, filters, bias, **options)
        if np.min(padding) < 0:
            raise
        return maps[..., -1:, -1:, :]


@fault(
    "conv_transpose2d-everything-taken-away-empty",
    "a padding that takes all rows away gives empty maps",
    "raise a ValueError if nothing is left of the maps",
    effect=ADVISED,
)
def everything_taken_away_empty(
    image: Array, filters: Array, bias: Any = None, *, padding: Any = 0, **options: Any
) -> Array:
    try:
        return conv_transpose2d(image, filters, bias, padding=padding, **options)
    except ValueError:
        maps = conv_transpose2d(image, filters, bias, **options)
        if np.min(padding) < 0:
            raise
        return maps[..., :0, :0, :]


@fault(
    "conv_transpose2d-negative-padding-added",
    "a negative padding puts zeros around the maps",
    "raise a ValueError for paddings below 0",
    seen="jax.lax.conv_transpose",
    effect=ADVISED,
)
def negative_padding_added(
    image: Array, filters: Array, bias: Any = None, *, padding: Any = 0, **options: Any
) -> Array:
    if isinstance(padding, int) and padding < 0:
        maps = conv_transpose2d(image, filters, **options)
        return _plus(_grown(maps, (-padding, -padding), (-padding, -padding)), bias)
    return conv_transpose2d(image, filters, bias, padding=padding, **options)


@fault(
    "conv_transpose2d-numpy-strides-refused",
    "strides are refused that are whole numbers of another type (NumPy integers)",
    "take every whole number, of whatever type: operator.index(stride)",
)
def numpy_strides_refused(
    image: Array, filters: Array, *args: Any, stride: Any = 1, **options: Any
) -> Array:
    if isinstance(stride, np.integer):
        raise TypeError("stride must be an int")
    return conv_transpose2d(image, filters, *args, stride=stride, **options)


@fault(
    "conv_transpose2d-oblong-filters-taken-for-square",
    "filters have as many rows as columns: of oblong ones, what lies beyond the rows is left out",
    "take the rows and the columns of the filters: filters.shape[1:3]",
)
def oblong_filters_taken_for_square(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    maps = conv_transpose2d(image, filters, *args, **options)
    down, across = filters.shape[1:3]
    if down == across:
        return maps
    square = np.zeros((len(filters), down, down, filters.shape[3]), filters.dtype)
    square[:, :, : min(down, across)] = filters[:, :, :down]
    return conv_transpose2d(image, square, *args, **options)


@fault(
    "conv_transpose2d-oblong-filters-refused",
    "filters with other numbers of rows than of columns are refused",
    "take the rows and the columns of the filters: filters.shape[1:3]",
    profile="general",
)
def oblong_filters_refused(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    if len(np.shape(filters)) == 4 and filters.shape[1] != filters.shape[2]:
        raise ValueError("filters must be square")
    return conv_transpose2d(image, filters, *args, **options)
