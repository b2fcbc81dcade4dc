"""The notes of a report: what is not offered, called wrongly, or only partly written."""

from collections import defaultdict
from collections.abc import Iterator

from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.entries import Json, Record
from cnnspec.subject.caller import UNWRITTEN, what_lacks
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.option_kinds import lacks_kind, what_kind_lacks
from cnnspec.subject.probes import DTYPES
from cnnspec.texts import counted, legible

#: What to begin with.
_SHORTEST = [name for name, operation in OPERATIONS.items() if operation.is_shortest]

#: The dtypes in which an operation was called before it is said why it is not judged.
_TRIED = ", ".join(DTYPES)


def unwritten(capabilities: Capabilities) -> list[str]:
    """Say which operations only raise NotImplementedError, and what to do if all do."""
    offered = offered_keys(capabilities)
    unwritten = {OPERATIONS[name].key for name in capabilities.unwritten()} - offered
    if not unwritten:
        return []
    names = ", ".join(sorted(unwritten))
    said = f"not implemented yet (NotImplementedError), so not judged: {names}"
    if offered:
        return [said]
    shortest = next((f" ({name} is the shortest)" for name in _SHORTEST if name in unwritten), "")
    return [said, f"write one of them{shortest}, then judge it again"]


def denied(capabilities: Capabilities) -> Iterator[str]:
    """Say which operations take no floating numbers, and which offer no legal call at all."""
    offered = offered_keys(capabilities)
    keys = [OPERATIONS[name].key for name in capabilities.without_floats()]
    if names := sorted({*keys} - offered):
        yield f"takes none of {_TRIED}, so not judged: {', '.join(names)}"
    for name, reason in capabilities.denied().items():
        if OPERATIONS[name].key not in offered:
            yield f"{name} offers no small legal call, so not judged: {legible(reason)}"


def called_wrongly(capabilities: Capabilities) -> Iterator[str]:
    """Say of which operations every legal call raises, so that nothing is known of them."""
    for operation in capabilities.implementation.offers:
        if raised := capabilities.called_wrongly(operation):
            required, optional = OPERATIONS[operation].required, OPERATIONS[operation].optional
            tried = f"small arrays of every number of axes, channels last, in {_TRIED}"
            if capabilities.implementation.form == "program":
                yield (
                    f"{operation} is called wrongly, so not judged: every legal call is refused"
                    f" with {raised}. Tried were {tried}; PROTOCOL.md says how they are sent"
                )
                continue
            yield (
                f"{operation} is called wrongly, so not judged: every legal call raises {raised}."
                f" Tried were {tried},"
                f" as {operation}({', '.join((*required, *(f'{name}=...' for name in optional)))});"
                " give it these parameters, or a function around it that does"
            )


def partly_written(records: list[Record], offered: set[str]) -> Iterator[str]:
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


def unfinished(records: list[Record]) -> Iterator[str]:
    """Say for which requirements time or memory did not suffice."""
    if them := [record for record in records if record.unfinished]:
        concerned = ", ".join(dict.fromkeys(record.requirement for record in them))
        yield (
            f"time or memory did not suffice for {counted(len(them), 'test')}, so the verdict is"
            f" incomplete: of {concerned}; --time-limit and --memory-limit give more"
        )


#: The forms in which operations have optional parameters.
WITH_OPTIONS = ("operations", "bindings", "adapter", "program")


def missing_parameters(entries: list[Json]) -> Iterator[str]:
    """Say in one line what was not tested because parameters are missing, or have other names.

    Which requirements they are stands with these. Of a gradient only that is said which is not
    said of its operation.
    """
    parameters: dict[str, set[str]] = defaultdict(set)
    for reason in _reasons(entries):
        # What is said beside what else code does, "pads, and has no parameter", is a limit.
        if (found := what_lacks(reason)) and found[0] in OPERATIONS:
            parameters[found[0]].add(found[1].strip("'"))
    said = []
    for operation, missing in parameters.items():
        gradient = OPERATIONS[operation].gradient
        if gradient and missing <= parameters.get(gradient.of, set()):
            continue
        named = [name for name in OPERATIONS[operation].optional if name in missing]
        said.append(f"{operation} {', '.join(map(repr, named))}")
    if said:
        yield f"not tested, for there is no such parameter: {'; '.join(said)}"


def missing_kinds(entries: list[Json]) -> Iterator[str]:
    """Say what was not tested because options do not take values of some kinds."""
    kinds: dict[str, list[str]] = {}
    for reason in _reasons(entries):
        if found := what_kind_lacks(reason):
            kinds.setdefault(found[0], []).append(found[1])
    for operation, missing in kinds.items():
        lacking = lacks_kind(operation, ", ".join(dict.fromkeys(missing)))
        yield f"{lacking}, which is not tested"


def _reasons(entries: list[Json]) -> Iterator[str]:
    for entry in entries:
        yield from entry.get("reasons", ())


def offered_keys(capabilities: Capabilities) -> set[str]:
    """Return the operations that are offered, as the report calls them."""
    names = [name for name in OPERATIONS if capabilities.offers(name)]
    return {OPERATIONS[name].key for name in names}
