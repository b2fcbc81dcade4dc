"""The table of requirements: one numbered sentence each."""

import importlib.util
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LEVELS = ("MUST", "SHOULD")


@dataclass(frozen=True)
class Requirement:
    """One numbered normative sentence.

    Attributes
    ----------
    id : str
        For example CONV-03.
    operations : tuple of str
        The operations that it binds.
    level : str
        "MUST" or "SHOULD".
    text, reason, source : str
        The sentence, why it is demanded, and where it is said.
    since : str
        The version of the specification that introduced it.
    profiles : tuple of str
        The profiles in which it holds.
    """

    id: str
    operations: tuple[str, ...]
    level: str
    text: str
    reason: str
    source: str
    since: str
    profiles: tuple[str, ...] = ("article", "general")


def spec_folder() -> Path:
    """Return the folder of ``cnnspec.spec_tests``, in a checkout and in an installed package."""
    spec = importlib.util.find_spec("cnnspec.spec_tests")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package cnnspec.spec_tests is missing; install cnnspec anew")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


@cache
def requirements() -> dict[str, Requirement]:
    """Return all requirements by id, in the order of the specification."""
    table = tomllib.loads((spec_folder() / "requirements.toml").read_text("utf-8"))
    found = {}
    for entry in table["requirement"]:
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        requirement = Requirement(**fields)
        if requirement.id in found:
            raise ValueError(f"requirements.toml holds {requirement.id} twice")
        if requirement.level not in LEVELS:
            raise ValueError(f"{requirement.id} has the unknown level {requirement.level!r}")
        found[requirement.id] = requirement
    return found
