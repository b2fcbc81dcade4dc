"""The kill matrix in dialects: each fault is judged in the convention in which it is written.

What has its effect in the operation's own form, on calls that the dialect can express, must have
it there. What catches it in that form is tried first.
"""

import importlib.resources
import os
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Bound
from cnnspec.bindings.search import Found
from cnnspec.bindings.spellings import spelling_of, values_of
from cnnspec.cases.requirements import DEFAULT
from cnnspec.declaration.operation import Operation
from cnnspec.diagnosis.replays import RanTest
from cnnspec.faults import FAULTS, Fault
from cnnspec.judge.judge import Judge
from cnnspec.kills.dialects import DIALECTS, expressed, is_possible, judged, judged_right
from cnnspec.kills.dressing import with_fault
from cnnspec.kills.kill_matrix import caught_by
from cnnspec.kills.recorded_kills import collection, in_turn, tests_of
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities

#: A fault by its name, and a dialect.
Pair = tuple[str, str]

#: Pairs that a process takes at a time.
_CHUNK = 8


def pairs(every: int = 1, of: Sequence[str] = (), first: int = 0) -> list[Pair]:
    """Return one of so many pairs of a fault and a dialect in which it can be written."""
    found = [
        (fault.id, dialect)
        for dialect in DIALECTS
        if is_possible(dialect)
        for fault in expressed(dialect)
        if not of or fault.operation in of
    ]
    return found[first % every :: every]


def survivors(chosen: Sequence[Pair], processes: int | None = None) -> list[str]:
    """Return which faults are not caught in a dialect, although the same calls catch them."""
    collection(DEFAULT)  # collected once, before there are several processes
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        return [one for one in pool.map(survivor, chosen, chunksize=_CHUNK) if one]


def survivor(pair: Pair) -> str:
    """Return the complaint that a fault is not caught in a dialect, "" if there is none."""
    fault, dialect = FAULTS[pair[0]], pair[1]
    right = _Judged(judged_right(dialect, fault.operation), fault.profile)
    mistaken = _Judged(judged(dialect, fault.operation, fault.make), fault.profile)
    telling = [test for identity in caught_by()[fault.id] for test in tests_of(identity)]
    is_unseen = pair in unseen()
    if any(mistaken.status(t) == "failed" != right.status(t) for t in telling):
        return f"{fault.id} is caught in {dialect}, and listed as not seen" if is_unseen else ""
    if is_unseen or _is_for_each(right.implementation, fault.operation):
        return ""  # what is wrong among filters or maps cannot be written
    plain = _Judged(_as_expressed(fault, right.implementation), fault.profile, right.capabilities)
    for test in telling:
        judged_there = right.status(test) == mistaken.status(test) == "passed"  # and no limit
        if judged_there and plain.status(test) == "failed":
            return f"{test.requirement} no longer catches {fault.id} in {dialect} ({test.id})"
    return ""


@cache
def unseen() -> dict[Pair, str]:
    """Return what makes no difference in a dialect, by whatever calls, and why."""
    listed = importlib.resources.files("cnnspec.kills").joinpath("dialects", "unseen.toml")
    return {
        (fault, dialect): why
        for dialect, reasons in tomllib.loads(listed.read_text("utf-8")).items()
        for why, faults in reasons.items()
        for fault in faults
    }


def _as_expressed(fault: Fault, right: Implementation) -> Implementation:
    """Return a fault in the operation's own form, of which calls are made that a dialect has."""
    made, name = with_fault(fault), fault.operation
    made.form = right.form  # what it does besides is not watched in all
    bound, own = right.offers[name].function, made.offers[name].function
    if isinstance(bound, Bound) and own is not None:
        made.offers[name] = replace(made.offers[name], function=_expressible(bound, own))
    made.renew = partial(_as_expressed, fault, right)
    return made


def _expressible(bound: Bound, own: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is called with what a binding can say, and with all that it says."""
    operation, binding = OPERATIONS[bound.binding.operation], bound.binding
    said = tuple(name for name in binding.values if name in operation.options)
    is_copied = bool(binding.tensors) or _is_loss(operation)

    def called(*given: Any, **options: Any) -> Any:
        by_name = {**dict(zip(operation.required, given, strict=False)), **options}
        bound.theirs(by_name)  # raises for what it cannot say
        every = {**options, **values_of(operation.name, by_name, said)}
        if is_copied:  # what is done to memory is then done to copies
            copies = {name: _copied(value) for name, value in every.items()}
            return _copied(own(*map(_copied, given), **copies))
        return own(*given, **every)

    return called


def passes(fault: Fault, dialect: str, found: Found | None = None) -> bool:
    """Return whether a fault is judged in a dialect, and fails nothing that right code passes.

    It is called as was found for it, or else in the convention of the dialect.
    """
    mistaken = _Judged(judged(dialect, fault.operation, fault.make, found), fault.profile)
    right = _Judged(judged_right(dialect, fault.operation), fault.profile)
    is_judged = False
    for test in _tests(fault):
        status = mistaken.status(test)
        is_judged = is_judged or status == "passed"
        if status == "failed" and right.status(test) != "failed":
            return False
    return is_judged


def _is_loss(operation: Operation) -> bool:
    """Return whether results may be one number for a batch, of which then all is new."""
    return bool(operation.reductions) or spelling_of(operation.name).is_scalar


def _is_for_each(right: Implementation, operation: str) -> bool:
    binding = right.offers[operation].binding
    return binding is not None and bool({*binding.values} & {*spelling_of(operation).each})


def _copied(value: Any) -> Any:
    """Return a copy of an array in C order, or what else there is as it is."""
    return value.astype(value.dtype, order="C") if isinstance(value, np.ndarray) else value


def _tests(fault: Fault) -> Iterator[RanTest]:
    """Yield those tests first that catch a fault in the operation's own form."""
    telling = [test for identity in caught_by()[fault.id] for test in tests_of(identity)]
    yield from telling
    seen = {test.id for test in telling}
    yield from (test for test in in_turn(fault) if test.id not in seen)


class _Judged:
    """An implementation on which tests are run, one after the other.

    It gets the calls that are made to what has the ``capabilities``, by default its own.
    """

    def __init__(
        self,
        implementation: Implementation,
        profile: str,
        capabilities: Capabilities | None = None,
    ) -> None:
        self.implementation = implementation
        self.capabilities = capabilities or Capabilities(implementation)
        self._profile = profile

    def status(self, test: RanTest) -> str:
        """Return whether a test passes, fails, or tests nothing."""
        judge = Judge(self.implementation, self.capabilities, self._profile)
        try:
            return test.on(judge)[0]
        except Exception:  # noqa: BLE001 - it trips over what is returned
            return "failed"
