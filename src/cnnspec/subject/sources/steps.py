"""One step of training as an operation: every call begins with parameters that are set anew."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, TypeGuard

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import array

from cnnspec.declaration.article_forms import ArticleStep, Offer
from cnnspec.operations.network.article_forms import HELD
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.outcomes import NetworkResult
from cnnspec.subject.sources.trainees import OfLayers, name_of_rate, with_rate

#: The operations that are steps, with their form.
STEPS = [
    (name, form)
    for name, one in OPERATIONS.items()
    for form in one.forms
    if isinstance(form, ArticleStep)
]


def steps(thing: Any) -> dict[str, dict[str, Offer]]:
    """Return what a module or an object offers that takes steps, by operation."""
    return {name: _offered(thing, name, form) for name, form in STEPS}


def _offered(thing: Any, operation: str, form: ArticleStep) -> dict[str, Offer]:
    function, train = (getattr(thing, name, None) for name in (form.function, form.beside_layers))
    if is_function(function) and _is_named_so(function, form.names):
        rate = name_of_rate(function, place=len(form.names) - 1)
        recipe = form.recipe_of_function.format(rate=f"{rate}=" if rate else "")
        return {operation: Offer(partial(_stepped, function, rate), recipe=recipe)}
    required = OPERATIONS[operation].required
    names = [names for own, names in zip(required, form.names, strict=True) if own not in HELD]
    if is_function(train) and _is_named_so(train, names) and _has_layers(thing):
        return {operation: Offer(partial(_trained, thing, train), recipe=form.recipe_of_layers)}
    return {}


def why_not(thing: Any, form: ArticleStep) -> str:
    """Return why a function of the right number of arguments takes no steps, "" if it does."""
    function = getattr(thing, form.function, None)
    if not is_function(function) or _is_named_so(function, form.names):
        return ""
    named = _names_of(function)
    if named is None or len(named) != len(form.names):
        return ""
    return f"{form.function} is not judged: its arguments are not named as in {form.in_words}"


def is_function(found: Any) -> TypeGuard[Callable[..., Any]]:
    """Return whether something can be called, and is no class."""
    return callable(found) and not isinstance(found, type)


def _names_of(function: Callable[..., Any]) -> list[str] | None:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
        return None
    return [p.name for p in parameters]


def _is_named_so(function: Callable[..., Any], names: Any) -> bool:
    """Return whether the first arguments of a function have these names, and no other is needed."""
    named = _names_of(function)
    if named is None or len(named) < len(names):
        return False
    needed = [p.default is p.empty for p in inspect.signature(function).parameters.values()]
    is_so = all(one in some for one, some in zip(named, names, strict=False))
    return is_so and not any(needed[len(names) :])


def _has_layers(thing: Any) -> bool:
    return all(hasattr(getattr(thing, layer, None), name) for name, layer in HELD.items())


def _stepped(function: Callable[..., Any], rate: str | None, *given: Any) -> Any:
    """Return what a function of everything returns; it may write into the parameters."""
    *others, learning_rate = given
    copied = others[: -len(HELD)] + [array(one) for one in others[-len(HELD) :]]
    returned = with_rate(function, copied, learning_rate, rate)
    return NetworkResult(returned) if isinstance(returned, tuple | list) else returned


def _trained(thing: Any, train: Callable[..., Any], *given: Any) -> Any:
    """Return the loss, empty if there is none, and what a step leaves in the layers.

    Raises
    ------
    Unavailable
        If the layers do not take parameters of these shapes.
    """
    image, label, *held, rate = given
    layers = OfLayers(thing, train)
    try:
        layers.begin(dict(zip(HELD, held, strict=True)))
        loss = layers.run(image, label, rate)
        return NetworkResult(([] if loss is None else loss, *layers.held().values()))
    finally:
        layers.close()
