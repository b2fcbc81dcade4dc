"""What correct means of maps are answered differently: NaN, whole numbers, dtypes, bits."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    FLOAT16_TERMS,
    SATURATES,
    SUBNORMAL,
    WIDE,
    WRAPS,
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    of_nothing,
    of_subnormals,
    one_of,
    returned_object,
    spread_of,
    sums_of_float16,
    with_number,
)
from cnnspec.declaration.case import reals


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    maps = counted(4, 6, 2)
    name = "global_avg_pool2d"
    return [
        spread_of(f"{name}-nan", {"maps": with_number(maps, (2, 3, 1), np.nan)}, marks((2,), 1)),
        one_of(
            f"{name}-uint8",
            {"maps": np.full((2, 2, 1), 201, np.uint8)},
            {WIDE: [201], WRAPS: [804 % 256 / 4], SATURATES: [255 / 4]},
            as_given=True,
        ),
        one_of(
            f"{name}-int64",
            {"maps": np.array([[[-3], [-2]], [[-2], [-2]]])},
            {"-2.25": [-2.25], "cut off to -2": [-2], "rounded down to -3": [-3]},
            as_given=True,
        ),
        sums_of_float16(name, {"maps": FLOAT16_TERMS[..., np.newaxis]}, 228.5, 227.5),
        bits_of_fortran(name, {"maps": reals("fortran", 12, 14, 7)}),
        bits_of_batch(name, {"maps": reals("batch", 5, 12, 14, 7)}),
        of_subnormals(
            name, {"maps": np.array(SUBNORMAL[:4, :, np.newaxis] * np.ones(8, np.float32))}, (8,)
        ),
        in_float64(name, {"maps": np.full((4, 6, 2), ABOVE_1)}, np.full(2, ABOVE_1)),
        *(
            dtype_of_result(f"{name}-dtype-{dtype}", {"maps": maps.astype(dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        returned_object(name, {"maps": maps}),
        of_nothing(f"{name}-no-images", {"maps": np.zeros((0, 4, 6, 2))}, (0, 2)),
        of_nothing(f"{name}-no-maps", {"maps": np.zeros((4, 6, 0))}, (0,)),
        one_of(
            f"{name}-no-rows",
            {"maps": np.zeros((0, 4, 2))},
            {"NaN": np.full(2, np.nan), "zeros": np.zeros(2)},
        ),
    ]
