"""The options of poolings: size, stride, padding and dilation of windows, cut ones, the divisor."""

from typing import Any

from cnnspec.declaration.parameters import (
    NUMBER,
    PAIR,
    SWITCH,
    WORD,
    Arguments,
    Kind,
    Option,
    kind,
)


def _odd_sides(given: Arguments) -> Any:
    """Return the maps of a small call without the last row and column, which leaves some over."""
    return given["maps"][..., :-1, :-1, :]


_SIZE = Option(
    values=(2, 3),
    plain=2,
    default=lambda _given: 2,
    default_code="2",
    kinds=(
        kind("size", NUMBER, "a size", 3, 1),
        kind("size", PAIR, "rows and columns of windows apart", (2, 3), (1, 2), (3, 2)),
    ),
    plain_kind=NUMBER,
)

_STRIDE = Option(
    values=(1, 2),
    default=lambda given: given.get("size") or 2,
    default_code="dict({keywords}).get('size', 2)",
    kinds=(
        kind("stride", NUMBER, "a stride", 1, 3),
        kind("stride", PAIR, "a stride for each axis", (1, 2), (2, 1), (2, 3)),
    ),
    plain_kind=NUMBER,
    has_one_default=True,
)

_PADDING = Option(
    values=(0, 1),
    plain=0,
    default=lambda _given: 0,
    default_code="0",
    kinds=(
        # Words are not asked for: those of other code stand for what it does without numbers.
        kind("padding", WORD, "padding by words", "valid", "same", "VALID", "SAME"),
        kind("padding", NUMBER, "padding by a number", 1),
        kind("padding", PAIR, "padding for each axis", (1, 0), (0, 1)),
    ),
    may_be_absent=True,
)

_DILATION = Option(
    values=(1, 2),
    plain=1,
    default=lambda _given: 1,
    default_code="1",
    kinds=(
        kind("dilation", NUMBER, "a dilation", 2, 3),
        kind("dilation", PAIR, "a dilation for each axis", (1, 2), (2, 1), (3, 2)),
    ),
    plain_kind=NUMBER,
    may_be_absent=True,
)

_CEIL_MODE = Option(
    values=(False, True),
    plain=False,
    default=lambda _given: False,
    default_code="False",
    kinds=(
        Kind(
            name=SWITCH,
            in_words="windows that are cut off",
            probes=lambda given: [{"maps": _odd_sides(given), "ceil_mode": True}],
        ),
    ),
    plain_kind=SWITCH,
    may_be_absent=True,
)

_COUNT_INCLUDE_PAD = Option(
    values=(True, False),
    plain=True,
    default=lambda _given: True,
    default_code="True",
    kinds=(
        Kind(
            name=SWITCH,
            in_words="a divisor with and without the padding",
            probes=lambda _given: [{"padding": 1, "count_include_pad": False}],
        ),
    ),
    plain_kind=SWITCH,
    may_be_absent=True,
)

_OF_ALL = {"size": _SIZE, "stride": _STRIDE, "padding": _PADDING, "ceil_mode": _CEIL_MODE}

OF_SELECTING = {**_OF_ALL, "dilation": _DILATION}
OF_MEAN = {**_OF_ALL, "count_include_pad": _COUNT_INCLUDE_PAD}
