"""Exact answers that were worked out in an earlier run, kept in a folder of the user's.

An answer is found by a digest of all that it depends on: the arguments, the dtype of the result,
the accuracy, and the `stamp` of this suite and machine. For each stamp there is a folder, in it a
file for each operation, which begins with `MAGIC` and holds entries: the key, the length and the
checksum of a body, and the body, which is data alone. What cannot be read is worked out anew.
"""

import contextlib
import json
import os
import platform
import shutil
import stat
import struct
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

import cnnspec
from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case

#: Names the folder; if it is set to nothing, nothing is kept.
VARIABLE = "CNNSPEC_CACHE"

#: What a file of answers begins with.
MAGIC = b"cnnspec answers 1\n"

#: Bytes of an answer that is kept at most, and of all answers together.
LARGEST = 2**17
ALL = 2**28

_ENTRY = struct.Struct("<16sII")
_LENGTH = struct.Struct("<I")

#: What answers are worked out by.
_SOURCES = ("exact", "operations", "declaration", "cases/answers.py", "cases/kept_answers.py")

#: How an exact answer is found: as by `exact_answer`.
Answering = Callable[[Case, "np.dtype[Any]", str, str], Answer]


def folder_of_answers() -> Path | None:
    """Return the folder in which answers are kept, ``None`` if none are to be."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return Path(platformdirs.user_cache_dir("cnnspec")) / "answers"
    return Path(named).absolute() if named else None


@cache
def stamp(root: Path = Path(cnnspec.__file__).parent) -> str:
    """Return a digest of whatever answers depend on beside the call: sources, NumPy, machine."""
    digest = blake2b(digest_size=16)
    for source in _SOURCES:
        found = root / source
        for file in sorted(found.rglob("*.py")) if found.is_dir() else [found]:
            digest.update(f"{file.relative_to(root)}\n".encode())
            digest.update(blake2b(file.read_bytes()).digest())
    features = getattr(getattr(np, "_core", None), "_multiarray_umath", None)
    instructions = sorted(getattr(features, "__cpu_features__", {}).items())
    machine = [np.__version__, platform.python_version(), platform.platform(), instructions]
    digest.update(repr(machine).encode())
    return digest.hexdigest()


class KeptAnswers:
    """Answers exactly, from a folder where that is possible.

    Parameters
    ----------
    folder : Path
        Where answers are kept; it is made.
    is_written : bool
        Whether new answers may be added. What runs in the process of the suite may have changed
        NumPy, and with it the answers.
    """

    def __init__(self, folder: Path, *, is_written: bool = True) -> None:
        self._folder = folder / stamp()
        self._is_written = is_written
        self._known: dict[str, dict[bytes, bytes]] = {}
        self._new: dict[str, dict[bytes, bytes]] = {}

    def answer(self, case: Case, dtype: "np.dtype[Any]", accuracy: str, reduction: str) -> Answer:
        """Return the exact answer of a call: see `exact_answer`."""
        key = key_of(case.arguments, dtype.str, accuracy, reduction)
        if key is None:
            return exact_answer(case, dtype, accuracy, reduction)
        known = self._of(case.operation)
        kept = _decoded(known[key]) if key in known else None
        if kept is not None:
            return kept
        answer = exact_answer(case, dtype, accuracy, reduction)
        body = _encoded(answer)
        if body is not None and len(body) <= LARGEST:
            known[key] = body
            self._new.setdefault(case.operation, {})[key] = body
        return answer

    def _of(self, operation: str) -> dict[bytes, bytes]:
        """Return the bodies of an operation's answers by their keys."""
        if operation not in self._known:
            self._known[operation] = _read(self._folder / operation)
        return self._known[operation]

    def write(self) -> None:
        """Add what is new to the folder, as far as that can be done."""
        if not self._new or not self._is_written:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.utime(self._folder)
            for operation, new in self._new.items():
                file = self._folder / operation
                _write(file, _read(file) | new)  # another run may have added to it
            _tidy(self._folder)
        self._new.clear()


def key_of(arguments: Mapping[str, Any], *further: str) -> bytes | None:
    """Return a digest of the arguments, ``None`` if they hold something without a plain form."""
    digest = blake2b(repr(further).encode(), digest_size=_ENTRY.size - 8)
    for name in sorted(arguments):
        value = arguments[name]
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fiub":
                return None
            told = f"{name}:{value.dtype.str}{value.shape}{value.strides};"
            digest.update(told.encode())
            digest.update(value.tobytes())
        elif _is_plain(value):
            digest.update(f"{name}={value!r};".encode())
        else:
            return None
    return digest.digest()


def _is_plain(value: Any) -> bool:
    if type(value) in (tuple, list):
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, float, str)


#: The fields of an answer that are arrays, and the others.
_ARRAYS = ("high", "low", "allowed", "magnitude", "unrounded", "between")
_REST = tuple(one.name for one in fields(Answer) if one.name not in _ARRAYS)


def _encoded(answer: Answer) -> bytes | None:
    """Return the body of an answer, ``None`` if it cannot be kept."""
    given = vars(answer)
    head: dict[str, Any] = {name: given[name] for name in _REST}
    if not all(map(_is_plain, head.values())):
        return None
    parts = []
    for name in _ARRAYS:
        array = given[name]
        if array is None:
            continue
        is_number = isinstance(array, np.generic)
        if not (is_number or type(array) is np.ndarray) or array.dtype.kind not in "fiub":
            return None
        raw = array.tobytes()
        is_zero = not raw.strip(b"\0")
        head[name] = [array.dtype.str, array.shape, is_number, is_zero]
        parts += [] if is_zero else [raw]
    told = json.dumps(head).encode()
    return b"".join([_LENGTH.pack(len(told)), told, *parts])


@cache
def _head(told: bytes) -> Mapping[str, Any]:
    """Return the head of a body; few differ."""
    head: dict[str, Any] = json.loads(told)
    return head


def _decoded(body: bytes) -> Answer | None:
    """Return the answer of a body, ``None`` if it is damaged."""
    try:
        (length,) = _LENGTH.unpack_from(body)
        at = _LENGTH.size + length
        given = dict(_head(body[_LENGTH.size : at]))
        for name in _ARRAYS:
            if name not in given:
                continue
            dtype, shape, is_number, is_zero = given[name]
            array = np.zeros(shape, dtype)
            if not is_zero:
                array.reshape(-1)[...] = np.frombuffer(body, dtype, array.size, at)
                at += array.nbytes
            given[name] = array[()] if is_number else array
        return Answer(**given) if at == len(body) else None
    except (struct.error, ValueError, TypeError, KeyError):
        return None


def _read(file: Path) -> dict[bytes, bytes]:
    """Return the bodies in a file by their keys; those after a damaged one are lost."""
    try:
        if not _is_ours(file):
            return {}
        data = file.read_bytes()
    except OSError:
        return {}
    if not data.startswith(MAGIC):
        return {}
    found, at = {}, len(MAGIC)
    while at + _ENTRY.size <= len(data):
        key, length, checksum = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        body = data[at : at + length]
        at += length
        if len(body) != length or zlib.crc32(body) != checksum:
            break
        found[key] = body
    return found


def _is_ours(file: Path) -> bool:
    """Return whether nobody else can have written a file."""
    found = file.stat()
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(file: Path, bodies: Mapping[bytes, bytes]) -> None:
    """Write a file anew, at once for all who read it."""
    handle, made = tempfile.mkstemp(dir=file.parent)  # others can neither read nor write it
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(MAGIC)
            for key, body in bodies.items():
                stream.write(_ENTRY.pack(key, len(body), zlib.crc32(body)) + body)
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _tidy(used: Path) -> None:
    """Remove folders of other stamps, the oldest first, until all together are small enough."""
    others = [one for one in used.parent.iterdir() if one.is_dir() and one != used]
    others.sort(key=lambda folder: folder.stat().st_mtime)
    sizes = {folder: _size(folder) for folder in [*others, used]}
    for folder in others:
        if sum(sizes.values()) <= ALL:
            return
        shutil.rmtree(folder, ignore_errors=True)
        del sizes[folder]
    if sum(sizes.values()) > ALL:
        shutil.rmtree(used, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
