"""What is read, or stored, at a wrong place in memory."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import patches_of
from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Hypothesis, bound

Known = Mapping[str, Any]


def of_memory() -> Iterator[Hypothesis]:
    """Return where pixels and sums are found by one index, of all rows one after the other."""
    yield Hypothesis(
        "image",
        "the number of rows is taken for the length of a row: pixels are read at i * H + j, not"
        " i * W + j",
        _pitched,
        "in memory pixel (i, j) stands at i * W + j",
        KNOWN,
    )
    yield Hypothesis(
        "padded",
        "beyond the edge of a row the pixels of the next row, or of the one before, are read: only"
        " the flat index is checked",
        _by_flat_index,
        "check row and column, each by itself: beyond the image there are zeros",
        COMMON,
    )
    yield from of_padded()
    yield Hypothesis(
        "patches",
        "what leaves a row of the result is added to the row beside it: only the flat index is"
        " checked",
        _with_rows_beside,
        "check row and column of the result, each by itself",
        KNOWN,
    )


def of_padded() -> Iterator[Hypothesis]:
    """Return where padded images are read by the steps in memory that they had before."""
    for layout, order in (("", (0, 1, 2, 3)), (", channels first", (0, 3, 1, 2))):
        yield Hypothesis(
            "padded",
            "the padded image is read by the steps in memory (strides) of the image before it was"
            f" padded: each row is taken for as long as it was{layout}",
            bound(_by_steps_before, order),
            "take the strides of the padded image",
            KNOWN,
        )


def _by_steps_before(value: Array, known: Known, order: tuple[int, ...]) -> Array:
    """Return what stands in padded images where those without padding have their pixels."""
    shape = [known["images"].shape[axis] for axis in order]
    steps = [int(np.prod(shape[axis + 1 :])) for axis in range(4)]
    padded = value.transpose(order)
    index = sum(step * places for step, places in zip(steps, np.indices(padded.shape), strict=True))
    return np.asarray(padded.ravel()[index].transpose(np.argsort(order)))


def _pitched(value: Array, _known: Known) -> Array:
    """Return images whose rows are taken for as long as there are rows."""
    number, rows, columns, channels = value.shape
    flat = np.concatenate([value.reshape(number, -1, channels), np.zeros_like(value[:, 0])], axis=1)
    index = np.arange(rows)[:, np.newaxis] * rows + np.arange(columns)
    return np.asarray(flat[:, np.minimum(index, rows * columns)])


def _by_flat_index(value: Array, known: Known) -> Array:
    """Return padded images whose margins hold what the flat index finds there."""
    images, margins = known["images"], known["margins"]
    number, rows, columns, channels = images.shape
    (above, _), (left, _) = margins
    lines = np.arange(value.shape[1])[:, np.newaxis] - above
    index = lines * columns + np.arange(value.shape[2]) - left
    flat = images.reshape(number, rows * columns, channels)
    is_there = (index >= 0) & (index < rows * columns)
    found = flat[:, np.clip(index, 0, rows * columns - 1)]
    return np.asarray(np.where(is_there[..., np.newaxis], found, 0))


def _with_rows_beside(value: Array, known: Known) -> Array:
    """Return windows to which those are added that would lie beside the rows above and below."""
    padded, rows, columns = known["padded"], known["rows"], known["columns"]
    down, right = known["strides"]
    windows = np.array(value)
    for turn in (-1, 1):
        beside = columns + turn * len(columns) * right
        windows += patches_of(padded, rows - turn * down, beside, *known["taps"])
    return windows
