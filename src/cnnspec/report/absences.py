"""What never ran though it is offered: a verdict without it is incomplete.

A MUST that needs what is absent (an operation, a parameter, a rank, a dtype of its own, a look into
a program's memory) is not tested, and harmless. One that nothing explains might hide anything.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnspec.cases.requirements import Requirement, requirements
from cnnspec.texts import legible, listed

if TYPE_CHECKING:  # verdicts rest on this
    from cnnspec.report.entries import Record

#: The facet of legal calls' numbers, and that of calls that are to be refused, which says nothing
#: of any number.
VALUES, _REFUSALS = "values", "refusals"


@dataclass(frozen=True)
class NeverRan:
    """A MUST that never ran on an operation that is offered, though nothing explains it.

    ``reason`` is "" where its tests were left out, as by ``-k``, or did not come back in time.
    """

    requirement: str
    operation: str
    reason: str = ""


def never_ran(
    records: Mapping[str, Sequence["Record"]], must_run: Iterable[Requirement], offered: set[str]
) -> list[NeverRan]:
    """Return which MUSTs never ran on which operations; ``records`` come by requirement."""
    return [
        never
        for requirement in must_run
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


def must_checks(key: str, records: Sequence["Record"]) -> int:
    """Return how often an operation was judged by a MUST that was tested."""
    return sum(
        record.checks.get(key, 0)
        for record in records
        if record.status != "not tested" and requirements()[record.requirement].level == "MUST"
    )


def without_checks(
    offered: set[str],
    records: Sequence["Record"],
    unseen: Sequence[NeverRan],
    facets: Container[str],
) -> set[str]:
    """Return the operations of which the selected facets ask nothing that could be tested.

    Values are asked of every operation: where they are selected, there are none such.
    """
    if VALUES in facets:
        return set()
    missed = {never.operation for never in unseen}
    return {key for key in offered - missed if not must_checks(key, records)}


def untouched_notes(untouched: set[str], facets: Sequence[str]) -> Iterator[str]:
    """Say of which operations nothing of the selected facets was tested."""
    if untouched:
        yield f"of {', '.join(sorted(untouched))} no MUST of {listed(facets)} was tested"


def _is_legal(record: "Record") -> bool:
    return requirements()[record.requirement].facet != _REFUSALS


def notes(
    unseen: Sequence[NeverRan], records: Mapping[str, Sequence["Record"]], offered: set[str]
) -> Iterator[str]:
    """Say what never ran, and why; ``records`` come by requirement."""
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


def _why_only_refusals(key: str, records: Mapping[str, Sequence["Record"]]) -> str:
    """Return why no legal call of an operation was judged, "" if some was, or none was made."""
    about = [some for name, some in records.items() if key in requirements()[name].operations]
    own = [record for some in about for record in some]
    if legal_checks(key, own) or not any(record.checks.get(key) for record in own):
        return ""
    return next((record.reason for record in own if _is_legal(record) and record.reason), "")
