"""Whether examples may lie in columns: only where something tells that is wrong by rows.

Softmax along the first axis is right by columns, and a common mistake.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.probing import Tried, best
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.writing import COLUMNS, EXAMPLES, ROWS, Orders


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
