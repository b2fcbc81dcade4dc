"""The verdict: what the checks of a run say together."""

import platform
from collections.abc import Container, Iterable, Sequence
from functools import cache
from importlib.metadata import version

from cnnspec import __version__
from cnnspec.cases.requirements import DEFAULT, FACETS, Requirement, requirements
from cnnspec.diagnosis.conclusions import conclude
from cnnspec.judge.accuracy import Figures, accuracy_section
from cnnspec.operations.registry import NETWORKS, OPERATIONS
from cnnspec.report.absences import (
    VALUES,
    NeverRan,
    legal_checks,
    must_checks,
    never_ran,
    notes,
    untouched_notes,
    without_checks,
)
from cnnspec.report.entries import KNOWN_FAILURE, Json, Record
from cnnspec.report.exhibits import SMALL, is_extreme
from cnnspec.report.identity import spec_hash
from cnnspec.report.measured import measured_of
from cnnspec.report.notes import (
    WITH_OPTIONS,
    called_wrongly,
    denied,
    missing_kinds,
    missing_parameters,
    offered_keys,
    partly_written,
    unfinished,
    unwritten,
)
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.lost_calls import NOT_CALLED
from cnnspec.subject.profiles import Profile
from cnnspec.texts import legible

CONFORMS = "conforms"


DOES_NOT_CONFORM = "does not conform"


INCOMPLETE = "incomplete"

#: With what a command ends that has judged.
EXIT_CODES = {CONFORMS: 0, DOES_NOT_CONFORM: 1, INCOMPLETE: 3}


def build_report(
    records: Iterable[Record],
    evidence: Iterable[Json],
    behaviours: list[Json],
    capabilities: Capabilities,
    profile: Profile,
    findings: list[Json] | None = None,
    known_failures: Sequence[Json] = (),
    *,
    effort: str = DEFAULT,
    facets: Sequence[str] = FACETS,
) -> Json:
    """Return the machine-readable report (its schema: report.schema.json).

    ``evidence`` is what the replays of failed tests gave (`cnnspec.diagnosis.examination.examine`),
    ``findings`` what the doctor found, and ``known_failures`` what became of the list of them
    (`cnnspec.run.known_failures.settle`).
    """
    found = sorted(records, key=lambda record: (record.requirement, record.test))
    by_requirement: dict[str, list[Record]] = {}
    for record in found:
        by_requirement.setdefault(record.requirement, []).append(record)
    failures = {record.test: record.failure for record in found if record.failure}
    evidence = list(evidence)
    diagnoses = conclude(evidence, failures)
    measured = measured_of(evidence)
    entries = [
        _requirement_entry(
            requirement,
            by_requirement.get(requirement.id, []),
            capabilities.implementation.offers,
        )
        for requirement in requirements().values()
        if requirement.is_judged(profile.name, effort, facets)
    ]
    offered = offered_keys(capabilities)
    must_run = [
        one
        for one in requirements().values()
        if one.level == "MUST" and one.is_judged(profile.name, effort, facets)
    ]
    unseen = never_ran(by_requirement, must_run, offered)
    untouched = without_checks(offered, found, unseen, facets)
    concerned = _by_operation(found)
    operations = {
        key: _operation_entry(
            key,
            concerned.get(key, []),
            unseen,
            diagnoses.get(key, []),
            measured.get(key, []),
            facets,
        )
        for key in sorted(offered - untouched)
    }
    figures = Figures()
    for record in found:
        demanded = requirements()[record.requirement].level == "MUST"
        if demanded and record.status == "passed":
            figures.add(record.figures)
    implementation = capabilities.implementation
    return {
        "format": "cnnspec-report/1",
        "spec_version": __version__,
        "spec_hash": spec_hash(),
        "profile": profile.name,
        "profile_chosen": profile.as_json(),
        "effort": effort,
        "facets": [*facets],
        "verdict": _overall(operations, entries),
        "limits": _limits(found, capabilities),
        "implementation": {
            "name": legible(implementation.name),
            "source": legible(implementation.source),
            "form": implementation.form,
            "notes": [
                *map(legible, implementation.notes),
                *unwritten(capabilities),
                *denied(capabilities),
                *called_wrongly(capabilities),
                *(missing_parameters(entries) if implementation.form in WITH_OPTIONS else ()),
                *missing_kinds(entries),
                *capabilities.kinds.notes,
                *partly_written(found, offered),
                *notes(unseen, by_requirement, offered),
                *untouched_notes(untouched, facets),
                *unfinished(found),
            ],
        },
        "adapter": findings or [],
        "operations": operations,
        "requirements": entries,
        "known_failures": list(known_failures),
        "behaviours": behaviours,
        "accuracy": accuracy_section(figures),
        "environment": environment(),
    }


def _has_run(records: list[Record]) -> bool:
    """Return whether the tests of a requirement ran, and every call of theirs came back."""
    return bool(records) and not any(record.unfinished for record in records)


def _limits(records: Sequence[Record], capabilities: Capabilities) -> list[Json]:
    """Return the limits of an implementation, in the order of the operations.

    Those of axes and dtypes stand there even where other calls were made in the place of refused
    ones, such as batches of one image.
    """
    judged = {operation for record in records for operation in record.checks}
    found = [
        limit.as_json()
        for name in capabilities.implementation.offers
        if name not in NETWORKS and OPERATIONS[name].key in judged
        for limit in capabilities.of(name).limits
    ]
    found += [entry for record in records for entry in record.limits]
    named = {(it["operation"], it["kind"]): it for it in found}
    order = [*OPERATIONS]
    return sorted(named.values(), key=lambda it: (order.index(it["operation"]), it["kind"]))


def environment() -> Json:
    """Return the versions that a verdict may depend on."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": dict(_versions()),
    }


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    packages = ("cnnspec", "numpy", "scipy", "pytest", "hypothesis", "scikit-image", "mnist")
    return tuple((package, version(package)) for package in packages)


def _requirement_entry(
    requirement: Requirement, records: list[Record], offered: Container[str]
) -> Json:
    failures = [record.failure for record in records if record.failure]
    known = [failure for record in records for failure in record.known]
    ran = [record for record in records if record.status != "not tested"]
    if failures:
        status = "failed" if requirement.level == "MUST" else "advised"
    elif known:
        status = KNOWN_FAILURE
    else:
        status = "passed" if ran and _has_run(records) else "not tested"
    for some in (failures, known):
        some.sort(key=plainest_first)
    entry: Json = {
        "id": requirement.id,
        "level": requirement.level,
        "facet": requirement.facet,
        "text": requirement.text,
        "status": status,
        "checks": sum(sum(record.checks.values()) for record in records),
        "failed": len(failures),
        "known_failures": len(known),
        "failures": [
            {key: failure[key] for key in _SHOWN if key in failure}
            | ({key: failure[key] for key in _SHOWN_OF_FIRST} if number == 0 else {})
            for number, failure in enumerate([*failures, *known])
        ],
    }
    if known:
        entry["reasons"] = sorted({failure["known"] for failure in known})
    if status == "not tested":
        reasons = sorted({record.reason for record in records if record.reason})
        entry["reasons"] = reasons or _why_not_run(requirement, offered)
    return entry


def _why_not_run(requirement: Requirement, offered: Container[str]) -> list[str]:
    """Return why no test of a requirement was collected: most often nothing is there to test."""
    if any(operation in offered for operation in requirement.operations):
        return ["not run"]
    return sorted(f"{operation} is not offered" for operation in requirement.operations)


def plainest_first(failure: Json) -> tuple[bool, bool, int, str]:
    """Return by what failures are ordered: small ones come first, and of these the plain."""
    extreme = is_extreme(failure["exhibit"])
    return failure["size"] > SMALL, extreme, failure["size"], failure["case"]


#: What the report says of every failure, and of a requirement's first, its smallest, as well.
_SHOWN = ("case", "call", "message", "complaint", "diagnosis", "known", "size")


_SHOWN_OF_FIRST = ("snippet", "exhibit", "layers")


def _by_operation(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the records that say anything of an operation, by operation."""
    found: dict[str, list[Record]] = {}
    for record in records:
        failures = [*([record.failure] if record.failure else []), *record.known]
        said_of = {*record.checks, *(one["operation"] for one in failures), _given_up(record)}
        for key in said_of:
            found.setdefault(key, []).append(record)
    return found


def _operation_entry(
    key: str,
    records: list[Record],
    unseen: list[NeverRan],
    diagnosis: list[Json],
    measured: list[Json],
    facets: Sequence[str],
) -> Json:
    table = requirements()
    checks = sum(record.checks.get(key, 0) for record in records)
    failed = sum(
        1
        for record in records
        if record.failure
        and record.failure["operation"] == key
        and table[record.requirement].level == "MUST"
    )
    known = sum(failure["operation"] == key for record in records for failure in record.known)
    is_founded = legal_checks(key, records) if VALUES in facets else must_checks(key, records)
    complete = is_founded and all(never.operation != key for never in unseen)
    complete = complete and all(_given_up(record) != key for record in records)
    verdict = DOES_NOT_CONFORM if failed else CONFORMS if complete else INCOMPLETE
    return {
        "verdict": verdict,
        "checks": checks,
        "failed": failed,
        "known_failures": known,
        "facets": {facet: _facet_entry(key, facet, records) for facet in FACETS},
        "diagnosis": diagnosis,
        **({"measured": measured} if measured else {}),
    }


def _given_up(record: Record) -> str:
    """Return the operation of which a test lacks a call, because others did not come back."""
    _, is_so, call = record.reason.partition(NOT_CALLED)
    operation = call.strip().partition("(")[0]
    return OPERATIONS[operation].key if is_so and operation in OPERATIONS else ""


def _facet_entry(key: str, facet: str, records: list[Record]) -> Json:
    """Return what became of one facet of an operation."""
    table = requirements()
    of_facet = [record for record in records if table[record.requirement].facet == facet]
    checks = sum(record.checks.get(key, 0) for record in of_facet)
    levels = [
        table[record.requirement].level
        for record in of_facet
        if record.failure and record.failure["operation"] == key
    ]
    failed, advised = levels.count("MUST"), levels.count("SHOULD")
    if any(failure["operation"] == key for record in of_facet for failure in record.known):
        status = KNOWN_FAILURE
    else:
        status = "passed" if checks else "not tested"
    if levels:
        status = "failed" if failed else "advised"
    return {"checks": checks, "failed": failed, "advised": advised, "status": status}


def _overall(operations: Json, entries: list[Json]) -> str:
    if any(entry["status"] == "failed" for entry in entries):
        return DOES_NOT_CONFORM
    if not operations or any(entry["verdict"] == INCOMPLETE for entry in operations.values()):
        return INCOMPLETE
    return CONFORMS
