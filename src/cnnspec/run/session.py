"""What one run of the suite knows: the implementation, and what was found so far."""

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cnnspec.cases.answers import exact_answer
from cnnspec.cases.requirements import requirements
from cnnspec.diagnosis import doctor
from cnnspec.diagnosis.examination import examine
from cnnspec.diagnosis.repeated_calls import Past
from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.judge import behaviours
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NotTestedError
from cnnspec.report.any_language import of_any_language
from cnnspec.report.entries import Json, Record
from cnnspec.report.headline import first_words
from cnnspec.report.verdict import build_report
from cnnspec.run.excuses import Found
from cnnspec.run.known_failures import (
    KnownFailures,
    read_known_failures,
    settle,
)
from cnnspec.snippets.shown_snippets import Key, Shown, Theatre, Told, first_of_each, show
from cnnspec.subject.boundary import REFERENCE, Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.profiles import Profile, profile_of
from cnnspec.subject.sources.importing import LoadError

if TYPE_CHECKING:
    from cnnspec.cases.kept_answers import Answering

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
        #: The ids of cases that are judged in one profile only; those of calls made of them follow.
        self.of_one_profile: set[str] = set()
        #: Whether snippets are run before they are shown; of what nobody reads they need not be.
        self.shows_snippets = True
        #: Who knows the exact answers.
        self.exactly: Answering = exact_answer
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
        self._profile: Profile | None = None

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
    def profile(self) -> Profile:
        """The profile by which the implementation is judged; found on first use."""
        if self._profile is None:
            self._profile = profile_of(self.config.getoption("profile"), self.capabilities)
        return self._profile

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets that are judged."""
        chosen: tuple[str, ...] = self.config.getoption("facets")
        return chosen

    def judge_of(self, identity: str | None) -> Judge:
        """Return a judge of the implementation for the requirement of this id, or for none.

        Raises
        ------
        NotTestedError
            If the requirement is of another profile.
        """
        requirement = requirements().get(identity or "")
        judge = Judge(self.capabilities.implementation, self.capabilities, self.profile.name)
        judge.exactly = self.exactly
        if requirement is None:
            return judge
        if not requirement.is_judged(self.profile.name, requirement.effort):
            raise NotTestedError(f"not in the {self.profile.name} profile")
        judge.left_out = partial(self.profile.leaves_out, requirement.profiles)
        return judge

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
        return examine(
            self.ran, Replays(self.capabilities, self.profile.name, self.profile.leaves_out)
        )

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
            facets=self.facets,
        )
        is_program = self.capabilities.implementation.form == "program"
        report = of_any_language(report) if is_program else report
        return {**report, "headline": first_words(report)}

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
            of_one_profile=self.of_one_profile,
        )


#: Under these keys a worker process of pytest-xdist hands over its evidence, its snippets, and what
#: there is.
EVIDENCE = "cnnspec evidence"


SNIPPETS = "cnnspec snippets"


COLLECTED = "cnnspec collected"


OF_ONE_PROFILE = "cnnspec of one profile"


SESSION = pytest.StashKey[Session]()


JUDGE = pytest.StashKey[Judge]()


FOUND = pytest.StashKey[Found]()


UNFINISHED = pytest.StashKey[bool]()
