"""An operation, and a keyword, that nobody has: they touch files of their stem and no other.

The files of `toy/operation/` are added to a copy of the checkout, which is then used as any
other; `toy/keyword.patch` is what one keyword more changes.
"""

import ast
import filecmp
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnnspec.operations.registry import OPERATIONS
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent
TOY = Path(__file__).parent / "toy" / "operation"
KEYWORD = TOY.with_name("keyword.patch")
STEM = "twofold"

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").is_file(), reason="only in a checkout"
)

#: What a command of the README writes anew when an operation is added.
GENERATED = {"README.md", "docs/family.md", "PROTOCOL.md"} | {
    f"src/cnnspec/{name}.schema.json" for name in ("protocol", "report")
}

#: What is installed.
PARTS = (
    "src",
    "reference",
    "faults",
    "fixtures",
    "spec_tests",
    "docs",
    "pyproject.toml",
    "setup.py",
)


#: The files of the toy operation, from the root of a checkout.
FILES = sorted(
    str(file.relative_to(TOY)) for file in TOY.rglob("*.*") if "__pycache__" not in file.parts
)


class House:
    """A copy of the checkout with a toy, and what is installed of it."""

    def __init__(self, folder: Path, patch: Path | None = None) -> None:
        self.tree, self.site, self.work = folder / "tree", folder / "site", folder / "work"
        self.work.mkdir()
        tracked = _git("ls-files", "--cached", "--others", "--exclude-standard", *PARTS, *GENERATED)
        for name in (*tracked, "LICENSE"):
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.tree / name)
        shutil.copytree(TOY, self.tree, dirs_exist_ok=True)
        if patch:
            _git("apply", str(patch), cwd=self.tree)
        self._install()
        listed = self.run("-m", "cnnspec.document.listings", cwd=self.tree)
        assert listed.returncode == 0, listed.stderr
        self._install()  # the schemas, too

    def _install(self) -> None:
        """Install over what is there: what has not changed need not be compiled again."""
        shutil.copytree(self.tree / "src" / "cnnspec", self.site / "cnnspec", dirs_exist_ok=True)
        for part in PARTS[1:-2]:
            to = self.site / "cnnspec" / part
            shutil.copytree(self.tree / part, to, dirs_exist_ok=True)

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy's cnnspec."""
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd or self.work,
            env={"PYTHONPATH": str(self.site), "PATH": "", "OPENBLAS_NUM_THREADS": "1"},
        )

    def cnnspec(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the copy."""
        return self.run("-m", "cnnspec", *arguments)

    def check(self, code: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Judge a file."""
        (self.work / "mine.py").write_text(code, "utf-8")
        return self.cnnspec("check", "mine.py", *options)


def _git(*arguments: str, cwd: Path = ROOT) -> list[str]:
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("operation"))


@pytest.fixture(scope="module")
def keyword(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("keyword"), KEYWORD)


RIGHT = "def twofold(x):\n    return x + x\n"
SQUARED = "def twofold(x):\n    return x * x\n"


def test_an_operation_is_seven_files_of_one_stem(operation: House) -> None:
    print(*FILES, sep="\n")  # noqa: T201
    assert len(FILES) <= 7
    assert {Path(name).stem.removeprefix("test_") for name in FILES} == {STEM}
    changed = {
        name
        for name in _git("ls-files", *PARTS, *GENERATED)
        if not filecmp.cmp(ROOT / name, operation.tree / name, shallow=False)
    }
    assert changed <= GENERATED


def test_a_keyword_touches_files_of_its_operation() -> None:
    touched = re.findall(r"^\+\+\+ b/(.*)$", KEYWORD.read_text("utf-8"), re.MULTILINE)
    print(*touched, sep="\n")  # noqa: T201
    assert touched
    assert set(touched) <= set(FILES)


@by_turns
def test_a_toy_is_judged(operation: House) -> None:
    done = operation.check(RIGHT, "--json", "right.json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((operation.work / "right.json").read_text("utf-8"))
    assert report["operations"]["twofold"]["verdict"] == "conforms"
    wrong = operation.check(SQUARED, "--html", "page.html", "--junit", "junit.xml")
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    assert wrong.stdout.startswith("twofold: elements are squared, not doubled")
    assert "to mend it: multiply by 2, not by x" in wrong.stdout
    assert "TWO-01 failed (MUST)" in wrong.stdout


@by_turns
def test_a_toy_that_is_wrong_shows_its_curve(operation: House) -> None:
    told = operation.check(SQUARED, "--verbose", "--json", "wrong.json").stdout
    assert "measured by calls of twofold(x=float64[41]), beside what is due" in told
    report = json.loads((operation.work / "wrong.json").read_text("utf-8"))
    (measured,) = report["operations"]["twofold"]["measured"]
    assert measured["points"][0] == [-8.0, -16.0, 64.0]


@by_turns
def test_the_reference_offers_a_toy(operation: House) -> None:
    done = operation.cnnspec("check", "--requirement", "TWO-01")
    assert "passed: 1 requirement (TWO 1)" in done.stdout, done.stdout + done.stderr


@by_turns
def test_a_toy_is_explained(operation: House) -> None:
    for name, words in {
        "TWO-01": "twice the element in its place",
        "twofold-once": "add x to itself",
    }.items():
        done = operation.cnnspec("explain", name)
        assert done.returncode == 0, done.stderr
        assert words in done.stdout


@by_turns
def test_a_toy_is_started_from(operation: House) -> None:
    done = operation.cnnspec("init", "start.py")
    assert done.returncode == 0, done.stderr
    assert "def twofold(x" in (operation.work / "start.py").read_text("utf-8")
    assert operation.cnnspec("init", "start.rs", "--language", "rust").returncode == 0
    assert "fn twofold(x: &Array)" in (operation.work / "start.rs").read_text("utf-8")


@by_turns
def test_a_toy_is_in_the_specification(operation: House) -> None:
    done = operation.cnnspec("spec")
    assert done.returncode == 0, done.stderr
    assert "## twofold: a toy" in done.stdout
    assert "### TWO-01 (MUST)" in done.stdout
    family = (operation.tree / "docs" / "family.md").read_text("utf-8")
    assert "twofold(x) -> the same shape" in family


@by_turns
def test_mistakes_of_a_toy_are_killed(operation: House) -> None:
    done = operation.cnnspec("kills", "--of", "twofold", "--processes", "1")
    assert "twofold-squared" in done.stdout
    assert done.returncode == 0, done.stderr


@by_turns
def test_a_keyword_of_a_toy_is_judged(keyword: House) -> None:
    right = "def twofold(x, times=1):\n    return x * x.dtype.type(2**times)\n"
    done = keyword.check(right)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = keyword.check("def twofold(x, times=1):\n    return x + x\n")
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("twofold: the keyword times is ignored")
    assert "no such parameter: twofold 'times'" in keyword.check(RIGHT).stdout


# --- nothing outside the rooms knows an operation --------------------------------------------

#: Strings that are an operation's name or a parameter's, and mean something else.
OTHERWISE = {
    "bindings/gradients/names.py": (
        {"weights", "bias"},
        "words that stand beside names of gradients and say nothing of an operation",
    ),
    "cases/sequences.py": ({"x"}, "joins the sizes in a case's id, 3x4"),
    "commands/line.py": ({"network"}, "the command"),
    "commands/network_parser.py": ({"network"}, "the command"),
    "declaration/answer.py": ({"mean"}, "what a sum over a batch may be divided into"),
    "diagnosis/conclusions.py": ({"offset"}, "the name of a pattern"),
    "diagnosis/shape_patterns.py": ({"image"}, "one index of a batch's axis, in words"),
    "diagnosis/value_patterns.py": (
        {"image", "offset"},
        "one index of a batch's axis, in words; the name of a pattern",
    ),
    "document/errata.py": ({"x"}, "the letter in 4x4"),
    "document/floors.py": ({"network"}, "the floor"),
    "document/starters.py": ({"x"}, "a mode of opening files"),
    "document/wrappers.py": ({"x"}, "a mode of opening files"),
    "experiments/observations.py": ({"image"}, "one index of a batch's axis, in words"),
    "page/badge.py": ({"x"}, "a place in a drawing"),
    "page/heat_maps.py": ({"x", "size", "label"}, "places, sizes and labels in a drawing"),
    "page/page.py": ({"network", "groups"}, "the id of a section, and groups of requirements"),
    "page/plots.py": ({"x", "label"}, "places and labels in a drawing"),
    "report/entries.py": ({"size"}, "how many elements the inputs have"),
    "report/exhibits.py": ({"size"}, "rows and columns of a panel"),
    "report/grids.py": ({"size"}, "rows and columns of a panel"),
    "report/headline.py": ({"size"}, "how many elements the inputs have"),
    "report/verdict.py": ({"size"}, "how many elements the inputs have"),
    "run/certificate.py": ({"image", "probabilities"}, "a counted thing; a stage of a trace"),
    "kills/dialects.py": ({"padding"}, "a keyword in somebody's own code"),
    "kills/kill_matrix.py": ({"x"}, "the mark in the table"),
    "simulation/curves.py": ({"x"}, "what a curve is computed of"),
    "simulation/slopes.py": ({"x", "slope"}, "what gradients of each number are called with"),
    "simulation/windows.py": ({"mean"}, "a way of continuing an image"),
}

#: What comes in has one name in all gradients.
INCOMING = "grad"

#: The floors that know operations by their names.
AT_HOME = ("operations", "adapters", "network")


def test_no_operation_is_named_outside_its_room() -> None:
    names = {*OPERATIONS}.union(
        *((*one.required, *one.optional) for one in OPERATIONS.values()),
    ) - {INCOMING}
    house = ROOT / "src" / "cnnspec"
    found: dict[str, set[str]] = {}
    for file in sorted(house.rglob("*.py")):
        name = str(file.relative_to(house))
        strings = {
            node.value
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        if strings & names and not name.startswith(AT_HOME):
            found[name] = strings & names
    assert found == {name: allowed for name, (allowed, _) in OTHERWISE.items()}
