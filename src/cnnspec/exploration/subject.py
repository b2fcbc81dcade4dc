"""What is explored: an implementation, opened once in each process, and afresh for each stretch."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from cnnspec.bindings.wishes import Wishes
from cnnspec.cases.requirements import ARTICLE, GENERAL
from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Space
from cnnspec.judge.judge import Judge
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.process import Limits
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.profiles import Profile, profile_of


@dataclass(frozen=True)
class Source:
    """How an implementation is opened; the same words open it in every process.

    The attributes are the arguments of `open_implementation`; ``profile`` is what is given, or
    ``None``.
    """

    name: str
    isolated: bool = False
    limits: Limits | None = None
    wishes: Wishes | None = None
    profile: str | None = None


@dataclass(frozen=True)
class Subject:
    """An implementation, what it offers, and by which rules it is judged."""

    implementation: Implementation
    capabilities: Capabilities
    profile: Profile
    spaces: dict[str, Space] = field(default_factory=dict)

    def space(self, operation: str) -> Space:
        """Return the space of an operation, without what the implementation does not offer."""
        if operation not in self.spaces:
            self.spaces[operation] = space_of(operation).only(self._is_taken)
        return self.spaces[operation]

    def _is_taken(self, case: Case) -> bool:
        return not self._left_out(case) and not self.capabilities.lacks(case)

    @property
    def operations(self) -> list[str]:
        """The operations that it offers and that have a space, in their order."""
        return [
            name
            for name, operation in OPERATIONS.items()
            if operation.space is not None
            and self.capabilities.offers(name)
            and not self.capabilities.called_wrongly(name)
        ]

    def judge(self, implementation: Implementation | None = None) -> Judge:
        """Return a judge of it, or of a copy of it."""
        judge = Judge(implementation or self.implementation, self.capabilities, self.profile.name)
        judge.left_out = self._left_out
        return judge

    @contextlib.contextmanager
    def afresh(self) -> Iterator[Judge]:
        """Judge a copy that has seen no call, where one can be had."""
        fresh = self.implementation.fresh_copy()
        try:
            yield self.judge(fresh)
        finally:
            if fresh is not None:
                fresh.close()

    def _left_out(self, case: Case) -> str:
        """Return why a call is not judged that the articles refuse, and other code computes."""
        cells = OPERATIONS[case.operation].cells
        if not any(cell.holds(case.arguments) for cell in cells):
            return ""
        if self.profile.name == ARTICLE:
            return "the articles' rules refuse it"
        return self.profile.leaves_out((GENERAL,), case)


#: What was opened last in this process, by the source's words.
_OPENED: dict[str, Subject] = {}


def opened(source: Source) -> Subject:
    """Return what a source names, opened once in a process.

    Raises
    ------
    LoadError
        If it cannot be loaded or started.
    """
    if repr(source) not in _OPENED:
        for other in _OPENED.values():
            other.implementation.close()
        _OPENED.clear()
        implementation = open_implementation(
            source.name, isolated=source.isolated, limits=source.limits, wishes=source.wishes
        )
        capabilities = Capabilities(implementation)
        profile = profile_of(source.profile, capabilities)
        _OPENED[repr(source)] = Subject(implementation, capabilities, profile)
    return _OPENED[repr(source)]


def space_of(operation: str) -> Space:
    """Return the space of an operation that has one."""
    space = OPERATIONS[operation].space
    assert space is not None, operation
    return space
