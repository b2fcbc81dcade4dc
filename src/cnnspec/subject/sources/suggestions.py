"""What to declare where nothing was found: calls with the code's own names filled in."""

from collections.abc import Iterator, Mapping
from typing import Any

from cnnspec.bindings.binding import Binding, lacks
from cnnspec.bindings.candidates import Candidate, is_made_here
from cnnspec.bindings.layers import constructor, is_layer, is_layer_class, runs_of
from cnnspec.bindings.names import constants_of, does_something_else, nearest, operations_of
from cnnspec.bindings.signatures import (
    Unreadable,
    arguments,
    signature_of,
    ways,
    written,
)
from cnnspec.bindings.spellings import spelling_of
from cnnspec.operations.registry import LAYERS, OPERATIONS

#: At most so many functions and classes are named.
MOST = 12


def there_is(names: Mapping[str, Any], module: str) -> list[str]:
    """Return the functions and classes of a module with their arguments."""
    found = [
        Candidate("", name, thing).named
        for name, thing in names.items()
        if not name.startswith("_") and is_made_here(thing, module)
    ]
    return found[:MOST]


def calls_for(names: Mapping[str, Any], module: str) -> dict[str, str]:
    """Return how the operations of a module may be called, as far as names say so."""
    calls: dict[str, str] = {}
    for name, thing in names.items():
        if name.startswith("_") or not is_made_here(thing, module):
            continue
        operation = nearest(name)
        if operation and operation not in calls and (call := guessed(operation, name, thing)):
            calls[operation] = call
    if not calls:
        for name, thing in names.items():
            is_open = not name.startswith("_") and not operations_of(name)
            if is_open and is_made_here(thing, module):
                calls |= dict(_first_possible(name, thing))
    return calls


def declaration(names: Mapping[str, Any], module: str) -> str:
    """Return what may be pasted into a file to declare how its operations are called."""
    calls = calls_for(names, module)
    lines = "".join(f'    "{operation}": "{call}",\n' for operation, call in calls.items())
    return f'CNNSPEC = {{"calls": {{\n{lines}}}}}' if lines else ""


def guessed(operation: str, name: str, thing: Any) -> str:
    """Return a call of something as an operation, "" if its arguments mean nothing known."""
    call = _call(operation, name, thing)
    return call if call and not lacks(Binding(operation, call, call)) else ""


def _first_possible(name: str, thing: Any) -> Iterator[tuple[str, str]]:
    """Yield the first operation as which a function of several arguments can be called, and how.

    One argument says too little, and so does what makes objects: ``graph_sort(x)`` is no ReLU.
    """
    signature = None if isinstance(thing, type) or is_layer(thing) else signature_of(thing)
    if signature is None or does_something_else(name):
        return
    needed = [one for one in signature.parameters.values() if one.default is one.empty]
    for operation in LAYERS:
        is_of_several = 1 < len(OPERATIONS[operation].required) <= len(needed)
        if is_of_several and (call := guessed(operation, name, thing)):
            yield operation, call
            return


def _call(operation: str, name: str, thing: Any) -> str:
    try:
        if is_layer_class(thing):
            runs = runs_of(operation, thing)
            made = _first(constructor(operation, thing, runs))
            run = _first(list(runs.given))
            return f"{name}({made}).{runs.method}({run})".replace(".__call__(", "(")
        if is_layer(thing):
            runs = runs_of(operation, type(thing))
            return f"{name}.{runs.method}({_first(list(runs.given))})".replace(".__call__(", "(")
        signature = signature_of(thing)
        if signature is None:
            return ""
        roles, required = spelling_of(operation).roles, OPERATIONS[operation].required
        found = arguments(operation, signature, roles, required, constants_of(thing))
    except Unreadable:
        return ""
    return f"{name}({_first(found)})"


def _first(found: list[Any]) -> str:
    chosen = next(iter(ways(found)), {})
    likeliest = {one.name: one.values[0] for one in found if one.values and not one.is_needed}
    return written(found, {**likeliest, **chosen})


def _classes(names: Mapping[str, Any], module: str) -> list[type]:
    found = [thing for thing in names.values() if isinstance(thing, type)]
    return [kind for kind in found if kind.__module__ == module][:MOST]


def _of_state(kind: type) -> str:
    """Say of a class that its methods hand on what objects hold."""
    methods = [name for name in vars(kind) if not name.startswith("_")][:MOST]
    return (
        f"the class {kind.__name__} has {', '.join(methods)}; judged is what is given its data and"
        " returns its result: a method that takes an image and filters, say"
    )


def said(names: Mapping[str, Any], module: str) -> Iterator[str]:
    """Say what there is, and what to declare."""
    found = there_is(names, module)
    if not found:
        yield "there is no function and no class of layers in it"
        yield from map(_of_state, _classes(names, module))
        return
    yield f"there are {', '.join(found)}"
    if lines := declaration(names, module):
        yield f"to have them judged, say how they are called, in the file:\n{lines}"
