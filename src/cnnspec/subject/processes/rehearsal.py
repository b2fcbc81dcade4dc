"""The process in which snippets are tried before they are shown.

It imports the implementation once, as a snippet does, and runs every snippet in a fork of its own:
an implementation that has seen no call. It imports little: its start is all that most checks pay.
"""

import contextlib
import io
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Sequence
from typing import Any

from cnnspec.subject.outcomes import NetworkResult, read
from cnnspec.subject.processes.channel import READ_AT_ONCE, Frames, Json
from cnnspec.subject.processes.line import Line

#: What a program answers that refuses a call, and what reports call that.
_ANSWERS = {"error": "an error", "not offered": "not offered"}

#: Characters of what a snippet prints that are sent.
_PRINTED = 100_000


def main() -> None:
    """Serve the suite until it hangs up."""
    line = Line()
    warnings.simplefilter("ignore")
    while (message := line.receive()) is not None:
        match message["type"]:
            case "import":
                line.send(_imported(message))
            case "run":
                line.send(_in_a_fork(message))
    os._exit(0)


def _imported(message: Json) -> Json:
    """Import what is judged, in the folder in which a snippet is to be run."""
    sys.path[:] = message["path"]
    if message["folder"]:
        os.chdir(message["folder"])
    raised = _run(message["program"], {"__name__": "__main__"}, io.StringIO())
    return {"type": "imported", "raised": raised}


def _run(program: str, names: dict[str, Any], printed: io.StringIO) -> str:
    """Run a program; return the name of what it raises, "" for nothing."""
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(program, "<snippet>", "exec"), names)  # noqa: S102 - what it is for
    except BaseException as error:  # noqa: BLE001 - whatever the implementation raises
        return type(error).__name__
    return ""


def _in_a_fork(message: Json) -> Json:
    """Return what comes of a snippet, within its seconds."""
    coming, going = os.pipe()
    child = os.fork()
    if not child:
        os.close(coming)
        with os.fdopen(going, "wb") as out:
            out.write(Frames().encode(_perform(message)))
        os._exit(0)
    os.close(going)
    received, is_late = _received(coming, time.monotonic() + message["seconds"])
    os.close(coming)
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = Frames().take(received)
    return told or {"type": "late" if is_late else "died"}


def _received(descriptor: int, deadline: float) -> tuple[bytearray, bool]:
    """Return what comes in up to its end, and whether that was too late."""
    received = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if select.select([descriptor], [], [], left)[0]:
            data = os.read(descriptor, READ_AT_ONCE)
            if not data:
                return received, False
            received += data
    return received, True


def _perform(message: Json) -> Json:
    """Run a snippet, and return what its names hold in the end."""
    _limit_memory(message["memory"])
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    raised = _run(message["program"], names, printed)
    result = names.get("result")
    if isinstance(result, dict) and result.get("type") in _ANSWERS:
        raised = _ANSWERS[result["type"]]  # of a program
    values, problem = _read(result, message["parts"])
    held = {n: _read(names[n])[0][0] for n in message["names"] if n in names and _read(names[n])[0]}
    return {
        "type": "ran",
        "raised": raised,
        "values": list(values),
        "problem": problem,
        "held": held,
        "printed": printed.getvalue()[:_PRINTED],
    }


def _read(value: Any, parts: int = 1) -> tuple[Sequence[Any], str]:
    try:
        return read(NetworkResult(value) if parts > 1 else value)
    except BaseException as error:  # noqa: BLE001 - reading runs the implementation's own code
        return (), type(error).__name__


def _limit_memory(size: int) -> None:
    """Let this process hold no more than so many bytes."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
