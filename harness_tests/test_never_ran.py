"""What is offered and never ran makes a verdict incomplete; what is absent does not."""

from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.report import absences as module
from cnnspec.report.absences import NeverRan, never_ran
from cnnspec.report.entries import Record, failure_entry
from cnnspec.report.verdict import build_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation, offer
from cnnspec.subject.caller import TAKES_NO, FunctionCaller, Manner
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import NotOffered, Outcome
from cnnspec.subject.profiles import Profile
from harness_tests.helpers import implementation

RELU = [r.id for r in requirements().values() if r.operations == ("relu",) and r.level == "MUST"]


def run(requirement: str, checks: int = 1, **record: Any) -> Record:
    status = "passed" if checks else "not tested"
    return Record(requirement, f"test_{requirement}", status, {"relu": checks}, **record)


def verdict(*records: Record) -> tuple[str, list[str]]:
    """Return the verdict on the reference's relu, and the notes."""
    given = {record.requirement for record in records}
    others = [run(identity) for identity in _of_relu() if identity not in given]
    capabilities = Capabilities(implementation(relu=reference.relu))
    report = build_report([*records, *others], [], [], capabilities, Profile())
    return report["verdict"], report["implementation"]["notes"]


def _of_relu() -> list[str]:
    """Return the MUSTs of which ReLU is a part."""
    musts = (r for r in requirements().values() if r.level == "MUST" and "relu" in r.operations)
    return [must.id for must in musts]


def test_what_is_absent_is_harmless() -> None:
    absent = run(RELU[0], 0, reason="relu refuses float16")
    assert verdict(absent) == ("conforms", [])


def test_what_nothing_explains_is_incomplete_and_said() -> None:
    reason = "the program takes no uint8"
    never = run(RELU[0], 0, reason=reason, unjudged={"relu": reason})
    found, (note,) = verdict(never)
    assert found == "incomplete"
    assert note == (
        f"relu is offered, but {reason}; never judged, so that the verdict is incomplete: {RELU[0]}"
    )


def test_what_ran_at_least_once_is_complete() -> None:
    reason = "the program takes no uint8"
    never = Record(RELU[0], "first", "not tested", {}, reason, unjudged={"relu": reason})
    assert verdict(never, run(RELU[0])) == ("conforms", [])


def test_requirements_of_dtypes_are_about_those_that_are_taken() -> None:
    (one, *_) = (r for r in RELU if requirements()[r].facet == "dtypes")
    reason = "the program takes no uint8"
    never = run(one, 0, reason=reason, unjudged={"relu": reason})
    assert verdict(never) == ("conforms", [])


def test_a_failure_comes_before_what_never_ran() -> None:
    never = run(RELU[0], 0, unjudged={"relu": "the program takes no uint8"})
    error = NonconformanceError(Case("relu/one", "relu", {"x": np.ones(1)}), "wrong")
    failure = failure_entry(RELU[1], error)
    failed = Record(RELU[1], "second", "failed", {"relu": 1}, failure=failure)
    assert verdict(never, failed)[0] == "does not conform"


def test_each_operation_of_a_requirement_counts() -> None:
    (shared, *_) = (
        r.id
        for r in requirements().values()
        if {"max_pool2d", "min_pool2d"} <= set(r.operations) and r.facet == "values"
    )
    records = {
        shared: [
            Record(shared, "max", "passed", {"max_pool2d": 3}),
            Record(shared, "min", "not tested", unjudged={"min_pool2d": "why"}),
        ]
    }
    musts = [r for r in requirements().values() if r.level == "MUST" and r.is_judged("article")]
    unseen = never_ran(records, musts, {"max_pool2d", "min_pool2d"})
    assert NeverRan(shared, "min_pool2d", "why") in unseen
    assert all((one.requirement, one.operation) != (shared, "max_pool2d") for one in unseen)


def test_refusals_alone_say_nothing_of_numbers() -> None:
    key = "conv2d"
    records = [
        Record("CONV-22", "refusal", "passed", {key: 1}),
        Record("CONV-01", "value", "not tested", reason="not today"),
    ]
    assert module.legal_checks(key, records) == 0
    (note,) = module.notes([], {one.requirement: [one] for one in records}, {key})
    assert note.startswith(f"{key} answers no legal call (not today)")


# --- the judge --------------------------------------------------------------------------------


class Bytes(FunctionCaller):
    """Takes float64 in some calls, and bytes in none."""

    def call(self, operation: str, arguments: Any, manner: Manner, *, seconds: float) -> Outcome:
        """Make a call, but not on bytes."""
        if arguments["x"].dtype == np.uint8:
            return NotOffered(f"{TAKES_NO}uint8")
        return super().call(operation, arguments, manner, seconds=seconds)


def judge() -> Judge:
    functions = {"relu": reference.relu}
    made = Implementation(
        "specimen",
        "specimen",
        "program",
        {"relu": offer("relu", reference.relu)},
        remote=Bytes(functions),
    )
    return Judge(made, Capabilities(made), "article")


def test_the_judge_keeps_what_could_have_been_sent_otherwise() -> None:
    case = Case("relu/bytes", "relu", {"x": np.arange(4, dtype=np.uint8)})
    for made, kept in ((case, {"relu": f"{TAKES_NO}uint8"}), (_may_refuse(case), {})):
        one = judge()
        with pytest.raises(NotTestedError, match="takes no uint8"):
            one.correct(made)
        assert one.unjudged == kept


def test_a_call_that_was_never_made_is_no_refusal() -> None:
    one = judge()
    with pytest.raises(NotTestedError, match="takes no uint8"):
        one.rejects(Case("relu/bytes", "relu", {"x": np.arange(4, dtype=np.uint8)}))
    assert not one.checks


def _may_refuse(case: Case) -> Case:
    return Case(case.id, case.operation, case.arguments, may_refuse=True)


def test_what_is_not_offered_is_not_collected_and_says_so() -> None:
    report = check(implementation(relu=reference.relu))
    reasons = {entry["id"]: entry.get("reasons") for entry in report["requirements"]}
    assert reasons["CONV-01"] == ["conv2d is not offered"]
    poolings = ("avg_pool2d", "max_pool2d", "min_pool2d")
    assert reasons["POOL-01"] == [f"{name} is not offered" for name in poolings]
    assert reasons["RELU-01"] is None


def test_what_is_offered_and_left_out_was_not_run() -> None:
    both = implementation(relu=reference.relu, softmax=reference.softmax)
    report = check(both, modules=["test_relu"])
    reasons = {entry["id"]: entry.get("reasons") for entry in report["requirements"]}
    assert reasons["SOFTMAX-01"] == ["not run"]
    assert reasons["DENSE-01"] == ["dense is not offered"]
