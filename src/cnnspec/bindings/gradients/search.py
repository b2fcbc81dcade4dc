"""Looking for the gradients of code whose forward calls are known."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.candidates import made_here
from cnnspec.bindings.gradients.names import of_gradient
from cnnspec.bindings.gradients.way import RAISED, Way
from cnnspec.bindings.gradients.ways import Ways
from cnnspec.bindings.methods import saying
from cnnspec.bindings.probing import (
    NAMELESS,
    Guard,
    Score,
    Tried,
    best,
    plain_probes,
    probes_with,
    tried,
)
from cnnspec.bindings.signatures import Argument
from cnnspec.bindings.spellings import parameters, spelling_of
from cnnspec.declaration.writing import EXAMPLES, Orders
from cnnspec.operations.registry import GRADIENTS, OPERATIONS

#: The most ways that are tried of one gradient.
_MOST = 60


class GradientSearch:
    """Looks for gradients among the names of a module.

    ``forwards`` say how the operations are called, by their names, and ``right`` ones are those
    whose small calls are answered rightly: tensors follow mistakes of theirs backwards.
    """

    def __init__(
        self,
        names: dict[str, Any],
        module: str,
        forwards: Mapping[str, Binding],
        right: Container[str],
        guard: Guard,
    ) -> None:
        self._names, self._guard, self._forwards, self._right = names, guard, forwards, right
        self._functions: dict[str, list[tuple[str, Any, bool]]] = defaultdict(list)
        for name, thing in made_here(names, module):
            if isinstance(thing, type):
                continue
            for operation, says_so in of_gradient(saying(name, thing)).items():
                self._functions[operation].append((name, thing, says_so))

    def all(self) -> Iterator[Tried]:
        """Yield how each gradient that is there is had, and what came of its small calls."""
        found = {
            operation: one
            for operation in GRADIENTS
            if (one := self._one(operation, frozenset())) is not None
        }
        taken = frozenset(one.binding.call for one in found.values())
        for operation in GRADIENTS:
            is_beside = any(_are_together(operation, other) for other in found)
            if operation in found or not is_beside:
                continue
            if (one := self._one(operation, taken)) is not None:
                found[operation] = one
        yield from found.values()

    def _one(self, operation: str, taken: frozenset[str]) -> Tried | None:
        """Return how a gradient is had; by what its own name does not say only if it is right.

        Beside others, which are ``taken``, it is what is left.
        """
        forward = self._forwards.get(GRADIENTS[operation].of)
        families = spelling_of(operation).families
        one = self._best_behind(_read_otherwise(forward, families), operation, taken)
        # One label is spread over a vector by accident; that of a batch must be read.
        is_read = one is not None and (one.score.right or any(axes > 1 for axes in one.read_axes))
        if forward is None or is_read:
            return one
        others = (
            one
            for written in _written_otherwise(forward)
            for one in _read_otherwise(written, families)
        )
        other = self._best_behind(others, operation, taken)
        return other if other is not None and other.score.right else one

    def _best_behind(
        self, forwards: Iterator[Binding | None], operation: str, taken: frozenset[str]
    ) -> Tried | None:
        """Return the first right way of having a gradient behind forward calls, or the best."""
        found: list[Tried] = []
        for forward in forwards:
            one = self._of(operation, forward, taken)
            # A rare gradient is most likely not there: what is near to it is another one.
            if one is None or (GRADIENTS[operation].is_rare and not one.is_right):
                continue
            found.append(one)
            if one.is_right:
                return one
        return max(found, key=lambda one: one.score.right, default=None)

    def _of(self, operation: str, forward: Binding | None, taken: frozenset[str]) -> Tried | None:
        gradient = GRADIENTS[operation]
        is_of_data = gradient.to == OPERATIONS[gradient.of].data
        is_sure = gradient.of in self._right and (is_of_data or bool(taken))
        for ways in (self._ways(operation, forward), self._derivatives(operation, forward)):
            chosen = self._best_of(ways, taken)
            if chosen is None:
                continue
            is_it = _is_it(*chosen, is_left=bool(taken)) or self._is_right_with_an_option(*chosen)
            is_due = chosen[0].rank == 0 and chosen[0].is_part and bool(taken)
            if is_it or (
                (is_sure or is_due) and self._is_in_its_place(*chosen, is_left=bool(taken))
            ):
                return self._result(self._with_options(chosen[0]))
        return None

    def _is_right_with_an_option(self, way: Way, result: Tried) -> bool:
        """Return whether calls with an option are answered rightly where none without one is.

        ``[pad:-pad]`` leaves nothing where there is no padding: it is the gradient, and wrong.
        """
        if result.score.right or result.is_slow:
            return False
        several = ((one.name, value) for one in _options(way) for value in one.values)
        for passed in ({}, *({name: value} for name, value in several)):
            binding = way.binding(passed)
            calls = [
                one for name in binding.offered for one in probes_with(binding.operation, name)
            ]
            if calls and best(tried(binding, self._names, calls, self._guard)).score.right:
                return True
        return False

    def _is_in_its_place(self, way: Way, result: Tried, *, is_left: bool) -> bool:
        """Return whether something stands where only the gradient can, whatever its shape.

        It is what a right layer sends back, what bears the name beside others, or what is left of
        a tuple.
        """
        if (way.rank > 0 or way.is_part) and not (way.rank <= 1 and way.is_part and is_left):
            return False
        came = Ways(way.base.operation, self._names, self._guard).returned(way.binding())
        if came is RAISED:
            return _never_runs(result)
        return came is not None or way.is_promised

    def _best_of(self, ways: Iterator[Way], taken: frozenset[str]) -> tuple[Way, Tried] | None:
        """Return the best way of those that are not taken, with what came of it."""
        chosen: tuple[Way, Tried] | None = None
        for number, way in enumerate(ways):
            if number == _MOST:
                break
            if way.binding().call in taken:
                continue
            result = self._result(way.binding())
            if chosen is None or _rank(way, result) > _rank(*chosen):
                chosen = way, result
            if result.is_right and way.rank == 0:
                break
        return chosen

    def _result(self, binding: Binding) -> Tried:
        calls = plain_probes(binding.operation)
        return best([one for one in tried(binding, self._names, calls, self._guard)
                     if one.binding.taken == binding.taken])  # fmt: skip

    def _ways(self, operation: str, forward: Binding | None) -> Iterator[Way]:
        of = GRADIENTS[operation].of
        ways = Ways(operation, self._names, self._guard)
        for code, thing, says_so in self._functions[of]:
            yield from ways.of_function(code, thing, forward, says_so)
        if forward is None:
            return
        yield from ways.beside_the_loss(forward)
        yield from ways.of_pullback(forward)
        yield from ways.of_flag(forward)
        if forward.made:
            yield from ways.of_pair(forward)
            yield from ways.of_layer(forward)
        if forward.tensors and of in self._right:
            yield from ways.of_tensors(forward)

    def _derivatives(self, operation: str, forward: Binding | None) -> Iterator[Way]:
        ways = Ways(operation, self._names, self._guard)
        for code, thing, says_so in self._functions[GRADIENTS[operation].of]:
            yield from ways.of_derivative(code, thing, forward, says_so)

    def _with_options(self, way: Way) -> Binding:
        """Return the binding that passes the options with the values that fit best."""
        options: dict[str, str] = {}
        operation = way.base.operation
        for option in _options(way):
            scores: dict[str, Score] = {}
            without = self._scored(way.binding(options), operation, option.values)
            for value in option.values:
                scores[value] = self._scored(
                    way.binding({**options, option.name: value}), operation, option.values
                )
            likeliest = max(scores, key=lambda value: scores[value], default="")
            is_no_worse = scores.get(likeliest, without) >= without
            if not option.is_guessed:  # it is passed wherever it makes no right answer wrong
                is_no_worse = scores[likeliest].right >= without.right
            if likeliest and is_no_worse:
                options[option.name] = likeliest
        return way.binding(options)

    def _scored(self, binding: Binding, operation: str, values: tuple[str, ...]) -> Score:
        derived = spelling_of(operation).derived
        named = {derived[v].parameter if v in derived else v for v in values}
        calls = [*plain_probes(operation)]
        for name in named & {*parameters(operation)}:
            calls += probes_with(operation, name)
        return best(tried(binding, self._names, calls, self._guard)).score


def _options(way: Way) -> list[Argument]:
    return way.run.options if way.run else []


def _rank(way: Way, result: Tried) -> tuple[Any, ...]:
    """Return what puts the best first: right answers, then what its name says."""
    is_right, answers = result.is_right, result.answered > 0
    return (is_right, result.score.right > 0, answers, -way.rank, *result.score)


def _read_otherwise(
    forward: Binding | None, families: Sequence[Orders]
) -> Iterator[Binding | None]:
    """Yield a forward call as it is read, and with vectors in batches of one.

    Forward calls of vectors alone are often right where those backwards are not.
    """
    yield forward
    if forward is not None and any(one.name == EXAMPLES.name for one in families):
        read = forward.reading.get(EXAMPLES.name, EXAMPLES.own.name)
        for order in (one.name for one in EXAMPLES.choices if one.name != read):
            yield replace(forward, reading={**forward.reading, EXAMPLES.name: order})


def _written_otherwise(forward: Binding) -> Iterator[Binding]:
    """Yield a forward call with what stands for a parameter in its other forms.

    A loss may take labels and their one-hot rows, and its backward pass the latter alone.
    """
    derived = spelling_of(forward.operation).derived
    required = OPERATIONS[forward.operation].required
    for name in forward.values:
        parameter = derived[name].parameter if name in derived else name
        for other, its in derived.items():
            if other != name and its.parameter == parameter and parameter in required:
                yield replace(forward, call=re.sub(rf"\b{name}\b", other, forward.call))


def _is_it(way: Way, result: Tried, *, is_left: bool) -> bool:
    """Return whether something is the gradient: by its answers, or by its name and its shape.

    What is left of what others were found in needs no name.
    """
    is_named = way.rank == 0 or (is_left and way.rank == 1)
    return result.score.right > 0 or (is_named and result.score.shaped > 0)


def _never_runs(result: Tried) -> bool:
    """Return whether code names what is not there: it is no matter of how it is called."""
    return result.refusal.partition(":")[0] in NAMELESS


def _are_together(operation: str, other: str) -> bool:
    """Return whether two gradients are returned by one function."""
    return GRADIENTS[operation].function == GRADIENTS[other].function
