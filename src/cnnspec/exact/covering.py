"""Covering arrays: few rows in which any so many factors meet in all ways."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any


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
