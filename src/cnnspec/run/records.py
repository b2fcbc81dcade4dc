"""What is kept of each spec test: its record for the report, and what runs it again."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.diagnosis.examination import WHOLE_LAYERS, is_whole
from cnnspec.diagnosis.replays import RanTest
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.report.entries import KNOWN_FAILURE, Json, failure_entry, stopped_entry
from cnnspec.report.verdict import plainest_first
from cnnspec.run.collection import requirement_of
from cnnspec.run.excuses import Found, go_on, passed
from cnnspec.run.session import FOUND, JUDGE, SESSION, UNFINISHED
from cnnspec.snippets.shown_snippets import key_of, told


def beyond_known(item: pytest.Function, error: NonconformanceError) -> NonconformanceError | None:
    """Return the first failure of a test that is not known, and keep those that are."""
    judge, known = item.stash.get(JUDGE, None), item.config.stash[SESSION].known
    if judge is None or not known.entries:
        return error
    arguments = _arguments(item)

    def run(another: Judge) -> object:
        return item.obj(**{**arguments, "judge": another})

    found = go_on(error, requirement_of(item) or "", known, judge, run)
    item.stash[FOUND] = found
    return found.error


def _arguments(item: pytest.Function) -> dict[str, Any]:
    names = names_of(item.obj)
    return {name: value for name, value in item.funcargs.items() if name in names}


def keep(item: pytest.Function, error: NonconformanceError | None, *, tested: bool = True) -> None:
    """Keep a spec test, to be run again."""
    identity = requirement_of(item)
    if identity not in requirements() or JUDGE not in item.stash:
        return
    session = item.config.stash[SESSION]
    kept = session.ran if tested else session.untested
    if error is not None and is_whole(identity) and _has_enough(kept, identity):
        return  # each failure holds large arrays
    kept.append(RanTest(identity, test_id(item), item.obj, _arguments(item), error))


def _has_enough(kept: list[RanTest], identity: str) -> bool:
    """Return whether there are failures enough of a requirement to be looked into."""
    failed = [test for test in kept if test.error is not None and test.requirement == identity]
    return len(failed) >= WHOLE_LAYERS


@cache
def names_of(function: Callable[..., object]) -> frozenset[str]:
    """Return the names of a function's parameters."""
    return frozenset(inspect.signature(function).parameters)


def test_id(item: pytest.Item) -> str:
    """Return how reports name a test, wherever the suite is installed."""
    return f"{item.path.stem}::{item.nodeid.partition('::')[2]}"


def cases_of(item: pytest.Function) -> set[str]:
    """Return the ids of the cases that a test is given."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {value.id for value in given if isinstance(value, Case)}


#: What reports call the outcomes of pytest.
STATUS = {"passed": "passed", "failed": "failed", "skipped": "not tested"}


def reason_of(error: BaseException | None) -> str:
    """Return why a test was skipped."""
    return str(error).removeprefix("Skipped: ").removeprefix("not tested: ")


def entry_of(
    item: pytest.Item, error: BaseException | None, outcome: str
) -> tuple[Json, str | None]:
    """Return the record of a test, as data, and the reason if it is a known failure."""
    identity, known = requirement_of(item) or "", item.config.stash[SESSION].known
    case = error.case.id if isinstance(error, NonconformanceError) else item.name
    failed = outcome == "failed"
    excuse = known.reason(identity, case) if failed else None
    entry = {
        "requirement": identity,
        "test": test_id(item),
        "status": KNOWN_FAILURE if excuse is not None else STATUS[outcome],
        "reason": reason_of(error) if outcome == "skipped" else "",
        "unfinished": item.stash.get(UNFINISHED, False),
        "failure": failure_of(item, error) if failed and excuse is None else None,
        **found_in(item, error if excuse is not None else None, outcome),
    }
    return entry, excuse


def found_in(item: pytest.Item, excused: BaseException | None, outcome: str) -> Json:
    """Return what a record says of the calls of a test, and of its known failures."""
    known = item.config.stash[SESSION].known
    judge = item.stash.get(JUDGE, None)
    if judge is None:
        return {"known": [_known_entry(item, excused)] if excused is not None else []}
    found = item.stash.get(FOUND, None)
    if found is None:
        found = passed(judge, known) if outcome == "passed" else Found(judge)
    errors: list[BaseException] = [*found.known]
    if excused is not None and excused not in errors:
        errors.append(excused)
    return {
        "checks": found.judge.checks,
        "figures": found.judge.figures.as_json(),
        "known": [_known_entry(item, error) for error in errors],
        "cases": found.cases,
        "unjudged": found.judge.unjudged,
        "limits": [limit.as_json() for limit in judge.limits.values()],
    }


def _known_entry(item: pytest.Item, error: BaseException) -> Json:
    entry = failure_of(item, error)
    known = item.config.stash[SESSION].known
    return {**entry, "known": known.reason(entry["requirement"], entry["case"]), "diagnosis": []}


def failure_of(item: pytest.Item, error: BaseException | None) -> Json:
    """Return the entry of a failure in the report."""
    identity = requirement_of(item) or ""
    if isinstance(error, NonconformanceError):
        session = item.config.stash[SESSION]
        recent = list(session.capabilities.implementation.recent)
        if session.past is not None and not is_whole(identity):
            session.past.look(error)
        one = told(error, recent, session.capabilities)
        entry = failure_entry(identity, error, one.text if one else "")
        if one is not None:
            session.told[key_of(identity, entry)] = replace(one, place=plainest_first(entry))
        return entry
    return stopped_entry(identity, item.name, error)
