"""Running something in a copy of the process, so that what it leaves behind is gone with it."""

import os
import pickle
import select
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

#: Packages whose threads, which they wait for, do not live on in a copy of the process.
_THREADED = ("jax", "tensorflow", "ipykernel")


#: The copy's id, which it writes first.
_PID = struct.Struct("q")


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
    shield = os.fork()
    if shield == 0:
        with suppress(BaseException):
            os.close(reading)
            _shield(function, writing)
        os._exit(1)
    os.close(writing)
    copy, told = 0, b""
    try:
        until = time.monotonic() + seconds
        if begun := _read(reading, until, _PID.size):
            (copy,) = _PID.unpack(begun)
            told = _read(reading, until)
    finally:
        os.close(reading)
        if not told:
            _signal(copy, signal.SIGKILL)
        _signal(shield, signal.SIGCONT if copy else signal.SIGKILL)
        os.waitpid(shield, 0)
    if not told:
        raise Lost("the small calls by which it is found end the process")
    found, problem = pickle.loads(told)  # noqa: S301 - written by our own copy
    if problem:
        raise Lost(f"the suite's own code failed there ({problem})")
    returned: T = found
    return returned


def _shield(function: Callable[[], T], writing: int) -> None:
    """Stand between the copy and this process, so that signals to the copy's parent end here."""
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    usual = {number: signal.signal(number, lambda *_: None) for number in ending}
    waiting, ready = os.pipe()
    copy = os.fork()
    if copy:
        os.close(writing)
        os.close(ready)
        os.waitpid(copy, 0)
        return
    os.close(ready)
    os.read(waiting, 1)  # until nobody else can write: who is stopped would keep the line open
    os.close(waiting)
    for number, handler in usual.items():
        signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if torch := sys.modules.get("torch"):  # its threads are not copied, and would be waited for
        with suppress(Exception):
            torch.set_num_threads(1)
    with open(writing, "wb") as line:
        line.write(_PID.pack(os.getpid()))
        line.flush()
        line.write(pickle.dumps(_outcome(function)))


def _signal(process: int, number: int) -> None:
    if process:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def _outcome(function: Callable[[], T]) -> tuple[T | None, str]:
    """Return what a function returns, or what it raises and where, in words."""
    try:
        return function(), ""
    except Exception as error:  # noqa: BLE001 - it is told
        last = traceback.extract_tb(error.__traceback__)[-1]
        return None, f"{type(error).__name__}: {error}, line {last.lineno} of {last.name}"


def _read(descriptor: int, until: float, most: int | None = None) -> bytes:
    """Return what is written, or as many bytes of it."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise Lost("the small calls by which it is found do not come to an end in time")
        part = os.read(descriptor, most or 1 << 16)
        parts.append(part)
        if not part or most:
            return b"".join(parts)
