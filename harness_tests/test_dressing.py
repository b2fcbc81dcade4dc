"""Mistakes in every form: what a form holds, and that the very mistake is named in it."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cnnspec.commands.line import main
from cnnspec.diagnosis.parts import is_same_mistake
from cnnspec.faults import FAULTS
from cnnspec.kills import kill_matrix
from cnnspec.kills.dressed_program import program, talk
from cnnspec.kills.dressing import FORMS, PLAIN, shown_in, with_fault, without_fault
from cnnspec.kills.form_kills import in_form_complaints, in_form_json, in_form_text
from cnnspec.kills.kill_matrix import Kill
from cnnspec.operations.registry import OPERATIONS
from cnnspec.run.check import check
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Died, Rejected, Result
from cnnspec.subject.processes.array_messages import decode_array, encode_array
from harness_tests.helpers import by_turns
from harness_tests.ports import problems

IMAGE = np.arange(9.0).reshape(3, 3)
FILTERS = np.array([[[0.0, 0, 0], [0, 1, 2], [0, 0, 0]]])

#: What each form is taken for, and some of the operations that it offers.
OFFERS = {
    "operations": ("operations", {"conv2d", "min_pool2d", "dense", "softmax_layer"}),
    "article-functions": ("article functions", {"conv2d", "relu", "max_pool2d"}),
    "article-layers": ("article layers", {"conv2d", "max_pool2d", "softmax", "softmax_layer"}),
    "program": ("program", {"conv2d", "min_pool2d", "dense", "softmax_layer"}),
}

OTHER_FORMS = [form for form in FORMS if form != PLAIN]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_recognised(form: str) -> None:
    made = without_fault("conv2d", form)
    made.close()
    known_as, offered = OFFERS[form]
    assert made.form == known_as
    assert offered <= made.offers.keys()


@pytest.mark.parametrize("form", FORMS)
def test_the_mistake_is_made_in_every_form(form: str) -> None:
    right = without_fault("conv2d", form)
    rotated = with_fault(FAULTS["conv2d-kernel-rotated"], form)
    answers = []
    for made in (right, rotated):
        outcome = made.call("conv2d", {"image": IMAGE, "filters": FILTERS})
        made.close()
        assert isinstance(outcome, Result)
        answers.append(float(outcome.value[0, 0, 0]))
    assert answers == [4 + 2 * 5, 4 + 2 * 3]


def test_a_layer_has_the_mistakes_of_what_it_is_composed_of() -> None:
    layer = with_fault(FAULTS["dense-bias-ignored"], "article-layers")
    given = {"x": np.ones(1), "weights": np.zeros((1, 2)), "bias": np.array([0.0, 9.0])}
    outcome = layer.call("softmax_layer", given)
    assert isinstance(outcome, Result)
    np.testing.assert_array_equal(outcome.value, [0.5, 0.5])


@pytest.mark.parametrize(
    ("form", "operation", "shown"),
    [
        ("operations", "dense", ["dense"]),
        ("article-functions", "dense", []),
        ("article-functions", "min_pool2d", []),
        ("article-layers", "dense", ["softmax_layer"]),
        ("article-layers", "softmax", ["softmax"]),
        ("article-layers", "softmax_layer", ["softmax_layer", "softmax"]),
        ("article-layers", "network", []),
        ("program", "dense", ["dense"]),
        ("program", "softmax_layer", []),
        ("program", "network", ["network"]),
    ],
)
def test_where_a_mistake_shows(form: str, operation: str, shown: list[str]) -> None:
    made = without_fault(operation, form)
    made.close()
    assert shown_in(operation, made) == shown


def test_what_a_layer_makes_of_its_biases_is_no_mistake_of_its_softmax() -> None:
    layer = with_fault(FAULTS["dense-bias-ignored"], "article-layers")
    report = check(layer, modules=["test_softmax"])
    (diagnosis,) = report["operations"]["softmax"]["diagnosis"]
    assert is_same_mistake(diagnosis["fault"], "softmax_layer-bias-ignored")
    assert diagnosis["certain"]


# --- the program -------------------------------------------------------------------------------


def said_by(name: str, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a program answers."""
    lines = [json.dumps(message) for message in (*messages, {"type": "stop"})]
    out = io.StringIO()
    talk(program(name), lines, out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert all(problems(answer, "from_program") == [] for answer in answers)
    return answers


def asked(identity: int, x: np.ndarray[Any, Any]) -> dict[str, Any]:
    given = {"x": encode_array(x, in_base64=True)}
    return {"type": "call", "id": identity, "operation": "relu", "arguments": given}


def test_the_program_speaks_the_protocol() -> None:
    hello, result, recalled, again, gone, error = said_by(
        "relu-arguments-changed",
        {"type": "hello", "protocol": 1},
        asked(1, np.array([-2.0, 4.0])),
        {"type": "recall", "what": "arguments", "id": 1},
        {"type": "recall", "what": "result", "id": 1},
        {"type": "recall", "what": "result", "id": 2},
        asked(3, np.array(["a"]).astype(bool))
        | {
            "operation": "max_pool2d",
            "arguments": {"maps": encode_array(np.zeros(3), in_base64=True)},
        },
    )
    assert sorted(hello["operations"]["conv2d"]) == sorted(OPERATIONS["conv2d"].optional)
    np.testing.assert_array_equal(decode_array(result["value"]), [0, 4])
    np.testing.assert_array_equal(decode_array(recalled["arguments"]["x"]), [-1, 2])
    assert again["value"] == result["value"]
    assert gone["type"] == "error"
    assert (error["type"], error["id"]) == ("error", 3)


def test_what_a_mistake_prints_is_none_of_the_protocol(capsys: pytest.CaptureFixture[str]) -> None:
    bad = encode_array(np.zeros(3), in_base64=True)
    call = {"type": "call", "id": 1, "operation": "max_pool2d", "arguments": {"maps": bad}}
    with pytest.raises(SystemExit):
        said_by("max_pool2d-exits", call)
    assert "Error" in capsys.readouterr().err


def test_an_accident_ends_the_program_and_a_refusal_does_not() -> None:
    made = with_fault(FAULTS["relu-float32-crashes"], "program")
    crashed = made.call("relu", {"x": np.ones(2, np.float32)})
    refused = made.call("max_pool2d", {"maps": np.ones(2)})
    made.close()
    assert isinstance(crashed, Died)
    assert isinstance(refused, Rejected)


def test_a_dtype_that_ends_the_program_is_none_that_it_does_not_offer() -> None:
    made = with_fault(FAULTS["relu-float32-crashes"], "program")
    found = Capabilities(made).of("relu")
    made.close()
    assert found.dtypes == ("float64", "float16")
    assert found.crashing == {"float32"}


# --- what is said of a form --------------------------------------------------------------------

RELU = [identity for identity, fault in FAULTS.items() if fault.operation == "relu"]


def named(identity: str) -> Kill:
    return Kill(identity, ["RELU-01"], [], identity, certain=True, on_first_screen=True)


def test_what_is_caught_and_named_is_no_complaint() -> None:
    unseen = Kill(RELU[0], [], [], None, certain=False, on_first_screen=False)
    kills = [unseen, *map(named, RELU[1:])]
    assert in_form_complaints(kills) == []
    text = in_form_text("program", kills)
    assert f"{len(RELU)} faults can be written so; {len(RELU) - 1} are caught" in text
    assert f"{RELU[0]}: shows nothing" in text
    assert in_form_json("program", kills)["form"] == "program"


def test_wrong_names_are_complained_of() -> None:
    first, *rest = map(named, RELU)
    taken = replace(first, diagnosis=RELU[1])
    assert in_form_complaints([taken, *rest]) == [f"{RELU[0]} is certainly taken for {RELU[1]}"]
    assert f"{RELU[0]}: taken for certainly {RELU[1]}" in in_form_text("program", [taken, *rest])
    nameless = replace(first, diagnosis=None, certain=False)
    (complaint,) = in_form_complaints([nameless, nameless, *rest])
    assert f"only {len(rest)} of the {len(rest) + 2} faults" in complaint


def test_the_same_mistake_of_a_layer_and_of_its_part_have_two_names() -> None:
    layer = replace(named("dense-bias-ignored"), diagnosis="softmax_layer-bias-ignored")
    assert in_form_complaints([layer]) == []


def test_the_command_judges_a_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def found(*given: Any) -> list[Kill]:
        assert given == (None, 7, (), "article-functions")
        return [named("relu-leaky")]

    monkeypatch.setattr("cnnspec.commands.line.kill_matrix", found)
    assert main(["kills", "--form", "article-functions", "--every", "7"]) == 0
    assert "article-functions: 1 faults can be written so; 1 are caught" in capsys.readouterr().out


# --- a sample ----------------------------------------------------------------------------------

#: Of each form some mistakes that must be named in it.
NAMED = {
    "article-functions": ("conv2d-kernel-rotated", "relu-leaky", "max_pool2d-arguments-changed"),
    "article-layers": ("softmax_layer-no-softmax", "dense-bias-ignored", "softmax-no-exponential"),
    "program": ("dense-bias-ignored", "conv2d-float32-crashes", "relu-leaky"),
}


@pytest.mark.parametrize(
    ("form", "identity"), [(form, one) for form, some in NAMED.items() for one in some]
)
@by_turns
def test_a_mistake_is_named_in_a_form(form: str, identity: str) -> None:
    (kill,) = kill_matrix._judge([identity], form)  # noqa: SLF001 - the work of one process
    assert in_form_complaints([kill]) == []
    assert kill.failed
