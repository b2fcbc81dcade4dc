"""Running spec tests beforehand, in several processes: what they find passed need not run here.

Each process is a copy of this one that gives the implementation a process of its own, and takes
requirement after requirement. What fails, or is a known failure, is run here all the same, in its
place among the others, so that the report is that of a single process. Where a call is lost, or an
answer depends on earlier calls, nothing is taken over: it matters then who has made which calls.
"""

import multiprocessing
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

import pytest

from cnnspec.judge.nonconformance import OF_THE_PAST
from cnnspec.report.entries import Json, Record
from cnnspec.run.collection import requirement_of
from cnnspec.run.plain_runs import prepare, run_plainly
from cnnspec.run.records import keep, test_id
from cnnspec.run.session import SESSION, Session
from cnnspec.subject.boundary import Implementation

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from multiprocessing.sharedctypes import Synchronized

#: What a process says last: that it has come to its end.
_DONE = -1

#: Is told which test has run, and what is wrong, "" for nothing.
Heard = Callable[[pytest.Item, str], None]


@dataclass(frozen=True)
class Beforehand:
    """What another process found by a test.

    Attributes
    ----------
    place : int
        Of the test among all.
    record : dict or None
        Its record; ``None`` if it has to be run again.
    was_tested : bool or None
        Whether it is among those that ran, or the untested; ``None``: it is among neither.
    notes : tuple of str
        What was noticed of kinds of options meanwhile.
    said : str
        What is wrong, "" for nothing.
    """

    place: int
    record: Json | None = None
    was_tested: bool | None = None
    notes: tuple[str, ...] = ()
    said: str = ""


def run_beforehand(
    items: Sequence[pytest.Item],
    implementation: Implementation,
    processes: int,
    heard: Heard,
    finish: Callable[[], None],
) -> dict[int, Beforehand]:
    """Return what so many processes find by tests, by their places; nothing if it may differ here.

    Each calls ``finish`` in the end.
    """
    if processes < 2 or implementation.leave is None or not items:
        return {}
    found: dict[int, Beforehand] = {}
    with _started(processes, partial(_run_some, items, implementation, finish)) as lines:
        open_lines = list(lines)
        while open_lines:
            for line in wait(open_lines):
                assert isinstance(line, Connection)
                try:
                    one: Beforehand | None = line.recv()
                except EOFError:
                    return {}  # it has not come to its end
                if one is None:
                    return {}
                if one.place == _DONE:
                    open_lines.remove(line)
                    continue
                found[one.place] = one
                heard(items[one.place], one.said)
    return found


@contextmanager
def _started(processes: int, run: Callable[..., None]) -> Iterator[list[Connection]]:
    """Start processes that run tests, and end them."""
    context = multiprocessing.get_context("fork")
    following = context.Value("i", 0)
    started: list[BaseProcess] = []
    lines: list[Connection] = []
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=run, args=(following, theirs), daemon=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # other threads only wait for the implementation
                process.start()
            theirs.close()
            started.append(process)
            lines.append(ours)
        yield lines
    finally:
        for one in started:
            one.terminate()
            one.join()
        for line in lines:
            line.close()


def _run_some(
    items: Sequence[pytest.Item],
    implementation: Implementation,
    finish: Callable[[], None],
    following: "Synchronized[int]",
    line: Connection,
) -> None:
    """Run the tests of one requirement after the other, each of which is run in one process."""
    assert implementation.leave is not None
    implementation.leave()
    session = items[0].config.stash[SESSION]
    session.past = None  # what fails is run again
    of_each = groupby(range(len(items)), lambda place: requirement_of(items[place]))
    groups = [[*places] for _, places in of_each]
    while (number := _next(following)) < len(groups):
        for place in groups[number]:
            one = _run_one(session, items[place], place)
            if implementation.losses or depends_on_past(items[place]):
                line.send(None)
                return
            line.send(one)
    finish()
    implementation.close()
    line.send(Beforehand(_DONE))


def _next(following: "Synchronized[int]") -> int:
    with following.get_lock():
        number = following.value
        following.value += 1
    return number


def _run_one(session: Session, item: pytest.Item, place: int) -> Beforehand:
    notes = session.capabilities.kinds.notes
    known, ran, untested = len(notes), len(session.ran), len(session.untested)
    run_plainly(item)
    record = session.records[test_id(item)]
    if not has_passed(item):
        return Beforehand(place, said=record.failure["message"] if record.failure else "")
    was_tested = True if len(session.ran) > ran else None
    was_tested = False if len(session.untested) > untested else was_tested
    return Beforehand(place, vars(record), was_tested, tuple(notes[known:]))


def has_passed(item: pytest.Item) -> bool:
    """Return whether a test that has run passed, or tested nothing."""
    record = item.config.stash[SESSION].records[test_id(item)]
    return record.status in ("passed", "not tested") and not record.known


def depends_on_past(item: pytest.Item) -> bool:
    """Return whether a test that has run has failed by what earlier calls left behind."""
    ran = item.config.stash[SESSION].ran
    error = ran[-1].error if ran and ran[-1].id == test_id(item) else None
    return error is not None and (error.differs_again or error.complaint in OF_THE_PAST)


def take_over(item: pytest.Item, found: Beforehand) -> None:
    """Keep what another process found by a test that has not failed there."""
    assert isinstance(item, pytest.Function)
    assert found.record is not None
    session = item.config.stash[SESSION]
    notes = session.capabilities.kinds.notes
    notes += [note for note in found.notes if note not in notes]
    if found.was_tested is not None:
        prepare(item)
        keep(item, None, tested=found.was_tested)
    record = Record(**found.record)
    session.records[record.test] = record
