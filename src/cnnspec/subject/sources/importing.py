"""Importing what is to be judged: modules, files, packages, notebooks."""

import contextlib
import importlib
import importlib.util
import sys
import types
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path

from cnnspec.cases.data import use_bundled_mnist
from cnnspec.judged import JUDGED, in_package, name_of
from cnnspec.subject.boundary import TIME_LIMIT
from cnnspec.subject.guard import OutOfTime, quiet, time_limit
from cnnspec.subject.lost_calls import LOADING_TIMES
from cnnspec.subject.sources.notebooks import SUFFIX as NOTEBOOK
from cnnspec.subject.sources.notebooks import (
    NotebookError,
    NotebookLoader,
    notebook_spec,
    without_windows,
)
from cnnspec.texts import legible


def loading_limit(call_limit: float) -> float:
    """Return the seconds that an import may take where a call may take ``call_limit``."""
    return LOADING_TIMES * call_limit


def limit_in_words(limit: float) -> str:
    """Return the limit for an import, and which option sets it."""
    return f"{limit:g} s ({LOADING_TIMES} times --time-limit)"


LOADING_LIMIT = loading_limit(TIME_LIMIT)


class LoadError(Exception):
    """The implementation cannot be found or loaded; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(legible(message))


def run_file(
    file: Path, path: str, seconds: float, notes: list[str]
) -> tuple[types.ModuleType, str]:
    """Run a file, a notebook or a package, and return it with what stopped it, if anything did."""
    spec = file_spec(file, path)
    module, problem = run(spec, path, seconds)
    if problem and spec.name not in sys.modules:
        package = in_package(file)[1][0]
        notes.append(
            f"the package {package} cannot be imported ({problem}); the file was loaded by itself"
        )
        module, problem = run(file_spec(file, path, alone=True), path, seconds)
    if isinstance(spec.loader, NotebookLoader):
        notes += spec.loader.notes
    return module, problem


def problem_of_cells(module: types.ModuleType) -> str:
    """Return what the first cell of a notebook raised that did, if none defined anything."""
    loader = module.__spec__ and module.__spec__.loader
    its_own = (
        getattr(thing, "__module__", "") == module.__name__ for thing in vars(module).values()
    )
    return loader.problem if isinstance(loader, NotebookLoader) and not any(its_own) else ""


def file_spec(file: Path, path: str, *, alone: bool = False) -> ModuleSpec:
    """Return how a file is imported, which is named by a path; if ``alone``, not in its package."""
    if not file.is_file():
        raise LoadError(f"there is no file {path}")
    if file.suffix == NOTEBOOK:
        name = name_of(file.with_name(file.name.replace(".", "_")), alone=True)
        try:
            return notebook_spec(file, name)
        except NotebookError as error:
            raise LoadError(str(error)) from error
    spec = importlib.util.spec_from_file_location(name_of(file, alone=alone), file)
    if spec is None:
        raise LoadError(f"{path} is not a Python file")
    if isinstance(spec.loader, SourceFileLoader):
        spec.loader = _AsSaved(spec.loader.name, spec.loader.path)
    return spec


class _AsSaved(SourceFileLoader):
    """Runs a file as it is: bytecode of the same second and size may be of what it was before."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def import_module(name: str, seconds: float) -> tuple[types.ModuleType, str]:
    """Import a module by name, from the current folder too."""
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(name)
    except Exception as error:
        raise LoadError(f"{name} cannot be found: {in_words(error)}") from error
    if spec is None:
        hint = f"; did you mean {name}.py?" if Path(f"{name}.py").is_file() else ""
        raise LoadError(f"there is no module {name!r}{hint}")
    if name in sys.modules:
        return sys.modules[name], ""
    return run(spec, name, seconds)


def run(spec: ModuleSpec, name: str, seconds: float) -> tuple[types.ModuleType, str]:
    """Run a module and return it with what stopped it, if anything did."""
    module = importlib.util.module_from_spec(spec)
    if spec.loader is None:
        raise LoadError(f"{name} is a folder, not a module")
    try:
        with (
            quiet(),
            _bare_arguments(spec.origin or name),
            use_bundled_mnist(),
            without_windows(),
            time_limit(seconds),
        ):
            if package := spec.name.rpartition(".")[0]:
                importlib.import_module(package)
                if spec.name in sys.modules and package != JUDGED:
                    return sys.modules[spec.name], ""  # it imports its own modules
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
    except OutOfTime:
        return module, f"importing takes longer than {limit_in_words(seconds)}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a script may raise anything
        return module, in_words(error)
    return module, ""


@contextlib.contextmanager
def _bare_arguments(program: str) -> Iterator[None]:
    """Hide this program's command line from scripts that read their own."""
    before = sys.argv
    sys.argv = [program]
    try:
        yield
    finally:
        sys.argv = before


def in_words(error: BaseException) -> str:
    """Return what stopped a module, and at which line of its own."""
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r})"
    line = ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "<module>":
            line = f" at line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{line}: {error}"
