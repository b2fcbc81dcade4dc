"""Failing calls of programs as a line for the shell: what is sent, through a pipe."""

import json
import shlex
from collections.abc import Iterator

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import LOST, Complaint, NonconformanceError
from cnnspec.operations.registry import COMPOSED
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.array_messages import encode_array
from cnnspec.subject.processes.channel import Json
from cnnspec.subject.processes.handshake import HELLO
from cnnspec.subject.processes.program import ProgramCaller

#: Characters of a line that somebody will paste.
LONGEST = 2000

#: Characters of an answer that is expected.
_SHOWN = 300

_EXPECTED = {
    Complaint.ACCEPTED: "an answer of the type error",
    Complaint.ACCIDENT: "an error that says what is wrong with the arguments",
    Complaint.REFUSED: "an answer of the type result",
    Complaint.UNREADABLE: "an array, as PROTOCOL.md says",
    Complaint.CHANGED: "the arguments as they were sent",
    Complaint.OVERWRITTEN: "the result of call {first}, as it was answered",
}


def shell_snippet(error: NonconformanceError, capabilities: Capabilities) -> str:
    """Return a line that shows a failure of a program, "" where there is none or it is too long."""
    program = capabilities.implementation.remote
    called = [case.operation for case in _cases(error)]
    if not isinstance(program, ProgramCaller) or any(name in COMPOSED for name in called):
        return ""
    if error.complaint in (Complaint.SHARED, Complaint.BESIDES, Complaint.ROUNDED_ANEW):
        return ""
    sent = [json.dumps(message) for message in messages(error, program, capabilities)]
    printed = " ".join(shlex.quote(line) for line in sent)
    line = f"printf '%s\\n' {printed} | {shlex.join(program.words)}"
    if len(line) > LONGEST:
        return ""
    return f"{line}\n# expected last: {_expected(error, program)}\n"


def _cases(error: NonconformanceError) -> list[Case]:
    """Return the calls that have to be made, in their order."""
    refused = [error.refused] if error.refused else []
    past = [case for case, _, _ in error.history]
    return [*past, *error.before, *refused, error.case, *error.later]


def first_asked(error: NonconformanceError) -> int:
    """Return the number of the call that a failure is about: later ones may follow."""
    return len(_cases(error)) - len(error.later)


def messages(
    error: NonconformanceError, program: ProgramCaller, capabilities: Capabilities
) -> Iterator[Json]:
    """Yield the messages of a line, the first of which shakes hands."""
    yield HELLO
    cases = _cases(error)
    for number, case in enumerate(cases, 1):
        arguments, _ = capabilities.fit(capabilities.narrowed(case))
        yield program.message(number, case.operation, arguments)
    first = first_asked(error)
    if error.complaint is Complaint.CHANGED:
        yield {"type": "recall", "what": "arguments", "id": first}
    elif error.complaint is Complaint.OVERWRITTEN:
        yield {"type": "recall", "what": "result", "id": first}


def _expected(error: NonconformanceError, program: ProgramCaller) -> str:
    """Return what should come instead of what comes."""
    if error.complaint in LOST:
        return "an answer"
    if said := _EXPECTED.get(error.complaint):
        return said.format(first=first_asked(error))
    if error.answer is None or error.complaint is Complaint.RELATION:
        return error.first_line
    expected = error.answer.high
    if error.got is not None:
        with np.errstate(all="ignore"):
            expected = error.answer.for_result(error.got.dtype).high.astype(error.got.dtype)
    written = json.dumps(encode_array(expected, in_base64=False))
    if program.in_base64:
        in_base64 = encode_array(expected, in_base64=True)["data"]
        written += f", in base64 {in_base64}"
    return written if len(written) <= _SHOWN else "other numbers"
