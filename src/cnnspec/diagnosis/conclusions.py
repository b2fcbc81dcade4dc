"""What the evidence on failures comes to: a diagnosis of each, and of every operation."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Any

from cnnspec.cases.requirements import requirements
from cnnspec.diagnosis.parts import is_same_mistake
from cnnspec.diagnosis.patterns import lost
from cnnspec.diagnosis.precision_patterns import unless_others_are_larger
from cnnspec.diagnosis.replays import DIFFERENT, SAME
from cnnspec.diagnosis.shape_patterns import unless_all_squares
from cnnspec.diagnosis.spread_errors import unless_all
from cnnspec.experiments.investigation import CERTAIN, OBSERVED
from cnnspec.faults import FAULTS
from cnnspec.judge.nonconformance import LOST, OF_VALUES, Complaint
from cnnspec.operations.registry import OPERATIONS

Json = dict[str, Any]

#: Patterns that say nothing but that values are wrong.
_UNKNOWN = {one.symptoms.unknown[0] for one in OPERATIONS.values() if one.symptoms.unknown}


def conclude(evidence: Iterable[Json], failures: dict[str, Json]) -> dict[str, list[Json]]:
    """Write a diagnosis into each failure and return those of each operation, the widest first.

    ``failures`` are the report's, by test. ``evidence`` may come from several processes.
    """
    merged: dict[str, list[Json]] = defaultdict(list)
    for entry in evidence:
        merged[entry["operation"]].append(entry)
    summaries: dict[str, list[Json]] = defaultdict(list)
    for failure in failures.values():
        if failure["complaint"] in LOST:
            failure["diagnosis"] = lost(failure["complaint"], failure["message"])
            merged.setdefault(failure["operation_called"], [])
    for operation, entries in sorted(merged.items()):
        summaries[OPERATIONS[operation].key] += _conclude(operation, entries, failures)
    for failure in failures.values():
        failure.setdefault("diagnosis", [])
    return {key: sorted(_joined(found), key=_importance) for key, found in summaries.items()}


def _joined(summaries: list[Json]) -> list[Json]:
    """Say once what is said of several operations that are reported as one."""
    joined: dict[tuple[str, str | None], Json] = {}
    for one in summaries:
        other = joined.setdefault((one["explanation"], one["remedy"]), one)
        if other is not one:
            other["requirements"] = sorted({*other["requirements"], *one["requirements"]})
            other["failures"] += one["failures"]
            other["certain"] |= one["certain"]
    return [*joined.values()]


def _conclude(operation: str, entries: list[Json], failures: dict[str, Json]) -> list[Json]:
    found = [
        {
            **failure,
            "kind": _kind(failures[failure["test"]]["complaint"]),
            "call": failures[failure["test"]]["call"],
        }
        for entry in entries
        for failure in entry["failures"]
    ]
    unless_all(found)
    unless_all_squares(found)
    unless_others_are_larger(found)
    against: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for faults, named in entry["contradictions"].items():
            against[faults].update(named)
    findings = [one for entry in entries for one in entry.get("findings", ())]
    named = {name for one in findings if one["grade"] != OBSERVED for name in one["faults"]}
    chosen = _cover(operation, found, against, named)
    told = {test: one for one in reversed(findings) for test in one["tests"]}
    observed = next((one["observed"] for one in entries if one.get("observed")), None)
    diagnoses: dict[str, list[Json]] = {}
    for failure in found:
        finding = told.get(failure["test"])
        if finding and not finding["faults"]:
            diagnoses[failure["test"]] = [_found(finding)]
        else:
            diagnoses[failure["test"]] = _entries(failure, chosen, found, against, finding)
        if observed and _is_observed_only(failure, diagnoses[failure["test"]]):
            diagnoses[failure["test"]] = [_observed(observed)]
    _spread_proofs(found, findings, diagnoses)
    kinds = {
        failure["kind"]
        for failure in found
        for entry in diagnoses[failure["test"]]
        if entry["certain"]
    }
    _name_deaths(operation, diagnoses, failures)
    _spread(operation, diagnoses, failures, kinds)
    return _summary(operation, failures)


def _kind(complaint: str) -> str:
    """Return what a complaint is about: wrong values show in broken relations as well."""
    return Complaint.VALUES if complaint in OF_VALUES else complaint


def _cover(
    operation: str, found: list[Json], against: dict[str, set[str]], named: Container[str]
) -> list[str]:
    """Return explanations that together explain all that can be, the widest first.

    What experiments have ``named`` comes before what only some failures look like. Of two as wide,
    the one with less against it comes first, and then the operation's own.
    """
    explained: dict[str, set[str]] = defaultdict(set)
    for failure in found:
        for faults, outcome in failure["outcomes"].items():
            if outcome == SAME:
                explained[faults].add(failure["test"])
    for faults in [*explained]:
        values = [one for one in against[faults] if requirements()[one].facet == "values"]
        if values and 2 * len(explained[faults]) < len(found):
            del explained[faults]  # it looks so in few cases, and plain ones are right
    left = set().union(*explained.values())
    chosen = []
    while left:
        best = min(
            explained,
            key=lambda faults: (
                not (faults in named and explained[faults] & left),
                -len(explained[faults] & left),
                len(against[faults]),
                FAULTS[faults].operation != operation,
                faults,
            ),
        )
        chosen.append(best)
        left -= explained[best]
    return chosen


def _entries(
    failure: Json,
    chosen: list[str],
    found: list[Json],
    against: dict[str, set[str]],
    finding: Json | None,
) -> list[Json]:
    """Return the diagnosis of one failure: explanations, or the pattern of what is wrong.

    ``finding`` is what experiments found of its call: known mistakes.
    """
    fitting = [faults for faults in chosen if failure["outcomes"].get(faults) == SAME]
    if finding:
        fitting.sort(key=lambda faults: faults not in finding["faults"])
    if not fitting and finding and finding["faults"]:
        proved = _are_one(finding["faults"]) and finding["grade"] == CERTAIN
        return [_entry(finding["faults"][0], certain=proved)]
    if not fitting:
        return list(failure["patterns"])
    best = fitting[0]
    rivals = [
        faults
        for faults, outcome in failure["outcomes"].items()
        if outcome == SAME
        and not is_same_mistake(faults, best)
        and _as_good(faults, best, found, against)
    ]
    names = list(finding["faults"]) if finding and finding["grade"] == CERTAIN else []
    is_proved = best in names and _are_one(names)
    certain = not rivals and not against[best] and (is_proved or _well_founded(best, found))
    return [_entry(best, certain=certain), *(_entry(rival, certain=False) for rival in rivals)]


def _name_deaths(
    operation: str, diagnoses: dict[str, list[Json]], failures: dict[str, Json]
) -> None:
    """Say of calls that ended their process which known mistake did, and keep its last words.

    Where that is not known of those that were made again, nothing more is said of any.
    """
    died = {
        test: failure
        for test, failure in failures.items()
        if failure["operation_called"] == operation and failure["complaint"] == Complaint.DIED
    }
    named = [diagnoses.pop(test) for test in died if test in diagnoses]
    faults = {entries[0]["fault"] if entries else None for entries in named}
    if len(faults) != 1 or None in faults:
        return
    certain = all(entries[0]["certain"] for entries in named)
    for failure in died.values():
        words = f"{named[0][0]['explanation']}: {failure['diagnosis'][0]['explanation']}"
        failure["diagnosis"] = [{**named[0][0], "explanation": words, "certain": certain}]


def _are_one(faults: Sequence[str]) -> bool:
    """Return whether several names are of one mistake."""
    return all(is_same_mistake(one, faults[0]) for one in faults)


def _as_good(faults: str, best: str, found: list[Json], against: dict[str, set[str]]) -> bool:
    """Return whether an explanation cannot be told from the best one: it could be it."""
    if len(against[faults]) > len(against[best]):
        return False
    return all(
        failure["outcomes"].get(faults) == SAME
        for failure in found
        if failure["outcomes"].get(best) == SAME
    )


def _well_founded(best: str, found: list[Json]) -> bool:
    """Return whether an explanation holds twice, is contradicted by no failure, and is wide enough.

    Calls of one kind, with the same shapes, dtypes and options, hold once. A failure of its kind
    that nothing explains shows that more is wrong than it says.
    """
    explained = [failure for failure in found if failure["outcomes"].get(best) == SAME]
    calls = {failure["call"] for failure in explained}
    kinds = {failure["kind"] for failure in explained}
    in_another_way = any(failure["outcomes"].get(best) == DIFFERENT for failure in found)
    left = any(
        failure["kind"] in kinds and SAME not in failure["outcomes"].values() for failure in found
    )
    return len(calls) > 1 and not in_another_way and not left


def _entry(identity: str, *, certain: bool) -> Json:
    fault = FAULTS[identity]
    return {
        "fault": identity,
        "pattern": None,
        "explanation": fault.explanation,
        "remedy": fault.remedy,
        "certain": certain,
    }


def _spread_proofs(
    found: list[Json], findings: list[Json], diagnoses: dict[str, list[Json]]
) -> None:
    """Give wrong answers that were not asked again what explains nearly all others."""
    wide = [one for one in findings if one["grade"] != OBSERVED]
    for failure in found:
        is_of_answers = failure["kind"] in (Complaint.VALUES, Complaint.SHAPE)
        if wide and is_of_answers and not _is_known(diagnoses[failure["test"]]):
            known = wide[0]["faults"]
            entry = _entry(known[0], certain=False) if known else _found(wide[0])
            diagnoses[failure["test"]] = [{**entry, "certain": False}]


def _is_known(entries: list[Json]) -> bool:
    """Return whether a diagnosis says what is done, and not only what the numbers look like."""
    return any(entry["fault"] or "grade" in entry for entry in entries)


_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def _found(finding: Json) -> Json:
    """Return the diagnosis that experiments give."""
    words = finding["words"]
    said = words[0]
    if len(words) > 1:
        said = f"{_COUNTS[len(words)]} mistakes: {'; '.join(words[:-1])}; and {words[-1]}"
    if finding["grade"] == OBSERVED:
        said = f"in {finding['explained']} of the {finding['asked']} wrong answers asked, {said}"
    remedies = dict.fromkeys(filter(None, finding["remedies"]))
    return {
        "fault": None,
        "pattern": f"experiment: {words[0]}",
        "explanation": said,
        "remedy": "; ".join(remedies) or None,
        "certain": finding["grade"] == CERTAIN,
        "grade": finding["grade"],
    }


#: Patterns of one answer that say where it is wrong, not why: what many answers show is better.
OF_ONE_ANSWER = {"confined", "border wrong", "zeros", "not finite"} | _UNKNOWN


def _is_observed_only(failure: Json, entries: list[Json]) -> bool:
    """Return whether nothing but what a wrong answer looks like is known of a failure."""
    return failure["kind"] == Complaint.VALUES and all(
        entry["pattern"] in OF_ONE_ANSWER for entry in entries
    )


def _observed(finding: Json) -> Json:
    """Return the diagnosis by what wrong answers have in common."""
    return {
        "fault": None,
        "pattern": "observed",
        "explanation": finding["words"][0],
        "remedy": finding["remedies"][0] or None,
        "certain": False,
        "grade": finding["grade"],
    }


def _spread(
    operation: str,
    diagnoses: dict[str, list[Json]],
    failures: dict[str, Json],
    kinds: Container[str],
) -> None:
    """Give failures that were not replayed the diagnosis of their requirement's first.

    Where there is none, what is certain of failures of the same ``kinds``, if it is one thing.
    """
    by_requirement: dict[tuple[str, str], list[Json]] = {}
    for test, entries in diagnoses.items():
        failure = failures[test]
        failure["diagnosis"] = entries
        key = failure["requirement"], failure["complaint"]
        if key not in by_requirement or not _is_known(by_requirement[key]):
            by_requirement[key] = entries
    certain = {
        entry["explanation"]: entry for e in diagnoses.values() for entry in e if entry["certain"]
    }
    alone = list(certain.values()) if len(certain) == 1 else []
    for failure in failures.values():
        if failure["operation_called"] == operation and "diagnosis" not in failure:
            key = failure["requirement"], failure["complaint"]
            is_alike = _kind(failure["complaint"]) in kinds
            likely = by_requirement.get(key, alone if is_alike else [])
            failure["diagnosis"] = [{**entry, "certain": False} for entry in likely]


def _summary(operation: str, failures: dict[str, Json]) -> list[Json]:
    """Return the diagnoses of an operation with the requirements that they explain.

    Bad arguments that are not refused come last. What fails the verdict comes before what is
    advised, what says something before what does not, and the widest first; of two as wide, faults
    come before patterns, and what is certain before guesses.
    """
    groups: dict[str, list[tuple[Json, str]]] = defaultdict(list)
    for failure in failures.values():
        if failure["operation_called"] == operation:
            for entry in failure["diagnosis"][:1]:
                groups[_group(entry)].append((entry, failure["requirement"]))
    summaries = [_summarised(group) for group in groups.values()]
    return sorted(summaries, key=_importance)


#: Patterns that say the same of every failure if they tell the cause; else they are chance.
_THE_SAME_EVERYWHERE = ("confined", "offset", "shifted")


def _group(entry: Json) -> str:
    """Return what two entries have in common that say the same."""
    pattern = str(entry["pattern"])
    if pattern in _THE_SAME_EVERYWHERE:
        of_no_size = re.sub(r",? of \d+", "", entry["explanation"])
        return f"{pattern}: {of_no_size}"
    return entry["fault"] or pattern


def _summarised(group: list[tuple[Json, str]]) -> Json:
    """Return the diagnosis that most failures of a group have, certain if one of them is."""
    said = Counter(entry["explanation"] for entry, _ in group)
    often = [entry for entry, _ in group if said[entry["explanation"]] == max(said.values())]
    entry = next((entry for entry in often if entry["certain"]), often[0])
    named = sorted({requirement for _, requirement in group})
    return {
        **entry,
        "requirements": named,
        "failures": len(group),
    }


def _importance(summary: Json) -> tuple[bool, bool, bool, int, bool, bool]:
    bound = [requirements()[identity] for identity in summary["requirements"]]
    return (
        all(requirement.facet == "refusals" for requirement in bound),
        all(requirement.level != "MUST" for requirement in bound),
        summary["pattern"] in _UNKNOWN,
        -summary["failures"],
        summary["fault"] is None,
        not summary["certain"],
    )
