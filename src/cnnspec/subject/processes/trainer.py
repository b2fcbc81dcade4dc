"""The child process in which an implementation's training runs.

It loads what it is told to load, takes the steps that it is told to take, and sends back what they
left behind. It knows no expected answer and draws no conclusion.
"""

import faulthandler
import os
import sys

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.operations.network.article_forms import HELD
from cnnspec.subject.guard import ISOLATED, quiet
from cnnspec.subject.processes.channel import Json
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load_thing
from cnnspec.subject.sources.trainees import Trainee, UnusableStepError, trainee


class Trainer:
    """Takes steps of one training."""

    def __init__(self, found: Trainee) -> None:
        self._trainee = found

    def answer(self, message: Json) -> Json:
        """Return the answer to a message."""
        try:
            if message["type"] == "begin":
                given = {name: message[name] for name in HELD}
                return {"type": "begun", **self._trainee.begin(given)}
            loss, after = self._trainee.step(message["pixels"], message["digit"], message["rate"])
        except Unavailable as reason:
            return {"type": "unavailable", "message": str(reason)}
        except UnusableStepError as problem:
            return {"type": "failed", "message": str(problem)}
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything
            return {"type": "failed", "message": f"it raises {type(error).__name__}: {error}"}
        return {"type": "stepped", "loss": loss, **after}


def load_trainer(source: str, seconds: float) -> tuple[Trainer | None, Json]:
    """Load what trains, and return it with the answer for the suite."""
    try:
        thing, notes = load_thing(source, seconds)
        with quiet():
            found = trainee(thing)
    except LoadError as error:
        return None, {"type": "failed", "message": str(error)}
    except Unavailable as reason:
        return None, {"type": "unavailable", "message": str(reason)}
    return Trainer(found), {"type": "loaded", "called": found.called, "notes": notes}


def main() -> None:
    """Serve the suite until it hangs up."""
    from cnnspec.subject.processes.line import Line  # noqa: PLC0415 - POSIX only

    line = Line()
    faulthandler.enable(2)
    ISOLATED.set()
    task = line.receive()
    if task is None:
        return
    sys.path[:] = task["path"]
    trainer, answer = load_trainer(task["source"], task["seconds"])
    line.send(answer)
    if trainer is None:
        return
    while (message := line.receive()) is not None:
        with quiet():
            answer = trainer.answer(message)
        line.send(answer)
    os._exit(0)  # threads that it left behind do not keep it
