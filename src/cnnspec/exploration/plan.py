"""What is to be explored, and what came of it so far."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cnnspec.declaration.combinations import Space
from cnnspec.exploration.stretches import Walked, Wrong
from cnnspec.exploration.subject import Source


@dataclass
class Explored:
    """What came of the calls of one operation, so far."""

    operation: str
    walked: int = 0
    judged: int = 0
    why_not: Counter[str] = field(default_factory=Counter)
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)

    def add(self, walked: Walked) -> None:
        """Add what came of the next stretch."""
        self.walked = walked.stretch.stop
        self.judged += walked.judged
        self.why_not += walked.why_not
        self.levels += walked.levels
        self.wrong += walked.wrong


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be explored.

    Attributes
    ----------
    source : Source
    operations : sequence of str
        All that are offered, if none is named.
    seed : int
    cases : int or None
        Calls of each operation; ``None``: until the time is over.
    minutes : float or None
        After which no more stretches are begun.
    is_small : bool
        Whether all small calls are walked, in order.
    """

    source: Source
    operations: Sequence[str] = ()
    seed: int = 0
    cases: int | None = None
    minutes: float | None = None
    is_small: bool = False

    def end(self, space: Space) -> int | None:
        """Return how many calls of a space there are to be, ``None`` for no end."""
        if not self.is_small:
            return self.cases
        return space.count if self.cases is None else min(space.count, self.cases)
