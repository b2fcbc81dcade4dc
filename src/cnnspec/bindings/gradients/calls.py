"""The code of calls that run something backwards, from the parameters that it has."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cnnspec.bindings.gradients.names import CACHE, RATE, SENDING_BACK
from cnnspec.bindings.gradients.sources import unpacked_names
from cnnspec.bindings.names import constants_of
from cnnspec.bindings.signatures import (
    Argument,
    Unreadable,
    arguments,
    signature_of,
    ways,
    written,
)
from cnnspec.bindings.spellings import INCOMING, incoming_of, spelling_of
from cnnspec.declaration.writing import Role, plain
from cnnspec.operations.registry import OPERATIONS

#: The most ways in which the arguments of one function are tried.
_MOST = 12

#: A rate by which parameters of zeros become the gradient's negative, and one for the input's:
#: an update that comes too early shows in it.
ONE, HALF = "1.0", "0.5"


@dataclass(frozen=True)
class Run:
    """A call that runs something backwards: its code and its arguments.

    ``chosen`` is what those want that are needed, by their names.
    """

    code: str
    given: tuple[Argument, ...]
    chosen: Mapping[str, str]

    def call(self, options: Mapping[str, str] | None = None) -> str:
        """Return the code of the call with some options."""
        return f"{self.code}({written(self.given, {**self.chosen, **(options or {})})})"

    @property
    def options(self) -> list[Argument]:
        """The arguments that may be left out."""
        return [one for one in self.given if one.name not in self.chosen]


def runs_of(
    operation: str,
    function: Any,
    code: str,
    *,
    is_method: bool,
    kept: str,
    rate: str,
    beside: Sequence[Role] = (),
) -> Iterator[Run]:
    """Yield the calls of something that runs backwards.

    Parameters
    ----------
    operation : str
        A gradient.
    function
        Whose parameters count.
    code : str
        What is called.
    is_method : bool
        Whether its first parameter is an object.
    kept : str
        The code of what the forward call has kept, "" if it keeps nothing.
    rate : str
        The rate of an update.
    beside : sequence of Role
        What the forward call returns beside its result, by the names that it has there.
    """
    signature = signature_of(function)
    if signature is None:
        return
    its_own = [*signature.parameters.values()][1 if is_method else 0 :]
    alone = signature.replace(parameters=its_own)
    required = OPERATIONS[operation].required
    needed = [p.name for p in its_own if p.default is p.empty]
    roles = [
        *_roles(operation, kept or _unpacked(operation, function, needed), rate),
        *(role for role in beside if any(map(role.means, needed))),
        *_shapes(operation, needed),
        SENDING_BACK,
    ]
    try:
        given = arguments(operation, alone, roles, required, constants_of(function))
    except Unreadable:
        return
    for number, chosen in enumerate(ways(given)):
        if number == _MOST:
            return
        rates = {one.name: rate for one in given if one.values == (rate,)}
        yield Run(code, tuple(given), {**chosen, **rates})


def _shapes(operation: str, needed: Sequence[str]) -> Iterator[Role]:
    """Yield what arguments mean that are the shapes of others, by their names: ``x_shape``."""
    for name in needed:
        of = plain(name).removesuffix("shape")
        for role in spelling_of(operation).roles if of != plain(name) else ():
            if role.means(of):
                yield Role(names=plain(name), values=(f"{role.values[0]}.shape",))
                break


def _unpacked(operation: str, function: Any, needed: Sequence[str]) -> str:
    """Return the code of a tuple of what a function takes out of what a forward call has kept."""
    roles = spelling_of(operation).roles
    for parameter in filter(CACHE.means, needed):
        names = unpacked_names(function, parameter)
        values = [next((r.values[0] for r in roles if r.means(name)), "") for name in names]
        if values and all(values):
            return f"({', '.join(values)},)"
    return ""


def _roles(operation: str, kept: str, rate: str) -> list[Role]:
    spelling = spelling_of(operation)
    own = [*spelling.roles]
    if INCOMING in own and "grad_of_one" not in spelling.derived:
        own[own.index(INCOMING)] = replace(INCOMING, values=INCOMING.values[:1])
    if not incoming_of(operation):  # of a loss: it is 1
        own.append(Role(names=INCOMING.names, values=(ONE,)))
    if kept:
        own.insert(0, Role(names=CACHE.names, values=(kept,)))
    return [*own, Role(names=RATE.names, values=(rate,))]


def is_of_one_argument(function: Any) -> bool:
    """Return whether something takes one argument: it is a derivative."""
    signature = signature_of(function)
    if signature is None:
        return False
    needed = [p for p in signature.parameters.values() if p.default is p.empty]
    return len(needed) == 1 and needed[0].kind is not inspect.Parameter.VAR_POSITIONAL
