"""Which elements of the windows of a pooling may be the largest, and the pixels under them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.exact import bounds
from cnnspec.operations.network.exact import windows_of_two
from cnnspec.operations.train_step.spans import DENOMINATOR

Array = NDArray[Any]
Floats = NDArray[np.float64]


def product_error(one: Floats, its: Floats, other: Floats, others: Floats) -> Floats:
    """Return how far off a product is at most, of two factors that are so far off."""
    return its * (other + others) + one * others


@dataclass(frozen=True)
class Places:
    """Which elements of each window may be its maximum, and the pixels that lie under them.

    Attributes
    ----------
    may_be : (H, W, 4, K) of bool
    first : (H, W, K) of int
        The first of the exact maxima.
    pixels : (H, W, 4, 1, f, f)
        Whole numbers over 510.
    """

    may_be: NDArray[np.bool_]
    first: Array
    pixels: NDArray[np.int64]

    @classmethod
    def of(
        cls, windows: Array, error: Floats, maxima: Floats, maps: Floats, pixels: Array
    ) -> "Places":
        """Return the places of exact windows, whose elements are off by so much at most."""
        reach = (windows_of_two(maps) - error).max(axis=2)[:, :, np.newaxis]
        # A hair more, for what is rounded to float64 here.
        hair = 2.0**-50 * np.abs(maxima)[:, :, np.newaxis]
        may_be = windows_of_two(maps) + error + hair >= reach
        size = pixels.shape[0] - maps.shape[0] + 1
        under = sliding_window_view(pixels, (size, size)).reshape(*maps.shape[:2], size * size)
        seen = windows_of_two(under)
        seen = seen.reshape(*seen.shape[:3], 1, size, size)
        return cls(may_be, np.argmax(windows, axis=2), seen)

    @property
    def ties(self) -> int:
        """Windows of which several elements may be the largest."""
        return int((self.may_be.sum(axis=2) > 1).sum())

    @property
    def _mask(self) -> NDArray[np.bool_]:
        return self.may_be[..., np.newaxis, np.newaxis]

    def spans(self, grad: Array) -> tuple[Array, Array]:
        """Return the least and the largest sums (K, f, f) of a gradient (H, W, K) and pixels."""
        pixels, mask = self.pixels, self._mask
        far = np.int64(1 << 20)
        negative = np.where(mask, np.minimum(pixels, 0), 0).sum(axis=2)
        positive = np.where(mask, np.maximum(pixels, 0), 0).sum(axis=2)
        least = np.where(negative < 0, negative, np.where(mask, pixels, far).min(axis=2))
        most = np.where(positive > 0, positive, np.where(mask, pixels, -far).max(axis=2))
        is_up = (grad >= 0).astype(bool)[..., np.newaxis, np.newaxis]
        given = grad[..., np.newaxis, np.newaxis]
        low = (given * np.where(is_up, least, most).astype(object)).sum(axis=(0, 1))
        high = (given * np.where(is_up, most, least).astype(object)).sum(axis=(0, 1))
        return low, high

    def firsts(self, grad: Array) -> Array:
        """Return the sums (K, f, f) where the first maximum gets the gradient."""
        chosen = np.arange(4)[:, np.newaxis] == self.first[:, :, np.newaxis]
        pixels = np.where(chosen[..., np.newaxis, np.newaxis], self.pixels, 0).sum(axis=2)
        return np.asarray((grad[..., np.newaxis, np.newaxis] * pixels.astype(object)).sum((0, 1)))

    @property
    def most(self) -> int:
        """Products in a sum at most."""
        return int(self.may_be.sum(axis=(0, 1, 2)).max(initial=0))

    def error(
        self, grad: Floats, grad_error: Floats, pixel_error: float, u: float, tiny: float
    ) -> tuple[Floats, Floats]:
        """Bound the sums (K, f, f) of products of a gradient, which is off, and pixels.

        The second is the sum of the absolute products. Those below ``tiny`` may be lost.
        """
        counts = self.may_be.sum(axis=2)[..., np.newaxis, np.newaxis]
        sizes = np.where(self._mask, np.abs(self.pixels), 0).sum(axis=2) / DENOMINATOR
        grad, grad_error = (g[..., np.newaxis, np.newaxis] for g in (grad, grad_error))
        off = product_error(sizes, counts * pixel_error, grad, grad_error).sum(axis=(0, 1))
        magnitude = ((sizes + counts * pixel_error) * (grad + grad_error)).sum(axis=(0, 1))
        terms = counts.sum(axis=(0, 1))
        gammas = np.array([bounds.gamma(int(n) + 5, u) for n in terms.ravel()])
        rounded = gammas.reshape(terms.shape) * magnitude + (terms + 2) * tiny
        return np.asarray(off + rounded), np.asarray(magnitude)
