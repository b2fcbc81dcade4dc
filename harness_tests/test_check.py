"""``cnnspec check`` as its users meet it: verdicts, exit statuses, reports."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest

import cnnspec
from cnnspec import reference
from cnnspec.cases.requirements import FACETS, requirements
from cnnspec.commands.line import main
from cnnspec.faults.conv2d import without_rules
from cnnspec.operations.registry import GRADIENTS
from cnnspec.report.notes import missing_parameters
from cnnspec.report.text import text_report
from cnnspec.run.check import CheckError, check, check_each
from cnnspec.subject.sources.loading import load
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import (
    CORRECT,
    EVERYTHING,
    SPECIMENS,
    by_turns,
    implementation,
    judge_alone,
    sample,
    statuses,
)

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))


@by_turns
def test_the_reference_conforms() -> None:
    report = check("reference", images=20)
    jsonschema.validate(report, SCHEMA)
    assert report["verdict"] == "conforms"
    assert set(statuses(report).values()) == {"passed", "not tested"}
    not_tested = {key for key, status in statuses(report).items() if status == "not tested"}
    assert not_tested == {f"NET-{number:02}" for number in (6, 7, 8, 9, 10, 11, 13)}


@by_turns
def test_the_articles_by_their_names_conform() -> None:
    sources = ("cnnspec.reference.article1", "cnnspec.reference.article2")
    first, second = check_each([load(source) for source in sources])
    assert first["implementation"]["form"] == "article functions"
    assert set(first["operations"]) == {"conv2d", "relu", "max_pool2d"}
    assert second["implementation"]["form"] == "network"
    assert set(second["operations"]) == {
        *("conv2d", "max_pool2d", "softmax", "network"),
        *("conv2d_grad_filters", "max_pool2d_backward", "softmax_backward", "train_step"),
    }
    for report in (first, second):
        assert report["verdict"] == "conforms"
        assert "advised" not in statuses(report).values()


@by_turns
def test_correct_implementations_conform() -> None:
    quick = [name for name in CORRECT if name != "plain_loops"]
    chosen = list(CORRECT) if EVERYTHING else sample(quick, 4)
    reports = check_each([load(str(SPECIMENS / f"{name}.py")) for name in chosen])
    for name, report in zip(chosen, reports, strict=True):
        failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
        assert not failed, report["implementation"]["name"]
        assert report["verdict"] == "conforms"
        assert not report["adapter"]
        found = {key for key, status in statuses(report).items() if status == "advised"}
        assert found <= CORRECT[name]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cnnspec", "check", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@by_turns
def test_a_wrong_file_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\n\n\ndef relu(x):\n    return np.max(x, 0)\n", "utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", "utf-8")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n", "utf-8")
    done = run("mine.py", "--json", "report.json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "RELU-01 failed (MUST)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("verdict: mine.py does not conform")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["verdict"] == "does not conform"
    assert report["operations"]["relu"]["failed"] > 0
    left = {file.name for file in tmp_path.iterdir()} - {"__pycache__"}
    assert left == {"mine.py", "pytest.ini", "conftest.py", "report.json"}


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ("x = 1\n", 3, "incomplete"),
        ("def relu(x):\n    raise NotImplementedError\n", 3, "incomplete"),
        ("def relu(x:\n", 2, "SyntaxError"),
        ("import no_such_module_anywhere\n", 2, "no_such_module_anywhere"),
        ("CNNSPEC = {'profil': 'general'}\ndef relu(x): return x\n", 2, "profil"),
    ],
    ids=["nothing", "stub", "syntax", "import", "declaration"],
)
@by_turns
def test_exit_statuses(
    content: str, status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(content, "utf-8")
    assert main(["check", str(file)]) == status
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_what_cannot_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no_such_file.py"]) == 2
    assert "no_such_file.py" in capsys.readouterr().err
    with pytest.raises(CheckError, match="no module 'no_such_module'"):
        check("no_such_module")


def test_a_selection_is_incomplete() -> None:
    report = check(implementation(relu=reference.relu), select="RELU-01 or hand_computed")
    assert report["verdict"] == "incomplete"


@by_turns
def test_the_same_report_twice() -> None:
    def wrong(x: Any) -> Any:
        return np.abs(x)

    first, second = judge_alone("relu", wrong), judge_alone("relu", wrong)
    assert first == second


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_general_profile() -> None:
    def general(image: Any, filters: Any, bias: Any = None, *, stride: Any = 1) -> Any:
        if np.ndim(image) == 2 or filters.shape[-1] == image.shape[-1]:
            oblong_or_even = filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0
            if oblong_or_even and np.ndim(filters) == min(np.ndim(image), 3) + 1:
                down, right = np.broadcast_to(stride, 2)
                everywhere = without_rules(image.astype(float), filters, bias)
                return everywhere[..., ::down, ::right, :]
        return reference.conv2d(image, filters, bias, stride=stride)

    by_article = statuses(judge_alone("conv2d", general, profile="article"))
    assert {key for key, status in by_article.items() if status == "failed"} == {
        "CONV-24",
        "CONV-25",
    }
    report = judge_alone("conv2d", general, profile="general")
    assert report["operations"]["conv2d"]["failed"] == 0
    assert statuses(report)["CONV-26"] == "passed"
    assert "CONV-24" not in statuses(report)


def test_the_report_for_people() -> None:
    report = judge_alone("relu", lambda x: None)
    text = text_report(report)
    assert "returned None" in text
    assert text.rstrip().splitlines()[-1].startswith("verdict: specimen does not conform")


def test_advice_does_not_fail() -> None:
    def impolite(probabilities: Any, label: int) -> Any:
        return reference.cross_entropy(probabilities, label % 3 if label < 0 else label)

    report = judge_alone("cross_entropy", impolite)
    assert statuses(report)["LOSS-10"] == "advised"
    assert report["operations"]["cross_entropy"]["failed"] == 0


@by_turns
def test_a_composed_network_is_charged_to_the_layer_that_is_wrong() -> None:
    def last_of_8_maps_missing(image: Any, filters: Any) -> Any:
        maps = reference.conv2d(image, filters)
        maps[..., 7:] = 0
        return maps

    parts = {name: getattr(reference, name) for name in ("max_pool2d", "dense", "softmax")}
    module = SimpleNamespace(conv2d=last_of_8_maps_missing, **parts)
    mistaken = recognise(module, name="mine", source="mine")
    report = check(mistaken, modules=["test_network"], images=2, select="composed")
    (failure,) = next(e for e in report["requirements"] if e["id"] == "NET-05")["failures"]
    assert failure["call"].startswith("conv2d(")


@by_turns
def test_what_is_written_for_some_calls_only_is_noted() -> None:
    def half_written(x: Any) -> Any:
        if np.size(x) > 60:
            raise NotImplementedError
        return np.maximum(x, 0)

    report = judge_alone("relu", half_written)
    assert "failed" not in statuses(report).values()
    (note,) = report["implementation"]["notes"]
    assert re.match(r"relu raises NotImplementedError in \d+ tests, which judged nothing: of", note)
    assert "RELU-02" in note
    assert not judge_alone("relu", lambda x: np.maximum(x, 0))["implementation"]["notes"]


def test_others_words_are_not_taken_for_it() -> None:
    def refuses_bytes(x: Any) -> Any:
        if np.asarray(x).dtype == np.uint8:
            raise ValueError("this raises NotImplementedError")
        return np.maximum(x, 0)

    assert not judge_alone("relu", refuses_bytes)["implementation"]["notes"]


@by_turns
def test_a_softmax_layer_is_noted_too_though_it_is_reported_as_softmax() -> None:
    class Softmax:
        def __init__(self, inputs: int, nodes: int) -> None:
            self.weights, self.biases = np.ones((inputs, nodes)), np.zeros(nodes)

        def forward(self, x: Any) -> Any:
            if np.size(x) > 60:
                raise NotImplementedError
            return reference.softmax(reference.dense(x, self.weights, self.biases))

    layers = recognise(SimpleNamespace(Softmax=Softmax), name="half", source="half")
    (note,) = check(layers, modules=["test_softmax"])["implementation"]["notes"]
    assert note.startswith("softmax_layer raises NotImplementedError in ")


def named_otherwise(name: str, file: Path, select: str) -> Any:
    """Judge a convolution whose bias has this name; return its notes."""
    file.write_text(
        "from cnnspec.reference import conv2d as right\n\n"
        f"def conv2d(image, filters, {name}=None, *, stride=1, padding='valid'):\n"
        f"    return right(image, filters, {name}, stride=stride, padding=padding)\n",
        "utf-8",
    )
    return check(str(file), select=select)["implementation"]["notes"]


def test_a_parameter_of_another_name_is_noted(tmp_path: Path) -> None:
    file = tmp_path / "named_otherwise.py"
    reading, note = named_otherwise("fudge", file, "CONV-05 or CONV-27")
    assert reading.endswith("called as conv2d(image, filters, stride=stride, padding=padding)")
    assert note == "not tested, for there is no such parameter: conv2d 'bias'"
    file.write_text("def conv2d(image, filters):\n    return None\n", "utf-8")
    notes = check(str(file), select="CONV-05 or CONV-06")["implementation"]["notes"]
    assert notes == ["not tested, for there is no such parameter: conv2d 'bias', 'stride'"]


def test_what_an_operation_lacks_is_not_said_again_of_its_gradients() -> None:
    lacking = ["conv2d", "conv2d_grad_filters", "max_pool2d_backward"]
    reasons = [f"{name} has no parameter 'stride': it was not passed" for name in lacking]
    (note,) = missing_parameters([{"id": "CONV-06", "reasons": reasons}])
    assert note.endswith("such parameter: conv2d 'stride'; max_pool2d_backward 'stride'")


def test_a_parameter_of_a_usual_name_is_taken_for_it(tmp_path: Path) -> None:
    (note,) = named_otherwise("b", tmp_path / "named_otherwise.py", "CONV-05 or CONV-27")
    assert note.startswith("conv2d is conv2d(image, filters, b, stride, padding), called as ")
    assert "b=bias_or_none" in note


def test_forms_without_optional_parameters_are_not_reproached() -> None:
    report = check("cnnspec.reference.article2", select="CONV-05")
    assert report["implementation"]["form"] == "network"  # though its gradients are bound
    notes = report["implementation"]["notes"]
    assert [note for note in notes if re.split("[: ]", note)[0] not in GRADIENTS] == []
    (entry,) = [one for one in report["requirements"] if one["id"] == "CONV-05"]
    assert "no parameter 'bias'" in entry["reasons"][0]


@by_turns
def test_every_operation_says_how_each_facet_fares() -> None:
    report = judge_alone("relu", np.abs)
    jsonschema.validate(report, SCHEMA)
    facets = report["operations"]["relu"]["facets"]
    assert tuple(facets) == FACETS
    assert facets["values"]["status"] == "failed"
    assert facets["refusals"] == {"checks": 0, "failed": 0, "advised": 0, "status": "not tested"}
    assert (
        sum(facet["failed"] for facet in facets.values()) == report["operations"]["relu"]["failed"]
    )
    assert (
        sum(facet["checks"] for facet in facets.values()) == report["operations"]["relu"]["checks"]
    )
    assert {entry["id"]: entry["facet"] for entry in report["requirements"]} == {
        identity: requirement.facet
        for identity, requirement in requirements().items()
        if requirement.is_judged("article", "default")
    }


RELU = "import numpy as np\n\n\ndef relu(x):\n    return np.maximum(x, 0)\n"


@pytest.mark.parametrize("option", ["--json", "--html", "--junit-xml", "--badge"])
def test_files_that_cannot_be_written_are_refused_at_once(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnspec.commands.line.check", None)  # it is not even begun
    (tmp_path / "mine.py").write_text(RELU, "utf-8")
    for file, why in (
        (tmp_path / "no" / "file", "there is no folder"),
        (tmp_path, "a folder"),
        (tmp_path / "mine.py", "it is a Python file"),
    ):
        assert main(["check", "reference", option, str(file)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"cnnspec: {file} cannot be written: ")
        assert why in line
    assert (tmp_path / "mine.py").read_text("utf-8") == RELU


@pytest.mark.parametrize("limit", ["--time-limit", "--memory-limit"])
@pytest.mark.parametrize("value", ["0", "-1", "inf", "nan"])
def test_limits_are_numbers_above_0(
    limit: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "reference", limit, value])
    assert stopped.value.code == 2
    assert "must be above 0, and finite" in capsys.readouterr().err


def test_findings_are_printed_although_a_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "mine.py").write_text(RELU, "utf-8")
    monkeypatch.setattr(Path, "write_text", full)
    asked = ["check", str(tmp_path / "mine.py"), "-k", "RELU-01"]
    assert main([*asked, "--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "p")]) == 2
    captured = capsys.readouterr()
    assert "verdict: " in captured.out
    assert captured.err.count("cannot be written: No space left on device") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "mine.py", "-k", "no_such_test"], "no test is selected by 'no_such_test'"),
        (["check", "mine.py", "--images", "99999999"], "the MNIST test set has 10000 images"),
        (["network", "mine.py", "--images", "10001"], "the MNIST test set has 10000 images"),
        (["demo", "mnist", "--images", "10001"], "the MNIST test set has 10000 images"),
        (["check", "folder"], "folder is a folder; name a Python file in it"),
        (["check", "./folder/"], "./folder/ is a folder"),
        (["check", "."], ". is a folder"),
        (["check", "r.json"], "r.json is no Python file; reports are for cnnspec compare"),
        (["check", "my.txt"], "my.txt is no Python file (.py)"),
        (["adapters", "nope"], "there is no adapter 'nope'; there are torch"),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else "",
)
def test_one_line_says_what_is_wrong_with_a_call(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "mine.py").write_text(RELU, "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "r.json").write_text("{}", "utf-8")
    (tmp_path / "my.txt").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert line.startswith("cnnspec: ")
    assert said in line
    assert not captured.out
