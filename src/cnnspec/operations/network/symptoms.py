"""The pattern of a network's wrong answer: which of its three values is wrong first.

``forward`` shows probabilities, loss and accuracy, and they are judged in this order: where the
loss is wrong, the probabilities are right.
"""

from cnnspec.declaration.symptoms import Failure, Found, Symptoms


def _of_loss_or_accuracy(error: Failure) -> Found:
    """Say what is wrong with them, if the probabilities are right: they are judged before."""
    if error.got is None or error.answer is None:
        yield _accuracy(error.detail)
    elif error.got.ndim == error.answer.high.ndim == 0:
        said = "the probabilities are right, the loss is not"
        yield "loss wrong", said, "the loss is -numpy.log(out[label])"


def _accuracy(detail: str) -> tuple[str, str, str]:
    if not detail.startswith("acc "):
        return "no three values", detail, "return out, loss, acc: three values"
    return (
        "accuracy wrong",
        "probabilities and loss are right, but acc is not whether the most probable class is the"
        " label",
        "acc is 1 if numpy.argmax(out) == label, else 0",
    )


_THREE = "return out, loss, acc: probabilities, a number, and 0 or 1"

#: What is said of wrong probabilities of which nothing else can be said.
_UNKNOWN = (
    "probabilities wrong",
    "the probabilities are wrong, and no mistake that is known gives them",
    "compare the layers one by one; if each is right, look at the pixels (image / 255 - 0.5) and"
    " at what is handed from one layer to the next (the maps are flattened as they are)",
)

SYMPTOMS = Symptoms(
    is_bounded_normwise=True,
    of_failure=_of_loss_or_accuracy,
    unreadable=("no three values", "forward does not return (out, loss, acc): it {said}", _THREE),
    unknown=_UNKNOWN,
)
