"""How operations are commonly written: the declared spellings, and those of gradients.

A gradient is written like its operation: it has the same names of arguments, orders of axes and
values, and an incoming gradient in the orders of the result. What the operation takes and its
gradient does not, a bias, is zero.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.operation import Gradient, Operation
from cnnspec.declaration.writing import GIVEN, Derived, Role, Spelling
from cnnspec.operations.registry import GRADIENTS, OPERATIONS, TOGETHER

Arguments = Mapping[str, Any]

#: What an incoming gradient is called.
INCOMING = Role(
    names="grad dout dz da dy g gy gout gradoutput outputgradient gradout outgrad outputgrad dlout"
    " dldout dloss upstream upstreamgrad upstreamgradient delta deltas error outputerror grads"
    " gradient dldz dldy dlda doutput doutputs dvalues gradients incominggradient dh dnext dl dx"
    " dldoutput accumgrad gradin nextgrad topdiff outputdelta dprev gradsout graddout loss",
    values=("grad", "grad_of_one"),
)

_UNSPELLED = Spelling(names="", roles=(), probes=list)


@cache
def spelling_of(operation: str) -> Spelling:
    """Return how an operation is commonly written; one of whom nothing is declared has a name."""
    declared = OPERATIONS[operation]
    if declared.spelling or declared.gradient is None:
        return declared.spelling or _UNSPELLED
    return _of_gradient(declared, declared.gradient)


def parameters(operation: str) -> tuple[str, ...]:
    """Return all parameters of an operation."""
    return (*OPERATIONS[operation].required, *OPERATIONS[operation].optional)


def parameter_of(operation: str, value: str) -> str:
    """Return the parameter of an operation that a value stands for, or its own name."""
    derived = spelling_of(operation).derived.get(value)
    return (derived and derived.parameter) or value


def values_of(operation: str, given: Arguments, names: tuple[str, ...]) -> dict[str, Any]:
    """Return parameters and derived values of a call, of which all have one.

    Raises
    ------
    Unavailable
        If one of them cannot express the call.
    """
    derived = spelling_of(operation).derived
    every = resolved(operation, given)
    try:
        return {name: derived[name].of(every) if name in derived else every[name] for name in names}
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable(f"the call cannot be expressed: {error}") from error


def resolved(operation: str, given: Arguments) -> dict[str, Any]:
    """Return the arguments, and what those mean that are not given."""
    zeros = {name: zero(given) for name, zero in zeros_of(operation).items()}
    every = {**zeros, **given}
    found = {**every, GIVEN: frozenset(name for name in every if every[name] is not None)}
    for name, option in OPERATIONS[operation].options.items():
        if found.get(name) is None:
            found[name] = option.default(found)
    return found


# --- of gradients ----------------------------------------------------------------------------


def incoming_of(operation: str) -> str:
    """Return the parameter that is the incoming gradient, "" where there is none."""
    gradient = GRADIENTS[operation]
    first = OPERATIONS[operation].required[0]
    return "" if first in parameters(gradient.of) else first


def roles_of(gradient: Gradient) -> list[Role]:
    """Return the roles of the parameter whose gradient it is."""
    spelling = spelling_of(gradient.of)
    return [
        role
        for role in (*spelling.roles, *spelling.held)
        if parameter_of(gradient.of, role.values[0]) == gradient.to
    ]


@cache
def zeros_of(operation: str) -> dict[str, Callable[[Arguments], Any]]:
    """Return what makes the arrays of zeros that an operation takes and its gradient does not."""
    gradient = GRADIENTS.get(operation)
    if gradient is None:
        return {}
    missing = {*parameters(gradient.of)} - {*parameters(operation)}
    return {
        one.to: partial(_zeros, one, OPERATIONS[operation].data)
        for one in TOGETHER[gradient.function].values()
        if one.to in missing
    }


def _zeros(gradient: Gradient, data: str, given: Arguments) -> Any:
    dtype = np.asarray(given[data]).dtype
    return np.zeros(gradient.shape(given), dtype if dtype.kind == "f" else float)


def _of_gradient(declared: Operation, gradient: Gradient) -> Spelling:
    forward = spelling_of(gradient.of)
    incoming = incoming_of(declared.name)
    zeros = {name: Derived(of=operator.itemgetter(name)) for name in zeros_of(declared.name)}
    data = OPERATIONS[gradient.of].data
    each = {v: axis for v, axis in forward.each.items() if forward.derived[v].parameter == data}
    if each and incoming:  # one map after another
        zeros["grad_of_one"] = Derived(of=lambda given: given[incoming], parameter=incoming)
        each = {**each, "grad_of_one": next(iter(each.values()))}
    taken = {*parameters(declared.name), *zeros, *forward.derived}
    orders = {name: its for name, its in forward.orders.items() if name in taken}
    return replace(
        forward,
        names="",
        weak="",
        roles=(INCOMING, *forward.roles) if incoming else forward.roles,
        orders={**orders, incoming: forward.of_result} if incoming else orders,
        of_result=forward.orders.get(gradient.to, ()),
        derived={**forward.derived, **zeros},
        each=each,
        probes=partial(_probes, declared.name),
        is_scalar=False,
        is_of_vectors=False,
    )


def _probes(operation: str) -> list[dict[str, Any]]:
    """Return the small calls of an operation with an incoming gradient, free of ties and zeros."""
    gradient = GRADIENTS[operation]
    data = OPERATIONS[gradient.of].data
    incoming, known = incoming_of(operation), parameters(operation)
    found: list[dict[str, Any]] = []
    for given in spelling_of(gradient.of).probes():
        moved = {**given, data: _without_ties(given[data])}
        plain = {name: value for name, value in moved.items() if name in known}
        if any(_alike(plain, one, incoming) for one in found):
            continue
        if incoming:
            answer = OPERATIONS[gradient.of].answer(moved, np.dtype(float), "componentwise")
            plain[incoming] = _numbers(answer.high.shape)
        found.append({name: plain[name] for name in known if name in plain})
    axes = {np.ndim(one[OPERATIONS[operation].data]) for one in found}
    more = OPERATIONS[operation].probes().items()
    return [*found, *(call for of, calls in more if of not in axes for call in calls)]


def _without_ties(values: Any) -> Any:
    """Return numbers of which no two are alike, near to those given."""
    return values + (np.arange(1.0, np.size(values) + 1) / 4096).reshape(np.shape(values))


def _numbers(shape: tuple[int, ...]) -> Any:
    return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 17 - 6).reshape(shape)


def _alike(given: Arguments, other: Arguments, incoming: str) -> bool:
    return {*given} == {*other} - {incoming} and all(
        np.array_equal(value, other[name]) for name, value in given.items()
    )


def handed_over_as(operation: str, values: Sequence[str]) -> Iterator[str]:
    """Yield under which name each value is handed over: its parameter, or its own."""
    taken: set[str] = set()
    for value in values:
        parameter = parameter_of(operation, value)
        name = value if parameter in taken else parameter
        taken.add(name)
        yield name
