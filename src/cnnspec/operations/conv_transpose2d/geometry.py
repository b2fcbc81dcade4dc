"""Where the filters of a transposed convolution are laid, and how large its maps are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnspec.exact.windows import Pair, margins_of, pair_of


@dataclass(frozen=True)
class Along:
    """What is laid along one axis: ``length`` filters of ``size`` weights."""

    length: int
    size: int
    stride: int
    dilation: int
    added: int
    margin: Pair

    @property
    def reach(self) -> int:
        """How far the last weight of a filter lies from its first."""
        return self.dilation * (self.size - 1)

    @property
    def whole(self) -> int:
        """The rows, or columns, of maps of which nothing is taken away and nothing is added."""
        return (self.length - 1) * self.stride + self.reach + 1

    @property
    def result(self) -> int:
        """The rows, or columns, of the maps."""
        return self.whole + self.added - sum(self.margin)

    @property
    def terms(self) -> int:
        """How many filters meet in one place at most.

        ``i * stride + a * dilation`` is the same for weights ``a`` that are ``stride / gcd`` apart.
        """
        apart = self.stride // math.gcd(self.stride, self.dilation)
        return -(-self.size // apart)

    def reaching(self, place: int) -> list[tuple[int, int]]:
        """Return the pixels whose filters reach a place of the maps, each with its weight."""
        full = place + self.margin[0]
        steps = (divmod(full - a * self.dilation, self.stride) for a in range(self.size))
        found = [(i, a) for a, (i, rest) in enumerate(steps) if not rest and 0 <= i < self.length]
        return sorted(found)


def along(given: Mapping[str, Any]) -> tuple[Along, Along]:
    """Return what is laid along the rows, and along the columns."""
    image, filters = np.shape(given["image"]), np.shape(given["filters"])
    strides, dilations = pair_of(given.get("stride", 1)), pair_of(given.get("dilation", 1))
    added = pair_of(given.get("output_padding", 0))
    edges = margins_of(given.get("padding", 0), (), (), ())
    axes = zip(image[-3:-1], filters[1:3], strides, dilations, added, edges, strict=True)
    rows, columns = (Along(*axis) for axis in axes)
    return rows, columns


def maps_of(given: Mapping[str, Any]) -> int:
    """Return how many maps there are."""
    return int(np.shape(given["filters"])[-1]) * int(given.get("groups", 1))


def by_map(filters: Any, groups: int) -> Any:
    """Return filters (K, f, g, C / groups) as those of the maps: (C, f, g, K / groups)."""
    channels, down, across, count = filters.shape
    apart = filters.reshape(groups, channels // groups, down, across, count)
    return apart.transpose(0, 4, 2, 3, 1).reshape(-1, down, across, channels // groups)
