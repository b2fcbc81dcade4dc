"""``cnnspec explain``: what SPEC.md and the catalogue say of an id, in the terminal."""

import difflib
import re
import textwrap
from collections.abc import Iterator, Sequence

from cnnspec.cases.requirements import CHAPTERS, requirements
from cnnspec.commands.terminal import wants_colours
from cnnspec.document.sections import (
    fault_section,
    requirement_line,
    requirement_section,
    requirements_of,
)
from cnnspec.faults import FAULTS
from cnnspec.operations.registry import OPERATIONS

#: Columns of plain text, and of the widest page on a terminal.
WIDTH = 88
WIDEST = 100


class UnknownIdError(Exception):
    """There is nothing to explain under an id; the message names close ones."""


def explain(identities: Sequence[str]) -> None:
    """Print what there is to say of requirements, faults, operations and chapters.

    Raises
    ------
    UnknownIdError
        If one of them is none of these; nothing is printed then.
    """
    known = [_known(identity) for identity in identities]
    for number, name in enumerate(known):
        if number:
            print()  # noqa: T201 - what it is for
        _show(explanation(name))


def explanation(name: str) -> str:
    """Return what there is to say of an id, as Markdown."""
    if name in requirements():
        return requirement_section(requirements()[name])
    if name in FAULTS:
        return fault_section(FAULTS[name])
    listed = (
        requirements_of(name)
        if name in CHAPTERS
        else [one for one in requirements().values() if name in one.operations]
    )
    return "\n".join([f"### {name}\n", *(f"- {requirement_line(one)}" for one in listed), ""])


def _names() -> dict[str, str]:
    """Return everything that can be explained, by how it may be written: in any case."""
    operations = [name for name, one in OPERATIONS.items() if not one.reported_as]
    names = [*requirements(), *FAULTS, *CHAPTERS, *operations]
    return {name.lower(): name for name in names}


def _known(identity: str) -> str:
    """Return an id as it is spelled."""
    names = _names()
    if found := names.get(identity.lower()):
        return found
    padded = re.sub(r"-(\d)$", r"-0\1", identity.lower())
    close = [padded] if padded in names else []
    close += difflib.get_close_matches(identity.lower(), names, n=5, cutoff=0.5)
    close += [name for name in names if identity.lower() in name][:5]
    hint = (
        f"; did you mean {', '.join(names[name] for name in dict.fromkeys(close))}?"
        if close
        else ""
    )
    raise UnknownIdError(f"there is no requirement, fault, operation or chapter {identity!r}{hint}")


# --- on the screen ---------------------------------------------------------------------------


def _show(markdown: str) -> None:
    """Print Markdown: laid out in colours on a terminal that wants them, else as plain text."""
    if wants_colours():
        from rich.console import Console  # noqa: PLC0415 - it takes time to import
        from rich.markdown import Markdown  # noqa: PLC0415

        console = Console()
        page = "\n".join(_without_anchors(markdown)).replace("```python", "```pycon")
        console.print(Markdown(page), width=min(console.width, WIDEST))
    else:
        print(plain(markdown))  # noqa: T201 - what it is for


def _without_anchors(markdown: str) -> Iterator[str]:
    """Return the lines without what is there for links only."""
    for line in markdown.splitlines():
        if not line.startswith("<a id="):
            yield re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", line)


def plain(markdown: str) -> str:
    """Return Markdown as text without marks, its paragraphs wrapped and its code indented."""
    lines: list[str] = []
    in_code = False
    for line in _without_anchors(markdown):
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            lines.append(f"    {line}".rstrip())
        else:
            lines += _wrapped(line) or [""]
    text = "\n".join(lines).strip()
    return re.sub(r"\n{3,}", "\n\n", text)


def _wrapped(line: str) -> list[str]:
    words = re.sub(r"^#+ ", "", line)
    words = re.sub(r"\*\*(.+?)\*\*", r"\1", words)
    words = re.sub(r"(^|(?<= ))\*([^\s*][^*]*)\*", r"\2", words).replace("`", "")
    further = "  " if words.startswith("- ") else ""
    return textwrap.wrap(words, WIDTH, subsequent_indent=further, break_on_hyphens=False)
