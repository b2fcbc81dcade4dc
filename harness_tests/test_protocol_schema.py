"""PROTOCOL.md, its schema and the ports say the same."""

import base64
import json
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cnnspec.operations.registry import LAYERS, OPERATIONS, POOLINGS
from harness_tests.ports import DTYPES, SCHEMA, problems

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "PROTOCOL.md").read_text("utf-8") if (ROOT / "PROTOCOL.md").is_file() else ""

pytestmark = pytest.mark.skipif(not TEXT, reason="only in a checkout")

Json = dict[str, Any]

FLOATS: Json = {"dtype": "float64", "shape": [3], "data": [1, "NaN", "-Infinity"]}
BYTES: Json = {"dtype": "float64", "shape": [1], "data": "AAAAAAAA8D8="}
EMPTY: Json = {"dtype": "uint8", "shape": [0], "data": ""}

#: Legal values of what is no array, and others, by the argument's name.
OTHER_THAN_ARRAYS = {
    "stride": 2,
    "size": 3,
    "slope": 0.25,
    "epsilon": 0.001,
    "padding": "same",
    "output_padding": 0,
    "dilation": 2,
    "groups": 1,
    "ceil_mode": True,
    "count_include_pad": False,
    "label": 1,
}
_COUNTS: list[Any] = [{}, [1], "1", 1.5, True, FLOATS]
_REALS: list[Any] = [{}, [1], "1", True, FLOATS]
_SWITCHES: list[Any] = [{}, [True], "true", 1, 1.5, FLOATS]
NO_VALUES: dict[str, list[Any]] = {
    **dict.fromkeys(("stride", "size", "dilation", "groups", "output_padding"), _COUNTS),
    **dict.fromkeys(("slope", "epsilon"), _REALS),
    **dict.fromkeys(("ceil_mode", "count_include_pad"), _SWITCHES),
    "padding": [{}, ["same"], [1], [[1, 2], 3], 1.5, True, FLOATS],
}


def call(operation: str) -> Json:
    """Return a legal call with all arguments that an operation has."""
    declared = OPERATIONS[operation]
    given = {name: OTHER_THAN_ARRAYS.get(name, FLOATS) for name in declared.required}
    given |= {name: OTHER_THAN_ARRAYS.get(name, FLOATS) for name in declared.optional}
    if "padding" in given and not declared.options["padding"].kind_of("same"):
        given["padding"] = 1
    return {"type": "call", "id": 1, "operation": operation, "arguments": given}


CALLS = {operation: call(operation) for operation in (*LAYERS, "network")}
CONV, POOL, RELU, LOSS = (
    CALLS[operation] for operation in ("conv2d", "max_pool2d", "relu", "cross_entropy")
)
HELLO: Json = {
    "type": "hello",
    "protocol": 1,
    "name": "mine",
    "operations": {name: list(OPERATIONS[name].optional) for name in CALLS},
    "dtypes": ["float64", "uint8"],
    "arrays": "numbers",
}
RESULT: Json = {"type": "result", "id": 1, "value": FLOATS}
ERROR: Json = {"type": "error", "id": 1, "message": "no"}
NOT_OFFERED: Json = {"type": "not offered", "id": 1, "message": "no"}
RECALL: Json = {"type": "recall", "what": "result", "id": 1}
RECALLED: Json = {"type": "recalled", "id": 1, "arguments": {"x": FLOATS}}

FROM_CNNSPEC = [{"type": "hello", "protocol": 1}, *CALLS.values(), RECALL, {"type": "stop"}]
FROM_PROGRAM = [HELLO, RESULT, ERROR, NOT_OFFERED, RECALLED]
BOTH = [
    *(("from_cnnspec", message) for message in FROM_CNNSPEC),
    *(("from_program", message) for message in FROM_PROGRAM),
]


def examples() -> Iterator[Json]:
    """Yield the JSON objects that stand in PROTOCOL.md, one after the other."""
    for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL):
        rest = block.strip()
        while rest:
            example, end = json.JSONDecoder().raw_decode(rest)
            yield example
            rest = rest[end:].strip()


def arrays(value: object) -> Iterator[Json]:
    """Yield the arrays inside a message."""
    if isinstance(value, dict):
        if "dtype" in value:
            yield value
        else:
            for member in value.values():
                yield from arrays(member)
    elif isinstance(value, list):
        for item in value:
            yield from arrays(item)


def transcript() -> list[tuple[str, Json]]:
    """Return direction and message of every line of the conversation in PROTOCOL.md."""
    (block,) = re.findall(r"## A complete conversation\n.*?```\n(.*?)```", TEXT, re.DOTALL)
    lines = [line.partition(" ") for line in block.splitlines()]
    return [(direction, json.loads(message)) for direction, _, message in lines]


# --- the schema ------------------------------------------------------------------------------


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def label(value: Any) -> str:
    """Return a short name of a message for the ids of tests."""
    if isinstance(value, dict):
        return f"{value.get('operation', value.get('type', value))}"
    return str(value)


def with_arguments(message: Json, **changes: object) -> Json:
    """Return a call with other arguments."""
    return {**message, "arguments": {**message["arguments"], **changes}}


def without(message: Json, key: str) -> Json:
    """Return a message without one of its keys."""
    return {name: value for name, value in message.items() if name != key}


def with_array(**changes: object) -> Json:
    """Return a result whose array is different."""
    return {**RESULT, "value": {**FLOATS, **changes}}


@pytest.mark.parametrize(("part", "message"), BOTH, ids=label)
def test_messages(part: str, message: Json) -> None:
    other = {"from_cnnspec": "from_program", "from_program": "from_cnnspec"}[part]
    assert problems(message) == []
    assert problems(message, part) == []
    assert problems({**message, "unknown": "is ignored"}, part) == []
    assert problems(message, other), "it is no message of the other direction"


@pytest.mark.parametrize(("part", "message"), BOTH, ids=label)
def test_every_key_is_needed_and_has_its_type(part: str, message: Json) -> None:
    for key in message:
        assert problems(without(message, key), part), key
        numbers = () if key == "value" else (-1, 1.5)
        for wrong in (None, [None], {"a": None}, True, *numbers):
            assert problems({**message, key: wrong}, part), (key, wrong)
        if key not in ("name", "message"):
            assert problems({**message, key: "text"}, part), key


@pytest.mark.parametrize("operation", CALLS)
def test_every_argument_has_its_type(operation: str) -> None:
    for argument in CALLS[operation]["arguments"]:
        assert_typed(operation, argument)


def assert_typed(operation: str, argument: str) -> None:
    """See that an argument is refused where it is missing, or of another type."""
    message = CALLS[operation]
    fewer = {**message, "arguments": without(message["arguments"], argument)}
    assert bool(problems(fewer)) == (argument in OPERATIONS[operation].required)
    gradient = OPERATIONS[operation].gradient
    is_of_pools = (gradient.of if gradient else operation) in POOLINGS
    may_be_null = argument == "bias" and argument in OPERATIONS[operation].options
    may_be_null = may_be_null or (argument == "stride" and is_of_pools)
    assert bool(problems(with_arguments(message, **{argument: None}))) == (not may_be_null)
    wrong = NO_VALUES.get(argument, [{}, [1.0], "AAAA", 1.5, 1, True])
    if argument == "label":
        of_batches = argument in OPERATIONS[operation].axes.batched
        wrong = [{}, [1], "1", *([] if of_batches else [FLOATS])]
    for value in wrong:
        assert problems(with_arguments(message, **{argument: value})), value


@pytest.mark.parametrize("operation", CALLS)
def test_unknown_arguments_and_options(operation: str) -> None:
    assert problems(with_arguments(CALLS[operation], rate=2))
    options = list(OPERATIONS[operation].optional)
    wrong: list[Any] = [["rate"], [*options, "x"], "x", None, {}]
    for offered in wrong:
        assert problems({**HELLO, "operations": {operation: offered}}, "from_program"), offered
    for option in options:
        assert problems({**HELLO, "operations": {operation: [option]}}) == []
        assert problems({**HELLO, "operations": {operation: [option, option]}}, "from_program")


RIGHT = {
    "label with a fraction": with_arguments(LOSS, label=1.5),
    "label true": with_arguments(LOSS, label=True),
    "stride 0": with_arguments(CONV, stride=0),
    "unknown padding": with_arguments(CONV, padding="full"),
    "padding by a number": with_arguments(CONV, padding=1),
    "padding for each axis": with_arguments(CONV, padding=[1, 2]),
    "padding for each side": with_arguments(CONV, padding=[[1, 0], [0, 2]]),
    "stride for each axis": with_arguments(CONV, stride=[2, 1]),
    "nothing offered": {**HELLO, "operations": {}},
    "article profile": {**HELLO, "profile": "article", "accuracy": "componentwise"},
    "general profile": {**HELLO, "profile": "general", "accuracy": "normwise"},
    "recall": {**HELLO, "recall": True},
    "base64": {**HELLO, "arrays": "base64"},
    "empty array": {**RESULT, "value": EMPTY},
    "array of bytes": {**RESULT, "value": BYTES},
    "base64 that ends in one =": with_array(data="AAA="),
    "number": {**RESULT, "value": 1.5},
    "not in JSON": {**RESULT, "value": "Infinity"},
    "network": {**RESULT, "value": [BYTES, 0.25, "-Infinity"]},
    "recall of arguments": {**RECALL, "what": "arguments"},
    "recalled result": {"type": "recalled", "id": 1, "value": FLOATS},
    "recalled network": {"type": "recalled", "id": 1, "value": [FLOATS, 0.25, 1]},
    **{f"offered {dtype}": {**HELLO, "dtypes": [dtype]} for dtype in DTYPES},
    **{dtype: with_array(dtype=dtype, data=[1, 0, 1]) for dtype in DTYPES},
}


@pytest.mark.parametrize("message", RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right(message: Json) -> None:
    assert problems(message) == []


WRONG: dict[str, object] = {
    "no object": [HELLO],
    "unknown type": {**RESULT, "type": "answer"},
    "another protocol": {**HELLO, "protocol": 2},
    "nameless": {**HELLO, "name": ""},
    "unknown operation offered": {**HELLO, "operations": {"conv3d": []}},
    "no dtypes": {**HELLO, "dtypes": []},
    "unknown dtype": {**HELLO, "dtypes": ["float128"]},
    "a dtype twice": {**HELLO, "dtypes": ["float64", "float64"]},
    "unknown encoding": {**HELLO, "arrays": "hex"},
    "unknown profile": {**HELLO, "profile": "mine"},
    "unknown accuracy": {**HELLO, "accuracy": "good"},
    "recall as text": {**HELLO, "recall": "yes"},
    "unknown operation called": {**RELU, "operation": "gelu"},
    "arguments of another operation": {**RELU, "operation": "softmax"},
    "array without dtype": {**RESULT, "value": without(FLOATS, "dtype")},
    "array without shape": {**RESULT, "value": without(FLOATS, "shape")},
    "array without data": {**RESULT, "value": without(FLOATS, "data")},
    "array of an unknown dtype": with_array(dtype="int4", data=[1, 2, 3]),
    "axis below 0": with_array(shape=[-1]),
    "axis with a fraction": with_array(shape=[1.5]),
    "shape as a number": with_array(shape=3),
    "data as a number": with_array(data=1),
    "nested data": with_array(data=[[1.0, 2.0, 3.0]]),
    "nan in small letters": with_array(data=[1.0, "nan"]),
    "null among the numbers": with_array(data=[1.0, None]),
    "fraction among integers": with_array(dtype="int8", data=[1, 1.5]),
    "NaN among integers": with_array(dtype="bool", data=[1, "NaN"]),
    "base64 of a length that no bytes have": with_array(data="AAAAA"),
    "base64 cut off before its =": with_array(data="AAA"),
    "base64 with other characters": with_array(data="AAA*"),
    "base64 with spaces": with_array(data="AAAA AAAA"),
    "base64 with = in the middle": with_array(data="AAA=AAAA"),
    "two of a network's three": {**RESULT, "value": [BYTES, 0.25]},
    "four instead of three": {**RESULT, "value": [BYTES, 0.25, 1, 1]},
    "lists instead of a network's arrays": {**RESULT, "value": [[1.0], 0.25, 1]},
    "unknown recall": {**RECALL, "what": "weights"},
    "recalled nothing": {"type": "recalled", "id": 1},
    "recalled no arguments": {"type": "recalled", "id": 1, "arguments": {}},
    "recalled a list": {"type": "recalled", "id": 1, "value": [1.0]},
    "recalled both": {**RECALLED, "value": FLOATS},
    "recalled option": {"type": "recalled", "id": 1, "arguments": {"x": FLOATS, "stride": 2}},
}


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(message: object) -> None:
    assert problems(message)
    assert problems(message, "from_cnnspec")
    assert problems(message, "from_program")


@pytest.mark.parametrize("protocol", [0, -1, 1.5, "1", None])
def test_cnnspec_announces_a_version(protocol: object) -> None:
    assert problems({"type": "hello", "protocol": protocol}, "from_cnnspec")


# --- PROTOCOL.md -----------------------------------------------------------------------------


def test_every_example_follows_the_schema() -> None:
    found = list(examples())
    for example in found:
        part = "" if "type" in example else "array"
        assert problems(example, part) == [], example
    kinds = {example["type"] for example in found if "type" in example}
    assert kinds == {
        *("hello", "call", "result", "error", "not offered", "recall", "recalled", "stop"),
    }
    assert sum("type" not in example for example in found) == 2


def test_arrays_of_the_examples_are_as_long_as_their_shapes() -> None:
    everything = [*examples(), *(message for _, message in transcript())]
    found = list(arrays(everything))
    assert len(found) > 10
    for array in found:
        size = 1
        for length in array["shape"]:
            size *= length
        data = array["data"]
        count = len(data) if isinstance(data, list) else len(base64.b64decode(data)) / 8
        assert count == size, array


def test_the_two_encodings_of_the_example_agree() -> None:
    in_base64, in_numbers = (example for example in examples() if "type" not in example)
    decoded = struct.unpack("<4d", base64.b64decode(in_base64["data"]))
    assert list(decoded) == in_numbers["data"]
    assert in_base64["shape"] == in_numbers["shape"]


def test_every_line_of_the_conversation_follows_the_schema() -> None:
    lines = transcript()
    for direction, message in lines:
        part = {">": "from_cnnspec", "<": "from_program"}[direction]
        assert problems(message, part) == [], message
    assert lines[-1] == (">", {"type": "stop"})
    directions = [direction for direction, _ in lines[:-1]]
    assert directions == [">", "<"] * (len(directions) // 2)
    kinds = {message["type"] for direction, message in lines if direction == "<"}
    assert kinds == {"hello", "result", "error", "not offered", "recalled"}


def test_answers_of_the_conversation_have_the_id_of_their_question() -> None:
    messages = [message for _, message in transcript()]
    for question, answer in zip(messages[::2], messages[1::2], strict=False):
        assert question.get("id") == answer.get("id")


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_conversation_is_what_the_port_says() -> None:
    from examples.conversation import with_conversation  # noqa: PLC0415 - only in a checkout

    assert with_conversation(TEXT) == TEXT, "run: python examples/conversation.py"
