"""Running code of an implementation: quietly, and not for ever."""

import contextlib
import io
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from numpy import errstate  # by name, because an implementation may replace it

#: Set in a process that is an implementation's own.
ISOLATED = threading.Event()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, printed text and ``os._exit`` of the implementation from the run.

    In a process of its own an implementation may exit: that is seen from outside.
    """
    with (
        warnings.catch_warnings(),
        errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        really_exit = os._exit
        if not ISOLATED.is_set():
            os._exit = _refuse_to_exit
        try:
            yield
        finally:
            os._exit = really_exit


class Exited(BaseException):
    """The implementation tried to end the process."""


def _refuse_to_exit(status: int) -> NoReturn:
    raise Exited(f"ends the process with os._exit({status})")


class OutOfTime(BaseException):
    """Not an ``Exception``, so that ``except Exception`` in an implementation lets it through."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds``, where the platform and the thread allow it."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, interrupt)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else's timer, such as that of pytest-timeout, runs on
            left = max(left - (time.monotonic() - started), _AT_ONCE)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


#: Seconds after which a timer goes off whose time came while another one ran.
_AT_ONCE = 1e-3
