"""What people see of a check: on a terminal, in a file, and of a single requirement."""

import contextlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.requirements import FACETS
from cnnspec.commands.line import main
from cnnspec.commands.terminal import progress_bar
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import wrong_shape
from cnnspec.report.entries import Record, failure_entry
from cnnspec.report.headline import leading_requirement, unrefused_words
from cnnspec.report.text import report_lines, text_report
from cnnspec.report.verdict import build_report
from cnnspec.run.check import check
from cnnspec.snippets.shown_snippets import OF_SEVERAL
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.profiles import Profile
from harness_tests.helpers import by_turns, implementation, judge_alone, statuses

WRONG = "import numpy as np\n\n\ndef relu(x):\n    return np.abs(x)\n"

#: Rows of a terminal that is not a large one: what is wrong and the smallest case fit in.
SCREEN = 40


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("wrong") / "mine.py"
    file.write_text(WRONG, "utf-8")
    return check(str(file), modules=["test_relu"])


def on_a_terminal(folder: Path, *arguments: str, **variables: str) -> tuple[str, str, int]:
    """Return what a check writes to standard output and error, both a terminal of 80 columns."""
    pty = pytest.importorskip("pty", reason="only where there are pseudo-terminals")
    ends = [pty.openpty() for _ in range(2)]
    environment = {
        **{key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI")},
        "COLUMNS": "80",
        "LINES": "40",
        "TERM": "xterm-256color",
        **variables,
    }
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "cnnspec", "check", *arguments],
        stdout=ends[0][1],
        stderr=ends[1][1],
        cwd=folder,
        env=environment,
    )
    for _, terminal in ends:
        os.close(terminal)
    with ThreadPoolExecutor(2) as readers:
        out, error = readers.map(_everything, [ours for ours, _ in ends])
    return out, error, process.wait()


def _everything(descriptor: int) -> str:
    """Return all that is written to a terminal."""
    said = b""
    with contextlib.suppress(OSError):  # so the end of a terminal shows on Linux
        while read := os.read(descriptor, 2**16):
            said += read
    os.close(descriptor)
    return said.decode().replace("\r\n", "\n")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(WRONG, "utf-8")
    return tmp_path


def without_styles(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


@by_turns
def test_a_terminal_gets_colours_and_a_bar(mine: Path) -> None:
    out, error, status = on_a_terminal(mine, "mine.py", "-k", "RELU-05 or RELU-12")
    assert status == 1
    assert "\x1b[1;31mrelu: negative elements lose their sign" in out
    assert re.search(r"\x1b\[[0-9;]*m![0-9]+\x1b", out), "wrong elements are coloured"
    assert "judging relu" in error
    assert "100%" in error
    plain = without_styles(out)
    assert max(len(line.rstrip()) for line in plain.splitlines() if "np.array" not in line) <= 80
    assert "\nverdict: mine.py does not conform" in plain.partition("\nnot tested:")[2]
    (folded,) = (line for line in plain.splitlines() if "RELU-12 failed" in line)
    assert folded.rstrip().endswith("…")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@by_turns
def test_no_colour_where_it_is_not_wanted(mine: Path, variables: dict[str, str]) -> None:
    arguments = "mine.py", "-k", "RELU-01 or RELU-03"
    out, _, _ = on_a_terminal(mine, *arguments, **variables)
    assert "\x1b" not in out
    piped = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cnnspec", "check", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=mine,
    )
    assert out == piped.stdout
    assert piped.stderr == ""


@by_turns
def test_the_same_words_with_and_without_styles(wrong: dict[str, Any]) -> None:
    lines = report_lines(wrong)
    assert text_report(wrong) == "".join(f"{line}\n" for line in lines)
    assert any(style for line in lines for _, style in line.spans)


def test_the_first_screen_is_enough(wrong: dict[str, Any]) -> None:
    lines = text_report(wrong).splitlines()
    assert lines[0] == "relu: negative elements lose their sign"
    assert lines[1] == "  to mend it: return 0 for negative elements"
    first_screen = "\n".join(lines[:SCREEN])
    for needed in ("failed (MUST): ", "expected", "!", "to see it by yourself", "to run only this"):
        assert needed in first_screen
    assert text_report(wrong).count("to see it by yourself") == 1


def test_every_failure_but_the_first_takes_one_line(wrong: dict[str, Any]) -> None:
    failed = [key for key, status in statuses(wrong).items() if status == "failed"]
    text = text_report(wrong)
    assert f"{len(failed) - 1} more requirements failed; --verbose shows their cases" in text
    for identity in failed:
        assert text.count(f"  {identity} failed (MUST): ") == 1
    in_full = text_report(wrong, verbose=True)
    of_several = in_full.count(OF_SEVERAL)
    assert of_several < 2
    assert in_full.count("to see it by yourself") == len(failed) - of_several
    assert "more requirements failed" not in in_full


def test_what_passed_takes_one_line(wrong: dict[str, Any]) -> None:
    passed = [key for key, status in statuses(wrong).items() if status == "passed"]
    (line,) = (line for line in text_report(wrong).splitlines() if line.startswith("passed: "))
    assert line == f"passed: {len(passed)} requirements (RELU {len(passed)})"
    (in_full,) = (
        line
        for line in text_report(wrong, verbose=True).splitlines()
        if line.startswith("passed: ")
    )
    assert all(identity in in_full for identity in passed)


def test_small_plain_cases_come_first() -> None:
    """Infinity is wrong, too, and in a smaller case, but tells less."""
    report = judge_alone("relu", np.abs, select="RELU-03 or RELU-05")
    entries = {entry["id"]: entry for entry in report["requirements"]}
    assert entries["RELU-03"]["failures"][0]["size"] <= entries["RELU-05"]["failures"][0]["size"]
    shown = text_report(report).split("failed (MUST)")[0].splitlines()[-1]
    assert shown.strip() == "RELU-05"


@by_turns
def test_what_fails_nearly_everywhere_comes_before_what_fails_here_and_there() -> None:
    def bordered(*arguments: Any, padding: str = "valid", **options: Any) -> Any:
        maps = reference.conv2d(*arguments, padding=padding, **options)
        return maps + 1 if padding == "same" else maps

    report = judge_alone("conv2d", bordered, select="CONV-05 or CONV-07")
    assert [entry["status"] for entry in report["requirements"]].count("failed") == 2
    assert leading_requirement(report) == "CONV-07"


def test_of_one_requirement_too() -> None:
    def record(test: str, size: int, value: float) -> Record:
        case = Case(test, "relu", {"x": np.full(size, value)})
        error = wrong_shape(case, np.ones(1), Answer(np.ones(2), np.zeros(2), np.zeros(2)))
        return Record("RELU-02", test, "failed", failure=failure_entry("RELU-02", error))

    records = [record("large", 200, 1), record("huge", 2, 1e9), record("plain", 5, 1)]
    judged = Capabilities(implementation(relu=reference.relu))
    report = build_report(records, [], [], judged, Profile())
    (entry,) = (entry for entry in report["requirements"] if entry["id"] == "RELU-02")
    assert [failure["case"] for failure in entry["failures"]] == ["plain", "huge", "large"]


def test_what_is_asked_of_one_operation_shows_before_what_is_asked_of_all() -> None:
    def backward(grad: Any, maps: Any, size: int = 2, *, stride: int | None = None) -> Any:
        given = np.array(reference.max_pool2d_backward(grad, maps, size, stride=stride))
        maps = np.asarray(maps)
        return given * (maps == maps.max(axis=-1, keepdims=True))

    report = check(
        implementation(max_pool2d=reference.max_pool2d, max_pool2d_backward=backward),
        modules=["test_pooling_backward", "test_gradients"],
        select="POOLGRAD-01 or GRAD-07",
    )
    shares = {e["id"]: e["failed"] / e["checks"] for e in report["requirements"] if e["failed"]}
    assert shares["POOLGRAD-01"] < 0.5 < shares["GRAD-07"]
    assert leading_requirement(report) == "POOLGRAD-01"


def test_nothing_steers_the_terminal() -> None:
    def raising(x: Any) -> Any:
        raise RuntimeError("\x1b[31mred\x07 \ud800 \u00e9")

    text = text_report(judge_alone("relu", raising, select="RELU-03"))
    assert "\\x1b[31mred\\x07 \\ud800 \u00e9" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff]", text)
    assert text.encode("utf-8")


@by_turns
def test_an_encoding_that_cannot_say_it_all(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def relu(x):\n    raise RuntimeError('\u4f60')\n", "utf-8")
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "cnnspec", "check", str(file), "-k", "RELU-03"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 3, done.stderr  # it is called wrongly
    assert b"RuntimeError: \\u4f60" in done.stdout


@by_turns
def test_one_requirement(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(mine / "mine.py")
    assert main(["check", file, "--requirement", "relu-03", "--in-process"]) == 1
    said = capsys.readouterr().out
    assert f"to run only this: cnnspec check {file} --requirement RELU-03" in said
    assert re.search(r"[0-9]+ requirements: 1 failed, [0-9]+ not tested", said)
    assert main(["check", file, "--requirement", "RELU-07", "--in-process"]) == 3
    assert re.search("1 passed, [0-9]+ not tested", capsys.readouterr().out)
    both = ["--requirement", "RELU-07", "--requirement", "RELU-03", "-k", "not RELU-07"]
    assert main(["check", file, *both, "--in-process"]) == 1
    assert re.search("1 failed, [0-9]+ not tested", capsys.readouterr().out)


def test_an_unknown_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--requirement", "RELU-99"])
    assert stopped.value.code == 2
    assert "there is no requirement 'RELU-99'" in capsys.readouterr().err


def test_the_command_is_the_right_one_for_the_shell() -> None:
    report = judge_alone("relu", np.abs, select="RELU-03", profile="general")
    report["implementation"]["source"] = "my files/my cnn.py"
    assert (
        "cnnspec check 'my files/my cnn.py' --profile general --requirement RELU-03"
        in text_report(report)
    )


def test_progress_names_what_is_judged() -> None:
    said: list[tuple[str, int, int]] = []
    judged = implementation(relu=reference.relu)
    check(judged, modules=["test_relu"], progress=lambda *step: said.append(step))
    doing = [step[0] for step in said]
    assert doing[0] == "judging relu"
    assert doing[-1] == "working out the diagnosis"
    assert [step[1] for step in said] == list(range(len(said)))
    assert {step[2] for step in said} == {len(said) - 1}


@by_turns
def test_colours_are_imported_only_for_a_terminal(mine: Path) -> None:
    program = (
        "import sys; from cnnspec.commands.line import main;"
        " main(['check', 'mine.py', '-k', 'RELU-01']);"
        " sys.exit(any(name in sys.modules for name in ('rich', 'jinja2')))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=mine, check=False, capture_output=True)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr


def test_the_first_table_shows_operations_and_facets(wrong: dict[str, Any]) -> None:
    lines = text_report(wrong).splitlines()
    head = next(number for number, line in enumerate(lines) if line.split() == list(FACETS))
    failed = wrong["operations"]["relu"]["facets"]["values"]["failed"]
    assert lines[head + 1].startswith(f"  relu  {failed} failed")
    assert lines[head + 1].endswith("-")
    assert not any("checks" in line for line in lines[:head])


@by_turns
def test_operations_that_fail_come_first() -> None:
    mixed = implementation(dense=reference.dense, softmax=np.exp)
    lines = text_report(check(mixed, modules=["test_dense", "test_softmax"])).splitlines()
    verdicts = [line.split()[:2] for line in lines if "checks" in line]
    assert verdicts == [["softmax", "does"], ["dense", "incomplete"]]


def careless(x: Any, weights: Any, bias: Any) -> Any:
    """Return the right numbers; a bias that is too long is cut."""
    return reference.dense(x, weights, np.asarray(bias)[: np.shape(weights)[1]])


def test_only_what_is_not_refused_is_wrong() -> None:
    report = judge_alone("dense", careless)
    assert [key for key, status in statuses(report).items() if status == "failed"] == ["DENSE-14"]
    first, second, *_ = text_report(report).splitlines()
    assert first == (
        "every number tested is right; not refused are:"
        " a bias with more numbers than there are nodes (DENSE-14)"
    )
    assert second.startswith("dense: ")  # and what mistake that is


def test_a_line_says_two_requirements_in_words_and_of_more_their_ids() -> None:
    report = judge_alone("dense", careless)
    (failed,) = [one for one in report["requirements"] if one["status"] == "failed"]
    report["requirements"] += [{**failed, "id": f"DENSE-{number}"} for number in (90, 91, 92)]
    line = unrefused_words(report)
    assert line.endswith("(DENSE-90), and 2 more (DENSE-91, DENSE-92)")
    assert line.count("a bias with more numbers than there are nodes") == 2


@by_turns
def test_wrong_numbers_come_before_what_is_not_refused() -> None:
    report = judge_alone("dense", lambda *given: careless(*given) * 2)
    assert statuses(report)["DENSE-14"] == "failed"
    assert "every number tested is right" not in text_report(report)
    facets = {entry["id"]: entry["facet"] for entry in report["requirements"]}
    first = report["operations"]["dense"]["diagnosis"][0]
    assert any(facets[identity] != "refusals" for identity in first["requirements"])
    assert facets[leading_requirement(report)] != "refusals"


def test_the_first_failure_is_printed_above_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as terminal, os.fdopen(master, "rb") as seen:
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with progress_bar() as shown:
            shown("judging relu", 1, 9)
            shown.failed("RELU-01", "11 of [24] values are wrong\nmore")
            shown.failed("RELU-02", "another")
        said = os.read(seen.fileno(), 2**16).decode()
    assert "RELU-01 fails: 11 of [24] values are wrong" in said
    assert "more" not in said
    assert "RELU-02" not in said


def test_without_a_terminal_nothing_is_said_meanwhile(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as shown:
        shown("judging relu", 1, 9)
        shown.failed("RELU-01", "wrong")
    assert capsys.readouterr() == ("", "")
