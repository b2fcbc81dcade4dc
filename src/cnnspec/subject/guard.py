"""Running code of an implementation: quietly, and not for ever."""

import atexit
import contextlib
import gc
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import FrameType, FunctionType
from typing import NoReturn, TextIO

from numpy import errstate  # by name, because an implementation may replace it

#: Set in a process that is an implementation's own.
ISOLATED = threading.Event()


class quiet:  # noqa: N801 - like contextlib.suppress
    """Keeps warnings, printed text and ``os._exit`` of the implementation from the run.

    In a process of its own an implementation may exit: that is seen from outside. It stands around
    every call, so it does by hand, at a fifth of the cost, what `warnings.catch_warnings` and
    `contextlib.redirect_stdout` do.
    """

    def __enter__(self) -> None:
        """Begin to keep them."""
        self._streams = sys.stdout, sys.stderr
        self._warnings = warnings.filters, warnings.showwarning
        self._exit = os._exit
        self._errors = errstate(all="ignore")
        sys.stdout, sys.stderr = _stream_to_nowhere("out"), _stream_to_nowhere("err")
        warnings.filters = [_IGNORED]
        if not ISOLATED.is_set():
            os._exit = partial(_refuse_to_exit, os.getpid(), self._exit)
        self._errors.__enter__()

    def __exit__(self, *_raised: object) -> None:
        """Let all be as it was."""
        sys.stdout, sys.stderr = self._streams  # one that is let go may warn
        self._errors.__exit__(None, None, None)
        os._exit = self._exit
        warnings.filters, warnings.showwarning = self._warnings


#: Every warning, as `warnings.filters` has it.
_IGNORED = ("ignore", None, Warning, None, 0)


#: What stands for the standard streams: real ones, with a descriptor and a buffer. They stay open
#: from call to call, as an implementation may have kept them.
_STREAMS: dict[str, TextIO] = {}


def _stream_to_nowhere(name: str) -> TextIO:
    """Return an open text stream whose text is thrown away, the same one every time."""
    if name not in _STREAMS or not _is_open(_STREAMS[name]):
        nowhere = Path(os.devnull)
        made = nowhere.open("w", encoding="utf-8", errors="backslashreplace")
        atexit.register(_close, made)
        _STREAMS[name] = made
    return _STREAMS[name]


def _close(stream: TextIO) -> None:
    with contextlib.suppress(ValueError):  # an implementation has taken its buffer
        stream.close()


def _is_open(stream: TextIO) -> bool:
    """Return whether a stream can be written to: an implementation may have closed or taken it."""
    try:
        os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return True


class Exited(BaseException):
    """The implementation tried to end the process."""


def _refuse_to_exit(owner: int, really_exit: Callable[[int], NoReturn], status: int) -> NoReturn:
    if os.getpid() != owner:
        really_exit(status)  # a process that the implementation has forked
    raise Exited(f"ends the process with os._exit({status})")


class OutOfTime(BaseException):
    """Not an ``Exception``, so that ``except Exception`` in an implementation lets it through."""


def time_limit(seconds: float) -> AbstractContextManager[None]:
    """Interrupt the block after ``seconds``, where the platform and the thread allow it.

    0 is no limit: in a process of its own an implementation is interrupted from outside.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    can_interrupt = in_main_thread and hasattr(signal, "setitimer")
    return _interrupted(seconds) if seconds and can_interrupt else contextlib.nullcontext()


@contextlib.contextmanager
def _interrupted(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds``."""
    is_over = False

    def interrupt(_signal: int, frame: FrameType | None) -> None:
        if not is_over and not _collects_garbage(frame):
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, interrupt)
    # More than once: what is raised while garbage is collected gets lost.
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    started = time.monotonic()
    try:
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else's timer, such as that of pytest-timeout, runs on
            left = max(left - (time.monotonic() - started), _AT_ONCE)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


def _collects_garbage(frame: FrameType | None) -> bool:
    """Return whether something watches garbage being collected, as hypothesis does."""
    watchers = {one.__code__ for one in gc.callbacks if isinstance(one, FunctionType)}
    while frame and frame.f_code not in watchers:
        frame = frame.f_back
    return frame is not None


#: Seconds between two interrupts.
_AGAIN = 0.2

#: Seconds after which a timer goes off whose time came while another one ran.
_AT_ONCE = 1e-3
