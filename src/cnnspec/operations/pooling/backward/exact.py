"""The exact gradients of poolings.

Every window hands on what comes in for it: a mean the same part to each of its elements, a maximum
or minimum all of it to one. So a gradient is a sum of numbers that come in, and where some elements
of a window are equal, any part of it may go to any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, Floats, sum_of_products
from cnnspec.operations.pooling.exact import Pair, areas
from cnnspec.operations.pooling.window_places import Along, along_axes

Array = NDArray[Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Places:
    """Where the elements of windows lie in maps (N, H, W, K).

    Attributes
    ----------
    shape : tuple of int
        Of the maps as they were given.
    rows, columns : (H', W', f, g)
        Of each element of each window.
    inside : (H', W', f, g)
        Whether it lies on the map.
    """

    shape: tuple[int, ...]
    rows: Array
    columns: Array
    inside: Array

    @property
    def flat(self) -> Array:
        """The elements by their numbers in C order, (N, H', W', f, g, K)."""
        height, width, count = self.shape[-3:]
        images = self.shape[0] if len(self.shape) > 3 else 1
        place = (self.rows * width + self.columns) * count
        of_maps = place[..., np.newaxis] + np.arange(count)
        return np.arange(images).reshape(-1, *[1] * 5) * (height * width * count) + of_maps

    def seen(self, maps: Array) -> Array:
        """Return what stands in them, (N, H', W', f, g, K); beside the maps, any of it."""
        images = maps.reshape(-1, *self.shape[-3:])
        return np.asarray(images[:, self.rows, self.columns])


def places_of(given: Arguments) -> Places:
    """Return where the windows of a call lie."""
    shape = np.shape(given["maps"])
    rows, columns = along_axes(given)
    down, right = rows.places()[:, np.newaxis, :, np.newaxis], columns.places()[:, np.newaxis, :]
    down, right = np.broadcast_arrays(down, right)
    inside = (down >= 0) & (down < rows.length) & (right >= 0) & (right < columns.length)
    return Places(shape, np.where(inside, down, 0), np.where(inside, right, 0), inside)


def terms_of(along: tuple[Along, Along]) -> int:
    """Return in how many windows one element may lie."""
    found = 1
    for one in along:
        found *= min(
            ceil(one.size * gcd(one.stride, one.dilation) / one.stride), max(one.number, 1)
        )
    return found


# --- maxima and minima -----------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """The gradient of maxima or minima.

    Attributes
    ----------
    found : Exact
        What is due from windows of which one element is the largest, or smallest.
    low, high : float64, the shape of the maps
        The least and the most that comes from windows of which several are.
    magnitude : float64, the shape of the maps
        The sum of the absolute numbers that may come from these.
    """

    found: Exact
    low: Floats
    high: Floats
    magnitude: Floats


def extreme(given: Arguments, dtype: np.dtype[Any], *, largest: bool) -> tuple[Places, Array]:
    """Return the elements of windows, and which of them are the largest or smallest.

    Maps count as numbers of a dtype: rounded to it, neighbours may be equal. Of a window that holds
    NaN all elements may be.
    """
    places = places_of(given)
    with np.errstate(over="ignore", invalid="ignore"):
        maps = np.asarray(given["maps"]).astype(dtype).astype(np.float64)
    inside = places.inside[..., np.newaxis]
    seen = np.where(inside, places.seen(maps if largest else -maps), -np.inf)
    most = seen.max(axis=(3, 4), keepdims=True)
    return places, inside & ((seen == most) | np.isnan(most))


def chosen(
    grad: Array, maps: Array, dtype: np.dtype[Any], *, largest: bool, **options: Any
) -> Chosen:
    """Return the exact gradient of the largest or smallest elements of windows."""
    given = {"maps": maps, **options}
    places, may_win = extreme(given, dtype, largest=largest)
    grad = np.asarray(grad)
    count = may_win.sum(axis=(3, 4), keepdims=True)
    spread = np.broadcast_to(np.arange(grad.size).reshape(count.shape), may_win.shape)
    flat = places.flat
    one, several = may_win & (count == 1), may_win & (count > 1)
    found = _added(grad, flat[one], spread[one], places.shape, terms_of(along_axes(given)))
    wide = grad.astype(np.float64).ravel()[spread[several]]

    def of_ties(numbers: Array) -> Floats:
        size = int(np.prod(places.shape))
        return np.bincount(flat[several], numbers, size).reshape(places.shape)

    return Chosen(
        found,
        low=of_ties(np.minimum(wide, 0)),
        high=of_ties(np.maximum(wide, 0)),
        magnitude=of_ties(np.abs(wide)),
    )


def _added(
    grad: Array,
    to: Array,
    which: Array,
    shape: tuple[int, ...],
    terms: int,
    weights: Array | None = None,
) -> Exact:
    """Return the exact sums of numbers of grad, each times a whole number, at places of the maps.

    ``to`` says where, and ``which`` numbers of grad.
    """
    size = int(np.prod(shape))
    of_each = np.ones(len(to)) if weights is None else weights

    def product(numbers: Array, factor: Array) -> Array:
        rows = numbers.reshape(-1, grad.size)[:, which] * of_each
        sums = np.stack([np.bincount(to, row, size) for row in rows])
        return sums.reshape(*numbers.shape[:-1], size, 1) * factor

    flat = grad.reshape(-1)
    found = sum_of_products(flat, np.ones(1), np.zeros(1), product, int(max(terms, 1)))
    if weights is None:
        single = np.bincount(to, minlength=size).reshape(size, 1) <= 1
        found = replace(found, grains=np.where(single, _own_grains(found.high), found.grains))
    return found.reshape(*shape)


def _own_grains(numbers: Floats) -> Floats:
    """Return numbers, counted in the largest power of two that divides each by itself."""
    fractions, _ = np.frexp(np.abs(numbers))
    whole = np.ldexp(fractions, 53).astype(np.int64)
    return np.where(whole == 0, 0.0, whole / np.where(whole == 0, 1, whole & -whole))


# --- means -----------------------------------------------------------------------------------


def avg_pool2d_backward(
    grad: Array,
    maps: Array,
    size: Pair = 2,
    stride: Pair | None = None,
    *,
    padding: Pair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Exact:
    """Return the exact gradient of means."""
    given = {"maps": maps, "size": size, "stride": stride}
    given |= {"padding": padding, "ceil_mode": ceil_mode}
    along, places = along_axes(given), places_of(given)
    grad = np.asarray(grad)
    divisors = areas(along, count_include_pad=count_include_pad).astype(np.int64)  # (H', W', 1)
    common = lcm(*np.unique(divisors).tolist())
    every = grad.reshape(-1, *divisors.shape[:2], 1, 1, places.shape[-1])
    full = (*every.shape[:3], *places.inside.shape[2:], every.shape[-1])
    inside = np.broadcast_to(places.inside[..., np.newaxis], full)
    which = np.broadcast_to(np.arange(grad.size).reshape(every.shape), full)[inside]
    of_windows = (common // divisors)[:, :, np.newaxis, np.newaxis]
    weights = np.broadcast_to(of_windows, full)[inside].astype(np.float64)
    terms = terms_of(along) + 1
    heavy = terms * common  # as if each product were so many
    sums = _added(grad, places.flat[inside], which, places.shape, heavy, weights)
    area = along[0].size * along[1].size
    in_bits = common & (common - 1) == 0 and area & (area - 1) == 0
    magnitude = sums.magnitude / common
    over_all = magnitude.sum(axis=(-3, -2), keepdims=True)
    return replace(
        _divided(sums, common),
        magnitude=magnitude,
        grains=sums.grains if in_bits else np.full_like(magnitude, np.inf),
        terms=terms,
        normwise=np.broadcast_to(over_all, magnitude.shape),
        sides=sum(places.shape[-3:-1]),
    )


def _divided(sums: Exact, divisor: int) -> Exact:
    """Return sums over a whole number."""
    if divisor & (divisor - 1) == 0:  # moves the exponent alone
        return replace(sums, high=sums.high / divisor, low=sums.low / divisor)
    exact = [
        (Fraction(float(high)) + Fraction(float(low))) / divisor
        for high, low in zip(sums.high.flat, sums.low.flat, strict=True)
    ]
    high = np.array([float(one) for one in exact])
    low = np.array([float(one - Fraction(near)) for one, near in zip(exact, high, strict=True)])
    return replace(sums, high=high.reshape(sums.high.shape), low=low.reshape(sums.high.shape))
