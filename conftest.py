"""Loads the suite's plugin in a checkout, shares tests out by file, and takes samples of cases."""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Generator, Sequence
from typing import Any

import pytest

from cnnspec.run.collection import without_searches_for_garbage

pytest_plugins = ["cnnspec.pytest_plugin"]

#: Of so many cases of a test one is run; `.ci/run` asks for it under the oldest versions.
EVERY = int(os.environ.get("CNNSPEC_EVERY", "1"))

#: Where samples begin, as in `harness_tests/helpers.py`.
TURN = int(os.environ.get("CNNSPEC_TURN", "0"))


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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests at less cost, as the suite does.

    They are not frozen afterwards, as in a check: the oldest hypothesis asks the garbage collector
    who refers to generators that are registered in a test, and it does not see what is frozen.
    """
    with without_searches_for_garbage():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run a sample of the cases of each test, others for each commit."""
    if EVERY > 1:
        chosen = sample([item.nodeid for item in items], EVERY, TURN)
        config.hook.pytest_deselected(items=[one for one in items if one.nodeid not in chosen])
        items[:] = [item for item in items if item.nodeid in chosen]


def sample(ids: Sequence[str], every: int, turn: int) -> set[str]:
    """Return of the cases of each test one of so many, and at least one."""
    cases = defaultdict(list)
    for identity in ids:
        cases[identity.partition("[")[0]].append(identity)
    return {
        identity
        for of_one in cases.values()
        for identity in of_one[turn % min(every, len(of_one)) :: every]
    }


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process: what its tests share is made once."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - there if this is called

    return LoadFileScheduling(config, log) if config.getoption("dist") == "load" else None
