"""Which kinds of an option's values are offered: a number, one for each axis, a word.

Code that names an option offers its plain kind; that it refuses all of it on purpose is a limit or,
of some options, means that they are absent, as does ``**kwargs`` that change nothing. Another kind
is absent if every small call with it is refused, or if all of them are answered as one with a word
is: ``padding == "same"`` takes every number for "valid".
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

# By name, because an implementation may replace it.
from numpy import array_equal

from cnnspec.declaration.case import Case
from cnnspec.declaration.parameters import WORD
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.array_limits import plain_calls
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import NotOffered, Outcome, Rejected, Result

Arguments = Mapping[str, Any]

_DOES_NOT_TAKE = " does not take "


def lacks_kind(operation: str, in_words: str) -> str:
    """Return in words that an operation takes no values of a kind."""
    return f"{operation}{_DOES_NOT_TAKE}{in_words}"


def what_kind_lacks(reason: str) -> tuple[str, str] | None:
    """Return the operation and the kind in words, if `lacks_kind` is what was said."""
    operation, says_so, kind = reason.partition(_DOES_NOT_TAKE)
    return (operation, kind) if says_so and operation in OPERATIONS else None


class OptionKinds:
    """Finds the kinds that one implementation offers; each option is probed once.

    ``fitted`` returns a case's arguments as the implementation takes them, if it does. ``notes``
    say what is answered and counts as not offered, of what was asked for.
    """

    def __init__(
        self, implementation: Implementation, fitted: Callable[[Case], Arguments | None]
    ) -> None:
        self._implementation = implementation
        self._fitted = fitted
        self._plain = cache(self._find_plain)
        self._is_denied = cache(self._find_denied)
        self._is_ignored = cache(self._find_ignored)
        self._is_without = cache(self._find)
        self._is_absent = cache(self._find_absent)
        self.notes: list[str] = []

    def lacks(self, operation: str, arguments: Arguments) -> str:
        """Return which kind of values a call needs that is not offered, or ""."""
        for name, option in OPERATIONS[operation].options.items():
            if option.kinds and (value := arguments.get(name)) is not None:
                kind = option.kind_of(value)
                if kind is not None and self._is_absent(operation, name, kind.name):
                    return lacks_kind(operation, kind.in_words)
        return ""

    def _find_absent(self, operation: str, name: str, kind: str) -> bool:
        """Return whether a kind of an option's values is not offered, though the option is."""
        made = self._implementation.offers.get(operation)
        if made is None or name not in made.keywords:
            return False  # that it is missing is said elsewhere
        if OPERATIONS[operation].options[name].may_be_absent:
            is_unnamed = name in made.swallowed and self._is_ignored(operation, name)
            if is_unnamed or self._is_denied(operation, name):
                return True
        is_plain = kind == self._plain_kind(operation, name)
        return not is_plain and self._is_without(operation, name, kind)

    def _plain_kind(self, operation: str, name: str) -> str:
        """Return the kind of an option's values that is offered by naming it."""
        option = OPERATIONS[operation].options[name]
        known = option.plain_kind or self._implementation.offers[operation].kinds.get(name, "")
        if known:
            return known
        own = option.kind_of(option.plain)
        return own.name if own else ""

    def _find_denied(self, operation: str, name: str) -> bool:
        """Return whether every value of the plain kind but the default is refused on purpose."""
        plain, option = self._plain(operation), OPERATIONS[operation].options[name]
        kinds = [one for one in option.kinds if one.name == self._plain_kind(operation, name)]
        if plain is None or not kinds:
            return False
        outcomes = [self._call(operation, {**plain, **one}) for one in kinds[0].probes(plain)]
        return all(
            isinstance(one, NotOffered) or (isinstance(one, Rejected) and one.is_said)
            for one in outcomes
        )

    def _find_ignored(self, operation: str, name: str) -> bool:
        """Return whether no small call is answered otherwise than without the option."""
        plain = self._plain(operation)
        if plain is None:
            return False
        for one in OPERATIONS[operation].options[name].kinds:
            for change in one.probes(plain):
                given = {**plain, **change}
                without = {key: value for key, value in given.items() if key != name}
                if not _alike(self._call(operation, given), self._call(operation, without)):
                    return False
        self._note(
            f"{operation} takes {name} without naming it, and answers as without it: it counts as"
            " not offered"
        )
        return True

    def _find(self, operation: str, name: str, kind: str) -> bool:
        """Return whether a kind that is not the plain one is absent."""
        option, plain = OPERATIONS[operation].options[name], self._plain(operation)
        (sought,) = (one for one in option.kinds if one.name == kind)
        if plain is None:
            return False
        outcomes = [self._call(operation, {**plain, **one}) for one in sought.probes(plain)]
        if all(map(_is_refused, outcomes)):
            return True
        if self._plain_kind(operation, name) != WORD:
            return False
        answered = [outcome for outcome in outcomes if not _is_refused(outcome)]
        without = {key: value for key, value in plain.items() if key != name}
        words = (one.probes(plain) for one in option.kinds if one.name == WORD)
        for given in [without, *({**without, **change} for each in words for change in each)]:
            other = self._call(operation, given)
            if isinstance(other, Result) and all(_alike(one, other) for one in answered):
                what = f"with {name}={given[name]!r}" if name in given else f"without {name}"
                lacks = lacks_kind(operation, sought.in_words)
                self._note(f"{lacks}: all of it is answered as {what}")
                return True
        return False

    def _note(self, note: str) -> None:
        if note not in self.notes:  # another process may have found it first
            self.notes.append(note)

    def _call(self, operation: str, arguments: Arguments) -> Outcome:
        return self._implementation.call(operation, arguments)

    def _find_plain(self, operation: str) -> Arguments | None:
        """Return a small call that is answered, in the dtype and with the axes that are taken."""
        for arguments in plain_calls(operation):
            given = self._fitted(Case("plain", operation, arguments))
            if given is not None and isinstance(self._call(operation, given), Result):
                return given
        return None


def _is_refused(outcome: Outcome) -> bool:
    """Return whether there is no answer: in some languages a pair for a number makes no array."""
    is_no_array = isinstance(outcome, Result) and bool(outcome.problem)
    return is_no_array or isinstance(outcome, Rejected | NotOffered)


def _alike(one: Outcome, other: Outcome) -> bool:
    """Return whether two calls came to the same: the same numbers, or the same refusal."""
    if isinstance(one, Result) and isinstance(other, Result):
        return len(one.values) == len(other.values) and all(
            array_equal(mine, its, equal_nan=mine.dtype.kind == its.dtype.kind == "f")
            for mine, its in zip(one.values, other.values, strict=True)
        )
    if isinstance(one, Rejected) and isinstance(other, Rejected):
        return one.exception == other.exception
    return type(one) is type(other) and not isinstance(one, Result)
