"""The pattern of a wrong step: which of the loss and the new parameters is wrong first.

They are judged in the order in which they are computed: the loss, the biases, whose gradient all
others are made of, the weights, and the filters, which the gradient reaches last.
"""

from cnnspec.declaration.symptoms import Failure, Found, Symptoms

_RETURNED = "return loss, filters, weights, biases: a number, and the new parameters"

_LOSS = (
    "loss wrong",
    "the loss is not that of the network before the step",
    "the loss is -numpy.log(probabilities[label]), computed before anything is updated; if the"
    " forward pass is right elsewhere, look at the pixels (image / 255 - 0.5)",
)

_BIASES = (
    "biases wrong",
    "the loss is right; the biases do not become biases - learning_rate * gradient",
    "the gradient by the logits, which the biases have too, is the probabilities, minus 1 at the"
    " label",
)

_WEIGHTS = (
    "weights wrong",
    "loss and biases are right; the weights do not become weights - learning_rate * gradient",
    "the gradient by the weights is pooled[i] * by_logits[j], the pooled maps flattened as they"
    " are",
)

_FILTERS = (
    "filters wrong",
    "loss, biases and weights are right; the filters do not become"
    " filters - learning_rate * gradient",
    "hand the gradient back through the weights as they were before the update, to the largest"
    " element of each window, and from there to the pixels that the filter saw",
)

#: By the axes of what is wrong.
_BY_AXES = {0: _LOSS, 1: _BIASES, 2: _WEIGHTS, 3: _FILTERS}


def _of_failure(error: Failure) -> Found:
    """Say what is wrong first."""
    if error.got is None or error.answer is None:
        yield "no four values", error.detail, _RETURNED
    elif error.got.shape == error.answer.high.shape:
        yield _BY_AXES[error.got.ndim]


SYMPTOMS = Symptoms(
    of_failure=_of_failure,
    unreadable=(
        "no four values",
        "no loss and new parameters come back: it {said}",
        _RETURNED,
    ),
)
