"""The page of an exploration: what was covered, and what was found."""

from collections.abc import Iterator
from typing import Any

from cnnspec.page.heat_maps import heat_maps
from cnnspec.page.page import legend, render

Json = dict[str, Any]

#: Factors that are about numbers, not about the call; they come last.
_OF_NUMBERS = ("numbers", "values", "layout")

#: Levels of a factor that are listed; of more, those between are not.
_LEVELS = 12


def exploration_page(report: Json) -> str:
    """Return the report of an exploration as a page."""
    wrong = sum(one["wrong"] for one in report["operations"])
    judged = sum(one["judged"] for one in report["operations"])
    return render(
        "exploration.html",
        {
            **report,
            "title": f"{report['implementation']}: {wrong:,} of {judged:,} judged calls are wrong",
            "style": "bad" if wrong else "good",
            "sections": [_section(one) for one in report["operations"]],
        },
    )


def _section(one: Json) -> Json:
    return {
        **one,
        "style": "bad" if one["wrong"] else "good" if one["judged"] else "doubt",
        "factors": [*_factors(one["levels"])],
        "findings": [_finding(finding) for finding in one["findings"]],
    }


def _factors(levels: Json) -> Iterator[Json]:
    """Yield how many calls were judged with each level of each factor."""
    for name in sorted(levels, key=lambda one: (one in _OF_NUMBERS, [*levels].index(one))):
        counts = sorted(levels[name].items(), key=_order)
        most = max(count for _, count in counts)
        shown = counts if len(counts) <= _LEVELS else counts[: _LEVELS - 1]
        left = counts[len(shown) :]
        yield {
            "name": name,
            "levels": [
                {"level": level, "count": count, "share": round(100 * count / most)}
                for level, count in shown
            ],
            "left": f"{len(left)} more levels, {min(c for _, c in left):,} calls or more of each"
            if left
            else "",
        }


def _order(counted: tuple[str, int]) -> tuple[bool, int, str]:
    level = counted[0]
    is_number = level.lstrip("-").isdigit()
    return not is_number, int(level) if is_number else 0, level


def _finding(finding: Json) -> Json:
    failure = finding["failure"]
    exhibit = failure and failure["exhibit"]
    panels = exhibit["panels"] if exhibit else []
    return {
        **finding,
        "count": len(finding["calls"]),
        "called": failure["call"] if failure else "",
        "rest": "\n".join(failure["message"].splitlines()[1:]) if failure else "",
        "drawings": heat_maps(panels),
        "legend": legend(panels),
        "window": exhibit["window"] if exhibit else "",
    }
