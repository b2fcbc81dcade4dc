"""What cases are made of that combine the options of an operation by covering arrays.

Each group of rows is made into cases when its test runs, and then kept for the next run. The
factors, and how a row is made into a case, stand in the rooms (`combinations.py`).

Most mistakes that hide do so behind a combination of two or three options. Trying all of them
together takes too many calls; a covering array takes few.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import SPREADS, UNUSUAL, Case, integers, reals
from cnnspec.exact.covering import covering

Array = NDArray[Any]
Row = dict[str, Any]
Groups = dict[str, list[Row]]

#: Layouts in memory, the usual one more often than the others.
LAYOUTS = ("C", "fortran", "C", "strided", "C", "read-only", "C")

#: Dtypes of the data and of the parameters that go with it, and whether the numbers are real.
NUMBERS = {
    "float64": ("float64", "float64", False),
    "float64-real": ("float64", "float64", True),
    "float32": ("float32", "float32", False),
    "float32-real": ("float32", "float32", True),
    "float16": ("float16", "float16", False),
    "float16-real": ("float16", "float16", True),
    "uint8": ("uint8", "float64", False),
    "int8": ("int8", "float64", False),
    "int64": ("int64", "float64", False),
    "whole-parameters": ("float64", "int64", True),
    "float32-data": ("float32", "float64", True),
    "float32-parameters": ("float64", "float32", True),
}


@dataclass(frozen=True)
class Combined:
    """A case, and how its arguments lie in memory."""

    case: Case
    layout: str


class Combinations:
    """The combined cases of an operation, in groups that are made when they are first asked for.

    Parameters
    ----------
    factors : mapping
        The levels of each option, size and kind of numbers.
    strength : int
        How many factors meet in every combination.
    by : tuple of str
        The factors by which rows are grouped.
    make : callable
        Makes a row into a case, and is given whatever `cases` is given beside the group.
    """

    def __init__(
        self,
        factors: Mapping[str, Sequence[Any]],
        strength: int,
        by: tuple[str, ...],
        make: Callable[..., Combined],
    ) -> None:
        self.factors, self.strength, self.by, self.make = factors, strength, by, make
        self._made: dict[tuple[str, ...], list[Combined]] = {}

    @cached_property
    def groups(self) -> Groups:
        """The rows by group."""
        return _grouped(covering(self.factors, self.strength), *self.by)

    def cases(self, group: str, *about: str) -> list[Combined]:
        """Return the cases of a group of rows, made once."""
        if (group, *about) not in self._made:
            self._made[group, *about] = [self.make(row, *about) for row in self.groups[group]]
        return self._made[group, *about]


def _grouped(rows: list[Row], *by: str) -> Groups:
    """Return the rows together that agree in the given factors, by those; each row once."""
    found: Groups = {}
    for row in rows:
        name = "-".join(_short(row[factor]) for factor in by)
        if row not in found.setdefault(name, []):
            found[name].append(row)
    return found


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "-".join(map(str, value.values())) or "plain"
    if isinstance(value, tuple):
        return ".".join(map(str, value))
    return str(value)


def named(operation: str, row: Row) -> str:
    """Return the id of a row's case."""
    return f"{operation}/combined-" + "-".join(map(_short, row.values()))


def side(windows: tuple[int, int], size: int, step: int) -> int:
    """Return a length with so many windows, and so many elements left over if that many can be."""
    count, left = windows
    return size + (count - 1) * step + min(left, step - 1)


def finished(case: Case, row: Row, *, is_mixed: bool = False) -> Combined:
    """Return a case about the dtype of its numbers; a mixture of dtypes may be refused."""
    data, parameters, _ = NUMBERS[row["numbers"]]
    about = data if data.startswith("float") else None
    return Combined(
        replace(case, dtype=about, may_refuse=is_mixed or data != parameters), row["layout"]
    )


class Drawing:
    """Draws the numbers of a case in the dtypes of its row."""

    def __init__(self, identity: str, row: Row, terms: int) -> None:
        self.identity = identity
        self.data, self.parameters, self.real = NUMBERS[row["numbers"]]
        self.spread = row.get("values", "normal")
        self.limit = 4 if terms <= 60 else 2 if terms <= 250 else 1

    def numbers(self, part: str, *shape: int, dtype: str, limit: int | None = None) -> Array:
        """Return whole numbers whose sums float16 holds, or reals whose products round."""
        seed = f"{self.identity}/{part}"
        kind = np.dtype(dtype)
        if self.real and kind.kind == "f":  # of 28 bits: cheap to multiply exactly
            return (np.round(reals(seed, *shape, spread=self.spread) * 2**26) / 2**26).astype(dtype)
        low, high = -(limit or self.limit), limit or self.limit
        if kind.itemsize == 1:
            low, high = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
        return integers(seed, *shape, low=low, high=high).astype(dtype)

    def bias(self, kind: str, count: int) -> Array:
        """Return a bias of whole numbers, of numbers with fractions, or of integers."""
        limit = 9 if self.real else 99  # a large one would hide how the sum was rounded
        whole = integers(f"{self.identity}/bias", count, low=-limit, high=limit)
        if kind == "integers":
            return whole.astype(np.int64)
        floating = self.parameters if self.parameters.startswith("float") else "float64"
        if kind == "whole":
            return whole.astype(floating)
        if self.real:
            return self.numbers("fractions", count, dtype=floating)
        return (whole / 2).astype(floating)


# --- spaces --------------------------------------------------------------------------------------

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


#: Windows along a side that are explored, and what is left over: 9 is as much as there can be.
SIDES = tuple((count, left) for count in (1, 2, 3, 4, 5, 7, 8, 9, 12, 17) for left in (0, 1, 2, 9))


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
            order = _order(len(self.covered), seed)
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


@lru_cache(maxsize=64)
def _order(count: int, seed: int) -> tuple[int, ...]:
    """Return in which order the rows of a covering array come: the same for all calls of a walk."""
    return tuple(_random(seed, 0).permutation(count).tolist())


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
