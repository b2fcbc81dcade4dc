"""The space of an operation's legal calls, from which calls are drawn that no list holds.

A call is a row: a level of every factor. The factors, and how a row is made into a case, are those
of the room's covering arrays (`combinations.py`); a space adds more levels.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from cnnspec.declaration.case import SPREADS, UNUSUAL
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Array,
    Case,
    Combinations,
    Combined,
    Drawing,
    Row,
    finished,
    named,
)

Shape = tuple[int, ...]

#: How the arguments of a call may lie in memory.
_LAYOUTS = tuple(
    dict.fromkeys((*LAYOUTS, "first-fortran", "rest-strided", "channels-first", *UNUSUAL))
)

#: Whether the whole numbers of options are Python's or NumPy's.
_INTEGERS = ("python", "numpy")

#: Factors whose levels come in the order in which they are declared.
_AS_DECLARED = ("layout", "numbers", "values", "integers")

#: How often a row is drawn again that is no legal call, or too large a one.
_TRIES = 100


class NoSuchCallError(Exception):
    """A row is no legal call."""


@dataclass(frozen=True, kw_only=True)
class Space:
    """All legal calls of an operation.

    Attributes
    ----------
    combined : Combinations
        Its rows come first, so that any few factors meet in all ways.
    about : tuple of str
        What a row is made into a case of, beside the row.
    wider : mapping
        Levels of factors that later rows have, beside those of ``combined``.
    small : mapping
        The levels of small calls, of which all are walked; factors that are left out have their
        first level.
    largest : int
        Numbers in the arrays of a call at most: exact arithmetic of more takes its time.
    plain : mapping
        The level that asks for least, of factors of which it is not the first.
    allowed : mapping
        The levels of factors that calls may have, where not all are taken.
    """

    combined: Combinations
    about: tuple[str, ...] = ()
    wider: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    small: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    largest: int = 12_000
    plain: Mapping[str, Any] = field(default_factory=dict)
    allowed: Mapping[str, Collection[Any]] = field(default_factory=dict)

    @cached_property
    def levels(self) -> dict[str, tuple[Any, ...]]:
        """The levels of every factor, each once, the plain one first, then the simplest."""
        return {name: self._of_these(name, levels) for name, levels in self._all_levels.items()}

    def _of_these(self, name: str, levels: Sequence[Any]) -> tuple[Any, ...]:
        """Return those of some levels that are allowed, the first at least."""
        allowed = self.allowed.get(name)
        of_these = [one for one in levels if allowed is None or one in allowed]
        return tuple(of_these or levels[:1])

    @cached_property
    def _all_levels(self) -> dict[str, tuple[Any, ...]]:
        own = {
            **self.combined.factors,
            "values": SPREADS,
            "layout": _LAYOUTS,
            "integers": _INTEGERS,
        }
        return {name: self._in_order(name, levels) for name, levels in own.items()}

    def _in_order(self, name: str, levels: Sequence[Any]) -> tuple[Any, ...]:
        every = dict.fromkeys((*levels, *self.wider.get(name, ())))
        if name in _AS_DECLARED:
            return tuple(every)
        plain = self.plain.get(name, levels[0])
        return (plain, *sorted({*every} - {plain}, key=_weight))

    @cached_property
    def covered(self) -> tuple[Row, ...]:
        """The rows of the covering array."""
        return tuple(row for rows in self.combined.groups.values() for row in rows)

    def row(self, index: int, seed: int) -> Row:
        """Return a row, by its place in a walk: the covering array in a random order, then others.

        It depends on the place and the seed alone.
        """
        if index < len(self.covered):
            order = _random(seed, 0).permutation(len(self.covered))
            random = _random(seed, index + 1)
            others = dict.fromkeys(("values", "layout", "integers"))
            own = {**others, **self.covered[order[index]], "draw": f"{seed}.{index}"}
            for name, levels in self.levels.items():
                if name in own and own[name] not in levels:
                    own[name] = levels[random.integers(len(levels))]
            return own
        random = _random(seed, index + 1)
        for _ in range(_TRIES):
            row = {
                name: levels[random.integers(len(levels))] for name, levels in self.levels.items()
            }
            row["draw"] = f"{seed}.{index}"
            if self.made(row) is not None:
                return row
        return {**self.covered[index % len(self.covered)], "draw": f"{seed}.{index}"}

    def made(self, row: Row) -> Combined | None:
        """Return the case of a row, ``None`` if there is no such call, or it is too large."""
        try:
            with np.errstate(over="ignore"):
                made = self.combined.make(row, *self.about)
        except NoSuchCallError:
            return None
        arrays = [one for one in made.case.arguments.values() if isinstance(one, np.ndarray)]
        if sum(one.size for one in arrays) > self.largest or not all(map(_is_finite, arrays)):
            return None
        case = _without_subnormal_numbers(made.case)
        if row.get("integers") == "numpy":
            case = _with_numpy_integers(case)
        return Combined(case, row.get("layout", made.layout))

    def simpler(self, row: Row) -> Iterator[Row]:
        """Yield rows that differ in one factor, which has a simpler level, the simplest first."""
        for name, levels in self.levels.items():
            if name in row and row[name] in levels:
                for level in levels[: levels.index(row[name])]:
                    yield {**row, name: level}

    def only(self, is_taken: Callable[[Case], bool]) -> "Space":
        """Return the space without the levels with which even a plain call is not taken.

        It is the space itself if no plain call is taken.
        """
        plain: Row = {name: levels[0] for name, levels in self.levels.items()}
        near = ({**plain, name: one} for name, levels in self.levels.items() for one in levels)
        taken = next((row for row in near if self._is_taken(row, is_taken)), None)
        if taken is None:
            return self
        allowed = {
            name: [
                level
                for level in (*levels, *self.small.get(name, ()))
                if self._is_taken({**taken, name: level}, is_taken)
            ]
            for name, levels in self.levels.items()
        }
        return replace(self, allowed=allowed)

    def _is_taken(self, row: Row, is_taken: Callable[[Case], bool]) -> bool:
        made = self.made(row)
        return made is not None and is_taken(made.case)

    @property
    def count(self) -> int:
        """How many rows of small calls there are; some of these are no legal calls."""
        return prod(map(len, self._walked.values()))

    def small_row(self, index: int) -> Row:
        """Return a row of small calls by its place."""
        row: Row = {}
        for name, levels in reversed(self._walked.items()):
            index, place = divmod(index, len(levels))
            row[name] = levels[place]
        return {**row, "draw": "small"}

    @cached_property
    def _walked(self) -> dict[str, Sequence[Any]]:
        return {
            name: self._of_these(name, self.small.get(name, levels[:1]))
            for name, levels in self.combined.factors.items()
        }


def _random(seed: int, place: int) -> np.random.Generator:
    """Return random numbers of one place: what is drawn elsewhere does not matter."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, place]))


def _with_numpy_integers(case: Case) -> Case:
    def converted(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(converted(one) for one in value)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return np.int64(value) if is_number else value

    arguments = {name: converted(value) for name, value in case.arguments.items()}
    return replace(case, id=f"{case.id}-numpy-integers", arguments=arguments)


def _is_finite(values: Array) -> bool:
    return bool(np.isfinite(values).all())


def _weight(level: Any) -> tuple[float, float, str]:
    """Return how far a level is from the simplest."""
    match level:
        case None:
            return -1.0, 0.0, ""
        case bool() | int() | float():
            return float(abs(level)), 0.0, ""
        case str():
            return 0.5, 0.0, level
        case tuple():
            weights = [_weight(one) for one in level]
            return sum(max(one[0], 0.0) for one in weights), float(len(level)), str(level)
    return 1e9, 0.0, str(level)


def _without_subnormal_numbers(case: Case) -> Case:
    """Return a case whose numbers are normal or zero: others may be taken for zero."""
    arguments = {
        name: _normal(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in case.arguments.items()
    }
    return replace(case, arguments=arguments)


def _normal(values: Array) -> Array:
    smallest = np.finfo(values.dtype).smallest_normal
    is_subnormal = (values != 0) & (np.abs(values) < smallest)
    return np.where(is_subnormal, np.copysign(smallest, values), values)


# --- what is computed element by element ----------------------------------------------------------

#: Numbers of such operations, and by what they are multiplied if they are real.
_NUMBERS = ("float64-real", "float64", "float32-real", "float32", "float16-real", "float64-real")
_SCALES = (1.0, 4.0, 1 / 64, 100.0)

_LENGTHS = (1, 2, 3, 4, 7, 8, 9)


def elementwise(
    operation: str,
    *parameters: str,
    largest: int = 4_000,
    integers: Sequence[str] = (),
    **options: Sequence[Any],
) -> Space:
    """Return the space of an operation on arrays of one shape, whichever it is.

    ``integers`` are dtypes of whole numbers that it takes, ``options`` the values of each; ``None``
    for not given.
    """

    def make(row: Row) -> Combined:
        identity = named(operation, row)
        lengths = [row[name] for name in ("first", "second", "third", "fourth", "fifth")]
        shape = lengths[: row["axes"]]
        draw = Drawing(identity, row, 1)
        given: dict[str, Any] = {}
        for name in parameters:
            numbers = draw.numbers(name, *shape, dtype=draw.data, limit=40)
            given[name] = (numbers * row["scale"]).astype(draw.data) if draw.real else numbers
        given |= {name: row[name] for name in options if row[name] is not None}
        return finished(Case(identity, operation, given), row)

    factors = {
        "axes": (1, 2, 3, 4, 5),
        "first": _LENGTHS,
        "second": _LENGTHS,
        "third": (1, 2, 3, 5),
        "fourth": (1, 2, 3),
        "fifth": (1, 2),
        "numbers": _NUMBERS,
        "scale": _SCALES,
        "layout": LAYOUTS,
        **options,
    }
    return Space(
        combined=Combinations(factors, 2, ("numbers",), make),
        wider={
            "first": range(1, 70),
            "second": range(1, 36),
            "third": range(1, 18),
            "numbers": integers,
        },
        small={
            "axes": (1, 2, 3),
            "first": range(1, 7),
            "second": range(1, 7),
            "third": (1, 2, 3),
            "numbers": ("float64-real", "float64", "float32-real"),
            "scale": _SCALES,
            **options,
        },
        largest=largest,
    )


def of_maps(
    operation: str, *parameters: str, of_grad: Callable[[Shape], Shape] | None = None
) -> Space:
    """Return the space of an operation that takes maps and has no options.

    ``of_grad`` returns, from the shape of the maps, that of the gradient that comes in, which is
    the first of the parameters then.
    """

    def make(row: Row) -> Combined:
        identity = named(operation, row)
        shape = (*row["images"], row["rows"], row["columns"], row["maps"])
        draw = Drawing(identity, row, row["rows"] * row["columns"])
        given = {
            name: draw.numbers(
                name, *(of_grad(shape) if of_grad and name != "maps" else shape), dtype=draw.data
            )
            for name in parameters
        }
        return finished(Case(identity, operation, given), row)

    return Space(
        combined=Combinations(
            {
                "images": ((), (1,), (2,), (3,), (5,)),
                "rows": _LENGTHS,
                "columns": _LENGTHS,
                "maps": (1, 2, 3, 4, 5, 8, 17),
                "numbers": _NUMBERS,
                "layout": LAYOUTS,
            },
            3,
            ("numbers",),
            make,
        ),
        wider={"rows": range(1, 18), "columns": range(1, 18), "maps": range(1, 34)},
        small={
            "images": ((), (2,)),
            "rows": range(1, 7),
            "columns": range(1, 7),
            "maps": (1, 2, 3),
            "numbers": ("float64-real", "float64", "float32-real"),
        },
    )
