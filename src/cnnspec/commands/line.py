"""The command line: ``cnnspec check``, ``explain``, ``init``, ``network``, ``demo``, and others."""

import argparse
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from cnnspec.cases.data import DataError
from cnnspec.cases.kept_answers import KeptAnswers, folder_of_answers
from cnnspec.cases.requirements import DEFAULT, requirements
from cnnspec.commands.arguments import wishes_of
from cnnspec.commands.explain import UnknownIdError, explain
from cnnspec.commands.explore_line import explored, replayed
from cnnspec.commands.network_line import are_there, demo_of_digits, network
from cnnspec.commands.parser import command_parser
from cnnspec.commands.project import Project, ProjectError, project
from cnnspec.commands.terminal import print_comparison, print_report, progress_bar
from cnnspec.commands.watching import watched
from cnnspec.document import adapter_table
from cnnspec.document.pictures import write_pictures
from cnnspec.document.specification import specification
from cnnspec.document.starters import StartError, default_name, write_start
from cnnspec.document.wrappers import write_wrapper
from cnnspec.exploration.corpus import CorpusError
from cnnspec.exploration.exploration import ExplorationError
from cnnspec.exploration.journal import JournalError
from cnnspec.exploration.schedulers import SchedulerError
from cnnspec.kills import dialect_kills
from cnnspec.kills.dressing import PLAIN
from cnnspec.kills.findings import finding_complaints, finding_text, findings
from cnnspec.kills.form_kills import in_form_complaints, in_form_json, in_form_text
from cnnspec.kills.kill_matrix import (
    as_json,
    as_markdown,
    complaints_of_sample,
    kill_matrix,
    with_the_rest,
)
from cnnspec.kills.kill_matrix import complaints as kill_complaints
from cnnspec.kills.recorded_kills import survivors
from cnnspec.network.demos import demo_cat
from cnnspec.page.badge import badge
from cnnspec.page.page import page
from cnnspec.report.entries import Json
from cnnspec.report.junit import junit_xml
from cnnspec.report.verdict import DOES_NOT_CONFORM, EXIT_CODES
from cnnspec.run.check import CheckError, check
from cnnspec.run.comparison import as_page, judged
from cnnspec.run.comparison import exit_status as comparison_status
from cnnspec.run.known_failures import (
    KnownFailuresError,
    complaints,
    exit_status,
    read_known_failures,
)
from cnnspec.subject.boundary import REFERENCE
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.profiles import AUTO
from cnnspec.subject.sources.importing import LoadError

UNUSABLE = 2
INTERRUPTED = 128 + signal.SIGINT

T = TypeVar("T")


class UnwritableError(Exception):
    """A file cannot be written; the message says which, and why."""


#: What is wrong with a call, or with a file, and not with the implementation.
_UNUSABLE = (
    CheckError,
    CorpusError,
    DataError,
    ExplorationError,
    JournalError,
    KnownFailuresError,
    LoadError,
    OSError,
    ProjectError,
    SchedulerError,
    StartError,
    UnknownIdError,
    UnwritableError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever letters the terminal lacks
            stream.reconfigure(errors="backslashreplace")
    options = command_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except _UNUSABLE as error:
        print(f"cnnspec: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("cnnspec: interrupted", file=sys.stderr)
        return INTERRUPTED


def _check(options: argparse.Namespace) -> int:
    if not options.watch:
        return _check_once(options)
    source = options.implementation or project().implementation or REFERENCE
    return watched(source, partial(_checked_anyhow, options))


def _checked_anyhow(options: argparse.Namespace) -> int:
    """Check, and say what is wrong with a file that cannot be judged: it may be saved again."""
    try:
        return _check_once(options)
    except _UNUSABLE as error:
        print(f"cnnspec: {error}", file=sys.stderr)
        return UNUSABLE


def _check_once(options: argparse.Namespace) -> int:
    # Resolved first, because an implementation may change folder.
    files = {
        write: chosen.resolve()
        for write, chosen in (
            (_as_json, options.json),
            (page, options.html),
            (junit_xml, options.junit_xml),
            (badge, options.badge),
        )
        if chosen
    }
    _can_be_written(files.values())
    are_there(options.images)
    _are_judged(options.requirement or (), options.effort, options.facets)
    own = project()
    # What a project says of its own code says nothing of other code.
    is_own = options.implementation in (None, own.implementation)
    said = own if is_own else Project()
    listed = options.known_failures or said.known_failures
    known = read_known_failures(listed) if listed else None
    are_wrong_again = bool(options.corpus) and replayed(options, said)
    with progress_bar() as progress:
        report = check(
            options.implementation or said.implementation or REFERENCE,
            profile=said.profile if said.profile and options.profile == AUTO else options.profile,
            effort=options.effort,
            facets=options.facets,
            images=options.images,
            select=_selection(options.requirement, options.k),
            isolated=not options.in_process,
            limits=Limits(options.time_limit, int(options.memory_limit * GIB)),
            wishes=said.wishes | wishes_of(options),
            known=known,
            progress=progress,
            answers=_kept_answers(options),
            processes=options.processes,
            failed=progress.failed,
        )
    unwritten = [
        problem for write, file in files.items() if (problem := _written(file, write, report))
    ]
    print_report(report, behaviours=options.behaviours, verbose=options.verbose)
    for complaint in (*complaints(report), *unwritten):
        print(f"cnnspec: {complaint}", file=sys.stderr)
    if unwritten:
        return UNUSABLE
    status = exit_status(report) or EXIT_CODES[report["verdict"]]
    return max(status, EXIT_CODES[DOES_NOT_CONFORM]) if are_wrong_again else status


def _kept_answers(options: argparse.Namespace) -> KeptAnswers | None:
    folder = None if options.no_cache else folder_of_answers()
    return KeptAnswers(folder, is_written=not options.in_process) if folder else None


def _can_be_written(files: Iterable[Path]) -> None:
    """Raise if a file cannot be written, as far as that can be seen beforehand."""
    for file in files:
        try:
            why = _what_forbids(file)
        except OSError as error:  # the name is too long, or no name at all
            why = (error.strerror or str(error)).lower()
        if why:
            raise UnwritableError(f"{file} cannot be written: {why}")


def _what_forbids(file: Path) -> str:
    """Return what can be seen beforehand that keeps a file from being written, or ""."""
    if file.is_dir():
        return "it is a folder"
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}"
    if file.suffix in (".py", ".ipynb") and file.exists():
        kind = "Python file" if file.suffix == ".py" else "notebook"
        return f"it is a {kind}, perhaps the one that is judged"
    return "" if os.access(file if file.exists() else file.parent, os.W_OK) else "permission denied"


def _written(file: Path, write: Callable[[T], str], what: T) -> str:
    """Write a file, and return why that failed, or ""."""
    try:
        file.write_text(write(what), "utf-8")
    except OSError as error:
        return f"{file} cannot be written: {error.strerror or error}"
    return ""


def _are_judged(identities: Iterable[str], effort: str, facets: Sequence[str]) -> None:
    """Raise if a requirement is asked for that is not judged at an effort, or of facets."""
    for identity in identities:
        requirement = requirements()[identity]
        if requirement.effort not in (DEFAULT, effort):
            raise CheckError(f"{identity} is judged with --effort {requirement.effort} only")
        if requirement.facet not in facets:
            raise CheckError(f"{identity} is of the facet {requirement.facet}")


def _as_json(report: Json) -> str:
    return json.dumps(report, indent=1) + "\n"


def _selection(identities: Sequence[str] | None, expression: str | None) -> str | None:
    """Return the pytest expression that selects these requirements, and what is asked for."""
    if not identities:
        return expression
    named = " or ".join(identities)
    return f"({expression}) and ({named})" if expression else named


def _compare(options: argparse.Namespace) -> int:
    page = options.html.resolve() if options.html else None
    _can_be_written([page] if page else [])
    found = []
    for name in options.implementations:
        with progress_bar() as progress:
            found.append(
                judged(name, profile=options.profile, effort=options.effort, progress=progress)
            )
    print_comparison(found)
    unwritten = _written(page, as_page, found) if page else ""
    if unwritten:
        print(f"cnnspec: {unwritten}", file=sys.stderr)
    for one in found:
        if one.problem:
            print(f"cnnspec: {one.name}: {one.problem}", file=sys.stderr)
    return UNUSABLE if unwritten else comparison_status(found)


def _demo(options: argparse.Namespace) -> int:
    _can_be_written([options.figure.resolve()] if options.figure else [])
    if options.program == "mnist":
        return demo_of_digits(options)
    demo_cat(
        rgb=options.rgb,
        sobel=options.sobel,
        picture=options.image,
        implementation=options.implementation,
        figure=options.figure,
    )
    return 0


def _kills(options: argparse.Namespace) -> int:
    if options.recorded:
        return _told(survivors(options.processes))
    if options.layouts or options.dialects:
        return _kills_in_dialects(options)
    _can_be_written([options.json.resolve()] if options.json else [])
    if options.form != PLAIN:
        return _kills_in_form(options)
    found = kill_matrix(options.processes, options.sample, options.of or ())
    if options.of and options.sample == 1:
        found = with_the_rest(found)
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=1) + "\n", "utf-8")
    if options.sample > 1:
        print(f"{len(found)} faults judged, one of every {options.sample} of the catalogue")
        wrong = complaints_of_sample(found)
    else:
        print(as_markdown(found), end="")
        wrong = kill_complaints(found)
    return _told(wrong)


def _kills_in_dialects(options: argparse.Namespace) -> int:
    chosen = dialect_kills.pairs(options.sample, options.of or ())
    if options.layouts:
        found = findings(chosen, options.processes)
        print(finding_text(found), end="")
        return _told(finding_complaints(found))
    wrong = dialect_kills.survivors(chosen, options.processes)
    print(f"{len(chosen)} mistakes in dialects, {len(wrong)} of them not caught")
    return _told(wrong)


def _kills_in_form(options: argparse.Namespace) -> int:
    found = kill_matrix(options.processes, options.sample, options.of or (), options.form)
    if options.json:
        said = json.dumps(in_form_json(options.form, found), indent=1)
        options.json.write_text(f"{said}\n", "utf-8")
    print(in_form_text(options.form, found), end="")
    return _told(in_form_complaints(found))


def _adapters(options: argparse.Namespace) -> int:
    every = adapter_table.every_name()
    if unknown := [name for name in options.names if name not in every]:
        raise CheckError(f"there is no adapter {unknown[0]!r}; there are {', '.join(every)}")
    names = options.names or every
    rows = [adapter_table.judged(name) for name in names]
    print(adapter_table.as_markdown(rows), end="")
    return _told(adapter_table.complaints(rows))


def _told(complaints: list[str]) -> int:
    """Print complaints, and return the exit status that follows from them."""
    for complaint in complaints:
        print(f"cnnspec: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def _spec(options: argparse.Namespace) -> int:
    if options.pictures:
        write_pictures(options.pictures)
    print(specification(), end="")
    return 0


def _explain(options: argparse.Namespace) -> int:
    explain(options.ids)
    return 0


def _init(options: argparse.Namespace) -> int:
    if options.theirs:
        print(write_wrapper(options.theirs, options.file, force=options.force))
        return 0
    print(
        write_start(
            options.file or default_name(options.language),
            language=options.language,
            layers=options.layers,
            operations=options.operations,
            force=options.force,
        )
    )
    return 0


_COMMANDS = {
    "check": _check,
    "compare": _compare,
    "explore": explored,
    "network": network,
    "demo": _demo,
    "explain": _explain,
    "init": _init,
    "spec": _spec,
    "kills": _kills,
    "adapters": _adapters,
}
