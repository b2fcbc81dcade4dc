"""The child process in which a Python implementation runs.

It loads what it is told to load, makes the calls that it is told to make, and sends back what came
of them. It knows no expected answer and draws no conclusion.
"""

import faulthandler
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.wishes import Wishes
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.caller import Manner, Watcher
from cnnspec.subject.environment import Seen
from cnnspec.subject.guard import ISOLATED
from cnnspec.subject.outcomes import Died, NotOffered, Outcome, Rejected, Result, TimedOut
from cnnspec.subject.processes.channel import Json
from cnnspec.subject.processes.line import Line
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load

#: What stands for an argument that is the same array as in the call before.
SAME = {"same": True}


class Worker:
    """Makes calls on an implementation and on copies of it that have seen no call."""

    def __init__(self, implementation: Implementation) -> None:
        self._copies = [implementation]
        self._arguments: list[Json] = [{}]
        self._results: dict[int, Result] = {}

    def answer(self, message: Json) -> Json:
        """Return the answer to a message."""
        match message["type"]:
            case "call":
                return self._call(message)
            case "watch":
                return self._watch(message)
            case "again":
                return self._again(message["id"])
            case "overwrite":
                return self._overwrite(message["id"])
            case "renew":
                return self._renew()
        return {"type": "failed", "message": f"no such message: {message['type']}"}

    def _call(self, message: Json) -> Json:
        for identity in message["forget"]:
            self._results.pop(identity, None)
        copy = message["copy"]
        before = self._arguments[copy]
        arguments = {
            name: before[name] if isinstance(value, dict) else value  # SAME
            for name, value in message["arguments"].items()
        }
        self._arguments[copy] = arguments
        outcome = self._copies[copy].caller.call(
            message["operation"],
            arguments,
            _manner(message["manner"]),
            seconds=0.0,  # it is the suite that ends this process
        )
        if isinstance(outcome, Result):
            self._results[message["id"]] = outcome
        return described(outcome)

    def _watch(self, message: Json) -> Json:
        caller = self._copies[message["copy"]].caller
        assert isinstance(caller, Watcher)
        seen = caller.watch(message["operation"], message["calls"], message["what"], seconds=0.0)
        if not isinstance(seen, Seen):
            return described(seen)
        which = [number for number, _ in seen.answers]
        answers = [answer for _, answer in seen.answers]
        return {"type": "seen", "found": list(seen.found), "which": which, "answers": answers}

    def _again(self, identity: int) -> Json:
        see_again = self._results[identity].see_again
        assert see_again is not None
        try:
            return {"type": "seen", "value": see_again()}
        except BaseException as error:  # noqa: BLE001 - the implementation's own code
            return {"type": "failed", "message": f"{type(error).__name__}"}

    def _overwrite(self, identity: int) -> Json:
        overwrite = self._results[identity].overwrite
        assert overwrite is not None
        overwrite()
        return {"type": "overwritten"}

    def _renew(self) -> Json:
        fresh = self._copies[0].fresh_copy()
        if fresh is None:
            return {"type": "failed", "message": "no copy can be made"}
        self._copies.append(fresh)
        self._arguments.append({})
        return {"type": "renewed", "copy": len(self._copies) - 1}


def _manner(told: Json) -> Manner:
    watched = told.pop("watched", None)
    return Manner(**told, watched=None if watched is None else (watched[0], watched[1]))


def described(outcome: Outcome) -> Json:
    """Return an outcome as a message."""
    match outcome:
        case Result():
            return {
                "type": "result",
                "values": list(outcome.values),
                "problem": outcome.problem,
                "looks": [outcome.looks.kind, outcome.looks.order],
                "changes": dict(outcome.see_changes() or {}),
                "ran": outcome.ran,
            }
        case Rejected():
            return {"type": "rejected", **asdict(outcome)}
        case NotOffered(reason):
            return {"type": "not offered", "message": reason}
        case TimedOut(reason) | Died(reason):
            return {"type": "lost", "message": reason}


def loaded(implementation: Implementation) -> Json:
    """Return what the suite must know of an implementation."""
    return {
        "type": "loaded",
        "name": implementation.name,
        "form": implementation.form,
        "accuracy": implementation.accuracy,
        "profile": implementation.profile,
        "limits": implementation.limits,
        "notes": implementation.notes,
        "shares_memory": implementation.shares_memory,
        "others": [binding.told() for binding in implementation.others],
        "renewable": implementation.renew is not None,
        "offers": {
            name: {
                "keywords": sorted(made.keywords),
                "ranks": None if made.ranks is None else sorted(made.ranks),
                "recipe": made.recipe,
                "binding": made.binding and made.binding.told(),
                "is_composed": made.is_composed,
                "kinds": dict(made.kinds),
                "swallowed": sorted(made.swallowed),
            }
            for name, made in implementation.offers.items()
        },
    }


def _in_words(error: BaseException) -> str:
    """Return an error of the suite's own code, with the place where it came up."""
    *_, last = traceback.extract_tb(error.__traceback__)
    place = f"line {last.lineno} of {Path(last.filename).name}"
    return f"{type(error).__name__}: {error}, at {place}"


def main() -> None:
    """Serve the suite until it hangs up."""
    line = Line()
    faulthandler.enable(2)
    ISOLATED.set()
    task = line.receive()
    if task is None:
        return
    sys.path[:] = task["path"]
    try:
        known = task["bindings"]
        implementation = load(
            task["source"],
            task["seconds"],
            Wishes(task["calls"], task["orders"]),
            None if known is None else [*map(Binding.of, known)],
            alone=task["alone"],
        )
    except LoadError as error:
        line.send({"type": "failed", "message": str(error)})
        return
    faulthandler.enable(2)  # the implementation may have turned it elsewhere
    line.send(loaded(implementation))
    worker = Worker(implementation)
    while (message := line.receive()) is not None:
        try:
            line.send(worker.answer(message))
        except BaseException as error:  # noqa: BLE001 - ours, not what the implementation raises
            line.send({"type": "broken", "message": _in_words(error)})
    os._exit(0)  # threads that it left behind do not keep it
