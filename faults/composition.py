"""Mistakes in larger things: a layer's in the softmax layer, in the network, and of its rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnspec import reference
from cnnspec.faults.catalogue import Fault

Function = Callable[..., Any]

_LAYERS: dict[str, Function] = {
    "conv2d": reference.conv2d,
    "max_pool2d": reference.max_pool2d,
    "dense": reference.dense,
    "softmax": reference.softmax,
    "cross_entropy": reference.cross_entropy,
}

#: The operations that are composed of others, with these; of one: it is called with other data.
COMPOSED = {
    "dense_rows": ("dense",),
    "softmax_layer": ("dense", "softmax"),
    "network": ("conv2d", "max_pool2d", "dense", "softmax", "cross_entropy"),
}


def shown_in(fault: Fault, operation: str) -> Function:
    """Return a fresh mistaken function of an operation: the fault's own, or one composed of it."""
    if fault.operation == operation:
        return fault.make()
    return _composed(operation, {fault.operation: fault.make()})


def functions_with(operation: str, function: Function) -> dict[str, Function]:
    """Return the operations that a function makes mistaken: its own, and what it is a part of."""
    wholes = [whole for whole, parts in COMPOSED.items() if operation in parts]
    return {
        **{whole: _composed(whole, {operation: function}) for whole in wholes},
        operation: function,
    }


def _composed(operation: str, mistaken: dict[str, Function]) -> Function:
    layers = {**_LAYERS, **mistaken}
    if len(COMPOSED[operation]) == 1:
        return layers[COMPOSED[operation][0]]
    return _softmax_layer(layers) if operation == "softmax_layer" else _network(layers)


def _softmax_layer(layers: dict[str, Function]) -> Function:
    return lambda x, weights, bias: layers["softmax"](layers["dense"](x, weights, bias))


def _network(layers: dict[str, Function]) -> Function:
    def network(image: Any, label: int, filters: Any, weights: Any, biases: Any) -> Any:
        maps = layers["max_pool2d"](layers["conv2d"](image / 255 - 0.5, filters))
        out = layers["softmax"](layers["dense"](maps, weights, biases))
        loss = layers["cross_entropy"](out, label)
        return out, loss, int(np.argmax(out) == label)

    return network
