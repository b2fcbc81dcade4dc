"""Running spec tests without pytest's work around each of them.

A check runs thousands of tests, most of which take less time than pytest does with them. What
they find is kept as the plugin keeps it.
"""

from typing import Any

import pytest
from hypothesis.errors import Unsatisfiable

from cnnspec.cases.requirements import requirements
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError, UnfinishedError
from cnnspec.report.entries import Record
from cnnspec.run.collection import requirement_of
from cnnspec.run.records import beyond_known, entry_of, keep, names_of
from cnnspec.run.session import FOUND, JUDGE, SESSION, UNFINISHED

#: The fixtures that spec tests may have, and what these need.
_FIXTURES = {"judge", "images", "request"}


def is_plain(item: pytest.Item) -> bool:
    """Return whether a test needs nothing of pytest but its parameters."""
    if not isinstance(item, pytest.Function) or "request" in names_of(item.obj):
        return False
    return _FIXTURES.issuperset({*item.fixturenames} - _parameters(item).keys())


def run_plainly(item: pytest.Item) -> bool:
    """Run a test, keep what it finds, and return whether the implementation fails by it."""
    assert isinstance(item, pytest.Function)
    session = item.config.stash[SESSION]
    requirement = requirements()[requirement_of(item) or ""]
    stash: Any = item.stash
    for key in (JUDGE, FOUND, UNFINISHED):  # of the implementation that was judged before
        if key in stash:
            del stash[key]
    try:
        outcome, error = _run(item)
    except NotTestedError as reason:  # it is of another profile
        outcome, error = "skipped", reason
    entry, excuse = entry_of(item, error, outcome)
    session.records[entry["test"]] = Record(**entry)
    is_advice = requirement.level == "SHOULD" and isinstance(error, NonconformanceError)
    return outcome == "failed" and excuse is None and not is_advice


def _run(item: pytest.Function) -> tuple[str, BaseException | None]:
    """Return what pytest calls the outcome of a test, and the error that it ended with."""
    prepare(item)
    try:
        item.obj(**item.funcargs)
    except NonconformanceError as first:
        error = beyond_known(item, first)
        if error is not None:
            keep(item, error)
        return "failed", error or first
    except (NotTestedError, Unsatisfiable) as reason:
        keep(item, None, tested=False)
        item.stash[UNFINISHED] = isinstance(reason, UnfinishedError)
        if isinstance(reason, Unsatisfiable):
            return "skipped", NotTestedError("no example takes only what is offered")
        return "skipped", reason
    except pytest.skip.Exception as reason:
        return "skipped", reason
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException as error:  # noqa: BLE001 - the test trips over what was returned
        return "failed", error
    keep(item, None)
    return "passed", None


def prepare(item: pytest.Function) -> None:
    """Give a test its judge and its arguments."""
    session = item.config.stash[SESSION]
    judge = session.judge_of(requirement_of(item))
    item.stash[JUDGE] = judge
    names = names_of(item.obj)
    given = {**_parameters(item), "judge": judge, "images": session.images}
    item.funcargs = {name: value for name, value in given.items() if name in names}


def _parameters(item: pytest.Function) -> dict[str, Any]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}
