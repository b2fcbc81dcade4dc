"""What an implementation declares of itself, in its dictionary ``CNNSPEC``."""

from typing import Any

from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.wishes import CALLS, ORDERS, WishError, Wishes
from cnnspec.bindings.wishes import wishes as wishes_of
from cnnspec.cases.requirements import PROFILES
from cnnspec.subject.array_limits import AXES, DTYPE, FLOATS, NAMES
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.sources.importing import LoadError

ACCURACIES = ("componentwise", "normwise")


def wished(declared: Any, source: str) -> Wishes:
    """Return what a module declares of its calls and orders of axes."""
    try:
        return wishes_of(declared)
    except WishError as error:
        raise LoadError(f"CNNSPEC in {source}: {error}") from error


def apply_declaration(implementation: Implementation, declared: Any, source: str) -> None:
    """Enter into an implementation what its ``CNNSPEC`` says.

    Raises
    ------
    LoadError
        If it says what it cannot say.
    """
    if not isinstance(declared, dict):
        raise LoadError(f"CNNSPEC in {source} must be a dictionary, got {declared!r}")
    known = {"name": None, "profile": PROFILES, "accuracy": ACCURACIES}
    for key, value in declared.items():
        if key == CALLS or key in ORDERS:
            continue  # read apart
        if key == "limits":
            implementation.limits = _limits(value, source)
            continue
        if key not in known:
            every = [*known, "limits", CALLS, *ORDERS]
            raise LoadError(f"CNNSPEC in {source}: unknown key {key!r}, known are {every}")
        choices = known[key]
        if not isinstance(value, str) or (choices and value not in choices):
            raise LoadError(f"CNNSPEC in {source}: {key} must be one of {choices}, got {value!r}")
        setattr(implementation, key, value)


def _limits(declared: Any, source: str) -> tuple[str, ...]:
    """Return the kinds of limits that an implementation declares."""
    kinds = dict.fromkeys([*NAMES, AXES, *map(DTYPE.format, FLOATS)])
    if not isinstance(declared, list | tuple) or not all(kind in kinds for kind in declared):
        raise LoadError(
            f"CNNSPEC in {source}: limits must be a list of {list(kinds)}, got {declared!r}"
        )
    return tuple(declared)


def is_declared_otherwise(operation: str, wishes: Wishes) -> bool:
    """Return whether the orders of axes of an operation are declared, and are not its own."""
    return any(
        wishes.orders.get(one.name, one.own.name) != one.own.name
        for one in spelling_of(operation).families
    )
