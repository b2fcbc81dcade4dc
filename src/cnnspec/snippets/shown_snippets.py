"""Snippets are run before they are shown: one that does not show the failure is not shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from cnnspec.diagnosis.repeated_calls import LENGTHS, history_of
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.report.entries import Json
from cnnspec.report.headline import leading_requirement
from cnnspec.snippets.python_snippets import snippet
from cnnspec.snippets.rehearsals import Stage, in_a_shell, shows
from cnnspec.snippets.shell_snippets import shell_snippet
from cnnspec.subject.boundary import PROMPT, UNNAMED, Called
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import OUT_OF_MEMORY
from cnnspec.subject.processes.process import POSSIBLE
from cnnspec.subject.processes.program import PROGRAM

#: Failures whose snippets are run. Each of a program starts it, which may take long.
MOST, MOST_OF_PROGRAMS = 40, 8

#: Failures that a snippet does not show, for which longer stories are tried.
STORIES = 4

#: What may be another answer after other calls.
_OF_LATEST = (
    Complaint.VALUES,
    Complaint.SHAPE,
    Complaint.REFUSED,
    Complaint.UNREADABLE,
    Complaint.DIED,
)

ALONE = "no program shows it: made by itself, the call is answered otherwise"
OF_SEVERAL = "no program shows it: the answers of several calls are compared"
NAMELESS = "no program shows it: what is judged has no name"
TOO_MANY = "no program that shows it was tried, as others were; check this requirement alone"
NOT_AGAIN = "# not run once more:"
ELSEWHERE = "it needs what is defined where cnnspec.check was called"

#: A requirement, a case, and what is said of it.
Key = tuple[str, str, str]

#: A snippet, and why there is none.
Shown = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """A failure with its snippet, the calls before the one that failed, and its entry's place."""

    error: NonconformanceError
    text: str
    recent: Sequence[Called]
    place: tuple[bool, bool, int, str] = (False, False, 0, "")


def told(
    error: NonconformanceError, recent: Sequence[Called], capabilities: Capabilities
) -> Told | None:
    """Return a failure with its snippet, ``None`` where it would be too long."""
    text = _text(error, capabilities)
    return Told(error, text, recent[:-1]) if text else None


def _text(error: NonconformanceError, capabilities: Capabilities) -> str:
    return shell_snippet(error, capabilities) or snippet(error, capabilities)


def show(
    report: Json,
    found: dict[Key, Told],
    theatre: "Theatre",
    shown: Mapping[Key, Shown] = MappingProxyType({}),
) -> None:
    """Leave only those snippets in a report that show their failures; say why others are none.

    ``shown`` is what other processes have found out about theirs.
    """
    leading = leading_requirement(report)
    entries = [entry for entry in report["requirements"] if entry["failures"]]
    for entry in sorted(entries, key=lambda entry: entry["id"] != leading):
        failure = entry["failures"][0]
        if not failure.get("snippet"):
            continue
        key = key_of(entry["id"], failure)
        one = found.get(key)
        text, why = theatre.shown(one) if one else shown.get(key, ("", TOO_MANY))
        failure["snippet"] = text
        if why:
            failure["no_snippet"] = why


def key_of(requirement: str, failure: Json) -> Key:
    """Return by what a failure is found again in a report."""
    return requirement, failure["case"], failure["message"]


class Theatre:
    """Runs snippets of one implementation; to be closed in the end."""

    def __init__(self, capabilities: Capabilities, memory: int) -> None:
        self._capabilities = capabilities
        self._stage = Stage(capabilities, memory)
        self._is_program = capabilities.implementation.source.startswith(PROGRAM)
        self._is_elsewhere = capabilities.implementation.source.startswith(PROMPT)
        self._left = MOST_OF_PROGRAMS if self._is_program else MOST
        self._stories = STORIES

    def prepare(self) -> None:
        """Start what takes long to start, and go on."""
        if POSSIBLE and not self._is_program and not self._is_elsewhere:
            self._stage.prepare()

    def shown(self, one: Told) -> Shown:
        """Return the snippet that shows a failure, or "" and why there is none."""
        if self._is_elsewhere and UNNAMED in self._capabilities.implementation.source:
            return "", NAMELESS
        if reason := self._why_not_run(one.error):
            return f"{one.text}{NOT_AGAIN} {reason}\n", ""
        if not self._left:
            return "", TOO_MANY
        self._left -= 1
        for text in self._texts(one):
            if self._is_shown(text, one.error):
                return text, ""
            if self._stage.unusable:
                return "", f"no program shows it: {self._stage.unusable}"
        return "", OF_SEVERAL if one.error.complaint is Complaint.RELATION else ALONE

    def _why_not_run(self, error: NonconformanceError) -> str:
        """Return why a snippet is shown as it is, "" if it is run first."""
        if not POSSIBLE:
            return "this is no POSIX system"
        return ELSEWHERE if self._is_elsewhere else _why_not_again(error)

    def _texts(self, one: Told) -> Iterator[str]:
        """Yield the snippet, and then longer ones, in which earlier calls come first."""
        yield one.text
        error = one.error
        depends = error.complaint in _OF_LATEST and not error.before and not error.history
        if not depends or not one.recent or not self._stories:
            return
        self._stories -= 1
        for length in LENGTHS:
            error.history = history_of(one.recent[-length:])
            if text := _text(error, self._capabilities):
                yield text
        error.history = ()

    def _is_shown(self, text: str, error: NonconformanceError) -> bool:
        if text.startswith("printf "):
            line = text.splitlines()[0]
            seen = in_a_shell(line, error, self._capabilities)
        else:
            seen = self._stage.run(text, error)
        return shows(error, seen, self._capabilities)

    def close(self) -> None:
        """End what was started."""
        self._stage.close()


def _why_not_again(error: NonconformanceError) -> str:
    """Return why a failing call is not made once more, "" if it can be."""
    if error.complaint is Complaint.LATE:
        return "the call did not come back"
    if error.complaint is Complaint.DIED and OUT_OF_MEMORY in error.first_line:
        return "the call used too much memory"
    return ""


def first_of_each(found: dict[Key, Told]) -> Iterable[tuple[Key, Told]]:
    """Return the plainest failure of each requirement, for a report that another process writes."""
    plainest: dict[str, tuple[Key, Told]] = {}
    for key, one in sorted(found.items(), key=lambda item: item[1].place):
        plainest.setdefault(key[0], (key, one))
    return plainest.values()
