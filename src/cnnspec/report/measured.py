"""What was measured of a wrong operation, beside what is due: stencils as panels, and curves."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.exhibit import Window
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.exhibits import panel_of, panels_of_argument
from cnnspec.report.grids import number

Array = NDArray[Any]
Json = dict[str, Any]

#: The kind of what is measured of sums; curves are another.
STENCIL = "stencil"

#: Planes of a stencil that are shown.
PLANES = 3

#: Rows of a curve that is drawn with characters, and what stands for its points.
ROWS = 13
_DUE, _GOT, _BOTH = ".", "o", "#"


def measured_of(evidence: Iterable[Json]) -> dict[str, list[Json]]:
    """Return what was measured of each operation, by its key; processes may have done it twice."""
    found: dict[str, dict[str, Json]] = {}
    entries = [entry for entry in evidence if entry.get("measured")]
    for entry in sorted(entries, key=lambda entry: str(entry["measured"]["call"])):
        operation, measured = entry["operation"], entry["measured"]
        shown = _stencil if measured["kind"] == STENCIL else _curve
        of_key = found.setdefault(OPERATIONS[operation].key, {})
        of_key.setdefault(operation, shown(operation, measured))
    return {key: list(of_key.values()) for key, of_key in found.items()}


# --- stencils ------------------------------------------------------------------------------------


def _stencil(operation: str, measured: Json) -> Json:
    declared = OPERATIONS[operation]
    due, got = np.array(measured["due"], float), np.array(measured["measured"], float)
    wrong = np.array(measured["wrong"])
    caption = (
        f"Each number is what a 1 in its place in {declared.data} adds to element"
        f" {list(measured['place'])} of the result: {wrong.sum()} of {wrong.size} are not as due."
    )
    return {
        "kind": measured["kind"],
        "caption": caption,
        "call": measured["call"],
        "panels": [*_factors(operation, measured, due), *_planes(operation, due, got, wrong)],
    }


def _factors(operation: str, measured: Json, data: Array) -> Iterator[Json]:
    """Yield the panels of the arguments that hold the factors of the element."""
    declared = OPERATIONS[operation]
    given = {declared.data: data, **{n: np.array(v) for n, v in measured["factors"].items()}}
    find = declared.exhibit.window
    window = find(given, tuple(measured["place"]), None) if find else Window()
    for name in measured["factors"]:
        yield from panels_of_argument(declared, name, given[name], window)


def _planes(operation: str, due: Array, got: Array, wrong: Array) -> Iterator[Json]:
    """Yield the planes of both stencils side by side: those that differ, then other ones."""
    declared = OPERATIONS[operation]
    cut = declared.exhibit.of(declared.data)
    inside = cut.axes(due.ndim)
    outside = [1 if axis in inside else size for axis, size in enumerate(due.shape)]
    pairs = [
        (
            panel_of("expected", "due", cut, due, place),
            panel_of("got", "measured", cut, got, place, wrong=wrong),
        )
        for place in np.ndindex(*outside)
    ]
    told = [pair for pair in pairs if np.any(pair[0]["values"]) or pair[1]["wrong"]]
    told.sort(key=lambda pair: not pair[1]["wrong"])
    yield from (panel for pair in told[:PLANES] for panel in pair)


def in_rows(panels: list[Json]) -> Iterator[list[Json]]:
    """Yield the panels of a stencil that belong side by side: what is due, what was measured."""
    factors = [panel for panel in panels if panel["role"] not in ("expected", "got")]
    planes = panels[len(factors) :]
    if len(factors) > 1:
        yield factors
        factors = []
    for first in range(0, len(planes), 2):
        yield [*(factors if first == 0 else ()), *planes[first : first + 2]]


# --- curves --------------------------------------------------------------------------------------


def _curve(_operation: str, measured: Json) -> Json:
    points = measured["points"]
    at, due, got = max(points, key=lambda point: abs(point[2] - point[1]))
    caption = (
        f"What is measured of {measured['up']}, at {len(points)} values of {measured['across']}"
        f" from {points[0][0]:.4g} to {points[-1][0]:.4g}, is furthest from what is due at"
        f" {at:.4g}, where it is {got:.4g}, not {due:.4g}."
    )
    kept = ("kind", "call", "across", "up", "points")
    return {"caption": caption, **{key: measured[key] for key in kept}}


def character_plot(curve: Json, rows: int = ROWS) -> list[str]:
    """Return a curve drawn with characters, a column for each point."""
    across, *curves = zip(*curve["points"], strict=True)
    values = [value for one in curves for value in one]
    low, high = min(values), max(values)

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (rows - 1)) if high > low else rows - 1

    cells = [[" "] * len(across) for _ in range(rows)]
    for column, (due, got) in enumerate(zip(*curves, strict=True)):
        cells[row(due)][column] = _DUE
        cells[row(got)][column] = _BOTH if row(got) == row(due) else _GOT
    labels = {0: number(high, 3), rows - 1: number(low, 3)}
    wide = 2 + max(map(len, labels.values()))
    drawn = [f"{labels.get(n, ''):>{wide}} |{''.join(line)}" for n, line in enumerate(cells)]
    first, last = number(across[0], 3), number(across[-1], 3)
    below = f"{first}{curve['across']:^{len(across) - len(first) - len(last)}}{last}"
    return [
        f"{curve['up']}   {_DUE} due   {_GOT} measured   {_BOTH} both",
        *drawn,
        f"{'':{wide}}  {below}",
    ]
