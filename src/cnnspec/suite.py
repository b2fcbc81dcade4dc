"""All requirements as tests of a class in your own test suite.

::

    from cnnspec.suite import Conformance


    class TestMyCnn(Conformance):
        implementation = "my_cnn.py"

Nothing else is needed: no option, no plugin, no conftest.py.
"""

import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from cnnspec.cases.requirements import DEFAULT, requirements
from cnnspec.report.entries import KNOWN_FAILURE, Json
from cnnspec.report.failures import failure_text
from cnnspec.report.words import first_failure, first_line
from cnnspec.run.check import CheckError, check
from cnnspec.run.known_failures import (
    CASE,
    REQUIREMENT,
    KnownFailures,
    KnownFailuresError,
    complaints,
    known_failures,
    read_known_failures,
)
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.profiles import AUTO
from cnnspec.subject.sources.recognition import recognise


class Conformance:
    """A test class: one test for each requirement, judged once for the whole class.

    What is not offered is skipped, what is only advised is an xfail, and so is a known failure.
    A failure shows the smallest case, what is likely wrong, and a program to see it with.

    Attributes
    ----------
    implementation
        What ``cnnspec check`` takes, as text (a file is looked for beside the test file, then in
        the folders from which pytest works); or a path, a module, an object, a class whose
        objects need no arguments, or a dictionary of functions by the operations' names.
    profile : str or None
        "article", "general" or, the default, "auto": what it declares, or else what is found.
    effort : str
        "default", or "thorough": whole layers of real networks too.
    known_failures : str, path, mapping or None
        The TOML list, or the reasons by the ids of requirements and cases.
    images : int or None
        MNIST images for the network, instead of 20.
    """

    implementation: ClassVar[Any] = None
    profile: ClassVar[str | None] = None
    effort: ClassVar[str] = DEFAULT
    known_failures: ClassVar[str | os.PathLike[str] | Mapping[str, str] | None] = None
    images: ClassVar[int | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(cls.implementation, Mapping):  # so that programs to copy can name its parts
            cls.implementation = SimpleNamespace(**cls.implementation)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of every requirement of the profile."""
        if "identity" in metafunc.fixturenames:
            metafunc.parametrize("identity", _identities(type(self)))

    def test_requirement(self, identity: str, request: pytest.FixtureRequest) -> None:
        """Report on one requirement."""
        level = requirements()[identity].level
        request.node.user_properties += [("requirement", identity), ("level", level)]
        report = _report(type(self), request)
        found = {entry["id"]: entry for entry in report["requirements"]}
        if identity not in found:
            pytest.skip(f"not in the {report['profile']} profile")
        entry = found[identity]
        match entry["status"]:
            case "failed":
                pytest.fail(failure_text(entry), pytrace=False)
            case "advised":
                pytest.xfail(f"advised, {identity}: {first_line(first_failure(entry))}")
            case status if status == KNOWN_FAILURE:
                pytest.xfail(f"known failure, {identity}: {'; '.join(entry['reasons'])}")
            case "not tested":
                pytest.skip(f"not tested: {'; '.join(entry['reasons'])}")

    def test_something_is_offered(self, request: pytest.FixtureRequest) -> None:
        """Fail if there was nothing to judge."""
        report = _report(type(self), request)
        if not report["operations"]:
            notes = report["implementation"]["notes"]
            pytest.fail("\n".join(["nothing is offered, nothing was judged", *notes]), False)

    def test_known_failures_are_up_to_date(self, request: pytest.FixtureRequest) -> None:
        """Fail if a known failure passes, or matches nothing."""
        if outdated := complaints(_report(type(self), request)):
            pytest.fail("\n".join(outdated), pytrace=False)


def _identities(judged: type[Conformance]) -> list[str]:
    return [
        requirement.id
        for requirement in requirements().values()
        if judged.profile in (None, AUTO, *requirement.profiles)
        and requirement.effort in (DEFAULT, judged.effort)
    ]


def _report(judged: type[Conformance], request: pytest.FixtureRequest) -> Json:
    """Return the report on a class's implementation, on its selected requirements only.

    The first test of the class makes it for all.
    """
    selected = frozenset(
        item.callspec.params["identity"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.cls is judged
        and "identity" in item.fixturenames
    )
    folders = (request.path.parent, request.config.rootpath, request.config.invocation_params.dir)
    place = f"{request.path}:{judged.__qualname__}"
    found = _judge(judged, selected, place, folders)  # type: ignore[arg-type] # it is hashable
    if isinstance(found, Exception):
        pytest.fail(str(found), pytrace=False)
    return found


@cache
def _judge(
    judged: type[Conformance], selected: frozenset[str], place: str, folders: tuple[Path, ...]
) -> Json | Exception:
    """Judge once what will be asked for many times, also if that is why it cannot be judged."""
    everything = selected.issuperset(_identities(judged))
    try:
        return check(
            _implementation(judged.implementation, place, folders),
            profile=judged.profile,
            effort=judged.effort,
            images=judged.images,
            select=None if everything else " or ".join(sorted(selected)),
            known=_known(judged.known_failures, place, folders),
        )
    except (CheckError, KnownFailuresError) as error:
        return error


def _implementation(thing: Any, place: str, folders: tuple[Path, ...]) -> str | Implementation:
    """Return what `check` takes for the class attribute of this name."""
    if thing is None:
        raise CheckError(f"{place} has no attribute 'implementation', which says what to judge")
    if isinstance(thing, str | os.PathLike):
        named = re.fullmatch(r"(.*\.(?:py|ipynb))(:[\w.]+)?", os.fspath(thing))
        file, name = (named[1], named[2] or "") if named else (os.fspath(thing), "")
        found = _beside(file, folders)
        return f"{found}{name}" if found else os.fspath(thing)
    if isinstance(thing, ModuleType) and sys.modules.get(thing.__name__) is thing:
        return thing.__name__
    if isinstance(thing, Implementation):
        return thing
    if isinstance(thing, type):
        try:
            thing = thing()
        except Exception as error:
            raise CheckError(
                f"{thing.__name__}() raises {type(error).__name__}: {error}"
            ) from error
    return recognise(thing, name=place.rpartition(":")[2], source=f"{place}.implementation")


def _known(
    given: str | os.PathLike[str] | Mapping[str, str] | None, place: str, folders: tuple[Path, ...]
) -> KnownFailures | None:
    """Return the list that the class attribute ``known_failures`` gives."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return read_known_failures(_beside(os.fspath(given), folders) or given)
    entries = [
        {CASE if "/" in identity else REQUIREMENT: identity, "reason": reason}
        for identity, reason in given.items()
    ]
    return known_failures(entries, f"known_failures of {place.rpartition(':')[2]}")


def _beside(file: str, folders: tuple[Path, ...]) -> Path | None:
    """Return a file in the first folder that holds it."""
    return next((folder / file for folder in folders if (folder / file).is_file()), None)
