"""What wrong calls have in common: the same diagnosis makes them one finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from cnnspec.declaration.combinations import Combined
from cnnspec.diagnosis.examination import nearest_first
from cnnspec.diagnosis.experiments import investigate
from cnnspec.diagnosis.replays import RanTest, Replays
from cnnspec.exploration.judging import judged
from cnnspec.exploration.stretches import Stretch, Wrong
from cnnspec.exploration.subject import Subject, space_of
from cnnspec.judge.nonconformance import NonconformanceError

#: What is said of a call, how sure that is, and the remedy.
Told = tuple[str, str, str]

#: Wrong calls of one operation from which the diagnosis starts, and right ones beside them.
_CALLS = 24


@dataclass
class Finding:
    """What is wrong with an operation in one way.

    Attributes
    ----------
    operation : str
    said : str
        The diagnosis, or what is wrong with the smallest call.
    grade : str
        How sure the diagnosis is, "" for none.
    remedy : str
    calls : list of int
        The places of the wrong calls, in the walk.
    smallest : Wrong
        The call that shows it best.
    """

    operation: str
    said: str
    grade: str
    remedy: str
    smallest: Wrong
    calls: list[int] = field(default_factory=list)


def findings(
    subject: Subject, operation: str, wrong: Sequence[Wrong], walked: Stretch
) -> list[Finding]:
    """Return what wrong calls of an operation have in common, the commonest first.

    ``walked`` is all that was walked: what is right of it tells, too.
    """
    passed = _right(subject, wrong, walked) if wrong else []
    found: dict[tuple[str, str], Finding] = {}
    for complaint in dict.fromkeys(one.complaint for one in wrong):
        alike = [one for one in wrong if one.complaint == complaint]
        explained = _explained(subject, operation, alike, passed)
        for one in sorted(alike, key=_size):
            told = explained.get(one.index) or _of_others(explained, complaint)
            entry = Finding(operation, *told, one)
            found.setdefault((complaint, told[0]), entry).calls.append(one.index)
    for entry in found.values():
        entry.calls.sort()
    return sorted(found.values(), key=lambda one: (-len(one.calls), one.calls))


def _explained(
    subject: Subject, operation: str, wrong: Sequence[Wrong], passed: Sequence[RanTest]
) -> dict[int, Told | None]:
    """Return what is said of the wrong calls of one kind that were asked again, by their places."""
    first = sorted(wrong, key=lambda one: not one.is_shrunk)[:_CALLS]
    failed = [test for one in first if (test := _ran(subject, one)) is not None]
    told = _diagnosed(subject, operation, failed, passed)
    return {int(test.id): told.get(int(test.id)) for test in failed}


def _of_others(explained: Mapping[int, Told | None], complaint: str) -> Told:
    """Return what is said of a call that was not asked again: what is said of all that were."""
    told = {*explained.values()}
    of_all = told.pop() if len(told) == 1 else None
    return of_all or (f"{complaint}, not explained", "", "")


def _size(one: Wrong) -> tuple[bool, int, int]:
    made = space_of(one.operation).made(one.row)
    size = sum(map(np.size, made.case.arguments.values())) if made else 0
    return not one.is_shrunk, size, one.index


def _ran(subject: Subject, one: Wrong) -> RanTest | None:
    """Return a wrong call as a test that failed, ``None`` if it is right by itself."""
    made = space_of(one.operation).made(one.row)
    if made is None:
        return None
    with subject.afresh() as judge:
        error = judged(judge, made).error
    return None if error is None else _as_test(one.index, made, error)


def _as_test(index: int, made: Combined, error: NonconformanceError | None) -> RanTest:
    def run(judge: object, case: object) -> None:
        """Be no test that is run again: it was one call."""

    return RanTest("", str(index), run, {"case": made.case}, error)


def _right(subject: Subject, wrong: Sequence[Wrong], walked: Stretch) -> list[RanTest]:
    """Return calls that are right, from the whole of what was walked."""
    is_wrong, space = {one.index for one in wrong}, subject.space(walked.operation)
    step = max(1, (walked.stop - walked.start) // (2 * _CALLS))
    places = (n for n in range(walked.start, walked.stop, step) if n not in is_wrong)
    made = ((place, space.made(walked.row(space, place))) for place in places)
    taken = (
        _as_test(place, one, None)
        for place, one in made
        if one is not None and not subject.capabilities.lacks(one.case)
    )
    return [*islice(taken, _CALLS)]


def _diagnosed(
    subject: Subject, operation: str, failed: Sequence[RanTest], right: Sequence[RanTest]
) -> dict[int, Told]:
    """Return what explains wrong calls, how sure that is, and the remedy, by their places."""
    if not failed:
        return {}
    profile = subject.profile
    replays = Replays(subject.capabilities, profile.name, profile.leaves_out)
    suspected = nearest_first(operation, profile.name)
    found = investigate(operation, replays, failed, right, suspected)
    told = [*found.findings, *([found.observed] if found.observed else [])]
    explained: dict[int, Told] = {}
    for one in told:
        said = ", and ".join(one["words"])
        for test in one["tests"]:
            explained.setdefault(int(test), (said, one["grade"], "; ".join(one["remedies"])))
    return explained
