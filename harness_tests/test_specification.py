"""SPEC.md says of every requirement what passing it proves and what it leaves open."""

import inspect
import re
from collections import Counter

import pytest

from cnnspec import bounds
from cnnspec.requirements import Requirement, read_requirements, requirements
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
