"""The search: which theories predict the wrong answers that came, and break no right one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

import numpy as np

from cnnspec.experiments import pairs
from cnnspec.experiments.conditions import Condition, Conditions
from cnnspec.experiments.laboratory import Arguments, Array, Asked
from cnnspec.experiments.theories import (
    BREAKS,
    EXPLAINS,
    Theory,
    at_times,
    simulated,
)
from cnnspec.simulation.hypothesis import COMMON, Ask, Hypothesis, Simulator, unwarned
from cnnspec.subject.guard import quiet

#: Theories of each wrong answer from which a search starts that are looked at closely.
CLOSELY = 60

#: Wrong answers that nothing explains, from which it starts again.
MORE = 2

#: Wrong answers, unlike each other, from which it starts before it asks whether it gets anywhere:
#: where what was found by then explains fewer of the wrong answers than this share, no more are.
ALIKE, FEW = 3, 0.2

#: Pairs of mistakes that are tried on one call.
PAIRS = 2000

#: Of calls with more numbers, fewer pairs are tried.
SIZE_OF_PAIRS = 3000

#: Theories that explain a part of the wrong answers and get a second mistake.
HALVES = 2

#: The share of the wrong numbers of an answer that a mistake explains beside a second one.
PARTLY = 0.2

#: Pairs of mistakes that are tried, of those that fit together by numbers.
MATCHES = 200

#: Wrong answers that what was measured on one of them has to explain.
TWICE = 2

#: The share of the wrong answers that a second mistake has to explain.
ADDED = 0.1

#: Wrong answers that a theory explains for each right one that it breaks.
MANY = 8

#: Theories for which a condition is looked for, of those that explain one wrong answer.
CONDITIONED = 6


class Search:
    """Searches one operation's theories."""

    def __init__(
        self,
        simulator: Simulator,
        conditions: Conditions,
        faults: Sequence[Theory],
        calls: Sequence[Asked],
        ask: Ask,
    ) -> None:
        self._simulator = simulator
        self._conditions = conditions
        self._faults = list(faults)
        self.calls = list(calls)
        self._ask = ask
        self._libraries: dict[int, list[Hypothesis]] = {}
        self._is_doubled = False
        self.pool: list[Theory] = []
        self._wrong: list[Asked] = []
        self._counted = 0

    @property
    def wrong(self) -> list[Asked]:
        """The calls whose answers are wrong, the most telling first."""
        if len(self.calls) != self._counted:
            self._counted = len(self.calls)
            self._wrong = sorted((one for one in self.calls if one.tells), key=_telling)
        return self._wrong

    def run(self) -> list[Theory]:
        """Return theories that together explain what can be, the widest first.

        First one mistake at a time, from the most telling wrong answers on; then a second one is
        added to what explains most of them, where some are left; and pairs of common ones are
        tried where nothing explains the first.
        """
        with unwarned():
            return self._run()

    def _run(self) -> list[Theory]:
        chosen: list[Theory] = []
        for tried, seed in enumerate(self._seeds()):
            if tried >= ALIKE and self._are_few(chosen):
                break
            if all(theory.on(seed) != EXPLAINS for theory in chosen):
                chosen = self.cover([*chosen, self._single(seed)])
        for _ in range(0 if self._are_few(chosen) else min(MORE, self._simulator.seeds - 1)):
            if left := self._left(chosen):
                chosen = self.cover([*chosen, self._single(left[0])])
        if left := self._left(chosen):
            found = [self._choose(self._with_another(half, left[0])) for half in self._halves()]
            if not chosen:
                found.append(self._choose(self._common_pairs(left[0])))
            chosen = self.cover([*chosen, *(one for one in found if one and self._adds(one))])
            chosen = self.cover([*chosen, *self._at_times(chosen)])
        return chosen

    def _adds(self, pair: Theory) -> bool:
        """Return whether two mistakes explain clearly more than each of them alone."""
        parts = [one for one in self.pool if len(one.parts) == 1 and one.parts[0] in pair.parts]
        alone = max((len(one.those(self.wrong, EXPLAINS)) for one in parts), default=0)
        more = len(pair.those(self.wrong, EXPLAINS)) - alone
        return more >= max(TWICE, ADDED * len(self.wrong))

    def _at_times(self, chosen: Sequence[Theory]) -> Iterator[Theory]:
        """Return one mistake, and a second one under the condition that it needs."""
        for one in self._halves():
            for both in chosen:
                if len(one.parts) != 1 or len(both.parts) != 2 or one.parts[0] not in both.parts:
                    continue
                with_it = [
                    x.arguments for x in both.those(self.wrong, EXPLAINS) if one.on(x) != EXPLAINS
                ]
                alone = [
                    x.arguments for x in one.those(self.wrong, EXPLAINS) if both.on(x) != EXPLAINS
                ]
                for condition in self._conditions.between(with_it, alone)[:1]:
                    yield at_times(one, both, condition)

    def _seeds(self) -> list[Asked]:
        """Return wrong answers to start from: the most telling, and others unlike them."""
        wrong = self.wrong
        small = wrong[: (len(wrong) + 1) // 2]
        seeds = self._simulator.seeds
        spread = small[:: -(-len(small) // seeds) or 1]
        return list(dict.fromkeys([*wrong[:1], *spread[:2], *wrong[:2], *spread]))[:seeds]

    def _are_few(self, chosen: Sequence[Theory]) -> bool:
        """Return whether theories explain few of the wrong answers together."""
        explained = len(self.wrong) - len(self._left(chosen))
        return explained < FEW * len(self.wrong)

    def _left(self, chosen: Sequence[Theory]) -> list[Asked]:
        """Return the wrong answers that none explains."""
        return [one for one in self.wrong if all(t.on(one) != EXPLAINS for t in chosen)]

    def cover(self, theories: Iterable[Theory | None]) -> list[Theory]:
        """Return theories that together explain all that these explain, the best first."""
        left = {id(one) for one in self.wrong}
        chosen = []
        for theory in sorted((one for one in theories if one), key=self.merit):
            explained = {id(one) for one in theory.those(self.wrong, EXPLAINS)}
            if explained & left:
                chosen.append(theory)
                left -= explained
        return chosen

    def _single(self, seed: Asked) -> Theory | None:
        """Return the best theory of one mistake that explains a wrong answer."""
        theories = [
            simulated(self._simulator, hypothesis, order=order)
            for order, hypothesis in enumerate(self.library(seed))
        ]
        chosen = self._choose([*self._faults, *theories], seed)
        if chosen is None and not self._is_doubled:
            self._is_doubled = True
            chosen = self._double(theories, seed)
        for theory in theories:
            theory.failed.clear()
        return chosen

    def _double(self, theories: Sequence[Theory], seed: Asked) -> Theory | None:
        """Return two mistakes that explain a wrong answer, from what each of them predicts."""
        failed = [one for one in theories if id(seed) in one.failed]
        predictions = [one.failed[id(seed)] for one in failed]
        shares = [seed.share_met(prediction) for prediction in predictions]
        if max(shares, default=0.0) >= PARTLY:
            half = failed[int(np.argmax(shares))]
            pair = self._choose(self._with_another(half, seed))
            if pair and self._adds(pair):
                return pair
        matches = sorted(
            pairs.matches(seed, predictions),
            key=lambda two: sum(failed[place].rank[2] for place in two),
        )
        found = (
            simulated(self._simulator, *failed[one].parts, *failed[other].parts, order=order)
            for order, (one, other) in enumerate(matches[:MATCHES])
        )
        pair = self._choose(one for one in found if one.on(seed) == EXPLAINS)
        return pair if pair and self._adds(pair) else None

    def library(self, seed: Asked) -> list[Hypothesis]:
        """Return what may be done, with what is measured on one wrong answer."""
        if id(seed) not in self._libraries:
            given = seed.arguments, seed.got, seed.due, self._ask
            self._libraries[id(seed)] = [
                *self._simulator.hypotheses(),
                *self._simulator.measured(*given),
            ]
        return self._libraries[id(seed)]

    def _choose(self, theories: Iterable[Theory], seed: Asked | None = None) -> Theory | None:
        """Return the theory that explains the most, the plainest of several.

        Only those that explain the seed are looked at.
        """
        explaining = [
            one
            for one in theories
            if seed is None or (one.on(seed) == EXPLAINS and one.is_steady(seed))
        ]
        explaining.sort(key=lambda theory: theory.rank)
        explaining = explaining[:CLOSELY]
        self.pool += explaining
        conditions = CONDITIONED
        widest: Theory | None = None
        for theory in self._by_merit(explaining):
            widest = widest or theory
            if 2 * self._width(theory)[0] > self._width(widest)[0]:
                return widest  # it breaks some, and tells more than what explains few
            if theory.is_measured and len(theory.those(self.wrong, EXPLAINS)) < TWICE:
                continue
            if not theory.those(self.calls, BREAKS):
                return theory
            conditions -= 1
            if ready := self.conditioned(theory):
                return ready
            if not conditions:
                break
        return widest if widest and self._explains_most(widest) else None

    def _explains_most(self, theory: Theory) -> bool:
        """Return whether a theory explains most wrong answers, though it breaks a few right ones.

        Then it is told as what was observed.
        """
        explained = len(theory.those(self.wrong, EXPLAINS))
        broken = len(theory.those(self.calls, BREAKS))
        is_shown = not theory.is_measured or explained >= TWICE
        return is_shown and 2 * explained >= len(self.wrong) and explained >= MANY * broken

    def _by_merit(self, theories: Iterable[Theory]) -> Iterator[Theory]:
        """Yield theories, the best first; right calls are tried when their turn comes only."""

        def explained(theory: Theory) -> int:
            return -len(theory.those(self.wrong, EXPLAINS))

        for _, alike in groupby(sorted(theories, key=explained), explained):
            yield from sorted(alike, key=self.merit)

    def merit(self, theory: Theory) -> tuple[int, bool, bool, bool, tuple[int, int, int, int]]:
        """Return by what theories are ordered: the best has the least."""
        explained = len(theory.those(self.wrong, EXPLAINS))
        breaks = bool(theory.those(self.calls, BREAKS))
        return -explained, breaks, theory.condition is not None, theory.raises, theory.rank

    def conditioned(self, theory: Theory) -> Theory | None:
        """Return a theory under the condition that it needs by now, ``None`` if none fits."""
        if not theory.those(self.calls, BREAKS):
            return theory
        free = theory.only(None)
        found = self.fitting(free)
        return free.only(found[0]) if found else None

    def fitting(self, theory: Theory) -> list[Condition]:
        """Return the conditions under which a theory breaks no right answer."""
        those = [one.arguments for one in theory.those(self.calls, EXPLAINS)]
        others = [one.arguments for one in theory.those(self.calls, BREAKS)]
        return self._conditions.between(those, others) if those and others else []

    def _halves(self) -> list[Theory]:
        """Return the simulated theories that explain the most, but not all."""
        simulated_ones = {theory.parts: theory for theory in self.pool if len(theory.parts) == 1}
        return sorted(simulated_ones.values(), key=self._width)[:HALVES]

    def _width(self, theory: Theory) -> tuple[int, tuple[int, int, int, int]]:
        return -len(theory.those(self.wrong, EXPLAINS)), theory.rank

    def _with_another(self, half: Theory, seed: Asked) -> Iterator[Theory]:
        """Return the pairs of a mistake with each other one that explain a wrong answer."""
        first = half.parts[0]
        for order, hypothesis in enumerate(self.library(seed)):
            if hypothesis == first or (hypothesis.is_measured and first.is_measured):
                continue
            both = [(first, hypothesis)]
            both += [(hypothesis, first)] if hypothesis.slot == first.slot else []
            for parts in both:
                pair = simulated(self._simulator, *parts, order=order)
                if pair.on(seed) == EXPLAINS:
                    yield pair

    def _common_pairs(self, seed: Asked) -> Iterator[Theory]:
        """Return the pairs of common mistakes that explain a wrong answer."""
        common = [one for one in self.library(seed) if one.rank == COMMON]
        alone = {
            id(one): prediction
            for one in common
            if (prediction := self._simulator.predict((one,), seed.arguments)) is not None
            and not seed.is_due(prediction)
        }
        acting = [one for one in common if id(one) in alone]
        numbers = sum(map(np.size, seed.arguments.values()))
        many = int(PAIRS * min(1.0, SIZE_OF_PAIRS / numbers))
        for order, parts in enumerate(islice(_pairs_of(acting), many)):
            if not pairs.may_give(seed, *(alone[id(part)] for part in parts)):
                continue
            pair = simulated(self._simulator, *parts, order=order)
            if pair.on(seed) == EXPLAINS:
                yield pair


def _pairs_of(hypotheses: Sequence[Hypothesis]) -> Iterator[tuple[Hypothesis, Hypothesis]]:
    """Return pairs in the order in which a formula has their slots, of the commonest first."""
    count = len(hypotheses)
    for total in range(1, 2 * count):
        for index in range(max(0, total - count + 1), min(total, count)):
            one, other = hypotheses[index], hypotheses[total - index]
            if index != total - index and (index < total - index or one.slot == other.slot):
                yield one, other


def _telling(asked: Asked) -> tuple[bool, bool, int]:
    """Return by what wrong answers are ordered: those of several fractions first, small ones."""
    numbers = asked.due[np.isfinite(asked.due)]
    fractions = bool((numbers % 1).any())
    return len(asked.numbers) < 6, not fractions, sum(map(np.size, asked.arguments.values()))


def fault_theory(
    identity: str,
    words: str,
    remedy: str,
    make: Callable[[], Callable[..., Array]],
    *,
    is_own: bool,
    required: Sequence[str] = (),
) -> Theory:
    """Return the theory that a known mistake was made; ``required`` are passed by position."""

    def answered(function: Callable[..., Array], arguments: Arguments) -> Array | None:
        try:
            given = {name: _copy(value) for name, value in arguments.items()}
            first = [given.pop(name) for name in required]
            with np.errstate(all="ignore"), quiet():
                result: Any = function(*first, **given)
            if isinstance(result, tuple):
                return np.concatenate([np.ravel(one) for one in result])
            return np.asarray(result)
        except (Exception, SystemExit):  # noqa: BLE001 - mistakes raise what they like
            return None

    def answers_again(arguments: Arguments) -> bool:
        function = make()
        first, again = (answered(function, arguments) for _ in range(2))
        return (
            first is not None and again is not None and np.array_equal(first, again, equal_nan=True)
        )

    def predict(arguments: Arguments) -> Array | None:
        return answered(make(), arguments)

    return Theory(
        (),
        predict,
        fault=identity,
        said=(words, remedy),
        is_own=is_own,
        again=answers_again,
    )


def _copy(value: object) -> object:
    return value.copy() if isinstance(value, np.ndarray) else value
