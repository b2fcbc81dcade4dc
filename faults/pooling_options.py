"""Mistakes in the options of poolings: pairs, padding, dilation, cut windows, the divisor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.pooling import avg_pool2d, max_pool2d, min_pool2d

Array = NDArray[Any]
Pair = int | tuple[int, int]


def pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


@dataclass
class Along:
    """The windows along one axis, whose numbers a mistake may change before they are used."""

    length: int
    size: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    def __post_init__(self) -> None:
        self.before = self.after = self.padding
        self.reach = self.dilation * (self.size - 1) + 1
        self.offsets = np.arange(self.size) * self.dilation
        self.count = self.counted()

    @property
    def room(self) -> int:
        """How far the first window may be moved."""
        return self.length + 2 * self.padding - self.reach

    def counted(self) -> int:
        """Return how many windows there are."""
        if not self.ceil_mode:
            return max(self.room // self.stride + 1, 0)
        last = -(-self.room // self.stride)
        is_on_map = last * self.stride < self.length + self.padding
        return max(last + 1 if is_on_map else last, 0)

    @property
    def places(self) -> Array:
        """The places of each window."""
        starts = np.arange(self.count) * self.stride - self.before
        return np.asarray(starts[:, np.newaxis] + self.offsets)

    def inside(self, before: int = 0, after: int = 0) -> Array:
        """Return how many places of each window lie on the map, or so far beside it."""
        on_it = (self.places >= -before) & (self.places < self.length + after)
        return np.asarray(on_it.sum(axis=1))


Change = Callable[[Along], None]

_OUTSIDE = {np.max: -np.inf, np.min: np.inf, np.sum: 0.0}


def windows_along(maps: Array, options: dict[str, Any], change: Change) -> tuple[Along, Along]:
    """Return the windows along rows and columns, with a change of each."""
    size = options.get("size", 2)
    stride = options.get("stride")
    given = (
        maps.shape[-3:-1],
        pair(size),
        pair(size if stride is None else stride),
        pair(options.get("padding", 0)),
        pair(options.get("dilation", 1)),
    )
    rows, columns = (
        Along(*one, bool(options.get("ceil_mode", False))) for one in zip(*given, strict=True)
    )
    change(rows)
    change(columns)
    return rows, columns


def nothing(_along: Along) -> None:
    """Change nothing."""


def _seen(
    combine: Callable[..., Any],
    maps: Array,
    along: tuple[Along, Along],
    *,
    border: float | str | None = None,
) -> Array:
    """Combine what each window sees; on the padding lies a border, or what np.pad makes of it."""
    kind = maps.dtype if maps.dtype.kind == "f" else np.dtype(float)
    outside = _OUTSIDE[combine]
    sides = [(one.before, one.after) for one in along]
    margins = [(0, 0)] * (maps.ndim - 3) + [*sides, (0, 0)]
    if isinstance(border, str):
        wide = np.pad(maps.astype(kind), margins, border)  # type: ignore[call-overload]
    else:
        value = outside if border is None else border
        wide = np.pad(maps.astype(kind), margins, constant_values=value)
    beyond = [(0, 0)] * (maps.ndim - 3) + [(99, 99), (99, 99), (0, 0)]
    wide = np.pad(wide, beyond, constant_values=outside)
    down, right = (one.places + one.before + 99 for one in along)
    wide = wide[..., down, :, :][..., right, :]
    return np.asarray(combine(wide, axis=(-4, -2)))


def _selected(
    right: Callable[..., Array], border: float | str | None = None, change: Change = nothing
) -> Callable[..., Array]:
    """Return maxima or minima with another border, or other windows."""
    combine = np.max if right is max_pool2d else np.min

    def pool(maps: Array, size: Pair = 2, stride: Pair | None = None, **options: Any) -> Array:
        due = right(maps, size, stride, **options)
        given = {"size": size, "stride": stride, **options}
        return _seen(combine, maps, windows_along(maps, given, change), border=border).astype(
            due.dtype
        )

    return pool


def _of_selecting(pool: Callable[..., Array]) -> Callable[..., Array]:
    """Return a maximum or minimum with all its keywords."""

    def selecting(
        maps: Array,
        size: Pair = 2,
        stride: Pair | None = None,
        *,
        padding: Pair = 0,
        dilation: Pair = 1,
        ceil_mode: bool = False,
    ) -> Array:
        options = {"padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
        return pool(maps, size, stride, **options)

    return selecting


def _of_mean(pool: Callable[..., Array]) -> Callable[..., Array]:
    """Return a mean with all its keywords."""

    def mean(
        maps: Array,
        size: Pair = 2,
        stride: Pair | None = None,
        *,
        padding: Pair = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Array:
        options = {"padding": padding, "ceil_mode": ceil_mode}
        return pool(maps, size, stride, **options, count_include_pad=count_include_pad)

    return mean


def _divided(
    divisor: Callable[[Along, Along, bool], Any], change: Change = nothing
) -> Callable[..., Array]:
    """Return a mean whose sums are divided by something else, or over other windows."""

    def pool(
        maps: Array,
        size: Pair = 2,
        stride: Pair | None = None,
        *,
        count_include_pad: bool = True,
        **options: Any,
    ) -> Array:
        due = avg_pool2d(maps, size, stride, **options)
        rows, columns = windows_along(maps, {"size": size, "stride": stride, **options}, change)
        sums = _seen(np.sum, maps.astype(np.result_type(maps, np.float32)), (rows, columns))
        by = np.asarray(divisor(rows, columns, count_include_pad))
        by = np.where(by == 0, 1, by)
        means: Array = sums / by[..., np.newaxis].astype(sums.dtype)
        return means.astype(due.dtype)

    return pool


def _area(
    rows: Along, columns: Along, before: tuple[int, int] = (0, 0), after: tuple[int, int] = (0, 0)
) -> Array:
    """Return how many places of each window lie on the map, or so far beside it."""
    down, right = (
        one.inside(*sides)
        for one, sides in zip((rows, columns), zip(before, after, strict=True), strict=True)
    )
    return np.multiply.outer(down, right)


def _whole(rows: Along, columns: Along) -> Array:
    """Return how many places of each window lie on the padded map."""
    both = (rows.padding, columns.padding)
    return _area(rows, columns, both, both)


def due_areas(rows: Along, columns: Along, counted: bool) -> Array:
    return _whole(rows, columns) if counted else _area(rows, columns)


def _with(
    right: Callable[..., Array], change: Callable[[dict[str, Any]], None]
) -> Callable[..., Array]:
    """Return an operation that is called with other options than are given."""

    def pool(maps: Array, size: Pair = 2, stride: Pair | None = None, **options: Any) -> Array:
        right(maps, size, stride, **options)
        given = {"size": size, "stride": stride, **options}
        change(given)
        return right(maps, **given)

    return (_of_mean if right is avg_pool2d else _of_selecting)(pool)


# --- sizes and strides of each axis -------------------------------------------------------------


@fault(
    "max_pool2d-strides-swapped",
    "a pair of strides is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def strides_swapped() -> Callable[..., Array]:
    return _selected_with(lambda rows, columns: _exchange(rows, columns, "stride"))


def _exchange(rows: Along, columns: Along, name: str) -> None:
    first, second = getattr(rows, name), getattr(columns, name)
    setattr(rows, name, second)
    setattr(columns, name, first)


def _selected_with(
    change: Callable[[Along, Along], None], right: Callable[..., Array] = max_pool2d
) -> Callable[..., Array]:
    """Return maxima or minima of which something is changed along both axes together."""
    combine = np.max if right is max_pool2d else np.min

    def pool(maps: Array, size: Pair = 2, stride: Pair | None = None, **options: Any) -> Array:
        due = right(maps, size, stride, **options)
        rows, columns = windows_along(maps, {"size": size, "stride": stride, **options}, nothing)
        change(rows, columns)
        for one in (rows, columns):
            one.__post_init__()
        return _seen(combine, maps, (rows, columns)).astype(due.dtype)

    return _of_selecting(pool)


@fault(
    "max_pool2d-sizes-swapped",
    "a pair of sizes is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def sizes_swapped() -> Callable[..., Array]:
    return _selected_with(lambda rows, columns: _exchange(rows, columns, "size"))


@fault(
    "max_pool2d-stride-of-rows-for-both",
    "the stride of the rows is used along the columns, too",
    "use the second of the two strides along the columns",
    makes=True,
)
def stride_of_rows() -> Callable[..., Array]:
    return _selected_with(lambda rows, columns: setattr(columns, "stride", rows.stride))


@fault(
    "min_pool2d-size-of-rows-for-both",
    "windows are square: they have as many columns as rows, whatever the second size is",
    "use the second of the two sizes along the columns",
    makes=True,
)
def size_of_rows() -> Callable[..., Array]:
    return _selected_with(
        lambda rows, columns: setattr(columns, "size", rows.size), right=min_pool2d
    )


@fault(
    "avg_pool2d-default-stride-of-rows",
    "without a stride, windows are as far apart along the columns as they have rows",
    "let each axis have the stride that is its size: stride = size, not (size[0], size[0])",
    makes=True,
)
def default_stride_of_rows() -> Callable[..., Array]:
    def change(given: dict[str, Any]) -> None:
        if given["stride"] is None:
            given["stride"] = pair(given["size"])[0]

    return _with(avg_pool2d, change)


# --- padding ------------------------------------------------------------------------------------


@fault(
    "max_pool2d-padding-of-zeros",
    "the padding holds zeros, which win over negative elements",
    "fill the padding with minus infinity, or leave it out of the windows",
    seen="np.pad without constant_values",
    makes=True,
)
def padding_of_zeros() -> Callable[..., Array]:
    return _of_selecting(_selected(max_pool2d, border=0.0))


@fault(
    "min_pool2d-padding-of-zeros",
    "the padding holds zeros, which win over positive elements",
    "fill the padding with infinity, or leave it out of the windows",
    seen="np.pad without constant_values",
    makes=True,
)
def minimum_with_padding_of_zeros() -> Callable[..., Array]:
    return _of_selecting(_selected(min_pool2d, border=0.0))


@fault(
    "max_pool2d-padding-of-minus-9999",
    "the padding holds -9999, which wins over lower elements",
    "fill the padding with minus infinity, or leave it out of the windows",
    makes=True,
)
def padding_of_minus_9999() -> Callable[..., Array]:
    return _of_selecting(_selected(max_pool2d, border=-9999.0))


@fault(
    "max_pool2d-padding-of-integers-zero",
    "the padding of integers holds zeros, which win over negative elements",
    "fill the padding of integers with the lowest of their type: numpy.iinfo(dtype).min",
    makes=True,
)
def padding_of_integers_zero() -> Callable[..., Array]:
    zero = _selected(max_pool2d, border=0.0)

    def pool(maps: Array, *args: Any, **options: Any) -> Array:
        return (zero if maps.dtype.kind == "i" else max_pool2d)(maps, *args, **options)

    return _of_selecting(pool)


@fault(
    "max_pool2d-padding-of-the-lowest-number",
    "the padding holds the lowest finite number, which wins over minus infinity",
    "fill the padding with minus infinity",
    effect=ADVISED,
    makes=True,
)
def padding_of_the_lowest_number() -> Callable[..., Array]:
    def pool(maps: Array, *args: Any, **options: Any) -> Array:
        due = max_pool2d(maps, *args, **options)
        return _selected(max_pool2d, border=float(np.finfo(due.dtype).min))(maps, *args, **options)

    return _of_selecting(pool)


@fault(
    "max_pool2d-padding-mirrored",
    "the maps are mirrored in the padding, without their edge",
    "fill the padding with minus infinity, or leave it out of the windows",
    seen="image libraries",
    makes=True,
)
def padding_mirrored() -> Callable[..., Array]:
    mirrored = _selected(max_pool2d, border="reflect")

    def pool(maps: Array, *args: Any, **options: Any) -> Array:
        is_thin = min(maps.shape[-3:-1]) <= max(pair(options["padding"]))
        return (max_pool2d if is_thin else mirrored)(maps, *args, **options)

    return _of_selecting(pool)


@fault(
    "avg_pool2d-padding-of-the-edge",
    "the edge of the maps is repeated in the padding, where zeros should be",
    "pad with zeros",
    seen="image libraries",
    makes=True,
)
def padding_of_the_edge() -> Callable[..., Array]:
    def pool(
        maps: Array, size: Pair, stride: Pair | None, *, count_include_pad: bool, **options: Any
    ) -> Array:
        due = avg_pool2d(maps, size, stride, **options, count_include_pad=count_include_pad)
        if not count_include_pad:
            return due
        rows, columns = windows_along(maps, {"size": size, "stride": stride, **options}, nothing)
        wide = maps.astype(np.result_type(maps, np.float32))
        sums = _seen(np.sum, wide, (rows, columns), border="edge")
        means: Array = sums / _whole(rows, columns)[..., np.newaxis].astype(sums.dtype)
        return means.astype(due.dtype)

    return _of_mean(pool)


@fault(
    "max_pool2d-padding-ignored",
    "the padding is ignored",
    "let windows reach into the padding: they start at -padding",
    makes=True,
)
def padding_ignored() -> Callable[..., Array]:
    return _without_padding(max_pool2d)


@fault(
    "avg_pool2d-padding-ignored",
    "the padding is ignored",
    "let windows reach into the padding: they start at -padding",
    makes=True,
)
def mean_with_padding_ignored() -> Callable[..., Array]:
    return _without_padding(avg_pool2d)


def _without_padding(right: Callable[..., Array]) -> Callable[..., Array]:
    def change(given: dict[str, Any]) -> None:
        given["padding"] = 0

    return _with(right, change)


@fault(
    "avg_pool2d-paddings-swapped",
    "a pair of paddings is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def paddings_swapped() -> Callable[..., Array]:
    def pool(
        maps: Array, size: Pair, stride: Pair | None, *, padding: Pair, **options: Any
    ) -> Array:
        due = avg_pool2d(maps, size, stride, padding=padding, **options)
        halves = [one // 2 for one in pair(size)]
        left, up = pair(padding)
        swapped = (min(up, halves[0]), min(left, halves[1]))
        if swapped == pair(padding):
            return due
        return avg_pool2d(maps, size, stride, padding=swapped, **options)

    return _of_mean(pool)


def _on_sides(before: Callable[[int], int], after: Callable[[int], int]) -> Callable[..., Array]:
    """Return maxima with other paddings before and after each axis."""

    def change(along: Along) -> None:
        along.before, along.after = before(along.padding), after(along.padding)
        room = along.length + along.before + along.after - along.reach
        if not along.ceil_mode:
            along.count = max(room // along.stride + 1, 0)

    return _of_selecting(_selected(max_pool2d, change=change))


@fault(
    "max_pool2d-padding-before-only",
    "the padding lies above and on the left only",
    "pad below and on the right as much as above and on the left",
    makes=True,
)
def padding_before_only() -> Callable[..., Array]:
    return _on_sides(lambda p: p, lambda _p: 0)


@fault(
    "max_pool2d-padding-behind-only",
    "the padding lies below and on the right only",
    "pad above and on the left as much as below and on the right",
    makes=True,
)
def padding_behind_only() -> Callable[..., Array]:
    return _on_sides(lambda _p: 0, lambda p: p)


@fault(
    "max_pool2d-padding-of-both-sides",
    "the padding is taken for that of both sides together: each gets half of it",
    "put the whole padding on either side",
    makes=True,
)
def padding_of_both_sides() -> Callable[..., Array]:
    return _on_sides(lambda p: p // 2, lambda p: p - p // 2)


@fault(
    "max_pool2d-padding-of-the-next-image",
    "in a batch, rows behind an image are those of the next one: only the last image is padded",
    "pad every image of the batch by itself",
    makes=True,
)
def padding_of_the_next_image() -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        due = max_pool2d(maps, size, stride, **options)
        if maps.ndim == 3 or len(maps) < 2:
            return due
        rows, columns = windows_along(maps, {"size": size, "stride": stride, **options}, nothing)
        places = rows.places
        reaches_behind = np.any((places >= rows.length) & (places < rows.length + rows.padding))
        if not reaches_behind:
            return due
        for image, following in zip(due[:-1], maps[1:], strict=True):
            for index, window in enumerate(places):
                behind = window[(window >= rows.length) & (window < rows.length + rows.padding)]
                lines = [one - rows.length for one in behind if one - rows.length < rows.length]
                for column, seen in enumerate(columns.places):
                    inside = seen[(seen >= 0) & (seen < columns.length)]
                    if lines:
                        part = following[np.ix_(lines, inside)].max(axis=(0, 1))
                        image[index, column] = np.maximum(image[index, column], part)
        return due

    return _of_selecting(pool)


@fault(
    "max_pool2d-padded-buffer-kept",
    "the padded maps are a buffer that is kept by its shape: what an earlier call left in its"
    " border wins",
    "fill the border anew for every call",
    seen="row buffers of embedded code",
    makes=True,
)
def padded_buffer_kept() -> Callable[..., Array]:
    kept: dict[tuple[int, ...], Array] = {}

    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        due = max_pool2d(maps, size, stride, **options)
        up, left = pair(options["padding"])
        shape = (*maps.shape[:-3], maps.shape[-3] + 4, maps.shape[-2] + 4, maps.shape[-1])
        if max(up, left) > 2 or options["ceil_mode"]:
            return due
        buffer = kept.setdefault(shape, np.full(shape, -np.inf))
        rows, columns = maps.shape[-3:-1]
        buffer[..., up : up + rows, left : left + columns, :] = maps
        options["padding"] = 0
        part = buffer[..., : rows + 2 * up, : columns + 2 * left, :]
        return max_pool2d(part, size, stride, **options).astype(due.dtype)

    return _of_selecting(pool)


@fault(
    "avg_pool2d-kept-without-its-padding",
    "the divisors are kept by the shape of the result, not by the padding",
    "keep them by everything that they depend on, or work them out each time",
    makes=True,
)
def divisors_kept() -> Callable[..., Array]:
    kept: dict[tuple[Any, ...], Array] = {}

    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        key = (rows.count, columns.count, rows.size, columns.size)
        return kept.setdefault(key, due_areas(rows, columns, counted))

    return _of_mean(_divided(divisor))


# --- dilation -----------------------------------------------------------------------------------


@fault(
    "max_pool2d-dilation-ignored",
    "the dilation is ignored",
    "let the elements of a window lie dilation rows and columns apart",
    makes=True,
)
def dilation_ignored() -> Callable[..., Array]:
    def change(given: dict[str, Any]) -> None:
        given["dilation"] = 1

    return _with(max_pool2d, change)


@fault(
    "max_pool2d-dilation-in-the-size-only",
    "the dilation is used where windows are counted, but not where they are read",
    "read the elements of a window dilation rows and columns apart",
    makes=True,
)
def dilation_in_the_size_only() -> Callable[..., Array]:
    def change(along: Along) -> None:
        along.offsets = np.arange(along.size)

    return _of_selecting(_selected(max_pool2d, change=change))


@fault(
    "min_pool2d-dilation-not-counted",
    "windows are counted as if there were no dilation: the last ones reach beyond the map",
    "count windows by what they reach over: dilation * (size - 1) + 1",
    makes=True,
)
def dilation_not_counted() -> Callable[..., Array]:
    def change(along: Along) -> None:
        along.reach = along.size
        along.count = along.counted()

    return _of_selecting(_selected(min_pool2d, change=change))


@fault(
    "max_pool2d-dilation-times-size",
    "windows are counted as if they reached over dilation * size",
    "they reach over dilation * (size - 1) + 1",
    makes=True,
)
def dilation_times_size() -> Callable[..., Array]:
    def change(along: Along) -> None:
        along.reach = along.dilation * along.size
        along.count = along.counted()

    return _of_selecting(_selected(max_pool2d, change=change))


@fault(
    "max_pool2d-dilation-one-more",
    "the dilation is taken for the rows and columns between two elements: it is one more",
    "dilation 1 is none: elements are dilation rows and columns apart",
    makes=True,
)
def dilation_one_more() -> Callable[..., Array]:
    def change(along: Along) -> None:
        if along.dilation > 1:
            along.offsets = np.arange(along.size) * (along.dilation + 1)
            along.reach = (along.dilation + 1) * (along.size - 1) + 1
            along.count = along.counted()

    return _of_selecting(_selected(max_pool2d, change=change))


@fault(
    "max_pool2d-dilations-swapped",
    "a pair of dilations is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def dilations_swapped() -> Callable[..., Array]:
    def change(rows: Along, columns: Along) -> None:
        _exchange(rows, columns, "dilation")

    return _selected_with(change)


@fault(
    "max_pool2d-dilation-0-accepted",
    "dilation 0 is taken for 1",
    "raise a ValueError if dilation < 1",
    makes=True,
)
def dilation_0_accepted() -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        options["dilation"] = options["dilation"] or 1
        return max_pool2d(maps, size, stride, **options)

    return _of_selecting(pool)


# --- cut windows --------------------------------------------------------------------------------


@fault(
    "max_pool2d-ceil-mode-ignored",
    "ceil_mode is ignored: windows that are cut off are dropped",
    "round the number of windows up with ceil_mode",
    makes=True,
)
def ceil_mode_ignored() -> Callable[..., Array]:
    return _dropping(max_pool2d)


@fault(
    "avg_pool2d-ceil-mode-ignored",
    "ceil_mode is ignored: windows that are cut off are dropped",
    "round the number of windows up with ceil_mode",
    makes=True,
)
def mean_with_ceil_mode_ignored() -> Callable[..., Array]:
    return _dropping(avg_pool2d)


def _dropping(right: Callable[..., Array]) -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        pooled = right(maps, size, stride, **options)
        given = {"size": size, "stride": stride, **options, "ceil_mode": False}
        rows, columns = windows_along(maps, given, nothing)
        return pooled[..., : max(rows.count, 0), : max(columns.count, 0), :]

    return (_of_mean if right is avg_pool2d else _of_selecting)(pool)


@fault(
    "max_pool2d-window-behind-the-map",
    "with ceil_mode a window is kept that starts in the padding behind the map: its maximum is the"
    " lowest number there is",
    "drop the last window if (count - 1) * stride >= length + padding",
    seen="the formula with ceil alone, as older versions of ONNX have it",
    makes=True,
)
def window_behind_the_map() -> Callable[..., Array]:
    def change(along: Along) -> None:
        if along.ceil_mode:
            along.count = -(-along.room // along.stride) + 1

    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        dtype = max_pool2d(maps, size, stride, **options).dtype
        pooled: Array = _selected(max_pool2d, change=change)(maps, size, stride, **options)
        return np.maximum(pooled, np.finfo(dtype).min) if options["ceil_mode"] else pooled

    return _of_selecting(pool)


@fault(
    "avg_pool2d-window-behind-the-map",
    "with ceil_mode a window is kept that starts in the padding behind the map: its mean is 0",
    "drop the last window if (count - 1) * stride >= length + padding",
    seen="the formula with ceil alone, as older versions of ONNX have it",
    makes=True,
)
def mean_behind_the_map() -> Callable[..., Array]:
    def change(along: Along) -> None:
        if along.ceil_mode:
            along.count = -(-along.room // along.stride) + 1

    return _of_mean(_divided(due_areas, change))


@fault(
    "max_pool2d-one-window-more",
    "with ceil_mode there is one window more, also where nothing is left over",
    "round up: -(-room // stride) + 1, not room // stride + 2",
    makes=True,
)
def one_window_more() -> Callable[..., Array]:
    def change(along: Along) -> None:
        more = along.room // along.stride + 2
        if along.ceil_mode and (more - 1) * along.stride < along.length + along.padding:
            along.count = more

    return _of_selecting(_selected(max_pool2d, change=change))


@fault(
    "min_pool2d-cut-along-the-rows-only",
    "with ceil_mode windows that are cut off are kept along the rows only",
    "round up the number of columns, too",
    makes=True,
)
def cut_along_the_rows_only() -> Callable[..., Array]:
    def change(_rows: Along, columns: Along) -> None:
        columns.ceil_mode = columns.ceil_mode and columns.room < 0

    return _selected_with(change, right=min_pool2d)


@fault(
    "avg_pool2d-last-cut-window-dropped",
    "with ceil_mode a window is dropped that starts on the last row or column of the map",
    "keep every window that starts on the map",
    makes=True,
)
def last_cut_window_dropped() -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        pooled = avg_pool2d(maps, size, stride, **options)
        if not options["ceil_mode"]:
            return pooled
        given = {"size": size, "stride": stride, **options}
        counts = [
            one.count - (one.count > 1 and one.places[-1, 0] == one.length - 1)
            for one in windows_along(maps, given, nothing)
        ]
        return pooled[..., : counts[0], : counts[1], :]

    return _of_mean(pool)


@fault(
    "max_pool2d-padded-windows-too-large-accepted",
    "a window that is larger than the padded map is cut to it",
    "raise a ValueError if the window does not fit",
    makes=True,
)
def too_large_accepted() -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        try:
            return max_pool2d(maps, size, stride, **options)
        except ValueError:
            if (
                size == 2
                or 0 in (stride, options["dilation"])
                or (
                    isinstance(size, int)
                    and (
                        size < 1 or (not any(pair(options["padding"])) and options["dilation"] == 1)
                    )
                )
            ):
                raise
            return maps[..., :1, :1, :].copy()

    return _of_selecting(pool)


@fault(
    "max_pool2d-negative-padding-cuts-away",
    "a negative padding cuts rows and columns away",
    "raise a ValueError if padding < 0",
    effect=ADVISED,
    seen="JAX",
    makes=True,
)
def negative_padding_cuts_away() -> Callable[..., Array]:
    def pool(maps: Array, size: Pair, stride: Pair | None, **options: Any) -> Array:
        up, left = pair(options["padding"])
        if up >= 0 and left >= 0:
            return max_pool2d(maps, size, stride, **options)
        rows, columns = (slice(-p if p < 0 else 0, p if p < 0 else None) for p in (up, left))
        options["padding"] = (max(up, 0), max(left, 0))
        return max_pool2d(maps[..., rows, columns, :], size, stride, **options)

    return _of_selecting(pool)


# --- the divisor --------------------------------------------------------------------------------


@fault(
    "avg_pool2d-padding-always-counts",
    "padded places count in the divisor, whether they should or not",
    "where the padding is not to count, divide by the elements of the window on the map",
    makes=True,
)
def padding_always_counts() -> Callable[..., Array]:
    return _of_mean(_divided(lambda rows, columns, _counted: _whole(rows, columns)))


@fault(
    "avg_pool2d-padding-never-counts",
    "padded places do not count in the divisor, whether they should or not",
    "where the padding is to count, divide by the places of the window on the padded map",
    makes=True,
)
def padding_never_counts() -> Callable[..., Array]:
    return _of_mean(_divided(lambda rows, columns, _counted: _area(rows, columns)))


@fault(
    "avg_pool2d-beyond-the-padding-counts",
    "windows that are cut off are divided by their whole area: places beyond the padding count",
    "count what lies on the map and in the padding, never what lies beyond",
    seen="reported of several frameworks",
    makes=True,
)
def beyond_the_padding_counts() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        whole = due_areas(rows, columns, counted)
        return np.full_like(whole, rows.size * columns.size) if counted else whole

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-padding-not-counted-where-cut",
    "padded places do not count in windows that are cut off",
    "count the padding of every window alike",
    makes=True,
)
def padding_not_counted_where_cut() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        whole = _whole(rows, columns)
        is_cut = whole < rows.size * columns.size
        return np.where(is_cut, _area(rows, columns), due_areas(rows, columns, counted))

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-padding-before-counts",
    "the padding above and on the left counts, even where none of it should",
    "leave the padding out on every side",
    makes=True,
)
def padding_before_counts() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        if counted:
            return _whole(rows, columns)
        return _area(rows, columns, before=(rows.padding, columns.padding))

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-padding-of-rows-counts",
    "the padding above and below counts, even where none of it should",
    "leave the padding out on every side",
    makes=True,
)
def padding_of_rows_counts() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        if counted:
            return _whole(rows, columns)
        return _area(rows, columns, (rows.padding, 0), (rows.padding, 0))

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-divided-by-the-square-of-the-rows",
    "the sum is divided by size[0] * size[0]",
    "divide by size[0] * size[1]",
    makes=True,
)
def divided_by_the_square_of_the_rows() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Any:
        return due_areas(rows, columns, counted) / columns.size * rows.size

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-divisor-of-the-first-window",
    "every window is divided by the number of elements in the first",
    "count the elements of each window",
    makes=True,
)
def divisor_of_the_first_window() -> Callable[..., Array]:
    def divisor(rows: Along, columns: Along, counted: bool) -> Array:
        due = due_areas(rows, columns, counted)
        return np.full_like(due, due[0, 0])

    return _of_mean(_divided(divisor))


@fault(
    "avg_pool2d-zeros-left-out-with-the-padding",
    "where the padding does not count, elements that are not 0 are counted: zeros of the map are"
    " left out as well",
    "count the elements of each window that lie on the map, whatever they are",
    seen="code that counts what a padded window holds",
    makes=True,
)
def zeros_left_out_with_the_padding() -> Callable[..., Array]:
    def pool(
        maps: Array, size: Pair, stride: Pair | None, *, count_include_pad: bool, **options: Any
    ) -> Array:
        due = avg_pool2d(maps, size, stride, **options, count_include_pad=count_include_pad)
        if count_include_pad:
            return due
        rows, columns = windows_along(maps, {"size": size, "stride": stride, **options}, nothing)
        wide = maps.astype(np.result_type(maps, np.float32))
        sums = _seen(np.sum, wide, (rows, columns))
        counts = _seen(np.sum, (maps != 0).astype(wide.dtype), (rows, columns))
        return np.asarray(sums / np.maximum(counts, 1)).astype(due.dtype)

    return _of_mean(pool)


@fault(
    "avg_pool2d-either-divisor-by-turns",
    "where it is not asked for, the padding counts if the stride is 1, and else does not",
    "decide once whether the padding counts",
    makes=True,
)
def either_divisor_by_turns() -> Callable[..., Array]:
    def avg_pool(
        maps: Array,
        size: Pair = 2,
        stride: Pair | None = None,
        *,
        padding: Pair = 0,
        ceil_mode: bool = False,
    ) -> Array:
        options: dict[str, Any] = {"padding": padding, "ceil_mode": ceil_mode}
        return avg_pool2d(maps, size, stride, **options, count_include_pad=stride == 1)

    return avg_pool
