"""Which convention is found for mistaken code: every fault, behind every dialect, by itself.

What is due is the convention that is found for the right code where its orders of axes are
declared. Where another is adopted for a fault, the fault must not pass there.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from cnnspec.bindings.binding import WHOLE
from cnnspec.bindings.probing import Score
from cnnspec.bindings.search import Found
from cnnspec.bindings.spellings import spelling_of
from cnnspec.cases.requirements import DEFAULT
from cnnspec.declaration.article_forms import Offer
from cnnspec.faults import FAULTS, Fault
from cnnspec.faults.manners import RIGHT
from cnnspec.kills.dialect_kills import Pair, passes
from cnnspec.kills.dialects import alone, how_called, judged, judged_right
from cnnspec.kills.recorded_kills import collection
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.sources.as_offered import tried_as_offered
from cnnspec.subject.sources.finding import apply, find_here, guarded

#: The share of the faults whose convention must be found.
ENOUGH = 0.93

#: Seconds that a small call may take.
_LIMIT = 5.0

#: Pairs that a process takes at a time.
_CHUNK = 16

#: What may become of the convention in which a mistake is written.
FOUND, TIED, MISSED = "found", "tied", "missed"

#: Nothing was called at all; and no call in that convention is answered, or in the shape due.
NOT_BOUND, UNANSWERED = "not bound", "unanswered"


@dataclass(frozen=True)
class Finding:
    """What was found for one fault in one dialect.

    Attributes
    ----------
    fault, dialect : str
    outcome : str
        `FOUND`, `TIED` with another that was adopted, `MISSED`, `NOT_BOUND` or `UNANSWERED`.
    adopted : str
        How it is called and read, "" where it is not.
    is_shown : bool
        Whether a small call is answered wrongly in the convention that is due.
    is_harmless : bool
        Whether the fault fails as it is read, or is not judged at all.
    seconds : float
        Of the processor, for finding.
    """

    fault: str
    dialect: str
    outcome: str
    adopted: str
    is_shown: bool
    is_harmless: bool
    seconds: float


def findings(chosen: Sequence[Pair], processes: int | None = None) -> list[Finding]:
    """Return which conventions are found for faults in dialects."""
    collection(DEFAULT)  # collected once, before there are several processes
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        return [*pool.map(finding, chosen, chunksize=_CHUNK)]


def finding(pair: Pair) -> Finding:
    """Return which convention is found for a fault in a dialect."""
    identity, dialect = pair
    fault = FAULTS[identity]
    file = alone(dialect, fault.operation, fault.make())
    started = time.process_time()
    found = find_here(file, _LIMIT)
    taken = time.process_time() - started
    apply(file, found)
    offer = file.implementation.offers.get(fault.operation)
    due = _score(fault, dialect, how_called(dialect, fault.operation))
    best = _score(fault, dialect, how_called(dialect, fault.operation), is_right=True)
    made = partial(Finding, identity, dialect, is_shown=due != best, seconds=taken)
    if not due.shaped:
        return made(UNANSWERED, _in_words(offer), is_harmless=True)
    if offer is None:
        return made(NOT_BOUND, "", is_harmless=True)
    if _read(fault, offer) == _read_rightly(fault, dialect):
        return made(FOUND, _in_words(offer), is_harmless=True)
    outcome = TIED if _score(fault, dialect, found) == due else MISSED
    return made(outcome, _in_words(offer), is_harmless=not passes(fault, dialect, found))


def _score(fault: Fault, dialect: str, found: Found, *, is_right: bool = False) -> Score:
    """Return how well small calls are answered, by the mistake or by what is right."""
    operation = fault.operation
    make = (lambda: RIGHT[operation]) if is_right else fault.make
    offer = judged(dialect, operation, make, found).offers[operation]
    return tried_as_offered(operation, offer, _guard).score


def _guard() -> AbstractContextManager[Any]:
    return guarded(_LIMIT)


def _read_rightly(fault: Fault, dialect: str) -> tuple[Any, ...]:
    right = judged_right(dialect, fault.operation)
    return _read(fault, right.offers[fault.operation])


def _read(fault: Fault, offer: Offer) -> tuple[Any, ...]:
    """Return what makes a convention: orders of axes, what is the result, what is handed over."""
    own = {one.name: one.own.name for one in spelling_of(fault.operation).families}
    required, binding = OPERATIONS[fault.operation].required, offer.binding
    if binding is None:
        return own, WHOLE, {*required}
    handed_over = {value for value in binding.values if binding.parameter_of(value) in required}
    return {**own, **binding.reading}, binding.taken, handed_over


def _in_words(offer: Offer | None) -> str:
    if offer is None:
        return ""
    if offer.binding is None:
        return "its own form"
    orders = ", ".join(offer.binding.reading.values())
    return f"{offer.binding.call} ({orders})" if orders else str(offer.binding.call)


# --- what is said ------------------------------------------------------------------------------


def finding_complaints(found: Sequence[Finding]) -> list[str]:
    """Return what is wrong with finding: too little is found, or what is read wrongly passes."""
    complaints = [
        f"{one.fault} in {one.dialect} is read as {one.adopted}, and passes"
        for one in found
        if not one.is_harmless
    ]
    if (right := _share(found)) < ENOUGH:
        complaints.append(f"only {right:.1%} of the conventions are found")
    return complaints


def _share(found: Sequence[Finding]) -> float:
    answered = [one for one in found if one.outcome != UNANSWERED]
    return sum(one.outcome == FOUND for one in answered) / max(1, len(answered))


def finding_text(found: Sequence[Finding]) -> str:
    """Return how many conventions are found, by dialect, and each that is not."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Sequence[Finding]) -> Iterator[str]:
    kinds = (FOUND, TIED, MISSED, NOT_BOUND, UNANSWERED)
    yield f"| dialect | {' | '.join(kinds)} | slowest |"
    yield "|---|" + "---|" * (len(kinds) + 1)
    for dialect in dict.fromkeys(one.dialect for one in found):
        its = [one for one in found if one.dialect == dialect]
        counts = Counter(one.outcome for one in its)
        slowest = max(one.seconds for one in its)
        yield f"| {dialect} | {' | '.join(str(counts[k]) for k in kinds)} | {slowest:.2f} s |"
    shown = [one for one in found if one.is_shown]
    yield (
        f"\nfound: {_share(found):.1%} of those with answers; where a small call shows the mistake,"
        f" {_share(shown):.1%}"
    )
    for one in found:
        if one.outcome not in (FOUND, UNANSWERED):
            passing = " (does not pass)" if one.is_harmless else " PASSES"
            said = f"{one.outcome} {one.adopted}{passing}" if one.adopted else one.outcome
            yield f"{one.dialect}: {one.fault}: {said}"
