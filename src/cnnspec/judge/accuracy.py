"""How close to their bounds the results of an implementation came, and what that tells.

The error of a sum of products is judged against its bound (bounds.py). Measured in units of the
sum of the absolute products instead, it shows the format in which an implementation computes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS

Floats = NDArray[np.float64]
Json = dict[str, Any]

#: Sums of more terms tell less: their bounds grow faster than the errors of real code.
TELLING_TERMS = 150

#: The unit roundoffs of the formats that a result may be as precise as, finest first. float16 and
#: TF32 have the same significand of 11 bits, bfloat16 has 8.
FORMATS = (
    ("float64", 2.0**-53),
    ("float32", 2.0**-24),
    ("float16 or TF32", 2.0**-11),
    ("bfloat16", 2.0**-8),
)


@dataclass
class Figures:
    """The largest errors seen, by operation, dtype of the result and number of terms.

    Each is kept twice: over its bound, and relative to the sum of the absolute terms.
    """

    largest: dict[tuple[str, str, int], tuple[float, float]] = field(default_factory=dict)

    def enter(self, operation: str, dtype: np.dtype[Any], error: Floats, answer: Answer) -> None:
        """Enter the errors of one result whose answer has to be rounded."""
        if answer.magnitude is None or not answer.terms or dtype.kind != "f":
            return
        rounded = (answer.allowed > 0) & np.isfinite(error) & (answer.magnitude > 0)
        if not rounded.any():
            return
        ratio = float((error[rounded] / answer.allowed[rounded]).max())
        relative = float((error[rounded] / answer.magnitude[rounded]).max())
        self._keep((operation, dtype.name, answer.terms), ratio, relative)

    def _keep(self, key: tuple[str, str, int], ratio: float, relative: float) -> None:
        before = self.largest.get(key, (0.0, 0.0))
        self.largest[key] = (max(before[0], ratio), max(before[1], relative))

    def as_json(self) -> list[list[Any]]:
        """Return the figures as plain lists, to be carried to another process."""
        return [[*key, *values] for key, values in self.largest.items()]

    def add(self, entries: Iterable[list[Any]]) -> None:
        """Add what `as_json` returned elsewhere."""
        for operation, dtype, terms, ratio, relative in entries:
            self._keep((operation, dtype, terms), ratio, relative)


def is_all_in(case: Case, dtype: np.dtype[Any]) -> bool:
    """Return whether all numbers that a call computes with are of a dtype."""
    given = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    if OPERATIONS[case.operation].takes_whole_numbers:
        given = [array for array in given if array.dtype.kind == "f"]
    return all(array.dtype == dtype for array in given)


def accuracy_section(figures: Figures) -> list[Json]:
    """Return the report's entries, one for each operation and dtype of its results."""
    found = []
    for operation, dtype in sorted({key[:2] for key in figures.largest}):
        by_terms = {
            terms: values
            for (its, its_dtype, terms), values in sorted(figures.largest.items())
            if (its, its_dtype) == (operation, dtype)
        }
        telling = [values[1] for terms, values in by_terms.items() if terms <= TELLING_TERMS]
        found.append(
            {
                "operation": operation,
                "result_dtype": dtype,
                "error_over_bound": _short(max(ratio for ratio, _ in by_terms.values())),
                "precision": fingerprint(max(telling, default=0.0)),
                "by_terms": [
                    {"terms": terms, "error_over_bound": _short(ratio)}
                    for terms, (ratio, _) in by_terms.items()
                ],
            }
        )
    return found


def fingerprint(relative: float) -> str:
    """Return the format whose rounding gives errors of this size, "" for worse ones.

    ``relative`` is the largest error over the sum of the absolute terms. With few terms it lies
    within a few bits of the unit roundoff u, and the formats lie 3 to 29 bits apart; the border
    between two is put near the coarser, because errors add up.
    """
    for (name, _), (_, coarser) in pairwise(FORMATS):
        if relative < coarser / 4:
            return name
    return FORMATS[-1][0] if relative < 2.0**-4 else ""


def narrowed(values: NDArray[Any], format_name: str) -> NDArray[Any]:
    """Return floating numbers as a narrower format holds them, in their own dtype.

    TF32 and bfloat16 have the exponents of float32 and a significand of 11 and 8 bits.
    """
    if values.dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        if format_name in ("float32", "float16"):
            return values.astype(format_name).astype(values.dtype)
        bits = {"TF32": 11, "bfloat16": 8}[format_name]
        fractions, exponents = np.frexp(values)
        rounded = np.ldexp(np.round(np.ldexp(fractions, bits)), exponents - bits)
        return np.asarray(rounded, values.dtype)


#: The formats to which inputs are narrowed, finest first.
NARROWER = ("float32", "TF32", "float16", "bfloat16")


def _short(number: float) -> float:
    return float(f"{number:.3g}")
