"""The first lines of a report: what is wrong, in a line, and how to mend it."""

from collections.abc import Iterator

from cnnspec.cases.requirements import FACETS
from cnnspec.diagnosis.doctor import NARROWED
from cnnspec.judge.nonconformance import Complaint
from cnnspec.operations.registry import NETWORKS, OPERATIONS
from cnnspec.report.entries import Json
from cnnspec.report.exhibits import SMALL, is_extreme
from cnnspec.report.grids import Span
from cnnspec.report.lines import Line, styled
from cnnspec.report.words import TELLING, first_failure, first_line


def headline_lines(report: Json) -> Iterator[Line]:
    """Say in one line what is wrong, if it is known: a broken adapter spoils all that follows."""
    if report["adapter"]:
        yield styled((f"{adapter_words(report)}:", "bad"))
        for finding in report["adapter"]:
            yield styled("  ", (f"{finding['operation']}: {finding['explanation']}", "bad"))
            yield styled("      ", *remedy_spans(finding["remedy"]))
        yield styled()
        return
    if unrefused := unrefused_words(report):
        yield styled((unrefused, "bad"))
    found = headline_diagnosis(report)
    if found:
        _, first = found
        yield styled((headline_words(*found), "bad"))
        if first["remedy"]:
            yield styled("  ", *remedy_spans(first["remedy"]))
        yield styled()


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
    return name in NETWORKS, -entry["failed"] / max(entry["checks"], 1)


def _is_of_network(entry: Json) -> bool:
    chapter = entry["id"].partition("-")[0]
    return any(OPERATIONS[name].chapter == chapter for name in NETWORKS)


def remedy_spans(remedy: str) -> tuple[Span, Span]:
    """Return how a mistake is mended, as spans of a line."""
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
            _is_of_network(entry) and (found is None or found[0] not in NETWORKS),
            first_failure(entry).get("complaint") not in TELLING,
            first_failure(entry).get("size", 0) > SMALL,
            is_extreme(first_failure(entry).get("exhibit")),
            2 * entry["failed"] <= entry["checks"],
        ),
    )["id"]
