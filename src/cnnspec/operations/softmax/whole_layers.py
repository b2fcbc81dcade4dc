"""Whole softmaxes, whose rows hold the same logits: those of one row are worked out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case, reals
from cnnspec.declaration.whole_layers import Draw, WholeLayers
from cnnspec.exact import bounds
from cnnspec.operations.softmax.answer import answer

Array = NDArray[Any]


def shuffled(row: Array, rows: int, seed: str) -> Array:
    """Return rows that hold the numbers of one, each in another order."""
    order = np.argsort(reals(seed, rows, len(row), spread="uniform"), axis=1)
    return row[order]


def _draw(others: Draw, seed: str, shape: tuple[int, ...]) -> Array:
    if len(shape) == 1:
        return others(seed, shape)
    return shuffled(_draw(others, seed, shape[1:]), shape[0], f"{seed}/order")


def probabilities(case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return the probabilities of rows that hold the same logits, each in another order.

    Those of one row are worked out; rule S bounds them in whatever order they are added.
    """
    rows = np.atleast_2d(case.arguments["logits"])
    order = np.argsort(rows, axis=1)
    in_order = np.take_along_axis(rows, order, axis=1)
    assert (in_order == in_order[0]).all(), "the rows hold different logits"
    coarsest = bounds.coarsest(dtype, rows.dtype)
    of_one = answer({"logits": in_order[0]}, coarsest, "componentwise")
    places = np.argsort(order, axis=1).reshape(case.arguments["logits"].shape)
    return Answer(of_one.high[places], of_one.low[places], of_one.allowed[places])


WHOLE_LAYERS = WholeLayers(answer=probabilities, draw=_draw)
