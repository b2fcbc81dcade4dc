"""The spec tests, smallest cases first, for trying them on known mistakes.

By them every requirement and every fault gets an example: the smallest case of a requirement's own
tests on which the mistake shows.
"""

import contextlib
import inspect
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.diagnosis.replays import RanTest
from cnnspec.faults import Fault
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.kills.dressing import with_fault
from cnnspec.operations.registry import GRADIENTS
from cnnspec.run.check import spec_pytest
from cnnspec.run.collection import requirement_of
from cnnspec.run.records import test_id
from cnnspec.run.session import SESSION
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.source import open_implementation

#: Tests of a requirement that are tried, from the smallest, until a mistake shows.
TRIED = 40

#: Whole numbers that are read while a fraction is.
_FRACTION = 6


@dataclass
class _Collector:
    """Keeps what pytest collects and lets nothing run."""

    items: list[pytest.Function] = field(default_factory=list)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Hand over the reference, by which the tests are collected."""
        session.config.stash[SESSION].judge(open_implementation("reference"))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Keep the tests, and say that they have run."""
        self.items += [item for item in session.items if isinstance(item, pytest.Function)]
        return True


@cache
def tests_of(requirement: str) -> tuple[RanTest, ...]:
    """Return the tests of a requirement that need nothing but their cases, smallest first.

    Not those whose examples hypothesis draws: another version draws others.
    """
    return _tests(requirements()[requirement].module).get(requirement, ())


@cache
def _tests(module: str) -> dict[str, tuple[RanTest, ...]]:
    """Return the tests of a module of the spec tests by requirement."""
    found: dict[str, list[RanTest]] = {}
    for test in collected([module]):
        if not hasattr(test.function, "hypothesis"):
            found.setdefault(test.requirement, []).append(test)
    return {identity: tuple(sorted(tests, key=_size)) for identity, tests in found.items()}


def collected(
    modules: Sequence[str], options: Sequence[str] = (), fixtures: Mapping[str, Any] | None = None
) -> list[RanTest]:
    """Return the spec tests of some modules that need no other fixtures, without running them."""
    collector = _Collector()
    with contextlib.redirect_stderr(io.StringIO()):
        spec_pytest(modules, options, [collector])
    found = []
    for item in collector.items:
        parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        needed = set(inspect.signature(item.obj).parameters) - {"judge"}
        given = {name: value for name, value in (fixtures or {}).items() if name in needed}
        if needed <= {*parameters, *given}:
            test = RanTest(
                requirement_of(item) or "", test_id(item), item.obj, parameters | given, None
            )
            found.append(test)
    return found


def _size(test: RanTest) -> float:
    """Return how much there is to read in a test's cases; tests that make their own come last."""
    sizes = [length(case) for case in _cases(list(test.arguments.values()))]
    return sum(sizes) if sizes else np.inf


def length(case: Case) -> int:
    """Return how much there is to read in the arguments of a case: fractions are long."""
    values = [np.asarray(value) for value in case.arguments.values()]
    return sum(value.size * (1 if _is_whole(value) else _FRACTION) for value in values)


def _is_whole(value: NDArray[Any]) -> bool:
    return value.dtype.kind != "f" or not np.any(value[np.isfinite(value)] % 1)


def _cases(given: Any) -> Iterator[Case]:
    """Yield the cases among what a test is given."""
    if isinstance(given, Case):
        yield given
    elif isinstance(given, list | tuple):
        for part in given:
            yield from _cases(part)


def is_about(test: RanTest, operation: str) -> bool:
    """Return whether a mistake of an operation can show in a test.

    One of a gradient shows in its own cases only; what all gradients have in common is tested of
    each by itself.
    """
    if operation not in GRADIENTS:
        return True
    cases = [*_cases([*test.arguments.values()])]
    return not cases or any(case.operation == operation for case in cases)


def first_failure(
    fault: Fault, requirement: str, case: Case | None = None
) -> NonconformanceError | None:
    """Return how a fault fails the smallest test of a requirement that sees it, if one does.

    With a ``case``, only its own test counts. Each test gets a fault that has seen no call yet.
    """
    tests = tuple(test for test in tests_of(requirement) if is_about(test, fault.operation))
    if case is not None:
        tests = tuple(test for test in tests if case.id == str(test.arguments.get("case")))
    capabilities = Capabilities(with_fault(fault))
    found = (_failure(fault, test, with_fault(fault), capabilities) for test in tests[:TRIED])
    return next((error for error in found if error is not None), None)


def any_failure(fault: Fault, requirement: str) -> NonconformanceError | None:
    """Return how a fault fails a test of a requirement, however large, or after whatever calls."""
    mistaken = with_fault(fault)
    capabilities = Capabilities(mistaken)
    tests = (test for test in tests_of(requirement) if is_about(test, fault.operation))
    found = (_failure(fault, test, mistaken, capabilities) for test in tests)
    return next((error for error in found if error is not None), None)


def _failure(
    fault: Fault, test: RanTest, mistaken: Implementation, capabilities: Capabilities
) -> NonconformanceError | None:
    try:
        return test.on(Judge(mistaken, capabilities, fault.profile))[1]
    except Exception:  # noqa: BLE001 - a test trips over what the mistake returns
        return None


def smallest_case(requirement: str) -> Case | None:
    """Return the smallest case of a requirement's tests."""
    cases = (
        case for test in tests_of(requirement) for case in _cases(list(test.arguments.values()))
    )
    return next(cases, None)
