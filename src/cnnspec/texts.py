"""Texts that come from implementations, made fit for terminals, files and pages."""


def legible(text: str) -> str:
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
