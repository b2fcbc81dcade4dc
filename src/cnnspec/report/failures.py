"""What failed: requirements, their smallest cases, and the arrays side by side."""

import shlex
from collections.abc import Iterator

from cnnspec.cases.requirements import DEFAULT, GENERAL
from cnnspec.report.entries import Json
from cnnspec.report.grids import MARK, Span, grids
from cnnspec.report.headline import headline_diagnosis, remedy_spans
from cnnspec.report.lines import STATUS_STYLES, WIDTH, Line, styled
from cnnspec.report.words import diagnosis_word, effort_of, first_line, left_to_say
from cnnspec.subject.boundary import PROMPT
from cnnspec.subject.profiles import OPTION

GUESSES = 2


def failure_lines(
    report: Json, leading: str, *, details: bool, verbose: bool, width: int
) -> Iterator[Line]:
    """Yield the failed requirements: one in full, or all of them if ``verbose``, the rest named."""
    folded: dict[str, list[Json]] = {"failed": [], "advised": []}
    for entry in sorted(report["requirements"], key=lambda entry: entry["id"] != leading):
        if entry["status"] not in folded:
            continue
        if details and (verbose or entry["id"] == leading):
            yield styled()
            said = headline_diagnosis(report)
            yield from requirement_lines(entry, width=width, said=said[1] if said else None)
            yield _rerun(report, entry["id"])
        else:
            folded[entry["status"]].append(entry)
    for status, entries in folded.items():
        if not entries:
            continue
        more = " more" if status == "failed" and details else ""
        hint = "; --verbose shows their cases" if details else ""
        yield styled()
        yield styled(f"{count_words(entries, more)} {status}{hint}")
        for entry in entries:
            style = STATUS_STYLES[status]
            yield styled("  ", *_named(entry, style), folded=True)


def count_words(entries: list[Json], more: str) -> str:
    """Return how many requirements there are, in words."""
    return f"{len(entries)}{more} requirement{'s' if len(entries) > 1 else ''}"


def _named(entry: Json, style: str) -> Iterator[Span]:
    yield f"{entry['id']} {entry['status']} ({entry['level']})", style
    yield f": {entry['text']}", ""


def _rerun(report: Json, identity: str) -> Line:
    return styled("      to run only this: ", (rerun_command(report, identity), "code"))


def rerun_command(report: Json, identity: str) -> str:
    """Return the command that checks one requirement of what a report is about."""
    source = report["implementation"]["source"]
    if source.startswith(PROMPT):
        return _rerun_at_the_prompt(report, identity)
    source = shlex.quote(source)
    by = report.get("profile_chosen", {}).get("by")
    is_special = report["profile"] == GENERAL if by is None else by == OPTION
    profile = f" --profile {report['profile']}" if is_special else ""
    effort = "" if effort_of(report) == DEFAULT else f" --effort {effort_of(report)}"
    return f"cnnspec check {source}{profile}{effort} --requirement {identity}"


def _rerun_at_the_prompt(report: Json, identity: str) -> str:
    """Return the call that checks one requirement of what was handed over."""
    code = report["implementation"]["source"].removeprefix(PROMPT)
    profile = ', profile="general"' if report["profile"] == "general" else ""
    effort = "" if effort_of(report) == DEFAULT else f', effort="{effort_of(report)}"'
    return f'cnnspec.check({code}{profile}{effort}, requirements=["{identity}"])'


def requirement_lines(
    entry: Json, *, width: int, said: Json | None = None, remedies: bool = False
) -> Iterator[Line]:
    """Yield a requirement and its smallest failure; ``said`` is the diagnosis of the headline."""
    failures = [failure for failure in entry["failures"] if "known" not in failure]
    failure = failures[0]
    yield styled("  ", *_named(entry, STATUS_STYLES[entry["status"]]))
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    yield styled(f"      {failure['case']}: ", (first_line(failure), "bad"), more)
    for diagnosis in failure["diagnosis"][:GUESSES]:
        if said and diagnosis["explanation"] == said["explanation"]:
            continue
        yield styled(f"      {diagnosis_word(diagnosis)}: {diagnosis['explanation']}")
        if remedies and diagnosis["remedy"]:
            yield styled("      ", *remedy_spans(diagnosis["remedy"]))
    if failure["call"]:
        yield styled("      ", (failure["call"], "code"))
    yield from _exhibited(failure.get("exhibit"), width)
    for said_too in left_to_say(failure):
        yield styled(f"    {said_too}")
    snippet = failure.get("snippet")
    if snippet:
        yield styled("      to see it by yourself:")
        for line in snippet.splitlines():
            yield styled("        ", (line, "code"), verbatim=True)
    elif said := failure.get("no_snippet"):
        yield styled("      ", (said, "dim"))


def _exhibited(exhibit: Json | None, width: int) -> Iterator[Line]:
    """Yield the arrays side by side, and how the first wrong element comes about."""
    if not exhibit:
        return
    panels = [panel for panel in exhibit["panels"] if panel["role"] != "difference"]
    yield styled()
    for spans in grids(panels, width - 8):
        yield styled("        ", *spans, verbatim=True)
    yield styled()
    if any(panel.get("wrong") for panel in panels):
        yield styled("      ", (f"{MARK} marks what is wrong", "dim"))
    if not_shown := exhibit.get("not_shown"):
        yield styled("      ", (f"not shown: {'; '.join(not_shown)}", "dim"))
    if exhibit["window"]:
        yield styled(f"      {exhibit['window']}")


def known_failure_lines(known: list[Json]) -> Iterator[Line]:
    """Say what became of the list of known failures."""
    if known:
        yield styled()
        yield styled("known failures")
    for entry in known:
        identity = entry.get("requirement") or entry["case"]
        if entry["state"] == "fails":
            yield styled(f"  {identity} ({entry['failures']}): {entry['reason']}")
        else:
            yield styled(f"  {entry['message'] or f'{identity} was not run, or not in full'}")


def failure_text(entry: Json) -> str:
    """Return what there is to say of a failed requirement, by its entry in a report."""
    lines = requirement_lines(entry, width=WIDTH, remedies=True)
    return "\n".join(str(line).removeprefix("  ") for line in lines)
