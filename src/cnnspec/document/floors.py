"""The house: its floors, in the order in which data flows, and which imports which."""

import ast
import importlib
import importlib.resources
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib.resources.abc import Traversable

from cnnspec.declaration.drawing import WIDTH, Drawing

#: The floors from the ground up: each imports only what stands before it.
FLOORS = (
    "exact",
    "simulation",
    "declaration",
    "operations",
    "cases",
    "bindings",
    "bindings.gradients",
    "subject",
    "subject.sources",
    "subject.processes",
    "judge",
    "network",
    "experiments",
    "diagnosis",
    "report",
    "snippets",
    "page",
    "run",
    "exploration",
    "kills",
    "document",
    "commands",
)

#: Letters of a line, in a picture of its width.
_LETTERS = (WIDTH - 42) // 8


def floor_of(name: str) -> str:
    """Return the floor of a module or of what it holds, "" for what is on none of them."""
    inside = name.removeprefix("cnnspec.")
    floors = (floor for floor in reversed(FLOORS) if f"{inside}.".startswith(f"{floor}."))
    return next(floors, "")


@cache
def modules() -> dict[str, frozenset[str]]:
    """Return what each module of the floors imports of cnnspec."""
    return {name: frozenset(_imported(text)) for name, text in _sources()}


def _sources() -> Iterator[tuple[str, str]]:
    for floor in FLOORS:
        yield from _in_folder(importlib.resources.files(f"cnnspec.{floor}"), floor)


def _in_folder(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    """Return the modules of a folder, and those of its rooms, with their text."""
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        inside = f"{name}.{file.name.removesuffix('.py')}"
        if file.name.endswith(".py") and file.name != "__init__.py":
            yield f"cnnspec.{inside}", file.read_text("utf-8")
        elif inside not in FLOORS and (room := file.joinpath("__init__.py")).is_file():
            yield f"cnnspec.{inside}", room.read_text("utf-8")
            yield from _in_folder(file, inside)


def _imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cnnspec"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def below(floor: str) -> list[str]:
    """Return the floors that one imports from, from the ground up."""
    found = {
        floor_of(imported)
        for name, imports in modules().items()
        if floor_of(name) == floor
        for imported in imports
    }
    return [other for other in FLOORS if other in found - {floor}]


def picture() -> Drawing:
    """Draw the floors, the highest first, as the imports have them."""
    drawn = Drawing(
        "The floors of cnnspec",
        "Each floor with its modules; it imports from floors further down only: "
        + "; ".join(f"{floor} from {', '.join(below(floor)) or 'none'}" for floor in FLOORS[::-1]),
    )
    for floor in reversed(FLOORS):
        first = (importlib.import_module(f"cnnspec.{floor}").__doc__ or "").splitlines()[0]
        drawn.height += 8
        drawn.line(floor.replace(".", "/") + "/", style="n")
        for line in textwrap.wrap(first.rstrip("."), _LETTERS):
            drawn.line(line, x=28)
        for line in textwrap.wrap("from " + (", ".join(below(floor)) or "nothing"), _LETTERS):
            drawn.line(line, x=28, style="soft say")
    return drawn
