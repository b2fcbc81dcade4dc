"""Files as newcomers write them: each computes what the table says of it, in its own convention."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from specimens import conventions
from specimens.conventions import Offered
from specimens.newcomers import verify as first_set
from specimens.newcomers2 import verify as second_set
from specimens.newcomers3 import verify as third_set
from specimens.newcomers5 import verify as fifth_set
from specimens.newcomers6 import verify as sixth_set
from specimens.newcomers8 import verify as eighth_set
from specimens.run import (
    FOLDER,
    NUMBERS,
    RIGHT_NUMBERS,
    Specimen,
    _mistakes,
    _not_judged,
    judge_quickly,
    tabled,
)

SETS = {
    "newcomers": first_set,
    "newcomers2": second_set,
    "newcomers3": third_set,
    "newcomers5": fifth_set,
    "newcomers6": sixth_set,
    "newcomers8": eighth_set,
}

ALL = tabled()

FILES = [(kind, name) for kind, verify in SETS.items() for name in verify.BINDINGS]


@cache
def offered_by(kind: str, name: str) -> list[Offered]:
    verify = SETS[kind]
    if name in verify.NEED_TORCH:
        pytest.importorskip("torch")
    return [*verify.BINDINGS[name](conventions.load(FOLDER / kind / name))]


def entry(kind: str, name: str) -> Specimen:
    (found,) = [
        one for one in ALL if one.file == FOLDER / kind / name and NUMBERS[0] not in one.options
    ]
    return found


@pytest.mark.parametrize(("kind", "name"), FILES)
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_what_it_claims(kind: str, name: str) -> None:
    offered = offered_by(kind, name)
    assert [problem for one in offered for problem in conventions.problems(one)] == []


@pytest.mark.parametrize(("kind", "name"), FILES)
@pytest.mark.filterwarnings("ignore")
def test_a_table_says_what_a_file_offers(kind: str, name: str) -> None:
    offered, expected = offered_by(kind, name), entry(kind, name)
    assert expected.judged <= {one.operation for one in offered}
    wrong = {one.operation for one in offered if one.wrong}
    assert wrong <= expected.judged
    assert bool(wrong) is not expected.right


def test_every_file_has_its_entry_and_its_binding() -> None:
    for kind, verify in SETS.items():
        there = {file.name for file in (FOLDER / kind).iterdir() if file.name != "__pycache__"}
        assert there == {*verify.BINDINGS, "verify.py", "expected.toml"}
        listed = [one.file.name for one in ALL if one.kind == kind]
        assert sorted(listed) == sorted([*verify.BINDINGS] * 2)
        needing = {one.file.name for one in ALL if one.kind == kind and one.needs}
        assert needing == verify.NEED_TORCH


def test_ten_of_thirty_are_wrong() -> None:
    files = {one.file: one.right for one in ALL if one.kind == "newcomers"}
    assert (len(files), [*files.values()].count(False)) == (30, 10)


def test_two_verdicts_are_expected_of_each() -> None:
    for one in ALL:
        if one.options[-2:] == NUMBERS:
            assert one.exit == int(not one.right), one.name
        if one.right:
            assert one.says == ((RIGHT_NUMBERS,) if one.exit else ()), one.name
        else:
            assert one.exit == 1, one.name
            assert one.says, one.name


def test_no_word_is_found_in_a_line_that_only_names_the_file() -> None:
    for one in ALL:
        line = f"{one.judged_as('python')} (operations), profile article, cnnspec 0.2.0"
        assert [*_mistakes(replace(one, never=one.says, says=()), one.exit, line, "[]")] == []


def test_what_the_command_is_given() -> None:
    assert entry("newcomers", "torch_conv_mean.py").judged_as("python").endswith(".py:MyConv2d")
    assert entry("newcomers2", "gabor_bank.py").options[::2] == ("--call", "--call")


def test_an_operation_that_was_not_judged_is_told() -> None:
    expected = replace(ALL[0], judged=frozenset({"relu", "softmax", "dense"}))
    told = {"operations": {"relu (relu_fast)": {"checks": 3}, "softmax": {"checks": 0}}}
    assert [*_not_judged(expected, told)] == ["not judged: dense", "not judged: softmax"]


def test_gradients_count_by_the_function_that_returns_them() -> None:
    every = frozenset({"conv2d", "conv2d_backward", "relu_backward"})
    expected = replace(ALL[0], judged=every)
    told = {"conv2d": {"checks": 3}, "conv2d_grad_filters": {"checks": 2}}
    assert [*_not_judged(expected, {"operations": told})] == ["not judged: relu_backward"]


def test_a_quick_judgement_of_a_foreign_file_is_a_whole_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Specimen] = []
    monkeypatch.setattr("specimens.run.judge", seen.append)
    judge_quickly(ALL[0])
    assert seen == [ALL[0]]


#: Right ones of every operation, and a mistake of each that the calls must show.
RIGHT: dict[str, Any] = {
    "conv2d": conventions.convolved,
    "relu": lambda x: np.maximum(x, 0),
    "max_pool2d": lambda maps, size, stride: conventions.pooled(maps, size, stride, max),
    "min_pool2d": lambda maps, size, stride: conventions.pooled(maps, size, stride, min),
    "avg_pool2d": lambda maps, size, stride: conventions.pooled(
        maps, size, stride, lambda values: sum(values) / len(values)
    ),
    "dense": lambda x, weights, bias: x @ weights + bias,
    "softmax": lambda logits: [conventions.shares(row) for row in logits],
    "cross_entropy": lambda p, labels: -np.log(p[range(len(p)), labels]),
    "softmax_cross_entropy": lambda logits, labels: [
        conventions.loss_of(row, label) for row, label in zip(logits, labels, strict=True)
    ],
}


@pytest.mark.parametrize("operation", RIGHT)
def test_right_ones_are_right_and_a_small_error_is_seen(operation: str) -> None:
    offered = Offered(operation, RIGHT[operation])
    assert [*conventions.problems(offered)] == []
    told = [*conventions.problems(replace(offered, wrong=True))]
    assert "claimed to be wrong" in told[0]
    wrong = replace(offered, call=lambda *given: np.asarray(RIGHT[operation](*given)) + 1e-3)
    assert "not right" in next(conventions.problems(wrong))
    assert [*conventions.problems(replace(wrong, wrong=True))] == []
    (told_of,) = conventions.problems(replace(wrong, wrong=True, sometimes_right=True))
    assert "right on no call" in told_of


def test_a_changed_argument_is_seen() -> None:
    def in_place(x: Any) -> Any:
        return np.maximum(x, 0, out=x)

    assert [*conventions.problems(Offered("relu", in_place))] != []


def test_naive_softmax_is_wrong_for_large_logits_only() -> None:
    def naive(logits: Any) -> Any:
        powers = np.exp(logits)
        return powers / powers.sum(axis=-1, keepdims=True)

    assert [
        *conventions.problems(Offered("softmax", naive, wrong=True, sometimes_right=True))
    ] == []
    told = [*conventions.problems(Offered("softmax", naive))]
    assert all(any(word in one for word in ("large", "apart", "unlike")) for one in told)
