"""An exploration from its beginning to its report, and taken up again where it was left."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cnnspec.exploration import corpus
from cnnspec.exploration.findings import Finding, findings
from cnnspec.exploration.journal import Journal
from cnnspec.exploration.judging import judged
from cnnspec.exploration.plan import Explored, Plan
from cnnspec.exploration.schedulers import Scheduler, in_turn
from cnnspec.exploration.stretches import LENGTH, Stretch
from cnnspec.exploration.subject import Subject, opened, space_of
from cnnspec.report.entries import failure_entry

Json = dict[str, Any]

#: Is told after each stretch how many calls were walked, and how many kinds of them are wrong.
Progress = Callable[[int, int], None]


#: After so many stretches, and at the end, the journal is written, as a whole.
_KEPT = 20


class ExplorationError(Exception):
    """There is nothing to be explored."""


def unseen(_calls: int, _wrong: int) -> None:
    """Show nobody how far an exploration has come."""


def explore(
    plan: Plan,
    scheduler: Scheduler = in_turn,
    folder: Path | None = None,
    progress: Progress = unseen,
) -> Json:
    """Explore an implementation and return the report.

    ``folder`` is the corpus: what is wrong is entered into it, and what was walked is noted in it,
    so that the same exploration goes on from there.

    Raises
    ------
    ExplorationError
        If nothing of what is to be explored is offered.
    LoadError
        If the implementation cannot be loaded.
    SchedulerError
        If what is to walk is not there.
    """
    subject, began = opened(plan.source), time.monotonic()
    operations = _operations(plan, subject)
    journal = Journal(folder, plan, operations) if folder else None
    found = journal.read() if journal else {name: Explored(name) for name in operations}
    before = sum(one.walked for one in found.values())
    is_stopped = False
    try:
        stretches = scheduler(plan.source, _stretches(plan, subject, found, began))
        for place, walked in enumerate(stretches):
            found[walked.stretch.operation].add(walked)
            if journal and place % _KEPT == 0:
                journal.write(found)
            progress(sum(one.walked for one in found.values()), _kinds(found))
    except KeyboardInterrupt:
        is_stopped = True
    finally:
        if journal:
            journal.write(found)
    seconds = time.monotonic() - began
    calls = sum(one.walked for one in found.values())
    return {
        "implementation": plan.source.name,
        "seed": plan.seed,
        "small": plan.is_small,
        "profile": subject.profile.name,
        "stopped": is_stopped,
        "calls": calls,
        "calls_per_second": round((calls - before) / max(seconds, 1e-9)),
        "seconds": round(seconds, 1),
        "operations": [_reported(plan, subject, one, folder) for one in found.values()],
    }


def _operations(plan: Plan, subject: Subject) -> list[str]:
    wanted = [name for name in plan.operations or subject.operations if name in subject.operations]
    if not wanted:
        asked = ", ".join(plan.operations) or "nothing that can be explored"
        raise ExplorationError(f"{plan.source.name}: {asked} is not offered")
    return wanted


def _stretches(
    plan: Plan, subject: Subject, found: dict[str, Explored], began: float
) -> Iterator[Stretch]:
    """Yield stretches of one operation after the other, until there are no more, or no time."""
    ends = {name: plan.end(subject.space(name)) for name in found}
    places = {name: one.walked for name, one in found.items()}
    for operation in itertools.cycle(found):
        if plan.minutes is not None and time.monotonic() - began > 60 * plan.minutes:
            return
        start, end = places[operation], ends[operation]
        stop = start + LENGTH if end is None else min(start + LENGTH, end)
        if start < stop:
            yield Stretch(operation, start, stop, plan.seed, plan.is_small)
            places[operation] = stop
        elif all(end is not None and places[name] >= end for name, end in ends.items()):
            return


def _kinds(found: dict[str, Explored]) -> int:
    return len({(one.operation, one.complaint) for each in found.values() for one in each.wrong})


# --- the report ----------------------------------------------------------------------------------


def _reported(plan: Plan, subject: Subject, explored: Explored, folder: Path | None) -> Json:
    levels: dict[str, dict[str, int]] = {}
    for (name, level), count in explored.levels.items():
        levels.setdefault(name, {})[level] = count
    walked = Stretch(explored.operation, 0, explored.walked, plan.seed, plan.is_small)
    grouped = findings(subject, explored.operation, explored.wrong, walked)
    return {
        "operation": explored.operation,
        "walked": explored.walked,
        "of": plan.end(subject.space(explored.operation)),
        "judged": explored.judged,
        "wrong": len(explored.wrong),
        "why_not": dict(explored.why_not.most_common()),
        "levels": levels,
        "findings": [_entry(subject, plan, one, folder) for one in grouped],
    }


def _entry(subject: Subject, plan: Plan, finding: Finding, folder: Path | None) -> Json:
    """Return a finding as data, with the call that shows it, and enter that into the corpus."""
    smallest = finding.smallest
    made = space_of(finding.operation).made(smallest.row)
    assert made is not None
    said = {"said": finding.said, "complaint": smallest.complaint, "seed": plan.seed}
    file = corpus.entered(folder, made, {**said, "index": smallest.index}) if folder else None
    with subject.afresh() as judge:
        error = judged(judge, made).error
    return {
        "said": finding.said,
        "grade": finding.grade,
        "remedy": finding.remedy,
        "complaint": smallest.complaint,
        "calls": finding.calls,
        "index": smallest.index,
        "shown": smallest.said,
        "failure": None if error is None else failure_entry("", error),
        "file": file.name if file else None,
    }
