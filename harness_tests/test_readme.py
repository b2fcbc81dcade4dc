"""README.md is short, and the report that docs/report.md shows is what is printed."""

import re
from pathlib import Path

import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.commands.line import main
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
REPORT = ROOT / "docs" / "report.md"

#: Lines of README.md: what is longer is not read.
LONGEST = 250

pytestmark = pytest.mark.skipif(not README.is_file(), reason="only in a checkout")


def test_readme_is_short() -> None:
    assert README.read_text("utf-8").count("\n") <= LONGEST


@by_turns
def test_the_first_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = REPORT.read_text("utf-8")
    code = re.search(r"```python\n(import numpy.*?)```", text, re.DOTALL)
    shown = re.search(r"really printed\. -->\n```\n(.*?)```", text, re.DOTALL)
    assert code
    assert shown
    (tmp_path / "my_cnn.py").write_text(code[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "my_cnn.py"]) == 1
    first, last = _of_any_state(shown[1]).split("...\n")
    printed = _of_any_state(capsys.readouterr().out)
    assert printed.startswith(first)
    assert printed.endswith(last)


@by_turns
def test_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = REPORT.read_text("utf-8")
    code = re.search(r"```python\n(import numpy.*?)```", text, re.DOTALL)
    shown = re.search(r"```\n( *measured by calls.*?)```", text, re.DOTALL)
    assert code
    assert shown
    (tmp_path / "my_cnn.py").write_text(code[1], "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "my_cnn.py", "--requirement", "CONV-01", "--verbose"]) == 1
    assert shown[1] in capsys.readouterr().out


def _of_any_state(text: str) -> str:
    """Return a report without the hash, which changes with every change of a spec test."""
    return re.sub(r"(?<=specification )[0-9a-f]{16}", "", text)


def test_sections_that_requirements_name() -> None:
    headings = set(re.findall(r"^#+ (.*)$", README.read_text("utf-8"), re.MULTILINE))
    named = {
        section
        for requirement in requirements().values()
        for section in re.findall(r"README, ([A-Z][a-z ]+)", requirement.source)
    }
    assert named
    assert named <= headings
