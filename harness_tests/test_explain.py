"""`cnnspec explain`: what SPEC.md and the catalogue say, in the terminal."""

import io
import re
import sys

import numpy as np
import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.commands.explain import plain
from cnnspec.commands.line import main
from cnnspec.document.sections import fault_section, requirement_section
from cnnspec.document.worked_examples import example_of, example_of_fault
from cnnspec.faults import FAULTS
from cnnspec.kills.kill_matrix import caught_by, faults_of
from harness_tests.helpers import spec_md

#: Mistakes of every kind: values, shapes, no result, memory, refusals, a composed operation.
TELLING = [
    "conv2d-kernel-rotated",
    "max_pool2d-one-short",
    "relu-no-return",
    "relu-in-place",
    "softmax-buffer-reused",
    "dense-exits",
    "conv2d-even-accepted",
    "conv2d-only-square-and-odd",
    "softmax_layer-bias-ignored",
    "adapter-conv2d-image-reshaped",
]


def explained(capsys: pytest.CaptureFixture[str], *ids: str) -> str:
    assert main(["explain", *ids]) == 0
    return capsys.readouterr().out


def test_a_requirement_is_explained_as_in_the_specification(
    capsys: pytest.CaptureFixture[str],
) -> None:
    section = requirement_section(requirements()["CONV-03"])
    assert section in spec_md()
    assert explained(capsys, "CONV-03").rstrip("\n") == plain(section)


def test_nothing_but_plain_text_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = explained(capsys, "CONV-01", "conv2d-kernel-rotated")
    assert "\x1b" not in text
    assert not re.search(r"\*\*|```|<a id|\]\(|^#", text, re.MULTILINE)
    code_is_kept_as_it_is = (
        "    >>> filters = np.array([[[-1,  0,  1], [-2,  0,  2], [-1,  0,  1]]]"
    )
    assert code_is_kept_as_it_is in text


class Terminal(io.StringIO):
    """A text stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Return that it is one."""
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    screen = Terminal()
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": "90"} | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["explain", "CONV-01"]) == 0
    return screen.getvalue()


def test_colours_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_a_terminal(monkeypatch)
    assert "\x1b[" in shown
    words = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "the filter is not rotated" in " ".join(words.split())
    assert "<a id" not in words


def test_no_colours_for_those_who_want_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in on_a_terminal(monkeypatch, NO_COLOR="1")


def test_ids_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "conv-03") == explained(capsys, "CONV-03")


@pytest.mark.parametrize("name", ["conv2d", "max_pool2d", "CONV", "network"])
def test_an_operation_or_chapter_lists_its_requirements(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = explained(capsys, name)
    for one in requirements().values():
        belongs = name in (one.chapter, *one.operations)
        assert (f"- {one.id} ({one.level}" in text) == belongs, one.id


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("CONV-3", "CONV-03"),
        ("kernel-rotated", "conv2d-kernel-rotated"),
        ("conv2d-kernel-rotatd", "conv2d-kernel-rotated"),
        ("conv", "CONV"),
        ("con2d", "conv2d"),
    ],
)
def test_an_unknown_id_names_close_ones(
    capsys: pytest.CaptureFixture[str], given: str, meant: str
) -> None:
    status = main(["explain", "CONV-01", given])
    said = capsys.readouterr()
    if given.upper() == meant:
        assert status == 0
        return
    assert status == 2
    assert said.out == ""
    assert f"'{given}'" in said.err
    assert meant in said.err


def test_an_id_like_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "zzzzzzzz"]) == 2
    assert "did you mean" not in capsys.readouterr().err


# --- faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize("identity", TELLING)
def test_a_fault_is_explained(capsys: pytest.CaptureFixture[str], identity: str) -> None:
    fault = FAULTS[identity]
    text = explained(capsys, identity)
    words = " ".join(text.split())
    assert fault.explanation[1:].replace("`", "") in words
    assert fault.remedy.replace("`", "") in words
    assert fault.seen in words
    assert "Right, " in text
    assert ">>> " in text
    assert "Wrong: " in text
    for requirement in caught_by()[identity]:
        assert f"- {requirement} (" in text


def test_right_and_wrong_numbers_differ() -> None:
    fault = FAULTS["conv2d-kernel-rotated"]
    example = example_of_fault(fault, caught_by()[fault.id])
    assert example
    assert example.error
    assert example.error.got is not None
    assert example.error.answer is not None
    assert not np.array_equal(example.error.got, example.error.answer.high)


def test_every_fault_has_its_section_even_if_nothing_catches_it() -> None:
    fault = FAULTS["relu-leaky"]
    assert "### relu-leaky" in fault_section(fault)
    assert example_of_fault(fault, ()) is None


def test_the_table_of_who_catches_what_is_that_of_the_kill_matrix() -> None:
    assert caught_by().keys() == FAULTS.keys()
    for requirement in requirements():
        for fault in faults_of(requirement):
            assert requirement in caught_by()[fault.id]


# --- examples --------------------------------------------------------------------------------


def test_the_example_of_a_requirement_is_the_one_worked_by_hand() -> None:
    example = example_of("CONV-01")
    assert example
    assert example.case == "conv2d/sobel-vertical-4x4"
    assert example.steps[-1].printed == "array([[  29., -192.],\n       [ -35.,  -22.]])"
    assert example.fault
    assert example.fault.id == "conv2d-kernel-rotated"


@pytest.mark.parametrize(
    ("identity", "last"),
    [
        ("CONV-17", "np.array_equal(image, before)"),
        ("RELU-09", "np.array_equal(relu(x), kept)"),
        ("RELU-10", "np.allclose(relu(x), before, rtol=1e-12)"),
    ],
)
def test_examples_of_manners_look_at_manners(identity: str, last: str) -> None:
    example = example_of(identity)
    assert example
    assert example.steps[-1].code == last
    assert example.steps[-1].printed == "True"


def test_examples_of_refusals_show_what_is_raised() -> None:
    example = example_of("CONV-28")
    assert example
    assert example.steps[-1].printed.startswith("Traceback (most recent call last):\n    ...\n")
    assert "StrideError: stride must be at least 1, got 0" in example.steps[-1].printed


@pytest.mark.parametrize(
    "identity", ["conv2d-corner-of-filters-and-channels-ignored", "conv2d-stale-cache"]
)
def test_mistakes_that_show_late_have_their_numbers_too(identity: str) -> None:
    text = fault_section(FAULTS[identity])
    assert "it shows on large cases only, or after other calls" in text
    assert "*Wrong:* " in text
    assert ", exact " in text
