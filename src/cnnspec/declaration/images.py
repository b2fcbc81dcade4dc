"""What operations on images share: their sides, channels, batches, windows, and limits of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import RESHAPING, Arguments, Covers, Kind, Probe, Probing

Array = NDArray[Any]

#: How many axes an image without channels has, and a batch of images.
_WITHOUT_CHANNELS, BATCH = 2, 4


def sides(image: Array) -> tuple[int, ...]:
    """Return the rows and columns of an image, with channels or without, or of a batch."""
    return image.shape[1:3] if image.ndim == BATCH else image.shape[:2]


def words_of_ranks(ranks: frozenset[int]) -> str:
    """Return in words that only images of so many axes are taken."""
    if ranks == {BATCH}:
        return "batches only"
    if ranks == {_WITHOUT_CHANNELS}:
        return "single gray images only"
    if BATCH not in ranks:
        return "one image at a time"
    return "no gray images of two axes" if 3 in ranks else "gray images only"


# --- channels --------------------------------------------------------------------------------


def channels(image: Array) -> int:
    """Return how many channels an image has."""
    return 1 if image.ndim == _WITHOUT_CHANNELS else image.shape[-1]


def has_several_channels(name: str) -> Covers:
    """Return whether an image has more than one channel."""
    return lambda case, _layout: channels(np.asarray(case.arguments[name])) > 1


def of_channels(names: tuple[str, ...], *counts: int) -> Probing:
    """Return the plain call with arrays of so many channels; without channels that says nothing."""

    def probes(_operation: str, plain: Arguments) -> list[Probe]:
        if np.ndim(plain[names[0]]) == _WITHOUT_CHANNELS:
            return []
        return [
            ({**plain, **{name: _with_channels(plain[name], count) for name in names}}, "C")
            for count in counts
        ]

    return probes


def _with_channels(array: Array, count: int) -> Array:
    grey = array[..., :1]
    return np.concatenate([np.roll(grey, channel, axis=0) for channel in range(count)], axis=-1)


# --- windows ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Windows:
    """The windows that an operation moves over its data.

    Attributes
    ----------
    over : str
        The parameter over which they move.
    of : callable
        Returns their sizes and their strides, from the arguments of a call.
    probing : mapping
        The options with which windows that leave a rest are probed.
    is_padded : callable
        Returns whether zeros are put around the data, so that nothing is left over.
    """

    over: str
    of: Callable[[Arguments], tuple[tuple[int, ...], int | tuple[int, ...]]]
    probing: Mapping[str, Any] = field(default_factory=dict)
    is_padded: Callable[[Arguments], bool] = lambda _given: False


def stride_divides(windows: Windows) -> Kind:
    """Return the kind of calls whose windows leave rows or columns over."""

    def leaves_a_rest(case: Case, _layout: str) -> bool:
        given = case.arguments
        if windows.is_padded(given):
            return False
        sizes, stride = windows.of(given)
        strides = stride if isinstance(stride, tuple) else (stride, stride)
        along = zip(sides(np.asarray(given[windows.over])), sizes, strides, strict=True)
        return any((n - size) % step for n, size, step in along)

    def with_a_rest(_operation: str, plain: Arguments) -> list[Probe]:
        data = plain[windows.over]
        return [
            ({**plain, **windows.probing, windows.over: _grown(data, rows, columns)}, "C")
            for rows, columns in ((1, 0), (0, 1), (1, 1))
        ]

    return Kind(
        "stride-divides",
        "sizes that the stride divides only",
        leaves_a_rest,
        with_a_rest,
        by_message=RESHAPING,
    )


def _grown(array: Array, rows: int, columns: int) -> Array:
    """Return an array with so many rows and columns more."""
    first = 1 if array.ndim == BATCH else 0
    for axis, more in ((first, rows), (first + 1, columns)):
        size = array.shape[axis]
        array = np.take(array, np.arange(size + more) % size, axis=axis)
    return array
