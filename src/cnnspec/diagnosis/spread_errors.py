"""Errors spread over the map: what is right by the rule for transforms and running sums."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.judge.nonconformance import OF_VALUES
from cnnspec.operations.registry import OPERATIONS

Json = dict[str, Any]

#: What is said where every wrong value of an operation lies within that rule: an entry's content.
SPREAD: Json = {
    "fault": None,
    "pattern": "within the normwise bound",
    "explanation": "within the normwise bound; declare accuracy = normwise",
    "remedy": 'CNNSPEC = {"accuracy": "normwise"}, if errors relative to the whole map are meant'
    " (FFT, Winograd, running sums, tables of sums); else add up each window by itself",
    "certain": False,
}


def within_the_normwise_bound(
    operation: str, failed: Iterable[RanTest], replays: Replays
) -> list[RanTest]:
    """Return the tests that fail on values, if each passes once "normwise" is declared."""
    judged = replays.capabilities.implementation
    has_rule = OPERATIONS[operation].symptoms.is_bounded_normwise
    if not has_rule or judged.accuracy == "normwise":
        return []
    on_values = [test for test in failed if test.error and test.error.complaint in OF_VALUES]
    if any(replays.run(test, judged) is None for test in on_values):
        return []  # what comes and goes is no rounding
    declared = replace(judged, accuracy="normwise")
    is_spread = all(replays.run(test, declared) is None for test in on_values)
    return on_values if is_spread else []


def evidence_of(operation: str, tests: Sequence[RanTest]) -> Json:
    """Return the evidence on tests whose wrong values lie within the normwise bound."""
    return {
        "operation": operation,
        "failures": [
            {"test": one.id, "requirement": one.requirement, "outcomes": {}, "patterns": [SPREAD]}
            for one in tests
        ],
        "contradictions": {},
    }


def unless_all(found: list[Json]) -> None:
    """Say nothing of the bound where another process saw a value beyond it."""
    values = [failure for failure in found if failure["kind"] in OF_VALUES]
    spread = [failure for failure in values if failure["patterns"] == [SPREAD]]
    if len(spread) < len(values):
        for failure in spread:
            failure["patterns"] = []
