"""What one run of the suite knows: the implementation, and what was found so far."""

import contextlib
from pathlib import Path

import pytest

from cnnspec.diagnosis import doctor
from cnnspec.diagnosis.examination import examine
from cnnspec.diagnosis.repeated_calls import Past
from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.judge import behaviours
from cnnspec.judge.judge import Judge
from cnnspec.report.any_language import of_any_language
from cnnspec.report.entries import Json, Record
from cnnspec.report.verdict import build_report
from cnnspec.run.excuses import Found
from cnnspec.run.known_failures import (
    KnownFailures,
    read_known_failures,
    settle,
)
from cnnspec.snippets.shown_snippets import Key, Shown, Theatre, Told, first_of_each, show
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.loading import REFERENCE, LoadError
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.processes.source import open_implementation

#: MNIST images on which an implementation's network is judged; the reference's own: 100.
IMAGES = 20


REFERENCE_IMAGES = 100


class Session:
    """What one run of the suite knows: the implementation and what was found so far."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        chosen = config.getoption("json")
        self.json_file = Path(chosen).resolve() if chosen else None  # before anybody changes folder
        listed = config.getoption("known_failures")
        self.known = read_known_failures(listed) if listed else KnownFailures()
        self.collected: dict[str, list[str]] = {}
        #: Whether snippets are run before they are shown; of what nobody reads they need not be.
        self.shows_snippets = True
        self._start(None)

    def _start(self, capabilities: Capabilities | None) -> None:
        self.records: dict[str, Record] = {}
        self.ran: list[RanTest] = []
        self.untested: list[RanTest] = []
        self.evidence: list[Json] = []
        self.findings: list[Json] = []
        self.told: dict[Key, Told] = {}
        self.shown: dict[Key, Shown] = {}
        self._capabilities = capabilities
        self.past = Past(capabilities.implementation) if capabilities else None
        self._report: Json | None = None

    def judge(self, implementation: Implementation) -> None:
        """Start anew, with another implementation, and see to its adapter first."""
        capabilities = Capabilities(implementation)
        self._start(capabilities)
        self.findings = doctor.examine(capabilities)

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
    def effort(self) -> str:
        """How much is computed."""
        return str(self.config.getoption("effort"))

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
            with contextlib.closing(self._theatre()) as theatre:
                if self.told and self.shows_snippets:
                    theatre.prepare()
                self._report = self._judged()
                if self.shows_snippets:
                    show(self._report, self.told, theatre, self.shown)
        return self._report

    def _judged(self) -> Json:
        evidence = [*self.evidence, *self.examine()]
        report = build_report(
            self.records.values(),
            evidence,
            behaviours.measure(self.capabilities),
            self.capabilities,
            self.profile,
            self.findings,
            self._settled(),
            effort=self.effort,
        )
        is_program = self.capabilities.implementation.form == "program"
        return of_any_language(report) if is_program else report

    def show_snippets(self) -> list[tuple[Key, Shown]]:
        """Return the snippets that show the failures of this process, and why others do not."""
        with contextlib.closing(self._theatre()) as theatre:
            return [(key, theatre.shown(one)) for key, one in first_of_each(self.told)]

    def _theatre(self) -> Theatre:
        memory = int(self.config.getoption("memory_limit") * GIB)
        return Theatre(self.capabilities, memory)

    def _settled(self) -> list[Json]:
        """Return what became of the list of known failures."""
        return settle(
            self.known,
            self.records.values(),
            self.collected,
            whole=not any("::" in argument for argument in self.config.args),
            profile=self.profile,
            effort=self.effort,
        )


#: Under these keys a worker process of pytest-xdist hands over its evidence, its snippets, and what
#: there is.
EVIDENCE = "cnnspec evidence"


SNIPPETS = "cnnspec snippets"


COLLECTED = "cnnspec collected"


SESSION = pytest.StashKey[Session]()


JUDGE = pytest.StashKey[Judge]()


FOUND = pytest.StashKey[Found]()


UNFINISHED = pytest.StashKey[bool]()
