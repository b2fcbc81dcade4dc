"""Which numbers of axes code is written for: the others, which it misreads, are not judged."""

from collections.abc import Mapping
from typing import Any

from cnnspec.bindings.beside import is_in
from cnnspec.bindings.probing import Guard, Tried, best, tried
from cnnspec.bindings.search import Found, Only
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.writing import COLUMNS
from cnnspec.operations.registry import GRADIENTS, OPERATIONS


def see_axes(found: Found, names: dict[str, Any], guard: Guard) -> None:
    """Note what reads data of some numbers of axes, and misreads the others.

    Some code does not look how many axes it is given. What refuses them has a limit.
    """
    for name, one in found.results.items():
        batch, probes = OPERATIONS[name].axes.of_a_batch, OPERATIONS[name].probes()
        if not batch or not one.read_axes:
            continue
        is_right_of_batches = one.right_axes == one.complete_axes == {batch} and one.wrong_axes
        if is_right_of_batches or (not one.right_axes and _reads_batches(one, names, guard)):
            said = "is of batches: single ones are handed over as such"
            found.only[name] = Only(frozenset({batch}), said)
            continue
        misread = one.misread_axes.union(
            axes
            for axes in probes.keys() - one.read_axes - one.misread_axes
            for again in tried(one.binding, names, probes[axes], guard)
            if again.answered and not again.right_axes
        )
        if misread:
            axes = " or ".join(map(str, sorted(misread)))
            said = f"misreads data of {axes} axes, which are not judged"
            found.only[name] = Only(frozenset(probes.keys() - misread), said)


def _reads_batches(one: Tried, names: dict[str, Any], guard: Guard) -> bool:
    """Return whether all answers for batches have the shape that is due, and none for others."""
    operation = OPERATIONS[one.binding.operation]
    fits: dict[int | None, Tried] = {
        axes: best(tried(one.binding, names, probes, guard))
        for axes, probes in operation.probes().items()
    }
    batch = fits.pop(operation.axes.of_a_batch, None)
    return (
        batch is not None
        and batch.score.shaped == batch.calls > 0
        and any(other.answered for other in fits.values())
        and not any(other.score.shaped for other in fits.values())
    )


def see_gradients(found: Found) -> None:
    """Note what is not judged of gradients, for their forward call misreads it, too."""
    for name, gradient in GRADIENTS.items():
        if name in found.bindings and gradient.of in found.only:
            found.only.setdefault(name, found.only[gradient.of])


def see_vectors(found: Found, results: Mapping[str, Tried]) -> None:
    """Note what is written for one vector: else some other operation would take batches.

    What it makes of more axes is then not judged. Beside layers that take columns it is so only if
    its own backward pass refuses several of them.
    """
    if any(
        one.right_axes & {OPERATIONS[name].axes.of_a_batch}
        for name, one in results.items()
        if not spelling_of(name).is_of_vectors
    ):
        return
    for name, one in results.items():
        if not one.is_of_one_vector or one.right_axes != {1}:
            continue
        if not is_in(COLUMNS, one) or _goes_back_by_one(name, results):
            said = "is of one vector: of more axes it is not judged"
            found.only[name] = Only(frozenset({1}), said)


def _goes_back_by_one(name: str, results: Mapping[str, Tried]) -> bool:
    """Return whether a backward pass of an operation takes one vector and refuses more axes."""
    back = [results[of] for of, one in GRADIENTS.items() if one.of == name and of in results]
    return any(one.right_axes == one.read_axes == {1} for one in back)


def see_rows(
    found: Found, results: Mapping[str, Tried], names: dict[str, Any], guard: Guard
) -> None:
    """Note what is right for one vector and for rows, and means other axes by the last of three.

    ``results`` are also those of functions in the operation's own form.
    """
    for name, one in results.items():
        probes = OPERATIONS[name].probes().get(3, [])
        if not (spelling_of(name).is_of_vectors and probes and {1, 2} <= one.complete_axes):
            continue
        if any(again.wrong_axes for again in tried(one.binding, names, probes, guard)):
            said = "is of one vector or of rows: of more axes it is not judged"
            found.only[name] = Only(frozenset({1, 2}), said)
