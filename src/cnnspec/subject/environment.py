"""What calls do beside returning numbers, seen in the process where they are made.

Only what a call does counts, after one that warms up: never what importing does.
"""

import gc
import os
import random
import sys
import sysconfig
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import __file__ as numpy_file
from numpy import array, array_equal, asarray, geterr, ndarray, seterr, shares_memory
from numpy.random import get_state, seed, set_state

from cnnspec.subject.outcomes import Array, read


@dataclass(frozen=True)
class Call:
    """A call that can be made again and again, each time on arrays of its own.

    ``function`` takes all arguments by name.
    """

    function: Callable[[Mapping[str, Any]], Any]
    arguments: Mapping[str, Any]

    def given(self, factor: float = 1.0) -> dict[str, Any]:
        """Return new copies of the arguments; floating numbers are multiplied by ``factor``."""
        return {name: _copy(value, factor) for name, value in self.arguments.items()}

    def __call__(self) -> Any:
        """Make the call."""
        return self.function(self.given())


def _copy(value: Any, factor: float) -> Any:
    if not isinstance(value, ndarray):
        return value
    copied = array(value, order="C")
    if copied.dtype.kind == "f":
        copied *= factor
    return copied


@dataclass(frozen=True)
class Seen:
    """What was seen.

    Attributes
    ----------
    found : tuple of str
        What a call does, in words: "leaves the working folder changed".
    answers : tuple of (int, array)
        Answers that have other bits than the same call has alone, and which call that is.
    """

    found: tuple[str, ...] = ()
    answers: tuple[tuple[int, Array], ...] = ()


# --- threads -----------------------------------------------------------------------------------

#: Lines at which the first thread is stopped, one after the other.
LINES = 50

#: Seconds that the other thread gets for its call; less once it was seen to wait for a lock.
_WHOLE_CALL = 0.3
_WHERE_LOCKED = 0.05

#: Seconds after which a thread is given up, and after which no more lines are tried.
_GIVEN_UP = 3.0
_ENOUGH = 8.0

_PYTHON, _PACKAGES = (sysconfig.get_path(name) for name in ("stdlib", "purelib"))
_NUMPY = str(Path(numpy_file).parent)


class _Stop:
    """Stops a thread at a line of code that is neither Python's, NumPy's nor this module's."""

    def __init__(self, line: int) -> None:
        self._left = line
        self.stands = threading.Event()
        self.goes_on = threading.Event()
        self.has_ended = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if _is_foreign(frame.f_code.co_filename):
            return None
        if event == "line":
            self._left -= 1
            if not self._left:
                self.stands.set()
                self.goes_on.wait(_GIVEN_UP)
        return self

    def end(self) -> None:
        """Note that the thread has ended, perhaps before it came to the line."""
        self.has_ended = not self.stands.is_set()
        self.stands.set()


def _is_foreign(file: str) -> bool:
    pythons = file.startswith(_PYTHON) and not file.startswith(_PACKAGES)
    return pythons or file.startswith((_NUMPY, "<frozen", "<__array")) or file == __file__


def _in_threads(line: int, calls: Sequence[Call], wait: float) -> tuple[list[Any], bool] | None:
    """Stop the first call at a line, make the second as a whole, and let the first go on.

    Returns what came of both, and whether the second had to wait for the first; ``None`` if the
    first has not so many lines.
    """
    stop = _Stop(line)
    came: list[Any] = ["does not come back"] * 2

    def run(which: int) -> None:
        try:
            if not which:
                sys.settrace(stop)
            came[which] = read(calls[which]())
        except BaseException as error:  # noqa: BLE001 - whatever it raises in a thread
            came[which] = f"raises {type(error).__name__}"
        finally:
            sys.settrace(None)
            if not which:
                stop.end()

    first, second = (threading.Thread(target=run, args=[i], daemon=True) for i in (0, 1))
    first.start()
    stop.stands.wait(_GIVEN_UP)
    if stop.has_ended:
        return None
    second.start()
    second.join(wait)
    waited = second.is_alive()
    stop.goes_on.set()
    for thread in (first, second):
        thread.join(_GIVEN_UP)
    return came, waited


def _disturb_each_other(calls: Sequence[Call]) -> Seen:
    for call in calls:
        call()
    alone = [read(call()) for call in calls]
    others, wait, started = [], _WHOLE_CALL, time.monotonic()
    for line in range(1, LINES + 1):
        made = _in_threads(line, calls, wait)
        if made is None or time.monotonic() - started > _ENOUGH:
            break
        came, waited = made
        if waited:
            wait = _WHERE_LOCKED
        for which, outcome in enumerate(came):
            if isinstance(outcome, str):
                return Seen((f"{outcome} while another thread makes one too",))
            if not _same(outcome, alone[which]):
                others.append((which, outcome[0][0]))
    return Seen(answers=tuple(others))


def _same(one: Any, other: Any) -> bool:
    pairs = zip(one[0], other[0], strict=True)
    return one[1] == other[1] and all(
        array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind == "f") for a, b in pairs
    )


# --- the process -------------------------------------------------------------------------------


def process() -> Mapping[str, Any]:
    """Return what a call must leave as it was."""
    return {
        "the working folder": os.getcwd(),  # noqa: PTH109 - as os.chdir has it
        "the environment": dict(os.environ),
    }


def _leaves_traces(calls: Sequence[Call], at_first: Mapping[str, Any]) -> Seen:
    (call,) = calls
    errors = geterr()
    call()
    found = process()
    try:
        seterr(**errors)
        _restore(at_first)  # before any call was made
        call()
        changed = [name for name, value in process().items() if value != at_first[name]]
        changed += ["NumPy's error state"] if geterr() != errors else []
        return Seen((*(f"leaves {name} changed" for name in changed), *_seeds(call)))
    finally:
        _restore(found)


def _restore(state: Mapping[str, Any]) -> None:
    folder, variables = state.values()
    os.chdir(folder)
    if dict(os.environ) != variables:
        os.environ.clear()
        os.environ.update(variables)


def _seeds(call: Call) -> Iterator[str]:
    """Find generators that stand at the same place after a call, wherever they stood before."""
    kept = _generators()
    after = []
    try:
        for number in (1, 2):
            seed(number)  # noqa: NPY002 - the one that is global
            random.seed(number)
            call()
            numpys, pythons = _generators()
            place = numpys["state"]["key"].tobytes(), numpys["state"]["pos"]
            after.append((place, pythons))
    finally:
        set_state(kept[0])  # noqa: NPY002
        random.setstate(kept[1])
    for which, name in enumerate(("NumPy's", "Python's")):
        if after[0][which] == after[1][which]:
            yield f"seeds {name} global random generator"


def _generators() -> tuple[Any, Any]:
    return get_state(legacy=False), random.getstate()  # noqa: NPY002


# --- memory ------------------------------------------------------------------------------------


def _returns_memory_of_arguments(calls: Sequence[Call]) -> Seen:
    found = []
    for call in calls:
        call()
        given = call.given()
        returned = call.function(given)
        plain = returned.detach() if hasattr(returned, "detach") else returned
        result = asarray(plain)
        found += [
            f"returns memory of its argument {name}"
            for name, value in given.items()
            if isinstance(value, ndarray) and shares_memory(result, value)
        ]
    return Seen(tuple(dict.fromkeys(found)))


#: Calls that are made, and arguments that may be alive afterwards: some caches hold a hundred.
MANY = 300
ALIVE = 250


def _keeps_arguments(calls: Sequence[Call]) -> Seen:
    (call,) = calls
    call()
    kept: dict[str, list[weakref.ref[Any]]] = {}
    for turn in range(MANY):
        given = call.given(1 + turn / 512)
        for name, value in given.items():
            if isinstance(value, ndarray):
                kept.setdefault(name, []).append(weakref.ref(value))
        call.function(given)
        del given, value
    if max(map(_alive, kept.values())) > ALIVE:
        gc.collect()  # some may refer to each other
    alive = {name: _alive(references) for name, references in kept.items()}
    return Seen(
        tuple(
            f"keeps its argument {name} for ever: of {MANY} given, {count} are alive"
            for name, count in alive.items()
            if count > ALIVE
        )
    )


def _alive(references: Sequence["weakref.ref[Any]"]) -> int:
    return sum(one() is not None for one in references)


#: What can be looked for besides.
THREADS = "threads"
_WATCHES: Mapping[str, Callable[[Sequence[Call]], Seen]] = {
    THREADS: _disturb_each_other,
    "shared": _returns_memory_of_arguments,
    "kept": _keeps_arguments,
}


def watch(what: str, calls: Sequence[Call], at_first: Mapping[str, Any]) -> Seen:
    """Look for something that calls do: "threads", "process", "shared" or "kept".

    ``at_first`` is the `process` before any call was made.
    """
    return _leaves_traces(calls, at_first) if what == "process" else _WATCHES[what](calls)
