"""How the loss of logits is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.writing import (
    COLUMNS,
    EXAMPLES,
    ROWS,
    Arguments,
    Derived,
    Order,
    Orders,
    Role,
    Spelling,
)
from cnnspec.operations.cross_entropy.spelling import LABELS, labels


def _first(axes: int, of_data: int) -> str:
    return "{}[0]" if axes == 1 and of_data == 1 else "{}"


#: The losses of vectors that are taken in batches only.
LOSSES = Orders(
    name=EXAMPLES.name,
    of=EXAMPLES.of,
    choices=(
        Order(name="one"),
        Order(name=ROWS, back=_first),
        Order(name=COLUMNS, back=_first),
    ),
)


def _one_hot(given: Arguments) -> Any:
    """Return a one for the class of each label, and zeros."""
    logits, labels = np.asarray(given["logits"]), np.asarray(given["label"])
    is_of_rows = labels.shape == logits.shape[:-1] and labels.dtype.kind in "iu"
    if not is_of_rows or not ((labels >= 0) & (labels < logits.shape[-1])).all():
        raise Unavailable("one-hot labels are classes")
    return (np.arange(logits.shape[-1]) == labels[..., np.newaxis]).astype(logits.dtype)


def _probes() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 21.0) ** 2 % 7 / 2
    return [
        {"logits": numbers[:5], "label": 3},
        {"logits": numbers.reshape(4, 5), "label": np.array([0, 2, 4, 1])},
        {"logits": numbers[::-1].reshape(4, 5), "label": np.array([3, 3, 0, 2])},
    ]


_LOGITS = Role(
    names="logits x z scores input inputs predictions prediction preds pred outputs"
    " output out a logit",
    values=("logits",),
)
SPELLING = Spelling(
    names="softmaxcrossentropy softmaxwithloss softmaxloss softmaxcrossentropyloss"
    " crossentropy crossentropyloss crossentropywithlogits softmaxcrossentropywithlogits"
    " softmaxwithcrossentropy crossentropywithsoftmax lossonlogits celogits"
    " sparsesoftmaxcrossentropywithlogits categoricalcrossentropy loss cost",
    others="probs prob probabilities p ypred yhat yprob softmaxoutput predictedprobs",
    weak="crossentropy crossentropyloss categoricalcrossentropy loss cost",
    roles=(_LOGITS, LABELS),
    orders={"logits": (EXAMPLES,), "one_hot": (EXAMPLES,)},
    of_result=(LOSSES,),
    derived={
        "labels": Derived(
            of=lambda given: labels(given["logits"], given["label"]), parameter="label"
        ),
        "one_hot": Derived(of=_one_hot, parameter="label"),
        "classes": Derived(of=lambda given: np.shape(given["logits"])[-1]),
    },
    probes=_probes,
)
