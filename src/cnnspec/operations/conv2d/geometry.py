"""Where the windows of a convolution lie: what follows from its options and shapes."""

from dataclasses import dataclass

import numpy as np

from cnnspec.declaration.images import sides
from cnnspec.declaration.parameters import Arguments
from cnnspec.exact.windows import Margins, Pair, margins_of, pair_of, reaches_of


@dataclass(frozen=True)
class Geometry:
    """Rows and columns of everything that a convolution moves over an image.

    ``lengths`` are the image's, ``sides`` the filters', ``reaches`` those over which their dilated
    weights extend, and ``margins`` the zeros around the image.
    """

    lengths: Pair
    sides: Pair
    strides: Pair
    dilations: Pair
    reaches: Pair
    margins: Margins

    @property
    def counts(self) -> Pair:
        """How many windows there are along rows and columns."""
        axes = zip(self.lengths, self.reaches, self.strides, self.margins, strict=True)
        rows, columns = ((n + sum(zeros) - f) // s + 1 for n, f, s, zeros in axes)
        return rows, columns


def geometry(given: Arguments) -> Geometry:
    """Return where the windows of a call lie."""
    down, across = np.shape(given["filters"])[1:3]
    height, width = sides(np.asarray(given["image"]))
    strides, dilations = pair_of(given.get("stride", 1)), pair_of(given.get("dilation", 1))
    reaches = reaches_of((down, across), dilations)
    margins = margins_of(given.get("padding", "valid"), (height, width), reaches, strides)
    return Geometry((height, width), (down, across), strides, dilations, reaches, margins)


def groups_of(given: Arguments) -> int:
    """Return in how many groups a call's channels are."""
    return int(given.get("groups", 1))


def is_padded(given: Arguments) -> bool:
    """Return whether zeros are put around a call's image."""
    padding = given.get("padding", "valid")
    if isinstance(padding, str):
        return padding != "valid"
    return bool(np.any(padding))  # NumPy's integers, too, which are not compared with pairs
