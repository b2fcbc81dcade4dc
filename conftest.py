"""Loads the suite's plugin in a checkout, and shares tests out by file."""

import os
import sys
import tempfile
from typing import Any

import pytest

pytest_plugins = ["cnnspec.pytest_plugin"]


def pytest_configure(config: pytest.Config) -> None:
    """Let several processes, and all that they start, compile each module once between them.

    Where bytecode is not wanted beside the sources, it lies in a folder of this run.
    """
    if not sys.dont_write_bytecode or not config.getoption("numprocesses", None):
        return
    folder = tempfile.TemporaryDirectory(prefix="cnnspec-bytecode-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ["PYTHONPYCACHEPREFIX"] = folder.name
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process: what its tests share is made once."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - there if this is called

    return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None
