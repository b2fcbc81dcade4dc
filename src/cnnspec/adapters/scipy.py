"""SciPy: ``scipy.signal.correlate``, and softmax, log-softmax and expit of ``scipy.special``.

Convolution has no bias and no stride. Variants: ``correlate2d``, a function of its own for images
(H, W); ``fft``, by transforms, whose error is spread over the map (hence normwise).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from scipy import signal, special

from cnnspec.adapters.axis_orders import Array

CNNSPEC = {"name": f"SciPy {scipy.__version__}", "profile": "general"}


@dataclass(frozen=True)
class SciPy:
    """The operations; ``method`` is that of ``scipy.signal.correlate``."""

    method: str = "direct"

    @property
    def CNNSPEC(self) -> dict[str, str]:  # noqa: N802 - the name under which it is looked for
        """What the suite cannot see."""
        return CNNSPEC | {"accuracy": "normwise" if self.method == "fft" else "componentwise"}

    def conv2d(self, image: Any, filters: Any, *, padding: str = "valid") -> Array:
        """Return the maps (H', W', K) of an image (H, W) or (H, W, C), or of each of a batch."""
        return np.stack([self._correlated(image, one, padding) for one in filters], axis=-1)

    def _correlated(self, image: Any, one: Any, padding: str) -> Array:
        if np.ndim(image) == 2:
            return np.asarray(signal.correlate(image, one, padding, self.method))
        if padding != "valid":
            raise NotImplementedError("SciPy would pad the channels, too")
        along_all = np.asarray(one)[np.newaxis] if np.ndim(image) == 4 else one
        found = signal.correlate(image, along_all, padding, self.method)
        return np.asarray(
            np.squeeze(found, axis=-1)
        )  # one place at which the channels lie over each other

    def conv_transpose2d(self, image: Any, filters: Any) -> Array:
        """Return the maps (H + f - 1, W + g - 1, C) of an image (H, W, K), or of each of a batch.

        SciPy convolves: the full convolution of a channel is its transposed one.
        """
        if np.ndim(image) == 4:
            return np.stack([self.conv_transpose2d(one, filters) for one in image])
        if np.ndim(image) != 3 or np.ndim(filters) != 4 or np.shape(image)[2] != len(filters):
            raise ValueError("there must be a filter for each channel")
        channels = np.moveaxis(np.asarray(image), -1, 0)
        each = [
            signal.convolve(channel[..., np.newaxis], one, "full", self.method)
            for channel, one in zip(channels, np.asarray(filters), strict=True)
        ]
        return np.asarray(sum(each[1:], start=each[0]))

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return np.asarray(special.softmax(logits, axis=-1))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return np.asarray(special.expit(x))

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return np.asarray(special.log_softmax(logits, axis=-1))


class Correlate2d:
    """The convolution of ``scipy.signal.correlate2d``, for images (H, W)."""

    def conv2d(self, image: Any, filters: Any, *, padding: str = "valid") -> Array:
        """Return the maps (H', W', K) of an image (H, W)."""
        return np.stack([signal.correlate2d(image, one, padding) for one in filters], axis=-1)


adapter = SciPy()
correlate2d = Correlate2d()
fft = SciPy("fft")
