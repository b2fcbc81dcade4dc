"""Fixtures of several tests of the harness."""

import os
import signal
import tempfile
from collections.abc import Iterator

import numpy as np
import pytest

from cnnspec.cases.kept_answers import VARIABLE
from cnnspec.run import session
from harness_tests.helpers import EVERYTHING, is_its_turn

#: Files of another checkout than this: `test_toy.py` adds them to a copy.
collect_ignore = ["toy"]


@pytest.fixture(autouse=True)
def _as_printed_before() -> Iterator[None]:
    """Give NumPy's print options back, which code that is judged here may change."""
    with np.printoptions():
        yield


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let what is started be interrupted, even if the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def undiagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge without a diagnosis, which takes longer than all the rest, where it does not matter."""
    monkeypatch.setattr(session, "examine", lambda *_: [])


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and keep exact answers in a folder of this run, not in the user's own.

    Where everything is tried they are worked out anew for each check.
    """
    config.addinivalue_line("markers", "by_turns: a slow test, of which one in sixteen is run")
    if EVERYTHING:
        os.environ.setdefault(VARIABLE, "")
    elif VARIABLE not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="cnnspec-answers-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ[VARIABLE] = folder.name  # of all processes that are started


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow tests whose turn it is not; what is named by its id is always run."""
    if any("::" in argument for argument in config.args):
        return
    slow = [item for item in items if item.get_closest_marker("by_turns")]
    left_out = {item for place, item in enumerate(slow) if not is_its_turn(place)}
    if left_out:
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]
