"""Grids: the panels of an exhibit as aligned text, wrong elements marked.

A line is a list of spans, each a text and the name of its style ("" for none).
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

Json = dict[str, Any]
Span = tuple[str, str]

#: Rows and columns of a panel that are printed.
SHOWN = 10

#: Before a wrong element.
MARK = "!"

#: Significant digits, tried in turn until wrong elements differ from what was expected.
_DIGITS = (4, 6, 9, 12, 17)

_GAP = "    "
_INFINITE = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}


def grids(panels: Sequence[Json], width: int) -> list[list[Span]]:
    """Return panels side by side, as many as fit into the width, the rest below them."""
    digits = digits_for(panels)
    lines: list[list[Span]] = []
    row: list[list[list[Span]]] = []
    for panel in panels:
        block = _block(panel, digits, width)
        if row and sum(_width(b) + len(_GAP) for b in row) + _width(block) > width:
            lines += [*_beside(row), []]
            row = []
        row.append(block)
    return lines + _beside(row)


def digits_for(panels: Iterable[Json]) -> int:
    """Return how many digits tell wrong elements from the expected ones."""
    by_role = {panel["role"]: panel for panel in panels}
    got, expected = by_role.get("got"), by_role.get("expected")
    if got is None or expected is None or not got.get("wrong"):
        return _DIGITS[0]
    pairs = [(at(got, row, column), at(expected, row, column)) for row, column in got["wrong"]]
    for digits in _DIGITS:
        if all(number(g, digits) != number(e, digits) for g, e in pairs):
            return digits
    return _DIGITS[-1]


def at(panel: Json, row: int, column: int) -> Any:
    """Return the element of a panel in a row and column of its plane."""
    first_row, first_column = panel["first"]
    return panel["values"][row - first_row][column - first_column]


def number(value: Any, digits: int) -> str:
    """Return a number of a panel as short as it can be."""
    if isinstance(value, str):
        return _INFINITE[value]
    if value == int(value) and abs(value) < 1e6:
        return "-0" if str(value) == "-0.0" else str(int(value))
    return f"{value:.{digits}g}"


def extent(panel: Json, rows: int, columns: int, first: Sequence[int]) -> str:
    """Say which part of its plane is shown, "" for the whole."""
    parts = []
    for word, shown, start, size in zip(
        ("rows", "columns"), (rows, columns), first, panel["size"], strict=True
    ):
        if shown < size:
            parts.append(f"{word} {start}-{start + shown - 1} of {size}")
    return ", ".join(parts)


def _block(panel: Json, digits: int, width: int) -> list[list[Span]]:
    """Return one panel: its name, what is shown of it, and its numbers."""
    wrong = {(row, column) for row, column in panel.get("wrong", ())}
    rows, columns = _shown(panel, wrong, digits, width)
    cells = [[_cell(panel, r, c, wrong, digits) for c in columns] for r in rows]
    wide = max(len(text) for row in cells for text, _ in row)
    lines: list[list[Span]] = [[(panel["name"], "name")]]
    if said := extent(panel, len(rows), len(columns), (rows[0], columns[0])):
        lines.append([(f"({said})", "dim")])
    for row in cells:
        spans: list[Span] = []
        for position, (text, style) in enumerate(row):
            spans.append((" " * (wide - len(text) + (2 if position else 0)), ""))
            spans.append((text, style))
        lines.append(spans)
    return lines


def _cell(panel: Json, row: int, column: int, wrong: set[tuple[int, int]], digits: int) -> Span:
    text = number(at(panel, row, column), digits)
    if (row, column) in wrong:
        return MARK + text, "wrong"
    box = panel.get("window")
    if box and box[0] <= row < box[0] + box[2] and box[1] <= column < box[1] + box[3]:
        return text, "window"
    return text, ""


def _shown(
    panel: Json, wrong: set[tuple[int, int]], digits: int, width: int
) -> tuple[range, range]:
    """Return the rows and columns that are printed: those around the first wrong element."""
    first, kept = panel["first"], (len(panel["values"]), len(panel["values"][0]))
    widest = max(len(number(value, digits)) for row in panel["values"] for value in row)
    most = SHOWN, max(min(SHOWN, (width - 2) // (widest + 3)), 1)
    box = panel.get("window") or panel["first"]
    centre = min(wrong) if wrong else box[:2]
    ranges = []
    for start, size, shown, middle in zip(first, kept, most, centre, strict=True):
        begin = min(max(middle - 1, start), start + max(size - shown, 0))
        if size <= shown:
            begin = start
        ranges.append(range(begin, min(begin + shown, start + size)))
    return ranges[0], ranges[1]


def _width(block: list[list[Span]]) -> int:
    return max(sum(len(text) for text, _ in line) for line in block)


def _beside(blocks: Sequence[list[list[Span]]]) -> list[list[Span]]:
    """Return blocks beside each other, their first lines level."""
    widths = [_width(block) for block in blocks]
    lines = []
    for parts in zip_longest(*blocks, fillvalue=[]):
        line: list[Span] = []
        owed = 0
        for part, width in zip(parts, widths, strict=True):
            if part:
                line += [(" " * owed, ""), *part]
                owed = 0
            owed += width - sum(len(text) for text, _ in part) + len(_GAP)
        lines.append(line)
    return lines
