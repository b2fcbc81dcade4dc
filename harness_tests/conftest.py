"""Fixtures of several tests of the harness."""

import pytest

from cnnspec.run import session

#: Files of another checkout than this: `test_toy.py` adds them to a copy.
collect_ignore = ["toy"]


@pytest.fixture
def undiagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge without a diagnosis, which takes longer than all the rest, where it does not matter."""
    monkeypatch.setattr(session, "examine", lambda *_: [])
