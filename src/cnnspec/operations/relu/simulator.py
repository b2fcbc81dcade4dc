"""ReLU with slots, and what is done in them by mistake."""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import curves, quantities
from cnnspec.simulation.hypothesis import (
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
)
from cnnspec.simulation.orders import Data, along_flat, along_last_axes
from cnnspec.simulation.thresholds import measured_threshold

_DUE = "max(x, 0)"
_REMEDY = "return max(x, 0) of every number: positive ones stay as they are, others become 0"

_X = Data("x", "the numbers", (), _REMEDY)
_RESULT = Data("result", "the results", (), _REMEDY)


def compute(at: Slots, x: Array) -> Array:
    """Compute max(x, 0) in float64."""
    x = at("x", np.asarray(x, np.float64))
    return np.asarray(at("result", at("curve", np.maximum(x, 0), given=x), given=x))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            curves.instead("curve", _DUE, _REMEDY),
            quantities.casts(_RESULT),
            quantities.casts(_X),
            quantities.small_as_zero(_X),
            quantities.factors(_RESULT, {}),
            quantities.normalisations(_X, {"": None}),
            quantities.normalisations(_RESULT, {"": None}),
            along_flat(_RESULT),
            along_last_axes(_RESULT),
            along_flat(Data("curve", "what comes through", (), _REMEDY), instead_of_zero="given"),
        )
    )


def measured(given: Arguments, got: Floats, due: Floats, ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of slopes, thresholds and constants."""
    x = np.asarray(given["x"], np.float64)
    yield from curves.measured_curves(
        "curve", _DUE, _REMEDY, x, got, lambda numbers: ask({"x": numbers})
    )
    yield from quantities.measured_line("result", "the results", got, due, _REMEDY)
    yield from measured_threshold(_X, lambda numbers: ask({"x": numbers}))


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    x = np.asarray(given["x"])
    return {
        "elements": x.size,
        "axes": x.ndim,
        "elements of the last axis": x.shape[-1] if x.ndim else 1,
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call."""
    axes = draw.pick(1, 1, 2, 2, 3, 4, 5)
    shape = draw.apart(axes, 1, {1: 60, 5: 5}.get(axes, 7))
    scale = draw.pick(1.0, 1.0, 10.0, 300.0)
    values = draw.reals(*shape) * scale
    return draw.varied({"x": values})


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
