"""Stretches of a walk: so many calls of one operation, judged in one go, wherever that is.

Each begins with an implementation that has seen no call: what comes of it depends on nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cnnspec.declaration.combinations import Combined, Row, Space
from cnnspec.exploration.judging import Judged, judged, judged_in_a_row
from cnnspec.exploration.shrinking import shrunk
from cnnspec.exploration.subject import Source, Subject, opened
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import LOST, NonconformanceError

#: Calls of a stretch.
LENGTH = 100

#: Wrong calls of each kind that are made small, in a stretch.
_SHRUNK = 2

#: Right calls that are made again at the end of a stretch, and with how many other numbers each.
_AGAIN, _OTHERS = 3, 2

#: Factors that say nothing of the call itself.
_UNCOUNTED = ("draw",)


@dataclass(frozen=True)
class Stretch:
    """The calls of one operation from one place on."""

    operation: str
    start: int
    stop: int
    seed: int
    is_small: bool = False

    def row(self, space: Space, index: int) -> Row:
        """Return the row of a place in the space of the operation."""
        return space.small_row(index) if self.is_small else space.row(index, self.seed)


@dataclass(frozen=True)
class Wrong:
    """A call that is wrong.

    Attributes
    ----------
    operation, index
        What was called, and its place in the walk.
    complaint : str
        What kind of thing went wrong.
    said : str
        The first line of what is wrong with the smallest such call.
    row : mapping
        That call, if it was looked for, else the call itself.
    is_shrunk : bool
        Whether a smaller one was looked for.
    """

    operation: str
    index: int
    complaint: str
    said: str
    row: Row
    is_shrunk: bool = False


@dataclass
class Walked:
    """What came of a stretch.

    ``levels`` counts the judged calls by factor and level, ``why_not`` the others by their reasons.
    """

    stretch: Stretch
    judged: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    why_not: Counter[str] = field(default_factory=Counter)
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)


def walk(source: Source, stretch: Stretch) -> Walked:
    """Judge the calls of a stretch of what a source names."""
    return walked_by(opened(source), stretch)


def walked_by(subject: Subject, stretch: Stretch) -> Walked:
    """Judge the calls of a stretch."""
    walked = Walked(stretch)
    space = subject.space(stretch.operation)
    kept: list[Row] = []
    with subject.afresh() as judge:
        for index in range(stretch.start, stretch.stop):
            row = stretch.row(space, index)
            made = space.made(row)
            if made is None:
                walked.why_not["no such call"] += 1
                continue
            found = judged(judge, made)
            if found.why_not:
                walked.why_not[found.why_not] += 1
                continue
            _count(walked, row)
            if found.error is not None:
                walked.wrong.append(_wrong(subject, walked, row, index, found.error))
            elif len(kept) < _AGAIN:
                kept.append(row)
        _ask_again(judge, walked, kept, space)
    return walked


def _count(walked: Walked, row: Row) -> None:
    walked.judged += 1
    walked.levels.update(
        (name, _text(level)) for name, level in row.items() if name not in _UNCOUNTED
    )


def _text(level: Any) -> str:
    return "not given" if level is None else str(level)


def _wrong(
    subject: Subject, walked: Walked, row: Row, index: int, error: NonconformanceError
) -> Wrong:
    """Return what is known of a wrong call; the first ones of each kind are made small."""
    operation = walked.stretch.operation
    kind = str(error.complaint)
    seen = sum(one.complaint == kind for one in walked.wrong)
    if seen >= _SHRUNK or error.complaint in LOST:
        return Wrong(operation, index, kind, _first_line(error), row)
    found: dict[str, NonconformanceError] = {}

    def is_as_wrong(simpler: Row) -> bool:
        made = space.made(simpler)
        with subject.afresh() as judge:
            of_it = judged(judge, made).error if made is not None else None
        if of_it is None or of_it.complaint is not error.complaint:
            return False
        found["smallest"] = of_it
        return True

    space = subject.space(operation)
    if not is_as_wrong(row):  # what earlier calls left is a part of it
        return Wrong(operation, index, kind, _first_line(error), row)
    smallest = shrunk(space, row, is_as_wrong)
    return Wrong(operation, index, kind, _first_line(found["smallest"]), smallest, is_shrunk=True)


def _ask_again(judge: Judge, walked: Walked, rows: list[Row], space: Space) -> None:
    """Judge whether right calls, and alike ones, are answered as before, and results are kept."""
    again: dict[str, Row] = {}
    made: list[Combined] = []
    for row in rows:
        for other in _alike(row, space):
            if (one := space.made(other)) is not None:
                again[one.case.id] = other
                made.append(one)
    found = judged_in_a_row(judge, made) if made else Judged()
    if found.error is not None:
        stretch = walked.stretch
        kind, said = str(found.error.complaint), _first_line(found.error)
        row = again.get(found.error.case.id, rows[0])
        walked.wrong.append(Wrong(stretch.operation, stretch.start, kind, said, row))


def _alike(row: Row, space: Space) -> Iterator[Row]:
    """Yield a row, others with other numbers, and one with numbers of another dtype."""
    yield row
    for turn in range(_OTHERS):
        yield {**row, "draw": f"{row['draw']}.{turn}"}
    others = [one for one in space.levels.get("numbers", ()) if one != row["numbers"]]
    if others:
        yield {**row, "numbers": others[0]}


def _first_line(error: NonconformanceError) -> str:
    return error.message.splitlines()[0]
