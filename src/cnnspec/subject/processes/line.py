"""A child process's end of the line to the suite. It imports little: its start is part of each."""

import fcntl
import os

from cnnspec.subject.processes.channel import READ_AT_ONCE, FromSuite, Json

#: Descriptors of the line to the suite lie above those that programs take for their own.
_OUT_OF_THE_WAY = 64


class Line:
    """The child's end of the line: standard input and output, moved out of the way."""

    def __init__(self) -> None:
        self._codec = FromSuite()
        self._received = bytearray()
        self._owner = os.getpid()
        # Prints must not get into the line, and nobody types at it.
        self._in, self._out = (
            fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY) for fd in (0, 1)
        )
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.dup2(2, 1)

    def receive(self) -> Json | None:
        """Return the next message, ``None`` at the end."""
        while (message := self._codec.take(self._received)) is None:
            data = os.read(self._in, READ_AT_ONCE)
            if not data:
                return None
            self._received += data
        return message

    def send(self, message: Json) -> None:
        """Answer; a copy of this process that an implementation forked has no say."""
        if os.getpid() != self._owner:
            os._exit(0)
        view = memoryview(self._codec.encode(message))
        while view:
            view = view[os.write(self._out, view) :]
