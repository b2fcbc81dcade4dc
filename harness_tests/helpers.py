"""What several tests of the harness share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnspec.boundary import Implementation, offer
from cnnspec.checking import check
from cnnspec.faults import Fault
from cnnspec.outcomes import NetworkResult

SPECIMENS = Path(__file__).parent / "specimens"

_MODULES = {
    **dict.fromkeys(("max_pool2d", "min_pool2d", "avg_pool2d"), "test_pooling"),
    "softmax_layer": "test_softmax",
}


def implementation(**functions: Callable[..., Any]) -> Implementation:
    """Return an implementation that offers the given functions as operations."""
    offers = {name: offer(name, function) for name, function in functions.items()}
    return Implementation("specimen", "specimen", "operations", offers)


def of_fault(fault: Fault) -> Implementation:
    """Return an implementation of one operation with the given mistake."""
    function = fault.make()
    if fault.operation == "network":
        made = implementation(network=lambda *given: NetworkResult(function(*given)))
    else:
        made = implementation(**{fault.operation: function})
    made.renew = lambda: of_fault(fault)
    return made


def module_of(operation: str) -> str:
    """Return the module of the spec tests that judges an operation."""
    return _MODULES.get(operation, f"test_{operation}")


def statuses(report: dict[str, Any]) -> dict[str, str]:
    """Return the status of every requirement of a report."""
    return {entry["id"]: entry["status"] for entry in report["requirements"]}


def judge_alone(operation: str, function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """Return the report on one function, judged by the spec tests of its operation only."""
    return check(implementation(**{operation: function}), modules=[module_of(operation)], **options)
