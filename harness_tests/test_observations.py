"""Where nothing explains wrong answers, what all of them have in common is told."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.experiments.conditions import Conditions
from cnnspec.experiments.investigation import DRAWN, OBSERVED, Investigation
from cnnspec.experiments.laboratory import Asked, Laboratory
from cnnspec.experiments.observations import Observer, necessary, observed
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from harness_tests.helpers import implementation

Array = NDArray[Any]
Function = Callable[..., Any]


def strange(values: Array) -> Array:
    """Return what no hypothesis models."""
    return np.asarray(np.sin(7 * values) + np.cos(values * values))


def observation(operation: str, function: Function) -> str:
    """Return what is observed of one operation, without a search for what explains it."""
    judged = implementation(**{operation: function})
    investigation = Investigation(operation, Capabilities(judged))
    with quiet():
        investigation.watch(investigation.drawn(2 * DRAWN))
        found = investigation.observe()
    if found is None:
        return ""
    assert found.grade == OBSERVED
    return found.words[0]


def second_rows_and_columns(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = reference.conv2d(image, filters, *args, **options)
    maps[..., 1::2, :, :] = strange(maps[..., 1::2, :, :])
    maps[..., ::2, 1::2, :] = strange(maps[..., ::2, 1::2, :])
    return maps


def tail_of_maps(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = reference.max_pool2d(maps, size, stride)
    full = pooled.shape[-1] // 4 * 4
    pooled[..., full:] = strange(pooled[..., full:])
    return pooled


def last_row_of_stride(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = reference.conv2d(image, filters, *args, **options)
    if options.get("stride", 1) > 1:
        maps[..., -1, :, :] = strange(maps[..., -1, :, :])
    return maps


def filters_of_three(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = reference.conv2d(image, filters, *args, **options)
    return strange(maps) if filters.shape[1] == 3 else maps


def many_nodes(x: Array, weights: Array, bias: Array) -> Array:
    logits = reference.dense(x, weights, bias)
    return strange(logits) if len(logits) > 4 else logits


def coarse_exponential(logits: Array) -> Array:
    x = np.asarray(logits, np.float64)
    x = x - x.max(axis=-1, keepdims=True)
    powers = np.exp(x) * (1 + 0.03 * np.sin(9 * x))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def wrong_by_one_of_two_numbers(x: Array, weights: Array, bias: Array) -> Array:
    logits = reference.dense(x, weights, bias)
    odd = np.sin(99 * logits) > 0.5
    logits[odd] = np.where(np.cos(77 * logits[odd]) > 0, 3.5, -8)
    return logits


@pytest.mark.parametrize(
    ("operation", "function", "said"),
    [
        (
            "conv2d",
            second_rows_and_columns,
            "values are wrong only in every second of the rows and columns, from index 1 on",
        ),
        (
            "max_pool2d",
            tail_of_maps,
            "only in the maps after the last full block of 4",
        ),
        (
            "conv2d",
            last_row_of_stride,
            "values are wrong only with a stride above 1 and only in the last of the rows",
        ),
        ("conv2d", filters_of_three, "values are wrong only if the size of the filter is 3"),
        ("dense", many_nodes, "values are wrong only if the number of nodes is more than 4"),
        (
            "softmax",
            coarse_exponential,
            "they are approximately right: most are off by at most 3 %",
        ),
        ("dense", wrong_by_one_of_two_numbers, "each of them is -8 or 3.5"),
    ],
)
def test_says_when_where_and_by_how_much(operation: str, function: Function, said: str) -> None:
    found = observation(operation, function)
    assert said in found, found


def of_other_filters(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    kept = np.random.RandomState(0).standard_normal(filters.shape)
    return reference.conv2d(image, kept, *args, **options)


def of_numpy_labels(probabilities: Array, label: int) -> Any:
    loss = reference.cross_entropy(probabilities, label)
    return loss + np.sin(9 * loss) + 2 if isinstance(label, np.generic) else loss


@pytest.mark.parametrize(
    ("operation", "function", "said"),
    [
        ("conv2d", of_other_filters, "other numbers in filters give the same answer"),
        (
            "cross_entropy",
            of_numpy_labels,
            "values are wrong only with a label that was taken from an array",
        ),
    ],
)
def test_says_what_makes_no_difference_and_what_does(
    operation: str, function: Function, said: str
) -> None:
    found = observation(operation, function)
    assert said in found, found


def test_even_functions_do_not_ignore_their_input() -> None:
    found = observation("relu", lambda x: np.abs(strange(np.abs(x))))
    assert "no influence" not in found, found


def everywhere(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    return strange(reference.conv2d(image, filters, *args, **options))


def here_and_there(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    pooled = reference.avg_pool2d(maps, size, stride)
    return np.asarray(np.where(np.sin(99 * pooled) > 0, strange(pooled), pooled))


def by_the_data(x: Array, weights: Array, bias: Array) -> Array:
    logits = reference.dense(x, weights, bias)
    return strange(logits) if np.sin(99 * x.ravel()[0]) > 0 else logits


@pytest.mark.parametrize(
    ("operation", "function"),
    [("conv2d", everywhere), ("avg_pool2d", here_and_there), ("dense", by_the_data)],
)
def test_says_nothing_that_is_chance(operation: str, function: Function) -> None:
    assert observation(operation, function) == ""


def asked(got: Array, due: Array, **arguments: Any) -> Asked:
    allowed = np.full(due.shape, 1e-12)
    is_wrong = got.shape != due.shape or bool((np.abs(got - due) > allowed).any())
    return Asked(arguments, got, due, allowed, allowed, is_wrong)


def calls_of_dense(wrong: Callable[[int], bool], count: int) -> list[Asked]:
    """Return calls of 1 to ``count`` inputs, wrong for some."""
    found = []
    for inputs in range(1, count + 1):
        due = np.full(3, float(inputs))
        got = due + np.array([0, 1, -1]) if wrong(inputs) else due
        given = {"x": np.ones(inputs), "weights": np.ones((inputs, 3)), "bias": np.zeros(3)}
        found.append(asked(got, due, **given))
    return found


def of_dense() -> Conditions:
    declared = OPERATIONS["dense"]
    assert declared.simulator is not None
    return Conditions(declared.simulator.sizes, declared.options, declared.data)


def test_a_condition_needs_many_calls() -> None:
    few, many = calls_of_dense(lambda n: n > 3, 5), calls_of_dense(lambda n: n > 20, 40)
    assert necessary(few, of_dense()) == []
    assert [one.words for one in necessary(many, of_dense())][:1] == [
        "if the number of inputs is more than 20"
    ]


def test_a_condition_that_further_calls_do_not_meet_is_not_told() -> None:
    simulator = OPERATIONS["dense"].simulator
    assert simulator is not None
    calls = calls_of_dense(lambda n: n > 20, 40)
    right = Laboratory("dense", Capabilities(implementation(dense=reference.dense)))
    assert "only if" not in Observer(simulator, of_dense(), right).of(calls)[0]


def test_a_place_needs_answers_of_several_shapes() -> None:
    def wrong_at_the_end(size: int) -> Asked:
        due = np.zeros(size)
        return asked(np.where(np.arange(size) == size - 1, 1.5 * size, due), due)

    alike = [wrong_at_the_end(6) for _ in range(9)]
    assert "only" not in observed(alike, None, has_maps=False)
    varied = [wrong_at_the_end(size) for size in (4, 5, 6, 7)]
    assert "only in the last of the values" in observed(varied, None, has_maps=False)
