"""Arrays in the messages of programs: as base64, or as numbers."""

import base64
import binascii
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.subject.outcomes import (
    LARGEST,
    Array,
)
from cnnspec.subject.processes.channel import Garbled, Json
from cnnspec.subject.processes.handshake import DTYPES

#: Numbers that JSON cannot write.
_UNWRITABLE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


#: A line that is shown because it is no message, up to here.
SHOWN = 80


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
        raise Garbled(f"an array must be an object, got {str(value)[:SHOWN]!r}")
    name, shape, data = (value.get(key) for key in ("dtype", "shape", "data"))
    if name not in DTYPES:
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
        raise Garbled(f"data holds the string {strange[:SHOWN]!r}, which is none of {known}")
    if None in numbers:
        raise Garbled('data holds null: what JSON cannot write is "NaN", "Infinity" or "-Infinity"')
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
