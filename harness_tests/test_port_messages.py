"""The ports answer each message as PROTOCOL.md says; the C port watches its memory meanwhile."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.operations.registry import GRADIENTS, LAYERS
from harness_tests.helpers import by_turns, sample
from harness_tests.ports import (
    EXAMPLES,
    PORTS,
    Json,
    Speaker,
    build_line,
    problems,
    watched_line,
)

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="only in a checkout")

HELLO: Json = {"type": "hello", "protocol": 1}
STOP: Json = {"type": "stop"}

#: The exit status of a port that could not read a message.
GAVE_UP = 1


@pytest.fixture(scope="module", params=PORTS)
def speaker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    port, folder = PORTS[request.param], tmp_path_factory.mktemp("speaker")
    port.copied_to(folder)
    words = port.built_in(folder, watched_line(folder))
    return Speaker(words, {"c": "base64", "javascript": "numbers"}[request.param])


def call(speaker: Speaker, operation: str, **arguments: Any) -> Json:
    """Return the message of a call whose arrays are given as NumPy arrays or lists."""
    return {
        "type": "call",
        "id": 7,
        "operation": operation,
        "arguments": {
            name: speaker.array(value, str(value.dtype)) if isinstance(value, np.ndarray) else value
            for name, value in arguments.items()
        },
    }


def answer(speaker: Speaker, message: Json) -> Json:
    """Return the answer to one message."""
    said = speaker(HELLO, message, STOP)
    assert (said.status, said.diagnostics) == (0, "")
    _, answered = said.answers
    assert problems(answered, "from_program") == []
    assert answered["id"] == message["id"]
    return answered


def value(speaker: Speaker, operation: str, **arguments: Any) -> np.ndarray[Any, Any]:
    """Return the array that a legal call gives."""
    answered = answer(speaker, call(speaker, operation, **arguments))
    assert answered["type"] == "result", answered
    return speaker.read(answered["value"])


def ones(*shape: int, dtype: str = "float64") -> np.ndarray[Any, Any]:
    return np.ones(shape, dtype)


def ints(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, np.int64)


# --- the conversation ------------------------------------------------------------------------


def test_the_handshake(speaker: Speaker) -> None:
    said = speaker(HELLO, STOP)
    assert (said.status, said.diagnostics) == (0, "")
    (hello,) = said.answers
    assert (hello["type"], hello["protocol"]) == ("hello", 1)
    assert problems(hello, "from_program") == []
    assert hello["operations"].keys() >= set(LAYERS) - set(GRADIENTS)
    assert hello["arrays"] == speaker.encoding


def test_nothing_is_said_after_the_stop(speaker: Speaker) -> None:
    assert len(speaker(HELLO, STOP, HELLO).answers) == 1


def test_the_end_of_the_input_is_a_stop(speaker: Speaker) -> None:
    said = speaker(HELLO)
    assert (len(said.answers), said.status, said.diagnostics) == (1, 0, "")


def test_every_call_is_answered_in_its_turn(speaker: Speaker) -> None:
    calls = [
        {**call(speaker, "relu", x=np.array([float(turn)])), "id": turn} for turn in range(1, 300)
    ]
    answers = speaker(HELLO, *calls, STOP).answers[1:]
    assert [answered["id"] for answered in answers] == list(range(1, 300))
    assert [speaker.read(a["value"])[0] for a in answers] == list(range(1, 300))


def test_unknown_keys_are_ignored(speaker: Speaker) -> None:
    message = call(speaker, "relu", x=ones(2))
    message["arguments"]["x"]["comment"] = "what is said here does not matter"
    assert answer(speaker, {**message, "comment": [1, {}, None]})["type"] == "result"


@by_turns
def test_long_lines(speaker: Speaker) -> None:
    many = np.arange(-100_000.0, 100_000.0) / 7
    np.testing.assert_array_equal(value(speaker, "relu", x=many), np.maximum(many, 0))


def test_json_is_read_in_all_its_forms(speaker: Speaker) -> None:
    said = speaker(
        ' {"protocol" :1.0e0 ,"\\u0074ype":\t"hello", "a":"\\ud83d\\ude00\\n\\"é", "b": [-0, 1E+5]}'
    )
    assert (len(said.answers), said.status) == (1, 0)


MALFORMED = [
    "",
    "nonsense",
    "{",
    "[]",
    "{}",
    "1",
    "null",
    '"hello"',
    '{"type": "hello"',
    '{"type": "hello"} x',
    '{"type": "hello",}',
    "{'type': 'hello'}",
    '{"type": "hello", "a": 01}',
    '{"type": "hello", "a": 1.}',
    '{"type": "hello", "a": .5}',
    '{"type": "hello", "a": NaN}',
    '{"type": "hello", "a": +1}',
    '{"type": "hello", "a": "\\x"}',
    '{"type": "hello", "a": "\\u12"}',
    '{"type": "hello", "a": "\t"}',
    '{"type": "hello", "a": "',
    '{"type": "hello", "a": "\\',
    '{"type": "hello", "a": tru}',
    '{"type": "hello", "a" 1}',
    '{"type": "hello" "a": 1}',
    '{"type": "hello", a: 1}',
    '{"type": 1}',
    '{"type": "greeting"}',
    '{"type": "call", "operation": "relu", "arguments": {}}',
    '{"type": "call", "id": "1", "operation": "relu", "arguments": {}}',
    '{"type": "call", "id": 1.5, "operation": "relu", "arguments": {}}',
    '{"type": "call", "id": 1, "operation": "relu"}',
    '{"type": "call", "id": 1, "operation": "relu", "arguments": 1}',
    '{"type": "call", "id": 1, "operation": "relu", "arguments": {}}',
]


@pytest.mark.parametrize("line", sample(MALFORMED, 4))
def test_what_is_no_message_ends_the_program(speaker: Speaker, line: str) -> None:
    said = speaker(HELLO, line, HELLO)
    assert len(said.answers) == 1
    assert said.diagnostics.startswith("not a message of the protocol: "), said.diagnostics
    assert said.status == GAVE_UP


def broken(speaker: Speaker, **changes: Any) -> Json:
    """Return a call whose array is not what it should be; ``None`` takes a key away."""
    message = call(speaker, "relu", x=ones(2))
    array = {**message["arguments"]["x"], **changes}
    message["arguments"]["x"] = {key: part for key, part in array.items() if part is not None}
    return message


@pytest.mark.parametrize(
    "changes",
    sample(
        [
            {"dtype": None},
            {"dtype": "float16"},
            {"dtype": "toString"},
            {"dtype": 1},
            {"shape": None},
            {"shape": [3]},
            {"shape": [1]},
            {"shape": []},
            {"shape": [-2]},
            {"shape": [-1, -2]},
            {"shape": [1.5]},
            {"shape": 2},
            {"shape": ["2"]},
            {"shape": [2**62, 2**62]},
            {"shape": [2**40, 2]},
            {"data": None},
            {"data": 1},
            {"data": []},
            {"data": ""},
            {"data": [1.0, None]},
            {"data": [1.0, "nan"]},
            {"data": [1.0, "toString"]},
            {"data": [[1.0, 2.0]]},
            {"data": "AAAAAAAA8D8AAAAAAAAAQA"},
            {"data": "AAAAAAAA8D8AAAAAAAAAQA="},
            {"data": "AAAAAAAA8D8AAAAAAAAAQA==="},
            {"data": "AAAAAAAA8D8AAAAAAAAA===="},
            {"data": "AAAAAAAA8D8AAAAAAAAAQ=A="},
            {"data": "AAAAAAAA8D8AAAAAAAAAQ*=="},
            {"data": "AAAAAAAA8D8 AAAAAAAAQA=="},
            {"data": "AAAAAAAA8D8AAAAAAAAAQA==AAAA"},
        ],
        4,
    ),
    ids=json.dumps,
)
def test_what_is_no_array_ends_the_program(speaker: Speaker, changes: Json) -> None:
    said = speaker(HELLO, broken(speaker, **changes), HELLO)
    assert len(said.answers) == 1
    assert said.diagnostics.startswith("not a message of the protocol: "), said.diagnostics
    assert said.status == GAVE_UP


@pytest.mark.parametrize("x", [None, [1.0], 1.0, "x", True])
def test_no_array_at_all_ends_the_program(speaker: Speaker, x: Any) -> None:
    assert speaker(HELLO, call(speaker, "relu", x=x)).status == GAVE_UP


def test_deep_nesting_does_no_harm(speaker: Speaker) -> None:
    said = speaker(HELLO, '{"a":' * 100_000)
    assert (len(said.answers), said.status) == (1, GAVE_UP)


def test_what_is_left_out_is_not_offered(speaker: Speaker) -> None:
    for message in (
        call(speaker, "gelu", x=ones(2)),
        call(speaker, "toString"),
        call(speaker, "conv2d", image=ones(3, 3), filters=ones(1, 1, 1), padding_mode="zeros"),
        call(speaker, "avg_pool2d", maps=ones(3, 3, 1), dilation=2),
        call(speaker, "relu", x=ones(2), stride=2),
    ):
        assert answer(speaker, message)["type"] == "not offered"


# --- what is refused -------------------------------------------------------------------------

IMAGE, COLOURS, BANK, DEEP_BANK = ones(5, 6), ones(5, 6, 3), ones(2, 3, 3), ones(2, 3, 3, 3)
MAPS = ones(4, 5, 2)
LAID = ones(3, 2, 3, 2)
NORMAL: Json = {"maps": MAPS, **{one: ones(2) for one in ("mean", "variance", "scale", "offset")}}

REFUSED: dict[str, tuple[str, Json]] = {
    "other channels": ("conv2d", {"image": COLOURS, "filters": ones(2, 3, 3, 2)}),
    "no channels for colours": ("conv2d", {"image": COLOURS, "filters": BANK}),
    "channels for gray": ("conv2d", {"image": IMAGE, "filters": ones(2, 3, 3, 1)}),
    "oblong": ("conv2d", {"image": IMAGE, "filters": ones(2, 3, 5)}),
    "even": ("conv2d", {"image": IMAGE, "filters": ones(2, 2, 2)}),
    "too large": ("conv2d", {"image": IMAGE, "filters": ones(2, 7, 7)}),
    "too many rows only": ("conv2d", {"image": ones(2, 9), "filters": BANK}),
    "too many columns only": ("conv2d", {"image": ones(9, 2), "filters": BANK}),
    "long bias": ("conv2d", {"image": IMAGE, "filters": BANK, "bias": ones(3)}),
    "short bias": ("conv2d", {"image": IMAGE, "filters": BANK, "bias": ones(1)}),
    "bias of a number": ("conv2d", {"image": IMAGE, "filters": BANK, "bias": ones()}),
    "bias as a row": ("conv2d", {"image": IMAGE, "filters": BANK, "bias": ones(1, 2)}),
    "stride 0": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": 0}),
    "stride below 0": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": -1}),
    "stride with a fraction": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": 1.5}),
    "no stride": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": None}),
    "stride as text": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": "1"}),
    "stride true": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": True}),
    "stride of one in a list": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": [1]}),
    "strides of three": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": [1, 1, 1]}),
    "stride 0 of columns": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": [1, 0]}),
    "strides with a fraction": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": [1.5, 1]}),
    "strides as text": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": ["1", "1"]}),
    "strides in lists": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": [[1, 1], [1, 1]]}),
    "stride as an array": ("conv2d", {"image": IMAGE, "filters": BANK, "stride": ints(1, 1)}),
    "dilation 0": ("conv2d", {"image": IMAGE, "filters": BANK, "dilation": 0}),
    "dilation too large": ("conv2d", {"image": IMAGE, "filters": BANK, "dilation": [1, 3]}),
    "dilation far too large": ("conv2d", {"image": IMAGE, "filters": BANK, "dilation": 2**62}),
    "groups 0": ("conv2d", {"image": COLOURS, "filters": ones(3, 3, 3, 1), "groups": 0}),
    "groups below 0": ("conv2d", {"image": COLOURS, "filters": ones(3, 3, 3, 1), "groups": -3}),
    "groups with a fraction": ("conv2d", {"image": IMAGE, "filters": BANK, "groups": 1.5}),
    "groups that divide no channels": (
        "conv2d",
        {"image": COLOURS, "filters": ones(2, 3, 3, 1), "groups": 2},
    ),
    "groups that divide no filters": (
        "conv2d",
        {"image": COLOURS, "filters": ones(2, 3, 3, 1), "groups": 3},
    ),
    "groups under filters of all": (
        "conv2d",
        {"image": COLOURS, "filters": ones(3, 3, 3, 3), "groups": 3},
    ),
    "unknown padding": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": "full"}),
    "padding cut off": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": "valid\0"}),
    "padding below 0": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": -1}),
    "padding far too large": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": 2**62}),
    "padding with a fraction": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": 0.5}),
    "padding true": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": True}),
    "padding of nothing": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": []}),
    "padding of three": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": [1, 1, 1]}),
    "padding half in lists": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": [1, [1, 1]]}),
    "padding of four": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": [1, 1, 1, 1]}),
    "padding below 0 on a side": (
        "conv2d",
        {"image": IMAGE, "filters": BANK, "padding": [[1, 1], [1, -1]]},
    ),
    "padding of three sides": (
        "conv2d",
        {"image": IMAGE, "filters": BANK, "padding": [[1, 1], [1]]},
    ),
    "padding null": ("conv2d", {"image": IMAGE, "filters": BANK, "padding": None}),
    "image of one axis": ("conv2d", {"image": ones(5), "filters": BANK}),
    "image of five axes": ("conv2d", {"image": ones(1, 1, 5, 5, 3), "filters": DEEP_BANK}),
    "filters of two axes": ("conv2d", {"image": IMAGE, "filters": ones(3, 3)}),
    "filters of five axes": ("conv2d", {"image": COLOURS, "filters": ones(1, 2, 3, 3, 3)}),
    "image without rows": ("conv2d", {"image": ones(0, 5), "filters": BANK}),
    "image without channels": ("conv2d", {"image": ones(5, 5, 0), "filters": ones(2, 3, 3, 0)}),
    "batch without columns": ("conv2d", {"image": ones(2, 5, 0, 3), "filters": DEEP_BANK}),
    "filters of nothing": ("conv2d", {"image": IMAGE, "filters": ones(2, 0, 0)}),
    "no filter for a channel": ("conv_transpose2d", {"image": COLOURS, "filters": DEEP_BANK}),
    "transposed without channels": ("conv_transpose2d", {"image": IMAGE, "filters": DEEP_BANK}),
    "transposed under gray filters": ("conv_transpose2d", {"image": COLOURS, "filters": BANK}),
    "transposed groups": ("conv_transpose2d", {"image": COLOURS, "filters": LAID, "groups": 2}),
    "transposed groups 0": ("conv_transpose2d", {"image": COLOURS, "filters": LAID, "groups": 0}),
    "bias of each channel": (
        "conv_transpose2d",
        {"image": COLOURS, "filters": LAID, "bias": ones(3)},
    ),
    "bias of one group": (
        "conv_transpose2d",
        {"image": COLOURS, "filters": LAID, "groups": 3, "bias": ones(2)},
    ),
    "output padding as the stride": (
        "conv_transpose2d",
        {"image": COLOURS, "filters": LAID, "stride": 2, "output_padding": [1, 2]},
    ),
    "output padding below 0": (
        "conv_transpose2d",
        {"image": COLOURS, "filters": LAID, "output_padding": -1},
    ),
    "padding as a word": (
        "conv_transpose2d",
        {"image": COLOURS, "filters": LAID, "padding": "same"},
    ),
    "nothing left": ("conv_transpose2d", {"image": COLOURS, "filters": LAID, "padding": [4, 0]}),
    "filters of no map": ("conv_transpose2d", {"image": COLOURS, "filters": ones(3, 2, 3, 0)}),
    "a mean for two": ("batch_norm", {**NORMAL, "mean": ones(1)}),
    "a single variance": ("batch_norm", {**NORMAL, "variance": ones()}),
    "scales for three": ("batch_norm", {**NORMAL, "scale": ones(3)}),
    "offsets as a row": ("batch_norm", {**NORMAL, "offset": ones(1, 2)}),
    "variance below 0": ("batch_norm", {**NORMAL, "variance": np.array([1.0, -1.0])}),
    "epsilon below 0": ("batch_norm", {**NORMAL, "epsilon": -1e-5}),
    "epsilon as text": ("batch_norm", {**NORMAL, "epsilon": "0"}),
    "no maps to normalise": ("batch_norm", {**NORMAL, "maps": ones(0, 5, 2)}),
    "size 0": ("max_pool2d", {"maps": MAPS, "size": 0}),
    "size below 0": ("max_pool2d", {"maps": MAPS, "size": -2}),
    "size with a fraction": ("avg_pool2d", {"maps": MAPS, "size": 1.5}),
    "no size": ("max_pool2d", {"maps": MAPS, "size": None}),
    "pooling by stride 0": ("min_pool2d", {"maps": MAPS, "stride": 0}),
    "pooling by stride below 0": ("avg_pool2d", {"maps": MAPS, "stride": -1}),
    "window too large": ("max_pool2d", {"maps": MAPS, "size": 5}),
    "window far too large": ("max_pool2d", {"maps": MAPS, "size": 2**62}),
    "size beyond 64 bits": ("max_pool2d", {"maps": MAPS, "size": 2**64 + 2}),
    "size 0 of columns": ("max_pool2d", {"maps": MAPS, "size": [2, 0]}),
    "sizes of three": ("avg_pool2d", {"maps": MAPS, "size": [2, 2, 2]}),
    "window too wide": ("min_pool2d", {"maps": MAPS, "size": [4, 6]}),
    "strides with a null": ("max_pool2d", {"maps": MAPS, "stride": [2, None]}),
    "padding beyond half": ("max_pool2d", {"maps": MAPS, "size": [4, 3], "padding": 2}),
    "pooling with padding below 0": ("avg_pool2d", {"maps": MAPS, "padding": -1}),
    "pooling with a word": ("max_pool2d", {"maps": MAPS, "padding": "same"}),
    "pooling with four sides": ("max_pool2d", {"maps": MAPS, "padding": [[1, 1], [1, 1]]}),
    "pooling by dilation 0": ("max_pool2d", {"maps": MAPS, "dilation": [0, 1]}),
    "dilated beyond the maps": ("max_pool2d", {"maps": MAPS, "dilation": 5}),
    "dilated over the maps": (
        "max_pool2d",
        {"maps": ones(1, 5, 2), "size": 3, "stride": 3, "padding": 1}
        | {"dilation": [2, 1], "ceil_mode": True},
    ),
    "ceil_mode of 1": ("max_pool2d", {"maps": MAPS, "ceil_mode": 1}),
    "ceil_mode null": ("max_pool2d", {"maps": MAPS, "ceil_mode": None}),
    "divisor as text": ("avg_pool2d", {"maps": MAPS, "count_include_pad": "true"}),
    "mean without channels": ("global_avg_pool2d", {"maps": ones(4, 5)}),
    "mean of nothing": ("global_avg_pool2d", {"maps": ones(4, 0, 2)}),
    "flattened without channels": ("flatten", {"maps": ones(4, 5)}),
    "flattened nothing": ("flatten", {"maps": ones(2, 4, 5, 0)}),
    "map without axis": ("max_pool2d", {"maps": ones(4, 5)}),
    "maps of five axes": ("max_pool2d", {"maps": ones(1, 1, 4, 5, 2)}),
    "maps without rows": ("max_pool2d", {"maps": ones(0, 5, 2)}),
    "no maps": ("max_pool2d", {"maps": ones(4, 5, 0)}),
    "long input": ("dense", {"x": ones(4), "weights": ones(3, 2), "bias": ones(2)}),
    "single input": ("dense", {"x": ones(1), "weights": ones(3, 2), "bias": ones(2)}),
    "long bias of dense": ("dense", {"x": ones(3), "weights": ones(3, 2), "bias": ones(3)}),
    "short bias of dense": ("dense", {"x": ones(3), "weights": ones(3, 2), "bias": ones(1)}),
    "short rows": ("dense", {"x": ones(4, 2), "weights": ones(3, 2), "bias": ones(2)}),
    "rows in a batch": ("dense", {"x": ones(2, 2, 3), "weights": ones(3, 2), "bias": ones(2)}),
    "flat weights": ("dense", {"x": ones(3), "weights": ones(3), "bias": ones(1)}),
    "no inputs": ("dense", {"x": ones(0), "weights": ones(0, 2), "bias": ones(2)}),
    "no nodes": ("dense", {"x": ones(3), "weights": ones(3, 0), "bias": ones(0)}),
    "a single logit without axis": ("softmax", {"logits": ones()}),
    "no logits": ("softmax", {"logits": ones(2, 0)}),
    "a single log": ("log_softmax", {"logits": ones()}),
    "no logs": ("log_softmax", {"logits": ones(2, 0)}),
    "label too large": ("cross_entropy", {"probabilities": ones(3), "label": 3}),
    "label far too large": ("cross_entropy", {"probabilities": ones(3), "label": 2**64}),
    "label below 0": ("cross_entropy", {"probabilities": ones(3), "label": -1}),
    "label with a fraction": ("cross_entropy", {"probabilities": ones(3), "label": 0.5}),
    "label as text": ("cross_entropy", {"probabilities": ones(3), "label": "0"}),
    "probabilities of two vectors": ("cross_entropy", {"probabilities": ones(2, 3), "label": 0}),
    "no probabilities": ("cross_entropy", {"probabilities": ones(0), "label": 0}),
    "label beyond the logits": ("softmax_cross_entropy", {"logits": ones(3), "label": 3}),
    "label below the logits": ("softmax_cross_entropy", {"logits": ones(3), "label": -1}),
    "fraction for a label": ("softmax_cross_entropy", {"logits": ones(3), "label": 0.5}),
    "text for a label": ("softmax_cross_entropy", {"logits": ones(3), "label": "0"}),
    "a label of three": ("softmax_cross_entropy", {"logits": ones(2, 3), "label": ints(0, 3)}),
    "fractions for labels": (
        "softmax_cross_entropy",
        {"logits": ones(2, 3), "label": np.array([0.5, 1])},
    ),
    "one label for two": ("softmax_cross_entropy", {"logits": ones(2, 3), "label": 1}),
    "three labels for two": (
        "softmax_cross_entropy",
        {"logits": ones(2, 3), "label": ints(0, 1, 2)},
    ),
    "logits of three axes": (
        "softmax_cross_entropy",
        {"logits": ones(2, 2, 3), "label": ints(0, 1)},
    ),
    "no logits for a loss": ("softmax_cross_entropy", {"logits": ones(0), "label": 0}),
}


@pytest.fixture(scope="module")
def refusals(speaker: Speaker) -> dict[str, Json]:
    """Return the answers to all calls that must be refused, made in one conversation."""
    calls = [call(speaker, operation, **arguments) for operation, arguments in REFUSED.values()]
    said = speaker(HELLO, *calls, STOP)
    assert (said.status, said.diagnostics) == (0, "")
    return dict(zip(REFUSED, said.answers[1:], strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(refusals: dict[str, Json], name: str) -> None:
    assert refusals[name]["type"] == "error"
    assert len(refusals[name]["message"].split()) > 4  # a sentence


# --- what the suite does not ask -------------------------------------------------------------


def test_nothing_gives_nothing(speaker: Speaker) -> None:
    assert value(speaker, "conv2d", image=ones(0, 5, 6, 3), filters=DEEP_BANK).shape == (0, 3, 4, 2)
    assert value(speaker, "conv2d", image=IMAGE, filters=ones(0, 3, 3)).shape == (3, 4, 0)
    assert value(speaker, "max_pool2d", maps=ones(0, 4, 5, 2)).shape == (0, 2, 2, 2)
    assert value(speaker, "relu", x=ones(2, 0, 3)).shape == (2, 0, 3)
    assert value(speaker, "softmax", logits=ones(0, 3)).shape == (0, 3)
    assert value(speaker, "log_softmax", logits=ones(0, 3)).shape == (0, 3)
    rows = value(speaker, "dense", x=ones(0, 3), weights=ones(3, 2), bias=ones(2))
    assert rows.shape == (0, 2)
    laid = value(speaker, "conv_transpose2d", image=ones(0, 5, 6, 3), filters=LAID)
    assert laid.shape == (0, 6, 8, 2)
    assert value(speaker, "global_avg_pool2d", maps=ones(0, 4, 5, 2)).shape == (0, 2)
    assert value(speaker, "flatten", maps=ones(0, 4, 5, 2)).shape == (0, 40)
    assert value(speaker, "batch_norm", **{**NORMAL, "maps": ones(0, 4, 5, 2)}).shape[0] == 0


@by_turns
def test_nan_is_never_lost(speaker: Speaker) -> None:
    row = np.array([np.nan, 1.0, -1.0, np.nan, 0.0, np.inf])
    np.testing.assert_array_equal(value(speaker, "relu", x=row), [np.nan, 1, 0, np.nan, 0, np.inf])
    for operation in ("max_pool2d", "min_pool2d", "avg_pool2d"):
        for place in range(4):
            maps = np.arange(4.0)
            maps[place] = np.nan
            pooled = value(speaker, operation, maps=maps.reshape(2, 2, 1))
            assert np.isnan(pooled).all(), (operation, place)
    assert np.isnan(value(speaker, "softmax", logits=np.array([0.0, np.nan]))).all()


@pytest.mark.parametrize(
    ("dtype", "numbers"),
    [
        ("int8", [-128, -1, 127]),
        ("int16", [-(2**15), -1, 2**15 - 1]),
        ("int32", [-(2**31), -1, 2**31 - 1]),
        ("int64", [-(2**53) + 1, -1, 2**53 - 1]),
        ("uint8", [0, 200, 255]),
        ("uint16", [0, 1, 2**16 - 1]),
        ("uint32", [0, 1, 2**32 - 1]),
        ("uint64", [0, 1, 2**53 - 1]),
        ("bool", [0, 1, 1]),
    ],
)
def test_integers_are_widened(speaker: Speaker, dtype: str, numbers: list[int]) -> None:
    image = np.array([numbers]).astype(dtype)
    maps = value(speaker, "conv2d", image=image, filters=np.array([[[3]]], dtype))
    assert maps.dtype == np.float64
    weight = 1 if dtype == "bool" else 3
    assert maps.reshape(-1).tolist() == [float(weight * number) for number in numbers]


@pytest.mark.parametrize(
    "number", [-(2**63), -(2**53) - 2, -(2**53) - 1, 2**53 + 1, 2**63 - 1, 2**62 + 2**9 + 1]
)
def test_long_integers_are_rounded_once_or_left_out(speaker: Speaker, number: int) -> None:
    image = np.array([[number]], np.int64)
    message = call(speaker, "conv2d", image=image, filters=np.array([[[1.0]]]))
    answered = answer(speaker, message)
    if speaker.encoding == "numbers":
        assert answered["type"] == "not offered"
    else:
        assert speaker.read(answered["value"]).item() == float(number)


def test_dtypes_may_be_mixed(speaker: Speaker) -> None:
    narrow, wide = ones(5, 6, dtype="float32") / 3, ones(2, 3, 3) / 3
    maps = value(speaker, "conv2d", image=narrow, filters=wide)
    assert maps.dtype == np.float64
    np.testing.assert_allclose(maps, 9 * float(np.float32(1) / 3) / 3, rtol=1e-15)
    assert value(speaker, "conv2d", image=narrow, filters=narrow[:1, :1, None]).dtype == np.float32


def test_only_javascript_recalls(speaker: Speaker) -> None:
    recall = {"type": "recall", "what": "result", "id": 7}
    said = speaker(HELLO, call(speaker, "relu", x=ones(1)), recall)
    if said.answers[0].get("recall"):
        assert said.answers[2]["value"] == said.answers[1]["value"]
    else:
        assert (len(said.answers), said.status) == (2, GAVE_UP)


def test_200_results_are_kept(tmp_path: Path) -> None:
    port = PORTS["javascript"]
    port.copied_to(tmp_path)
    speaker = Speaker(port.built_in(tmp_path, build_line()), "numbers")
    calls = [
        {**call(speaker, "relu", x=np.array([float(turn)])), "id": turn} for turn in range(201)
    ]
    recalls = [{"type": "recall", "what": "result", "id": turn} for turn in (0, 1, 200, 201)]
    latest = [{"type": "recall", "what": "arguments", "id": turn} for turn in (199, 200)]
    answers = speaker(HELLO, *calls, *recalls, *latest).answers[202:]
    kinds = [answered["type"] for answered in answers]
    assert kinds == ["error", "recalled", "recalled", "error", "error", "recalled"]
    assert answers[1]["value"]["data"] == [1]
    assert answers[2]["value"]["data"] == [200]
    assert answers[5]["arguments"]["x"]["data"] == [200]
