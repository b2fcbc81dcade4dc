"""Windows of maps, and margins around them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Array = NDArray[Any]

#: Rows and columns; zeros before and after each of them.
Pair = tuple[int, int]
Margins = tuple[Pair, Pair]


def pair_of(value: Any) -> Pair:
    """Return what is given for rows and columns alike, or for each of them, as a pair."""
    rows, columns = value if isinstance(value, Sequence) else (value, value)
    return int(rows), int(columns)


def reaches_of(sides: Sequence[int], dilations: Sequence[int]) -> Pair:
    """Return over how many rows and columns a window extends whose elements are dilated."""
    rows, columns = ((side - 1) * step + 1 for side, step in zip(sides, dilations, strict=True))
    return rows, columns


def same_margins(lengths: Sequence[int], reaches: Sequence[int], strides: Sequence[int]) -> Margins:
    """Return the zeros that give ceil(length / stride) windows: an odd one is put at the end."""
    found = []
    for length, reach, stride in zip(lengths, reaches, strides, strict=True):
        total = max((-(-length // stride) - 1) * stride + reach - length, 0)
        found.append((total // 2, total - total // 2))
    return found[0], found[1]


def margins_of(
    padding: Any, lengths: Sequence[int], reaches: Sequence[int], strides: Sequence[int]
) -> Margins:
    """Return the zeros that a padding of any kind puts around a map."""
    if padding == "same":
        return same_margins(lengths, reaches, strides)
    per_axis = 0 if isinstance(padding, str) else padding
    above, beside = per_axis if isinstance(per_axis, Sequence) else (per_axis, per_axis)
    return pair_of(above), pair_of(beside)


def windows_of(
    maps: Array,
    rows: int,
    columns: int,
    step: int | Pair,
    dilations: Pair = (1, 1),
) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, rows, columns)."""
    *others, height, width, channels = maps.shape
    *apart, down, right, across = maps.strides
    row_step, column_step = (step, step) if isinstance(step, int) else pair_of(step)
    row_dilation, column_dilation = dilations
    # Made twenty thousand times a check: sliding_window_view takes three times as long.
    return as_strided(
        maps,
        (
            *others,
            max((height - (rows - 1) * row_dilation - 1) // row_step + 1, 0),
            max((width - (columns - 1) * column_dilation - 1) // column_step + 1, 0),
            channels,
            rows,
            columns,
        ),
        (
            *apart,
            down * row_step,
            right * column_step,
            across,
            down * row_dilation,
            right * column_dilation,
        ),
        writeable=False,
    )


def bordered(maps: Array, margins: Margins) -> Array:
    """Return maps (..., H, W, K) with so many zeros above and below, on the left and the right."""
    (above, below), (left, right) = margins
    if not (above or below or left or right):
        return maps
    *others, height, width, channels = maps.shape
    sides = (height + above + below, width + left + right)
    wide = np.zeros((*others, *sides, channels), maps.dtype)
    wide[..., above : above + height, left : left + width, :] = maps
    return wide
