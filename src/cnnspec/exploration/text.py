"""The report of an exploration as text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnnspec.exploration.replay import Replayed

Json = dict[str, Any]

#: Reasons of calls that were not judged that are named.
_REASONS = 3


def text(report: Json) -> str:
    """Return what an exploration found, for a terminal."""
    return "\n".join(_lines(report)) + "\n"


def replay_text(folder: Path, found: Replayed) -> str:
    """Return what came of the calls of a corpus."""
    asked = len(found.right) + len(found.wrong)
    lines = [f"{folder}: {len(found.wrong)} of {asked} calls that were wrong once are wrong again"]
    lines += [f"    {name}: {said}" for name, said in found.wrong.items()]
    lines += [f"    {name}, not judged: {why}" for name, why in found.why_not.items()]
    return "\n".join(lines) + "\n\n"


def exit_status(report: Json) -> int:
    """Return 1 if a call is wrong, 3 if none was judged, 0 otherwise."""
    operations = report["operations"]
    if any(one["wrong"] for one in operations):
        return 1
    return 0 if any(one["judged"] for one in operations) else 3


def _lines(report: Json) -> Iterator[str]:
    what = "small calls" if report["small"] else f"seed {report['seed']}"
    yield (
        f"{report['implementation']}: {report['calls']:,} calls ({what}, {report['profile']}"
        f" profile), {report['calls_per_second']:,} a second"
    )
    for one in report["operations"]:
        yield from _of_operation(one)
    if report["stopped"]:
        yield "stopped: the same command with the same --corpus goes on from here"


def _of_operation(one: Json) -> Iterator[str]:
    of = f" of {one['of']:,}" if one["of"] and one["of"] > one["walked"] else ""
    found = f"{one['wrong']:,} wrong" if one["wrong"] else "all right"
    verdict = found if one["judged"] else "none judged"
    yield f"{one['operation']}: {one['walked']:,} calls{of}, {one['judged']:,} judged, {verdict}"
    for reason, count in [*one["why_not"].items()][:_REASONS]:
        yield f"    {count:,} not judged: {reason}"
    for place, finding in enumerate(one["findings"], 1):
        yield from _of_finding(place, finding)


def _of_finding(place: int, finding: Json) -> Iterator[str]:
    grade = f"{finding['grade']}, " if finding["grade"] else ""
    count = len(finding["calls"])
    calls = f"{count:,} call{'s' if count > 1 else ''}"
    yield f"  {place}. {finding['said']} ({grade}{calls})"
    if finding["remedy"]:
        yield f"     to mend it: {finding['remedy']}"
    failure = finding["failure"]
    yield f"     call {finding['index']}: {finding['shown']}"
    if failure and failure["call"]:
        yield f"     called as {failure['call']}"
    if finding["file"]:
        yield f"     kept as {finding['file']}"
