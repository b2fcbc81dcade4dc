"""The ways in which a gradient may be had, each a binding: of layers, functions and tensors."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import BY_FRAMEWORK, FIRST, LAYER, Binding, Bound
from cnnspec.bindings.gradients.calls import HALF, ONE, Run, is_of_one_argument, runs_of
from cnnspec.bindings.gradients.names import (
    BACKWARD,
    clears_gradients,
    is_gradient_of,
    promises,
)
from cnnspec.bindings.gradients.statements import asking_for_derivative, changed, copy, zeros
from cnnspec.bindings.gradients.way import RAISED, RUN, Way, parts_of
from cnnspec.bindings.layers import every_place, places
from cnnspec.bindings.methods import is_pair
from cnnspec.bindings.names import SUBTRACTS
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.spellings import incoming_of, parameter_of, roles_of, spelling_of, zeros_of
from cnnspec.bindings.tensors import TENSORS
from cnnspec.operations.registry import GRADIENTS, OPERATIONS


class Ways:
    """Finds the ways in which one gradient may be had of code whose forward call is known."""

    def __init__(self, operation: str, names: dict[str, Any], guard: Guard) -> None:
        self._operation, self._names, self._guard = operation, names, guard
        self._gradient = gradient = GRADIENTS[operation]
        self._of_data = gradient.to == OPERATIONS[gradient.of].data
        self._rate = HALF if self._of_data else ONE
        self._families = {one.name for one in spelling_of(operation).families}
        self._roles = roles_of(gradient)

    def _base(self, forward: Binding, named: str) -> Binding:
        reading = {name: o for name, o in forward.reading.items() if name in self._families}
        return replace(
            forward, operation=self._operation, named=named, reading=reading, taken="whole"
        )

    # --- layers ------------------------------------------------------------------------------

    def of_layer(self, forward: Binding) -> Iterator[Way]:
        """Yield the ways of a layer object that is run, and then run backwards."""
        base = self._base(forward, forward.named)
        layer = self._layer(base)
        if layer is None:
            return
        owner = forward.named.partition("(")[0]
        for method in BACKWARD:
            function = getattr(type(layer), method, None)
            if not callable(function):
                continue
            held = [f"{value}: {place}" for value, place, _ in places(self._gradient.of, layer)]
            named = replace(
                base, named=f"{owner}.{method}", is_fresh=_adds_up(layer), held=tuple(held)
            )
            kept = f"({forward.call})[1]"
            for run in runs_of(
                self._operation, function, f"{LAYER}.{method}", is_method=True,
                kept=kept, rate=self._rate,
            ):  # fmt: skip
                if self._is_derivative(run) and self._gradient.to in run.chosen.values():
                    code = f"({forward.call}, {RUN})[-1]"
                    yield Way(named, run, f"{incoming_of(self._operation)} * {code}")
                    continue
                is_updating = self._is_rated(run, base) or bool(_rates(layer))
                safe = replace(named, setup=self._of_copies(named)) if is_updating else named
                is_promised = promises(function, self._roles)
                yield from self._results_of_layer(safe, named, run, forward, is_promised)

    def of_pair(self, forward: Binding) -> Iterator[Way]:
        """Yield the ways of a class whose two passes are handed the same context."""
        base = self._base(forward, forward.named)
        code = forward.named.partition("(")[0].rpartition(".")[0]
        kind: Any = self._names.get(code)
        if not is_pair(kind):
            return
        named = replace(base, named=f"{code}.backward", is_fresh=True)
        for run in runs_of(
            self._operation, kind.backward, named.named, is_method=False,
            kept=LAYER, rate=self._rate,
        ):  # fmt: skip
            is_promised = promises(kind.backward, self._roles)
            yield from self._results_of_layer(named, named, run, forward, is_promised)

    def _is_derivative(self, run: Run) -> bool:
        """Return whether a run is not told what comes in."""
        incoming = {incoming_of(self._operation), "grad_of_one"}
        return "" not in incoming and incoming.isdisjoint(run.chosen.values())

    def _layer(self, base: Binding) -> Any:
        """Return a layer object with its parameters, ``None`` if none can be had."""
        for given in plain_probes(self._operation):
            with suppress(Exception), self._guard():
                bound = Bound(base, self._names)
                layer = bound.made_for(given)
                bound.set_up(layer, given)
                return layer
        return None

    def _of_copies(self, base: Binding) -> tuple[str, ...]:
        """Return statements that give a layer copies of its parameters, which it may update."""
        arrays = {name for given in plain_probes(self._operation) for name in given} | {
            *zeros_of(self._operation)
        }
        return tuple(changed(one, self._operation, arrays, copy) for one in base.setup)

    def _results_of_layer(
        self, base: Binding, plain: Binding, run: Run, forward: Binding, is_promised: bool
    ) -> Iterator[Way]:
        """Yield where a gradient lies after a layer was run backwards.

        ``plain`` is given the parameters themselves, ``base`` copies if it may update them.
        """
        before = f"({forward.call}, {RUN}"
        whole = Way(base, run, f"{before})[-1]")
        returned, layer = self._tried(whole.binding())
        if self._of_data and (layer is None or (returned is None and is_promised)):
            yield replace(whole, is_promised=is_promised)
        if layer is None:
            return
        yield from self._parts(whole, returned, 0 if self._of_data else 2)
        found = [*every_place(layer)]
        for code in (code for _, code, held in found if held is not None):
            if not is_gradient_of(code, self._roles):
                continue
            way = Way(base, run, f"{before}, {code})[-1]", 1 if self._of_data else 0)
            yield replace(way, base=replace(base, is_kept=self._adds_up_unseen(way)))
        yield from self._in_gradients(base, run, before, layer)
        if not self._of_data:
            yield from self._updated(plain, run, before, layer)

    def _adds_up_unseen(self, way: Way) -> bool:
        """Return whether a gradient doubles as a layer is run again that every call makes anew."""
        binding = way.binding()
        if not binding.is_made_anew or binding.is_fresh:
            return False
        bound = Bound(replace(binding, is_kept=True), self._names)
        for given in plain_probes(self._operation):
            with suppress(Exception), self._guard():
                once, again = (np.copy(bound.run(bound.theirs(given))) for _ in range(2))
                return bool(np.any(once) and np.allclose(again, 2 * once))
        return False

    def _in_gradients(self, base: Binding, run: Run, before: str, layer: Any) -> Iterator[Way]:
        """Yield the entries of lists of gradients, in whatever order."""
        for name, held in vars(layer).items() if hasattr(layer, "__dict__") else ():
            if isinstance(held, list | tuple) and "grad" in name.lower():
                for index in range(len(held)):
                    yield Way(base, run, f"{before}, {LAYER}.{name}[{index}])[-1]", 1)

    def _updated(self, base: Binding, run: Run, before: str, layer: Any) -> Iterator[Way]:
        """Yield what an update has subtracted from parameters that were zero."""
        of = self._gradient.of
        for value, code, held in places(of, layer):
            if parameter_of(of, value) != self._gradient.to or held is None:
                continue
            updated = self._of_zeros(base, [f"{LAYER}.{name} = {ONE}" for name in _rates(layer)])
            way = Way(updated, run, f"0 - {before}, {code})[-1]")
            if bool(_rates(layer)) or self._is_rated(run, base):
                yield way
            elif self._learns(way):
                yield replace(way, rank=1)

    def _of_zeros(self, base: Binding, rates: Sequence[str]) -> Binding:
        """Return a binding with zeros for the parameter, and copies of the others."""
        zeroed = [changed(one, self._operation, {self._gradient.to}, zeros) for one in base.setup]
        zeroed = [
            new if new != old else copied
            for old, new, copied in zip(base.setup, zeroed, self._of_copies(base), strict=True)
        ]
        return replace(base, setup=(*zeroed, *rates))

    def _learns(self, way: Way) -> bool:
        """Return whether a layer changes a parameter that was zero, though it is told no rate."""
        came = self.returned(way.binding())
        before = [
            held
            for value, _, held in places(self._gradient.of, self._layer(way.base))
            if parameter_of(self._gradient.of, value) == self._gradient.to
        ]
        is_zero = bool(before) and not np.any(before[0])
        return came is not RAISED and is_zero and bool(np.any(came))

    def _is_rated(self, run: Run, base: Binding) -> bool:
        """Return whether a layer learns inside, with a rate or an optimizer that it is told."""
        return self._rate in run.chosen.values() or any(SUBTRACTS in one for one in base.code)

    def _tried(self, binding: Binding) -> tuple[Any, Any]:
        """Return what the first call returns that comes back, and its layer object; or `RAISED`."""
        for given in plain_probes(self._operation):
            with suppress(Exception), self._guard():
                bound = Bound(binding, self._names)
                returned = bound.run(bound.theirs(given))
                return returned, bound.latest_layer
        return RAISED, None

    def _parts(self, whole: Way, returned: Any, rank: int) -> Iterator[Way]:
        """Yield what is returned, or each part of it: of tuples, lists and dictionaries.

        Which part is which only their order says: another than is due takes right answers.
        """
        parts = [] if returned is RAISED else [*parts_of(returned)]
        there = [code for code, part in parts if part is not None]
        is_only = len(there) == self._gradient.count == 1
        for place, (code, part) in enumerate(parts):
            if part is None:
                continue
            is_due = is_only or len(parts) == 1 or place == self._gradient.place
            found = whole.code if not code else f"({whole.code}){code}"
            found_rank = rank if is_due else max(rank, 1)
            yield replace(whole, code=found, rank=found_rank, is_part=len(there) > 1)

    # --- functions ---------------------------------------------------------------------------

    def of_function(
        self, code: str, thing: Any, forward: Binding | None, says_so: bool
    ) -> Iterator[Way]:
        """Yield the ways of a function that computes gradients, beside that of the operation."""
        plain = Binding(self._operation, code, code)
        base = self._base(forward, code) if forward else plain
        kept = f"({forward.call})[1]" if forward else ""
        rank = 0 if says_so else 1
        for run in runs_of(
            self._operation, thing, code, is_method=False, kept=kept, rate=self._rate
        ):
            if self._is_derivative(run):
                continue
            if one := self._one_filter(run):
                yield from self._filter_by_filter(base, run, one, rank)
                continue
            whole = Way(base, run, RUN, rank)
            returned = self.returned(whole.binding())
            if returned is RAISED:
                yield whole
            yield from self._parts(whole, returned, rank)

    def of_derivative(
        self, code: str, thing: Any, forward: Binding | None, says_so: bool
    ) -> Iterator[Way]:
        """Yield the ways of a function of one argument, by which a gradient is multiplied."""
        base = self._base(forward, code) if forward else Binding(self._operation, code, code)
        rank = 0 if says_so else 1
        incoming = incoming_of(self._operation)
        if incoming and self._of_data and is_of_one_argument(thing):
            yield Way(base, None, f"{incoming} * {code}({self._gradient.to})", rank)
            if forward:
                yield Way(base, None, f"{incoming} * {code}({forward.call})", rank)

    def of_flag(self, forward: Binding) -> Iterator[Way]:
        """Yield the derivative that a function returns if a flag asks for it: of x, or of y."""
        incoming, asked = incoming_of(self._operation), asking_for_derivative(forward.call)
        if incoming and self._of_data and asked:
            base, to = self._base(forward, forward.named), self._gradient.to
            of_result = changed(
                asked, self._operation, {to}, lambda _: ast.parse(forward.call, mode="eval").body
            )
            yield Way(base, None, f"{incoming} * {asked}")
            yield Way(base, None, f"{incoming} * {of_result}")

    def _one_filter(self, run: Run) -> str:
        """Return the value of a run that is one after another, beside the data; "" for none."""
        spelling = spelling_of(self._gradient.of)
        each = {*spelling.each} - {*spelling_of(self._operation).each}
        return next((value for value in run.chosen.values() if value in each), "")

    def _filter_by_filter(self, base: Binding, run: Run, one: str, rank: int) -> Iterator[Way]:
        """Yield the ways of what takes one filter, and the one map of its result, after another."""
        incoming = incoming_of(self._operation)
        every = parameter_of(self._operation, one)
        pairs = f"for {one}, {incoming} in zip({every}, {incoming}.transpose(2, 0, 1))"
        first = replace(base, call=f"[{run.call()} {pairs}][0]")
        for part in self._parts(Way(base, run, RUN, rank), self.returned(first), rank):
            array = f"__import__('numpy').asarray({part.code})"
            code = f"sum({array} {pairs})" if self._of_data else f"[{part.code} {pairs}]"
            yield replace(part, code=code)

    def returned(self, binding: Binding) -> Any:
        """Return what the first small call returns that comes back, `RAISED` if none does."""
        return self._tried(binding)[0]

    def beside_the_loss(self, forward: Binding) -> Iterator[Way]:
        """Yield what a forward call returns beside its result: a loss and its gradient."""
        if not incoming_of(self._operation):
            base = self._base(forward, forward.named)
            if isinstance(self.returned(replace(base, call=forward.call)), tuple):
                yield Way(base, None, f"({forward.call})[1]", 0)

    def of_pullback(self, forward: Binding) -> Iterator[Way]:
        """Yield what functions return that a forward call returns beside its result."""
        incoming = incoming_of(self._operation)
        base = self._base(forward, forward.named)
        came = self.returned(replace(base, call=forward.call)) if incoming else None
        for index, one in enumerate(came) if isinstance(came, tuple) else ():
            if inspect.isroutine(one):
                whole = Way(base, None, f"({forward.call})[{index}]({incoming})")
                yield from self._parts(whole, self.returned(whole.binding()), 0)

    # --- tensors -----------------------------------------------------------------------------

    def of_tensors(self, forward: Binding) -> Iterator[Way]:
        """Yield the ways of tensors that compute gradients by themselves."""
        result = f"({forward.call})[0]" if forward.taken == FIRST else forward.call
        base = self._base(forward, f"{forward.named}{BY_FRAMEWORK}")
        incoming = incoming_of(self._operation)
        for place, start in self._tensors(forward):
            if forward.tensors == "torch":
                asked = f"{result}, {place}, {incoming}" if incoming else f"{result}, {place}"
                code = f"__import__('torch').autograd.grad({asked}, allow_unused=True)[0]"
                whole = f"({start}, {code})[-1]" if start else code
                yield Way(base, None, whole, is_promised=self._of_data)
            elif forward.tensors == "jax" and start:
                pulled = f"__import__('jax').vjp(lambda {place}: {result}, {place})[1]"
                yield Way(base, None, f"{pulled}({incoming or ONE})[0]")
            elif forward.tensors and forward.tensors not in TENSORS:
                yield from self._of_own_tensors(base, result, place, incoming)

    def _tensors(self, forward: Binding) -> Iterator[tuple[str, str]]:
        """Yield where the tensor stands whose gradient it is, and what makes it have one."""
        of, to = self._gradient.of, self._gradient.to
        for value in forward.values:
            if parameter_of(of, value) != to:
                continue
            if value in _names(forward.call):
                yield value, f"{value}.requires_grad_()" if forward.tensors == "torch" else value
            for one in forward.setup:
                place, is_set, what = one.partition(" = ")
                if is_set and value in _names(what):
                    yield place.removesuffix(".data"), ""

    def _of_own_tensors(
        self, base: Binding, result: str, place: str, incoming: str
    ) -> Iterator[Way]:
        gradient, base = f"{place}.grad", replace(base, is_fresh=True)
        if not incoming:
            yield Way(base, None, f"(({result}).backward(), {gradient})[-1]")
            return
        for run in (f"({result}).backward({incoming})", f"({result}).backward({incoming}.data)"):
            yield Way(base, None, f"({run}, {gradient})[-1]")
        yield Way(base, None, f"((({result}) * {incoming}).sum().backward(), {gradient})[-1]")


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _adds_up(layer: Any) -> bool:
    """Return whether a layer's gradients are added up over calls until they are set to zero."""
    methods = (name for name in dir(type(layer)) if callable(getattr(layer, name, None)))
    if any(clears_gradients(name) for name in methods):
        return True
    return any(place.endswith(".grad") for _, place, _ in every_place(layer))


def _rates(layer: Any) -> list[str]:
    """Return the attributes of a layer that hold the rate of its updates."""
    return [
        name
        for name in ("lr", "learning_rate", "alpha", "eta")
        if isinstance(getattr(layer, name, None), float)
    ]
