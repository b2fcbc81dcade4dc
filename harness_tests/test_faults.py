"""The catalogue of faults, and what its faults look like in larger things.

That every fault has its effect and is named is checked by `cnnspec kills`.
"""

import pytest

from cnnspec.faults import ADVISED, FAILS, FAULTS, Fault
from cnnspec.kills.dressing import with_fault
from cnnspec.operations.registry import OPERATIONS
from cnnspec.run.check import check_each
from harness_tests.helpers import by_turns, statuses

ALL = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


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


@ALL
def test_every_fault_is_described(fault: Fault) -> None:
    assert fault.operation in OPERATIONS
    assert fault.id.removeprefix("adapter-").startswith(f"{fault.operation}-")
    assert fault.effect in (FAILS, ADVISED)
    assert len(fault.explanation) > 15
    assert len(fault.remedy) > 5
