"""The catalogue of faults, and what its faults look like in larger things.

That every fault has its effect and is named is checked by `cnnspec kills`.
"""

import pytest

from cnnspec.faults import ADVISED, FAILS, FAULTS, Fault
from cnnspec.kills.dressing import with_fault
from cnnspec.operations.registry import OPERATIONS
from cnnspec.run.check import check_each
from harness_tests.helpers import by_turns, statuses


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_networks_show_the_faults_of_their_layers() -> None:
    expected = {
        "conv2d-kernel-rotated": {"NET-01", "NET-02", "NET-03", "NET-04", "NET-05", "NET-12"},
        "max_pool2d-all-maps-together": {"NET-02", "NET-03", "NET-04", "NET-05", "NET-12"},
        "relu-identity": {"NET-01", "NET-03", "NET-04"},
        "dense-bias-ignored": {"NET-01", "NET-02", "NET-05", "NET-12"},
        "softmax-base-2": {"NET-01", "NET-02", "NET-05", "NET-12"},
        "cross_entropy-base-2": {"NET-01", "NET-02", "NET-12"},
    }
    reports = check_each(
        [with_fault(FAULTS[identity]) for identity in expected],
        modules=["test_network"],
        options=["--images=3"],
    )
    for (identity, requirements), report in zip(expected.items(), reports, strict=True):
        found = statuses(report)
        assert {key for key, status in found.items() if status == "failed"} == requirements, (
            identity
        )


def lacks(fault: Fault) -> list[str]:
    """Return what the description of a fault lacks."""
    needed = {
        "an operation": fault.operation in OPERATIONS,
        "its id": fault.id.removeprefix("adapter-").startswith(f"{fault.operation}-"),
        "an effect": fault.effect in (FAILS, ADVISED),
        "an explanation": len(fault.explanation) > 15,
        "a remedy": len(fault.remedy) > 5,
    }
    return [what for what, is_there in needed.items() if not is_there]


def test_every_fault_is_described() -> None:
    assert {identity: found for identity, one in FAULTS.items() if (found := lacks(one))} == {}
