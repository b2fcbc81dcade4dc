"""Messages between processes: JSON objects that may hold arrays.

What comes from the other side is data: nothing is unpickled, nothing is executed.
"""

import json
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

    def encode(self, message: Json) -> bytes:
        """Return the bytes of a message."""
        parts: list[bytes] = []
        at = 0

        def name(value: Any) -> Any:
            nonlocal at
            if not isinstance(value, ndarray | generic):
                raise TypeError(f"a message cannot hold {type(value).__name__}")
            plain = asarray(value)
            parts.append(plain.tobytes())
            entry = {"@": at, "dtype": plain.dtype.str, "shape": plain.shape}
            at += plain.nbytes
            return entry | ({"number": True} if isinstance(value, generic) else {})

        header = json.dumps(_with_tuples(message), default=name).encode()
        return b"".join([_LENGTHS.pack(len(header), at), header, *parts])

    def take(self, received: bytearray) -> Json | None:
        """Take the first message away from the bytes."""
        if len(received) < _LENGTHS.size:
            return None
        header_size, payload_size = _LENGTHS.unpack_from(received)
        if header_size + payload_size > LARGEST_MESSAGE:
            raise Garbled("something else than messages")
        start = _LENGTHS.size + header_size
        end = start + payload_size
        if len(received) < end:
            return None
        header, payload = bytes(received[_LENGTHS.size : start]), bytes(received[start:end])
        del received[:end]

        def restore(entry: Json) -> Any:
            if _TUPLE in entry:
                return tuple(entry[_TUPLE])
            return _restored(entry, payload) if "@" in entry else entry

        try:
            message = json.loads(header, object_hook=restore)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Garbled("something else than messages") from error
        return as_message(message)


#: The key under which a message holds the elements of a tuple, which JSON does not know.
_TUPLE = "()"


def _with_tuples(value: Any) -> Any:
    """Return a message in which tuples are told from lists."""
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
    shape = tuple(int(size) for size in entry["shape"])
    found = frombuffer(payload, entry["dtype"], math.prod(shape), int(entry["@"]))
    restored = array(found.reshape(shape))
    return restored[()] if entry.get("number") else restored
