"""What a project says of itself: ``[tool.cnnspec]`` of the pyproject.toml in the current folder."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnspec.bindings.wishes import CALLS, ORDERS, WishError, Wishes, wishes
from cnnspec.cases.requirements import PROFILES

FILE = Path("pyproject.toml")

_IMPLEMENTATION, _PROFILE, _KNOWN_FAILURES = "implementation", "profile", "known-failures"
KEYS = (_IMPLEMENTATION, _PROFILE, _KNOWN_FAILURES, CALLS, *ORDERS)


class ProjectError(Exception):
    """The project's own settings mean nothing; the message says why."""


@dataclass(frozen=True)
class Project:
    """What is judged if nothing is named, and how.

    The attributes are those of the command line: `None` or empty where nothing is said.
    """

    implementation: str | None = None
    profile: str | None = None
    known_failures: str | None = None
    wishes: Wishes = field(default_factory=Wishes)


def project() -> Project:
    """Return what the project in the current folder says.

    Raises
    ------
    ProjectError
        If it says something that has no meaning.
    """
    if not FILE.is_file():
        return Project()
    try:
        told = tomllib.loads(FILE.read_text("utf-8")).get("tool", {}).get("cnnspec", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{FILE} cannot be read: {error}") from error
    if unknown := [key for key in told if key not in KEYS]:
        raise ProjectError(f"[tool.cnnspec] has no key {unknown[0]!r}; it has {', '.join(KEYS)}")
    for key in (_IMPLEMENTATION, _PROFILE, _KNOWN_FAILURES):
        if not isinstance(told.get(key, ""), str):
            raise ProjectError(f"[tool.cnnspec]: {key} must be a text, got {told[key]!r}")
    profile: Any = told.get(_PROFILE)
    if profile is not None and profile not in PROFILES:
        raise ProjectError(f"[tool.cnnspec]: profile must be one of {', '.join(PROFILES)}")
    try:
        declared = wishes(told)
    except WishError as error:
        raise ProjectError(f"[tool.cnnspec]: {error}") from error
    return Project(told.get(_IMPLEMENTATION), profile, told.get(_KNOWN_FAILURES), declared)
