"""Layers that are made of others: a mistake shows in a part and in the whole, and is told once.

The article's class `Softmax` is one layer, with a dense layer before the softmax: calls of the
softmax go through both. Of functions that are offered apart the suite makes the whole by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnspec.declaration.article_forms import Offer
from cnnspec.diagnosis.replays import SAME
from cnnspec.faults import FAULTS
from cnnspec.operations.registry import COMPOSED, OPERATIONS

Json = dict[str, Any]


def is_one_layer(whole: str, offers: Mapping[str, Offer]) -> bool:
    """Return whether an operation that is composed of others is offered without some of them."""
    return whole in offers and not all(part in offers for part in COMPOSED.get(whole, ()))


def has_its_parts_mistakes(whole: str, offers: Mapping[str, Offer]) -> bool:
    """Return whether the mistakes of an operation's parts are its own.

    They are in one layer, and where it is its part, called with another kind of data.
    """
    return is_one_layer(whole, offers) or OPERATIONS[whole].is_a_kind


def is_same_mistake(one: str, other: str) -> bool:
    """Return whether two faults are one mistake of operations that a whole is made of."""
    first, second = FAULTS[one], FAULTS[other]
    if first is second:
        return True
    return _mistake(one) == _mistake(other) and any(
        {first.operation, second.operation} <= {whole, *parts} for whole, parts in COMPOSED.items()
    )


def _mistake(identity: str) -> str:
    """Return the name of a mistake without its operation."""
    return identity.removeprefix(f"{FAULTS[identity].operation}-")


def without_echoes(evidence: Sequence[Json], offers: Mapping[str, Offer]) -> list[Json]:
    """Return evidence without that which shows a mistake of another operation.

    What the suite composes makes no mistakes of its own. A part that is called through its whole
    makes none where the whole's lies elsewhere.
    """
    by_operation = {one["operation"]: one for one in evidence}
    return [
        one
        for one in evidence
        if not _is_of_a_part(one["operation"], by_operation, offers)
        and not any(
            _lies_elsewhere(by_operation[whole], one)
            for whole in _called_through(one["operation"], offers)
            if whole in by_operation
        )
    ]


def _is_of_a_part(
    whole: str, by_operation: Mapping[str, Json], offers: Mapping[str, Offer]
) -> bool:
    composed = whole in offers and offers[whole].is_composed and not OPERATIONS[whole].is_a_kind
    return composed and any(part in by_operation for part in COMPOSED[whole])


def _called_through(part: str, offers: Mapping[str, Offer]) -> Iterator[str]:
    """Yield the wholes through which calls of a part go."""
    for whole, parts in COMPOSED.items():
        if part in parts and is_one_layer(whole, offers):
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
