"""The identity of the specification: a hash by which two reports can be compared."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

from cnnspec import __version__
from cnnspec.cases.requirements import spec_folder

#: What belongs to the specification. Beside these, a folder may hold bytecode, or notes.
_TEXT = (".json", ".py", ".toml")
_BYTES = (".gz", ".npz")


@cache
def spec_hash() -> str:
    """Return the hash of what is required: the same in a checkout, a wheel, and everywhere.

    SHA-256, in hexadecimal, over the version of the specification, the tables of requirements, the
    spec tests and the fixtures: their names and contents, in which ends of lines count alike.
    """
    found = hashlib.sha256(__version__.encode())
    for folder in (spec_folder(), _fixtures()):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.suffix not in (*_TEXT, *_BYTES):
                continue
            content = file.read_bytes()
            if file.suffix in _TEXT:
                content = content.replace(b"\r\n", b"\n")
            for part in (file.name.encode(), content):
                found.update(len(part).to_bytes(8, "big"))
                found.update(part)
    return found.hexdigest()


def _fixtures() -> Path:
    spec = importlib.util.find_spec("cnnspec.fixtures")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package cnnspec.fixtures is missing; install cnnspec anew")
    return Path(next(iter(spec.submodule_search_locations)))
