"""Layer objects, as the second article has them: called through ``forward`` or by themselves."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import ArticleLayer, Unavailable
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.guard import quiet
from cnnspec.subject.outcomes import Array

#: What a layer object holds, by which it is told from a function.
PARAMETERS = [
    name
    for operation in OPERATIONS.values()
    for form in operation.forms
    if isinstance(form, ArticleLayer)
    for name in form.parameters
]


def is_layer(found: Any) -> bool:
    """Return whether something is a layer object: it has ``forward``, or parameters of its own."""
    return hasattr(found, "forward") or any(hasattr(found, name) for name in PARAMETERS)


def is_layer_class(found: Any) -> bool:
    """Return whether the objects of a class can be called, or have ``forward``."""
    if not isinstance(found, type):
        return False
    is_called = any("__call__" in vars(base) for base in found.__mro__)
    return is_called or callable(getattr(found, "forward", None))


def takes_sizes(layer: type, sizes: Sequence[int], parameters: Sequence[str]) -> bool:
    """Return whether a class of layers is made from sizes, and for the parameters of the article.

    One that can be made without sizes, and then has none of the parameters, means something else
    by its arguments.
    """
    try:
        signature = inspect.signature(layer)
    except (TypeError, ValueError):
        return True  # calls tell
    try:
        signature.bind(*sizes)
    except TypeError:
        return False
    if not parameters or any(one.default is one.empty for one in signature.parameters.values()):
        return True
    with suppress(Exception), quiet():
        made = layer(*sizes)
        return any(hasattr(made, name) for name in parameters)
    return True


def arguments_of(layer: type) -> str:
    """Return with which arguments a class says that it is called."""
    return ", ".join(inspect.signature(layer).parameters)


def has_forward(layer: Any) -> bool:
    """Return whether a layer, or a class of layers, is called through ``forward``."""
    return callable(getattr(layer, "forward", None))


class Layers:
    """One layer object for each choice of sizes, whose parameters are set for every call.

    Its parameters change between calls, as they do in training.
    """

    def __init__(self, layer: Callable[..., Any]) -> None:
        self._layer = layer
        self._objects: dict[tuple[int, ...], Any] = {}

    def run(self, layer: Any, data: Array) -> Any:
        """Return what a layer makes of its input."""
        return layer.forward(data) if has_forward(layer) else layer(data)

    def recipe(self, lines: str) -> str:
        """Return the lines of a program that run a layer; ``run(`` is how it is called."""
        return lines.replace(".run(", ".forward(" if has_forward(self._layer) else "(")

    def get(self, *sizes: int, **parameters: Array) -> Any:
        """Return a layer made with ``sizes`` whose attributes are set to ``parameters``."""
        if sizes not in self._objects:
            made = self._layer(*sizes)
            _check_shapes(made, sizes, parameters)
            self._objects[sizes] = made
        layer = self._objects[sizes]
        for name, value in parameters.items():
            _set(layer, name, value)
        return layer


def _check_shapes(layer: Any, sizes: tuple[int, ...], parameters: dict[str, Array]) -> None:
    """Refuse a layer that makes its own parameters in another shape."""
    for name, value in parameters.items():
        own = getattr(layer, name, None)
        if own is not None and np.shape(own) != value.shape:
            made = f"{type(layer).__name__}{sizes} makes {name} of the shape {np.shape(own)}"
            raise ValueError(f"{made}, expected {value.shape}")


def why_not_set(layer: Any, *names: str) -> str:
    """Return why parameters of a layer cannot be set, "" if they can."""
    for name in names:
        finer_than_half = np.full(np.shape(getattr(layer, name, ())), 1 + 2.0**-12)
        try:
            with set_to(layer, **{name: finer_than_half}):
                pass
        except Unavailable as reason:
            return str(reason)
    return ""


@contextmanager
def set_to(layer: Any, **parameters: Array) -> Iterator[None]:
    """Give a layer object other parameters for a while.

    Raises
    ------
    Unavailable
        If its parameters can neither be replaced nor written into.
    """
    undo = []
    try:
        for name, value in parameters.items():
            undo.append(_set(layer, name, value))
        yield
    finally:
        for restore in undo:
            restore()


def _set(layer: Any, name: str, value: Array) -> Callable[[], Any]:
    """Give a layer a parameter; return a function that gives it back its own."""
    own = getattr(layer, name, None)
    try:
        setattr(layer, name, value)
    except Exception as error:  # noqa: BLE001 - what holds it decides what it takes
        held = _memory(own)
        before = held.copy()
        _fill(held, layer, name, value, error)
        return partial(np.copyto, held, before)
    return partial(setattr, layer, name, own)


def _memory(own: Any) -> Array:
    """Return the numbers that an object holds: a view of its memory, where it shows one."""
    return np.asarray(own.detach() if hasattr(own, "detach") else own)


def _fill(held: Array, layer: Any, name: str, value: Array, error: Exception) -> None:
    """Write numbers into the memory of a parameter that cannot be replaced, and see them arrive."""
    why = f"{name} cannot be set: {type(error).__name__}: {error}"
    if held.shape != value.shape:
        raise Unavailable(f"{why}; and they have the shape {held.shape}, not {value.shape}")
    if not np.array_equal(value.astype(held.dtype), value):
        raise Unavailable(f"{why}; and their own {held.dtype} does not hold the numbers")
    try:
        held[...] = value
    except ValueError as refusal:
        raise Unavailable(f"{why}; nor be written into: {refusal}") from error
    if not np.array_equal(_memory(getattr(layer, name)), value):
        raise Unavailable(f"{why}; nor be written into")
