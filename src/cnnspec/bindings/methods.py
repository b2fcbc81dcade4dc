"""Operations that are methods: of classes that hold them together, and of torch's functions.

Torch's own functions, `torch.autograd.Function`, are applied: what their forward method is given
beside its context is what their `apply` takes. Where nothing applies such a class, both passes are
called as they stand, with a context that is made for them.
"""

import functools
import inspect
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

import numpy as np


def inside(thing: Any) -> Any:
    """Return the function that a partial or a vectorised one calls, ``None`` for others."""
    if isinstance(thing, functools.partial):
        return thing.func
    return thing.pyfunc if isinstance(thing, np.vectorize) else None


#: What the context of a forward and a backward pass is called.
_CONTEXT = ("ctx", "context")


class _Nobody:
    """Stands for an object of a class until one is made."""


def is_function_of_torch(thing: Any) -> bool:
    """Return whether something is a class that torch applies, with a backward pass of its own.

    Or that another engine applies as torch does.
    """
    if not isinstance(thing, type) or not callable(getattr(thing, "apply", None)):
        return False
    return any(
        (base.__module__, base.__name__) == ("torch.autograd.function", "Function")
        for base in thing.__mro__[1:]
    ) or _are_of_context(thing)


def is_pair(thing: Any) -> bool:
    """Return whether something is a class of a forward and a backward pass that nothing applies.

    Whoever calls them hands the same context to both.
    """
    return isinstance(thing, type) and not is_function_of_torch(thing) and _are_of_context(thing)


def _are_of_context(kind: type) -> bool:
    return all(_is_of_context(kind, name) for name in ("forward", "backward"))


class OfPair(functools.partial[Any]):
    """The forward pass of such a class, without its context."""

    kind: type


def forward_of_pair(kind: type) -> OfPair:
    """Return the forward pass of a class that is a pair, without its context."""
    found = OfPair(kind.forward, None)  # type: ignore[attr-defined]
    found.kind = kind
    return found


def _is_of_context(kind: type, name: str) -> bool:
    """Return whether a method needs no object, and is given a context first."""
    method = inspect.getattr_static(kind, name, None)
    if not isinstance(method, staticmethod):
        return False
    return next(iter(inspect.signature(method.__func__).parameters), "") in _CONTEXT


def applied(function: Any) -> type | None:
    """Return the class of torch's own functions that a method applies, ``None`` for others."""
    owner = getattr(function, "__self__", None)
    is_applied = getattr(function, "__name__", "") == "apply" and is_function_of_torch(owner)
    return owner if is_applied and isinstance(owner, type) else None


def takes_context(kind: type) -> bool:
    """Return whether the forward method of one of torch's own functions is given a context."""
    own = (base for base in kind.__mro__ if base.__module__.partition(".")[0] != "torch")
    return not any("setup_context" in vars(base) for base in own)


def saying(code: str, thing: Any) -> str:
    """Return the part of some code that says which operation it is."""
    parts = code.split(".")
    is_its_class = isinstance(thing, OfPair) or applied(thing)
    return parts[-2] if is_its_class and len(parts) > 1 else parts[-1]


def methods_of(name: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods of a class that can be called, by their code.

    Those of its objects, if these are made of nothing.
    """
    for inner, made in vars(kind).items():
        if inner.startswith("_"):
            continue
        if isinstance(made, staticmethod | classmethod):
            yield f"{name}.{inner}", getattr(kind, inner)
        elif isinstance(made, FunctionType) and is_made_of_nothing(kind):
            yield f"{name}.{inner}", MethodType(made, _Nobody())


def methods_of_tensors(name: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods of a class of tensors, as functions whose first argument is a tensor."""
    if not is_made_of_nothing(kind):
        for inner, made in vars(kind).items():
            if isinstance(made, FunctionType) and not inner.startswith("_"):
                yield f"{name}.{inner}", made


def methods_of_object(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield the methods of an object that can be called, by their code."""
    for inner, made in vars(type(thing)).items():
        if isinstance(made, FunctionType) and not inner.startswith("_"):
            yield f"{name}.{inner}", getattr(thing, inner)


def is_method(thing: Any) -> bool:
    """Return whether something is a method, of a class or of its objects."""
    return isinstance(thing, MethodType) or "." in getattr(thing, "__qualname__", "")


def owner_of(code: str, thing: Any) -> str:
    """Return the class whose object a method is called of, "" if none is needed."""
    return code.rpartition(".")[0] if isinstance(getattr(thing, "__self__", 0), _Nobody) else ""


def is_made_of_nothing(kind: type) -> bool:
    """Return whether the objects of a class can be made without arguments."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = (p for p in parameters if p.default is p.empty)
    return all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in needed)
