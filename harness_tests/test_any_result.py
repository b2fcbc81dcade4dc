"""Whatever an implementation returns, a failure can be told: in words, in patterns, in a report."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.cases.data import mnist_test_set
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case, integers, reals
from cnnspec.diagnosis.patterns import patterns
from cnnspec.judge.accuracy import Figures
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    wrong_shape,
    wrong_values,
)
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.network import network_answer
from cnnspec.operations.network.exact import exact_logits
from cnnspec.report.entries import failure_entry
from cnnspec.report.exhibits import is_extreme
from harness_tests.helpers import sample

Array = NDArray[Any]

MAPS = {"maps": reals("any-maps", 5, 6, 2), "size": 2}
LAYER = {"x": reals("any-x", 5), "weights": reals("any-w", 5, 4), "bias": reals("any-b", 4)}
CASES = [
    conv2d_case("any-gray", (5, 6), 2, 3),
    conv2d_case("any-batch", (2, 5, 4, 2), 2, 3),
    Case("any-zeros", "conv2d", {"image": np.zeros((4, 4)), "filters": np.zeros((2, 3, 3))}),
    Case("any-none", "conv2d", {"image": np.zeros((0, 4, 4, 1)), "filters": np.ones((2, 3, 3, 1))}),
    Case("any-relu", "relu", {"x": integers("any-relu", 3, 4)}),
    Case("any-relu-tiny", "relu", {"x": np.array([5e-324, -1e-310, 1e308, -1e308])}),
    *(Case(f"any-{pool}", pool, MAPS) for pool in ("max_pool2d", "min_pool2d", "avg_pool2d")),
    Case("any-dense", "dense", LAYER),
    Case("any-softmax", "softmax", {"logits": reals("any-logits", 6)}),
    Case("any-rows", "softmax", {"logits": np.array([[0.0, -800.0, 9.0], [1.0, 1.0, 1.0]])}),
    Case("any-layer", "softmax_layer", LAYER),
    Case("any-loss", "cross_entropy", {"probabilities": np.array([0.25, 0.75]), "label": 1}),
]

DTYPES = ["float64", "float32", "float16", ">f8", ">f4", "bool"]
DTYPES += ["int8", "uint8", "int16", "int32", "int64", "uint64", ">i4"]

#: What every element becomes, or is multiplied by.
NUMBERS = [0.0, -0.0, 5e-324, 1e-310, -1e-45, 6e-8, 1.0, -1.0, 0.5, 255.0, 7e4, -3e38, 1e308]
NUMBERS += [np.inf, -np.inf, np.nan]


def changed(right: Array, seed: int) -> Iterator[Array]:
    """Yield results that an implementation may return in place of the right one."""
    draw = np.random.default_rng(seed)
    somewhere = draw.random(right.shape) < 0.4
    for number in NUMBERS:
        yield np.full(right.shape, number)
        yield right * number
        yield right + number
        yield np.where(somewhere, number, right)
    yield np.where(somewhere, draw.choice(NUMBERS, right.shape), right)
    yield draw.choice(NUMBERS, right.shape)
    for shape in ((), (0,), (1,), (0, 3), (3, 0, 2), (2, 5), (1, *right.shape), (1,) * 7):
        yield np.resize(right if right.size else np.ones(1), shape)
    if right.ndim:
        yield from (right[:0], right[:-1], right[..., :0], right.ravel(), right.T, right[::-1])


def failures(case: Case) -> Iterator[NonconformanceError]:
    """Yield the failures of a case: by each result in each dtype, and by each complaint."""
    right = exact_answer(case, np.dtype(float), "componentwise").high
    for number, values in enumerate(changed(right, len(case.id))):
        dtype = np.dtype(DTYPES[number % len(DTYPES)])
        for its_dtype in {np.dtype(float), dtype}:
            got = values.astype(its_dtype)
            answer = exact_answer(case, got.dtype, "componentwise")
            if got.shape != answer.high.shape:
                yield wrong_shape(case, got, answer)
                continue
            answer = answer.for_result(got.dtype)
            error = errors_of(got, answer)
            Figures().enter(case.operation, got.dtype, error, answer)
            if (error <= answer.allowed).all():
                continue
            yield wrong_values(case, got, answer)
            for complaint in (Complaint.OVERWRITTEN, Complaint.LAYOUT, Complaint.UNSTEADY):
                if number % 5 == 0:
                    yield NonconformanceError(case, "", complaint, got=got, answer=answer)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", sample(CASES, 3), ids=lambda case: case.id)
def test_every_result_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnspec.diagnosis.patterns.SHOWN", None)  # every pattern is tried
    for error in failures(case):
        error.later = error.before = (CASES[4], case)
        for found in patterns(error, error):
            assert found["explanation"]
        entry = failure_entry("CONV-01", error)
        assert entry["message"] or error.complaint is not Complaint.VALUES
        json.dumps(entry, allow_nan=False)
        assert is_extreme(entry["exhibit"]) in (True, False)


@pytest.fixture(scope="module")
def network() -> tuple[Case, dict[str, Answer]]:
    """Return a call of the trained network, and what its probabilities and its loss must be."""
    parameters, double = trained_network(), np.dtype(float)
    images, labels = mnist_test_set()
    given = {"image": images[0], "label": int(labels[0]), **parameters.by_name()}
    probabilities = network_answer(exact_logits(images[0], parameters, double), double)
    loss = probabilities.loss(int(labels[0]), double)
    return Case("any-network", "network", given), {"out": probabilities, "loss": loss}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("value", ["out", "loss"])
@pytest.mark.parametrize("dtype", sample(DTYPES, 3))
def test_every_result_of_a_network_is_told(
    value: str, dtype: str, network: tuple[Case, dict[str, Answer]]
) -> None:
    case, answers = network
    answer = answers[value]
    for values in changed(answer.high, 3):
        got = values.astype(dtype)
        if got.shape == answer.high.shape and (errors_of(got, answer) <= answer.allowed).all():
            continue
        make = wrong_values if got.shape == answer.high.shape else wrong_shape
        error = make(case, got, answer)
        for found in patterns(error, error):
            assert found["explanation"]
        json.dumps(failure_entry("NET-10", error), allow_nan=False)
