"""Layer objects and their classes: how they are made, given parameters, and called.

An object is made from sizes or from parameters. Parameters that it makes for itself are looked for
among its attributes, and written where they are found.
"""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnspec.bindings.binding import LAYER
from cnnspec.bindings.methods import inside, is_function_of_torch
from cnnspec.bindings.names import (
    OPTIMIZER,
    SUBTRACTS,
    SWITCH,
    constants_of,
    is_dictionary,
    parameters_of_methods,
)
from cnnspec.bindings.signatures import (
    Argument,
    Unreadable,
    arguments,
    is_like,
    signature_of,
)
from cnnspec.bindings.spellings import parameter_of, spelling_of
from cnnspec.bindings.tensors import INSIDE
from cnnspec.declaration.writing import Role, plain
from cnnspec.operations.registry import OPERATIONS

#: Methods that run a layer, the commonest first. An object may be called itself, too.
FORWARD = (
    *("forward", "call", "__call__", "forward_pass", "fprop", "forward_propagation"),
    *("forward_prop", "forward_propagate", "feed_forward", "feedforward", "feedForward"),
    *("forwardPass", "forwardProp", "forwardPropagate", "forwardPropagation"),
    *("predict", "apply", "run"),
    *("loss", "compute_loss", "calculate", "compute", "cost", "error", "value", "evaluate"),
)

#: Attributes in which a layer leaves its result, if it returns nothing.
_LEFT_IN = ("output", "out", "outputs", "a", "A", "y", "result", "activation", "activations")

#: How attributes begin in which a framework keeps what it knows of the others.
_BOOKKEEPING = ("_self_", "_tracker", "_build_shapes")

_DIGITS = "0123456789"

#: Methods that make a layer's parameters.
_STARTING = (
    *("initialize", "initialise", "setup", "build", "init", "init_params", "init_weights"),
    *("init_parameters", "initialize_parameters", "initialize_weights", "reset_parameters"),
)


def is_layer(thing: Any) -> bool:
    """Return whether an object is a layer: it can be run, and is no function."""
    is_plain = isinstance(thing, type) or inspect.isroutine(thing) or inspect.ismodule(thing)
    is_plain = is_plain or inside(thing) is not None
    return not is_plain and any(True for _ in _methods(type(thing)))


def is_layer_class(thing: Any) -> bool:
    """Return whether the objects of a class can be run."""
    is_applied = is_function_of_torch(thing)
    return isinstance(thing, type) and not is_applied and any(True for _ in _methods(thing))


def is_of_keras(kind: type) -> bool:
    """Return whether layers of a class are built, and then given a list of parameters."""
    return all(callable(getattr(kind, name, None)) for name in ("build", "set_weights"))


def is_of_keras_itself(kind: type) -> bool:
    """Return whether a class is one of Keras's own layers, or made from them.

    Such a layer keeps the channels and the dtype of its first call, and can be made anew from its
    configuration.
    """
    return any(
        base.__module__.partition(".")[0] in ("keras", "tf_keras") and base.__name__ == "Layer"
        for base in kind.__mro__
    )


def is_module(kind: type) -> bool:
    """Return whether a class is one of torch's modules."""
    return any(
        base.__module__.startswith("torch.nn") and base.__name__ == "Module"
        for base in kind.__mro__
    )


def _methods(kind: type) -> Iterator[str]:
    """Yield how the objects of a class can be run, the likeliest first."""
    for name in FORWARD:
        method = getattr(kind, name, None)
        is_called = name != "__call__" or any("__call__" in vars(base) for base in kind.__mro__)
        if callable(method) and is_called:
            yield name


@dataclass(frozen=True)
class Runs:
    """How the objects of a class are run: a method, and its arguments beside the data."""

    method: str
    given: tuple[Argument, ...]

    def code(self, chosen: str) -> str:
        """Return the code of a call with arguments."""
        if self.method == "__call__":
            return f"{LAYER}({chosen})"
        return f"{LAYER}.{self.method}({chosen})"


def runs_of(operation: str, kind: type) -> Runs:
    """Return how the objects of a class are run.

    Raises
    ------
    Unreadable
        If its method wants something that is not known.
    """
    required, data = OPERATIONS[operation].required, OPERATIONS[operation].data
    of_any = ""
    for method in _methods(kind):
        signature = signature_of(getattr(kind, method))
        if signature is None:
            break
        its_own = list(signature.parameters.values())[1:]
        if all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in its_own):
            of_any = of_any or method
            continue
        without_self = signature.replace(parameters=its_own)
        roles, texts = spelling_of(operation).roles, constants_of(kind)
        given = arguments(operation, without_self, roles, required, texts)
        is_called = is_module(kind) or is_of_keras_itself(kind)
        return Runs("__call__" if is_called else method, tuple(given))
    if of_any:
        return Runs(of_any, (Argument(data, (data,), is_option=False, by_keyword=False),))
    raise Unreadable("it has no method that runs it")


def constructor(operation: str, kind: type, runs: Runs) -> list[Argument]:
    """Return the arguments from which the objects of a class are made.

    Raises
    ------
    Unreadable
        If a parameter without default means nothing known.
    """
    signature = signature_of(kind)
    if signature is None:
        raise Unreadable("its constructor cannot be read")
    spelling = spelling_of(operation)
    passed = {value for one in runs.given for value in one.values}
    sizes = [role for role in spelling.sizes if role.values[0] not in passed]
    takes_arrays = not spelling.sizes or _takes_arrays(operation, signature, sizes)
    roles = [*spelling.roles, *sizes] if takes_arrays else [*sizes, *spelling.roles]
    roles = [role for role in roles if role.values[0] not in passed]
    needed = [name for name in OPERATIONS[operation].required if name not in passed]
    texts = constants_of(kind) | parameters_of_methods(kind)
    if takes_arrays:
        return arguments(operation, signature, roles, needed, texts)
    plain_sizes = [role for role in sizes if role.values[0] != "True"]
    return arguments(operation, signature, roles, (), texts, sizes=plain_sizes)


def _takes_arrays(operation: str, signature: inspect.Signature, sizes: Sequence[Role]) -> bool:
    """Return whether a constructor takes parameters, not their sizes.

    It takes sizes if two of its arguments say so, or one that no parameter is called by.
    """
    roles = spelling_of(operation).roles
    names = [
        p.name
        for p in signature.parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
    as_sizes = [name for name in names if any(role.means(name) for role in sizes)]
    only_sizes = [name for name in as_sizes if not any(role.means(name) for role in roles)]
    if all(map(is_dictionary, names)):
        return False
    return not only_sizes and len(as_sizes) < len(names)


def places(operation: str, layer: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield where a layer holds parameters: the parameter, the code of the place, what it holds."""
    every = [*every_place(layer)]
    roles = spelling_of(operation).held
    for role in roles:
        exactly = [place for place in every if role.means(place[0])]
        others = [place for place in every if not any(one.means(place[0]) for one in roles)]
        found = exactly or [place for place in others if role.means(place[0].rstrip(_DIGITS))]
        for _, code, held in sorted(found, key=lambda place: _rank(role, place)):
            yield role.values[0], code, held
            break


def _rank(role: Role, place: tuple[str, str, Any]) -> tuple[bool, int]:
    """Return what puts the likeliest place first: an array there, and the commonest name."""
    name, _, held = place
    names = role.names.split()
    known = plain(name) if role.means(name) else plain(name.rstrip(_DIGITS))
    return not _is_array(held), names.index(known)


def every_place(layer: Any, inside: str = LAYER, deep: int = 2) -> Iterator[tuple[str, str, Any]]:
    """Yield the attributes and entries of a layer that may hold numbers: name, code, content."""
    for name, held in _attributes(layer):
        code = f"{inside}.{name}"
        if isinstance(held, dict):
            for key, entry in held.items():
                if isinstance(key, str):
                    yield name if key in INSIDE else key, f"{code}[{key!r}]", entry
        elif _is_array(held) or held is None or _is_of_lists(held):
            yield name, code, held
        elif wrapped := next((one for one in INSIDE if _is_array(getattr(held, one, None))), ""):
            yield name, f"{code}.{wrapped}", getattr(held, wrapped)
            for beside, entry in _attributes(held):
                if beside != wrapped and _is_array(entry):  # its gradient
                    yield f"{name}.{beside}", f"{code}.{beside}", entry
        elif deep and hasattr(held, "__dict__") and not inspect.isroutine(held):
            yield from every_place(held, code, deep - 1)


def shared_with(layer: Any, code: str, held: Any) -> Iterator[str]:
    """Yield where else a layer holds the very same array, in attributes, lists and dictionaries.

    It may be read from there: ``self.W = ...; self.params = {"W": self.W}``.
    """
    if held is None:
        return
    for name, kept in _attributes(layer):
        place = f"{LAYER}.{name}"
        inside: Any = enumerate(kept) if isinstance(kept, list) else ()
        inside = kept.items() if isinstance(kept, dict) else inside
        places = [(place, kept), *((f"{place}[{key!r}]", one) for key, one in inside)]
        yield from (other for other, one in places if one is held and other != code)


def _attributes(layer: Any) -> list[tuple[str, Any]]:
    """Return the attributes of an object, and torch's parameters and modules in it."""
    own = dict(vars(layer)) if hasattr(layer, "__dict__") else {}
    for registered in ("_parameters", "_modules"):
        own |= own.pop(registered, None) or {}
    slots = [name for base in type(layer).__mro__ for name in getattr(base, "__slots__", ())]
    own |= {name: getattr(layer, name) for name in slots if hasattr(layer, name)}
    names = [one for one in own if one.isidentifier() and not one.startswith(_BOOKKEEPING)]
    return [(name, own[name]) for name in names]


def _is_array(held: Any) -> bool:
    shape: Any = getattr(held, "shape", None)
    return hasattr(held, "dtype") and hasattr(shape, "__len__") and len(shape) > 0


def _is_of_lists(held: Any) -> bool:
    """Return whether something is a list of real numbers, or of lists of them."""
    if not isinstance(held, list) or not held:
        return False
    inner = [one for one in held if isinstance(one, list)]
    if inner:
        return len(inner) == len(held) and _is_of_lists(held[0])
    return all(isinstance(one, float) for one in held)


def starts(operation: str, layer: Any) -> Iterator[str]:
    """Yield the statements that may make a layer's parameters, by its own methods."""
    data = OPERATIONS[operation].data
    for name in _STARTING:
        method = getattr(layer, name, None)
        if callable(method) and (signature := signature_of(method)):
            needed = [p for p in signature.parameters.values() if p.default is p.empty]
            is_told = len(needed) == 1 and OPTIMIZER.means(needed[0].name)
            for passed in (SUBTRACTS,) if is_told else ("", data, f"{data}.shape"):
                with suppress(TypeError):
                    signature.bind(*filter(None, [passed]))
                    yield f"{LAYER}.{name}({passed})"


def is_missing(code: str) -> str:
    """Return the code that asks whether an attribute is not there yet."""
    if code.endswith("]"):
        owner, _, key = code[:-1].rpartition("[")
        return f"{owner}.get({key}) is None"
    owner, _, name = code.rpartition(".")
    return f"getattr({owner}, {name!r}, None) is None" if owner else f"{code} is None"


def statement(operation: str, value: str, code: str, held: Any, kind: type) -> str:
    """Return the statement that gives a layer a parameter, in the place where it holds it."""
    if is_of_keras_itself(kind):
        return f"{code}.assign({value})"
    if is_module(kind):
        return f"{code}.data = {value}" if held is not None else f"{code} = {value}"
    axes = len(np.shape(held))
    if isinstance(held, list):
        return f"{code} = {value}.astype(float).tolist()"
    if held is not None and _is_of_one_axis(value, operation) and axes != 1:
        ones = [1] * (axes - 1)
        if len({size for size in np.shape(held) if size != 1}) > 1:  # one for each place
            return f"{code}[...] = {value}.reshape({', '.join(map(str, [-1, *ones]))})"
        return f"{code} = {value}.reshape({code}.shape)"
    return f"{code} = {value}"


def _is_of_one_axis(value: str, operation: str) -> bool:
    """Return whether a parameter is a vector, which people also keep as a row or a column."""
    for given in spelling_of(operation).probes():
        if value in given:
            return bool(np.ndim(given[value]) == 1)
    return False


def left_in(layer: Any) -> str:
    """Return the attribute in which a layer has left its result, "" if there is none."""
    own = dict(vars(layer)) if hasattr(layer, "__dict__") else {}
    return next((name for name in _LEFT_IN if _is_array(own.get(name))), "")


def mode_of(module: Any) -> str:
    """Return the mode in which a module is, "" if it has none."""
    is_training = getattr(module, "training", None)
    if not isinstance(is_training, bool):
        return ""
    return "training" if is_training else "evaluation"


def in_evaluation(operation: str, layer: Any, kind: type) -> Iterator[str]:
    """Yield the statements that tell a layer that it is not trained, where that matters."""
    if not spelling_of(operation).is_of_evaluation:
        return
    if is_module(kind):
        yield f"{LAYER}.eval()"
        return
    own = dict(vars(layer)) if hasattr(layer, "__dict__") else {}
    for name, held in own.items():
        if SWITCH.means(name) and held is True:
            yield f"{LAYER}.{name} = False"


def settings(operation: str, layer: Any) -> Iterator[str]:
    """Yield the statements that set the options of an object that is there already."""
    spelling = spelling_of(operation)
    options = {*OPERATIONS[operation].options}
    own = dict(vars(layer)) if hasattr(layer, "__dict__") else {}
    for role in spelling.roles:
        parameter = parameter_of(operation, role.values[0])
        if parameter not in options or OPERATIONS[operation].options[parameter].is_array:
            continue
        for name, held in own.items():
            if role.means(name) and isinstance(held, int | tuple | str) and held is not True:
                if value := _of_its_kind(operation, role, held):
                    yield f"{LAYER}.{name} = {value}"
                break


def _of_its_kind(operation: str, role: Role, held: Any) -> str:
    """Return the value of a role that is of the kind of what is there, "" if a word has none."""
    alike = (one for one in role.values if is_like(operation, one, held))
    if isinstance(held, tuple):
        return next(alike, role.values[0])
    return "" if isinstance(held, str) and not any(alike) else role.values[0]
