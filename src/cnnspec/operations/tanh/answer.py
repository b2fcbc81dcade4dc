"""The exact answers of a tanh, and the bounds on them."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments
from cnnspec.exact import bounds, decimals
from cnnspec.operations.tanh import exact


def answer(given: Arguments, dtype: np.dtype[Any], _accuracy: str) -> Answer:
    """Return what is due, bounded by rule squash."""
    x = np.asarray(given["x"])
    high, low = decimals.of_each(exact.tanh, x)
    allowed = bounds.rule_squash(x.astype(np.float64), dtype)
    return Answer(high, low, allowed, terms=1, magnitude=np.ones(high.shape))


def to_every_digit(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    """Return the same, bounded relative to itself."""
    found = answer(given, dtype, "")
    x = np.asarray(given["x"]).astype(np.float64)
    allowed = bounds.rule_every_digit(x, found.high, dtype)
    return replace(found, allowed=allowed, magnitude=np.abs(found.high))
