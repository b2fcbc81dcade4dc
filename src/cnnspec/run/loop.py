"""The loop over the spec tests that were collected, on one implementation after the other."""

import gc
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from cnnspec.cases.answers import exact_answer
from cnnspec.cases.kept_answers import KeptAnswers
from cnnspec.cases.requirements import requirements
from cnnspec.run.beforehand import (
    Beforehand,
    depends_on_past,
    has_passed,
    run_beforehand,
    take_over,
)
from cnnspec.run.collection import requirement_of, without_searches_for_garbage
from cnnspec.run.known_failures import KnownFailures
from cnnspec.run.plain_runs import is_plain, run_plainly
from cnnspec.run.records import test_id
from cnnspec.run.session import SESSION
from cnnspec.subject.boundary import Implementation

if TYPE_CHECKING:
    from cnnspec.diagnosis.replays import RanTest
    from cnnspec.report.entries import Json

#: Is told what is being done, and of how many tests how many have run.
Progress = Callable[[str, int, int], None]


#: Is told of each test that fails, as it does: the requirement, and what is wrong.
Failed = Callable[[str, str], None]


def unheard(_requirement: str, _said: str) -> None:
    """Tell nobody that a test has failed."""


def unseen(_doing: str, _ran: int, _tests: int) -> None:
    """Show nobody how far a check has come."""


class Loop:
    """Runs the collected spec tests on each of several implementations, and keeps the reports."""

    def __init__(
        self,
        implementations: Sequence[Implementation],
        *,
        stop_at_first: bool,
        known: KnownFailures | None,
        progress: Progress,
        shows_snippets: bool,
        answers: KeptAnswers | None,
        processes: int,
        failed: Failed,
    ) -> None:
        self.implementations = implementations
        self.progress = progress
        self.shows_snippets = shows_snippets
        self.answers = answers
        self.processes = processes
        self.failed = failed
        self.stop_at_first = stop_at_first
        self.known = known or KnownFailures()
        self.reports: list[Json] = []
        self.complaints: list[str] = []
        self.ran: list[RanTest] = []
        self.untested: list[RanTest] = []
        self.interrupted = False
        self.selected = 0

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Hand over the first implementation, by which the tests are collected."""
        state = session.config.stash[SESSION]
        state.known = self.known
        state.shows_snippets = self.shows_snippets
        state.exactly = self.answers.answer if self.answers else exact_answer
        state.judge(self.implementations[0])

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Collect the tests at less cost."""
        with without_searches_for_garbage():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all tests on one implementation after the other."""
        if session.testsfailed:  # tests could not be collected
            return None
        self.selected = len(session.items)
        if self.shows_snippets:
            session.items[:] = small_ones_first(session.items)
        plain = all(map(is_plain, session.items))
        with _spared_by_searches_for_garbage():
            for implementation in self.implementations:
                self._judge(session, implementation, plain=plain)
        return True

    def _judge(
        self, session: pytest.Session, implementation: Implementation, *, plain: bool
    ) -> None:
        """Run all tests on an implementation, and keep its report."""
        state = session.config.stash[SESSION]
        state.judge(implementation)
        found = self._beforehand(session.items, implementation) if plain else {}
        if not found or not self._rerun(session, found):
            if found:
                implementation.start_anew()
                state.judge(implementation)
            self._run(session, plain=plain)
        every = len(session.items)
        self.progress("working out the diagnosis", every, every)
        self.reports.append(state.report())
        self.ran, self.untested = state.ran, state.untested

    def _run(self, session: pytest.Session, *, plain: bool) -> None:
        """Run all tests, or up to the first failure."""
        session.testsfailed = 0
        every = len(session.items)
        for ran, (item, following) in enumerate(zip_longest(session.items, session.items[1:])):
            self.progress(f"judging {_judged_by(item)}", ran, every)
            if plain:
                has_failed = run_plainly(item)
                session.testsfailed += has_failed
                if has_failed:
                    self.failed(*_failure(item))
            else:
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.stop_at_first and session.testsfailed:
                break

    @staticmethod
    def _rerun(session: pytest.Session, found: Mapping[int, Beforehand]) -> bool:
        """Take over what passed beforehand, run the rest, and return whether both agree."""
        session.testsfailed = 0
        for place, item in enumerate(session.items):
            if found[place].record:
                take_over(item, found[place])
                continue
            session.testsfailed += run_plainly(item)
            if has_passed(item) or depends_on_past(item):
                return False
        return True

    def _beforehand(
        self, items: Sequence[pytest.Item], implementation: Implementation
    ) -> dict[int, Beforehand]:
        """Run tests in several processes, if that is asked for, and say how far they are."""
        ran = 0

        def heard(item: pytest.Item, said: str) -> None:
            nonlocal ran
            ran += 1
            self.progress(f"judging {_judged_by(item)}", ran, len(items))
            if said:
                self.failed(requirement_of(item) or "", said)

        finish = self.answers.write if self.answers else lambda: None
        return run_beforehand(items, implementation, self.processes, heard, finish)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why tests could not be collected."""
        if report.failed:
            self.complaints.append(str(report.longrepr))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep that a person interrupted the run."""
        self.interrupted = isinstance(excinfo.value, KeyboardInterrupt)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep what went wrong inside pytest or the plugin."""
        self.complaints.append(str(excrepr))


@contextmanager
def _spared_by_searches_for_garbage() -> Iterator[None]:
    """Leave what is there out of searches for garbage meanwhile: of all tests nothing is let go."""
    if gc.get_freeze_count():  # somebody else has
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def small_ones_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return tests with those of each module's first requirement before all others.

    These are the plain small cases of each operation: most mistakes show in them already.
    """
    first: dict[object, str | None] = {}
    for item in items:
        first.setdefault(item.path, requirement_of(item))
    return sorted(items, key=lambda item: requirement_of(item) != first[item.path])


def _judged_by(item: pytest.Item) -> str:
    """Return the operations that a test is about, in words."""
    requirement = requirements().get(requirement_of(item) or "")
    return ", ".join(requirement.operations[:2]) if requirement else item.name


def _failure(item: pytest.Item) -> tuple[str, str]:
    """Return the requirement of a test that has failed, and what is wrong."""
    failure = item.config.stash[SESSION].records[test_id(item)].failure
    return requirement_of(item) or "", failure["message"] if failure else ""
