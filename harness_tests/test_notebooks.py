"""Judging notebooks, and folders that are packages."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.commands.line import main
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.snippets.imports import folder_of, imports
from cnnspec.subject.outcomes import Rejected, Result
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from cnnspec.subject.sources.notebooks import cells_of, import_notebook
from harness_tests.helpers import by_turns


def notebook(folder: Path, *cells: str | Sequence[str], name: str = "lesson.ipynb") -> Path:
    """Write a notebook of code cells, with a cell of text before each."""
    written: list[dict[str, Any]] = []
    for cell in cells:
        written.append({"cell_type": "markdown", "metadata": {}, "source": ["# %matplotlib"]})
        written.append({"cell_type": "code", "metadata": {}, "outputs": [], "source": cell})
    file = folder / name
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(json.dumps({"cells": written, "metadata": {}, "nbformat": 4}), "utf-8")
    return file


def relu_of(source: object, x: Sequence[float] = (-1.0, 2.0)) -> Any:
    outcome = load(str(source)).call("relu", {"x": np.array(x)})
    assert isinstance(outcome, Result), outcome
    return outcome.value.tolist()


IMPORTS = ["import numpy as np\n", "%matplotlib inline\n", "!pip install numpy"]
RELU = "def relu(x):\n    return np.maximum(x, 0)\n"


def test_cells_are_one_module(tmp_path: Path) -> None:
    file = notebook(tmp_path, IMPORTS, "def relu(x):\n    return x", RELU, "relu(np.ones(3))")
    implementation = load(str(file))
    assert implementation.offers.keys() == {"relu"}
    assert relu_of(file) == [0, 2]
    (note,) = implementation.notes
    assert note == (
        "left out, as they are no Python: cell 1: %matplotlib inline; cell 1: !pip install numpy"
    )


def test_a_cell_that_raises_ends_itself_only(tmp_path: Path) -> None:
    after = "def helper():\n    return 0"
    file = notebook(tmp_path, IMPORTS[0], [RELU, "\n", "1 / 0\n", "relu = None"], "x = (", after)
    implementation = load(str(file))
    assert relu_of(file) == [0, 2]
    first, second = implementation.notes
    assert first == (
        "cell 2, line 4, raises ZeroDivisionError: division by zero;"
        " what was defined before it and after it is judged"
    )
    assert second.startswith("cell 3, line 1, raises SyntaxError: '(' was never closed")


@pytest.mark.parametrize(
    ("source", "text", "magics"),
    [
        ("x = (5\n  % 3)\n", "x = (5\n  % 3)\n", []),
        ("s = '''\n%x\n!y'''\n%time z\n", "s = '''\n%x\n!y'''\npass\n", ["%time z"]),
        ("if x:\n    !ls \\\n    -l\n", "if x:\n    pass\n    pass\n", ["!ls \\"]),
        ("files = !ls\n", "files = None\n", ["files = !ls"]),
        ("np.dot?\n?np\n", "pass\npass\n", ["np.dot?", "?np"]),
        ("%%time\nx = 1\n", "pass\nx = 1\n", ["%%time"]),
        ("%%bash\nls\n", "", ["%%bash"]),
        ("x = (1\n%pylab\n)\n%cd", "x = (1\n%pylab\n)\npass\n", ["%cd"]),
    ],
)
def test_magics_are_left_out(tmp_path: Path, source: str, text: str, magics: list[str]) -> None:
    (cell,) = cells_of(notebook(tmp_path, source))
    assert (cell.text, [*cell.magics]) == (text, magics)


def test_nothing_waits(tmp_path: Path) -> None:
    cells = [
        "import numpy as np\ndisplay(np.ones(3))\nget_ipython().run_line_magic('time', '')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n" + RELU,
        "name = input('your name? ')",
    ]
    implementation = load(str(notebook(tmp_path, *cells)))
    (note,) = implementation.notes
    assert note.startswith("cell 3, line 1, raises EOFError: nobody is there")
    assert implementation.offers.keys() == {"relu"}


def test_a_trace_names_cell_and_line(tmp_path: Path) -> None:
    refusing = "import numpy as np\n\ndef relu(x):\n    raise ValueError('no')\n"
    outcome = load(str(notebook(tmp_path, "1", refusing))).call("relu", {"x": np.ones(3)})
    assert isinstance(outcome, Rejected)
    assert outcome.place == "lesson.ipynb, cell 2, line 4"
    assert outcome.is_said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nonsense", "lesson.ipynb is no notebook"),
        ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "of R, not of Python"),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "lesson.ipynb"
    file.write_text(content, "utf-8")
    with pytest.raises(LoadError, match=said):
        load(str(file))


def test_a_notebook_that_cannot_begin_says_why(tmp_path: Path) -> None:
    file = notebook(tmp_path, "import no_such_package_at_all\n" + RELU)
    with pytest.raises(LoadError, match="cell 1, line 1, raises ModuleNotFoundError"):
        load(str(file))


def test_a_failing_cell_is_not_why_nothing_is_found(tmp_path: Path) -> None:
    file = notebook(tmp_path, "def helper():\n    return 0", "1 / 0")
    first, second, *_ = load(str(file)).notes
    assert first.startswith("cell 2, line 1, raises ZeroDivisionError")
    assert second.startswith("nothing was found")


def test_a_notebook_beside_a_module_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import numpy as np\n" + RELU, "utf-8")
    file = notebook(tmp_path, "from layers import *", name="layers.ipynb")
    assert relu_of(file) == [0, 2]


def test_an_object_in_a_notebook(tmp_path: Path) -> None:
    file = notebook(tmp_path, IMPORTS[0] + "class Net:\n    def relu(self, x): return x * (x > 0)")
    assert relu_of(f"{file}:Net") == [0, 2]


def test_a_notebook_can_be_imported(tmp_path: Path) -> None:
    assert import_notebook(notebook(tmp_path, IMPORTS, RELU)).relu(np.array([-1, 2])).tolist() == [
        0,
        2,
    ]


@by_turns
def test_a_failure_of_a_notebook_shows_itself(tmp_path: Path) -> None:
    wrong = "def relu(x):\n    return abs(np.asarray(x))\n"
    file = notebook(tmp_path, [*IMPORTS[:1], wrong])
    report = check(str(file), isolated=True)
    assert report["verdict"] == "does not conform"
    failure = next(entry["failures"][0] for entry in report["requirements"] if entry["failures"])
    assert 'mine = cnnspec.import_notebook("lesson.ipynb")' in failure["snippet"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", failure["snippet"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "got: " in done.stdout, done.stderr
    assert "lesson.ipynb" in text_report(report)


# --- packages --------------------------------------------------------------------------------


def package(folder: Path, name: str = "my_layers") -> Path:
    """Write a package whose modules import each other, and return its folder."""
    files = {
        f"{name}/__init__.py": "from .activations import relu\n",
        f"{name}/activations.py": "from .deep.numbers import np\n" + RELU,
        f"{name}/deep/__init__.py": "",
        f"{name}/deep/numbers.py": "import numpy as np\n",
        f"{name}/deep/again.py": "from ..activations import relu as relu\n",
    }
    for file, text in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    return folder / name


@pytest.mark.parametrize("inside", ["", "/", "/__init__.py", "/activations.py", "/deep/again.py"])
@pytest.mark.parametrize("isolated", [False, True], ids=["here", "isolated"])
@pytest.mark.parametrize("name", ["my_layers", "code"])
def test_a_package_is_judged(
    tmp_path: Path, inside: str, isolated: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    from cnnspec.subject.processes.source import open_implementation  # noqa: PLC0415

    source = f"{package(tmp_path, name)}{inside}"
    implementation = open_implementation(source, isolated=isolated)
    try:
        assert implementation.offers.keys() == {"relu"}
        assert implementation.notes == []
        for one in (implementation, implementation.fresh_copy()):
            assert one is not None
            outcome = one.call("relu", {"x": np.array([-1.0, 2.0])})
            assert isinstance(outcome, Result), outcome
            assert outcome.value.tolist() == [0, 2]
    finally:
        implementation.close()


def test_a_package_that_fails_leaves_its_file(tmp_path: Path) -> None:
    folder = package(tmp_path, "broken_layers")
    (folder / "__init__.py").write_text("1 / 0\n", "utf-8")
    (folder / "alone.py").write_text("import numpy as np\n" + RELU, "utf-8")
    implementation = load(str(folder / "alone.py"))
    assert implementation.offers.keys() == {"relu"}
    (note,) = implementation.notes
    assert note.startswith("the package broken_layers cannot be imported (ZeroDivisionError")


def test_snippets_import_from_a_package(tmp_path: Path) -> None:
    folder = package(tmp_path)
    for inside, module in {
        "/": "my_layers",
        "/activations.py": "my_layers.activations",
        "/deep/again.py": "my_layers.deep.again",
    }.items():
        source = f"{folder}{inside}"
        assert folder_of(source) == str(tmp_path)
        where, how = imports(source)
        assert where == "# run this in the folder that holds my_layers"
        assert how == f"import {module} as mine"


def test_a_notebook_is_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = notebook(tmp_path, RELU).read_text("utf-8")
    assert main(["check", "lesson.ipynb", "--json", "lesson.ipynb"]) == 2
    assert "it is a notebook, perhaps the one that is judged" in capsys.readouterr().err
    assert (tmp_path / "lesson.ipynb").read_text("utf-8") == before
