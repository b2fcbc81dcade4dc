"""What users declare of how their code is called: calls, and orders of axes."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnspec.bindings.binding import Binding, lacks
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.writing import Orders
from cnnspec.operations.registry import LAYERS, OPERATIONS

#: The orders of axes that may be declared, by their names.
ORDERS: dict[str, Orders] = {
    one.name: one for operation in OPERATIONS for one in spelling_of(operation).families
}

#: The key of declared calls.
CALLS = "calls"


class WishError(Exception):
    """What is declared means nothing; the message says why, and what would."""


@dataclass(frozen=True)
class Wishes:
    """Declared calls by operation, and declared orders of axes by their family."""

    calls: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)

    def __or__(self, stronger: "Wishes") -> "Wishes":
        return Wishes({**self.calls, **stronger.calls}, {**self.orders, **stronger.orders})

    def __bool__(self) -> bool:
        return bool(self.calls or self.orders)


def wishes(declared: Mapping[str, Any]) -> Wishes:
    """Return what is declared under the keys that are about calls and orders.

    Raises
    ------
    WishError
        If a call is no expression, or an order or an operation is not known.
    """
    calls = declared.get(CALLS, {})
    if not isinstance(calls, Mapping) or not all(isinstance(c, str) for c in calls.values()):
        raise WishError(f"{CALLS} must be expressions by operation, got {calls!r}")
    for operation, call in calls.items():
        _check(operation, call)
    orders = {name: declared[name] for name in ORDERS if name in declared}
    for name, order in orders.items():
        known = [choice.name for choice in ORDERS[name].choices]
        if order not in known:
            raise WishError(f"{name} must be one of {', '.join(known)}, got {order!r}")
    return Wishes(dict(calls), orders)


def _check(operation: str, call: str) -> None:
    if operation not in LAYERS:
        raise WishError(
            f"there is no operation {operation!r} to be called; there are {', '.join(LAYERS)}"
        )
    try:
        ast.parse(call.strip(), mode="eval")
    except SyntaxError as error:
        raise WishError(f"the call of {operation} is no Python expression: {error}") from error
    binding = Binding(operation, call, call.strip())
    if missing := lacks(binding):
        known = [*OPERATIONS[operation].required, *OPERATIONS[operation].optional]
        known += [*spelling_of(operation).derived]
        raise WishError(
            f"the call of {operation} names no {missing}; it may name {', '.join(known)}"
        )


def declared_call(text: str) -> tuple[str, str]:
    """Return the operation and the expression of ``OPERATION=EXPRESSION``.

    Raises
    ------
    WishError
        If it is something else.
    """
    operation, sign, call = text.partition("=")
    if not sign or not call.strip():
        raise WishError(f"a call is declared as OPERATION=EXPRESSION, got {text!r}")
    wishes({CALLS: {operation.strip(): call.strip()}})
    return operation.strip(), call.strip()
