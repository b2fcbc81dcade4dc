"""``cnnspec check --watch``: judged again when it is saved, until somebody interrupts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnspec.commands.watching import stamps, watched

RIGHT = "import numpy as np\n\n\ndef relu(x):\n    return np.maximum(x, 0)\n"


@pytest.fixture(name="mine")
def _mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(RIGHT, "utf-8")
    return file


def test_it_is_checked_again_only_when_a_file_has_changed(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checked: list[int] = []
    slept: list[int] = []

    def check() -> int:
        checked.append(len(slept))
        if len(checked) == 3:
            mine.write_text(f"{RIGHT}\n\n", "utf-8")  # while it is judged
        return len(checked)

    def sleep(_seconds: float) -> None:
        slept.append(1)
        if len(slept) in (3, 4, 6):  # at first it is not written at once
            mine.write_text(f"{RIGHT}{'#' * len(slept)}\n", "utf-8")
        if len(slept) > 9:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    assert watched(str(mine), check) == 4
    assert checked == [0, 5, 7, 8]
    assert capsys.readouterr().err.count("waiting for") == 4


def changed(source: str, change: Path, text: str = "x = 1\n") -> bool:
    before = stamps(source)
    change.parent.mkdir(exist_ok=True)
    change.write_text(text, "utf-8")
    return stamps(source) != before


def test_files_beside_it_are_looked_at(mine: Path) -> None:
    assert not changed(str(mine), mine.parent / "notes.txt")
    assert changed(str(mine), mine.parent / "helper.py")
    assert changed(f"{mine}:relu", mine, "y = 1\n")
    assert not changed(str(mine), mine.parent / "below" / "other.py")


def test_all_of_a_package_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    package.mkdir()
    assert changed(str(package), package / "one.py")
    assert changed(str(package), package / "below" / "two.py")
    monkeypatch.chdir(tmp_path)
    assert changed("package.below", package / "below" / "three.py")
    assert "package" not in sys.modules


def test_of_a_program_its_files_are_looked_at(tmp_path: Path) -> None:
    program = tmp_path / "program.js"
    program.write_text("1", "utf-8")
    assert changed(f"cmd:{sys.executable} {program} --fast", program, "22")
    assert Path(sys.executable) in stamps(f"cmd:{sys.executable}")


def test_what_is_gone_for_a_moment_is_no_mistake(mine: Path) -> None:
    before = stamps(str(mine))
    mine.unlink()
    assert stamps(str(mine)) == {}
    mine.write_text(RIGHT, "utf-8")
    os.utime(mine, ns=(before[mine][0], before[mine][0]))
    assert stamps(str(mine)) == before


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
@pytest.mark.usefixtures("interruptible")
def test_the_command_judges_what_was_saved(mine: Path) -> None:
    command = [sys.executable, "-m", "cnnspec", "check", str(mine), "--requirement", "RELU-01"]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        lines = iter(running.stdout)

        def until(word: str) -> str:
            return next(line for line in _timed(lines) if word in line)

        try:
            assert "1 passed" in until("verdict:")
            until("waiting for")
            mine.write_text(RIGHT.replace("0)", "1)"), "utf-8")
            assert "1 failed" in until("verdict:")
            until("waiting for")
            mine.write_text("def relu(x:\n", "utf-8")
            assert "SyntaxError" in until("cnnspec:")
            until("waiting for")
            running.send_signal(signal.SIGINT)  # even before it waits
            assert running.wait(60) == 2
        finally:
            running.kill()


def _timed(lines: Iterator[str]) -> Iterator[str]:
    started = time.monotonic()
    for line in lines:
        assert time.monotonic() - started < 300
        yield line
