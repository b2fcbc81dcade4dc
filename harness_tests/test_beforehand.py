"""Several processes, and exact answers that are kept: the same report, byte for byte."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cnnspec.cases.kept_answers import VARIABLE
from cnnspec.commands.line import main
from cnnspec.faults import FAULTS
from cnnspec.kills.kill_matrix import caught_by
from cnnspec.report.entries import Json
from cnnspec.run import loop
from cnnspec.run.beforehand import Beforehand, run_beforehand
from cnnspec.run.check import check
from cnnspec.run.plain_runs import run_plainly
from cnnspec.subject.processes.process import POSSIBLE, Limits
from harness_tests.helpers import EVERYTHING, by_turns

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="processes are copied on POSIX systems only")

RIGHT = "import numpy as np\n\n\ndef relu(x):\n    return np.maximum(x, 0)\n"

#: Code that is wrong in one way or another, by what is wrong.
WRONG = {
    "nothing": RIGHT,
    "a number": RIGHT.replace("(x, 0)", "(x, 1e-3)"),
    "large numbers": RIGHT.replace("(x, 0)", "(x, 0) + (np.asarray(x) > 50)"),
    "arguments change": RIGHT.replace("return np.maximum(x, 0)", "x[x < 0] = 0\n    return x"),
    "every fifth call": RIGHT.replace("def relu", "calls = []\n\n\ndef relu").replace(
        "return", "calls.append(1)\n    return len(calls) % 5 // 4 +"
    ),
    "a result is kept": RIGHT.replace("def relu(x):", "kept = {}\n\n\ndef relu(x):").replace(
        "return np.maximum(x, 0)",
        "key = np.shape(x)\n    kept[key] = np.maximum(x, 0, out=kept.get(key))\n"
        "    return kept[key]",
    ),
    "the process ends": f"import os\n{RIGHT}".replace(
        "return", "np.size(x) == 7 and os._exit(3)\n    return"
    ),
    "an option is swallowed": (
        "import numpy as np\n\n\ndef max_pool2d(maps, size=2, stride=None, **others):\n"
        "    from cnnspec.reference import max_pool2d\n"
        "    return max_pool2d(maps, size, stride)\n"
    ),
}


def judged(file: Path, processes: int, limits: Limits | None = None) -> Json:
    module = "test_pooling" if "max_pool2d" in file.read_text("utf-8") else "test_relu"
    modules = [module, "test_surroundings"]
    return check(str(file), modules=modules, isolated=True, processes=processes, limits=limits)


@by_turns
@pytest.mark.parametrize("what", WRONG)
def test_the_report_of_several_processes_is_that_of_one(what: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(WRONG[what], "utf-8")
    one, two = (json.dumps(judged(file, processes)) for processes in (1, 2))
    assert one == two
    is_right = what in ("nothing", "an option is swallowed")
    assert json.loads(one)["verdict"] == ("incomplete" if is_right else "does not conform")
    assert ("answers as without it" in one) == (what == "an option is swallowed")


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of what is run in this process."""
    ran: list[str] = []

    def counting(item: pytest.Item) -> bool:
        ran.append(item.name)
        return run_plainly(item)

    monkeypatch.setattr(loop, "run_plainly", counting)
    return ran


def test_what_passes_elsewhere_is_not_run_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = _counted(monkeypatch)
    file = tmp_path / "mine.py"
    file.write_text(WRONG["large numbers"], "utf-8")
    judged(file, 2)
    assert 0 < len(ran) < 60
    del ran[:]
    judged(file, 1)
    assert len(ran) > 100


@by_turns
@pytest.mark.parametrize("what", ["the process ends", "a result is kept", "every fifth call"])
def test_where_it_matters_who_calls_everything_is_run_here(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = _counted(monkeypatch)
    file = tmp_path / "mine.py"
    file.write_text(WRONG[what], "utf-8")
    judged(file, 1)
    alone = len(ran)
    del ran[:]
    judged(file, 2)
    assert len(ran) >= alone


def test_a_process_that_breaks_off_is_replaced_by_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(RIGHT, "utf-8")
    before = json.dumps(judged(file, 1))
    monkeypatch.setattr("cnnspec.run.beforehand._run_one", lambda *_: os._exit(1))
    ran = _counted(monkeypatch)
    assert json.dumps(judged(file, 2)) == before
    assert len(ran) > 100


def test_code_in_the_process_of_the_suite_is_run_here(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = _counted(monkeypatch)
    check("reference", modules=["test_relu"], processes=2)
    assert len(ran) > 100


def test_no_process_of_an_implementation_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[int, Beforehand]] = []

    def keeping(*arguments: object) -> dict[int, Beforehand]:
        seen.append(run_beforehand(*arguments))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(loop, "run_beforehand", keeping)
    pids = tmp_path / "pids"
    file = tmp_path / "mine.py"
    note = f"import os\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
    file.write_text(note + RIGHT, "utf-8")
    judged(file, 3, Limits(seconds=100))  # a call that is lost has all run here
    assert len(seen[0]) > 100
    started = {int(line) for line in pids.read_text("utf-8").split()}
    assert len(started) >= 4  # one for this process, one for each of the three
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("processes", [1, 2])
def test_the_first_failure_is_told_as_it_is_found(processes: int, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(WRONG["a number"], "utf-8")
    told: list[tuple[str, int, str]] = []
    seen: list[int] = []
    check(
        str(file),
        modules=["test_relu"],
        isolated=True,
        processes=processes,
        progress=lambda _doing, ran, _tests: seen.append(ran),
        failed=lambda requirement, said: told.append((requirement, len(seen), said)),
    )
    requirement, ran, said = told[0]
    # Of two processes the other one may be the first that finds something.
    assert requirement in ("RELU-01", "RELU-02")[:processes]
    assert ran < 10
    assert "values are wrong" in said


def _command(file: Path, written: Path, requirements: Sequence[str], *options: str) -> list[str]:
    chosen = [part for one in requirements for part in ("--requirement", one)]
    begun = [sys.executable, "-m", "cnnspec", "check", str(file), "--json", str(written)]
    return [*begun, *chosen, *options]


#: One of every so many faults, and of its requirements those that catch it first.
EVERY, FIRST = (20 if EVERYTHING else 150), 3


@by_turns
@pytest.mark.parametrize("identity", [*FAULTS][::EVERY])
def test_a_fault_has_one_report(identity: str, tmp_path: Path) -> None:
    """With answers that are kept and without, with one process and two."""
    operation = FAULTS[identity].operation
    file, written = tmp_path / "mine.py", tmp_path / "report.json"
    file.write_text(
        "from cnnspec.faults import FAULTS, shown_in\n\n"
        f"{operation} = shown_in(FAULTS[{identity!r}], {operation!r})\n",
        "utf-8",
    )
    catching = [] if EVERYTHING else caught_by()[identity][:FIRST]

    def reported(*options: str) -> str:
        written.unlink(missing_ok=True)
        done = subprocess.run(  # noqa: S603 - our own program
            _command(file, written, catching, *options),
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {VARIABLE: str(tmp_path / "kept")},
        )
        assert done.returncode in (1, 3), done.stderr
        return done.stdout + written.read_text("utf-8")

    plain = reported("--no-cache")
    assert reported("-n", "2") == plain
    assert reported() == plain
    assert reported("-n", "2") == plain


def test_processes_are_whole_numbers_above_0(capsys: pytest.CaptureFixture[str]) -> None:
    for given in ("0", "-1", "many"):
        with pytest.raises(SystemExit) as stopped:
            main(["check", "reference", "-n", given])
        assert stopped.value.code == 2
    capsys.readouterr()
