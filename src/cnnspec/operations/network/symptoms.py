"""The pattern of a network's wrong answer: which of its three values is wrong first, and how.

``forward`` shows probabilities, loss and accuracy, and they are judged in this order: where the
loss is wrong, the probabilities are right.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.symptoms import Failure, Found, Symptoms
from cnnspec.operations.conv2d.exact import conv2d
from cnnspec.operations.pooling.exact import max_pool2d

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: How near two numbers are taken for the same: far above rounding, far below a mistake.
_CLOSE = 1e-6


def _scales(classes: int) -> dict[float, str]:
    """Return what the loss may be multiplied by, and what that shows."""
    return {
        -1.0: "its sign is the other",
        1 / classes: "it is divided by the number of classes",
        1 / float(np.log(2)): "its logarithm is to base 2",
        1 / float(np.log(10)): "its logarithm is to base 10",
    }


#: Classes by their distance from the label.
_PLACES = {1: "the class after the label", 9: "the class before the label"}

#: What is added to probabilities is smaller, and so is what they are clipped to.
_ADDED = 1e-2


@dataclass(frozen=True)
class _Expected:
    """What the network was given."""

    image: Array
    label: int
    filters: Floats
    weights: Floats
    biases: Floats

    def features(self) -> tuple[Floats, Floats]:
        """Return what the weights make of the pixels, and of pixels that are all 1, each (10,).

        Convolution, pooling and dense layer are linear in a brighter image, so that pixels
        a * image + b, a > 0, have the logits a * the first + b * the second + the biases.
        """
        maps = max_pool2d(conv2d(self.image.astype(np.float64), self.filters).high)
        ones = np.broadcast_to(self.filters.sum(axis=(1, 2)), maps.shape)
        return maps.ravel() @ self.weights, ones.ravel() @ self.weights

    def probabilities(self) -> Floats:
        """Return the probabilities (10,), nearly."""
        pixels, ones = self.features()
        logits = pixels / 255 - ones / 2 + self.biases
        exponentials: Floats = np.exp(logits - logits.max())
        return np.asarray(exponentials / exponentials.sum())


def _of_loss_or_accuracy(error: Failure) -> Found:
    """Say what is wrong with them, if the probabilities are right: they are judged before."""
    if error.got is None or error.answer is None:
        yield _accuracy(error.detail)
    elif error.got.ndim == error.answer.high.ndim == 0:
        given = _Expected(**error.case.arguments)
        yield _loss(float(error.got), float(error.answer.high), given)


def _accuracy(detail: str) -> tuple[str, str, str]:
    if not detail.startswith("acc "):
        return "no three values", detail, "return out, loss, acc: three values"
    return (
        "accuracy wrong",
        "probabilities and loss are right, but acc is not whether the most probable class is the"
        " label",
        "acc is 1 if numpy.argmax(out) == label, else 0",
    )


def _loss(got: float, right: float, given: _Expected) -> tuple[str, str, str]:
    said = "the probabilities are right, the loss is not"
    remedy = "the loss is -numpy.log(out[label])"
    more = float(np.exp(-got) - np.exp(-right))
    classes = len(given.biases)
    others = np.flatnonzero(np.abs(-np.log(given.probabilities()) - got) < _CLOSE * abs(got))
    if others.size and abs(got - right) > _CLOSE * right:
        place = _PLACES.get((int(others[0]) - given.label) % classes, "another class")
        return "loss of another class", f"{said}: it is that of {place}", remedy
    for factor, words in _scales(classes).items():
        if abs(got - factor * right) < _CLOSE * abs(got):
            return "loss scaled", f"{said}: {words}", remedy
    if 0 < more < _ADDED and right > more:
        remedy = "add nothing to the probability, and do not clip it"
        return "loss of more", f"{said}: it is that of a probability larger by {more:.1g}", remedy
    return "loss wrong", said, remedy


def _of_pixels(error: Failure) -> Found:
    """Say how the pixels were prepared, if the probabilities are those of a * image + b."""
    if error.got is None or not (error.got > 0).all():
        return
    got = error.got.astype(np.float64)
    given = _Expected(**error.case.arguments)
    features = np.stack([*given.features(), np.ones(len(got))], axis=-1)
    logits = np.log(got) - given.biases
    size = np.abs(features).max(axis=0)
    if not np.isfinite(logits).all() or not size.all():
        return
    fitted, _, rank, _ = np.linalg.lstsq(features / size, logits, rcond=1e-9)
    far = np.abs(features / size @ fitted - logits).max() / max(np.abs(logits).max(), 1)
    scale, offset, _ = fitted / size
    roundoff = float(np.finfo(error.got.dtype).eps) if error.got.dtype.kind == "f" else 0.0
    close = max(_CLOSE, 100 * roundoff)
    if rank < len(fitted) or far > close or scale <= 0:
        return
    if abs(255 * scale - 1) > close or abs(offset + 0.5) > close:
        shift = f" {'-' if offset < 0 else '+'} {abs(offset):.3g}" if abs(offset) > close else ""
        said = f"pixels become image / {1 / scale:.6g}{shift}"
        yield "other pixels", said, "use image / 255 - 0.5, whatever the image holds"


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
    of_values=_of_pixels,
    unreadable=("no three values", "forward does not return (out, loss, acc): it {said}", _THREE),
    unknown=_UNKNOWN,
)
