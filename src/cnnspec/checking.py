"""Running the spec tests on an implementation, outside a checkout too."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import configuration

from cnnspec import pytest_plugin
from cnnspec.requirements import spec_folder
from cnnspec.verdict import Json

#: Settings of pytest that belong to whoever calls, not to the suite.
_FOREIGN_SETTINGS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


class CheckError(Exception):
    """The implementation could not be checked; the message says why."""


class _Keeper:
    """Keeps the report and what pytest complains of."""

    def __init__(self) -> None:
        self.report: Json | None = None
        self.complaints: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep the report of a run that collected spec tests."""
        state = session.config.stash[pytest_plugin.SESSION]
        if state.has_spec_tests and state.is_loaded:
            self.report = state.report()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why tests could not be collected."""
        if report.failed:
            self.complaints.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: object) -> None:
        """Keep what went wrong inside pytest or the plugin."""
        self.complaints.append(str(excrepr))


def check(
    source: str,
    *,
    profile: str | None = None,
    images: int | None = None,
    select: str | None = None,
) -> Json:
    """Judge an implementation and return the report.

    Parameters
    ----------
    source : str
        What ``--implementation`` takes.
    profile : str, optional
        "article" or "general"; by default what the implementation declares, else "article".
    images : int, optional
        MNIST images for the network.
    select : str, optional
        A pytest ``-k`` expression: only these tests run.

    Raises
    ------
    CheckError
        If the implementation cannot be loaded, or the run breaks off.
    """
    arguments = [
        str(spec_folder()),
        f"--config-file={Path(__file__).parent / 'pytest.ini'}",
        f"--rootdir={spec_folder()}",
        "--noconftest",
        "--assert=plain",
        "--capture=no",
        "-pno:cacheprovider",
        "-pno:terminal",
        f"--implementation={source}",
    ]
    arguments += [f"--profile={profile}"] if profile else []
    arguments += [f"--images={images}"] if images else []
    arguments += ["-k", select] if select else []
    keeper = _Keeper()
    said = io.StringIO()
    with _own_settings(), _silent_descriptors(), contextlib.redirect_stderr(said):
        pytest.main(arguments, plugins=[pytest_plugin, keeper])
    if keeper.report is None or keeper.complaints:
        reason = "\n".join([*keeper.complaints, said.getvalue().strip()]).strip()
        raise CheckError(reason.removeprefix("ERROR: ") or "the run broke off")
    return keeper.report


@contextlib.contextmanager
def _silent_descriptors() -> Iterator[None]:
    """Throw away what is written past Python's own streams, as C code does."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path
        for descriptor in (1, 2):
            os.dup2(nowhere.fileno(), descriptor)
    try:
        yield
    finally:
        for descriptor, copied in zip((1, 2), kept, strict=True):
            os.dup2(copied, descriptor)
            os.close(copied)


@contextlib.contextmanager
def _own_settings() -> Iterator[None]:
    """Run pytest without the caller's settings and plugins, and leave no files behind."""
    before = dict(os.environ)
    for name in _FOREIGN_SETTINGS:
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    configuration.set_hypothesis_home_dir(os.devnull)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(None)
        os.environ.clear()
        os.environ.update(before)
