"""What experiments find is told in the words of the known mistake that does the same."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.experiments.conditions import Condition
from cnnspec.experiments.investigation import Investigation
from cnnspec.experiments.names import named
from cnnspec.experiments.search import fault_theory
from cnnspec.experiments.theories import Theory, simulated
from cnnspec.faults import FAULTS, shown_in
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Hypothesis, Simulator
from cnnspec.subject.capabilities import Capabilities
from harness_tests.helpers import implementation

Array = NDArray[Any]


def simulator() -> Simulator:
    """Return the simulator of convolution."""
    found = OPERATIONS["conv2d"].simulator
    assert found is not None
    return found


def known() -> list[Theory]:
    """Return the known mistakes of convolution."""
    operation = OPERATIONS["conv2d"]
    return [
        fault_theory(
            one.id,
            one.explanation,
            one.remedy,
            partial(shown_in, one, "conv2d"),
            is_own=True,
            required=operation.required,
        )
        for one in FAULTS.values()
        if one.operation == "conv2d"
    ]


def part(words: str) -> Hypothesis:
    """Return the hypothesis of some words."""
    return next(one for one in simulator().hypotheses() if one.words == words)


def image(filters: int) -> dict[str, Array]:
    """Return a small call."""
    made = {"image": (5, 6), "filters": (filters, 3, 3), "bias": (filters,)}
    return {name: np.arange(1.0, np.prod(of) + 1).reshape(of) for name, of in made.items()}


def test_one_thing_has_one_name() -> None:
    theory = simulated(simulator(), part("the first bias is added to all maps"))
    (words,) = named(theory, simulator(), known(), []).words
    assert words == FAULTS["conv2d-first-bias-for-all"].explanation


@pytest.mark.parametrize(("filters", "is_told"), [(7, True), (8, False), (12, False)])
def test_what_answers_one_call_otherwise_keeps_its_words(filters: int, is_told: bool) -> None:
    """Up to seven biases all of them are beyond the last full block of eight."""
    words = "the numbers of the biases beyond the last full block of 8 are zero: the remainder is left out"  # noqa: E501 - as it is told
    theory = simulated(simulator(), part(words))
    ignored = FAULTS["conv2d-bias-ignored"].explanation
    found = named(theory, simulator(), known(), [image(filters)]).words
    assert found == ((ignored,) if is_told else (words,))


def test_what_depends_on_the_calls_before_gives_no_name() -> None:
    words = "the results are doubled"  # as answers that drift are, once
    theory = simulated(simulator(), part(words))
    assert named(theory, simulator(), known(), []).words == (words,)


def test_each_of_two_mistakes_is_told_in_the_known_words() -> None:
    def conv2d(
        image: Array,
        filters: Array,
        bias: Array | None = None,
        stride: int = 1,
        padding: str = "valid",
    ) -> Array:
        first = None if bias is None else np.full_like(bias, bias[0])
        return reference.conv2d(image, filters, first, stride=stride)

    judged = Capabilities(implementation(conv2d=conv2d))
    (found,) = Investigation("conv2d", judged, known()).run([], [])
    names = ("conv2d-first-bias-for-all", "conv2d-same-not-applied")
    assert {*found.words} == {FAULTS[name].explanation for name in names}
    assert {*found.remedies} == {FAULTS[name].remedy for name in names}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("without a slope", "the slope is 0.1, only without a slope"),
        ("with zeros in x", "the slope is 0.1, whatever is given, only with zeros in x"),
    ],
)
def test_a_condition_does_not_contradict_what_is_done(condition: str, words: str) -> None:
    done = Hypothesis("slope", "the slope is 0.1, whatever is given", lambda _v, _k: 0.1)
    assert simulated(simulator(), done).only(Condition(condition, bool)).words == (words,)
