"""Texts that come from implementations, made fit for terminals, files and pages."""

from collections.abc import Sequence

#: Characters of a text that are shown.
LONGEST = 10_000


def legible(text: str) -> str:
    """Return a text that can be shown (`escaped`); what is too long to be read is cut off."""
    return escaped(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def escaped(text: str) -> str:
    r"""Return a text with whatever cannot be shown escaped as in Python: ``\x1b``, ``\ud83d``.

    Halves of surrogate pairs cannot be encoded, XML holds no control characters, and a terminal
    obeys them. Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode()
        for one in text
    )


def counted(count: int, one: str, many: str = "") -> str:
    """Return how many there are of something, in words: "1 row", "2 rows", "1 axis"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words: "one, two and three"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
