"""The calls of a transposed convolution that code may not take, and small ones that it takes."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import (
    Arguments,
    Kind,
    Probe,
    differs,
    filled,
    with_option,
    with_options,
)
from cnnspec.exact.windows import pair_of
from cnnspec.operations.conv_transpose2d.geometry import maps_of


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    shapes = (((4, 5, 3), (3, 3, 3, 4)), ((4, 5, 1), (1, 3, 3, 2)))
    return [{"image": filled(*image), "filters": filled(*bank)} for image, bank in shapes]


def _with_bias(_operation: str, plain: Arguments) -> list[Probe]:
    bias: Any = np.arange(1.0, maps_of(plain) + 1).astype(plain["filters"].dtype)
    return [({**plain, "bias": bias}, "C")]


def _reaches_the_stride(case: Case, _layout: str) -> bool:
    given = case.arguments
    added, strides = pair_of(given.get("output_padding", 0)), pair_of(given.get("stride", 1))
    return any(more >= stride for more, stride in zip(added, strides, strict=True))


LIMITS = (
    Kind("stride-1", "stride 1 only", differs("stride", 1), with_option("stride", 2, 3)),
    Kind(
        "no-bias",
        "no bias",
        lambda case, _layout: case.arguments.get("bias") is not None,
        _with_bias,
    ),
    Kind(
        "output-padding-below-stride",
        "output padding below the stride only",
        _reaches_the_stride,
        with_options(
            {"dilation": 2, "output_padding": 1},
            {"stride": 2, "dilation": 4, "output_padding": 3},
        ),
    ),
)
