"""How the loss of probabilities is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.writing import EXAMPLES, Arguments, Derived, Role, Spelling


def _probes() -> list[dict[str, Any]]:
    probabilities = np.array([0.5, 0.125, 0.25, 0.0625, 0.0625])
    return [{"probabilities": probabilities, "label": label} for label in (0, 2, 4)]


def _one_hot(given: Arguments) -> Any:
    """Return a one for the label's class, and zeros."""
    probabilities, label = np.asarray(given["probabilities"]), given["label"]
    is_class = isinstance(label, int | np.integer) and 0 <= label < len(probabilities)
    if not is_class:
        raise Unavailable("one-hot labels are classes")
    return (np.arange(len(probabilities)) == label).astype(probabilities.dtype)


def labels(values: Any, label: Any) -> Any:
    """Return labels as an array. Much code takes one-hot rows as well, and tells them by size.

    Raises
    ------
    Unavailable
        If there is one class only: then a label and a row of one number look alike.
    """
    if np.shape(values)[-1:] == (1,):
        raise Unavailable("of a single class, labels and one-hot rows have the same size")
    return np.atleast_1d(label)


_PROBABILITIES = Role(
    names="probabilities probs prob p ypred yhat predictions prediction preds pred outputs output"
    " out a al softmaxoutput yp x activations predicted predictedprobs yprob scores z"
    " probabilidades",
    values=("probabilities",),
)
#: What labels are called.
LABELS = Role(
    names="label labels y target targets ytrue t truth classindex index trueclass actual"
    " groundtruth yt correct onehot yonehot expected trues classes"
    " etiquetas etiqueta",
    values=("label", "labels", "one_hot"),
)

SPELLING = Spelling(
    names="crossentropy crossentropyloss categoricalcrossentropy ce celoss nll nllloss"
    " negativeloglikelihood logloss loss computeloss computecost cost lossfunction costfunction"
    " crossentropyerror categoricalcrossentropyloss sparsecategoricalcrossentropy xent"
    " losscategoricalcrossentropy multiclasscrossentropy entropiacruzada kreuzentropie",
    roles=(_PROBABILITIES, LABELS),
    orders={"probabilities": (EXAMPLES,), "one_hot": (EXAMPLES,)},
    derived={
        "labels": Derived(
            of=lambda given: labels(given["probabilities"], given["label"]), parameter="label"
        ),
        "one_hot": Derived(of=_one_hot, parameter="label"),
        "classes": Derived(of=lambda given: len(given["probabilities"])),
    },
    is_scalar=True,
    weak="nll nllloss negativeloglikelihood loss cost lossfunction costfunction computeloss"
    " computecost ce",
    probes=_probes,
)
