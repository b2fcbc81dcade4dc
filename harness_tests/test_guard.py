"""The guard around an implementation's code is quiet, and leaves other people's timers alone."""

import gc
import io
import os
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from numpy import geterr, seterr

from cnnspec.subject.guard import Exited, OutOfTime, quiet, time_limit

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")


class _TheirsError(Exception):
    """What somebody else's timer raises."""


@pytest.fixture
def their_timer() -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise _TheirsError

    before = signal.signal(signal.SIGALRM, interrupt)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_another_timer_runs_on(their_timer: None) -> None:
    signal.setitimer(signal.ITIMER_REAL, 60)
    with time_limit(10):
        time.sleep(0.01)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert 50 < left < 60


def test_another_timer_whose_time_has_come(their_timer: None) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with pytest.raises(_TheirsError):  # noqa: PT012 - it comes after the block
        with time_limit(10):
            time.sleep(0.1)
        time.sleep(1)


def test_no_limit_touches_no_timer(their_timer: None) -> None:
    theirs = signal.getsignal(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, 60)
    with time_limit(0):
        assert signal.getsignal(signal.SIGALRM) is theirs
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50


def test_no_timer_is_left_behind() -> None:
    with pytest.raises(OutOfTime), time_limit(0.01):
        time.sleep(1)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_what_is_raised_while_garbage_is_collected_does_not_get_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python prints it and goes on."""
    lost: list[Any] = []

    def watch(_phase: str, _info: object) -> None:
        time.sleep(0.05)

    monkeypatch.setattr("sys.unraisablehook", lost.append)
    gc.callbacks.append(watch)
    try:
        with pytest.raises(OutOfTime), time_limit(0.01):  # noqa: PT012 - it comes after the first
            gc.collect()
            time.sleep(1)
    finally:
        gc.callbacks.remove(watch)
    assert not [one for one in lost if one.object is watch]


def test_an_interrupt_that_gets_lost_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def __del__(self) -> None:
            time.sleep(0.05)

    monkeypatch.setattr("sys.unraisablehook", lambda _lost: None)
    with pytest.raises(OutOfTime), time_limit(0.01):  # noqa: PT012 - it comes after the first
        Slow()
        time.sleep(1)


# --- quiet ---------------------------------------------------------------------------------------


def _loud() -> None:
    """Show whatever can be shown, and leave all changed."""
    sys.stdout.write("seen")
    sys.stderr.write("seen")
    warnings.warn("seen", stacklevel=1)
    warnings.simplefilter("error")
    warnings.showwarning = _loud  # type: ignore[assignment]
    sys.stdout = io.StringIO()
    seterr(all="raise")
    raise KeyError


def _state() -> list[object]:
    streams = [sys.stdout, sys.stderr]
    return [*streams, [*warnings.filters], warnings.showwarning, os._exit, geterr()]


def test_nothing_is_shown_and_all_is_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    before = _state()
    with pytest.raises(KeyError), quiet():
        _loud()
    assert _state() == before
    assert not any(capsys.readouterr())


def test_warnings_are_ignored_that_were_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with quiet():
            warnings.warn("ignored", stacklevel=1)
        with pytest.raises(UserWarning, match="raised"):
            warnings.warn("raised", stacklevel=1)


def test_the_process_goes_on() -> None:
    with pytest.raises(Exited, match=r"os._exit\(3\)"), quiet():
        os._exit(3)
