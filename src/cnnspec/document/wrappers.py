"""``cnnspec init --for``: a file beside somebody's, which says how their code is called."""

import sys
from collections.abc import Iterator
from pathlib import Path

from cnnspec.bindings.binding import Binding
from cnnspec.document.starters import StartError
from cnnspec.judged import name_of
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from cnnspec.subject.sources.suggestions import calls_for

_HEAD = '''\
"""How the layers of {name} are called, for `cnnspec check {file}`.

A call is Python code over the names of {name} and an operation's parameters:
{parameters}
What a call does not name is not tested. `filter` and `map` mean once for each filter, or map.
"""

from {module} import *  # noqa: F403
'''


def write_wrapper(theirs: Path, file: Path | None = None, *, force: bool = False) -> str:
    """Write a file that says how the code of another is called, and return what to do with it.

    Raises
    ------
    StartError
        If there is no such code, or a file already.
    OSError
        If it cannot be written.
    """
    if theirs.suffix != ".py" or not theirs.stem.isidentifier():
        raise StartError(f"{theirs} must be a Python file whose name can be imported")
    written = file or theirs.with_name(f"{theirs.stem}_cnnspec.py")
    if written.resolve().parent != theirs.resolve().parent:
        raise StartError(f"{written} must stand beside {theirs}, which it imports")
    try:
        judged = load(str(theirs))
    except LoadError as error:
        raise StartError(str(error)) from error
    text = "\n".join(_lines(theirs, written, judged)) + "\n"
    try:
        with written.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise StartError(f"{written} is there already; --force replaces it") from None
    return f"{written} is written; look at its calls, then: cnnspec check {written}"


def _lines(theirs: Path, written: Path, judged: Implementation) -> Iterator[str]:
    parameters = "\n".join(
        f"{name}: {', '.join((*OPERATIONS[name].required, *OPERATIONS[name].optional))}"
        for name in LAYERS
    )
    yield _HEAD.format(
        name=theirs.name, file=written.name, module=theirs.stem, parameters=parameters
    )
    found = judged.bindings
    calls = {name: one.call for name, one in found.items() if not one.made}
    module = sys.modules[name_of(theirs.resolve())]
    guesses = calls_for(vars(module), module.__name__)
    for name, one in found.items():
        if one.made:
            yield f"# {name} is found by itself: {one.named}"
    for name in judged.offers:
        if name not in found and name in LAYERS:
            yield f"# {name} is found by itself."
    yield 'CNNSPEC = {\n    "calls": {'
    for name in LAYERS:
        if name in calls:
            yield f"        {name!r}: {calls[name]!r},"
        elif name in guesses and name not in judged.offers:
            yield f"        {name!r}: {guesses[name]!r},  # a guess"
    yield "    },"
    for family, order in _orders(found).items():
        yield f"    {family!r}: {order!r},"
    yield "}"


def _orders(found: dict[str, Binding]) -> dict[str, str]:
    """Return the orders of axes in which the calls are read."""
    return {
        family: order
        for one in found.values()
        if not one.made
        for family, order in one.reading.items()
    }
