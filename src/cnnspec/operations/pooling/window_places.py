"""Where the windows of a pooling lie: along the rows, and along the columns."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.images import BATCH
from cnnspec.exact.windows import pair_of

Array = NDArray[Any]


class Along(NamedTuple):
    """The windows along one axis."""

    length: int
    size: int
    stride: int
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def reach(self) -> int:
        """From the first element of a window to behind its last."""
        return self.dilation * (self.size - 1) + 1

    @property
    def room(self) -> int:
        """How far the first window may be moved within the padding; below 0 if it does not fit."""
        return self.length + 2 * self.padding - self.reach

    @property
    def number(self) -> int:
        """How many windows there are; none if there are less than 1."""
        if not self.ceil_mode:
            return self.room // self.stride + 1
        last = -(-self.room // self.stride)
        return last + 1 if last * self.stride < self.length + self.padding else last

    @property
    def starts(self) -> Array:
        """The first place of each window, counted from the first element of the map."""
        return np.arange(max(self.number, 0)) * self.stride - self.padding

    @property
    def behind(self) -> int:
        """How far the last window reaches behind the map."""
        return max((self.number - 1) * self.stride + self.reach - self.padding - self.length, 0)

    def places(self) -> Array:
        """Return the places of each window, (windows, size)."""
        return self.starts[:, np.newaxis] + np.arange(self.size) * self.dilation

    def inside(self, border: int = 0) -> Array:
        """Return how many places of each window lie on the map, or on a border around it."""
        places = self.places()
        on_it = (places >= -border) & (places < self.length + border)
        return np.asarray(on_it.sum(axis=1))


def along_axes(given: Mapping[str, Any]) -> tuple[Along, Along]:
    """Return the windows of a call along its rows and columns."""
    maps = np.asarray(given["maps"])
    lengths = maps.shape[1:3] if maps.ndim == BATCH else maps.shape[:2]
    sizes = pair_of(given.get("size", 2))
    stride = given.get("stride")
    options = (
        sizes,
        sizes if stride is None else pair_of(stride),
        pair_of(given.get("padding", 0)),
        pair_of(given.get("dilation", 1)),
    )
    ceil_mode = bool(given.get("ceil_mode", False))
    rows, columns = zip(lengths, *options, strict=True)
    return Along(*rows, ceil_mode), Along(*columns, ceil_mode)
