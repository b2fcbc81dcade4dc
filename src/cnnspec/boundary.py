"""The one boundary between the suite and an implementation.

Every call goes through `Implementation.call`, which never raises what the implementation raises:
it returns what came of the call.
"""

import contextlib
import inspect
import io
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.operations import OPERATIONS

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: Seconds that one call may take.
TIME_LIMIT = 20.0

#: Calls that an operation may spoil by not returning before it is no longer called.
PATIENCE = 2


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
    changed : tuple of str
        The arguments that the call changed.
    returned
        What was returned, itself.
    """

    values: tuple[Array, ...]
    problem: str
    changed: tuple[str, ...]
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


class Unavailable(Exception):  # noqa: N818 - a signal between a form and its caller, not an error
    """Raised by a form for a call that it cannot express."""


@dataclass(frozen=True)
class Offer:
    """A function that takes an operation's parameters under the operation's own names.

    ``keywords`` are the optional parameters that it may take, and ``ranks`` the numbers of axes
    that its form allows for the first argument (``None``: any). Calls tell the rest.
    """

    function: Callable[..., Any]
    keywords: frozenset[str] = frozenset()
    ranks: frozenset[int] | None = None


def offer(operation: str, function: Callable[..., Any]) -> Offer:
    """Return the offer that a function of an implementation makes, judging by its signature."""
    optional = frozenset(OPERATIONS[operation].optional)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return Offer(function, optional)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return Offer(function, optional)
    by_keyword = {p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY}
    return Offer(function, optional & by_keyword)


@dataclass
class Implementation:
    """What is judged, whatever its form.

    Attributes
    ----------
    name, source : str
        What it is called, and where it comes from.
    form : str
        "operations", "article functions", "article layers" or "network".
    offers : dict
        The operations that it offers.
    accuracy : str
        "componentwise", or "normwise" for transforms such as FFT and Winograd.
    profile : str or None
        The profile that it declares.
    notes : list of str
        What its user should know about how it was loaded.
    """

    name: str
    source: str
    form: str
    offers: dict[str, Offer]
    accuracy: str = "componentwise"
    profile: str | None = None
    notes: list[str] = field(default_factory=list)
    time_limit: float = TIME_LIMIT
    _lost: dict[str, int] = field(default_factory=dict)
    _latest: dict[str, tuple[Any, str, Any]] = field(default_factory=dict)

    def call(
        self, operation: str, arguments: Arguments, *, layout: str = "C", by_position: bool = False
    ) -> Outcome:
        """Call an operation with copies of the arguments, laid out in memory as ``layout`` says.

        An array that the call before was given too is handed over as the same object again.
        Optional arguments are passed by keyword, unless ``by_position``.
        """
        if operation not in self.offers:
            return NotOffered(f"{operation} is not offered")
        chosen = self.offers[operation]
        specification = OPERATIONS[operation]
        optional = {name: arguments[name] for name in specification.optional if name in arguments}
        for name in optional:
            if name not in chosen.keywords:
                return NotOffered(f"{operation} has no parameter {name!r}")
        if self._lost.get(operation, 0) >= PATIENCE:
            return TimedOut(f"not called: {PATIENCE} earlier calls did not return in time")
        given = self._handed_over(arguments, layout)
        kept = {name: np.array(value) for name, value in given.items()}
        positions = [given[name] for name in specification.required]
        keywords = {name: given[name] for name in optional}
        if by_position:
            positions, keywords = [*positions, *keywords.values()], {}
        try:
            with quiet(), time_limit(self.time_limit):
                returned = chosen.function(*positions, **keywords)
            values, problem = read(returned)
        except Unavailable as reason:
            return NotOffered(str(reason))
        except NotImplementedError as error:
            return NotOffered(f"{operation} raises NotImplementedError: {error}")
        except OutOfTime:
            self._lost[operation] = self._lost.get(operation, 0) + 1
            return TimedOut(f"did not return within {self.time_limit:g} s")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it raises is a rejection
            return _rejected(operation, error, optional)
        changed = tuple(name for name in given if not _same(kept[name], given[name]))
        if not changed:
            self._latest = {name: (arguments[name], layout, given[name]) for name in given}
        return Result(values, problem, changed, returned)

    def _handed_over(self, arguments: Arguments, layout: str) -> dict[str, Any]:
        """Return copies of the arguments, and the latest copy of those that came again."""
        copies = {}
        for name, value in arguments.items():
            original, its_layout, copied = self._latest.get(name, (None, "", None))
            again = original is value and its_layout == layout
            copies[name] = copied if again else lay_out(value, layout)
        self._latest = {}  # until the call has left them unchanged
        return copies


def _rejected(operation: str, error: BaseException, optional: Mapping[str, Any]) -> Outcome:
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception's text is the implementation's own code
        message = "(its text cannot be read)"
    if isinstance(error, TypeError):
        for name in optional:
            if f"'{name}'" in message or f"`{name}`" in message:
                return NotOffered(f"{operation} has no parameter {name!r}: {message}")
    is_clean = isinstance(error, ValueError | TypeError | IndexError)
    return Rejected(type(error).__name__, message, is_clean)


def _same(before: Array, after: Any) -> bool:
    now = np.asarray(after)
    if before.shape != now.shape or before.dtype != now.dtype:
        return False
    if before.dtype.kind == "f":
        return np.array_equal(before, now, equal_nan=True)
    return np.array_equal(before, now)


def read(returned: Any) -> tuple[tuple[Array, ...], str]:
    """Return plain copies of the returned arrays, and what is wrong with them if they have none."""
    if returned is None:
        return (), "returned None (a function without `return` does)"
    parts = returned if _is_network_result(returned) else (returned,)
    values = []
    for part in parts:
        try:
            array = np.array(np.asarray(part), subok=False)
        except Exception as error:  # noqa: BLE001 - reading runs the implementation's own code
            return (), f"returned {_kind(part)}, which cannot be read as an array: {error}"
        if array.dtype.kind not in "fiub":
            return (
                (),
                f"returned {_kind(part)}, whose elements are not real numbers ({array.dtype})",
            )
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        values.append(array)
    return tuple(values), ""


class NetworkResult(tuple[Any, ...]):
    """What a network returned: probabilities, loss and accuracy."""

    __slots__ = ()


def _is_network_result(returned: Any) -> bool:
    return isinstance(returned, NetworkResult)


def _kind(value: Any) -> str:
    return f"an object of type {type(value).__name__}"


def lay_out(value: Any, layout: str) -> Any:
    """Return a copy of an array in the given memory layout; other arguments as they are."""
    if not isinstance(value, np.ndarray):
        return value
    if layout == "fortran":
        return np.array(value, order="F")
    if layout == "strided":
        wide = np.zeros([2 * size for size in value.shape], dtype=value.dtype)
        every_other = wide[(slice(None, None, 2),) * value.ndim]
        every_other[...] = value
        return every_other
    if layout == "reversed":
        backwards = (slice(None, None, -1),) * value.ndim
        return np.array(value[backwards], order="C")[backwards]
    copied = np.array(value, order="C")
    if layout == "read-only":
        copied.setflags(write=False)
    return copied


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings and printed text of the implementation away from the report."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


class OutOfTime(BaseException):
    """Not an ``Exception``, so that ``except Exception`` in an implementation lets it through."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds``, where the platform and the thread allow it."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def describe(arguments: Arguments) -> str:
    """Return the arguments as a short text: arrays by dtype and shape, the rest by value."""
    return ", ".join(f"{name}={_short(value)}" for name, value in arguments.items())


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return repr(value)
