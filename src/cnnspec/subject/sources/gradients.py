"""Gradients: functions that return several together, and what lies behind forward calls."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from itertools import combinations
from operator import eq
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.candidates import candidates, made_here
from cnnspec.bindings.gradients.names import CACHE, of_gradient, promises, runs_backwards
from cnnspec.bindings.gradients.search import GradientSearch
from cnnspec.bindings.methods import saying
from cnnspec.bindings.probing import Guard, Tried, plain_probes
from cnnspec.bindings.search import Found, Search
from cnnspec.bindings.signatures import signature_of
from cnnspec.bindings.spellings import roles_of
from cnnspec.declaration.article_forms import ArticleLayer, Offer, Unavailable
from cnnspec.declaration.operation import Gradient
from cnnspec.operations.registry import GRADIENTS, OPERATIONS, TOGETHER
from cnnspec.subject.boundary import offer

_LAYERS = [
    form for one in OPERATIONS.values() for form in one.forms if isinstance(form, ArticleLayer)
]

#: What is said of a gradient that a function does not return.
_NONE_TO = "returns no gradient to"


def together(find: Callable[[str], Callable[..., Any] | None]) -> Iterator[tuple[str, Offer]]:
    """Yield what functions offer, found by name, that return several gradients together."""
    for function, its in TOGETHER.items():
        if len(its) > 1 and (found := find(function)):
            several = _Several(function, found)
            yield from ((name, several.offer(name)) for name in its)


class _Several:
    """A function that returns several gradients together: all, or some of them."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self._name, self._function = name, function
        self._known: dict[int, Sequence[int]] = {}

    def offer(self, name: str) -> Offer:
        """Return the offer of one gradient."""
        gradient = GRADIENTS[name]
        is_promised = promises(self._function, roles_of(gradient))

        @wraps(self._function)
        def called(*given: Any, **options: Any) -> Any:
            return self._part(gradient, self._function(*given, **options), is_promised)

        made = offer(name, called)
        lines = (made.recipe or f"result = mine.{self._name}({{all}})").replace(
            f"mine.{name}(", f"mine.{self._name}("
        )
        return replace(made, recipe=f"{lines}[{gradient.place}]")

    def _part(self, gradient: Gradient, returned: Any, is_promised: bool) -> Any:
        """Return one gradient of what was returned: a tuple, a list, or one array.

        Raises
        ------
        Unavailable
            If it is not among them, and nobody has said that it is.
        """
        parts = _parts(returned)
        if len(parts) > gradient.count:
            raise TypeError(f"{self._name} returned {len(parts)} gradients")
        places = dict(zip(self._places(len(parts)), parts, strict=True))
        found = places.get(gradient.place)
        if found is None and not is_promised:
            raise Unavailable(f"{self._name} {_NONE_TO} {gradient.to}")
        return found

    def _places(self, count: int) -> Sequence[int]:
        """Return which gradients so many are, by the shapes that they have in small calls.

        Fewer are those that are not rare, if there are as many.

        Raises
        ------
        TypeError
            If they may be these or those.
        """
        its = [*TOGETHER[self._name].values()]
        if count == len(its):
            return range(count)
        if count not in self._known:
            orders = [*combinations(range(len(its)), count)]
            fits = [sum(self._fit(order, count)) for order in orders]
            best = [order for order, fit in zip(orders, fits, strict=True) if fit == max(fits)]
            usual = tuple(one.place for one in its if not one.is_rare)
            self._known[count] = usual if usual in best else best[0] if len(best) == 1 else ()
        if not self._known[count]:
            raise TypeError(f"which {count} gradients {self._name} returns is not known")
        return self._known[count]

    def _fit(self, order: Sequence[int], count: int) -> Iterator[int]:
        """Yield how many shapes are due, in each small call, if the gradients are these."""
        its = TOGETHER[self._name]
        name, every = next(iter(its)), [*its.values()]
        function = offer(name, self._function).function
        assert function is not None
        for given in plain_probes(name):
            with suppress(Exception):
                parts = _parts(function(*(np.copy(one) for one in given.values())))
                if len(parts) == count:
                    due = [every[place].shape(given) for place in order]
                    yield sum(map(eq, due, map(np.shape, parts)))


def _parts(returned: Any) -> list[Any]:
    return [*returned] if isinstance(returned, tuple | list) else [returned]


def absent(own: Tried, found: Found) -> str:
    """Return in words that a gradient is not among those that a function returns, or "".

    Where the others of a function are had by calling it in another way, it is not among them.
    """
    gradient = GRADIENTS[own.binding.operation]
    if own.answered:
        return ""
    is_so = f" {_NONE_TO} " in own.refusal
    beside = [
        found.bindings[name] for name in TOGETHER[gradient.function] if name in found.bindings
    ]
    is_so = is_so or any(one.named == gradient.function for one in beside)
    return f"{gradient.function} {_NONE_TO} {gradient.to}" if is_so else ""


def behind(
    search: Search,
    found: Found,
    offers: Mapping[str, Offer],
    names: dict[str, Any],
    module: str,
    guard: Guard,
) -> Iterator[Tried]:
    """Yield how gradients are had behind forward calls: of what is bound, and of what is offered.

    Layers that are offered in another form are looked at again: they may run backwards. What is
    bound already as one operation is no other.
    """
    bound = found.codes
    layers = [
        one
        for one in candidates(names, module)
        if one.operation not in found.bindings and one.is_class and runs_backwards(one.thing)
        if one.code not in bound
    ]
    again = search.among(layers)
    forwards = {**dict(_own_calls(offers, names)), **again.bindings, **found.bindings}
    results = {**again.results, **found.results}
    right = {name for name, result in results.items() if result.complete_axes}
    yield from GradientSearch(names, module, forwards, right, guard).all()


def unjudged(
    names: Mapping[str, Any], module: str, offers: Container[str], bindings: Iterable[Binding]
) -> Iterator[str]:
    """Yield functions that are gradients of what is offered by their names, and are not called."""
    known = [*bindings]
    called = " ".join(code for one in known for code in one.code)
    found = {GRADIENTS[one.operation].of for one in known if one.operation in GRADIENTS}
    for name, thing in made_here(names, module):
        if isinstance(thing, type) or f"{name.rpartition('.')[2]}(" in called:
            continue
        says_so = [of for of, is_so in of_gradient(saying(name, thing)).items() if is_so]
        if any(of in offers and of not in found for of in says_so):
            yield name


def _own_calls(
    offers: Mapping[str, Offer], names: Mapping[str, Any]
) -> Iterator[tuple[str, Binding]]:
    """Yield how functions are called that have an operation's own name and form.

    What a layer of an article does beside others can be run backwards, too.
    """
    for form in _LAYERS:
        for name, code in form.part_of.items():
            if name in offers and runs_backwards(names.get(form.name)):
                yield name, Binding(name, form.name, code.call, code.made, code.setup)
    for name, made in offers.items():
        if callable(names.get(name)) and name not in GRADIENTS:
            options = [one for one in OPERATIONS[name].optional if one in made.keywords]
            passed = ", ".join([*OPERATIONS[name].required, *(f"{one}={one}" for one in options)])
            yield name, Binding(name, name, f"{name}({passed})")


def is_another_part(own: Tried, result: Tried) -> bool:
    """Return whether a wrong gradient is nearer to another one that the same function returns.

    Which is which is said by its place.
    """
    gradient = GRADIENTS[result.binding.operation]
    is_same = result.binding.named == gradient.function
    is_its_place = result.score.right > 0 and result.binding.call.endswith(f"[{gradient.place}]")
    return is_same and bool(own.answered) and not (result.is_right or is_its_place)


def is_of_a_cache(name: str, names: Mapping[str, Any]) -> bool:
    """Return whether the function of a gradient wants what its forward call has kept."""
    function = names.get(GRADIENTS[name].function)
    signature = signature_of(function) if function is not None else None
    return signature is not None and any(map(CACHE.means, signature.parameters))
