"""What adapters make of calls of a dense layer: another order, the weights the other way."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import Reading, Trial, numbers, reading

Array = NDArray[Any]


def trials() -> list[Trial]:
    """Return those of inputs with rows, columns and channels."""
    probes = [
        {"x": numbers(*x), "weights": numbers(12, nodes) - 50, "bias": numbers(nodes)}
        for x, nodes in (((2, 3, 2), 4), ((2, 3, 2), 12), ((3, 2, 2), 12))
    ]
    return [Trial([*probes], _readings)]


def _dense(
    x: Array,
    weights: Array,
    bias: Array,
    *,
    order: tuple[int, ...] = (0, 1, 2),
    turned: bool = False,
    row: bool = False,
) -> Array:
    nodes = x.transpose(order).ravel() @ (weights.T if turned else weights) + bias
    return nodes[np.newaxis] if row else nodes


_ORDERS = {
    (2, 0, 1): "x: flattened as (C, H, W), not as (H, W, C)",
    (1, 0, 2): "x: flattened as (W, H, C), not as (H, W, C)",
    (2, 1, 0): "x: flattened as (C, W, H), not as (H, W, C)",
}


def _readings() -> Iterator[Reading]:
    turned = (
        "weights: passed on as (inputs, nodes), but read as (nodes, inputs)",
        "weights = weights.T",
    )
    row = ("result: a batch axis is left on it", "result = result[0]")
    for order, is_turned, is_row in product([(0, 1, 2), *_ORDERS], (False, True), (False, True)):
        faults = [
            *(
                [(_ORDERS[order], "flatten x in the order in which it comes: x = x.reshape(-1)")]
                if order in _ORDERS
                else []
            ),
            *([turned] if is_turned else []),
            *([row] if is_row else []),
        ]
        how: dict[str, Any] = {"order": order, "turned": is_turned, "row": is_row}
        yield reading(faults, partial(_dense, **how))
