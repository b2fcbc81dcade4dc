"""The report as lines with styles, for people: plain text, or colours on a terminal."""

from collections.abc import Iterator

from cnnspec.cases.requirements import FACETS
from cnnspec.report.entries import Json
from cnnspec.report.failures import count_words, failure_lines, known_failure_lines
from cnnspec.report.grids import MARK, Span, grids
from cnnspec.report.headline import (
    headline_diagnoses,
    headline_lines,
    headline_words,
    leading_requirement,
    of_adapter,
    remedy_spans,
    unrefused_words,
)
from cnnspec.report.lines import STATUS_STYLES, VERDICT_STYLES, WIDTH, Line, styled
from cnnspec.report.measured import STENCIL, character_plot, in_rows
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM
from cnnspec.report.words import (
    by_chapter,
    diagnosis_word,
    facet_cell,
    known_failure_words,
    named_in_short,
    special_words,
    told_limits,
    verdict_words,
)
from cnnspec.subject.profiles import DECLARATION

#: Lines that a screen shows at once.
SCREEN = 24

#: Diagnoses of an operation, and of a failure, that are shown.
DIAGNOSES = 4


def text_report(
    report: Json, *, details: bool = True, behaviours: bool = False, verbose: bool = False
) -> str:
    """Return the report as plain text; its first line says what is wrong, its last the verdict.

    The arguments are those of `report_lines`.
    """
    lines = report_lines(report, details=details, behaviours=behaviours, verbose=verbose)
    return "".join(f"{line}\n" for line in lines)


def report_lines(
    report: Json,
    *,
    details: bool = True,
    behaviours: bool = False,
    verbose: bool = False,
    width: int = WIDTH,
) -> list[Line]:
    """Return the report as lines.

    ``details`` shows the smallest case of what failed, ``verbose`` that of every requirement, and
    ``behaviours`` what is neither required nor a fault. Arrays side by side take ``width``.
    """
    leading = leading_requirement(report)
    implementation = report["implementation"]
    lines = [
        *headline_lines(report),
        styled(
            (implementation["name"], "name"),
            f" ({implementation['form']}), "
            + ", ".join([f"profile {report['profile']}", *special_words(report)])
            + f", cnnspec {report['spec_version']},"
            f" specification {report.get('spec_hash', 'unknown')[:16]}",
        ),
        *(styled(f"profile: {why}") for why in _why_the_profile(report)),
        *(styled(f"note: {note}") for note in implementation["notes"]),
        *(styled(f"limit: {words}") for words in told_limits(report)),
        styled(),
        *_facets(report),
        *_operations(report, width=width, verbose=verbose),
        *failure_lines(report, leading, details=details, verbose=verbose, width=width),
        *known_failure_lines(report["known_failures"]),
    ]
    if details and report["verdict"] == CONFORMS:
        lines += _accuracy(report)
    if behaviours:
        lines += _behaviours(report)
    lines += [styled(), *_the_rest(report, verbose=verbose)]
    return [*lines, *(_said_again(report) if len(lines) > SCREEN else ()), _verdict(report)]


def _said_again(report: Json) -> Iterator[Line]:
    """Say beside the verdict what is wrong, where the first lines are out of sight."""
    if not of_adapter(report) and not unrefused_words(report):
        for name, diagnosis in headline_diagnoses(report):
            yield styled((headline_words(name, diagnosis), "bad"))


#: Of more operations than this the table has only those of which something is said.
_MANY = 9


def _facets(report: Json) -> Iterator[Line]:
    """Yield the table of operations and facets."""
    operations = report["operations"].items()
    rows = {name: entry["facets"] for name, entry in operations if "facets" in entry}
    if not rows:
        return
    rows, others = _telling(rows)
    first = max(len(name) for name in rows)
    columns = {
        facet: max(len(facet), *(len(facet_cell(row[facet])) for row in rows.values()))
        for facet in report.get("facets", FACETS)
    }
    head = "  ".join(f"{facet:{width}}" for facet, width in columns.items())
    yield styled(f"  {'':{first}}  ", (head, "dim"), verbatim=True)
    for name, row in rows.items():
        cells: list[Span] = []
        for facet, width in columns.items():
            style = STATUS_STYLES[row[facet]["status"]]
            cells += [(f"{facet_cell(row[facet]):{width}}", style), ("  ", "")]
        yield styled(f"  {name:{first}}  ", *cells, verbatim=True)
    if others:
        yield styled((f"  no complaint about the {others} others", "dim"))
    yield styled()


def _telling(rows: dict[str, Json]) -> tuple[dict[str, Json], int]:
    """Return the rows to show, and how many are left out: of many, those without a complaint."""
    telling = {
        name: row
        for name, row in rows.items()
        if any(cell["status"] in ("failed", "advised") for cell in row.values())
    }
    if len(rows) <= _MANY or not telling:
        return rows, 0
    return telling, len(rows) - len(telling)


def _operations(report: Json, *, width: int, verbose: bool) -> Iterator[Line]:
    """Yield the operations and what is known of their mistakes.

    Those that fail come first, and then those of which something is said.
    """
    longest = max((len(name) for name in report["operations"]), default=0)
    said = {} if of_adapter(report) else dict(headline_diagnoses(report))
    entries = report["operations"].items()
    for name, entry in sorted(entries, key=_urgency):
        failed = f", {entry['failed']} failed" if entry["failed"] else ""
        failed += known_failure_words(entry["known_failures"])
        yield styled(
            f"  {name:{longest}}  ",
            (entry["verdict"], VERDICT_STYLES[entry["verdict"]]),
            f" ({entry['checks']} checks{failed})",
        )
        yield from _diagnoses(entry["diagnosis"], said.get(name))
        if verbose:
            yield from _measured(entry, width)
    for one in report.get("candidates", ()):
        failed = f", failed: {', '.join(one['failed'])}" if one["failed"] else ""
        yield styled(
            f"  {one['operation']} ({one['name']})  ",
            (one["verdict"], VERDICT_STYLES[one["verdict"]]),
            f" ({one['checks']} checks{failed})",
        )


def _urgency(one: tuple[str, Json]) -> tuple[bool, bool]:
    _, entry = one
    return entry["verdict"] != DOES_NOT_CONFORM, not entry["diagnosis"]


def _diagnoses(diagnoses: list[Json], said: Json | None) -> Iterator[Line]:
    """Yield an operation's diagnoses; what the headline said is not said again."""
    for diagnosis in diagnoses[:DIAGNOSES]:
        shown = named_in_short(diagnosis["requirements"])
        if diagnosis is said:
            yield styled("      ", (f"{diagnosis_word(diagnosis)}: as said above ({shown})", "dim"))
            continue
        yield styled(f"      {diagnosis_word(diagnosis)}: {diagnosis['explanation']} ({shown})")
        if diagnosis["remedy"]:
            yield styled("      ", *remedy_spans(diagnosis["remedy"]))
    if len(diagnoses) > DIAGNOSES:
        yield styled(f"      and {len(diagnoses) - DIAGNOSES} more; mend these first")


def _measured(entry: Json, width: int) -> Iterator[Line]:
    """Yield what was measured of an operation, beside what is due."""
    for one in entry.get("measured", ()):
        yield styled(f"      measured by calls of {one['call']}, beside what is due:")
        yield styled()
        for spans in _drawn(one, width - 8):
            yield styled("        ", *spans, verbatim=True)
        marks = f"; {MARK} marks them" if one["kind"] == STENCIL else ""
        yield styled(f"      {one['caption'].removesuffix('.')}{marks}.")


def _drawn(one: Json, width: int) -> list[list[Span]]:
    if one["kind"] == STENCIL:
        return [spans for panels in in_rows(one["panels"]) for spans in [*grids(panels, width), []]]
    return [*([(line, "")] for line in character_plot(one)), []]


def _accuracy(report: Json) -> Iterator[Line]:
    if report["accuracy"]:
        yield styled()
        yield styled(
            "accuracy: the largest error over its bound, and the precision that errors show"
        )
    for entry in report["accuracy"]:
        shown = f", as precise as {entry['precision']}" if entry["precision"] else ""
        yield styled(
            f"  {entry['operation']}, inputs and results in {entry['result_dtype']}:"
            f" {entry['error_over_bound']:g}{shown}"
        )


def _behaviours(report: Json) -> Iterator[Line]:
    yield styled()
    yield styled("behaviours: where correct implementations differ, and who does the same")
    for entry in report["behaviours"]:
        raised = f" ({', '.join(entry['raised'])})" if entry["raised"] else ""
        like = f" [like {', '.join(entry['like'])}]" if entry["like"] else ""
        yield styled(f"  {entry['question']} {entry['answer']}{raised}{like}")


def _the_rest(report: Json, *, verbose: bool) -> Iterator[Line]:
    """Yield a line on what passed, and one on what was not tested."""
    for status, style in (("passed", "good"), ("not tested", "dim")):
        entries = [entry for entry in report["requirements"] if entry["status"] == status]
        if not entries:
            continue
        named = ", ".join(entry["id"] for entry in entries) if verbose else by_chapter(entries)
        yield styled((status, style), f": {count_words(entries, '')} ({named})")


def _verdict(report: Json) -> Line:
    said, counts = verdict_words(report)
    name = report["implementation"]["name"]
    return styled(
        (f"verdict: {name} ", "name"), (said, VERDICT_STYLES[report["verdict"]]), f" ({counts})"
    )


def _why_the_profile(report: Json) -> Iterator[str]:
    """Yield why an implementation is judged by its profile, where that is not plain."""
    chosen = report.get("profile_chosen", {})
    if chosen.get("by") == DECLARATION or chosen.get("cells"):
        yield f"{report['profile']}, {chosen['why']}"
