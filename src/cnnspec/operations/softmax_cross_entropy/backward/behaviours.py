"""What correct gradients of losses of logits answer differently: batches, labels, infinities."""

from typing import Any

import numpy as np

from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import (
    dtype_of_result,
    in_float64,
    of_nothing,
    one_of,
    refusals,
    returned_object,
)

_OPERATION = "softmax_cross_entropy_backward"
_LOGITS = np.array([1.0, 0.0, 2.0])
_P = np.exp(_LOGITS) / np.exp(_LOGITS).sum()
_FIRST, _SECOND, _THIRD = (_P - np.eye(3)).tolist()
_BATCH = {"logits": np.array([_LOGITS, _LOGITS]), "label": np.array([0, 1])}

EACH, MEAN = "of the sum, or of each row's loss: not divided", "of the mean: divided by the rows"
EVERYWHERE, SPARED = "NaN everywhere", "as if it were certain"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    due = np.array([_FIRST, _SECOND])
    return [
        one_of(f"{_OPERATION}-batch", _BATCH, {EACH: due, MEAN: due / 2}),
        *_of_infinities(),
        *_of_labels(),
        *_of_objects(),
    ]


def _of_infinities() -> list[Behaviour]:
    nothing = {EVERYWHERE: [np.nan] * 3}
    return [
        one_of(
            f"{_OPERATION}-infinity-elsewhere",
            {"logits": np.array([0, np.inf, 1]), "label": 0},
            {**nothing, SPARED: [-1, 1, 0]},
        ),
        one_of(
            f"{_OPERATION}-minus-infinity-at-the-label",
            {"logits": np.array([0, -np.inf, 0]), "label": 1},
            {"probabilities, less 1 at the label": [0.5, -1, 0.5], **nothing},
        ),
        one_of(
            f"{_OPERATION}-minus-infinity-everywhere",
            {"logits": np.full(3, -np.inf), "label": 1},
            nothing,
        ),
    ]


def _of_labels() -> list[Behaviour]:
    def of(identity: str, label: Any, **answers: Any) -> Behaviour:
        named = {words.replace("_", " "): due for words, due in answers.items()}
        return one_of(f"{_OPERATION}-label-{identity}", {"logits": _LOGITS, "label": label}, named)

    one_hot = np.array([0, 1, 0])
    return [
        of("minus-1", -1, counted_from_the_end=_THIRD, probabilities=_P),
        of("true", label=True, taken_for_label_1=_SECOND, taken_for_label_0=_FIRST),
        of("float", 1.0, taken_for_label_1=_SECOND),
        of("fraction", 1.5, rounded_down=_SECOND, rounded_up=_THIRD),
        of("one-hot", one_hot, taken_for_the_class_that_is_1=_SECOND),
        of("as-floats", one_hot.astype(float), taken_for_the_class_that_is_1=_SECOND),
    ]


def _of_objects() -> list[Behaviour]:
    # A softmax of 0 and 2^-30 is half and half, but for 2^-32.
    near_half = np.array([-0.5 - 2.0**-32, 0.5 + 2.0**-32])
    return [
        *(
            dtype_of_result(
                f"{_OPERATION}-dtype-{dtype}", {"logits": _LOGITS.astype(dtype), "label": 1}
            )
            for dtype in ("float32", "float16", "int64")
        ),
        in_float64(_OPERATION, {"logits": np.array([0, 2.0**-30]), "label": 0}, near_half),
        returned_object(_OPERATION, {"logits": _LOGITS, "label": 1}),
        refusals(_OPERATION, *({"logits": _LOGITS, "label": label} for label in (3, 4, 300))),
        of_nothing(
            f"{_OPERATION}-no-rows",
            {"logits": np.zeros((0, 3)), "label": np.zeros(0, np.int64)},
            (0, 3),
        ),
    ]
