"""The one boundary between the suite and an implementation.

Every call goes through `Implementation.call`, which never raises what the implementation raises:
it returns what came of the call, wherever that is made.
"""

import inspect
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any

from numpy import array_equal  # by name, because an implementation may replace it

from cnnspec.caller import Arguments, Caller, FunctionCaller, Manner, describe, lacks
from cnnspec.operations import OPERATIONS
from cnnspec.outcomes import Array, Died, NotOffered, Outcome, Result, TimedOut

__all__ = ["Arguments", "Called", "Implementation", "Offer", "describe", "offer"]

#: Seconds that one call may take, and one that should be refused.
TIME_LIMIT = 10.0
REFUSAL_LIMIT = 5.0

#: Seconds for the calls of an operation that has lost one: no verdict can hang on them any more.
SECOND_LIMIT = 2.0

#: Calls of an operation that may not come back before it is no longer called.
PATIENCE = 2

#: How the reason of a call begins that was not made.
NOT_CALLED = "not called, because"


@dataclass(frozen=True)
class Offer:
    """How an operation is offered: by a function, or by whoever calls for the implementation.

    ``keywords`` are the optional parameters that it may take, and ``ranks`` the numbers of axes
    that its form allows for the first argument (``None``: any). Calls tell the rest. ``recipe`` is
    Python code that makes a call on the implementation, known as ``mine``, for people to copy;
    without one, it is a call of the operation's name. ``{options}`` stands for the optional
    arguments.
    """

    function: Callable[..., Any] | None
    keywords: frozenset[str] = frozenset()
    ranks: frozenset[int] | None = None
    recipe: str = ""


def offer(operation: str, function: Callable[..., Any]) -> Offer:
    """Return the offer that a function of an implementation makes, judging by its signature."""
    optional = frozenset(OPERATIONS[operation].optional)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return Offer(function, optional)
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        optional &= {p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY}
    only_by_keyword = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    if only_by_keyword.isdisjoint(OPERATIONS[operation].required):
        return Offer(function, optional)
    named = _named(operation, function, only_by_keyword)
    return Offer(named, optional, recipe=f"result = mine.{operation}({{keywords}})")


def _named(
    operation: str, function: Callable[..., Any], only_by_keyword: set[str]
) -> Callable[..., Any]:
    """Return a function that passes on by keyword what can be passed by keyword only."""
    required = OPERATIONS[operation].required

    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        by_name = dict(zip(required, given, strict=False))
        keywords = {name: by_name[name] for name in by_name if name in only_by_keyword}
        positions = [by_name[name] for name in by_name if name not in keywords]
        return function(*positions, *given[len(required) :], **keywords, **options)

    return called


@dataclass(frozen=True)
class Called:
    """A call that was made.

    ``values`` are what it returned: ``None`` if it was refused.
    """

    operation: str
    arguments: Arguments
    manner: Manner
    values: tuple[Array, ...] | None

    def answered_like(self, other: "Called") -> bool:
        """Return whether both were answered alike, to the last bit, or both refused."""
        if self.values is None or other.values is None:
            return self.values is other.values
        return len(self.values) == len(other.values) and all(
            array_equal(one, its, equal_nan=one.dtype.kind == its.dtype.kind == "f")
            for one, its in zip(self.values, other.values, strict=True)
        )


#: How many calls an implementation's memory of its latest calls holds.
RECENT = 12


@dataclass
class Implementation:
    """What is judged, whatever its form.

    Attributes
    ----------
    name, source : str
        What it is called, and where it comes from.
    form : str
        "operations", "article functions", "article layers", "network", "adapter" or "program".
    offers : dict
        The operations that it offers.
    accuracy : str
        "componentwise", or "normwise" for transforms such as FFT and Winograd.
    profile : str or None
        The profile that it declares.
    limits : tuple of str or None
        The kinds of limits that it declares to have; ``None``: it may have any.
    notes : list of str
        What its user should know about how it was loaded.
    time_limit : float
        Seconds that a call may take.
    renew : callable or None
        Returns a copy of the implementation that has seen no call yet, where that is possible.
    shares_memory : bool
        Whether it gets arrays themselves, so that their layout in memory matters.
    remote : Caller or None
        Whoever makes the calls elsewhere; ``None``: the offers' functions are called here.
    close : callable
        Ends what was started for it.
    recent : deque of Called
        The latest calls, for failures that depend on them.
    """

    name: str
    source: str
    form: str
    offers: dict[str, Offer]
    accuracy: str = "componentwise"
    profile: str | None = None
    limits: tuple[str, ...] | None = None
    notes: list[str] = field(default_factory=list)
    time_limit: float = TIME_LIMIT
    renew: "Callable[[], Implementation] | None" = None
    shares_memory: bool = True
    remote: Caller | None = None
    close: Callable[[], None] = lambda: None
    _lost: dict[str, list[TimedOut | Died]] = field(default_factory=dict)
    recent: deque[Called] = field(
        init=False, repr=False, default_factory=lambda: deque(maxlen=RECENT)
    )

    @cached_property
    def caller(self) -> Caller:
        """Whoever makes the calls."""
        functions = {name: made.function for name, made in self.offers.items()}
        return self.remote or FunctionCaller({n: f for n, f in functions.items() if f is not None})

    def fresh_copy(self) -> "Implementation | None":
        """Return a copy that has seen no call yet, or ``None`` where none can be had."""
        if self.renew is None:
            return None
        try:
            fresh = self.renew()
        except Exception:  # noqa: BLE001 - its own code runs again
            return None
        fresh._lost = self._lost  # noqa: SLF001 - calls that do not come back count together
        return fresh

    def call(
        self,
        operation: str,
        arguments: Arguments,
        *,
        should_refuse: bool = False,
        **manner: Any,
    ) -> Outcome:
        """Call an operation; ``manner`` are the attributes of a `Manner` that differ from its own.

        A call that the implementation ``should_refuse`` gets less time.
        """
        if prevented := self._prevented(operation, arguments):
            return prevented
        seconds = min(self.time_limit, REFUSAL_LIMIT) if should_refuse else self.time_limit
        if self._lost.get(operation):
            seconds = min(seconds, SECOND_LIMIT)
        handed_over = Manner(**manner)
        outcome = self.caller.call(operation, arguments, handed_over, seconds=seconds)
        values = outcome.values if isinstance(outcome, Result) else None
        self.recent.append(Called(operation, arguments, handed_over, values))
        if isinstance(outcome, TimedOut | Died):
            self._lost.setdefault(operation, []).append(outcome)
        return outcome

    def missing_parameter(self, operation: str, arguments: Arguments) -> str:
        """Return in words which of the arguments an operation has no parameter for, "" for none."""
        keywords = self.offers[operation].keywords
        optional = (name for name in OPERATIONS[operation].optional if name in arguments)
        return next((lacks(operation, name) for name in optional if name not in keywords), "")

    def _prevented(self, operation: str, arguments: Arguments) -> Outcome | None:
        """Return why a call cannot be made, if it cannot."""
        if operation not in self.offers:
            return NotOffered(f"{operation} is not offered")
        if missing := self.missing_parameter(operation, arguments):
            return NotOffered(missing)
        lost = self._lost.get(operation, [])
        if len(lost) >= PATIENCE:
            return type(lost[0])(f"{NOT_CALLED} {lost[0].reason}")
        return None
