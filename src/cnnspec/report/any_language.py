"""What is said of programs in other languages: the same, without the words of Python.

Remedies and explanations say in words what is meant, and may give the Python of it behind a colon,
after a comma or in brackets. There it can be left out.
"""

import re
from collections.abc import Iterator

from cnnspec.faults import FAULTS
from cnnspec.judge.nonconformance import LOST
from cnnspec.report.entries import Json

#: Phrases of Python, and the same in any language. The first that fits comes first.
_PHRASES = tuple(
    (re.compile(said), instead)
    for said, instead in (
        (
            r"(\w+) = np\.transpose\(\w+, (\([\d, ]*\))\)",
            r"bring the axes of \1 into the order \2, counted from 0",
        ),
        (
            r"numpy\.transpose\((\w+), (.*)\) would be",
            r"the axes of the \1 in the order \2 would be",
        ),
        (r"(\w+) = \1\.T\b", r"transpose the \1"),
        (r"raise a (?:Value|Type)Error that names", "refuse the call, and name"),
        (r"raise a (?:Value|Type)Error", "refuse the call"),
        (r"raises an exception", "is refused"),
        (r"raise an exception", "be refused"),
        (r"all refused with ValueError, TypeError or IndexError", "all refused"),
        (r"CNNSPEC = \{(.*?)\}", r"\1 in the handshake"),
        (r"numpy\.(argmax|argmin|exp|log)\b", r"\1"),
        (r"(\([^()]*\)|\w+) // (\w+)", r"floor(\1 / \2)"),
        (r"floor\(\(([^()]*)\) / (\w+)\)", r"floor((\1) / \2)"),
        (r"a NumPy array", "an array"),
    )
)

#: What only Python's readers know.
_PYTHON = re.compile(
    r"\b(?:np|numpy|operator|threading|sys)\.|NumPy|\b\w*(?:axis|dtype|dim|_pad|mode)=|"
    r"\.(?:T|shape|reshape|ravel|flatten|astype|copy|max|min|sum|mean)\b|\b(?:None|True|False)\b"
    r"|\b\w*_(?:like|view)\b|\bkeepdims\b|::|\brange\(|`"
)

#: In front of Python stands one of these, where words come first.
_BEFORE = re.compile(r": |, | \(|; ")

_IN_BRACKETS = re.compile(r" \((?:[^()]|\([^()]*\))*\)")

#: What these explain are the words in which a process ended.
_LOST = tuple(map(str, LOST))

#: What these patterns explain is quoted behind a colon: a program's own words.
_QUOTING = ("legal call refused", "no array returned")


def without_python(text: str) -> str:
    """Return a remedy or an explanation in words that programmers of any language know."""
    for phrase, instead in _PHRASES:
        text = phrase.sub(instead, text)
    text = _IN_BRACKETS.sub(lambda found: "" if _PYTHON.search(found[0]) else found[0], text)
    return "; ".join(filter(None, map(_words, text.split("; "))))


def _words(clause: str) -> str:
    """Return a clause up to its Python."""
    while found := _PYTHON.search(clause):
        ends = [one.start() for one in _BEFORE.finditer(clause, 0, found.start())]
        clause = clause[: ends[-1]] if ends else ""
    return clause


def of_any_language(report: Json) -> Json:
    """Rewrite a report on a program, and return it."""
    for entry in _diagnoses(report):
        words, quoted = _quoting(entry)
        if quoted:
            entry["explanation"] = without_python(words) + quoted
        elif entry.get("pattern") not in _LOST:
            entry["explanation"] = without_python(entry["explanation"])
        if entry["remedy"]:
            entry["remedy"] = without_python(entry["remedy"])
    for behaviour in report["behaviours"]:
        behaviour["answer"] = without_python(behaviour["answer"])
    return report


def _quoting(entry: Json) -> tuple[str, str]:
    """Return an explanation up to what it quotes, and that: "" if it quotes nothing."""
    fault = FAULTS.get(entry.get("fault") or "")
    if fault and entry["explanation"].startswith(f"{fault.explanation}: "):
        words = fault.explanation
        return words, entry["explanation"].removeprefix(words)  # the last words of its process
    if entry.get("pattern") in _QUOTING:
        words, colon, quoted = entry["explanation"].partition(": ")
        return words, colon + quoted
    return entry["explanation"], ""


def _diagnoses(report: Json) -> Iterator[Json]:
    yield from report["adapter"]
    for operation in report["operations"].values():
        yield from operation["diagnosis"]
    for requirement in report["requirements"]:
        for failure in requirement["failures"]:
            yield from failure["diagnosis"]
