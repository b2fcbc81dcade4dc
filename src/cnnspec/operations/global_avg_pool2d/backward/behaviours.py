"""What correct gradients of means of maps answer differently: NaN, dtypes, memory."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    of_nothing,
    orders_of,
    returned_object,
    spread_of,
    with_number,
)
from cnnspec.operations.global_avg_pool2d.backward.cases import OPERATION


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    given = {"grad": counted(2), "maps": counted(4, 6, 2)}
    return [
        spread_of(
            f"{OPERATION}-nan",
            {**given, "grad": with_number(counted(2), (1,), np.nan)},
            marks((4, 6, 2), np.s_[:, :, 1]),
        ),
        in_float64(
            OPERATION,
            {"grad": np.full(2, ABOVE_1), "maps": counted(1, 1, 2)},
            np.full((1, 1, 2), ABOVE_1),
        ),
        *(
            dtype_of_result(
                f"{OPERATION}-dtype-{dtype}",
                {name: array.astype(dtype) for name, array in given.items()},
            )
            for dtype in ("float32", "float16")
        ),
        returned_object(OPERATION, given),
        *orders_of(OPERATION, given),
        of_nothing(
            f"{OPERATION}-no-images",
            {"grad": np.zeros((0, 2)), "maps": np.zeros((0, 4, 6, 2))},
            (0, 4, 6, 2),
        ),
    ]
