"""Plots of errors and of curves: where each point and label lies in its drawing."""

from collections.abc import Callable
from math import ceil, floor, log10
from typing import Any

Json = dict[str, Any]

_WIDTH, _HEIGHT = 340, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 328, 12, 164

#: Errors below this share of their bound are drawn there: zero has no logarithm.
_LOWEST = 1e-4


def error_plot(entry: Json) -> Json:
    """Return the drawing of an entry of the report's accuracy: error over bound against terms."""
    points = [(point["terms"], point["error_over_bound"]) for point in entry["by_terms"]]
    terms = [max(n, 1) for n, _ in points]
    errors = [max(error, _LOWEST) for _, error in points]
    left, right = floor(log10(min(terms))), max(ceil(log10(max(terms))), 1)
    if left == right:
        right += 1
    low, high = min(floor(log10(min(errors))), -1), max(ceil(log10(max(errors))), 1)

    def x(n: float) -> float:
        return round(_LEFT + (log10(n) - left) / (right - left) * (_RIGHT - _LEFT), 1)

    def y(error: float) -> float:
        return round(_BOTTOM - (log10(error) - low) / (high - low) * (_BOTTOM - _TOP), 1)

    marks: list[Json] = [
        {
            "x": x(10.0**power),
            "y": _BOTTOM + 15,
            "anchor": "middle" if power < right else "end",  # so that it stays inside
            "text": _power(power),
        }
        for power in range(left, right + 1)
    ]
    step = max(-(-(high - low) // 6), 1)
    marks += [
        {"x": _LEFT - 6, "y": y(10.0**power) + 4, "anchor": "end", "text": _power(power)}
        for power in range(low, high + 1)
        if power % step == 0
    ]
    middle = (_LEFT + _RIGHT) / 2
    marks.append({"x": middle, "y": _BOTTOM + 31, "anchor": "middle", "text": "terms n of a sum"})
    marks.append({"x": _RIGHT - 4, "y": y(1) - 4, "anchor": "end", "text": "bound"})
    return {
        "operation": entry["operation"],
        "dtype": entry["result_dtype"],
        "title": f"{entry['operation']}, inputs and results in {entry['result_dtype']}",
        "facts": _facts(entry),
        "label": f"{entry['operation']}, inputs and results in {entry['result_dtype']}:"
        " error over bound against the number of terms;"
        f" the largest is {entry['error_over_bound']:g}",
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "bound": y(1),
        "marks": marks,
        "points": [{"x": x(n), "y": y(e)} for n, e in zip(terms, errors, strict=True)],
        "rows": [{"terms": n, "error": f"{error:g}"} for n, error in points],
    }


def curve_plot(curve: Json) -> Json:
    """Return the drawing of a measured curve beside the due one."""
    across: list[float] = [point[0] for point in curve["points"]]
    values: list[float] = [value for point in curve["points"] for value in point[1:]]
    start, end, low, high = min(across), max(across), min(values), max(values)
    room = 0.04 * (high - low) or 1.0

    def x(number: float) -> float:
        return round(_LEFT + (number - start) / (end - start) * (_RIGHT - _LEFT), 1)

    def y(value: float) -> float:
        share = (value - low + room) / (high - low + 2 * room)
        return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)

    marks: list[Json] = [
        {"x": _LEFT - 6, "y": y(value) + 4, "anchor": "end", "text": f"{value:.3g}"}
        for value in (low, high)
    ]
    beneath = _BOTTOM + 15
    for number, anchor in ((start, "start"), (end, "end")):
        marks.append({"x": x(number), "y": beneath, "anchor": anchor, "text": f"{number:.3g}"})
    middle = (_LEFT + _RIGHT) / 2
    marks.append({"x": middle, "y": beneath + 16, "anchor": "middle", "text": curve["across"]})
    return {
        "title": curve["up"],
        "label": f"{curve['up']} against {curve['across']}, as measured (solid) and as due"
        f" (dashed). {curve['caption']}",
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "zeros": _zeros(start, end, x, low, high, y),
        "marks": marks,
        "due": [{"x": x(point[0]), "y": y(point[1])} for point in curve["points"]],
        "measured": [{"x": x(point[0]), "y": y(point[2])} for point in curve["points"]],
    }


def _zeros(
    start: float,
    end: float,
    x: Callable[[float], float],
    low: float,
    high: float,
    y: Callable[[float], float],
) -> list[Json]:
    """Return the lines of 0 that lie inside a drawing."""
    lines = []
    if start < 0 < end:
        lines.append({"x1": x(0), "x2": x(0), "y1": _TOP, "y2": _BOTTOM})
    if low < 0 < high:
        lines.append({"x1": _LEFT, "x2": _RIGHT, "y1": y(0), "y2": y(0)})
    return lines


def _facts(entry: Json) -> str:
    largest = f"error / bound, at most {entry['error_over_bound']:g}"
    precision = entry["precision"]
    return f"{largest}; as precise as {precision}" if precision else largest


def _power(power: int) -> str:
    """Return a power of ten, short."""
    return f"{10**power}" if 0 <= power < 5 else f"1e{power}" if power > 0 else f"{10.0**power:g}"
