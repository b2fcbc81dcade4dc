"""Mistakes in the gradient of global average pooling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.global_avg_pool2d_backward import global_avg_pool2d_backward

Array = NDArray[Any]

_ROWS, _COLUMNS, _MAPS = -3, -2, -1


def _enter(
    name: str, explanation: str, remedy: str, change: Callable[[Array, Array, Array], Any]
) -> None:
    """Enter what makes something else of the right gradient, of grad, and of the maps."""

    def backward(grad: Array, maps: Array) -> Array:
        found = global_avg_pool2d_backward(grad, maps)
        changed = np.asarray(change(found, grad, maps))
        return changed.astype(found.dtype)

    fault(f"global_avg_pool2d_backward-{name}", explanation, remedy)(backward)


def _area(maps: Array) -> int:
    return int(maps.shape[_ROWS] * maps.shape[_COLUMNS])


_DIVIDE = "divide by rows * columns"
_SPREAD = "give every element of a map its part"

_enter(
    "not-divided",
    "every element of a map gets all that comes in: it is not divided",
    _DIVIDE,
    lambda found, _g, maps: found * _area(maps),
)
_enter(
    "divided-by-rows",
    "what comes in is divided by the rows only",
    _DIVIDE,
    lambda found, _g, maps: found * maps.shape[_COLUMNS],
)
_enter(
    "divided-by-49",
    "what comes in is divided by 49, as for maps of 7x7",
    _DIVIDE,
    lambda found, _g, maps: found * (_area(maps) / 49),
)
_enter(
    "divided-by-square-of-rows",
    "what comes in is divided by the square of the rows",
    _DIVIDE,
    lambda found, _g, maps: found * (maps.shape[_COLUMNS] / maps.shape[_ROWS]),
)
_enter(
    "divided-by-all-elements",
    "what comes in is divided by the number of elements of all maps together",
    _DIVIDE,
    lambda found, _g, maps: found / maps.shape[_MAPS],
)
_enter(
    "divided-by-images",
    "the gradient to the maps is divided by the number of images",
    "divide in the loss, if at all: nothing is averaged inside a layer",
    lambda found, _g, maps: found / (len(maps) if maps.ndim == 4 else 1),
)


def _only_first(found: Array, _grad: Array, _maps: Array) -> Array:
    kept = np.zeros_like(found)
    kept[..., 0, 0, :] = found[..., 0, 0, :]
    return kept


_enter(
    "to-the-first-element", "only the first element of a map gets its part", _SPREAD, _only_first
)
_enter(
    "to-the-largest",
    "only the largest element of a map gets what comes in, as of a maximum",
    _SPREAD,
    lambda found, _g, maps: (
        (maps == maps.max(axis=(_ROWS, _COLUMNS), keepdims=True)) * found * _area(maps)
    ),
)
_enter(
    "map-by-map",
    "the parts are laid out map by map (channels first), and reshaped to the maps' shape",
    "keep the axis of maps the last",
    lambda found, _g, _m: np.moveaxis(found, _MAPS, _ROWS).reshape(found.shape),
)
_enter(
    "not-spread",
    "the parts are not spread: each map is returned as 1x1",
    "return the shape of the maps",
    lambda found, _g, _m: found[..., :1, :1, :],
)
_enter(
    "mean-over-the-maps",
    "every map gets the mean of what comes in for all of them",
    "treat every map by itself",
    lambda found, _g, _m: found.mean(axis=_MAPS, keepdims=True) + 0 * found,
)
_enter(
    "of-the-first-image",
    "every image gets the parts of the first",
    "treat every image by itself",
    lambda found, _g, maps: found[:1] + 0 * found if maps.ndim == 4 else found,
)
_enter(
    "images-and-maps-exchanged",
    "images and maps are exchanged where there are as many of one as of the other",
    "grad is (N, K): the first axis counts images",
    lambda found, _g, maps: (
        found.swapaxes(0, 3) if maps.ndim == 4 and len(maps) == maps.shape[3] else found
    ),
)
_enter(
    "times-the-maps",
    "the parts are multiplied by the elements of the maps",
    "the slope of a mean is 1 / (rows * columns), whatever stands in the maps",
    lambda found, _g, maps: found * maps,
)
_enter(
    "opposite-sign",
    "the gradient has the opposite sign",
    "return the gradient itself; the update subtracts it",
    lambda found, _g, _m: -found,
)
_enter(
    "grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
    lambda found, _g, maps: np.ones_like(found) / _area(maps),
)


@fault(
    "global_avg_pool2d_backward-in-float32",
    "the gradient is computed in float32",
    "keep the precision of grad",
)
def in_float32(grad: Array, maps: Array) -> Array:
    found = global_avg_pool2d_backward(np.asarray(grad, np.float32), maps)
    return found.astype(np.result_type(grad, maps, np.float32))


@fault(
    "global_avg_pool2d_backward-nan-cleared",
    "NaN and infinities that come in are taken for 0",
    "hand on what comes in as it is",
)
def nan_cleared(grad: Array, maps: Array) -> Array:
    return global_avg_pool2d_backward(np.nan_to_num(grad, posinf=0.0, neginf=0.0), maps)
