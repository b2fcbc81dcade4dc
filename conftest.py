"""Loads the suite's plugin in a checkout, and shares tests out by file."""

from typing import Any

import pytest

pytest_plugins = ["cnnspec.pytest_plugin"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process: what its tests share is made once."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - there if this is called

    return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None
