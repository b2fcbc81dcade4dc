"""The articles' two programs, run on the reference, with their figures."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.capabilities import Capabilities
from cnnspec.cases import Case
from cnnspec.data import DataError, cat_gray, cat_rgb, mnist_test_set
from cnnspec.evaluation import Forward, Progress, print_evaluation
from cnnspec.figures import (
    INSTALL,
    available,
    check_file,
    digits_figure,
    finish,
    stack_figure,
)
from cnnspec.judge import Judge
from cnnspec.loading import load
from cnnspec.nonconformance import NonconformanceError, NotTestedError
from cnnspec.pictures import read_picture
from cnnspec.reference import SOBEL_HORIZONTAL, SOBEL_VERTICAL, article1, article2
from cnnspec.reference.network import network
from cnnspec.trained import trained_network

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

HARDEST = 15

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
    print("labels by row, what they were taken for by column:")
    print("\n".join(" ".join(f"{number:5}" for number in row) for row in confusion))
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


def _summarize(groups: Sequence[Progress]) -> None:
    correct = sum(group.correct for group in groups)
    total = sum(group.count for group in groups)
    loss = sum(group.loss * group.count for group in groups) / total
    print(f"{total} images: average loss {loss:.3f}, {correct} correct")


def confusion_matrix(labels: Array, choices: Sequence[int]) -> NDArray[np.int64]:
    """Return (10, 10): how many images of each label (row) were taken for each digit (column)."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (np.asarray(labels, np.int64), np.asarray(choices, np.int64)), 1)
    return counts


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
    others = _layers_of(implementation, image, banks) if implementation else None
    for number, (ours, theirs) in enumerate(zip(layers, others or [], strict=False), start=1):
        for step, mine, their in zip(ours._fields, ours, theirs, strict=True):
            print(f"layer {number} {step:4}: {_apart(mine, their)}")
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


def _layers_of(source: str, image: Array, banks: Sequence[Array]) -> list[list[Array]]:
    """Return the maps of another implementation, each layer on its own pooled maps.

    Raises
    ------
    DataError
        If it does not offer what the stack needs, or refuses it.
    """
    judged = load(source)
    judge = Judge(judged, Capabilities(judged), "article")
    maps: Array = image
    layers = []
    try:
        for bank in banks:
            steps = []
            for operation, first, rest in (
                ("conv2d", "image", {"filters": bank}),
                ("relu", "x", {}),
                ("max_pool2d", "maps", {}),
            ):
                maps = judge.value(Case(source, operation, {first: maps, **rest}))
                if maps.ndim != 3:
                    raise DataError(f"{operation} of {source} returns the shape {maps.shape}")
                steps.append(maps)
            layers.append(steps)
    except (NotTestedError, NonconformanceError) as error:
        raise DataError(f"{source} cannot run the three layers: {error}") from error
    return layers


def _apart(ours: Array, theirs: Array) -> str:
    if ours.shape != theirs.shape:
        return f"of the shape {theirs.shape} instead of {ours.shape}"
    return f"differs by at most {np.abs(theirs - ours).max():.2g}"
