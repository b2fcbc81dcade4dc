"""What cases are made of that combine the options of an operation by covering arrays.

Each group of rows is made into cases when its test runs, and then kept for the next run. The
factors, and how a row is made into a case, stand in the rooms (`combinations.py`).

Most mistakes that hide do so behind a combination of two or three options. Trying all of them
together takes too many calls; a covering array takes few.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import Case, integers, reals

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


# --- covering arrays ---------------------------------------------------------------------------


def covering(factors: Mapping[str, Sequence[Any]], strength: int) -> list[dict[str, Any]]:
    """Return rows with one value of every factor; any ``strength`` factors meet in all ways.

    A row is a polynomial of degree below ``strength`` over the integers modulo a prime p, and a
    factor is a point at which it is evaluated. Exactly one such polynomial takes given values at
    ``strength`` points, so that each combination of levels occurs exactly once in the p^strength
    rows (Bush, Annals of Mathematical Statistics 23, 1952). The leading coefficient, the value "at
    infinity", serves as the last of p + 1 factors. Factors of fewer than p values start over.
    """
    prime = _prime_from(max(len(factors) - 1, *map(len, factors.values())))
    rows = []
    for coefficients in product(range(prime), repeat=strength):
        levels = [_evaluate(coefficients, point, prime) for point in range(prime)]
        levels.append(coefficients[0])
        rows.append(
            {
                name: values[level % len(values)]
                for (name, values), level in zip(factors.items(), levels, strict=False)
            }
        )
    return rows


def _evaluate(coefficients: Sequence[int], point: int, prime: int) -> int:
    """Return the value of a polynomial, whose leading coefficient comes first."""
    value = 0
    for coefficient in coefficients:
        value = value * point + coefficient
    return value % prime


def _prime_from(number: int) -> int:
    """Return the smallest prime that is not below a number."""
    while number < 2 or any(number % divisor == 0 for divisor in range(2, number)):
        number += 1
    return number
