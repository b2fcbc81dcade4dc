"""Messages between processes: JSON objects that may hold arrays.

What comes from an implementation's side is data: nothing is unpickled, nothing is executed.
"""

import json
import marshal
import math
import re
import struct
from typing import Any, Protocol

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import array, asarray, frombuffer, generic, ndarray

Json = dict[str, Any]

#: Bytes that a message may have.
LARGEST_MESSAGE = 2**30

#: Bytes that are read at once: a pipe holds as many, unless it was made larger.
READ_AT_ONCE = 2**16

#: Dtypes that may come in: numbers of a fixed size, with their byte order.
_DTYPE = re.compile(r"[<>|][fiub](1|2|4|8)")

_LENGTHS = struct.Struct(">IQ")


class Garbled(Exception):  # noqa: N818 - a signal from a channel to its reader
    """What the other side sent is not a message; the text says what is wrong with it."""


class Codec(Protocol):
    """How messages are written as bytes."""

    def encode(self, message: Json) -> bytes:
        """Return the bytes of a message."""
        ...

    def take(self, received: bytearray) -> Json | None:
        """Take the first message away from the bytes; ``None`` if it is not there as a whole.

        Raises
        ------
        Garbled
            If the bytes are no message.
        """
        ...


class Frames:
    """A frame is two lengths, a JSON object, and the bytes of the arrays that it names.

    For processes that both run this code: arrays and NumPy's numbers arrive as they were, but for
    their layout in memory.
    """

    def __init__(self) -> None:
        self._encoder = json.JSONEncoder(default=self._named)
        self._decoder = json.JSONDecoder(object_hook=self._restored)
        self._parts: list[bytes] = []
        self._payload = b""

    def encode(self, message: Json) -> bytes:
        """Return the bytes of a message."""
        self._parts = []  # those of a message that could not be written
        header = self._encoder.encode(_with_tuples(message)).encode()
        payload, self._parts = b"".join(self._parts), []
        return b"".join([_LENGTHS.pack(len(header), len(payload)), header, payload])

    def _named(self, value: Any) -> Any:
        """Return what stands for an array in the header, and keep its bytes."""
        if not isinstance(value, ndarray | generic):
            raise TypeError(f"a message cannot hold {type(value).__name__}")
        plain = asarray(value)
        at = sum(map(len, self._parts))
        self._parts.append(plain.tobytes())
        entry = {"@": at, "dtype": plain.dtype.str, "shape": plain.shape}
        return entry | ({"number": True} if isinstance(value, generic) else {})

    def take(self, received: bytearray) -> Json | None:
        """Take the first message away from the bytes."""
        if (frame := _frame(received)) is None:
            return None
        header, self._payload = frame
        try:
            message = self._decoder.decode(header.decode())
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Garbled("something else than messages") from error
        finally:
            self._payload = b""
        return as_message(message)

    def _restored(self, entry: Json) -> Any:
        """Return what an object of the header stands for."""
        if _TUPLE in entry:
            return tuple(entry[_TUPLE])
        return _restored(entry, self._payload) if "@" in entry else entry


class ToOwnCode(Frames):
    """The suite's end of a line to a process that runs its code: what it sends is read faster."""

    def encode(self, message: Json) -> bytes:
        """Return the bytes of a message."""
        header = marshal.dumps(_folded(message))
        return b"".join([_LENGTHS.pack(len(header), 0), header])


class FromSuite(Frames):
    """The other end: the suite is believed, so that what it sends may crash who reads it."""

    def take(self, received: bytearray) -> Json | None:
        """Take the first message away from the bytes."""
        if (frame := _frame(received)) is None:
            return None
        return as_message(_unfolded(marshal.loads(frame[0])))  # noqa: S302 - the suite sent it


def _frame(received: bytearray) -> tuple[bytes, bytes] | None:
    """Take the header and the payload of the first frame away; ``None`` if it is not all there."""
    if len(received) < _LENGTHS.size:
        return None
    header_size, payload_size = _LENGTHS.unpack_from(received)
    if header_size + payload_size > LARGEST_MESSAGE:
        raise Garbled("something else than messages")
    start = _LENGTHS.size + header_size
    end = start + payload_size
    if len(received) < end:
        return None
    frame = bytes(received[_LENGTHS.size : start]), bytes(received[start:end])
    del received[:end]
    return frame


def _folded(value: Any) -> Any:
    """Return a message in which tuples of plain objects stand for arrays."""
    kind = type(value)
    if kind is ndarray or isinstance(value, generic):
        plain = asarray(value)
        return (..., plain.dtype.str, plain.shape, plain.tobytes(), kind is not ndarray)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {key: _folded(one) for key, one in value.items()}
    if kind is list or kind is tuple:
        return kind([_folded(one) for one in value])
    raise TypeError(f"a message cannot hold {kind.__name__}")


def _unfolded(value: Any) -> Any:
    """Return a message with its arrays."""
    kind = type(value)
    if kind is dict:
        return {key: _unfolded(one) for key, one in value.items()}
    if kind is tuple and value and value[0] is ...:
        _, dtype, shape, data, is_number = value
        found = array(frombuffer(data, dtype).reshape(shape))
        return found[()] if is_number else found
    if kind is list or kind is tuple:
        return kind([_unfolded(one) for one in value])
    return value


#: What holds nothing else.
_PLAIN = frozenset({ndarray, str, int, float, bool, type(None)})

#: The key under which a message holds the elements of a tuple, which JSON does not know.
_TUPLE = "()"


def _with_tuples(value: Any) -> Any:
    """Return a message in which tuples are told from lists."""
    if type(value) in _PLAIN:  # as most are, and this is the shorter way
        return value
    if isinstance(value, dict):
        return {key: _with_tuples(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return {_TUPLE: [_with_tuples(one) for one in value]}
    return [_with_tuples(one) for one in value] if isinstance(value, list) else value


def as_message(decoded: Any) -> Json:
    """Return a decoded JSON value, which must be an object."""
    if not isinstance(decoded, dict):
        raise Garbled("JSON that is not an object")
    return decoded


def _restored(entry: Json, payload: bytes) -> Any:
    if not _DTYPE.fullmatch(entry["dtype"]):
        raise ValueError(entry["dtype"])
    shape = tuple(map(int, entry["shape"]))
    found = frombuffer(payload, entry["dtype"], math.prod(shape), int(entry["@"]))
    restored = array(found.reshape(shape))
    return restored[()] if entry.get("number") else restored
