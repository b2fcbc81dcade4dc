"""What can come of a call, and reading what was returned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Result:
    """The call returned.

    Attributes
    ----------
    values : tuple of arrays
        Plain copies of what was returned; one array, but for a network's three. Empty if
        ``problem`` says why they cannot be read.
    problem : str
        What is wrong with the returned object, or "".
    changed : dict of arrays
        What the arguments that the call changed hold now, by name.
    returned
        What was returned, itself.
    """

    values: tuple[Array, ...]
    problem: str
    changed: Mapping[str, Array]
    returned: Any = field(repr=False, compare=False)

    @property
    def value(self) -> Array:
        """The one array that was returned."""
        return self.values[0]

    def now(self) -> Array:
        """Return a copy of what the first returned object holds by now."""
        return read(self.returned)[0][0]


@dataclass(frozen=True)
class Rejected:
    """The call raised an exception.

    ``is_clean`` says whether it is what a library raises for bad input: a ``ValueError``, a
    ``TypeError`` or an ``IndexError``.
    """

    exception: str
    message: str
    is_clean: bool


@dataclass(frozen=True)
class NotOffered:
    """The implementation does not offer this call."""

    reason: str


@dataclass(frozen=True)
class TimedOut:
    """The call did not return in time, or was not made because earlier ones had not."""

    reason: str


Outcome = Result | Rejected | NotOffered | TimedOut


def read(returned: Any) -> tuple[tuple[Array, ...], str]:
    """Return plain copies of the returned arrays, and what is wrong with them if they have none."""
    if returned is None:
        return (), "returned None (a function without `return` does)"
    parts = returned if isinstance(returned, NetworkResult) else (returned,)
    values = []
    for part in parts:
        try:
            plain = part.detach() if hasattr(part, "detach") else part  # a tensor with gradients
            array = np.array(np.asarray(plain), subok=False)
        except Exception as error:  # noqa: BLE001 - reading runs the implementation's own code
            return (), f"returned {_kind(part)}, which cannot be read as an array: {error}"
        if array.dtype.kind not in "fiub":
            kind = f"{_kind(part)}, whose elements are not real numbers ({array.dtype})"
            return (), f"returned {kind}"
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        values.append(array)
    return tuple(values), ""


class NetworkResult(tuple[Any, ...]):
    """What a network returned: probabilities, loss and accuracy."""

    __slots__ = ()


def _kind(value: Any) -> str:
    return f"an object of type {type(value).__name__}"
