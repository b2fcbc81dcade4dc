"""SPEC.md says of every requirement what passing it proves and what it leaves open."""

import hashlib
import importlib
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.cases.requirements import (
    Requirement,
    read_requirements,
    requirements,
    spec_folder,
)
from cnnspec.declaration.case import Case
from cnnspec.exact import bounds, bounds_of_gradients, bounds_of_probabilities
from cnnspec.judge.whole_layers import Layer
from cnnspec.operations.registry import OPERATIONS, folders_of
from harness_tests.helpers import by_turns, spec_md

ROOT = Path(__file__).parent.parent

Check = Callable[[Requirement], object]

RULES = [
    rule
    for module in (bounds, bounds_of_gradients, bounds_of_probabilities)
    for name, rule in vars(module).items()
    if name.startswith("rule_") and rule.__module__ == module.__name__
]

ENTRY = {
    "id": "RELU-01",
    "operations": ["relu"],
    "level": "MUST",
    "facet": "values",
    "text": "A sentence.",
    "reason": "A reason.",
    "proves": "What it proves.",
    "leaves_open": "What it leaves open.",
    "source": "a source",
    "since": "0.1.0",
    "version": 1,
}


def table(**changes: object) -> str:
    """Return a table of one requirement; a key that is changed to None is missing."""
    entry = ENTRY | changes
    lines = [f"{key} = {written(value)}" for key, value in entry.items() if value is not None]
    return "\n".join(["[[requirement]]", *lines, ""])


def written(value: object) -> str:
    """Return a value as TOML has it."""
    return repr(value).lower() if isinstance(value, bool) else repr(value)


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


def of_each(wrong: Check) -> dict[str, object]:
    """Return what is wrong with each requirement of which something is.

    All are one test: a test for each would take longer than what it looks at.
    """
    found = {identity: wrong(one) for identity, one in requirements().items()}
    return {identity: said for identity, said in found.items() if said}


@cache
def sections() -> dict[str, str]:
    """Return what SPEC.md says under the number of each requirement."""
    found = re.findall(
        r"^### ([A-Z]+-\d+) \((.*?)(?=^##|^<a id)", spec_md() + "##", re.DOTALL | re.MULTILINE
    )
    assert len(found) == len(requirements())
    return dict(found)


# --- the table -------------------------------------------------------------------------------


def test_a_complete_entry_is_read() -> None:
    (requirement,) = read_requirements(table(), "relu.toml").values()
    assert requirement.proves == "What it proves."
    assert requirement.leaves_open == "What it leaves open."


@pytest.mark.parametrize("key", [key for key in ENTRY if key != "id"])
@pytest.mark.parametrize("value", [None, "", "  ", []], ids=repr)
def test_an_entry_that_lacks_a_key_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"RELU-01 in relu.toml lacks {key}$"):
        read_requirements(table(**{key: value}), "relu.toml")


def test_an_entry_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a requirement without an id .* lacks id$"):
        read_requirements(table(id=None), "relu.toml")


def test_other_mistakes_of_the_table_are_refused() -> None:
    with pytest.raises(ValueError, match="holds RELU-01 twice"):
        read_requirements(table() + table(), "relu.toml")
    with pytest.raises(ValueError, match="unknown level 'MAY'"):
        read_requirements(table(level="MAY"), "relu.toml")
    with pytest.raises(ValueError, match="unknown facet 'speed'"):
        read_requirements(table(facet="speed"), "relu.toml")
    with pytest.raises(ValueError, match="unknown effort 'lazy'"):
        read_requirements(table(effort="lazy"), "relu.toml")
    for version in ("1", 0, -1, 1.0, True):
        with pytest.raises(ValueError, match=r"version .*, not 1, 2, 3|lacks version"):
            read_requirements(table(version=version), "relu.toml")
    with pytest.raises(TypeError, match="proof"):
        read_requirements(table(proof="A proof."), "relu.toml")


# --- the wording -----------------------------------------------------------------------------


def test_what_passing_proves_is_worded_well() -> None:
    assert of_each(lambda one: complaints(one.proves)) == {}


def test_what_it_leaves_open_is_worded_well() -> None:
    assert of_each(lambda one: complaints(one.leaves_open)) == {}


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
    """Those of one chapter: functions of each number, say, leave the same open."""
    said = Counter(
        (requirement.chapter, sentences)
        for requirement in requirements().values()
        for sentences in (requirement.proves, requirement.leaves_open)
    )
    assert [sentences for sentences, times in said.items() if times > 1] == []


def fingerprint(requirement: Requirement) -> str:
    return hashlib.sha256(requirement.text.encode()).hexdigest()[:12]


@cache
def fingerprints() -> dict[str, list[str]]:
    """Return the fingerprints of every version of every sentence, the oldest first."""
    tables = [tomllib.loads(file.read_text("utf-8")) for file in spec_folder().glob("*.toml")]
    return {name: kept for one in tables for name, kept in one["sentences"].items()}


def change_of_sentence(requirement: Requirement) -> str:
    """Return what is to be done as the sentence of a requirement has changed, "" if it has not."""
    kept = fingerprints().get(requirement.id, [])
    if len(kept) != requirement.version:
        return "one fingerprint for each version"
    if kept[-1] != fingerprint(requirement):
        return (
            f"the sentence has changed: raise its version to {requirement.version + 1},"
            f" and append {fingerprint(requirement)!r} to its fingerprints"
        )
    return ""


def test_the_version_rises_when_the_sentence_changes() -> None:
    assert of_each(change_of_sentence) == {}


def test_fingerprints_of_requirements_that_are_no_more() -> None:
    assert fingerprints().keys() <= requirements().keys()


def test_a_requirement_stands_beside_its_tests() -> None:
    texts = {file.stem: file.read_text("utf-8") for file in spec_folder().glob("*.toml")}

    def is_elsewhere(one: Requirement) -> bool:
        return f'id = "{one.id}"' not in texts[one.module.removeprefix("test_")]

    assert of_each(is_elsewhere) == {}
    modules = {file.stem.removeprefix("test_") for file in spec_folder().glob("test_*.py")}
    assert modules == texts.keys()


# --- the dtypes ------------------------------------------------------------------------------

NARROW = frozenset({"float32", "float16"})


def narrow_dtypes(given: Any) -> frozenset[str]:
    """Return the narrow floating dtypes that occur in what a test is given."""
    if isinstance(given, Case):
        arrays = (getattr(value, "dtype", None) for value in given.arguments.values())
        return NARROW & {given.dtype, *map(str, arrays)}
    if isinstance(given, Layer):  # in one dtype or the other, by turns
        return frozenset({"float32"})
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


@by_turns
def test_the_dtypes_that_are_tried_are_said() -> None:
    assert of_each(lambda one: said_in(one.proves) ^ tried_in()[one.id]) == {}


def test_dtypes_are_found_in_parameters() -> None:
    case = Case("relu/x", "relu", {"x": np.zeros(2, np.float16)})
    assert narrow_dtypes([("a", 3), [case]]) == {"float16"}
    assert narrow_dtypes([case.cast("float32"), "float64"]) == {"float32"}
    assert set().union(*tried_in().values()) == NARROW


# --- SPEC.md ---------------------------------------------------------------------------------


def test_spec_md_says_both() -> None:
    def unsaid(one: Requirement) -> set[str]:
        both = {f"*Passing proves:* {one.proves}", f"*It leaves open:* {one.leaves_open}"}
        return both - {*sections()[one.id].splitlines()}

    assert of_each(unsaid) == {}


@pytest.mark.parametrize("title", ["What passing proves", "How close is close enough"])
def test_the_general_sections_come_before_the_chapters(title: str) -> None:
    text = spec_md()
    assert 0 < text.index(f"\n## {title}\n") < text.index("\n## conv2d: convolution\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_stands_in_spec_md_as_in_the_code(rule: object) -> None:
    derivation = inspect.getdoc(rule)
    assert derivation
    assert f"\n\n{derivation}\n" in spec_md()


def test_no_slot_is_left_open() -> None:
    assert re.findall(r"\{\{[a-z-]+\}\}", spec_md()) == []


def test_every_requirement_has_an_example_and_a_mistake() -> None:
    def lacks(one: Requirement) -> list[str]:
        text = sections()[one.id]
        due = ["*Example*", "*It catches* [", f"version {one.version} of the sentence"]
        due += [] if "too large to be written out" in text else [">>> "]
        return [words for words in due if words not in text]

    assert of_each(lacks) == {}


def test_few_examples_are_too_large() -> None:
    assert spec_md().count("too large to be written out") <= len(requirements()) // 50


@cache
def anchors(text: str) -> set[str]:
    """Return what links can lead to: anchors, and headings as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@by_turns
def test_every_link_of_spec_md_leads_somewhere() -> None:
    text = spec_md()
    for page, anchor in re.findall(r"\]\(([\w./]*)#([^)]+)\)", text):
        leads_to = text if not page else (ROOT / page).read_text("utf-8")
        assert anchor in anchors(leads_to), f"{page}#{anchor}"


def test_the_contents_name_every_requirement() -> None:
    contents = spec_md().partition("## Contents")[2].partition("\n## ")[0]
    assert set(re.findall(r"\(#([A-Z]+-\d+)\)", contents)) == requirements().keys()


# --- how to add an operation -----------------------------------------------------------------

STEMS = {one.room for one in OPERATIONS.values()} - {"network"}


def place_of(path: str, stem: str) -> str:
    """Return where a file of the checklist is; the room of a gradient is in that of its forward."""
    folder = "/".join(folders_of(stem)) if "/operations/<stem>/__init__" in path else stem
    return path.replace("<stem>", folder)


def test_the_checklist_names_files_that_are_there() -> None:
    steps = (files("cnnspec.document") / "chapters" / "adding.md").read_text("utf-8")
    named = set(re.findall(r"`([\w./<>-]+/[\w./<>-]+)`", steps)) | {"README.md", "PROTOCOL.md"}
    assert any("<stem>" in path for path in named)
    for path in named:
        for one in {place_of(path, stem) for stem in STEMS}:
            assert (ROOT / one).exists(), one


def test_the_stems_are_those_of_the_operations() -> None:
    assert {path.stem for path in (ROOT / "fixtures").glob("*.json")} - STEMS == {
        "network",
        "fixture.schema",
    }
