"""What correct gradients of softmaxes answer differently: infinities, NaN, dtypes, no rows."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    counted,
    dtype_of_result,
    in_float64,
    of_nothing,
    one_of,
    returned_object,
)

_NAN = [np.nan] * 3

#: What an infinite logit leaves: a probability of 1 changes with none.
EVERYWHERE, ZEROS = "NaN everywhere", "zeros"


def asked() -> list[Behaviour]:
    """Return all."""
    # A softmax of 0 and 2^-30 is half and half, but for 2^-32.
    apart = (0.25 - 2.0**-64) * np.array([1.0, -1.0])
    return asked_of("softmax_backward", apart * (1 + 2.0**-40), {ZEROS: [0] * 3})


def asked_of(
    operation: str, precisely: ArrayLike, of_infinity: Mapping[str, ArrayLike]
) -> list[Behaviour]:
    """Return what is asked of a gradient to logits.

    ``precisely`` is the gradient of the logits 0 and 2^-30 where 1 + 2^-40 comes in for the first;
    ``of_infinity`` is what may be answered beside NaN where a logit is infinite.
    """
    grad = np.array([1.0, 3.0, -2.0])
    numbers = {"grad": grad, "logits": counted(3)}
    first = np.array([1 + 2.0**-40, 0])
    return [
        one_of(
            f"{operation}-infinity",
            {"grad": grad, "logits": np.array([0, np.inf, 1])},
            {EVERYWHERE: _NAN, **of_infinity},
        ),
        one_of(
            f"{operation}-minus-infinity",
            {"grad": grad, "logits": np.full(3, -np.inf)},
            {EVERYWHERE: _NAN, ZEROS: [0] * 3},
        ),
        one_of(
            f"{operation}-nan-comes-in",
            {"grad": np.array([0, np.nan, 0]), "logits": np.zeros(3)},
            {EVERYWHERE: _NAN, "NaN there, zeros elsewhere": [0, np.nan, 0]},
        ),
        in_float64(operation, {"grad": first, "logits": np.array([0, 2.0**-30])}, precisely),
        *(
            dtype_of_result(
                f"{operation}-dtype-{dtype}",
                {"grad": grad.astype(dtype), "logits": counted(3, dtype=dtype)},
            )
            for dtype in ("float32", "float16")
        ),
        returned_object(operation, numbers),
        of_nothing(
            f"{operation}-no-rows", {"grad": np.zeros((0, 3)), "logits": np.zeros((0, 3))}, (0, 3)
        ),
    ]
