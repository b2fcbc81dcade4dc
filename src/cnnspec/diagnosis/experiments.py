"""Experiments on an operation that fails: what they find, and what they leave possible."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from cnnspec.declaration.case import Case
from cnnspec.diagnosis.parts import has_its_parts_mistakes
from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.experiments.investigation import OBSERVED, Finding, Investigation
from cnnspec.experiments.laboratory import Laboratory
from cnnspec.experiments.measuring import measure_failing
from cnnspec.experiments.search import fault_theory
from cnnspec.faults import FAULTS, shown_in
from cnnspec.judge.nonconformance import OF_VALUES, Complaint
from cnnspec.operations.registry import OPERATIONS

Json = dict[str, Any]

#: Complaints of which one call's answer is the reason, or may be.
_OF_ANSWERS = (*OF_VALUES, Complaint.SHAPE, Complaint.LAYOUT)


@dataclass(frozen=True)
class Investigated:
    """What the experiments gave.

    ``possible`` are the known mistakes that they do not refute, ``observed`` is what wrong answers
    have in common where nothing explains them, ``measured`` what shows the mistake beside what is
    due. ``explaining`` are the known mistakes that explain a wrong answer, and ``asked`` the tests
    whose calls were wrong again: these are explained by no others. What ``is_wide`` explains nearly
    all answers, and is taken to explain those that were not asked again.
    """

    possible: frozenset[str]
    explaining: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    is_wide: bool = False
    findings: list[Json] = field(default_factory=list)
    observed: Json | None = None
    measured: Json | None = None


def investigate(
    operation: str,
    replays: Replays,
    failed: Sequence[RanTest],
    passed: Sequence[RanTest],
    suspected: Sequence[Sequence[str]],
    *,
    has_past: bool = False,
) -> Investigated:
    """Investigate an operation by the calls of its failed tests, and of some that passed.

    If it ``has_past``, a finding must show in calls without others before them.
    """
    names = [name for some in suspected for name in some]
    every = Investigated(frozenset(names))
    failing = [
        (test.id, test.error.case.arguments)
        for test in failed
        if test.error is not None and is_of_answers(test)
    ]
    if not failing:
        return every
    if OPERATIONS[operation].simulator is None:
        laboratory = Laboratory(operation, replays.capabilities)
        return replace(every, measured=measure_failing(laboratory, [one for _, one in failing]))
    as_one = has_its_parts_mistakes(operation, replays.capabilities.implementation.offers)
    theories = [
        fault_theory(
            name,
            FAULTS[name].explanation,
            FAULTS[name].remedy,
            partial(shown_in, FAULTS[name], operation),
            is_own=FAULTS[name].operation == operation or as_one,
            required=OPERATIONS[operation].required,
        )
        for name in names
    ]
    investigation = Investigation(operation, replays.capabilities, theories)
    findings = investigation.run(failing, [case.arguments for case in _cases(operation, passed)])
    if has_past:
        findings = [one for one in findings if investigation.shows_alone(one)]
    measured = investigation.measured()
    if not investigation.is_steady:
        return replace(every, measured=measured)
    seen = None if findings else investigation.observe()
    asked, explaining = investigation.asked_tests(), investigation.explaining()
    possible = explaining | {name for one in findings for name in one.faults}
    is_wide = any(one.grade != OBSERVED for one in findings)
    if _are_left(failed, findings, asked, is_wide=is_wide):
        possible |= investigation.possible()
    return Investigated(
        frozenset(possible),
        explaining=frozenset(explaining),
        asked=frozenset(asked),
        is_wide=is_wide,
        findings=[_as_json(one) for one in findings],
        observed=None if seen is None else _as_json(seen),
        measured=measured,
    )


def _are_left(
    failed: Iterable[RanTest], findings: Sequence[Finding], asked: Container[str], *, is_wide: bool
) -> bool:
    """Return whether tests failed that were not asked again, and are not explained."""
    told = {test for one in findings for test in one.tests}
    return any(
        test.id not in told and test.id not in asked and not (is_wide and is_of_answers(test))
        for test in failed
    )


def is_of_answers(test: RanTest) -> bool:
    """Return whether one call's answer is, or may be, the reason that a test fails."""
    return test.error is not None and test.error.complaint in _OF_ANSWERS


def _as_json(finding: Finding) -> Json:
    return {**asdict(finding), "explained": len(finding.explained)}


def _cases(operation: str, tests: Sequence[RanTest]) -> list[Case]:
    """Return the calls of tests that make one each."""
    cases = [test.arguments.get("case") for test in tests]
    return [case for case in cases if isinstance(case, Case) and case.operation == operation]
