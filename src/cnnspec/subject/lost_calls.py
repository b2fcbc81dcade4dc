"""Calls that did not come back, and which calls are no longer made because of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# By name, because an implementation may replace it.
from numpy import ndarray

from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.caller import Manner
from cnnspec.subject.outcomes import Died, TimedOut

#: Calls of one kind that may be lost before calls of that kind are given up.
PATIENCE = 2

#: Numbers up to which the arguments of a call are small.
SMALL = 1000

#: How many times as long an import may take as a call, and a call that is made once more because
#: it was slow: compilers compile at the first call.
LOADING_TIMES = 6

#: How many times the limit of one call a run may wait for slow calls altogether: 10 minutes.
LONGEST_WAIT = 60

#: How the reason of a call begins that was not made.
NOT_CALLED = "not called, because"

Lost = TimedOut | Died


@dataclass(frozen=True)
class Kind:
    """What is said of a call by how it was lost.

    ``traits`` are its options, dtypes and manners that are not the plain ones, ``size`` is how
    many numbers its arguments hold.
    """

    traits: frozenset[str]
    size: int

    def is_of(self, lost: "Kind") -> bool:
        """Return whether a call is of the kind of a lost one: as special, as large, or any at all.

        Where a plain small call was lost, any other may be as well.
        """
        if lost.size > SMALL and self.size >= lost.size:
            return True
        return lost.traits <= self.traits and (bool(lost.traits) or lost.size <= SMALL)


def kind_of(
    operation: str, arguments: Mapping[str, Any], manner: Manner, *, should_refuse: bool
) -> Kind:
    """Return the kind of a call."""
    traits = {"bad arguments"} if should_refuse else set()
    traits |= set(map(str, manner.told().values()))
    for name, option in OPERATIONS[operation].options.items():
        value = arguments.get(name)
        if isinstance(value, ndarray) or value not in (None, option.plain):
            traits.add(name)
    arrays = [value for value in arguments.values() if isinstance(value, ndarray)]
    traits |= {array.dtype.name for array in arrays} - {"float64"}
    if arrays and arrays[0].ndim > 3:
        traits.add("batch")
    return Kind(frozenset(traits), sum(array.size for array in arrays))


@dataclass
class Losses:
    """The calls of an implementation, its copies included, that did not come back in time.

    Attributes
    ----------
    waited : float
        Seconds for which slow calls were waited beyond their limit, or in vain.
    slow : dict
        The operations of which calls were slow, and what is said of the latest.
    """

    waited: float = 0.0
    slow: dict[str, str] = field(default_factory=dict)
    _lost: dict[str, list[tuple[Kind, Lost]]] = field(default_factory=dict)
    _untold: dict[str, list[Lost]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._lost or self.slow)

    def enter(self, operation: str, kind: Kind, lost: Lost) -> None:
        """Enter a lost call."""
        self._lost.setdefault(operation, []).append((kind, lost))
        self._untold.setdefault(operation, []).append(lost)

    def tell(self, operation: str, lost: Lost | None = None) -> Lost | None:
        """Return a lost call that has failed nobody yet, this one or the first: from now it has."""
        untold = self._untold.get(operation, [])
        if not untold or (lost is not None and lost not in untold):
            return None
        return untold.pop(0 if lost is None else untold.index(lost))

    def like(self, operation: str, kind: Kind) -> list[Lost]:
        """Return the lost calls of whose kind a call is."""
        return [lost for other, lost in self._lost.get(operation, []) if kind.is_of(other)]

    def wait(self, operation: str, seconds: float, said: str) -> None:
        """Enter a slow call."""
        self.waited += seconds
        self.slow[operation] = said

    def prevents(self, operation: str, kind: Kind, limit: float) -> Lost | None:
        """Return why a call is not made, if it is not."""
        alike = self.like(operation, kind)
        if len(alike) >= PATIENCE:
            return type(alike[0])(f"{NOT_CALLED} {alike[0].reason}")
        if operation in self.slow and self.waited > (LONGEST_WAIT - LOADING_TIMES) * limit:
            waited = f"{self.waited:.0f} s were waited for slow calls"
            return TimedOut(f"{NOT_CALLED} {self.slow[operation]}, and {waited}")
        return None
