"""The suite catches every fault of the catalogue, and names it."""

from types import SimpleNamespace
from typing import Any

import pytest

from cnnspec import reference
from cnnspec.boundary import Implementation
from cnnspec.checking import check, check_each
from cnnspec.faults import ADVISED, FAILS, FAULTS, Fault
from cnnspec.forms import recognise
from cnnspec.operations import LAYERS, OPERATIONS
from cnnspec.reference import relu
from harness_tests.helpers import judge_alone, module_of, of_fault, statuses

ALL = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


OPERATIONS_WITH_FAULTS = sorted({fault.operation for fault in FAULTS.values()})


def reports_on(operation: str, effect: str) -> list[tuple[str, set[str]]]:
    """Return the statuses that each of an operation's faults of one effect leads to."""
    faults = [f for f in FAULTS.values() if (f.operation, f.effect) == (operation, effect)]
    if not faults:
        return []
    reports = check_each(
        [of_fault(fault) for fault in faults],
        modules=[module_of(operation)],
        stop_at_first=effect == FAILS,
    )
    found = [set(statuses(report).values()) for report in reports]
    return [(fault.id, its) for fault, its in zip(faults, found, strict=True)]


@pytest.mark.parametrize("operation", OPERATIONS_WITH_FAULTS)
def test_every_failing_fault_fails(operation: str) -> None:
    assert [name for name, found in reports_on(operation, FAILS) if "failed" not in found] == []


@pytest.mark.parametrize("operation", OPERATIONS_WITH_FAULTS)
def test_every_advised_fault_is_advised(operation: str) -> None:
    for name, found in reports_on(operation, ADVISED):
        assert "advised" in found, name
        assert "failed" not in found, name


def composed(fault: Fault) -> Implementation:
    """Return the reference with a single operation mistaken."""
    functions: dict[str, Any] = {name: getattr(reference, name) for name in LAYERS}
    mistaken = SimpleNamespace(**functions | {fault.operation: fault.make()})
    return recognise(mistaken, name=fault.id, source=fault.id)


def test_networks_show_the_faults_of_their_layers() -> None:
    expected = {
        "conv2d-kernel-rotated": {"NET-01", "NET-02", "NET-03", "NET-04", "NET-05"},
        "max_pool2d-all-maps-together": {"NET-02", "NET-03", "NET-04", "NET-05"},
        "relu-identity": {"NET-01", "NET-03", "NET-04"},
        "dense-bias-ignored": {"NET-01", "NET-02", "NET-05"},
        "softmax-base-2": {"NET-01", "NET-02", "NET-05"},
        "cross_entropy-base-2": {"NET-01", "NET-02"},
    }
    reports = check_each(
        [composed(FAULTS[identity]) for identity in expected], modules=["test_network"]
    )
    for (identity, requirements), report in zip(expected.items(), reports, strict=True):
        found = statuses(report)
        assert {key for key, status in found.items() if status == "failed"} == requirements, (
            identity
        )


def test_the_articles_rules_fail_the_general_profile() -> None:
    report = judge_alone("conv2d", reference.conv2d, profile="general")
    failed = {key for key, status in statuses(report).items() if status == "failed"}
    assert failed == {"CONV-26"}


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
