"""What never ran though it is offered: a verdict without it is incomplete.

A MUST that needs what is absent (an operation, a parameter, a rank, a dtype of its own, a look into
a program's memory) is not tested, and harmless. One that nothing explains might hide anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnspec.cases.requirements import Requirement, requirements
from cnnspec.texts import legible

if TYPE_CHECKING:  # verdicts rest on this
    from cnnspec.report.entries import Record

#: The facet of calls that are to be refused: it says nothing of any number.
_REFUSALS = "refusals"


@dataclass(frozen=True)
class NeverRan:
    """A MUST that never ran on an operation that is offered, though nothing explains it.

    ``reason`` is "" where its tests were left out, as by ``-k``, or did not come back in time.
    """

    requirement: str
    operation: str
    reason: str = ""


def never_ran(
    records: Mapping[str, Sequence["Record"]], profile: str, effort: str, offered: set[str]
) -> list[NeverRan]:
    """Return which MUSTs never ran on which operations; ``records`` come by requirement."""
    return [
        never
        for requirement in requirements().values()
        if requirement.is_judged(profile, effort) and requirement.level == "MUST"
        for never in _of_one(requirement, records.get(requirement.id, ()), offered)
    ]


def _of_one(
    requirement: Requirement, records: Sequence["Record"], offered: set[str]
) -> Iterator[NeverRan]:
    for key in sorted(offered & set(requirement.operations)):
        if not records or any(record.unfinished for record in records):
            yield NeverRan(requirement.id, key)
            continue
        reasons = [record.unjudged[key] for record in records if key in record.unjudged]
        ran = any(record.checks.get(key) for record in records if record.status != "not tested")
        is_of_dtypes = requirement.facet == "dtypes"  # it is about those that are taken
        if reasons and not ran and not is_of_dtypes:
            yield NeverRan(requirement.id, key, reasons[0])


def legal_checks(key: str, records: Sequence["Record"]) -> int:
    """Return how often an operation was judged by what it answers to legal calls."""
    return sum(record.checks.get(key, 0) for record in records if _is_legal(record))


def _is_legal(record: "Record") -> bool:
    return requirements()[record.requirement].facet != _REFUSALS


def notes(
    unseen: Sequence[NeverRan], records: Sequence["Record"], offered: set[str]
) -> Iterator[str]:
    """Say what never ran, and why."""
    concerned: dict[tuple[str, str], list[str]] = {}
    for never in unseen:
        if never.reason:
            concerned.setdefault((never.operation, never.reason), []).append(never.requirement)
    for (operation, reason), identities in concerned.items():
        untold = f"never judged, so that the verdict is incomplete: {', '.join(identities)}"
        yield f"{operation} is offered, but {legible(reason)}; {untold}"
    for key in sorted(offered - {operation for operation, _ in concerned}):
        if reason := _why_only_refusals(key, records):
            yield (
                f"{key} answers no legal call ({legible(reason)}), so that nothing is known of its"
                " numbers, and the verdict is incomplete"
            )


def _why_only_refusals(key: str, records: Sequence["Record"]) -> str:
    """Return why no legal call of an operation was judged, "" if some was, or none was made."""
    own = [record for record in records if key in requirements()[record.requirement].operations]
    if legal_checks(key, own) or not any(record.checks.get(key) for record in own):
        return ""
    return next((record.reason for record in own if _is_legal(record) and record.reason), "")
