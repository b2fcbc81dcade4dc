"""What several tests of the harness share."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cnnspec.kills.kill_matrix import module_of
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation, offer

SPECIMENS = Path(__file__).parent / "specimens"

#: The correct specimens, and what each may be advised.
CORRECT: dict[str, set[str]] = {
    "plain_loops": set(),
    "float32_everywhere": set(),
    "relu_only": set(),
    "noisy": set(),
    "float16_results": set(),
    "float16_only": set(),
    "batches_and_rows_only": set(),
    "article1_exits": {"CONV-32", "CONV-33", "POOL-24"},
    "layers_and_network": {"NET-11"},
}

#: Whether everything is tried, as `.ci/full` does, or samples where the whole takes minutes.
EVERYTHING = bool(os.environ.get("CNNSPEC_EVERYTHING"))

#: Where samples begin. `.ci/run` takes the commit's hash, so that everything has its turn.
_TURN = int(os.environ.get("CNNSPEC_TURN", "0"))

#: Of so many slow tests one is run.
_TURNS = 16

T = TypeVar("T")


#: Marks slow tests: of these one of sixteen is run, by turns.
by_turns = pytest.mark.by_turns


def is_its_turn(place: int) -> bool:
    """Return whether a slow test, the one of this number, is run now."""
    return EVERYTHING or place % _TURNS == _TURN % _TURNS


def sample(things: Iterable[T], every: int) -> list[T]:
    """Return one of every so many things, or all where there is time."""
    found = list(things)
    first = _TURN // _TURNS % every  # whatever is slow of it has its turn as well
    return found if EVERYTHING else found[first::every]


def some(things: Sequence[T], count: int) -> list[T]:
    """Return so many things, others for each commit, however much time there is."""
    return [*things[_TURN % max(1, len(things) // count) :: max(1, len(things) // count)]]


@cache
def spec_md() -> str:
    """Return SPEC.md, which `test_drawings.py` holds to be what the command writes."""
    return (Path(__file__).parent.parent / "SPEC.md").read_text("utf-8")


def implementation(**functions: Callable[..., Any]) -> Implementation:
    """Return an implementation that offers the given functions as operations."""
    offers = {name: offer(name, function) for name, function in functions.items()}
    return Implementation("specimen", "specimen", "operations", offers)


def statuses(report: dict[str, Any]) -> dict[str, str]:
    """Return the status of every requirement of a report."""
    return {entry["id"]: entry["status"] for entry in report["requirements"]}


def judge_alone(operation: str, function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """Return the report on one function, judged by the spec tests of its operation only."""
    return check(implementation(**{operation: function}), modules=[module_of(operation)], **options)
