"""The suite catches every fault of the catalogue, and names it."""

import pytest

from cnnspec.checking import check, check_each
from cnnspec.faults import ADVISED, FAILS, FAULTS, Fault
from cnnspec.operations import OPERATIONS
from cnnspec.reference import relu
from harness_tests.helpers import judge_alone, module_of, of_fault, statuses

ALL = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


@pytest.mark.parametrize("operation", sorted({fault.operation for fault in FAULTS.values()}))
def test_every_failing_fault_fails(operation: str) -> None:
    faults = [f for f in FAULTS.values() if f.operation == operation and f.effect == FAILS]
    reports = check_each(
        [of_fault(fault) for fault in faults], modules=[module_of(operation)], stop_at_first=True
    )
    surviving = {
        fault.id
        for fault, report in zip(faults, reports, strict=True)
        if "failed" not in statuses(report).values()
    }
    assert not surviving


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS.values() if f.effect == ADVISED], ids=lambda f: f.id
)
def test_every_advised_fault_is_advised(fault: Fault) -> None:
    found = set(statuses(check(of_fault(fault), modules=[module_of(fault.operation)])).values())
    assert "advised" in found
    assert "failed" not in found


@ALL
def test_every_fault_is_described(fault: Fault) -> None:
    assert fault.operation in OPERATIONS
    assert fault.id.startswith(f"{fault.operation}-")
    assert fault.effect in (FAILS, ADVISED)
    assert len(fault.explanation) > 15
    assert len(fault.remedy) > 5


@pytest.mark.parametrize(
    "identity",
    ["conv2d-kernel-rotated", "max_pool2d-all-maps-together", "relu-identity", "softmax-base-2"],
)
def test_the_diagnosis_names_the_fault(identity: str) -> None:
    fault = FAULTS[identity]
    report = check(of_fault(fault), modules=[module_of(fault.operation)])
    named = {
        (diagnosis["fault"], diagnosis["certain"])
        for entry in report["requirements"]
        for failure in entry["failures"]
        for diagnosis in failure["diagnosis"]
    }
    assert named == {(identity, True)}


def test_an_unknown_mistake_is_not_named() -> None:
    report = judge_alone("relu", lambda x: relu(x) + 12345)
    assert report["operations"]["relu"]["verdict"] == "does not conform"
    assert all(
        not failure["diagnosis"]
        for entry in report["requirements"]
        for failure in entry["failures"]
    )
