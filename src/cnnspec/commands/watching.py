"""``cnnspec check --watch``: what is judged is judged again when it is saved."""

import shlex
import shutil
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from cnnspec.subject.processes.program import PROGRAM

#: Seconds between two looks at the files.
EVERY = 0.2

#: What is looked at in a folder.
_SUFFIXES = (".py", ".ipynb", ".toml")

Stamps = dict[Path, tuple[int, int]]


def watched(source: str, check: Callable[[], int]) -> int:
    """Check now and whenever a file is saved; return the last exit status when interrupted."""
    while True:
        before = stamps(source)
        status = check()
        try:
            print(f"cnnspec: waiting for {source} to be saved", file=sys.stderr, flush=True)
            _wait(source, before)
        except KeyboardInterrupt:
            return status


def _wait(source: str, before: Stamps) -> None:
    """Return once the files are others than before, and no longer being written."""
    now = before
    while now == before or now != stamps(source):
        now = stamps(source)
        time.sleep(EVERY)


def stamps(source: str) -> Stamps:
    """Return when the files that ``source`` is made of were written, and how long they are."""
    found: Stamps = {}
    for file in _files(source):
        try:
            now = file.stat()
        except OSError:  # it is being written anew
            continue
        found[file] = (now.st_mtime_ns, now.st_size)
    return found


def _files(source: str) -> list[Path]:
    """Return the files of a program; of Python code those beside it, which it may import."""
    if source.startswith(PROGRAM):
        words = shlex.split(source.removeprefix(PROGRAM))
        program = shutil.which(words[0]) if words else None
        return [Path(word) for word in [*([program] if program else []), *words[1:]]]
    path = _path(source.partition(":")[0])
    if path is None:
        return []
    inside = path.rglob("*") if path.is_dir() else path.parent.glob("*")
    return sorted({path, *(file for file in inside if file.suffix in _SUFFIXES)})


def _path(name: str) -> Path | None:
    """Return the file or folder of a name, ``None`` where there is none; nothing is imported."""
    path = Path(name)
    if path.exists() or path.suffix in _SUFFIXES:
        return path
    package = name.partition(".")[0]
    here = (Path(package), Path(f"{package}.py"))
    if found := [path for path in here if path.exists()]:
        return found[0]
    spec = find_spec(package) if package.isidentifier() else None
    return Path(spec.origin) if spec and spec.origin else None
