"""The kill matrix seen again: every mistake is caught by the requirements that caught it last.

Of each requirement that catches a fault, as ``faults/kills.json`` has it, tests are run until one
does, without pytest's own work around them and without a diagnosis: the whole table takes a minute
or two instead of half an hour. What else a fault fails is not seen.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from cnnspec.cases.requirements import DEFAULT, THOROUGH, requirements
from cnnspec.diagnosis.replays import RanTest
from cnnspec.faults import FAULTS, Fault
from cnnspec.judge.judge import Judge
from cnnspec.kills.dressing import with_fault
from cnnspec.kills.kill_matrix import IMAGES, caught_by, modules_on
from cnnspec.kills.trials import collected, is_about
from cnnspec.subject.capabilities import Capabilities

#: Faults that a process takes at a time: neighbours, which are much alike.
_CHUNK = 8


def survivors(processes: int | None = None) -> list[str]:
    """Return which requirement no longer catches which fault, and which fault is new."""
    for effort in (DEFAULT, THOROUGH):
        collection(effort)  # collected once, before there are several processes
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        complaints = pool.map(_complaints, FAULTS, chunksize=_CHUNK)
        return [complaint for one in complaints for complaint in one]


def _complaints(identity: str) -> list[str]:
    catching = caught_by()[identity]
    if not catching:
        return [f"{identity} is not in faults/kills.json"]
    missed = missing(FAULTS[identity], catching)
    return [f"{requirement} no longer catches {identity}" for requirement in missed]


def missing(fault: Fault, catching: Sequence[str]) -> list[str]:
    """Return those of some requirements that do not catch a fault.

    What these miss by themselves may show after the calls of all tests before theirs. If others
    catch the fault, those whose examples are all drawn may miss it: they are not always the same.
    """
    run = _Run(fault)
    missed = [one for one in catching if not run.is_caught_by(one)]
    if not missed or (len(missed) < len(catching) and all(map(_is_drawn, missed))):
        return []
    run = _Run(fault)
    for test in in_turn(fault):
        if run.catches(test) and test.requirement in missed:
            missed.remove(test.requirement)
        if not missed:
            break
    others = len(missed) < len(catching)
    return [one for one in missed if not (others and _is_drawn(one))]


def _is_drawn(requirement: str) -> bool:
    return all(hasattr(test.function, "hypothesis") for test in tests_of(requirement))


class _Run:
    """Tests on one fresh copy of the reference with a fault."""

    def __init__(self, fault: Fault) -> None:
        self.operation, self.profile = fault.operation, fault.profile
        self.mistaken = with_fault(fault)
        self.capabilities = Capabilities(self.mistaken)

    def is_caught_by(self, requirement: str) -> bool:
        """Return whether a test of a requirement catches the fault; it is the next one's first."""
        tests = _likely(requirement, self.operation)
        for place, test in enumerate(tests):
            if self.catches(test):
                tests.insert(0, tests.pop(place))
                return True
        return False

    def catches(self, test: RanTest) -> bool:
        """Return whether a test finds something wrong, or trips over what is returned."""
        judge = Judge(self.mistaken, self.capabilities, self.profile)
        try:
            return test.on(judge)[0] == "failed"
        except Exception:  # noqa: BLE001 - whatever it trips over
            return True


def in_turn(fault: Fault) -> Iterator[RanTest]:
    """Return all tests that see a fault, in the order in which the full matrix runs them."""
    every = collection(fault.effort)
    if fault.effort == THOROUGH:
        yield from every
        return
    for module in modules_on(fault.operation):
        of_module = (test for test in every if test.id.startswith(f"{module}::"))
        yield from (test for test in of_module if is_about(test, fault.operation))


@cache
def _likely(requirement: str, operation: str) -> list[RanTest]:
    """Return the tests of a requirement on an operation, those before that caught its last fault.

    Faults beside each other are much alike.
    """
    return [test for test in tests_of(requirement) if is_about(test, operation)]


def tests_of(requirement: str) -> list[RanTest]:
    """Return the tests of a requirement, in their order."""
    return _by_requirement(requirements()[requirement].effort).get(requirement, [])


@cache
def _by_requirement(effort: str) -> dict[str, list[RanTest]]:
    found = defaultdict(list)
    for test in collection(effort):
        found[test.requirement].append(test)
    return dict(found)


@cache
def collection(effort: str) -> list[RanTest]:
    """Return the tests of an effort, collected and not run."""
    modules = dict.fromkeys(one.module for one in requirements().values() if one.effort == effort)
    return collected(list(modules), [f"--effort={effort}"], {"images": IMAGES})
