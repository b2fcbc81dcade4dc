"""Measuring behaviours: what an implementation answers where correct ones differ.

The questions stand in the rooms of the operations, each with the libraries that were measured to
answer the same; measured_libraries.toml says how that was done.
"""

import importlib.resources
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from cnnspec import operations
from cnnspec.declaration.behaviour import Behaviour, Settled
from cnnspec.declaration.operation import no_behaviours
from cnnspec.judge.asker import CallingAsker
from cnnspec.operations.registry import LAYERS, OPERATIONS, folders_of
from cnnspec.subject.capabilities import Capabilities

#: All behaviours. Of each operation those come last whose calls are the likeliest not to return.
BEHAVIOURS: Sequence[Behaviour] = tuple(
    behaviour for operation in OPERATIONS.values() for behaviour in operation.behaviours()
)


def measure(capabilities: Capabilities) -> list[dict[str, Any]]:
    """Ask an implementation about every behaviour of the operations that it offers.

    Returns
    -------
    list of dict
        For each behaviour ``id``, ``operation``, ``question``, ``answer`` (one of a fixed set),
        ``raised`` (the types of the exceptions that were seen, sorted) and ``like`` (the libraries
        that were measured to answer the same).
    """
    offered = {name for name in LAYERS if capabilities.offers(name)}
    return [_entry(one, capabilities) for one in BEHAVIOURS if one.operation in offered]


def _entry(behaviour: Behaviour, capabilities: Capabilities) -> dict[str, Any]:
    asker = CallingAsker(capabilities, behaviour.operation)
    try:
        answer = behaviour.ask(asker)
    except Settled as settled:
        answer = settled.answer
    words = table()[behaviour.id]
    return {
        "id": behaviour.id,
        "operation": behaviour.operation,
        "question": words["question"],
        "answer": answer,
        "raised": sorted(asker.raised),
        "like": list(words["like"].get(answer, [])),
    }


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return each behaviour's ``question`` and ``like``: the libraries that gave each answer."""
    return {row["id"]: row for row in rows()}


def rows() -> Iterator[dict[str, Any]]:
    """Yield the rows of the rooms' ``behaviours.toml``, in the order of the questions."""
    for room in dict.fromkeys(
        one.room for one in OPERATIONS.values() if one.behaviours is not no_behaviours
    ):
        folder = importlib.resources.files(operations.__name__).joinpath(*folders_of(room))
        file = folder.joinpath("behaviours.toml")
        yield from tomllib.loads(file.read_text("utf-8"))["behaviour"]
