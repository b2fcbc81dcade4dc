"""The one boundary between the suite and an implementation.

Every call goes through `Implementation.call`, which never raises what the implementation raises:
it returns what came of the call, wherever that is made.
"""

import inspect
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial, wraps
from types import FunctionType
from typing import Any

# By name, because an implementation may replace them.
from numpy import array_equal

from cnnspec.bindings.binding import Binding
from cnnspec.declaration.article_forms import Offer
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.caller import (
    Arguments,
    Caller,
    FunctionCaller,
    Manner,
    Watcher,
    describe,
    lacks,
    late,
)
from cnnspec.subject.environment import THREADS, Seen
from cnnspec.subject.lost_calls import LOADING_TIMES, NOT_CALLED, Losses, kind_of
from cnnspec.subject.outcomes import Array, Died, NotOffered, Outcome, Result, TimedOut

__all__ = ["NOT_CALLED", "Arguments", "Called", "Implementation", "Offer", "describe", "offer"]

#: What the suite's own implementation is called.
REFERENCE = "reference"

#: Seconds that one call may take.
TIME_LIMIT = 10.0

#: What the source of something begins with that was handed over and not loaded; the code by which
#: its owner knows it follows.
PROMPT = "prompt:"

#: What stands in that code for what has no name.
UNNAMED = "..."

#: The part of them that a call may take which should be refused.
REFUSAL = 0.5

#: Seconds for looking at what calls do besides, in which many are made.
WATCHING = 20.0

#: The forms whose calls are watched: those in which the suite sets no parameters.
_WATCHED = ("operations", "article functions", "bindings")


def offer(operation: str, function: Callable[..., Any]) -> Offer:
    """Return the offer that a function of an implementation makes, judging by its signature."""
    # Only of these is it known that their hash is their identity.
    return (_kept_offer if type(function) is FunctionType else _offer)(operation, function)


def _offer(operation: str, function: Callable[..., Any]) -> Offer:
    optional = frozenset(OPERATIONS[operation].optional)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return Offer(function, optional)
    without_default = {p.name for p in parameters if p.name in optional and p.default is p.empty}
    named = {p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY}
    swallowed = optional - named
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        optional, swallowed = optional & named, frozenset()
    kinds = _kinds(operation, {p.name: p.default for p in parameters if p.name in optional})
    only_by_keyword = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    recipe = ""
    if without_default:
        function = _filled_in(operation, function, without_default)
        defaults = _defaults(operation, without_default)
        recipe = f"result = mine.{operation}(**(dict({defaults}) | dict({{keywords}})))"
    if not only_by_keyword.isdisjoint(OPERATIONS[operation].required):
        function = _named(operation, function, only_by_keyword)
        recipe = recipe or f"result = mine.{operation}({{keywords}})"
    return Offer(function, optional, recipe=recipe, kinds=kinds, swallowed=swallowed)


#: As of one function after the other is asked which operation it may be, and of all again.
_kept_offer = lru_cache(maxsize=512)(_offer)


def _kinds(operation: str, defaults: Mapping[str, Any]) -> dict[str, str]:
    """Return of which kinds the defaults of parameters are, where they are of one."""
    options = OPERATIONS[operation].options
    found = {name: options[name].kind_of(value) for name, value in defaults.items()}
    return {name: kind.name for name, kind in found.items() if kind is not None}


def _defaults(operation: str, names: Collection[str]) -> str:
    """Return as Python code what options mean that are not given."""
    options = OPERATIONS[operation].options
    return ", ".join(f"{name}={options[name].default_code}" for name in sorted(names))


def _filled_in(
    operation: str, function: Callable[..., Any], without_default: Collection[str]
) -> Callable[..., Any]:
    """Return a function that has the operation's own defaults where a function has none."""
    required, declared = OPERATIONS[operation].required, OPERATIONS[operation].options
    signature = inspect.signature(function)

    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        bound = signature.bind_partial(*given, **options)
        by_name = {**dict(zip(required, given, strict=False)), **bound.arguments}
        for name in without_default:
            if bound.arguments.get(name) is None:
                bound.arguments[name] = declared[name].default(by_name)
        return function(*bound.args, **bound.kwargs)

    return called


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
        "operations", "article functions", "article layers", "network", "bindings", "adapter" or
        "program".
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
    dtypes : frozenset of str or None
        The dtypes that it says it takes; ``None``: it says nothing, and calls tell.
    shares_memory : bool
        Whether it gets arrays themselves, so that their layout in memory matters.
    remote : Caller or None
        Whoever makes the calls elsewhere; ``None``: the offers' functions are called here.
    close : callable
        Ends what was started for it.
    leave : callable or None
        In a copy of this process: leaves what was started to the original, so that the next call
        starts it anew; ``None``: nothing was started.
    forms : dict
        The form in which each operation was recognised.
    others : list of Binding
        What else is there for the same operations.
    recent : deque of Called
        The latest calls, for failures that depend on them.
    answered : set
        The kinds of legal calls that were answered where a bad one was refused.
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
    dtypes: frozenset[str] | None = None
    shares_memory: bool = True
    remote: Caller | None = None
    close: Callable[[], None] = lambda: None
    leave: Callable[[], None] | None = None
    forms: dict[str, str] = field(default_factory=dict)
    others: list[Binding] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)
    recent: deque[Called] = field(
        init=False, repr=False, default_factory=lambda: deque(maxlen=RECENT)
    )
    answered: set[Any] = field(init=False, repr=False, compare=False, default_factory=set)

    @property
    def bindings(self) -> dict[str, Binding]:
        """How operations are called where that was found or declared."""
        return {
            name: made.binding
            for name, made in self.offers.items()
            if made.binding is not None and not made.is_composed
        }

    @cached_property
    def caller(self) -> Caller:
        """Whoever makes the calls."""
        functions = {name: made.function for name, made in self.offers.items()}
        return self.remote or FunctionCaller({n: f for n, f in functions.items() if f is not None})

    @cached_property
    def at_length(self) -> "Implementation":
        """The same for calls that may take long: those that do not come back count apart."""
        return replace(self, losses=Losses())

    def fresh_copy(self) -> "Implementation | None":
        """Return a copy that has seen no call yet, or ``None`` where none can be had."""
        if self.renew is None:
            return None
        try:
            fresh = self.renew()
        except Exception:  # noqa: BLE001 - its own code runs again
            return None
        fresh.losses = self.losses  # calls that do not come back count together
        return fresh

    def start_anew(self) -> None:
        """End what was started for it, and forget what was called."""
        self.close()
        self.losses = Losses()
        self.recent.clear()
        self.answered.clear()

    def call(
        self,
        operation: str,
        arguments: Arguments,
        *,
        should_refuse: bool = False,
        once: bool = False,
        **manner: Any,
    ) -> Outcome:
        """Call an operation; ``manner`` are the attributes of a `Manner` that differ from its own.

        A call that the implementation ``should_refuse`` gets less time. One that is not answered
        in time is made again, with more, unless it is to be made ``once``, or its kind is lost.
        """
        if unavailable := self._unavailable(operation, arguments):
            return unavailable
        handed_over = Manner(**manner)
        kind = partial(kind_of, operation, arguments, handed_over, should_refuse=should_refuse)
        if self.losses and (prevented := self.losses.prevents(operation, kind(), self.time_limit)):
            return prevented
        limit = self.time_limit * (REFUSAL if should_refuse else 1)
        longer = self.time_limit * LOADING_TIMES
        is_lost = once or bool(self.losses and self.losses.like(operation, kind()))
        if operation in self.losses.slow and not is_lost:
            limit = longer  # what it has compiled so far would be lost with its process
        outcome = self._made(operation, arguments, handed_over, limit)
        if isinstance(outcome, TimedOut) and limit < longer and not is_lost:
            if prevented := self.losses.prevents(operation, kind(), self.time_limit):
                return prevented
            outcome = self._made(operation, arguments, handed_over, longer)
        values = outcome.values if isinstance(outcome, Result) else None
        if not isinstance(outcome, NotOffered):  # it may be that the call cannot be expressed
            self.recent.append(Called(operation, arguments, handed_over, values))
        if isinstance(outcome, TimedOut | Died):
            self.losses.enter(operation, kind(), outcome)
        return outcome

    def _made(
        self, operation: str, arguments: Arguments, manner: Manner, seconds: float
    ) -> Outcome:
        """Make a call, and enter it if it was slow."""
        started = time.monotonic()
        outcome = self.caller.call(operation, arguments, manner, seconds=seconds)
        taken = time.monotonic() - started
        if isinstance(outcome, TimedOut):
            self.losses.wait(operation, seconds, outcome.reason)
        elif taken > self.time_limit and not isinstance(outcome, Died):
            said = late(operation, arguments, self.time_limit)
            self.losses.wait(operation, taken - self.time_limit, said)
        return outcome

    def watch(self, operation: str, calls: Sequence[Arguments], what: str) -> Seen | Outcome:
        """Look for something that calls do besides: see `cnnspec.subject.environment`."""
        if self.form not in _WATCHED or not isinstance(self.caller, Watcher):
            return NotOffered(f"what calls do besides is not seen (form: {self.form})")
        if what == THREADS and (one := self.bindings.get(operation)) and one.made:
            return NotOffered("a layer object is one caller's at a time")
        if unavailable := self._unavailable(operation, calls[0]):
            return unavailable
        return self.caller.watch(operation, calls, what, seconds=max(self.time_limit, WATCHING))

    def missing_parameter(self, operation: str, arguments: Arguments) -> str:
        """Return in words which of the arguments an operation has no parameter for, "" for none."""
        keywords = self.offers[operation].keywords
        for name in OPERATIONS[operation].options:
            if name in arguments and name not in keywords:
                return lacks(operation, name)
        return ""

    def _unavailable(self, operation: str, arguments: Arguments) -> NotOffered | None:
        """Return why a call cannot be made, if it cannot."""
        if operation not in self.offers:
            return NotOffered(f"{operation} is not offered")
        missing = self.missing_parameter(operation, arguments)
        return NotOffered(missing) if missing else None
