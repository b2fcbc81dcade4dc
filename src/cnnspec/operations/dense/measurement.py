"""Small calls on which the weights are measured: which one counts for which input."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import Arguments
from cnnspec.simulation.measurement import Linear

#: Inputs of two and of three axes that are taken in at a glance, and so many of one axis.
_PLAIN = ((2, 3), (2, 3, 2))
_ALONE = 6

#: By so much the weights of a node are larger than those of the node before.
_APART = 100


def small(given: Arguments) -> Iterator[dict[str, Any]]:
    """Yield calls of few inputs: plain ones, some like a given one, and one of its own sizes.

    Like a given one there are calls for two nodes, and for as many as inputs.
    """
    double = np.dtype(np.float64)
    for plain in _PLAIN:
        yield _call(plain, 2, {"x": double, "weights": double, "bias": double})
    dtypes = {name: np.asarray(value).dtype for name, value in given.items()}
    own, nodes = np.shape(given["x"]), np.shape(given["weights"])[1]
    shape = tuple(min(one, 2 + axis % 2) for axis, one in enumerate(own))
    shape = (min(own[0], _ALONE),) if len(own) == 1 else shape
    for of_x, of_nodes in ((shape, 2), (shape, math.prod(shape)), (own, nodes)):
        yield _call(of_x, of_nodes, dtypes)


def _call(shape: tuple[int, ...], nodes: int, dtypes: dict[str, np.dtype[Any]]) -> dict[str, Any]:
    """Return a call whose weights are numbered input by input, those of each node by themselves."""
    weights = np.arange(1, math.prod(shape) + 1)[:, np.newaxis] + _APART * np.arange(nodes)
    arrays = {"x": np.zeros(shape), "weights": weights, "bias": np.arange(1, nodes + 1)}
    return {name: array.astype(dtypes[name]) for name, array in arrays.items()}


MEASUREMENT = Linear(small=small, factors=("weights",))
