"""The loss of logits: its bound, its batches, and what may be returned for them."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.declaration.answer import errors_of
from cnnspec.operations.softmax_cross_entropy.answer import answer, by_differences
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, implementation, judge_alone, statuses

Array = NDArray[Any]
Loss = Callable[[Array, int], Any]

# --- correct code, in its own dtype throughout -----------------------------------------------


def _added(values: Array) -> Any:
    """Add numbers one after the other in their own dtype."""
    total = values.dtype.type(0)
    for value in values:
        total = total + value
    return total


def by_log_softmax(x: Array, label: int) -> Any:
    below = x - x.max()
    return np.log(_added(np.exp(below))) - below[label]


def by_softmax(x: Array, label: int) -> Any:
    powers = np.exp(x - x.max())
    return -np.log(powers[label] / _added(powers))


def by_powers_of_2(x: Array, label: int) -> Any:
    one = x.dtype.type
    below = (x - x.max()) * one(1 / np.log(2))
    return (np.log2(_added(np.exp2(below))) - below[label]) * one(np.log(2))


def in_one_pass(x: Array, label: int) -> Any:
    """Keep the largest so far and the sum beside it, as code does that reads logits once."""
    largest, total = x[0], x.dtype.type(1)
    for value in x[1:]:
        if value > largest:
            total = total * np.exp(largest - value) + x.dtype.type(1)
            largest = value
        else:
            total = total + np.exp(value - largest)
    return np.log(total) - (x[label] - largest)


def of_the_others(x: Array, label: int) -> Any:
    """Leave the largest out of the sum: exact where the loss is near 0."""
    best = int(np.argmax(x))
    below = x - x[best]
    return np.log1p(_added(np.exp(np.delete(below, best)))) - below[label]


def late_subtraction(x: Array, label: int) -> Any:
    return (x.max() + np.log(_added(np.exp(x - x.max())))) - x[label]


DIFFERENCES: list[Loss] = [
    *(by_log_softmax, by_softmax, by_powers_of_2, in_one_pass, of_the_others),
]


def logits(seed: int, dtype: str) -> Iterator[tuple[Array, int]]:
    """Yield logits of every spread, and a label: the largest, the smallest, and any."""
    random = np.random.RandomState(seed)
    for classes in (1, 2, 3, 10, 40):
        for scale in (0.01, 1.0, 5.0, 40.0, 400.0):
            for shift in (0.0, 1000.0, -1000.0):
                with np.errstate(all="ignore"):
                    x = (random.standard_normal(classes) * scale + shift).astype(dtype)
                for label in {int(np.argmax(x)), int(np.argmin(x)), random.randint(classes)}:
                    yield x, label
        # the loss is nearly 0: the label far above all others
        x = -(5 + 20 * random.uniform(size=classes))
        x[0] = 0
        yield x.astype(dtype), 0


def ratio(loss: Loss, x: Array, label: int, bound: Callable[..., Any]) -> float:
    """Return the error of a loss over its bound."""
    with np.errstate(all="ignore"):
        got = np.asarray(loss(x, label))
    due = bound({"logits": x, "label": label}, got.dtype)
    return float(errors_of(got, due) / due.allowed)


def underflows(loss: Loss, x: Array, label: int) -> bool:
    """Return whether a probability leaves the normal range: its logarithm is wrong then."""
    lowest = -np.log(float(np.finfo(x.dtype).tiny))
    return loss is by_softmax and float(x.max()) - float(x[label]) > lowest - np.log(len(x)) - 1


def within(given: dict[str, Any], dtype: np.dtype[Any]) -> Any:
    return answer(given, dtype, "componentwise")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("loss", DIFFERENCES)
def test_differences_are_within_the_narrower_bound(loss: Loss, dtype: str) -> None:
    ratios = [
        ratio(loss, x, label, by_differences)
        for seed in range(1)
        for x, label in logits(seed, dtype)
        if not underflows(loss, x, label)
    ]
    print(loss.__name__, dtype, len(ratios), max(ratios))  # noqa: T201
    assert max(ratios) <= 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_late_subtraction_is_within_the_bound_and_not_the_narrower_one(dtype: str) -> None:
    calls = [call for seed in range(1) for call in logits(seed, dtype)]
    wide = max(ratio(late_subtraction, x, label, within) for x, label in calls)
    narrow = max(ratio(late_subtraction, x, label, by_differences) for x, label in calls)
    print(dtype, wide, narrow)  # noqa: T201
    assert wide <= 1 < narrow


# --- batches ---------------------------------------------------------------------------------


def losses(logits: Array, label: Any) -> Any:
    return reference.softmax_cross_entropy(logits, label)


def judged(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    return judge_alone("softmax_cross_entropy", function, **options)


def failed(report: dict[str, Any], status: str = "failed") -> set[str]:
    return {name for name, its in statuses(report).items() if its == status}


@pytest.mark.parametrize("reduced", [np.mean, np.sum], ids=["mean", "sum"])
def test_a_batch_may_be_answered_by_one_number(reduced: Callable[..., Any]) -> None:
    report = judged(lambda logits, label: reduced(losses(logits, label)))
    assert report["verdict"] == "conforms"
    assert failed(report, "advised") == {"LOGITS-06"}
    assert "LOGITS-05" in failed(report, "passed")
    (behaviour,) = (b for b in report["behaviours"] if b["id"] == "softmax_cross_entropy-batch")
    assert behaviour["answer"] == f"their {reduced.__name__}"


@by_turns
def test_one_wrong_number_for_a_batch_fails() -> None:
    report = judged(lambda logits, label: np.sum(losses(logits, label)) / np.size(logits))
    assert "LOGITS-05" in failed(report)


@by_turns
def test_a_mean_and_then_a_sum_fail() -> None:
    def either(logits: Array, label: Any) -> Any:
        found = losses(logits, label)
        return np.sum(found) if np.size(found) > 4 else np.mean(found)

    assert "LOGITS-05" in failed(judged(either))


def of_one_row(logits: Array, label: Any) -> Any:
    """Compute a row's loss as a beginner does, without a look at the axes."""
    below = logits - logits.max()
    if not np.all((np.asarray(label) >= 0) & (np.asarray(label) < logits.shape[-1])):
        raise ValueError("no such class")
    if np.asarray(label).dtype.kind != "i":
        label = np.asarray(label).astype(int, casting="safe")
    return np.log(np.exp(below).sum()) - below[label]


def test_what_is_no_loss_of_a_batch_is_advised() -> None:
    report = judged(of_one_row)
    assert report["verdict"] == "conforms"
    assert "LOGITS-06" in failed(report, "advised")
    assert "LOGITS-05" in failed(report, "not tested")


@by_turns
def test_batches_alone_are_enough() -> None:
    def batches(logits: Array, label: Any) -> Any:
        if logits.ndim != 2:
            raise ValueError("batches only")
        return losses(logits, label)

    report = judged(batches)
    assert report["verdict"] == "conforms"
    assert {"LOGITS-01", "LOGITS-05"} <= failed(report, "passed")
    assert "batches only" in str(report["limits"])


@by_turns
def test_rows_alone_are_enough() -> None:
    def rows(logits: Array, label: Any) -> Any:
        if logits.ndim != 1:
            raise ValueError("one row only")
        return losses(logits, label)

    report = judged(rows)
    assert report["verdict"] == "conforms"
    assert not failed(report, "advised")
    assert "LOGITS-05" in failed(report, "not tested")


def test_what_is_not_offered_is_as_complete_as_before() -> None:
    modules = ["test_relu", "test_softmax_cross_entropy", "test_network", "test_surroundings"]
    report = check(implementation(relu=reference.relu), modules=modules)
    assert report["verdict"] == "conforms"
    assert "softmax_cross_entropy" not in report["operations"]
