"""How pytest collects the spec tests: alike in every repository, whatever its own settings are."""

import gc
import glob
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from cnnspec.cases.requirements import requirements, spec_folder

#: What the ids of all spec tests begin with, in a checkout and in an installed package.
PREFIX = "cnnspec/spec_tests/"


class SpecModule(pytest.Module):
    """A module of spec tests, which other people's settings and fixtures leave as it is.

    It has ``fixtures`` of its own, and is imported when its tests are collected: pytest makes one
    for every file of a folder in which one is named.
    """

    fixtures: Mapping[str, object]

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Return the tests, with the fixtures."""
        vars(self.obj).update(self.fixtures)
        return super().collect()

    def funcnamefilter(self, name: str) -> bool:
        """Return whether a function of this name is a test."""
        return name.startswith("test_")


#: The id of the requirement that a test shows, which pytest takes long to find.
_REQUIREMENT = pytest.StashKey[str | None]()


def requirement_of(item: pytest.Item) -> str | None:
    """Return the id of the requirement that a test shows."""
    if _REQUIREMENT not in item.stash:
        marker = item.get_closest_marker("requirement")
        item.stash[_REQUIREMENT] = marker.args[0] if marker and marker.args else None
    return item.stash[_REQUIREMENT]


def find_spec_tests(config: pytest.Config) -> None:
    """Let pytest find the spec tests under any setting, and by the ids that it prints."""
    folder = glob.escape(str(spec_folder()))
    config.addinivalue_line("python_files", f"{folder}/test_*.py")
    for number, argument in enumerate(config.args):
        if argument.startswith(PREFIX):
            path, *names = argument.split("::", 1)
            module = path.removesuffix(".py").replace("/", ".")
            config.args[number] = "::".join([module, *names])
            config.option.pyargs = True


def spec_module(
    path: Path, parent: pytest.Collector, fixtures: Mapping[str, object]
) -> SpecModule | None:
    """Return the collector of a module of the spec tests, ``None`` for any other module.

    Its ids do not depend on where it is installed. The ``fixtures`` become its own, for of two
    with the same name the nearest is taken, and a conftest.py may have its own ``images``.
    """
    if path.parent.resolve() != spec_folder():
        return None
    module = SpecModule.from_parent(parent, path=path, nodeid=PREFIX + path.name)
    module.fixtures = fixtures
    return module


def label(item: pytest.Item) -> None:
    """Let ``-k`` select requirements, and tell JUnit reports which requirement a test shows."""
    requirement = requirements().get(requirement_of(item) or "")
    if requirement is not None:
        item.extra_keyword_matches.add(requirement.id)
        item.user_properties += [("requirement", requirement.id), ("level", requirement.level)]


def untested(items: Iterable[pytest.Item]) -> list[str]:
    """Return the requirements without a test, among those of the modules that have one."""
    every = {requirement_of(item) for item in items}
    collected = {(identity or "").split("-")[0] for identity in every}
    return [
        f"{identity} has no test"
        for identity in requirements()
        if identity.split("-")[0] in collected and identity not in every
    ]


@contextmanager
def without_searches_for_garbage() -> Iterator[None]:
    """Search for none while tests are collected: they are thousands, and all of them stay."""
    are_made = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if are_made:
            gc.enable()
