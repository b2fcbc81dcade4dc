"""Running the spec tests on an implementation, outside a checkout too."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import configuration

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.wishes import Wishes
from cnnspec.cases.kept_answers import KeptAnswers
from cnnspec.cases.requirements import DEFAULT, FACETS, requirements, spec_folder
from cnnspec.diagnosis.replays import RanTest
from cnnspec.report.entries import Json
from cnnspec.run import pytest_hooks
from cnnspec.run.candidates import enter_candidates
from cnnspec.run.known_failures import KnownFailures
from cnnspec.run.loop import Failed, Loop, Progress, unheard, unseen
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.processes.process import Limits
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.importing import LoadError

#: Settings of pytest that belong to whoever calls, not to the suite.
_FOREIGN_SETTINGS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


class CheckError(Exception):
    """The implementation could not be checked; the message says why."""


def check(
    implementation: str | Implementation,
    *,
    profile: str | None = None,
    effort: str = DEFAULT,
    facets: Sequence[str] = FACETS,
    images: int | None = None,
    select: str | None = None,
    modules: Sequence[str] = (),
    isolated: bool = False,
    limits: Limits | None = None,
    wishes: Wishes | None = None,
    known: KnownFailures | None = None,
    progress: Progress = unseen,
    answers: KeptAnswers | None = None,
    processes: int = 1,
    failed: Failed = unheard,
) -> Json:
    """Judge an implementation and return the report.

    Parameters
    ----------
    implementation : str or Implementation
        What ``--implementation`` takes, or what `load` returned.
    profile : str, optional
        "article", "general" or, the default, "auto": what the implementation declares, else
        "article" for the articles' forms and what is found of others.
    effort : str
        "default", or "thorough": whole layers of real networks too.
    facets : sequence of str
        Those that are judged; all by default.
    images : int, optional
        MNIST images for the network.
    select : str, optional
        A pytest ``-k`` expression: only these tests run.
    modules : sequence of str
        Only these modules of the spec tests run, for example "test_relu".
    isolated : bool
        Whether what is loaded gets a process of its own.
    limits : Limits, optional
        What that process may use.
    wishes : Wishes, optional
        How operations are called, and which orders of axes they have.
    known : KnownFailures, optional
        What may fail, as `cnnspec.run.known_failures.read_known_failures` returns it.
    progress : callable, optional
        Is told before each test what is being done, how many tests have run, and of how many.
    answers : KeptAnswers, optional
        Where exact answers are kept; by default all are worked out.
    processes : int
        Of so many processes each runs a part of the tests, where the implementation has a process
        of its own.
    failed : callable, optional
        Is told of each test that fails, as it does: the requirement, and what is wrong.

    Raises
    ------
    CheckError
        If the implementation cannot be loaded, no test is selected, or the run breaks off.
    """
    options = [f"--effort={effort}", f"--facets={','.join(facets)}"]
    options += [f"--profile={profile}"] if profile else []
    options += [f"--images={images}"] if images else []
    options += ["-k", select] if select else []
    if not modules and known is None:
        modules = _modules_of(select or "")
    with _opened(implementation, isolated, limits, wishes) as opened:
        if not modules and not select and known is None:
            modules = _modules_about(opened)
        run = partial(
            _run,
            options=options,
            progress=progress,
            answers=answers,
            processes=processes,
            failed=failed,
        )
        loop = run([opened], modules, known=known, shows_snippets=True)
        if select and not loop.selected:
            raise CheckError(f"no test is selected by {select!r}")
        report = loop.reports[0]
    if isinstance(implementation, str) and opened.others:
        source = implementation

        def judge(binding: Binding) -> Json:
            with _opened(source, isolated, limits, None, binding) as other:
                about = [one for one in _modules_about(other) if one in (modules or [one])]
                return run([other], about).reports[0]

        enter_candidates(report, opened, judge)
    if answers:
        answers.write()
    return report


def _modules_of(select: str) -> list[str]:
    """Return the modules of the requirements that are selected, none if it is more than these."""
    selected = [requirements().get(name) for name in select.split(" or ")]
    return list(dict.fromkeys(one.module for one in selected if one)) if all(selected) else []


def _modules_about(implementation: Implementation) -> list[str]:
    """Return the modules of the requirements of what is offered: nothing runs of the others."""
    about = [
        one.module
        for one in requirements().values()
        if any(operation in implementation.offers for operation in one.operations)
    ]
    return list(dict.fromkeys(about))


@contextlib.contextmanager
def _opened(
    implementation: str | Implementation,
    isolated: bool,
    limits: Limits | None,
    wishes: Wishes | None,
    alone: Binding | None = None,
) -> Iterator[Implementation]:
    """Open what is named, and close it in the end; what is handed over open stays so."""
    if not isinstance(implementation, str):
        yield implementation
        return
    try:
        with _silent_descriptors():
            opened = open_implementation(
                implementation, isolated=isolated, limits=limits, wishes=wishes, alone=alone
            )
    except LoadError as error:
        raise CheckError(str(error)) from error
    try:
        yield opened
    finally:
        opened.close()


def collect(
    implementation: Implementation, *, modules: Sequence[str] = (), options: Sequence[str] = ()
) -> list[RanTest]:
    """Return the spec tests, run once on an implementation, to be run again on others.

    The arguments are those of `check_each`.
    """
    found = _run([implementation], modules, options)
    return [*found.ran, *found.untested]


def check_each(
    implementations: Sequence[Implementation],
    *,
    modules: Sequence[str] = (),
    options: Sequence[str] = (),
    stop_at_first: bool = False,
    known: KnownFailures | None = None,
) -> list[Json]:
    """Judge several implementations by tests that are collected once, and return the reports.

    ``options`` are pytest's. With ``stop_at_first`` each is judged up to its first failure.

    Raises
    ------
    CheckError
        If the run breaks off.
    """
    loop = _run(implementations, modules, options, stop_at_first=stop_at_first, known=known)
    return loop.reports


def _run(
    implementations: Sequence[Implementation],
    modules: Sequence[str],
    options: Sequence[str],
    *,
    stop_at_first: bool = False,
    known: KnownFailures | None = None,
    progress: Progress = unseen,
    shows_snippets: bool = False,
    answers: KeptAnswers | None = None,
    processes: int = 1,
    failed: Failed = unheard,
) -> Loop:
    loop = Loop(
        implementations,
        stop_at_first=stop_at_first,
        known=known,
        progress=progress,
        shows_snippets=shows_snippets,
        answers=answers,
        processes=processes,
        failed=failed,
    )
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        spec_pytest(modules, options, [loop])
    if loop.interrupted:
        raise KeyboardInterrupt
    if len(loop.reports) != len(implementations) or loop.complaints:
        reason = "\n".join([*loop.complaints, said.getvalue().strip()]).strip()
        raise CheckError(reason.removeprefix("ERROR: ") or "the run broke off")
    return loop


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


#: What the spec tests do not use. Each has a say in every test, and there are thousands.
_PLUGINS_TO_LEAVE_OUT = (
    "cacheprovider",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
    "terminal",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",  # it collects garbage twice, which takes a third of a second
    "warnings",
)


def spec_pytest(modules: Sequence[str], options: Sequence[str], plugins: Sequence[object]) -> None:
    """Run pytest on modules of the spec tests, all by default, under the suite's own settings."""
    folder = spec_folder()
    arguments = [
        *([str(folder / f"{module}.py") for module in modules] or [str(folder)]),
        f"--config-file={Path(__file__).parent / 'pytest.ini'}",
        f"--rootdir={folder}",
        "--noconftest",
        "--assert=plain",
        "--capture=no",
        *(f"-pno:{plugin}" for plugin in _PLUGINS_TO_LEAVE_OUT),
        *options,
    ]
    with _own_settings(), _silent_descriptors():
        pytest.main(arguments, plugins=[pytest_hooks, *plugins])
