"""What correct gradients of losses answer differently: no probability, odd labels, dtypes."""

from typing import Any

import numpy as np

from cnnspec.declaration.behaviour import CLOSE, OTHER, Asker, Behaviour
from cnnspec.declaration.behaviour_questions import (
    dtype_of_result,
    in_float64,
    one_of,
    refusals,
    returned_object,
)

_OPERATION = "cross_entropy_backward"
_PROBABILITIES = np.array([0.5, 0.25, 0.25])
INFINITE, NOT_A_NUMBER = "minus infinity", "NaN"
NOTHING, LARGEST = (
    "0: the probability is clipped, and nothing changes with it",
    "the largest number",
)
FINITE = "a finite number: the probability is clipped, or something is added to it"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_zeros(), *_of_labels(), *_of_objects()]


def _of_zeros() -> list[Behaviour]:
    """Ask what comes of probabilities of 0, at the label and elsewhere, and nearly 0."""
    there = {"probabilities": np.array([0.5, 0, 0.5]), "label": 1}
    return [
        Behaviour(
            f"{_OPERATION}-zero",
            (INFINITE, NOT_A_NUMBER, NOTHING, LARGEST, FINITE),
            lambda asker: _at_zero(asker, there),
        ),
        one_of(
            f"{_OPERATION}-zero-elsewhere",
            {**there, "label": 0},
            {"0": [-2, 0, 0], NOT_A_NUMBER: [-2, np.nan, 0]},
        ),
        one_of(
            f"{_OPERATION}-improbable",
            {"probabilities": np.array([0.5, 2.0**-60, 0.5]), "label": 1},
            {
                "-1 / p, which is right": [0, -(2.0**60), 0],
                NOTHING: [0, 0, 0],
                "the probability is clipped at 1e-7": [0, -1e7, 0],
                "the probability is clipped at 1e-12": [0, -1e12, 0],
                "the probability is clipped at 1e-15": [0, -1e15, 0],
                "1e-8 is added to the probability": [0, -1e8, 0],
            },
        ),
    ]


def _at_zero(asker: Asker, there: dict[str, Any]) -> str:
    got = asker(there)
    if got.shape != (3,):
        return OTHER
    found = float(got[1])
    if np.isnan(found):
        return NOT_A_NUMBER
    if got.dtype.kind == "f" and found == -np.finfo(got.dtype).max:
        return LARGEST
    if found == -np.inf:
        return INFINITE
    return NOTHING if abs(found) < CLOSE else FINITE if found < -1 else OTHER


def _of_labels() -> list[Behaviour]:
    first, second, last = (-np.eye(3) / _PROBABILITIES).tolist()

    def of(identity: str, label: Any, **answers: Any) -> Behaviour:
        named = {words.replace("_", " "): due for words, due in answers.items()}
        given = {"probabilities": _PROBABILITIES, "label": label}
        return one_of(f"{_OPERATION}-label-{identity}", given, named)

    return [
        of("minus-1", -1, counted_from_the_end=last, zeros=[0] * 3),
        of("true", label=True, taken_for_label_1=second, taken_for_label_0=first),
        of("float", 1.0, taken_for_label_1=second),
        of("fraction", 1.5, rounded_down=second, rounded_up=last),
    ]


def _of_objects() -> list[Behaviour]:
    def given(dtype: str = "float64", label: int = 1) -> dict[str, Any]:
        return {"probabilities": _PROBABILITIES.astype(dtype), "label": label}

    # Float32 takes it for one half.
    near_half = np.array([0.5 + 2.0**-40, 0.5 - 2.0**-40])
    return [
        *(
            dtype_of_result(f"{_OPERATION}-dtype-{dtype}", given(dtype))
            for dtype in ("float32", "float16")
        ),
        in_float64(_OPERATION, {"probabilities": near_half, "label": 0}, [-2 / (1 + 2.0**-39), 0]),
        returned_object(_OPERATION, given()),
        refusals(_OPERATION, *(given(label=label) for label in (3, 4, 300))),
    ]
