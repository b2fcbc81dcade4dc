"""Functions that return the gradients to several parameters together, as a tuple."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from itertools import combinations
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Offer, Unavailable
from cnnspec.declaration.operation import Gradient, Shape
from cnnspec.operations.registry import GRADIENTS, OPERATIONS
from cnnspec.subject.boundary import offer


def together(find: Callable[[str], Callable[..., Any] | None]) -> Iterator[tuple[str, Offer]]:
    """Yield what functions offer, found by name, that return several gradients together."""
    for name in GRADIENTS:
        gradient = OPERATIONS[name].gradient
        if gradient and gradient.count > 1 and (function := find(gradient.function)):
            yield name, _offer(name, gradient, function)


def _offer(name: str, gradient: Gradient, function: Callable[..., Any]) -> Offer:
    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        arguments = {**dict(zip(OPERATIONS[name].required, given, strict=False)), **options}
        its = _of(gradient.function)
        return _part(function(*given, **options), gradient, its, arguments)

    made = offer(name, called)
    lines = (made.recipe or f"result = mine.{gradient.function}({{all}})").replace(
        f"mine.{name}(", f"mine.{gradient.function}("
    )
    return replace(made, recipe=f"{lines}[{gradient.place}]")


def _of(function: str) -> list[Gradient]:
    """Return the gradients that a function returns, in their order."""
    found = [one for name in GRADIENTS if (one := OPERATIONS[name].gradient) is not None]
    return [one for one in found if one.function == function]


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
