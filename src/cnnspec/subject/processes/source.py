"""Opening what is to be judged, in this process, in one of its own, or as a program."""

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.wishes import Wishes
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.processes.isolation import load_isolated
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.processes.program import PROGRAM, load_program
from cnnspec.subject.sources.importing import LoadError, loading_limit
from cnnspec.subject.sources.loading import load


def open_implementation(
    source: str,
    *,
    isolated: bool = False,
    limits: Limits | None = None,
    wishes: Wishes | None = None,
    alone: Binding | None = None,
) -> Implementation:
    """Return the implementation that ``source`` names, ready to be called.

    Parameters
    ----------
    source : str
        What ``--implementation`` takes.
    isolated : bool
        Whether a Python implementation gets a process of its own. Programs always have one.
    limits : Limits, optional
        What it may use.
    wishes : Wishes, optional
        How operations are called, and which orders of axes they have.
    alone : Binding, optional
        The one way of calling something that is judged, of Python code.

    Raises
    ------
    LoadError
        If it cannot be loaded or started.
    """
    limits = limits or Limits()
    if source.startswith(PROGRAM):
        if wishes:
            raise LoadError("calls and orders of axes are declared of Python code, not of programs")
        return load_program(source.removeprefix(PROGRAM).strip(), limits)
    if isolated and POSSIBLE:
        return load_isolated(source, limits, wishes, alone)
    implementation = load(
        source,
        loading_limit(limits.seconds),
        wishes,
        [alone] if alone else None,
        alone=alone is not None,
    )
    implementation.time_limit = limits.seconds
    if isolated:
        implementation.notes.append("judged in the suite's own process, as this is no POSIX system")
    return implementation
