"""Filters that the articles refuse and other code computes, in gradients."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.limits import Arguments, Cell
from cnnspec.exact import bounds
from cnnspec.operations.conv2d.backward.exact import Find
from cnnspec.operations.conv2d.backward.parameters import with_grad
from cnnspec.operations.conv2d.cells import CELLS as OF_LAYERS


def cells_of(find: Find) -> tuple[Cell, ...]:
    """Return the layer's cells, of one of its gradients."""
    return tuple(_of_gradient(cell, find) for cell in OF_LAYERS)


def _of_gradient(cell: Cell, find: Find) -> Cell:
    def probes() -> list[Arguments]:
        return [with_grad(call) for call in cell.probes()]

    def answers(given: Arguments, dtype: np.dtype[Any]) -> Iterator[Answer]:
        """Yield the right gradients; with "same" the wider margin of an even side is at any end."""
        if given.get("padding", "valid") != "same":
            yield of_sums(find(**given), dtype, bounds.rule_f)
            return
        sides = np.shape(given["filters"])[1:3]
        ends = ({((side - 1) // 2, side // 2), (side // 2, (side - 1) // 2)} for side in sides)
        for margins in product(*ends):
            yield of_sums(find(**{**given, "padding": margins}), dtype, bounds.rule_f)

    return replace(cell, probes=probes, answers=answers)
