"""A binding: how the arguments of an operation become a call on somebody's code, and back.

The code of a binding runs among the names of the judged module, in which parameters and derived
values stand before its own. `Bound` is the function that it makes.
"""

import ast
import builtins
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from types import CodeType, FunctionType
from typing import Any

# By name, because an implementation may replace them in NumPy, which is no business of ours.
import numpy as np
from numpy import asarray, ndarray, stack

from cnnspec.bindings.spellings import (
    handed_over_as,
    parameter_of,
    parameters,
    spelling_of,
    values_of,
)
from cnnspec.bindings.tensors import (
    TENSORS,
    applied,
    as_text,
    as_vector,
    held_in,
    is_of_numpy,
    is_real,
    made_by,
    shape_in,
)
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.operation import Operation
from cnnspec.operations.registry import GRADIENTS, OPERATIONS

Arguments = Mapping[str, Any]
Array = np.ndarray[Any, Any]

#: The name of a layer object in the code of a binding.
LAYER = "layer"

#: How a result is had from what is returned.
WHOLE, FIRST = "whole", "first"

#: How it is named that a framework finds a gradient.
BY_FRAMEWORK = " and autograd"

#: The file name of a binding's own code, in tracebacks.
CODE = "<call>"

#: How many axes the result of a batch of images has.
BATCH = 4


@dataclass(frozen=True)
class Binding:
    """How one operation is called.

    Attributes
    ----------
    operation : str
    named : str
        What is called, for people: ``conv_forward(A_prev, W, b, hparameters)``.
    call : str
        An expression that makes the call.
    made : str
        An expression that makes a layer object, "" if none is needed.
    setup : tuple of str
        Statements that give the layer object its parameters.
    reading : mapping
        The orders of axes, by the name of their family; what is not named is the operation's own.
    taken : str
        `WHOLE`, or `FIRST`: of a tuple.
    tensors : str
        The package whose tensors are handed over in the place of arrays, or the code's own class
        of them; "" for none.
    is_declared : bool
        Whether its user declared it.
    mode : str
        Of a module that is trained or not: "training" or "evaluation".
    is_fresh : bool
        Whether every call has a layer object of its own, because it adds up over calls.
    held : tuple of str
        ``value: place`` for parameters that are given in the shape alone in which a layer makes
        them: its backward pass may count on it.
    is_kept : bool
        Whether one layer object serves all calls with the same parameters, of which it is made.
    is_blind : bool
        Whether it is not told the data whose gradient it returns: their axes it cannot know.
    """

    operation: str
    named: str
    call: str
    made: str = ""
    setup: tuple[str, ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)
    taken: str = WHOLE
    tensors: str = ""
    is_declared: bool = False
    mode: str = ""
    is_fresh: bool = False
    is_kept: bool = False
    held: tuple[str, ...] = ()
    is_blind: bool = False

    @property
    def code(self) -> tuple[str, ...]:
        """All code of the binding."""
        return tuple(filter(None, (self.made, *self.setup, self.call)))

    @property
    def values(self) -> tuple[str, ...]:
        """The parameters and derived values that the code names."""
        named = {name for code in self.code for name in _names(code)}
        known = (*parameters(self.operation), *spelling_of(self.operation).derived)
        return tuple(name for name in known if name in named)

    @property
    def is_made_anew(self) -> bool:
        """Whether its layer object is made of arrays, so that every call has another."""
        made = {self.parameter_of(name) for name in _names(self.made or "0")}
        return not self.is_kept and (self.is_fresh or bool(made & {*_operation(self).required}))

    @property
    def offered(self) -> frozenset[str]:
        """The optional parameters that a call may have."""
        return frozenset(map(self.parameter_of, self.values)) & {*_operation(self).options}

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of values that its code expresses, by the parameter."""
        derived = spelling_of(self.operation).derived
        named = [derived[value] for value in self.values if value in derived]
        return {one.parameter: one.kind for one in named if one.kind}

    @property
    def in_batches(self) -> str:
        """What is said of data that is handed over in batches only, "" if it is not."""
        derived = spelling_of(self.operation).derived
        said = (derived[value].in_batches for value in self.values if value in derived)
        return next(filter(None, said), "")

    @property
    def is_of_one(self) -> bool:
        """Whether it is handed over one of several that there may be."""
        derived = spelling_of(self.operation).derived
        return any(derived[value].is_of_one for value in self.values if value in derived)

    def told(self) -> dict[str, Any]:
        """Return the binding as plain data, of which it can be made again."""
        listed = {"setup": [*self.setup], "held": [*self.held]}
        return {**asdict(self), "reading": dict(self.reading), **listed}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Binding":
        """Return the binding that was told."""
        return cls(**{**told, "setup": tuple(told["setup"]), "held": tuple(told["held"])})

    def parameter_of(self, value: str) -> str:
        """Return the parameter that a value stands for, or its own name."""
        return parameter_of(self.operation, value)


def lacks(binding: Binding) -> str:
    """Return which required parameter the code of a binding does not name, "" for none."""
    stands_for = {binding.parameter_of(value) for value in binding.values}
    return next((one for one in _operation(binding).required if one not in stands_for), "")


def _operation(binding: Binding) -> Operation:
    return OPERATIONS[binding.operation]


@cache
def _names(code: str) -> frozenset[str]:
    """Return the names that some code uses."""
    tree = ast.parse(code)
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


class Bound:
    """An operation by somebody's code: called with the operation's own arguments."""

    def __init__(self, binding: Binding, names: dict[str, Any]) -> None:
        self.binding = binding
        self._names = names
        self._values = binding.values
        self._parameters = [*handed_over_as(binding.operation, self._values)]
        known = spelling_of(binding.operation).derived
        pairs = zip(self._values, self._parameters, strict=True)
        #: Under which names values are handed over that depend on several arguments.
        self.derived = frozenset(name for value, name in pairs if value in known)
        self._layers: dict[tuple[Any, ...], Any] = {}
        held = [one.partition(": ") for one in binding.held]
        self._held = {value: self._compiled(place, "eval", LAYER) for value, _, place in held}
        #: The shapes in which the latest layer object was made.
        self._shapes: dict[int, dict[str, tuple[int, ...]]] = {}
        #: What is there during a call.
        self.during: Callable[[], AbstractContextManager[Any]] = nullcontext
        #: The layer object of the latest call.
        self.latest_layer: Any = None
        each = spelling_of(binding.operation).each
        self._each = {value: each[value] for value in self._values if value in each}
        with_layer = [LAYER, *self._values] if binding.made else [*self._values]
        self._labels = _operation(binding).labels
        self._run = self._compiled(binding.call, "eval", *with_layer)
        self._make = self._compiled(binding.made, "eval", *self._values) if binding.made else None
        self._setup = [self._compiled(one, "exec", *with_layer) for one in binding.setup]
        self.__name__ = binding.operation
        self.__module__ = str(names.get("__name__", ""))

    def __call__(self, *given: Any, **options: Any) -> Any:
        """Return an operation's result, in its own order of axes."""
        by_name = dict(zip(_operation(self.binding).required, given, strict=False)) | options
        return self.back(self.take(self.run(self.theirs(by_name))), by_name)

    def theirs(self, given: Arguments) -> dict[str, Any]:
        """Return what is handed over, by the parameters for which it stands.

        `Unavailable` is raised for options that are NumPy's integers, too: much right code tells
        numbers from pairs by ``isinstance(stride, int)``.
        """
        if any(map(is_of_numpy, map(given.get, _operation(self.binding).options))):
            raise Unavailable("it is not asked whether it takes NumPy's integers")
        found = values_of(self.binding.operation, given, self._values)
        return {
            parameter: self._turned(name, found[name])
            for name, parameter in zip(self._values, self._parameters, strict=True)
        }

    def run(self, theirs: Arguments) -> Any:
        """Return what the call returns."""
        with self.during():
            return self._ran(theirs)

    def _ran(self, theirs: Arguments) -> Any:
        values = [theirs[one] for one in self._parameters]
        if make := TENSORS.get(self.binding.tensors):
            values = [
                made_by(make, asarray(value) if one in self._labels else value)
                for one, value in zip(self._parameters, values, strict=True)
            ]
        if not self._each:
            return self._once(values)
        lengths = [
            asarray(value).shape[self._each[name]]
            for name, value in zip(self._values, values, strict=True)
            if name in self._each and value is not None
        ]
        results = [self._once([*self._of_one(values, index)]) for index in range(min(lengths))]
        if all(result is None for result in results):
            return None
        if any(isinstance(result, tuple) for result in results):
            results = [self.take(result) for result in results]
        return stack([asarray(result) for result in results], axis=-1)

    def made_for(self, given: Arguments) -> Any:
        """Return the layer object for a call, as it is made."""
        if self._make is None:
            return None
        theirs = self.theirs(given)
        return self._layer(self._make, [theirs[parameter] for parameter in self._parameters])

    def set_up(self, layer: Any, given: Arguments) -> None:
        """Give a layer object its parameters, for a call."""
        theirs = self.theirs(given)
        self._set_up(layer, [theirs[parameter] for parameter in self._parameters])

    def _set_up(self, layer: Any, values: list[Any]) -> None:
        for one in self._setup:
            try:
                one(layer, *values)
            except RuntimeError as error:
                *_, (frame, _) = traceback.walk_tb(error.__traceback__)
                if frame.f_code.co_filename != CODE or all(map(is_real, values)):
                    raise
                raise Unavailable(f"its parameters hold real numbers only: {error}") from error

    def take(self, returned: Any) -> Any:
        """Return the result, of all that is returned."""
        if self.binding.taken == FIRST and isinstance(returned, tuple) and returned:
            return returned[0]
        return returned

    def back(self, result: Any, given: Arguments) -> Any:
        """Return a result in the operation's own order of axes."""
        spelling = spelling_of(self.binding.operation)
        found = result.detach() if hasattr(result, "detach") else result
        array = asarray(found)
        if spelling.is_scalar and array.size == 1:
            return array.reshape(())
        if self._each:
            return array
        if gradient := GRADIENTS.get(self.binding.operation):
            due = gradient.shape(given)
            array = as_vector(array, due)
            if self.binding.is_blind and array.size == np.prod(due):
                array = array.reshape(due)
        of_data = np.ndim(given[_operation(self.binding).data])
        for orders in spelling.of_result:
            order = orders[self.binding.reading.get(orders.name, orders.own.name)]
            array = applied(order.back(array.ndim, of_data), array)
        if self.binding.in_batches and array.ndim == BATCH > of_data and len(array) == 1:
            array = array[0]
        return asarray(array)  # one number of an array is none

    def _of_one(self, values: list[Any], index: int) -> Iterator[Any]:
        for name, value in zip(self._values, values, strict=True):
            is_each = name in self._each and value is not None
            yield asarray(value).take(index, axis=self._each[name]) if is_each else value

    def _once(self, values: list[Any]) -> Any:
        handed = self._in_own_tensors(values)
        if self._make is None:
            return self._out_of_own(self._run(*handed))
        layer = self._layer(self._make, values)
        self._see_shapes(layer, values)
        self._set_up(layer, values)
        return self._out_of_own(self._run(layer, *handed))

    def _see_shapes(self, layer: Any, values: list[Any]) -> None:
        """Raise `Unavailable` if a layer makes a parameter in another shape than it is given."""
        shapes = {value: shape_in(layer, read) for value, read in self._held.items()}
        made = self._shapes.setdefault(id(layer), shapes)
        for value, given in zip(self._values, values, strict=True):
            if len(made.get(value, ())) > 1 and np.ndim(given) > 1 and made[value] != given.shape:
                raise Unavailable(f"it makes {value} in the shape {made[value]}")

    @cached_property
    def _own_tensor(self) -> Callable[[Any], Any] | None:
        """The code's own class of tensors, if it has one that is wanted."""
        wanted = self.binding.tensors
        return None if wanted in ("", *TENSORS) else self._names[wanted]

    def _in_own_tensors(self, values: list[Any]) -> list[Any]:
        """Return values in the code's own class of tensors, but for labels."""
        if (make := self._own_tensor) is None:
            return values
        return [
            make(value) if isinstance(value, ndarray) and parameter not in self._labels else value
            for parameter, value in zip(self._parameters, values, strict=True)
        ]

    def _out_of_own(self, returned: Any) -> Any:
        if self._own_tensor is None:
            return returned
        if isinstance(returned, tuple):
            return tuple(map(held_in, returned))
        return held_in(returned)

    def _layer(self, make: Callable[..., Any], values: list[Any]) -> Any:
        """Return the layer object of some sizes, the same one every time."""
        used = _names(self.binding.made)
        sizes = [v for name, v in zip(self._values, values, strict=True) if name in used]
        key = tuple(map(as_text, sizes) if self.binding.is_kept else sizes)
        if self.binding.is_fresh or any(
            not isinstance(size, int | float | str | tuple) for size in key
        ):
            self._shapes.clear()
            self.latest_layer = make(*values)
        elif key in self._layers:
            self.latest_layer = self._layers[key]
        else:
            self.latest_layer = self._layers[key] = make(*values)
        return self.latest_layer

    def _turned(self, name: str, value: Any) -> Any:
        """Return a value in their order of axes."""
        if not isinstance(value, ndarray):
            return value
        for orders in spelling_of(self.binding.operation).orders.get(name, ()):
            order = orders[self.binding.reading.get(orders.name, orders.own.name)]
            code = order.there(value.ndim)
            if not code:
                raise Unavailable(f"{orders.of} of {value.ndim} axes have no order {order.name}")
            value = applied(code, value)
        return value

    def _compiled(self, code: str, mode: str, *names: str) -> Callable[..., Any]:
        """Return code as a function of some names, among those of the judged module."""
        made: Callable[..., Any] = FunctionType(_compiled(code, mode, names), self._names, "called")
        return made


@cache
def _compiled(code: str, mode: str, names: tuple[str, ...]) -> CodeType:
    head = f"def called({', '.join(names)}):\n    "
    source = head + (f"return ({code})" if mode == "eval" else code)
    space: dict[str, Any] = {}
    exec(compile(source, CODE, "exec"), {"__builtins__": builtins}, space)  # noqa: S102
    compiled: CodeType = space["called"].__code__
    return compiled
