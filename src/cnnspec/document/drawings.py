"""The drawn pictures of the specification: those of the operations, with their cases."""

from collections.abc import Mapping
from html import escape
from typing import Any

from cnnspec.cases.hand_computed import hand_computed
from cnnspec.declaration.drawing import WIDTH, Drawing, Picture
from cnnspec.operations.registry import OPERATIONS

#: The folder of the pictures, as the repository has it.
FOLDER = "pictures"

_PICTURES = {one.name: one for operation in OPERATIONS.values() for one in operation.pictures}

#: The names of the pictures.
NAMES = tuple(_PICTURES)


def pictures() -> dict[str, Drawing]:
    """Return all pictures by the names of their files."""
    return {f"{name}.svg": _drawn(picture) for name, picture in _PICTURES.items()}


def as_markdown(name: str) -> str:
    """Return the picture of a name as Markdown shows it."""
    drawing = _drawn(_PICTURES[name])
    alt = f"{drawing.title}. {drawing.description}"
    return f'<img src="{FOLDER}/{name}.svg" width="{WIDTH}" alt="{escape(alt)}">'


def _drawn(picture: Picture) -> Drawing:
    return picture.draw(_arguments(picture.case) if picture.case else {})


def _arguments(case: str) -> Mapping[str, Any]:
    return next(known.case.arguments for known in hand_computed() if known.case.id == case)
