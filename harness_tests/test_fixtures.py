"""The hand-computed cases: well-formed, unique, and right in exact arithmetic."""

import json
from collections import Counter
from typing import Any

import jsonschema
import numpy as np
import pytest

from cnnspec.cases.answers import exact, exact_answer
from cnnspec.cases.data import fixtures_folder
from cnnspec.cases.hand_computed import (
    HandComputed,
    array,
    fixture_files,
    hand_computed,
    number,
    raw_fixtures,
)
from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.exact import decimals
from cnnspec.operations.cross_entropy import exact as of_loss
from cnnspec.operations.registry import LAYERS, NETWORKS, OPERATIONS
from cnnspec.operations.softmax import exact as of_softmax
from cnnspec.operations.train_step import step_of

SCHEMA = json.loads((fixtures_folder() / "fixture.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("name", fixture_files())
def test_files_follow_the_schema(name: str) -> None:
    jsonschema.validate(raw_fixtures(name), SCHEMA)


def test_the_schema_refuses_what_is_wrong() -> None:
    content = raw_fixtures("relu.json")
    content["cases"][0]["derivation"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


def test_ids_and_descriptions_are_unique() -> None:
    for values in (
        [known.case.id for known in hand_computed()],
        [known.description for known in hand_computed()],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_requirements_exist_and_bind_the_operation() -> None:
    for known in hand_computed():
        operation = known.case.operation
        for identity in known.requirements:
            binds = requirements()[identity].operations
            assert OPERATIONS[operation].key in binds or operation == "network", known.case.id


def test_every_operation_has_a_case() -> None:
    assert {OPERATIONS[known.case.operation].key for known in hand_computed()} == {
        *LAYERS,
        *NETWORKS,
    }


def test_numbers_as_text() -> None:
    assert number("1/6") == 1 / 6
    assert number("-ln 7/10") == pytest.approx(0.35667494393873245, rel=1e-16)
    assert number("ln 2") == 0.6931471805599453
    assert array([["1/2", 3], [0, "-1/4"]]).tolist() == [[0.5, 3], [0, -0.25]]


def near(got: Any, expected: Any) -> bool:
    """Return whether numbers agree, allowing for logarithms that no float64 holds."""
    return bool(np.allclose(np.asarray(got, float), expected, rtol=2e-16 * 8, atol=0))


def exact_stage(operation: str, **given: Any) -> Any:
    """Return the exact answer of one operation, as float64."""
    if operation == "relu":
        return exact.relu(given["x"])
    if operation in ("max_pool2d", "min_pool2d"):
        return getattr(exact, operation)(**given)
    if operation == "softmax":
        rows = given["logits"].reshape(-1, given["logits"].shape[-1])
        found = [
            [float(p) for p in of_softmax.softmax(list(map(decimals.to_decimal, r)))] for r in rows
        ]
        return np.array(found).reshape(given["logits"].shape)
    if operation == "cross_entropy":
        probability = given["probabilities"][given["label"]]
        return float(of_loss.negative_logarithm(decimals.to_decimal(probability)))
    if OPERATIONS[operation].exact is None:
        return exact_answer(Case("known", operation, given), np.dtype(float), "componentwise").high
    answer = getattr(exact, operation)(**given)
    assert not answer.low.any() or operation == "dense"
    return answer.high


@pytest.mark.parametrize("operation", sorted({known.case.operation for known in hand_computed()}))
def test_expected_values_are_exact(operation: str) -> None:
    for known in hand_computed():
        if known.case.operation == operation:
            assert_exact(known)


def assert_exact(known: HandComputed) -> None:
    """See that what is expected of a case is its exact answer."""
    given, expected = dict(known.case.arguments), known.expected
    if known.case.operation == "network":
        conv = exact_stage("conv2d", image=given["image"], filters=given["filters"])
        assert np.array_equal(conv, expected["conv"])
        assert np.array_equal(exact_stage("relu", x=conv), expected["relu"])
        assert np.array_equal(exact_stage("max_pool2d", maps=expected["relu"]), expected["pool"])
        logits = exact_stage(
            "dense", x=expected["pool"], weights=given["weights"], bias=given["bias"]
        )
        assert near(logits, expected["logits"])
        assert near(exact_stage("softmax", logits=expected["logits"]), expected["probabilities"])
        loss = exact_stage(
            "cross_entropy", probabilities=expected["probabilities"], label=given["label"]
        )
        assert near(loss, expected["loss"])
        return
    if known.case.operation == "train_step":
        step = step_of(given, np.dtype(float))
        assert near(step.loss.high, expected["loss"])
        for name, span in step.parameters.items():
            assert np.array_equal(span.low, span.high)
            assert near(span.middle, expected[name]), name
        return
    got = exact_stage(known.case.operation, **given)
    assert np.shape(got) == expected["result"].shape
    of_exponentials = ("softmax", "log_softmax", "cross_entropy", "sigmoid", "tanh")
    to_logits = tuple(
        f"{name}_backward" for name in ("softmax", "log_softmax", "softmax_cross_entropy")
    )
    answer = exact_answer(known.case, np.dtype(float), "componentwise")
    if known.case.operation.endswith("_pool2d_backward") and answer.allowed.any():
        assert (np.abs(expected["result"] - answer.high) <= answer.allowed).all()  # one of many
    elif known.case.operation in (*of_exponentials, *to_logits):
        assert near(got, expected["result"])
    else:
        assert np.array_equal(got, expected["result"])


def test_the_worked_example_of_the_article_is_there() -> None:
    (sobel,) = (k for k in hand_computed() if k.case.id == "conv2d/sobel-vertical-4x4")
    assert sobel.expected["result"][..., 0].tolist() == [[29, -192], [-35, -22]]
    assert any("62 - 33 = 29" in step for step in sobel.derivation)
