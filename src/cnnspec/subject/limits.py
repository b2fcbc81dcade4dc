"""Limits: what one implementation deliberately does not take, found out where it is refused.

The kinds, and how each is probed, are in `cnnspec.subject.array_limits` and in the rooms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import Kind
from cnnspec.subject.array_limits import kinds_of, plain_calls
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import NotOffered, Outcome, Rejected, Result

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Limit:
    """A kind of legal calls that an implementation says it does not take.

    ``place`` is where it says so, "" if that cannot be known.
    """

    operation: str
    kind: str
    words: str
    exception: str
    message: str
    place: str

    def __str__(self) -> str:
        return f"a limit of {self.operation}: {self.words} ({self.why})"

    @property
    def why(self) -> str:
        """The exception, and where it was raised."""
        message = f": {self.message}" if self.message else ""
        return f"{self.exception}{message}" + (f", {self.place}" if self.place else "")

    def as_json(self) -> dict[str, str]:
        """Return what reports say of it."""
        return {
            "operation": self.operation,
            "kind": self.kind,
            "words": self.words,
            "exception": self.exception,
            "message": self.message,
            "place": self.place,
        }


def limit(operation: str, kind: str, words: str, why: Rejected) -> Limit:
    """Return the limit that a refusal sets."""
    return Limit(operation, kind, words, why.exception, why.message, why.place)


class Fitting(Protocol):
    """Whoever knows which dtypes and axes an implementation takes."""

    def fitted(self, case: Case) -> Arguments | None:
        """Return a case's arguments as the implementation takes them, if it does."""
        ...


class Limits:
    """Finds the limits of one implementation; each kind is probed once."""

    def __init__(self, implementation: Implementation, fitting: Fitting) -> None:
        self._implementation = implementation
        self._fitting = fitting
        self._plain = cache(self._find_plain)
        self._within = cache(self._find)

    def beyond(self, case: Case, layout: str) -> Limit | None:
        """Return the limit beyond which a refused call lies, if there is one."""
        for kind in kinds_of(case.operation):
            if not kind.covers(case, layout):
                continue
            if self.allows(kind.name) and (found := self._within(case.operation, kind)):
                return found
        return None

    def allows(self, kind: str) -> bool:
        """Return whether a kind may be a limit: any may, unless the implementation lists them."""
        declared = self._implementation.limits
        return declared is None or kind in declared

    def excusable(
        self, operation: str, outcomes: Iterable[Outcome], plain: Arguments | None
    ) -> Rejected | None:
        """Return the first refusal if all outcomes are refusals that are said, or excused.

        A crash is excused by a line that the answered call ``plain`` runs, too.
        """
        refusals = []
        for outcome in outcomes:
            if isinstance(outcome, NotOffered):
                continue
            if not isinstance(outcome, Rejected):
                return None
            if not outcome.is_said and not self._runs(operation, plain, outcome):
                return None
            refusals.append(outcome)
        return refusals[0] if refusals else None

    def _find(self, operation: str, kind: Kind) -> Limit | None:
        """Return the limit of a kind, if every probe of it is refused as limits are."""
        plain = self._plain(operation)
        if plain is None:
            return None
        outcomes = [
            self._implementation.call(operation, arguments, layout=layout)
            for arguments, layout in kind.probes(operation, plain)
        ]
        if kind.by_message:
            outcomes = [_said_if(kind.by_message, outcome) for outcome in outcomes]
        why = self.excusable(operation, outcomes, plain if kind.by_line else None)
        return limit(operation, kind.name, kind.words, why) if why else None

    def _runs(self, operation: str, plain: Arguments | None, refusal: Rejected) -> bool:
        if plain is None or not refusal.file:
            return False
        watched = (refusal.file, refusal.line)
        outcome = self._implementation.call(operation, plain, watched=watched)
        return isinstance(outcome, Result) and outcome.ran

    def _find_plain(self, operation: str) -> Arguments | None:
        """Return a small call that is answered, in the dtype and with the axes that are taken."""
        for arguments in plain_calls(operation):
            given = self._fitting.fitted(Case("plain", operation, arguments))
            if given is None:
                continue
            if isinstance(self._implementation.call(operation, given), Result):
                return given
        return None


def _said_if(words: str, outcome: Outcome) -> Outcome:
    """Return a refusal as one that is said, if it has the words."""
    if isinstance(outcome, Rejected) and words in outcome.message:
        return Rejected(outcome.exception, outcome.message, outcome.is_clean)
    return outcome
