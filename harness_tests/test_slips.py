"""Slips of somebody's own hand: failed, told in the right words, nothing certain that is wrong."""

from typing import Any

import pytest

from cnnspec.kills.kill_matrix import module_of
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from harness_tests.helpers import by_turns, implementation, sample
from harness_tests.slipping import SLIPS, Slip

#: Tests of convolution that see every slip here; all of them take half a minute each.
SELECTED = (
    "by_hand or hand_computed or times_the_filter or size_of_the_maps or weighted_and_summed or"
    " added_once or every_stride or keeps_the_size or images_of_a_batch or one_map_for_each or"
    " earlier_ones or same_answer or refused or any_bias or additive"
)


#: Some of the slips, or all where there is time: see `.ci/full`.
CHOSEN = dict(sample(SLIPS.items(), 10))


def judged(slip: Slip) -> dict[str, Any]:
    """Return the report on a slip."""

    def made() -> Implementation:
        judged = implementation(**{slip.operation: slip.make()})
        judged.renew = made
        return judged

    modules = [module_of(slip.operation)]
    if slip.operation == "conv2d":
        return check(made(), modules=modules, select=SELECTED)
    return check(made(), modules=modules)


def certain(report: dict[str, Any]) -> set[str]:
    """Return the faults that a report calls certain, of whatever failure."""
    return {
        entry["fault"]
        for requirement in report["requirements"]
        for failure in requirement["failures"]
        for entry in failure["diagnosis"]
        if entry["certain"]
    }


@pytest.mark.parametrize("slip", CHOSEN.values(), ids=CHOSEN.keys())
@by_turns
def test_a_slip_is_told_and_never_taken_for_another(slip: Slip) -> None:
    report = judged(slip)
    first, *_ = text_report(report, details=False).splitlines()
    assert report["verdict"] == "does not conform"
    assert not report["adapter"]
    assert certain(report) - {None} <= slip.certain  # None: what an experiment proved
    assert any(words in first for words in slip.said), first
