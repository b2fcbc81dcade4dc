"""Covering arrays hold every combination that they promise."""

from itertools import combinations, product

import pytest

from cnnspec.cases.answers import exact
from cnnspec.exact.covering import covering
from cnnspec.operations.conv2d.combinations import COMBINATIONS

FACTORS = {
    "a": (1, 2, 3),
    "b": ("x", "y"),
    "c": (None, True, False, 0.5, 7),
    "d": "pq",
    "e": (1, 2, 3, 4),
    "f": (0,),
}


@pytest.mark.parametrize("strength", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 3, 6])
def test_any_factors_meet_in_every_combination(strength: int, count: int) -> None:
    factors = dict(list(FACTORS.items())[:count])
    rows = covering(factors, strength)
    for chosen in combinations(factors, min(strength, count)):
        met = {tuple(row[name] for name in chosen) for row in rows}
        assert met == set(product(*(factors[name] for name in chosen)))


def test_as_many_factors_as_the_prime_and_one() -> None:
    factors = {str(number): (0, 1, 2) for number in range(4)}
    rows = covering(factors, 2)
    assert len(rows) == 9
    assert all(
        {(row[a], row[b]) for row in rows} == set(product(range(3), repeat=2))
        for a, b in combinations(factors, 2)
    )


def test_rows_are_few() -> None:
    assert len(covering(FACTORS, 2)) == 25
    assert len(covering(FACTORS, 3)) == 125


def test_combined_cases_have_ids_of_their_own() -> None:
    found = [one.case.id for group in COMBINATIONS.groups for one in COMBINATIONS.cases(group)]
    assert len(found) == len(set(found)) > 1200


def test_combined_cases_fit_the_options_of_their_rows() -> None:
    for group in COMBINATIONS.groups:
        for one in COMBINATIONS.cases(group):
            answer = exact.conv2d(**one.case.arguments)
            assert answer.high.size
            assert one.case.arguments["filters"].shape[1] in (1, 3, 5, 7)
