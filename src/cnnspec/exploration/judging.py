"""Judging one drawn call: its values, and whether it leaves its arguments alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnspec.declaration.case import UNUSUAL, Case
from cnnspec.declaration.combinations import Combined
from cnnspec.judge.calls import unless_gone
from cnnspec.judge.judge import Judge
from cnnspec.judge.manners import of_changes
from cnnspec.judge.nonconformance import Complaint, NonconformanceError, NotTestedError
from cnnspec.subject.guard import quiet


@dataclass(frozen=True)
class Judged:
    """What came of a call: an error, a reason why nothing did, or neither if it is right."""

    error: NonconformanceError | None = None
    why_not: str = ""


def judged(judge: Judge, made: Combined) -> Judged:
    """Judge one call, with its arguments laid out as they are to be.

    Some layouts may be refused: the call is then judged as it is made in C order.
    """
    layout = made.layout if judge.implementation.shares_memory else "C"
    found = _judged_in(layout, judge, made.case)
    is_refused = found.error is not None and found.error.complaint is Complaint.REFUSED
    return _judged_in("C", judge, made.case) if is_refused and layout in UNUSUAL else found


def _judged_in(layout: str, judge: Judge, case: Case) -> Judged:
    try:
        with quiet():
            got, result = judge.returned(case, layout=layout)
            judge.compare(case, got, judge.answer(case, got.dtype))
            changed = unless_gone(result.see_changes)
    except NonconformanceError as error:
        error.handed_over = {"layout": layout}
        return Judged(error)
    except NotTestedError as reason:
        return Judged(why_not=str(reason))
    return Judged(of_changes(case, changed)) if changed else Judged()


def judged_in_a_row(judge: Judge, made: Sequence[Combined]) -> Judged:
    """Judge whether some calls are answered as before when they are made again, and kept."""
    cases = [one.case for one in made]
    for check in (judge.repeats, judge.keeps_many_results, judge.forgets):
        try:
            with quiet():
                check(cases)
        except NonconformanceError as error:
            return Judged(error)
        except NotTestedError:
            continue
    return Judged()
