"""Running snippets, in Python and in a shell, and telling whether they show a failure."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from numpy.typing import NDArray

from cnnspec.declaration.answer import errors_of
from cnnspec.diagnosis.replays import agree
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.snippets.imports import folder_of, imports
from cnnspec.snippets.shell_snippets import first_asked, messages
from cnnspec.subject.caller import same
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.array_messages import decode_array
from cnnspec.subject.processes.channel import READ_AT_ONCE, Garbled, Json, ToOwnCode
from cnnspec.subject.processes.process import Child, Dead, Late
from cnnspec.subject.processes.program import PROGRAM, Lines, ProgramCaller
from cnnspec.subject.sources.importing import loading_limit

Array = NDArray[Any]

RETURNED, REFUSED, DIED, LATE = "returned", "refused", "died", "late"

#: What a program is told to print before and after its result may have changed.
_BEFORE, _BY_NOW = "the result:", "got, by now:"


#: How a call ends that does not return.
_NOT_RETURNED = {
    Complaint.REFUSED: REFUSED,
    Complaint.UNCLEAN: REFUSED,
    Complaint.ACCIDENT: REFUSED,
    Complaint.DIED: DIED,
}


@dataclass(frozen=True)
class Seen:
    """What came of a snippet.

    Attributes
    ----------
    ended : str
        `RETURNED`, `REFUSED`, `DIED` or `LATE`.
    raised : str
        The name of the exception.
    values : list of arrays
        The parts of the result.
    problem : str
        Why there are none.
    held : mapping
        What arguments hold in the end.
    is_changed : bool
        Whether an earlier result holds other numbers in the end.
    """

    ended: str
    raised: str = ""
    values: list[Array] = field(default_factory=list)
    problem: str = ""
    held: Mapping[str, Array] = field(default_factory=dict)
    is_changed: bool = False


def shows(error: NonconformanceError, seen: Seen, capabilities: Capabilities) -> bool:
    """Return whether what came of a snippet is the failure that it was made for."""
    if error.complaint in _NOT_RETURNED:
        is_so = seen.ended == _NOT_RETURNED[error.complaint]
        return is_so and (seen.ended != REFUSED or seen.raised in error.detail)
    if seen.ended != RETURNED:
        return False
    sent, restore = capabilities.fit(capabilities.narrowed(error.case))
    is_so_of = {
        Complaint.ACCEPTED: True,
        Complaint.UNREADABLE: bool(seen.problem),
        Complaint.OVERWRITTEN: seen.is_changed,
        Complaint.CHANGED: any(
            not same(sent[name], seen.held[name])
            for name in error.detail.split(", ")
            if name in seen.held
        ),
    }
    if error.complaint in is_so_of:
        return is_so_of[error.complaint]
    return error.got is not None and any(
        _is_as_seen(error, restore, value) for value in seen.values
    )


def _is_as_seen(
    error: NonconformanceError, restore: Callable[[Array], Array], value: Array
) -> bool:
    """Return whether a result is the one that failed, or is wrong in other numbers."""
    assert error.got is not None
    with suppress(ValueError, IndexError):  # of another number of axes
        restored = restore(value)
        return agree(restored, error.got, error.largest_error) or _is_wrong(error, restored)
    return False


def _is_wrong(error: NonconformanceError, value: Array) -> bool:
    """Return whether a result is beyond its bounds: of memory that is not its own, for example."""
    if error.answer is None or error.complaint not in (Complaint.VALUES, Complaint.LAYOUT):
        return False
    answer = error.answer.for_result(value.dtype)
    is_of_shape = value.shape == answer.high.shape
    return is_of_shape and not bool((errors_of(value, answer) <= answer.allowed).all())


class Stage:
    """A process in which snippets are run, each on an implementation that has seen no call."""

    def __init__(self, capabilities: Capabilities, memory: int) -> None:
        self._implementation = capabilities.implementation
        self._memory = memory
        self._child: Future[Child] | None = None
        #: Why nothing can be run.
        self.unusable = ""

    def prepare(self) -> None:
        """Start the process, and go on: it may take long to import what is judged."""
        if self._child is None:
            self._child = Future()
            Thread(target=self._start, args=[self._child], daemon=True).start()

    def _start(self, child: Future[Child]) -> None:
        try:
            child.set_result(self._started(loading_limit(self._implementation.time_limit)))
        except (Late, Dead) as lost:
            child.set_exception(lost)

    def run(self, text: str, error: NonconformanceError) -> Seen:
        """Return what comes of a snippet."""
        message = {
            "type": "run",
            "program": text,
            "parts": OPERATIONS[error.case.operation].results,
            "names": list(error.case.arguments),
            "seconds": self._implementation.time_limit,
            "memory": self._memory,
        }
        answer = self._ask(message, loading_limit(self._implementation.time_limit))
        is_program = self._implementation.source.startswith(PROGRAM)
        if answer.get("type") != "ran":
            return Seen(LATE if answer.get("type") == "late" else DIED)
        first, _, now = str(answer["printed"]).partition(_BY_NOW)
        raised = str(answer["raised"])
        if raised == "not offered":
            return Seen(REFUSED)
        if raised and is_program and raised != "an error":
            return Seen(DIED)  # the snippet waits for an answer in vain
        return Seen(
            REFUSED if raised else RETURNED,
            raised,
            list(answer["values"]),
            str(answer["problem"]),
            dict(answer["held"]),
            is_changed=bool(now) and first.partition(_BEFORE)[2].split() != now.split(),
        )

    def _ask(self, message: Json, seconds: float) -> Json:
        if self.unusable:
            return {}
        try:
            self.prepare()
            assert self._child is not None
            return self._child.result().ask(message, seconds)
        except (Late, Dead) as lost:
            said = str(lost) or "does not answer in time"
            self.unusable = f"the process in which it would be shown {said}"
            return {}

    def _started(self, seconds: float) -> Child:
        command = "from cnnspec.subject.processes.rehearsal import main; main()"
        child = Child([sys.executable, "-P", "-c", command], ToOwnCode(), memory=self._memory)
        source, folder = self._implementation.source, folder_of(self._implementation.source)
        lines = [] if source.startswith(PROGRAM) else imports(source)
        here = os.getcwd()  # noqa: PTH109 - as sys.path has it
        task = {
            "type": "import",
            "path": [folder or here, *(entry or here for entry in sys.path)],
            "folder": folder,
            "program": "\n".join(["import numpy as np", *lines]),
        }
        if raised := child.ask(task, seconds)["raised"]:
            child.kill()
            raise Dead(f"raises {raised} when it imports what is judged")
        return child

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            with suppress(Late, Dead):
                self._child.result().kill()


def in_a_shell(line: str, error: NonconformanceError, capabilities: Capabilities) -> Seen:
    """Return what comes of a line for the shell."""
    program = capabilities.implementation.remote
    assert isinstance(program, ProgramCaller)
    due = len(list(messages(error, program, capabilities)))
    try:
        answers, is_late = _answers(line, due, capabilities.implementation.time_limit)
        if len(answers) < due:
            return Seen(LATE if is_late else DIED)
        return _seen(answers, error)
    except Garbled:
        return Seen(DIED)


def _answers(line: str, due: int, seconds: float) -> tuple[list[Json], bool]:
    """Return the answers that a line brings, and whether the last of them is too late."""
    deadline = time.monotonic() + seconds
    started = subprocess.Popen(  # noqa: S602 - what the user asked for, quoted
        line,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert started.stdout is not None
    answers: list[Json] = []
    received = bytearray()
    try:
        while len(answers) < due:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([started.stdout], [], [], left)[0]:
                return answers, True
            data = os.read(started.stdout.fileno(), READ_AT_ONCE)
            if not data:
                return answers, False
            received += data
            while (answer := Lines().take(received)) is not None:
                answers.append(answer)
        return answers, False
    finally:
        with suppress(OSError):
            os.killpg(started.pid, signal.SIGKILL)
        started.stdout.close()
        started.wait()


def _seen(answers: list[Json], error: NonconformanceError) -> Seen:
    """Return what the last of the answers says."""
    last = answers[-1]
    match last.get("type"):
        case "error":
            return Seen(REFUSED, "an error")
        case "not offered":
            return Seen(REFUSED)
        case "recalled" if "arguments" in last:
            given = last["arguments"]
            return Seen(RETURNED, held={n: decode_array(value) for n, value in given.items()})
        case "recalled":
            before = decode_array(answers[first_asked(error)].get("value"))
            return Seen(RETURNED, is_changed=not same(before, decode_array(last.get("value"))))
        case "result":
            return _of_result(last.get("value"))
    return Seen(DIED)


def _of_result(value: Any) -> Seen:
    try:
        parts = value if isinstance(value, list) else [value]
        return Seen(RETURNED, values=[decode_array(part) for part in parts])
    except Garbled as garbled:
        return Seen(RETURNED, problem=str(garbled))
