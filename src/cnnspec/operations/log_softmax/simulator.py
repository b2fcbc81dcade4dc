"""The log-softmax with slots, and what calls of it are like."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.log_softmax.hypotheses import FORMULA, hypotheses
from cnnspec.operations.softmax.simulator import sizes
from cnnspec.simulation import quantities
from cnnspec.simulation.hypothesis import (
    ODD,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
)


def compute(at: Slots, logits: Array) -> Array:
    """Compute the logarithms in float64."""
    x = at("logits", np.asarray(logits, np.float64))
    axis = at("axis", -1, ndim=x.ndim)
    largest = at("subtracted", x.max(axis=axis, keepdims=True), x=x, axis=axis)
    below = x - largest
    powers = at("exponential", np.exp(below), below=below, x=x)
    total = powers.sum(axis=at("summed axis", axis, ndim=x.ndim), keepdims=True)
    total = at("sum", total, powers=powers, x=x)
    known = {"p": powers / total, "x": x, "below": below, "total": total, "largest": largest}
    logs = at("logarithms", below - np.log(total), **known)
    return np.asarray(at("result", logs, **known))


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return a factor, a constant, or a temperature, as one answer shows it."""
    yield from quantities.measured_line("result", "the logarithms", got, due, FORMULA)
    logits = np.asarray(given["logits"], np.float64)
    if logits.shape != got.shape or logits.shape[-1] < 2:
        return
    with np.errstate(all="ignore"):
        apart, told = np.diff(logits, axis=-1), np.diff(got, axis=-1)
        widest = np.argmax(np.abs(apart))
        factor = float(told.flat[widest] / apart.flat[widest])
    if np.isfinite(factor) and factor not in (0.0, 1.0):
        yield Hypothesis(
            "logits",
            f"the logits are multiplied by {quantities.short(factor)}",
            lambda v, _k: factor * v,
            FORMULA,
            ODD,
            is_measured=True,
        )


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: a vector or rows, near each other, far apart and far from 0."""
    shape = draw.apart(draw.pick(1, 1, 1, 2, 2, 3), 1, draw.pick(6, 6, 20))
    scale = draw.pick(0.5, 1.0, 1.0, 4.0, 40.0, 400.0)
    values = draw.reals(*shape) * scale + draw.pick(0.0, 0.0, 0.0, 100.0, -100.0, 900.0)
    values = np.rint(values) if draw.pick(True, False, False, False) else values
    # Large logits in float32 are rounded by so much that predictions tell little.
    dtype = draw.pick("float64", "float64", "float32") if scale <= 4 else "float64"
    return {"logits": values.astype(dtype)}


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
