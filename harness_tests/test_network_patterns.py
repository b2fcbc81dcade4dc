"""What a network's wrong answer shows: its pixels, its loss, its accuracy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.data import mnist_test_set
from cnnspec.declaration.case import Case
from cnnspec.diagnosis.patterns import patterns
from cnnspec.judge.nonconformance import Complaint, NonconformanceError, wrong_values
from cnnspec.operations.network import network_answer
from cnnspec.operations.network.exact import exact_logits, parameters
from cnnspec.reference import softmax
from cnnspec.reference.network import network

Array = NDArray[Any]

NETWORK = parameters()
IMAGE = mnist_test_set()[0][3]
LABEL = 4
CASE = Case("a-digit", "network", {"image": IMAGE, "label": LABEL, **NETWORK.by_name()})


def of_pixels(pixels: Array) -> Array:
    """Return the probabilities of an image whose pixels were prepared in some way."""
    image = (pixels + 0.5) * 255
    out: Array = network(image[np.newaxis], **NETWORK.by_name()).probabilities[0]
    return out


OUT = of_pixels(IMAGE / 255 - 0.5)


def first_of(got: Array, part: str) -> dict[str, Any]:
    """Return the first pattern of wrong probabilities, or of a wrong loss."""
    answer = network_answer(exact_logits(IMAGE, NETWORK, got.dtype), got.dtype)
    expected = answer.loss(LABEL, got.dtype) if part == "loss" else answer
    error = wrong_values(CASE, got, expected)
    return patterns(error, error)[0]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda x: x / 256 - 0.5, "pixels become image / 256 - 0.5"),
        (lambda x: x / 255, "pixels become image / 255"),
        (lambda x: x / 127.5 - 0.5, "pixels become image / 127.5 - 0.5"),
        (lambda x: (x / 255 - 0.1307) / 0.3081, "pixels become image / 78.5655 - 0.424"),
        (lambda x: x / 100 + 0.25, "pixels become image / 100 + 0.25"),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pixels(prepare: Callable[[Array], Array], said: str, dtype: str) -> None:
    got = of_pixels(prepare(IMAGE)).astype(dtype)
    assert first_of(got, "out")["explanation"] == said


@pytest.mark.parametrize(
    ("got", "pattern"),
    [
        (of_pixels(0.5 - IMAGE / 255), "probabilities wrong"),  # pooling is not linear in it
        (of_pixels(IMAGE.T / 255 - 0.5), "probabilities wrong"),
        (OUT[::-1], "right numbers in another order"),
        (np.log(OUT), "transformed"),
        (np.zeros(10), "all zero"),
        (np.full(10, np.nan), "not finite"),
        (softmax(OUT), "probabilities wrong"),
    ],
)
def test_other_probabilities(got: Array, pattern: str) -> None:
    assert first_of(got, "out")["pattern"] == pattern


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (-np.log(OUT[LABEL + 1]), "it is that of the class after the label"),
        (-np.log(OUT[LABEL - 1]), "it is that of the class before the label"),
        (-np.log(OUT[0]), "it is that of another class"),
        (np.log(OUT[LABEL]), "its sign is the other"),
        (-np.log2(OUT[LABEL]), "its logarithm is to base 2"),
        (-np.log10(OUT[LABEL]), "its logarithm is to base 10"),
        (-np.log(OUT[LABEL]) / 10, "it is divided by the number of classes"),
        (-np.log(OUT[LABEL] + 1e-9), "it is that of a probability larger by 1e-09"),
        (-np.log(OUT[LABEL] + 1e-6), "it is that of a probability larger by 1e-06"),
        (-np.log(OUT[LABEL]) + 1, "the probabilities are right, the loss is not"),
    ],
)
def test_losses(loss: float, said: str) -> None:
    assert said in first_of(np.array(loss), "loss")["explanation"]


def test_accuracy() -> None:
    why = "acc is 1 for the label 3, the most probable class is 4"
    error = NonconformanceError(CASE, why, detail=why)
    assert patterns(error, error)[0]["pattern"] == "accuracy wrong"


def test_two_values() -> None:
    why = "returned an object of type tuple"
    error = NonconformanceError(CASE, why, Complaint.UNREADABLE, detail=why)
    assert "(out, loss, acc)" in patterns(error, error)[0]["explanation"]
