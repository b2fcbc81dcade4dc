"""What reports say in words, wherever they say it: of verdicts, limits, diagnoses, failures."""

from collections import Counter
from collections.abc import Iterable

from cnnspec.cases.requirements import DEFAULT, FACETS, MIXED
from cnnspec.experiments.investigation import LIKELY
from cnnspec.operations.registry import NETWORKS, OPERATIONS, TOGETHER
from cnnspec.report.entries import KNOWN_FAILURE, Json
from cnnspec.report.lines import STATUS_STYLES
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM
from cnnspec.subject.profiles import PARTLY, REFUSED, WRONG, cells_in_words
from cnnspec.texts import listed

#: The names of all arguments.
_ARGUMENTS = {
    name for operation in OPERATIONS.values() for name in (*operation.required, *operation.optional)
}

#: Requirements that are named one by one.
NAMED = 3


#: What shows most clearly what is wrong.
TELLING = ("wrong values", "wrong shape")


#: What a facet's cell says: a word, so that no colour is needed.
_CELLS = {"passed": "passed", KNOWN_FAILURE: "known", "not tested": "-"}


def facet_cell(facet: Json) -> str:
    """Return what a table says of a facet of an operation."""
    status = facet["status"]
    return _CELLS[status] if status in _CELLS else f"{facet[status]} {status}"


def named_in_short(requirements: list[str]) -> str:
    """Return the first of some requirements, and how many more there are."""
    named, more = ", ".join(requirements[:NAMED]), len(requirements) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def diagnosis_word(diagnosis: Json) -> str:
    """Return how sure a diagnosis is, in a word or three."""
    if diagnosis["certain"]:
        return "diagnosis"
    return "perhaps" if is_likely(diagnosis) else "it looks so"


def is_likely(diagnosis: Json) -> bool:
    """Return whether a diagnosis names a cause that is not proved."""
    if diagnosis["certain"]:
        return False
    return diagnosis["fault"] is not None or diagnosis.get("grade") == LIKELY


def known_failure_words(count: int) -> str:
    """Return how many known failures there are, "" for none."""
    return f", {count} known failure{'s' if count > 1 else ''}" if count else ""


def first_failure(entry: Json) -> Json:
    """Return the smallest failure that is not known."""
    found: Json = next(failure for failure in entry["failures"] if "known" not in failure)
    return found


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


def by_chapter(entries: Iterable[Json]) -> str:
    """Return how many requirements there are of each chapter: "CONV 12, RELU 9"."""
    chapters = Counter(entry["id"].split("-")[0] for entry in entries)
    return ", ".join(f"{chapter} {count}" for chapter, count in chapters.items())


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
    if missing := missing_gradients(report):
        said += f"; {missing}"
    if cells := unjudged_words(report):
        said += f"; not judged: {cells}"
    counts = f"{rules_words(report)}, {len(report['requirements'])} requirements: {parts}"
    wrong = [one for one in report.get("candidates", ()) if one["failed"]]
    if wrong:
        counts += f"; {len(wrong)} of {len(report['candidates'])} other candidates failed"
    return said, counts


def rules_words(report: Json) -> str:
    """Return by what a report judges: its profile and, where they are special, effort and facets.

    Verdicts for which this differs are different.
    """
    return ", ".join([f"{report['profile']} profile", *special_words(report)])


def special_words(report: Json) -> list[str]:
    """Return what is special of a run: its effort and its facets, where they are not the usual."""
    effort, facets = effort_of(report), facet_words(report)
    said = [] if effort == DEFAULT else [f"{effort} effort"]
    return [*said, f"facets {facets} only"] if facets else said


def facet_words(report: Json) -> str:
    """Return the facets that were selected, "" where all were; older reports do not name theirs."""
    facets = report.get("facets", FACETS)
    return "" if {*facets} >= {*FACETS} else listed(facets)


def cells_of(report: Json) -> list[Json]:
    """Return what was found of the cells by which a profile is made up, none in other profiles."""
    found: list[Json] = report.get("profile_chosen", {}).get("cells", [])
    return found if report["profile"] == MIXED else []


def unjudged_words(report: Json) -> str:
    """Return the calls of a mixed profile whose numbers are not judged, "" for none."""
    return cells_in_words(cells_of(report), (REFUSED, PARTLY, WRONG))


def effort_of(report: Json) -> str:
    """Return the effort at which a report judges; reports of version 0.1.0 do not name theirs."""
    return str(report.get("effort", DEFAULT))


def told_limits(report: Json) -> list[str]:
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
    everything = set(report["operations"]) - {*NETWORKS}
    parts = []
    for words, operations in concerned.items():
        names = dict.fromkeys(operations)
        parts.append(words if set(names) >= everything else f"{words} ({', '.join(names)})")
    return ", ".join(parts)


def missing_gradients(report: Json) -> str:
    """Return which gradients are missing beside others, in words, "" for none.

    A function may return some of those that are due together. Rare ones are not missed.
    """
    if report["verdict"] == DOES_NOT_CONFORM:
        return ""
    parts = []
    for its in TOGETHER.values():
        there = its.keys() & report["operations"].keys()
        missing = [one.to for name, one in its.items() if name not in there and not one.is_rare]
        if there and missing:
            (of,) = {one.of for one in its.values()}
            parts.append(f"no gradient of {of} to {listed(missing)}")
    return ", ".join(parts)


def _has_plural(status: str, count: int) -> bool:
    return status == KNOWN_FAILURE and count > 1


_VERDICTS = {
    CONFORMS: "conforms",
    DOES_NOT_CONFORM: "does not conform",
    "incomplete": "was not judged completely (incomplete)",
}
