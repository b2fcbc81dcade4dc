"""Windows of maps, and margins around them."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Array = NDArray[Any]


def windows_of(maps: Array, rows: int, columns: int, step: int) -> Array:
    """Return the windows of maps (..., H, W, K) as (..., H', W', K, rows, columns)."""
    *others, height, width, channels = maps.shape
    *apart, down, right, across = maps.strides
    # Made twenty thousand times a check: sliding_window_view takes three times as long.
    return as_strided(
        maps,
        (
            *others,
            max((height - rows) // step + 1, 0),
            max((width - columns) // step + 1, 0),
            channels,
            rows,
            columns,
        ),
        (*apart, down * step, right * step, across, down, right),
        writeable=False,
    )


def with_margins(maps: Array, above: int, beside: int) -> Array:
    """Return maps (..., H, W, K) with zeros around them."""
    *others, height, width, channels = maps.shape
    wide = np.zeros((*others, height + 2 * above, width + 2 * beside, channels), maps.dtype)
    wide[..., above : above + height, beside : beside + width, :] = maps
    return wide
