"""By what a wrong result of a transposed convolution shows its mistake."""

from collections.abc import Iterator
from typing import Any

from cnnspec.declaration.symptoms import Arguments, Shape, Symptoms
from cnnspec.operations.conv_transpose2d.geometry import along

_SIZE = (
    "maps have (H - 1) * stride - top - bottom + dilation * (f - 1) + 1 + output_padding rows, and"
    " columns likewise"
)


def _sizes(given: Arguments) -> Iterator[tuple[str, str, str, Shape]]:
    """Return the sizes of maps that are computed otherwise."""
    sides = along(given)
    due = tuple(one.result for one in sides)
    for pattern, said, of in _MISTAKEN:
        found = tuple(of(one) for one in sides)
        if found != due and min(found) > 0:
            yield pattern, said, _SIZE, found
    rows, columns = due
    if rows != columns:
        yield "as wide as high", "the maps are made as wide as they are high", _SIZE, (rows, rows)
        of_columns = (columns, columns)
        yield "as high as wide", "the maps are made as high as they are wide", _SIZE, of_columns
        yield "sides swapped", "rows and columns of the maps are swapped", _SIZE, (columns, rows)


_MISTAKEN: tuple[tuple[str, str, Any], ...] = (
    (
        "as a convolution",
        "the maps have the size of a convolution's, not of a transposed one's",
        lambda one: (one.length + sum(one.margin) - one.reach - 1) // one.stride + 1,
    ),
    (
        "padding added",
        "the padding is added to the maps, not taken away",
        lambda one: one.whole + one.added + sum(one.margin),
    ),
    (
        "padding ignored",
        "the padding is not taken away from the maps",
        lambda one: one.whole + one.added,
    ),
    (
        "padding once",
        "the padding is taken away at one side only",
        lambda one: one.whole + one.added - one.margin[0],
    ),
    (
        "output padding ignored",
        "the output padding is ignored",
        lambda one: one.whole - sum(one.margin),
    ),
    (
        "output padding twice",
        "the output padding is added on both sides",
        lambda one: one.result + one.added,
    ),
    (
        "dilation ignored",
        "the dilation is left out of the maps' size",
        lambda one: one.result - one.reach + one.size - 1,
    ),
    (
        "length times stride",
        "the maps have the size of the image times the stride",
        lambda one: one.length * one.stride,
    ),
)


SYMPTOMS = Symptoms(
    has_maps=True,
    is_sum=True,
    is_bounded_normwise=True,
    transforms="FFT or Winograd",
    mistaken_shapes=_sizes,
)
