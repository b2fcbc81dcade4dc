"""What correct flattenings answer differently: memory, dtypes, nothing to flatten."""

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


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    maps = counted(4, 6, 2)
    return [
        of_subnormals("flatten", {"maps": np.array(SUBNORMAL[..., np.newaxis])}, (64,)),
        in_float64("flatten", {"maps": np.full((2, 3, 2), ABOVE_1)}, np.full(12, ABOVE_1)),
        *(
            dtype_of_result(f"flatten-dtype-{dtype}", {"maps": maps.astype(dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        returned_object("flatten", {"maps": maps}),
        memory_of("flatten", {"maps": maps}),
        of_nothing("flatten-no-images", {"maps": np.zeros((0, 4, 6, 2))}, (0, 48)),
        of_nothing("flatten-no-maps", {"maps": np.zeros((4, 6, 0))}, (0,)),
        of_nothing("flatten-no-rows", {"maps": np.zeros((0, 4, 2))}, (0,)),
    ]
