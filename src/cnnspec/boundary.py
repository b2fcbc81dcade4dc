"""The one boundary between the suite and an implementation.

Every call goes through `Implementation.call`, which never raises what the implementation raises:
it returns what came of the call.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnspec.guard import OutOfTime, quiet, time_limit
from cnnspec.operations import OPERATIONS
from cnnspec.outcomes import Array, NotOffered, Outcome, Rejected, Result, TimedOut, read

Arguments = Mapping[str, Any]

#: Seconds that one call may take, and one that should be refused.
TIME_LIMIT = 20.0
REFUSAL_LIMIT = 5.0

#: Calls that an operation may spoil by not returning before it is no longer called.
PATIENCE = 2


class Unavailable(Exception):  # noqa: N818 - a signal from a form to its caller
    """Raised by a form for a call that it cannot express."""


@dataclass(frozen=True)
class Offer:
    """A function that takes an operation's parameters under the operation's own names.

    ``keywords`` are the optional parameters that it may take, and ``ranks`` the numbers of axes
    that its form allows for the first argument (``None``: any). Calls tell the rest. ``recipe`` is
    Python code that makes a call on the implementation, known as ``mine``, for people to copy;
    without one, it is a call of the operation's name. ``{options}`` stands for the optional
    arguments.
    """

    function: Callable[..., Any]
    keywords: frozenset[str] = frozenset()
    ranks: frozenset[int] | None = None
    recipe: str = ""


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
    time_limit : float
        Seconds that a call may take.
    renew : callable or None
        Returns a copy of the implementation that has seen no call yet, where that is possible.
    """

    name: str
    source: str
    form: str
    offers: dict[str, Offer]
    accuracy: str = "componentwise"
    profile: str | None = None
    notes: list[str] = field(default_factory=list)
    time_limit: float = TIME_LIMIT
    renew: "Callable[[], Implementation] | None" = None
    _lost: dict[str, list[str]] = field(default_factory=dict)
    _latest: dict[str, tuple[Any, str, Any]] = field(default_factory=dict)

    def fresh_copy(self) -> "Implementation | None":
        """Return a copy that has seen no call yet, or ``None`` where none can be had."""
        if self.renew is None:
            return None
        try:
            return self.renew()
        except Exception:  # noqa: BLE001 - its own code runs again
            return None

    def call(
        self,
        operation: str,
        arguments: Arguments,
        *,
        layout: str = "C",
        by_position: bool = False,
        should_refuse: bool = False,
        in_place: bool = False,
    ) -> Outcome:
        """Call an operation with copies of the arguments, laid out in memory as ``layout`` says.

        An array that the call before was given too is handed over as the same object again.
        Optional arguments are passed by keyword, unless ``by_position``. A call that the
        implementation ``should_refuse`` gets less time. With ``in_place`` the arrays of the call
        before are handed over again, with the new numbers written into them.
        """
        if prevented := self._prevented(operation, arguments):
            return prevented
        required, optional = OPERATIONS[operation].required, OPERATIONS[operation].optional
        given = self._handed_over(arguments, layout, in_place=in_place)
        kept = {name: np.array(value) for name, value in given.items()}
        positions = [given[name] for name in required]
        keywords = {name: given[name] for name in optional if name in given}
        if by_position:
            positions, keywords = [*positions, *keywords.values()], {}
        seconds = min(self.time_limit, REFUSAL_LIMIT) if should_refuse else self.time_limit
        try:
            with quiet(), time_limit(seconds):
                returned = self.offers[operation].function(*positions, **keywords)
                values, problem = read(returned)
        except OutOfTime:
            reason = f"{operation}({describe(arguments)}) did not return within {seconds:g} s"
            self._lost.setdefault(operation, []).append(reason)
            return TimedOut(reason)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it raises is an outcome
            return _raised(operation, error, keywords)
        changed = {
            name: np.array(value) for name, value in given.items() if not _same(kept[name], value)
        }
        if not changed:
            self._latest = {name: (arguments[name], layout, given[name]) for name in given}
        return Result(values, problem, changed, returned)

    def _prevented(self, operation: str, arguments: Arguments) -> Outcome | None:
        """Return why a call cannot be made, if it cannot."""
        if operation not in self.offers:
            return NotOffered(f"{operation} is not offered")
        for name in OPERATIONS[operation].optional:
            if name in arguments and name not in self.offers[operation].keywords:
                return NotOffered(f"{operation} has no parameter {name!r}")
        lost = self._lost.get(operation, [])
        if len(lost) >= PATIENCE:
            return TimedOut(f"not called, because {lost[0]}")
        return None

    def _handed_over(self, arguments: Arguments, layout: str, *, in_place: bool) -> dict[str, Any]:
        """Return copies of the arguments, and the latest copy of those that came again."""
        copies = {}
        layouts = dict.fromkeys(arguments, layout)
        if layout == "first-fortran":
            layouts = dict.fromkeys(arguments, "C") | {next(iter(arguments)): "fortran"}
        if layout == "rest-strided":
            layouts = dict.fromkeys(arguments, "strided") | {next(iter(arguments)): "C"}
        for name, value in arguments.items():
            original, its_layout, copied = self._latest.get(name, (None, "", None))
            again = original is value and its_layout == layouts[name]
            if in_place and _fits(copied, value):
                np.copyto(copied, value)
                again = True
            copies[name] = copied if again else lay_out(value, layouts[name])
        self._latest = {}  # until the call has left them unchanged
        return copies


def _fits(array: Any, value: Any) -> bool:
    both_arrays = isinstance(array, np.ndarray) and isinstance(value, np.ndarray)
    return both_arrays and (array.shape, array.dtype) == (value.shape, value.dtype)


def _raised(operation: str, error: BaseException, keywords: Mapping[str, Any]) -> Outcome:
    """Return what an exception means."""
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception's text is the implementation's own code
        message = "(its text cannot be read)"
    if isinstance(error, Unavailable):
        return NotOffered(message)
    if isinstance(error, NotImplementedError):
        return NotOffered(f"{operation} raises NotImplementedError: {message}")
    if isinstance(error, TypeError):
        for name in keywords:
            if f"'{name}'" in message or f"`{name}`" in message:
                return NotOffered(f"{operation} has no parameter {name!r}: {message}")
    is_clean = isinstance(error, ValueError | TypeError | IndexError)
    return Rejected(_name_of(type(error)), message, is_clean)


def _name_of(exception: type[BaseException]) -> str:
    try:
        return str(exception.__name__)
    except Exception:  # noqa: BLE001 - its metaclass is the implementation's own code too
        return "an exception without a readable name"


def _same(before: Array, after: Any) -> bool:
    now = np.asarray(after)
    if before.shape != now.shape or before.dtype != now.dtype:
        return False
    if before.dtype.kind == "f":
        return np.array_equal(before, now, equal_nan=True)
    return np.array_equal(before, now)


def lay_out(value: Any, layout: str) -> Any:
    """Return a copy of an array in the given memory layout; other arguments as they are."""
    if not isinstance(value, np.ndarray):
        return value
    if layout in ("fortran", "channels-first"):
        last_first = value.T if layout == "fortran" else np.moveaxis(value, -1, 0)
        ordered = np.array(last_first, order="C")
        return ordered.T if layout == "fortran" else np.moveaxis(ordered, 0, -1)
    if layout == "big-endian":
        return value.astype(value.dtype.newbyteorder(">"))
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


def describe(arguments: Arguments) -> str:
    """Return the arguments as a short text: arrays by dtype and shape, the rest by value."""
    return ", ".join(f"{name}={_short(value)}" for name, value in arguments.items())


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return repr(value)
