"""Parts of a layer that is one whole: calls of a part go through it, and show its other mistakes.

The article's class `Softmax` has a dense layer before it: what that makes of the biases looks like a
mistake of the softmax.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any

from cnnspec.diagnosis.replays import SAME
from cnnspec.faults import FAULTS
from cnnspec.operations.registry import COMPOSED

Json = dict[str, Any]


def without_echoes(evidence: Sequence[Json], offered: Container[str]) -> list[Json]:
    """Return evidence without that on parts whose whole is known to be mistaken elsewhere."""
    by_operation = {one["operation"]: one for one in evidence}
    return [
        one
        for one in evidence
        if not any(
            whole in by_operation and _lies_elsewhere(by_operation[whole], one)
            for whole in _called_through(one["operation"], offered)
        )
    ]


def _called_through(part: str, offered: Container[str]) -> Iterator[str]:
    """Yield the wholes through which a part is called: those of which other parts are missing."""
    for whole, parts in COMPOSED.items():
        if part in parts and whole in offered and not all(one in offered for one in parts):
            yield whole


def _lies_elsewhere(of_whole: Json, of_part: Json) -> bool:
    """Return whether what is known of a whole is not a mistake of the part."""
    part = of_part["operation"]
    names, words = _known(of_whole)
    if not names and not words:
        return False
    is_own = any(FAULTS[name].operation == part for name in names)
    return not is_own and words.isdisjoint(_known(of_part)[1])


def _known(evidence: Json) -> tuple[set[str], set[str]]:
    """Return the known mistakes that explain failures, and what experiments say in words."""
    findings = evidence.get("findings", ())
    names = {name for one in findings for name in one["faults"]}
    for failure in evidence["failures"]:
        names |= {name for name, outcome in failure["outcomes"].items() if outcome == SAME}
    return names, {word for one in findings if not one["faults"] for word in one["words"]}
