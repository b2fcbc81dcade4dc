"""`.ci/run` fails when one of its steps does: in a copy whose tools only say what they do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parent.parent / ".ci" / "run"

pytestmark = pytest.mark.skipif(
    not RUN.is_file() or not shutil.which("git"), reason="only in a checkout"
)

#: A tool that says how it is called, and fails if that is what is to fail.
TOOL = """#!/usr/bin/env bash
echo "${0##*/} $*" >> "$CALLS"
if [[ "${0%/*}" == */oldest/bin ]]; then where=oldest; fi
[[ "$where${0##*/} $*" != $FAILS ]]
"""

#: One that makes environments, too.
PYTHON = """#!/usr/bin/env bash
mkdir -p "$3/bin"
for tool in pip pytest cnnspec ruff mypy; do cp "$TOOL" "$3/bin/$tool"; done
echo "PATH=$3/bin:\\$PATH" > "$3/bin/activate"
"""

#: What fails, as a pattern of the call.
STEPS = {
    "set-up": "pip install*test,lint*",
    "a spec test": "pytest -q",
    "the oldest versions' set-up": "oldestpip*",
    "a spec test under the oldest versions": "oldestpytest*",
    "a test of the judge": "pytest -q -n 2 harness_tests",
    "a linter": "ruff check",
    "the formatter": "ruff format*",
    "what mypy reads": "pip install*--target*",
    "mypy of the package": "mypy -p*",
    "mypy of the tests": "mypy --exclude*",
    "a survivor among the mistakes": "cnnspec kills*",
}


def ran(folder: Path, fails: str, leaves: str = "") -> tuple[int, str, str]:
    """Return the exit status of the script, what it prints, and the calls that it makes."""
    (folder / ".ci").mkdir()
    shutil.copy(RUN, folder / ".ci" / "run")
    tools = folder.with_name(f"{folder.name}-tools")
    tools.mkdir()
    for name, text in (("tool", TOOL), ("python", PYTHON)):
        (tools / name).write_text(text, "utf-8")
        (tools / name).chmod(0o755)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
        subprocess.run(["git", *identity, *command], cwd=folder, check=True)  # noqa: S603, S607
    if leaves:
        (folder / leaves).touch()
    calls = tools / "calls"
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "TOOL": str(tools / "tool"),
        "CALLS": str(calls),
        "FAILS": fails,
    }
    done = subprocess.run(
        ["bash", ".ci/run"],  # noqa: S607
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr, calls.read_text("utf-8")


def test_all_is_well_if_nothing_fails(tmp_path: Path) -> None:
    status, said, calls = ran(tmp_path, "nothing")
    assert (status, said.splitlines()[-1]) == (0, "all is well")
    for step in ("pytest -q\n", "pytest -q -n 2 harness_tests\n", "cnnspec kills --recorded\n"):
        assert calls.count(step) == 1
    assert "\n== linters\n" in said, "the other lane is heard of, too"


@pytest.mark.parametrize("step", STEPS)
def test_it_fails_with_each_of_its_steps(step: str, tmp_path: Path) -> None:
    status, said, _ = ran(tmp_path, STEPS[step])
    assert status != 0, said
    assert "all is well" not in said


def test_it_fails_if_files_are_left_behind(tmp_path: Path) -> None:
    status, said, _ = ran(tmp_path, "nothing", leaves="left.txt")
    assert status != 0
    assert "?? left.txt" in said
