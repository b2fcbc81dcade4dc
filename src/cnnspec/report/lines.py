"""Lines of a report for people: spans of text, each with the name of a style."""

from dataclasses import dataclass

from cnnspec.report.entries import KNOWN_FAILURE
from cnnspec.report.grids import Span
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE
from cnnspec.texts import escaped

#: Columns that arrays may take side by side.
WIDTH = 96


@dataclass(frozen=True)
class Line:
    """A line of the report: spans of text, each with the name of its style.

    Attributes
    ----------
    spans : sequence of (text, style)
    is_verbatim : bool
        Whether the line must stay as it is: an array, or code to be copied.
    is_folded : bool
        Whether its beginning is enough where it is too long.
    """

    spans: tuple[Span, ...] = ()
    is_verbatim: bool = False
    is_folded: bool = False

    def __str__(self) -> str:
        return "".join(text for text, _ in self.spans).rstrip()


def styled(*parts: str | Span, verbatim: bool = False, folded: bool = False) -> Line:
    """Return a line of texts and of spans that have a style."""
    spans = ((part, "") if isinstance(part, str) else part for part in parts)
    return Line(tuple((escaped(text), style) for text, style in spans), verbatim, folded)


#: The styles of verdicts, and of requirements by their status.
VERDICT_STYLES = {CONFORMS: "good", DOES_NOT_CONFORM: "bad", INCOMPLETE: "doubt"}


STATUS_STYLES = {
    "passed": "good",
    "failed": "bad",
    "advised": "doubt",
    KNOWN_FAILURE: "doubt",
    "not tested": "dim",
}
