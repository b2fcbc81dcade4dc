"""Known failures: a list with reasons, and what a run made of it.

The list is a TOML file of ``[[known]]`` tables. Each names a requirement, or a single case
wherever it occurs, and says why it is allowed to fail::

    [[known]]
    requirement = "CONV-05"
    reason = "strides come with version 2"

    [[known]]
    case = "conv2d/pixels-to-255"
    reason = "issue 17: small integers wrap around"
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from cnnspec.cases.requirements import DEFAULT, FACETS, PROFILES, requirements
from cnnspec.report.entries import Json, Record
from cnnspec.subject.profiles import Profile

#: What an entry may name, and the states of an entry after a run.
REQUIREMENT, CASE = "requirement", "case"
FAILS, PASSES, NOT_RUN, NO_MATCH = "fails", "passes", "not run", "no match"

#: What a test says of a listed case: it fails, it passes, or the test broke off before.
UNDECIDED = "undecided"

#: Exit statuses: a listed failure passes; an id matches nothing, or the list cannot be read.
OUTDATED, UNUSABLE = 1, 2


class KnownFailuresError(Exception):
    """The list cannot be used; the message says why."""


@dataclass(frozen=True)
class KnownFailure:
    """One entry: the requirement or the case that may fail, and why."""

    kind: str
    id: str
    reason: str

    def covers(self, requirement: str, case: str) -> bool:
        """Return whether a failure of this case under this requirement is the one listed."""
        return self.id == (requirement if self.kind == REQUIREMENT else case)


@dataclass(frozen=True)
class KnownFailures:
    """A list of known failures; ``source`` is where it stands, for messages."""

    entries: Sequence[KnownFailure] = ()
    source: str = "the list of known failures"

    @cached_property
    def cases(self) -> frozenset[str]:
        """The ids of the cases that are listed."""
        return frozenset(entry.id for entry in self.entries if entry.kind == CASE)

    def reason(self, requirement: str, case: str) -> str | None:
        """Return why a case may fail under a requirement, ``None`` if it may not."""
        for entry in self.entries:
            if entry.covers(requirement, case):
                return entry.reason
        return None

    def excuses_requirement(self, requirement: str) -> bool:
        """Return whether a requirement is listed as a whole."""
        return any(entry.covers(requirement, "") for entry in self.entries)


# --- reading -----------------------------------------------------------------------------------


def read_known_failures(file: str | PathLike[str]) -> KnownFailures:
    """Return the list in a TOML file.

    Raises
    ------
    KnownFailuresError
        If the file cannot be read, lists nothing, or an entry is not what it should be.
    """
    try:
        table = tomllib.loads(Path(file).read_text("utf-8"))
    except OSError as error:
        raise KnownFailuresError(f"{file} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownFailuresError(f"{file} is not TOML: {error}") from error
    if unknown := sorted(table.keys() - {"known"}):
        raise KnownFailuresError(
            f"{file}: unknown key {unknown[0]!r}; the list consists of [[known]] tables"
        )
    entries = table.get("known", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KnownFailuresError(f"{file}: 'known' must be written as [[known]] tables")
    if not entries:
        raise KnownFailuresError(f"{file} lists nothing; without known failures, do without it")
    return known_failures(entries, str(file))


def known_failures(
    entries: Iterable[Mapping[str, Any]], source: str = KnownFailures.source
) -> KnownFailures:
    """Return a list of entries, each with the keys of a ``[[known]]`` table.

    Raises
    ------
    KnownFailuresError
        If an entry has an unknown key, lacks its reason, names both or neither of a requirement
        and a case, or an unknown requirement; or if one is listed twice.
    """
    found: dict[tuple[str, str], KnownFailure] = {}
    for number, entry in enumerate(entries, start=1):
        made = _entry(entry, f"{source}, entry {number}")
        if (made.kind, made.id) in found:
            raise KnownFailuresError(f"{source} lists {made.id} twice")
        found[made.kind, made.id] = made
    return KnownFailures(tuple(found.values()), source)


def _entry(entry: Mapping[str, Any], place: str) -> KnownFailure:
    known = (REQUIREMENT, CASE, "reason")
    if unknown := [key for key in entry if key not in known]:
        raise KnownFailuresError(
            f"{place}: unknown key {unknown[0]!r}, known are {', '.join(known)}"
        )
    named = [key for key in (REQUIREMENT, CASE) if key in entry]
    if len(named) != 1:
        raise KnownFailuresError(f"{place} must name either a requirement or a case")
    for key, value in entry.items():
        if not isinstance(value, str):
            raise KnownFailuresError(f"{place}: {key} must be text, got {value!r}")
        if not value.strip():
            raise KnownFailuresError(f"{place}: {key} must not be empty")
    (kind,) = named
    identity = entry[kind]
    if "reason" not in entry:
        raise KnownFailuresError(f"{place} ({identity}) lacks its reason")
    if kind == REQUIREMENT and identity not in requirements():
        close = get_close_matches(identity.upper(), requirements(), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise KnownFailuresError(f"{place}: there is no requirement {identity!r}{hint}")
    return KnownFailure(kind, identity, entry["reason"].strip())


# --- what became of it -------------------------------------------------------------------------


def settle(
    known: KnownFailures,
    records: Collection[Record],
    collected: Mapping[str, Collection[str]],
    *,
    whole: bool,
    profile: Profile,
    effort: str = DEFAULT,
    of_one_profile: Iterable[str] = (),
) -> list[Json]:
    """Return every entry with its state after a run, as the report shows it.

    ``collected`` holds the ids of the tests of each requirement before any selection, ``whole``
    says whether all tests were collected, and ``of_one_profile`` are the ids with which those of
    cases begin that are judged in one profile only. What did not run in full neither fails nor
    passes, unless it failed in what did run; nor does what a found profile leaves out.
    """
    ran = {record.test for record in records}
    finished = {
        requirement for requirement, tests in collected.items() if whole and ran.issuperset(tests)
    }
    in_full = finished >= {
        one.id for one in requirements().values() if one.is_selected(effort, FACETS)
    }
    settled = []
    for entry in known.entries:
        failures = sum(
            entry.covers(record.requirement, failure["case"])
            for record in records
            for failure in record.known
        )
        if failures:
            state, why = FAILS, ""
        elif entry.kind == REQUIREMENT:
            state, why = _of_requirement(entry.id, records, finished, profile)
        else:
            state, why = _of_case(entry.id, records, in_full=in_full)
        if not failures and _is_elsewhere(entry, profile, of_one_profile):
            state, why = NOT_RUN, f"{_ELSEWHERE} ({profile.why})"
        settled.append(
            {
                entry.kind: entry.id,
                "reason": entry.reason,
                "state": state,
                "failures": failures,
                "message": _message(entry.id, state, why, known.source),
            }
        )
    return settled


def _message(identity: str, state: str, why: str, source: str) -> str:
    """Return what is to be done or known about an entry, "" for nothing."""
    if state == PASSES:
        return f"{identity} passes: remove it from {source}"
    if state == NO_MATCH:
        return f"{source} lists {identity}, which matches nothing: {why}"
    return f"{identity}: {why}" if why else ""


#: What is said of an entry that another profile would need.
_ELSEWHERE = "not needed in the profile that was found"


def _is_elsewhere(entry: KnownFailure, profile: Profile, of_one_profile: Iterable[str]) -> bool:
    """Return whether an entry is of another profile than the one found, or may be."""
    if not profile.cells:  # it was chosen otherwise, or nothing is offered that tells
        return False
    if entry.kind == REQUIREMENT:
        profiles = requirements()[entry.id].profiles
        return profile.name not in profiles and len(profiles) < len(PROFILES)
    return any(f"{entry.id}-".startswith(f"{one}-") for one in of_one_profile)


def _of_requirement(
    identity: str, records: Iterable[Record], finished: Collection[str], profile: Profile
) -> tuple[str, str]:
    """Return the state of a listed requirement that did not fail, and why it has that."""
    requirement = requirements()[identity]
    if not requirement.is_judged(profile.name, requirement.effort):
        return NO_MATCH, f"it does not belong to the {profile.name} profile"
    if identity not in finished:
        return NOT_RUN, ""
    own = [record for record in records if record.requirement == identity]
    if all(record.status == "not tested" for record in own):
        reasons = sorted({record.reason for record in own})
        return NO_MATCH, f"it was not tested ({'; '.join(reasons)})"
    return PASSES, ""


def _of_case(identity: str, records: Iterable[Record], *, in_full: bool) -> tuple[str, str]:
    """Return the state of a listed case that did not fail, and why it has that."""
    said = {record.cases[identity] for record in records if identity in record.cases}
    if not in_full or UNDECIDED in said:
        return NOT_RUN, ""
    if said:
        return PASSES, ""
    return NO_MATCH, "no case of this id was tried"


def complaints(report: Json) -> list[str]:
    """Return what is wrong with the list, by the report of a run."""
    entries = report["known_failures"]
    return [entry["message"] for entry in entries if entry["state"] in (PASSES, NO_MATCH)]


def exit_status(report: Json) -> int:
    """Return the exit status that the list causes, 0 for none."""
    states = {entry["state"] for entry in report["known_failures"]}
    if NO_MATCH in states:
        return UNUSABLE
    return OUTDATED if PASSES in states else 0
