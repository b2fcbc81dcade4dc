"""The table of the bundled adapters (ADAPTERS.md): what they offer, and what each fails for.

The faults of the frameworks, confirmed by lines of each framework alone, stand in
``adapters/confirmed.toml``.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cnnspec.adapters import ADAPTERS
from cnnspec.report.entries import Json
from cnnspec.subject.boundary import NOT_CALLED


@dataclass(frozen=True)
class Fault:
    """A fault of a framework.

    Attributes
    ----------
    adapters, requirements : list of str
        Which adapters and variants fail which requirements for it; none, where they avoid it.
    what : str
        What happens.
    shown_by : str
        A program of the framework alone that shows it, after what `beginnings` has under
        ``begins``; ``prints`` is what it prints, unless it ``dies``.
    issue : str
        Where it is known, or "".
    processor : str
        The flag of a processor, as Linux names it, on which alone it was seen, or "".
    """

    adapters: list[str]
    requirements: list[str]
    what: str
    shown_by: str
    begins: str = ""
    prints: list[str] = field(default_factory=list)
    dies: bool = False
    issue: str = ""
    processor: str = ""

    @property
    def may_show(self) -> bool:
        """Whether this processor is one on which it was seen."""
        known = Path("/proc/cpuinfo")
        return not self.processor or (
            known.exists() and self.processor in known.read_text().split()
        )

    @property
    def program(self) -> str:
        """The whole program."""
        return beginnings().get(self.begins, "") + self.shown_by


@cache
def _table() -> Json:
    file = Path(__file__).parents[1] / "adapters" / "confirmed.toml"
    return tomllib.loads(file.read_text("utf-8"))


def beginnings() -> dict[str, str]:
    """Return what programs of confirmed faults have in common, by name."""
    found: dict[str, str] = _table()["beginnings"]
    return found


@cache
def confirmed() -> tuple[Fault, ...]:
    """Return the confirmed faults."""
    return tuple(Fault(**entry) for entry in _table()["fault"])


def every_name() -> list[str]:
    """Return the names of all adapters and variants."""
    return [
        name
        for adapter, bundled in ADAPTERS.items()
        for name in (adapter, *(f"{adapter}:{variant}" for variant in bundled.variants))
    ]


@dataclass(frozen=True)
class Row:
    """What a check of one adapter found; ``problem`` says why there is no report."""

    name: str
    report: Json | None
    problem: str = ""

    def having(self, *statuses: str) -> list[str]:
        """Return the requirements with one of the statuses."""
        entries = self.report["requirements"] if self.report else []
        return [entry["id"] for entry in entries if entry["status"] in statuses]

    @property
    def failed(self) -> list[str]:
        """The requirements that fail, but for those that were not called after deaths."""
        return [name for name in self.having("failed") if name not in self.not_called]

    @property
    def not_called(self) -> list[str]:
        """The requirements of which nothing is known, as calls were not made after two deaths."""
        entries = self.report["requirements"] if self.report else []
        return [
            entry["id"]
            for entry in entries
            if entry["status"] in ("failed", "not tested")
            and (said := [failure["message"] for failure in entry["failures"]] or entry["reasons"])
            and all(NOT_CALLED in text for text in said)
        ]

    @property
    def listed(self) -> dict[str, int]:
        """The requirements that are listed to fail, with the number of the fault."""
        return {
            requirement: number
            for number, fault in enumerate(confirmed(), start=1)
            if self.name in fault.adapters
            for requirement in fault.requirements
        }

    def complaints(self) -> Iterator[str]:
        """Say where the list and what was found differ."""
        for requirement in self.failed:
            if requirement not in self.listed:
                yield f"{self.name} fails {requirement}, which is not confirmed"
        for requirement in self.having("passed"):
            if requirement in self.listed and confirmed()[self.listed[requirement] - 1].may_show:
                yield f"{self.name} passes {requirement}, which is listed to fail"


def judged(name: str) -> Row:
    """Check an adapter as its users do, and return what was found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "cnnspec", "check", name, "--json", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        if file.is_file():
            return Row(name, json.loads(file.read_text("utf-8")))
    return Row(name, None, done.stderr.strip().removeprefix("cnnspec: "))


HEAD = """\
# The bundled adapters

Generated by `cnnspec adapters > ADAPTERS.md`. Each was judged by `cnnspec check NAME`, in the
general profile. The numbers after what fails are those of the faults below, each confirmed by a
program of the framework alone. *Not called*: the framework ended the process twice within an
operation, whose remaining calls were not made.

| adapter | framework | to install | verdict | operations | fails | not called | advised |
|---|---|---|---|---|---|---|---|
"""


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table, and the confirmed faults of the adapters in it."""
    names = {row.name for row in rows}
    lines = [_line(row) for row in rows]
    faults = [
        _section(number, fault)
        for number, fault in enumerate(confirmed(), start=1)
        if names & set(fault.adapters)
    ]
    begun = [
        f"The programs for `{name}` begin with\n\n```python\n{beginning.strip()}\n```\n"
        for name, beginning in beginnings().items()
    ]
    return "\n".join([HEAD + "\n".join(lines), "", "## Confirmed faults", "", *begun, *faults])


def _line(row: Row) -> str:
    extra = row.name.split(":")[0]
    install = "" if extra == "scipy" else f"`cnnspec[{extra}]`"
    if row.report is None:
        return f"| `{row.name}` | | {install} | {row.problem} | | | | |"
    failed = [f"{key} ({row.listed.get(key, 'not confirmed')})" for key in row.failed]
    cells = [
        f"`{row.name}`",
        row.report["implementation"]["name"],
        install,
        row.report["verdict"],
        ", ".join(row.report["operations"]),
        ", ".join(failed),
        ", ".join(row.not_called),
        ", ".join(row.having("advised")),
    ]
    return f"| {' | '.join(cells)} |"


def _section(number: int, fault: Fault) -> str:
    shown = [f"```python\n{fault.shown_by.strip()}\n```"]
    if fault.prints:
        shown.append("prints\n\n```\n" + "\n".join(fault.prints) + "\n```")
    else:
        shown.append("ends the process by a signal.")
    where = [f"Known as <{fault.issue}>."] if fault.issue else []
    if fault.processor:
        where.insert(0, f"Seen on processors with `{fault.processor}` only.")
    failed = ", ".join(fault.requirements) or "none, as it is avoided"
    title = f"### {number}. {failed}: {', '.join(fault.adapters)}"
    return "\n\n".join([title, " ".join([fault.what, *where]), *shown]) + "\n"


def complaints(rows: Iterable[Row]) -> list[str]:
    """Return where the confirmed faults and what was found differ."""
    return [complaint for row in rows for complaint in row.complaints()]
