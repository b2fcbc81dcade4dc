"""Running something in a copy of the process, so that what it leaves behind is gone with it."""

import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

#: Packages whose threads, which they wait for, do not live on in a copy of the process.
_THREADED = ("jax", "tensorflow", "ipykernel")


class Lost(Exception):  # noqa: N818 - a signal to the caller
    """Raised if the copy dies, or does not come to an end in time; the message says which."""


def is_possible() -> bool:
    """Return whether this process can be copied."""
    return hasattr(os, "fork") and not any(name in sys.modules for name in _THREADED)


def run_apart(function: Callable[[], T], seconds: float) -> T:
    """Return what a function returns in a copy of this process; it must let itself be pickled.

    Raises
    ------
    Lost
        If the copy dies, or takes longer.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(BaseException):
            os.close(reading)
            told = pickle.dumps(_outcome(function))
            with open(writing, "wb") as line:  # noqa: PTH123 - a descriptor, not a path
                line.write(told)
            status = 0
        os._exit(status)
    os.close(writing)
    try:
        told = _read(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not told:
        raise Lost("the small calls by which it is found end the process")
    found, problem = pickle.loads(told)  # noqa: S301 - written by our own copy
    if problem:
        raise Lost(f"the suite's own code failed there ({problem})")
    returned: T = found
    return returned


def _outcome(function: Callable[[], T]) -> tuple[T | None, str]:
    """Return what a function returns, or what it raises and where, in words."""
    try:
        return function(), ""
    except Exception as error:  # noqa: BLE001 - it is told
        last = traceback.extract_tb(error.__traceback__)[-1]
        return None, f"{type(error).__name__}: {error}, line {last.lineno} of {last.name}"


def _read(descriptor: int, until: float) -> bytes:
    parts: list[Any] = []
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise Lost("the small calls by which it is found do not come to an end in time")
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
