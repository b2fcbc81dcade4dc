"""Every example in the documents is executed, or checked where that would take too long."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sybil import Document
from sybil.example import SybilFailure

from cnnspec import reference
from cnnspec.declaration.operation import Operation
from cnnspec.document import listings
from cnnspec.document.listings import LISTINGS
from cnnspec.document.prose import README, in_short
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from harness_tests.documents import FOLDER, ROOT, Fences, agree, bad_command, run
from harness_tests.helpers import by_turns, implementation, spec_md

DOCUMENTS = (
    "README.md",
    "SPEC.md",
    "TUTORIAL.md",
    "PROTOCOL.md",
    "CONTRIBUTING.md",
    "docs/judging.md",
    "docs/report.md",
    "docs/ci.md",
    "docs/training.md",
)
OTHERS = ("ADAPTERS.md", "docs/gradients.md", "examples/README.md", "specimens/README.md")

pytestmark = pytest.mark.skipif(not (ROOT / "README.md").is_file(), reason="only in a checkout")


def failures(path: Path, folder: Path) -> list[str]:
    """Return what is wrong with the examples of a document."""
    document = Document.parse(str(path), Fences())
    document.namespace[FOLDER] = folder
    found = []
    for example in document.examples():
        try:
            example.evaluate()
        except SybilFailure as failure:
            found.append(str(failure))
    return found


def test_no_example_is_written_wrongly() -> None:
    assert not re.findall("^(SyntaxError|NameError).*", spec_md(), re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
@by_turns
def test_what_is_shown_is_what_happens(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert "\n\n".join(failures(ROOT / name, tmp_path)) == ""


@pytest.mark.parametrize("name", [*DOCUMENTS, *OTHERS])
def test_commands_in_the_text_can_be_given(name: str) -> None:
    commands = [" ".join(c.split()) for c in re.findall(r"`(cnnspec [^`]+)`", prose(ROOT / name))]
    assert [problem for command in commands if (problem := bad_command(command))] == []


@pytest.mark.parametrize("name", [*DOCUMENTS, *OTHERS])
def test_links_lead_somewhere(name: str) -> None:
    lost = []
    for link in re.findall(r"(?:\]\(|src=\")(?!https?:)([^)\"\s]+)[)\"]", prose(ROOT / name)):
        path, _, anchor = link.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(link)
    assert lost == []


def prose(file: Path) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", file.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(file: Path) -> set[str]:
    """Return where links into a document may lead: its headings, as GitHub writes them, and ids."""
    headings = re.findall(r"^#+ (.*)$", prose(file), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return {*plain, *re.findall(r'<a id="([^"]+)">', file.read_text("utf-8"))}


@by_turns
def test_the_message_about_wrong_arguments() -> None:
    """docs/judging.md, When arguments are passed on wrongly."""
    text = (ROOT / "docs" / "judging.md").read_text("utf-8")
    (shown,) = re.findall(
        r"^```\n(arguments or results are .*?)^```", text, re.MULTILINE | re.DOTALL
    )

    def conv2d(image: np.ndarray, filters: np.ndarray) -> np.ndarray:
        return reference.conv2d(image, filters if image.ndim == 2 else _read(filters))

    def _read(filters: np.ndarray) -> np.ndarray:
        """Take filters (K, f, f, C) for (K, C, f, f)."""
        return np.transpose(filters, (0, 2, 3, 1))

    adapter = replace(implementation(conv2d=conv2d), form="adapter")
    assert text_report(check(adapter, modules=["test_conv2d"])).startswith(shown)


def pytest_commands() -> list[str]:
    """Return the commands by which docs/ci.md runs the suite under somebody's own pytest."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8") if (ROOT / "docs").is_dir() else ""
    return re.findall(r"^ *(?:- run: )?(pytest -p cnnspec.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("command", pytest_commands())
@by_turns
def test_commands_of_pytest_can_be_given(command: str, tmp_path: Path) -> None:
    (tmp_path / "my_cnn.py").write_text("def relu(x):\n    return x\n", "utf-8")
    printed = run(f"{command} --collect-only -q -k RELU-01", tmp_path)
    assert re.search(r"\d+/\d+ tests collected", printed), printed


def test_the_set_up_is_what_ci_does() -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("## Set-up")[2].partition("## ")[0]
    done = (ROOT / ".ci" / "run").read_text("utf-8").replace('"$work/', '"').replace('"', "")
    done = done.replace("pytest -q", "pytest").replace(" -q --disable-pip-version-check", "")
    commands = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    for command in commands.replace(".venv", "venv").split("\n"):
        assert command in done.splitlines()


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        ("a\nb b\nc\n", True),
        ("a\n...\nc\n", True),
        ("a\n...\nb b\n...\nc\n", True),
        ("a\nb ...\nc\n", True),
        ("a\n\nb b\nc\n", True),
        ("a\n...\n", True),
        ("...\n", True),
        ("a\nb b\n", False),
        ("a\n...\nd\n", False),
        ("a\nb x...\nc\n", False),
        ("", False),
    ],
)
def test_what_is_left_out_may_be_anything(expected: str, same: bool) -> None:
    assert agree(expected, "a\n  b b\n\nc\n") == same


# --- the checks themselves -------------------------------------------------------------------

GOOD = """\
<!-- examples/minimal.py -->
```python
import json
...
import sys
```

Say this is `mine.py`:

```python
def relu(x):
    return x
```

```python
>>> 1 + 1
2
```

```console
$ cat mine.py
def ...
    return x
```

<!-- into mine.py -->
```python
def relu(x):
    return 2 * x
```

<!-- in mine.py: return 2 * x -->
```python
    return 3 * x
```

```console
$ cat mine.py
def relu(x):
    return 3 * x
```

```
cnnspec check mine.py --images 3
```

```
relu(x) -> the same shape
```

```json
{"a": 1}
{"b": 2}
```
"""


def test_good_examples_pass(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(GOOD, "utf-8")
    assert failures(tmp_path / "page.md", tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("import sys\n", "import syz\n"),
        (">>> 1 + 1\n2", ">>> 1 + 1\n3"),
        ("def ...\n    return x", "def ...\n    return y"),
        ("return 3 * x\n```\n\n```\ncnnspec", "return 4 * x\n```\n\n```\ncnnspec"),
        ("--images 3", "--pictures 3"),
        ("cnnspec check mine.py", "cnnspec chek mine.py"),
        ("relu(x) ->", "relu(y) ->"),
        ('{"b": 2}', '{"b": 2'),
        ("```\ncnnspec check", "```\nsomething else"),
    ],
)
def test_wrong_examples_fail(tmp_path: Path, right: str, wrong: str) -> None:
    assert GOOD.count(right) == 1
    (tmp_path / "page.md").write_text(GOOD.replace(right, wrong), "utf-8")
    assert len(failures(tmp_path / "page.md", tmp_path)) == 1


@pytest.mark.parametrize("path", LISTINGS)
def test_lists_of_operations_are_up_to_date(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    renewed = LISTINGS[path](text)
    assert text == renewed, "run: python -m cnnspec.document.listings"


def test_another_operation_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Operation(
        name="toy",
        place=99,
        chapter="TOY",
        required=("x", "slope"),
        answer=OPERATIONS["relu"].answer,
        room="toy",
    )
    monkeypatch.setitem(OPERATIONS, "toy", toy)
    monkeypatch.setattr(listings, "LAYERS", (*LAYERS, "toy"))
    monkeypatch.setattr(listings, "_CALLED", [toy])
    for path, renewed in LISTINGS.items():
        is_listed = "toy" in renewed((ROOT / path).read_text("utf-8"))
        assert is_listed == (path != README), path  # it is not of the articles
    assert in_short("toy") == "toy(x, slope)"
