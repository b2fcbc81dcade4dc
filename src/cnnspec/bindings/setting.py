"""How the objects of a class are given the parameters of a call: by statements."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

from cnnspec.bindings.binding import LAYER, Bound
from cnnspec.bindings.layers import (
    in_evaluation,
    is_missing,
    is_module,
    is_of_keras,
    is_of_keras_itself,
    left_in,
    mode_of,
    places,
    settings,
    shared_with,
    starts,
    statement,
)
from cnnspec.bindings.probing import Guard, plain_probes, readings
from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.ways import Way, kind_of
from cnnspec.operations.registry import OPERATIONS


class Setting:
    """Finds the statements that set parameters, by making objects and running them."""

    def __init__(self, names: dict[str, Any], declared: Mapping[str, str], guard: Guard) -> None:
        self._names = names
        self._declared = declared
        self._guard = guard

    def of(self, way: Way, kind: type) -> Way:
        """Return a way with the statements that give the layer its parameters."""
        operation = way.candidate.operation
        values = {*way.chosen.values(), *(v for one in way.options for v in one.values)}
        passed = {way.binding().parameter_of(value) for value in values}
        if is_of_keras_itself(kind):
            return self._of_keras(way, kind, passed)
        if is_of_keras(kind) and not is_module(kind):
            data = OPERATIONS[operation].data
            held = [role.values[0] for role in spelling_of(operation).held]
            built = f'getattr({LAYER}, "built", False) or {LAYER}.build({data}.shape)'
            listed = f"{LAYER}.set_weights([{', '.join(held)}])"
            return replace(way, statements=(built, *([listed] if held else [])))
        made: tuple[tuple[str, ...], Any] | None = None
        for start in self._starts(way):
            so_far = replace(way, statements=start).binding()
            for reading, given in product(
                readings(operation, self._declared), plain_probes(operation)
            ):
                bound = Bound(replace(so_far, reading=reading), self._names)
                with suppress(Exception), self._guard():
                    layer = bound.made_for(given)
                    before = {code: held for _, code, held in places(operation, layer)}
                    bound.set_up(layer, given)
                    if made is None or len([*places(operation, layer)]) > len(
                        [*places(operation, made[1])]
                    ):
                        made = start, layer
                    returned = bound.run(bound.theirs(given))
                    found = self._statements(way, layer, None if start else before, passed)
                    left = left_in(layer) if returned is None else ""
                    is_told = spelling_of(operation).is_of_evaluation
                    mode = mode_of(layer) if is_module(kind) and not is_told else ""
                    return replace(way, statements=(*start, *found), left=left, mode=mode)
        if made is None:
            return way
        start, layer = made  # all calls of it crash: perhaps only with the parameters that it makes
        return replace(way, statements=(*start, *self._statements(way, layer, None, passed)))

    def _of_keras(self, way: Way, kind: type, passed: set[str]) -> Way:
        """Return a way whose layer is built in the dtype of its data, and then given parameters."""
        operation = way.candidate.operation
        data = OPERATIONS[operation].data
        dtype = f"{data}.dtype.name if {data}.dtype.kind == 'f' else 'float64'"
        built = (f"{LAYER}.dtype_policy = {dtype}", f"{LAYER}.build({data}.shape)")
        so_far = replace(way, statements=built)
        for reading, given in product(readings(operation, self._declared), plain_probes(operation)):
            bound = Bound(replace(so_far.binding(), reading=reading), self._names)
            with suppress(Exception), self._guard():
                layer = bound.made_for(given)
                bound.set_up(layer, given)
                found = (
                    statement(operation, value, code, held, kind)
                    for value, code, held in places(operation, layer)
                    if value not in passed
                )
                return replace(way, statements=(*built, *found))
        return so_far

    def _starts(self, way: Way) -> list[tuple[str, ...]]:
        """Return what may make the parameters of a layer before it is run: nothing, at first."""
        for given in plain_probes(way.candidate.operation):
            with suppress(Exception), self._guard():
                layer = Bound(way.binding(), self._names).made_for(given)
                return [(), *((one,) for one in starts(way.candidate.operation, layer))]
        return [()]

    def _statements(
        self, way: Way, layer: Any, before: Mapping[str, Any] | None, passed: set[str]
    ) -> Iterator[str]:
        """Yield the statements that give a layer its parameters.

        ``before`` is what it held before it was run: what it made only then is made so again;
        ``None`` where that is not known, or a method of its own has made it.
        """
        operation, kind = way.candidate.operation, kind_of(way.candidate.thing)
        yield from in_evaluation(operation, layer, kind)
        if not way.candidate.is_class:
            yield from settings(operation, layer)
        for value, code, held in places(operation, layer):
            if value in passed:
                continue
            if held is not None and before is not None and before.get(code) is None:
                yield f"{is_missing(code)} and {way.binding().call}"
            yield statement(operation, value, code, held, kind)
            yield from (f"{other} = {code}" for other in shared_with(layer, code, held))
