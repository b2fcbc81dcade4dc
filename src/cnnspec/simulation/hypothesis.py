"""Hypotheses: one place in a formula, and what is done there instead of what is due."""

import contextlib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]
Arguments = Mapping[str, Any]

#: Takes what is due at a place in a formula, and what is known there; returns what is done instead.
Change = Callable[[Any, Mapping[str, Any]], Any]


def bound(function: Callable[..., Any], *constants: Any) -> Callable[..., Any]:
    """Return a function of what is left, with its last arguments given: those of a loop's round."""
    return lambda *given: function(*given, *constants)


#: How readily a sentence is told of several that explain as much.
COMMON, KNOWN, ODD = 0, 1, 2


@dataclass(frozen=True)
class Hypothesis:
    """One thing that is done instead of what is due.

    Attributes
    ----------
    slot : str
        The place in the formula.
    words : str
        What is done there, as a clause that can follow the operation's name.
    change : callable
    remedy : str or None
        What is due there.
    rank : int
        `COMMON` mistakes are told before `KNOWN` ones and these before `ODD` ones.
    is_measured : bool
        Whether a number in it was taken from one answer, and may hold for calls like that alone.
    """

    slot: str
    words: str
    change: Change = field(compare=False)
    remedy: str | None = None
    rank: int = KNOWN
    is_measured: bool = False

    def within(self, part: str, words: str = "{}") -> "Hypothesis":
        """Return the same of a formula that is part of another one; see `Slots.within`."""
        return replace(self, slot=f"{part}: {self.slot}", words=words.format(self.words))

    def reworded(self, said: str, better: str) -> "Hypothesis":
        """Return the same in other words."""
        return replace(self, words=self.words.replace(said, better))


class Slots:
    """The places of a formula, some of them changed: what a simulator computes with.

    ``at(slot, value, **known)`` returns the value, or what is done there instead. A formula that
    is part of another one gets ``at.within("part")``.
    """

    def __init__(self, changed: Iterable[Hypothesis] = (), prefix: str = "") -> None:
        self._changed = tuple(changed)
        self._prefix = prefix

    def __call__(self, slot: str, value: Any, **known: Any) -> Any:
        """Return what stands in a slot."""
        name = self._prefix + slot
        for hypothesis in self._changed:
            if hypothesis.slot == name:
                value = hypothesis.change(value, known)
        return value

    def changes(self, *slots: str) -> bool:
        """Return whether anything is changed in slots whose names begin so."""
        names = tuple(self._prefix + slot for slot in slots)
        return any(hypothesis.slot.startswith(names) for hypothesis in self._changed)

    def within(self, part: str) -> "Slots":
        """Return the slots of a formula that is part of this one."""
        return Slots(self._changed, f"{self._prefix}{part}: ")


class Draw:
    """Draws calls: the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.RandomState(seed)

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        return int(self._random.randint(low, high + 1))

    def pick(self, *values: Any) -> Any:
        """Return one of the values."""
        return values[self.integer(0, len(values) - 1)]

    def reals(self, *shape: int) -> Floats:
        """Return numbers around 0, none of them whole."""
        return self._random.standard_normal(shape) * 2

    def varied(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return a call as it is, or with large, small or whole numbers, or in float32."""
        scale = self.pick(1.0, 1.0, 1.0, 200.0, 1e-6)
        how = self.pick("plain", "plain", "plain", "whole", "float32")
        first = next(iter(arguments))
        given = {**arguments, first: arguments[first] * scale}
        if how == "plain":
            return given
        changes: dict[str, Callable[[Array], Array]] = {
            "whole": lambda values: np.rint(values * 3),
            "float32": lambda values: values.astype(np.float32),
        }
        change = changes[how]
        arrays = [name for name, value in given.items() if isinstance(value, np.ndarray)]
        of = arrays if self.pick(True, True, False) else [self.pick(*arrays)]
        return {name: change(value) if name in of else value for name, value in given.items()}

    def apart(self, count: int, low: int, high: int) -> list[int]:
        """Return whole numbers from low to high, no two alike where that can be."""
        values = np.arange(low, high + 1)
        chosen = self._random.choice(values, count, replace=len(values) < count)
        return [int(value) for value in chosen]


@contextlib.contextmanager
def _ignoring() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def unwarned() -> contextlib.AbstractContextManager[None]:
    """Return what keeps warnings away; inside of another one it costs nothing."""
    is_inside = warnings.filters[:1] == [("ignore", None, Warning, None, 0)]
    return contextlib.nullcontext() if is_inside else _ignoring()


#: Returns the answer of another call, ``None`` where there is none.
Ask = Callable[[Arguments], Floats | None]


def _none(*_given: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """An operation's formula with slots, and what may be done in them.

    Attributes
    ----------
    compute : callable
        The formula, ``compute(at, **arguments)``: computes in float64.
    hypotheses : callable
        Returns what may be done in its slots.
    measured : callable
        Returns more of them, from the arguments of a call, its answer, the right answer, and what
        makes further calls.
    sizes : callable
        Returns the sizes of a call by their names, in the plural: "rows", "channels".
    draw : callable
        Returns the arguments of a call; all sizes differ in most.
    is_relative : bool
        Whether the error of each number is relative to itself, not to the largest.
    seeds : int
        Wrong answers from which a search starts: fewer where the formula takes long.
    """

    compute: Callable[..., Array]
    hypotheses: Callable[[], Sequence[Hypothesis]]
    sizes: Callable[[Arguments], dict[str, int]]
    draw: Callable[[Draw], dict[str, Any]]
    measured: Callable[[Arguments, Floats, Floats, Ask], Iterable[Hypothesis]] = _none
    is_relative: bool = False
    seeds: int = 5

    def predict(self, changed: Iterable[Hypothesis], arguments: Arguments) -> Array | None:
        """Return what the formula gives with changes, ``None`` if it gives nothing."""
        try:
            with np.errstate(all="ignore"), unwarned():
                return np.asarray(self.compute(Slots(changed), **arguments))
        except Exception:  # noqa: BLE001 - a change may fit no call of this shape
            return None
