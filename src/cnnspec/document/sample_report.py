"""The picture of a report that README.md shows: the smallest failure of a file of `examples/`.

``python -m cnnspec.document.sample_report`` draws it anew in a checkout, in the current folder.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cnnspec.declaration.drawing import CELL, WIDTH, Drawing, in_rows
from cnnspec.run.check import check

Json = dict[str, Any]

#: What is judged, on which requirement, and where the picture lies, from the root of a checkout.
SAMPLE = "examples/student.py"
REQUIREMENT = "CONV-01"
FILE = "pictures/report.svg"

#: Pixels beside and between panels, and of a digit; letters of a line.
_EDGE, _GAP, _DIGIT = 12, 14, 9
_LETTERS = WIDTH // 8 + 1

#: The colour of what is wrong.
_WRONG = "b"


def report_of_sample() -> Json:
    """Judge the sample in the current folder; return its report as data."""
    return check(SAMPLE, select=REQUIREMENT, isolated=True)


def picture(report: Json) -> Drawing:
    """Return the picture of a report: its first line, the arrays of a failure, what was measured.

    The failure is the smallest of the first requirement that fails.
    """
    failed = next(one for one in report["requirements"] if one["status"] == "failed")
    failure = failed["failures"][0]
    panels = [one for one in failure["exhibit"]["panels"] if one["role"] != "difference"]
    drawing = Drawing("A report as a picture", _in_words(report, panels))
    _say(drawing, report["headline"])
    drawing.height += 6
    _say(drawing, f"the smallest call that fails {failed['id']}:", style="soft say")
    _say(drawing, failure["call"], style="soft n")
    _draw(drawing, panels)
    for operation in report["operations"].values():
        for measured in operation.get("measured", ()):
            drawing.height += 6
            _say(drawing, measured["caption"], style="soft say")
            _draw(drawing, measured["panels"])
    return drawing


def _in_words(report: Json, panels: Sequence[Json]) -> str:
    """Return what the picture shows, for those who do not see it."""
    arrays = ", ".join(f"{_name(one)} {in_rows(np.array(one['values']))}" for one in panels)
    return f"{report['headline']}. The smallest failing call: {arrays}."


def _say(drawing: Drawing, words: str, style: str = "say") -> None:
    for line in textwrap.wrap(words, _LETTERS):
        drawing.line(line, x=_EDGE, style=style)


def _draw(drawing: Drawing, panels: Sequence[Json]) -> None:
    """Draw panels beside each other below everything, and below each other where it is full."""
    row: list[tuple[int, int, Json]] = []
    right = _EDGE
    for panel in panels:
        cell = _cell(panel)
        across = max(cell * len(panel["values"][0]), _DIGIT * len(_name(panel)))
        if row and right + across > WIDTH - _EDGE:
            _draw_row(drawing, row)
            row, right = [], _EDGE
        row.append((right, cell, panel))
        right += across + _GAP
    _draw_row(drawing, row)


def _draw_row(drawing: Drawing, row: Sequence[tuple[int, int, Json]]) -> None:
    drawing.captions({x: _name(panel) for x, _, panel in row})
    top = drawing.height + 4
    for x, cell, panel in row:
        marks = dict.fromkeys(map(tuple, panel.get("wrong", ())), _WRONG)
        drawing.grid(x, top, np.array(panel["values"]), marks, width=cell)
    drawing.height = top + CELL * max(len(panel["values"]) for _, _, panel in row) + 4


def _cell(panel: Json) -> int:
    """Return the width of a cell that the longest number fits into."""
    longest = max(len(f"{number:g}") for row in panel["values"] for number in row)
    return max(CELL, _DIGIT * longest + 4)


def _name(panel: Json) -> str:
    """Return the name of a panel without the place of its plane."""
    return str(panel["name"]).partition("[")[0]


def renew(folder: Path) -> None:
    """Draw the picture of a checkout anew."""
    (folder / FILE).write_text(picture(report_of_sample()).svg(), "utf-8")


if __name__ == "__main__":
    renew(Path.cwd())
