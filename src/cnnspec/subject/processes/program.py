"""Programs in any language, judged through the line protocol of PROTOCOL.md."""

import base64
import binascii
import itertools
import json
import math
import re
import shlex
import shutil
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.operations.signatures import LAYERS, OPERATIONS
from cnnspec.subject.boundary import Implementation, Offer
from cnnspec.subject.caller import TAKES_NO, Arguments, Manner, describe, late, same
from cnnspec.subject.loading import ACCURACIES, PROFILES, LoadError, limit_in_words, loading_limit
from cnnspec.subject.outcomes import (
    LARGEST,
    Array,
    Died,
    Gone,
    NotOffered,
    Outcome,
    Rejected,
    Result,
    TimedOut,
)
from cnnspec.subject.processes.channel import LARGEST_MESSAGE, Garbled, Json, as_message
from cnnspec.subject.processes.isolation import Host
from cnnspec.subject.processes.process import POSSIBLE, Child, Dead, Late, Limits
from cnnspec.subject.processes.program_snippet import recipe

PROTOCOL = 1

#: How the name of a program begins.
PROGRAM = "cmd:"

#: What a program may offer.
_OFFERABLE = (*LAYERS, "network")

_DTYPES = (
    *("float16", "float32", "float64", "bool"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)

#: Numbers that JSON cannot write.
_UNWRITABLE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

#: A line that is shown because it is no message, up to here.
_SHOWN = 80


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
            text = repr(line[:_SHOWN].decode("utf-8", "replace"))
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


@dataclass(frozen=True)
class Handshake:
    """What a program said of itself: see PROTOCOL.md, section 1."""

    name: str
    operations: dict[str, frozenset[str]]
    dtypes: frozenset[str]
    in_base64: bool
    profile: str | None
    accuracy: str
    recalls: bool


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
        heard.append(_shake_hands(child, command, loading_limit(limits.seconds)))
        return child

    heard: list[Handshake] = []
    host = Host(start, stop={"type": "stop"})
    host.begin()
    said = heard[0]
    offers = {
        name: Offer(None, given, recipe=recipe(name)) for name, given in said.operations.items()
    }
    if {"dense", "softmax"} <= offers.keys():
        offers["softmax_layer"] = Offer(None, recipe=recipe("softmax_layer"))
    return Implementation(
        name=said.name,
        source=f"{PROGRAM}{command}",
        form="program",
        offers=offers,
        accuracy=said.accuracy,
        profile=said.profile,
        time_limit=limits.seconds,
        dtypes=said.dtypes,
        shares_memory=False,
        remote=ProgramCaller(host, said),
        close=host.close,
    )


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


# --- the handshake -----------------------------------------------------------------------------


def _shake_hands(child: Child, command: str, seconds: float) -> Handshake:
    try:
        answer = child.ask({"type": "hello", "protocol": PROTOCOL}, seconds)
        return _handshake(answer)
    except Late:
        problem = f"it did not answer within {limit_in_words(seconds)}"
    except Dead as death:
        problem = f"it {death}"
    except Garbled as error:
        problem = str(error)
    child.kill()
    raise LoadError(f"the handshake with cmd:{command} failed: {problem} (see PROTOCOL.md)")


def _handshake(answer: Json) -> Handshake:
    if answer.get("type") != "hello":
        raise Garbled(f'expected a message of the type "hello", got {answer.get("type")!r}')
    if answer.get("protocol") != PROTOCOL:
        raise Garbled(f"it speaks protocol {answer.get('protocol')!r}, not {PROTOCOL}")
    operations, dtypes = answer.get("operations"), answer.get("dtypes")
    if not isinstance(operations, dict):
        raise Garbled(f"operations must be an object, got {operations!r}")
    if not isinstance(dtypes, list) or not dtypes or not set(dtypes) <= set(_DTYPES):
        raise Garbled(f"dtypes must be a list of some of {', '.join(_DTYPES)}, got {dtypes!r}")
    return Handshake(
        name=_choice(answer, "name", None),
        operations={name: _keywords(name, given) for name, given in operations.items()},
        dtypes=frozenset(dtypes),
        in_base64=_choice(answer, "arrays", ("base64", "numbers")) == "base64",
        profile=_choice(answer, "profile", PROFILES) if answer.get("profile") else None,
        accuracy=_choice({"accuracy": ACCURACIES[0], **answer}, "accuracy", ACCURACIES),
        recalls=answer.get("recall") is True,
    )


def _choice(answer: Json, key: str, choices: tuple[str, ...] | None) -> str:
    value = answer.get(key)
    if not isinstance(value, str) or (choices and value not in choices):
        wanted = f"one of {', '.join(choices)}" if choices else "a text"
        raise Garbled(f"{key} must be {wanted}, got {value!r}")
    return value


def _keywords(operation: str, given: Any) -> frozenset[str]:
    if operation not in _OFFERABLE:
        known = ", ".join(_OFFERABLE)
        raise Garbled(f"there is no operation {operation!r}; there are {known}")
    optional = OPERATIONS[operation].optional
    if not isinstance(given, list) or not set(map(str, given)) <= set(optional):
        raise Garbled(f"{operation} takes the optional arguments {list(optional)}, got {given!r}")
    return frozenset(given)


# --- arrays ------------------------------------------------------------------------------------


def encode_array(array: Array, *, in_base64: bool) -> Json:
    """Return an array as the protocol writes it: see PROTOCOL.md, section 2."""
    flat = np.ascontiguousarray(array).reshape(-1)
    data: Any
    if in_base64:
        little = flat.astype(flat.dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode()
    elif flat.dtype.kind == "f":
        data = [_number(value) for value in flat.astype(np.float64).tolist()]
    else:
        data = [int(value) for value in flat.tolist()]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data}


def _number(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def decode_array(value: Any) -> Array:
    """Return the array that a program sent; a plain number is one too.

    Raises
    ------
    Garbled
        If it is none; the message says what is wrong with it.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return np.array(float(value))
    if isinstance(value, str) and value in _UNWRITABLE:
        return np.array(_UNWRITABLE[value])
    if not isinstance(value, dict):
        raise Garbled(f"an array must be an object, got {str(value)[:_SHOWN]!r}")
    name, shape, data = (value.get(key) for key in ("dtype", "shape", "data"))
    if name not in _DTYPES:
        raise Garbled(f"there is no dtype {name!r}")
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise Garbled(f"a shape must be a list of sizes, got {shape!r}")
    dtype, size = np.dtype(name), math.prod(shape)
    if size * dtype.itemsize > LARGEST:
        raise Garbled(f"an array of the shape {tuple(shape)} is too large to be read")
    flat = _from_base64(data, dtype) if isinstance(data, str) else _from_numbers(data, dtype)
    if flat.size != size:
        raise Garbled(f"the shape {shape} has {size} elements, data has {flat.size}")
    return flat.reshape(shape)


def _from_base64(data: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    try:
        raw = base64.b64decode(data, validate=True)
        return np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype)
    except (binascii.Error, ValueError) as error:
        raise Garbled(f"data is not the base64 of {dtype.name} numbers: {error}") from error


def _from_numbers(data: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    if not isinstance(data, list):
        raise Garbled("data must be base64 or a flat list of numbers")
    numbers = [_UNWRITABLE.get(n, n) if isinstance(n, str) else n for n in data]
    if strange := next((n for n in numbers if isinstance(n, str)), None):
        known = ", ".join(f'"{name}"' for name in _UNWRITABLE)
        raise Garbled(f"data holds the string {strange[:_SHOWN]!r}, which is none of {known}")
    if not all(isinstance(n, int | float) for n in numbers):
        raise Garbled("data must be a flat list of numbers")
    if dtype.kind in "iu" and not all(_fits(n, np.iinfo(dtype)) for n in numbers):
        raise Garbled(f"data does not fit {dtype.name}")  # NumPy 1 would wrap
    try:
        with np.errstate(over="ignore"):
            return np.array(numbers, dtype)
    except (OverflowError, ValueError) as error:
        raise Garbled(f"data does not fit {dtype.name}: {error}") from error


def _fits(number: Any, limits: "np.iinfo[Any]") -> bool:
    return math.isfinite(number) and limits.min <= number <= limits.max


# --- calls -------------------------------------------------------------------------------------


def _parts(value: Any) -> list[Any]:
    """Return the arrays of a result: three of a network's, one of all others."""
    return value if isinstance(value, list) and value else [value]


class ProgramCaller:
    """Has calls made by a program."""

    _numbers = itertools.count(1)

    def __init__(self, host: Host, said: Handshake) -> None:
        self._host = host
        self._said = said

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `cnnspec.subject.caller.Caller`.

        In the protocol arrays have no layout, arguments no position, and no call gets the memory
        of another.
        """
        if manner != Manner():
            return NotOffered("the protocol has no memory layouts, positions or shared arrays")
        if operation == "softmax_layer":
            return self._dense_then_softmax(arguments, seconds)
        if refused := self._dtypes_beyond(arguments):
            return NotOffered(f"{TAKES_NO}{refused}")
        return self._ask(operation, arguments, seconds)

    def _dtypes_beyond(self, arguments: Arguments) -> str:
        """Return the dtypes of arguments that the program does not take."""
        used = {value.dtype.name for value in arguments.values() if isinstance(value, np.ndarray)}
        return ", ".join(sorted(used - self._said.dtypes))

    def _ask(self, operation: str, arguments: Arguments, seconds: float) -> Outcome:
        identity = next(self._numbers)
        message = {
            "type": "call",
            "id": identity,
            "operation": operation,
            "arguments": {name: self._encoded(value) for name, value in arguments.items()},
        }
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
                return Rejected("an error", text, is_clean=True)
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
        parts = _parts(value) if operation == "network" else [value]
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

    def _dense_then_softmax(self, arguments: Arguments, seconds: float) -> Outcome:
        outcome = self.call("dense", arguments, Manner(), seconds=seconds)
        if not isinstance(outcome, Result) or outcome.problem:
            return outcome
        logits = outcome.value
        outcome = self.call("softmax", {"logits": logits}, Manner(), seconds=seconds)
        if isinstance(outcome, Rejected | NotOffered) and logits.ndim == 1:  # rows only
            rows = self.call("softmax", {"logits": logits[np.newaxis]}, Manner(), seconds=seconds)
            if isinstance(rows, Result) and not rows.problem and len(rows.value) == 1:
                return replace(rows, values=(rows.value[0],))
        return outcome
