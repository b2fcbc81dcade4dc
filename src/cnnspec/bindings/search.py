"""Looking for bindings: which of a module's functions and classes are operations, and how.

The images of all operations are read in one order; only what is right throughout keeps another.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from cnnspec.bindings.binding import FIRST, LAYER, Binding, Bound, spelling_of
from cnnspec.bindings.candidates import Candidate
from cnnspec.bindings.layers import (
    constructor,
    is_layer,
    is_module,
    is_of_keras,
    left_in,
    mode_of,
    places,
    runs_of,
    settings,
    statement,
)
from cnnspec.bindings.probing import (
    Guard,
    Score,
    Tried,
    best,
    every_reading,
    plain_probes,
    probes_with,
    readings,
    total,
    tried,
)
from cnnspec.bindings.signatures import (
    Argument,
    Unreadable,
    arguments,
    constants_of,
    literals,
    signature_of,
    ways,
    written,
)
from cnnspec.operations.registry import OPERATIONS


@dataclass(frozen=True)
class Way:
    """One way of calling a candidate, without its options, and the options that it has.

    ``with_options`` returns the binding that passes some of them.
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
        likeliest = {one.name: one.values[0] for one in self.options if self.passes_options}
        every = {**self.chosen, **likeliest, **(options or {})}
        candidate, chosen = self.candidate, {n: code for n, code in every.items() if code}
        passed = written(self.given, chosen)
        if not self.method:
            return Binding(candidate.operation, candidate.named, f"{candidate.code}({passed})")
        made = f"{candidate.code}({passed})" if candidate.is_class else candidate.code
        run = written(self.runs, chosen)
        call = f"{LAYER}({run})" if self.method == "__call__" else f"{LAYER}.{self.method}({run})"
        if self.left:
            call = f"({call}, {LAYER}.{self.left})[-1]"
        tensors = "torch" if is_module(_kind(candidate.thing)) else ""
        return Binding(
            candidate.operation,
            candidate.named,
            call,
            made,
            self.statements,
            tensors=tensors,
            mode=self.mode,
        )

    @property
    def options(self) -> list[Argument]:
        """The arguments that may be left out, each with the values that it may want."""
        return [one for one in (*self.given, *self.runs) if not one.is_needed]


def _kind(thing: Any) -> type:
    return thing if isinstance(thing, type) else type(thing)


@dataclass
class Found:
    """What was found: bindings by operation, what is to be said, and what could not be bound."""

    bindings: dict[str, Binding] = field(default_factory=dict)
    results: dict[str, Tried] = field(default_factory=dict)
    others: list[Binding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unbound: dict[str, str] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    of_vectors: list[str] = field(default_factory=list)


class Search:
    """Looks for bindings among the names of a module.

    ``declared`` are the orders of axes that are declared, by the name of their family.
    """

    def __init__(self, names: dict[str, Any], declared: Mapping[str, str], guard: Guard) -> None:
        self._names = names
        self._declared = declared
        self._guard = guard

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
        known: _Known = {}
        for one in every:
            try:
                known[one] = [(way, self._read(way)) for way in self._ways(one)]
            except Unreadable as reason:
                found.unbound[one.code] = str(reason)
                found.weak |= set() if one.is_telling and not _is_weak(one) else {one.code}
        calls = [self._every_reading(one) for one in declared]
        self._leave_out_lonely(known, calls)
        read_so_far = [tried for ways in known.values() for _, tried in ways]
        shared = self._shared([*read_so_far, *calls, *([one] for one in kept)])
        for of_call in calls:
            fitting = [one for one in of_call if _fits(one, shared) or one.complete_axes]
            result = max(fitting or of_call, key=_rank)
            found.bindings[result.binding.operation] = result.binding
            found.results[result.binding.operation] = result
        by_operation: dict[str, list[Tried]] = defaultdict(list)
        for one, read in known.items():
            chosen = self._chosen(read, shared)
            if chosen is None:
                found.unbound.setdefault(one.code, "it has no way to be called")
                continue
            way, result = chosen
            if why := self._why_not(one, result):
                found.unbound.setdefault(one.code, why)
                found.weak |= set() if one.is_telling and not _is_weak(one) else {one.code}
                continue
            binding = self._with_options(way, result.binding)
            by_operation[one.operation].append(replace(result, binding=binding))
        for operation, several in _sorted_out(by_operation).items():
            first, *others = sorted(several, key=_rank, reverse=True)
            found.bindings[operation], found.results[operation] = first.binding, first
            found.others += [other.binding for other in others]
        for code in [binding.named.partition("(")[0] for binding in found.bindings.values()]:
            found.unbound.pop(code, None)
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
        if any(map(spelling.is_another, signature.parameters if signature else ())):
            raise Unreadable("its arguments are those of another operation")
        required = OPERATIONS[operation].required
        if signature is None:
            given = [Argument(name, (name,), False, False) for name in required]
        else:
            roles, texts = spelling.roles, constants_of(one.thing)
            given = arguments(operation, signature, roles, required, texts)
        for chosen in ways(given):
            yield Way(one, tuple(given), chosen)

    def _ways_of_layer(self, one: Candidate) -> Iterator[Way]:
        operation, kind = one.operation, _kind(one.thing)
        runs = runs_of(operation, kind)
        given = constructor(operation, kind, runs) if one.is_class else []
        for chosen in ways([*given, *runs.given]):
            way = Way(one, tuple(given), chosen, runs.given, runs.method)
            yield self._with_parameters(way, kind)

    def _with_parameters(self, way: Way, kind: type) -> Way:
        """Return a way with the statements that give the layer its parameters."""
        operation = way.candidate.operation
        values = {*way.chosen.values(), *(v for one in way.options for v in one.values)}
        passed = {way.binding().parameter_of(value) for value in values}
        if is_of_keras(kind) and not is_module(kind):
            data = OPERATIONS[operation].data
            held = [role.values[0] for role in spelling_of(operation).held]
            built = f'getattr({LAYER}, "built", False) or {LAYER}.build({data}.shape)'
            listed = f"{LAYER}.set_weights([{', '.join(held)}])"
            return replace(way, statements=(built, *([listed] if held else [])))
        for reading, given in product(readings(operation, self._declared), plain_probes(operation)):
            bound = Bound(replace(way.binding(), reading=reading), self._names)
            with suppress(Exception), self._guard():
                layer = bound.made_for(given)
                before = {code: held for _, code, held in places(operation, layer)}
                returned = bound.run(bound.theirs(given))
                break
        else:
            return way if bound.latest_layer is None else self._as_made(way, kind, bound, passed)
        found = [*settings(operation, layer)] if not way.candidate.is_class else []
        for value, code, held in places(operation, layer):
            if value in passed:
                continue
            if held is not None and before.get(code) is None:
                first = way.binding().call
                found.append(f"{_is_missing(code)} and {first}")
            found.append(statement(operation, value, code, held, kind))
        left = left_in(layer) if returned is None else ""
        mode = mode_of(layer) if is_module(kind) else ""
        return replace(way, statements=tuple(found), left=left, mode=mode)

    def _as_made(self, way: Way, kind: type, bound: Bound, passed: set[str]) -> Way:
        """Return a way whose calls all crash, with the parameters that its layer is made with."""
        layer, operation = bound.latest_layer, way.candidate.operation
        found = [*settings(operation, layer)] if not way.candidate.is_class else []
        found += [
            statement(operation, value, code, held, kind)
            for value, code, held in places(operation, layer)
            if value not in passed
        ]
        return replace(way, statements=tuple(found))

    # --- orders of axes --------------------------------------------------------------------

    def _read(self, way: Way) -> list[Tried]:
        """Return the ways of reading one way of calling."""
        found = self._every_reading(way.binding())
        if way.options and not any(one.answered for one in found):
            found = self._every_reading(replace(way, passes_options=False).binding())
        return found

    def _every_reading(self, binding: Binding) -> list[Tried]:
        found = every_reading(binding, self._names, self._declared, self._guard)
        if not any(one.answered for one in found) and not binding.tensors:
            for package in self._packages():
                again = replace(binding, tensors=package)
                found += every_reading(again, self._names, self._declared, self._guard)
        return found

    def _packages(self) -> list[str]:
        """Return the packages with tensors of their own that the code imports."""
        imported = {
            str(getattr(thing, "__name__", "")).partition(".")[0] for thing in self._names.values()
        }
        return [name for name in ("torch", "jax") if name in imported]

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

    def _leave_out_lonely(self, known: "_Known", calls: list[list[Tried]]) -> None:
        """Take away the orders that need company and have none."""
        every = [found for ways in known.values() for _, found in ways] + calls
        for found in every:
            alone = {order for one in found if (order := self._alone(one))}
            lonely = {one for one in alone if not self._has_company(every, *one)}
            found[:] = [one for one in found if self._alone(one) not in lonely]

    def _alone(self, one: Tried) -> tuple[str, str] | None:
        """Return the family and the order of what needs company, ``None`` if it does not."""
        spelling = spelling_of(one.binding.operation)
        for family in spelling.families if spelling.is_of_vectors else ():
            order = one.binding.reading[family.name]
            if family[order].needs_company and family.name not in self._declared:
                return family.name, order
        return None

    def _has_company(self, every: Sequence[Sequence[Tried]], family: str, order: str) -> bool:
        """Return whether something else is right in an order, and in no other but its own."""
        others = [best(found).binding for found in every if found]
        return any(
            self._orders_of(binding, family) == {order}
            for binding in others
            if not spelling_of(binding.operation).is_of_vectors
        )

    def _orders_of(self, binding: Binding, family: str) -> set[str]:
        """Return the orders of a family, but its own, in which all calls of some axes are right."""
        calls = plain_probes(binding.operation)
        return {
            choice.name
            for orders in spelling_of(binding.operation).families
            if orders.name == family
            for choice in orders.choices
            if choice is not orders.own
            for read in [replace(binding, reading={**binding.reading, family: choice.name})]
            if any(one.complete_axes for one in tried(read, self._names, calls, self._guard))
        }

    def _chosen(
        self, read: Sequence[tuple[Way, list[Tried]]], shared: Mapping[str, str]
    ) -> tuple[Way, Tried] | None:
        """Return the best way of calling and reading a candidate, in the shared orders."""
        pairs = [(way, one) for way, found in read for one in found]
        fitting = [pair for pair in pairs if _fits(pair[1], shared) or pair[1].complete_axes]
        if not fitting:
            return None
        return max(fitting, key=lambda pair: _rank(pair[1]))

    def _why_not(self, one: Candidate, result: Tried) -> str:
        """Return why a candidate is not bound, "" if it is."""
        if not result.answered:
            return f"every small call of it ends in {result.refusal}"
        is_telling = one.is_own or (one.is_telling and not _is_weak(one))
        texts = {ast.literal_eval(code) for code in _texts(result.binding)}
        is_telling = is_telling and texts <= constants_of(one.thing)
        if result.complete_axes or (is_telling and result.score.like):
            return ""
        return "no small call of it has a result of the shape that is due"

    # --- options ---------------------------------------------------------------------------

    def _with_options(self, way: Way, binding: Binding) -> Binding:
        """Return a binding that passes the options, each with the value that fits best."""
        options: dict[str, str | None] = {}

        def made(more: Mapping[str, str | None]) -> Binding:
            return replace(
                way.binding({**options, **more}),
                reading=binding.reading,
                taken=binding.taken,
                tensors=binding.tensors,
            )

        def score(more: Mapping[str, str | None], calls: Sequence[Mapping[str, Any]]) -> Score:
            return best(tried(made(more), self._names, calls, self._guard)).score

        plain = plain_probes(binding.operation)
        for option in way.options:
            least = score({option.name: None}, plain).right
            scores: dict[str | None, Score] = {}
            for value in option.values:
                more = {option.name: value}
                if score(more, plain).right < least:
                    continue
                added = made(more).offered - made({option.name: None}).offered
                calls = [call for name in added for call in probes_with(binding.operation, name)]
                scores[value] = score(more, calls) if calls else Score()
            options[option.name] = max(scores, key=lambda one: scores[one]) if scores else None
        return made({})


#: What was tried of each candidate: its ways of being called, and how each may be read.
_Known = dict[Candidate, list[tuple[Way, list[Tried]]]]


def _sorted_out(found: Mapping[str, list[Tried]]) -> dict[str, list[Tried]]:
    """Return what was found, without what answers better as another operation.

    What says by a text which operation is meant is several.
    """
    best_of: dict[tuple[str, ...], Tried] = {}
    every = [one for several in found.values() for one in several]
    for one in every:
        key = (one.binding.named, *_texts(one.binding))
        if key not in best_of or one.score > best_of[key].score:
            best_of[key] = one
    kept = [*best_of.values()]
    sorted_out = {name: [one for one in several if one in kept] for name, several in found.items()}
    return {name: several for name, several in sorted_out.items() if several}


def _texts(binding: Binding) -> list[str]:
    """Return the texts that are passed, as code, by which something may say what it is."""
    made = literals(binding.made) if binding.made else []
    return [*made, *literals(binding.call)]


def _rank(one: Tried) -> tuple[Any, ...]:
    """Return what puts the best first: what is called as a whole before what is called for each."""
    each = spelling_of(one.binding.operation).each
    is_whole = not {*one.binding.values} & {*each}
    return (is_whole and one.score.right > 0, *one.score)


def _is_missing(code: str) -> str:
    """Return the code that asks whether an attribute is not there yet."""
    if code.endswith("]"):
        owner, _, key = code[:-1].rpartition("[")
        return f"{owner}.get({key}) is None"
    owner, _, name = code.rpartition(".")
    return f"getattr({owner}, {name!r}, None) is None" if owner else f"{code} is None"


def _fits(one: Tried, shared: Mapping[str, str]) -> bool:
    return all(one.binding.reading.get(name, chosen) == chosen for name, chosen in shared.items())


def _is_weak(one: Candidate) -> bool:
    """Return whether the name alone says too little."""
    weak = spelling_of(one.operation).weak.split()
    return one.code.replace("_", "").lower() in weak


def as_read(binding: Binding) -> str:
    """Return in words how a binding is read."""
    orders = [
        f"{name} {binding.reading[name]}"
        for name in binding.reading
        if binding.reading[name] != _own(binding.operation, name)
    ]
    if binding.taken == FIRST:
        orders.append("the first of what it returns")
    if binding.tensors:
        orders.append(f"{binding.tensors} tensors")
    if binding.mode:
        orders.append(f"in {binding.mode} mode")
    if binding.is_declared:
        orders.append("its own defaults are not tested, nor what objects in it remember")
    said = f" ({', '.join(orders)})" if orders else ""
    code = "; ".join(binding.code)
    called = "" if code == binding.named else f", called as {code}"
    return f"{binding.operation} is {binding.named}{called}{said}"


def _own(operation: str, family: str) -> str:
    return next(one.own.name for one in spelling_of(operation).families if one.name == family)
