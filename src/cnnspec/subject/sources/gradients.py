"""Gradients: functions that return several together, and what lies behind forward calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from itertools import combinations
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.candidates import candidates
from cnnspec.bindings.gradients.names import CACHE, runs_backwards
from cnnspec.bindings.gradients.search import GradientSearch
from cnnspec.bindings.probing import Guard, Tried
from cnnspec.bindings.search import Found, Search
from cnnspec.bindings.signatures import signature_of
from cnnspec.declaration.article_forms import Offer, Unavailable
from cnnspec.declaration.operation import Gradient, Shape
from cnnspec.operations.registry import GRADIENTS, OPERATIONS, TOGETHER
from cnnspec.subject.boundary import offer


def together(find: Callable[[str], Callable[..., Any] | None]) -> Iterator[tuple[str, Offer]]:
    """Yield what functions offer, found by name, that return several gradients together."""
    for name, gradient in GRADIENTS.items():
        if gradient.count > 1 and (function := find(gradient.function)):
            yield name, _offer(name, gradient, function)


def _offer(name: str, gradient: Gradient, function: Callable[..., Any]) -> Offer:
    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        arguments = {**dict(zip(OPERATIONS[name].required, given, strict=False)), **options}
        its = [*TOGETHER[gradient.function].values()]
        return _part(function(*given, **options), gradient, its, arguments)

    made = offer(name, called)
    lines = (made.recipe or f"result = mine.{gradient.function}({{all}})").replace(
        f"mine.{name}(", f"mine.{gradient.function}("
    )
    return replace(made, recipe=f"{lines}[{gradient.place}]")


def _part(returned: Any, gradient: Gradient, its: list[Gradient], arguments: dict[str, Any]) -> Any:
    """Return one gradient of what a function returned, tuple, list or only some of them.

    Fewer are those that are not rare, if there are as many; else the first whose shapes fit.

    Raises
    ------
    Unavailable
        If it is not among them.
    """
    parts = [*returned] if isinstance(returned, tuple | list) else [returned]
    if len(parts) > gradient.count:
        raise TypeError(f"{gradient.function} returned {len(parts)} gradients")
    chosen: Sequence[int] = range(gradient.count)
    if len(parts) < gradient.count:
        due: list[Shape] = [one.shape(arguments) for one in its]
        shapes = [np.shape(part) for part in parts]
        usual = tuple(one.place for one in its if not one.is_rare)
        orders = [usual] * (len(usual) == len(parts)) + [*combinations(chosen, len(parts))]
        fitting = (some for some in orders if [due[i] for i in some] == shapes)
        chosen = next(fitting, range(len(parts)))
    by_place = dict(zip(chosen, parts, strict=True))
    if (found := by_place.get(gradient.place)) is None:
        raise Unavailable(f"{gradient.function} returns no gradient to {gradient.to}")
    return found


def behind(
    search: Search,
    found: Found,
    offers: Mapping[str, Offer],
    names: dict[str, Any],
    module: str,
    guard: Guard,
) -> Iterator[Tried]:
    """Yield how gradients are had behind forward calls: of what is bound, and of what is offered.

    Layers that are offered in another form are looked at again: they may run backwards.
    """
    layers = [
        one
        for one in candidates(names, module)
        if one.operation not in found.bindings and one.is_class and runs_backwards(one.thing)
    ]
    again = search.among(layers)
    forwards = {**dict(_own_calls(offers, names)), **again.bindings, **found.bindings}
    results = {**again.results, **found.results}
    right = {name for name, result in results.items() if result.complete_axes}
    yield from GradientSearch(names, module, forwards, right, guard).all()


def _own_calls(
    offers: Mapping[str, Offer], names: Mapping[str, Any]
) -> Iterator[tuple[str, Binding]]:
    """Yield how functions are called that have an operation's own name and form."""
    for name, made in offers.items():
        if callable(names.get(name)) and name not in GRADIENTS:
            options = [one for one in OPERATIONS[name].optional if one in made.keywords]
            passed = ", ".join([*OPERATIONS[name].required, *(f"{one}={one}" for one in options)])
            yield name, Binding(name, name, f"{name}({passed})")


def is_another_part(own: Tried, result: Tried) -> bool:
    """Return whether a wrong gradient is nearer to another one that the same function returns.

    Which is which is said by its place.
    """
    is_same = result.binding.named == GRADIENTS[result.binding.operation].function
    return is_same and bool(own.answered) and not result.is_right


def is_of_a_cache(name: str, names: Mapping[str, Any]) -> bool:
    """Return whether the function of a gradient wants what its forward call has kept."""
    function = names.get(GRADIENTS[name].function)
    signature = signature_of(function) if function is not None else None
    return signature is not None and any(map(CACHE.means, signature.parameters))
