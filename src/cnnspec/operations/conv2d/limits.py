"""The calls of a convolution that code may not take, and the small call that it takes at least."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import (
    Arguments,
    Kind,
    Probe,
    filled,
    is_default,
    with_option,
    without_option,
)
from cnnspec.exact.windows import pair_of
from cnnspec.operations.conv2d.geometry import geometry, is_padded


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    shapes = (((5, 7, 3), (4, 3, 3, 3)), ((5, 7, 1), (2, 3, 3, 1)), ((5, 7), (2, 3, 3)))
    calls: list[dict[str, Any]] = [
        {"image": filled(*image), "filters": filled(*bank)} for image, bank in shapes
    ]
    return [*calls, *({**call, "padding": "same"} for call in calls)]


def _with_bias(_operation: str, plain: Arguments) -> list[Probe]:
    bias = np.arange(1.0, len(plain["filters"]) + 1).astype(plain["filters"].dtype)
    return [({**plain, "bias": bias}, "C")]


def _sizes_and_strides(given: Arguments) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return what windows leave of an image, which zeros make larger, and their strides."""
    found = geometry(given)
    sizes = [reach - sum(zeros) for reach, zeros in zip(found.reaches, found.margins, strict=True)]
    return (*sizes,), found.strides


_WINDOWS = images.Windows(
    over="image",
    of=_sizes_and_strides,
    probing={"stride": 2},
    is_padded=lambda given: given.get("padding") == "same",
)


def _is_padded(case: Case, _layout: str) -> bool:
    return is_padded(case.arguments)


def _is_above_1(name: str) -> Callable[[Case, str], bool]:
    """Return whether an option is more than 1 for rows or columns."""
    return lambda case, _layout: max(pair_of(case.arguments.get(name, 1))) > 1


_WITH_CHANNELS = ("image", "filters")

LIMITS = (
    images.stride_divides(_WINDOWS),
    Kind("stride-1", "stride 1 only", _is_above_1("stride"), with_option("stride", 2, 3)),
    Kind(
        "valid-only",
        'padding "valid" only',
        _is_padded,
        with_option("padding", "same", 1),
    ),
    Kind(
        "same-only",
        'padding "same" only',
        is_default("padding", "valid"),
        without_option("padding"),
    ),
    Kind(
        "no-bias",
        "no bias",
        lambda case, _layout: case.arguments.get("bias") is not None,
        _with_bias,
    ),
    Kind(
        "gray-only",
        "gray images only",
        images.has_several_channels("image"),
        images.of_channels(_WITH_CHANNELS, 2, 3, 4),
    ),
    Kind(
        "colour-only",
        "colour images only",
        lambda case, _layout: images.channels(np.asarray(case.arguments["image"])) == 1,
        images.of_channels(_WITH_CHANNELS, 1),
    ),
)
