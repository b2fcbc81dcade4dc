"""Giving arguments the axes that an implementation takes, and taking them away from results."""

from collections.abc import Callable, Container
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.operation import Operation
from cnnspec.declaration.parameters import Axes
from cnnspec.subject.outcomes import Array

#: Arguments, and what takes added axes away from their result again.
Fitted = tuple[dict[str, Any], Callable[[Array], Array]]


def fitted(
    operation: Operation,
    given: dict[str, Any],
    ranks: frozenset[int],
    crashing: Container[int | str],
) -> Fitted | None:
    """Return arguments whose data have a number of axes that is taken, if that can be.

    ``ranks`` are the numbers of axes that are answered, and in ``crashing`` are those that are
    judged although calls crash.
    """
    axes, name = operation.axes, operation.data
    rank = np.ndim(given[name])
    is_flattened = axes.flattens and rank > 3 and 3 in ranks
    if rank in ranks or rank in crashing or is_flattened:
        is_one_row = rank > 1 and {*np.shape(given[name])[:-1]} == {1}
        if axes.of_one_row is not None and is_one_row:
            return given, partial(_of_one_row, axes.of_one_row)
        return given, unchanged
    if axes.each_element:
        return _with_axes(given, (name, *axes.batched), max(ranks))
    return _as_image(axes, name, rank, given, ranks)


def _as_image(
    axes: Axes, name: str, rank: int, given: dict[str, Any], ranks: frozenset[int]
) -> Fitted | None:
    """Return arguments with a channel axis, or as a batch of one, if that is taken."""
    back = unchanged
    if axes.without_channels and rank == 2 and ranks & {3, 4}:
        for array in axes.without_channels:
            given[array] = given[array][..., np.newaxis]
        rank = 3
        back = _without_channel if axes.channels_in_result else unchanged
    if rank in ranks:
        return given, back
    is_batch = axes.flattens and axes.batched and rank > 1  # rows are: more axes are flattened
    if axes.in_batches and rank + 1 in ranks and not is_batch:
        for array in (name, *axes.batched):
            given[array] = np.asarray(given[array])[np.newaxis]
        if not axes.batch_in_result:
            return given, back
        return given, lambda result: back(_first_of_batch(result))
    return None


def unchanged(result: Array) -> Array:
    """Return a result as it is."""
    return result


def _without_channel(result: Array) -> Array:
    return result[..., 0] if result.ndim and result.shape[-1] == 1 else result


def _of_one_row(axes: int, result: Array) -> Array:
    """Return the answer to one row with so many axes: those before the last may be there or not."""
    if {*result.shape[:-1]} - {1}:
        return result
    return result.reshape((1,) * (axes - 1) + result.shape[-1:]) if result.ndim else result


def _with_axes(given: dict[str, Any], names: tuple[str, ...], rank: int) -> Fitted | None:
    """Return arguments some of which have so many axes, if the first has not more.

    Each gets as many as are missing of the first.
    """
    shape = np.shape(given[names[0]])
    if len(shape) > rank:
        return None
    for name in names:
        given[name] = np.reshape(given[name], (1,) * (rank - len(shape)) + np.shape(given[name]))
    return given, lambda result: _reshape_back(result, shape)


def _reshape_back(result: Array, shape: tuple[int, ...]) -> Array:
    return result.reshape(shape) if result.size == np.prod(shape) else result


def _first_of_batch(result: Array) -> Array:
    return np.asarray(result[0]) if result.ndim and len(result) == 1 else result
