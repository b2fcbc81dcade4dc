"""Other functions and classes of a file for the same operation: each is judged by itself."""

from collections.abc import Callable
from typing import Any

from cnnspec.bindings.binding import Binding
from cnnspec.report.entries import Json
from cnnspec.report.headline import first_words
from cnnspec.report.verdict import DOES_NOT_CONFORM
from cnnspec.subject.boundary import Implementation

#: At most so many are judged, in the order of the file.
MOST = 6

#: Judges what a binding alone offers, and returns the report.
Judging = Callable[[Binding], Json]


def enter_candidates(report: Json, implementation: Implementation, judge: Judging) -> None:
    """Enter into a report what becomes of the other candidates for its operations.

    The verdict is that something does not conform if one of them does not.
    """
    chosen = implementation.others[:MOST]
    report["candidates"] = [_entry(binding, judge(binding)) for binding in chosen]
    if len(implementation.others) > MOST:
        left = ", ".join(_name(binding) for binding in implementation.others[MOST:])
        report["implementation"]["notes"].append(f"not judged, as there are many: {left}")
    report["headline"] = first_words(report)
    if any(one["verdict"] == DOES_NOT_CONFORM for one in report["candidates"]):
        report["verdict"] = DOES_NOT_CONFORM


def _entry(binding: Binding, report: Json) -> Json:
    judged: dict[str, Any] = report["operations"].get(binding.operation, {})
    prefix = f"{binding.operation}: "
    return {
        "operation": binding.operation,
        "name": _name(binding),
        "verdict": report["verdict"],
        "checks": judged.get("checks", 0),
        "failed": [one["id"] for one in report["requirements"] if one["status"] == "failed"],
        "headline": first_words(report).removeprefix(prefix),
    }


def _name(binding: Binding) -> str:
    return binding.named.partition("(")[0]
