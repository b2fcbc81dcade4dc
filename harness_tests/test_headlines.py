"""The first line says what most failures have in common, or what the first of them is."""

from typing import Any

import pytest

from cnnspec.report.headline import headline_diagnoses

Json = dict[str, Any]


def report(pattern: str, failures: int) -> Json:
    """Return a report on a dense layer, 100 checks of which failed."""
    failure = {
        "complaint": "values",
        "message": "3 of 4 values are wrong",
        "case": "dense/a",
        "call": "dense(x, weights, bias)",
        "operation_called": "dense",
        "size": 9,
    }
    said = {
        "fault": None,
        "pattern": pattern,
        "explanation": "what some look like",
        "remedy": None,
        "certain": False,
        "requirements": ["DENSE-01"],
        "failures": failures,
    }
    entry = {
        "id": "DENSE-01",
        "facet": "values",
        "status": "failed",
        "failed": 100,
        "checks": 200,
        "tests": [{"status": "failed", "failure": failure}],
        "failures": [failure],
    }
    operation = {"failed": 100, "checks": 200, "diagnosis": [said]}
    return {"requirements": [entry], "operations": {"dense": operation}}


@pytest.mark.parametrize(
    ("pattern", "failures", "is_told"),
    [
        ("not finite", 3, False),
        ("confined", 29, False),
        ("confined", 30, True),
        ("shifted", 3, True),
    ],
)
def test_what_few_failures_look_like_is_no_headline(
    pattern: str, failures: int, is_told: bool
) -> None:
    (name, said), *_ = headline_diagnoses(report(pattern, failures))
    assert name == "dense"
    assert (said["explanation"] == "what some look like") is is_told
    assert is_told or "3 of 4 values are wrong" in said["explanation"]
