"""The report as text, for people."""

from cnnspec.verdict import Json

#: Failed cases that are shown in full for one requirement.
SHOWN = 1


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
    for status in ("failed", "advised"):
        for entry in report["requirements"]:
            if entry["status"] == status:
                lines += _requirement(entry, details=details)
    return "\n".join([*lines, "", verdict_line(report), ""])


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
    lines = ["", f"{entry['id']} {entry['status']} ({entry['level']}): {entry['text']}"]
    failures = entry["failures"]
    for failure in failures[:SHOWN]:
        first, *rest = failure["message"].splitlines()
        for diagnosis in failure["diagnosis"]:
            sure = "it is" if diagnosis["certain"] else "it may be that"
            lines.append(f"  {sure} {diagnosis['explanation']}")
            lines.append(f"  to mend it: {diagnosis['remedy']}")
        lines.append(f"  {failure['case']}: {first}")
        if details:
            lines.append(f"    {failure['call']}")
            lines += [f"  {line}" for line in rest]
    if len(failures) > SHOWN:
        lines.append(f"  and {len(failures) - SHOWN} more cases of this requirement")
    return lines
