"""Layers that are made of others: whose mistake it is where a part and the whole are wrong."""

from typing import Any

import pytest

from cnnspec.declaration.article_forms import Offer
from cnnspec.diagnosis.parts import is_one_layer, is_same_mistake, without_echoes
from cnnspec.diagnosis.replays import DIFFERENT, SAME

Json = dict[str, Any]

#: Functions apart, of which the suite makes the whole; the same beside a class; the class alone.
APART = {name: Offer(None) for name in ("dense", "softmax")}
COMPOSED = {**APART, "softmax_layer": Offer(None, is_composed=True)}
BESIDE = {**APART, "softmax_layer": Offer(None)}
CLASS = {"softmax": Offer(None), "softmax_layer": Offer(None)}


def evidence(operation: str, *explaining: str, said: tuple[str, ...] = ()) -> Json:
    """Return evidence on an operation, with the faults that explain it and what is said of it."""
    outcomes = {"dense-weights-transposed": DIFFERENT, **dict.fromkeys(explaining, SAME)}
    findings = [{"faults": [], "words": list(said)}] if said else []
    return {"operation": operation, "failures": [{"outcomes": outcomes}], "findings": findings}


def left(offers: dict[str, Offer], *found: Json) -> list[str]:
    return [one["operation"] for one in without_echoes(found, offers)]


def test_a_class_of_two_layers_is_one_layer() -> None:
    assert is_one_layer("softmax_layer", CLASS)
    assert not is_one_layer("softmax_layer", BESIDE)
    assert not is_one_layer("softmax_layer", APART)
    assert not is_one_layer("softmax", CLASS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("dense-bias-ignored", "dense-bias-ignored", True),
        ("dense-bias-ignored", "softmax_layer-bias-ignored", True),
        ("dense-reversed-refused", "softmax-reversed-refused", True),
        ("dense-reversed-refused", "relu-reversed-refused", False),
        ("dense-bias-ignored", "dense-bias-twice", False),
    ],
)
def test_one_mistake_may_have_two_names(one: str, other: str, same: bool) -> None:
    assert is_same_mistake(one, other) is same
    assert is_same_mistake(other, one) is same


def test_what_the_suite_composes_is_not_blamed_for_its_parts() -> None:
    dense, whole = evidence("dense", "dense-bias-ignored"), evidence("softmax_layer")
    assert left(COMPOSED, dense, whole) == ["dense"]
    assert left(COMPOSED, whole) == ["softmax_layer"]
    assert left(BESIDE, dense, whole) == ["dense", "softmax_layer"]


def test_a_part_is_not_blamed_for_the_layer_through_which_it_is_called() -> None:
    softmax = evidence("softmax", "softmax-no-exponential", said=("the logits are all zero",))
    assert left(CLASS, softmax, evidence("softmax_layer", "dense-bias-ignored")) == [
        "softmax_layer"
    ]
    elsewhere = evidence("softmax_layer", said=("in the dense layer, the bias is added twice",))
    assert left(CLASS, softmax, elsewhere) == ["softmax_layer"]
    assert left(BESIDE, softmax, elsewhere) == ["softmax", "softmax_layer"]


def test_a_part_keeps_what_is_its_own() -> None:
    softmax = evidence("softmax", said=("the exponential is missing",))
    for whole in (
        evidence("softmax_layer"),  # of which nothing is known
        evidence("softmax_layer", "softmax-no-exponential"),
        evidence("softmax_layer", said=("the exponential is missing",)),
    ):
        assert left(CLASS, softmax, whole) == ["softmax", "softmax_layer"]
