"""Fixtures of several tests of the harness."""

import pytest

from cnnspec.run import session


@pytest.fixture
def undiagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge without a diagnosis, which takes longer than all the rest, where it does not matter."""
    monkeypatch.setattr(session, "examine", lambda *_: [])
