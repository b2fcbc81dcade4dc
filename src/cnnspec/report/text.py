"""The report as lines with styles, for people: plain text, or colours on a terminal."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cnnspec.diagnosis.doctor import NARROWED
from cnnspec.judge.nonconformance import Complaint
from cnnspec.operations.requirements import DEFAULT, FACETS
from cnnspec.operations.signatures import OPERATIONS
from cnnspec.report.exhibits import SMALL, is_extreme
from cnnspec.report.grids import MARK, Span, grids
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE, KNOWN_FAILURE, Json
from cnnspec.texts import escaped

#: Diagnoses of an operation, and of a failure, that are shown.
DIAGNOSES = 4
GUESSES = 2

#: Requirements that are named one by one.
NAMED = 3

#: Columns that arrays may take side by side.
WIDTH = 96

#: What shows most clearly what is wrong.
_TELLING = ("wrong values", "wrong shape")

_ARGUMENTS = {
    name for operation in OPERATIONS.values() for name in (*operation.required, *operation.optional)
}


@dataclass(frozen=True)
class Line:
    """A line of the report: spans of text, each with the name of its style.

    Attributes
    ----------
    spans : sequence of (text, style)
    is_verbatim : bool
        Whether the line must stay as it is: an array, or code to be copied.
    is_folded : bool
        Whether its beginning is enough where it is too long.
    """

    spans: tuple[Span, ...] = ()
    is_verbatim: bool = False
    is_folded: bool = False

    def __str__(self) -> str:
        return "".join(text for text, _ in self.spans).rstrip()


def _line(*parts: str | Span, verbatim: bool = False, folded: bool = False) -> Line:
    spans = ((part, "") if isinstance(part, str) else part for part in parts)
    return Line(tuple((escaped(text), style) for text, style in spans), verbatim, folded)


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
        *_headline(report),
        _line(
            (implementation["name"], "name"),
            f" ({implementation['form']}), profile {report['profile']},{_effort(report)}"
            f" cnnspec {report['spec_version']},"
            f" specification {report.get('spec_hash', 'unknown')[:16]}",
        ),
        *(_line(f"note: {note}") for note in implementation["notes"]),
        *(_line(f"limit: {words}") for words in _told_limits(report)),
        _line(),
        *_facets(report),
        *_operations(report),
        *_failures(report, leading, details=details, verbose=verbose, width=width),
        *_listed(report["known_failures"]),
    ]
    if details and report["verdict"] == CONFORMS:
        lines += _accuracy(report)
    if behaviours:
        lines += _behaviours(report)
    return [*lines, _line(), *_the_rest(report, verbose=verbose), _verdict(report)]


# --- what is wrong, in a line --------------------------------------------------------------------


def _headline(report: Json) -> Iterator[Line]:
    """Say in one line what is wrong, if it is known: a broken adapter spoils all that follows."""
    if report["adapter"]:
        yield _line((f"{adapter_words(report)}:", "bad"))
        for finding in report["adapter"]:
            yield _line("  ", (f"{finding['operation']}: {finding['explanation']}", "bad"))
            yield _line("      ", *_remedy(finding["remedy"]))
        yield _line()
        return
    if unrefused := unrefused_words(report):
        yield _line((unrefused, "bad"))
    found = headline_diagnosis(report)
    if found:
        _, first = found
        yield _line((headline_words(*found), "bad"))
        if first["remedy"]:
            yield _line("  ", *_remedy(first["remedy"]))
        yield _line()


def unrefused_words(report: Json) -> str:
    """Return what is not refused, if nothing else is wrong: "" where anything else is."""
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    facets = [entry.get("facets") for entry in report["operations"].values()]
    others = [(f, one[f]["status"]) for one in facets if one for f in FACETS if f != REFUSALS]
    if (
        not failed
        or not all(facets)
        or any(_facet_of(entry) != REFUSALS for entry in failed)
        or ("values", "passed") not in others
        or any(status not in ("passed", "not tested") for _, status in others)
    ):
        return ""
    accepted = [entry for entry in failed if first_failure(entry)["complaint"] == _ACCEPTED]
    unclean = [entry for entry in failed if entry not in accepted]
    parts = [
        f"{said}: {', '.join(_in_short(entry) for entry in entries)}"
        for said, entries in (
            ("not refused are", accepted),
            ("not refused as they must be are", unclean),
        )
        if entries
    ]
    return f"every number tested is right; {'; '.join(parts)}"


#: The facet that is about bad arguments, and the complaint that one was taken.
REFUSALS = "refusals"
_ACCEPTED = Complaint.ACCEPTED.value


def _facet_of(entry: Json) -> str:
    return str(entry.get("facet", ""))


def _in_short(entry: Json) -> str:
    """Return what a requirement wants refused, and its id."""
    text = entry["text"].rstrip(".").removeprefix("forward refuses ")
    text = text.removeprefix("A softmax layer refuses ")
    for ending in (" are refused", " is refused", " never give a map with elements"):
        text = text.replace(ending, "")
    text = text.removesuffix(" never give elements")
    return f"{text[0].lower()}{text[1:]} ({entry['id']})"


def headline_diagnosis(report: Json) -> tuple[str, Json] | None:
    """Return the operation to mend first and its diagnosis, if something failed.

    Where nothing is known of it, the diagnosis is what the most telling failure says.
    """
    if found := _diagnosed_first(report):
        return found
    leading = leading_requirement(report)
    for entry in report["requirements"]:
        if entry["id"] == leading:
            failure = first_failure(entry)
            said = f"{first_line(failure)} in {failure['case']}"
            return _operation_of(report, failure), {
                "fault": None,
                "certain": False,
                "explanation": said,
                "remedy": None,
                "requirements": [leading],
            }
    return None


def _operation_of(report: Json, failure: Json) -> str:
    """Return the operation that was called, or else the first that failed, by its key."""
    called = OPERATIONS.get((failure["call"] or "").partition("(")[0])
    if called:
        return called.key
    operations: dict[str, Json] = report["operations"]
    return next(name for name, entry in operations.items() if entry["failed"])


def _diagnosed_first(report: Json) -> tuple[str, Json] | None:
    """Return the operation to mend first, with its first diagnosis of more than refusals.

    It is the one of which the largest share of checks fail; a layer's mistake shows in the network
    too, which comes last. Where only refusals fail, one of these will do.
    """
    facets = {e["id"]: _facet_of(e) for e in report["requirements"] if e["status"] == "failed"}
    is_more_wrong = any(facet != REFUSALS for facet in facets.values())
    for name, entry in sorted(report["operations"].items(), key=_to_mend_first):
        for diagnosis in entry["diagnosis"] if entry["failed"] else ():
            explained = {facets[one] for one in diagnosis["requirements"] if one in facets}
            if explained - ({REFUSALS} if is_more_wrong else set()):
                return name, diagnosis
    return None


def _to_mend_first(operation: tuple[str, Json]) -> tuple[bool, float]:
    name, entry = operation
    return name == "network", -entry["failed"] / max(entry["checks"], 1)


def _remedy(remedy: str) -> tuple[Span, Span]:
    return ("to mend it: ", "mend"), (remedy, "")


def headline_words(operation: str, diagnosis: Json) -> str:
    """Return what is wrong with an operation, in a line."""
    is_guess = diagnosis["fault"] is not None and not diagnosis["certain"]
    return f"{operation}: {'perhaps ' if is_guess else ''}{diagnosis['explanation']}"


def adapter_words(report: Json) -> str:
    """Return that the adapter is broken, in a line; sums may be narrow without any adapter."""
    if all(finding["explanation"] == NARROWED[0] for finding in report["adapter"]):
        return "results are only as precise as float32; mend this first"
    doubt = "" if report["adapter"][0]["certain"] else "perhaps "
    return f"{doubt}arguments or results are passed on wrongly; mend this first"


# --- the operations ------------------------------------------------------------------------------

#: The styles of verdicts, and of requirements by their status.
VERDICT_STYLES = {CONFORMS: "good", DOES_NOT_CONFORM: "bad", INCOMPLETE: "doubt"}
STATUS_STYLES = {
    "passed": "good",
    "failed": "bad",
    "advised": "doubt",
    KNOWN_FAILURE: "doubt",
    "not tested": "dim",
}


#: What a facet's cell says: a word, so that no colour is needed.
_CELLS = {"passed": "passed", KNOWN_FAILURE: "known", "not tested": "-"}


def facet_cell(facet: Json) -> str:
    """Return what a table says of a facet of an operation."""
    status = facet["status"]
    return _CELLS[status] if status in _CELLS else f"{facet[status]} {status}"


def _facets(report: Json) -> Iterator[Line]:
    """Yield the table of operations and facets."""
    operations = report["operations"].items()
    rows = {name: entry["facets"] for name, entry in operations if "facets" in entry}
    if not rows:
        return
    first = max(len(name) for name in rows)
    columns = {
        facet: max(len(facet), *(len(facet_cell(row[facet])) for row in rows.values()))
        for facet in FACETS
    }
    head = "  ".join(f"{facet:{width}}" for facet, width in columns.items())
    yield _line(f"  {'':{first}}  ", (head, "dim"), verbatim=True)
    for name, row in rows.items():
        cells: list[Span] = []
        for facet, width in columns.items():
            style = STATUS_STYLES[row[facet]["status"]]
            cells += [(f"{facet_cell(row[facet]):{width}}", style), ("  ", "")]
        yield _line(f"  {name:{first}}  ", *cells, verbatim=True)
    yield _line()


def _operations(report: Json) -> Iterator[Line]:
    """Yield the operations and what is known of their mistakes; those that fail come first."""
    width = max((len(name) for name in report["operations"]), default=0)
    said = None if report["adapter"] else headline_diagnosis(report)
    entries = report["operations"].items()
    for name, entry in sorted(entries, key=lambda one: one[1]["verdict"] != DOES_NOT_CONFORM):
        failed = f", {entry['failed']} failed" if entry["failed"] else ""
        failed += _known_failures(entry["known_failures"])
        yield _line(
            f"  {name:{width}}  ",
            (entry["verdict"], VERDICT_STYLES[entry["verdict"]]),
            f" ({entry['checks']} checks{failed})",
        )
        yield from _diagnoses(entry["diagnosis"], said[1] if said and said[0] == name else None)


def _diagnoses(diagnoses: list[Json], said: Json | None) -> Iterator[Line]:
    """Yield an operation's diagnoses; what the headline said is not said again."""
    for diagnosis in diagnoses[:DIAGNOSES]:
        shown = named_in_short(diagnosis["requirements"])
        if diagnosis is said:
            yield _line("      ", (f"{diagnosis_word(diagnosis)}: as said above ({shown})", "dim"))
            continue
        yield _line(f"      {diagnosis_word(diagnosis)}: {diagnosis['explanation']} ({shown})")
        if diagnosis["remedy"]:
            yield _line("      ", *_remedy(diagnosis["remedy"]))
    if len(diagnoses) > DIAGNOSES:
        yield _line(f"      and {len(diagnoses) - DIAGNOSES} more; mend these first")


def named_in_short(requirements: list[str]) -> str:
    """Return the first of some requirements, and how many more there are."""
    named, more = ", ".join(requirements[:NAMED]), len(requirements) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def diagnosis_word(diagnosis: Json) -> str:
    """Return how sure a diagnosis is, in a word or three."""
    if diagnosis["fault"] is None:
        return "it looks so"
    return "diagnosis" if diagnosis["certain"] else "perhaps"


def _known_failures(count: int) -> str:
    return f", {count} known failure{'s' if count > 1 else ''}" if count else ""


# --- what failed ---------------------------------------------------------------------------------


def leading_requirement(report: Json) -> str:
    """Return the id of the failed requirement that shows best what is wrong, "" for none.

    Bad arguments that are not refused come last. Among those that the headline explains, a plain
    difference of values comes before other complaints, what shows in a small and plain case before
    the rest, and what fails in most of its checks before what fails in some, where the mistake may
    be beside the point.
    """
    found = _diagnosed_first(report)
    explained = set(found[1]["requirements"]) if found else set()
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    return min(
        failed,
        default={"id": ""},
        key=lambda entry: (
            _facet_of(entry) == REFUSALS,
            entry["id"] not in explained,
            entry["id"].startswith("NET") and (found is None or found[0] != "network"),
            first_failure(entry).get("complaint") not in _TELLING,
            first_failure(entry).get("size", 0) > SMALL,
            is_extreme(first_failure(entry).get("exhibit")),
            2 * entry["failed"] <= entry["checks"],
        ),
    )["id"]


def first_failure(entry: Json) -> Json:
    """Return the smallest failure that is not known."""
    found: Json = next(failure for failure in entry["failures"] if "known" not in failure)
    return found


def _failures(
    report: Json, leading: str, *, details: bool, verbose: bool, width: int
) -> Iterator[Line]:
    """Yield the failed requirements: one in full, or all of them if ``verbose``, the rest named."""
    folded: dict[str, list[Json]] = {"failed": [], "advised": []}
    for entry in sorted(report["requirements"], key=lambda entry: entry["id"] != leading):
        if entry["status"] not in folded:
            continue
        if details and (verbose or entry["id"] == leading):
            yield _line()
            said = headline_diagnosis(report)
            yield from _requirement(entry, width=width, said=said[1] if said else None)
            yield _rerun(report, entry["id"])
        else:
            folded[entry["status"]].append(entry)
    for status, entries in folded.items():
        if not entries:
            continue
        more = " more" if status == "failed" and details else ""
        hint = "; --verbose shows their cases" if details else ""
        yield _line()
        yield _line(f"{_count(entries, more)} {status}{hint}")
        for entry in entries:
            style = STATUS_STYLES[status]
            yield _line("  ", *_named(entry, style), folded=True)


def _count(entries: list[Json], more: str) -> str:
    return f"{len(entries)}{more} requirement{'s' if len(entries) > 1 else ''}"


def _named(entry: Json, style: str) -> Iterator[Span]:
    yield f"{entry['id']} {entry['status']} ({entry['level']})", style
    yield f": {entry['text']}", ""


def _rerun(report: Json, identity: str) -> Line:
    return _line("      to run only this: ", (rerun_command(report, identity), "code"))


def rerun_command(report: Json, identity: str) -> str:
    """Return the command that checks one requirement of what a report is about."""
    source = shlex.quote(report["implementation"]["source"])
    profile = " --profile general" if report["profile"] == "general" else ""
    effort = "" if effort_of(report) == DEFAULT else f" --effort {effort_of(report)}"
    return f"cnnspec check {source}{profile}{effort} --requirement {identity}"


def _requirement(
    entry: Json, *, width: int, said: Json | None = None, remedies: bool = False
) -> Iterator[Line]:
    """Yield a requirement and its smallest failure; ``said`` is the diagnosis of the headline."""
    failures = [failure for failure in entry["failures"] if "known" not in failure]
    failure = failures[0]
    yield _line("  ", *_named(entry, STATUS_STYLES[entry["status"]]))
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    yield _line(f"      {failure['case']}: ", (first_line(failure), "bad"), more)
    for diagnosis in failure["diagnosis"][:GUESSES]:
        if said and diagnosis["explanation"] == said["explanation"]:
            continue
        yield _line(f"      {diagnosis_word(diagnosis)}: {diagnosis['explanation']}")
        if remedies and diagnosis["remedy"]:
            yield _line("      ", *_remedy(diagnosis["remedy"]))
    if failure["call"]:
        yield _line("      ", (failure["call"], "code"))
    yield from _exhibited(failure.get("exhibit"), width)
    for said_too in left_to_say(failure):
        yield _line(f"    {said_too}")
    snippet = failure.get("snippet")
    if snippet:
        yield _line("      to see it by yourself:")
        for line in snippet.splitlines():
            yield _line("        ", (line, "code"), verbatim=True)


def first_line(failure: Json) -> str:
    """Return the first line of a failure's message: what is wrong in short."""
    return next(iter(failure["message"].splitlines()), "")


def left_to_say(failure: Json) -> list[str]:
    """Return the lines of a failure's message after the first, without arrays shown elsewhere."""
    exhibit = failure.get("exhibit")
    shown = {"got", "expected"} if exhibit else set()
    if exhibit or failure.get("snippet"):
        shown |= _ARGUMENTS
    rest = failure["message"].splitlines()[1:]
    return [line for line in rest if line.split(" = ")[0].strip() not in shown]


def _exhibited(exhibit: Json | None, width: int) -> Iterator[Line]:
    """Yield the arrays side by side, and how the first wrong element comes about."""
    if not exhibit:
        return
    panels = [panel for panel in exhibit["panels"] if panel["role"] != "difference"]
    yield _line()
    for spans in grids(panels, width - 8):
        yield _line("        ", *spans, verbatim=True)
    yield _line()
    if any(panel.get("wrong") for panel in panels):
        yield _line("      ", (f"{MARK} marks what is wrong", "dim"))
    if not_shown := exhibit.get("not_shown"):
        yield _line("      ", (f"not shown: {'; '.join(not_shown)}", "dim"))
    if exhibit["window"]:
        yield _line(f"      {exhibit['window']}")


def failure_text(entry: Json) -> str:
    """Return what there is to say of a failed requirement, by its entry in a report."""
    lines = _requirement(entry, width=WIDTH, remedies=True)
    return "\n".join(str(line).removeprefix("  ") for line in lines)


def _listed(known: list[Json]) -> Iterator[Line]:
    """Say what became of the list of known failures."""
    if known:
        yield _line()
        yield _line("known failures")
    for entry in known:
        identity = entry.get("requirement") or entry["case"]
        if entry["state"] == "fails":
            yield _line(f"  {identity} ({entry['failures']}): {entry['reason']}")
        else:
            yield _line(f"  {entry['message'] or f'{identity} was not run, or not in full'}")


# --- what did not fail ---------------------------------------------------------------------------


def _accuracy(report: Json) -> Iterator[Line]:
    if report["accuracy"]:
        yield _line()
        yield _line(
            "accuracy: the largest error over its bound, and the precision that errors show"
        )
    for entry in report["accuracy"]:
        shown = f", as precise as {entry['precision']}" if entry["precision"] else ""
        yield _line(
            f"  {entry['operation']}, inputs and results in {entry['result_dtype']}:"
            f" {entry['error_over_bound']:g}{shown}"
        )


def _behaviours(report: Json) -> Iterator[Line]:
    yield _line()
    yield _line("behaviours: where correct implementations differ, and who does the same")
    for entry in report["behaviours"]:
        raised = f" ({', '.join(entry['raised'])})" if entry["raised"] else ""
        like = f" [like {', '.join(entry['like'])}]" if entry["like"] else ""
        yield _line(f"  {entry['question']} {entry['answer']}{raised}{like}")


def _the_rest(report: Json, *, verbose: bool) -> Iterator[Line]:
    """Yield a line on what passed, and one on what was not tested."""
    for status, style in (("passed", "good"), ("not tested", "dim")):
        entries = [entry for entry in report["requirements"] if entry["status"] == status]
        if not entries:
            continue
        named = ", ".join(entry["id"] for entry in entries) if verbose else by_chapter(entries)
        yield _line((status, style), f": {_count(entries, '')} ({named})")


def by_chapter(entries: Iterable[Json]) -> str:
    """Return how many requirements there are of each chapter: "CONV 12, RELU 9"."""
    chapters = Counter(entry["id"].split("-")[0] for entry in entries)
    return ", ".join(f"{chapter} {count}" for chapter, count in chapters.items())


def _verdict(report: Json) -> Line:
    said, counts = verdict_words(report)
    name = report["implementation"]["name"]
    return _line(
        (f"verdict: {name} ", "name"), (said, VERDICT_STYLES[report["verdict"]]), f" ({counts})"
    )


def verdict_words(report: Json) -> tuple[str, str]:
    """Return what the verdict says of the implementation, and how many requirements say so."""
    statuses = Counter(entry["status"] for entry in report["requirements"])
    parts = ", ".join(
        f"{statuses[status]} {status}{'s' if _has_plural(status, statuses[status]) else ''}"
        for status in STATUS_STYLES
        if statuses[status]
    )
    said = _VERDICTS[report["verdict"]]
    if limits := limit_words(report):
        said += f"; {limits}"
    effort = "" if effort_of(report) == DEFAULT else f"{effort_of(report)} effort, "
    return said, f"{effort}{len(report['requirements'])} requirements: {parts}"


def effort_of(report: Json) -> str:
    """Return the effort at which a report judges; reports of version 0.1.0 do not name theirs."""
    return str(report.get("effort", DEFAULT))


def _effort(report: Json) -> str:
    return "" if effort_of(report) == DEFAULT else f" {effort_of(report)} effort,"


def _told_limits(report: Json) -> list[str]:
    """Return each limit with what is said where it is refused, and by which operations."""
    told: dict[str, list[str]] = {}
    for limit in report.get("limits", ()):
        message = f": {limit['message']}" if limit["message"] else ""
        place = f", {limit['place']}" if limit["place"] else ""
        why = f"{limit['words']}, not tested beyond ({limit['exception']}{message}{place})"
        told.setdefault(why, []).append(limit["operation"])
    return [f"{', '.join(names)}: {why}" for why, names in told.items()]


def limit_words(report: Json) -> str:
    """Return the limits of an implementation in words, "" where they do not matter."""
    if report["verdict"] == DOES_NOT_CONFORM or not report.get("limits"):
        return ""
    concerned: dict[str, list[str]] = {}
    for limit in report.get("limits", ()):
        key = OPERATIONS[limit["operation"]].key
        concerned.setdefault(limit["words"], []).append(key)
    everything = set(report["operations"]) - {"network"}
    parts = []
    for words, operations in concerned.items():
        names = dict.fromkeys(operations)
        parts.append(words if set(names) >= everything else f"{words} ({', '.join(names)})")
    return ", ".join(parts)


def _has_plural(status: str, count: int) -> bool:
    return status == KNOWN_FAILURE and count > 1


_VERDICTS = {
    CONFORMS: "conforms",
    DOES_NOT_CONFORM: "does not conform",
    "incomplete": "was not judged completely (incomplete)",
}
