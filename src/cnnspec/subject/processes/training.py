"""Training of an implementation, in a process of its own where that is possible.

The suite's side of the line: `cnnspec.subject.processes.trainer` is the other.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import Any

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.subject.guard import OutOfTime, quiet, time_limit
from cnnspec.subject.lost_calls import LOADING_TIMES
from cnnspec.subject.outcomes import Array
from cnnspec.subject.processes.channel import Json, ToOwnCode
from cnnspec.subject.processes.process import POSSIBLE, Child, Dead, Late, Limits
from cnnspec.subject.processes.program import PROGRAM
from cnnspec.subject.processes.trainer import load_trainer
from cnnspec.subject.sources.importing import LoadError, limit_in_words, loading_limit

#: Seconds beyond its own limit that a process gets for loading.
_GRACE = 5.0


class StepFailedError(Exception):
    """A step came to no new parameters; the message says why."""


@dataclass(frozen=True)
class Stepped:
    """What a step has left behind: the loss, if there is one, and the new parameters."""

    loss: Array | None
    parameters: dict[str, Array]


@dataclass
class Training:
    """Training that is asked step by step.

    Attributes
    ----------
    called : str
        How a step is called.
    notes : list of str
        What its user should know about how it was loaded.
    """

    child: Child | None
    here: Any
    seconds: float
    called: str = ""
    notes: list[str] = field(default_factory=list)

    def begin(self, parameters: dict[str, Array]) -> dict[str, Array]:
        """Give it its first parameters; see `cnnspec.subject.sources.trainees.Trainee`.

        Raises
        ------
        Unavailable
            If it does not take them.
        StepFailedError
            If it ends over them.
        """
        answer = self._ask({"type": "begin", **parameters})
        return {name: answer[name] for name in parameters}

    def step(self, image: Array, label: int, rate: float) -> Stepped:
        """Have a step taken.

        Raises
        ------
        StepFailedError
            If it raises an exception, does not return in time, or ends its process.
        """
        answer = self._ask({"type": "step", "pixels": image, "digit": label, "rate": rate})
        loss = answer.pop("loss")
        return Stepped(loss, {name: answer[name] for name in answer if name != "type"})

    def _ask(self, message: Json) -> Json:
        try:
            answer = self._answer(message)
            if answer["type"] == "unavailable":
                raise Unavailable(str(answer["message"]))
            if answer["type"] == "failed":
                raise StepFailedError(str(answer["message"]))
        except (Late, OutOfTime):
            raise StepFailedError(f"it did not return within {self.seconds:g} s") from None
        except Dead as death:
            raise StepFailedError(f"it {death}") from None
        return answer

    def _answer(self, message: Json) -> Json:
        if self.child is not None:
            return self.child.ask(message, self.seconds)
        with quiet(), time_limit(self.seconds):
            found: Json = self.here.answer(message)
        return found

    def close(self) -> None:
        """End the process."""
        if self.child is not None:
            self.child.kill()


def open_training(source: str, *, isolated: bool = True, limits: Limits | None = None) -> Training:
    """Load what trains, in a process of its own unless it is not to be ``isolated``.

    Raises
    ------
    Unavailable
        If it has no training by the article's names.
    LoadError
        If it cannot be loaded.
    """
    limits = limits or Limits()
    loading, seconds = loading_limit(limits.seconds), LOADING_TIMES * limits.seconds
    if source.startswith(PROGRAM):
        raise Unavailable("training is asked of Python code only, not of programs")
    if not (isolated and POSSIBLE):
        return _told(load_trainer(source, loading), Training(None, None, seconds))
    child = Child(
        [sys.executable, "-P", "-c", "from cnnspec.subject.processes.trainer import main; main()"],
        ToOwnCode(),
        memory=limits.memory,
    )
    path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109 - as sys.path has it
    task = {"type": "load", "path": path, "source": source, "seconds": loading}
    try:
        answer = child.ask(task, loading + _GRACE)
    except Late:
        too_long = f"importing it takes longer than {limit_in_words(loading)}"
        raise LoadError(f"{source} cannot be loaded: {too_long}") from None
    except Dead as death:
        raise LoadError(f"{source} cannot be loaded: importing it {death}") from None
    try:
        return _told((None, answer), Training(child, None, seconds))
    except (LoadError, Unavailable):
        child.kill()
        raise


def _told(loaded: tuple[Any, Json], training: Training) -> Training:
    """Enter what was said of something that was loaded."""
    training.here, answer = loaded
    if answer["type"] == "unavailable":
        raise Unavailable(str(answer["message"]))
    if answer["type"] == "failed":
        raise LoadError(str(answer["message"]))
    training.called, training.notes = str(answer["called"]), list(answer["notes"])
    return training
