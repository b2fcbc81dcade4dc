"""What correct softmaxes answer differently: infinities, NaN, dtypes, bits, nothing to compute."""

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    of_nothing,
    one_of,
    returned_object,
)
from cnnspec.declaration.case import reals

EVERYWHERE, THERE = "NaN everywhere", "NaN there, 0 elsewhere"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    near_halves = [0.5 - 2.0**-32, 0.5 + 2.0**-32]
    return [
        one_of(
            "softmax-infinity",
            {"logits": np.array([0, np.inf, 1])},
            {EVERYWHERE: [np.nan] * 3, THERE: [0, np.nan, 0], "1 there, 0 elsewhere": [0, 1, 0]},
        ),
        one_of(
            "softmax-nan",
            {"logits": np.array([0, np.nan, 0])},
            {
                EVERYWHERE: [np.nan] * 3,
                THERE: [0, np.nan, 0],
                "NaN there, the others as if it were absent": [0.5, np.nan, 0.5],
                "0 there, the others as if it were absent": [0.5, 0, 0.5],
            },
        ),
        one_of(
            "softmax-minus-infinity",
            {"logits": np.full(4, -np.inf)},
            {EVERYWHERE: [np.nan] * 4, "the same for all": [0.25] * 4, "zeros": [0] * 4},
        ),
        in_float64("softmax", {"logits": np.array([0, 2.0**-30])}, near_halves),
        *(
            dtype_of_result(f"softmax-dtype-{dtype}", {"logits": counted(3, dtype=dtype)})
            for dtype in ("float32", "float16", "int64")
        ),
        bits_of_fortran("softmax", {"logits": reals("fortran", 9, 37)}),
        bits_of_batch("softmax", {"logits": reals("batch", 9, 37)}),
        returned_object("softmax", {"logits": counted(3)}),
        of_nothing("softmax-no-logits", {"logits": np.zeros(0)}, (0,)),
        of_nothing("softmax-no-rows", {"logits": np.zeros((0, 3))}, (0, 3)),
    ]
