"""What is kept between calls, and how arguments lie in memory: right ones pass, wrong ones fail."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, implementation, judge_alone, statuses

Array = NDArray[Any]

RANDOM = np.random.RandomState(0)


def judged(operation: str, function: Callable[..., Any]) -> dict[str, Any]:
    """Return the report on one function, on what its calls do besides, too."""
    modules = [f"test_{operation}", "test_surroundings"]
    return check(implementation(**{operation: function}), modules=modules)


def wrong(report: dict[str, Any], status: str = "failed") -> set[str]:
    """Return the requirements that have failed, or were advised."""
    return {identity for identity, found in statuses(report).items() if found == status}


# --- sums in another order ---------------------------------------------------------------------


def dense_by_atomic_additions(x: Array, weights: Array, bias: Array) -> Array:
    reference.dense(x, weights, bias)  # which refuses what is to be refused
    values, weights = np.ravel(x), np.asarray(weights)
    dtype = np.result_type(values, weights, bias, np.float16)
    total = np.zeros(weights.shape[1], np.float64 if values.dtype.kind in "iub" else dtype)
    for row in RANDOM.permutation(len(values)):
        total += values[row].astype(total.dtype) * weights[row].astype(total.dtype)
    return total + bias


@by_turns
def test_sums_in_another_order_are_right_and_advised() -> None:
    report = judged("dense", dense_by_atomic_additions)
    assert wrong(report) == set()
    assert wrong(report, "advised") == {"CALL-05"}
    text = text_report(report, verbose=True)
    assert "not reproducible to the last bit" in text
    assert "what is written into a result comes back" not in text


# --- what is kept ------------------------------------------------------------------------------


def _again(right: Callable[..., Any]) -> Callable[..., Any]:
    """Return a 1x1 convolution that packs pairs of columns, and reads them back as if even."""
    packed: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        maps: Array = right(image, filters, *args, **options)
        if filters.shape[1] > 1 or image.ndim != 3 or args or options or not image.shape[1] % 2:
            return maps
        key = image.tobytes(), image.shape, image.dtype.str
        if key not in packed:
            packed[key] = np.pad(image, ((0, 0), (0, 1), (0, 0)))
            return maps
        misread = packed[key].ravel()[: image.size].reshape(image.shape)
        return np.asarray(right(misread, filters))

    return convolve


@by_turns
def test_right_at_first_and_wrong_again() -> None:
    report = judge_alone("conv2d", _again(reference.conv2d))
    assert "CONV-18" in wrong(report)
    explained = "the same call is answered rightly at first, and wrongly when it is made again"
    assert explained in text_report(report, verbose=True)


def _remembering(right: Callable[..., Any], *, all_of_it: bool) -> Callable[..., Any]:
    remembered: dict[Any, Any] = {}

    def pool(maps: Array, size: int = 2, stride: int | None = None) -> Any:
        key = (maps.tobytes(), maps.shape, maps.dtype.str, (size, stride) if all_of_it else size)
        if key not in remembered:
            remembered[key] = right(maps, size, stride)
        return remembered[key].copy()

    return pool


@by_turns
def test_caches_may_be_kept_by_everything_that_counts() -> None:
    whole = _remembering(reference.max_pool2d, all_of_it=True)
    assert wrong(check(implementation(max_pool2d=whole), modules=["test_pooling"])) == set()
    part = _remembering(reference.max_pool2d, all_of_it=False)
    assert "POOL-16" in wrong(check(implementation(max_pool2d=part), modules=["test_pooling"]))


@pytest.mark.parametrize("count", [3, 12, 63, 64])
@by_turns
def test_buffers_in_turn_are_caught_however_many(count: int) -> None:
    buffers: dict[Any, Array] = {}
    calls = 0

    def relu(x: Array) -> Array:
        nonlocal calls
        calls += 1
        result = reference.relu(x)
        buffer = buffers.setdefault((result.shape, result.dtype, calls % count), result.copy())
        buffer[...] = result
        return buffer

    report = judge_alone("relu", relu)
    assert wrong(report) == {"RELU-09"}


# --- how arguments lie in memory ---------------------------------------------------------------


def _is_unusual(array: Array) -> bool:
    steps = np.array([step for step, n in zip(array.strides, array.shape, strict=True) if n > 1])
    shared = (steps == 0).any() or len(set(steps)) < len(steps)
    plain = array.dtype.isnative and array.flags.aligned and (steps >= 0).all()
    return bool(shared or not plain)


@by_turns
def test_unusual_memory_may_be_refused() -> None:
    def dense(x: Array, weights: Array, bias: Array) -> Array:
        if any(map(_is_unusual, (x, weights, bias))):
            raise ValueError("unusual memory")
        return reference.dense(x, weights, bias)

    report = judge_alone("dense", dense)
    assert wrong(report) == set()
    assert wrong(report, "advised") == {"DENSE-12"}


@by_turns
def test_one_argument_is_misread_where_another_is_refused() -> None:
    def dense(x: Array, weights: Array, bias: Array) -> Array:
        if _is_unusual(x) or _is_unusual(weights):
            raise ValueError("unusual memory")
        if not bias.flags.aligned:
            whole = bias.strides[0] // bias.itemsize * bias.itemsize
            bias = as_strided(bias, strides=(whole,))
        return reference.dense(x, weights, bias)

    report = judge_alone("dense", dense)
    assert wrong(report) == {"DENSE-11"}
    assert "but only the bias" in text_report(report)
