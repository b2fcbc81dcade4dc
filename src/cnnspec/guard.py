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

import numpy as np


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, printed text and ``os._exit`` of the implementation from the run."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        really_exit = os._exit
        os._exit = _refuse_to_exit
        try:
            yield
        finally:
            os._exit = really_exit


def _refuse_to_exit(status: int) -> NoReturn:
    raise SystemExit(f"os._exit({status})")


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
