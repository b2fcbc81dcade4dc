"""Finding how the functions and classes of a module are called that have no form of this suite.

What has one keeps it, unless its small calls are answered better in another way: never where it
has the articles' forms and answers at all.
"""

import contextlib
import inspect
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from cnnspec.bindings.apart import Lost, is_possible, run_apart
from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.candidates import Candidate, candidates, named_one, resembling, unnamed
from cnnspec.bindings.code import all_as_read
from cnnspec.bindings.layers import is_layer, is_layer_class
from cnnspec.bindings.methods import is_function_of_torch
from cnnspec.bindings.probing import TookTooLong, Tried
from cnnspec.bindings.search import ANOTHERS, Found, Search
from cnnspec.bindings.signatures import contradicts
from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.wishes import Wishes
from cnnspec.declaration.article_forms import Offer
from cnnspec.operations.registry import COMPOSED, GRADIENTS, NETWORKS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.guard import OutOfTime, quiet, time_limit
from cnnspec.subject.sources.as_offered import (
    BY_FUNCTIONS,
    FIXED,
    is_better,
    may_be_better,
    tried_as_offered,
)
from cnnspec.subject.sources.declared import is_declared_otherwise
from cnnspec.subject.sources.gradients import (
    absent,
    behind,
    is_another_part,
    is_of_a_cache,
    unjudged,
)
from cnnspec.subject.sources.numbers_of_axes import (
    see_axes,
    see_gradients,
    see_rows,
    see_vectors,
)
from cnnspec.subject.sources.own_defaults import in_words, keep_defaults, shapes_of_its_own
from cnnspec.subject.sources.pairs import see_pairs
from cnnspec.subject.sources.recognition import article_functions, compose, recognise
from cnnspec.subject.sources.suggestions import said

#: So many things that are not judged are named, of each kind.
MOST = 5

#: So many times as long as a call a small one may take: compilers compile on the first.
COMPILING = 3

_Guarded = contextlib.AbstractContextManager[Any]

#: The form of what is called in a way that was found or declared.
FORM = "bindings"


@contextlib.contextmanager
def guarded(seconds: float) -> Iterator[None]:
    """Run a small call quietly; it raises what it ends in, in so many seconds at most."""
    try:
        with quiet(), time_limit(seconds):
            yield
    except OutOfTime:
        raise TookTooLong(f"it did not return within {seconds:g} s") from None
    except (SystemExit, GeneratorExit) as error:
        raise TookTooLong(f"it ends in {type(error).__name__}") from None


@dataclass(frozen=True)
class Sought:
    """Among what bindings are looked for.

    ``code`` is what was named of the module, "" for all of it; ``given`` are the operations by name
    where somebody has named them.
    """

    module: ModuleType
    thing: Any
    code: str
    implementation: Implementation
    wishes: Wishes
    given: Mapping[str, Any] | None = None

    @property
    def names(self) -> dict[str, Any]:
        """The names of the module."""
        return vars(self.module)

    def candidates(self) -> list[Candidate]:
        """Return what may be an operation."""
        if self.given is not None:
            return [Candidate(name, name, thing) for name, thing in self.given.items()]
        if not self.code:
            found = candidates(self.names, self.module.__name__)
            if self.implementation.form not in NETWORKS:
                return [*found]
            # Layers that are recognised are those of the network.
            return [one for one in found if one.operation not in self.implementation.offers]
        named = self.thing
        is_run = is_layer(named) or is_layer_class(named) or is_function_of_torch(named)
        if is_run or inspect.isroutine(named):
            return [*named_one(self.code, named)]
        return []


def find(sought: Sought, seconds: float, call_limit: float) -> Found:
    """Return the bindings of an implementation, found by small calls in a copy of the process."""
    if not is_possible():
        return find_here(sought, call_limit)
    try:
        return run_apart(lambda: find_here(sought, call_limit), seconds)
    except Lost as reason:
        return Found(notes=[f"how its arguments are read was not found: {reason}"])


def find_here(sought: Sought, call_limit: float) -> Found:
    """Return the bindings of an implementation, found by small calls in this process."""
    return _search(sought, lambda: guarded(COMPILING * call_limit))


def _search(sought: Sought, guard: Callable[[], _Guarded]) -> Found:
    offers = sought.implementation.offers
    if _is_not_the_articles(sought, guard):
        return _search_otherwise(sought, guard)
    own = {
        name: tried_as_offered(name, offers[name], guard)
        for name in offers
        if spelling_of(name).names and name not in sought.wishes.calls
        if not is_declared_otherwise(name, sought.wishes)
    }
    open_to = [
        one
        for one in sought.candidates()
        if one.operation not in sought.wishes.calls
        and may_be_better(one, own, sought.implementation.forms)
    ]
    search = Search(sought.names, sought.wishes.orders, guard)
    declared = [
        Binding(name, call, call, is_declared=True) for name, call in sought.wishes.calls.items()
    ]
    kept = [result for name, result in own.items() if result.is_right]
    found = search.among(open_to, declared, kept)
    if not sought.code:
        _look_by_answers(found, search, sought, {one.code for one in open_to}, kept)
    for name, result in own.items():
        forms = sought.implementation.forms
        if name in found.bindings and not is_better(found, name, result, forms, sought.names):
            other = found.bindings.pop(name)
            del found.results[name]
            if other.named.partition("(")[0] != name:  # it is another thing
                found.others.append(other)
    _see_contradictions(found, own, offers)
    sought_for = {one.operation for one in open_to} | {one.operation for one in declared}
    if sought.wishes.orders and not all(_is_right_somewhere(found, one) for one in sought_for):
        undeclared = Search(sought.names, {}, guard).among(open_to, declared, kept)
        found.notes += _declared_wrongly(found, undeclared, sought.wishes)
    _look_for_gradients(found, search, sought, guard)
    if sought.given is None:
        see_pairs(found, offers, sought.names, guard)
    keep_defaults(found, offers, sought.names)
    see_vectors(found, {**own, **found.results})
    see_rows(found, {**own, **found.results}, sought.names, guard)
    see_axes(found, sought.names, guard)
    see_gradients(found)
    found.notes += shapes_of_its_own(found, sought.names, guard)
    for binding in found.bindings.values():
        if not binding.is_declared:
            found.notes += in_words(binding, sought.names)
    return found


def _search_otherwise(sought: Sought, guard: Callable[[], _Guarded]) -> Found:
    """Return what is found if functions with the first article's names are not the article's."""
    implementation = sought.implementation
    again = _without_functions(sought)
    found = _search(replace(sought, implementation=again), guard)
    for name, function in article_functions(implementation.forms):
        came = tried_as_offered(name, implementation.offers[name], guard)
        if not came.answered and function not in found.codes:
            found.unbound[function] = f"every small call of it ends in {came.refusal}"
            found.weak.discard(function)
    return found


def _without_functions(sought: Sought) -> Implementation:
    named = sought.implementation.name
    return recognise(sought.thing, name=named, source=named, is_by_functions=False)


def _see_contradictions(
    found: Found, own: Mapping[str, Tried], offers: Mapping[str, Offer]
) -> None:
    """Note that functions are not judged whose arguments are those of another operation.

    What is unbound may be so by its name for another operation than that of which it has the form.
    """
    for name, result in own.items():
        is_unbound = found.unbound.get(name) == ANOTHERS
        if is_unbound and not result.score.right and contradicts(name, offers[name].function):
            found.absent[name] = found.unbound.pop(name)


def _look_by_answers(
    found: Found, search: Search, sought: Sought, known: Container[str], kept: Sequence[Tried]
) -> None:
    """Find the operations that are not there yet among what has names that say nothing.

    Where others are named, every answer must be right.
    """
    forms = {sought.implementation.form, *sought.implementation.forms.values()}
    if sought.implementation.offers and forms & {*FIXED}:
        return
    there = {*sought.implementation.offers, *sought.wishes.calls, *found.bindings}
    nameless = [
        one
        for one in unnamed(sought.names, sought.module.__name__)
        if one.operation not in there and one.code not in known
    ]
    by_answers = search.among(nameless, kept=[*kept, *found.results.values()])
    for name, result in by_answers.results.items():
        if not there or (result.complete_axes and not result.wrong_axes):
            found.bindings[name], found.results[name] = result.binding, result


def _look_for_gradients(
    found: Found, search: Search, sought: Sought, guard: Callable[[], _Guarded]
) -> None:
    """Find how the gradients of what is offered are had, where another way is not right already."""
    offers, module = sought.implementation.offers, sought.module.__name__
    if sought.given is not None:
        return
    for result in behind(search, found, offers, sought.names, module, guard):
        name = result.binding.operation
        if name in sought.wishes.calls:
            continue
        is_own = name in offers and not is_of_a_cache(name, sought.names)
        own = tried_as_offered(name, offers[name], guard) if is_own else found.results.get(name)
        if own is not None and (own.score >= result.score or is_another_part(own, result)):
            continue
        found.bindings[name], found.results[name] = result.binding, result
        if result.is_right:
            found.others = [*_but_for_derivatives(found.others, result.binding)]
    there = {*offers, *found.bindings}
    for code in unjudged(sought.names, module, there, found.bindings.values()):
        if code not in offers:
            found.unbound.setdefault(code, "no small call of it gives the gradient that is due")
    for name in GRADIENTS.keys() & offers.keys() - found.bindings.keys():
        if why := absent(tried_as_offered(name, offers[name], guard), found):
            found.absent[name] = why


def _but_for_derivatives(others: Sequence[Binding], gradient: Binding) -> Iterator[Binding]:
    """Yield other candidates but for what a right gradient calls: it is no other ReLU."""
    for one in others:
        if f"{one.named.partition('(')[0]}(" not in gradient.call:
            yield one


def _is_right_somewhere(found: Found, operation: str) -> bool:
    return operation in found.results and bool(found.results[operation].right_axes)


def _declared_wrongly(found: Found, undeclared: Found, wishes: Wishes) -> Iterator[str]:
    """Say what is right in other orders of axes than are declared; it is not read in them."""
    for name, one in undeclared.results.items():
        if one.complete_axes and not _is_right_somewhere(found, name):
            for family, order in one.binding.reading.items():
                if (declared := wishes.orders.get(family, order)) != order:
                    yield f"{name} is right with {family} {order}; {declared} is declared"


def _is_not_the_articles(sought: Sought, guard: Callable[[], _Guarded]) -> bool:
    """Return whether a function with a name of the first article answers no call of its form."""
    implementation = sought.implementation
    return any(
        form == BY_FUNCTIONS
        and name not in sought.wishes.calls
        and spelling_of(name).names
        and not tried_as_offered(name, implementation.offers[name], guard).answered
        for name, form in implementation.forms.items()
    )


def apply(sought: Sought, found: Found) -> None:
    """Offer what was found, in the place of what stood there."""
    implementation, bindings = sought.implementation, found.bindings
    if any(
        implementation.forms.get(name) == BY_FUNCTIONS and not binding.is_declared
        for name, binding in bindings.items()
    ):
        again = _without_functions(sought)
        implementation.offers, implementation.form = again.offers, again.form
        implementation.notes = again.notes
    for name, binding in bindings.items():
        made = Bound(binding, sought.names)
        implementation.offers[name] = Offer(
            made, binding.offered, binding=binding, kinds=binding.kinds
        )
    implementation.others = found.others
    if bindings:
        if implementation.form not in FIXED or bindings.keys() - {*GRADIENTS}:
            implementation.form = FORM
        # Tensors are copies.
        implementation.shares_memory = not all(one.tensors for one in bindings.values())
        _compose_anew(implementation)
    if sought.code and bindings:  # a layer by itself is no network that lacks its parts
        implementation.notes.clear()
    _take_notes(implementation, found)
    for name, why in found.absent.items():
        del implementation.offers[name]
        implementation.notes.append(f"{name} is not judged: {why}")
    for name, only in found.only.items():
        implementation.offers[name] = replace(implementation.offers[name], ranks=only.axes)
        implementation.notes.append(f"{name} {only.said}")


def _compose_anew(implementation: Implementation) -> None:
    for name in COMPOSED:
        if implementation.forms.get(name) is None:
            implementation.offers.pop(name, None)
    compose(implementation.offers)


def _take_notes(implementation: Implementation, found: Found) -> None:
    """Say how things are called, and nothing else of what is."""
    codes = found.codes
    for name in codes & implementation.offers.keys():  # it is another operation than its name says
        if implementation.offers[name].binding is None and name not in found.bindings:
            del implementation.offers[name]
    implementation.notes = [
        *(note for note in implementation.notes if not codes & {*note.split()}),
        *all_as_read(found.bindings.values()),
        *found.notes,
    ]


def left_over(found: Found, sought: Sought) -> Iterator[str]:
    """Say what is nearly an operation, and is not judged."""
    yield from unbound(found, sought)
    bound = found.codes
    alike = [] if sought.code else [*resembling(sought.names, sought.module.__name__)]
    alike = [name for name in alike if name not in bound]
    for name in alike[:MOST]:
        yield f"{name} is not judged: its name is not that of an operation"


def unbound(found: Found, sought: Sought) -> Iterator[str]:
    """Say what has the name of an operation and could not be called, and why.

    Where nothing is judged, what may have been one too.
    """
    offers = sought.implementation.offers
    telling = [code for code in found.unbound if code not in found.weak or not offers]
    for code in [one for one in telling if one not in offers][:MOST]:
        yield f"{code} is not judged: {found.unbound[code]}"


def nothing_found(sought: Sought, found: Found) -> Iterator[str]:
    """Say that nothing can be judged, what there is, and what to declare."""
    yield "nothing was found that can be judged"
    yield from left_over(found, sought)
    yield from said(sought.names, sought.module.__name__)
    source = sought.implementation.source
    if source.endswith(".py"):
        yield f"a file that says it, beside this one, is written by: cnnspec init --for {source}"
