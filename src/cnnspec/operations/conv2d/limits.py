"""The calls of a convolution that code may not take, and the small call that it takes at least."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.limits import (
    Arguments,
    Kind,
    Probe,
    differs,
    filled,
    is_default,
    with_option,
    without_option,
)


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


_WINDOWS = images.Windows(
    over="image",
    of=lambda given: (np.shape(given["filters"])[1:3], given.get("stride", 1)),
    probing={"stride": 2},
    is_padded=lambda given: given.get("padding", "valid") != "valid",
)

_WITH_CHANNELS = ("image", "filters")

LIMITS = (
    images.stride_divides(_WINDOWS),
    Kind("stride-1", "stride 1 only", differs("stride", 1), with_option("stride", 2, 3)),
    Kind(
        "valid-only",
        'padding "valid" only',
        differs("padding", "valid"),
        with_option("padding", "same"),
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
