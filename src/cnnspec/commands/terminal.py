"""The report on a terminal: in colours, with a progress bar while it is made.

Rich is imported only where there is a terminal: what is printed elsewhere is plain text.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cnnspec.report.entries import Json
from cnnspec.report.lines import WIDTH, Line
from cnnspec.report.text import report_lines, text_report
from cnnspec.run.comparison import CELL_STYLES, Judged, as_markdown, tables

if TYPE_CHECKING:
    import rich.progress
    from rich.console import Console
    from rich.text import Text

#: Every style tells by its words, too: nothing is said by colour alone.
STYLES = {
    "": "",
    "bad": "bold red",
    "good": "bold green",
    "doubt": "bold yellow",
    "mend": "bold cyan",
    "wrong": "bold white on red",
    "window": "bold underline",
    "name": "bold",
    "code": "cyan",
    "dim": "dim",
}

#: Columns that arrays need at least; a narrower terminal wraps.
_NARROWEST = 40


def print_report(report: Json, *, behaviours: bool, verbose: bool) -> None:
    """Print the report to standard output: in colours on a terminal, else as plain text."""
    if not wants_colours():
        print(text_report(report, behaviours=behaviours, verbose=verbose), end="")
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    width = max(min(console.width, WIDTH), _NARROWEST)
    for line in report_lines(report, behaviours=behaviours, verbose=verbose, width=width):
        _print(console, line)


def print_comparison(found: Sequence[Judged]) -> None:
    """Print a comparison to standard output: tables on a terminal, else Markdown."""
    if not wants_colours():
        print(as_markdown(found), end="")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    for made in tables(found):
        table = Table(title=made.title, caption=made.says, title_justify="left")
        for name in made.head:
            table.add_column(Text(name), overflow="fold")
        for row in made.rows:
            cells = [Text(c.replace("`", ""), STYLES[CELL_STYLES.get(c, "")]) for c in row]
            table.add_row(*cells)
        console.print(table)
        console.print()


def _print(console: "Console", line: Line) -> None:
    """Print a line: what is too long is wrapped below its own beginning."""
    from rich.padding import Padding

    text = _styled(line)
    if line.is_verbatim:
        console.print(text, soft_wrap=True)
    elif line.is_folded:
        console.print(text, no_wrap=True, overflow="ellipsis")
    else:
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        console.print(Padding(text[indent:], (0, 0, 0, indent)) if indent else text)


def _styled(line: Line) -> "Text":
    from rich.text import Text

    spans = [(text.expandtabs(), STYLES[style]) for text, style in line.spans]
    found = Text.assemble(*spans)
    found.rstrip()
    return found


def wants_colours() -> bool:
    """Return whether standard output is a terminal that shows colours, and may.

    https://no-color.org and dumb terminals say no.
    """
    may = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return sys.stdout.isatty() and may


class Shown:
    """What a terminal shows of a check while it runs; here nothing, for there is no terminal."""

    def __call__(self, doing: str, ran: int, tests: int) -> None:
        """Show how far the check has come."""

    def failed(self, requirement: str, said: str) -> None:
        """Show the first requirement that fails, at once."""


class _Bar(Shown):
    """A bar on a terminal, and above it the first failure."""

    def __init__(self, bar: "rich.progress.Progress") -> None:
        self._bar = bar
        self._task = bar.add_task("loading", total=None)
        self._has_failed = False

    def __call__(self, doing: str, ran: int, tests: int) -> None:
        # What is over soon shows as well: the bar itself looks ten times a second.
        new = doing != self._bar.tasks[0].description
        self._bar.update(self._task, description=doing, completed=ran, total=tests, refresh=new)

    def failed(self, requirement: str, said: str) -> None:
        if not self._has_failed:
            first = next(iter(said.splitlines()), "")
            self._bar.console.print(f"{requirement} fails: {first}", markup=False, highlight=False)
        self._has_failed = True


@contextlib.contextmanager
def progress_bar() -> Iterator[Shown]:
    """Show on a terminal how far a check has come; the bar goes when the check has ended."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield Shown()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    # The run throws away what is written to the descriptors 1 and 2; the bar has one of its own.
    descriptor, encoding = os.dup(sys.stderr.fileno()), sys.stderr.encoding
    with os.fdopen(descriptor, "w", encoding=encoding, errors="replace") as terminal:
        bar = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(file=terminal),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        with bar:
            yield _Bar(bar)
