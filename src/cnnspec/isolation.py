"""Implementations in a process of their own, which may hang, crash, or lie to itself.

The suite's side of the line: `cnnspec.worker` is the other.
"""

import itertools
import os
import sys
import weakref
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from cnnspec.boundary import Implementation, Offer
from cnnspec.caller import SEEING_LIMIT, Arguments, Manner, describe, late
from cnnspec.channel import Frames, Json
from cnnspec.loading import LoadError, limit_in_words, loading_limit
from cnnspec.outcomes import (
    Array,
    Died,
    Gone,
    Looks,
    NotOffered,
    Outcome,
    Rejected,
    Result,
    TimedOut,
)
from cnnspec.process import Child, Dead, Late, Limits
from cnnspec.worker import SAME

#: What is said if the worker itself fails, of which an implementation may be innocent.
_OWN_MISTAKE = (
    "was not answered, because the suite's own code failed in the process of the implementation:"
    " a mistake of cnnspec, unless the implementation has changed Python or NumPy"
)

#: Seconds beyond its own limit that a process gets for loading.
_GRACE = 5.0


class Host:
    """Keeps one process running: starts it, and starts it anew after it has ended.

    ``start`` returns a process that is ready for calls. Before it is ended it is told to ``stop``,
    if it can hear that.
    """

    def __init__(self, start: Callable[[], Child], stop: Json | None = None) -> None:
        self._start = start
        self._stop = stop
        self._child: Child | None = None
        #: Counts the processes: what was in an earlier one is gone.
        self.generation = 0

    def ask(self, message: Json, seconds: float) -> Json:
        """Return the process's answer; see `Child.ask` for what else may come."""
        try:
            return self.child.ask(message, seconds)
        except (Late, Dead):
            self._child = None
            raise

    @property
    def child(self) -> Child:
        """The process, started if there is none."""
        if self._child is None:
            self.generation += 1
            try:
                self._child = self._start()
            except LoadError as error:
                raise Dead(f"cannot be started again: {error}") from error
        return self._child

    def begin(self) -> None:
        """Start the process for the first time.

        Raises
        ------
        LoadError
            If it cannot be started.
        """
        self.generation += 1
        self._child = self._start()

    def close(self) -> None:
        """End the process."""
        if self._child is None:
            return
        if self._stop:
            self._child.tell(self._stop)
            self._child.stop()
        self._child.kill()
        self._child = None


def load_isolated(source: str, limits: Limits) -> Implementation:
    """Load an implementation in a process of its own.

    Raises
    ------
    LoadError
        If nothing can be loaded from ``source``.
    """
    told: Json = {}

    def start() -> Child:
        child = Child(
            # -P: files beside the implementation must not stand in for the suite's own modules.
            [sys.executable, "-P", "-m", "cnnspec.worker"],
            Frames(),
            memory=limits.memory,
        )
        told.clear()
        told.update(_load_in(child, source, loading_limit(limits.seconds)))
        return child

    host = Host(start)
    host.begin()
    return _implementation(host, source, told, limits)


def _load_in(child: Child, source: str, seconds: float) -> Json:
    path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109 - as sys.path has it
    try:
        task = {"type": "load", "source": source, "path": path, "seconds": seconds}
        answer = child.ask(task, seconds + _GRACE)
    except Late:
        raise LoadError(
            f"{source} cannot be loaded: importing it takes longer than {limit_in_words(seconds)}"
        ) from None
    except Dead as death:
        raise LoadError(f"{source} cannot be loaded: importing it {death}") from None
    if answer.get("type") != "loaded":
        child.kill()
        raise LoadError(str(answer.get("message")))
    return answer


def _implementation(host: Host, source: str, told: Json, limits: Limits) -> Implementation:
    offers = {
        name: Offer(
            None,
            frozenset(made["keywords"]),
            None if made["ranks"] is None else frozenset(made["ranks"]),
            made["recipe"],
        )
        for name, made in told["offers"].items()
    }
    made = Implementation(
        name=told["name"],
        source=source,
        form=told["form"],
        offers=offers,
        accuracy=told["accuracy"],
        profile=told["profile"],
        limits=None if told["limits"] is None else tuple(told["limits"]),
        notes=list(told["notes"]),
        time_limit=limits.seconds,
        remote=IsolatedCaller(host, 0),
        close=host.close,
    )
    if told["renewable"]:
        made.renew = lambda: _renewed(host, made)
    return made


def _renewed(host: Host, made: Implementation) -> Implementation:
    answer = host.ask({"type": "renew"}, loading_limit(made.time_limit))
    if answer["type"] != "renewed":
        raise LoadError(answer["message"])
    return replace(made, remote=IsolatedCaller(host, answer["copy"]), _lost={})


class IsolatedCaller:
    """Has calls made in another process.

    ``copy`` is the number of the implementation's copy there that gets them.
    """

    _numbers = itertools.count(1)

    def __init__(self, host: Host, copy: int) -> None:
        self._host = host
        self._copy = copy
        self._generation = host.generation
        self._sent: dict[str, Any] = {}
        self._forgotten: list[int] = []

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `cnnspec.caller.Caller`."""
        identity = next(self._numbers)
        try:
            self._keep_up()
            message: Json = {
                "type": "call",
                "id": identity,
                "copy": self._copy,
                "operation": operation,
                "arguments": self._abridged(arguments),
                "manner": asdict(manner),
                "forget": self._forgotten.copy(),
            }
            answer = self._host.ask(message, seconds)
            del self._forgotten[: len(message["forget"])]
            return self._outcome(answer, identity)
        except Late:
            return TimedOut(late(operation, arguments, seconds))
        except Dead as death:
            return Died(f"{operation}({describe(arguments)}) {death}")
        except (KeyError, TypeError, ValueError, IndexError):
            self._host.close()
            return Died(f"{operation}({describe(arguments)}) sent something else than an outcome")

    def _keep_up(self) -> None:
        """Start the process if there is none; the first copy goes on in the new one."""
        _ = self._host.child
        if self._generation != self._host.generation:
            if self._copy:
                raise Dead("was to be made in a copy that ended with its process")
            self._generation = self._host.generation
            self._sent = {}
            self._forgotten.clear()

    def _abridged(self, arguments: Arguments) -> Json:
        """Return the arguments, without those that the process has from the call before."""
        before, self._sent = self._sent, dict(arguments)
        return {n: SAME if n in before and before[n] is v else v for n, v in arguments.items()}

    def _outcome(self, answer: Json, identity: int) -> Outcome:
        match answer["type"]:
            case "result":
                return self._result(answer, identity)
            case "rejected":
                return Rejected(
                    str(answer["exception"]),
                    str(answer["message"]),
                    answer["is_clean"] is True,
                    answer["is_said"] is True,
                    str(answer["file"]),
                    int(answer["line"]),
                )
            case "not offered":
                return NotOffered(str(answer["message"]))
            case "broken":
                self._host.close()
                raise Dead(f"{_OWN_MISTAKE} ({answer['message']})")
        raise ValueError(answer["type"])

    def _result(self, answer: Json, identity: int) -> Result:
        values = tuple(_array(value) for value in answer["values"])
        changes = {str(name): _array(value) for name, value in answer["changes"].items()}
        problem = str(answer["problem"])
        if not values and not problem:
            raise ValueError("a result without values")
        generation = self._generation
        result = Result(
            values,
            problem,
            Looks(*map(str, answer["looks"])),
            lambda: changes,
            lambda: self._see_again(identity, generation),
            lambda: self._overwrite(identity, generation),
            answer["ran"] is True,
        )
        weakref.finalize(result, self._forgotten.append, identity).atexit = False
        return result

    def _see_again(self, identity: int, generation: int) -> Array:
        return _array(self._of_result("again", identity, generation, due="seen")["value"])

    def _overwrite(self, identity: int, generation: int) -> None:
        self._of_result("overwrite", identity, generation, due="overwritten")

    def _of_result(self, what: str, identity: int, generation: int, *, due: str) -> Json:
        """Ask for something about an earlier result, and return the answer of the type due."""
        if generation != self._host.generation:
            raise Gone("the process that returned it has ended")
        try:
            answer = self._host.ask({"type": what, "id": identity}, SEEING_LIMIT)
        except (Late, Dead) as lost:
            raise Gone(f"it cannot be looked at again: {lost}") from lost
        if answer.get("type") != due:
            raise Gone(f"it cannot be looked at again: {answer.get('message')}")
        return answer


def _array(value: Any) -> Array:
    found: Array = value
    if not hasattr(found, "dtype"):
        raise TypeError("not an array")
    return found
