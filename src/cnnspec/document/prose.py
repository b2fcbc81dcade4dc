"""The prose of the rooms, which stands in ``docs/operations/``, one file of Markdown for each.

It begins with a comment: what README.md says of the room, in a few lines of plain text.
"""

import importlib.resources
import re

from cnnspec.document.reference_functions import signature_of
from cnnspec.operations.registry import OPERATIONS

_IN_SHORT = re.compile(r"<!-- In README\.md:\n(.*?)\n-->\n+", re.DOTALL)


def prose(room: str) -> str:
    """Return what a chapter begins with; of a room that has no prose, its names."""
    if text := _text(room):
        return _IN_SHORT.sub("", text)
    names = (one.name for one in OPERATIONS.values() if one.room == room and not one.reported_as)
    return f"## {', '.join(names)}\n\n{{{{signatures}}}}\n"


def in_short(room: str) -> str:
    """Return what README.md says of a room; where nothing is said, its signatures."""
    if found := _IN_SHORT.match(_text(room)):
        return found[1]
    layers = [one for one in OPERATIONS.values() if one.room == room and one.is_layer]
    return "\n".join(f"{one.name}({', '.join(signature_of(one).parameters)})" for one in layers)


def _text(room: str) -> str:
    file = importlib.resources.files("cnnspec.docs") / "operations" / f"{room}.md"
    return file.read_text("utf-8") if file.is_file() else ""
