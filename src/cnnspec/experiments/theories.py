"""Theories: what an implementation may compute, and what becomes of each on the calls asked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from cnnspec.experiments.conditions import Condition
from cnnspec.experiments.laboratory import Arguments, Array, Asked
from cnnspec.simulation.hypothesis import COMMON, ODD, Hypothesis, Simulator

#: What becomes of a theory on one call: it predicts the wrong answer; it predicts a wrong answer
#: that did not come, where the answer is right, or wrong in another way; it says nothing.
EXPLAINS, BREAKS, FAILS, SILENT = "explains", "breaks", "fails", "silent"

#: That it does not matter what an option is.
_WHATEVER = re.compile(r", whatever( \w+)? is given")

#: Numbers of an answer that is kept.
_SMALL = 2000


@dataclass(eq=False)
class Theory:
    """One or two things that are done instead, by a simulator or as a known mistake does them.

    ``said`` are the words and the remedy of a known mistake. ``order`` is where it stands among
    those that are tried: rooms name their plainest first. ``is_own`` says that it is a known
    mistake of this very operation, not of one that it is made of. ``told`` are words that are told
    instead of those of the parts, and ``again`` returns whether a known mistake answers a call
    in the same way when it is made again. ``failed`` holds, by call, the small answers that it
    predicts and that did not come. ``raises`` says that a known mistake gave no answer to a call
    that was answered rightly: it may be another one.
    """

    parts: tuple[Hypothesis, ...]
    predict: Callable[[Arguments], Array | None]
    fault: str | None = None
    condition: Condition | None = None
    order: int = 0
    said: tuple[str, str] = ("", "")
    is_own: bool = False
    told: tuple[str, ...] = ()
    again: Callable[[Arguments], bool] | None = None
    failed: dict[int, Array] = field(default_factory=dict, repr=False)
    raises: bool = False
    _known: dict[int, str] = field(default_factory=dict, repr=False)

    def on(self, asked: Asked) -> str:
        """Return what becomes of it on a call."""
        if self.condition and not self.condition.holds(asked.arguments):
            return FAILS if asked.is_wrong else SILENT
        if id(asked) not in self._known:
            self._known[id(asked)] = self._on(asked)
        return self._known[id(asked)]

    def _on(self, asked: Asked) -> str:
        if asked.is_wrong and not asked.tells:
            return SILENT
        prediction = self.predict(asked.arguments)
        if prediction is None:
            self.raises |= bool(self.fault) and not asked.is_wrong
            return FAILS if asked.is_wrong else SILENT
        if asked.is_wrong:
            if asked.is_met(prediction) and not asked.is_due(prediction):
                return EXPLAINS
            if prediction.size <= _SMALL:
                self.failed[id(asked)] = prediction
            return FAILS
        return SILENT if asked.is_due(prediction) or asked.is_met(prediction) else BREAKS

    def knows(self, asked: Asked) -> bool:
        """Return whether it was tried on a call."""
        return id(asked) in self._known

    def is_steady(self, asked: Asked) -> bool:
        """Return whether it gives the same answer again: else it is about the past."""
        return self.again is None or self.again(asked.arguments)

    def is_possible(self, asked: Asked) -> bool:
        """Return whether a call does not refute it: what it does, if anything, is what came."""
        if self.on(asked) == BREAKS:
            return False
        if self.on(asked) == FAILS:
            prediction = self.failed.get(id(asked), None)
            if prediction is None:
                prediction = self.predict(asked.arguments)
            return prediction is None or asked.is_due(prediction)
        return True

    @property
    def has_explained(self) -> bool:
        """Whether it explains one of the calls on which it was tried."""
        return EXPLAINS in self._known.values()

    def those(self, calls: Iterable[Asked], what: str) -> list[Asked]:
        """Return the calls on which one thing becomes of it."""
        return [asked for asked in calls if self.on(asked) == what]

    def only(self, condition: Condition | None) -> "Theory":
        """Return the same under a condition."""
        return replace(self, condition=condition)

    @property
    def is_measured(self) -> bool:
        """Whether a number in it was taken from one answer."""
        return any(part.is_measured for part in self.parts)

    @property
    def words(self) -> tuple[str, ...]:
        """What is done, each thing as a clause, under its condition."""
        words = self.told or tuple(part.words for part in self.parts) or (self.said[0],)
        return tuple(_only(one, self.condition.words) if self.condition else one for one in words)

    @property
    def remedies(self) -> tuple[str, ...]:
        """What is due instead."""
        return tuple(part.remedy for part in self.parts if part.remedy) or (self.said[1],)

    def reworded(self, part: Hypothesis, words: str, remedy: str) -> "Theory":
        """Return the same with one part in other words."""
        better = replace(part, words=words, remedy=remedy)
        return replace(
            self,
            parts=tuple(better if one is part else one for one in self.parts),
            told=tuple(one.replace(part.words, words) for one in self.told),
        )

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """By what theories that explain as much are ordered: the plainest first."""
        return (
            0 if self.is_own else max(len(self.parts), 1),
            sum(part.is_measured for part in self.parts),
            max((part.rank for part in self.parts), default=ODD if self.fault else COMMON),
            self.order,
        )


def _only(words: str, condition: str) -> str:
    """Return what is done under a condition, without what contradicts it."""
    if condition.startswith("without "):
        words = _WHATEVER.sub("", words)
    return f"{words}, only {condition}"


def simulated(simulator: Simulator, *parts: Hypothesis, order: int = 0) -> Theory:
    """Return the theory that these things are done."""
    return Theory(parts, lambda arguments: simulator.predict(parts, arguments), order=order)


def at_times(one: Theory, both: Theory, condition: Condition) -> Theory:
    """Return the theory that one thing is done, and another one too under a condition."""
    other = next(part for part in both.parts if part not in one.parts)
    return Theory(
        both.parts,
        lambda arguments: (both if condition.holds(arguments) else one).predict(arguments),
        order=both.order,
        told=(*one.words, f"{other.words}, only {condition.words}"),
    )
