"""What windows see, with something else beside the maps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Margins = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Seen:
    """The places of windows on maps (N, H, W, K), (windows, size) along rows and columns."""

    images: Array
    places: tuple[Array, Array]

    def _are_on(self, margins: Margins) -> Array:
        """Return which places lie on the maps, or on margins around them, (H', W', f, g)."""
        lengths = self.images.shape[1:3]
        rows, columns = (
            (places >= -before) & (places < length + behind)
            for places, length, (before, behind) in zip(self.places, lengths, margins, strict=True)
        )
        return np.asarray(rows[:, np.newaxis, :, np.newaxis] & columns[:, np.newaxis])

    def on_maps(self) -> Array:
        """Return which places lie on the maps, (H', W', f, g)."""
        return self._are_on(((0, 0), (0, 0)))

    def count(self, margins: Margins) -> Array:
        """Return how many places of each window lie there, (H', W', 1)."""
        return np.asarray(self._are_on(margins).sum(axis=(2, 3))[..., np.newaxis])

    def patches(self, outside: float, border: float | str, margins: Margins) -> Array:
        """Return what windows see, (N, H', W', f, g, K).

        On the margins lies a border: a number, or what np.pad makes of the maps by a word.
        """
        if isinstance(border, str):
            padded = np.pad(self.images, ((0, 0), *margins, (0, 0)), border)  # type: ignore[call-overload]
            (above, _), (left, _) = margins
            places = (self.places[0] + above, self.places[1] + left)
            return Seen(padded, places).patches(outside, outside, ((0, 0), (0, 0)))
        height, width = self.images.shape[1:3]
        rows, columns = self.places[0].clip(0, height - 1), self.places[1].clip(0, width - 1)
        seen = self.images[:, rows][:, :, :, columns].transpose(0, 1, 3, 2, 4, 5)
        on_maps = self.on_maps()
        if on_maps.all():
            return np.asarray(seen)
        beside = np.where(self._are_on(margins), border, outside)
        return np.where(on_maps[..., np.newaxis], seen, beside[..., np.newaxis])
