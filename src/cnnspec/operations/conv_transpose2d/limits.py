"""The calls of a transposed convolution that code may not take, and small ones that it takes."""

from typing import Any

import numpy as np

from cnnspec.declaration.limits import Arguments, Kind, Probe, differs, filled, with_option
from cnnspec.operations.conv_transpose2d.geometry import maps_of


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    shapes = (((4, 5, 3), (3, 3, 3, 4)), ((4, 5, 1), (1, 3, 3, 2)))
    return [{"image": filled(*image), "filters": filled(*bank)} for image, bank in shapes]


def _with_bias(_operation: str, plain: Arguments) -> list[Probe]:
    bias: Any = np.arange(1.0, maps_of(plain) + 1).astype(plain["filters"].dtype)
    return [({**plain, "bias": bias}, "C")]


LIMITS = (
    Kind("stride-1", "stride 1 only", differs("stride", 1), with_option("stride", 2, 3)),
    Kind(
        "no-bias",
        "no bias",
        lambda case, _layout: case.arguments.get("bias") is not None,
        _with_bias,
    ),
)
