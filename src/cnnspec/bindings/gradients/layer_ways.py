"""The ways in which a gradient may be had of layer objects, each a binding."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import LAYER, Binding, Bound
from cnnspec.bindings.gradients.any_ways import AnyWays
from cnnspec.bindings.gradients.calls import ONE, Run, runs_of
from cnnspec.bindings.gradients.names import (
    BACKWARD,
    clears_gradients,
    is_gradient_of,
    promises,
)
from cnnspec.bindings.gradients.statements import changed, copy, zeros
from cnnspec.bindings.gradients.way import RAISED, RUN, Way
from cnnspec.bindings.layers import every_place, places
from cnnspec.bindings.methods import is_pair
from cnnspec.bindings.names import SUBTRACTS
from cnnspec.bindings.probing import plain_probes
from cnnspec.bindings.spellings import incoming_of, parameter_of, zeros_of
from cnnspec.declaration.writing import plain


class WaysOfLayers(AnyWays):
    """Finds the ways in which one gradient may be had of a layer object."""

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
                    code, incoming = f"({forward.call}, {RUN})[-1]", incoming_of(self._operation)
                    yield Way(named, run, f"{incoming} * {code}")
                    yield Way(named, _told_instead(run, self._gradient.to, incoming), code)
                    continue
                is_updating = self._is_rated(run, base) or bool(_rates(layer))
                safe = replace(named, setup=self._of_copies(named)) if is_updating else named
                is_promised = promises(function, self._roles)
                axes = self._axes_of_places(layer)
                for way in self._results_of_layer(safe, named, run, forward, is_promised):
                    yield self._summed(way, axes) if axes else way

    def _axes_of_places(self, layer: Any) -> tuple[int, ...]:
        """Return the axes of places, if a layer holds a vector once for each place of a map."""
        given = plain_probes(self._operation)[0]
        is_vector = len(self._gradient.shape(given)) == 1
        for value, _, held in places(self._gradient.of, layer) if is_vector else ():
            sizes = [size for size in np.shape(held) if size != 1]
            if parameter_of(self._gradient.of, value) == self._gradient.to and len(sizes) > 1:
                return (*range(1, np.ndim(held)),)
        return ()

    def _summed(self, way: Way, axes: tuple[int, ...]) -> Way:
        """Return the sum over the places, each of which has to get what comes in there.

        It is the gradient to a bias that all places share: they are all given the same.
        """
        bound = Bound(way.binding(), self._names)
        for given in plain_probes(self._operation):
            with suppress(Exception), self._guard():
                theirs = bound.theirs(given)
                incoming = np.copy(theirs[incoming_of(self._operation)])
                came = bound.run(theirs)
                if not np.array_equal(came, incoming) and not np.array_equal(came, incoming.sum(0)):
                    return way
                return replace(way, code=f"({way.code}).sum(axis={axes})")
        return way

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


def _told_instead(run: Run, data: str, incoming: str) -> Run:
    """Return a run that is told what comes in, not the data again: some call both x."""
    chosen = {name: incoming if one == data else one for name, one in run.chosen.items()}
    return replace(run, chosen=chosen)


def _adds_up(layer: Any) -> bool:
    """Return whether a layer's gradients are added up over calls until they are set to zero."""
    methods = (name for name in dir(type(layer)) if callable(getattr(layer, name, None)))
    if any(clears_gradients(name) for name in methods):
        return True
    return any(place.endswith(".grad") for _, place, _ in every_place(layer))


#: What layers call the rate of their updates.
_RATES = ("lr", "learningrate", "learnrate", "alpha", "eta", "rate", "lrate")


def _rates(layer: Any) -> list[str]:
    """Return the attributes of a layer that hold the rate of its updates."""
    return [
        name
        for name, held in (vars(layer).items() if hasattr(layer, "__dict__") else ())
        if isinstance(held, float) and plain(name) in _RATES
    ]
