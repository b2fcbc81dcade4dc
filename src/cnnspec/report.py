"""The report as text, for people."""

from collections import Counter
from collections.abc import Iterator

from cnnspec.operations import OPERATIONS
from cnnspec.verdict import CONFORMS, KNOWN_FAILURE, Json

#: Diagnoses of an operation, and of a failure, that are shown.
DIAGNOSES = 4
GUESSES = 2

#: Requirements that are named one by one.
NAMED = 3

_ARGUMENTS = {
    name for operation in OPERATIONS.values() for name in (*operation.required, *operation.optional)
}


def text_report(report: Json, *, details: bool = True, behaviours: bool = False) -> str:
    """Return the report as plain text; its first line says what is wrong, its last the verdict.

    ``details`` shows the smallest case of what failed, ``behaviours`` what is neither required nor
    a fault.
    """
    implementation = report["implementation"]
    lines = [
        *_headline(report),
        f"{implementation['name']} ({implementation['form']}), profile {report['profile']},"
        f" cnnspec {report['spec_version']}",
        *(f"note: {note}" for note in implementation["notes"]),
        "",
    ]
    width = max((len(name) for name in report["operations"]), default=0)
    for name, entry in report["operations"].items():
        failed = f", {entry['failed']} failed" if entry["failed"] else ""
        failed += _known_failures(entry["known_failures"])
        lines.append(f"  {name:{width}}  {entry['verdict']} ({entry['checks']} checks{failed})")
        lines += _diagnoses(entry["diagnosis"])
    for number, (heading, entries) in enumerate(_groups(report)):
        follows = number > 0 and heading.startswith("NET")  # the layers' mistakes show there too
        lines += ["", heading]
        lines += _requirement(entries[0], details=details and not follows)
        lines += [line for entry in entries[1:] for line in _requirement(entry, details=False)]
    lines += _listed(report["known_failures"])
    if details and report["verdict"] == CONFORMS:
        lines += _accuracy(report)
    if behaviours:
        lines += _behaviours(report)
    return "\n".join([*lines, "", verdict_line(report), ""])


def _headline(report: Json) -> Iterator[str]:
    """Say in one line what is wrong, if it is known: a broken adapter spoils all that follows."""
    if report["adapter"]:
        perhaps = "" if report["adapter"][0]["certain"] else "perhaps "
        yield f"{perhaps}arguments or results are passed on wrongly; mend this first:"
        for finding in report["adapter"]:
            yield f"  {finding['operation']}: {finding['explanation']}"
            yield f"      to mend it: {finding['remedy']}"
        yield ""
        return
    for name, entry in report["operations"].items():
        if entry["failed"] and entry["diagnosis"]:
            first = entry["diagnosis"][0]
            yield f"{name}: {_perhaps(first)}{first['explanation']}"
            yield ""
            return


def _perhaps(diagnosis: Json) -> str:
    is_guess = diagnosis["fault"] is not None and not diagnosis["certain"]
    return "perhaps " if is_guess else ""


def _diagnoses(diagnoses: list[Json]) -> Iterator[str]:
    for diagnosis in diagnoses[:DIAGNOSES]:
        named = ", ".join(diagnosis["requirements"][:NAMED])
        more = len(diagnosis["requirements"]) - NAMED
        shown = f"{named} and {more} more" if more > 0 else named
        yield f"      {_label(diagnosis)}: {diagnosis['explanation']} ({shown})"
        if diagnosis["remedy"]:
            yield f"      to mend it: {diagnosis['remedy']}"
    if len(diagnoses) > DIAGNOSES:
        yield f"      and {len(diagnoses) - DIAGNOSES} more; mend these first"


def _label(diagnosis: Json) -> str:
    if diagnosis["fault"] is None:
        return "it looks so"
    return "diagnosis" if diagnosis["certain"] else "perhaps"


def _known_failures(count: int) -> str:
    return f", {count} known failure{'s' if count > 1 else ''}" if count else ""


def _listed(known: list[Json]) -> Iterator[str]:
    """Say what became of the list of known failures."""
    if known:
        yield ""
        yield "known failures"
    for entry in known:
        identity = entry.get("requirement") or entry["case"]
        if entry["state"] == "fails":
            yield f"  {identity} ({entry['failures']}): {entry['reason']}"
        else:
            yield f"  {entry['message'] or f'{identity} was not run, or not in full'}"


def _groups(report: Json) -> list[tuple[str, list[Json]]]:
    """Return the failed requirements by chapter, the first of each most likely the cause."""
    groups = []
    for status in ("failed", "advised"):
        chapters: dict[str, list[Json]] = {}
        for entry in report["requirements"]:
            if entry["status"] == status:
                chapters.setdefault(entry["id"].split("-")[0], []).append(entry)
        for chapter, entries in chapters.items():
            after = f"; mend {entries[0]['id']} first" if len(entries) > 1 else ""
            word = "requirements" if len(entries) > 1 else "requirement"
            groups.append((f"{chapter}: {len(entries)} {word} {status}{after}", entries))
    return groups


def verdict_line(report: Json) -> str:
    """Return the verdict in one line."""
    statuses = Counter(entry["status"] for entry in report["requirements"])
    parts = ", ".join(
        f"{statuses[status]} {status}{'s' if _has_plural(status, statuses[status]) else ''}"
        for status in _COUNTED
        if statuses[status]
    )
    return (
        f"verdict: {report['implementation']['name']} {_VERDICTS[report['verdict']]}"
        f" ({len(report['requirements'])} requirements: {parts})"
    )


_COUNTED = ("passed", "failed", "advised", KNOWN_FAILURE, "not tested")


def _has_plural(status: str, count: int) -> bool:
    return status == KNOWN_FAILURE and count > 1


_VERDICTS = {
    "conforms": "conforms",
    "does not conform": "does not conform",
    "incomplete": "was not judged completely (incomplete)",
}


def _requirement(entry: Json, *, details: bool, remedies: bool = False) -> Iterator[str]:
    failures = [failure for failure in entry["failures"] if "known" not in failure]
    first, *rest = failures[0]["message"].splitlines()
    yield f"  {entry['id']} {entry['status']} ({entry['level']}): {entry['text']}"
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    yield f"      {failures[0]['case']}: {first}{more}"
    if not details:
        return
    for diagnosis in failures[0]["diagnosis"][:GUESSES]:
        yield f"      {_label(diagnosis)}: {diagnosis['explanation']}"
        if remedies and diagnosis["remedy"]:
            yield f"      to mend it: {diagnosis['remedy']}"
    yield f"      {failures[0]['call']}"
    snippet = failures[0]["snippet"]
    for line in rest:
        if not (snippet and line.split(" = ")[0].strip() in _ARGUMENTS):
            yield f"    {line}"
    if snippet:
        yield "      to see it by yourself:"
        yield from (f"        {line}".rstrip() for line in snippet.splitlines())


def failure_text(entry: Json) -> str:
    """Return what there is to say of a failed requirement, by its entry in a report."""
    lines = _requirement(entry, details=True, remedies=True)
    return "\n".join(line.removeprefix("  ") for line in lines)


def _accuracy(report: Json) -> Iterator[str]:
    if report["accuracy"]:
        yield ""
        yield "accuracy: the largest error over its bound, and the precision that errors show"
    for entry in report["accuracy"]:
        shown = f", as precise as {entry['precision']}" if entry["precision"] else ""
        yield (
            f"  {entry['operation']}, results in {entry['result_dtype']}:"
            f" {entry['error_over_bound']:g}{shown}"
        )


def _behaviours(report: Json) -> Iterator[str]:
    yield ""
    yield "behaviours: where correct implementations differ, and who does the same"
    for entry in report["behaviours"]:
        raised = f" ({', '.join(entry['raised'])})" if entry["raised"] else ""
        like = f" [like {', '.join(entry['like'])}]" if entry["like"] else ""
        yield f"  {entry['question']} {entry['answer']}{raised}{like}"
