"""What is said of a network whose answer is wrong: its pixels, its loss, its accuracy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.data import mnist_test_set
from cnnspec.declaration.case import Case
from cnnspec.diagnosis.patterns import patterns
from cnnspec.judge.nonconformance import Complaint, NonconformanceError, wrong_values
from cnnspec.operations.network import network_answer
from cnnspec.operations.network.exact import exact_logits, parameters
from cnnspec.reference.article2 import Conv3x3, MaxPool2, Softmax
from cnnspec.reference.network import network
from cnnspec.report.headline import headline_diagnoses, headline_words
from cnnspec.run.check import check
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import by_turns

Array = NDArray[Any]

NETWORK = parameters()
IMAGE = mnist_test_set()[0][3]
LABEL = 4
CASE = Case("a-digit", "network", {"image": IMAGE, "label": LABEL, **NETWORK.by_name()})


def prepared(image: Array) -> Array:
    return image / 255 - 0.5


def as_they_are(out: Array) -> Array:
    return out


def cost(out: Array, label: int) -> Any:
    with np.errstate(divide="ignore"):
        return -np.log(out[label])


def hit(out: Array, label: int) -> int:
    return int(np.argmax(out) == label)


def first_line(
    pixels: Callable[[Array], Array] = prepared,
    probabilities: Callable[[Array], Array] = as_they_are,
    loss: Callable[[Array, int], Any] = cost,
    accuracy: Callable[[Array, int], Any] = hit,
) -> str:
    """Return the first line on a network that does one thing in its own way."""

    class Net:
        conv, pool, softmax = Conv3x3(8), MaxPool2(), Softmax(1352, 10)

        def forward(self, image: Array, label: int) -> tuple[Array, float, Any]:
            ready = (pixels(np.asarray(image, np.float64)) + 0.5) * 255
            weights, biases = self.softmax.weights, self.softmax.biases
            found = network(ready[np.newaxis], self.conv.filters, weights, biases)
            out = probabilities(found.probabilities[0])
            return out, float(loss(out, label)), accuracy(out, label)

    report = check(recognise(Net(), name="net", source="net"), modules=["test_network"])
    return headline_words(*headline_diagnoses(report)[0])


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (lambda x: x / 256 - 0.5, "pixels are divided by 256"),
        (lambda x: x / 255, "pixels range from 0 to 1: the shift is missing"),
        (lambda x: x / 127.5 - 0.5, "pixels become image / 127.5 - 0.5"),
        (lambda x: (x / 255 - 0.1307) / 0.3081, "(the mean and deviation of MNIST)"),
        (lambda x: x / 100 + 0.25, "pixels become image / 100 + 0.25"),
        (lambda x: 0.5 - x / 255, "black and white are interchanged"),
        (lambda x: x.T / 255 - 0.5, "rows and columns of the image are interchanged"),
    ],
)
@by_turns
def test_pixels(pixels: Callable[[Array], Array], said: str) -> None:
    line = first_line(pixels=pixels)
    assert line.startswith("network: ")
    assert said in line


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        (lambda out: out[::-1], "are in reverse order"),
        (reference.softmax, "a softmax is taken twice"),
    ],
)
@by_turns
def test_probabilities(probabilities: Callable[[Array], Array], said: str) -> None:
    assert said in first_line(probabilities=probabilities)


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (lambda p, y: cost(p, (y + 1) % len(p)), "the class after the label is taken"),
        (lambda p, y: cost(p, y - 1), "the class before the label is taken"),
        (lambda p, y: -cost(p, y), "log(p) is returned, not -log(p)"),
        (lambda p, y: cost(p, y) / np.log(2), "the logarithm is to base 2"),
        (lambda p, y: cost(p, y) / np.log(10), "the logarithm is to base 10"),
        (lambda p, y: cost(p, y) / 10, "divided by the number of classes"),
        (lambda p, y: cost(p + 1e-9, y), "a constant, 1e-09, is added to the probability"),
        (lambda p, y: cost(p + 1e-6, y), "a constant, 1e-06, is added to the probability"),
    ],
)
@by_turns
def test_losses(loss: Callable[[Array, int], Any], said: str) -> None:
    line = first_line(loss=loss)
    assert line.startswith("network: ")
    assert said in line


@by_turns
def test_accuracies() -> None:
    line = first_line(accuracy=lambda p, y: 1 - hit(p, y))
    assert line == "network: acc is 1 if the most probable class is not the label"


# --- what is said where no experiment tells more ---------------------------------------------


def first_of(got: Array, part: str) -> dict[str, Any]:
    """Return the first pattern of wrong probabilities, or of a wrong loss."""
    answer = network_answer(exact_logits(IMAGE, NETWORK, got.dtype), got.dtype)
    expected = answer.loss(LABEL, got.dtype) if part == "loss" else answer
    error = wrong_values(CASE, got, expected)
    return patterns(error, error)[0]


@pytest.mark.parametrize(
    ("got", "pattern"),
    [
        (np.linspace(0, 0.2, 10), "probabilities wrong"),
        (np.zeros(10), "all zero"),
        (np.full(10, np.nan), "not finite"),
    ],
)
def test_patterns_of_probabilities(got: Array, pattern: str) -> None:
    assert first_of(got, "out")["pattern"] == pattern


def test_the_pattern_of_a_loss() -> None:
    said = first_of(np.array(12.5), "loss")["explanation"]
    assert said == "the probabilities are right, the loss is not"


def test_accuracy() -> None:
    why = "acc is 1 for the label 3, the most probable class is 4"
    error = NonconformanceError(CASE, why, detail=why)
    assert patterns(error, error)[0]["pattern"] == "accuracy wrong"


def test_two_values() -> None:
    why = "returned an object of type tuple"
    error = NonconformanceError(CASE, why, Complaint.UNREADABLE, detail=why)
    assert "(out, loss, acc)" in patterns(error, error)[0]["explanation"]
