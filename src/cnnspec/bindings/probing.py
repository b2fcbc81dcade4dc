"""How code reads its arguments, found by small calls whose answers are known.

Every way of reading is scored, and wrong code has one, too: that in which most of its answers are
right, then those in which most have the shape that is due. On a tie the operation's own counts.
"""

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cnnspec.bindings.binding import FIRST, WHOLE, Arguments, Binding, Bound
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.operations.registry import OPERATIONS

#: How far off, of the largest number due, an answer may be that counts as right.
_TOLERANCE = 1e-3

#: Digits of a correlation that are no rounding.
_DIGITS = 6

#: What code raises that names what is not there, however it is called.
NAMELESS = ("NameError", "UnboundLocalError")

Array = np.ndarray[Any, Any]
Guard = Callable[[], AbstractContextManager[Any]]


class TookTooLong(Exception):  # noqa: N818 - what a small call raises that is cut short
    """Raised in the place of a small call that does not come back in time."""


class Score(NamedTuple):
    """How well answers fit, what tells most first.

    ``right`` calls are so in all elements, ``shaped`` ones have the shape that is due, ``share``
    are the right elements of these, and ``scaled`` those that are right but for one factor, the
    same in all calls; ``moved`` is how far answers rise and fall with what is due, and ``like`` how
    near all shapes are to those that are due.
    """

    right: int = 0
    shaped: int = 0
    share: float = 0.0
    scaled: float = 0.0
    moved: float = 0.0
    like: float = 0.0


def total(scores: Iterable[Score]) -> Score:
    """Return the sum of some scores."""
    return Score(*map(sum, zip(*scores, strict=True)))


#: What may come of a call: a right answer, a wrong one, one of quite another shape, or none.
RIGHT, WRONG, MISREAD, REFUSED = "right", "wrong", "misread", "refused"


@dataclass
class Fit:
    """What came of some calls in one way of reading: answers beside what is due."""

    answered: int = 0
    like: float = 0.0
    pairs: list[tuple[Array, Array]] = field(default_factory=list)
    by_axes: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    as_one_vector: list[bool] = field(default_factory=list)

    def refuse(self, operation: str, given: Arguments) -> None:
        """Enter a call that raised."""
        self.by_axes[_axes(operation, given)].append(REFUSED)

    def enter(self, operation: str, got: Any, given: Arguments) -> None:
        """Enter an answer; of several that are due the first whose shape it has counts."""
        came = self.by_axes[_axes(operation, given)]
        data = given[OPERATIONS[operation].data]
        due_ones = due(operation, given)
        try:
            found = np.array(
                got, dtype=float
            )  # a copy: a later call may write into what is returned
        except (TypeError, ValueError):
            came.append(WRONG)
            return
        self.answered += 1
        self.like += _alike(found.shape, due_ones[0].shape)
        of_its_shape = [one for one in due_ones if one.shape == found.shape]
        if not of_its_shape:
            is_misread = _is_quite_another(found.shape, due_ones[0].shape)
            came.append(MISREAD if is_misread else WRONG)
            return
        is_right = (one for one in of_its_shape if _right(found, one).all())
        expected = next(is_right, of_its_shape[0])
        self.pairs.append((found, expected))
        came.append(RIGHT if _right(found, expected).all() else WRONG)
        if came[-1] == WRONG and spelling_of(operation).is_of_vectors:
            name = OPERATIONS[operation].data
            flat = due(operation, {**given, name: np.ravel(data)})[0]
            self.as_one_vector.append(bool(_right(found.ravel(), flat).all()))

    def axes_where(self, holds: Callable[[Sequence[str]], bool]) -> frozenset[int]:
        """Return the numbers of axes of whose calls something holds."""
        return frozenset(axes for axes, came in self.by_axes.items() if holds(came))

    @property
    def score(self) -> Score:
        """How well all answers fit."""
        right = [_right(found, expected) for found, expected in self.pairs]
        factor = self._factor()
        scaled = [_right(found, expected * factor) for found, expected in self.pairs]
        return Score(
            sum(bool(one.all()) for one in right),
            len(self.pairs),
            sum(float(one.mean()) for one in right),
            sum(float(one.mean()) for one in scaled),
            self._moved(),
            self.like,
        )

    def _moved(self) -> float:
        """Return the sum of the correlations; answers of one number have theirs together."""
        large = [pair for pair in self.pairs if pair[1].size > 1]
        small = [pair for pair in self.pairs if pair[1].size == 1]
        if small:
            found, expected = zip(*small, strict=True)
            large.append((np.hstack(found), np.hstack(expected)))
        return sum(_correlation(found, expected) for found, expected in large)

    def _factor(self) -> float:
        """Return the factor that most elements have in common."""
        ratios = [
            ratio
            for found, expected in self.pairs
            for ratio in (found[expected != 0] / expected[expected != 0]).ravel()
        ]
        finite = [ratio for ratio in ratios if np.isfinite(ratio)]
        return (float(np.median(finite)) if finite else 0.0) or 1.0


def _axes(operation: str, given: Arguments) -> int:
    return np.ndim(given[OPERATIONS[operation].data])


def _is_quite_another(shape: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Return whether a shape differs from another in more than one way.

    The answer for the first item of a batch is a wrong one, and so are those for all but one.
    """
    if len(shape) != len(expected):
        return shape != expected[1:]
    return sum(one != its for one, its in zip(shape, expected, strict=True)) > 1


def _alike(shape: tuple[int, ...], expected: tuple[int, ...]) -> float:
    """Return how near a shape is to another: 1 if it is the same, 0 with other numbers of axes."""
    if len(shape) != len(expected):
        return 0.0
    near = [1 / (1 + abs(one - its)) for one, its in zip(shape, expected, strict=True)]
    return sum(near) / len(near) if near else 1.0


def _correlation(found: Array, expected: Array) -> float:
    """Return how far one rises and falls with the other, 1 for a line, with whatever sign."""
    with np.errstate(all="ignore"):
        of, by = found.ravel() - found.mean(), expected.ravel() - expected.mean()
        cosine = abs(of @ by) / np.sqrt((of @ of) * (by @ by))
    return round(float(cosine), _DIGITS) if np.isfinite(cosine) else 0.0


def _right(found: Array, expected: Array) -> Array:
    allowed = _TOLERANCE * max(1e-3, float(np.max(np.abs(expected), initial=0)))
    with np.errstate(invalid="ignore"):
        right: Array = np.abs(found - expected) <= allowed
    return right


@dataclass(frozen=True)
class Tried:
    """One way of calling and reading, and what came of it.

    Of data with a number of axes that is in ``right_axes`` some calls were answered rightly, in
    ``complete_axes`` all, and in ``wrong_axes`` some wrongly. In ``misread_axes`` all answers have
    quite another shape, and in ``read_axes`` some have not. ``told`` is how much its
    ``refusal`` tells.
    """

    binding: Binding
    score: Score
    calls: int
    answered: int = 0
    refusal: str = ""
    right_axes: frozenset[int] = frozenset()
    complete_axes: frozenset[int] = frozenset()
    wrong_axes: frozenset[int] = frozenset()
    misread_axes: frozenset[int] = frozenset()
    read_axes: frozenset[int] = frozenset()
    is_of_one_vector: bool = False
    is_slow: bool = False
    told: tuple[bool, tuple[int, ...]] = (False, ())

    @property
    def is_own(self) -> bool:
        """Whether it is read in the operation's own orders."""
        own = {one.name: one.own.name for one in spelling_of(self.binding.operation).families}
        return self.binding.reading == own

    @property
    def is_right(self) -> bool:
        """Whether all calls were answered rightly."""
        return self.score.right == self.calls > 0


def is_right_where_answered(result: Tried) -> bool:
    """Return whether some calls were answered rightly, and none was answered wrongly."""
    return bool(result.right_axes) and not result.wrong_axes


@cache
def plain_probes(operation: str) -> tuple[dict[str, Any], ...]:
    """Return small calls without options."""
    required = {*OPERATIONS[operation].required}
    return tuple(p for p in spelling_of(operation).probes() if not p.keys() - required)


def probes_with(operation: str, parameter: str) -> list[dict[str, Any]]:
    """Return small calls with an option."""
    return [given for given in spelling_of(operation).probes() if parameter in given]


def due(operation: str, given: Arguments) -> list[Array]:
    """Return the exact answers of a call, rounded, what is due first.

    What always pads, say, answers as if it had been told to; a batch may be reduced to one number.
    They are kept, and not to be written into.
    """
    told = [(name, np.asarray(value)) for name, value in given.items()]
    key = (operation, *((name, one.shape, one.dtype.str, one.tobytes()) for name, one in told))
    if key not in _DUE:
        _DUE[key] = _due(operation, given)
    return _DUE[key]


#: The exact answers of small calls.
_DUE: dict[tuple[Any, ...], list[Array]] = {}


def _due(operation: str, given: Arguments) -> list[Array]:
    options = OPERATIONS[operation].options.items()
    fixed = [(n, always.value) for n, one in options for always in one.fixed if n not in given]
    calls = [given, *({**given, name: value} for name, value in fixed)]
    answers = [OPERATIONS[operation].answer(c, np.dtype(float), "componentwise") for c in calls]
    if answers[0].high.ndim:
        reduced = OPERATIONS[operation].reductions.values()
        answers += [reduce(answers[0], np.dtype(float)) for reduce in reduced]
    return [answer.high for answer in answers]


def tried(
    binding: Binding, names: dict[str, Any], calls: Sequence[Arguments], guard: Guard
) -> list[Tried]:
    """Return what comes of calls, if all that is returned is the result, or the first of it."""
    try:
        bound = Bound(binding, names)
    except SyntaxError as error:
        return [Tried(binding, Score(), len(calls), 0, _in_words(error))]
    fits = {WHOLE: Fit(), FIRST: Fit()}
    refusal, is_tuple, is_slow = "", False, False
    told: tuple[bool, tuple[int, ...]] = False, ()
    for given in calls:
        try:
            with guard():
                returned = bound.run(bound.theirs(_copied(given)))
                found = {taken: _read(bound, taken, returned, given) for taken in fits}
        except Exception as error:  # noqa: BLE001 - it is the implementation's own code
            tells = _tells(error)
            if not refusal or tells > told:
                refusal, told = _in_words(error), tells
            for fit in fits.values() if not isinstance(error, Unavailable) else ():
                fit.refuse(binding.operation, given)
            is_slow = isinstance(error, TookTooLong)
            if is_slow:
                break
            continue
        is_tuple = is_tuple or isinstance(returned, tuple)
        for taken, one in found.items():
            fits[taken].enter(binding.operation, one, given)
    kinds = (WHOLE, FIRST) if is_tuple else (WHOLE,)
    results = [
        result_of(fits[taken], replace(binding, taken=taken), len(calls), refusal)
        for taken in kinds
    ]
    return [replace(one, is_slow=is_slow, told=told) for one in results]


def _tells(error: Exception) -> tuple[bool, tuple[int, ...]]:
    """Return how much an exception tells: a missing name most, then how far a call has come."""
    lines = tuple(
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_somebodys(frame.f_code.co_filename)
    )
    return isinstance(error, NameError), lines


@cache
def _is_somebodys(file: str) -> bool:
    """Return whether a file is neither this suite's nor a library's, nor code made on the way."""
    path, installed = Path(file), {"site-packages", "dist-packages"}
    return path.is_absolute() and not installed & {*path.parts} and _OURS not in path.parents


#: This suite's code.
_OURS = Path(__file__).resolve().parents[1]


def _copied(given: Arguments) -> dict[str, Any]:
    """Return arguments of their own: some code writes into what it is given."""
    return {
        n: value.copy() if isinstance(value, np.ndarray) else value for n, value in given.items()
    }


def result_of(fit: Fit, binding: Binding, calls: int, refusal: str) -> Tried:
    """Return what came of a way of calling and reading."""
    return Tried(
        binding,
        fit.score,
        calls,
        fit.answered,
        refusal,
        fit.axes_where(lambda came: RIGHT in came),
        fit.axes_where(lambda came: {*came} == {RIGHT}),
        fit.axes_where(lambda came: bool({WRONG, MISREAD} & {*came})),
        fit.axes_where(lambda came: {MISREAD} <= {*came} <= {MISREAD, REFUSED}),
        fit.axes_where(lambda came: bool({RIGHT, WRONG} & {*came})),
        bool(fit.as_one_vector) and all(fit.as_one_vector),
    )


def _read(bound: Bound, taken: str, returned: Any, given: Arguments) -> Any:
    """Return a result as the operation has it, ``None`` if it cannot be read."""
    if taken == FIRST and not (isinstance(returned, tuple) and returned):
        return None
    part = returned[0] if taken == FIRST else returned
    try:
        return bound.back(part, given)
    except Exception:  # noqa: BLE001 - it is the implementation's own object
        return None


def _in_words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def readings(operation: str, declared: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the ways of reading, the operation's own first; what is declared stays so."""
    families = spelling_of(operation).families
    choices = [
        [declared[one.name]] if one.name in declared else [choice.name for choice in one.choices]
        for one in families
    ]
    for chosen in product(*choices):
        yield {one.name: name for one, name in zip(families, chosen, strict=True)}


def every_reading(
    binding: Binding, names: dict[str, Any], declared: Mapping[str, str], guard: Guard
) -> list[Tried]:
    """Return all ways of reading with what came of them, up to one that is right throughout."""
    found: list[Tried] = []
    for reading in readings(binding.operation, declared):
        calls = plain_probes(binding.operation)
        found += tried(replace(binding, reading=reading), names, calls, guard)
        if found[-1].is_right or found[-1].is_slow:
            break
    return _not_by_accident(found)


def _not_by_accident(found: list[Tried]) -> list[Tried]:
    """Return the ways of reading without those that a few calls fit by accident.

    Code that answers all calls in the operation's own orders, in the shapes that are due, takes
    these orders, though it be wrong. Square weights, transposed, make one answer right.
    """
    if not any(one.is_own and one.score.shaped == one.calls for one in found):
        return found
    return [one for one in found if one.answered == one.calls or 2 * one.score.right > one.calls]


def best(found: Sequence[Tried]) -> Tried:
    """Return the best way; of equals the first."""
    return max(found, key=lambda one: one.score)
