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

from harness_tests.ports import SCHEMA, problems

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "PROTOCOL.md").read_text("utf-8") if (ROOT / "PROTOCOL.md").is_file() else ""

pytestmark = pytest.mark.skipif(not TEXT, reason="only in a checkout")

Json = dict[str, Any]

FLOATS: Json = {"dtype": "float64", "shape": [2], "data": [1.0, "NaN"]}
BYTES: Json = {"dtype": "float64", "shape": [1], "data": "AAAAAAAA8D8="}
HELLO: Json = {
    "type": "hello",
    "protocol": 1,
    "name": "mine",
    "operations": {"conv2d": ["bias", "stride"], "relu": []},
    "dtypes": ["float64"],
    "arrays": "numbers",
}
RELU: Json = {"type": "call", "id": 1, "operation": "relu", "arguments": {"x": FLOATS}}
POOL: Json = {"type": "call", "id": 2, "operation": "max_pool2d", "arguments": {"maps": BYTES}}
CONV: Json = {
    "type": "call",
    "id": 3,
    "operation": "conv2d",
    "arguments": {"image": BYTES, "filters": BYTES, "bias": None, "stride": 0, "padding": "full"},
}
RESULT: Json = {"type": "result", "id": 1, "value": FLOATS}
ERROR: Json = {"type": "error", "id": 1, "message": "no"}
NOT_OFFERED: Json = {"type": "not offered", "id": 1, "message": "no"}
RECALL: Json = {"type": "recall", "what": "result", "id": 1}
RECALLED: Json = {"type": "recalled", "id": 1, "arguments": {"x": FLOATS}}


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


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ({"type": "hello", "protocol": 1}, "from_cnnspec"),
        (RELU, "from_cnnspec"),
        (POOL, "from_cnnspec"),
        (POOL | {"arguments": {"maps": BYTES, "size": 3, "stride": None}}, "from_cnnspec"),
        (CONV, "from_cnnspec"),
        (CONV | {"unknown": "is ignored"}, "from_cnnspec"),
        (RECALL, "from_cnnspec"),
        ({"type": "stop"}, "from_cnnspec"),
        (HELLO, "from_program"),
        (HELLO | {"recall": True, "profile": "general", "accuracy": "normwise"}, "from_program"),
        (RESULT, "from_program"),
        (RESULT | {"value": 1.5}, "from_program"),
        (RESULT | {"value": "Infinity"}, "from_program"),
        (RESULT | {"value": [BYTES, 0.25, 1]}, "from_program"),
        (ERROR, "from_program"),
        (NOT_OFFERED, "from_program"),
        (RECALLED, "from_program"),
        ({"type": "recalled", "id": 1, "value": FLOATS}, "from_program"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["type"],
)
def test_what_is_right(message: Json, part: str) -> None:
    assert problems(message, part) == []
    assert problems(message) == []


def without(message: Json, key: str) -> Json:
    return {name: value for name, value in message.items() if name != key}


def with_array(**changes: object) -> Json:
    return RESULT | {"value": {**FLOATS, **changes}}


def with_arguments(call: Json, **changes: object) -> Json:
    return {**call, "arguments": {**call["arguments"], **changes}}


WRONG: dict[str, object] = {
    "no object": [HELLO],
    "unknown type": RESULT | {"type": "answer"},
    "id of text": RESULT | {"id": "1"},
    "id below 0": RESULT | {"id": -1},
    "another protocol": HELLO | {"protocol": 2},
    "nameless": HELLO | {"name": ""},
    "unknown operation offered": HELLO | {"operations": {"conv3d": []}},
    "unknown option offered": HELLO | {"operations": {"conv2d": ["dilation"]}},
    "option of a pooling for conv2d": HELLO | {"operations": {"conv2d": ["size"]}},
    "option that is required": HELLO | {"operations": {"dense": ["bias"]}},
    "an option twice": HELLO | {"operations": {"avg_pool2d": ["size", "size"]}},
    "operations as a list": HELLO | {"operations": ["relu"]},
    "no dtypes": HELLO | {"dtypes": []},
    "unknown dtype": HELLO | {"dtypes": ["float128"]},
    "unknown encoding": HELLO | {"arrays": "hex"},
    "unknown profile": HELLO | {"profile": "mine"},
    "unknown accuracy": HELLO | {"accuracy": "good"},
    "recall as text": HELLO | {"recall": "yes"},
    "unknown operation called": RELU | {"operation": "gelu"},
    "arguments of another operation": RELU | {"operation": "softmax"},
    "unknown argument": with_arguments(RELU, y=FLOATS),
    "missing argument": CONV | {"arguments": {"image": BYTES}},
    "stride as text": with_arguments(CONV, stride="2"),
    "no stride for conv2d": with_arguments(CONV, stride=None),
    "size with a fraction": with_arguments(POOL, size=1.5),
    "padding as a number": with_arguments(CONV, padding=1),
    "bare list for an array": with_arguments(RELU, x=[1.0]),
    "array without dtype": RESULT | {"value": without(FLOATS, "dtype")},
    "array without shape": RESULT | {"value": without(FLOATS, "shape")},
    "array without data": RESULT | {"value": without(FLOATS, "data")},
    "array of strings": with_array(dtype="str"),
    "size below 0": with_array(shape=[-1]),
    "shape as a number": with_array(shape=2),
    "nested data": with_array(data=[[1.0, 2.0]]),
    "nan in small letters": with_array(data=[1.0, "nan"]),
    "null among the numbers": with_array(data=[1.0, None]),
    "fraction among integers": with_array(dtype="int8", data=[1, 1.5]),
    "NaN among integers": with_array(dtype="int8", data=[1, "NaN"]),
    "base64 of a length that no bytes have": with_array(data="AAAAA"),
    "base64 with other characters": with_array(data="AAA*"),
    "base64 with spaces": with_array(data="AAAA AAAA"),
    "two of a network's three": RESULT | {"value": [BYTES, 0.25]},
    "recall of something else": RECALL | {"what": "weights"},
    "recalled nothing": {"type": "recalled", "id": 1},
    "recalled both": RECALLED | {"value": FLOATS},
    "recalled option": {"type": "recalled", "id": 1, "arguments": {"x": FLOATS, "stride": 2}},
}


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong(message: object) -> None:
    kind = message.get("type") if isinstance(message, dict) else None
    if kind != "hello":  # without its other keys, a program's hello would be cnnspec's
        assert problems(message, "from_cnnspec")
    assert problems(message, "from_program")


@pytest.mark.parametrize(
    ("message", "part", "key"),
    [
        (message, part, key)
        for part, messages in {
            "from_cnnspec": [{"type": "hello", "protocol": 1}, RELU, RECALL],
            "from_program": [HELLO, RESULT, ERROR, NOT_OFFERED, RECALLED],
        }.items()
        for message in messages
        for key in message
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else value,
)
def test_every_key_is_needed(message: Json, part: str, key: str) -> None:
    assert problems(message, part) == []
    assert problems(without(message, key), part)


@pytest.mark.parametrize("message", [RELU, CONV, {"type": "stop"}], ids=["relu", "conv2d", "stop"])
def test_programs_do_not_ask(message: Json) -> None:
    assert problems(message, "from_program")


@pytest.mark.parametrize("message", [HELLO, RESULT, RECALLED], ids=lambda message: message["type"])
def test_cnnspec_does_not_answer(message: Json) -> None:
    assert problems(message, "from_cnnspec")


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
