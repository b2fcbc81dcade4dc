"""The forms in which an implementation may come, recognised without an adapter.

Each form is translated into offers: functions that take an operation's parameters by the
operation's own names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import ArticleFunction, ArticleLayer, ArticleWhole, Offer
from cnnspec.operations.registry import COMPOSED, LAYERS, OPERATIONS
from cnnspec.subject.boundary import Implementation, offer
from cnnspec.subject.outcomes import NetworkResult
from cnnspec.subject.sources.gradients import together
from cnnspec.subject.sources.layer_classes import (
    Layers,
    arguments_of,
    is_layer,
    is_layer_class,
    set_to,
    takes_sizes,
    why_not_set,
)
from cnnspec.subject.sources.steps import STEPS, steps, why_not

_FORMS = [(name, form) for name, operation in OPERATIONS.items() for form in operation.forms]
_FUNCTIONS = [(name, form) for name, form in _FORMS if isinstance(form, ArticleFunction)]
_LAYERS = [form for _, form in _FORMS if isinstance(form, ArticleLayer)]
_WHOLES = [(name, form) for name, form in _FORMS if isinstance(form, ArticleWhole)]

#: Operations that a function of the article has the very name of.
_SHARED_NAMES = {name for name, form in _FUNCTIONS if form.name == name}


def recognise(
    thing: Any, *, name: str, source: str, is_by_functions: bool = True
) -> Implementation:
    """Return the implementation that a module or an object is, in the forms that it has.

    ``is_by_functions`` says whether functions with the first article's names are the article's.
    """
    wholes = {**_wholes(thing), **steps(thing)}
    forms = {
        "operations": _operations(thing, is_by_functions=is_by_functions),
        "article functions": _article_functions(thing) if is_by_functions else {},
        "article layers": _article_layers(thing),
        **wholes,
    }
    offers: dict[str, Offer] = {}
    for found in forms.values():
        for operation, offered in found.items():
            offers.setdefault(operation, offered)
    compose(offers)
    form = next((form for form, found in forms.items() if found), "operations")
    if form == "article layers":  # those of a whole
        form = next((name for name, found in wholes.items() if found), form)
    made = Implementation(name=name, source=source, form=form, offers=offers)
    made.forms = {name: kind for kind, found in [*forms.items()][::-1] for name in found}
    made.notes += _left_out(thing, offers)
    return made


def _left_out(thing: Any, offers: dict[str, Offer]) -> Iterator[str]:
    """Say what was found that looks like the articles' code and cannot be judged."""
    for operation, whole in _WHOLES:
        if operation not in offers and _function(thing, whole.function) is not None:
            yield f"{whole.function} is not judged: {_why_not_judged(thing, whole)}"
    yield from filter(None, (why_not(thing, step) for _, step in STEPS))
    for form in _LAYERS:
        layer: Any = getattr(thing, form.name, None)
        if is_layer_class(layer) and not _is_made_like(form, layer):
            yield (
                f"the class {form.name} is not judged: the article's is made as {form.name}"
                f"({', '.join(form.sizes)}), this one as {form.name}({arguments_of(layer)});"
                f" a function {form.function} beside it would be judged"
            )


def _function(thing: Any, name: str) -> Callable[..., Any] | None:
    """Return the function ``thing.name``; a class or a layer object of that name is not one."""
    found = getattr(thing, name, None)
    return (
        found if callable(found) and not isinstance(found, type) and not is_layer(found) else None
    )


def _operations(thing: Any, *, is_by_functions: bool) -> dict[str, Offer]:
    found = {name: function for name in LAYERS if (function := _function(thing, name))}
    if is_by_functions and found.keys() <= _SHARED_NAMES and _article_functions(thing):
        return {}  # they are the article's
    return {
        **{name: offer(name, function) for name, function in found.items()},
        **dict(together(partial(_function, thing))),
    }


def _article_functions(thing: Any) -> dict[str, Offer]:
    """Return what functions of the first article offer; some count only beside others."""
    offers: dict[str, Offer] = {}
    for operation, form in sorted(_FUNCTIONS, key=lambda one: one[1].beside_others):
        function = _function(thing, form.name)
        if function and (offers or not form.beside_others):
            offers[operation] = form.offer(function)
    return offers


def article_functions(forms: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the operations that are offered by functions of the first article, and their names."""
    for operation, form in _FUNCTIONS:
        if forms.get(operation) == "article functions":
            yield operation, form.name


def _article_layers(thing: Any) -> dict[str, Offer]:
    """Return what classes of layers of the second article offer."""
    offers: dict[str, Offer] = {}
    for form in _LAYERS:
        layer: Any = getattr(thing, form.name, None)
        if is_layer_class(layer) and _is_made_like(form, layer):
            offers |= form.translate(Layers(layer))
    return offers


def _is_made_like(form: ArticleLayer, layer: type) -> bool:
    """Return whether a class is made as the article's is, and not another of the same name."""
    return takes_sizes(layer, range(1, len(form.sizes) + 1), form.parameters)


def _wholes(thing: Any) -> dict[str, dict[str, Offer]]:
    """Return what functions offer that run through layer objects beside them, by operation."""
    return {operation: _whole(thing, operation, form) for operation, form in _WHOLES}


def _whole(thing: Any, operation: str, form: ArticleWhole) -> dict[str, Offer]:
    function = _function(thing, form.function)
    if function is None or _why_not_judged(thing, form):
        return {}
    parameters = OPERATIONS[operation].required
    held = {name for names in form.layers.values() for name in names}

    def called(*given: Any) -> Any:
        by_name = dict(zip(parameters, given, strict=True))
        with ExitStack() as stack:
            for layer, names in form.layers.items():
                own = {name: by_name[name] for name in names}
                stack.enter_context(set_to(getattr(thing, layer), **own))
            returned = function(*(by_name[name] for name in parameters if name not in held))
        count = OPERATIONS[operation].results
        if count > 1 and isinstance(returned, tuple | list) and len(returned) == count:
            return NetworkResult(returned)
        return returned

    return {operation: Offer(called, recipe=form.recipe)}


def _why_not_judged(thing: Any, form: ArticleWhole) -> str:
    """Return why the objects beside a function cannot be given parameters, "" if they can."""
    found = {name: getattr(thing, name, None) for name in form.layers}
    if missing := [name for name, layer in found.items() if not is_layer(layer)]:
        return f"beside it {form.in_words}; there is no such {' and no such '.join(missing)}"
    said = (why_not_set(found[name], *names) for name, names in form.layers.items())
    return next(filter(None, said), "")


def compose(offers: dict[str, Offer]) -> None:
    """Offer what is composed of others where those are offered apart."""
    for name, parts in COMPOSED.items():
        if name in offers or not offers.keys() >= {*parts}:
            continue
        if OPERATIONS[name].is_a_kind:  # the very same, called as it is
            offers[name] = _as_a_kind(offers[parts[0]], parts[0], OPERATIONS[name].required)
            continue
        functions = [f for part in parts if (f := offers[part].function) is not None]
        if len(functions) == len(parts):
            called = f"mine.{parts[0]}({', '.join(OPERATIONS[name].required)})"
            for part in parts[1:]:
                called = f"mine.{part}({called})"
            function = partial(_one_after_another, functions)
            offers[name] = Offer(function, recipe=f"result = {called}", is_composed=True)


def _as_a_kind(of: Offer, name: str, required: Sequence[str]) -> Offer:
    """Return the offer of an operation that is another one with another kind of data."""
    recipe = of.recipe or f"result = mine.{name}({', '.join(required)})"
    return replace(of, ranks=None, recipe=recipe, is_composed=True)


def _one_after_another(functions: Sequence[Callable[..., Any]], *given: Any) -> Any:
    first, *others = functions
    value = first(*given)
    for function in others:
        plain = np.asarray(value.detach() if hasattr(value, "detach") else value)
        try:
            value = function(plain)
        except Exception:  # one of rows only gets one row
            if plain.ndim != 1:
                raise
            value = function(plain[np.newaxis])[0]
    return value
