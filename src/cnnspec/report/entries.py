"""What a run keeps of each spec test, and of each failure."""

from dataclasses import dataclass, field
from typing import Any

from cnnspec.cases.requirements import requirements
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.exhibits import exhibit

#: The status of a test and of a requirement that fail as the list of known failures says.
KNOWN_FAILURE = "known failure"


Json = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """What one test found.

    Attributes
    ----------
    requirement : str
    test : str
        The test's id.
    status : str
        "passed", "failed", "known failure" or "not tested".
    checks : dict
        Comparisons by operation.
    reason : str
        Why nothing was tested.
    unfinished : bool
        Whether that is because a call did not come back: the verdict is incomplete then.
    figures : list
        How close results came to their bounds (`Figures.as_json`).
    failure : dict or None
        Case, call, message, complaint, snippet, requirement, operations, size of the inputs,
        exhibit and layers of the first failure that is not known.
    known : list of dict
        The known failures, likewise, each with its reason as ``known``.
    limits : list of dict
        The limits beyond which calls were refused, or not made: see
        `cnnspec.subject.limits.Limit.as_json`.
    cases : dict
        What became of the cases in the list of known failures: "fails", "passes" or "undecided".
    unjudged : dict
        Why calls were not judged that nothing absent explains, by operation (`Judge.unjudged`).
    """

    requirement: str
    test: str
    status: str
    checks: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    unfinished: bool = False
    figures: list[list[Any]] = field(default_factory=list)
    failure: Json | None = None
    known: list[Json] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    unjudged: dict[str, str] = field(default_factory=dict)
    limits: list[dict[str, str]] = field(default_factory=list)


def failure_entry(requirement: str, error: NonconformanceError, snippet: str = "") -> Json:
    """Return what a record says of a failure."""
    return {
        "case": error.case.id,
        "call": error.call,
        "message": error.message,
        "complaint": str(error.complaint),
        "snippet": snippet,
        "requirement": requirement,
        "operation": OPERATIONS[error.case.operation].key,
        "operation_called": error.case.operation,
        "size": error.size,
        "exhibit": exhibit(error),
        "layers": error.layers,
    }


def stopped_entry(requirement: str, test: str, error: BaseException | None) -> Json:
    """Return what a record says of a test that broke off."""
    return {
        "case": test,
        "call": "",
        "message": f"the check itself stopped: {type(error).__name__}: {error}",
        "complaint": "check stopped",
        "snippet": "",
        "requirement": requirement,
        "operation": requirements()[requirement].operations[0],
        "operation_called": "",
        "size": 0,
        "exhibit": None,
        "layers": None,
    }
