"""What is measured of a wrong operation and shown beside what is due, by what its room declares."""

from collections.abc import Iterable, Sequence
from typing import Any

from cnnspec.experiments.curves import curve
from cnnspec.experiments.laboratory import Arguments, Asked, Laboratory
from cnnspec.experiments.stencils import stencil
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.measurement import Linear

Json = dict[str, Any]

#: Wrong calls from which it starts, and how many of these are made once more.
_STARTED, _AGAIN = 24, 2


def measure(laboratory: Laboratory, wrong: Sequence[Asked]) -> Json | None:
    """Return a stencil or a curve, measured by calls like the wrong ones.

    ``None`` where nothing is declared, answers are not steady, or nothing is learned from it.
    """
    declared = OPERATIONS[laboratory.operation]
    kind = declared.measurement
    if kind is None or not wrong or not _are_steady(wrong[:_AGAIN], laboratory):
        return None
    if isinstance(kind, Linear):
        return stencil(kind, declared.data, laboratory, wrong)
    return curve(kind, declared.data, laboratory, wrong)


def measure_failing(laboratory: Laboratory, failing: Iterable[Arguments]) -> Json | None:
    """Return the same from failing calls that nobody has asked yet."""
    distinct = list({id(one): one for one in failing}.values())
    asked = [laboratory.ask(arguments) for arguments in distinct[:_STARTED]]
    return measure(laboratory, [one for one in asked if one is not None and one.tells])


def _are_steady(wrong: Iterable[Asked], laboratory: Laboratory) -> bool:
    return all(
        (again := laboratory.ask(one.arguments)) is not None and one.is_met(again.got)
        for one in wrong
    )
