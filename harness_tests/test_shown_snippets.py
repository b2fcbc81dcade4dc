"""Snippets are run before they are shown, and programs get a line for the shell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.page.page import page
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.snippets.shell_snippets import LONGEST
from cnnspec.snippets.shown_snippets import ALONE, MOST_OF_PROGRAMS, NOT_AGAIN, OF_SEVERAL, TOO_MANY
from cnnspec.subject.processes.array_messages import decode_array
from cnnspec.subject.processes.process import POSSIBLE, Limits
from harness_tests.helpers import by_turns

pytestmark = [
    pytest.mark.skipif(not POSSIBLE, reason="there are no programs on this system"),
    pytest.mark.usefixtures("undiagnosed"),
]

Json = dict[str, Any]

#: A program that speaks the protocol; what it does with ``x``, the next call's numbers, is left.
PROGRAM = """
import json, os, sys, time
calls = []
def relu(x, shape):
    calls.append(shape)
    right = [e if e > 0 or e != e else 0.0 for e in x]
    {body}
    return right
def number(n):
    return float(n)
def written(n):
    names = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    return names.get(str(n), n)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        answer = dict(type="hello", protocol=1, name="it", operations=dict(relu=[]),
                      dtypes=["float64"], arrays="numbers")
    elif message["type"] == "call":
        x = message["arguments"]["x"]
        try:
            data = relu([number(n) for n in x["data"]], tuple(x["shape"]))
            value = dict(dtype="float64", shape=x["shape"], data=[written(n) for n in data])
            answer = dict(type="result", id=message["id"], value=value)
        except ValueError as error:
            answer = dict(type="error", id=message["id"], message=str(error))
    print(json.dumps(answer), flush=True)
"""


def program(folder: Path, body: str, name: str = "it.py") -> str:
    file = folder / name
    file.write_text(PROGRAM.replace("{body}", body), "utf-8")
    return f"cmd:{sys.executable} '{file}'"


def failures(report: Json) -> dict[str, Json]:
    return {
        entry["id"]: entry["failures"][0] for entry in report["requirements"] if entry["failures"]
    }


def shell(snippet: str) -> list[Json]:
    """Run the first line of a snippet, and return what the program answers."""
    line = snippet.splitlines()[0]
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)  # noqa: S603 - it is shown
    return [json.loads(answer) for answer in done.stdout.splitlines()]


def test_a_line_for_the_shell(tmp_path: Path) -> None:
    source = program(tmp_path, "right = [abs(e) for e in x]", "it's.py".replace("'", " "))
    report = check(source, select="RELU-01 or RELU-03")
    found = failures(report)
    assert found
    for failure in found.values():
        line, expected = failure["snippet"].splitlines()
        assert line.startswith('printf \'%s\\n\' \'{"type": "hello", "protocol": 1}\' ')
        assert line.endswith(f" | {sys.executable} '{tmp_path / 'it s.py'}'")
        got = decode_array(shell(line)[-1]["value"])
        due = decode_array(json.loads(expected.removeprefix("# expected last: ")))
        assert got.shape == due.shape
        assert not np.array_equal(got, due, equal_nan=True)
    line = found["RELU-01"]["snippet"].splitlines()[0]
    assert f"        {line}" in text_report(report).splitlines()
    assert line.replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;") in page(report)


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        ("os.abort() if min(x, default=0) < 0 else 0", []),
        ("if len(x) > 90: raise ValueError('too many')", ["error"]),
        ("if min(x, default=0) < 0: print('hello')", None),
    ],
)
def test_what_does_not_return(body: str, ends: list[str] | None, tmp_path: Path) -> None:
    found = failures(check(program(tmp_path, body), select="RELU-01 or RELU-02"))
    failure = next(iter(found.values()))
    if ends is None:
        with pytest.raises(json.JSONDecodeError):
            shell(failure["snippet"])
    else:
        assert [answer["type"] for answer in shell(failure["snippet"])] == ["hello", *ends]


def test_calls_that_come_first(tmp_path: Path) -> None:
    """The second call of a shape is answered wrongly: by itself it is right."""
    source = program(tmp_path, "right = right if calls.count(shape) < 2 else [9.0 for _ in x]")
    found = failures(check(source, modules=["test_relu"]))
    texts = [failure["snippet"] for failure in found.values() if failure["snippet"]]
    assert texts
    for text in texts:
        answers = shell(text)
        assert len(answers) > 2
        assert set(decode_array(answers[-1]["value"]).ravel()) == {9.0}


def test_what_no_line_shows(tmp_path: Path) -> None:
    """It takes more calls than anybody reads."""
    report = check(
        program(tmp_path, "right = right if len(calls) < 99 else [9.0 for _ in x]"),
        modules=["test_relu"],
    )
    found = [failure for failure in failures(report).values() if "no_snippet" in failure]
    assert found
    assert all(failure["snippet"] == "" for failure in found)
    assert {failure["no_snippet"] for failure in found} <= {ALONE, OF_SEVERAL, TOO_MANY}
    assert ALONE in {failure["no_snippet"] for failure in found}
    assert ALONE in text_report(report, verbose=True)
    assert ALONE in page(report)


def test_what_does_not_come_back_is_not_run_once_more(tmp_path: Path) -> None:
    source = program(tmp_path, "time.sleep(9 if min(x, default=0) < 0 else 0)")
    report = check(source, select="RELU-01", limits=Limits(seconds=0.5))
    (failure,) = failures(report).values()
    assert failure["snippet"].splitlines()[-1] == f"{NOT_AGAIN} the call did not come back"


def test_long_lines_are_left_to_a_program_in_python(tmp_path: Path) -> None:
    source = program(tmp_path, "right = right if len(x) < 500 else x")
    found = failures(check(source, modules=["test_relu"]))
    texts = [failure["snippet"] for failure in found.values() if failure["snippet"]]
    assert texts
    for text in texts:
        assert len(text.splitlines()[0]) <= LONGEST
    (tmp_path / "long.py").write_text(texts[0], "utf-8")
    assert texts[0].startswith("import base64, zlib\nimport numpy as np\nimport base64, json")


def test_the_same_lines_each_time(tmp_path: Path) -> None:
    source = program(tmp_path, "right = right if calls.count(shape) < 2 else [9.0 for _ in x]")
    first, second = (failures(check(source, modules=["test_relu"])) for _ in range(2))
    assert {k: f["snippet"] for k, f in first.items()} == {
        k: f["snippet"] for k, f in second.items()
    }


def test_so_many_are_started(tmp_path: Path) -> None:
    log = tmp_path / "started"
    source = program(tmp_path, "return [7.0 for _ in x]")
    file = tmp_path / "it.py"
    file.write_text(
        f"with open({str(log)!r}, 'a') as file: file.write('.')\n{file.read_text('utf-8')}", "utf-8"
    )
    found = failures(check(source, modules=["test_relu"]))
    assert len(log.read_text("utf-8")) <= 1 + MOST_OF_PROGRAMS
    assert len(found) > 3


COUNTS = """
import numpy as np
calls = []
def relu(x):
    calls.append(1)
    return np.maximum(x, 0) + (len(calls) > 150)
"""


def test_a_snippet_that_shows_nothing_is_not_shown(tmp_path: Path) -> None:
    """In Python, in a process of its own or not."""
    (tmp_path / "mine.py").write_text(COUNTS, "utf-8")
    report = check(str(tmp_path / "mine.py"), modules=["test_relu"], isolated=True)
    found = failures(report).values()
    assert found
    shown = [failure["snippet"] for failure in found if failure["snippet"]]
    assert [failure for failure in found if failure.get("no_snippet") == ALONE]
    for text in shown:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        got, _, expected = done.stdout.partition("got:")[2].partition("expected:")
        assert got.split() != expected.split()


@by_turns
def test_what_cannot_be_imported_twice(tmp_path: Path) -> None:
    """The second import raises; the report says so, and shows no program."""
    (tmp_path / "mine.py").write_text(
        "from pathlib import Path\nimport numpy as np\n"
        "seen = Path(__file__).with_suffix('.seen')\n"
        "if seen.exists(): raise RuntimeError\nseen.touch()\n"
        "def relu(x):\n    return np.abs(x)\n",
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), select="RELU-01", isolated=True)
    (failure,) = failures(report).values()
    assert failure["snippet"] == ""
    assert "raises RuntimeError when it imports what is judged" in failure["no_snippet"]


def test_a_wrong_relu_in_python_is_shown(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\ndef relu(x):\n    return np.abs(x)\n", "utf-8"
    )
    report = check(str(tmp_path / "mine.py"), select="RELU-01", isolated=True)
    (failure,) = failures(report).values()
    assert "mine.relu(x)" in failure["snippet"]
    assert "no_snippet" not in failure


def test_other_wrong_numbers_show_it_too(tmp_path: Path) -> None:
    """What is read beyond an array differs from process to process, and is wrong in each."""
    (tmp_path / "mine.py").write_text(
        "import os\nimport numpy as np\n"
        "def relu(x):\n    return np.where(x < 0, os.getpid(), np.maximum(x, 0))\n",
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), select="RELU-01", isolated=True)
    (failure,) = failures(report).values()
    assert failure["snippet"]
