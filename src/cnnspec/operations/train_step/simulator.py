"""A step of training with slots: forward, backward, and the update of each parameter.

Its answer is one vector: the loss, and the new filters, weights and biases.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnspec.operations.network.exact import parameters, windows_of_two
from cnnspec.operations.train_step.hypotheses import hypotheses
from cnnspec.simulation import quantities
from cnnspec.simulation.curves import softmax
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
    bound,
)

#: Learning rates: powers of two, as the exact step wants them.
RATES = (2.0**-7, 2.0**-5, 0.25, 0.5)


def compute(
    at: Slots,
    image: Array,
    label: int,
    filters: Array,
    weights: Array,
    biases: Array,
    learning_rate: float,
) -> Array:
    """Take a step in float64; return the loss and the new parameters as one vector."""
    old = [np.asarray(one, np.float64) for one in (filters, weights, biases)]
    pixels, raw, pooled, out, loss = _forward(at, image, label, old)
    filters, weights, biases = old
    onehot = (np.arange(len(biases)) == int(label)).astype(float)
    known = {"out": out, "onehot": onehot, "label": int(label), "pooled": pooled}
    z = at("by_logits", out - onehot, **known)
    rate = at("rate", float(learning_rate))

    def moved(name: str, parameter: Floats, gradient: Array) -> Floats:
        new = parameter - rate * gradient
        return np.asarray(at(name, new, old=parameter, gradient=gradient, rate=rate))

    by_weights = at("by_weights", np.multiply.outer(pooled.ravel(), z), z=z, pooled=pooled)
    new_weights = moved("new_weights", weights, by_weights)
    new_biases = moved("new_biases", biases, at("by_biases", z, z=z))
    through = at("through", weights, new=new_weights)
    by_pool = at("by_pool", (through @ z).reshape(pooled.shape), z=z, weights=weights)
    curve, slope = _between(at)
    windows = windows_of_two(curve(raw))
    is_first = np.arange(4)[:, np.newaxis] == windows.argmax(axis=2)[:, :, np.newaxis]
    shares = at("shares", is_first.astype(float), windows=windows, pooled=pooled)
    by_windows = shares * by_pool[:, :, np.newaxis]  # (H', W', 4, K)
    by_windows = by_windows * slope(windows_of_two(raw))
    seen = at("seen", pixels, image=np.asarray(image, np.float64))
    size = filters.shape[-1]
    under = sliding_window_view(seen, (size, size)).reshape(*raw.shape[:2], size * size)
    under = at("under", windows_of_two(under), seen=seen, size=size)
    by_filters = np.einsum("ijpk,ijpt->kt", by_windows, under).reshape(filters.shape)
    by_filters = at("by_filters", by_filters, count=windows.shape[0] * windows.shape[1])
    new_filters = moved("new_filters", filters, by_filters)
    new = [new_filters, new_weights, new_biases]
    loss = at("loss", loss, out=out, again=lambda: _forward(at, image, label, new)[-1])
    return np.concatenate([np.ravel(one) for one in (loss, *new)])


def _between(at: Slots) -> Any:
    """Return what is done to the maps before they are pooled, and its derivative: nothing."""
    return at("between", (lambda maps: maps, np.ones_like))


def _forward(
    at: Slots, image: Array, label: int, held: Iterable[Array]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return pixels, maps, pooled maps, probabilities and the loss."""
    filters, weights, biases = held
    values = np.asarray(image, np.float64)
    pixels = np.asarray(at("pixels", values / 255 - 0.5, image=values))
    seen = sliding_window_view(pixels, filters.shape[1:])
    maps = np.einsum("ijab,kab->ijk", seen, filters)
    curve, _ = _between(at)
    pooled = windows_of_two(curve(maps)).max(axis=2)
    logits = at("logits", pooled.ravel() @ weights + biases, biases=biases)
    out = softmax(logits)
    return pixels, maps, pooled, out, np.asarray(-np.log(out[int(label)]))


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterable[Hypothesis]:
    """Yield how far parameters move that move along their gradient, all of them alike."""
    if got.shape != due.shape:
        return
    rate = float(given["learning_rate"])
    start = 1
    for name in ("filters", "weights", "biases"):
        old = np.asarray(given[name], np.float64)
        part = slice(start, start + old.size)
        start += old.size
        right, moved = (old.ravel() - vector[part] for vector in (due, got))
        square = float(right @ right)
        factor = float(moved @ right) / square if square else 0.0
        if not np.isfinite(factor) or not factor or abs(factor - 1) < _SAME:
            continue
        if np.abs(moved - factor * right).max() > _CLOSE * np.abs(right).max():
            continue
        yield Hypothesis(
            f"new_{name}",
            f"the {name} move {quantities.short(factor)} times as far as they must",
            bound(lambda _v, k, c: k["old"] - c * k["rate"] * k["gradient"], factor),
            "each parameter becomes parameter - learning_rate * gradient",
            ODD,
            is_measured=True,
        )
        yield Hypothesis(
            "rate",
            f"the learning rate {quantities.short(factor * rate)} is used, whatever is given",
            bound(lambda _v, _k, c: c, factor * rate),
            "use the learning rate that is given",
            ODD,
            is_measured=True,
        )


#: Factors this near to 1 are roundings, and movements this near to a multiple are one.
_SAME, _CLOSE = 1e-9, 1e-6


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    return {"the label": int(given["label"]), "filters": len(given["filters"])}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: random bytes, whose windows do not tie, and the article's parameters."""
    values = np.abs(draw.reals(28, 28)) * draw.pick(20, 30)
    return {
        "image": np.clip(values, 0, 255).astype(np.uint8),
        "label": draw.integer(0, 9),
        **parameters(draw.integer(1, 1000)).by_name(),
        "learning_rate": draw.pick(*RATES),
    }


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw, seeds=2
)
