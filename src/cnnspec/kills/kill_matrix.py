"""The kill matrix: which requirements catch which fault, and whether the diagnosis names it.

Every fault is put into the reference in the place of the right operation, and judged by the spec
tests of its operation and of the networks.
"""

import importlib.resources
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from functools import cache, partial

from cnnspec import __version__, faults
from cnnspec.cases.requirements import THOROUGH, Requirement, requirements
from cnnspec.diagnosis import doctor
from cnnspec.diagnosis.examination import examine
from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.faults import ADVISED, FAILS, FAULTS, Fault
from cnnspec.judge.judge import Judge
from cnnspec.kills.dressing import PLAIN, expressed, shown_in, with_fault, without_fault
from cnnspec.kills.trials import is_about
from cnnspec.operations.registry import GRADIENTS, OPERATIONS
from cnnspec.report.any_language import of_any_language, without_python
from cnnspec.report.entries import Json, Record, failure_entry, stopped_entry
from cnnspec.report.text import text_report
from cnnspec.report.verdict import build_report
from cnnspec.run.check import collect
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.profiles import OPTION, Profile

#: Faults that one process judges at a time: tests are collected once for all of them.
_CHUNK = 8

#: Lines that a terminal shows at once.
SCREEN = 24

#: MNIST digits on which networks with a fault are judged: their layers are judged apart.
IMAGES = 3


@dataclass(frozen=True)
class Kill:
    """What became of one fault.

    Attributes
    ----------
    fault : str
    failed, advised : list of str
        The requirements that failed, or advised.
    diagnosis : str or None
        The fault, or None for a pattern, that the report puts first.
    certain : bool
        Whether it is stated as certain.
    on_first_screen : bool
        Whether the first lines of the report explain the fault in its own words.
    """

    fault: str
    failed: list[str]
    advised: list[str]
    diagnosis: str | None
    certain: bool
    on_first_screen: bool

    @property
    def effect(self) -> str:
        """The effect that the fault had: "fails", "advised" or "none"."""
        return FAILS if self.failed else ADVISED if self.advised else "none"


def module_of(operation: str) -> str:
    """Return the module of the spec tests that judges an operation."""
    return f"test_{OPERATIONS[operation].room}"


def modules_on(operation: str) -> list[str]:
    """Return the modules of the spec tests that see a fault of an operation, in their order."""
    others = "test_gradients" if operation in GRADIENTS else "test_network"
    return list(dict.fromkeys([module_of(operation), others, "test_surroundings"]))


def kill_matrix(
    processes: int | None = None,
    every: int = 1,
    operations: Sequence[str] = (),
    form: str = PLAIN,
) -> list[Kill]:
    """Judge every fault, a sample, or those of some operations, in the catalogue's order."""
    every_one = [*FAULTS] if form == PLAIN else expressed(form)
    of_these = [one for one in every_one if not operations or FAULTS[one].operation in operations]
    chosen = of_these[::every]
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        judged = pool.map(partial(_judge, form=form), _chunks(chosen))
        found = [kill for kills in judged for kill in kills]
    by_id = {kill.fault: kill for kill in found}
    return [by_id[identity] for identity in chosen]


def _chunks(identities: Iterable[str]) -> Iterator[list[str]]:
    """Divide faults into lists that are judged by the same tests."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for fault in map(FAULTS.__getitem__, identities):
        groups.setdefault((fault.operation, fault.profile, fault.effort), []).append(fault.id)
    for group in groups.values():
        yield from (group[start : start + _CHUNK] for start in range(0, len(group), _CHUNK))


def _judge(chunk: list[str], form: str = PLAIN) -> list[Kill]:
    """Judge some faults of one operation, profile and effort."""
    return [_summary(FAULTS[identity], *judged(FAULTS[identity], form)) for identity in chunk]


@cache
def _tests(operation: str, profile: str, effort: str, form: str) -> list[RanTest]:
    """Return the tests of an operation and of the networks, or those of whole layers alone.

    They are collected from the right operation.
    """
    right = without_fault(operation, form)
    try:
        shown = shown_in(operation, right)
        modules = list(dict.fromkeys(module for one in shown for module in modules_on(one)))
        options = [f"--profile={profile}", f"--effort={effort}", f"--images={IMAGES}"]
        if effort == THOROUGH:
            whole = [one for one in requirements().values() if _binds_whole(one, shown)]
            modules = list(dict.fromkeys(requirement.module for requirement in whole))
            options += ["-k", " or ".join(requirement.id for requirement in whole)]
        tests = collect(right, modules=modules, options=options)
        return [test for test in tests if is_about(test, operation)]
    finally:
        right.close()


def _binds_whole(requirement: Requirement, operations: Sequence[str]) -> bool:
    return requirement.effort == THOROUGH and not {*operations}.isdisjoint(requirement.operations)


def judged(fault: Fault, form: str = PLAIN) -> tuple[list[str], Json]:
    """Return in which operations a fault may show in a form, and the report on it."""
    tests = _tests(fault.operation, fault.profile, fault.effort, form)
    mistaken = with_fault(fault, form)
    try:
        report = _report(fault, mistaken, tests)
        return shown_in(fault.operation, mistaken), report
    finally:
        mistaken.close()


def _report(fault: Fault, mistaken: Implementation, tests: list[RanTest]) -> Json:
    """Run the tests on a fault, without pytest's own work around each of them."""
    capabilities = Capabilities(mistaken)
    ran, records = [], []
    for test in tests:
        judge = Judge(mistaken, capabilities, fault.profile)
        try:
            status, error = test.on(judge)
        except Exception as stopped:  # noqa: BLE001 - the test trips over what was returned
            status = "failed"
            entry: Json | None = stopped_entry(test.requirement, test.id, stopped)
        else:
            entry = failure_entry(test.requirement, error) if error else None
            if status != "not tested":
                ran.append(replace(test, error=error))
        records.append(Record(test.requirement, test.id, status, judge.checks, failure=entry))
    evidence = examine(ran, Replays(capabilities, fault.profile))
    # What stands between a program and the suite may be mistaken as well, and is told first.
    findings = doctor.examine(capabilities) if mistaken.remote else []
    profile = Profile(fault.profile, OPTION)
    report = build_report(
        records, evidence, [], capabilities, profile, findings, effort=fault.effort
    )
    return of_any_language(report) if mistaken.remote else report


def _summary(fault: Fault, shown: Sequence[str], report: Json) -> Kill:
    failed, advised = (
        [entry["id"] for entry in report["requirements"] if entry["status"] == status]
        for status in ("failed", "advised")
    )
    operations: Json = report["operations"]
    keys = dict.fromkeys(OPERATIONS[operation].key for operation in shown)
    entries = [one for key in keys if key in operations for one in operations[key]["diagnosis"]]
    diagnosis = [entry for entry in entries if entry["fault"]][:1]
    is_program = report["implementation"]["form"] == "program"
    words = without_python(fault.explanation) if is_program else fault.explanation
    return Kill(
        fault.id,
        failed,
        advised,
        diagnosis=diagnosis[0]["fault"] if diagnosis else None,
        certain=bool(diagnosis and diagnosis[0]["certain"]),
        on_first_screen=words in "\n".join(text_report(report).splitlines()[:SCREEN]),
    )


# --- what must hold ----------------------------------------------------------------------------

#: The share of faults that the diagnosis must name.
NAMED = 0.95


def complaints(kills: list[Kill]) -> list[str]:
    """Return what is wrong with the suite: survivors, idle requirements, wrong diagnoses."""
    found = _complaints_of_each(kills)
    caught = {requirement for kill in kills for requirement in (*kill.failed, *kill.advised)}
    found += [
        f"{identity} catches no fault" for identity in requirements() if identity not in caught
    ]
    named = sum(kill.diagnosis == kill.fault for kill in kills)
    if named < NAMED * len(kills):
        found.append(f"only {named} of {len(kills)} faults are named by the diagnosis")
    return found


def complaints_of_sample(kills: list[Kill]) -> list[str]:
    """Return what is wrong with some faults, by themselves and beside what was found last."""
    found_last = {kill["fault"]: kill for kill in table()["faults"]}
    changed = [
        f"{kill.fault} is no longer as in faults/kills.json"
        for kill in kills
        if _as_entry(kill) != found_last.get(kill.fault)
    ]
    return _complaints_of_each(kills) + changed


def _complaints_of_each(kills: list[Kill]) -> list[str]:
    found = [
        f"{kill.fault} should have the effect {FAULTS[kill.fault].effect!r}, has {kill.effect!r}"
        for kill in kills
        if kill.effect != FAULTS[kill.fault].effect
    ]
    found += [
        f"{kill.fault} is certainly taken for {kill.diagnosis}"
        for kill in kills
        if kill.certain and kill.diagnosis != kill.fault
    ]
    found += [
        f"{kill.fault} is named, but not on the report's first screen"
        for kill in kills
        if kill.diagnosis == kill.fault and not kill.on_first_screen
    ]
    return found


def with_the_rest(kills: list[Kill]) -> list[Kill]:
    """Return the kill matrix with some faults as they were judged now, and the rest as last."""
    names = [field.name for field in fields(Kill)]
    found = {one["fault"]: Kill(**{name: one[name] for name in names}) for one in table()["faults"]}
    found |= {kill.fault: kill for kill in kills}
    return [found[identity] for identity in FAULTS if identity in found]


def _as_entry(kill: Kill) -> Json:
    return {**asdict(kill), "effect": kill.effect}


def as_json(kills: list[Kill]) -> Json:
    """Return the kill matrix as data."""
    return {
        "format": "cnnspec-kills/1",
        "spec_version": __version__,
        "faults": [_as_entry(kill) for kill in kills],
    }


# --- the matrix that was found last ------------------------------------------------------------

#: Modules of `faults/` in the order in which they are told: first the common mistakes of one
#: operation, last those of adapters.
_OTHERS = 2
_MODULES_TOLD = {
    **dict.fromkeys((operation.room for operation in OPERATIONS.values()), 0),
    **dict.fromkeys(("manners", "memory", "precision"), 1),
    "adapters": _OTHERS + 1,
}

#: Letters of the longest words that tell nothing.
_SHORT = 3


def table() -> Json:
    """Return the kill matrix that was found last."""
    file = importlib.resources.files(faults) / "kills.json"
    table: Json = json.loads(file.read_text("utf-8"))
    return table


@cache
def caught_by() -> dict[str, tuple[str, ...]]:
    """Return the requirements that catch each fault, failing or advising, as ``kills.json`` has it.

    A fault that is not in the table yet is caught by none.
    """
    found = {kill["fault"]: (*kill["failed"], *kill["advised"]) for kill in table()["faults"]}
    return {identity: found.get(identity, ()) for identity in FAULTS}


@cache
def faults_of(requirement: str) -> tuple[Fault, ...]:
    """Return the faults that a requirement catches, those that it is about first."""
    caught = [FAULTS[identity] for identity, by in caught_by().items() if requirement in by]
    return tuple(sorted(caught, key=lambda fault: _telling(fault, requirement)))


def _telling(fault: Fault, requirement: str) -> tuple[int, int, int]:
    """Return how far a fault is from what a requirement is about; equals stay in their order.

    Nearest are common mistakes whose name has words of the requirement's sentence.
    """
    module = fault.make().__module__.rpartition(".")[2]
    sentence = requirements()[requirement].text.lower()
    shared = sum(word in sentence for word in fault.id.split("-")[1:] if len(word) > _SHORT)
    return _MODULES_TOLD.get(module, _OTHERS), -shared, caught_by()[fault.id].index(requirement)


# --- as a page ---------------------------------------------------------------------------------

_HEAD = """\
<!-- Generated by `cnnspec kills`. -->

# The kill matrix, version {version}

Every mistake of `faults/` was put into the reference, one at a time, and judged. **x**: the
requirement failed; **o**: it advised. A mistake that nothing catches, or a requirement that
catches nothing, fails this project's own checks. `faults/kills.json` holds the same as data;
`cnnspec explain` and the name of a mistake show its remedy and an example.

{faults} faults: {fails} fail the verdict, {advised} are advised. {requirements} requirements, each
catches at least one fault. The report's first diagnosis names the very fault for {named} of them
({certain} as certain), and never states another as certain; its first {screen} lines explain the
very fault for {explained} of them.
"""


def as_markdown(kills: list[Kill]) -> str:
    """Return the kill matrix as a page."""
    parts = [
        _HEAD.format(
            version=__version__,
            faults=len(kills),
            fails=sum(kill.effect == FAILS for kill in kills),
            advised=sum(kill.effect == ADVISED for kill in kills),
            requirements=len(requirements()),
            named=sum(kill.diagnosis == kill.fault for kill in kills),
            certain=sum(kill.certain for kill in kills),
            screen=SCREEN,
            explained=sum(kill.on_first_screen for kill in kills),
        ),
        *_requirements_section(kills),
    ]
    for operation in dict.fromkeys(FAULTS[kill.fault].operation for kill in kills):
        its = [kill for kill in kills if FAULTS[kill.fault].operation == operation]
        parts += [f"## {operation}\n", *_matrix(its), "", *_list(its), ""]
    return "\n".join(parts)


def _requirements_section(kills: list[Kill]) -> list[str]:
    lines = ["## What each requirement catches\n", "| requirement | faults | by itself alone |"]
    lines.append("|---|---|---|")
    for identity in requirements():
        catching = [k for k in kills if identity in k.failed or identity in k.advised]
        alone = [k.fault for k in catching if len(k.failed) + len(k.advised) == 1]
        lines.append(f"| {identity} | {len(catching)} | {', '.join(alone)} |")
    return [*lines, ""]


def _matrix(kills: list[Kill]) -> list[str]:
    columns = [
        identity
        for identity in requirements()
        if any(identity in kill.failed or identity in kill.advised for kill in kills)
    ]
    lines = [f"| fault | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for kill in kills:
        cells = [
            "x" if identity in kill.failed else "o" if identity in kill.advised else ""
            for identity in columns
        ]
        lines.append(f"| {kill.fault} | {' | '.join(cells)} |")
    return lines


def _list(kills: list[Kill]) -> Iterator[str]:
    for kill in kills:
        fault = FAULTS[kill.fault]
        if kill.diagnosis == kill.fault:
            named = "named as certain" if kill.certain else "named as a guess"
        else:
            named = f"taken for {kill.diagnosis or 'a pattern'}"
        anchor = f'<a id="{fault.id}"></a>'
        yield f"- {anchor}**{fault.id}** ({named}): {fault.explanation}. Seen: {fault.seen}."
