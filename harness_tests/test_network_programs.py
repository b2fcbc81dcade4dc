"""Networks that are programs, judged in the dtypes that they take: bytes are not for everybody."""

import sys
from itertools import product
from typing import Any

import pytest

from cnnspec.commands.line import main
from cnnspec.run.check import check
from cnnspec.subject.processes.process import POSSIBLE
from harness_tests.helpers import SPECIMENS, by_turns, sample, statuses

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="there are no programs on this system")

#: The requirements of numbers, which no limit of a program's dtypes explains away.
VALUES = {"NET-06", "NET-07", "NET-08", "NET-13"}


def command(dtypes: str, way: str) -> str:
    return f"cmd:{sys.executable} {SPECIMENS / 'network_program.py'} {dtypes} {way}"


def judged(dtypes: str, way: str = "right", select: str | None = None) -> dict[str, Any]:
    return check(command(dtypes, way), modules=["test_network"], images=3, select=select)


@pytest.mark.parametrize(
    ("dtypes", "way"),
    sample(
        product(["float64", "float32", "uint8,float32", "int64,float64"], ["right", "widens"]), 3
    ),
)
@by_turns
def test_a_right_network_conforms_in_any_dtypes(dtypes: str, way: str) -> None:
    report = judged(dtypes, way)
    assert report["verdict"] == "conforms", report["implementation"]["notes"]
    found = statuses(report)
    assert {identity: found[identity] for identity in VALUES} == dict.fromkeys(VALUES, "passed")


@pytest.mark.parametrize(
    ("way", "requirement"),
    [
        ("loss-of-3", "NET-06"),
        ("loss-of-3", "NET-13"),
        ("accuracy-0", "NET-06"),
        ("accuracy-0", "NET-08"),
        ("over-256", "NET-13"),
        ("floats-unscaled", "NET-07"),
    ],
)
@pytest.mark.parametrize("dtypes", sample(["float64", "float32"], 2))
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_a_wrong_network_fails_in_any_dtypes(dtypes: str, way: str, requirement: str) -> None:
    report = judged(dtypes, way, requirement)
    assert report["verdict"] == "does not conform"
    assert statuses(report)[requirement] == "failed"


@pytest.mark.parametrize("dtypes", ["int64,float64,uint8", "int64,float32"])
def test_wide_integers_are_scaled_like_bytes(dtypes: str) -> None:
    assert judged(dtypes, "unscaled-int64", "NET-07")["verdict"] == "does not conform"


@pytest.mark.parametrize("dtypes", ["int64,uint8", "float16", "float16,uint8"])
def test_a_network_whose_parameters_cannot_be_sent_is_not_judged(dtypes: str) -> None:
    report = judged(dtypes, "loss-of-3")
    assert report["verdict"] == "incomplete"
    assert report["operations"]["network"]["checks"] == 0
    (note,) = report["implementation"]["notes"]
    assert note.startswith("network is offered, but the program takes no float64 and no float32;")
    assert note.endswith(": NET-06, NET-07, NET-08, NET-09, NET-10, NET-13")


def test_a_network_whose_results_no_bound_holds_for_is_not_judged() -> None:
    report = judged("float64,uint8", "halves")
    assert report["verdict"] == "incomplete"
    assert statuses(report)["NET-06"] == "not tested"
    assert statuses(report)["NET-10"] == "passed"
    (note,) = report["implementation"]["notes"]
    assert "no bound holds for sums of 1352 products in float16; never judged" in note


def test_refusals_alone_are_no_conformance() -> None:
    report = judged("float64,uint8", "denies")
    assert report["verdict"] == "incomplete"
    assert statuses(report)["NET-10"] == "not tested"  # nor is the right call answered
    (note,) = report["implementation"]["notes"]
    assert note.startswith("network answers no legal call (not now)")


@pytest.mark.parametrize(("way", "status"), [("right", 0), ("loss-of-3", 1), ("over-256", 1)])
@pytest.mark.parametrize("dtypes", ["float64", "float32"])
def test_the_trained_network_of_a_program(
    dtypes: str, way: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["network", command(dtypes, way), "--images", "3"]) == status
    said = capsys.readouterr().out
    assert "forward(image, label): " in said
    assert "Traceback" not in said


def test_the_trained_network_of_a_program_whose_results_no_bound_holds_for() -> None:
    assert main(["network", command("float64", "halves"), "--images", "2"]) == 3
