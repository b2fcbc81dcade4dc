"""Holds the conversation that ends PROTOCOL.md with the JavaScript port, and writes it there."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "PROTOCOL.md"
PORT = ("node", str(ROOT / "examples" / "javascript" / "main.js"))

HEADING = "## A complete conversation\n"

Json = dict[str, Any]


def array(dtype: str, shape: list[int], data: Sequence[float | str]) -> Json:
    """Return an array as the protocol writes it in numbers."""
    return {"dtype": dtype, "shape": shape, "data": data}


def call(identity: int, operation: str, **arguments: Any) -> Json:
    """Return the message that asks for a call."""
    return {"type": "call", "id": identity, "operation": operation, "arguments": arguments}


def messages() -> list[Json]:
    """Return what cnnspec says in the conversation, from the first message to the last."""
    fixture = json.loads((ROOT / "fixtures" / "conv2d.json").read_text("utf-8"))["cases"][0]
    image, filters = (fixture["arguments"][name] for name in ("image", "filters"))
    pixels = [float(pixel) for row in image for pixel in row]
    weights = [float(weight) for one in filters for row in one for weight in row]
    return [
        {"type": "hello", "protocol": 1},
        call(
            1,
            "conv2d",
            image=array("float64", [4, 4], pixels),
            filters=array("float64", [1, 3, 3], weights),
        ),
        call(
            2, "relu", x=array("float32", [5], [-0.0, 0.10000000149011612, -1.5, "NaN", "Infinity"])
        ),
        {"type": "recall", "what": "arguments", "id": 2},
        {"type": "recall", "what": "result", "id": 1},
        call(
            3,
            "conv2d",
            image=array("float64", [1, 1, 3], [1.0, 2.0, 3.0]),
            filters=array("float64", [1, 1, 1, 2], [1.0, 1.0]),
            stride=2,
        ),
        call(4, "relu", x=array("int64", [1], [2**53 + 1])),
        call(5, "cross_entropy", probabilities=array("float64", [2], [0.25, 0.75]), label=0),
        {"type": "stop"},
    ]


def conversation() -> list[str]:
    """Return the lines of the conversation, `>` before cnnspec's and `<` before the port's."""
    asked = [json.dumps(message) for message in messages()]
    answered = subprocess.run(  # noqa: S603 - our own command
        PORT,
        input="".join(f"{line}\n" for line in asked),
        text=True,
        capture_output=True,
        check=True,
    ).stdout.splitlines()
    lines = []
    for question, answer in zip(asked, [*answered, None], strict=True):  # nothing answers the stop
        lines.append(f"> {question}")
        if answer is not None:
            lines.append(f"< {answer}")
    return lines


def with_conversation(text: str) -> str:
    """Return the text of PROTOCOL.md with the conversation as it is held now."""
    before, heading, after = text.partition(HEADING)
    introduction = after.partition("```")[0]
    return "".join(
        [before, heading, introduction, "```\n", *(f"{c}\n" for c in conversation()), "```\n"]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("usage: python examples/conversation.py (writes into PROTOCOL.md)")
    PROTOCOL.write_text(with_conversation(PROTOCOL.read_text("utf-8")), "utf-8")
