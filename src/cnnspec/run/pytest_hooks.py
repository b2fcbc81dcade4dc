"""The pytest plugin: it hands the implementation to the spec tests and draws the verdict.

Not loaded by itself: a checkout's conftest.py, ``cnnspec check``, or ``-p cnnspec.pytest_plugin``
loads it.
"""

import json
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis.errors import Unsatisfiable

from cnnspec.cases.requirements import (
    DEFAULT,
    EFFORTS,
    FACETS,
    PROFILES,
    requirements,
    spec_folder,
)
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError, UnfinishedError
from cnnspec.report.entries import Json, Record
from cnnspec.report.text import text_report
from cnnspec.run.collection import find_spec_tests, label, requirement_of, spec_module, untested
from cnnspec.run.facets import facets_named
from cnnspec.run.known_failures import (
    UNUSABLE,
    KnownFailuresError,
    complaints,
    exit_status,
)
from cnnspec.run.records import beyond_known, cases_of, entry_of, keep, test_id
from cnnspec.run.session import (
    COLLECTED,
    EVIDENCE,
    IMAGES,
    JUDGE,
    OF_ONE_PROFILE,
    REFERENCE_IMAGES,
    SESSION,
    SNIPPETS,
    UNFINISHED,
    Session,
)
from cnnspec.subject.boundary import REFERENCE, Implementation
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.profiles import AUTO


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    group = parser.getgroup("cnnspec", "conformance of an implementation of CNN layers")
    group.addoption(
        "--implementation",
        default=REFERENCE,
        metavar="X",
        help="what to judge: a module, module:object, file.py, file.py:object, a bundled adapter"
        " or cmd:PROGRAM (default: the reference)",
    )
    group.addoption(
        "--isolated", action="store_true", help="run the implementation in a process of its own"
    )
    group.addoption(
        "--time-limit",
        type=float,
        default=Limits.seconds,
        metavar="SECONDS",
        help=f"for one call (default: {Limits.seconds:g}); importing may take 6 times as long",
    )
    group.addoption(
        "--memory-limit",
        type=float,
        default=Limits.memory / GIB,
        metavar="GIB",
        help=f"for a process of its own (default: {Limits.memory / GIB:g})",
    )
    group.addoption(
        "--profile",
        choices=(*PROFILES, AUTO),
        default=AUTO,
        help="article: filters must be square and odd, or be rejected; general: any filter size;"
        " auto: what the implementation declares or, for code of no form of the articles', shows"
        " (default: %(default)s)",
    )
    group.addoption(
        "--facets",
        type=facets_named,
        default=FACETS,
        metavar="FACET,FACET",
        help=f"judge these alone, of {', '.join(FACETS)} (default: all)",
    )
    group.addoption(
        "--effort",
        choices=EFFORTS,
        default=DEFAULT,
        help="thorough: whole layers of real networks too (default: %(default)s)",
    )
    group.addoption("--json", metavar="FILE", help="write the machine-readable report to FILE")
    group.addoption(
        "--images",
        type=int,
        metavar="N",
        help=f"MNIST images for the network (default: {IMAGES}; {REFERENCE_IMAGES} on the"
        " reference)",
    )
    group.addoption(
        "--known-failures",
        metavar="FILE",
        help="a TOML list of requirements and cases that may fail, with the reasons",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the session."""
    config.addinivalue_line("markers", "requirement(id): the requirement that the test shows")
    try:
        config.stash[SESSION] = Session(config)
    except KnownFailuresError as error:
        pytest.exit(str(error), returncode=UNUSABLE)
    find_spec_tests(config)
    if _hands_out_tests(config) and config.getoption("implementation") != REFERENCE:
        _ = config.stash[SESSION].capabilities  # before workers that could not say what is wrong


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Collect the modules of the spec tests alike in every repository."""
    return spec_module(module_path, parent, {"judge": judge, "images": images})


def pytest_itemcollected(item: pytest.Item) -> None:
    """Make requirements known to other plugins."""
    label(item)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse spec tests without a requirement, and requirements without a test."""
    spec_items = [
        item for item in items if isinstance(item, pytest.Function) and _is_spec_test(item.path)
    ]
    if not spec_items:
        return
    session = config.stash[SESSION]
    problems = []
    for item in spec_items:
        identity = requirement_of(item)
        if identity not in requirements():
            problems.append(f"{item.nodeid} shows no known requirement (its mark: {identity})")
        else:
            session.collected.setdefault(identity, []).append(test_id(item))
            if len(requirements()[identity].profiles) < len(PROFILES):
                session.of_one_profile |= cases_of(item)
    if not any("::" in argument for argument in config.args):
        problems += untested(spec_items)
    if problems:
        raise pytest.UsageError("\n".join(problems))
    _ = session.capabilities  # an implementation that cannot be loaded ends the run here
    _leave_out(config, items, [item for item in spec_items if not _is_within(item, session)])


@cache
def _is_spec_test(path: Path) -> bool:
    return path.resolve().is_relative_to(spec_folder())


def _is_within(item: pytest.Item, session: Session) -> bool:
    """Return whether a spec test belongs to the effort and the facets of this run."""
    requirement = requirements()[requirement_of(item) or ""]
    return requirement.is_selected(session.effort, session.facets)


def _leave_out(
    config: pytest.Config, items: list[pytest.Item], left: list[pytest.Function]
) -> None:
    if left:
        without = {*left}
        items[:] = [item for item in items if item not in without]
        config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session")
def implementation(request: pytest.FixtureRequest) -> Implementation:
    """Return the implementation that is judged."""
    return request.config.stash[SESSION].capabilities.implementation


@pytest.fixture(scope="session")
def images(request: pytest.FixtureRequest) -> int:
    """Return the number of MNIST images to use."""
    return request.config.stash[SESSION].images


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """Return a judge of the implementation for the requirement of this test."""
    session = request.config.stash[SESSION]
    identity = requirement_of(request.node)
    try:
        created = session.judge_of(identity)
    except NotTestedError as reason:
        pytest.skip(str(reason))
    request.node.stash[JUDGE] = created
    return created


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Skip what the implementation does not offer, and fail without a traceback.

    The traceback would lead through the suite, which is not what is wrong.
    """
    try:
        result = yield
    except NonconformanceError as first:
        error = beyond_known(pyfuncitem, first)
        if error is not None:
            keep(pyfuncitem, error)
        raise pytest.fail.Exception(str(error or first), pytrace=False) from error or first
    except NotTestedError as reason:
        keep(pyfuncitem, None, tested=False)
        if isinstance(reason, UnfinishedError):
            pyfuncitem.stash[UNFINISHED] = True
        pytest.skip(f"not tested: {reason}")
    except Unsatisfiable:
        keep(pyfuncitem, None, tested=False)
        pytest.skip("not tested: no example takes only what is offered")
    keep(pyfuncitem, None)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach what a spec test found to its report, and turn failed advice into an xfail."""
    report = yield
    identity = requirement_of(item)
    if identity not in requirements() or (report.when == "teardown" and report.passed):
        return report
    if report.when == "setup" and report.passed:
        return report
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, pytest.fail.Exception):
        error = error.__cause__ or error
    entry, excuse = entry_of(item, error, report.outcome)
    report.cnnspec = entry  # type: ignore[attr-defined] # pytest carries it to other processes
    if report.failed and isinstance(error, NonconformanceError):
        report.longrepr = f"{identity}: {requirements()[identity].text}\n{error}"
        if requirements()[identity].level == "SHOULD":
            report.outcome = "skipped"
            report.wasxfail = f"advised, {identity}: {error.first_line}"
    if excuse is not None:
        report.outcome = "skipped"
        report.wasxfail = f"known failure, {identity}: {excuse}"
    return report


class _Collector:
    """Collects the records of a run, also those of pytest-xdist's worker processes."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a test found."""
        found: Json | None = getattr(report, "cnnspec", None)
        if found is not None:
            self.session.records[found["test"]] = Record(**found)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start to collect records."""
    collector = _Collector(session.config.stash[SESSION])
    session.config.pluginmanager.register(collector, "cnnspec-collector")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker process of pytest-xdist found out about its failures."""
    state = node.config.stash[SESSION]
    output = getattr(node, "workeroutput", {})
    state.evidence += output.get(EVIDENCE, [])
    state.shown |= {tuple(key): tuple(shown) for key, shown in output.get(SNIPPETS, [])}
    state.collected |= output.get(COLLECTED, {})
    state.of_one_profile |= {*output.get(OF_ONE_PROFILE, ())}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the machine-readable report, or hand over what this worker process found."""
    state = session.config.stash[SESSION]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[EVIDENCE] = state.examine() if state.ran else []
        session.config.workeroutput[SNIPPETS] = state.show_snippets()
        session.config.workeroutput[COLLECTED] = state.collected if state.known.entries else {}
        session.config.workeroutput[OF_ONE_PROFILE] = sorted(state.of_one_profile)
        return
    file = state.json_file
    if file and state.records:
        file.write_text(json.dumps(state.report(), indent=1) + "\n", "utf-8")
    if state.records and session.exitstatus in _SETTLED:
        session.exitstatus = _exit_status(state.report()) or session.exitstatus


#: Exit statuses of pytest that the verdict may change: all passed, some failed.
_SETTLED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


def _exit_status(report: Json) -> int:
    """Return the exit status that only the whole run shows, 0 for none."""
    if not report["operations"]:
        return pytest.ExitCode.NO_TESTS_COLLECTED
    return exit_status(report)


def _hands_out_tests(config: pytest.Config) -> bool:
    """Return whether worker processes of pytest-xdist will run the tests."""
    return not _in_worker(config) and config.getoption("dist", "no") != "no"


def _in_worker(config: pytest.Config) -> bool:
    """Return whether this is a worker process of pytest-xdist, which draws no verdict."""
    return hasattr(config, "workerinput")


def pytest_terminal_summary(
    terminalreporter: "pytest.TerminalReporter", config: pytest.Config
) -> None:
    """Print the verdict below pytest's own summary."""
    session = config.stash[SESSION]
    if session.records and not _in_worker(config):
        terminalreporter.section("cnnspec")
        terminalreporter.write(text_report(session.report(), details=False))
        for complaint in complaints(session.report()):
            terminalreporter.write_line(complaint, red=True)
