"""What all ways of having a gradient have in common: small calls of them, and their parts."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.gradients.calls import HALF, ONE, Run
from cnnspec.bindings.gradients.way import RAISED, Way, parts_of
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.spellings import incoming_of, roles_of, spelling_of
from cnnspec.operations.registry import GRADIENTS, OPERATIONS


class AnyWays:
    """What is known of one gradient whose forward call is known, and what its calls return."""

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

    def returned(self, binding: Binding) -> Any:
        """Return what the first small call returns that comes back, `RAISED` if none does."""
        return self._tried(binding)[0]

    def _is_derivative(self, run: Run) -> bool:
        """Return whether a run is not told what comes in."""
        incoming = {incoming_of(self._operation), "grad_of_one"}
        return "" not in incoming and incoming.isdisjoint(run.chosen.values())

    def _tried(self, binding: Binding) -> tuple[Any, Any]:
        """Return what the first call returns that comes back, and its layer object; or `RAISED`.

        If none without options does, perhaps one with an option comes back.
        """
        calls = spelling_of(self._operation).probes()
        passed = {*OPERATIONS[self._operation].required, *binding.offered}
        with_options = [given for given in calls if given.keys() <= passed]
        for given in (*plain_probes(self._operation), *with_options):
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
