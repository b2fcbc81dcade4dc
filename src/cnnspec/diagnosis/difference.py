"""A wrong result beside the right one, as the patterns of differences take it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.symptoms import Symptoms
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Fewer values than this fit a pattern by chance.
ENOUGH = 3


@dataclass(frozen=True)
class Difference:
    """A result beside the answer, of the same shape.

    ``within`` is how near two numbers are equal.
    """

    got: Floats
    expected: Floats
    wrong: Mask
    within: Floats
    error: NonconformanceError

    def equals(self, other: Floats) -> bool:
        """Return whether the result is what is given instead of the answer."""
        if other.shape != self.got.shape:
            return False
        return bool((np.abs(self.got - other) <= self.within).all())

    @property
    def has_maps(self) -> bool:
        """Whether rows, columns and maps are the last three axes."""
        return self.symptoms.has_maps and self.got.ndim >= 3

    @property
    def symptoms(self) -> Symptoms:
        """What the operation's results are."""
        return OPERATIONS[self.error.case.operation].symptoms
