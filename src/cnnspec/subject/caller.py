"""Making a call on Python functions, in whatever process they are.

A caller never raises what an implementation raises: it returns what came of the call.
"""

import contextlib
import inspect
import re
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, Protocol, runtime_checkable

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import array, array_equal, asarray, copyto, ndarray

from cnnspec.bindings.binding import Bound
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.environment import Call, Seen, process, watch
from cnnspec.subject.guard import ISOLATED, Exited, OutOfTime, quiet, time_limit
from cnnspec.subject.memory_layouts import lay_out, of_each
from cnnspec.subject.outcomes import (
    OVERWRITING,
    Array,
    Died,
    NetworkResult,
    NotOffered,
    Outcome,
    Rejected,
    Result,
    TimedOut,
    looks_of,
    read,
)
from cnnspec.subject.refusals import packages_of, where_raised

Arguments = Mapping[str, Any]

_NO_PARAMETER = " has no parameter "
UNWRITTEN = " raises NotImplementedError"

#: How it begins to be said that a program does not take the dtypes of a call.
TAKES_NO = "the program takes no "


@dataclass(frozen=True)
class Manner:
    """How the arguments of a call are handed over.

    Attributes
    ----------
    layout : str
        How arrays lie in memory: see `cnnspec.subject.memory_layouts`.
    by_position : bool
        Whether optional arguments are passed by position, not by keyword.
    in_place : bool
        Whether the arrays of the call before are handed over again, with the new numbers written
        into them.
    watched : (str, int) or None
        A file and a line of it: the result tells whether the call ran it.
    """

    layout: str = "C"
    by_position: bool = False
    in_place: bool = False
    watched: tuple[str, int] | None = None

    def told(self) -> dict[str, Any]:
        """Return what differs from the common manner, of which nothing need be said."""
        return {n: value for n, value in vars(self).items() if value != getattr(Manner, n)}


class Caller(Protocol):
    """Whoever makes the calls: here, in a child process, or in a program."""

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Call an operation with copies of the arguments, handed over as ``manner`` says.

        An array that the call before was given too is handed over as the same object again.
        """
        ...


@runtime_checkable
class Watcher(Protocol):
    """Whoever sees what calls do besides."""

    def watch(
        self, operation: str, calls: Sequence[Arguments], what: str, *, seconds: float
    ) -> Seen | Outcome:
        """Look for something that calls do besides; see `cnnspec.subject.environment`."""
        ...


class FunctionCaller:
    """Calls functions that take an operation's parameters by the operation's own names."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = functions
        self._latest: dict[str, tuple[Any, str, Any]] = {}
        self._at_first = process()

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `Caller`."""
        function = self.functions[operation]
        try:
            given = self._handed_over(function, arguments, manner)
        except Unavailable as reason:
            return NotOffered(str(reason))
        kept = {name: array(value) for name, value in given.items()}
        seen = partial(_seen, function, arguments)
        positions, keywords = _passed(operation, given)
        if manner.by_position:
            positions, keywords = [*positions, *keywords.values()], {}
        try:
            with quiet(), time_limit(seconds), watching(manner.watched) as ran:
                if isinstance(function, Bound):
                    returned = function.take(function.run(given))
                else:
                    returned = function(*positions, **keywords)
                values, problem = seen(returned)
                looks = looks_of(returned)
        except OutOfTime:
            return TimedOut(late(operation, arguments, seconds))
        except Unavailable as reason:
            return NotOffered(str(reason))
        except Exited as exited:
            return Died(f"{operation}({describe(arguments)}) {exited}")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and not ISOLATED.is_set():
                raise  # it is a person's
            named = named_parameters(function)
            unnamed = [name for name in keywords if name not in named]
            return raised(operation, error, unnamed, packages_of(self.functions))
        changed = {
            name: array(value) for name, value in given.items() if not same(kept[name], value)
        }
        if not changed:
            self._latest = {
                n: (arguments[n], manner.layout, given[n]) for n in given if n in arguments
            }
        return Result(
            values,
            problem,
            looks,
            lambda: changed,
            lambda: _seen_again(seen, returned, seconds),
            lambda: self._overwrite(returned, seconds),
            bool(ran),
        )

    def watch(
        self, operation: str, calls: Sequence[Arguments], what: str, *, seconds: float
    ) -> Seen | Outcome:
        """Look for something that calls do besides: see `Watcher`."""
        called = self.functions[operation]

        def function(given: Mapping[str, Any]) -> Any:
            if isinstance(called, Bound):
                return called.back(called.take(called.run(given)), calls[0])
            positions, keywords = _passed(operation, given)
            return called(*positions, **keywords)

        try:
            with quiet(), time_limit(seconds):
                given = map(called.theirs, calls) if isinstance(called, Bound) else calls
                made = [Call(function, arguments) for arguments in given]
                return watch(what, made, self._at_first)
        except OutOfTime:
            return TimedOut(late(operation, calls[0], seconds))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and not ISOLATED.is_set():
                raise  # it is a person's
            return raised(operation, error, ())

    def _overwrite(self, returned: Any, seconds: float) -> None:
        first = returned[0] if isinstance(returned, NetworkResult) else returned
        with quiet(), time_limit(seconds), contextlib.suppress(Exception, OutOfTime):
            first[...] = OVERWRITING
        self._latest = {}  # it may be an argument of the call, which is not to be had again

    def _handed_over(
        self, function: Callable[..., Any], arguments: Arguments, manner: Manner
    ) -> dict[str, Any]:
        """Return copies of the arguments, and the latest copy of those that came again.

        A binding turns them into its own order of axes first.
        """
        copies = {}
        theirs, derived = arguments, frozenset[str]()
        if isinstance(function, Bound):
            derived = function.derived
            if manner.by_position:
                raise Unavailable("options are passed as the binding has them")
            theirs = function.theirs(arguments)
        layouts = of_each(theirs, manner.layout)
        for name, value in theirs.items():
            original, its_layout, copied = self._latest.get(name, (None, "", None))
            is_same = original is not None and original is arguments.get(name)
            again = is_same and its_layout == layouts[name] and name not in derived
            if manner.in_place and _fits(copied, value):
                copyto(copied, value)
                again = True
            copies[name] = copied if again else lay_out(value, layouts[name])
        self._latest = {}  # until the call has left them unchanged
        return copies


class Overlay:
    """Some operations in place of another caller's."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], below: Caller) -> None:
        self._above = FunctionCaller(functions)
        self._below = below

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `Caller`."""
        caller: Caller = self._above if operation in self._above.functions else self._below
        return caller.call(operation, arguments, manner, seconds=seconds)

    def watch(
        self, operation: str, calls: Sequence[Arguments], what: str, *, seconds: float
    ) -> Seen | Outcome:
        """Look for something that calls do besides: see `Watcher`."""
        caller: Caller = self._above if operation in self._above.functions else self._below
        if not isinstance(caller, Watcher):
            return NotOffered("what its calls do besides is not seen")
        return caller.watch(operation, calls, what, seconds=seconds)


def _passed(operation: str, given: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return what is passed by position, and what by keyword."""
    positions = [given[name] for name in OPERATIONS[operation].required]
    return positions, {n: given[n] for n in OPERATIONS[operation].optional if n in given}


def _seen(
    function: Callable[..., Any], arguments: Arguments, returned: Any
) -> tuple[tuple[Array, ...], str]:
    """Return plain copies of what was returned, in the operation's order of axes."""
    values, problem = read(returned)
    if problem or not isinstance(function, Bound):
        return values, problem
    with contextlib.suppress(Exception):  # else it is judged as it is
        return (function.back(values[0], arguments),), ""
    return values, problem


def _seen_again(
    seen: Callable[[Any], tuple[tuple[Array, ...], str]], returned: Any, seconds: float
) -> Array:
    if type(returned) is ndarray:  # reading it runs no code of the implementation
        return seen(returned)[0][0]
    with quiet(), time_limit(seconds):
        return seen(returned)[0][0]


def _fits(copied: Any, value: Any) -> bool:
    """Return whether a value can be written into an array that the implementation has had."""
    both_arrays = isinstance(copied, ndarray) and isinstance(value, ndarray)
    same_kind = both_arrays and (copied.shape, copied.dtype) == (value.shape, value.dtype)
    return same_kind and bool(copied.flags.writeable)  # a cache may have made it read-only


def lacks(operation: str, parameter: str) -> str:
    """Return in words that an operation has no such parameter."""
    return f"{operation}{_NO_PARAMETER}{parameter!r}"


def what_lacks(reason: str) -> tuple[str, str] | None:
    """Return the operation and its missing parameter, in quotes, if `lacks` is what was said."""
    operation, says_so, rest = reason.partition(_NO_PARAMETER)
    return (operation, rest.partition(":")[0]) if says_so else None


def late(operation: str, arguments: Arguments, seconds: float) -> str:
    """Return in words that a call did not return."""
    return f"{operation}({describe(arguments)}) did not return within {seconds:g} s"


def named_parameters(function: Callable[..., Any]) -> frozenset[str]:
    """Return the parameters that a signature names: those it has, whatever happens inside."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return frozenset()
    return frozenset(p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL))


#: How Python says that a function has no such parameter.
_UNEXPECTED = re.compile(
    r"unexpected keyword argument ['`\"](?P<name>\w+)"
    r"|['`\"](?P<builtin>\w+)['`\"] is an invalid keyword argument"
)


def raised(
    operation: str, error: BaseException, unnamed: Container[str], packages: Container[str] = ()
) -> Outcome:
    """Return what an exception means.

    ``unnamed`` are the optional arguments of the call that the signature does not name. Only of
    these can an exception say that they are not there: anything else is a crash. ``packages`` are
    those that the implementation is made of.
    """
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception's text is the implementation's own code
        message = "(its text cannot be read)"
    if isinstance(error, SystemExit):
        message = f"it calls sys.exit({message})"
    if isinstance(error, Unavailable):
        return NotOffered(message)
    if isinstance(error, NotImplementedError):
        return NotOffered(f"{operation}{UNWRITTEN}: {message}")
    if isinstance(error, TypeError) and (said := _UNEXPECTED.search(message)):
        name = said["name"] or said["builtin"]
        if name in unnamed:
            return NotOffered(f"{lacks(operation, name)}: {message}")
    is_clean = isinstance(error, ValueError | TypeError | IndexError)
    return Rejected(_name_of(type(error)), message, is_clean, *where_raised(error, packages))


def _name_of(exception: type[BaseException]) -> str:
    try:
        return " ".join(str(exception.__name__).split())  # a line, whatever it is
    except Exception:  # noqa: BLE001 - its metaclass is the implementation's own code too
        return "an exception without a readable name"


def watching(line: tuple[str, int] | None) -> AbstractContextManager[list[bool]]:
    """Give a list that gets an element when the given line of a file is run."""
    return contextlib.nullcontext([]) if line is None else _watching(*line)


@contextlib.contextmanager
def _watching(file: str, number: int) -> Iterator[list[bool]]:
    ran: list[bool] = []

    def trace(frame: FrameType, event: str, _argument: object) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != file:
            return None
        if event == "line" and frame.f_lineno == number and not ran:
            ran.append(True)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield ran
    finally:
        sys.settrace(before)


def same(before: Array, after: Any) -> bool:
    """Return whether an argument holds what it held."""
    now = asarray(after)
    if before.shape != now.shape or before.dtype != now.dtype:
        return False
    if before.tobytes() == now.tobytes():
        return True
    # A program may hand back another NaN, or lose the sign of a zero, on the way.
    return array_equal(before, now, equal_nan=before.dtype.kind == "f")


def describe(arguments: Arguments) -> str:
    """Return the arguments as a short text: arrays by dtype and shape, the rest by value."""
    return ", ".join(f"{name}={_short(value)}" for name, value in arguments.items())


def _short(value: Any) -> str:
    if isinstance(value, ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return repr(value)
