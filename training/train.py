"""Train article 2's network on the MNIST training set: conv 8@3x3, max-pool 2, dense, softmax.

    python -m training.train FOLDER --output fixtures/mnist_network.npz

FOLDER holds train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz as they were published. The
last images are held out: they choose the epoch whose parameters are kept. The test set is not read.
Training is deterministic but for the rounding of the machine's matrix products.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import DataError, Images, mnist_training_set
from cnnspec.operations.network.exact import Parameters, on_grid
from cnnspec.reference.network import Activations, network

Array = NDArray[Any]

BATCH = 100
#: Of Adam: how slowly the mean of the gradients and of their squares forget.
DECAYS = (0.9, 0.999)


class Adam:
    """Steps down the gradient, each parameter at its own pace (Kingma and Ba, 2015)."""

    def __init__(self, parameters: dict[str, Array]) -> None:
        self.steps = 0
        self.means = {name: np.zeros_like(value) for name, value in parameters.items()}
        self.squares = {name: np.zeros_like(value) for name, value in parameters.items()}

    def step(
        self, parameters: dict[str, Array], slopes: dict[str, Array], rate: float
    ) -> dict[str, Array]:
        """Return the parameters after one step."""
        self.steps += 1
        first, second = (1 - decay**self.steps for decay in DECAYS)
        after = {}
        for name, slope in slopes.items():
            self.means[name] += (1 - DECAYS[0]) * (slope - self.means[name])
            self.squares[name] += (1 - DECAYS[1]) * (slope**2 - self.squares[name])
            pace = np.sqrt(self.squares[name] / second) + 1e-8
            after[name] = parameters[name] - rate * (self.means[name] / first) / pace
        return after


def initial(random: np.random.Generator) -> dict[str, Array]:
    """Return random parameters, spread so that every layer keeps the scale of its inputs."""
    return {
        "filters": (random.standard_normal((8, 3, 3)) / 3).astype(np.float32),
        "weights": (random.standard_normal((1352, 10)) / np.sqrt(1352)).astype(np.float32),
        "biases": np.zeros(10, np.float32),
    }


def loss_of(parameters: dict[str, Array], images: Array, labels: Array) -> float:
    """Return the mean cross-entropy in nats."""
    probabilities = network(images, **parameters).probabilities
    return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())


def gradients(parameters: dict[str, Array], images: Array, labels: Array) -> dict[str, Array]:
    """Return the derivatives of the mean cross-entropy by every parameter, in its shape."""
    forward = network(images, **parameters)
    by_logit = forward.probabilities.copy()
    by_logit[np.arange(len(labels)), labels] -= 1
    by_logit /= len(labels)
    by_pool = (by_logit @ parameters["weights"].T).reshape(forward.pool.shape)
    return {
        "filters": _by_filter(forward, by_pool, parameters["filters"]),
        "weights": forward.pool.reshape(len(labels), -1).T @ by_logit,
        "biases": by_logit.sum(axis=0),
    }


def _by_filter(forward: Activations, by_pool: Array, filters: Array) -> Array:
    """Pass derivatives on to the first largest element of every window, and to the filters."""
    by_conv = np.zeros(forward.conv.shape, by_pool.dtype)
    rest = by_pool
    for a, b in np.ndindex(2, 2):
        here = np.where(forward.conv[:, a::2, b::2] == forward.pool, rest, 0)
        by_conv[:, a::2, b::2] = here
        rest = rest - here
    _, rows, columns, count = forward.conv.shape
    found = np.empty_like(filters)
    for a, b in np.ndindex(filters.shape[1:]):
        pixels = forward.input[:, a : a + rows, b : b + columns]
        found[:, a, b] = by_conv.reshape(-1, count).T @ pixels.reshape(-1)
    return found


def shifted_copy(images: Images, distance: int, random: np.random.Generator) -> Images:
    """Return every image shifted by up to ``distance`` rows and columns; black moves in."""
    number, rows, columns = images.shape
    wide = np.pad(images, ((0, 0), (distance, distance), (distance, distance)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, (rows, columns), axis=(1, 2))
    down, right = random.integers(0, 2 * distance + 1, (2, number))
    return np.asarray(windows[np.arange(number), down, right])


def rate_at(progress: float, highest: float) -> float:
    """Return the learning rate after this share of the training: half a cosine, down to 0."""
    return float(highest * (1 + np.cos(np.pi * progress)) / 2)


def epochs(
    parameters: dict[str, Array],
    images: Images,
    labels: Images,
    options: argparse.Namespace,
    random: np.random.Generator,
) -> Iterator[dict[str, Array]]:
    """Train with Adam, and yield the parameters after every epoch."""
    adam = Adam(parameters)
    steps = len(images) // BATCH
    for epoch in range(options.epochs):
        pictures = shifted_copy(images, options.shift, random)
        order = random.permutation(len(images))
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            progress = (epoch + step / steps) / options.epochs
            slopes = gradients(parameters, pictures[chosen], labels[chosen])
            parameters = adam.step(parameters, slopes, rate_at(progress, options.rate))
        yield parameters


def rounded(parameters: dict[str, Array]) -> Parameters:
    """Return the parameters on the grid of the exact oracle, and as float16 holds them."""
    halves = on_grid(**{name: value.astype(np.float64) for name, value in parameters.items()})
    return Parameters(
        **{
            name: value.astype(np.float16).astype(np.float64)
            for name, value in vars(halves).items()
        }
    )


def right(parameters: Parameters, images: Images, labels: Images) -> int:
    """Return how many images get their label, in float64."""
    count = 0
    for n in range(0, len(images), BATCH):
        logits = network(images[n : n + BATCH], **vars(parameters)).logits
        count += int((logits.argmax(axis=1) == labels[n : n + BATCH]).sum())
    return count


def main(arguments: list[str] | None = None) -> int:
    """Train, say how it goes, and save the best parameters."""
    options = _parse(arguments)
    started = time.monotonic()
    try:
        images, labels = mnist_training_set(options.folder)
    except DataError as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    split = len(images) - options.held_out
    random = np.random.default_rng(options.seed)
    parameters = initial(random)
    best, kept = 0, rounded(parameters)
    trained = epochs(parameters, images[:split], labels[:split], options, random)
    for epoch, parameters in enumerate(trained, start=1):
        candidate = rounded(parameters)
        count = right(candidate, images[split:], labels[split:])
        if count > best:
            best, kept = count, candidate
        print(
            f"epoch {epoch}: {count} of {options.held_out} held-out images right,"
            f" {time.monotonic() - started:.0f} s",
            flush=True,
        )
    np.savez(options.output, **vars(kept))
    print(f"{options.output}: {best} of {options.held_out} held-out images right")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="with the two files of the training set")
    parser.add_argument("--output", type=Path, default=Path("mnist_network.npz"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=40, help="at least 1")
    parser.add_argument("--rate", type=float, default=0.003, help="highest learning rate")
    parser.add_argument("--shift", type=int, default=1, help="rows and columns, at most")
    parser.add_argument("--held-out", type=int, default=5000, help="images to choose by")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
