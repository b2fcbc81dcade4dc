"""Diagnosis by replay: which known mistakes fail the tests just as the implementation did.

The failing tests are repeated on the faults of the catalogue, behind the implementation's own
capabilities. A fault that fails them with the same results explains them. It is stated as certain
only if no other does, if it explains several failures, if it fails none of them in another way,
if it fails no test that the implementation passes, and if no failure of their kind is left without
an explanation: the mistake is a wider one then, of which the fault is a part. Where no fault
explains a failure, two at a time are tried, and then the pattern of the difference is described.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from cnnspec.faults import COMPOSED, FAULTS
from cnnspec.network_patterns import UNKNOWN
from cnnspec.nonconformance import Complaint, NonconformanceError
from cnnspec.operations import OPERATIONS
from cnnspec.patterns import lost, patterns, side_by_side
from cnnspec.replay import DIFFERENT, PASSES, SAME, RanTest, Replays
from cnnspec.requirements import DEFAULT, THOROUGH, requirements

Json = dict[str, Any]
Faults = tuple[str, ...]

#: The profile in which most faults are mistakes.
ARTICLE = "article"

#: Failures of each requirement and kind that are replayed, and of each operation.
PER_KIND = 2
PER_OPERATION = 60

#: More failures of each operation, small and large, on which what explains the others is tried.
COUNTERCHECKED = 20

#: Passed runs of each test, with one case or another, on which an explanation is tried, and of
#: the very tests that failed with other cases: these tell mistakes apart best.
PASSED_PER_TEST = 3
PASSED_PER_FAILED_TEST = 30

#: Failures of each operation on which all faults are tried, one after the other.
ROUNDS = 12

#: Mistakes of which all pairs are tried.
PAIRED = 40

#: Passed tests that speak against an explanation before it is given up.
ENOUGH_AGAINST = 3

#: Whole layers of each requirement that are computed again: each takes about a second.
WHOLE_LAYERS = 2

#: The tests that make the very first call of an implementation.
FIRST_CALL = "test_the_very_first_call"

#: Cases with fewer numbers than this tell mistakes badly apart, and others are tried first.
TELLING = 20

#: Complaints that need more than the numbers of one call to explain them.
_STATE = (Complaint.UNSTEADY, Complaint.OVERWRITTEN, Complaint.SHARED)

#: Complaints that wrong values give.
_OF_VALUES = (Complaint.VALUES, Complaint.RELATION, Complaint.CONDITION)

#: Complaints about calls that did not come back: nothing is there to be compared.
_LOST = (Complaint.LATE, Complaint.DIED)


def examine(ran: Sequence[RanTest], replays: Replays) -> list[Json]:
    """Return the evidence on each operation with failures, as data that can be merged."""
    failed: dict[str, list[RanTest]] = defaultdict(list)
    for test in ran:
        if test.error is not None:
            failed[test.error.case.operation].append(test)
    passed = [
        test
        for test in ran
        if test.error is None and _replayable(test) and not is_whole(test.requirement)
    ]
    return [
        _Examination(operation, _without_whole_layers(tests), passed, replays).evidence()
        for operation, tests in sorted(failed.items())
    ]


def is_whole(requirement: str) -> bool:
    """Return whether a requirement is about whole layers."""
    return requirements()[requirement].effort == THOROUGH


def _without_whole_layers(failed: list[RanTest]) -> list[RanTest]:
    """Return the failures that are repeated: those of whole layers only if there are no others."""
    return [test for test in failed if not is_whole(test.requirement)] or failed


def _replayable(test: RanTest) -> bool:
    """Return whether a test makes the same calls again: hypothesis may choose others."""
    return not hasattr(test.function, "hypothesis")


class _Examination:
    """The failures of one operation, and what the known mistakes do to them."""

    def __init__(
        self,
        operation: str,
        failed: Iterable[RanTest],
        passed: Sequence[RanTest],
        replays: Replays,
    ) -> None:
        self.operation = operation
        self.replays = replays
        replayable = [test for test in failed if _replayable(test)]
        whole = any(is_whole(test.requirement) for test in replayable)
        self.effort = THOROUGH if whole else DEFAULT
        self.sample = _sample(
            replayable,
            # A mistake of a part must be told from one that only looks like it at some sizes.
            per_kind=2 * PER_KIND if operation in COMPOSED else PER_KIND,
        )
        self.others = _others(replayable, self.sample)
        self.passed = _passed_sample(operation, self.sample, passed)
        tests = [*self.sample, *self.others]
        self.errors = {test.id: test.error for test in tests}
        if any(_depends_on_the_past(test.error) for test in tests) or self._is_right_afresh():
            self.errors = {test.id: replays.on_a_fresh_copy(test) for test in tests}
        self.outcomes: dict[str, dict[Faults, str]] = {test.id: {} for test in tests}
        self.scalars = side_by_side(error for error in self.errors.values() if error)

    def _is_right_afresh(self) -> bool:
        """Return whether a first failure goes away on a fresh copy: what is kept is wrong."""
        return any(self.replays.on_a_fresh_copy(test) is None for test in self.sample[:1])

    def evidence(self) -> Json:
        """Return what is known of each failure, and what speaks against each explanation."""
        suspected = _suspects(self.operation, self.replays.profile, self.effort)
        for suspects in suspected:
            self._explain(suspects)
        self._countercheck()
        for suspects in suspected:
            self._explain(suspects)
        if unexplained := self._unexplained():
            self._explain(self._pairs(unexplained[0]))
        explanations = self._explanations()
        return {
            "operation": self.operation,
            "failures": [self._about(test, explanations) for test in self.sample],
            "contradictions": {"+".join(f): self._contradictions(f) for f in sorted(explanations)},
        }

    def _explanations(self) -> set[Faults]:
        return {f for found in self.outcomes.values() for f, o in found.items() if o == SAME}

    def _countercheck(self) -> None:
        """Try what explains the sample on other failures, and take these into the sample."""
        explanations = sorted(self._explanations())
        for test in self.others if explanations else ():
            self.sample.append(test)
            for faults in explanations:
                self._outcome(test, faults)

    def _about(self, test: RanTest, explanations: set[Faults]) -> Json:
        found = self.outcomes[test.id]
        error = self.errors[test.id]
        return {
            "test": test.id,
            "requirement": test.requirement,
            "outcomes": {"+".join(f): o for f, o in sorted(found.items()) if f in explanations},
            "patterns": patterns(error, test.error, self.scalars),
        }

    def _outcome(self, test: RanTest, faults: Faults) -> str:
        known = self.outcomes[test.id]
        error = self.errors[test.id]
        if _only_first(faults) and FIRST_CALL not in test.id:
            return DIFFERENT  # a replay makes every call for the first time
        if faults not in known:
            known[faults] = (
                DIFFERENT if error is None else self.replays.outcome(test, faults, error)
            )
        return known[faults]

    def _explain(self, suspects: Sequence[Faults]) -> None:
        """Try all suspects on failures that none explains yet, and those that fit on all."""
        if not suspects:
            return
        for test in self._unexplained()[:ROUNDS]:
            if self._is_explained(test):
                continue
            fitting = [faults for faults in suspects if self._outcome(test, faults) == SAME]
            for other in self.sample:
                for faults in fitting:
                    self._outcome(other, faults)

    def _unexplained(self) -> list[RanTest]:
        return [
            test
            for test in self.sample
            if self.errors[test.id] is not None and not self._is_explained(test)
        ]

    def _is_explained(self, test: RanTest) -> bool:
        return SAME in self.outcomes[test.id].values()

    def _pairs(self, test: RanTest) -> list[Faults]:
        """Return the pairs of mistakes that each change what a failing test sees."""
        error = self.errors[test.id]
        if error is None or error.complaint not in (Complaint.VALUES, Complaint.SHAPE):
            return []
        acting = [
            faults[0]
            for faults, outcome in self.outcomes[test.id].items()
            if outcome != PASSES and FAULTS[faults[0]].operation == self.operation
        ]
        return list(permutations(acting[:PAIRED], 2))

    def _contradictions(self, faults: Faults) -> list[str]:
        """Return the first requirements whose passed tests these faults would have failed."""
        found: list[str] = []
        for test in self.passed:
            if self.replays.fails(test, self.operation, faults):
                found.append(test.requirement)
            if len(found) == ENOUGH_AGAINST:
                break
        return sorted(set(found))


def _only_first(faults: Faults) -> bool:
    """Return whether a mistake shows in a first call only."""
    return any(identity.endswith("-first-call-zero") for identity in faults)


def _suspects(operation: str, profile: str, effort: str) -> list[list[Faults]]:
    """Return the known mistakes, the nearest first: the rest is tried on what these leave.

    What is a mistake in this profile only comes before the others, all of which share it; and an
    operation's own come before those of its parts.
    """
    parts = (operation, *COMPOSED.get(operation, ()))
    return [
        [
            (key,)
            for key, fault in FAULTS.items()
            if fault.operation == part
            and fault.effort == effort
            and (fault.profile == profile) == is_of_profile
        ]
        for part in parts
        for is_of_profile in ((True, False) if profile != ARTICLE else (True,))
    ]


def _depends_on_the_past(error: NonconformanceError | None) -> bool:
    return error is not None and (error.complaint in _STATE or bool(error.before))


def _sample(failed: Iterable[RanTest], per_kind: int) -> list[RanTest]:
    """Return the smallest telling failures of every requirement and kind."""
    by_kind: dict[tuple[str, Complaint], list[RanTest]] = defaultdict(list)
    for test in sorted(failed, key=_telling_first):
        if test.error is not None and test.error.complaint not in _LOST:
            by_kind[test.requirement, test.error.complaint].append(test)
    chosen = [test for tests in by_kind.values() for test in tests[:per_kind]]
    layers = [test for test in chosen if not _is_network_test(test)] or chosen
    return sorted(layers, key=_telling_first)[:PER_OPERATION]


def _others(failed: Iterable[RanTest], sample: list[RanTest]) -> list[RanTest]:
    """Return other failures, evenly spread from the smallest to the largest."""
    taken = {test.id for test in sample}
    left = [
        test
        for test in sorted(failed, key=_telling_first)
        if test.id not in taken
        and test.error is not None
        and test.error.complaint not in _LOST
        and not _is_network_test(test)
    ]
    return left[:: -(-len(left) // COUNTERCHECKED) or 1]


def _telling_first(test: RanTest) -> tuple[bool, bool, int, str]:
    assert test.error is not None
    alone = "case" in test.arguments  # a test of many calls takes longer
    return test.error.size < TELLING, not alone, test.error.size, test.id


def _is_network_test(test: RanTest) -> bool:
    return test.requirement.startswith("NET") and (
        test.error is None or test.error.case.operation != "network"
    )


def _passed_sample(
    operation: str, failed: Sequence[RanTest], passed: Sequence[RanTest]
) -> list[RanTest]:
    """Return some passed runs of every test that binds an operation, more of those that failed."""
    key = OPERATIONS[operation].key
    alike = {_function(test) for test in failed}
    by_function: dict[str, list[RanTest]] = defaultdict(list)
    for test in passed:
        if key in requirements()[test.requirement].operations and (
            operation == "network" or not test.requirement.startswith("NET")
        ):
            by_function[_function(test)].append(test)
    return [
        test
        for function in sorted(by_function, key=lambda function: function not in alike)
        for test in _spread_out(by_function[function], failed_too=function in alike)
    ]


def _function(test: RanTest) -> str:
    """Return the name of a test without its case."""
    return test.id.partition("[")[0]


def _spread_out(tests: list[RanTest], *, failed_too: bool) -> list[RanTest]:
    """Return some runs of a test, evenly spread."""
    most = PASSED_PER_FAILED_TEST if failed_too else PASSED_PER_TEST
    return tests[:: -(-len(tests) // most)]


# --- conclusions -------------------------------------------------------------------------------


def conclude(evidence: Iterable[Json], failures: dict[str, Json]) -> dict[str, list[Json]]:
    """Write a diagnosis into each failure and return those of each operation, the widest first.

    ``failures`` are the report's, by test. ``evidence`` may come from several processes.
    """
    merged: dict[str, list[Json]] = defaultdict(list)
    for entry in evidence:
        merged[entry["operation"]].append(entry)
    summaries: dict[str, list[Json]] = defaultdict(list)
    for failure in failures.values():
        if failure["complaint"] in _LOST:
            failure["diagnosis"] = lost(failure["complaint"], failure["message"])
            merged.setdefault(failure["operation_called"], [])
    for operation, entries in sorted(merged.items()):
        for summary in _conclude(operation, entries, failures):
            if summary not in summaries[OPERATIONS[operation].key]:
                summaries[OPERATIONS[operation].key].append(summary)
    for failure in failures.values():
        failure.setdefault("diagnosis", [])
    return dict(summaries)


def _conclude(operation: str, entries: list[Json], failures: dict[str, Json]) -> list[Json]:
    found = [
        {**failure, "kind": _kind(failures[failure["test"]]["complaint"])}
        for entry in entries
        for failure in entry["failures"]
    ]
    against: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for faults, named in entry["contradictions"].items():
            against[faults].update(named)
    chosen = _cover(found, against)
    diagnoses: dict[str, list[Json]] = {}
    for failure in found:
        diagnoses[failure["test"]] = _entries(failure, chosen, found, against)
    _spread(operation, diagnoses, failures)
    return _summary(operation, failures)


def _kind(complaint: str) -> str:
    """Return what a complaint is about: wrong values show in broken relations as well."""
    return Complaint.VALUES if complaint in _OF_VALUES else complaint


def _cover(found: list[Json], against: dict[str, set[str]]) -> list[str]:
    """Return explanations that together explain all that can be, the widest first.

    Of two as wide, the one with less against it comes first, and of these the one of fewer faults.
    """
    explained: dict[str, set[str]] = defaultdict(set)
    for failure in found:
        for faults, outcome in failure["outcomes"].items():
            if outcome == SAME:
                explained[faults].add(failure["test"])
    left = set().union(*explained.values())
    chosen = []
    while left:
        best = min(
            explained,
            key=lambda faults: (
                -len(explained[faults] & left),
                len(against[faults]),
                faults.count("+"),
                faults,
            ),
        )
        chosen.append(best)
        left -= explained[best]
    return chosen


def _entries(
    failure: Json, chosen: list[str], found: list[Json], against: dict[str, set[str]]
) -> list[Json]:
    """Return the diagnosis of one failure: explanations, or the pattern of what is wrong."""
    fitting = [faults for faults in chosen if failure["outcomes"].get(faults) == SAME]
    if not fitting:
        return list(failure["patterns"])
    best = fitting[0]
    rivals = [
        faults
        for faults, outcome in failure["outcomes"].items()
        if outcome == SAME and faults != best and _as_good(faults, best, found, against)
    ]
    certain = not rivals and not against[best] and _well_founded(best, chosen, found)
    first, *others = best.split("+")
    entries = [_entry(first, certain=certain)]
    entries += [{**_entry(other, certain=certain), "beside": first} for other in others]
    return entries + [
        _entry(identity, certain=False) for faults in rivals for identity in faults.split("+")
    ]


def _as_good(faults: str, best: str, found: list[Json], against: dict[str, set[str]]) -> bool:
    """Return whether an explanation cannot be told from the best one: it could be it."""
    if faults.count("+") > best.count("+") or len(against[faults]) > len(against[best]):
        return False
    if set(faults.split("+")) == set(best.split("+")):
        return False  # the same two mistakes, made in the other order
    return all(
        failure["outcomes"].get(faults) == SAME
        for failure in found
        if failure["outcomes"].get(best) == SAME
    )


def _well_founded(best: str, chosen: list[str], found: list[Json]) -> bool:
    """Return whether an explanation holds twice, is contradicted by no failure, and is wide enough.

    A failure of its kind that nothing explains shows that more is wrong than it says.
    """
    explained = [failure for failure in found if failure["outcomes"].get(best) == SAME]
    kinds = {failure["kind"] for failure in explained}
    in_another_way = any(
        failure["outcomes"].get(best) == DIFFERENT
        and not any(
            best in faults.split("+") and failure["outcomes"].get(faults) == SAME
            for faults in chosen
        )
        for failure in found
    )
    left = any(
        failure["kind"] in kinds and SAME not in failure["outcomes"].values() for failure in found
    )
    return len(explained) > 1 and not in_another_way and not left


def _entry(identity: str, *, certain: bool) -> Json:
    fault = FAULTS[identity]
    return {
        "fault": identity,
        "pattern": None,
        "explanation": fault.explanation,
        "remedy": fault.remedy,
        "certain": certain,
    }


def _spread(operation: str, diagnoses: dict[str, list[Json]], failures: dict[str, Json]) -> None:
    """Give failures that were not replayed the diagnosis of their requirement's first."""
    by_requirement: dict[tuple[str, str], list[Json]] = {}
    for test, entries in diagnoses.items():
        failure = failures[test]
        failure["diagnosis"] = entries
        by_requirement.setdefault((failure["requirement"], failure["complaint"]), entries)
    certain = {entry["fault"]: entry for e in diagnoses.values() for entry in e if entry["certain"]}
    alone = list(certain.values()) if len(certain) == 1 else []
    for failure in failures.values():
        if failure["operation_called"] == operation and "diagnosis" not in failure:
            key = failure["requirement"], failure["complaint"]
            likely = by_requirement.get(key, alone)
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
            for entry in _leading(failure["diagnosis"]):
                groups[_group(entry)].append((entry, failure["requirement"]))
    summaries = [_summarised(group) for group in groups.values()]
    return sorted(summaries, key=_importance)


#: Patterns that say the same of every failure if they tell the cause; else they are chance.
_THE_SAME_EVERYWHERE = ("confined", "offset", "scaled", "shifted", "other pixels", "other logits")


def _group(entry: Json) -> str:
    """Return what two entries have in common that say the same."""
    pattern = str(entry["pattern"])
    if pattern in _THE_SAME_EVERYWHERE:
        of_no_size = re.sub(r",? of \d+", "", entry["explanation"])
        return f"{pattern}: {of_no_size}"
    return entry["fault"] or pattern


def _leading(diagnosis: list[Json]) -> list[Json]:
    """Return what is taken for the explanation: one mistake, or two at once."""
    return [
        entry
        for number, entry in enumerate(diagnosis)
        if number == 0 or entry.get("beside", "") == diagnosis[0]["fault"]
    ]


def _summarised(group: list[tuple[Json, str]]) -> Json:
    """Return the diagnosis that most failures of a group have, certain if one of them is."""
    said = Counter(entry["explanation"] for entry, _ in group)
    often = [entry for entry, _ in group if said[entry["explanation"]] == max(said.values())]
    entry = next((entry for entry in often if entry["certain"]), often[0])
    named = sorted({requirement for _, requirement in group})
    return {
        **{key: value for key, value in entry.items() if key != "beside"},
        "requirements": named,
        "failures": len(group),
    }


def _importance(summary: Json) -> tuple[bool, bool, bool, int, bool, bool]:
    bound = [requirements()[identity] for identity in summary["requirements"]]
    return (
        all(requirement.facet == "refusals" for requirement in bound),
        all(requirement.level != "MUST" for requirement in bound),
        summary["pattern"] == UNKNOWN[0],
        -summary["failures"],
        summary["fault"] is None,
        not summary["certain"],
    )
