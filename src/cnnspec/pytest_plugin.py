"""The pytest plugin: it hands the implementation to the spec tests and draws the verdict.

Not loaded by itself: a checkout's conftest.py, ``cnnspec check``, or ``-p cnnspec.pytest_plugin``
loads it.
"""

import inspect
import json
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis.errors import Unsatisfiable

from cnnspec import behaviours, doctor
from cnnspec.boundary import Implementation
from cnnspec.capabilities import Capabilities
from cnnspec.diagnosis import examine
from cnnspec.judge import Judge
from cnnspec.loading import PROFILES, REFERENCE, LoadError
from cnnspec.nonconformance import NonconformanceError, NotTestedError
from cnnspec.opening import open_implementation
from cnnspec.process import GIB, Limits
from cnnspec.replay import RanTest, Replays
from cnnspec.report import text_report
from cnnspec.requirements import requirements, spec_folder
from cnnspec.snippets import snippet
from cnnspec.verdict import Json, Record, build_report, failure_entry, stopped_entry

#: MNIST images on which an implementation's network is judged; the reference's own: 1,000.
IMAGES = 20
REFERENCE_IMAGES = 1000


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
        help=f"for one call (default: {Limits.seconds:g})",
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
        choices=PROFILES,
        help="article: filters must be square and odd, or be rejected; general: any filter size"
        " (default: what the implementation declares, else article)",
    )
    group.addoption("--json", metavar="FILE", help="write the machine-readable report to FILE")
    group.addoption(
        "--images",
        type=int,
        metavar="N",
        help=f"MNIST images for the network (default: {IMAGES}; {REFERENCE_IMAGES} on the"
        " reference)",
    )


class Session:
    """What one run of the suite knows: the implementation and what was found so far."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        chosen = config.getoption("json")
        self.json_file = Path(chosen).resolve() if chosen else None  # before anybody changes folder
        self._start(None)

    def _start(self, capabilities: Capabilities | None) -> None:
        self.records: dict[str, Record] = {}
        self.ran: list[RanTest] = []
        self.untested: list[RanTest] = []
        self.evidence: list[Json] = []
        self.findings: list[Json] = []
        self._capabilities = capabilities
        self._report: Json | None = None

    def judge(self, implementation: Implementation) -> None:
        """Start anew, with another implementation, and see to its adapter first."""
        self._start(Capabilities(implementation))
        self.findings = doctor.examine(implementation)

    @property
    def capabilities(self) -> Capabilities:
        """The implementation's capabilities; loaded on first use."""
        if self._capabilities is None:
            self.judge(self._open())
        assert self._capabilities is not None
        return self._capabilities

    def _open(self) -> Implementation:
        option = self.config.getoption
        limits = Limits(option("time_limit"), int(option("memory_limit") * GIB))
        try:
            opened = open_implementation(
                option("implementation"), isolated=option("isolated"), limits=limits
            )
        except LoadError as error:
            raise pytest.UsageError(str(error)) from error
        self.config.add_cleanup(opened.close)
        return opened

    @property
    def profile(self) -> str:
        """The profile by which the implementation is judged."""
        chosen: str | None = self.config.getoption("profile")
        return chosen or self.capabilities.implementation.profile or "article"

    @property
    def images(self) -> int:
        """The number of MNIST images for the network."""
        chosen: int | None = self.config.getoption("images")
        is_reference = self.capabilities.implementation.source == REFERENCE
        return chosen or (REFERENCE_IMAGES if is_reference else IMAGES)

    def examine(self) -> list[Json]:
        """Return the evidence that replays give on the failures of this process."""
        return examine(self.ran, Replays(self.capabilities, self.profile))

    def report(self) -> Json:
        """Return the report on what was found so far."""
        if self._report is None:
            evidence = [*self.evidence, *self.examine()]
            self._report = build_report(
                self.records.values(),
                evidence,
                behaviours.measure(self.capabilities),
                self.capabilities,
                self.profile,
                self.findings,
            )
        return self._report


#: Under this key a worker process of pytest-xdist hands its evidence over.
EVIDENCE = "cnnspec evidence"

SESSION = pytest.StashKey[Session]()
JUDGE = pytest.StashKey[Judge]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the session."""
    config.addinivalue_line("markers", "requirement(id): the requirement that the test shows")
    config.stash[SESSION] = Session(config)


def requirement_of(item: pytest.Item) -> str | None:
    """Return the id of the requirement that a test shows."""
    marker = item.get_closest_marker("requirement")
    return marker.args[0] if marker and marker.args else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse spec tests without a requirement, and requirements without a test."""
    folder = spec_folder()
    spec_items = [item for item in items if item.path.resolve().is_relative_to(folder)]
    if not spec_items:
        return
    session = config.stash[SESSION]
    problems = []
    tested: dict[Path, set[str]] = {}
    for item in spec_items:
        identity = requirement_of(item)
        if identity not in requirements():
            problems.append(f"{item.nodeid} shows no known requirement (its mark: {identity})")
        else:
            tested.setdefault(item.path.resolve(), set()).add(identity)
    if not any("::" in argument for argument in config.args):
        problems += _untested(tested)
    if problems:
        raise pytest.UsageError("\n".join(problems))
    _ = session.capabilities  # an implementation that cannot be loaded ends the run here


def _untested(tested: dict[Path, set[str]]) -> list[str]:
    """Return the requirements without a test, among those of the collected modules."""
    collected = {identity.split("-")[0] for ids in tested.values() for identity in ids}
    every = set().union(*tested.values())
    return [
        f"{identity} has no test"
        for identity in requirements()
        if identity.split("-")[0] in collected and identity not in every
    ]


@pytest.fixture(scope="session")
def cnnspec_session(request: pytest.FixtureRequest) -> Session:
    """Return the session of the suite."""
    return request.config.stash[SESSION]


@pytest.fixture(scope="session")
def implementation(cnnspec_session: Session) -> Implementation:
    """Return the implementation that is judged."""
    return cnnspec_session.capabilities.implementation


@pytest.fixture(scope="session")
def images(cnnspec_session: Session) -> int:
    """Return the number of MNIST images to use."""
    return cnnspec_session.images


@pytest.fixture
def judge(request: pytest.FixtureRequest, cnnspec_session: Session) -> Judge:
    """Return a judge of the implementation for the requirement of this test."""
    identity = requirement_of(request.node)
    if identity is not None and cnnspec_session.profile not in requirements()[identity].profiles:
        pytest.skip(f"not in the {cnnspec_session.profile} profile")
    created = Judge(
        cnnspec_session.capabilities.implementation,
        cnnspec_session.capabilities,
        cnnspec_session.profile,
    )
    request.node.stash[JUDGE] = created
    return created


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Skip what the implementation does not offer, and fail without a traceback.

    The traceback would lead through the suite, which is not what is wrong.
    """
    try:
        result = yield
    except NonconformanceError as error:
        _keep(pyfuncitem, error)
        raise pytest.fail.Exception(str(error), pytrace=False) from error
    except NotTestedError as reason:
        _keep(pyfuncitem, None, tested=False)
        pytest.skip(f"not tested: {reason}")
    except Unsatisfiable:
        _keep(pyfuncitem, None, tested=False)
        pytest.skip("not tested: no example takes only what is offered")
    _keep(pyfuncitem, None)
    return result


def _keep(item: pytest.Function, error: NonconformanceError | None, *, tested: bool = True) -> None:
    """Keep a spec test, to be run again."""
    identity = requirement_of(item)
    if identity not in requirements() or JUDGE not in item.stash:
        return
    names = _parameters(item.obj)
    arguments = {name: value for name, value in item.funcargs.items() if name in names}
    session = item.config.stash[SESSION]
    kept = session.ran if tested else session.untested
    kept.append(RanTest(identity, _test_id(item), item.obj, arguments, error))


@cache
def _parameters(function: Callable[..., object]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


def _test_id(item: pytest.Item) -> str:
    return f"{item.path.stem}::{item.nodeid.partition('::')[2]}"


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
    status = {"passed": "passed", "failed": "failed", "skipped": "not tested"}[report.outcome]
    reason = str(error) if report.skipped else ""
    report.cnnspec = {  # type: ignore[attr-defined] # pytest carries it to other processes
        "requirement": identity,
        "test": _test_id(item),
        "status": status,
        "checks": item.stash[JUDGE].checks if JUDGE in item.stash else {},
        "figures": item.stash[JUDGE].figures.as_json() if JUDGE in item.stash else [],
        "reason": reason.removeprefix("Skipped: ").removeprefix("not tested: "),
        "failure": _failure(item, error) if report.failed else None,
    }
    if report.failed and isinstance(error, NonconformanceError):
        report.longrepr = f"{identity}: {requirements()[identity].text}\n{error}"
        if requirements()[identity].level == "SHOULD":
            report.outcome = "skipped"
            report.wasxfail = f"advised, {identity}: {error.message.splitlines()[0]}"
    return report


def _failure(item: pytest.Item, error: BaseException | None) -> Json:
    identity = requirement_of(item) or ""
    if isinstance(error, NonconformanceError):
        text = snippet(error, item.config.stash[SESSION].capabilities)
        return failure_entry(identity, error, text)
    return stopped_entry(identity, item.name, error)


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
    state.evidence += getattr(node, "workeroutput", {}).get(EVIDENCE, [])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the machine-readable report, or hand over what this worker process found."""
    state = session.config.stash[SESSION]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[EVIDENCE] = state.examine() if state.ran else []
    file = state.json_file
    if file and state.records and not _in_worker(session.config):
        file.write_text(json.dumps(state.report(), indent=1) + "\n", "utf-8")


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
