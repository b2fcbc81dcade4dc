"""The list of mutants of the reference that survive: each names a line that there is, and why."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
LIST = ROOT / "mutation" / "survivors.toml"

pytestmark = pytest.mark.skipif(not LIST.is_file(), reason="only in a checkout")


def survivors() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads(LIST.read_text("utf-8"))["survivor"]
    return entries


def code_of(entry: dict[str, Any]) -> list[str]:
    """Return the lines of the functions of an entry's name, or of the whole file."""
    source: str = (ROOT / entry["file"]).read_text("utf-8")
    if not entry["function"]:
        return source.splitlines()
    definitions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == entry["function"]
    ]
    lines = source.splitlines()
    return [line for node in definitions for line in lines[node.lineno - 1 : node.end_lineno]]


def test_every_survivor_has_an_identity_and_a_reason() -> None:
    assert survivors()
    for entry in survivors():
        assert list(entry) == ["file", "function", "operator", "before", "after", "reason"], entry
        assert entry["before"] != entry["after"], entry
        assert len(entry["reason"].split()) > 3, f"why may this mutant survive? {entry}"


def test_every_survivor_changes_a_line_that_there_is() -> None:
    for entry in survivors():
        assert entry["before"] in map(str.strip, code_of(entry)), entry


def test_survivors_are_sorted() -> None:
    identities = [tuple(entry.values())[:5] for entry in survivors()]
    assert identities == sorted(identities)
