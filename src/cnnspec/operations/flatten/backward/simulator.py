"""The gradient of flattening with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.flatten import simulator as forward
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Array,
    Draw,
    Hypothesis,
    Simulator,
    Slots,
)
from cnnspec.simulation.orders import Axis, Data

_REMEDY = "give the gradient the shape of maps in C order, grad.reshape(maps.shape)"

_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_GRAD = Data("grad", "the incoming gradient", (_AXES[0], Axis("number", "numbers")), _REMEDY, "is")
_NUMBERS = Data("grad", "the numbers of the incoming gradient", (), "use grad as it came")
_RESULT = Data("result", "the result", _AXES, _REMEDY, "is")
_RESULTS = Data("result", "the results", (), "return every number as it is")


def compute(at: Slots, grad: Array, maps: Array) -> Array:
    """Lay out the gradient in float64."""
    maps, grad = np.asarray(maps, np.float64), np.asarray(grad, np.float64)
    is_batch = maps.ndim == 4
    images = maps if is_batch else maps[np.newaxis]
    rows = at("grad", grad if is_batch else grad[np.newaxis], x=images)
    laid = at("laying", rows.reshape(images.shape), rows=rows, x=images)
    found = at("result", laid, x=images)
    return np.asarray(found if is_batch else found[0])


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_order(),
            gradients.incoming("grad"),
            orders.along_axes(_GRAD),
            orders.along_axes(_RESULT),
            orders.of_axes(_RESULT),
            _of_result(),
            quantities.casts(_NUMBERS),
            quantities.casts(_RESULTS),
            quantities.factors(_RESULTS, {"the number of elements": lambda k: k["x"][0].size}),
        )
    )


def _of_order() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Array], Any], rank: int = COMMON) -> Hypothesis:
        def change(_value: Any, known: Any) -> Any:
            return of(known["rows"], known["x"])

        return Hypothesis("laying", words, change, _REMEDY, rank)

    yield one("the vector is laid out in Fortran order: the first axis runs fastest",
              lambda r, x: np.stack([one.reshape(x.shape[1:], order="F")
                                     for one in r]))  # fmt: skip
    yield one("the vector is laid out map by map (channels first)",
              lambda r, x: np.moveaxis(r.reshape(len(x), x.shape[3], *x.shape[1:3]),
                                       1, 3))  # fmt: skip
    yield one("the vector is laid out map by map (channels first), and left in that shape",
              lambda r, x: r.reshape(len(x), x.shape[3], *x.shape[1:3]))  # fmt: skip
    yield one("rows and columns are swapped",
              lambda r, x: r.reshape(len(x), x.shape[2], x.shape[1], -1)
              .swapaxes(1, 2))  # fmt: skip
    yield one("columns and maps are swapped",
              lambda r, x: r.reshape(*x.shape[:2], x.shape[3], -1).swapaxes(2, 3))  # fmt: skip
    yield one("the vector is laid out in reverse order",
              lambda r, x: r[:, ::-1].reshape(x.shape))  # fmt: skip
    yield one("the result is left flat: it has not the shape of maps", lambda r, _x: r)
    yield one("rows and columns of the result are one axis",
              lambda r, x: r.reshape(len(x), -1, x.shape[3]), KNOWN)  # fmt: skip
    yield one("a batch is read in Fortran order", lambda r, x: r.reshape(x.shape, order="F"))
    yield one("every image gets the gradient of the first",
              lambda r, x: (r[:1] + 0 * r).reshape(x.shape))  # fmt: skip
    yield one("an example is read from a column, not from a row",
              lambda r, x: r.T.reshape(x.shape))  # fmt: skip


def _of_result() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("result", words, lambda v, known: of(v, known["x"]), _REMEDY, rank)

    yield one("the maps are returned, not their gradient", lambda _v, x: x)
    yield one("the result is multiplied by the elements of the maps", lambda v, x: v * x)
    yield one("the result is added to the maps", lambda v, x: v + x)
    yield one("the result counts where the element of the maps is positive only",
              lambda v, x: v * (x > 0), COMMON)  # fmt: skip


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: all sizes differ in most."""
    maps = forward.draw(draw)["maps"]
    grad = {"grad": draw.reals(*maps.shape[:-3], int(np.prod(maps.shape[-3:])))}
    return {**draw.varied(grad), "maps": maps}


SIMULATOR = Simulator(compute=compute, hypotheses=hypotheses, sizes=forward.sizes, draw=draw)
