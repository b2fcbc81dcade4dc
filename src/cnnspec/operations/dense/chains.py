"""Dense layers one after another in one function, such as ``forward(W1, b1, W2, b2, X)``."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.writing import Role, plain

Array = NDArray[Any]

#: How many numbers go into each layer, and how many examples there are: no two alike.
_SIZES = (7, 5, 4, 3, 2)
_EXAMPLES = 6

#: Dictionaries of all parameters.
_ENTRIES = ("parameters", "params", "theta", "model", "weights")

#: So many layers are looked for in one.
_IN_A_DICTIONARY = 2

_DIGITS = "0123456789"


def chained(
    roles: Sequence[Role], parameters: Sequence[str]
) -> tuple[dict[str, Any], list[Array]] | None:
    """Return arguments in which each column is an example, and what may come back of them.

    ``None`` if parameters of these names are not those of several layers; ``roles`` are the
    names of what comes in, of weights and of a bias.
    """
    of_data, of_weights, of_bias = roles
    weights = sorted(name for name in parameters if _is_numbered(name, of_weights))
    biases = sorted(name for name in parameters if _is_numbered(name, of_bias))
    held = [name for name in parameters if plain(name) in _ENTRIES]
    data = [name for name in parameters if of_data.means(name)]
    count = len(weights) or _IN_A_DICTIONARY
    is_one = (len(data), len(held), len(biases)) in ((1, 0, count), (1, 1, 0))
    if not is_one or len(parameters) != 1 + len(held) + len(weights) + len(biases):
        return None
    if not 1 < count < len(_SIZES):
        return None
    x, layers = _numbers(_SIZES[0], _EXAMPLES), [*_layers(count)]
    names = (
        [(f"W{place}", f"b{place}") for place in range(1, count + 1)]
        if held
        else [*zip(weights, biases, strict=True)]
    )
    every = {
        name: array
        for both, arrays in zip(names, layers, strict=True)
        for name, array in zip(both, arrays, strict=True)
    }
    given = {data[0]: x, held[0]: every} if held else {data[0]: x, **every}
    return given, [*_due(x, layers)]


def _is_numbered(name: str, role: Role) -> bool:
    return name[-1] in _DIGITS and role.means(name.rstrip(_DIGITS))


def _numbers(*shape: int) -> Array:
    return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 11 - 4).reshape(shape) / 8


def _layers(count: int) -> Iterator[tuple[Array, Array]]:
    """Yield weights (nodes, inputs) and biases (nodes, 1)."""
    for inputs, nodes in pairwise(_SIZES[: count + 1]):
        yield _numbers(nodes, inputs), _numbers(nodes, 1)


def _due(x: Array, layers: Sequence[tuple[Array, Array]]) -> Iterator[Array]:
    """Yield the first layer's answer, and the last one's with the usual functions between."""
    (weights, bias), *_ = layers
    yield weights @ x + bias
    for between in (_relu, np.tanh, _sigmoid):
        found = x
        for weights, bias in layers:
            last = weights @ found + bias
            found = between(last)
        yield from (last, _sigmoid(last), np.exp(last) / np.exp(last).sum(axis=0))


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _sigmoid(x: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-x))
    return found
