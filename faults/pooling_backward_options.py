"""Mistakes in the gradients of pooling with strides, paddings, dilations, cut windows, divisors."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.pooling_backward import (
    Options,
    after,
    averaging,
    choosing,
    divided_by,
    stride_of,
)
from cnnspec.faults.pooling_options import Along, pair
from cnnspec.reference.pooling_backward import (
    avg_pool2d_backward,
    max_pool2d_backward,
    min_pool2d_backward,
)

Array = NDArray[Any]

_AS_FORWARD = "lay the windows as the forward pass does"


# --- sizes and strides -------------------------------------------------------------------------


def _again(one: Along, **changes: Any) -> None:
    """Lay out the windows along an axis anew, with other numbers."""
    for name, value in changes.items():
        setattr(one, name, value)
    one.__post_init__()


@fault(
    "max_pool2d_backward-stride-ignored",
    "the stride is ignored: windows stand side by side, as far apart as their size",
    _AS_FORWARD,
    makes=True,
    seen="reported in public",
)
def stride_ignored() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, change=lambda one: _again(one, stride=one.size))


@fault(
    "avg_pool2d_backward-windows-one-apart",
    "the stride is ignored: windows are 1 apart",
    _AS_FORWARD,
    makes=True,
)
def windows_one_apart() -> Callable[..., Array]:
    return averaging(change=lambda one: _again(one, stride=1))


@fault(
    "max_pool2d_backward-windows-of-2",
    "windows have 2 rows and columns, whatever the size is",
    _AS_FORWARD,
    makes=True,
)
def windows_of_2() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, change=lambda one: _again(one, size=min(one.size, 2)))


@fault(
    "max_pool2d_backward-default-stride-2",
    "the stride is 2 where none is given, whatever the size",
    "let the stride be the size by default, as in the forward pass",
    makes=True,
)
def default_stride_2() -> Callable[..., Array]:
    def backward(grad: Array, maps: Array, size: int = 2, stride: int | None = None) -> Array:
        due = max_pool2d_backward(grad, maps, size, stride)
        if stride is not None or size == 2:
            return due
        two_apart = choosing(max_pool2d_backward, change=lambda one: _again(one, stride=2))
        return two_apart(grad, maps, size)

    return backward


def _swapped(name: str) -> Callable[[Along, Along], None]:
    def change(rows: Along, columns: Along) -> None:
        first, second = getattr(rows, name), getattr(columns, name)
        _again(rows, **{name: second})
        _again(columns, **{name: first})

    return change


@fault(
    "max_pool2d_backward-strides-swapped",
    "a pair of strides is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def strides_swapped() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, change_both=_swapped("stride"))


@fault(
    "avg_pool2d_backward-strides-swapped",
    "a pair of strides is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def strides_of_means_swapped() -> Callable[..., Array]:
    return averaging(change_both=_swapped("stride"))


@fault(
    "min_pool2d_backward-sizes-swapped",
    "a pair of sizes is read as (columns, rows)",
    "read it as (rows, columns)",
    makes=True,
)
def sizes_swapped() -> Callable[..., Array]:
    return choosing(min_pool2d_backward, change_both=_swapped("size"))


# --- padding, dilation, cut windows ------------------------------------------------------------


@fault(
    "max_pool2d_backward-padding-of-zeros",
    "the padding holds zeros, which win over elements below 0 and take their gradient",
    "fill the padding with minus infinity, or leave it out of the windows",
    makes=True,
    seen="np.pad without constant_values",
)
def padding_of_zeros() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, outside=0.0)


@fault(
    "min_pool2d_backward-padding-of-zeros",
    "the padding holds zeros, which win over elements above 0 and take their gradient",
    "fill the padding with infinity, or leave it out of the windows",
    makes=True,
    seen="np.pad without constant_values",
)
def minimum_with_padding_of_zeros() -> Callable[..., Array]:
    return choosing(min_pool2d_backward, outside=0.0)


@fault(
    "max_pool2d_backward-padding-ignored",
    "the padding is ignored: windows start at the first row and column",
    "let windows start as far before the map as it is padded",
    makes=True,
)
def padding_ignored() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, change=lambda one: _again(one, padding=0))


def _moved(found: Array, _grad: Array, _maps: Array, options: Options) -> Array:
    up, left = pair(options["padding"])
    moved = np.zeros_like(found)
    rows, columns = found.shape[-3:-1]
    moved[..., up:, left:, :] = found[..., : rows - up, : columns - left, :]
    return moved


@fault(
    "max_pool2d_backward-padding-not-cut-off",
    "the padding is not cut off before the first row and column: the gradient lies too far down and"
    " to the right",
    "cut off the padding on both sides: padded[p:p + H, p:p + W]",
    makes=True,
    seen="reported in public",
)
def padding_not_cut_off() -> Callable[..., Array]:
    return after(max_pool2d_backward, _moved)


def _bordered(found: Array, _grad: Array, _maps: Array, options: Options) -> Array:
    sides = [(p, p) for p in pair(options["padding"])]
    return np.pad(found, [(0, 0)] * (found.ndim - 3) + [*sides, (0, 0)])


@fault(
    "avg_pool2d_backward-border-kept",
    "the border is kept: the result has the shape of the padded maps",
    "cut off the padding on both sides: padded[p:p + H, p:p + W]",
    makes=True,
    seen="reported in public",
)
def border_kept() -> Callable[..., Array]:
    return after(avg_pool2d_backward, _bordered)


def _cropped_of_nothing(found: Array, _grad: Array, maps: Array, options: Options) -> Array:
    up, left = pair(options["padding"])
    sides = [(p, p) for p in (up, left)]
    wide = np.pad(found, [(0, 0)] * (maps.ndim - 3) + [*sides, (0, 0)])
    return wide[..., up:-up, left:-left, :] if up and left else wide[..., :0, :0, :]


@fault(
    "min_pool2d_backward-cropped-to-nothing",
    "without a padding the result is empty: it is cropped by [p:-p], and p is 0",
    "crop by [p:p + H], which is right for 0, too",
    makes=True,
    seen="2 of 29 public gradients",
)
def cropped_to_nothing() -> Callable[..., Array]:
    return after(min_pool2d_backward, _cropped_of_nothing)


@fault(
    "max_pool2d_backward-dilation-ignored",
    "the dilation is ignored where windows are read, but not where they are counted",
    "take elements that are dilation rows and columns apart",
    makes=True,
)
def dilation_ignored() -> Callable[..., Array]:
    return choosing(
        max_pool2d_backward,
        change=lambda one: setattr(one, "offsets", np.arange(one.size)),
    )


@fault(
    "min_pool2d_backward-stride-for-dilation",
    "stride and dilation are exchanged for the elements of a window",
    "take elements that are dilation rows and columns apart",
    makes=True,
)
def stride_for_dilation() -> Callable[..., Array]:
    def change(one: Along) -> None:
        if one.dilation > 1:
            one.offsets = np.arange(one.size) * one.stride

    return choosing(min_pool2d_backward, change=change)


def _not_cut(one: Along) -> None:
    _again(one, ceil_mode=False)


@fault(
    "max_pool2d_backward-cut-windows-lost",
    "windows that are cut off hand nothing on",
    "hand on what comes in for them, too, to what of them lies on the map",
    makes=True,
)
def cut_windows_lost() -> Callable[..., Array]:
    return choosing(max_pool2d_backward, change=_not_cut)


@fault(
    "avg_pool2d_backward-cut-windows-lost",
    "windows that are cut off hand nothing on",
    "hand on what comes in for them, too, to what of them lies on the map",
    makes=True,
)
def cut_windows_of_means_lost() -> Callable[..., Array]:
    return averaging(change=_not_cut)


# --- what is divided by ------------------------------------------------------------------------

_AS_THE_MEAN = "divide by the number of elements by which the mean was divided"


def _divides(name: str, explanation: str, divisor: Callable[[Options], float], seen: str) -> None:
    fault(f"avg_pool2d_backward-{name}", explanation, _AS_THE_MEAN, makes=True, seen=seen)(
        lambda: divided_by(divisor)
    )


_divides(
    "not-divided",
    "every element of a window gets all that comes in: it is not divided",
    lambda _options: 1.0,
    "public implementations",
)
_divides(
    "divided-by-size",
    "what comes in is divided by the size, not by size * size",
    lambda options: pair(options["size"])[0],
    "public implementations",
)
_divides(
    "divided-by-4",
    "what comes in is divided by 4, whatever the size",
    lambda _options: 4.0,
    "public implementations",
)
_divides(
    "divided-by-stride",
    "what comes in is divided by stride * stride",
    lambda options: float(np.prod(stride_of(options))),
    "reported in public",
)


@fault(
    "avg_pool2d_backward-to-the-first-element",
    "only the first element of a window gets its part",
    "give every element of the window its part",
    makes=True,
)
def to_the_first_element() -> Callable[..., Array]:
    def weights(seen: Array, _inside: Array, _options: Options) -> Array:
        found = np.zeros(seen.shape)
        found[:, :, :, 0, 0] = 1
        return found

    return averaging(weights)


@fault(
    "avg_pool2d_backward-to-the-largest",
    "only the largest element of a window gets what comes in, as of maxima",
    "give every element of the window its part",
    makes=True,
)
def to_the_largest() -> Callable[..., Array]:
    def weights(seen: Array, inside: Array, _options: Options) -> Array:
        there = np.where(inside, seen, -np.inf)
        area = seen.shape[3] * seen.shape[4]
        return np.where(there == there.max(axis=(3, 4), keepdims=True), float(area), 0.0)

    return averaging(weights)


@fault(
    "avg_pool2d_backward-times-the-maps",
    "the parts are multiplied by the elements of the maps",
    "the slope of a mean is 1 / area, whatever stands in the maps",
    makes=True,
)
def times_the_maps() -> Callable[..., Array]:
    return after(avg_pool2d_backward, lambda found, _g, maps, _o: found * maps)


@fault(
    "avg_pool2d_backward-last-row-of-windows-forgotten",
    "the last row of each window gets nothing",
    "let the loop over the rows of a window run to size",
    makes=True,
)
def last_row_forgotten() -> Callable[..., Array]:
    def weights(seen: Array, _inside: Array, _options: Options) -> Array:
        found = np.ones(seen.shape)
        found[:, :, :, seen.shape[3] - 1 if seen.shape[3] > 1 else 1 :] = 0
        return found

    return averaging(weights)


@fault(
    "avg_pool2d_backward-padding-always-counted",
    "padded places are counted, whether they should be or not",
    "divide by what the forward pass divided by, with padding in it or without",
    makes=True,
    seen="reported in public",
)
def padding_always_counted() -> Callable[..., Array]:
    return averaging(counted=True)


@fault(
    "avg_pool2d_backward-padding-never-counted",
    "padded places are not counted, whether they should be or not",
    "divide by what the forward pass divided by, with padding in it or without",
    makes=True,
)
def padding_never_counted() -> Callable[..., Array]:
    return averaging(counted=False)


@fault(
    "avg_pool2d_backward-whole-area-of-cut-windows",
    "the places beyond the padding count in windows that are cut off",
    "divide by the places of the window on the map and in the padding",
    makes=True,
)
def whole_area_of_cut_windows() -> Callable[..., Array]:
    return averaging(divisor="whole where counted")


@fault(
    "avg_pool2d_backward-divisor-of-the-first-window",
    "every window is divided by the number of elements of the first",
    "count the elements of each window",
    makes=True,
)
def divisor_of_the_first_window() -> Callable[..., Array]:
    return averaging(divisor="of the first")
