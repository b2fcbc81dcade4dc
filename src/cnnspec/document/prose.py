"""The prose of the rooms, which stands in ``docs/operations/``, one file of Markdown for each.

It begins with comments: what README.md and docs/family.md say of the room, in a few lines of plain
text. README.md states the operations of the articles, docs/family.md what else is judged.
"""

import importlib.resources
import re

from cnnspec.document.reference_functions import signature_of
from cnnspec.operations.registry import OPERATIONS

#: The pages that say something of a room.
README, FAMILY = "README.md", "docs/family.md"

_IN_SHORT = re.compile(r"<!-- In (README\.md|docs/family\.md):\n(.*?)\n-->\n+", re.DOTALL)


def prose(room: str) -> str:
    """Return what a chapter begins with; of a room that has no prose, its names."""
    if text := _text(room):
        return _IN_SHORT.sub("", text)
    names = (one.name for one in OPERATIONS.values() if one.room == room and not one.reported_as)
    return f"## {', '.join(names)}\n\n{{{{signatures}}}}\n"


def in_short(room: str, page: str = "") -> str:
    """Return what a page says of a room, "" for nothing; without a page, the most that one says.

    Of a room without prose docs/family.md has the signatures.
    """
    said: dict[str, str] = dict(_IN_SHORT.findall(_text(room)))
    if not said:
        layers = [one for one in OPERATIONS.values() if one.room == room and one.is_layer]
        signatures = (f"{one.name}({', '.join(signature_of(one).parameters)})" for one in layers)
        said[FAMILY] = "\n".join(signatures)
    return said.get(page, "") if page else said.get(FAMILY) or said[README]


def _text(room: str) -> str:
    file = importlib.resources.files("cnnspec.docs") / "operations" / f"{room}.md"
    return file.read_text("utf-8") if file.is_file() else ""
