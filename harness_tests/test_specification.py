"""SPEC.md says of every requirement what passing it proves and what it leaves open."""

import importlib
import inspect
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from cnnspec import bounds
from cnnspec.cases import Case
from cnnspec.requirements import Requirement, read_requirements, requirements, spec_folder
from cnnspec.specification import specification

EACH = pytest.mark.parametrize("requirement", requirements().values(), ids=requirements().keys())

RULES = [rule for name, rule in vars(bounds).items() if name.startswith("rule_")]

ENTRY = {
    "id": "RELU-01",
    "operations": ["relu"],
    "level": "MUST",
    "text": "A sentence.",
    "reason": "A reason.",
    "proves": "What it proves.",
    "leaves_open": "What it leaves open.",
    "source": "a source",
    "since": "0.1.0",
}


def table(**changes: object) -> str:
    """Return a table of one requirement; a key that is changed to None is missing."""
    entry = ENTRY | changes
    lines = [f"{key} = {value!r}" for key, value in entry.items() if value is not None]
    return "\n".join(["[[requirement]]", *lines, ""])


def complaints(sentences: str) -> list[str]:
    """Return what is wrong with the wording of a few sentences."""
    return [
        complaint
        for complaint, found in {
            "does not begin like a sentence": not re.match(r'["A-Z]|float\d\d ', sentences),
            "does not end with a period": not sentences.endswith((".", '."')),
            "has two spaces": "  " in sentences,
            "has other white space": re.search(r"[^\S ]", sentences),
            "has a space before a mark": re.search(r" [.,;:]", sentences),
            "is longer than a few sentences": len(sentences) > 500,
            "names an unknown requirement": set(re.findall(r"\b[A-Z]+-\d+\b", sentences))
            - requirements().keys(),
        }.items()
        if found
    ]


def section(requirement: Requirement) -> str:
    """Return what SPEC.md says under the number of a requirement."""
    found = re.findall(
        rf"^### {requirement.id} \((.*?)(?=^##)", specification() + "##", re.DOTALL | re.MULTILINE
    )
    assert len(found) == 1
    return str(found[0])


# --- the table -------------------------------------------------------------------------------


def test_a_complete_entry_is_read() -> None:
    (requirement,) = read_requirements(table()).values()
    assert requirement.proves == "What it proves."
    assert requirement.leaves_open == "What it leaves open."


@pytest.mark.parametrize("key", [key for key in ENTRY if key != "id"])
@pytest.mark.parametrize("value", [None, "", "  ", []], ids=repr)
def test_an_entry_that_lacks_a_key_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"RELU-01 in requirements.toml lacks {key}$"):
        read_requirements(table(**{key: value}))


def test_an_entry_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a requirement without an id .* lacks id$"):
        read_requirements(table(id=None))


def test_other_mistakes_of_the_table_are_refused() -> None:
    with pytest.raises(ValueError, match="holds RELU-01 twice"):
        read_requirements(table() + table())
    with pytest.raises(ValueError, match="unknown level 'MAY'"):
        read_requirements(table(level="MAY"))
    with pytest.raises(TypeError, match="proof"):
        read_requirements(table(proof="A proof."))


# --- the wording -----------------------------------------------------------------------------


@EACH
def test_what_passing_proves_is_worded_well(requirement: Requirement) -> None:
    assert complaints(requirement.proves) == []


@EACH
def test_what_it_leaves_open_is_worded_well(requirement: Requirement) -> None:
    assert complaints(requirement.leaves_open) == []


@pytest.mark.parametrize(
    ("sentences", "complaint"),
    [
        ("it begins small.", "does not begin like a sentence"),
        ("It ends without", "does not end with a period"),
        ("It has  two spaces.", "has two spaces"),
        ("It goes on\nbelow.", "has other white space"),
        ("It stops , and goes on.", "has a space before a mark"),
        ("It says so again and again." * 20, "is longer than a few sentences"),
        ("It is the matter of RELU-99.", "names an unknown requirement"),
    ],
)
def test_bad_wording_is_noticed(sentences: str, complaint: str) -> None:
    assert complaints(sentences) == [complaint]


def test_no_two_requirements_say_the_same() -> None:
    said = Counter(
        sentences
        for requirement in requirements().values()
        for sentences in (requirement.proves, requirement.leaves_open)
    )
    assert [sentences for sentences, times in said.items() if times > 1] == []


# --- the dtypes ------------------------------------------------------------------------------

NARROW = frozenset({"float32", "float16"})


def narrow_dtypes(given: Any) -> frozenset[str]:
    """Return the narrow floating dtypes that occur in what a test is given."""
    if isinstance(given, Case):
        arrays = (getattr(value, "dtype", None) for value in given.arguments.values())
        return NARROW & {given.dtype, *map(str, arrays)}
    if isinstance(given, str):  # a dtype, or the name of a group that begins with it
        return NARROW & {given.partition("-")[0]}
    if isinstance(given, list | tuple):
        return frozenset().union(*map(narrow_dtypes, given))
    return frozenset()


@cache
def tried_in() -> dict[str, frozenset[str]]:
    """Return the narrow dtypes in which each requirement is tried."""
    found = dict.fromkeys(requirements(), frozenset[str]())
    for file in spec_folder().glob("test_*.py"):
        module = importlib.import_module(f"cnnspec.spec_tests.{file.stem}")
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", []):
                if mark.name == "requirement":
                    found[mark.args[0]] |= given_to(test)
    return found


def given_to(test: Callable[..., None]) -> frozenset[str]:
    """Return the narrow dtypes in the parameters of a spec test."""
    marks: list[pytest.Mark] = getattr(test, "pytestmark", [])
    return narrow_dtypes([list(mark.args[1]) for mark in marks if mark.name == "parametrize"])


def said_in(proves: str) -> set[str]:
    """Return the narrow dtypes in which something is said to be proved."""
    said = re.sub("not (computed|summed) in float32", "", proves)
    return {dtype for dtype in NARROW if dtype in said or "every floating dtype" in said}


@EACH
def test_the_dtypes_that_are_tried_are_said(requirement: Requirement) -> None:
    assert said_in(requirement.proves) == tried_in()[requirement.id]


def test_dtypes_are_found_in_parameters() -> None:
    case = Case("relu/x", "relu", {"x": np.zeros(2, np.float16)})
    assert narrow_dtypes([("a", 3), [case]]) == {"float16"}
    assert narrow_dtypes([case.cast("float32"), "float64"]) == {"float32"}
    assert set().union(*tried_in().values()) == NARROW


# --- SPEC.md ---------------------------------------------------------------------------------


@EACH
def test_spec_md_says_both(requirement: Requirement) -> None:
    lines = section(requirement).splitlines()
    assert f"*Passing proves:* {requirement.proves}" in lines
    assert f"*It leaves open:* {requirement.leaves_open}" in lines


@pytest.mark.parametrize("title", ["What passing proves", "How close is close enough"])
def test_the_general_sections_come_before_the_chapters(title: str) -> None:
    text = specification()
    assert 0 < text.index(f"\n## {title}\n") < text.index("\n## conv2d: convolution\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_stands_in_spec_md_as_in_the_code(rule: object) -> None:
    derivation = inspect.getdoc(rule)
    assert derivation
    assert f"\n\n{derivation}\n" in specification()
