"""The reference's functions by operation: their signatures and docstrings say what one takes."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from cnnspec.declaration.operation import Operation


def reference_function(operation: Operation, name: str = "") -> Callable[..., Any] | None:
    """Return the function of the reference, which stands in a module of the room's stem.

    ``name`` is that of a function that returns several gradients, of which the operation is one.
    """
    try:
        module = importlib.import_module(f"cnnspec.reference.{operation.room}")
    except ModuleNotFoundError:
        return None
    function: Callable[..., Any] | None = getattr(module, name or operation.name, None)
    return function


def signature_of(operation: Operation, name: str = "") -> inspect.Signature:
    """Return the signature of an operation: the reference's, or what is declared."""
    if function := reference_function(operation, name):
        return inspect.signature(function)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    required = [inspect.Parameter(name, kind) for name in operation.required]
    optional = [inspect.Parameter(name, kind, default=None) for name in operation.optional]
    return inspect.Signature([*required, *optional])
