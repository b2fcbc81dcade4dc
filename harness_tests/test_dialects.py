"""Mistakes behind the conventions of others: how they are read, and that they are caught there."""

from pathlib import Path

import pytest

from cnnspec.bindings.signatures import Argument, ways
from cnnspec.bindings.wishes import Wishes
from cnnspec.cases.requirements import THOROUGH
from cnnspec.commands.line import main
from cnnspec.faults import FAULTS
from cnnspec.faults.manners import RIGHT
from cnnspec.kills import dialect_kills
from cnnspec.kills.dialect_kills import Pair, pairs, survivor
from cnnspec.kills.dialects import (
    DIALECTS,
    alone,
    called,
    convention,
    expressed,
    is_possible,
    judged_right,
)
from cnnspec.kills.findings import (
    FOUND,
    MISSED,
    NOT_BOUND,
    UNANSWERED,
    Finding,
    finding,
    finding_complaints,
    finding_text,
)
from cnnspec.kills.kill_matrix import module_of
from cnnspec.run.check import check
from cnnspec.subject.sources.finding import find_here
from harness_tests.helpers import by_turns, sample, some
from harness_tests.test_bindings import loaded

HERE = [dialect for dialect in DIALECTS if is_possible(dialect)]


# --- what is found --------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", HERE)
def test_right_code_is_found_in_the_convention_that_it_declares(dialect: str) -> None:
    for operation in sample(called(dialect), 3):
        function = RIGHT[operation]
        as_declared = find_here(alone(dialect, operation, function, convention(dialect)), 10)
        found = find_here(alone(dialect, operation, function), 10)
        assert found.bindings.get(operation) == as_declared.bindings.get(operation), operation
        assert found.only == as_declared.only, operation


def test_wrong_code_has_the_convention_of_right_code() -> None:
    found = finding(("conv2d-kernel-rotated", "cs231n"))
    assert (found.outcome, found.is_shown, found.is_harmless) == (FOUND, True, True)
    assert "conv_forward_naive(image, filters, bias," in found.adopted
    assert found.seconds > 0


@by_turns
def test_what_is_read_otherwise_fails_there() -> None:
    found = finding(("adapter-dense-weights-reshaped", "classes"))
    assert (found.outcome, found.is_harmless) == (MISSED, True)


def test_of_what_never_answers_nothing_is_to_be_found() -> None:
    assert finding(("conv2d-batch-crashes", "cs231n")).outcome == UNANSWERED


def test_a_loss_that_is_off_by_a_factor_is_known_by_its_answers() -> None:
    assert finding(("cross_entropy-base-2", "course")).outcome == FOUND
    assert finding(("cross_entropy-smoothed", "course")).outcome == NOT_BOUND


# --- rules of reading -----------------------------------------------------------------------

FIRST_AXIS = """
    def softmax(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)
"""


def test_the_first_axis_is_a_mistake_where_nothing_else_lies_in_columns(tmp_path: Path) -> None:
    assert "softmax" not in loaded(tmp_path, FIRST_AXIS).bindings
    dense = "\n    def linear(A, W, b):\n        return W @ A + b\n"
    judged = loaded(tmp_path, FIRST_AXIS + dense)
    assert judged.bindings["softmax"].reading == {"examples": "columns"}
    declared = loaded(tmp_path, FIRST_AXIS, Wishes(orders={"examples": "columns"}))
    assert declared.bindings["softmax"].reading == {"examples": "columns"}


def test_code_that_writes_into_its_arguments_spoils_no_other_call(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def max_pool(x, size=2):
            n, c, h, w = x.shape
            out = x[:, :, : h // size * size, : w // size * size]
            out = out.reshape(n, c, h // size, size, w // size, size).max(axis=(3, 5))
            x *= 0.5
            return out
        """,
    )
    assert judged.bindings["max_pool2d"].reading == {"layout": "NCHW"}
    assert "maps" in judged.bindings["max_pool2d"].values


def test_texts_in_a_row_are_in_the_code_too(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def pool_forward(x, f=2, mode="max"):
            assert mode in ("max", "average")
            n, h, w, c = x.shape
            cells = x[:, : h // f * f, : w // f * f].reshape(n, h // f, f, w // f, f, c)
            return cells.max(axis=(2, 4)) if mode == "max" else np.median(cells, axis=(2, 4))
        """,
    )
    assert {*judged.bindings} == {"max_pool2d", "avg_pool2d"}


def test_a_height_and_a_width_are_meant_in_the_same_way() -> None:
    both = ("size", "(size, size)")
    found = [
        Argument("x", ("maps", "map"), is_option=False, by_keyword=False),
        Argument("height", both, is_option=False, by_keyword=False),
        Argument("width", both, is_option=False, by_keyword=False),
    ]
    meant = [[*way.values()] for way in ways(found)]
    assert meant == [[x, size, size] for x in ("maps", "map") for size in both]


def test_what_is_another_operation_than_its_name_says_is_judged_as_that_alone(
    tmp_path: Path,
) -> None:
    judged = loaded(
        tmp_path,
        """
        def cross_entropy(z, y):
            z = z - z.max(-1, keepdims=True)
            return np.mean(np.log(np.exp(z).sum(-1)) - z[np.arange(len(y)), y])
        """,
    )
    assert {*judged.offers} == {"softmax_cross_entropy"}


# --- what is caught -------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", HERE)
@by_turns
def test_right_code_fails_nothing_in_a_dialect(dialect: str) -> None:
    for operation in sample(called(dialect), 8):
        judged = judged_right(dialect, operation)
        report = check(judged, modules=[module_of(operation)], profile="article")
        failed = [one["id"] for one in report["requirements"] if one["status"] == "failed"]
        assert failed == [], operation


PAIRS = pairs()


@pytest.mark.parametrize("pair", some(PAIRS, 12), ids="-in-".join)
@by_turns
def test_a_mistake_is_caught_in_the_convention_in_which_it_is_written(pair: Pair) -> None:
    assert survivor(pair) == ""


@by_turns
def test_a_mistake_that_escapes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rotated = FAULTS["conv2d-kernel-rotated"]
    monkeypatch.setattr(
        dialect_kills, "judged", lambda dialect, *_: judged_right(dialect, "conv2d")
    )
    assert "no longer catches conv2d-kernel-rotated in cs231n" in survivor((rotated.id, "cs231n"))


@by_turns
def test_what_is_not_seen_is_listed_and_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = ("dense-buffer-reused", "cs231n")
    assert dialect_kills.unseen()[pair] == "rows are stacked: a result is always new"
    assert survivor(pair) == ""
    monkeypatch.setattr(dialect_kills, "unseen", dict)
    assert survivor(pair) != ""
    caught = ("conv2d-kernel-rotated", "cs231n")
    monkeypatch.setattr(dialect_kills, "unseen", lambda: {caught: "why not"})
    assert survivor(caught).endswith("is caught in cs231n, and listed as not seen")


def test_all_that_is_listed_can_be_written() -> None:
    assert {pair for pair in dialect_kills.unseen() if is_possible(pair[1])} <= {*PAIRS}


def test_all_that_can_be_written_is_tried() -> None:
    assert {dialect for _, dialect in PAIRS} == {*HERE}
    assert all(pair in PAIRS for pair in pairs(every=7, of=["relu"], first=3))
    assert not any(fault.effort == THOROUGH for fault in expressed("course"))


# --- what is said ---------------------------------------------------------------------------


def of_one(outcome: str, *, is_harmless: bool = True) -> Finding:
    return Finding("relu-leaky", "course", outcome, "relu(x)", True, is_harmless, 0.01)


def test_too_few_and_harmful_findings_are_complained_of() -> None:
    enough = [of_one(FOUND)] * 19 + [of_one(MISSED), of_one(UNANSWERED)]
    assert finding_complaints(enough) == []
    assert "found: 95.0% of those with answers" in finding_text(enough)
    assert "course: relu-leaky: missed relu(x) (does not pass)" in finding_text(enough)
    assert finding_complaints(enough[10:]) == ["only 90.0% of the conventions are found"]
    (complaint,) = finding_complaints([*enough[:19] * 2, of_one(MISSED, is_harmless=False)])
    assert complaint == "relu-leaky in course is read as relu(x), and passes"


def test_the_commands_try_a_sample(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cnnspec.commands.line.findings", lambda chosen, _: [of_one(FOUND)])
    assert main(["kills", "--layouts", "--every", "9"]) == 0
    assert "| course | 1 | 0 | 0 | 0 | 0 | 0.01 s |" in capsys.readouterr().out
    monkeypatch.setattr(dialect_kills, "survivors", lambda chosen, _: [chosen[0][0]])
    assert main(["kills", "--dialects", "--every", "9", "--of", "relu"]) == 1
    assert "of them not caught" in capsys.readouterr().out
