"""The names under which judged files are imported, also by the processes that they start.

In a process of its own a file has its own name, as it would have without the suite. A file whose
name belongs to another module, and every file in a process that it shares with others, is
``cnnspec.judged.NAME``: this module is a package whose folders are those of judged files. Child
processes find these folders in the environment.
"""

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from cnnspec.subject.guard import ISOLATED

#: What the names of files begin with that share a process.
JUDGED = __name__

_INIT = "__init__.py"

_VARIABLE = "CNNSPEC_JUDGED_FOLDERS"

__path__ = [folder for folder in os.environ.get(_VARIABLE, "").split(os.pathsep) if folder]


def in_package(file: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the folder from which a file can be imported, and the parts of its name there.

    A file in a folder with ``__init__.py`` is part of a package, whose topmost such folder lies in
    the one that is returned; ``__init__.py`` itself has the folder's name.
    """
    folder = file.parent
    names = (file.stem,)
    while (folder / _INIT).is_file() and folder.name.isidentifier():
        names = (folder.name, *(() if names == (_INIT.removesuffix(".py"),) else names))
        folder = folder.parent
    return folder, names


def file_of(path: Path) -> Path:
    """Return the file that is loaded for a path: of a folder, that of its package."""
    return path / _INIT if path.is_dir() else path


def home_of(file: Path) -> Path:
    """Return the folder of the modules that are loaded anew with a file: its package, if any."""
    folder, names = in_package(file)
    return folder / names[0] if (folder / names[0]).is_dir() else folder


def name_of(file: Path, *, alone: bool = False) -> str:
    """Return the name for a judged file, and let it and the files beside it be imported.

    Files beside it come first, as for every script; but not where the file itself would then
    stand in for another module. A file of a package is named as part of it, unless ``alone``.
    """
    root, names = (file.parent, (file.stem,)) if alone else in_package(file)
    folder = str(root)
    is_taken = _is_taken(names[0], folder)
    if is_taken and ISOLATED.is_set():
        sys.path[:] = _elsewhere(folder)
    if folder not in sys.path:
        sys.path.insert(len(sys.path) if is_taken else 0, folder)
    if ISOLATED.is_set() and not is_taken:
        return ".".join(names)
    if folder not in __path__:
        __path__.insert(0, folder)
        os.environ[_VARIABLE] = os.pathsep.join(__path__)
    if len(names) > 1 or file.name == _INIT:
        _forget(f"{__name__}.{names[0]}")
    return ".".join([__name__, *(name.replace(".", "_") for name in names)])


def _forget(package: str) -> None:
    """Let a package be imported anew: another of its name may have been judged before."""
    for name in [*sys.modules]:
        if f"{name}.".startswith(f"{package}."):
            del sys.modules[name]


def _is_taken(name: str, folder: str) -> bool:
    """Return whether another module has a name, or none can have it."""
    if "." in name or name in sys.modules or name in sys.stdlib_module_names:
        return True
    spec = PathFinder.find_spec(name, _elsewhere(folder))
    return spec is not None and spec.loader is not None  # a mere folder gives way to a file


def _elsewhere(folder: str) -> list[str]:
    """Return where modules are looked for, but for one folder."""
    return [entry for entry in sys.path if Path(entry).resolve() != Path(folder)]
