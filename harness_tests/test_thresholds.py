"""Numbers that are taken for 0 since they are small: from which magnitude on they count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnspec.simulation.hypothesis import Floats
from cnnspec.simulation.orders import Axis, Data
from cnnspec.simulation.thresholds import measured_threshold

WEIGHTS = Data("filters", "the weights", (Axis("filter", "filters"),))


@pytest.mark.parametrize("least", [0.05, 0.001, 3e-7, 1 / 16, 2.0])
def test_the_magnitude_is_told_to_its_digits(least: float) -> None:
    (found,) = measured_threshold(WEIGHTS, lambda numbers: numbers * (numbers >= least))
    assert found.words == f"the weights are set to 0 where their magnitude is below {least:.12g}"
    assert found.is_measured
    given = np.array([least, -least, 0.999 * least, -0.999 * least, 0.0])
    np.testing.assert_array_equal(found.change(given, {}), [least, -least, 0, 0, 0])


def _shrunk(numbers: Floats) -> Floats:
    return np.maximum(numbers - 0.05, 0)


@pytest.mark.parametrize(
    "acting",
    [
        lambda numbers: numbers,
        np.zeros_like,
        lambda numbers: numbers * (numbers < 1),
        lambda numbers: np.append(numbers, 1.0),
        lambda _numbers: None,
        _shrunk,
    ],
    ids=["all count", "none counts", "the small ones count", "one more", "no answer", "shrunk"],
)
def test_nothing_is_told_of_what_is_no_threshold(acting: Callable[[Floats], Any]) -> None:
    assert not [*measured_threshold(WEIGHTS, acting)]
