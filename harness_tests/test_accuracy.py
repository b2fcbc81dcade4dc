"""The accuracy section: figures that are right, and a precision that is recognised."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.judge.accuracy import Figures, accuracy_section, fingerprint, is_all_in, narrowed
from cnnspec.report.text import text_report
from harness_tests.helpers import by_turns, judge_alone

Array = NDArray[Any]


def test_figures_keep_the_largest() -> None:
    answer = Answer(
        high=np.array([1.0, 2.0]),
        low=np.zeros(2),
        allowed=np.array([0.5, 0.25]),
        terms=9,
        magnitude=np.array([10.0, 10.0]),
    )
    figures = Figures()
    figures.enter("conv2d", np.dtype(float), np.array([0.1, 0.2]), answer)
    figures.enter("conv2d", np.dtype(float), np.array([0.2, 0.0]), answer)
    assert figures.largest == {("conv2d", "float64", 9): (0.8, 0.02)}
    other = Figures()
    other.add(figures.as_json())
    other.add([["conv2d", "float64", 9, 0.9, 0.01]])
    assert other.largest == {("conv2d", "float64", 9): (0.9, 0.02)}


def test_exact_answers_give_no_figure() -> None:
    figures = Figures()
    exact = Answer(np.ones(2), np.zeros(2), np.zeros(2), terms=9, magnitude=np.ones(2))
    figures.enter("conv2d", np.dtype(float), np.zeros(2), exact)
    assert not figures.largest
    assert accuracy_section(figures) == []


@pytest.mark.parametrize(
    ("relative", "expected"),
    [
        (2.0**-52, "float64"),
        (2.0**-40, "float64"),
        (2.0**-23, "float32"),
        (2.0**-11, "float16 or TF32"),
        (2.0**-8, "bfloat16"),
        (1.0, ""),
    ],
)
def test_fingerprints(relative: float, expected: str) -> None:
    assert fingerprint(relative) == expected


def test_the_report_shows_the_precision_inside() -> None:
    entries = judge_alone("dense", reference.dense)["accuracy"]
    by_dtype = {entry["result_dtype"]: entry for entry in entries}
    assert by_dtype["float64"]["precision"] == "float64"
    assert by_dtype["float32"]["precision"] in ("float32", "float64")


@pytest.mark.parametrize("inside", ["float32", "TF32", "bfloat16"])
@by_turns
def test_wrong_results_give_no_figure(inside: str) -> None:
    def dense(x: Array, weights: Array, bias: Array) -> Array:
        x, weights, bias = (narrowed(np.asarray(part), inside) for part in (x, weights, bias))
        return reference.dense(x, weights, bias)

    report = judge_alone("dense", dense)
    assert report["verdict"] == "does not conform"
    assert all(entry["error_over_bound"] <= 1 for entry in report["accuracy"])


@by_turns
def test_what_is_advised_gives_no_figure() -> None:
    """In float16 softmax may be coarser than is advised."""

    def softmax(logits: Array) -> Array:
        given = np.asarray(logits)
        if given.dtype != np.float16:
            return reference.softmax(given)
        powers = np.exp(given - given.max())
        return np.asarray(powers / powers.sum(dtype=np.float16), np.float16)

    report = judge_alone("softmax", softmax)
    assert report["accuracy"]
    assert all(entry["error_over_bound"] <= 1 for entry in report["accuracy"])


def test_inputs_of_another_dtype_give_no_figure() -> None:
    case = Case("one", "dense", {"x": np.ones(2), "weights": np.ones((2, 1), np.float32)})
    assert not is_all_in(case, np.dtype("float32"))
    assert not is_all_in(case, np.dtype("float64"))
    assert is_all_in(case.cast("float32"), np.dtype("float32"))
    labelled = Case("two", "cross_entropy", {"logits": np.ones(2), "label": np.array(1)})
    assert is_all_in(labelled, np.dtype("float64"))


@by_turns
def test_the_text_shows_it_only_where_all_is_right() -> None:
    right = {**judge_alone("dense", reference.dense), "verdict": "conforms"}
    assert "as precise as float64" in text_report(right)
    mistaken = judge_alone("dense", lambda x, weights, bias: reference.dense(x, weights, bias) * 2)
    assert "as precise as" not in text_report(mistaken).split("mend")[0]


@pytest.mark.parametrize("format_name", ["float32", "TF32", "float16", "bfloat16"])
def test_narrowing(format_name: str) -> None:
    bits = {"float32": 24, "TF32": 11, "float16": 11, "bfloat16": 8}[format_name]
    values = np.array([1.0, -3.7, 0.1, 2.0**-10 * 1.23456789, 0.0, 1 + 2.0**-40])
    got = narrowed(values, format_name)
    assert got.dtype == values.dtype
    assert (np.abs(got - values) <= 2.0**-bits * np.abs(values)).all()
    assert got[-1] == 1.0
    assert narrowed(np.array([1, 2]), format_name).dtype.kind == "i"
