"""A process at the other end of a line: asked with a time limit, watched, and ended.

POSIX only: elsewhere there is no waiting for a pipe.
"""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from cnnspec.subject.boundary import TIME_LIMIT
from cnnspec.subject.outcomes import OUT_OF_MEMORY
from cnnspec.subject.processes import supervisor
from cnnspec.subject.processes.channel import LARGEST_MESSAGE, READ_AT_ONCE, Codec, Garbled, Json
from cnnspec.subject.processes.last_words import telling

#: Whether processes can be watched here.
POSSIBLE = os.name == "posix"

GIB = 2**30

#: Seconds between two looks at the memory of a process.
_WATCH_EVERY = 0.1

#: Seconds that a process gets to end by itself.
_PARTING = 2.0

#: Bytes of what a process wrote to standard error that are kept: below the line that tells may
#: stand a long trace, or the state of all threads.
_TAIL = 2**16


class Late(Exception):  # noqa: N818 - a signal from a process to its caller
    """There is no answer in time."""


class Dead(Exception):  # noqa: N818 - a signal from a process to its caller
    """The process has ended, or was ended; the text says in words what happened to it."""


@dataclass(frozen=True)
class Limits:
    """What an implementation may use.

    Attributes
    ----------
    seconds : float
        That a call may take.
    memory : int
        Bytes of memory that its process may hold.
    """

    seconds: float = TIME_LIMIT
    memory: int = 8 * GIB


class Child:
    """A process that answers messages, and ends with this one, to which its supervisor sees.

    Parameters
    ----------
    command : sequence of str
    codec : Codec
        How messages are written.
    memory : int
        Bytes; a process that holds more is ended.

    Raises
    ------
    Dead
        If the command cannot be run.
    """

    def __init__(
        self,
        command: Sequence[str],
        codec: Codec,
        *,
        memory: int,
    ) -> None:
        self._codec = codec
        self._memory = memory
        self._received = bytearray()
        self._watched = time.monotonic()
        self._tail = b""
        self._told = b""
        self._status: str | None = None
        self._line, theirs = socket.socketpair()
        with theirs:
            self._keeper = subprocess.Popen(  # noqa: S603 - what the user asked for
                [sys.executable, "-I", "-S", supervisor.__file__, str(theirs.fileno()), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a terminal's signals are for the suite
                bufsize=0,
            )
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._to, self._from = self._keeper.stdin, self._keeper.stdout
        started = self._hear(None)
        if not started.isdigit():
            self._close()
            raise Dead(started)
        self._pid = int(started)
        os.set_blocking(self._to.fileno(), False)
        self._drain = threading.Thread(target=self._keep_tail, daemon=True)
        self._drain.start()

    # --- asking ------------------------------------------------------------------------------

    def ask(self, message: Json, seconds: float) -> Json:
        """Send a message and return the answer.

        Raises
        ------
        Late
            If there is none within ``seconds``; the process is then ended.
        Dead
            If the process ends, holds too much memory, or answers with something else.
        """
        deadline = time.monotonic() + seconds
        try:
            self._check_silence()
            self._send(self._codec.encode(message), deadline)
            return self._receive(deadline)
        except Late:
            self.kill()
            raise
        except Garbled as error:
            self.kill()
            raise Dead(f"broke the line to the suite: it sent {error}") from error
        except (BrokenPipeError, EOFError) as error:
            raise Dead(self._obituary()) from error

    def _check_silence(self) -> None:
        """End a process that speaks unasked: its words would be taken for the next answer."""
        while not self._received and select.select([self._from], [], [], 0)[0]:
            self._read()
        if self._received:
            raise Garbled(f"a message that nobody asked for ({_shown(self._received)})")

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._to.fileno(), view) :]
            except BlockingIOError:
                self._wait(deadline, to_write=True)

    def _receive(self, deadline: float) -> Json:
        while (message := self._codec.take(self._received)) is None:
            if len(self._received) > 2 * LARGEST_MESSAGE:
                raise Garbled("more than can be read")
            self._wait(deadline, to_write=False)
            self._read()
        return message

    def _read(self) -> None:
        data = os.read(self._from.fileno(), READ_AT_ONCE)
        if not data:
            raise EOFError
        self._received += data

    def _wait(self, deadline: float, *, to_write: bool) -> None:
        """Wait until the line can be used, and watch the memory meanwhile."""
        reading, writing = ([], [self._to]) if to_write else ([self._from], [])
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise Late
            if now - self._watched > _WATCH_EVERY:
                self._watch(now)
            ready = select.select(reading, writing, [], min(deadline - now, _WATCH_EVERY))
            if ready[0] or ready[1]:
                return

    def _watch(self, now: float) -> None:
        self._watched = now
        with contextlib.suppress(psutil.Error):
            if psutil.Process(self._pid).memory_info().rss > self._memory:
                self.kill()
                raise Dead(f"used more than {self._memory / GIB:g} {OUT_OF_MEMORY}")

    # --- ending ------------------------------------------------------------------------------

    def tell(self, message: Json) -> None:
        """Send a message that is not answered, if the process is there to hear it."""
        with contextlib.suppress(OSError, Late):
            self._send(self._codec.encode(message), time.monotonic() + _PARTING)

    def stop(self) -> None:
        """Let the process end by itself, and end it if it does not."""
        with contextlib.suppress(OSError):
            self._to.close()
        self._exit_status()
        self.kill()

    def leave(self) -> None:
        """Close the ends of the line in a copy of the suite's process, whose original goes on."""
        for end in (self._line, self._to, self._from, self._keeper.stderr):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.close()

    def kill(self) -> None:
        """End the process and all that it started."""
        if self._line.fileno() < 0:
            return  # that has been done
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)  # at which the keeper kills it
        if self._exit_status() is None:  # the implementation has killed or stopped the keeper
            for end, whom in ((os.killpg, self._pid), (os.kill, self._pid)):
                with contextlib.suppress(OSError):
                    end(whom, signal.SIGKILL)
        self._drain.join(_PARTING)
        self._close()

    def _close(self) -> None:
        self._keeper.kill()
        self._keeper.wait()
        self.leave()

    def _exit_status(self) -> int | None:
        """Return with what the process ended, as `subprocess` has it; ``None``: it does not."""
        if self._status is None:
            self._status = self._hear(_PARTING) or None
        return None if self._status is None else int(self._status)

    def _hear(self, seconds: float | None) -> str:
        """Return what the keeper says next, "" if it says nothing."""
        with contextlib.suppress(OSError, ValueError):  # ValueError: the line is closed
            while b"\n" not in self._told and select.select([self._line], [], [], seconds)[0]:
                data = self._line.recv(256)
                if not data:
                    break
                self._told += data
        said, _, self._told = self._told.partition(b"\n")
        return said.decode()

    def _obituary(self) -> str:
        """Return in words how the process ended."""
        status = self._exit_status()
        self.kill()
        if status is None:
            return "closed its line to the suite"
        if status < 0:
            return f"died of {_signal_in_words(-status)}{self._place()}"
        return f"ended its process with exit status {status}{self._last_words()}"

    @property
    def last_words(self) -> str:
        """The end of what the process wrote to standard error."""
        return self._tail.decode("utf-8", "replace").strip()

    def _keep_tail(self) -> None:
        stream = self._keeper.stderr
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(stream.fileno(), READ_AT_ONCE):
                self._tail = (self._tail + data)[-_TAIL:]

    def _place(self) -> str:
        """Return where Python code was when the process crashed, if faulthandler told."""
        frames = re.findall(r'File "([^"]+)", line (\d+) in (\S+)', self.last_words)
        own = [frame for frame in frames if not frame[0].startswith((sys.base_prefix, sys.prefix))]
        for file, line, function in own or frames:
            return f" at line {line} of {Path(file).name}, in {function}"
        return self._last_words()

    def _last_words(self) -> str:
        said = telling(self.last_words)
        return f"; its last words: {said}" if said else ", and wrote nothing to standard error"


def _shown(data: bytearray) -> str:
    text = bytes(data[:80]).decode("utf-8", "replace")
    return repr(text if len(data) <= 80 else text + "…")


def _signal_in_words(number: int) -> str:
    try:
        return f"{signal.Signals(number).name} ({signal.strsignal(number)})"
    except ValueError:
        return f"signal {number}"
