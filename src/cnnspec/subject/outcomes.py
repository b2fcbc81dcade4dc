"""What can come of a call, and reading what was returned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import Any

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import array, asarray, generic, ndarray
from numpy.typing import NDArray

from cnnspec.texts import legible

Array = NDArray[Any]

#: Bytes that a result may take; what is larger cannot be meant.
LARGEST = 2**28


class Gone(Exception):  # noqa: N818 - a signal, as it is no fault of whoever asks
    """An earlier result can no longer be looked at: the process that held it has ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(legible(reason))


#: What a caller writes into a result: a number of every dtype, and hardly ever an answer.
OVERWRITING = 93


def _nothing_to_see() -> None:
    return None


@dataclass(frozen=True)
class Looks:
    """What kind of object was returned.

    Attributes
    ----------
    kind : str
        "array", "read-only array", "number", "sequence" or "foreign"; "" if it cannot be known.
    order : str
        "C", "F" or "neither": how an array lies in memory; "" for other objects.
    """

    kind: str = ""
    order: str = ""


class _Told:
    """An outcome. Its texts are an implementation's own words, which may hold anything."""

    def __post_init__(self) -> None:
        for name, value in vars(self).copy().items():
            if isinstance(value, str) and value:
                object.__setattr__(self, name, legible(value))


@dataclass(frozen=True)
class Result(_Told):
    """The call returned.

    Attributes
    ----------
    values : tuple of arrays
        Plain copies of what was returned; one array, but for a network's three. Empty if
        ``problem`` says why they cannot be read.
    problem : str
        What is wrong with the returned object, or "".
    looks : Looks
    see_changes : callable
        Returns what the arguments that the call changed hold now, by name, or ``None`` where
        that cannot be seen. Ask before the next call.
    see_again : callable or None
        Returns a copy of what the first returned object holds by now; ``None`` where that cannot
        be seen.
    ran : bool
        Whether the call ran the line that was to be watched (`cnnspec.subject.caller.Manner`).
    overwrite : callable or None
        Writes `OVERWRITING` into the first returned object, if it lets itself be written into;
        ``None`` where that cannot be done.
    """

    values: tuple[Array, ...]
    problem: str
    looks: Looks = field(default=Looks(), compare=False)
    see_changes: Callable[[], Mapping[str, Array] | None] = field(
        default=_nothing_to_see, repr=False, compare=False
    )
    see_again: Callable[[], Array] | None = field(default=None, repr=False, compare=False)
    overwrite: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    ran: bool = field(default=False, repr=False, compare=False)

    @property
    def value(self) -> Array:
        """The one array that was returned."""
        return self.values[0]


@dataclass(frozen=True)
class Rejected(_Told):
    """The call raised an exception.

    ``is_clean`` says whether it is what a library raises for bad input: a ``ValueError``, a
    ``TypeError`` or an ``IndexError``; ``is_said`` whether it was raised on purpose, and not by
    accident (`cnnspec.subject.refusals`). ``file`` and ``line`` are where, if that can be known.
    """

    exception: str
    message: str
    is_clean: bool
    is_said: bool = field(default=True, compare=False)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def place(self) -> str:
        """The file's name and the line, "" if they are not known."""
        name = self.file.replace("\\", "/").rpartition("/")[2]
        return f"{name}, line {self.line}" if name else ""


@dataclass(frozen=True)
class NotOffered(_Told):
    """The implementation does not offer this call."""

    reason: str


@dataclass(frozen=True)
class TimedOut(_Told):
    """The call did not return in time, or was not made because earlier ones were lost."""

    reason: str


@dataclass(frozen=True)
class Died(_Told):
    """The call ended the process that made it, or was not made because earlier ones had."""

    reason: str


Outcome = Result | Rejected | NotOffered | TimedOut | Died

#: What is said of a process that held too much memory.
OUT_OF_MEMORY = "GiB of memory"


def what_ran_out(outcome: Outcome) -> str:
    """Return why a call did not come to its end for want of time or memory, or ""."""
    match outcome:
        case TimedOut(reason):
            return reason
        case Died(reason) if OUT_OF_MEMORY in reason:
            return reason
        case Rejected(exception, message) if exception.endswith("MemoryError"):
            return f"{exception}: {message}"
    return ""


#: How it is said that nothing was returned.
NOTHING = "returned None"


def read(returned: Any) -> tuple[tuple[Array, ...], str]:
    """Return plain copies of the returned arrays, and what is wrong with them if they have none."""
    if returned is None:
        return (), f"{NOTHING} (a function without `return` does)"
    parts = returned if isinstance(returned, NetworkResult) else (returned,)
    values = []
    for part in parts:
        try:
            plain = part.detach() if hasattr(part, "detach") else part  # a tensor with gradients
            seen = asarray(plain)
            if seen.nbytes > LARGEST:
                return (), f"returned {_kind(part)} of the shape {seen.shape}: too large to be read"
            copied = _plain(array(seen, subok=False))
        except Exception as error:  # noqa: BLE001 - reading runs the implementation's own code
            return (), f"returned {_kind(part)}, which cannot be read as an array: {error}"
        if copied.dtype.kind not in "fiub":
            kind = f"{_kind(part)}, whose elements are not real numbers ({copied.dtype})"
            return (), f"returned {kind}"
        values.append(copied)
    return tuple(values), ""


def _plain(copied: Array) -> Array:
    """Return numbers in a dtype of this machine: fractions and decimals are numbers too."""
    if copied.dtype.kind == "O" and copied.size:
        if all(isinstance(element, Real | Decimal) for element in copied.flat):
            return copied.astype("float64")
    elif copied.dtype.kind == "f" and copied.dtype.itemsize > 8:
        return copied.astype("float64")
    elif copied.dtype.kind in "fiu" and not copied.dtype.isnative:
        return copied.astype(copied.dtype.newbyteorder("="))
    return copied


def looks_of(returned: Any) -> Looks:
    """Return what kind of object was returned."""
    kind = type(returned)
    if issubclass(kind, ndarray):
        flags = ndarray.view(returned, ndarray).flags
        order = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "neither"
        return Looks("array" if flags.writeable else "read-only array", order)
    if issubclass(kind, (list, tuple)):
        return Looks("sequence")
    return Looks("number" if issubclass(kind, (generic, int, float)) else "foreign")


class NetworkResult(tuple[Any, ...]):
    """What a network returned: probabilities, loss and accuracy."""

    __slots__ = ()


def _kind(value: Any) -> str:
    return f"an object of type {type(value).__name__}"
