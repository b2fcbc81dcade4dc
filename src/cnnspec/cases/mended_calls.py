"""The legal call nearest to a bad one: a refusal tells something only if that is answered.

Code that raises for every batch would otherwise pass all that must be refused in batches.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS, POOLINGS

Array = NDArray[Any]
Arguments = dict[str, Any]


def mended(case: Case) -> Case:
    """Return a bad call with right arguments: as many axes, the same dtypes and options."""
    mend = _MENDERS.get(case.operation)
    if mend is None:
        return case
    return replace(case, id=f"{case.id}-mended", arguments=mend(dict(case.arguments)))


def kind_of(case: Case) -> tuple[Any, ...]:
    """Return what calls share that run through the same code: axes, dtypes and options."""
    operation = OPERATIONS[case.operation]
    arrays = [(name, value) for name, value in case.arguments.items() if np.ndim(value)]
    options = [(name, case.arguments.get(name)) for name in operation.optional if name != "bias"]
    first = case.arguments[operation.required[0]]
    dtypes = tuple((name, np.asarray(value).dtype.name) for name, value in arrays)
    return case.operation, np.ndim(first), dtypes, tuple(options)


def _shaped(values: Array, *shape: int) -> Array:
    """Return values that have a shape as they are, otherwise ones, or the same numbers in it."""
    if values.shape == shape:
        return values
    if values.size == np.prod(shape):
        return values.reshape(shape)
    return np.ones(shape, values.dtype)


def _with_room(images: Array, axis: int, size: int) -> Array:
    """Return images of at least so many rows and columns, which begin at an axis."""
    sides = [max(side, size) for side in images.shape[axis : axis + 2]]
    return _shaped(images, *images.shape[:axis], *sides, *images.shape[axis + 2 :])


def _conv2d(given: Arguments) -> Arguments:
    image, filters = given["image"], given["filters"]
    channels = image.shape[-1:] if image.ndim > 2 else ()
    size = max(filters.shape[1:3]) | 1
    given["image"] = _with_room(image, 1 if image.ndim == 4 else 0, size)
    given["filters"] = _shaped(filters, len(filters), size, size, *channels)
    if given.get("bias") is not None:
        given["bias"] = _shaped(given["bias"], len(filters))
    if "padding" in given and given["padding"] not in ("valid", "same"):
        given["padding"] = "valid"
    if "stride" in given:
        given["stride"] = 1 if given.get("padding") == "same" else max(given["stride"], 1)
    return given


def _pooling(given: Arguments) -> Arguments:
    maps, size = given["maps"], max(given.get("size", 2), 1)
    given["maps"] = _with_room(maps, maps.ndim - 3, size)
    if "size" in given:
        given["size"] = size
    if given.get("stride") is not None:
        given["stride"] = max(given["stride"], 1)
    return given


def _dense(given: Arguments) -> Arguments:
    nodes = given["weights"].shape[-1]
    given["weights"] = _shaped(given["weights"], given["x"].size, nodes)
    given["bias"] = _shaped(given["bias"], nodes)
    return given


def _loss(given: Arguments) -> Arguments:
    given["label"] = _label(given["label"], len(given["probabilities"]))
    return given


def _network(given: Arguments) -> Arguments:
    given["label"] = _label(given["label"], len(given["biases"]))
    return given


def _label(label: Any, classes: int) -> int:
    return min(max(int(label), 0), classes - 1)


_MENDERS: Mapping[str, Callable[[Arguments], Arguments]] = {
    "conv2d": _conv2d,
    **dict.fromkeys(POOLINGS, _pooling),
    **dict.fromkeys(("dense", "softmax_layer"), _dense),
    "cross_entropy": _loss,
    "network": _network,
}
