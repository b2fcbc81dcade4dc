"""``cnnspec explore``."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from cnnspec.bindings.wishes import Wishes
from cnnspec.commands.arguments import wishes_of
from cnnspec.commands.explore_parser import CASES
from cnnspec.commands.project import Project, project
from cnnspec.exploration.exploration import explore
from cnnspec.exploration.plan import Plan
from cnnspec.exploration.replay import replay
from cnnspec.exploration.schedulers import Scheduler, in_processes, in_turn, on_dask
from cnnspec.exploration.subject import Source
from cnnspec.exploration.text import exit_status, replay_text, text
from cnnspec.page.exploration_page import exploration_page
from cnnspec.subject.boundary import REFERENCE
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.processes.program import PROGRAM
from cnnspec.subject.profiles import AUTO

INTERRUPTED = 130


def explored(options: argparse.Namespace) -> int:
    """Run ``cnnspec explore`` and return the exit status."""
    endless = options.minutes is not None or options.exhaustive
    plan = Plan(
        source=Source(
            options.implementation,
            isolated=options.isolated and not options.implementation.startswith(PROGRAM),
            wishes=_wishes(options),
            profile=options.profile,
        ),
        operations=options.operation,
        seed=options.seed,
        cases=options.cases or (None if endless else CASES),
        minutes=options.minutes,
        is_small=options.exhaustive,
    )
    with tqdm(unit=" calls", disable=None, file=sys.stderr) as bar:
        report = explore(plan, _scheduler(options), options.corpus, _shown_on(bar))
    print(text(report), end="")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if options.html:
        options.html.write_text(exploration_page(report), "utf-8")
    return INTERRUPTED if report["stopped"] else exit_status(report)


def replayed(options: argparse.Namespace, said: Project) -> bool:
    """Ask the calls of a corpus again, print what came of them, and return whether any is wrong."""
    source = Source(
        options.implementation or said.implementation or REFERENCE,
        isolated=not options.in_process,
        limits=Limits(options.time_limit, int(options.memory_limit * GIB)),
        wishes=said.wishes | wishes_of(options) or None,
        profile=None if options.profile == AUTO else options.profile,
    )
    found = replay(source, options.corpus)
    print(replay_text(options.corpus, found), end="")
    return bool(found.wrong)


def _wishes(options: argparse.Namespace) -> Wishes | None:
    """Return how calls are written and axes are ordered, ``None`` where nothing is said."""
    own = project()
    said = own.wishes if options.implementation == own.implementation else Wishes()
    return said | wishes_of(options) or None


def _scheduler(options: argparse.Namespace) -> Scheduler:
    if options.scheduler:
        return on_dask(options.scheduler)
    return in_processes(options.n) if options.n > 1 else in_turn


def _shown_on(bar: "tqdm[Any]") -> Callable[[int, int], None]:
    """Return what shows on a bar how many calls were walked, and how many kinds are wrong."""

    def show(calls: int, kinds: int) -> None:
        bar.update(calls - bar.n)
        bar.set_postfix_str(f"{kinds} kinds of failures", refresh=False)

    return show
