"""The verdict: what the checks of a run say together."""

import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from cnnspec import __version__
from cnnspec.diagnosis.conclusions import conclude
from cnnspec.judge.accuracy import Figures, accuracy_section
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.operations.requirements import DEFAULT, FACETS, Requirement, requirements
from cnnspec.operations.signatures import OPERATIONS
from cnnspec.report.absences import NeverRan, legal_checks, never_ran, notes
from cnnspec.report.exhibits import SMALL, exhibit, is_extreme
from cnnspec.report.identity import spec_hash
from cnnspec.subject.caller import UNWRITTEN, what_lacks
from cnnspec.subject.capabilities import DTYPES, Capabilities
from cnnspec.subject.lost_calls import NOT_CALLED
from cnnspec.texts import counted, legible

CONFORMS = "conforms"
DOES_NOT_CONFORM = "does not conform"
INCOMPLETE = "incomplete"

#: The status of a test and of a requirement that fail as the list of known failures says.
KNOWN_FAILURE = "known failure"

Json = dict[str, Any]

#: The dtypes in which an operation was called before it is said why it is not judged.
_TRIED = ", ".join(DTYPES)


@dataclass(frozen=True)
class Record:
    """What one test found.

    Attributes
    ----------
    requirement : str
    test : str
        The test's id.
    status : str
        "passed", "failed", "known failure" or "not tested".
    checks : dict
        Comparisons by operation.
    reason : str
        Why nothing was tested.
    unfinished : bool
        Whether that is because a call did not come back: the verdict is incomplete then.
    figures : list
        How close results came to their bounds (`Figures.as_json`).
    failure : dict or None
        Case, call, message, complaint, snippet, requirement, operations, size of the inputs,
        exhibit and layers of the first failure that is not known.
    known : list of dict
        The known failures, likewise, each with its reason as ``known``.
    limits : list of dict
        The limits beyond which calls were refused, or not made: see
        `cnnspec.subject.limits.Limit.as_json`.
    cases : dict
        What became of the cases in the list of known failures: "fails", "passes" or "undecided".
    unjudged : dict
        Why calls were not judged that nothing absent explains, by operation (`Judge.unjudged`).
    """

    requirement: str
    test: str
    status: str
    checks: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    unfinished: bool = False
    figures: list[list[Any]] = field(default_factory=list)
    failure: Json | None = None
    known: list[Json] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    unjudged: dict[str, str] = field(default_factory=dict)
    limits: list[dict[str, str]] = field(default_factory=list)


def failure_entry(requirement: str, error: NonconformanceError, snippet: str = "") -> Json:
    """Return what a record says of a failure."""
    return {
        "case": error.case.id,
        "call": error.call,
        "message": error.message,
        "complaint": str(error.complaint),
        "snippet": snippet,
        "requirement": requirement,
        "operation": OPERATIONS[error.case.operation].key,
        "operation_called": error.case.operation,
        "size": error.size,
        "exhibit": exhibit(error),
        "layers": error.layers,
    }


def stopped_entry(requirement: str, test: str, error: BaseException | None) -> Json:
    """Return what a record says of a test that broke off."""
    return {
        "case": test,
        "call": "",
        "message": f"the check itself stopped: {type(error).__name__}: {error}",
        "complaint": "check stopped",
        "snippet": "",
        "requirement": requirement,
        "operation": requirements()[requirement].operations[0],
        "operation_called": "",
        "size": 0,
        "exhibit": None,
        "layers": None,
    }


def build_report(
    records: Iterable[Record],
    evidence: Iterable[Json],
    behaviours: list[Json],
    capabilities: Capabilities,
    profile: str,
    findings: list[Json] | None = None,
    known_failures: Sequence[Json] = (),
    *,
    effort: str = DEFAULT,
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
    diagnoses = conclude(evidence, failures)
    entries = [
        _requirement_entry(requirement, by_requirement.get(requirement.id, []))
        for requirement in requirements().values()
        if requirement.is_judged(profile, effort)
    ]
    offered = _offered(capabilities)
    unseen = never_ran(by_requirement, profile, effort, offered)
    operations = {
        key: _operation_entry(key, found, unseen, diagnoses.get(key, [])) for key in sorted(offered)
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
        "profile": profile,
        "effort": effort,
        "verdict": _overall(operations, entries),
        "limits": _limits(found, capabilities),
        "implementation": {
            "name": legible(implementation.name),
            "source": legible(implementation.source),
            "form": implementation.form,
            "notes": [
                *map(legible, implementation.notes),
                *_unwritten(capabilities),
                *_denied(capabilities),
                *_called_wrongly(capabilities),
                *(_missing_parameters(entries) if implementation.form in _WITH_OPTIONS else ()),
                *_partly_written(found, offered),
                *notes(unseen, found, offered),
                *_unfinished(found),
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
        if name != "network" and OPERATIONS[name].key in judged
        for limit in capabilities.of(name).limits
    ]
    found += [entry for record in records for entry in record.limits]
    named = {(it["operation"], it["kind"]): it for it in found}
    order = [*OPERATIONS]
    return sorted(named.values(), key=lambda it: (order.index(it["operation"]), it["kind"]))


def _unwritten(capabilities: Capabilities) -> list[str]:
    """Say which operations only raise NotImplementedError, and what to do if all do."""
    offered = _offered(capabilities)
    unwritten = {OPERATIONS[name].key for name in capabilities.unwritten()} - offered
    if not unwritten:
        return []
    names = ", ".join(sorted(unwritten))
    said = f"not implemented yet (NotImplementedError), so not judged: {names}"
    if offered:
        return [said]
    shortest = " (relu is the shortest)" if "relu" in unwritten else ""
    return [said, f"write one of them{shortest}, then judge it again"]


def _denied(capabilities: Capabilities) -> Iterator[str]:
    """Say which operations take no floating numbers, and which offer no legal call at all."""
    offered = _offered(capabilities)
    keys = [OPERATIONS[name].key for name in capabilities.without_floats()]
    if names := sorted({*keys} - offered):
        yield f"takes none of {_TRIED}, so not judged: {', '.join(names)}"
    for name, reason in capabilities.denied().items():
        if OPERATIONS[name].key not in offered:
            yield f"{name} offers no small legal call, so not judged: {legible(reason)}"


def _called_wrongly(capabilities: Capabilities) -> Iterator[str]:
    """Say of which operations every legal call raises, so that nothing is known of them."""
    for operation in capabilities.implementation.offers:
        if raised := capabilities.called_wrongly(operation):
            required, optional = OPERATIONS[operation].required, OPERATIONS[operation].optional
            yield (
                f"{operation} is called wrongly, so not judged: every legal call raises {raised}."
                f" Tried were small arrays of every number of axes, channels last, in {_TRIED},"
                f" as {operation}({', '.join((*required, *(f'{name}=...' for name in optional)))});"
                " give it these parameters, or a function around it that does"
            )


def _partly_written(records: list[Record], offered: set[str]) -> Iterator[str]:
    """Say which operations are judged on some calls only, because others are not written yet."""
    left_out: dict[str, list[Record]] = {}
    for record in records:
        name, unwritten, _ = record.reason.partition(UNWRITTEN)
        if not unwritten or name not in OPERATIONS:  # others' words may hold these, too
            continue
        if record.status == "not tested" and OPERATIONS[name].key in offered:
            left_out.setdefault(name, []).append(record)
    for operation, them in left_out.items():
        concerned = ", ".join(dict.fromkeys(record.requirement for record in them))
        tests = f"{len(them)} test{'s' if len(them) > 1 else ''}"
        yield f"{operation}{UNWRITTEN} in {tests}, which judged nothing: of {concerned}"


def _unfinished(records: list[Record]) -> Iterator[str]:
    """Say for which requirements time or memory did not suffice."""
    if them := [record for record in records if record.unfinished]:
        concerned = ", ".join(dict.fromkeys(record.requirement for record in them))
        yield (
            f"time or memory did not suffice for {counted(len(them), 'test')}, so the verdict is"
            f" incomplete: of {concerned}; --time-limit and --memory-limit give more"
        )


#: The forms in which operations have optional parameters.
_WITH_OPTIONS = ("operations", "adapter", "program")


def _missing_parameters(entries: list[Json]) -> Iterator[str]:
    """Say what was not tested because parameters are missing, or have other names."""
    parameters: dict[str, list[str]] = {}
    untested: dict[str, list[str]] = {}
    for entry in entries:
        for reason in entry.get("reasons", ()):
            if found := what_lacks(reason):
                operation, parameter = found
                parameters.setdefault(operation, []).append(parameter)
                untested.setdefault(operation, []).append(entry["id"])
    for operation, names in parameters.items():
        missing, identities = (dict.fromkeys(them) for them in (names, untested[operation]))
        plural = "s" if len(missing) > 1 else ""
        yield (
            f"{operation} has no parameter{plural} {', '.join(missing)}:"
            f" not tested are {', '.join(identities)}"
        )


def environment() -> Json:
    """Return the versions that a verdict may depend on."""
    packages = ("cnnspec", "numpy", "scipy", "pytest", "hypothesis", "scikit-image", "mnist")
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {package: version(package) for package in packages},
    }


def _offered(capabilities: Capabilities) -> set[str]:
    names = [name for name in OPERATIONS if capabilities.offers(name)]
    return {OPERATIONS[name].key for name in names}


def _requirement_entry(requirement: Requirement, records: list[Record]) -> Json:
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
        some.sort(key=_plainest_first)
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
        entry["reasons"] = reasons or ["not run"]
    return entry


def _plainest_first(failure: Json) -> tuple[bool, bool, int, str]:
    """Return by what failures are ordered: small ones come first, and of these the plain."""
    extreme = is_extreme(failure["exhibit"])
    return failure["size"] > SMALL, extreme, failure["size"], failure["case"]


#: What the report says of every failure, and of a requirement's first, its smallest, as well.
_SHOWN = ("case", "call", "message", "complaint", "diagnosis", "known", "size")
_SHOWN_OF_FIRST = ("snippet", "exhibit", "layers")


def _operation_entry(
    key: str, records: list[Record], unseen: list[NeverRan], diagnosis: list[Json]
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
    complete = legal_checks(key, records) and all(never.operation != key for never in unseen)
    complete = complete and all(_given_up(record) != key for record in records)
    verdict = DOES_NOT_CONFORM if failed else CONFORMS if complete else INCOMPLETE
    return {
        "verdict": verdict,
        "checks": checks,
        "failed": failed,
        "known_failures": known,
        "facets": {facet: _facet_entry(key, facet, records) for facet in FACETS},
        "diagnosis": diagnosis,
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
