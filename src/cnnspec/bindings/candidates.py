"""What in a module may be an operation: functions, classes of layers, and layer objects."""

import inspect
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from cnnspec.bindings.layers import is_layer, is_layer_class, is_module, is_of_keras_itself
from cnnspec.bindings.methods import (
    OfPair,
    forward_of_pair,
    inside,
    is_function_of_torch,
    is_made_of_nothing,
    is_method,
    is_pair,
    methods_of,
    methods_of_object,
    methods_of_tensors,
    owner_of,
    saying,
)
from cnnspec.bindings.names import does_something_else, nearest, operations_of
from cnnspec.bindings.signatures import signature_of
from cnnspec.bindings.spellings import parameter_of, spelling_of
from cnnspec.bindings.tensors import OWN_TENSORS
from cnnspec.operations.registry import OPERATIONS

#: The operations that are found by calls.
_SPELLED = [name for name, one in OPERATIONS.items() if one.spelling]

_STANDARD = Path(sysconfig.get_path("stdlib")).resolve()


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something that may be an operation.

    Attributes
    ----------
    operation : str
    code : str
        What it is in the names of the module.
    thing
    is_telling : bool
        Whether its name says that it is the operation: else its answers must.
    is_by_arguments : bool
        Whether the names of its arguments say so, and its own does not.
    is_factory : bool
        Whether it is a function that makes a layer.
    owner : str
        Of a method, the class whose object it belongs to.
    context : str
        The code of what it is handed first, and its backward pass, too.
    """

    operation: str
    code: str
    thing: Any
    is_telling: bool = True
    is_by_arguments: bool = False
    is_factory: bool = False
    owner: str = ""
    context: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is a function with the operation's very name."""
        return self.code == self.operation and not self.is_class and not is_layer(self.thing)

    @property
    def is_named(self) -> bool:
        """Whether its name is one that the operation has, if others have it, too."""
        return self.is_telling or self.operation in operations_of(self.code)

    @property
    def is_configured(self) -> bool:
        """Whether it is an object that can be made anew of other sizes."""
        return not self.is_class and is_of_keras_itself(type(self.thing))

    @property
    def is_class(self) -> bool:
        """Whether it makes layers, as a class of them does."""
        return isinstance(self.thing, type) or self.is_factory

    @cached_property
    def named(self) -> str:
        """The thing with its arguments, for people."""
        if is_layer(self.thing):
            return self.code
        signature = signature_of(self.thing)
        arguments = (
            ", ".join(map(_as_written, signature.parameters.values())) if signature else "..."
        )
        return f"{self.code}({arguments})"


def _as_written(parameter: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return f"{stars.get(parameter.kind, '')}{parameter.name}"  # type: ignore[call-overload]


def candidates(names: Mapping[str, Any], module: str) -> Iterator[Candidate]:
    """Yield what may be an operation, in the order in which it is defined.

    ``names`` are those of a module, whose own name is ``module``.
    """
    others: list[Candidate] = []
    said: set[str] = set()
    for name, thing in (*made_here(names, module), *_methods_of_objects(names, module)):
        known = _named(saying(name, thing), thing)
        context = _context_of(name, thing, names) if isinstance(thing, OfPair) else ""
        found = [replace(one, context=context) for one in _by_name(name, thing, known)]
        if name not in names and is_method(thing):
            others += found
            continue
        said |= {one.operation for one in found if one.is_telling}
        yield from found
        if not known and not does_something_else(name):
            others += _by_arguments(name, thing)
    yield from (one for one in others if one.operation not in said)


def _by_name(name: str, thing: Any, known: Mapping[str, bool]) -> Iterator[Candidate]:
    for operation, says_so in known.items():
        yield Candidate(operation, name, thing, says_so, owner=owner_of(name, thing))


#: What a class is called whose objects keep things from a forward pass to the backward one.
_CONTEXTS = re.compile(r"(?:\w*Context|\w*Ctx)$", re.IGNORECASE)

#: The code of a context where there is no such class.
_ANYTHING = "__import__('types').SimpleNamespace()"


def _context_of(name: str, thing: OfPair, names: Mapping[str, Any]) -> str:
    """Return the code of a context for a pair of passes.

    Some take an object of the class itself for one, which has what keeps things.
    """
    for code, kind in names.items():
        if isinstance(kind, type) and _CONTEXTS.match(code) and is_made_of_nothing(kind):
            return f"{code}()"
    owner = name.rpartition(".")[0]
    is_one_itself = any(keeper in dir(thing.kind) for keeper in _KEEPERS)
    return f"{owner}.__new__({owner})" if is_one_itself else _ANYTHING


#: Methods of contexts that keep things.
_KEEPERS = ("save_for_backward", "save")


def made_here(names: Mapping[str, Any], module: str) -> Iterator[tuple[str, Any]]:
    """Yield what was made in a module, and in the modules of its package that it names.

    Of classes that are no layers by their names, their methods.
    """
    for name, thing in names.items():
        if name.startswith("_"):
            continue
        if is_made_here(thing, module) and not is_pair(thing):
            yield name, thing
        if isinstance(thing, type) and _is_near(thing, module):
            yield from _methods(name, thing)
        if inspect.ismodule(thing) and thing.__name__.startswith(f"{module}."):
            for inner, one in vars(thing).items():
                is_its_own = getattr(one, "__module__", "") == thing.__name__
                is_new = is_its_own and one is not names.get(inner)
                if is_new and not inner.startswith("_") and is_made_here(one, module):
                    yield f"{name}.{inner}", one


def _methods(name: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Yield what can be called of a class that is no layer by its name."""
    if is_function_of_torch(kind):
        yield f"{name}.apply", kind.apply  # type: ignore[attr-defined]
    elif is_pair(kind):
        yield f"{name}.forward", forward_of_pair(kind)
    elif not is_module(kind) and not (operations_of(name) and is_layer_class(kind)):
        yield from methods_of(name, kind)
        if name in OWN_TENSORS:
            yield from methods_of_tensors(name, kind)


def _methods_of_objects(names: Mapping[str, Any], module: str) -> Iterator[tuple[str, Any]]:
    """Yield the methods of objects whose class is no layer by its name, and cannot be made anew.

    Of several objects of a class the first counts.
    """
    seen: set[type] = set()
    for name, thing in names.items():
        kind = type(thing)
        is_object = not (isinstance(thing, type) or inspect.isroutine(thing))
        if name.startswith("_") or not is_object or kind in seen or not _is_near(kind, module):
            continue
        seen.add(kind)
        if not (operations_of(kind.__name__) or is_module(kind) or is_made_of_nothing(kind)):
            yield from methods_of_object(name, thing)


def _by_arguments(name: str, thing: Any) -> Iterator[Candidate]:
    """Yield the operations of which a function has all arguments by name, and no others."""
    signature = None if isinstance(thing, type) or is_layer(thing) else signature_of(thing)
    if signature is None:
        return
    for operation in _SPELLED:
        spelling, required = spelling_of(operation), OPERATIONS[operation].required
        if spelling.is_another(name):
            continue
        means = [
            [parameter_of(operation, r.values[0]) for r in spelling.roles if r.means(parameter)]
            for parameter in signature.parameters
        ]
        if all(means) and {one for found in means for one in found} >= {*required}:
            yield Candidate(operation, name, thing, is_telling=False, is_by_arguments=True)


def _named(name: str, thing: Any) -> dict[str, bool]:
    """Return what something may be by its name, or an object by that of its class."""
    kind = type(thing)
    if is_layer(thing) and is_module(kind) and (of_class := operations_of(kind.__name__)):
        return of_class
    of_name = operations_of(name)
    return of_name if of_name or not is_layer(thing) else operations_of(kind.__name__)


def named_one(code: str, thing: Any) -> Iterator[Candidate]:
    """Yield what one thing may be that was named: by its name, else by that of its class.

    Of something that has no telling name every operation is tried.
    """
    kind = thing if isinstance(thing, type) else type(thing)
    if is_function_of_torch(thing):
        code, thing = f"{code}.apply", thing.apply
    elif is_pair(thing):
        code, thing = f"{code}.forward", forward_of_pair(thing)
    known = _named(saying(code, thing).partition("[")[0], thing)
    if not inspect.isroutine(thing):
        for base in kind.__mro__:
            known = known or operations_of(base.__name__)
    context = _context_of(code, thing, {}) if isinstance(thing, OfPair) else ""
    for operation, says_so in (known or dict.fromkeys(_SPELLED, False)).items():
        yield Candidate(operation, code, thing, says_so, context=context)


#: At most so many things whose names say nothing are tried.
_MOST = 12


def unnamed(names: Mapping[str, Any], module: str) -> Iterator[Candidate]:
    """Yield everything as every operation: where no name says anything, answers may."""
    found = [
        (name, thing)
        for name, thing in made_here(names, module)
        if not does_something_else(name.rpartition(".")[2])
    ]
    for name, thing in found[:_MOST]:
        for operation in _SPELLED:
            owner = owner_of(name, thing)
            yield Candidate(operation, name, thing, is_telling=False, owner=owner)


def is_made_here(thing: Any, module: str) -> bool:
    """Return whether something was made in a module or its package, and can be called.

    What it imports from elsewhere is not its own; objects are, of whatever class they are.
    """
    if is_layer(thing):
        kind = type(thing)
        return _is_near(kind, module) or is_module(kind) or is_of_keras_itself(kind)
    if not is_layer_class(thing) and not (callable(thing) and not isinstance(thing, type)):
        return False
    return _is_near(thing, module)


def _is_near(thing: Any, module: str) -> bool:
    """Return whether something was defined in a module, its package, or a file beside it."""
    while inner := inside(thing):
        thing = inner
    if isinstance(owner := getattr(thing, "__self__", None), type):
        thing = owner  # a method of a class is the class's
    own = str(getattr(thing, "__module__", None) or "")
    if own == module:
        return True
    if own.partition(".")[0] == module.partition(".")[0] != "cnnspec":
        return True
    here, there = (_folder(sys.modules.get(name)) for name in (module, own))
    return here is not None and there is not None and there.is_relative_to(here)


def _folder(module: ModuleType | None) -> Path | None:
    """Return the folder of a module's file, ``None`` for what is installed or has no file."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return None
    folder = Path(file).resolve().parent
    is_installed = {"site-packages", "dist-packages"} & {*folder.parts} or folder.is_relative_to(
        _STANDARD
    )
    return None if is_installed else folder


def resembling(names: Mapping[str, Any], module: str) -> Iterator[str]:
    """Yield the names of what is nearly called like an operation, and is none."""
    for name, thing in names.items():
        if name.startswith("_") or not is_made_here(thing, module):
            continue
        if not operations_of(name) and nearest(name):
            yield name
