"""What is judged ends with the suite, and cannot end the suite by a signal to its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from cnnspec.subject.outcomes import Result, TimedOut
from cnnspec.subject.processes.isolation import load_isolated
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.importing import LoadError
from harness_tests.helpers import by_turns

pytestmark = [
    pytest.mark.skipif(not POSSIBLE, reason="there is no isolation on this system"),
    pytest.mark.usefixtures("interruptible"),
]

X = np.array([-1.0, 2.0])

HANGS = """
import os, subprocess, time
def relu(x):
    child = subprocess.Popen(["sleep", "100"])
    with open("part", "w") as file:
        print(os.getpid(), child.pid, file=file)
    os.rename("part", "pids")
    while True: time.sleep(60)
"""

SILENT = "sleep 100 & echo $$ $! > part; mv part pids; wait"


def soon(holds: Callable[[], bool], seconds: float = 300.0) -> bool:
    """Return whether a condition comes to hold."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGKILL, -signal.SIGKILL),
        (signal.SIGTERM, -signal.SIGTERM),
        (signal.SIGINT, 128 + signal.SIGINT),
    ],
    ids=["KILL", "TERM", "INT"],
)
@pytest.mark.parametrize("source", ["mine.py", "cmd:sh mine.sh"], ids=["module", "program"])
@by_turns
def test_what_hangs_ends_with_the_suite(
    tmp_path: Path, source: str, number: signal.Signals, status: int
) -> None:
    (tmp_path / "mine.py").write_text(HANGS, "utf-8")
    (tmp_path / "mine.sh").write_text(SILENT, "utf-8")
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", "cnnspec", "check", source, "-k", "RELU-01", "--time-limit=60"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as suite:
        assert soon((tmp_path / "pids").exists)
        pids = [int(pid) for pid in (tmp_path / "pids").read_text("utf-8").split()]
        assert all(map(alive, pids))
        suite.send_signal(number)
        printed = suite.communicate(timeout=300)
    assert suite.returncode == status, printed
    assert "Traceback" not in "".join(printed)
    assert soon(lambda: not any(map(alive, pids)))


@pytest.mark.parametrize("name", ["KILL", "STOP", "TERM", "INT", "HUP"])
def test_signals_to_the_parent_change_nothing(tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import os, signal\n"
        "def relu(x):\n"
        f"    if os.getppid() > 1: os.kill(os.getppid(), signal.SIG{name})\n"
        "    return x * (x > 0)\n"
        "def dense(x, weights, bias):\n"
        "    return os.getpid()\n",
        "utf-8",
    )
    mine = load_isolated(str(file), Limits())
    pid = mine.call("dense", {"x": X, "weights": X, "bias": X})
    assert isinstance(pid, Result)
    assert int(pid.value) != os.getpid()
    for _ in range(2):
        outcome = mine.call("relu", {"x": X})
        assert isinstance(outcome, Result), outcome
        assert outcome.value.tolist() == [0, 2]
    assert alive(int(pid.value))
    mine.close()
    assert soon(lambda: not alive(int(pid.value)))


@pytest.mark.parametrize("leave", ["setpgid(0, os.getpgid(os.getppid()))", "setsid()"])
@by_turns
def test_who_leaves_its_group_is_ended_too(tmp_path: Path, leave: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import os, contextlib, time\n"
        "def relu(x):\n"
        f"    with contextlib.suppress(OSError): os.{leave}\n"
        f"    with open({str(tmp_path / 'pid')!r}, 'w') as file: print(os.getpid(), file=file)\n"
        "    while True: time.sleep(60)\n",
        "utf-8",
    )
    mine = load_isolated(str(file), Limits(seconds=3.0))
    assert isinstance(mine.call("relu", {"x": X}, once=True), TimedOut)
    pid = int((tmp_path / "pid").read_text("utf-8"))
    assert soon(lambda: not alive(pid))
    mine.close()


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    file = tmp_path / "program"
    file.write_bytes(b"\x7fELF and so on")
    file.chmod(0o755)
    with pytest.raises(LoadError, match="program cannot be run: Exec format error"):
        open_implementation(f"cmd:{file}")
