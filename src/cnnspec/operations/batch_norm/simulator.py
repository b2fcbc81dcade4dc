"""Batch normalisation with slots."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.batch_norm.hypotheses import FORMULA, hypotheses
from cnnspec.operations.global_avg_pool2d.simulator import sizes
from cnnspec.simulation import quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
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


def compute(
    at: Slots,
    maps: Array,
    mean: Array,
    variance: Array,
    scale: Array,
    offset: Array,
    epsilon: float = 1e-5,
) -> Array:
    """Compute the normalised maps in float64."""
    maps = np.asarray(maps, np.float64)
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    given = {"mean": mean, "variance": variance, "scale": scale, "offset": offset}
    read = {
        name: at(name, np.asarray(one, np.float64), images=images) for name, one in given.items()
    }
    read = at("parameters", read, images=images)
    # Each lies along the last of four axes from here on.
    m, v, s, b = (at("lying", one.reshape(1, 1, 1, -1), images=images) for one in read.values())
    m, v = at("statistics", (m, v), images=images)
    added = at("epsilon", float(epsilon))
    known = {"x": images, "m": m, "v": v, "s": s, "b": b, "e": added}
    centred = at("centred", images - m, **known)
    deviation = at("deviation", np.sqrt(v + added), **known)
    normalised = at("normalised", centred / deviation, centred=centred, d=deviation, **known)
    scaled = at("scaled", normalised * s, normalised=normalised, d=deviation, **known)
    result = at("shifted", scaled + b, scaled=scaled, normalised=normalised, d=deviation, **known)
    result = at("result", result, images=images)
    return np.asarray(result if maps.ndim == 4 else result[0])


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows: another epsilon, or a factor and a constant of all results."""
    maps = np.asarray(given["maps"], np.float64)
    if got.shape == due.shape == maps.shape and maps.size:
        mean, variance, scale, offset = (
            np.asarray(given[name], np.float64) for name in ("mean", "variance", "scale", "offset")
        )
        with np.errstate(all="ignore"):
            held = ((maps - mean) * scale / (got - offset)) ** 2 - variance
        # Of the smallest variance, and the number farthest from the mean, it is told best.
        far = np.abs((maps - mean) * scale) / (1 + variance)
        epsilon = float(held.flat[int(np.argmax(far))])
        for number in (float(f"{epsilon:.3g}"), float(f"{epsilon:.6g}")):
            if np.isfinite(number) and 1e-12 < number < 100:
                yield Hypothesis(
                    "epsilon",
                    f"epsilon is {quantities.short(number)}, whatever is given",
                    bound(lambda _v, _k, e: e, number),
                    "add the epsilon that is given to the variance, by default 1e-5",
                    COMMON,
                    is_measured=True,
                )
    yield from quantities.measured_line("result", "the results", got, due, FORMULA)


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    rows, columns, count, number = draw.apart(4, 1, draw.pick(6, 6, 9))
    if draw.pick(True, *[False] * 4):
        rows = count
    if draw.pick(True, *[False] * 5):
        columns = count
    if draw.pick(True, *[False] * 5):
        number = count
    shape = draw.pick((rows, columns, count), (number, rows, columns, count))
    given: dict[str, Any] = {
        "maps": draw.reals(*shape),
        "mean": draw.reals(count),
        "variance": np.abs(draw.reals(count)) + 0.125,
        "scale": draw.reals(count),
        "offset": draw.reals(count) + draw.pick(0, 0, 5),
    }
    if draw.pick(True, True, False):
        given["epsilon"] = draw.pick(0.5, 0.01, 1e-3, 2.0)
    if draw.pick(True, *[False] * 5):
        given = {
            n: v.astype(np.float32) if isinstance(v, np.ndarray) else v for n, v in given.items()
        }
    return given


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw
)
