"""What correct gradients of flattenings answer differently: subnormals, dtypes, memory."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    SUBNORMAL,
    counted,
    dtype_of_result,
    in_float64,
    memory_of,
    of_nothing,
    of_subnormals,
    returned_object,
)
from cnnspec.operations.flatten.backward.cases import OPERATION


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    given = {"grad": counted(48), "maps": counted(4, 6, 2)}
    return [
        of_subnormals(
            OPERATION,
            {"grad": SUBNORMAL.ravel(), "maps": counted(8, 8, 1, dtype="float32")},
            (8, 8, 1),
        ),
        in_float64(
            OPERATION,
            {"grad": np.full(12, ABOVE_1), "maps": counted(2, 3, 2)},
            np.full((2, 3, 2), ABOVE_1),
        ),
        *(
            dtype_of_result(
                f"{OPERATION}-dtype-{dtype}",
                {name: array.astype(dtype) for name, array in given.items()},
            )
            for dtype in ("float32", "float16")
        ),
        returned_object(OPERATION, given),
        memory_of(OPERATION, given),
        of_nothing(
            f"{OPERATION}-no-images",
            {"grad": np.zeros((0, 48)), "maps": np.zeros((0, 4, 6, 2))},
            (0, 4, 6, 2),
        ),
    ]
