"""How a snippet imports what is judged, and in which folder it is to be run."""

import re
import shlex
from pathlib import Path

from cnnspec.adapters import ADAPTERS
from cnnspec.judged import file_of, in_package
from cnnspec.subject.boundary import PROMPT, Implementation
from cnnspec.subject.processes.program import PROGRAM
from cnnspec.subject.processes.program_snippet import talk
from cnnspec.subject.sources.notebooks import SUFFIX as NOTEBOOK


def imported(implementation: Implementation) -> str:
    """Return what is imported: the module itself, where calls are made by the names in it."""
    source = implementation.source
    if not implementation.bindings:
        return source
    if source.startswith(PROMPT):
        code = source.removeprefix(PROMPT)
        return source if "=" in code else f"{PROMPT}{code}={code}"
    file = _FILE.fullmatch(source)
    return file[1] if file else source.partition(":")[0]


def imports(source: str) -> list[str]:
    """Return the lines that make the implementation known as ``mine``."""
    if source.startswith(PROGRAM):
        return talk(shlex.split(source.removeprefix(PROGRAM)))
    if source.startswith(PROMPT):
        return _handed_over(source.removeprefix(PROMPT))
    target, name = _target_of(source)
    if target in ADAPTERS:
        target, name = f"cnnspec.adapters.{target}", name or "adapter"
    path = Path(target)
    first, *rest = name.split(".")
    made = ".".join(["mine", *rest])
    instance = [f"mine = {made}() if isinstance({made}, type) else {made}"] if name else []
    attribute = f".{first}" if name else ""
    if path.suffix == NOTEBOOK:
        read = f"cnnspec.import_notebook({path.name!r})".replace("'", '"')
        where = f"# run this in the folder of {path.name}"
        return ["import cnnspec", where, f"mine = {read}{attribute}", *instance]
    parts = _parts_of(target)
    if path.suffix == ".py" and len(parts) == 1 and not path.stem.isidentifier():
        read = f"types.SimpleNamespace(**runpy.run_path({path.name!r}))"
        return [
            "import runpy, types",
            f"# run this in the folder of {path.name}",
            f"mine = {read}{attribute}",
            *instance,
        ]
    module = ".".join(parts) or target
    plainly = f"import {module}" if module == "mine" else f"import {module} as mine"
    how = f"from {module} import {first} as mine" if name else plainly
    return [*_where(target), how, *instance]


def _handed_over(code: str) -> list[str]:
    """Return the lines that make ``mine`` of what was handed over by name."""
    where = "# run this where cnnspec.check was called"
    if "=" in code:
        return ["import types", where, f"mine = types.SimpleNamespace({code})"]
    return [where, f"mine = {code}() if isinstance({code}, type) else {code}"]


#: A file, or the folder of a package, and what is named in it.
_FILE = re.compile(r"(.*(?:\.py|\.ipynb|[/\\]))(?::([\w.]+))?")


def _target_of(source: str) -> tuple[str, str]:
    """Return what is loaded, and the object in it that is judged, "" if it is all of it."""
    if found := _FILE.fullmatch(source):
        return found[1], found[2] or ""
    target, _, name = source.partition(":")
    return ("cnnspec.reference" if target == "reference" else target), name


def _parts_of(target: str) -> tuple[str, ...]:
    """Return the parts of the name under which a file is imported; () for what is none."""
    if not _FILE.fullmatch(target):
        return ()
    return in_package(file_of(Path(target).resolve()))[1]


def _where(target: str) -> list[str]:
    """Return where a snippet is to be run, if that matters, as a comment."""
    parts = _parts_of(target)
    if not parts:
        return []
    is_part = len(parts) > 1 or not target.endswith(".py")
    where = f"that holds {parts[0]}" if is_part else f"of {Path(target).name}"
    return [f"# run this in the folder {where}"]


def folder_of(source: str) -> str:
    """Return the folder in which a snippet is to be run, "" where it does not matter."""
    target, _ = _target_of(source)
    if source.startswith((PROGRAM, PROMPT)) or not _FILE.fullmatch(target):
        return ""
    file = Path(target).resolve()
    if file.suffix == NOTEBOOK:
        return str(file.parent)
    return str(in_package(file_of(file))[0])
