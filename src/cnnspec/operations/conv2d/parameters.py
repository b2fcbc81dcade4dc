"""The options of a convolution: a bias, stride, padding and dilation, and groups of channels."""

from typing import Any

# By name, because an implementation may replace them.
from numpy import asarray, ones, resize, shape, zeros

from cnnspec.declaration.images import BATCH, sides
from cnnspec.declaration.parameters import (
    NESTED,
    NUMBER,
    PAIR,
    WORD,
    Arguments,
    Array,
    Fixed,
    Kind,
    Option,
    kind,
)


def _no_bias(given: Arguments) -> Any:
    filters = asarray(given["filters"])
    return zeros(filters.shape[:1], filters.dtype)


def _is_as_large(given: Arguments, maps: Array) -> bool:
    return sides(maps) == sides(given["image"])


def _grown(image: Any) -> Any:
    """Return an image with some rows and columns more."""
    axes = shape(image)
    first = 1 if len(axes) == BATCH else 0
    larger = (*axes[:first], axes[first] + 4, axes[first + 1] + 3, *axes[first + 2 :])
    return resize(image, larger)


def _dilated(given: Arguments, *values: Any) -> list[Arguments]:
    image = _grown(given["image"])
    return [{"image": image, "dilation": value} for value in values]


def _grouped(given: Arguments) -> list[Arguments]:
    """Return calls with several maps in a group, with one, and with several of one channel each."""
    axes, (_, *sides) = shape(given["image"]), shape(given["filters"])
    if len(sides) == 2:
        return []  # there are no channels
    image = resize(given["image"], (*axes[:-1], 4))
    return [
        {
            "image": image,
            "filters": resize(given["filters"], (count, *sides[:2], 4 // groups)),
            "groups": groups,
        }
        for groups, count in ((2, 6), (4, 4), (4, 8))
    ]


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
        has_one_default=True,
    ),
    "padding": Option(
        values=("valid", "same"),
        plain="valid",
        default=lambda _given: "valid",
        default_code="'valid'",
        fixed=(
            Fixed(
                value="same", limit="same-only", in_words='pads as with "same"', shows=_is_as_large
            ),
        ),
        kinds=(
            kind("padding", WORD, "padding by words", "same", "valid"),
            kind("padding", NUMBER, "padding by a number", 1, 2),
            kind("padding", PAIR, "padding for each axis", (1, 0), (0, 2), (2, 1)),
            kind("padding", NESTED, "padding for each side", ((1, 0), (0, 2)), ((0, 2), (3, 1))),
        ),
    ),
    "dilation": Option(
        values=(1, 2),
        plain=1,
        default=lambda _given: 1,
        default_code="1",
        kinds=(
            Kind(
                name=NUMBER,
                in_words="dilation",
                probes=lambda given: _dilated(given, 2, 3),
            ),
            Kind(
                name=PAIR,
                in_words="a dilation for each axis",
                probes=lambda given: _dilated(given, (2, 1), (1, 2), (3, 2)),
            ),
        ),
        plain_kind=NUMBER,
        may_be_absent=True,
    ),
    "groups": Option(
        values=(1,),
        plain=1,
        default=lambda _given: 1,
        default_code="1",
        kinds=(Kind(name=NUMBER, in_words="groups", probes=_grouped),),
        plain_kind=NUMBER,
        may_be_absent=True,
    ),
}
