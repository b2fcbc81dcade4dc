"""Patterns of precision: what only rounding makes, and in which format it was made."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.symptoms import Found
from cnnspec.diagnosis.difference import Difference
from cnnspec.judge.accuracy import NARROWER, fingerprint, narrowed
from cnnspec.judge.nonconformance import Complaint

Array = NDArray[Any]

Json = dict[str, Any]

#: The pattern of answers that are less precise than they might be.
IMPRECISE = "imprecise"

#: Roundings, in units of the largest sum of absolute terms, that are too few for another mistake.
_ROUNDINGS = 100


def rounded_too_often(of: Difference) -> tuple[str, str, str] | None:
    """Find errors that nothing but rounding makes: a few units in the last place of large terms."""
    answer, got = of.error.answer, of.error.got
    if answer is None or got is None or answer.magnitude is None or got.dtype.kind != "f":
        return None
    if not of.symptoms.is_sum:  # a small probability has small terms
        return None
    largest = float(np.max(answer.magnitude, initial=0))
    with np.errstate(invalid="ignore"):  # infinity - infinity is NaN, which is no small error
        error = float(np.max(np.abs(of.got - of.expected), initial=0))
    format_ = np.finfo(got.dtype)
    if format_.bits < 32 or not 0 < error <= _ROUNDINGS * float(format_.eps) * largest:
        return None
    digits = math.floor(-math.log10(error / largest))
    remedy = "add up the terms of each sum by themselves, and divide once, at the end"
    if of.symptoms.transforms:
        remedy += f"; what works by {of.symptoms.transforms} declares accuracy"
        remedy += ' "normwise"'
    return (
        "more rounding",
        f"right to {digits} digits, but rounded more often than the sum itself needs",
        remedy,
    )


def imprecise(of: Difference) -> Found:
    """Find the format in which something was computed that came out less precise than it is."""
    answer, got = of.error.answer, of.error.got
    if answer is None or got is None or answer.magnitude is None:
        return
    there = answer.magnitude > 0
    errors = np.abs(of.got - of.expected)
    if not there.any() or not np.isfinite(errors).all():
        return
    found = fingerprint(float((errors[there] / answer.magnitude[there]).max()))
    if not found or found == got.dtype.name:
        return
    said = _narrowed_inputs(of, got)
    if not said and found != "float32":
        return  # errors as large as those have many causes
    remedy = "compute in the precision of the inputs, sums included"
    if not said and np.array_equal(got, narrowed(got, found)):
        said = f"the result is only as precise as {found}"
    if not said:  # other small mistakes have such errors too
        said = f"{AS_LARGE_AS} {found}"
        remedy = "look for numbers that are narrowed on the way, and for constants of few digits"
    yield IMPRECISE, f"{said}, though the result's dtype is {got.dtype.name}", remedy


#: How a guess begins that only the size of errors gives.
AS_LARGE_AS = "the errors are as large as those of"


def unless_others_are_larger(found: Iterable[Json]) -> None:
    """Say nothing of errors that are as large as a format's where other wrong answers are not so.

    Several mistakes, or one that is large elsewhere, have small errors too.
    """
    told = [failure for failure in found if failure["kind"] == Complaint.VALUES]
    if all(any(one["pattern"] == IMPRECISE for one in f["patterns"]) for f in told):
        return
    for failure in told:
        failure["patterns"] = [
            one for one in failure["patterns"] if not one["explanation"].startswith(AS_LARGE_AS)
        ]


def _narrowed_inputs(of: Difference, got: Array) -> str:
    """Say which inputs were rounded, and to which formats: then the rest of the error is small."""
    arrays = [
        name
        for name, value in of.error.case.arguments.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    ]
    for names in (arrays, *([name] for name in arrays)):
        formats = [name for name in NARROWER if _is_of_narrowed(of, got, names, name)]
        if formats and names == arrays:
            return f"the result is only as precise as {' or '.join(formats)}"
        if formats:
            return f"the {names[0]} are rounded to {' or '.join(formats)}"
    return ""


def _is_of_narrowed(of: Difference, got: Array, names: list[str], format_name: str) -> bool:
    case = of.error.case
    arguments = {
        key: narrowed(value, format_name) if key in names else value
        for key, value in case.arguments.items()
    }
    if not all(np.isfinite(arguments[name]).all() for name in names):
        return False
    try:
        answer = exact_answer(replace(case, arguments=arguments), got.dtype, "componentwise")
    except ArithmeticError:
        return False  # a probability that became 0 has no logarithm
    before = float(np.abs(of.got - of.expected).max())
    return float(np.abs(of.got - answer.high).max()) < before / 20
