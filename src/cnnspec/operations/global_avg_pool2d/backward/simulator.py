"""The gradient of global average pooling with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.global_avg_pool2d import simulator as forward
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
)
from cnnspec.simulation.orders import Axis, Data

_REMEDY = "give every element of a map what comes in for its mean, over rows * columns"

_IMAGE, _ROW, _COLUMN, _MAP = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_GRAD = Data("grad", "the incoming gradient", (_IMAGE, _MAP), _REMEDY, "is")
_NUMBERS = Data("grad", "the numbers of the incoming gradient", (), "use grad as it came")
_RESULT = Data("result", "the result", (_IMAGE, _ROW, _COLUMN, _MAP), _REMEDY, "is")
_RESULTS = Data("result", "the results", (), _REMEDY)


#: What does not show in a result that is the same all over a map.
_CONSTANT = (
    r"^result: .*\b(row|column)s? of .*(in reverse order|used, for all of them|averaged, and each"
    r" .*|in the order of their sizes|swapped|the last from the first|the first from the last"
    r"|and the (first|last) twice|repeats the one before it|used, each of them twice|is used twice"
    r"|over and over)$"
)
_TURNED = (
    r"^result: the result is (read in the wrong order of axes|reshaped to).*"
    r"\(images, columns, rows, maps\)"
)


def compute(at: Slots, grad: Array, maps: Array) -> Array:
    """Compute the gradient to the maps in float64."""
    maps, grad = np.asarray(maps, np.float64), np.asarray(grad, np.float64)
    is_batch = maps.ndim == 4
    images = maps if is_batch else maps[np.newaxis]
    grad = at("grad", grad if is_batch else grad[np.newaxis], x=images)
    area = at("divisor", float(images.shape[1] * images.shape[2]), x=images)
    parts = at("parts", grad / area, x=images, grad=grad)
    spread = at("spread", parts[:, np.newaxis, np.newaxis] + 0 * images, x=images, parts=parts,
                grad=grad)  # fmt: skip
    found = at("result", spread, x=images, grad=grad)
    return np.asarray(found if is_batch else found[0])


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_divisor(),
            _of_spreading(),
            gradients.incoming("grad"),
            orders.along_axes(_GRAD),
            orders.of_axes(_GRAD),
            gradients.without(orders.along_axes(_RESULT), _CONSTANT),
            gradients.without(orders.of_axes(_RESULT), _TURNED),
            _of_result(),
            quantities.casts(_NUMBERS),
            quantities.casts(_RESULTS),
            quantities.factors(_RESULTS, {}),
        )
    )


def _of_divisor() -> Iterator[Hypothesis]:
    yield Hypothesis("divisor", "what comes in is not divided by rows * columns",
                     lambda _v, _k: 1.0, "divide by rows * columns", COMMON)  # fmt: skip
    for one in forward.of_divisor():
        said = one.words.replace("the sums are divided", "what comes in is divided")
        yield Hypothesis(one.slot, said, one.change, one.remedy, one.rank)


def _of_spreading() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Any], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("spread", words, of, _REMEDY, rank)

    yield one("only the first element of a map gets its part", lambda v, _k: v * _at(v, 0, 0))
    yield one("only the last element of a map gets its part", lambda v, _k: v * _at(v, -1, -1),
              KNOWN)  # fmt: skip
    yield one("only the first row of a map gets its part", lambda v, _k: v * _at(v, 0, slice(None)))
    yield one("only the first column of a map gets its part",
              lambda v, _k: v * _at(v, slice(None), 0), KNOWN)  # fmt: skip
    yield one("only the largest element of a map gets what comes in, as of a maximum",
              lambda _v, k: (k["x"] == k["x"].max(axis=(1, 2), keepdims=True))
              * k["grad"][:, np.newaxis, np.newaxis])  # fmt: skip
    yield one("the parts are laid out map by map: the axis of maps comes first",
              lambda v, _k: np.moveaxis(v, 3, 1))  # fmt: skip
    yield one("the parts are laid out map by map, and then reshaped to the maps' shape",
              lambda v, _k: np.moveaxis(v, 3, 1).reshape(v.shape))  # fmt: skip
    yield one("every map gets the mean of what comes in for all of them",
              lambda v, _k: v.mean(axis=3, keepdims=True) + 0 * v)  # fmt: skip
    yield one("every map gets the sum of what comes in for all of them",
              lambda v, _k: v.sum(axis=3, keepdims=True) + 0 * v)  # fmt: skip
    yield one("every image gets the parts of the first", lambda v, _k: v[:1] + 0 * v)
    yield one("every map gets the part of the first", lambda v, _k: v[..., :1] + 0 * v)
    yield one("only the square of as many columns as rows gets its part",
              lambda v, _k: v * _square(v), KNOWN)  # fmt: skip
    yield one("the parts are not spread: one number for each map is returned",
              lambda _v, k: k["parts"])  # fmt: skip
    yield one("the parts are not spread: each map is returned as 1x1",
              lambda _v, k: k["parts"][:, np.newaxis, np.newaxis])  # fmt: skip


def _at(like: Array, rows: Any, columns: Any) -> Array:
    found = np.zeros_like(like)
    found[:, rows, columns] = 1
    return found


def _square(like: Array) -> Array:
    side = min(like.shape[1:3])
    return _at(like, slice(side), slice(side))


def _of_result() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Any], Any]) -> Hypothesis:
        return Hypothesis("result", words, of, _REMEDY, KNOWN)

    yield one("the result is multiplied by the elements of the maps", lambda v, k: v * k["x"])
    yield one("the result is added to the maps", lambda v, k: v + k["x"])
    yield one("the result counts where the element of the maps is positive only",
              lambda v, k: v * (k["x"] > 0))  # fmt: skip


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return what one answer shows of factors and constants."""
    yield from quantities.measured_line("result", "the results", got, due, _REMEDY)
    yield from gradients.measured_length("result", given["grad"], got, due, _REMEDY)


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    maps = forward.draw(draw)["maps"]
    grad = {"grad": draw.reals(*maps.shape[:-3], maps.shape[-1])}
    return {**draw.varied(grad), "maps": maps}


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=forward.sizes, draw=draw
)
