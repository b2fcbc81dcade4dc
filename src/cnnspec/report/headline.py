"""The first lines of a report: what is wrong, in a line, and how to mend it."""

from collections.abc import Iterator

from cnnspec.cases.requirements import ARTICLE, FACETS, requirements
from cnnspec.diagnosis.conclusions import OF_ONE_ANSWER
from cnnspec.diagnosis.doctor import NARROWED
from cnnspec.experiments.investigation import CERTAIN, LEAST
from cnnspec.judge.nonconformance import Complaint
from cnnspec.operations.registry import NETWORKS, OPERATIONS
from cnnspec.report.entries import Json
from cnnspec.report.exhibits import SMALL, is_extreme
from cnnspec.report.grids import Span
from cnnspec.report.lines import Line, styled
from cnnspec.report.words import TELLING, cells_of, first_failure, first_line, is_likely
from cnnspec.subject.profiles import PARTLY, WRONG, cells_in_words


def headline_lines(report: Json) -> Iterator[Line]:
    """Say in a line for each operation what is wrong, if it is known, and how to mend it.

    A broken adapter spoils all that follows, and comes alone.
    """
    if findings := of_adapter(report):
        yield styled((f"{adapter_words(findings)}:", "bad"))
        for finding in findings:
            yield styled("  ", (f"{finding['operation']}: {finding['explanation']}", "bad"))
            yield styled("      ", *remedy_spans(finding["remedy"]))
        yield styled()
        return
    if unrefused := unrefused_words(report):
        yield styled((unrefused, "bad"))
    found = headline_diagnoses(report)
    for name, diagnosis in found:
        yield styled((headline_words(name, diagnosis), "bad"))
        if diagnosis["remedy"]:
            yield styled("  ", *remedy_spans(diagnosis["remedy"]))
    candidates = candidate_words(report)
    for said in candidates:
        yield styled((said, "bad"))
    if found or candidates:
        yield styled()


def candidate_words(report: Json) -> list[str]:
    """Return what is wrong with other candidates for the same operations, a line for each."""
    return [
        f"{one['operation']} ({one['name']}): {one['headline'] or one['verdict']}"
        for one in report.get("candidates", ())
        if one["failed"]
    ]


def first_words(report: Json) -> str:
    """Return the first line: what is wrong in short, "" if nothing is."""
    return str(next(headline_lines(report), ""))


def of_adapter(report: Json) -> list[Json]:
    """Return what is wrong with how arguments and results are passed on, where that is plausible.

    One operation that mixes up its own axes is not wrapped wrongly: it is wrong.
    """
    findings: list[Json] = report.get("adapter", [])
    concerned = {finding["operation"] for finding in findings}
    is_narrow = any(finding["explanation"] == NARROWED[0] for finding in findings)
    is_wrapped = report["implementation"]["form"] in _WRAPPED
    return findings if len(concerned) > 1 or is_narrow or is_wrapped else []


#: The forms in which something stands between the suite and the operations.
_WRAPPED = ("adapter", "program")


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
        or any(status not in _RIGHT for _, status in others)
    ):
        return ""
    half_done, words = _half_done(report, failed)
    failed = [entry for entry in failed if entry not in half_done]
    accepted = [entry for entry in failed if first_failure(entry)["complaint"] == _ACCEPTED]
    unclean = [entry for entry in failed if entry not in accepted]
    advised = [entry for entry in report["requirements"] if _is_advised_number(entry)]
    parts = [
        f"{said}: {_listed(entries)}"
        for said, entries in (
            ("not refused are", accepted),
            ("not refused as they must be are", unclean),
        )
        if entries
    ]
    parts += [f"only advised: {_listed(advised)}"] if advised else []
    return f"every number tested is right{'; '.join([words, *parts])}"


#: So many requirements are said in words; of others their ids must do.
_IN_WORDS = 2


def _listed(entries: list[Json]) -> str:
    """Return some requirements in one line, the first in words."""
    said = ", ".join(map(_in_short, entries[:_IN_WORDS]))
    more = ", ".join(entry["id"] for entry in entries[_IN_WORDS:])
    return f"{said}, and {len(entries) - _IN_WORDS} more ({more})" if more else said


#: What becomes of a facet in which every number that is required is right.
_RIGHT = ("passed", "not tested", "advised")

#: The facets that are about numbers.
_OF_NUMBERS = ("values", "special", "dtypes")


def _is_advised_number(entry: Json) -> bool:
    return entry["status"] == "advised" and _facet_of(entry) in _OF_NUMBERS


def _half_done(report: Json, failed: list[Json]) -> tuple[list[Json], str]:
    """Return what fails because calls beyond the articles' rules are answered wrongly, in words.

    Of a mixed profile only, where such a call should be refused or answered rightly.
    """
    cells = [one for one in cells_of(report) if one["found"] in (WRONG, PARTLY)]
    of_article = {one.id for one in requirements().values() if one.profiles == (ARTICLE,)}
    concerned = [entry for entry in failed if entry["id"] in of_article]
    if not cells or not concerned:
        return [], ""
    identities = ", ".join(entry["id"] for entry in concerned)
    said = [
        f"{words} are {how}"
        for found, how in _HOW.items()
        if (words := cells_in_words(cells_of(report), (found,), "ones"))
    ]
    return concerned, f" for {cells[0]['usual']}; {', '.join(said)} ({identities})"


_HOW = {WRONG: "neither refused nor computed rightly", PARTLY: "refused in part only"}


#: The facet that is about bad arguments, and the complaint that one was taken.
REFUSALS = "refusals"


_ACCEPTED = Complaint.ACCEPTED.value

#: What a requirement says that leaves the choice.
_OR_REFUSED = " or refused; "


def _facet_of(entry: Json) -> str:
    return str(entry.get("facet", ""))


def _in_short(entry: Json) -> str:
    """Return what a requirement wants refused, and its id."""
    if _OR_REFUSED in entry["text"] and entry["status"] == "failed":
        return f"{first_failure(entry)['call']}, which is not computed either ({entry['id']})"
    text = entry["text"].rstrip(".").removeprefix("forward refuses ")
    text = text.removeprefix("A softmax layer refuses ")
    for ending in (" are refused", " is refused", " never give a map with elements"):
        text = text.replace(ending, "")
    text = text.removesuffix(" never give elements")
    return f"{text[0].lower()}{text[1:]} ({entry['id']})"


def headline_diagnosis(report: Json) -> tuple[str, Json] | None:
    """Return the operation to mend first and its diagnosis, if something failed."""
    return next(iter(headline_diagnoses(report)), None)


def headline_diagnoses(report: Json) -> list[tuple[str, Json]]:
    """Return the operations to mend, the first one first, each with its diagnosis.

    Where nothing is known of one, the diagnosis is what its most telling failure says.
    """
    found = _diagnosed(report)
    leading = leading_requirement(report)
    if not found:
        for entry in report["requirements"]:
            if entry["id"] == leading:
                failure = first_failure(entry)
                found = [(_operation_of(report, failure), _as_it_failed(leading, failure))]
    return [*found, *_undiagnosed(report, {name for name, _ in found})]


def _undiagnosed(report: Json, told: set[str]) -> Iterator[tuple[str, Json]]:
    """Yield the other operations that failed beyond refusals, each with its most telling failure.

    What fails in networks may be a layer's, of which something is told.
    """
    for name, operation in sorted(report["operations"].items(), key=_to_mend_first):
        if not operation["failed"] or name in told or name in NETWORKS:
            continue
        its_own = [
            {**entry, "failures": failures}
            for entry in report["requirements"]
            if entry["status"] == "failed" and _facet_of(entry) != REFUSALS
            for failures in [[one for one in entry["failures"] if one.get("operation") == name]]
            if any("known" not in one for one in failures)
        ]
        if its_own:
            entry = min(its_own, key=_is_beside_the_point)
            yield name, _as_it_failed(entry["id"], first_failure(entry))


def _as_it_failed(requirement: str, failure: Json) -> Json:
    """Return what a failure says, as a diagnosis."""
    return {
        "fault": None,
        "certain": False,
        "explanation": f"{first_line(failure)} in {failure['case']}",
        "remedy": None,
        "requirements": [requirement],
    }


def _operation_of(report: Json, failure: Json) -> str:
    """Return the operation that was called, or else the first that failed, by its key."""
    called = OPERATIONS.get((failure["call"] or "").partition("(")[0])
    if called:
        return called.key
    operations: dict[str, Json] = report["operations"]
    return next(name for name, entry in operations.items() if entry["failed"])


def _diagnosed(report: Json) -> list[tuple[str, Json]]:
    """Return the operations that failed, each with its first diagnosis of more than refusals.

    The first is that of which the largest share of checks fail; a layer's mistake shows in the
    network too, of which nothing is said then. Where only refusals fail, one of these will do.
    """
    facets = {e["id"]: _facet_of(e) for e in report["requirements"] if e["status"] == "failed"}
    is_more_wrong = any(facet != REFUSALS for facet in facets.values())
    found: list[tuple[str, Json]] = []
    for name, entry in sorted(report["operations"].items(), key=_to_mend_first):
        if name in NETWORKS and found:
            continue
        for diagnosis in _with_passing_on(
            report, name, entry["diagnosis"] if entry["failed"] else []
        ):
            explained = {facets[one] for one in diagnosis["requirements"] if one in facets}
            if _is_of_few(diagnosis, entry):
                continue
            if explained - ({REFUSALS} if is_more_wrong else set()):
                found.append((name, diagnosis))
                break
    return found if is_more_wrong else found[:1]


def _is_of_few(diagnosis: Json, operation: Json) -> bool:
    """Return whether a diagnosis says no more than what few of the wrong answers look like."""
    is_look = diagnosis.get("pattern") in OF_ONE_ANSWER
    return is_look and diagnosis["failures"] < LEAST * operation["failed"]


def _with_passing_on(report: Json, name: str, diagnoses: list[Json]) -> list[Json]:
    """Return an operation's diagnoses; first how it mixes up arguments or results, if it does.

    What an experiment proves says more.
    """
    if diagnoses and diagnoses[0].get("grade") == CERTAIN:
        return diagnoses
    requirements = [one for diagnosis in diagnoses for one in diagnosis["requirements"]]
    mixed_up = [
        {**finding, "requirements": requirements}
        for finding in report.get("adapter", [])
        if OPERATIONS[finding["operation"]].key == name
    ]
    return [*mixed_up, *diagnoses] if diagnoses else []


def _to_mend_first(operation: tuple[str, Json]) -> tuple[bool, float]:
    name, entry = operation
    return name in NETWORKS, -entry["failed"] / max(entry["checks"], 1)


def _is_of_network(entry: Json) -> bool:
    return any(OPERATIONS[name].chapter == _chapter_of(entry) for name in NETWORKS)


def _is_of_all(entry: Json) -> bool:
    return all(one.chapter != _chapter_of(entry) for one in OPERATIONS.values())


def _chapter_of(entry: Json) -> str:
    return str(entry["id"].partition("-")[0])


def remedy_spans(remedy: str) -> tuple[Span, Span]:
    """Return how a mistake is mended, as spans of a line."""
    return ("to mend it: ", "mend"), (remedy, "")


def headline_words(operation: str, diagnosis: Json) -> str:
    """Return what is wrong with an operation, in a line."""
    return f"{operation}: {'perhaps ' if is_likely(diagnosis) else ''}{diagnosis['explanation']}"


def adapter_words(findings: list[Json]) -> str:
    """Return that the adapter is broken, in a line; sums may be narrow without any adapter."""
    if all(finding["explanation"] == NARROWED[0] for finding in findings):
        return "results are only as precise as float32; mend this first"
    doubt = "" if findings[0]["certain"] else "perhaps "
    return f"{doubt}arguments or results are passed on wrongly; mend this first"


def leading_requirement(report: Json) -> str:
    """Return the id of the failed requirement that shows best what is wrong, "" for none.

    Bad arguments that are not refused come last. Among those that the headline explains, a plain
    difference of values comes before other complaints, what shows in a small and plain case before
    the rest, what is asked of this operation before what is asked of many, and what fails in most
    of its checks before what fails in some, where the mistake may be beside the point.
    """
    found = next(iter(_diagnosed(report)), None)
    explained = set(found[1]["requirements"]) if found else set()
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    return min(
        failed,
        default={"id": ""},
        key=lambda entry: (
            _facet_of(entry) == REFUSALS,
            entry["id"] not in explained,
            _is_of_network(entry) and (found is None or found[0] not in NETWORKS),
            *_is_beside_the_point(entry),
        ),
    )["id"]


def _is_beside_the_point(entry: Json) -> tuple[bool, ...]:
    """Return why the first failure of a requirement says little, in the order in which it counts.

    A plain difference of values comes before other complaints, what shows in a small and plain
    case before the rest, what is asked of this operation before what is asked of many, and what
    fails in most of its checks before what fails in some.
    """
    failure = first_failure(entry)
    return (
        failure.get("complaint") not in TELLING,
        failure.get("size", 0) > SMALL,
        is_extreme(failure.get("exhibit")),
        _is_of_all(entry),
        2 * entry["failed"] <= entry["checks"],
    )
