"""A program that speaks PROTOCOL.md and computes what a known mistake does.

``python -m cnnspec.kills.dressed_program FAULT``, or the name of an operation, in which then all
is right.
"""

import contextlib
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import numpy as np

from cnnspec.declaration.article_forms import Offer
from cnnspec.faults import FAULTS
from cnnspec.faults.composition import functions_with
from cnnspec.faults.manners import RIGHT
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.subject.boundary import offer
from cnnspec.subject.processes.array_messages import decode_array, encode_array
from cnnspec.subject.processes.handshake import DTYPES, PROTOCOL
from cnnspec.subject.refusals import is_refusal

Json = dict[str, Any]

#: Results that are kept to be recalled: PROTOCOL.md, section 4.
_KEPT = 200


class Program:
    """Answers the messages of the protocol by calling functions, which it is offered by name."""

    def __init__(self, offers: Mapping[str, Offer]) -> None:
        self._offers = offers
        self._results: dict[int, Any] = {}
        self._latest: tuple[int, Json] = (0, {})

    def answer(self, message: Json) -> Json:
        """Return the answer to a message; an accident is raised, and ends the program."""
        if message["type"] == "hello":
            return self._hello()
        identity: int = message["id"]
        if message["type"] == "recall":
            return {"id": identity, **self._recalled(identity, message["what"])}
        given = {name: _read(value) for name, value in message["arguments"].items()}
        try:
            result = self._call(message["operation"], given)
        except Exception as error:
            if is_refusal(error):
                return {"id": identity, "type": "error", "message": str(error)}
            raise
        self._keep(identity, given, result)
        return {"id": identity, "type": "result", "value": _written(result)}

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "protocol": PROTOCOL,
            "name": "a program",
            "operations": {name: sorted(one.keywords) for name, one in self._offers.items()},
            "dtypes": [*DTYPES],
            "arrays": "base64",
            "recall": True,
        }

    def _call(self, operation: str, given: Mapping[str, Any]) -> Any:
        function, required = self._offers[operation].function, OPERATIONS[operation].required
        assert function is not None
        options = {name: value for name, value in given.items() if name not in required}
        return function(*(given[name] for name in required), **options)

    def _keep(self, identity: int, given: Json, result: Any) -> None:
        self._latest = identity, given
        self._results[identity] = result
        if len(self._results) > _KEPT:
            del self._results[next(iter(self._results))]

    def _recalled(self, identity: int, what: str) -> Json:
        """Return the arguments of the latest call, or a result, as they are in memory now."""
        latest, given = self._latest
        if what == "arguments" and identity == latest:
            arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
            held = {name: _written(array) for name, array in arrays.items()}
            return {"type": "recalled", "arguments": held}
        if what == "result" and identity in self._results:
            return {"type": "recalled", "value": _written(self._results[identity])}
        return {"type": "error", "message": "it is no longer there"}


def _read(value: Any) -> Any:
    """Return an argument, an array as one that may be written into."""
    return np.array(decode_array(value)) if isinstance(value, dict) else value


def _written(result: Any) -> Any:
    if isinstance(result, tuple | list):
        return [_written(part) for part in result]
    return encode_array(np.asarray(result), in_base64=True)


def program(name: str) -> Program:
    """Return the program that makes a mistake, or in which the operation of a name is right."""
    known = FAULTS.get(name)
    operation = known.operation if known else name
    function = known.make() if known else RIGHT[name]
    functions = {**RIGHT, **functions_with(operation, function)}
    offered = (operation,) if OPERATIONS[operation].is_network else LAYERS
    return Program({one: offer(one, functions[one]) for one in offered})


def talk(answering: Program, said: Iterable[str], out: TextIO) -> None:
    """Answer one line after the other until the end; what functions print is none of it."""
    for line in said:
        message = json.loads(line)
        if message["type"] == "stop":
            break
        with contextlib.redirect_stdout(sys.stderr):
            answer = answering.answer(message)
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    talk(program(sys.argv[1]), sys.stdin, sys.stdout)
