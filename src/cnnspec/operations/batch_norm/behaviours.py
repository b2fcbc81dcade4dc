"""What correct normalisations answer differently: no variance, NaN, dtypes, bits, refusals."""

from typing import Any

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    of_nothing,
    one_of,
    orders_of,
    refusals,
    returned_object,
    spread_of,
    with_number,
)
from cnnspec.declaration.case import reals


def _given(maps: Any, **others: Any) -> dict[str, Any]:
    """Return the arguments of a normalisation that changes little: 0, 1, 1 and 0 of each map."""
    count, dtype = maps.shape[-1], maps.dtype if maps.dtype.kind == "f" else np.dtype(float)
    zeros, ones = np.zeros(count, dtype), np.ones(count, dtype)
    return {"maps": maps, "mean": zeros, "variance": ones, "scale": ones, "offset": zeros} | others


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    maps = counted(4, 6, 2)
    real = reals("behaviours", 9, 10, 5)
    batch = reals("batch", 5, 6, 7, 5)
    of_batch = _given(batch, scale=np.arange(1.0, 6), mean=np.arange(5.0) / 3)
    none = np.array([0.0])
    return [
        one_of(
            "batch_norm-no-variance",
            _given(np.full((2, 2, 1), 3.0), mean=np.array([3.0]), variance=none, epsilon=0.0),
            {"NaN": np.full((2, 2, 1), np.nan), "the offset": np.zeros((2, 2, 1))},
        ),
        one_of(
            "batch_norm-negative-variance",
            _given(np.full((2, 2, 1), 3.0), variance=np.array([-1.0])),
            {
                "NaN": np.full((2, 2, 1), np.nan),
                "taken as 0": np.full((2, 2, 1), 3 / np.sqrt(1e-5)),
                "taken as positive": np.full((2, 2, 1), 3.0),
            },
        ),
        spread_of(
            "batch_norm-nan",
            _given(with_number(counted(4, 6, 2), (2, 3, 1), np.nan)),
            marks((4, 6, 2), (2, 3, 1)),
        ),
        in_float64(
            "batch_norm",
            _given(np.full((2, 3, 1), ABOVE_1), epsilon=0.0),
            np.full((2, 3, 1), ABOVE_1),
        ),
        *(
            dtype_of_result(f"batch_norm-dtype-{dtype}", _given(maps.astype(dtype)))
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        dtype_of_result(
            "batch_norm-dtype-mixed",
            _given(maps.astype("float32")) | {"maps": maps.astype("float16")},
        ),
        bits_of_fortran("batch_norm", _given(real, scale=np.arange(1.0, 6))),
        bits_of_batch("batch_norm", of_batch),
        returned_object("batch_norm", _given(maps)),
        *orders_of("batch_norm", _given(maps)),
        of_nothing("batch_norm-no-images", _given(np.zeros((0, 4, 6, 2))), (0, 4, 6, 2)),
        of_nothing("batch_norm-no-maps", _given(np.zeros((4, 6, 0))), (4, 6, 0)),
        of_nothing("batch_norm-no-rows", _given(np.zeros((0, 4, 2))), (0, 4, 2)),
        refusals("batch_norm", _given(maps, mean=np.zeros(3)), _given(maps, scale=np.ones(4))),
    ]
