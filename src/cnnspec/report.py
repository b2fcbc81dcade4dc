"""The report as text, for people."""

from cnnspec.verdict import Json

#: Guesses at the mistake that are shown.
GUESSES = 2


def text_report(report: Json, *, details: bool = True) -> str:
    """Return the report as plain text; its last line is the verdict."""
    implementation = report["implementation"]
    lines = [
        f"{implementation['name']} ({implementation['form']}), profile {report['profile']},"
        f" cnnspec {report['spec_version']}",
        *(f"note: {note}" for note in implementation["notes"]),
        "",
    ]
    width = max((len(name) for name in report["operations"]), default=0)
    for name, entry in report["operations"].items():
        failed = f", {entry['failed']} failed" if entry["failed"] else ""
        lines.append(f"  {name:{width}}  {entry['verdict']} ({entry['checks']} checks{failed})")
    for heading, entries in _groups(report):
        lines += ["", heading]
        lines += _requirement(entries[0], details=details)
        lines += [line for entry in entries[1:] for line in _requirement(entry, details=False)]
    return "\n".join([*lines, "", verdict_line(report), ""])


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
            heading = f"{chapter}: {len(entries)} requirements {status}{after}"
            groups.append((heading, entries))
    return groups


def verdict_line(report: Json) -> str:
    """Return the verdict in one line."""
    counts = {
        status: sum(entry["status"] == status for entry in report["requirements"])
        for status in ("passed", "failed", "advised", "not tested")
    }
    parts = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return (
        f"verdict: {report['implementation']['name']} {_VERDICTS[report['verdict']]}"
        f" ({len(report['requirements'])} requirements: {parts})"
    )


_VERDICTS = {
    "conforms": "conforms",
    "does not conform": "does not conform",
    "incomplete": "was not judged completely (incomplete)",
}


def _requirement(entry: Json, *, details: bool) -> list[str]:
    lines = [f"  {entry['id']} {entry['status']} ({entry['level']}): {entry['text']}"]
    failures = entry["failures"]
    more = f" (and {len(failures) - 1} more cases)" if len(failures) > 1 else ""
    first, *rest = failures[0]["message"].splitlines()
    lines.append(f"      {failures[0]['case']}: {first}{more}")
    if details:
        for diagnosis in failures[0]["diagnosis"][:GUESSES]:
            lines.append(f"      {_sure(diagnosis)}: {diagnosis['explanation']}")
            lines.append(f"      to mend it: {diagnosis['remedy']}")
        lines.append(f"      {failures[0]['call']}")
        lines += [f"    {line}" for line in rest]
    return lines


def _sure(diagnosis: Json) -> str:
    return "diagnosis" if diagnosis["certain"] else "perhaps"
