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


def beside(told: Json, *, facet: str = "values", status: str = "failed") -> Json:
    """Return a report on a softmax, too, of which one check failed, and nothing is known."""
    failure = {
        "complaint": "broken relation",
        "message": "the probabilities sum to 2\nmore",
        "case": "softmax/b",
        "call": "softmax(logits)",
        "operation": "softmax",
        "operation_called": "softmax",
        "size": 3,
    }
    entry = {
        "id": "SOFTMAX-01",
        "facet": facet,
        "status": status,
        "failed": 1,
        "checks": 20,
        "failures": [failure],
    }
    operation = {"failed": int(status == "failed"), "checks": 20, "diagnosis": []}
    return {
        "requirements": [*told["requirements"], entry],
        "operations": {**told["operations"], "softmax": operation},
    }


def test_an_operation_of_which_nothing_is_known_stands_beside_others() -> None:
    (first, _), (second, said) = headline_diagnoses(beside(report("shifted", 100)))
    assert (first, second) == ("dense", "softmax")
    assert said["explanation"] == "the probabilities sum to 2 in softmax/b"
    assert said["requirements"] == ["SOFTMAX-01"]


@pytest.mark.parametrize("given", [{"facet": "refusals"}, {"status": "advised"}])
def test_refusals_and_advice_do_not_stand_beside_others(given: Json) -> None:
    told = headline_diagnoses(beside(report("shifted", 100), **given))
    assert [name for name, _ in told] == ["dense"]


def test_a_network_does_not_stand_beside_its_layers() -> None:
    told = beside(report("shifted", 100))
    told["operations"]["network"] = told["operations"].pop("softmax")
    told["requirements"][-1]["failures"][0]["operation"] = "network"
    assert [name for name, _ in headline_diagnoses(told)] == ["dense"]
