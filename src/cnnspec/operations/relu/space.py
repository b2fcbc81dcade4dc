"""The space of what is computed number by number, of its gradients too."""

from collections.abc import Sequence
from typing import Any

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)

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
