"""Keeps a process that is judged: stands between it and the suite, and ends it with the suite.

`cnnspec.subject.processes.process` runs this file as a script. It starts a command in a group of
its own and tells the suite over a socket, a line each, the process's id and in the end its exit
status. When the suite's end of the socket closes, however the suite came to its end, it kills the
group. An implementation that sends signals to its parent meets this process, which stays.

It imports next to nothing: its start is part of every process's.
"""

import _thread
import contextlib
import os
import signal
import sys


def keep(line: int, command: list[str]) -> None:
    """Run a command until it ends, or until the other end of ``line`` is closed."""
    os.set_inheritable(line, False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, _stay)  # SIG_IGN would be inherited
    try:
        kept = os.posix_spawnp(
            command[0], command, os.environ, setpgroup=0, setsigdef=[signal.SIGPIPE]
        )
    except OSError as error:
        _tell(line, f"cannot be run: {error.strerror}")
        return
    _thread.start_new_thread(_kill_when_closed, (line, kept))
    _tell(line, str(kept))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # so that the suite sees when the process closes them
        os.dup2(nowhere, descriptor)
    _, status = os.waitpid(kept, 0)
    _kill(kept)  # what it has left behind
    _tell(line, str(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _stay(_signal: int, _frame: object) -> None:
    pass


def _tell(line: int, text: str) -> None:
    with contextlib.suppress(OSError):  # the suite has ended
        os.write(line, f"{text}\n".encode())


def _kill_when_closed(line: int, kept: int) -> None:
    os.read(line, 1)
    with contextlib.suppress(OSError):
        os.kill(kept, signal.SIGKILL)  # it may have left its group
    _kill(kept)


def _kill(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2:])
