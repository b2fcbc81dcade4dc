"""What correct log-softmaxes answer differently: infinities, NaN, dtypes, bits, no numbers."""

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

EVERYWHERE, THERE = "NaN everywhere", "NaN there, minus infinity elsewhere"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    half = -np.log(2)
    near_halves = [half - 2.0**-31, half + 2.0**-31]
    return [
        one_of(
            "log_softmax-infinity",
            {"logits": np.array([0, np.inf, 1])},
            {
                EVERYWHERE: [np.nan] * 3,
                THERE: [-np.inf, np.nan, -np.inf],
                "0 there, minus infinity elsewhere": [-np.inf, 0, -np.inf],
            },
        ),
        one_of(
            "log_softmax-nan",
            {"logits": np.array([0, np.nan, 0])},
            {
                EVERYWHERE: [np.nan] * 3,
                "NaN there, the others as if it were absent": [half, np.nan, half],
            },
        ),
        one_of(
            "log_softmax-minus-infinity",
            {"logits": np.full(4, -np.inf)},
            {
                EVERYWHERE: [np.nan] * 4,
                "the same for all": [-np.log(4)] * 4,
                "minus infinity": [-np.inf] * 4,
            },
        ),
        in_float64("log_softmax", {"logits": np.array([0, 2.0**-30])}, near_halves),
        *(
            dtype_of_result(f"log_softmax-dtype-{dtype}", {"logits": counted(3, dtype=dtype)})
            for dtype in ("float32", "float16", "int64")
        ),
        bits_of_fortran("log_softmax", {"logits": reals("fortran", 9, 37)}),
        bits_of_batch("log_softmax", {"logits": reals("batch", 9, 37)}),
        returned_object("log_softmax", {"logits": counted(3)}),
        of_nothing("log_softmax-no-logits", {"logits": np.zeros(0)}, (0,)),
        of_nothing("log_softmax-no-rows", {"logits": np.zeros((0, 3))}, (0, 3)),
    ]
