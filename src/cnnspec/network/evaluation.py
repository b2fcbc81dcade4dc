"""Evaluating a network image by image, as article 2's program does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from numpy.typing import NDArray
from tqdm import tqdm

Numbers = Sequence[Any] | NDArray[Any]
Forward = Callable[[NDArray[Any], int], tuple[NDArray[Any], float, int]]

EVERY = 100


@dataclass(frozen=True)
class Progress:
    """Averages over the latest images.

    Attributes
    ----------
    step : int
        Images seen so far.
    count : int
        Images that the averages are over: 100, or what is left at the end.
    loss : float
        Average loss, in nats.
    correct : int
        Images whose most probable class is the label.
    """

    step: int
    count: int
    loss: float
    correct: int

    @property
    def accuracy(self) -> float:
        """The share of correct images, in percent."""
        return 100 * self.correct / self.count

    def __str__(self) -> str:
        """Return the line that the article prints."""
        return (
            f"[Step {self.step}] Past {self.count} steps:"
            f" Average Loss {self.loss:.3f} | Accuracy: {self.accuracy:.0f}%"
        )


def together(groups: Sequence[Progress]) -> Progress:
    """Return the averages over all groups."""
    count = sum(group.count for group in groups)
    loss = sum(group.loss * group.count for group in groups) / count
    return Progress(groups[-1].step, count, loss, sum(group.correct for group in groups))


def evaluate(
    forward: Forward, images: Iterable[Any], labels: Numbers, every: int = EVERY
) -> Iterator[Progress]:
    """Yield the averages of every ``every`` images, the last incomplete group included.

    Raises
    ------
    ValueError
        If images and labels differ in number.
    """
    loss, correct, count = 0.0, 0, 0
    for step, (image, label) in enumerate(zip(images, labels, strict=True), start=1):
        _, its_loss, its_accuracy = forward(image, int(label))
        loss, correct, count = loss + its_loss, correct + its_accuracy, count + 1
        if count == every or step == len(labels):
            yield Progress(step, count, loss / count, correct)
            loss, correct, count = 0.0, 0, 0


def print_evaluation(
    forward: Forward, images: Numbers, labels: Numbers, out: TextIO
) -> list[Progress]:
    """Evaluate, print a line for every group, and show a progress bar on a terminal."""
    bar = tqdm(images, unit="image", disable=None, leave=False)
    groups = []
    for progress in evaluate(forward, bar, labels):
        with bar.external_write_mode(file=out):
            print(progress, file=out)
        groups.append(progress)
    bar.close()
    return groups
