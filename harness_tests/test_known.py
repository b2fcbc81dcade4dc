"""Known failures: the list, what it excuses, and what becomes of its entries."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import cnnspec
from cnnspec import reference
from cnnspec.commands.line import main
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.run.known_failures import KnownFailuresError, complaints, exit_status, known_failures
from cnnspec.run.known_failures import read_known_failures as read
from harness_tests.helpers import by_turns, implementation, judge_alone, statuses

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))

#: The requirements that `without_signs` fails.
WRONG = ["RELU-01", "RELU-02", "RELU-03", "RELU-04", "RELU-05", "RELU-06"]
WRONG += ["RELU-08", "RELU-12", "RELU-13"]
WRONG_IN_NETWORKS = ["NET-01", "NET-03", "NET-04"]

#: Two cases of one test, and the others that this test is made of.
FIRST, SECOND = "relu/tile-15", "relu/tile-33"


def without_signs(x: Any) -> Any:
    return np.abs(x)


def wrong_at(*sizes: int) -> Callable[[Any], Any]:
    """Return a ReLU that is wrong for vectors of these sizes."""

    def relu(x: Any) -> Any:
        return np.abs(x) if np.shape(x) in [(size,) for size in sizes] else reference.relu(x)

    return relu


def requirement(identity: str, reason: str = "not yet") -> dict[str, str]:
    return {"requirement": identity, "reason": reason}


def case(identity: str, reason: str = "not yet") -> dict[str, str]:
    return {"case": identity, "reason": reason}


def judged(
    function: Callable[..., Any],
    *entries: dict[str, str],
    operation: str = "relu",
    full: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Return the report on an operation, by its own spec tests, or by all of them."""
    known = known_failures(entries)
    if full:
        report = check(implementation(**{operation: function}), known=known)
    else:
        report = judge_alone(operation, function, known=known, **options)
    jsonschema.validate(report, SCHEMA)
    return report


def states(report: dict[str, Any]) -> list[str]:
    return [entry["state"] for entry in report["known_failures"]]


# --- the file ----------------------------------------------------------------------------------

GOOD = '[[known]]\nrequirement = "CONV-05"\nreason = "no strides"\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "lists nothing"),
        ("known = []\n", "lists nothing"),
        ("[[known]\n", "is not TOML"),
        ("[known]\nreason = 'x'\n", r"\[\[known\]\]"),
        ("[[knwon]]\ncase = 'relu/x'\n", "unknown key 'knwon'"),
        (f"{GOOD}resaon = 'x'\n", "entry 1: unknown key 'resaon'"),
        (f"{GOOD}case = 'relu/x'\n", "entry 1 must name either"),
        ("[[known]]\nreason = 'x'\n", "entry 1 must name either"),
        (f"{GOOD}[[known]]\ncase = 'relu/x'\n", r"entry 2 \(relu/x\) lacks its reason"),
        ("[[known]]\ncase = 'relu/x'\nreason = ' '\n", "reason must not be empty"),
        ("[[known]]\ncase = 'relu/x'\nreason = 3\n", "reason must be text"),
        ("[[known]]\nrequirement = ['RELU-01']\nreason = 'x'\n", "requirement must be text"),
        (GOOD + GOOD, "lists CONV-05 twice"),
        ("[[known]]\nrequirement = 'RELU-99'\nreason = 'x'\n", "no requirement 'RELU-99'"),
        ("[[known]]\nrequirement = 'relu-01'\nreason = 'x'\n", "did you mean RELU-01"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "known.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(KnownFailuresError, match=said) as error:
        read(file)
    assert str(error.value).startswith(str(file))
    assert main(["check", "--known-failures", str(file), "-k", "nothing"]) == 2


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    for file in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(KnownFailuresError, match="cannot be read"):
            read(file)


def test_a_good_list(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text(f"{GOOD}\n[[known]]\ncase = 'relu/x'\nreason = 'issue 17'\n", "utf-8")
    known = read(file)
    assert known.reason("CONV-05", "conv2d/anything") == "no strides"
    assert known.reason("RELU-01", "relu/x") == "issue 17"
    assert known.reason("RELU-01", "relu/y") is None
    assert known.cases == {"relu/x"}


# --- requirements ------------------------------------------------------------------------------


@by_turns
def test_the_verdict_stands_without_known_failures() -> None:
    wrong = [*WRONG, *WRONG_IN_NETWORKS]
    report = judged(without_signs, *(requirement(identity) for identity in wrong), full=True)
    assert report["verdict"] == "conforms"
    relu = report["operations"]["relu"]
    assert relu["verdict"] == "conforms"
    assert relu["failed"] == 0
    assert relu["known_failures"] == sum(e["failures"] for e in report["known_failures"])
    assert relu["diagnosis"] == []
    found = {key for key, status in statuses(report).items() if status == "known failure"}
    assert found == set(wrong)
    assert states(report) == ["fails"] * len(wrong)
    assert exit_status(report) == 0
    (entry,) = (entry for entry in report["requirements"] if entry["id"] == "RELU-03")
    assert entry["reasons"] == ["not yet"]
    assert entry["failures"][0]["known"] == "not yet"
    assert (entry["failed"], entry["known_failures"]) == (0, len(entry["failures"]))


def test_accuracy_is_that_of_the_rest() -> None:
    def inexact(probabilities: Any, label: int) -> Any:
        loss = reference.cross_entropy(probabilities, label)
        return loss * (1 + 1e-9) if probabilities.shape == (10,) else loss

    plain = judge_alone("cross_entropy", inexact)
    failed = [key for key, status in statuses(plain).items() if status == "failed"]
    entries = [requirement(identity) for identity in failed]
    report = judged(inexact, *entries, operation="cross_entropy")
    for found in (plain, report):  # wrong results give no figure, known or not
        (figure,) = (f for f in found["accuracy"] if f["result_dtype"] == "float64")
        assert figure["error_over_bound"] <= 1


@by_turns
def test_the_text_names_what_is_known_and_why() -> None:
    text = text_report(
        judged(without_signs, *(requirement(identity, f"for {identity}") for identity in WRONG))
    )
    assert text.startswith("specimen (operations)")  # no headline, for nothing is to be mended
    assert "negative elements" not in text
    assert "RELU-03 (1): for RELU-03" in text
    assert f"{len(WRONG)} known failures" in text.splitlines()[-1]


@by_turns
def test_what_is_not_listed_still_fails() -> None:
    report = judged(without_signs, requirement("RELU-03"), requirement("RELU-05"))
    assert report["verdict"] == "does not conform"
    assert statuses(report)["RELU-03"] == "known failure"
    assert statuses(report)["RELU-01"] == "failed"
    assert report["operations"]["relu"]["verdict"] == "does not conform"
    (diagnosis,) = report["operations"]["relu"]["diagnosis"]
    assert "RELU-03" not in diagnosis["requirements"]
    assert text_report(report).startswith("relu: negative elements lose their sign")


def test_a_listed_requirement_that_passes() -> None:
    report = judged(reference.relu, requirement("RELU-03"))
    assert states(report) == ["passes"]
    assert statuses(report)["RELU-03"] == "passed"
    assert exit_status(report) == 1
    (said,) = complaints(report)
    assert said == "RELU-03 passes: remove it from the list of known failures"
    assert said in text_report(report)


def test_advice_may_be_known() -> None:
    def impolite(probabilities: Any, label: int) -> Any:
        return reference.cross_entropy(probabilities, label % 3 if label < 0 else label)

    report = judged(impolite, requirement("LOSS-10"), operation="cross_entropy")
    assert statuses(report)["LOSS-10"] == "known failure"
    assert exit_status(report) == 0
    report = judged(reference.cross_entropy, requirement("LOSS-10"), operation="cross_entropy")
    assert exit_status(report) == 1


@by_turns
def test_what_matches_nothing() -> None:
    def only_float64(x: Any) -> Any:
        if np.asarray(x).dtype != np.float64:
            raise TypeError("float64, please")
        return reference.relu(x)

    said = {
        "CONV-26": "it does not belong to the article profile",
        "RELU-04": "it was not tested (relu refuses float16; relu refuses float32)",
        "DENSE-01": "it was not tested (dense is not offered)",
        "relu/no-such-case": "no case of this id was tried",
        "relu/typed-reals-float16": "no case of this id was tried",
    }
    entries = [(case if "/" in identity else requirement)(identity) for identity in said]
    report = judged(only_float64, *entries, full=True)
    assert report["verdict"] == "conforms"
    assert states(report) == ["no match"] * len(said)
    assert exit_status(report) == 2
    assert complaints(report) == [
        f"the list of known failures lists {identity}, which matches nothing: {why}"
        for identity, why in said.items()
    ]


def test_a_selection_settles_nothing_that_did_not_run() -> None:
    entries = requirement("RELU-03"), requirement("RELU-04"), case("relu/no-such-case")
    report = judged(reference.relu, *entries, select="infinities")
    assert states(report) == ["passes", "not run", "not run"]
    report = judged(reference.relu, *entries, select="float16")
    assert states(report) == ["not run", "not run", "not run"]
    assert exit_status(report) == 0
    assert "RELU-04 was not run, or not in full" in text_report(report)


# --- cases -------------------------------------------------------------------------------------


@by_turns
def test_a_single_case() -> None:
    report = judged(wrong_at(15), case(FIRST), full=True)
    assert statuses(report)["RELU-02"] == "known failure"
    assert report["verdict"] == "conforms"
    assert states(report) == ["fails"]
    assert report["known_failures"][0]["failures"] == 1


def test_known_cases_hide_nothing_of_the_same_test() -> None:
    report = judged(wrong_at(15, 33), case(FIRST))
    (entry,) = (entry for entry in report["requirements"] if entry["id"] == "RELU-02")
    assert entry["status"] == "failed"
    assert (entry["failed"], entry["known_failures"]) == (1, 1)
    assert [failure["case"] for failure in entry["failures"]] == [SECOND, FIRST]
    assert states(report) == ["fails"]
    text = text_report(report)
    first, *_ = text.splitlines()
    assert first == "relu: 13 of 33 values are wrong in relu/tile-33"
    assert f"{SECOND}: 1" in text
    assert f"{FIRST}: " not in text
    report = judged(wrong_at(15, 33), case(FIRST), case(SECOND))
    assert statuses(report)["RELU-02"] == "known failure"
    assert states(report) == ["fails", "fails"]


@by_turns
def test_other_cases_of_the_requirement_still_fail() -> None:
    report = judged(without_signs, case("relu/tile-3"))
    assert statuses(report)["RELU-02"] == "failed"
    assert states(report) == ["fails"]


@by_turns
def test_a_listed_case_that_passes() -> None:
    report = judged(wrong_at(15), case(FIRST), case(SECOND), full=True)
    assert states(report) == ["fails", "passes"]


@by_turns
def test_a_case_behind_another_failure_is_undecided() -> None:
    report = judged(wrong_at(15), case(SECOND), full=True)
    assert statuses(report)["RELU-02"] == "failed"
    assert states(report) == ["not run"]


@by_turns
def test_a_case_that_matches_nothing_beside_failures() -> None:
    report = judged(wrong_at(15), requirement("RELU-02"), case("relu/no-such-case"), full=True)
    assert states(report) == ["fails", "no match"]
    assert exit_status(report) == 2


# --- the command line --------------------------------------------------------------------------


@by_turns
def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text("def relu(x):\n    return abs(x)\n", "utf-8")
    listed = tmp_path / "known.toml"

    def run(*identities: str) -> tuple[int, str]:
        listed.write_text(
            "".join(f"[[known]]\nrequirement = '{i}'\nreason = 'not yet'\n" for i in identities),
            "utf-8",
        )
        selected = "RELU-03 or RELU-07"
        options = ["--known-failures", str(listed), "-k", selected]
        return main(["check", str(tmp_path / "mine.py"), *options]), capsys.readouterr().err

    assert run("RELU-03") == (3, "")  # a selection is incomplete
    assert run("RELU-01") == (1, "")
    assert run("RELU-03", "RELU-07") == (1, f"cnnspec: RELU-07 passes: remove it from {listed}\n")
    status, said = run("RELU-03", "RELU-07", "CONV-26")
    assert status == 2
    assert "CONV-26, which matches nothing" in said
