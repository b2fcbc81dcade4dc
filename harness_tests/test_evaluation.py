"""Article 2's evaluation loop, and the programs of the command line."""

import io
from typing import Any

import numpy as np
import pytest

from cnnspec.cases.data import mnist_test_set
from cnnspec.commands.line import main
from cnnspec.network.evaluation import Progress, evaluate, print_evaluation
from cnnspec.reference import article2


def pretend(image: Any, label: int) -> tuple[Any, float, int]:
    """Pretend to be a network: the image says the loss, the label whether it is right."""
    return np.zeros(10), float(image), label


def test_averages_of_every_hundred_and_of_the_rest() -> None:
    losses = [1.0] * 100 + [2.0] * 100 + [4.0] * 50
    right = [1] * 30 + [0] * 170 + [1] * 50
    groups = list(evaluate(pretend, losses, right))
    assert groups == [
        Progress(100, 100, 1.0, 30),
        Progress(200, 100, 2.0, 0),
        Progress(250, 50, 4.0, 50),
    ]
    assert [group.accuracy for group in groups] == [30, 0, 100]


def test_the_line_of_the_article() -> None:
    line = str(Progress(300, 100, 2.3017, 11))
    assert line == "[Step 300] Past 100 steps: Average Loss 2.302 | Accuracy: 11%"


@pytest.mark.parametrize("count", [0, 1, 99, 100])
def test_few_images(count: int) -> None:
    groups = list(evaluate(pretend, [1.0] * count, [1] * count))
    assert sum(group.count for group in groups) == count


def test_images_and_labels_must_match() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        list(evaluate(pretend, [1.0] * 3, [1] * 4))


def test_the_first_thousand_images() -> None:
    images, labels = mnist_test_set()
    out = io.StringIO()
    groups = print_evaluation(article2.forward, images[:1000], labels[:1000], out)
    assert [group.step for group in groups] == list(range(100, 1001, 100))
    assert out.getvalue().splitlines() == [str(group) for group in groups]
    losses = [
        -np.log(article2.forward(image, label)[0][label])
        for image, label in zip(images[900:1000], labels[900:1000], strict=True)
    ]
    assert groups[-1].loss == pytest.approx(np.mean(losses), rel=1e-12)
    untrained = np.log(10)  # ten classes, all about as probable
    assert all(abs(group.loss - untrained) < 0.05 for group in groups)


def test_demo_mnist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "mnist", "--images", "150"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "MNIST CNN initialized!"
    assert lines[1].startswith("[Step 100] Past 100 steps: Average Loss 2.3")
    assert lines[2].startswith("[Step 150] Past 50 steps: Average Loss 2.3")
    assert lines[3].startswith("150 images: average loss 2.3")


@pytest.mark.parametrize("options", [[], ["--rgb"]])
def test_demo_cat(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "cat", *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert "(33, 52, 1)" in lines[-2]
    assert "figure" in lines[-1]
