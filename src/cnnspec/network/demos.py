"""The articles' two programs, run on the reference, with their figures."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import (
    TRAINING_IMAGES,
    DataError,
    cat_gray,
    cat_rgb,
    mnist_test_set,
    mnist_training_subset,
)
from cnnspec.cases.trained import trained_network
from cnnspec.judge.judge import Judge
from cnnspec.network.evaluation import (
    Forward,
    Progress,
    evaluate,
    print_evaluation,
    together,
)
from cnnspec.network.figures import (
    INSTALL,
    available,
    check_file,
    digits_figure,
    finish,
    stack_figure,
    training_figure,
)
from cnnspec.network.map_differences import LAYER, differences
from cnnspec.network.pictures import read_picture
from cnnspec.network.training import DivergedError, TrainedNetwork, orders
from cnnspec.reference import SOBEL_HORIZONTAL, SOBEL_VERTICAL, article1, article2
from cnnspec.reference.network import network
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.sources.loading import load
from cnnspec.texts import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

HARDEST = 15

#: Test images on which the network is tested that was trained here.
TESTED = 1000

#: Rows and columns that the three layers need: filters of 3, 5 and 7, each with pooling by 2.
SMALLEST = 42


# --- article 2 -------------------------------------------------------------------------------


class Remembering:
    """A network that keeps what it answered.

    Attributes
    ----------
    choices : list of int
        The most probable digits.
    losses : list of float
    """

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self.choices: list[int] = []
        self.losses: list[float] = []

    def __call__(self, image: Array, label: int) -> tuple[Array, float, int]:
        """Run the network."""
        out, loss, acc = self._forward(image, label)
        self.choices.append(int(np.argmax(out)))
        self.losses.append(loss)
        return out, loss, acc


def trained_forward(image: Array, label: int) -> tuple[Array, float, int]:
    """Run one image through the trained network, as article 2's ``forward`` does."""
    out = network(image[np.newaxis], **trained_network().by_name()).probabilities[0]
    return out, float(-np.log(out[label])), int(np.argmax(out) == label)


def demo_mnist(count: int = 1000, *, figure: Path | None = None) -> None:
    """Evaluate article 2's network, untrained and trained, on the first MNIST test images."""
    check_file(figure)
    images, labels = (data[:count] for data in mnist_test_set())
    print("MNIST CNN initialized!")
    _summarize(print_evaluation(article2.forward, images, labels, sys.stdout))
    print("the same network with trained parameters:")
    trained = Remembering(trained_forward)
    _summarize(print_evaluation(trained, images, labels, sys.stdout))
    confusion = confusion_matrix(labels, trained.choices)
    print("\n".join(_table(confusion)))
    hardest = np.argsort(trained.losses)[::-1][:HARDEST]
    pictures = [
        (
            images[index],
            f"{labels[index]} taken for {trained.choices[index]}\n"
            f"image {index}, loss {trained.losses[index]:.2f}",
        )
        for index in hardest
    ]
    title = f"trained network, {len(images):,} test images, and the {len(hardest)} of highest loss"
    _draw(lambda: digits_figure(title, confusion, pictures), figure)


@dataclass(frozen=True)
class Schedule:
    """How the network is trained.

    Attributes
    ----------
    seed : int
        Of its first parameters and of the images' order.
    epochs : int
        How often it is shown every image.
    images : int
        How many of the bundled training images it is shown.
    rate : float
        The learning rate; by default that of the article's series.
    """

    seed: int = 0
    epochs: int = 3
    images: int = TRAINING_IMAGES
    rate: float = 0.005


def demo_training(schedule: Schedule, *, figure: Path | None = None) -> None:
    """Train article 2's network on bundled images, and test it on the first of the test set.

    Raises
    ------
    DataError
        If the learning rate is so large that the loss grows beyond all numbers.
    """
    check_file(figure)
    images, labels = mnist_training_subset()
    network_ = TrainedNetwork(schedule.seed, schedule.rate)
    print("MNIST CNN initialized!")
    groups: list[list[Progress]] = []
    try:
        for epoch, order in orders(schedule.seed, schedule.epochs, schedule.images):
            print(f"--- Epoch {epoch} ---")
            shown = images[: schedule.images][order], labels[: schedule.images][order]
            groups.append(print_evaluation(network_.train, *shown, sys.stdout))
    except DivergedError as error:
        raise DataError(f"{error}; choose a smaller one by --lr") from None
    print("--- Testing the CNN ---")
    test_images, test_labels = (data[:TESTED] for data in mnist_test_set())
    tested = [*evaluate(network_.forward, test_images, test_labels)]
    _summarize(tested)
    counted_images = counted(schedule.images, "training image")
    epochs = counted(schedule.epochs, "epoch")
    title = f"{counted_images}, {epochs}, learning rate {schedule.rate:g}, seed {schedule.seed}"
    _draw(lambda: training_figure(title, groups, tested), figure)


def _summarize(groups: Sequence[Progress]) -> None:
    all_ = together(groups)
    print(f"{counted(all_.count, 'image')}: average loss {all_.loss:.3f}, {all_.correct} correct")


def confusion_matrix(labels: Array, choices: Sequence[int]) -> NDArray[np.int64]:
    """Return (10, 10): how many images of each label (row) were taken for each digit (column)."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (np.asarray(labels, np.int64), np.asarray(choices, np.int64)), 1)
    return counts


def _table(confusion: NDArray[np.int64]) -> Iterator[str]:
    """Yield the lines of a confusion matrix, the digits on top and at the side."""
    yield f"{'':8}taken for"
    yield f"{'label':5}" + "".join(f"{digit:6}" for digit in range(10))
    for digit, row in enumerate(confusion):
        yield f"{digit:5}" + "".join(f"{count:6}" for count in row)


# --- article 1 -------------------------------------------------------------------------------


def demo_cat(
    *,
    rgb: bool = False,
    sobel: bool = False,
    picture: Path | None = None,
    implementation: str | None = None,
    figure: Path | None = None,
) -> None:
    """Run article 1's three layers on scikit-image's cat, or another picture, and draw all maps."""
    check_file(figure)
    judge = _judge_of(implementation) if implementation else None
    if picture is not None:
        name = picture.name
        image, scaling = read_picture(picture, rgb=rgb, smallest=SMALLEST)
    else:
        name, image, scaling = "chelsea", np.asarray(cat_rgb() / 255 if rgb else cat_gray()), ""
    banks = article1.filter_banks(3 if rgb else None)
    if sobel:
        banks[0] = _sobel_bank(banks[0])
    print(f"{name}: {image.shape}{scaling}")
    layers = article1.three_layers(image, banks)
    for number, maps in enumerate(layers, start=1):
        for step, values in maps._asdict().items():
            print(
                f"layer {number} {step:4}: {values.shape},"
                f" from {values.min():.3f} to {values.max():.3f}"
            )
    others = differences(judge, image, banks, layers) if judge else None
    for number, steps in enumerate(others or (), start=1):
        for step, difference in zip(layers[0]._fields, steps, strict=True):
            print(f"layer {number} {step:4}: {difference}")
    title = f"{name} through three layers, {'Sobel' if sobel else 'article'} filters first"
    other = Path(implementation or "").name
    _draw(lambda: stack_figure(title, image, banks, layers, others, other), figure)


def _draw(make: "Callable[[], Figure]", file: Path | None) -> None:
    print(finish(make(), file) if available() else f"no figure: {INSTALL} to have it drawn")


def _sobel_bank(like: Array) -> Array:
    """Return article 2's Sobel filters in the shape of article 1's first bank."""
    bank = np.stack([SOBEL_VERTICAL, SOBEL_HORIZONTAL])
    if like.ndim == 4:
        bank = np.repeat(bank[..., np.newaxis], like.shape[-1], axis=-1) / like.shape[-1]
    return bank


def _judge_of(source: str) -> Judge:
    """Return who calls another implementation.

    Raises
    ------
    DataError
        If it does not offer what the three layers need.
    LoadError
        If it cannot be loaded.
    """
    judged = load(source)
    missing = [operation for operation in LAYER if operation not in judged.offers]
    if missing:
        raise DataError(f"{source} cannot run the three layers: no {', '.join(missing)} in it")
    return Judge(judged, Capabilities(judged), "article")
