"""Several implementations beside each other: where they differ, how exact and how slow they are.

A comparison is a handful of tables, made from reports alone; the Markdown, the page and the
terminal show the same ones.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnspec import __version__
from cnnspec.cases.requirements import DEFAULT, requirements
from cnnspec.declaration.behaviour import NOT_OFFERED
from cnnspec.page.page import render
from cnnspec.report.entries import KNOWN_FAILURE, Json
from cnnspec.report.lines import STATUS_STYLES, VERDICT_STYLES
from cnnspec.report.verdict import DOES_NOT_CONFORM, INCOMPLETE
from cnnspec.report.words import effort_of, facet_words, limit_words, unjudged_words
from cnnspec.run.check import CheckError, check
from cnnspec.run.loop import Progress, unseen

#: What a cell says where there is nothing to say.
NOTHING = "-"

#: Statuses that are worth a line.
_TELLING = {"failed", "advised", KNOWN_FAILURE}


@dataclass(frozen=True)
class Judged:
    """An implementation in a comparison.

    Attributes
    ----------
    name : str
        What was asked for.
    report : dict or None
        ``None`` if it could not be judged.
    seconds : float or None
        How long the check took; ``None`` for a report that was read from a file.
    problem : str
        Why there is no report.
    """

    name: str
    report: Json | None
    seconds: float | None = None
    problem: str = ""

    @property
    def operations(self) -> Json:
        """What the report says of the operations."""
        return dict(self.report["operations"]) if self.report else {}

    def entries(self, section: str, key: Callable[[Json], str]) -> dict[str, Json]:
        """Return the entries of a section of the report by their key."""
        return {key(entry): entry for entry in self.report[section]} if self.report else {}


@dataclass(frozen=True)
class Table:
    """A table with a heading, a sentence and a column for each implementation.

    Attributes
    ----------
    title, says : str
    head : list of str
        Of the columns, the first that of the rows' names.
    rows : list of list of str
    """

    title: str
    says: str
    head: list[str]
    rows: list[list[str]]


def judged(
    name: str,
    *,
    profile: str | None = None,
    effort: str = DEFAULT,
    progress: Progress = unseen,
) -> Judged:
    """Check an implementation in a process of its own, or read the report ``name`` if it is one."""
    try:
        if name.endswith(".json"):
            return Judged(name, read_report(Path(name)))
        started = time.perf_counter()
        report = check(name, profile=profile, effort=effort, isolated=True, progress=progress)
        return Judged(name, report, time.perf_counter() - started)
    except (CheckError, OSError) as error:
        return Judged(name, None, problem=str(error))


def read_report(file: Path) -> Json:
    """Return a report that ``cnnspec check --json`` wrote.

    Raises
    ------
    CheckError
        If the file holds something else.
    """
    try:
        report: Json = json.loads(file.read_text("utf-8"))
        known = report["format"] == "cnnspec-report/1"
    except (ValueError, TypeError, KeyError) as error:
        raise CheckError(f"{file} is not a report of cnnspec check --json") from error
    if not known:
        raise CheckError(f"{file} is a report of another format: {report['format']}")
    return report


def tables(found: Sequence[Judged]) -> list[Table]:
    """Return the tables of a comparison; one that has no rows is left out."""
    names = _names(found)
    made = (
        _verdicts(found, names),
        _requirements(found, names),
        _behaviours(found, names),
        _accuracy(found, names),
    )
    return [table for table in made if table.rows]


def _names(found: Sequence[Judged]) -> list[str]:
    """Return what the reports call the implementations, and where two are called so, the files."""
    called = [one.report["implementation"]["name"] if one.report else one.name for one in found]
    often = Counter(called)
    return [
        name if often[name] == 1 else f"{name} ({one.name})"
        for name, one in zip(called, found, strict=True)
    ]


def _verdicts(found: Sequence[Judged], names: list[str]) -> Table:
    rows = [
        ["verdict", *(one.report["verdict"] if one.report else "not judged" for one in found)],
        ["profile", *(one.report["profile"] if one.report else NOTHING for one in found)],
    ]
    for name, words in (("facets", _facets), ("not judged", unjudged_words)):
        said = [words(one.report) if one.report else "" for one in found]
        if {*said} - {_ALL, ""}:
            rows.append([name, *(text or NOTHING for text in said)])
    efforts = [effort_of(one.report) if one.report else NOTHING for one in found]
    if {*efforts} - {DEFAULT, NOTHING}:
        rows.append(["effort", *efforts])
    limits = [limit_words(one.report) if one.report else "" for one in found]
    if any(limits):
        rows.append(["limits", *(words or NOTHING for words in limits)])
    for status in STATUS_STYLES:
        counts = [_count(one, status) for one in found]
        if set(counts) - {"0", NOTHING}:
            rows.append([f"requirements {status}", *counts])
    for operation in _in_order(one.operations for one in found):
        verdicts = [one.operations.get(operation, {}).get("verdict", NOTHING) for one in found]
        rows.append([f"`{operation}`", *verdicts])
    if any(one.seconds is not None for one in found):
        shown = [NOTHING if one.seconds is None else f"{one.seconds:.0f}" for one in found]
        rows.append(["seconds for the check", *shown])
    problems = "".join(f" {one.name}: {one.problem}." for one in found if one.problem)
    return Table("Verdicts", f"{_editions(found)}{problems}", ["", *names], rows)


def _editions(found: Sequence[Judged]) -> str:
    hashes = {one.report.get("spec_hash", "") for one in found if one.report}
    if len(hashes) > 1:
        return "The reports are of different editions of the specification: compare with care."
    if len({effort_of(one.report) for one in found if one.report}) > 1:
        return "The reports are of different efforts: what one did not compute is not known of it."
    unequal = {
        name
        for name, words in (("facets", _facets), ("profiles", _rules))
        if len({words(one.report) for one in found if one.report}) > 1
    }
    if unequal:
        differ = " and ".join(sorted(unequal))
        return f"The reports are of different {differ}: their verdicts do not mean the same."
    return "All by the same edition of the specification."


#: What a cell says of a report that judges every facet.
_ALL = "all"


def _facets(report: Json) -> str:
    return facet_words(report) or _ALL


def _rules(report: Json) -> str:
    """Return by whose rules a report judges which calls."""
    return f"{report['profile']} {unjudged_words(report)}"


def _count(one: Judged, status: str) -> str:
    if one.report is None:
        return NOTHING
    return str(sum(entry["status"] == status for entry in one.report["requirements"]))


def _requirements(found: Sequence[Judged], names: list[str]) -> Table:
    by_id = [one.entries("requirements", lambda entry: entry["id"]) for one in found]
    rows = []
    for identity in _in_order(by_id):
        statuses = [entries.get(identity, {}).get("status", NOTHING) for entries in by_id]
        if set(statuses) & _TELLING:
            level = next(entries[identity]["level"] for entries in by_id if identity in entries)
            text = requirements()[identity].text if identity in requirements() else ""
            cells = [NOTHING if status == "not tested" else status for status in statuses]
            rows.append([f"{identity} ({level}) {text}", *cells])
    says = f"Those that not all pass; {NOTHING}: not tested, because it is not offered."
    return Table("Requirements", says, ["requirement", *names], rows)


def _behaviours(found: Sequence[Judged], names: list[str]) -> Table:
    by_id = [one.entries("behaviours", lambda entry: entry["id"]) for one in found]
    rows = []
    for identity in _in_order(by_id):
        answers = [_answer(entries.get(identity)) for entries in by_id]
        if len(set(answers) - {NOTHING}) > 1:
            asked = next(entries[identity] for entries in by_id if identity in entries)
            rows.append([asked["question"], *answers])
    says = "Where they differ, and all are right."
    return Table("Behaviours", says, ["question", *names], rows)


def _answer(entry: Json | None) -> str:
    return NOTHING if entry is None or entry["answer"] == NOT_OFFERED else str(entry["answer"])


def _accuracy(found: Sequence[Judged], names: list[str]) -> Table:
    by_key = [
        one.entries("accuracy", lambda entry: f"`{entry['operation']}`, {entry['result_dtype']}")
        for one in found
    ]
    rows = [
        [key, *(_closeness(entries.get(key)) for entries in by_key)] for key in _in_order(by_key)
    ]
    says = (
        "The largest error over its bound, for each operation and dtype of results, and the"
        " precision that the errors show where it is not that of the dtype."
    )
    return Table("Accuracy", says, ["operation, results in", *names], rows)


def _closeness(entry: Json | None) -> str:
    if entry is None:
        return NOTHING
    is_its_own = entry["precision"] in (None, entry["result_dtype"])
    return f"{entry['error_over_bound']:g}" + ("" if is_its_own else f" ({entry['precision']})")


def _in_order(groups: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield every key once, in the order of the groups."""
    return iter(dict.fromkeys(key for group in groups for key in group))


def exit_status(found: Sequence[Judged]) -> int:
    """Return 2 if one could not be judged, 1 if one does not conform, 3 if one is incomplete."""
    verdicts = {one.report["verdict"] if one.report else None for one in found}
    worst = (status for verdict, status in _WORST if verdict in verdicts)
    return next(worst, 0)


_WORST = ((None, 2), (DOES_NOT_CONFORM, 1), (INCOMPLETE, 3))

TITLE = "Implementations compared"

#: How cells are shown, beside what they say.
CELL_STYLES = {**VERDICT_STYLES, **STATUS_STYLES, "not judged": "bad", NOTHING: "dim"}


def as_markdown(found: Sequence[Judged]) -> str:
    """Return a comparison as Markdown."""
    lines = [f"# {TITLE}", "", "Generated by `cnnspec compare`.", ""]
    for table in tables(found):
        lines += [f"## {table.title}", "", table.says, "", _row(table.head)]
        lines += ["|---" * len(table.head) + "|", *map(_row, table.rows), ""]
    return "\n".join(lines)


def as_page(found: Sequence[Judged]) -> str:
    """Return a comparison as a page, one file of HTML."""
    view = {
        "title": TITLE,
        "names": _names(found),
        "tables": tables(found),
        "styles": CELL_STYLES,
        "version": __version__,
    }
    return render("comparison.html", view)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
