"""Heat maps: where each cell, number and mark of a panel lies in its drawing."""

from collections.abc import Sequence
from typing import Any

from cnnspec.report.grids import at, digits_for, extent, number

Json = dict[str, Any]

#: Units of the drawing, which are pixels where there is room.
_LEFT, _TOP, _MARGIN = 26, 16, 4
_WIDEST, _CELLS, _SMALLEST = 320, 46, 12

#: How strong a colour gets: numbers must stay readable on it.
_STRONGEST = 0.5
_SHADES = 16

#: To how many digits numbers may be rounded to fit. A digit takes so much of the size of its font;
#: smaller fonts are not read.
_DIGITS = (3, 2)
_DIGIT, _LARGEST_FONT, _SMALLEST_FONT = 0.62, 13, 8


#: Roles that the name of a panel does not tell.
_ARGUMENTS = ("input", "filter", "parameter")


def heat_maps(panels: Sequence[Json]) -> list[Json]:
    """Return the drawings of the panels of an exhibit; results that are compared share a scale."""
    digits = digits_for(panels)
    results = [panel for panel in panels if panel["role"] in ("expected", "got")]
    shared = max((_largest(panel) for panel in results), default=0.0)
    return [
        _heat_map(panel, shared if panel in results else _largest(panel), digits)
        for panel in panels
    ]


def _largest(panel: Json) -> float:
    numbers = (abs(value) for row in panel["values"] for value in row if not _is_text(value))
    return float(max(numbers, default=0.0))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _heat_map(panel: Json, largest: float, digits: int) -> Json:
    values = panel["values"]
    rows, columns = len(values), len(values[0])
    across = max(min(_WIDEST // columns, _CELLS), _SMALLEST)
    down = min(across, 30) if across > 20 else across
    if panel["role"] == "difference":
        digits = _DIGITS[0]
    font, texts = _texts(values, digits, across)
    first_row, first_column = panel["first"]

    def corner(row: int, column: int) -> Json:
        return {
            "x": _LEFT + (column - first_column) * across,
            "y": _TOP + (row - first_row) * down,
        }

    numbers = [
        {**corner(first_row + r, first_column + c), "text": text}
        for r, row in enumerate(texts if font else ())
        for c, text in enumerate(row)
    ]
    cells: dict[tuple[str, float], str] = {}
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            shade = _shade(value, largest)
            place = corner(first_row + r, first_column + c)
            drawn = f"M{place['x']} {place['y']}h{across}v{down}h-{across}z"
            cells[shade] = cells.get(shade, "") + drawn
    return {
        "role": panel["role"] if panel["role"] in _ARGUMENTS else "",
        "name": panel["name"],
        "facts": _facts(panel, largest, digits),
        "label": _label(panel, digits),
        "width": _LEFT + columns * across + _MARGIN,
        "height": _TOP + rows * down + _MARGIN,
        "left": _LEFT,
        "top": _TOP,
        "across": across,
        "down": down,
        "rows": rows,
        "columns": columns,
        "corner": min(across, down) // 3,
        "axes": _axes(panel, across, down),
        "font": font,
        "numbers": numbers,
        "shades": [
            {"side": side, "strength": f"{strength:g}", "path": path}
            for (side, strength), path in cells.items()
            if strength
        ],
        "wrong": [corner(row, column) for row, column in panel.get("wrong", ())],
        "window": _window(panel, across, down),
    }


def _texts(values: list[list[Any]], digits: int, across: int) -> tuple[int, list[list[str]]]:
    """Return the size of font in which the numbers fit into the cells, and the numbers.

    They are rounded as far as that takes. The size is 0 if even then they could not be read: all
    are shown or none, for a gap would look like a number that is missing.
    """
    texts: list[list[str]] = []
    for fewer in (digits, *_DIGITS):
        texts = [[number(value, fewer) for value in row] for row in values]
        letters = max(len(text) for row in texts for text in row)
        size = min(int((across - 4) / (letters * _DIGIT)), _LARGEST_FONT)
        if size >= _SMALLEST_FONT:
            return size, texts
    return 0, texts


def _shade(value: Any, largest: float) -> tuple[str, float]:
    """Return the colour of a number and its strength, one of a few: cells of one are one path."""
    if _is_text(value):
        return "none", _STRONGEST
    strength = round(abs(value) / largest * _SHADES) / _SHADES if largest else 0.0
    return ("below" if value < 0 else "above"), strength * _STRONGEST


def _axes(panel: Json, across: int, down: int) -> list[Json]:
    """Return the numbers of rows and columns: all where there is room, else every fifth."""
    first_row, first_column = panel["first"]
    rows, columns = len(panel["values"]), len(panel["values"][0])
    marks = []
    for column in range(columns):
        if across >= 20 or (first_column + column) % 5 == 0:
            x = _LEFT + column * across + across / 2
            marks.append({"x": x, "y": _TOP - 5, "anchor": "middle", "text": first_column + column})
    for row in range(rows):
        if down >= 20 or (first_row + row) % 5 == 0:
            y = _TOP + row * down + down / 2 + 4
            marks.append({"x": _LEFT - 4, "y": y, "anchor": "end", "text": first_row + row})
    return marks


def _window(panel: Json, across: int, down: int) -> Json | None:
    """Return the outline of the window, as far as it lies within what is shown."""
    if "window" not in panel:
        return None
    edges = []
    for start, length, first, shown in zip(
        panel["window"][:2],
        panel["window"][2:],
        panel["first"],
        (len(panel["values"]), len(panel["values"][0])),
        strict=True,
    ):
        begin, end = max(start, first), min(start + length, first + shown)
        edges.append((begin - first, max(end - begin, 0)))
    (row, rows), (column, columns) = edges
    if not rows or not columns:
        return None
    return {
        "x": _LEFT + column * across,
        "y": _TOP + row * down,
        "width": columns * across,
        "height": rows * down,
    }


def _facts(panel: Json, largest: float, digits: int) -> str:
    """Return what is to be known of a panel, beside its numbers."""
    values = panel["values"]
    shape = ", ".join(str(size) for size in panel["shape"])
    parts = [f"{panel['dtype']}[{shape}]"]
    if said := extent(panel, len(values), len(values[0]), panel["first"]):
        parts.append(f"shown: {said}")
    parts.append(f"strongest colour: {number(largest, min(digits, 4))}")
    return "; ".join(parts)


def _label(panel: Json, digits: int) -> str:
    """Return what the drawing shows, for those who do not see it."""
    rows, columns = panel["size"]
    said = f"{panel['name']}: {rows} by {columns} values"
    if "wrong" not in panel:
        return said
    wrong = panel["wrong"]
    if not wrong:
        return f"{said}, none of those shown is wrong"
    row, column = wrong[0]
    shown = number(at(panel, row, column), digits)
    place = f"row {row}, column {column}"
    return f"{said}, {len(wrong)} of those shown are wrong, first {shown} at {place}"
