"""The gradients of poolings with slots."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from cnnspec.operations.pooling import simulator as forward
from cnnspec.operations.pooling.backward.cases import shape_of_grad
from cnnspec.operations.pooling.backward.hypotheses import REMEDY, first_of, hypotheses
from cnnspec.operations.pooling.seen import Seen
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

Combine = Callable[..., Any]


def compute(
    combine: Combine, at: Slots, grad: Array, maps: Array, size: Any = 2, **options: Any
) -> Array:
    """Compute the gradient to the maps in float64."""
    maps, grad = np.asarray(maps, np.float64), np.asarray(grad, np.float64)
    is_batch = maps.ndim == 4
    images = at("maps", maps if is_batch else maps[np.newaxis])
    grad = at("grad", grad if is_batch else grad[np.newaxis])
    placed = forward.place(at, images, size, options)
    # What comes in for no window is lost, and windows for which nothing does hand nothing on.
    rows, columns = (starts[:n] for starts, n in zip(placed.starts, grad.shape[1:3], strict=True))
    grad = grad[:, : len(rows), : len(columns)]
    down, right = rows[:, np.newaxis] + placed.spots[0], columns[:, np.newaxis] + placed.spots[1]
    seen = Seen(images, (down, right))
    border = at("border", forward.OUTSIDE[combine])
    patches = seen.patches(forward.OUTSIDE[combine], border, placed.margins)
    inside = np.asarray(seen.on_maps())[..., np.newaxis]
    known: dict[str, Any] = {"patches": patches, "inside": inside, "images": images, "grad": grad}
    if combine is np.mean:
        counted = at("counted", bool(options.get("count_include_pad", True)))
        within, padded = (seen.count(around) for around in (((0, 0), (0, 0)), placed.margins))
        divisor = at("divisor", padded if counted else within, padded=padded, inside=within,
                     counted=counted, margins=placed.margins, seen=seen, patches=patches, rows=rows,
                     columns=columns, sizes=placed.sizes, strides=placed.strides)  # fmt: skip
        divisor = np.broadcast_to(divisor, padded.shape)[:, :, np.newaxis, np.newaxis]
        due = np.broadcast_to(1 / np.where(divisor == 0, 1, divisor), patches.shape)
    else:
        due = first_of(patches == combine(patches, axis=(3, 4), keepdims=True))
    shares = at("shares", due, combine=combine, **known)
    parts = at("parts", shares * grad[:, :, :, np.newaxis, np.newaxis], shares=shares, **known)
    parts = np.where(inside, parts, 0.0)
    to = np.broadcast_to(_numbers(images, down, right, inside), parts.shape)
    sums = np.bincount(to.ravel(), parts.ravel(), images.size).reshape(images.shape)
    sums = at("added", sums, to=to, parts=parts, placed=placed,
              on_map=np.broadcast_to(inside, parts.shape),
              is_sent=np.broadcast_to(inside & (shares != 0), parts.shape))  # fmt: skip
    found = at("result", sums, shares=shares, **known)
    return np.asarray(found if is_batch else found[0])


def _numbers(images: Array, down: Array, right: Array, inside: Array) -> Array:
    """Return the numbers of elements in C order, (N, H', W', f, g, K); 0 beside the maps."""
    _, height, width, count = images.shape
    place = down[:, np.newaxis, :, np.newaxis] * width + right[:, np.newaxis, :]
    found = place[..., np.newaxis] * count + np.arange(count)
    image = np.arange(len(images)).reshape(-1, *[1] * 5) * (height * width * count)
    return np.where(inside, image + found, 0).astype(np.int64)


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("result", "the results", got, due, REMEDY)
    yield from gradients.measured_length("result", given["grad"], got, due, REMEDY)


def draw(combine: Combine, draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most, and no two elements are equal; some are near."""
    given = forward.draw(combine, draw)
    shape = np.shape(given["maps"])
    dtype = given["maps"].dtype
    maps = (draw.reals(*shape) * draw.pick(1.0, 1.0, 1.0, 200.0)).astype(dtype)
    if draw.pick(True, False, False, False):  # near ties
        step = draw.pick(2.0**-10, 2.0**-10, 1e-7, 2.0**-52)
        maps = 1 + step * np.argsort(np.argsort(maps, axis=None)).reshape(shape)
    given["maps"] = maps
    of_grad = {"grad": draw.reals(*shape_of_grad(given))}
    return {**draw.varied(of_grad), **given}


def simulated_by(combine: Combine) -> Simulator:
    """Return the simulator of a pooling's gradient."""
    return Simulator(
        compute=partial(compute, combine),
        hypotheses=partial(hypotheses, combine),
        measured=measured,
        sizes=forward.sizes,
        draw=partial(draw, combine),
    )
