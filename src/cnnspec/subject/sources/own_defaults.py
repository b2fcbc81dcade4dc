"""Defaults of one's own: what code computes where an option is not given.

Bindings give every option that they know, so that these are not asked for. They are said.
"""

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.layers import places
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.search import Found
from cnnspec.bindings.signatures import is_like_own, signature_of
from cnnspec.bindings.spellings import spelling_of, values_of
from cnnspec.declaration.article_forms import Offer, Unavailable
from cnnspec.operations.registry import GRADIENTS, OPERATIONS

_Call = tuple[ast.Call, ast.keyword]


def own_defaults(binding: Binding, names: Mapping[str, Any]) -> dict[str, tuple[str, Any, Any]]:
    """Return the options of which the code has a default of its own.

    By the parameter: what its argument is called, its own default, and the usual one.
    """
    found = {}
    for call, keyword in _given(binding):
        signature = signature_of(_thing(call.func, names))
        name, value = str(keyword.arg), ast.unparse(keyword.value)
        if signature is None or name not in signature.parameters:
            continue
        if binding.parameter_of(value) not in OPERATIONS[binding.operation].options:
            continue
        default, usual = signature.parameters[name].default, _usual(binding.operation, value)
        if isinstance(usual, int | float | str) and _is_another(default, usual):
            found[binding.parameter_of(value)] = (name, default, usual)
    return found


def in_words(binding: Binding, names: Mapping[str, Any]) -> Iterator[str]:
    """Say which defaults are the code's own."""
    for name, default, usual in own_defaults(binding, names).values():
        yield (
            f"{binding.operation}: where no {name} is given, its own is {default!r}, not the usual"
            f" {usual!r}; it is always given"
        )


def keep_defaults(found: Found, offers: Mapping[str, Offer], names: Mapping[str, Any]) -> None:
    """Give no option of which a gradient has another default than its forward pass has.

    It is the gradient of another layer then, and shows it where the option is not given. So does
    what has the operation's own form, and another default than everybody has.
    """
    for name in found.bindings.keys() & offers.keys() - GRADIENTS.keys():
        binding = found.bindings[name]
        options = OPERATIONS[name].options
        own = own_defaults(binding, names)
        if any(options[one].has_one_default for one in own) and _is_own(binding, names):
            del found.bindings[name], found.results[name]
    for name in GRADIENTS.keys() & found.bindings.keys():
        forward, binding = GRADIENTS[name].of, found.bindings[name]
        unlike = [*_differing(binding, found.bindings.get(forward), names)]
        if not unlike or forward not in {*offers, *found.bindings}:
            continue
        if name in offers and _is_own(binding, names):
            del found.bindings[name], found.results[name]
            continue
        for option in unlike:
            found.bindings[name] = _without(found.bindings[name], option)


def _is_own(binding: Binding, names: Mapping[str, Any]) -> bool:
    """Return whether there is a function of the operation's own name, called and read as it is."""
    operation = binding.operation
    function = names.get(operation)
    signature = signature_of(function) if callable(function) else None
    own = {one.name: one.own.name for one in spelling_of(operation).families}
    is_read_so = all(own.get(family, order) == order for family, order in binding.reading.items())
    return is_read_so and signature is not None and is_like_own(operation, signature)


def _without(binding: Binding, parameter: str) -> Binding:
    """Return a binding that does not give an option."""
    tree = ast.parse(binding.call, mode="eval")
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        call.keywords = [
            one
            for one in call.keywords
            if binding.parameter_of(ast.unparse(one.value)) != parameter
        ]
    return replace(binding, call=ast.unparse(tree))


def _given(binding: Binding) -> Iterator[_Call]:
    """Yield the options that a binding gives by name."""
    for code in filter(None, (binding.made, binding.call)):
        for node in ast.walk(ast.parse(code, mode="eval")):
            if isinstance(node, ast.Call):
                yield from ((node, one) for one in node.keywords if one.arg)


def _thing(code: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return what a dotted name stands for, ``None`` if it is no name of the module's."""
    if isinstance(code, ast.Name):
        return names.get(code.id)
    if isinstance(code, ast.Attribute):
        return getattr(_thing(code.value, names), code.attr, None)
    return None


def _usual(operation: str, value: str) -> Any:
    """Return what a value is in a call that gives no option, ``None`` if it stands for none."""
    if not value.isidentifier():
        return None
    plain = plain_probes(operation)[0]
    try:
        return values_of(operation, plain, (value,))[value]
    except (Unavailable, KeyError):
        return None


def _is_another(default: Any, usual: Any) -> bool:
    alike = isinstance(default, str) == isinstance(usual, str)
    plain = isinstance(default, int | float | str) and not isinstance(default, bool)
    if isinstance(default, str):
        return alike and default.lower() != str(usual).lower()
    return plain and alike and default != usual


def _differing(
    binding: Binding, forward: Binding | None, names: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the options whose default is not the one that the forward pass has, the usual one."""
    of_forward = own_defaults(forward, names) if forward else {}
    yield from own_defaults(binding, names).keys() - of_forward.keys()


def shapes_of_its_own(found: Found, names: dict[str, Any], guard: Guard) -> Iterator[str]:
    """Say which layers make parameters of another shape than they are given."""
    for name, binding in found.bindings.items():
        bound = Bound(binding, names)
        if binding.held:
            if name not in GRADIENTS:
                yield f"{name} is judged in the shapes of parameters alone that its layer makes"
            continue
        for given in plain_probes(name)[:1] if binding.made and not binding.is_declared else ():
            with suppress(Exception), guard():
                theirs = bound.theirs(given)
                for parameter, code, held in places(name, bound.made_for(given)):
                    due = np.shape(theirs[parameter])
                    if np.ndim(held) > 1 and len(due) > 1 and np.shape(held) != due:
                        yield (
                            f"{name}: {code.removeprefix('layer.')} is made with the shape"
                            f" {np.shape(held)}, and given the shape {due}, which is judged"
                        )
