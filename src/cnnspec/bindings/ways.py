"""Ways of calling a candidate, each of which is a binding as soon as it is known how it reads.

Which options it passes, and what it passes for them, small calls tell.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from typing import Any

from cnnspec.bindings.binding import LAYER, Binding
from cnnspec.bindings.candidates import Candidate
from cnnspec.bindings.layers import is_module, is_of_keras_itself
from cnnspec.bindings.names import literals
from cnnspec.bindings.probing import Guard, Score, Tried, best, plain_probes, probes_with, tried
from cnnspec.bindings.signatures import Argument, does_more, is_like, written
from cnnspec.bindings.spellings import parameter_of, spelling_of
from cnnspec.declaration.writing import Role
from cnnspec.operations.registry import OPERATIONS

#: An option for each axis.
_PAIR = (1, 1)


@dataclass(frozen=True)
class Way:
    """One way of calling a candidate, without its options, and the options that it has.

    Attributes
    ----------
    candidate : Candidate
    given, runs : tuple of Argument
        Those of a function or a constructor, and those of the method that runs a layer.
    chosen : mapping
        The values of the arguments that are needed.
    method : str
        The method that runs a layer, "" for a function.
    statements : tuple of str
        What gives a layer its parameters.
    left : str
        The attribute in which it leaves its result, "" if it returns it.
    mode : str
        Of a module that is trained or not.
    passes_options : bool
        Whether options are passed if nothing is said of them.
    """

    candidate: Candidate
    given: tuple[Argument, ...]
    chosen: Mapping[str, str]
    runs: tuple[Argument, ...] = ()
    method: str = ""
    statements: tuple[str, ...] = ()
    left: str = ""
    mode: str = ""
    passes_options: bool = True

    def binding(self, options: Mapping[str, str | None] | None = None) -> Binding:
        """Return the binding that passes options, each by default with its likeliest value."""
        passed = [one for one in self.options if self.passes_options and not one.is_guessed]
        likeliest = {one.name: one.values[0] for one in passed}
        every = {**self.chosen, **likeliest, **(options or {})}
        candidate, chosen = self.candidate, {n: code for n, code in every.items() if code}
        given = written(self.given, chosen)
        if candidate.owner:
            call = f"{LAYER}.{candidate.code.rpartition('.')[2]}({given})"
            return Binding(candidate.operation, candidate.named, call, f"{candidate.owner}()")
        if candidate.context:
            call = f"{candidate.code}({', '.join(filter(None, (LAYER, given)))})"
            named, context = candidate.named, candidate.context
            return Binding(candidate.operation, named, call, context, is_fresh=True)
        if not self.method:
            return Binding(candidate.operation, candidate.named, f"{candidate.code}({given})")
        made = f"{candidate.code}({given})" if candidate.is_class else candidate.code
        if candidate.is_configured:
            changed = "".join(f", {n!r}: {v}" for n, v in chosen.items() if n in self._sizes)
            made = f"{made}.from_config({{**{made}.get_config(){changed}}})"
        run = written(self.runs, chosen)
        call = f"{LAYER}({run})" if self.method == "__call__" else f"{LAYER}.{self.method}({run})"
        if self.left:
            call = f"({call}, {LAYER}.{self.left})[-1]"
        tensors = "torch" if is_module(kind_of(candidate.thing)) else ""
        return Binding(
            candidate.operation,
            candidate.named,
            call,
            made,
            self.statements,
            tensors=tensors,
            mode=self.mode,
            is_fresh=is_of_keras_itself(kind_of(candidate.thing)),
        )

    def instead(self) -> "Way | None":
        """Return the way that hands over other values, ``None`` if there are none of them."""
        others = spelling_of(self.candidate.operation).instead
        if not {*others} <= {*self.binding().values}:
            return None

        def changed(code: str) -> str:
            return re.sub(r"(?<!\.)\b\w+\b", lambda name: others.get(name[0], name[0]), code)

        return replace(
            self,
            chosen={name: changed(code) for name, code in self.chosen.items()},
            statements=tuple(map(changed, self.statements)),
        )

    def in_pairs(self) -> "Way | None":
        """Return the way that hands over options for each axis, ``None`` if there are none.

        Some code has a number for its default that it could not take itself.
        """
        given, runs = (tuple(map(self._in_pairs, those)) for those in (self.given, self.runs))
        is_another = (given, runs) != (self.given, self.runs)
        return replace(self, given=given, runs=runs) if is_another else None

    def _in_pairs(self, one: Argument) -> Argument:
        operation = self.candidate.operation
        meant = [role for role in spelling_of(operation).roles if role.means(one.name)]
        every = (value for role in meant for value in role.values)
        pairs = tuple(value for value in every if is_like(operation, value, _PAIR))
        return replace(one, values=pairs) if one.is_option and pairs else one

    @property
    def _sizes(self) -> set[str]:
        """The arguments of the constructor."""
        return {one.name for one in self.given}

    @property
    def does_more(self) -> bool:
        """Whether it must be told what to do with its result, and was told nothing."""
        return any(one.is_needed and does_more(one) for one in (*self.given, *self.runs))

    @property
    def options(self) -> list[Argument]:
        """The arguments that may be left out, each with the values that it may want."""
        return [one for one in (*self.given, *self.runs) if not one.is_needed]


def is_of_one_by_name(way: Way, each: Container[str]) -> bool:
    """Return whether an argument is one of several, and has a name that says so: a singular.

    That of the data says nothing: an image may have many channels.
    """
    operation = way.candidate.operation
    return any(
        value in each and name[1:] and name[-1] != "s"
        for name, value in way.chosen.items()
        if parameter_of(operation, value) != OPERATIONS[operation].data
    )


def kind_of(thing: Any) -> type:
    """Return the class of an object, or a class itself."""
    return thing if isinstance(thing, type) else type(thing)


# --- options -------------------------------------------------------------------------------------

Options = Mapping[str, str | None]
Calls = Sequence[Mapping[str, Any]]

#: So many meanings of options whose names say nothing are tried.
_MOST_GUESSES = 48


def with_options(way: Way, binding: Binding, names: dict[str, Any], guard: Guard) -> Binding:
    """Return a binding that passes the options, each with the value that fits best."""
    chosen = _Options(way, binding, names, guard)
    for option in way.options:
        if not option.is_guessed:
            chosen.choose(option)
    guessed = [one for one in way.options if one.is_guessed]
    for several in (*combinations(guessed, 1), *combinations(guessed, 2)):
        chosen.guess(several)
    return chosen.made({})


class _Options:
    """The options of one way of calling, as far as they are chosen."""

    def __init__(self, way: Way, binding: Binding, names: dict[str, Any], guard: Guard) -> None:
        self._way = way
        self._read = binding
        self._names = names
        self._guard = guard
        self._chosen: dict[str, str | None] = {}
        self._plain = plain_probes(binding.operation)

    def made(self, more: Options) -> Binding:
        """Return the binding with the options that are chosen, and with more."""
        read = self._read
        return replace(
            self._way.binding({**self._chosen, **more}),
            reading=read.reading,
            taken=read.taken,
            tensors=read.tensors,
        )

    def _came(self, more: Options, calls: Calls) -> Tried:
        return best(tried(self.made(more), self._names, calls, self._guard))

    def choose(self, option: Argument) -> None:
        """Choose the value of an option that is known by its name."""
        least = self._came({option.name: None}, self._plain).score.right
        scores: dict[str | None, Score] = {}
        for value in option.values:
            more = {option.name: value}
            if self._came(more, self._plain).score.right < least:
                continue
            added = self.made(more).offered - self.made({option.name: None}).offered
            calls = [one for name in added for one in probes_with(self._read.operation, name)]
            scores[value] = self._came(more, calls).score if calls else Score()
        fits_best = max(scores, key=lambda one: scores[one]) if scores else None
        self._chosen[option.name] = fits_best

    def guess(self, several: Sequence[Argument]) -> None:
        """Choose what options mean whose names say nothing, if all that is answered is right."""
        if any(one.name in self._chosen for one in several):
            return
        found = [more for more in self._meanings(several) if self._is_meant(more)]
        if found:
            meant: Options = max(found, key=self._offered)
            self._chosen.update(meant)

    def _offered(self, more: Options) -> int:
        return len(self.made(more).offered)

    def _meanings(self, several: Sequence[Argument]) -> Iterator[Options]:
        for values in islice(product(*(one.values for one in several)), _MOST_GUESSES):
            yield {one.name: value for one, value in zip(several, values, strict=True)}

    def _is_meant(self, more: Options) -> bool:
        operation, offered = self._read.operation, self.made(more).offered
        known = {*OPERATIONS[operation].required, *offered}
        calls = [call for call in spelling_of(operation).probes() if not call.keys() - known]
        with_each = [[c for c in calls if name in c] for name in offered - self.made({}).offered]
        right = self._came({}, self._plain).score.right
        return (
            bool(with_each)
            and self._came(more, self._plain).score.right == right
            and not self._came(more, calls).wrong_axes
            and all(self._came(more, some).score.right for some in with_each)
        )


# --- two arguments whose names do not say which is which ------------------------------------------


def in_either_order(
    operation: str, given: Sequence[Argument], roles: Sequence[Role]
) -> Iterator[Sequence[Argument]]:
    """Yield arguments as they are read, and exchanged if they are two that may be either.

    An order that a name says is kept: what is right the other way round is a mistake there.
    """
    yield given
    required = OPERATIONS[operation].required
    needed = [one for one in given if not one.is_option]
    means = [parameter_of(operation, one.values[0]) for one in needed]
    if len(required) == len(means) == 2 and {*means} == {*required}:
        one, other = needed
        says = [_is_said(operation, argument.name, roles) for argument in needed]
        if not any(says):
            meant = {one.name: other.values, other.name: one.values}
            yield [replace(a, values=meant.get(a.name, a.values)) for a in given]


def _is_said(operation: str, name: str, roles: Sequence[Role]) -> bool:
    """Return whether a name says what it means; a letter that is one of the data says nothing."""
    data = OPERATIONS[operation].data
    meant = {parameter_of(operation, r.values[0]) for r in roles if r.means(name)}
    return bool(meant) and not (len(name) == 1 and meant == {data})


# --- several that answer -------------------------------------------------------------------------


def sorted_out(found: Mapping[str, list[Tried]]) -> dict[str, list[Tried]]:
    """Return what was found, without what answers better as another operation.

    What says by a text which operation is meant is several.
    """
    best_of: dict[tuple[str, ...], Tried] = {}
    every = [one for several in found.values() for one in several]
    for one in every:
        key = (one.binding.named, *texts_of(one.binding))
        if key not in best_of or one.score > best_of[key].score:
            best_of[key] = one
    kept = [*best_of.values()]
    left = {name: [one for one in several if one in kept] for name, several in found.items()}
    return {name: several for name, several in left.items() if several}


def texts_of(binding: Binding) -> list[str]:
    """Return the texts that are passed, as code, by which something may say what it is."""
    made = literals(binding.made) if binding.made else []
    return [*made, *literals(binding.call)]


def as_one_is_meant(fitting: list[tuple[Way, Tried]]) -> list[tuple[Way, Tried]]:
    """Return the ways of calling for each where an argument's name says that it is one of several.

    Code that broadcasts may take all of them at once, too, in another order than is the
    operation's own: nobody has meant that.
    """
    way, whole = max(fitting, key=lambda pair: rank_of(pair[1]))
    each = {*spelling_of(whole.binding.operation).each}
    ones = [pair for pair in fitting if is_of_one_by_name(pair[0], each)]
    if whole.is_own or is_of_one_by_name(way, each) or not ones:
        return fitting
    return ones if max(one.score for _, one in ones)[:3] >= whole.score[:3] else fitting


def rank_of(one: Tried) -> tuple[Any, ...]:
    """Return what puts the best first: what is called as a whole before what is called for each."""
    each = spelling_of(one.binding.operation).each
    is_whole = not {*one.binding.values} & {*each}
    return (one.score.right > 0, is_whole and one.answered > 0, *one.score)
