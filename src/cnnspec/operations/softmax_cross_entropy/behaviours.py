"""What correct losses of logits answer differently: batches, infinities, odd labels, dtypes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import CLOSE, OTHER, Asker, Behaviour, name_of, single_number
from cnnspec.declaration.behaviour_questions import (
    dtype_of_result,
    in_float64,
    of_nothing,
    one_of,
    refusals,
    returned_object,
)
from cnnspec.declaration.case import reals

Array = NDArray[Any]

_OPERATION = "softmax_cross_entropy"
_LOGITS = np.array([1.0, 0.0, 2.0])
_LOSSES = np.log(np.exp(_LOGITS).sum()) - _LOGITS
_FIRST, _SECOND, _THIRD = _LOSSES.tolist()

_BATCH = {"logits": np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 0.0]]), "label": np.array([0, 1])}
_OF_BATCH = np.array([_FIRST, np.log(np.exp([3.0, 1.0, 0.0]).sum()) - 1.0])

EACH, MEAN, SUM = "one loss for each row", "their mean", "their sum"
INFINITE, NOT_A_NUMBER, LARGEST = "infinity", "NaN", "the largest number of the dtype"
CUT = "a finite number: the probability is cut off"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_batches(), *_of_numbers(), *_of_labels(), *_of_objects()]


def _of_batches() -> list[Behaviour]:
    answers = {EACH: _OF_BATCH, MEAN: _OF_BATCH.mean(), SUM: _OF_BATCH.sum()}
    return [
        one_of(f"{_OPERATION}-batch", _BATCH, answers),
        Behaviour(f"{_OPERATION}-batch-bits", (SAME_BITS, OTHER_BITS), _bits_of_batch),
    ]


SAME_BITS, OTHER_BITS = "the same bits", "other bits"


def _bits_of_batch(asker: Asker) -> str:
    logits, labels = reals("batch", 9, 37), np.arange(9) * 4
    together = asker({"logits": logits, "label": labels})
    if together.shape != (9,):
        return OTHER
    alone = [
        asker({"logits": row, "label": int(label)})
        for row, label in zip(logits, labels, strict=True)
    ]
    same = all(
        single_number(one) == each for one, each in zip(alone, together.tolist(), strict=True)
    )
    return SAME_BITS if same else OTHER_BITS


def _of_numbers() -> list[Behaviour]:
    return [
        _odd("infinity-at-the-label", [0, np.inf, 1], 1),
        _odd("infinity-elsewhere", [0, np.inf, 1], 0),
        _odd("nan-elsewhere", [0, np.nan, 1], 0),
        _odd("minus-infinity-at-the-label", [0, -np.inf, 1], 1),
        _odd("minus-infinity-everywhere", [-np.inf] * 3, 1),
    ]


def _odd(identity: str, logits: list[float], label: int) -> Behaviour:
    """Ask what the loss of logits is that leave none, or an infinite one."""

    def ask(asker: Asker) -> str:
        got = asker({"logits": np.array(logits, np.float64), "label": label})
        loss = single_number(got)
        if np.isnan(loss):
            return NOT_A_NUMBER
        if got.dtype.kind == "f" and loss == np.finfo(got.dtype).max:
            return LARGEST
        if loss == np.inf:
            return INFINITE
        return "0" if abs(loss) < CLOSE else CUT if loss > 1 else OTHER

    return Behaviour(f"{_OPERATION}-{identity}", (NOT_A_NUMBER, INFINITE, LARGEST, "0", CUT), ask)


def _of_labels() -> list[Behaviour]:
    one_hot = np.array([0, 1, 0])
    return [
        _label("minus-1", -1, counted_from_the_end=_THIRD, zero=0.0, NaN=np.nan),
        _label("true", label=True, taken_for_label_1=_SECOND, taken_for_label_0=_FIRST),
        _label("float", 1.0, taken_for_label_1=_SECOND),
        _label("fraction", 1.5, rounded_down=_SECOND, rounded_up=_THIRD),
        _label("one-hot", one_hot, taken_for_the_class_that_is_1=_SECOND),
        _label("as-floats", one_hot.astype(float), taken_for_the_class_that_is_1=_SECOND),
    ]


def _label(identity: str, label: Any, **answers: float) -> Behaviour:
    """Ask what the loss of an odd label is."""
    named = {words.replace("_", " "): loss for words, loss in answers.items()}

    def ask(asker: Asker) -> str:
        got = asker({"logits": _LOGITS, "label": label})
        return name_of(np.array(single_number(got)), named)

    return Behaviour(f"{_OPERATION}-label-{identity}", (*named,), ask)


def _of_objects() -> list[Behaviour]:
    plain = {"logits": _LOGITS, "label": 1}
    return [
        *(
            dtype_of_result(
                f"{_OPERATION}-dtype-{dtype}", {"logits": _LOGITS.astype(dtype), "label": 1}
            )
            for dtype in ("float32", "float16", "int64")
        ),
        in_float64(
            _OPERATION,
            {"logits": np.array([0, 2.0**-30]), "label": 0},
            np.log(2) + 2.0**-31 + 2.0**-63,
        ),
        returned_object(_OPERATION, plain),
        refusals(_OPERATION, *({"logits": _LOGITS, "label": label} for label in (3, 4, 300))),
        of_nothing(f"{_OPERATION}-no-logits", {"logits": np.zeros(0), "label": 0}),
        of_nothing(
            f"{_OPERATION}-no-rows",
            {"logits": np.zeros((0, 3)), "label": np.zeros(0, np.int64)},
            (0,),
        ),
    ]
