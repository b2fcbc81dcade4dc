"""What is believed of how something is called and read only because of what is beside it.

Softmax along the first axis is right by columns, and a common mistake: examples may lie in columns
only where something tells that is wrong by rows. What flattens one map leaves others as they are:
one is meant only where something is called for each.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.candidates import Candidate, made_here
from cnnspec.bindings.probing import Guard, Tried, best
from cnnspec.bindings.signatures import signature_of
from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.ways import Way
from cnnspec.declaration.writing import COLUMNS, EXAMPLES, ROWS, Orders
from cnnspec.operations.registry import OPERATIONS


def is_by_columns(
    every: Iterable[Sequence[Tried]],
    declared: Mapping[str, str],
    read: Callable[[Binding], Tried],
) -> bool:
    """Return whether columns are declared, or something is right by columns and not by rows.

    ``every`` are ways of reading, of each thing that is called; ``read`` tries another.
    """
    if EXAMPLES.name in declared:
        return declared[EXAMPLES.name] == COLUMNS
    return any(_tells(best(readings), read) for readings in every)


def _tells(found: Tried, read: Callable[[Binding], Tried]) -> bool:
    reading = found.binding.reading
    if not found.is_right or _is_of_vectors(found) or EXAMPLES.name not in reading:
        return False
    if reading[EXAMPLES.name] != EXAMPLES.own.name:
        return is_in(COLUMNS, found)  # of equals the first, so not by rows

    def is_right(order: str) -> bool:
        anew = replace(found.binding, reading={**reading, EXAMPLES.name: order})
        return read(anew).is_right

    return is_right(COLUMNS) and not is_right(ROWS)


def is_chained_by_columns(names: Mapping[str, Any], guard: Guard) -> bool:
    """Return whether a function of several layers after one another is right by columns.

    Their weights have other numbers of inputs than of nodes, and there are other numbers of
    examples: by rows it would not be.
    """
    ways = [one for name in OPERATIONS if (one := spelling_of(name).chained)]
    for _, thing in made_here(names, str(names.get("__name__", ""))):
        signature = None if isinstance(thing, type) else signature_of(thing)
        parameters = [*signature.parameters] if signature else []
        for chained in ways if parameters else ():
            found = chained(parameters)
            if found and _comes_back(thing, *found, guard):
                return True
    return False


def _comes_back(
    function: Callable[..., Any], given: Mapping[str, Any], due: Sequence[Any], guard: Guard
) -> bool:
    """Return whether one of some arrays is among those that a call returns."""
    try:
        with guard():
            returned = [*_arrays(function(**deepcopy(dict(given))))]
    except Exception:  # noqa: BLE001 - it is the implementation's own code
        return False
    return any(
        one.shape == its.shape and bool(np.allclose(one, its)) for one in returned for its in due
    )


def _arrays(returned: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield all arrays that are returned, in tuples, lists and dictionaries, too."""
    if isinstance(returned, np.ndarray):
        yield returned
    elif isinstance(returned, Mapping):
        yield from _arrays([*returned.values()])
    elif isinstance(returned, tuple | list):
        for one in returned:
            yield from _arrays(one)


def needs_columns(every: Iterable[Sequence[Tried]]) -> bool:
    """Return whether something with parameters takes columns, and not a vector by itself."""
    found = [best(readings) for readings in every if readings]
    return any(one.is_right and is_in(COLUMNS, one) and not _is_of_vectors(one) for one in found)


def as_believed(read: Sequence[Tried], *, is_by_columns: bool, is_needed: bool) -> list[Tried]:
    """Return the ways of reading that are believed.

    A softmax is right by columns, or by rows among columns, by mistake. What else has no
    parameters, and is wrong, has some answer right by accident.
    """
    if is_by_columns:
        columns = [one for one in read if is_in(COLUMNS, one) and _is_of_vectors(one)]
        if is_needed and columns and best(columns).score.right >= best(read).score.right:
            return columns  # and not as one vector, whatever it is given
        return [one for one in read if not _is_by_rows(one)] or [*read]
    return [one for one in read if not (is_in(COLUMNS, one) and _may_be_a_mistake(one))]


def _is_by_rows(one: Tried) -> bool:
    """Return whether a function of vectors has to be given rows, and is right so."""
    needs_rows = is_in(ROWS, one) or (max(one.right_axes, default=0) > 1 and not one.is_right)
    return _is_of_vectors(one) and needs_rows and not is_in(COLUMNS, one)


def is_of_columns(one: Tried) -> bool:
    """Return whether a function of vectors is read by columns, because something else is."""
    return _is_of_vectors(one) and is_in(COLUMNS, one)


def _may_be_a_mistake(one: Tried) -> bool:
    has_parameters = any(orders.name != EXAMPLES.name for orders in _families(one))
    return _is_of_vectors(one) or not (has_parameters or one.is_right)


def _families(one: Tried) -> tuple[Orders, ...]:
    return spelling_of(one.binding.operation).families


def _is_of_vectors(one: Tried) -> bool:
    return spelling_of(one.binding.operation).is_of_vectors


def is_in(order: str, one: Tried) -> bool:
    """Return whether examples are read in an order."""
    return one.binding.reading.get(EXAMPLES.name) == order


# --- one of several ---------------------------------------------------------------------------

#: The ways of calling something, each with those of reading it.
_Ways = list[tuple[Way, list[Tried]]]


def of_one_beside_each(known: Mapping[Candidate, _Ways]) -> dict[Candidate, _Ways]:
    """Return the ways of calling that are believed: one map is enough beside what takes one."""
    every = [read for ways in known.values() for _, read in ways if read]
    is_beside = any(map(_is_for_each, every))
    return {
        one: [(way, read) for way, read in ways if is_beside or not way.binding().is_of_one]
        for one, ways in known.items()
    }


def _is_for_each(read: Sequence[Tried]) -> bool:
    """Return whether something is right that is called for each map, or for each filter."""
    chosen = best(read)
    each = {*chosen.binding.values} & {*spelling_of(chosen.binding.operation).each}
    return bool(each) and chosen.score.right > 0
