"""Running a test past its known failures, so that they hide nothing behind them.

A test ends at its first failure. If that is a listed case, the test runs again with the reference
standing in for the implementation in the calls of that case: what else is wrong still shows.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from hypothesis.errors import Unsatisfiable

from cnnspec.diagnosis.replays import as_offered
from cnnspec.faults.manners import RIGHT
from cnnspec.judge.accuracy import Figures
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.run.known_failures import FAILS, PASSES, UNDECIDED, KnownFailures
from cnnspec.subject.boundary import Implementation, offer


class _Every(Container[str]):
    def __contains__(self, _case: object) -> bool:
        return True


@dataclass
class Found:
    """What a test found wrong.

    Attributes
    ----------
    judge : Judge
        That of the run in which the test came furthest.
    error : NonconformanceError or None
        The first failure that is not known.
    known : list of NonconformanceError
    cases : dict
        What became of the listed cases that the test holds.
    """

    judge: Judge
    error: NonconformanceError | None = None
    known: list[NonconformanceError] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)


def passed(judge: Judge, known: KnownFailures) -> Found:
    """Return what a test that passed says of the list."""
    return Found(judge, cases=dict.fromkeys(judge.asked & known.cases, PASSES))


def go_on(
    error: NonconformanceError,
    requirement: str,
    known: KnownFailures,
    judge: Judge,
    run: Callable[[Judge], object],
) -> Found:
    """Return what a test finds beyond its known failures; ``run`` runs it again with a judge."""
    if known.excuses_requirement(requirement):
        return _ended(Found(judge, known=[error]), known, run)
    found = Found(judge, error)
    excused: set[str] = set()
    while found.error is not None and found.error.case.id in known.cases - excused:
        found.known.append(found.error)
        excused.add(found.error.case.id)
        found.judge = _anew(judge, frozenset(excused))
        found.error = _error_of(run, found.judge)
    if found.error is not None and found.error.case.id in excused:
        found.error = None  # a relation to other cases, in which nobody can stand in
        return _ended(found, known, run)
    if found.error is not None:
        return _ended(found, known, run)
    found.cases = dict.fromkeys(found.judge.asked & known.cases, PASSES)
    found.cases |= dict.fromkeys(excused, FAILS)
    return found


def _ended(found: Found, known: KnownFailures, run: Callable[[Judge], object]) -> Found:
    """Enter the listed cases of a test that broke off: those behind its end are undecided."""
    if known.cases:
        everything = _anew(found.judge, _Every())
        _error_of(run, everything)
        asked = found.judge.asked | everything.asked
        found.cases = dict.fromkeys(asked & known.cases, UNDECIDED)
        found.cases |= {e.case.id: FAILS for e in found.known if e.case.id in known.cases}
    return found


def _anew(judge: Judge, excused: Container[str]) -> Judge:
    return replace(
        judge,
        checks={},
        figures=Figures(),
        asked=set(),
        unjudged={},
        excused=excused,
        stand_in=_reference(),
    )


def _error_of(run: Callable[[Judge], object], judge: Judge) -> NonconformanceError | None:
    try:
        run(judge)
    except NonconformanceError as error:
        return error
    except (NotTestedError, Unsatisfiable, pytest.skip.Exception):
        return None
    return None


@cache
def _reference() -> Implementation:
    """Return an implementation that answers every operation correctly."""
    offers = {name: offer(name, as_offered(name, right)) for name, right in RIGHT.items()}
    return Implementation("reference", "reference", "operations", offers)
