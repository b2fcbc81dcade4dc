"""Texts of implementations that not every place can hold: each gets its verdict, and is shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import NotOffered, Outcome, Rejected, Result
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from cnnspec.texts import LONGEST, counted, legible
from harness_tests.helpers import SPECIMENS, by_turns, implementation

HALF = '"half \\ud83d\\x1b[2J\\uffff"'
SHOWN = r"half \ud83d\x1b[2J\uffff"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größe ≠ 3 → 漢字\tand\nmore", "größe ≠ 3 → 漢字\tand\nmore"),
        ("half \ud83d", r"half \ud83d"),
        ("kernel-\udce9.npy", r"kernel-\udce9.npy"),
        ("\x00\x1b[2J\x85\r", r"\x00\x1b[2J\x85\r"),
        ("\ufffe\uffff", r"\ufffe\uffff"),
        ("x" * 10**6, "x" * LONGEST + "…"),
    ],
)
def test_what_cannot_be_shown_is_escaped(text: str, shown: str) -> None:
    assert legible(text) == shown


def raising(error: BaseException) -> Implementation:
    def relu(x: object) -> None:
        raise error

    return implementation(relu=relu)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("a\ud83d"), Rejected("ValueError", r"a\ud83d", is_clean=True)),
        (
            type("E\x1b\nverdict: conforms", (ValueError,), {})("b"),
            Rejected(r"E\x1b verdict: conforms", "b", is_clean=True),
        ),
        (
            NotImplementedError("a\x00"),
            NotOffered(r"relu raises NotImplementedError: a\x00"),
        ),
    ],
)
def test_texts_of_exceptions_are_legible(error: BaseException, expected: Outcome) -> None:
    assert raising(error).call("relu", {"x": 1.0}) == expected


def test_problems_of_results_are_legible() -> None:
    odd = type("half\x1b", (), {})
    outcome = implementation(relu=lambda x: odd()).call("relu", {"x": 1.0})
    assert isinstance(outcome, Result)
    assert r"half\x1b" in outcome.problem


def test_what_stops_an_import_is_legible(tmp_path: Path) -> None:
    file = tmp_path / "half.py"
    file.write_text(f"raise ValueError({HALF})", "utf-8")
    with pytest.raises(LoadError) as caught:
        load(str(file))
    assert SHOWN in str(caught.value)


def checked(
    source: str, folder: Path, encoding: str
) -> tuple[int, str, str, dict[str, object] | None]:
    """Return the status, what was printed, what was complained of, and the report."""
    report = folder / "report.json"
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "cnnspec", "check", source, "-k", "RELU-01", "--json", str(report)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=folder,
        check=False,
    )
    text = report.read_bytes().decode("utf-8") if report.exists() else "null"
    assert "\\ud8" not in text.replace("\\\\ud8", "")  # no half pair for other readers
    return (
        done.returncode,
        done.stdout.decode(encoding),
        done.stderr.decode(encoding),
        json.loads(text),
    )


@by_turns
def test_half_a_surrogate_pair_gets_its_verdict(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    declared = f"CNNSPEC = {{'name': {HALF}}}"
    file.write_text(
        f"{declared}\ndef relu(x):\n    raise ValueError({HALF})\nraise ValueError({HALF})", "utf-8"
    )
    status, printed, complaints, report = checked("mine.py", tmp_path, "utf-8")
    assert (status, complaints) == (3, "")  # it is called wrongly
    assert report is not None
    assert SHOWN in printed
    assert SHOWN in json.dumps(report).replace("\\\\", "\\")


@by_turns
def test_letters_that_the_terminal_lacks_are_escaped(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text('def relu(x):\n    raise ValueError("größe ≠ 3")\n', "utf-8")
    status, printed, complaints, report = checked("mine.py", tmp_path, "ascii")
    assert (status, complaints) == (3, "")  # it is called wrongly
    assert r"gr\xf6\xdfe \u2260 3" in printed
    assert "größe ≠ 3" in json.dumps(report, ensure_ascii=False)
    file.write_text('raise ValueError("größe")\n', "utf-8")
    status, _, complaints, _ = checked("mine.py", tmp_path, "ascii")
    assert status == 2
    assert r"gr\xf6\xdfe" in complaints


@by_turns
def test_programs_too(tmp_path: Path) -> None:
    source = f"cmd:{sys.executable} {SPECIMENS / 'program.py'} half"
    status, printed, complaints, _ = checked(source, tmp_path, "utf-8")
    assert (status, complaints) == (3, "")  # it is called wrongly
    assert r"half \ud800" in printed


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@by_turns
def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"mine-\xe9.py")
    (tmp_path / name).write_text("def relu(x):\n    return x\n", "utf-8")
    status, printed, _, report = checked(name, tmp_path, "utf-8")
    assert (status, report is not None) == (1, True)
    assert r"mine-\udce9.py" in printed


def test_one_is_no_plural() -> None:
    assert counted(1, "axis", "axes") == "1 axis"
    assert counted(2, "axis", "axes") == "2 axes"
    assert counted(0, "row") == "0 rows"
    assert counted(1234, "image differs", "images differ") == "1,234 images differ"
