"""Mistakes in a convolution's strides of axes, dilation, padding by numbers, and groups."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.conv2d import conv2d
from cnnspec.reference.windows import reach, same_margins, window_count

Array = NDArray[Any]
Function = Callable[..., Any]
Pair = tuple[int, int]
Margins = tuple[Pair, Pair]


def _pair(value: Any) -> Pair:
    rows, columns = value if isinstance(value, tuple | list) else (value, value)
    return int(rows), int(columns)


@dataclass(frozen=True)
class Call:
    """A legal call, its options as pairs. What a mistake changes of it, the reference computes."""

    image: Array
    filters: Array
    bias: Any
    stride: Pair
    padding: Margins
    dilation: Pair
    groups: int
    word: str

    @property
    def axis(self) -> int:
        """The axis of the rows."""
        return 1 if self.image.ndim == 4 else 0

    @property
    def size(self) -> int:
        """Rows and columns of a filter."""
        return int(self.filters.shape[1])

    @property
    def lengths(self) -> Pair:
        """Rows and columns of the image."""
        rows, columns = self.image.shape[self.axis : self.axis + 2]
        return rows, columns

    def maps(self, **changed: Any) -> Array:
        """Return the maps, with some arguments changed; none where no window fits."""
        made = replace(self, **changed)
        given = {name: getattr(made, name) for name in ("stride", "padding", "dilation", "groups")}
        return np.asarray(conv2d(made.image, made.filters, made.bias, **given))

    def padded(self, **how: Any) -> Array:
        """Return the image with a border of any kind around it."""
        margins = [(0, 0)] * self.image.ndim
        margins[self.axis : self.axis + 2] = self.padding
        return np.pad(self.image, margins, **how)


def mistaken(
    identity: str, explanation: str, remedy: str, **more: Any
) -> Callable[[Callable[[Call], Any]], Callable[[Call], Any]]:
    """Enter what makes maps of a legal call in the place of the right ones.

    It returns ``None`` for calls in which it is right.
    """

    def enter(makes: Callable[[Call], Any]) -> Callable[[Call], Any]:
        def convolve(
            image: Array,
            filters: Array,
            bias: Any = None,
            *,
            stride: Any = 1,
            padding: Any = "valid",
            dilation: Any = 1,
            groups: int = 1,
        ) -> Array:
            options = {"stride": stride, "padding": padding, "dilation": dilation}
            due = conv2d(image, filters, bias, **options, groups=groups)
            image, filters = np.asarray(image), np.asarray(filters)
            strides, dilations = _pair(stride), _pair(dilation)
            sides = image.shape[:2] if image.ndim == 2 else image.shape[-3:-1]
            if padding == "same":
                axes = zip(sides, filters.shape[1:3], strides, dilations, strict=True)
                above, beside = (same_margins(*axis) for axis in axes)
            else:
                per_axis = (0, 0) if padding == "valid" else padding
                rows, columns = per_axis if isinstance(per_axis, tuple) else (padding, padding)
                above, beside = _pair(rows), _pair(columns)
            word = padding if isinstance(padding, str) else ""
            call = Call(image, filters, bias, strides, (above, beside), dilations, groups, word)
            made = makes(call)
            return due if made is None else made.astype(due.dtype)

        fault(f"conv2d-{identity}", explanation, remedy, **more)(convolve)
        return makes

    return enter


# --- where windows and results are placed --------------------------------------------------------


@mistaken(
    "windows-counted-by-rounding",
    "the number of windows is rounded, not rounded down: where they do not fit there may be one"
    " more, which is incomplete",
    "round down: (length - size) // stride + 1",
    seen="int(round(...)) and floats",
)
def windows_counted_by_rounding(call: Call) -> Array:
    padding = []
    for axis, (before, after) in enumerate(call.padding):
        reach = call.dilation[axis] * (call.filters.shape[1 + axis] - 1) + 1
        room = call.lengths[axis] + before + after - reach
        more = round(room / call.stride[axis]) * call.stride[axis] - room
        padding.append((before, after + max(more, 0)))
    return call.maps(padding=(padding[0], padding[1]))


@mistaken(
    "same-pads-the-map",
    'with padding "same" the zeros are put around the map, not around the image',
    "put the zeros around the image: the filter reaches into them",
    seen="courses",
)
def same_pads_the_map(call: Call) -> Array | None:
    if call.word != "same":
        return None
    maps = call.maps()
    for axis, (before, _) in enumerate(call.padding, start=call.axis):
        side = axis - call.axis
        reach = call.dilation[side] * (call.filters.shape[1 + side] - 1) + 1
        starts = np.arange(maps.shape[axis]) * call.stride[side] - before
        reaches_beyond = (starts < 0) | (starts + reach > call.lengths[side])
        maps[(slice(None),) * axis + (reaches_beyond,)] = 0
    return maps


@mistaken(
    "cut-out-of-a-transform-from-0",
    "a product of Fourier transforms is cut out from 0 on, not from f - 1 on: windows start too"
    " early and wrap around",
    "rows and columns from f - 1 on are the answer",
    seen="numpy.fft without padding",
)
def cut_out_of_a_transform_from_0(call: Call) -> Array:
    border = call.padded()
    reaches = (d * (f - 1) for d, f in zip(call.dilation, call.filters.shape[1:3], strict=True))
    margins = [(0, 0)] * border.ndim
    margins[call.axis : call.axis + 2] = [(reach, 0) for reach in reaches]
    wrapped = np.pad(border, margins, mode="wrap")
    rows, columns = call.maps().shape[-3:-1]
    none = ((0, 0), (0, 0))
    maps = replace(call, image=wrapped, padding=none).maps()
    return maps[..., :rows, :columns, :]


# --- strides -----------------------------------------------------------------------------------

_BY_AXES = "use the first number of the pair for the rows, the second for the columns"


@mistaken("strides-of-axes-swapped", "the strides of rows and columns are swapped", _BY_AXES)
def strides_swapped(call: Call) -> Array:
    return call.maps(stride=call.stride[::-1])


@mistaken(
    "stride-of-the-rows-for-the-columns", "the rows' stride is used along the columns too", _BY_AXES
)
def stride_of_rows(call: Call) -> Array:
    return call.maps(stride=(call.stride[0], call.stride[0]))


@mistaken(
    "stride-of-the-columns-for-the-rows",
    "the columns' stride is used along the rows too",
    _BY_AXES,
    seen="code for one-dimensional signals",
)
def stride_of_columns(call: Call) -> Array:
    return call.maps(stride=(call.stride[1], call.stride[1]))


@mistaken(
    "width-by-the-rows-stride",
    "a map has as many columns as the rows' stride gives; what is not computed is zero",
    "count the columns by their own stride",
    seen="reported of ports to graphics processors",
)
def width_by_the_rows_stride(call: Call) -> Array:
    maps = call.maps()
    length = call.lengths[1] + sum(call.padding[1])
    count = window_count(length, reach(call.size, call.dilation[1]), call.stride[0])
    made = np.zeros((*maps.shape[:-2], count, maps.shape[-1]), maps.dtype)
    least = min(count, maps.shape[-2])
    made[..., :least, :] = maps[..., :least, :]
    return made


# --- dilation ----------------------------------------------------------------------------------

_APART = "let weight a of a filter meet the row i * stride + a * dilation"
_EXTENT = "a dilated filter extends over dilation * (f - 1) + 1 rows"


def _is_dilated(call: Call) -> bool:
    return call.dilation != (1, 1) and call.size > 1


@mistaken("dilation-ignored", "the dilation is ignored", _APART)
def dilation_ignored(call: Call) -> Array:
    return call.maps(dilation=(1, 1))


@mistaken("dilation-of-rows-only", "the dilation is used along the rows only", _APART)
def dilation_of_rows_only(call: Call) -> Array:
    return call.maps(dilation=(call.dilation[0], 1))


@mistaken("dilation-of-columns-only", "the dilation is used along the columns only", _APART)
def dilation_of_columns_only(call: Call) -> Array:
    return call.maps(dilation=(1, call.dilation[1]))


@mistaken("dilations-of-axes-swapped", "the dilations of rows and columns are swapped", _BY_AXES)
def dilations_swapped(call: Call) -> Any:
    return _where_it_fits(call, dilation=call.dilation[::-1])


@mistaken(
    "dilation-of-the-rows-for-the-columns",
    "the rows' dilation is used along the columns too",
    _BY_AXES,
)
def dilation_of_rows(call: Call) -> Any:
    return _where_it_fits(call, dilation=(call.dilation[0], call.dilation[0]))


def _where_it_fits(call: Call, **changed: Any) -> Any:
    """Return the maps of a changed call; where no window fits, one number that is wrong."""
    try:
        return call.maps(**changed)
    except ValueError:
        return np.zeros((*call.image.shape[: call.axis], 1, 1, len(call.filters)))


@mistaken(
    "dilation-as-the-stride",
    "the dilation is applied to the stride: windows are spread, filters are not",
    _APART,
)
def dilation_as_the_stride(call: Call) -> Any:
    if call.dilation == (1, 1):
        return None
    steps = (call.stride[0] * call.dilation[0], call.stride[1] * call.dilation[1])
    return call.maps(dilation=(1, 1), stride=steps)


@mistaken(
    "dilation-counts-the-zeros",
    "the dilation is the number of zeros between weights: they are one pixel further apart",
    "with dilation 2, one pixel lies between two weights",
    seen="libraries that count the zeros",
)
def dilation_counts_the_zeros(call: Call) -> Any:
    more = tuple(one + (one > 1) for one in call.dilation)
    return _where_it_fits(call, dilation=more)


@mistaken(
    "dilation-twice",
    "the dilation is applied twice: in the filter and in the pixels that it meets",
    "spread the filter, or step over the pixels, not both",
    seen="reported of a rewritten filter that keeps its dilation",
)
def dilation_twice(call: Call) -> Any:
    return _where_it_fits(call, dilation=tuple(one * one for one in call.dilation))


@mistaken(
    "dilation-for-the-size-only",
    "the dilation makes the map smaller, and the filter's weights still meet neighbouring pixels",
    _APART,
)
def dilation_for_the_size_only(call: Call) -> Array:
    rows, columns = call.maps().shape[-3:-1]
    return call.maps(dilation=(1, 1))[..., :rows, :columns, :]


def _of_extent(call: Call, of: Callable[[int, int], int]) -> Array:
    """Return the maps counted by another extent of the filter: zeros where windows lie beyond."""
    maps = call.maps()
    counts = [
        max(
            window_count(length + sum(zeros), of(call.size, apart) if apart > 1 else call.size, s),
            0,
        )
        for length, zeros, apart, s in zip(
            call.lengths, call.padding, call.dilation, call.stride, strict=True
        )
    ]
    made = np.zeros((*maps.shape[:-3], *counts, maps.shape[-1]), maps.dtype)
    rows, columns = np.minimum(counts, maps.shape[-3:-1])
    made[..., :rows, :columns, :] = maps[..., :rows, :columns, :]
    return made


@mistaken(
    "size-without-the-dilation",
    "the map is as large as without dilation; what lies beyond the last window is zero",
    _EXTENT,
)
def size_without_the_dilation(call: Call) -> Any:
    return _of_extent(call, lambda f, _d: f) if _is_dilated(call) else None


@mistaken(
    "size-from-f-times-d",
    "a dilated filter is taken to extend over f * d rows: the last windows are missing",
    _EXTENT,
)
def size_from_f_times_d(call: Call) -> Array:
    return _of_extent(call, lambda f, d: f * d)


@mistaken(
    "dilated-rows-short-by-d-minus-1",
    "every row of a dilated filter but the first is read d - 1 rows too early",
    _APART,
    seen="reported of a row offset in a kernel for vectors",
)
def dilated_rows_short(call: Call) -> Any:
    if call.dilation[0] == 1 or call.size == 1:
        return None
    step, bias = call.dilation[0] - 1, call.bias
    maps = call.maps(bias=None)
    first = np.zeros_like(call.filters)
    first[:, :1] = call.filters[:, :1]
    others = call.filters - first
    above, below = call.padding[0]
    of_others = replace(
        call, bias=None, filters=others, padding=((above + step, below), call.padding[1])
    )
    made = call.maps(bias=None, filters=first) + of_others.maps()[..., : maps.shape[-3], :, :]
    return np.asarray(made if bias is None else made + bias)


@mistaken(
    "dilation-ignored-with-a-stride",
    "with a stride the dilation is ignored",
    "pass both on to the loop that computes strided windows",
)
def dilation_ignored_with_a_stride(call: Call) -> Any:
    return None if call.stride == (1, 1) else call.maps(dilation=(1, 1))


@mistaken(
    "dilation-ignored-in-groups",
    "with groups the dilation is ignored",
    "pass the dilation on to the loop over the groups",
    seen="depthwise kernels without dilation",
)
def dilation_ignored_in_groups(call: Call) -> Any:
    return None if call.groups == 1 else call.maps(dilation=(1, 1))


@mistaken(
    "dilation-of-2-at-most",
    "dilations above 2 are computed as 2",
    "let the dilation be any whole number from 1 on",
)
def dilation_of_2_at_most(call: Call) -> Any:
    return call.maps(dilation=tuple(min(one, 2) for one in call.dilation))


@mistaken(
    "dilated-tiles-with-a-small-halo",
    "tiles of 32 columns are loaded with the border of a filter that is not dilated: beyond it the"
    " last windows of a tile meet zeros",
    "load dilation * (f - 1) columns more than a tile has windows",
    seen="reported of tiled kernels",
)
def tiles_with_a_small_halo(call: Call) -> Any:
    if call.dilation[1] == 1 or call.size == 1:
        return None
    maps, (_, columns) = call.maps(), call.maps().shape[-3:-1]
    wide = call.padded()
    parts = []
    for first in range(0, columns, 32):
        start, last = first * call.stride[1], min(first + 32, columns) - 1
        loaded = np.array(wide.take(range(start, wide.shape[call.axis + 1]), call.axis + 1))
        seen = (last - first) * call.stride[1] + call.size
        beyond = [slice(None)] * loaded.ndim
        beyond[call.axis + 1] = slice(seen, None)
        if last < columns - 1:
            loaded[(*beyond,)] = 0
        made = call.maps(image=loaded, padding=((0, 0), (0, 0)))
        parts.append(made[..., : last - first + 1, :])
    return np.concatenate(parts, axis=-2).reshape(maps.shape)


@mistaken(
    "same-without-the-dilation",
    'the zeros of "same" are counted from the filter as if it were not dilated',
    '"same" puts dilation * (f - 1) / 2 zeros on every side',
)
def same_without_the_dilation(call: Call) -> Any:
    if call.word != "same":
        return None
    margin = ((call.size - 1) // 2,) * 2
    return _where_it_fits(call, padding=(margin, margin))


# --- padding by numbers ------------------------------------------------------------------------

_SIDES = "put the zeros as they are given: ((top, bottom), (left, right))"


def _is_padded(call: Call) -> bool:
    return not call.word and call.padding != ((0, 0), (0, 0))


class Sides(NamedTuple):
    """How many zeros are put on each side."""

    top: int
    bottom: int
    left: int
    right: int


def padded_otherwise(
    identity: str, explanation: str, change: Callable[["Sides"], Margins], **more: Any
) -> None:
    """Enter a mistake that puts other numbers of zeros on the sides."""

    def makes(call: Call) -> Any:
        if not _is_padded(call):
            return None
        return _where_it_fits(call, padding=change(Sides(*call.padding[0], *call.padding[1])))

    mistaken(identity, explanation, _SIDES, **more)(makes)


@fault(
    "conv2d-padding-ignored",
    "padding by numbers is ignored",
    _SIDES,
    seen="parameters that are written down for later",
)
def padding_ignored(
    image: Array, filters: Array, bias: Any = None, *, padding: Any = 0, **options: Any
) -> Array:
    due = conv2d(image, filters, bias, padding=padding, **options)
    if isinstance(padding, str):
        return due
    try:
        return conv2d(image, filters, bias, **options)
    except ValueError:  # no window fits
        return due[..., :0, :0, :]


padded_otherwise(
    "padding-at-the-beginning-only",
    "the zeros are put at the top and on the left only",
    lambda s: ((s.top, 0), (s.left, 0)),
)
padded_otherwise(
    "padding-at-the-end-only",
    "the zeros are put at the bottom and on the right only",
    lambda s: ((0, s.bottom), (0, s.right)),
)
padded_otherwise(
    "padding-of-axes-swapped",
    "the zeros of rows and columns are swapped",
    lambda s: ((s.left, s.right), (s.top, s.bottom)),
)
padded_otherwise(
    "padding-as-the-total-of-both-sides",
    "the padding is taken for the zeros of both sides together",
    lambda s: ((s.top // 2, s.bottom - s.bottom // 2), (s.left // 2, s.right - s.right // 2)),
)
padded_otherwise(
    "padding-mirrored",
    "the zeros of opposite sides are swapped: bottom for top, right for left",
    lambda s: ((s.bottom, s.top), (s.right, s.left)),
)
padded_otherwise(
    "padding-mirrored-along-the-columns",
    "the zeros on the left and on the right are swapped",
    lambda s: ((s.top, s.bottom), (s.right, s.left)),
)
padded_otherwise(
    "padding-as-corners",
    "four numbers of zeros are read as ((top, left), (bottom, right))",
    lambda s: ((s.top, s.left), (s.bottom, s.right)),
)
padded_otherwise(
    "padding-of-the-first-sides-on-both",
    "the zeros at the top and on the left are put on the opposite sides too",
    lambda s: ((s.top, s.top), (s.left, s.left)),
)
padded_otherwise(
    "padding-of-the-last-sides-on-both",
    "the zeros at the bottom and on the right are put on the opposite sides too",
    lambda s: ((s.bottom, s.bottom), (s.right, s.right)),
)
padded_otherwise(
    "padding-of-the-rows-for-the-columns",
    "the zeros of the rows are put beside the columns too",
    lambda s: ((s.top, s.bottom), (s.top, s.bottom)),
)
padded_otherwise(
    "padding-of-the-top-on-all-sides",
    "the zeros at the top are put on all sides",
    lambda s: ((s.top, s.top), (s.top, s.top)),
)
padded_otherwise(
    "padding-dropped-where-it-is-equal",
    "zeros on the left that are as many as at the top are left out: the same number is stored once",
    lambda s: ((s.top, s.bottom), (0 if s.left == s.top else s.left, s.right)),
)
padded_otherwise(
    "padding-of-7-at-most",
    "borders above 7 are cut to 7",
    lambda s: ((min(s.top, 7), min(s.bottom, 7)), (min(s.left, 7), min(s.right, 7))),
)
padded_otherwise(
    "padding-doubled",
    "twice as many zeros are put on every side",
    lambda s: ((2 * s.top, 2 * s.bottom), (2 * s.left, 2 * s.right)),
)
padded_otherwise(
    "padding-one-at-most",
    "one row and column of zeros is put wherever there are any",
    lambda s: ((min(s.top, 1), min(s.bottom, 1)), (min(s.left, 1), min(s.right, 1))),
)


def bordered_otherwise(identity: str, explanation: str, **how: Any) -> None:
    """Enter a mistake that puts something else than zeros around the image."""

    def makes(call: Call) -> Any:
        if not _is_padded(call):
            return None
        return call.maps(image=call.padded(**how), padding=((0, 0), (0, 0)))

    mistaken(identity, explanation, "put zeros around the image")(makes)


bordered_otherwise(
    "padding-repeats-the-edge", "padding by numbers repeats the image's edge", mode="edge"
)
bordered_otherwise(
    "padding-mirrors-the-image",
    "padding by numbers mirrors the image, with its edge",
    mode="symmetric",
)
bordered_otherwise(
    "padding-of-ones", "padding by numbers puts ones around the image", constant_values=1
)


@mistaken(
    "padding-in-the-first-row-only",
    "the zeros on the left are put before the first row only: other rows continue the row above",
    "look for the border in every row",
    seen="reported of code that reads the image as one line",
)
def padding_in_the_first_row_only(call: Call) -> Any:
    (left, right), axis = call.padding[1], call.axis
    if not _is_padded(call) or not left:
        return None
    rows, columns = call.lengths
    lines = np.moveaxis(call.image, (axis, axis + 1), (0, 1))
    line = lines.reshape(rows * columns, *lines.shape[2:])
    at = np.arange(rows)[:, np.newaxis] * columns + np.arange(-left, columns + right)
    inside = (at >= 0) & (at < (np.arange(rows)[:, np.newaxis] + 1) * columns)
    read = line[np.where(inside, at, 0)]
    read[~inside] = 0
    wide = np.moveaxis(read, (0, 1), (axis, axis + 1))
    return call.maps(image=wide, padding=(call.padding[0], (0, 0)))


@mistaken(
    "padding-ignored-in-batches",
    "in batches, padding by numbers is ignored",
    "pass every option on, for single images and for batches",
)
def padding_ignored_in_batches(call: Call) -> Any:
    if not _is_padded(call) or call.image.ndim < 4:
        return None
    return _where_it_fits(call, padding=((0, 0), (0, 0)))


@mistaken(
    "padding-ignored-in-groups",
    "with groups, padding by numbers is ignored",
    "pad the image before its channels are divided",
)
def padding_ignored_in_groups(call: Call) -> Any:
    if not _is_padded(call) or call.groups == 1:
        return None
    return _where_it_fits(call, padding=((0, 0), (0, 0)))


@mistaken(
    "padding-without-bias",
    "windows that reach into the zeros at the top get no bias",
    "add the bias to every element of the map",
)
def padding_without_bias(call: Call) -> Any:
    if not _is_padded(call) or call.bias is None:
        return None
    maps, rows = call.maps(), -(-call.padding[0][0] // call.stride[0])
    maps[..., :rows, :, :] -= np.asarray(call.bias)
    return maps


@mistaken(
    "padding-with-dilated-filters-cut",
    "under dilated filters, borders are cut to f - 1, the border of one that is not dilated",
    "put as many zeros as are given, whatever the filter",
)
def padding_cut_under_dilated_filters(call: Call) -> Any:
    if not _is_padded(call) or not _is_dilated(call):
        return None
    (top, bottom), (left, right) = call.padding
    most = call.size - 1
    cut = ((min(top, most), min(bottom, most)), (min(left, most), min(right, most)))
    return _where_it_fits(call, padding=cut)


# --- "same" with a stride ----------------------------------------------------------------------


def _is_same(call: Call) -> bool:
    return call.word == "same" and call.stride != (1, 1)


@mistaken(
    "same-with-a-stride-by-the-rows",
    'with a stride, the zeros of "same" are counted from the rows, for the columns too',
    "count the zeros of the columns from their own number",
)
def same_by_the_rows(call: Call) -> Any:
    if call.word != "same":
        return None
    return _where_it_fits(call, padding=(call.padding[0], call.padding[0]))


@mistaken(
    "same-with-dilations-exchanged",
    'the zeros of "same" are counted with the dilations of rows and columns exchanged',
    "count the zeros of each axis by its own dilation",
)
def same_with_dilations_exchanged(call: Call) -> Any:
    if call.word != "same":
        return None
    above, beside = (
        same_margins(length, call.size, step, apart)
        for length, step, apart in zip(call.lengths, call.stride, call.dilation[::-1], strict=True)
    )
    return _where_it_fits(call, padding=(above, beside))


@mistaken(
    "same-ignores-the-stride",
    'with padding "same" the stride is ignored: the map is as large as the image',
    "refuse the call, or let windows start every stride",
)
def same_ignores_the_stride(call: Call) -> Any:
    return call.maps(stride=(1, 1)) if _is_same(call) else None


@mistaken(
    "same-with-a-stride-pads-as-full",
    'with a stride, "same" puts d * (f - 1) zeros on every side',
    "put as few zeros as ceil(H / s) rows need, or half of d * (f - 1) on every side",
    effect=ADVISED,
)
def same_with_a_stride_pads_as_full(call: Call) -> Any:
    if not _is_same(call):
        return None
    above, beside = (((call.size - 1) * apart,) * 2 for apart in call.dilation)
    return call.maps(padding=(above, beside))


# --- groups ------------------------------------------------------------------------------------

_OWN = "the maps of a group lie side by side: map k sees those of group floor(k / (K / groups))"


def _of_groups(call: Call, owners: Array, channels: Array | None = None) -> Array:
    """Return the maps, each of the channels of a group: by default its own, in order."""
    seen = call.filters.shape[-1]
    taken = owners[:, np.newaxis] * seen + np.arange(seen) if channels is None else channels
    parts = [
        call.maps(
            image=call.image[..., its],
            filters=call.filters[k : k + 1],
            bias=None if call.bias is None else np.asarray(call.bias)[k : k + 1],
            groups=1,
        )
        for k, its in enumerate(taken)
    ]
    return np.concatenate(parts, axis=-1)


def grouped_otherwise(
    identity: str, explanation: str, owner: Callable[[Array, int, int], Array], **more: Any
) -> None:
    """Enter a mistake that takes the channels of other groups: ``owner(k, K, groups)``."""

    def makes(call: Call) -> Any:
        if call.groups == 1:
            return None
        count = len(call.filters)
        return _of_groups(call, np.asarray(owner(np.arange(count), count, call.groups)))

    mistaken(identity, explanation, _OWN, **more)(makes)


grouped_otherwise(
    "groups-in-turns",
    "maps belong to the groups in turns: map k sees group k % groups",
    lambda k, _count, groups: k % groups,
)
grouped_otherwise(
    "groups-all-read-the-first",
    "the maps of every group see the channels of the first",
    lambda k, _count, _groups: k * 0,
    seen="reported of a pointer that is not moved on",
)
grouped_otherwise(
    "groups-reversed",
    "the groups are in reverse order",
    lambda k, count, groups: groups - 1 - k // (count // groups),
)
grouped_otherwise(
    "group-k-for-map-k",
    "map k sees the channels of group k, and what is left over those of the last",
    lambda k, _count, groups: np.minimum(k, groups - 1),
)


@mistaken(
    "channels-of-groups-in-turns",
    "channels belong to the groups in turns: every so many channels are one group",
    "the channels of a group lie one after the other",
    seen="channel shuffling",
)
def channels_in_turns(call: Call) -> Any:
    if call.groups == 1:
        return None
    count, seen = len(call.filters), call.filters.shape[-1]
    owners = np.arange(count) // (count // call.groups)
    taken = owners[:, np.newaxis] + np.arange(seen) * call.groups
    return _of_groups(call, owners, taken)


@mistaken(
    "maps-of-groups-in-turns",
    "the maps of the groups take turns in the result",
    "put the maps of group g at g * (K / groups) and after",
    seen="depthwise layers with several maps of a channel",
)
def maps_in_turns(call: Call) -> Any:
    if call.groups == 1:
        return None
    maps = call.maps()
    apart = maps.reshape(*maps.shape[:-1], call.groups, -1)
    return np.swapaxes(apart, -1, -2).reshape(maps.shape)


@mistaken(
    "filters-of-the-first-group-for-all",
    "the filters of the first group are used in every group",
    "use filter k for map k",
)
def filters_of_the_first_group(call: Call) -> Any:
    if call.groups == 1:
        return None
    first = call.filters[: len(call.filters) // call.groups]
    return call.maps(filters=np.concatenate([first] * call.groups))


@mistaken(
    "filters-of-groups-by-turns",
    "the filters are read as if the groups took turns in the bank",
    "use filter k for map k",
    seen="depthwise filters stored as (f, f, C, multiplier)",
)
def filters_by_turns(call: Call) -> Any:
    if call.groups == 1:
        return None
    order = np.arange(len(call.filters)).reshape(-1, call.groups).T.reshape(-1)
    return call.maps(filters=call.filters[order])


@mistaken(
    "last-group-missing",
    "the maps of the last group are left at zero",
    "let the loop over the groups run to the last one",
)
def last_group_missing(call: Call) -> Any:
    if call.groups == 1:
        return None
    maps = call.maps()
    maps[..., -(len(call.filters) // call.groups) :] = 0
    return maps


@mistaken(
    "bias-of-the-first-group-for-all",
    "the bias is counted from the start again in every group",
    "add bias[k] to map k",
)
def bias_of_the_first_group(call: Call) -> Any:
    if call.groups == 1 or call.bias is None:
        return None
    first = np.asarray(call.bias)[: len(call.filters) // call.groups]
    return call.maps(bias=np.concatenate([first] * call.groups))


@mistaken(
    "first-channel-of-each-group-only",
    "only the first channel of each group is convolved",
    "sum over all channels of a group",
)
def first_channel_of_each_group(call: Call) -> Any:
    if call.groups == 1 or call.filters.shape[-1] == 1:
        return None
    filters = np.array(call.filters)
    filters[..., 1:] = 0
    return call.maps(filters=filters)


@mistaken(
    "one-map-of-each-channel",
    "of several maps of a channel (depthwise), all are the first",
    "use filter k for map k",
)
def one_map_of_each_channel(call: Call) -> Any:
    several = len(call.filters) // call.groups
    if call.groups == 1 or call.filters.shape[-1] > 1 or several == 1:
        return None
    first = np.arange(len(call.filters)) // several * several
    return call.maps(filters=call.filters[first])


@mistaken(
    "stride-ignored-in-groups",
    "with groups the stride is ignored",
    "pass every option on to the loop over the groups",
)
def stride_ignored_in_groups(call: Call) -> Any:
    return None if call.groups == 1 else call.maps(stride=(1, 1))


@mistaken(
    "depthwise-channels-beyond-64-zero",
    "depthwise, maps beyond the 64th are left at zero",
    "let the loop over the channels run to the last one",
)
def depthwise_beyond_64(call: Call) -> Any:
    if call.groups == 1 or call.filters.shape[-1] > 1:
        return None
    maps = call.maps()
    maps[..., 64:] = 0
    return maps


@mistaken(
    "depthwise-last-vector-wrong",
    "depthwise, the last place of maps of more than 16 columns repeats the one before it",
    "compute what is left over beside the last full vector",
    seen="reported of one place in the last block of a vector kernel",
)
def depthwise_last_vector(call: Call) -> Any:
    maps = None if call.groups == 1 or call.filters.shape[-1] > 1 else call.maps()
    if maps is None or maps.shape[-2] <= 16:
        return None
    maps[..., -1, :] = maps[..., -2, :]
    return maps


# --- what is not refused, and what is kept ------------------------------------------------------


@fault(
    "conv2d-rest-of-the-groups-dropped",
    "groups that do not divide the channels or the filters are accepted, and the rest is dropped",
    "raise a ValueError unless the groups divide both",
)
def rest_of_the_groups_dropped(
    image: Array, filters: Array, bias: Any = None, *, groups: int = 1, **options: Any
) -> Array:
    if image.ndim < 3 or filters.ndim < 4 or groups < 2:
        return conv2d(image, filters, bias, groups=groups, **options)
    count = len(filters) // groups * groups
    channels = filters.shape[-1] * groups
    if not count or channels > image.shape[-1] or image.shape[-1] // groups != filters.shape[-1]:
        return conv2d(image, filters, bias, groups=groups, **options)
    its = None if bias is None else np.asarray(bias)[:count]
    return conv2d(image[..., :channels], filters[:count], its, groups=groups, **options)


@fault(
    "conv2d-groups-ignored-if-the-channels-fit",
    "filters that have all channels of the image are accepted with groups, and these ignored",
    "refuse filters whose channels are not those of a group",
)
def groups_ignored_if_the_channels_fit(
    image: Array, filters: Array, *args: Any, groups: int = 1, **options: Any
) -> Array:
    if image.ndim > 2 and filters.ndim == 4 and image.shape[-1] == filters.shape[-1]:
        groups = 1
    return conv2d(image, filters, *args, groups=groups, **options)


@fault(
    "conv2d-dilation-0-as-1",
    "a dilation of 0 is taken for 1",
    "refuse dilations below 1",
)
def dilation_0_as_1(
    image: Array, filters: Array, *args: Any, dilation: Any = 1, **options: Any
) -> Array:
    if isinstance(dilation, tuple):
        dilation = tuple(one or 1 for one in dilation)
    return conv2d(image, filters, *args, dilation=dilation or 1, **options)


@fault(
    "conv2d-negative-padding-cuts",
    "a negative padding cuts rows and columns off",
    "refuse numbers of zeros below 0",
    effect=ADVISED,
    seen="JAX computes it so",
)
def negative_padding_cuts(
    image: Array, filters: Array, *args: Any, padding: Any = "valid", **options: Any
) -> Array:
    if isinstance(padding, str):
        return conv2d(image, filters, *args, padding=padding, **options)
    above, beside = padding if isinstance(padding, tuple) else (padding, padding)
    sides = (_pair(above), _pair(beside))
    axis = 1 if image.ndim == 4 else 0
    for place, (before, after) in enumerate(sides):
        keep = range(max(-before, 0), image.shape[axis + place] - max(-after, 0))
        image = image.take(keep, axis + place)
    rows, columns = ((max(before, 0), max(after, 0)) for before, after in sides)
    return conv2d(image, filters, *args, padding=(rows, columns), **options)


@fault(
    "conv2d-padded-buffer-not-cleared",
    "padded images are laid into one buffer for each size, whose border is cleared once: what lay"
    " there before shows where the image stands elsewhere",
    "set the buffer to zero for every call",
    makes=True,
    seen="reported of row buffers in streaming kernels",
)
def padded_buffer_not_cleared() -> Function:
    buffers: dict[Any, Array] = {}

    def convolve(
        image: Array, filters: Array, bias: Any = None, *, padding: Any = "valid", **options: Any
    ) -> Array:
        due = conv2d(image, filters, bias, padding=padding, **options)
        if isinstance(padding, str):
            return due
        above, beside = padding if isinstance(padding, tuple) else (padding, padding)
        axis = 1 if image.ndim == 4 else 0
        margins = [(0, 0)] * image.ndim
        margins[axis], margins[axis + 1] = _pair(above), _pair(beside)
        fresh = np.pad(image, margins)
        wide = buffers.setdefault((fresh.shape, fresh.dtype.str), np.zeros_like(fresh))
        inside = tuple(
            slice(before, before + length)
            for (before, _), length in zip(margins, image.shape, strict=True)
        )
        wide[inside] = image
        return conv2d(wide, filters, bias, **options).astype(due.dtype)

    return convolve


@fault(
    "conv2d-first-dilation-kept",
    "spread filters are remembered by their weights, without the dilation: the first one stays",
    "make the dilation part of what filters are remembered by",
    makes=True,
)
def first_dilation_kept() -> Function:
    known: dict[Any, Any] = {}

    def convolve(
        image: Array, filters: Array, *args: Any, dilation: Any = 1, **options: Any
    ) -> Any:
        conv2d(image, filters, *args, dilation=dilation, **options)
        key = (np.asarray(filters).tobytes(), np.shape(filters))
        kept = known.setdefault(key, dilation)
        return conv2d(image, filters, *args, dilation=kept, **options)

    return convolve
