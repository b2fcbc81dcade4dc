"""The loss of logits with slots, and what calls of it are like."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.softmax_cross_entropy.hypotheses import FORMULA, hypotheses
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


def compute(at: Slots, logits: Array, label: Any) -> Array:
    """Compute the losses in float64."""
    x = at("logits", np.asarray(logits, np.float64))
    labels = at("label", np.asarray(label).astype(np.int64), classes=x.shape[-1])
    axis = at("axis", -1, ndim=x.ndim)
    largest = at("subtracted", x.max(axis=axis, keepdims=True), x=x, axis=axis)
    below = x - largest
    powers = at("exponential", np.exp(below), below=below, x=x)
    total = powers.sum(axis=at("summed axis", axis, ndim=x.ndim), keepdims=True)
    total = at("sum", total, powers=powers, x=x, label=labels)
    due = below - np.log(total)
    logs = at("logarithms", due, p=powers / total, x=x, below=below, total=total)
    known = {"logs": logs, "p": powers / total, "x": x, "label": labels}
    chosen = at("chosen", _at(logs, labels), **known)
    losses = at("losses", -np.asarray(chosen), **known)
    return np.asarray(at("result", losses, **known))


def _at(logs: Array, labels: Array) -> Array:
    return np.take_along_axis(logs, np.asarray(labels)[..., np.newaxis], axis=-1)[..., 0]


def measured(_given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return a factor of the losses, or a constant that is added, as one answer shows it."""
    if got.shape != due.shape or not due.size:
        return
    largest = np.unravel_index(int(np.argmax(due)), due.shape)
    if not due[largest] or not np.isfinite(got[largest]):
        return
    factor, more = float(got[largest] / due[largest]), float(got[largest] - due[largest])
    short = quantities.short
    for words, function in (
        (f"the loss is multiplied by {short(factor)}", lambda v, _k: factor * v),
        (f"{short(more)} is added to the loss", lambda v, _k: v + more),
    ):
        yield Hypothesis("losses", words, function, FORMULA, ODD, is_measured=True)
    with np.errstate(over="ignore"):
        share = float(np.exp(-got[largest]) - np.exp(-due[largest]))
    if share and np.isfinite(share):
        yield Hypothesis(
            "losses",
            f"a constant of about {share:.2g} is added to the probability",
            lambda v, _k: -np.log(np.exp(-v) + share),
            "add nothing to the probability: take the loss from the logits themselves",
            ODD,
            is_measured=True,
        )


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    shape, labels = np.shape(given["logits"]), np.asarray(given["label"])
    return {
        "classes": shape[-1],
        "rows": int(np.prod(shape[:-1])),
        "axes": len(shape),
        "the largest label": int(labels.max(initial=0)),
    }


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: one row or several, near each other and far apart."""
    classes, rows = draw.apart(2, 2, draw.pick(6, 6, 12))
    rows = draw.pick(rows, rows, rows, classes)
    shape = draw.pick((classes,), (classes,), (rows, classes))
    scale = draw.pick(0.5, 1.0, 1.0, 4.0, 40.0, 400.0)
    logits = draw.reals(*shape) * scale + draw.pick(0.0, 0.0, 0.0, 100.0, -100.0, 900.0)
    logits = np.rint(logits) if draw.pick(True, False, False, False) else logits
    labels = np.array([draw.integer(0, classes - 1) for _ in range(rows)])
    dtype = draw.pick("float64", "float64", "float64", "float32")
    label: Any = labels if len(shape) > 1 else draw.pick(int(labels[0]), np.int64(labels[0]))
    return {"logits": logits.astype(dtype), "label": label}


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
