"""Diagnosis by replay: which known mistakes fail the tests just as the implementation did.

Experiments come first (`cnnspec.diagnosis.experiments`): what they explain is not replayed, and
what they refute is no suspect. The other failing tests are repeated on the faults of the catalogue,
behind the implementation's own capabilities. A fault that fails them with the same results explains
them. It is stated as certain only if no other does, if it explains several failures, if it fails
none of them in another way, if it fails no test that the implementation passes, and if no failure
of their kind is left without an explanation: the mistake is a wider one then, of which the fault is
a part. Where no fault explains a failure, the pattern of the difference is described.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Any

from cnnspec.cases.requirements import DEFAULT, THOROUGH, requirements
from cnnspec.diagnosis.experiments import Investigated, investigate, is_of_answers
from cnnspec.diagnosis.parts import has_its_parts_mistakes, without_echoes
from cnnspec.diagnosis.patterns import patterns
from cnnspec.diagnosis.replays import DIFFERENT, SAME, UNLIKE, RanTest, Replays
from cnnspec.diagnosis.spread_errors import evidence_of, within_the_normwise_bound
from cnnspec.faults import COMPOSED, FAULTS
from cnnspec.judge.nonconformance import LOST, OF_VALUES, Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS

Json = dict[str, Any]

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

#: Failures that are looked at on a fresh copy before the past is held to be of no matter.
AFRESH = 3

#: Passed tests that speak against an explanation before it is given up.
ENOUGH_AGAINST = 3

#: Whole layers of each requirement that are computed again: each takes about a second.
WHOLE_LAYERS = 2

#: The tests that make the very first call of an implementation.
FIRST_CALL = "test_the_very_first_call"

#: Cases with fewer numbers than this tell mistakes badly apart, and others are tried first.
TELLING = 20

#: The form in which what a known mistake stumbles over ends the process.
PROGRAM = "program"

#: Complaints that need more than the numbers of one call to explain them.
_STATE = (Complaint.UNSTEADY, Complaint.OVERWRITTEN, Complaint.SHARED)


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
    found = []
    for operation, all_tests in sorted(failed.items()):
        tests = _without_whole_layers(all_tests)
        if spread := within_the_normwise_bound(operation, tests, replays):
            found.append(evidence_of(operation, spread))
        left = [test for test in tests if not any(test is one for one in spread)]
        if left:
            found.append(_Examination(operation, left, passed, replays).evidence())
    return without_echoes(found, replays.capabilities.implementation.offers)


def is_whole(requirement: str) -> bool:
    """Return whether a requirement is about whole layers."""
    return requirements()[requirement].effort == THOROUGH


def _without_whole_layers(failed: list[RanTest]) -> list[RanTest]:
    """Return the failures that are repeated: those of whole layers only if there are no others."""
    return [test for test in failed if not is_whole(test.requirement)] or failed


def _replayable(test: RanTest) -> bool:
    """Return whether a test makes the same calls again: hypothesis may choose others."""
    return not hasattr(test.function, "hypothesis")


def _is_answered(test: RanTest) -> bool:
    """Return whether the call that a test fails came back: else nothing can be compared."""
    return test.error is not None and test.error.complaint not in LOST


def _ended(test: RanTest) -> bool:
    """Return whether the call that a test fails ended its process, or such calls before it did."""
    return test.error is not None and test.error.complaint is Complaint.DIED


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
        is_program = replays.capabilities.implementation.form == PROGRAM
        replayable = [
            test
            for test in failed
            if _replayable(test) and (_is_answered(test) or (is_program and _ended(test)))
        ]
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
        depends = any(self._depends_on_the_past(test.error) for test in tests)
        self.has_past = depends or self._is_right_afresh()
        if self.has_past:
            self.errors = {test.id: replays.on_a_fresh_copy(test) for test in tests}
        self.outcomes: dict[str, dict[str, str]] = {test.id: {} for test in tests}
        self.wrong_alone = 0
        self.right_alone: dict[str, bool] = {}
        self.told: set[str] = set()
        self.investigated = Investigated(frozenset())

    def _depends_on_the_past(self, error: NonconformanceError | None) -> bool:
        """Return whether calls before a failing one are the reason: it is not as wrong alone."""
        if error is None or error.complaint in _STATE:
            return error is not None
        return bool(error.before) and not self.replays.is_wrong_alone(error)

    def _is_right_afresh(self) -> bool:
        """Return whether a first failure goes away on a fresh copy: what is kept is wrong."""
        values = [test for test in self.sample if test.error and test.error.complaint in OF_VALUES]
        first = (values or self.sample)[:AFRESH]
        return any(self.replays.on_a_fresh_copy(test) is None for test in first)

    def _is_right_alone(self, test: RanTest) -> bool:
        """Return whether the call that a test fails is right without those before it.

        Of an implementation whose first failures are wrong by themselves no more are asked.
        """
        if test.id not in self.right_alone:
            self.right_alone[test.id] = self._is_right_without_a_past(test)
        return self.right_alone[test.id]

    def _is_right_without_a_past(self, test: RanTest) -> bool:
        error = self.errors[test.id]
        if error is None or error.complaint is not Complaint.VALUES or self._is_explained(test):
            return False
        if self.wrong_alone >= AFRESH:
            return False
        is_right = self.replays.is_right_alone(error)
        self.wrong_alone += not is_right
        return is_right

    def evidence(self) -> Json:
        """Return what is known of each failure, and what speaks against each explanation.

        First the experiments, then replays of the known mistakes that these leave possible.
        """
        offers = self.replays.capabilities.implementation.offers
        as_one = has_its_parts_mistakes(self.operation, offers)
        suspected = nearest_first(self.operation, self.replays.profile, self.effort, as_one=as_one)
        investigated = investigate(
            self.operation,
            self.replays,
            [*self.sample, *self.others],
            self.passed,
            suspected,
            has_past=self.has_past,
        )
        # What an earlier call left shows in replays of the whole tests, not in calls made again.
        is_past_told = self.has_past or any(map(self._is_right_alone, self.sample[:AFRESH]))
        self.investigated = investigated if not is_past_told else Investigated(frozenset())
        self.told = {
            test for one in investigated.findings for test in one["tests"] if not one["faults"]
        }
        if not is_past_told:
            possible = investigated.possible
            suspected = [[one for one in some if one in possible] for some in suspected]
        for found in investigated.findings:
            self._explain(found["faults"], found["tests"])
        for suspects in suspected:
            self._explain(suspects)
        self._countercheck()
        for suspects in suspected:
            self._explain(suspects)
        explanations = self._explanations()
        return {
            "operation": self.operation,
            "failures": [self._about(test, explanations) for test in self.sample],
            "contradictions": {name: self._contradictions(name) for name in sorted(explanations)},
            "findings": investigated.findings,
            "observed": investigated.observed,
            "measured": investigated.measured,
        }

    def _explanations(self) -> set[str]:
        return {name for found in self.outcomes.values() for name, o in found.items() if o == SAME}

    def _countercheck(self) -> None:
        """Try what explains the sample on other failures, and take these into the sample."""
        explanations = sorted(self._explanations())
        for test in self.others if explanations else ():
            self.sample.append(test)
            for fault in explanations:
                self._outcome(test, fault)

    def _about(self, test: RanTest, explanations: set[str]) -> Json:
        found = self.outcomes[test.id]
        error = None if self._is_right_alone(test) else self.errors[test.id]
        return {
            "test": test.id,
            "requirement": test.requirement,
            "outcomes": {name: o for name, o in sorted(found.items()) if name in explanations},
            "patterns": patterns(error, test.error),
        }

    def _outcome(self, test: RanTest, fault: str, *, in_full: bool = True) -> str:
        known, error = self.outcomes[test.id], self.errors[test.id]
        if _only_first(fault) and FIRST_CALL not in test.id:
            return DIFFERENT  # a replay makes every call for the first time
        if error is None:
            known[fault] = DIFFERENT
        elif fault not in known or (in_full and known[fault] == UNLIKE):
            known[fault] = self.replays.outcome(test, fault, error, in_full=in_full)
        return known[fault]

    def _explain(self, suspects: Sequence[str], tests: Container[str] | None = None) -> None:
        """Try all suspects on failures that none explains yet, and those that fit on all."""
        of_these = [test for test in self._unexplained() if tests is None or test.id in tests]
        for test in of_these[:ROUNDS]:
            if self._is_explained(test):
                continue
            fitting = [
                fault
                for fault in suspects
                if self._is_possible(test, fault)
                if self._outcome(test, fault, in_full=False) == SAME
            ]
            for other in self.sample:
                for fault in fitting:
                    self._outcome(other, fault)

    def _is_possible(self, test: RanTest, fault: str) -> bool:
        """Return whether a mistake may explain a test: known, unless the past is the reason."""
        known, error = self.investigated, self.errors[test.id]
        is_known = test.id in known.asked or (known.is_wide and is_of_answers(test))
        if is_known and fault not in known.explaining and not self._is_right_alone(test):
            return False
        return error is not None and self.replays.may_answer_so(fault, error)

    def _unexplained(self) -> list[RanTest]:
        return [
            test
            for test in self.sample
            if self.errors[test.id] is not None and not self._is_explained(test)
        ]

    def _is_explained(self, test: RanTest) -> bool:
        return test.id in self.told or SAME in self.outcomes[test.id].values()

    def _contradictions(self, fault: str) -> list[str]:
        """Return the first requirements whose passed tests a fault would have failed."""
        found: list[str] = []
        for test in self.passed:
            if self.replays.fails(test, self.operation, fault):
                found.append(test.requirement)
            if len(found) == ENOUGH_AGAINST:
                break
        return sorted(set(found))


def _only_first(fault: str) -> bool:
    """Return whether a mistake shows in a first call only."""
    return fault.endswith("-first-call-zero")


def nearest_first(
    operation: str, profile: str, effort: str = DEFAULT, *, as_one: bool = False
) -> list[list[str]]:
    """Return the known mistakes, the nearest first: the rest is tried on what these leave.

    What is a mistake in this profile only comes before the others, all of which share it; and an
    operation's own come before those of its parts, which may look alike and are tried together. In
    one layer the mistakes of its parts are its own.
    """
    others = COMPOSED.get(operation, ())
    parts = ((operation, *others), ()) if as_one else ((operation,), others)
    nearest = sorted(FAULTS.items(), key=lambda one: one[1].operation != operation)
    return [
        [
            key
            for key, fault in nearest
            if fault.operation in part
            and fault.effort == effort
            and (fault.profile == profile) == is_of_profile
        ]
        for part in parts
        for is_of_profile in ((True, False) if profile != ARTICLE else (True,))
    ]


def _sample(failed: Iterable[RanTest], per_kind: int) -> list[RanTest]:
    """Return the smallest telling failures of every requirement and kind, first one of each."""
    by_kind: dict[tuple[str, Complaint], list[RanTest]] = defaultdict(list)
    for test in sorted(failed, key=_telling_first):
        if test.error is not None:
            by_kind[test.requirement, test.error.complaint].append(test)
    chosen = [test for turn in range(per_kind) for t in by_kind.values() for test in t[turn:][:1]]
    layers = [test for test in chosen if not _is_network_test(test)] or chosen
    return sorted(layers[:PER_OPERATION], key=_telling_first)


def _others(failed: Iterable[RanTest], sample: list[RanTest]) -> list[RanTest]:
    """Return other failures: of every test, and evenly spread from the smallest to the largest."""
    taken = {test.id for test in sample}
    left = [
        test
        for test in sorted(failed, key=_telling_first)
        if test.id not in taken and test.error is not None and not _is_network_test(test)
    ]
    spread = {test.id: test for test in left[:: -(-len(left) // COUNTERCHECKED) or 1]}
    seen = {_function(test) for test in (*sample, *spread.values())}
    for test in left:
        if _function(test) not in seen:
            seen.add(_function(test))
            spread[test.id] = test
    return sorted(spread.values(), key=_telling_first)


def _telling_first(test: RanTest) -> tuple[bool, bool, int, str]:
    assert test.error is not None
    alone = "case" in test.arguments  # a test of many calls takes longer
    return test.error.size < TELLING, not alone, test.error.size, test.id


def _is_network_test(test: RanTest) -> bool:
    return test.requirement.startswith("NET") and (
        test.error is None or not OPERATIONS[test.error.case.operation].is_network
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
            OPERATIONS[operation].is_network or not test.requirement.startswith("NET")
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
