"""Observations: when answers are wrong, where, and by how much, if no theory says why.

Each part is told only if it holds for every wrong answer that came.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.experiments.conditions import Condition, Conditions
from cnnspec.experiments.laboratory import Asked, Laboratory
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw, Simulator
from cnnspec.simulation.quantities import short

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Array = NDArray[Any]

#: By how many conditions calls can be told apart, and how often one may fit by chance.
_CONDITIONS, _CHANCE = 300, 0.03

#: The share of right answers that a condition must exclude.
_EXCLUDED = 0.5

#: Answers in which a place is a part only, or that are alike, their shapes, and wrong numbers.
_PARTS, _SHAPES, _NUMBERS = 3, 2, 8

#: The share of a place that is wrong at least.
_FILLED = 0.3

#: How near most wrong numbers are to the right ones if they are called approximate, and how many.
_NEAR, _MOST = 0.1, 0.9

#: Different wrong numbers that are told one by one.
_FEW = 2

#: Calls that are changed in one array, those on which conditions differ, those that meet one,
#: and drawn ones among which each is looked for.
_REPEATED, _CONTESTS, _CONFIRMED, _DRAWN = 2, 10, 8, 60

#: Blocks whose remainder may be done in another way.
_BLOCKS = (4, 8, 16)


@dataclass(frozen=True)
class Place:
    """A part of a result, by the axis: ``words`` follow "only in"."""

    words: str
    indices: dict[int, Mask]

    def within(self, shape: tuple[int, ...]) -> Mask:
        """Return the mask of the part: what lies in it on any of its axes."""
        of_axes = [
            np.expand_dims(mask, [a for a in range(len(shape)) if a != axis])
            for axis, mask in self.indices.items()
        ]
        return np.broadcast_to(reduce(np.logical_or, of_axes), shape)


class Observer:
    """Looks at what wrong answers have in common, and makes calls to be sure of it."""

    def __init__(
        self, simulator: Simulator, conditions: Conditions, laboratory: Laboratory
    ) -> None:
        self._simulator = simulator
        self._conditions = conditions
        self._laboratory = laboratory

    def of(self, calls: list[Asked]) -> tuple[str, str]:
        """Return what is observed, as a clause, and a remedy; both are "" if nothing is.

        ``calls`` get those that are asked beside.
        """
        if unused := self._unused([one for one in calls if one.tells]):
            names = " and ".join(unused)
            return (
                f"other numbers in {names} give the same answer: they have no influence on it",
                f"use the {names} of each call",
            )
        found = self._contested(calls)
        has_maps = OPERATIONS[self._laboratory.operation].symptoms.has_maps
        condition = found[0] if found and self._is_met_by_others(found[0], calls) else None
        return observed(calls, condition, has_maps=has_maps), ""

    def _unused(self, wrong: Sequence[Asked]) -> list[str]:
        """Return the arrays that may be changed without any effect, in drawn calls as well."""
        plain = (self._asked([], lambda _holds: True) for _ in range(_REPEATED))
        tried = [*wrong[:_REPEATED], *(one for one in plain if one is not None)]
        if len(tried) < 2 * _REPEATED:
            return []
        common = set.intersection(*map(self._without_influence, tried))
        return [name for name in wrong[0].arguments if name in common]

    def _without_influence(self, one: Asked) -> set[str]:
        found = set()
        for name, value in one.arguments.items():
            if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
                continue
            asked = self._laboratory.ask({**one.arguments, name: _others(value)})
            if asked is None or asked.due.shape != one.due.shape:
                continue
            should_differ = not one.is_met(asked.due) and not _same(asked.due, one.due)
            if should_differ and _same(asked.got, one.got):
                found.add(name)
        return found

    def _contested(self, calls: list[Asked]) -> list[Condition]:
        """Return conditions without which nothing is wrong, after calls on which they differ."""
        found = necessary(calls, self._conditions)
        for _ in range(_CONTESTS):
            asked = self._asked(found, lambda holds: any(holds) and not all(holds))
            if asked is None:
                break
            calls.append(asked)
            left = [condition for condition in found if is_necessary(condition, calls)]
            found = left or necessary(calls, self._conditions)
        return necessary(calls, self._conditions)

    def _is_met_by_others(self, condition: Condition, calls: list[Asked]) -> bool:
        """Return whether some of the further calls that meet a condition are wrong."""
        for _ in range(_CONFIRMED):
            asked = self._asked([condition], all)
            if asked is None:
                break
            calls.append(asked)
            if asked.tells:
                return True
        return False

    def _asked(
        self, conditions: Sequence[Condition], wanted: Callable[[list[bool]], bool]
    ) -> Asked | None:
        """Return a drawn call, asked, for which conditions hold as wanted."""
        draw = Draw(11 + self._laboratory.calls)
        for _ in range(_DRAWN):
            arguments = self._simulator.draw(draw)
            holds = [one.holds(arguments) for one in conditions]
            if wanted(holds) and self._laboratory.offers(arguments):
                return self._laboratory.ask(arguments)
        return None


def _others(value: Array) -> Array:
    """Return other numbers of the same kind, not opposite ones: many functions are even."""
    drawn: Array = Draw(value.size % 1000).reals(*value.shape)
    if value.dtype.kind == "f":
        return drawn.astype(value.dtype)
    whole: Array = np.rint(10 * np.abs(drawn))
    return whole.astype(value.dtype)


def _same(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


def observed(calls: Sequence[Asked], condition: Condition | None, *, has_maps: bool) -> str:
    """Return what the wrong answers have in common, as a clause; "" if nothing is known."""
    wrong = [one for one in calls if one.tells]
    parts = [condition.words] if condition else []
    if place := _where(wrong, has_maps=has_maps):
        parts.append(f"in {place}")
    said = f"values are wrong only {' and only '.join(parts)}" if parts else ""
    how = _how(wrong)
    if said and how:
        return f"{said}; {how}"
    return said or how


# --- when --------------------------------------------------------------------------------------


def necessary(calls: Sequence[Asked], conditions: Conditions) -> list[Condition]:
    """Return the conditions without which nothing is wrong, the narrowest first."""
    wrong = [one.arguments for one in calls if one.tells]
    right = [one.arguments for one in calls if not one.is_wrong]
    if not wrong or not right:
        return []
    found = []
    for condition in conditions.of_all(wrong, right):
        held = sum(map(condition.holds, right))
        if _excludes(held, len(wrong), len(right)):
            found.append((held, condition))
    return [condition for _, condition in sorted(found, key=lambda one: one[0])]


def is_necessary(condition: Condition, calls: Sequence[Asked]) -> bool:
    """Return whether nothing is wrong without a condition that was necessary before."""
    wrong = [one.arguments for one in calls if one.tells]
    right = [one.arguments for one in calls if not one.is_wrong]
    held = sum(map(condition.holds, right))
    return all(map(condition.holds, wrong)) and _excludes(held, len(wrong), len(right))


def _excludes(held: int, wrong: int, right: int) -> bool:
    """Return whether a condition of all wrong calls, held by some right ones, is no chance."""
    share = (held + wrong) / (right + wrong)
    is_chance = _CONDITIONS * share**wrong > _CHANCE
    return not is_chance and held <= (1 - _EXCLUDED) * right


# --- where -------------------------------------------------------------------------------------


def _where(wrong: Iterable[Asked], *, has_maps: bool) -> str:
    """Return the smallest part of the results in which all wrong values lie."""
    masks = [_mask(one) for one in wrong if one.got.shape == one.due.shape and one.got.size > 1]
    if not masks or len({mask.ndim for mask in masks}) > 2:
        return ""
    shares: dict[str, list[tuple[Mask, Mask]]] = {}
    lowest = _lowest(masks)
    for mask in masks:
        for place in _places(mask.shape, lowest, has_maps=has_maps):
            shares.setdefault(place.words, []).append((mask, place.within(mask.shape)))
    best, words = _FILLED, ""
    for said, found in shares.items():
        if len(found) < len(masks) or any((mask & ~place).any() for mask, place in found):
            continue
        parts = [(mask, place) for mask, place in found if not place.all()]
        if len(parts) < _PARTS or len({mask.shape for mask, _ in parts}) < _SHAPES:
            continue
        share = sum(int(m.sum()) for m, _ in parts) / sum(int(p.sum()) for _, p in parts)
        if share > best:
            best, words = share, said
    return words


def _mask(one: Asked) -> Mask:
    with np.errstate(invalid="ignore"):
        same = (one.got == one.due) | (np.isnan(one.got) & np.isnan(one.due))
        return np.asarray(~((np.abs(one.got - one.due) <= one.allowed) | same))


def _lowest(masks: Iterable[Mask]) -> dict[int, int]:
    """Return the lowest index at which anything is wrong, by the axis, counted from the last."""
    found: dict[int, int] = {}
    for mask in masks:
        for axis, indices in zip(range(-mask.ndim, 0), np.nonzero(mask), strict=True):
            if indices.size:
                found[axis] = min(found.get(axis, int(indices.min())), int(indices.min()))
    return found


def _places(
    shape: tuple[int, ...], lowest: Mapping[int, int], *, has_maps: bool
) -> Iterator[Place]:
    names = _names(len(shape), has_maps=has_maps)
    for axis, name in enumerate(names):
        for words, mask in _of_axis(shape[axis]):
            yield Place(words.format(f"{name}s"), {axis: mask})
        if (first := lowest.get(axis - len(shape), 0)) > 1:
            index = np.arange(shape[axis])
            yield Place(f"the {name}s from index {first} on", {axis: index >= first})
    if has_maps and len(shape) > 2:
        rows, columns = len(shape) - 3, len(shape) - 2
        of_rows, of_columns = dict(_of_axis(shape[rows])), dict(_of_axis(shape[columns]))
        for words in of_rows.keys() & of_columns.keys() & _TOGETHER:
            both = {rows: of_rows[words], columns: of_columns[words]}
            yield Place(words.format("rows and columns"), both)


def _names(axes: int, *, has_maps: bool) -> list[str]:
    names = ["image", "row", "column", "map"] if has_maps else ["row", "value"]
    return names[-axes:] if 0 < axes <= len(names) else []


_ODD, _LAST, _EDGES = (
    "every second of the {}, from index 1 on",
    "the last of the {}",
    ("the first and the last of the {}"),
)

#: What may hold for rows and columns alike.
_TOGETHER = {_ODD, _LAST, _EDGES}


def _of_axis(size: int) -> Iterator[tuple[str, Mask]]:
    index = np.arange(size)
    yield "the first of the {}", index == 0
    yield _LAST, index == size - 1
    yield _EDGES, (index == 0) | (index == size - 1)
    yield _ODD, index % 2 == 1
    yield "every second of the {}, from index 0 on", index % 2 == 0
    yield "the {} after the first", index > 0
    yield "the {} before the last", index < size - 1
    for block in _BLOCKS:
        yield f"the {{}} after the last full block of {block}", index >= size - size % block


# --- by how much -------------------------------------------------------------------------------


def _how(wrong: Sequence[Asked]) -> str:
    """Return what the wrong numbers have in common."""
    pairs = [_wrong_numbers(one) for one in wrong if one.got.shape == one.due.shape]
    if len(pairs) < max(len(wrong), _PARTS):
        return ""
    got, due = (np.concatenate(numbers) for numbers in zip(*pairs, strict=True))
    if len(got) < _NUMBERS:
        return ""
    return next(filter(None, _likenesses(got, due)), "")


def _wrong_numbers(one: Asked) -> tuple[Floats, Floats]:
    mask = _mask(one)
    return one.got[mask], one.due[mask]


def _likenesses(got: Floats, due: Floats) -> Iterator[str]:
    if not np.isfinite(got).any():
        yield "they are NaN" if np.isnan(got).all() else "they are infinite or NaN"
        return
    if not np.isfinite(got).all() or not np.isfinite(due).all():
        return
    few = sorted(set(got.tolist()))
    if len(few) <= _FEW:
        yield f"each of them is {' or '.join(map(short, few))}"
        return
    with np.errstate(all="ignore"):
        errors = np.sort(np.abs(got - due) / np.abs(due))
    error = float(errors[int(_MOST * (len(errors) - 1))])
    if error <= _NEAR:
        yield f"they are approximately right: most are off by at most {100 * error:.2g} %"
        return
    if (got < due).all():
        yield "every wrong value is too small"
    if (got > due).all():
        yield "every wrong value is too large"
