"""Implementations in a process of their own, which may hang, crash, or lie to itself.

The suite's side of the line: `cnnspec.subject.processes.worker` is the other.
"""

import itertools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.wishes import Wishes
from cnnspec.subject.boundary import Implementation, Offer
from cnnspec.subject.caller import Arguments, Manner, describe, late
from cnnspec.subject.environment import Seen
from cnnspec.subject.outcomes import (
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
from cnnspec.subject.processes.channel import Json, ToOwnCode
from cnnspec.subject.processes.process import Child, Dead, Late, Limits
from cnnspec.subject.processes.worker import SAME
from cnnspec.subject.sources.importing import LoadError, limit_in_words, loading_limit

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

    def leave(self) -> None:
        """Leave the process to the process of which this one is a copy, and start another."""
        if self._child is not None:
            self._child.leave()
            self._child = None

    def close(self) -> None:
        """End the process."""
        if self._child is None:
            return
        if self._stop:
            self._child.tell(self._stop)
            self._child.stop()
        self._child.kill()
        self._child = None


def load_isolated(
    source: str, limits: Limits, wishes: Wishes | None = None, alone: Binding | None = None
) -> Implementation:
    """Load an implementation in a process of its own.

    How it is called is found once: later processes are told. If a binding is judged ``alone``,
    nothing else is offered.

    Raises
    ------
    LoadError
        If nothing can be loaded from ``source``.
    """
    told: Json = {}

    def start() -> Child:
        child = Child(
            # -P: files beside the implementation must not stand in for the suite's own modules.
            # A main module without a file is not imported by processes that are spawned in it.
            [
                sys.executable,
                "-P",
                "-c",
                "from cnnspec.subject.processes.worker import main; main()",
            ],
            ToOwnCode(),
            memory=limits.memory,
        )
        task = {
            "source": source,
            "seconds": loading_limit(limits.seconds),
            "calls": dict(wishes.calls) if wishes else {},
            "orders": dict(wishes.orders) if wishes else {},
            "bindings": [alone.told()] if alone else _bindings(told),
            "alone": alone is not None,
        }
        found = _load_in(child, task)
        told.clear()
        told.update(found)
        return child

    host = Host(start)
    host.begin()
    return _implementation(host, source, told, limits)


def _bindings(told: Json) -> list[Json] | None:
    """Return the bindings that were found, ``None`` before the first search."""
    if not told:
        return None
    return [
        made["binding"]
        for made in told["offers"].values()
        if made["binding"] and not made["is_composed"]
    ]


def _load_in(child: Child, task: Json) -> Json:
    source, seconds = task["source"], task["seconds"]
    path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109 - as sys.path has it
    try:
        # Looking for ways to call it may take as long as the import.
        answer = child.ask({"type": "load", "path": path, **task}, 2 * seconds + _GRACE)
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
            made["binding"] and Binding.of(made["binding"]),
            made["is_composed"],
            made["kinds"],
            frozenset(made["swallowed"]),
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
        shares_memory=bool(told["shares_memory"]),
        others=[*map(Binding.of, told["others"])],
        remote=IsolatedCaller(host, 0, loading_limit(limits.seconds)),
        close=host.close,
        leave=host.leave,
    )
    if told["renewable"]:
        made.renew = lambda: _renewed(host, made)
    return made


def _renewed(host: Host, made: Implementation) -> Implementation:
    seconds = loading_limit(made.time_limit)
    return replace(made, remote=IsolatedCaller(host, _copied(host, seconds), seconds))


def _copied(host: Host, seconds: float) -> int:
    """Return the number of a copy that has seen no call, made in the process."""
    answer = host.ask({"type": "renew"}, seconds)
    if answer["type"] != "renewed":
        raise LoadError(answer["message"])
    return int(answer["copy"])


class IsolatedCaller:
    """Has calls made in another process.

    ``copy`` is the number of the implementation's copy there that gets them, ``loading`` are the
    seconds that making another may take.
    """

    _numbers = itertools.count(1)

    def __init__(self, host: Host, copy: int, loading: float) -> None:
        self._host = host
        self._copy = copy
        self._loading = loading
        self._generation = host.generation
        self._sent: dict[str, Any] = {}
        self._forgotten: list[int] = []

    def call(
        self, operation: str, arguments: Arguments, manner: Manner, *, seconds: float
    ) -> Outcome:
        """Make a call: see `cnnspec.subject.caller.Caller`."""
        identity = next(self._numbers)
        try:
            self._keep_up()
            message: Json = {
                "type": "call",
                "id": identity,
                "copy": self._copy,
                "operation": operation,
                "arguments": self._abridged(arguments),
                "manner": manner.told(),
                "forget": self._forgotten.copy(),
            }
            answer = self._host.ask(message, seconds)
            del self._forgotten[: len(message["forget"])]
            return self._outcome(answer, identity, seconds)
        except Late:
            return TimedOut(late(operation, arguments, seconds))
        except (Dead, LoadError) as death:
            return Died(f"{operation}({describe(arguments)}) {death}")
        except (KeyError, TypeError, ValueError, IndexError):
            self._host.close()
            return Died(f"{operation}({describe(arguments)}) sent something else than an outcome")

    def watch(
        self, operation: str, calls: Sequence[Arguments], what: str, *, seconds: float
    ) -> Seen | Outcome:
        """Look for something that calls do besides: see `cnnspec.subject.caller.Watcher`."""
        message: Json = {
            "type": "watch",
            "copy": self._copy,
            "operation": operation,
            "calls": [dict(arguments) for arguments in calls],
            "what": what,
        }
        try:
            self._keep_up()
            answer = self._host.ask(message, seconds)
            if answer["type"] == "seen":
                answers = zip(answer["which"], answer["answers"], strict=True)
                return Seen(
                    tuple(map(str, answer["found"])), tuple((int(w), a) for w, a in answers)
                )
            return self._outcome(answer, 0, seconds)
        except Late:
            return TimedOut(late(operation, calls[0], seconds))
        except Dead as death:
            return Died(f"{operation}({describe(calls[0])}) {death}")
        except (KeyError, TypeError, ValueError, IndexError):
            self._host.close()
            return Died(f"{operation}({describe(calls[0])}) sent something else than was asked for")

    def _keep_up(self) -> None:
        """Start the process if there is none, and go on in the new one."""
        _ = self._host.child
        if self._generation != self._host.generation:
            if self._copy:
                self._copy = _copied(self._host, self._loading)
            self._generation = self._host.generation
            self._sent = {}
            self._forgotten.clear()

    def _abridged(self, arguments: Arguments) -> Json:
        """Return the arguments, without those that the process has from the call before."""
        before, self._sent = self._sent, dict(arguments)
        return {n: SAME if n in before and before[n] is v else v for n, v in arguments.items()}

    def _outcome(self, answer: Json, identity: int, seconds: float) -> Outcome:
        match answer["type"]:
            case "result":
                return self._result(answer, identity, seconds)
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

    def _result(self, answer: Json, identity: int, seconds: float) -> Result:
        values = tuple(_array(value) for value in answer["values"])
        changes = {str(name): _array(value) for name, value in answer["changes"].items()}
        problem = str(answer["problem"])
        if not values and not problem:
            raise ValueError("a result without values")
        generation, kept = self._generation, _Kept(identity, self._forgotten)

        def ask(what: str, due: str) -> Json:
            """Ask for something about this result, and return the answer of the type due."""
            return self._of_result({"type": what, "id": kept.identity}, generation, seconds, due)

        return Result(
            values,
            problem,
            Looks(*map(str, answer["looks"])),
            lambda: changes,
            lambda: _array(ask("again", "seen")["value"]),
            lambda: _done(ask("overwrite", "overwritten")),
            answer["ran"] is True,
        )

    def _of_result(self, message: Json, generation: int, seconds: float, due: str) -> Json:
        """Ask for something about an earlier result, within the limit of its call."""
        if generation != self._host.generation:
            raise Gone("the process that returned it has ended")
        try:
            answer = self._host.ask(message, seconds)
        except (Late, Dead) as lost:
            raise Gone(f"it cannot be looked at again: {lost}") from lost
        if answer.get("type") != due:
            raise Gone(f"it cannot be looked at again: {answer.get('message')}")
        return answer


class _Kept:
    """A result that the process keeps, until nobody can ask for it any more."""

    __slots__ = ("_forgotten", "identity")

    def __init__(self, identity: int, forgotten: list[int]) -> None:
        self.identity = identity
        self._forgotten = forgotten

    def __del__(self) -> None:
        self._forgotten.append(self.identity)


def _done(_answer: Json) -> None:
    return None


def _array(value: Any) -> Array:
    found: Array = value
    if not hasattr(found, "dtype"):
        raise TypeError("not an array")
    return found
