"""Reading the hand-computed cases of ``fixtures/*.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import fixtures_folder
from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS

Numbers = int | float | str | list["Numbers"]


@dataclass(frozen=True)
class HandComputed:
    """One case of a fixture file.

    ``expected`` is one array, or for a network one for each stage.
    """

    case: Case
    requirements: tuple[str, ...]
    description: str
    derivation: tuple[str, ...]
    expected: Mapping[str, NDArray[np.float64]]


def fixture_files() -> list[str]:
    """Return the names of the fixture files."""
    return sorted(
        file.name for file in fixtures_folder().glob("*.json") if "schema" not in file.name
    )


def raw_fixtures(name: str) -> dict[str, Any]:
    """Return the content of a fixture file."""
    content: dict[str, Any] = json.loads((fixtures_folder() / name).read_text("utf-8"))
    return content


def number(text: float | str) -> float:
    """Return the float64 nearest to a number as fixtures write it: 0.5, "1/6", "-ln 7/10"."""
    if not isinstance(text, str):
        return float(text)
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits.startswith("ln "):
        fraction = Fraction(digits.removeprefix("ln "))
        context = Context(prec=40)
        ratio = context.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
        return sign * float(context.ln(ratio))
    return sign * float(Fraction(digits))


def array(numbers: Numbers) -> NDArray[np.float64]:
    """Return nested lists of such numbers as a float64 array."""
    if isinstance(numbers, list):
        return np.array([array(part) for part in numbers])
    return np.array(number(numbers))


def _argument(value: Any, *, is_label: bool, is_option: bool) -> Any:
    """Return an argument: lists are arrays, single numbers and words are options and labels.

    Of options that are no arrays, such as a padding for each side, lists are tuples.
    """
    if not isinstance(value, list):
        return value
    if is_option:
        return tuple(_argument(one, is_label=False, is_option=True) for one in value)
    return np.array(value, np.int64) if is_label else array(value)


def _is_option(operation: str, name: str) -> bool:
    option = OPERATIONS[operation].options.get(name)
    return option is not None and not option.is_array


@cache
def hand_computed() -> tuple[HandComputed, ...]:
    """Return all hand-computed cases of operations."""
    found = []
    for name in fixture_files():
        for entry in raw_fixtures(name)["cases"]:
            if entry["operation"] not in OPERATIONS:
                continue  # of the reference alone, whose tests name it
            labels = OPERATIONS[entry["operation"]].labels
            arguments = {
                key: _argument(
                    value,
                    is_label=key in labels,
                    is_option=_is_option(entry["operation"], key),
                )
                for key, value in entry["arguments"].items()
            }
            expected = entry["expected"]
            stages = expected if isinstance(expected, dict) else {"result": expected}
            arrays = {stage: array(values) for stage, values in stages.items()}
            case = Case(entry["id"], entry["operation"], arguments, expected=arrays.get("result"))
            found.append(
                HandComputed(
                    case,
                    tuple(entry["requirements"]),
                    entry["description"],
                    tuple(entry["derivation"]),
                    arrays,
                )
            )
    return tuple(found)


def hand_computed_cases(requirement: str) -> list[Case]:
    """Return the hand-computed cases that show a requirement."""
    return [known.case for known in hand_computed() if requirement in known.requirements]
