"""The options of a convolution: a bias, the stride of its windows, and their padding."""

from typing import Any

# By name, because an implementation may replace them.
from numpy import asarray, ones, zeros

from cnnspec.declaration.images import sides
from cnnspec.declaration.parameters import (
    NESTED,
    NUMBER,
    PAIR,
    WORD,
    Arguments,
    Array,
    Fixed,
    Option,
    kind,
)


def _no_bias(given: Arguments) -> Any:
    filters = asarray(given["filters"])
    return zeros(filters.shape[:1], filters.dtype)


def _is_as_large(given: Arguments, maps: Array) -> bool:
    return sides(maps) == sides(given["image"])


OPTIONS = {
    "bias": Option(
        values=(None, lambda given: ones(len(given["filters"]))),
        default=_no_bias,
        default_code="np.zeros(len(filters), filters.dtype)",
        is_array=True,
    ),
    "stride": Option(
        values=(1, 2),
        plain=1,
        default=lambda _given: 1,
        default_code="1",
        kinds=(
            kind("stride", NUMBER, "a stride", 2, 3),
            kind("stride", PAIR, "a stride for each axis", (2, 1), (1, 2), (2, 4)),
        ),
        plain_kind=NUMBER,
    ),
    "padding": Option(
        values=("valid", "same"),
        plain="valid",
        default=lambda _given: "valid",
        default_code="'valid'",
        fixed=Fixed(
            value="same", limit="same-only", in_words='pads as with "same"', shows=_is_as_large
        ),
        kinds=(
            kind("padding", WORD, "padding by words", "same", "valid"),
            kind("padding", NUMBER, "padding by a number", 1, 2),
            kind("padding", PAIR, "padding for each axis", (1, 0), (0, 2), (2, 1)),
            kind("padding", NESTED, "padding for each side", ((1, 0), (0, 2)), ((0, 2), (3, 1))),
        ),
    ),
}
