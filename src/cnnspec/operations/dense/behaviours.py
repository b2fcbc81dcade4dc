"""What correct dense layers answer differently: odd numbers, dtypes, bits, nothing to compute."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import Asker, Behaviour, name_of
from cnnspec.declaration.behaviour_questions import (
    ABOVE_1,
    FLOAT16_TERMS,
    NAN_PRODUCT,
    SATURATES,
    SKIPPED,
    SUBNORMAL,
    WIDE,
    WRAPS,
    at_element,
    bits_of_batch,
    bits_of_fortran,
    counted,
    dtype_of_result,
    in_float64,
    marks,
    of_nothing,
    of_subnormals,
    one_of,
    refusals,
    returned_object,
    spread_of,
    sums_of_float16,
    with_number,
)
from cnnspec.declaration.case import reals

Array = NDArray[Any]


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_rows(), *_of_odd_numbers(), *_of_dtypes(), *_of_objects()]


WITH, WITHOUT = "an answer with the axis of rows: (1, nodes)", "one without it: (nodes,)"


def _of_rows() -> list[Behaviour]:
    """Ask what rows (N, inputs) give, several, one and none."""
    rows = _layer(counted(3, 4), counted(4, 2))
    one_row = _layer(counted(1, 3), counted(3, 2))
    due = one_row["x"] @ one_row["weights"]

    def of_one_row(asker: Asker) -> str:
        _, result = asker.result(one_row)  # whose axes are as the implementation has them
        return name_of(result.value, {WITH: due, WITHOUT: due[0]})

    answers = {"an answer for each row": rows["x"] @ rows["weights"]}
    return [
        one_of("dense-rows", rows, answers),
        Behaviour("dense-one-row", (WITH, WITHOUT), of_one_row),
        bits_of_batch("dense", _layer(reals("rows", 9, 37), reals("rows/weights", 37, 5))),
    ]


def _layer(x: Array, weights: Array, dtype: str = "float64") -> dict[str, Array]:
    """Return the arguments of a dense layer with biases of 0."""
    bias = np.zeros(weights.shape[1], dtype)
    return {"x": x.astype(dtype), "weights": weights.astype(dtype), "bias": bias}


def _of_odd_numbers() -> list[Behaviour]:
    return [
        spread_of(
            "dense-nan-input",
            _layer(np.array([1, np.nan, 3]), counted(3, 4)),
            marks((4,), np.s_[:]),
        ),
        spread_of(
            "dense-nan-weight",
            _layer(counted(3), with_number(counted(3, 4), (1, 2), np.nan)),
            marks((4,), 2),
        ),
        at_element(
            "dense-infinity-under-zero",
            _layer(np.array([1, np.inf, 3]), with_number(counted(3, 2), (1, 0), 0)),
            (0,),
            {NAN_PRODUCT: np.nan, SKIPPED: 1 * 1 + 3 * 5},
        ),
        of_subnormals("dense", _layer(SUBNORMAL[0], np.eye(8), "float32"), (8,)),
    ]


def _of_dtypes() -> list[Behaviour]:
    pairs = (
        *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
        *(("float32", "float64"), ("int64", "float32"), ("int64", "int64")),
    )
    return [
        sums_of_float16("dense", _layer(FLOAT16_TERMS, np.ones((9, 1)), "float16"), 2056, 2048),
        in_float64("dense", _layer(np.full(3, ABOVE_1), np.eye(3)), np.full(3, ABOVE_1)),
        *(
            dtype_of_result(
                f"dense-dtype-{inputs}-{weights}",
                _layer(counted(3), counted(3, 2), weights) | {"x": counted(3, dtype=inputs)},
            )
            for inputs, weights in pairs
        ),
        one_of(
            "dense-uint8",
            _layer(np.full(3, 200), np.full((3, 1), 2), "uint8"),
            {WIDE: [1200], WRAPS: [1200 % 256], SATURATES: [255]},
            as_given=True,
        ),
    ]


def _of_objects() -> list[Behaviour]:
    return [
        bits_of_fortran("dense", _layer(reals("fortran", 6, 7, 5), reals("weights", 210, 10))),
        returned_object("dense", _layer(counted(3), counted(3, 2))),
        of_nothing("dense-no-rows", _layer(np.zeros((0, 3)), counted(3, 2)), (0, 2)),
        one_of(
            "dense-no-inputs",
            {"x": np.zeros(0), "weights": np.zeros((0, 2)), "bias": np.array([3.0, 5.0])},
            {"the bias": [3.0, 5.0]},
        ),
        refusals(
            "dense",
            _layer(counted(4), counted(3, 2)),
            _layer(counted(3), counted(3, 2)) | {"bias": np.zeros(3)},
        ),
    ]
