"""The report as a page: one file of HTML that needs nothing else, made from the JSON alone."""

from collections.abc import Iterable, Iterator
from typing import Any

from cnnspec.cases.requirements import FACETS
from cnnspec.network.trace import STAGES
from cnnspec.page.heat_maps import heat_maps
from cnnspec.page.plots import curve_plot, error_plot
from cnnspec.report.entries import KNOWN_FAILURE, Json
from cnnspec.report.failures import failure_text, rerun_command
from cnnspec.report.grids import MARK, grids
from cnnspec.report.headline import (
    adapter_words,
    candidate_words,
    headline_diagnoses,
    headline_words,
    leading_requirement,
    of_adapter,
    unrefused_words,
)
from cnnspec.report.lines import STATUS_STYLES, VERDICT_STYLES, WIDTH
from cnnspec.report.words import (
    by_chapter,
    diagnosis_word,
    effort_of,
    facet_cell,
    first_failure,
    first_line,
    left_to_say,
    named_in_short,
    rules_words,
    verdict_words,
)
from cnnspec.texts import escaped

#: The requirement whose test compares the network layer by layer.
_LAYERS = "NET-12"

#: In the order in which requirements are listed.
_LISTED = ("failed", "advised", KNOWN_FAILURE, "passed", "not tested")


def page(report: Json) -> str:
    """Return a report (report.schema.json) as a page."""
    return render("report.html", _view(report))


def summary(report: Json) -> str:
    """Return what comes first of a report, as a piece of a page that has styles of its own."""
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    leading = leading_requirement(report)
    failed.sort(key=lambda entry: entry["id"] != leading)
    shown = [
        {"id": entry["id"], "sentence": entry["text"], "text": failure_text(entry)}
        for entry in failed[:1]
    ]
    others = [f"{entry['id']}: {entry['text']}" for entry in failed[1:]]
    return render("summary.html", {**_view(report), "shown": shown, "others": others})


def render(template: str, view: Json) -> str:
    """Return a template of ``templates/`` filled in; values are escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cnnspec.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return escaped(environment.get_template(template).render(view))


def _view(report: Json) -> Json:
    """Return what the template shows."""
    implementation = report["implementation"]
    statement, counts = verdict_words(report)
    view = {
        "name": implementation["name"],
        "verdict": statement,
        "style": VERDICT_STYLES[report["verdict"]],
        "counts": counts,
        "form": implementation["form"],
        "rules": rules_words(report),
        "effort": effort_of(report),
        "why": report.get("profile_chosen", {}).get("why", ""),
        "version": report["spec_version"],
        "hash": report.get("spec_hash", "unknown"),
        "notes": implementation.get("notes", []),
        "adapter": _adapter(report),
        "headlines": _headlines(report),
        "measured": list(_measured(report)),
        "facets": report.get("facets", FACETS),
        "table": list(_facets(report)),
        "failed": list(_failed(report)),
        "operations": list(_operations(report)),
        "network": _network(report),
        "known": list(_known(report.get("known_failures", []))),
        "groups": list(_groups(report)),
        "accuracy": [error_plot(entry) for entry in report.get("accuracy", [])],
        "behaviours": list(_behaviours(report)),
        "environment": list(_environment(report)),
    }
    return {**view, "sections": list(_sections(view))}


def _sections(view: Json) -> Iterator[Json]:
    titles = {
        "measured": "Measured" if view["measured"] else "",
        "facets": "Facets" if view["table"] else "",
        "failures": "What failed" if view["failed"] else "",
        "operations": "Operations",
        "network": "Network",
        "known": "Known failures" if view["known"] else "",
        "requirements": "Requirements",
        "accuracy": "Accuracy",
        "behaviours": "Behaviours",
        "environment": "Environment",
    }
    return ({"id": key, "title": title} for key, title in titles.items() if title)


def _adapter(report: Json) -> Json | None:
    findings = of_adapter(report)
    if not findings:
        return None
    said = adapter_words(findings)
    return {"title": said[0].upper() + said[1:], "findings": findings}


def _headlines(report: Json) -> list[Json]:
    others = [{"said": said, "remedy": None} for said in candidate_words(report)]
    if unrefused := unrefused_words(report):
        return [{"said": unrefused, "remedy": None}, *others]
    found = [
        {"said": headline_words(name, diagnosis), "remedy": diagnosis["remedy"]}
        for name, diagnosis in headline_diagnoses(report)
    ]
    return [*found, *others]


def _diagnoses(entries: Iterable[Json]) -> list[Json]:
    return [
        {
            "word": diagnosis_word(entry),
            "explanation": entry["explanation"],
            "remedy": entry["remedy"],
            "requirements": named_in_short(entry.get("requirements", [])),
        }
        for entry in entries
    ]


def _measured(report: Json) -> Iterator[Json]:
    """Yield what was measured of wrong operations."""
    for name, entry in report["operations"].items():
        for one in entry.get("measured", ()):
            panels, points = one.get("panels", []), one.get("points", [])
            yield {
                "name": name,
                "caption": one["caption"],
                "call": one["call"],
                "drawings": heat_maps(panels),
                "legend": legend(panels),
                "plots": [curve_plot(one)] if points else [],
                "across": one.get("across", ""),
                "points": [[f"{number:g}" for number in point] for point in points],
            }


# --- what failed ---------------------------------------------------------------------------------


def _failed(report: Json) -> Iterator[Json]:
    """Yield the failed requirements, the most telling first, and then what is advised."""
    leading = leading_requirement(report)
    entries = [
        entry for entry in report["requirements"] if entry["status"] in ("failed", "advised")
    ]
    for entry in sorted(entries, key=lambda e: (e["id"] != leading, e["status"] != "failed")):
        yield _failure(report, entry)


def _failure(report: Json, entry: Json) -> Json:
    failure = first_failure(entry)
    exhibit = failure.get("exhibit")
    panels: list[Json] = exhibit["panels"] if exhibit else []
    return {
        "id": entry["id"],
        "status": entry["status"],
        "style": STATUS_STYLES[entry["status"]],
        "sentence": entry["text"],
        "first": first_line(failure),
        "rest": "\n".join(line.strip() for line in left_to_say(failure)),
        "more": sum("known" not in other for other in entry["failures"]) - 1,
        "case": failure["case"],
        "call": failure["call"],
        "diagnosis": _diagnoses(failure["diagnosis"]),
        "drawings": heat_maps(panels),
        "legend": legend(panels),
        "window": exhibit["window"] if exhibit else "",
        "not_shown": "; ".join(exhibit.get("not_shown", [])) if exhibit else "",
        "text": _as_text(panels),
        "snippet": failure.get("snippet", ""),
        "no_snippet": failure.get("no_snippet", ""),
        "command": rerun_command(report, entry["id"]),
    }


def legend(panels: list[Json]) -> str:
    """Return how to read the drawings."""
    parts = ["Orange is above zero, blue below."]
    if any(panel.get("wrong") for panel in panels):
        parts.append("Wrong elements are outlined, with a filled corner.")
    if any("window" in panel for panel in panels):
        parts.append("The dashed frame holds what the first wrong element is made of.")
    return " ".join(parts) if panels else ""


def _as_text(panels: list[Json]) -> str:
    lines = ["".join(text for text, _ in spans).rstrip() for spans in grids(panels, WIDTH)]
    if any(panel.get("wrong") for panel in panels):
        lines += ["", f"{MARK} marks what is wrong"]
    return "\n".join(lines)


# --- the other sections --------------------------------------------------------------------------


def _facets(report: Json) -> Iterator[Json]:
    """Yield the rows of the table of operations and facets; older reports have none."""
    for name, entry in report["operations"].items():
        if facets := entry.get("facets"):
            cells = [
                {"said": facet_cell(facets[one]), "style": STATUS_STYLES[facets[one]["status"]]}
                for one in report.get("facets", FACETS)
            ]
            yield {"name": name, "cells": cells}


def _operations(report: Json) -> Iterator[Json]:
    for name, entry in report["operations"].items():
        yield {
            "name": name,
            "verdict": entry["verdict"],
            "style": VERDICT_STYLES[entry["verdict"]],
            "checks": entry["checks"],
            "failed": entry["failed"],
            "known": entry.get("known_failures", 0),
            "diagnosis": _diagnoses(entry.get("diagnosis", [])),
        }
    for one in report.get("candidates", ()):
        yield {
            "name": f"{one['operation']} ({one['name']})",
            "verdict": one["verdict"],
            "style": VERDICT_STYLES[one["verdict"]],
            "checks": one["checks"],
            "failed": len(one["failed"]),
            "known": 0,
            "diagnosis": [],
        }


def _network(report: Json) -> Json:
    """Return the layers of the network, and which is the first that differs."""
    for entry in report["requirements"]:
        for failure in entry["failures"]:
            if layers := failure.get("layers"):
                where = f", {layers['where']}" if layers["where"] else ""
                case = f"{failure['case']}, {entry['id']}"
                said = f"The first layer that differs is {layers['differs']}{where} ({case})."
                return {"said": said, "stages": list(_stages(layers))}
    status = next((e for e in report["requirements"] if e["id"] == _LAYERS), None)
    if status is None or status["status"] == "not tested":
        reasons = "; ".join(status.get("reasons", [])) if status else "not run"
        return {"said": f"The layers were not compared ({reasons}).", "stages": []}
    said = "agrees within its proved bound, on every image that was tried"
    if status["status"] == "passed":
        return {"said": f"Every layer that is offered {said} ({_LAYERS}).", "stages": []}
    return {"said": f"{_LAYERS}: {status['status']}.", "stages": []}


def _stages(layers: Json) -> Iterator[Json]:
    for stage in STAGES[1:]:
        if stage in layers["agree"]:
            yield {"name": stage, "said": "agrees", "style": "good"}
        elif stage == layers["differs"]:
            where = f"differs {layers['where']}".rstrip()
            yield {"name": stage, "said": where, "style": "bad"}
        else:
            yield {"name": stage, "said": "not compared", "style": "dim"}


def _known(entries: Iterable[Json]) -> Iterator[Json]:
    for entry in entries:
        yield {**entry, "identity": entry.get("requirement") or entry["case"]}


def _groups(report: Json) -> Iterator[Json]:
    """Yield the requirements by their status."""
    for status in _LISTED:
        entries = [entry for entry in report["requirements"] if entry["status"] == status]
        if entries:
            yield {
                "title": f"{len(entries)} {status}",
                "style": STATUS_STYLES[status],
                "chapters": by_chapter(entries),
                "entries": [
                    {
                        "id": entry["id"],
                        "level": entry["level"],
                        "text": entry["text"],
                        "reasons": "; ".join(entry.get("reasons", [])),
                        "linked": status in ("failed", "advised"),
                    }
                    for entry in entries
                ],
            }


def _behaviours(report: Json) -> Iterator[Json]:
    """Yield the measured behaviours of each operation."""
    by_operation: dict[str, list[Json]] = {}
    for entry in report["behaviours"]:
        raised = ", ".join(entry.get("raised", []))
        shown = {**entry, "raised": raised, "like": ", ".join(entry["like"])}
        by_operation.setdefault(entry["operation"], []).append(shown)
    for name, entries in by_operation.items():
        yield {"name": name, "entries": entries}


def _environment(report: Json) -> Iterator[tuple[str, Any]]:
    for name, value in report["environment"].items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield name, value
