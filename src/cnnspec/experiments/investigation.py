"""The investigation of one operation: from failing calls to what may be claimed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnspec.experiments.conditions import Conditions
from cnnspec.experiments.laboratory import Arguments, Array, Asked, Floats, Laboratory
from cnnspec.experiments.measuring import measure
from cnnspec.experiments.names import named
from cnnspec.experiments.observations import Observer
from cnnspec.experiments.search import Search
from cnnspec.experiments.theories import BREAKS, EXPLAINS, Theory
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw
from cnnspec.subject.capabilities import Capabilities

Json = dict[str, Any]

#: Calls of the failing tests, of the passed ones, and drawn ones from which a search starts.
FAILING, PASSED, DRAWN = 24, 24, 24

#: Drawn calls that a theory has to predict before anything is certain, and wrong ones of these.
FRESH, FRESH_WRONG = 20, 2

#: How often fresh calls are drawn until some are wrong.
_DRAWN_AGAIN = 3

#: Drawn calls on which theories are told apart, and how many of these are asked.
TOLD_APART, CONTESTS = 60, 10

#: Different numbers in answers, and answers with so many, that a proof needs.
NUMBERS, INFORMATIVE = 2, 3

#: Answers by which known mistakes are refuted.
REFUTING = 8

#: Calls that are made of a copy without a past.
ALONE = 3

#: Calls on either side of a condition that a proof needs.
DIVIDED = 3

#: The share of the wrong answers that is enough to be told as likely.
MOST = 0.9

#: The share without which nothing is said of one finding, and of all together.
LEAST, HALF = 0.3, 0.5

#: Wrong answers that an observation under a condition explains at least.
CONDITIONED = 5

#: How sure a finding is.
CERTAIN, LIKELY, OBSERVED = "certain", "likely", "observed"


@dataclass(frozen=True)
class Finding:
    """What an implementation does instead, and how sure that is.

    ``tests`` are those whose calls it explains, ``faults`` the known mistakes that do the same.
    """

    words: tuple[str, ...]
    remedies: tuple[str, ...]
    grade: str
    tests: tuple[str, ...]
    faults: tuple[str, ...] = ()
    explained: frozenset[int] = frozenset()
    asked: int = 0


class Investigation:
    """Asks one operation of an implementation why its answers are wrong."""

    def __init__(
        self, operation: str, capabilities: Capabilities, faults: Sequence[Theory] = ()
    ) -> None:
        self._declared = OPERATIONS[operation]
        simulator = self._declared.simulator
        assert simulator is not None
        self._simulator = simulator
        self._conditions = Conditions(simulator.sizes, self._declared.options, self._declared.data)
        self._faults = faults
        self.laboratory = Laboratory(operation, capabilities)
        self._draw = Draw(20)
        self._search: Search | None = None

    def run(
        self, failing: Iterable[tuple[str, Arguments]], passed: Iterable[Arguments]
    ) -> list[Finding]:
        """Return what explains failing tests, given with their calls by their ids."""
        calls = self._calls(failing, passed)
        if not any(one.tells for one in calls) or not self._is_steady(calls):
            return []
        search = self.watch(calls)
        chosen = search.run()
        chosen = [self._contested(search, theory) for theory in chosen]
        fresh = self._fresh()
        search.calls += fresh
        better = [self._better(search, theory) for theory in chosen]
        if better != chosen:
            chosen, fresh = better, self._fresh()  # chosen by the fresh calls: others must prove it
            search.calls += fresh
        findings = [self._finding(search, theory, fresh) for theory in search.cover(chosen)]
        found = _together([one for one in findings if one is not None])
        found = [one for one in found if len(one.explained) >= LEAST * one.asked]
        together = set().union(*(one.explained for one in found))
        return found if found and len(together) >= HALF * found[0].asked else []

    @property
    def is_steady(self) -> bool:
        """Whether a run found wrong answers, and the same ones again."""
        return self._search is not None

    def watch(self, calls: Sequence[Asked]) -> Search:
        """Return the search for what explains some calls, and keep it for `observe`."""
        self._search = Search(self._simulator, self._conditions, self._faults, calls, self._answer)
        return self._search

    def observe(self) -> Finding | None:
        """Return when, where and by how much answers are wrong, after a run that explains none."""
        if self._search is None:
            return None
        observer = Observer(self._simulator, self._conditions, self.laboratory)
        said, remedy = observer.of(self._search.calls)
        if not said:
            return None
        wrong = self._search.wrong
        tests = tuple(test for one in wrong for test in one.tests)
        explained = frozenset(map(id, wrong))
        return Finding((said,), (remedy,), OBSERVED, tests, explained=explained, asked=len(wrong))

    def measured(self) -> Json | None:
        """Return what shows the mistake beside what is due, after an investigation.

        ``None`` where answers are not steady, and where nothing is learned from it.
        """
        return measure(self.laboratory, self._search.wrong if self._search else [])

    def _answer(self, arguments: Arguments) -> Floats | None:
        asked = self.laboratory.ask(arguments)
        return None if asked is None else asked.got

    def possible(self) -> set[str]:
        """Return the known mistakes that no answer refutes: they explain some, or say nothing.

        What shows in no answer may show in something else that a call does.
        """
        assert self._search is not None
        every = self._search.calls
        calls = every[:: -(-len(every) // REFUTING)]
        return {
            theory.fault
            for theory in self._faults
            if theory.fault
            and all(map(theory.is_possible, filter(theory.knows, every)))
            and all(map(theory.is_possible, calls))
        }

    # --- asking ------------------------------------------------------------------------------

    def shows_alone(self, finding: Finding) -> bool:
        """Return whether calls that a finding explains are wrong without any call before them."""
        calls = self._search.calls if self._search else []
        explained = [one for one in calls if id(one) in finding.explained][:ALONE]
        afresh = [self.laboratory.ask_afresh(one.arguments) for one in explained]
        return all(one is not None and one.is_wrong for one in afresh)

    def explaining(self) -> set[str]:
        """Return the known mistakes that explain one of the calls on which they were tried."""
        return {theory.fault for theory in self._faults if theory.fault and theory.has_explained}

    def asked_tests(self) -> set[str]:
        """Return the tests whose calls were made again, and wrong again."""
        calls = self._search.calls if self._search else []
        return {test for one in calls if one.tells for test in one.tests}

    def _calls(
        self, failing: Iterable[tuple[str, Arguments]], passed: Iterable[Arguments]
    ) -> list[Asked]:
        found: list[Asked] = []
        asked: dict[int, Asked | None] = {}
        for test, arguments in failing:
            if id(arguments) not in asked:
                if len(asked) >= FAILING:
                    continue
                asked[id(arguments)] = self.laboratory.ask(arguments)
            one = asked[id(arguments)]
            if one is not None and one.is_wrong:
                one.tests.append(test)
        found += [one for one in asked.values() if one is not None]
        for number, arguments in enumerate(passed):
            if number >= PASSED:
                break
            if one := self.laboratory.ask(arguments):
                found.append(one)
        return found + self.drawn(DRAWN)

    def drawn(self, many: int) -> list[Asked]:
        """Return calls of all kinds that are offered."""
        found: list[Asked] = []
        for _ in range(40 * many):
            if len(found) >= many:
                break
            if one := self.laboratory.ask(self._simulator.draw(self._draw)):
                found.append(one)
        return found

    def _is_steady(self, calls: Sequence[Asked]) -> bool:
        """Return whether wrong answers come again, and right ones too, on the same calls."""
        wrong = [one for one in calls if one.is_wrong][:3]
        right = [one for one in calls if not one.is_wrong][:2]
        for one in (*wrong, *right):
            again = self.laboratory.ask(one.arguments)
            if again is None or not one.is_met(again.got) or again.is_wrong != one.is_wrong:
                return False
        return True

    # --- contests ----------------------------------------------------------------------------

    def _contested(self, search: Search, theory: Theory) -> Theory:
        """Ask calls on which rivals differ, until one is left or none can be told apart."""
        best = theory
        for _ in range(CONTESTS):
            rivals = self.rivals(search, best)
            call = self._telling_call(best, rivals)
            if call is None:
                break
            asked = self.laboratory.ask(call)
            if asked is None:
                continue
            search.calls.append(asked)
            candidates = [
                ready for one in (best, *rivals) if (ready := search.conditioned(one)) is not None
            ]
            best = min(candidates, key=search.merit, default=best)
        return best

    def _better(self, search: Search, theory: Theory) -> Theory:
        """Return what explains all that a theory does, and more by now, or else the theory."""
        best = min(self.rivals(search, theory), key=search.merit, default=theory)
        return best if search.merit(best)[:2] < search.merit(theory)[:2] else theory

    def rivals(self, search: Search, best: Theory) -> list[Theory]:
        """Return other theories, or conditions, that no call tells from the best by now."""
        found: list[Theory] = []
        if best.condition:
            free = best.only(None)
            found += [
                free.only(other)
                for other in search.fitting(free)
                if other.words != best.condition.words
            ]
        explained = best.those(search.wrong, EXPLAINS)
        for theory in search.pool:
            if theory.parts == best.parts and theory.fault == best.fault:
                continue
            if any(theory.on(one) != EXPLAINS for one in explained):
                continue  # it may be made beside this one
            ready = search.conditioned(theory)
            if ready and search.merit(ready)[:2] <= search.merit(best)[:2]:
                found.append(ready)
        return found

    def _telling_call(self, best: Theory, rivals: Sequence[Theory]) -> Arguments | None:
        """Return a call on which a rival would be answered in another way."""
        if not rivals:
            return None
        draw = Draw(7 + self.laboratory.calls)
        for _ in range(TOLD_APART):
            arguments = self._simulator.draw(draw)
            if not self.laboratory.offers(arguments):
                continue
            due = self._predicted(best, arguments)
            for rival in rivals:
                answer = self._predicted(rival, arguments)
                if answer is None and rival.raises and not best.raises:
                    continue  # it is known that it raises where the implementation does not
                if not _alike(answer, due):
                    return arguments
        return None

    def _predicted(self, theory: Theory, arguments: Arguments) -> Array | None:
        """Return what a theory says of any call: where its condition does not hold, what is due."""
        if theory.condition and not theory.condition.holds(arguments):
            return self._simulator.predict((), arguments)
        return theory.predict(arguments)

    # --- claims ------------------------------------------------------------------------------

    def _fresh(self) -> list[Asked]:
        """Return drawn calls that no theory has seen, more of them if few are wrong."""
        fresh: list[Asked] = []
        for _ in range(_DRAWN_AGAIN):
            if sum(one.tells for one in fresh) < FRESH_WRONG or not fresh:
                fresh += self.drawn(FRESH)
        return fresh

    def _finding(self, search: Search, theory: Theory, fresh: Sequence[Asked]) -> Finding | None:
        ready = search.conditioned(theory)
        if ready is None:
            ready, grade = theory, OBSERVED
        else:
            grade = self._grade(search, ready, fresh)
        wrong = search.wrong
        explained = ready.those(wrong, EXPLAINS)
        least = CONDITIONED if ready.condition and grade == OBSERVED else 1
        if len(explained) < least:
            return None
        if not theory.fault and not any(one.numbers for one in explained):
            return None  # whatever fails there gives NaN: no cause shows in it
        same = [
            one
            for one in self.rivals(search, ready)
            if one.fault and one.raises == ready.raises and self._telling_call(ready, [one]) is None
        ]
        known = [
            one.fault for one in (ready, *same) if one.is_own and one.fault and not one.condition
        ]
        asked = () if known else [one.arguments for one in wrong]
        said = named(ready, self._simulator, self._faults, asked) if asked else ready
        return Finding(
            words=said.words,
            remedies=said.remedies,
            grade=grade,
            tests=tuple(test for one in explained for test in one.tests),
            faults=tuple(dict.fromkeys(known)),
            explained=frozenset(map(id, explained)),
            asked=len(wrong),
        )

    def _grade(self, search: Search, theory: Theory, fresh: Sequence[Asked]) -> str:
        """Return what may be claimed of a theory."""
        wrong = search.wrong
        explained = theory.those(wrong, EXPLAINS)
        breaks = theory.those(search.calls, BREAKS)
        if breaks or len(explained) < MOST * len(wrong):
            return OBSERVED
        if not any(one.numbers for one in explained):
            return OBSERVED  # of NaN alone nothing can be told for certain
        numbers = [one.numbers for one in explained]
        told_apart = len({min(found) for found in numbers if found})
        free = theory.only(None)
        others = [one for one in search.calls if free.on(one) == BREAKS]
        is_divided = not theory.condition or min(len(explained), len(others)) >= DIVIDED
        informative = sum(len(found) >= NUMBERS for found in numbers)
        of_fresh = theory.those(fresh, EXPLAINS)
        is_proved = (
            len(explained) == len(wrong)
            and len(of_fresh) >= FRESH_WRONG
            and is_divided
            and max(informative, told_apart) >= INFORMATIVE
            and len({_kind(one) for one in explained}) > 1
        )
        rivals = [one for one in self.rivals(search, theory) if one.words != theory.words]
        is_alone = not rivals or self._telling_call(theory, rivals) is None
        return CERTAIN if is_proved and is_alone else LIKELY


def _together(findings: list[Finding]) -> list[Finding]:
    """Return several mistakes as one finding, if they explain nearly all together."""
    explained = set().union(*(one.explained for one in findings))
    asked = max((one.asked for one in findings), default=0)
    if not 1 < len(findings) <= _TOLD_TOGETHER or len(explained) < MOST * asked:
        return findings
    if any(len(one.explained) >= MOST * asked or one.grade == CERTAIN for one in findings):
        return findings
    return [
        Finding(
            words=tuple(words for one in findings for words in one.words),
            remedies=tuple(remedy for one in findings for remedy in one.remedies),
            grade=LIKELY,
            tests=tuple(test for one in findings for test in one.tests),
            explained=frozenset(explained),
            asked=asked,
        )
    ]


#: Mistakes that are told in one sentence.
_TOLD_TOGETHER = 3


def _kind(asked: Asked) -> Any:
    """Return what makes two calls different in kind: shapes, dtypes, options."""
    return tuple(
        (name, np.shape(value), value.dtype.name if isinstance(value, np.ndarray) else repr(value))
        for name, value in asked.arguments.items()
    )


def _alike(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.shape != other.shape:
        return False
    return bool(np.allclose(one, other, rtol=1e-7, atol=1e-9, equal_nan=True))
