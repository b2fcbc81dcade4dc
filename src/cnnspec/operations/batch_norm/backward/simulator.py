"""The gradients of a normalisation with slots."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.batch_norm.backward import hypotheses
from cnnspec.operations.batch_norm.parameters import DEFAULT
from cnnspec.operations.global_avg_pool2d.simulator import sizes
from cnnspec.simulation import gradients, quantities
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

Known = Mapping[str, Any]

_OVER = (1, 2)


def _known(
    at: Slots,
    grad: Array,
    maps: Array,
    mean: Array,
    variance: Array,
    scale: Array,
    epsilon: float = DEFAULT,
) -> dict[str, Any]:
    """Return what is known of a call, on four axes, each read through its slot."""
    maps, grad = (np.asarray(one, np.float64) for one in (maps, grad))
    images = at("maps", maps if maps.ndim == 4 else maps[np.newaxis])
    incoming = at("grad", grad if grad.ndim == 4 else grad[np.newaxis], images=images)
    given = {"mean": mean, "variance": variance, "scale": scale}
    read = {
        name: at(name, np.asarray(one, np.float64), images=images) for name, one in given.items()
    }
    read = at("parameters", read, images=images)
    m, v, s = (at("lying", one.reshape(1, 1, 1, -1), images=images) for one in read.values())
    m, v = at("statistics", (m, v), images=images)
    added = at("epsilon", float(epsilon))
    known = {"x": images, "images": images, "g": incoming, "m": m, "v": v, "s": s, "e": added}
    known["d"] = at("deviation", np.sqrt(v + added), **known)
    known["centred"] = at("centred", images - m, **known)
    return known


def to_maps(at: Slots, **given: Any) -> Array:
    """Compute the gradient to the maps in float64."""
    known = _known(at, **given)
    found = at("whole", known["g"] * known["s"] / known["d"], **known)
    found = np.asarray(at("result", found, **known))
    return found if np.ndim(given["maps"]) == 4 or found.ndim != 4 else found[0]


def _summing(of: Callable[[Known], Array]) -> Callable[..., Array]:
    """Return what computes the gradient to a parameter: a sum of parts."""

    def compute(at: Slots, **given: Any) -> Array:
        known = _known(at, **given)
        parts = at("parts", of(known), **known)
        of_images = at("of images", np.sum(parts, axis=_OVER), parts=parts, **known)
        found = np.sum(of_images, axis=0)
        return np.asarray(at("result", found, parts=parts, **known))

    return compute


def _measured(remedy: str) -> Callable[..., Iterator[Hypothesis]]:
    def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
        yield from quantities.measured_line("result", "the results", got, due, remedy)
        yield from gradients.measured_length("result", given["grad"], got, due, remedy)

    return measured


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    rows, columns, count, number = draw.apart(4, 1, 6)
    if draw.pick(True, *[False] * 4):
        rows = count
    if draw.pick(True, *[False] * 5):
        columns = count
    if draw.pick(True, *[False] * 5):
        number = count
    shape = draw.pick((rows, columns, count), (number, rows, columns, count))
    given: dict[str, Any] = {
        "grad": draw.reals(*shape),
        "maps": draw.reals(*shape) + draw.pick(0, 0, 2),
        "mean": draw.reals(count),
        "variance": np.abs(draw.reals(count)) + 0.125,
        "scale": draw.reals(count),
    }
    if draw.pick(True, True, False):
        given["epsilon"] = draw.pick(0.5, 0.01, 1e-3, 2.0)
    if draw.pick(True, *[False] * 5):
        given = {
            n: v.astype(np.float32) if isinstance(v, np.ndarray) else v for n, v in given.items()
        }
    return given


def _simulator(
    compute: Callable[..., Array], found: Callable[[], tuple[Hypothesis, ...]], remedy: str
) -> Simulator:
    return Simulator(
        compute=compute, hypotheses=found, measured=_measured(remedy), sizes=sizes, draw=draw
    )


TO_MAPS = _simulator(to_maps, hypotheses.of_maps, hypotheses.OF_MAPS)
TO_MEAN = _simulator(
    _summing(lambda k: -k["g"] * k["s"] / k["d"]), hypotheses.of_mean, hypotheses.OF_MEAN
)
TO_VARIANCE = _simulator(
    _summing(lambda k: -k["g"] * k["centred"] * k["s"] / (2 * k["d"] ** 3)),
    hypotheses.of_variance,
    hypotheses.OF_VARIANCE,
)
TO_SCALE = _simulator(
    _summing(lambda k: k["g"] * k["centred"] / k["d"]), hypotheses.of_scale, hypotheses.OF_SCALE
)
TO_OFFSET = _simulator(_summing(lambda k: k["g"]), hypotheses.of_offset, hypotheses.OF_OFFSET)
