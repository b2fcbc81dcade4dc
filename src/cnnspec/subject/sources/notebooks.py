"""Notebooks: their code cells, run in order in one module.

Magics are left out. A cell that raises is told, and the cells behind it run all the same.
"""

import ast
import builtins
import contextlib
import importlib.util
import io
import json
import linecache
import os
import re
import sys
import tokenize
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, NoReturn

SUFFIX = ".ipynb"

#: Magics of a whole cell whose cell is Python nevertheless.
_OF_PYTHON = ("time", "timeit", "capture", "prun", "py", "python", "python3")

#: A line that only a notebook understands: a magic, a line for the shell, a question.
_MAGIC = re.compile(r"\s*(%|!|\?|[\w.]+\?{1,2}\s*$)")

#: The same on the right of an assignment.
_ASSIGNED = re.compile(r"(\s*[\w., ]+=\s*)[%!].*")

#: As many magics are told; of more, how many there are.
_TOLD = 3


class NotebookError(ValueError):
    """A file is no notebook of Python; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes
    ----------
    number : int
        Its place among the code cells, from 1.
    text : str
        Its code, in whose lines magics stand for nothing.
    magics : tuple of str
        What was left out.
    """

    number: int
    text: str
    magics: tuple[str, ...] = ()


def cells_of(file: Path) -> list[Cell]:
    """Return the code cells of a notebook.

    Raises
    ------
    NotebookError
        If it is none, or none of Python.
    """
    try:
        notebook = json.loads(file.read_text("utf-8"))
        found = notebook.get("cells")
        if found is None:  # as notebooks were until 2015
            found = [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        sources = [
            cell.get("source", cell.get("input", ""))
            for cell in found
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(f"{file.name} is no notebook") from error
    language = str(notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python"))
    if language.lower() not in ("python", "python3", ""):
        raise NotebookError(f"{file.name} is a notebook of {language}, not of Python")
    return [
        _cell(number, source if isinstance(source, str) else "".join(source))
        for number, source in enumerate(sources, 1)
    ]


def _cell(number: int, source: str) -> Cell:
    """Return a cell without its magics; a cell that is Python as it stands has none."""
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(source)
        return Cell(number, source)
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].split(" ")[0] not in _OF_PYTHON:
        return Cell(number, "", (first,))
    kept: list[str] = []
    magics: list[str] = []
    goes_on = False  # a magic over several lines
    for line in lines:
        if goes_on or (_MAGIC.match(line) and not _is_open(kept)):
            magics += [] if goes_on else [line.strip()]
            goes_on = line.endswith("\\")
            kept.append(re.match(r"\s*", line)[0] + "pass")  # type: ignore[index] # it matches
        elif (assigned := _ASSIGNED.fullmatch(line)) and not _is_open(kept):
            magics.append(line.strip())
            kept.append(f"{assigned[1]}None")
        else:
            kept.append(line)
    return Cell(number, "\n".join(kept) + "\n", tuple(magics))


def _is_open(lines: Sequence[str]) -> bool:
    """Return whether a text or a bracket that begins in these lines has not ended."""
    if lines and lines[-1].endswith("\\"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            pass
    except tokenize.TokenError:
        return True
    except SyntaxError:  # which is told when the cell runs
        return False
    return False


class NotebookLoader(Loader):
    """Runs the cells of a notebook as a module.

    Attributes
    ----------
    notes : list of str
        What was left out, and which cells raised.
    problem : str
        What the first cell raised that did, "" for none.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._cells = cells_of(file)
        self.notes: list[str] = []
        self.problem = ""

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run all cells; one that raises ends itself only."""
        self.notes, self.problem = [*self._left_out()], ""
        names = vars(module)
        names["__file__"] = str(self._file)
        names["__builtins__"] = {**vars(builtins), **_OF_NOTEBOOKS}
        for cell in self._cells:
            try:
                exec(self._compiled(cell), names)  # noqa: S102 - what is judged
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a cell may raise anything
                said = f"cell {cell.number}{_line_of(error, self._name_of(cell))}"
                said += f" raises {type(error).__name__}: {error}"
                self.problem = self.problem or said
                self.notes.append(f"{said}; what was defined before it and after it is judged")

    def _left_out(self) -> Iterator[str]:
        magics = [f"cell {cell.number}: {one}" for cell in self._cells for one in cell.magics]
        if magics:
            more = f" and {len(magics) - _TOLD} more" if len(magics) > _TOLD else ""
            yield f"left out, as they are no Python: {'; '.join(magics[:_TOLD])}{more}"

    def _name_of(self, cell: Cell) -> str:
        """Return what stands for the file in traces."""
        return f"{self._file}, cell {cell.number}"

    def _compiled(self, cell: Cell) -> types.CodeType:
        name = self._name_of(cell)
        lines = cell.text.splitlines(keepends=True)
        linecache.cache[name] = (len(cell.text), None, lines, name)  # for traces
        return compile(cell.text, name, "exec", dont_inherit=True)


def _line_of(error: BaseException, name: str) -> str:
    """Return in words at which line of a cell it was left, "" where that is not known."""
    if isinstance(error, SyntaxError) and error.filename == name:
        return f", line {error.lineno},"
    line, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = f", line {trace.tb_lineno},"
            break
        trace = trace.tb_next
    return line


def _input(_prompt: object = "") -> NoReturn:
    raise EOFError("nobody is there to answer input()")


class _Shell:
    """Stands for the shell of a notebook, and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return _ignored


def _ignored(*_arguments: object, **_options: object) -> None:
    """Do nothing: there is nobody to show it to."""


#: What code of a notebook finds there, beside what is built into Python.
_OF_NOTEBOOKS = {"input": _input, "display": _ignored, "get_ipython": _Shell}


@contextlib.contextmanager
def without_windows() -> Iterator[None]:
    """Let Matplotlib, if it is imported meanwhile, draw into memory: a window would wait."""
    variable = "MPLBACKEND"
    before = os.environ.get(variable)
    os.environ[variable] = "agg"
    try:
        yield
    finally:
        os.environ.pop(variable, None)
        if before is not None:
            os.environ[variable] = before


def notebook_spec(file: Path, name: str) -> ModuleSpec:
    """Return how a notebook is imported under a name.

    Raises
    ------
    NotebookError
        If it is no notebook of Python.
    """
    spec = importlib.util.spec_from_file_location(name, file, loader=NotebookLoader(file))
    assert spec is not None
    return spec


def import_notebook(path: str | os.PathLike[str]) -> types.ModuleType:
    """Return a notebook as a module: what its code cells define.

    Parameters
    ----------
    path : path
        Of an ``.ipynb`` file; files beside it can be imported by its cells.

    Raises
    ------
    NotebookError
        If it is no notebook of Python.
    """
    file = Path(path).resolve()
    spec = notebook_spec(file, re.sub(r"\W", "_", file.stem))
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    with without_windows():
        spec.loader.exec_module(module)
    return module
