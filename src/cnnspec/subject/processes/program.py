"""Programs in any language, judged through the line protocol of PROTOCOL.md."""

import itertools
import json
import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.operations.registry import COMPOSED, OPERATIONS
from cnnspec.subject.boundary import Implementation, Offer
from cnnspec.subject.caller import TAKES_NO, Arguments, Manner, describe, late, same
from cnnspec.subject.outcomes import (
    Array,
    Died,
    Gone,
    NotOffered,
    Outcome,
    Rejected,
    Result,
    TimedOut,
)
from cnnspec.subject.processes.array_messages import SHOWN, decode_array, encode_array
from cnnspec.subject.processes.channel import LARGEST_MESSAGE, Garbled, Json, as_message
from cnnspec.subject.processes.handshake import Handshake, shake_hands
from cnnspec.subject.processes.isolation import Host
from cnnspec.subject.processes.last_words import recognised
from cnnspec.subject.processes.process import POSSIBLE, Child, Dead, Late, Limits
from cnnspec.subject.processes.program_snippet import recipe
from cnnspec.subject.sources.importing import LoadError, loading_limit

#: How the name of a program begins.
PROGRAM = "cmd:"


class Lines:
    """One JSON object a line."""

    def encode(self, message: Json) -> bytes:
        """Return a message as a line."""
        return json.dumps(message, allow_nan=False).encode() + b"\n"

    def take(self, received: bytearray) -> Json | None:
        """Take the first line away from the bytes."""
        end = received.find(b"\n")
        if end < 0:
            if len(received) > LARGEST_MESSAGE:
                raise Garbled("a line without an end")
            return None
        line = bytes(received[:end])
        del received[: end + 1]
        try:
            return as_message(json.loads(line))
        except (ValueError, RecursionError, Garbled) as error:
            text = repr(line[:SHOWN].decode("utf-8", "replace"))
            raise Garbled(_problem(error, line, text)) from error


def _problem(error: Exception, line: bytes, shown: str) -> str:
    """Return what a line is that cannot be read."""
    match error:
        case Garbled():
            return f"a line that is not a JSON object: {shown}"
        case RecursionError():
            return f"a line that is nested too deeply: {shown}"
        case json.JSONDecodeError() | UnicodeDecodeError():
            return f"a line that is not a message: {shown} (diagnostics belong on standard error)"
    longest = max(map(len, re.findall(rb"\d+", line)), default=0)  # Python has a limit for them
    return f"a line with a number of {longest} digits: {shown}"


def load_program(command: str, limits: Limits) -> Implementation:
    """Start a program and return it as an implementation.

    Parameters
    ----------
    command : str
        The program and its arguments, split as a shell would.

    Raises
    ------
    LoadError
        If it cannot be started, or does not answer the handshake as PROTOCOL.md says.
    """
    words = _words(command)

    def start() -> Child:
        try:
            child = Child(words, Lines(), memory=limits.memory)
        except Dead as death:
            raise LoadError(f"{words[0]} {death}") from None
        heard.append(shake_hands(child, command, loading_limit(limits.seconds)))
        return child

    heard: list[Handshake] = []
    host = Host(start, stop={"type": "stop"})
    host.begin()
    said = heard[0]
    return Implementation(
        name=said.name,
        source=f"{PROGRAM}{command}",
        form="program",
        offers=_offers(said),
        accuracy=said.accuracy,
        profile=said.profile,
        time_limit=limits.seconds,
        dtypes=said.dtypes,
        shares_memory=False,
        remote=ProgramCaller(words, host, said),
        close=host.close,
        leave=host.leave,
    )


def _offers(said: Handshake) -> dict[str, Offer]:
    """Return what a program offers, and what is composed of that."""
    given = said.operations
    composed = {
        name: Offer(None, is_composed=True)
        for name, parts in COMPOSED.items()
        if given.keys() >= {*parts}
    }
    offers = {name: Offer(None, keywords) for name, keywords in given.items()} | composed
    return {name: replace(made, recipe=recipe(name)) for name, made in offers.items()}


def _words(command: str) -> list[str]:
    if not POSSIBLE:
        raise LoadError("programs can be judged on POSIX systems only")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise LoadError(f"cmd:{command} cannot be read as a command: {error}") from error
    if not words:
        raise LoadError("cmd: names no program; write cmd:PROGRAM ARGUMENTS")
    if shutil.which(words[0]) is None:
        raise LoadError(f"there is no program {words[0]!r} that can be run")
    return words


def _in_one_line(message: str) -> str:
    """Return what an error says; of a whole trace the line that tells."""
    is_long = len(message.splitlines()) > 1
    return (recognised(message) if is_long else "") or message


def _parts(value: Any) -> list[Any]:
    """Return the arrays of a result, which may be one."""
    return value if isinstance(value, list) and value else [value]


class ProgramCaller:
    """Has calls made by a program, which ``words`` start."""

    _numbers = itertools.count(1)

    def __init__(self, words: Sequence[str], host: Host, said: Handshake) -> None:
        self.words = tuple(words)
        self._host = host
        self._said = said

    @property
    def in_base64(self) -> bool:
        """Whether arrays are sent as base64."""
        return self._said.in_base64

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `cnnspec.subject.caller.Caller`.

        In the protocol arrays have no layout, arguments no position, and no call gets the memory
        of another.
        """
        if manner != Manner():
            return NotOffered("the protocol has no memory layouts, positions or shared arrays")
        if operation in COMPOSED:
            return self._one_after_another(COMPOSED[operation], arguments, seconds)
        if refused := self._dtypes_beyond(arguments):
            return NotOffered(f"{TAKES_NO}{refused}")
        return self._ask(operation, arguments, seconds)

    def _dtypes_beyond(self, arguments: Arguments) -> str:
        """Return the dtypes of arguments that the program does not take."""
        used = {value.dtype.name for value in arguments.values() if isinstance(value, np.ndarray)}
        return ", ".join(sorted(used - self._said.dtypes))

    def message(self, identity: int, operation: str, arguments: Arguments) -> Json:
        """Return the message that asks for a call."""
        return {
            "type": "call",
            "id": identity,
            "operation": operation,
            "arguments": {name: self._encoded(value) for name, value in arguments.items()},
        }

    def _ask(self, operation: str, arguments: Arguments, seconds: float) -> Outcome:
        identity = next(self._numbers)
        message = self.message(identity, operation, arguments)
        what = f"{operation}({describe(arguments)})"
        try:
            answer = self._host.ask(message, seconds)
        except Late:
            return TimedOut(late(operation, arguments, seconds))
        except Dead as death:
            return Died(f"{what} {death}")
        if answer.get("id") != identity:
            self._host.close()
            before = ", which was answered before" if answer.get("id") == identity - 1 else ""
            given = f"the answer is to call {answer.get('id')!r}{before}"
            return Died(f"{what} is call {identity}; {given}")
        return self._outcome(operation, arguments, answer, seconds)

    def _outcome(
        self, operation: str, arguments: Arguments, answer: Json, seconds: float
    ) -> Outcome:
        text = str(answer.get("message", ""))
        match answer.get("type"):
            case "error":
                return Rejected("an error", _in_one_line(text), is_clean=True)
            case "not offered":
                return NotOffered(text or f"{operation} is not offered")
            case "result":
                return self._result(operation, arguments, answer, seconds)
        self._host.close()
        return Died(f"{operation} was answered by a message of the type {answer.get('type')!r}")

    def _encoded(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return encode_array(value, in_base64=self._said.in_base64)
        return value.item() if isinstance(value, np.generic) else value

    def _result(self, operation: str, arguments: Arguments, answer: Json, seconds: float) -> Result:
        value, identity = answer.get("value"), answer["id"]
        parts = _parts(value) if OPERATIONS[operation].results > 1 else [value]
        try:
            values, problem = tuple(decode_array(part) for part in parts), ""
        except Garbled as error:
            values, problem = (), f"returned what is no array: {error}"
        if not self._said.recalls:
            return Result(values, problem)
        generation = self._host.generation

        def see_changes() -> dict[str, Array]:
            held = self._recalled("arguments", identity, generation, seconds)
            return {n: held[n] for n in held.keys() & arguments if not same(arguments[n], held[n])}

        def see_again() -> Array:
            return self._recalled("result", identity, generation, seconds)["value"]

        return Result(values, problem, see_changes=see_changes, see_again=see_again)

    def _recalled(
        self, what: str, identity: int, generation: int, seconds: float
    ) -> dict[str, Array]:
        """Return arrays as they are in the program's memory now: see PROTOCOL.md, section 4."""
        if generation != self._host.generation:
            raise Gone("the process that held it has ended")
        try:
            answer = self._host.ask({"type": "recall", "what": what, "id": identity}, seconds)
            if (answer.get("type"), answer.get("id")) != ("recalled", identity):
                raise Gone(f"the program does not recall it: {answer.get('message', '')}")
            if what == "result":
                return {"value": decode_array(_parts(answer.get("value"))[0])}
            held = as_message(answer.get("arguments"))
            return {n: decode_array(array) for n, array in held.items() if isinstance(array, dict)}
        except (Late, Dead, Garbled) as lost:
            raise Gone(f"the program does not recall it: {lost}") from lost

    def _one_after_another(
        self, operations: Sequence[str], arguments: Arguments, seconds: float
    ) -> Outcome:
        first, *others = operations
        outcome = self.call(first, arguments, Manner(), seconds=seconds)
        for operation in others:
            if not isinstance(outcome, Result) or outcome.problem:
                return outcome
            outcome = self._of_rows(operation, outcome.value, seconds)
        return outcome

    def _of_rows(self, operation: str, data: Array, seconds: float) -> Outcome:
        """Call an operation on data, as one row if it takes rows only."""
        name = OPERATIONS[operation].data
        outcome = self.call(operation, {name: data}, Manner(), seconds=seconds)
        if isinstance(outcome, Rejected | NotOffered) and data.ndim == 1:
            rows = self.call(operation, {name: data[np.newaxis]}, Manner(), seconds=seconds)
            if isinstance(rows, Result) and not rows.problem and len(rows.value) == 1:
                return replace(rows, values=(rows.value[0],))
        return outcome
