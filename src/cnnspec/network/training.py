"""Training article 2's network, with the same numbers on every machine.

The formulas are those of `cnnspec.reference.train_step`. Here every sum is added up in one order,
term by term, and exponentials and logarithms are decimal: what NumPy and the libraries below it do
depends on the processor, in the last bits, and training carries these on from step to step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: More digits than float64 holds.
_DECIMAL = Context(prec=25)

#: Random numbers are rounded to these steps, which hides the last bits of their logarithms.
_GRID = 2.0**30


class DivergedError(Exception):
    """Training has left all finite numbers."""


@dataclass
class TrainedNetwork:
    """The network with its parameters, which every `train` moves.

    Attributes
    ----------
    seed : int
        Of the random parameters that it begins with.
    rate : float
        The learning rate.
    filters : (8, 3, 3)
    weights : (1352, 10)
    biases : (10,)
    """

    seed: int
    rate: float
    filters: Floats = field(init=False)
    weights: Floats = field(init=False)
    biases: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Draw the parameters as the article does; the stream of this generator never changes."""
        random = np.random.RandomState(self.seed)
        self.filters = _rounded(random.standard_normal((8, 3, 3)) / 9)
        self.weights = _rounded(random.standard_normal((1352, 10)) / 1352)
        self.biases = np.zeros(10)

    def forward(self, image: Array, label: int) -> tuple[Floats, float, int]:
        """Run one image (28, 28) through the network, as article 2's ``forward`` does."""
        pooled, _, _ = self._pooled(image / 255 - 0.5)
        return self._judged(pooled, label)

    def train(self, image: Array, label: int) -> tuple[Floats, float, int]:
        """Take one step, and return what ``forward`` returned before it.

        Raises
        ------
        DivergedError
            If the loss or a gradient is not finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            out, loss, acc = self._step(image, label)
        if not np.isfinite([loss, *self.biases, *self.filters.ravel()]).all():
            raise DivergedError(f"with a learning rate of {self.rate:g} the loss grows beyond all")
        return out, loss, acc

    def _step(self, image: Array, label: int) -> tuple[Floats, float, int]:
        pixels = image / 255 - 0.5
        pooled, rows, columns = self._pooled(pixels)
        out, loss, acc = self._judged(pooled, label)
        by_totals = out.copy()
        by_totals[label] -= 1
        by_pool = _total(self.weights * by_totals, axis=1).reshape(169, 8)
        by_filters = np.empty_like(self.filters)
        for a, b in np.ndindex(3, 3):
            seen = pixels[rows + a, columns + b].reshape(169, 8)
            by_filters[:, a, b] = _total(seen * by_pool, axis=0)
        self.filters = self.filters - self.rate * by_filters
        self.weights = self.weights - self.rate * (pooled.reshape(1352, 1) * by_totals)
        self.biases = self.biases - self.rate * by_totals
        return out, loss, acc

    def _pooled(self, pixels: Floats) -> tuple[Floats, Array, Array]:
        """Return the maxima of the maps (13, 13, 8), and the row and column of each: the first."""
        maps = np.zeros((26, 26, 8))
        for a, b in np.ndindex(3, 3):
            maps += pixels[a : a + 26, b : b + 26, np.newaxis] * self.filters[:, a, b]
        windows = maps.reshape(13, 2, 13, 2, 8).swapaxes(1, 2).reshape(13, 13, 4, 8)
        places = windows.argmax(axis=2)
        maxima = np.take_along_axis(windows, places[:, :, np.newaxis], axis=2)[:, :, 0]
        across = 2 * np.arange(13)[:, np.newaxis]
        return maxima, across[:, np.newaxis] + places // 2, across + places % 2

    def _judged(self, pooled: Floats, label: int) -> tuple[Floats, float, int]:
        totals = _total(pooled.reshape(1352, 1) * self.weights, axis=0) + self.biases
        below = totals - totals.max()
        exponentials = np.array([float(_DECIMAL.exp(Decimal(x))) for x in below.tolist()])
        out = exponentials / _total(exponentials, axis=0)
        loss = -float(_DECIMAL.ln(Decimal(float(out[label]))))
        return out, loss, int(np.argmax(out) == label)


def _rounded(values: Floats) -> Floats:
    return np.round(values * _GRID) / _GRID


def _total(terms: Floats, axis: int) -> Floats:
    """Add up along an axis, one term after the other."""
    sums: Floats = np.add.accumulate(terms, axis=axis).take(-1, axis=axis)
    return sums


def orders(seed: int, epochs: int, count: int) -> Iterator[tuple[int, Array]]:
    """Yield each epoch, counted from 1, and in which order the images are shown in it."""
    random = np.random.RandomState(seed)
    for epoch in range(1, epochs + 1):
        yield epoch, random.permutation(count)
