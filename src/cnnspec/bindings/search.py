"""Looking for bindings: which of a module's functions and classes are operations, and how.

The images of all operations are read in one order; only what is right throughout keeps another.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from cnnspec.bindings.beside import (
    as_believed,
    is_by_columns,
    is_chained_by_columns,
    is_in,
    needs_columns,
    of_one_beside_each,
)
from cnnspec.bindings.binding import Arguments, Binding, Bound, lacks
from cnnspec.bindings.candidates import Candidate
from cnnspec.bindings.layers import (
    constructor,
    is_layer,
    is_module,
    places,
    runs_of,
)
from cnnspec.bindings.names import constants_of
from cnnspec.bindings.probing import (
    Guard,
    Tried,
    best,
    every_reading,
    is_right_where_answered,
    plain_probes,
    total,
    tried,
)
from cnnspec.bindings.setting import Setting
from cnnspec.bindings.signatures import (
    Argument,
    Unreadable,
    arguments,
    contradicts,
    signature_of,
    ways,
)
from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.tensors import OWN_TENSORS
from cnnspec.bindings.ways import (
    Way,
    as_one_is_meant,
    in_either_order,
    kind_of,
    rank_of,
    sorted_out,
    texts_of,
    with_options,
)
from cnnspec.declaration.writing import COLUMNS, EXAMPLES
from cnnspec.operations.registry import OPERATIONS

#: The share of right elements from which what has the arguments of an operation is it: all of an
#: image but its border, say.
_NEARLY = 1 / 3


#: What is said of a function whose arguments contradict its name.
ANOTHERS = "its arguments are those of another operation"


@dataclass(frozen=True)
class Only:
    """The numbers of axes for which something is written, and what is said of it."""

    axes: frozenset[int]
    said: str


@dataclass
class Found:
    """What was found: bindings by operation, what is to be said, and what could not be bound.

    ``only`` are the operations that misread data of other numbers of axes, which do not count, and
    ``absent`` are gradients that a function does not return that could, with why.
    """

    bindings: dict[str, Binding] = field(default_factory=dict)
    results: dict[str, Tried] = field(default_factory=dict)
    others: list[Binding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unbound: dict[str, str] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    only: dict[str, Only] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """What is called."""
        return {one.named.partition("(")[0] for one in self.bindings.values()}


class Search:
    """Looks for bindings among the names of a module.

    ``declared`` are the orders of axes that are declared, by the name of their family.
    """

    def __init__(self, names: dict[str, Any], declared: Mapping[str, str], guard: Guard) -> None:
        self._names = names
        self._declared = declared
        self._guard = guard
        self._setting = Setting(names, declared, guard)

    def among(
        self,
        every: Sequence[Candidate],
        declared: Sequence[Binding] = (),
        kept: Sequence[Tried] = (),
    ) -> Found:
        """Return the bindings of some candidates, and of declared calls.

        What is ``kept`` in the operations' own form has a say in the order of axes.
        """
        found = Found()
        known = self._known(every, found)
        calls = [self._every_reading(one) for one in declared]
        read_so_far = [tried for ways in known.values() for _, tried in ways]
        shared = self._shared([*read_so_far, *calls, *([one] for one in kept)])
        believed = partial(
            as_believed,
            is_by_columns=self._is_by_columns([*read_so_far, *calls]),
            is_needed=needs_columns([*read_so_far, *calls]),
        )
        calls = [believed(of_call) for of_call in calls]
        taken = of_one_beside_each(known)
        known = {one: [(way, believed(read)) for way, read in ways] for one, ways in taken.items()}
        for of_call in calls:
            fitting = [one for one in of_call if _fits(one, shared) or one.complete_axes]
            result = max(fitting or of_call, key=rank_of)
            found.bindings[result.binding.operation] = result.binding
            found.results[result.binding.operation] = result
        by_operation: dict[str, list[Tried]] = defaultdict(list)
        for one, read in known.items():
            chosen = self._chosen(read, shared)
            if chosen is None:
                found.unbound.setdefault(one.code, "it has no way to be called")
                continue
            way, result = chosen
            if why := self._why_not(one, way, result):
                found.unbound.setdefault(one.code, why)
                found.weak |= set() if one.is_telling else {one.code}
                continue
            binding = with_options(way, result.binding, self._names, self._guard)
            binding = self._in_its_shapes(binding)
            by_operation[one.operation].append(replace(result, binding=binding))
        for operation, several in sorted_out(by_operation).items():
            first, *others = sorted(several, key=rank_of, reverse=True)
            found.bindings[operation], found.results[operation] = first.binding, first
            found.others += [other.binding for other in others]
        for code in found.codes:
            found.unbound.pop(code, None)
        return found

    def _known(
        self, every: Sequence[Candidate], found: Found
    ) -> dict[Candidate, list[tuple[Way, list[Tried]]]]:
        """Return the ways of calling and reading each candidate that has one."""
        known = {}
        slow: set[str] = set()
        for one in every:
            if one.owner in slow:
                found.unbound[one.code] = "an object of its class is not made in time"
                continue
            try:
                known[one] = self._up_to_a_right_one(one)
                if one.owner and any(read.is_slow for _, reads in known[one] for read in reads):
                    slow.add(one.owner)
            except Unreadable as reason:
                found.unbound[one.code] = str(reason)
                found.weak |= set() if one.is_telling else {one.code}
        return known

    def _up_to_a_right_one(self, one: Candidate) -> list[tuple[Way, list[Tried]]]:
        """Return the ways of calling and reading: none is better than one that is right."""
        found = []
        for way in self._ways(one):
            found.append((way, self._read(way)))
            if any(read.is_right and not self._misfits(read.binding) for read in found[-1][1]):
                return found
        usual = [(way.instead(), reads) for way, reads in found]
        if not any(read.answered for other, reads in usual if other for read in reads):
            found += [(other, self._read(other)) for other, _ in usual if other]
        if not any(read.answered for _, reads in found for read in reads):
            paired = [way.in_pairs() for way, _ in found]
            found += [(way, self._read(way)) for way in paired if way]
        return found

    # --- ways of calling -------------------------------------------------------------------

    def _ways(self, one: Candidate) -> Iterator[Way]:
        """Yield the ways of calling a candidate, the commonest first."""
        if one.is_class or is_layer(one.thing):
            yield from self._ways_of_layer(one)
            return
        operation = one.operation
        signature = signature_of(one.thing)
        spelling = spelling_of(operation)
        if contradicts(operation, one.thing):
            raise Unreadable(ANOTHERS)
        required = OPERATIONS[operation].required
        roles = spelling.roles
        if signature is None:
            given = [Argument(name, (name,), False, False) for name in required]
        else:
            texts = constants_of(one.thing)
            given = arguments(operation, signature, roles, required, texts)
        data = OPERATIONS[operation].data
        first = Way(one, tuple(given), next(ways(given), {}))
        lacking = lacks(first.binding())
        if lacking and one.owner:
            raise Unreadable(f"no place was found for its {lacking}")
        if lacking != data:
            for several in in_either_order(operation, given, roles):
                yield from (Way(one, tuple(several), chosen) for chosen in ways(several))
            return
        # Perhaps it returns what has to be called.
        maker = replace(one, is_factory=True)
        runs = (Argument(data, (data,), is_option=False, by_keyword=False),)
        for chosen in ways([*given, *runs]):
            yield Way(maker, tuple(given), chosen, runs, "__call__")

    def _ways_of_layer(self, one: Candidate) -> Iterator[Way]:
        operation, kind = one.operation, kind_of(one.thing)
        runs = runs_of(operation, kind)
        is_made = one.is_class or one.is_configured
        given = constructor(operation, kind, runs) if is_made else []
        for chosen in ways([*given, *runs.given]):
            way = Way(one, tuple(given), chosen, runs.given, runs.method)
            yield self._setting.of(way, kind)

    # --- orders of axes --------------------------------------------------------------------

    def _read(self, way: Way) -> list[Tried]:
        """Return the ways of reading one way of calling."""
        found = self._every_reading(way.binding())
        if way.options and not any(one.score.right for one in found):
            found += self._every_reading(replace(way, passes_options=False).binding())
        return found

    def _every_reading(self, binding: Binding) -> list[Tried]:
        found = every_reading(binding, self._names, self._declared, self._guard)
        if not any(one.answered for one in found) and not binding.tensors:
            for package in self._packages():
                again = replace(binding, tensors=package)
                found += every_reading(again, self._names, self._declared, self._guard)
        return found

    def _read_once(self, binding: Binding) -> Tried:
        return best(tried(binding, self._names, plain_probes(binding.operation), self._guard))

    def _is_by_columns(self, every: Sequence[Sequence[Tried]]) -> bool:
        """Return whether something tells that examples are columns, where it would matter."""
        if is_by_columns(every, self._declared, self._read_once):
            return True
        matters = any(one.is_right and is_in(COLUMNS, one) for read in every for one in read)
        is_open = matters and EXAMPLES.name not in self._declared
        return is_open and is_chained_by_columns(self._names, self._guard)

    def _packages(self) -> list[str]:
        """Return the packages with tensors of their own that the code imports, or its class."""
        imported = {
            str(getattr(thing, "__name__", "")).partition(".")[0] for thing in self._names.values()
        }
        packages = [name for name in ("torch", "jax") if name in imported]
        own = [name for name in OWN_TENSORS if isinstance(self._names.get(name), type)]
        return [*packages, *(name for name in own if not is_module(self._names[name]))]

    def _shared(self, every: Sequence[Sequence[Tried]]) -> dict[str, str]:
        """Return the orders that hold for the whole implementation."""
        families = {
            one.name: one
            for name in OPERATIONS
            for one in spelling_of(name).families
            if one.is_shared
        }
        chosen = {}
        for name, family in families.items():
            if name in self._declared:
                chosen[name] = self._declared[name]
                continue
            sums = {
                choice.name: total(
                    best(fitting).score
                    for found in every
                    if (fitting := [t for t in found if t.binding.reading.get(name) == choice.name])
                )
                for choice in family.choices
            }
            chosen[name] = max(sums, key=lambda choice: sums[choice])
        return chosen

    def _chosen(
        self, read: Sequence[tuple[Way, list[Tried]]], shared: Mapping[str, str]
    ) -> tuple[Way, Tried] | None:
        """Return the best way of calling and reading a candidate, in the shared orders."""
        pairs = [(way, one) for way, found in read for one in found]
        fitting = [pair for pair in pairs if _fits(pair[1], shared) or pair[1].complete_axes]
        if not fitting:
            return None
        if not any(one.answered for _, one in fitting):
            return max(pairs, key=self._tells)
        fitting = as_one_is_meant(fitting)
        best_rank = max(rank_of(one) for _, one in fitting)
        equal = [pair for pair in fitting if rank_of(pair[1]) == best_rank]
        if len(equal) == 1:
            return equal[0]
        return next((pair for pair in equal if not self._misfits(pair[1].binding)), equal[0])

    def _tells(self, pair: tuple[Way, Tried]) -> tuple[Any, ...]:
        """Return what puts the call first whose exception tells most, where there are no others."""
        binding, told = pair[1].binding, pair[1].told
        return (not lacks(binding), told, not self._misfits(binding))

    def _misfits(self, binding: Binding) -> bool:
        """Return whether a layer makes parameters of other shapes than it is given.

        What its sizes mean is then something else, even if its answers are right.
        """
        if not binding.made:
            return False
        bound = Bound(binding, self._names)
        for given in plain_probes(binding.operation)[:1]:
            with suppress(Exception), self._guard():
                theirs = bound.theirs(given)
                return any(
                    value in theirs and np.ndim(held) > 1 and np.shape(theirs[value]) != held.shape
                    for value, _, held in places(binding.operation, bound.made_for(given))
                )
        return False

    def _in_its_shapes(self, binding: Binding) -> Binding:
        """Return a binding that gives a layer no parameters of other shapes than it makes.

        If with these it is right, and with others not: its size is none of its arguments.
        """
        fitting: list[Arguments] = []
        others: list[Arguments] = []
        held: set[str] = set()
        for given in plain_probes(binding.operation) if binding.made else ():
            bound = Bound(binding, self._names)
            with suppress(Exception), self._guard():
                theirs = bound.theirs(given)
                made = [*places(binding.operation, bound.made_for(given))]
                made = [one for one in made if one[0] in theirs and np.ndim(theirs[one[0]]) > 1]
                fits = all(np.shape(theirs[value]) == np.shape(one) for value, _, one in made)
                held |= {f"{value}: {code}" for value, code, _ in made}
                (fitting if fits else others).append(given)
        if not fitting or not others or not held:
            return binding
        of = (best(tried(binding, self._names, calls, self._guard)) for calls in (fitting, others))
        own, other = of
        is_held = own.is_right and not other.is_right
        is_held = is_held or (is_right_where_answered(own) and not other.score.right)
        return replace(binding, held=tuple(sorted(held))) if is_held else binding

    def _why_not(self, one: Candidate, way: Way, result: Tried) -> str:
        """Return why a candidate is not bound, "" if it is."""
        if lacking := lacks(result.binding):
            return f"no place was found for its {lacking}"
        if not result.answered:
            return f"every small call of it ends in {result.refusal}"
        if way.does_more and not result.complete_axes:
            return "it does something after it"
        texts = {ast.literal_eval(code) for code in texts_of(result.binding)}
        says_so = one.is_own or one.is_telling or bool(texts)
        is_telling = says_so and texts <= constants_of(one.thing)
        is_proportional = one.is_named and result.score.scaled >= result.calls > 1
        is_told = one.is_by_arguments and len(OPERATIONS[one.operation].required) > 1
        is_nearly = is_told and result.score.share >= _NEARLY * result.answered
        if result.complete_axes or is_proportional or is_nearly:
            return ""
        if is_telling and result.score.like:
            return ""
        return "no small call of it has a result of the shape that is due"


def _fits(one: Tried, shared: Mapping[str, str]) -> bool:
    return all(one.binding.reading.get(name, chosen) == chosen for name, chosen in shared.items())
