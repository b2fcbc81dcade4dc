"""By whose rules an implementation is judged: the articles', none of these, or each where it holds.

The articles refuse calls that other code computes (`cnnspec.declaration.limits.Cell`). Code that
refuses all of them follows the articles. Of other code, a cell that is right is judged without
their rules; in any other, what is not refused is a missing refusal, and never a wrong value.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnspec.cases.requirements import ARTICLE, GENERAL, MIXED, PROFILES
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import Arguments, Cell
from cnnspec.exact import bounds
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import REFERENCE
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Array, NotOffered, Rejected, Result

#: That the profile is to be what the implementation declares or, where it declares none, found.
AUTO = "auto"

#: Who chose a profile.
OPTION, DECLARATION, FORM, PROBES = "option", "declaration", "form", "probes"

#: What the probes of a cell came to: all answers are right, all are refused, some are refused and
#: none is wrong, or some are wrong. A cell of which nothing is offered is not listed.
RIGHT, REFUSED, PARTLY, WRONG = "right", "refused", "partly refused", "wrong"

#: The forms in which code of any kind comes. The others are the articles' own.
_FREE = ("operations", "bindings", "adapter", "program")


@dataclass(frozen=True)
class FoundCell:
    """A cell of an operation, and what its probes came to.

    ``always`` are the options that have no parameter, and the values as with which it answers.
    """

    operation: str
    cell: Cell
    found: str
    always: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Return whether a call is one of the cell."""
        return self.cell.holds({**self.always, **given})

    def as_json(self) -> dict[str, str]:
        """Return what reports say of it."""
        return {
            "operation": self.operation,
            "what": self.cell.what,
            "kind": self.cell.kind,
            "option": self.cell.option,
            "usual": self.cell.usual,
            "found": self.found,
        }


@dataclass(frozen=True)
class Profile:
    """The rules by which an implementation is judged.

    Attributes
    ----------
    name : str
        "article", "general", or "mixed": each cell by its own rules.
    by : str
        Who chose it: "option", "declaration", "form" or "probes".
    why : str
        The same in words.
    cells : tuple of FoundCell
        What probes found; empty where none were made.
    """

    name: str = ARTICLE
    by: str = FORM
    why: str = ""
    cells: tuple[FoundCell, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what reports say of how it was chosen."""
        cells = [one.as_json() for one in self.cells]
        return {"by": self.by, "why": self.why, "cells": cells}

    def leaves_out(self, profiles: Collection[str], case: Case) -> str:
        """Return why a case of a requirement of some profiles is not judged, "" if it is."""
        if self.name != MIXED or {*profiles} >= {*PROFILES}:
            return ""
        own = [
            one
            for one in self.cells
            if one.operation == case.operation and one.holds(case.arguments)
        ]
        is_right = all(one.found == RIGHT for one in own)
        if not own or is_right == (GENERAL in profiles):
            return ""
        kinds = " and ".join(dict.fromkeys(one.cell.kind for one in own))
        computed = "computed rightly" if is_right else "not computed rightly"
        rules = GENERAL if is_right else ARTICLE
        return f"{kinds} {own[0].cell.what} are {computed}, and judged as in the {rules} profile"


def profile_of(given: str | None, capabilities: Capabilities) -> Profile:
    """Return the profile of an implementation: what is given, or declared, or else found.

    ``given`` is "article", "general", or "auto", which is the default.
    """
    implementation = capabilities.implementation
    if given in PROFILES:
        return Profile(str(given), OPTION, "given")
    if implementation.profile:
        return Profile(implementation.profile, DECLARATION, "declared")
    if implementation.source == REFERENCE or implementation.form not in _FREE:
        return Profile(ARTICLE, FORM, f"that of all {implementation.form}")
    return _found(tuple(_cells(capabilities)))


def _found(cells: tuple[FoundCell, ...]) -> Profile:
    states = {one.found for one in cells}
    if not states - {REFUSED}:
        return Profile(ARTICLE, PROBES, _why(cells) or "nothing offered depends on it", cells)
    return Profile(GENERAL if states == {RIGHT} else MIXED, PROBES, _why(cells), cells)


#: What is said of cells.
_SAID = {
    RIGHT: "computed rightly",
    REFUSED: "refused",
    PARTLY: "refused in part",
    WRONG: "neither refused nor computed rightly",
}


def _why(cells: Sequence[FoundCell]) -> str:
    """Return in words what was found of some cells."""
    entries = [one.as_json() for one in cells]
    said = [
        f"{words} are {said}"
        for found, said in _SAID.items()
        if (words := cells_in_words(entries, (found,)))
    ]
    return f"found: {', '.join(said)}" if said else ""


def cells_in_words(
    cells: Sequence[Mapping[str, str]], found: Collection[str], what: str = ""
) -> str:
    """Return in words which cells came to what was ``found``, "" for none.

    An option is named where not all of a kind came to that. ``what`` stands for what they are.
    """
    chosen = [one for one in cells if one["found"] in found]
    kinds: dict[str, list[str]] = {}
    for kind in dict.fromkeys(one["kind"] for one in chosen):
        own = [one["option"] for one in chosen if one["kind"] == kind]
        is_whole = len(own) == sum(one["kind"] == kind for one in cells)
        kinds.setdefault("" if is_whole else f' with "{own[0]}"', []).append(kind)
    called = what or (chosen[0]["what"] if chosen else "")
    return ", ".join(f"{' and '.join(them)} {called}{option}" for option, them in kinds.items())


def _cells(capabilities: Capabilities) -> Iterator[FoundCell]:
    """Yield what the cells of all operations come to."""
    for operation in capabilities.implementation.offers:
        if not OPERATIONS[operation].cells or not capabilities.offers(operation):
            continue
        if capabilities.called_wrongly(operation):
            continue
        for cell in OPERATIONS[operation].cells:
            if found := _summed_up(_probed(capabilities, operation, cell)):
                fixed = capabilities.of(operation).fixed
                always = {name: one.value for name, one in fixed.items()}
                yield FoundCell(operation, cell, found, always)


def _summed_up(outcomes: Iterable[str]) -> str:
    """Return what probes come to, "" if none could be made; what is wrong ends them."""
    seen: set[str] = set()
    for outcome in outcomes:
        seen.add(outcome)
        if outcome == WRONG:
            return WRONG
    return PARTLY if len(seen) > 1 else next(iter(seen), "")


def _probed(capabilities: Capabilities, operation: str, cell: Cell) -> Iterator[str]:
    """Yield what each probe that an implementation offers comes to."""
    for arguments in cell.probes():
        case = Case("cell", operation, arguments)
        if capabilities.lacks(case):
            continue
        case = capabilities.narrowed(case)
        given, restore = capabilities.fit(case)
        outcome = capabilities.implementation.call(operation, given)
        if isinstance(outcome, Rejected) and capabilities.limit(case):
            continue
        if isinstance(outcome, Rejected | NotOffered):
            yield REFUSED
        elif isinstance(outcome, Result) and not outcome.problem:
            got = restore(outcome.value)
            yield RIGHT if _is_right(cell, case.arguments, got) else WRONG
        else:
            yield WRONG


def _is_right(cell: Cell, given: Arguments, got: Array) -> bool:
    dtypes = (value.dtype for value in given.values() if isinstance(value, np.ndarray))
    return any(
        got.shape == answer.high.shape and bool((errors_of(got, answer) <= answer.allowed).all())
        for answer in cell.answers(given, bounds.coarsest(got.dtype, *dtypes))
    )
