"""The slots of a convolution's formula, what stands in them, and what its windows see."""

import numpy as np

from cnnspec.simulation.hypothesis import Array
from cnnspec.simulation.orders import Axis, Data

FORMULA = (
    "maps[i, j, k] = bias[k] + sum over a, b, c of"
    " image[i * stride + a, j * stride + b, c] * filters[k, a, b, c]"
)

ROWS, COLUMNS = Axis("row", "rows"), Axis("column", "columns")
CHANNELS, IMAGES = Axis("channel", "channels"), Axis("image of the batch", "images")

_BATCH = Axis("image", "images", of="the batch")

IMAGE = Data("image", "the image", (_BATCH, ROWS, COLUMNS, CHANNELS), FORMULA, "is")
FILTERS = Data(
    "filters",
    "the filters",
    (Axis("filter", "filters"), ROWS, COLUMNS, CHANNELS),
    "filters are (K, f, f, C): filters[k, a, b, c] belongs to image[i + a, j + b, c]",
)
BIAS = Data(
    "bias", "the biases", (Axis("number", "numbers"),), "add bias[k] to every element of map k"
)
MAPS = Data("maps", "the result", (IMAGES, ROWS, COLUMNS, Axis("map", "maps")), FORMULA, "is")


def patches_of(padded: Array, rows: Array, columns: Array, down: Array, right: Array) -> Array:
    """Return what the windows see, (N, H', W', f, f, C): beyond the image there are zeros."""
    lines, places = rows[:, np.newaxis] + down, columns[:, np.newaxis] + right
    if lines.size and places.size:
        above, left = max(0, -int(lines.min())), max(0, -int(places.min()))
        below = max(0, int(lines.max()) + 1 - padded.shape[1])
        beyond = max(0, int(places.max()) + 1 - padded.shape[2])
        if above or left or below or beyond:
            padded = np.pad(padded, ((0, 0), (above, below), (left, beyond), (0, 0)))
            lines, places = lines + above, places + left
    across = places[np.newaxis, :, np.newaxis]
    return np.asarray(padded[:, lines[:, np.newaxis, :, np.newaxis], across])
