"""The tables of requirements, one for each room: one numbered sentence each."""

import dataclasses
import importlib.util
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cnnspec.operations.registry import GRADIENTS, LAYERS, OPERATIONS

LEVELS = ("MUST", "SHOULD")

#: In a table, in the place of operations: all that there are of a kind.
_EVERY = {"every layer": LAYERS, "every gradient": tuple(GRADIENTS)}

#: What a requirement is about: the numbers and shapes of legal calls; NaN, infinities and extremes;
#: dtypes; how arguments and results are treated; bad arguments.
FACETS = ("values", "special", "dtypes", "manners", "refusals")

#: By whose rules: the articles' own, or none of these; and, where an implementation follows them in
#: part, each in its place.
ARTICLE, GENERAL = PROFILES = ("article", "general")
MIXED = "mixed"

#: How much is computed: by default what loops in Python can do in time, else whole layers as well.
DEFAULT, THOROUGH = EFFORTS = ("default", "thorough")


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
    facet : str
        One of `FACETS`.
    text, reason, source : str
        The sentence, why it is demanded, and where it is said.
    proves, leaves_open : str
        What passing its tests establishes, with the assumption where one is needed, and what it
        does not.
    since : str
        The version of the specification that introduced it.
    version : int
        1 at first; rises when the sentence changes.
    profiles : tuple of str
        The profiles in which it holds.
    effort : str
        "default", or "thorough" if it is judged at that effort only.
    example : tuple of str
        Statements that show it, where no single call does.
    """

    id: str
    operations: tuple[str, ...]
    level: str
    facet: str
    text: str
    reason: str
    proves: str
    leaves_open: str
    source: str
    since: str
    version: int
    profiles: tuple[str, ...] = PROFILES
    effort: str = DEFAULT
    example: tuple[str, ...] = ()

    def is_judged(
        self, profile: str, effort: str = DEFAULT, facets: Container[str] = FACETS
    ) -> bool:
        """Return whether it belongs to what is judged in a profile, at an effort, of facets."""
        is_of_profile = profile == MIXED or profile in self.profiles
        return is_of_profile and self.is_selected(effort, facets)

    def is_selected(self, effort: str, facets: Container[str]) -> bool:
        """Return whether it belongs to what is judged at an effort, of facets, in any profile."""
        return self.effort in (DEFAULT, effort) and self.facet in facets

    @property
    def chapter(self) -> str:
        """The chapter: what its number begins with."""
        return self.id.split("-", maxsplit=1)[0]

    @property
    def module(self) -> str:
        """The module of the spec tests that shows it."""
        return _MODULES[self.chapter]


def _of_operations() -> dict[str, tuple[str, ...]]:
    chapters: dict[str, tuple[str, ...]] = {}
    for operation in OPERATIONS.values():
        if not operation.reported_as:
            names = (*chapters.get(operation.chapter, ()), operation.name)
            chapters[operation.chapter] = names
    return chapters


#: The chapters: what their numbers begin with, and the operations that they are about. The last
#: three are about many: what all gradients have in common, what calls do besides, and whole layers.
CHAPTERS: dict[str, tuple[str, ...]] = {
    **_of_operations(),
    **({"GRAD": tuple(GRADIENTS)} if GRADIENTS else {}),
    "CALL": LAYERS,
    "WHOLE": tuple(name for name, one in OPERATIONS.items() if one.has_whole_layers),
}

#: The modules of the spec tests by chapter.
_MODULES = {
    **{one.chapter: f"test_{one.room}" for one in OPERATIONS.values()},
    "GRAD": "test_gradients",
    "CALL": "test_surroundings",
    "WHOLE": "test_whole_layers",
}

_MANDATORY = tuple(
    field.name for field in dataclasses.fields(Requirement) if field.default is dataclasses.MISSING
)


def spec_folder() -> Path:
    """Return the folder of ``cnnspec.spec_tests``, in a checkout and in an installed package."""
    spec = importlib.util.find_spec("cnnspec.spec_tests")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package cnnspec.spec_tests is missing; install cnnspec anew")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


@cache
def requirements() -> dict[str, Requirement]:
    """Return all requirements by id, in the order of the chapters.

    Raises
    ------
    ValueError
        If one occurs twice, or is of no chapter.
    """
    found: dict[str, Requirement] = {}
    for file in sorted(spec_folder().glob("*.toml")):
        for identity, requirement in read_requirements(file.read_text("utf-8"), file.name).items():
            if identity in found:
                raise ValueError(f"{file.name} holds {identity}, which another table holds too")
            if requirement.chapter not in CHAPTERS:
                raise ValueError(f"{identity} in {file.name} is of no chapter")
            found[identity] = requirement
    order = [*CHAPTERS]
    return dict(sorted(found.items(), key=lambda one: order.index(one[1].chapter)))


def read_requirements(text: str, table: str) -> dict[str, Requirement]:
    """Return the requirements of a table in TOML by id, in its order.

    Raises
    ------
    ValueError
        If one lacks a key or leaves it empty, has an unknown level, or occurs twice.
    TypeError
        If one has an unknown key.
    """
    found: dict[str, Requirement] = {}
    for entry in tomllib.loads(text)["requirement"]:
        identity = entry.get("id", "a requirement without an id")
        if lacking := [key for key in _MANDATORY if not _is_filled(entry.get(key))]:
            raise ValueError(f"{identity} in {table} lacks {', '.join(lacking)}")
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
        }
        if isinstance(named := fields["operations"], str):
            fields["operations"] = _EVERY[named]
        requirement = Requirement(**fields)
        if requirement.id in found:
            raise ValueError(f"{table} holds {requirement.id} twice")
        if requirement.level not in LEVELS:
            raise ValueError(f"{requirement.id} has the unknown level {requirement.level!r}")
        if requirement.facet not in FACETS:
            raise ValueError(f"{requirement.id} has the unknown facet {requirement.facet!r}")
        if requirement.effort not in EFFORTS:
            raise ValueError(f"{requirement.id} has the unknown effort {requirement.effort!r}")
        if type(requirement.version) is not int or requirement.version < 1:
            raise ValueError(
                f"{requirement.id} has the version {requirement.version!r}, not 1, 2, 3, ..."
            )
        found[requirement.id] = requirement
    return found


def _is_filled(value: Any) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
