"""Stencils: how much each number of an argument counts in an element of the result, measured."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cnnspec.experiments.laboratory import Arguments, Array, Asked, Floats, Laboratory
from cnnspec.simulation.hypothesis import Draw
from cnnspec.simulation.measurement import Linear
from cnnspec.subject.caller import describe

Json = dict[str, Any]

#: Numbers of the argument, each of which takes a call.
MOST = 90

#: Calls of each degree of plainness of which it is asked whether the mistake shows in them, and how
#: many of all are measured.
_TRIED, _MEASURED = 6, 2

#: Calls of all degrees.
_ALL = 40

#: The share of the largest factor by which one must differ: less is rounding, no other factor.
_DIFFERS = 1e-3

#: Digits of the largest factor that are told.
_DIGITS = 6


def stencil(kind: Linear, data: str, laboratory: Laboratory, wrong: Sequence[Asked]) -> Json | None:
    """Return the measured factors of one wrong element beside the due ones, if there are such.

    ``wrong`` are calls that are answered wrongly. ``None`` where no small call is wrong, the
    answers are no sums of the argument's numbers, or every factor is as it is due.
    """
    measured = 0
    for arguments in _candidates(kind, data, wrong):
        asked = _of_any_numbers(arguments, data, laboratory)
        if asked is None or not asked.tells or not _depends_on_it(asked, data, laboratory):
            continue
        if found := _measured(kind, arguments, data, laboratory):
            return found
        measured += 1
        if measured >= _MEASURED:
            break
    return None


def _candidates(kind: Linear, data: str, wrong: Sequence[Asked]) -> list[Arguments]:
    """Return small calls like the wrong ones, one of each kind, the plainest first."""
    found: dict[str, tuple[int, int, Arguments]] = {}
    tried: Counter[int] = Counter()
    for asked in wrong:
        for order, arguments in enumerate(kind.small(asked.arguments)):
            size = np.size(arguments[data])
            if 0 < size <= MOST:
                found.setdefault(describe(arguments), (order, size, arguments))
    chosen: list[Arguments] = []

    def plainest_first(said: str) -> tuple[int, int, int, int, str]:
        narrow = said.count("[") - said.count("float64")
        return *found[said][:2], narrow, len(said), said

    for said in sorted(found, key=plainest_first):
        order, _, small = found[said]
        if tried[order] < _TRIED:
            tried[order] += 1
            chosen.append(small)
    return chosen[:_ALL]


def _of_any_numbers(
    arguments: Arguments, data: str, laboratory: Laboratory, seed: int = 1
) -> Asked | None:
    """Ask a call with whole numbers, of both signs where the dtype has them."""
    like = np.asarray(arguments[data])
    numbers = np.rint(Draw(seed).reals(*like.shape) * 3)
    numbers = np.abs(numbers) if like.dtype.kind in "ub" else numbers
    return laboratory.ask({**arguments, data: numbers.astype(like.dtype)})


def _depends_on_it(asked: Asked, data: str, laboratory: Laboratory) -> bool:
    """Return whether zeros are not wrong by as much, as they are by a wrong bias."""
    zeros = {**asked.arguments, data: np.zeros_like(asked.arguments[data])}
    nothing = laboratory.ask(zeros)
    if nothing is None or not nothing.got.shape == asked.got.shape == asked.due.shape:
        return False
    off = asked.got - asked.due - (nothing.got - nothing.due)
    return not bool((np.abs(off) <= asked.near + nothing.near).all())


def _measured(kind: Linear, arguments: Arguments, data: str, laboratory: Laboratory) -> Json | None:
    """Return the factors of the first element for which they are not as due."""
    answers = list(_of_impulses(arguments, data, laboratory))
    shape = np.shape(arguments[data])
    if len(answers) != np.prod(shape) + 1:
        return None
    nothing, *impulses = answers
    got = np.stack([one.got - nothing.got for one in impulses], axis=-1)
    due = np.stack([one.due - nothing.due for one in impulses], axis=-1)
    wrong = np.abs(got - due) > _DIFFERS * np.abs(due).max()
    if not wrong.any() or not _is_sum(arguments, data, laboratory, got, nothing.got):
        return None
    if not _are_read(kind, arguments, data, laboratory):
        return None
    place = tuple(int(index) for index in np.argwhere(wrong.any(axis=-1))[0])
    return {
        "kind": "stencil",
        "call": f"{laboratory.operation}({describe(nothing.arguments)})",
        "factors": {name: np.asarray(arguments[name]).tolist() for name in kind.factors},
        "place": place,
        "due": _short(due[place].reshape(shape)),
        "measured": _short(got[place].reshape(shape)),
        "wrong": wrong[place].reshape(shape).tolist(),
    }


def _short(factors: Floats) -> Any:
    """Return factors without what is rounding in a difference, as lists."""
    largest = max(float(np.abs(factors).max()), 1e-300)
    decimals = _DIGITS - math.ceil(math.log10(largest))
    return (np.round(factors, decimals) + 0.0).tolist()  # no -0


def _of_impulses(arguments: Arguments, data: str, laboratory: Laboratory) -> Iterator[Asked]:
    """Yield the answer to zeros, and to a 1 in each place, as long as they have one shape."""
    like = np.asarray(arguments[data])
    shape = None
    for place in range(-1, like.size):
        impulse = np.zeros_like(like)
        impulse.flat[max(place, 0)] = place >= 0
        asked = laboratory.ask({**arguments, data: impulse})
        if asked is None or asked.got.shape != asked.due.shape:
            return
        if not np.isfinite(asked.got).all() or asked.got.shape != (shape or asked.got.shape):
            return
        shape = asked.got.shape
        yield asked


def _is_sum(
    arguments: Arguments, data: str, laboratory: Laboratory, factors: Floats, rest: Array
) -> bool:
    """Return whether other answers are what the factors give.

    Of what is no sum, impulses give factors too, which mean nothing.
    """
    for seed in (2, 3):
        asked = _of_any_numbers(arguments, data, laboratory, seed)
        if asked is None:
            return False
        numbers = np.asarray(asked.arguments[data], np.float64).ravel()
        if not asked.is_met(factors @ numbers + rest):
            return False
    return True


def _are_read(kind: Linear, arguments: Arguments, data: str, laboratory: Laboratory) -> bool:
    """Return whether other factors give another answer: those of an earlier call may be kept."""
    turned = {name: np.flip(arguments[name]).copy() for name in kind.factors}
    one = _of_any_numbers(arguments, data, laboratory)
    other = _of_any_numbers({**arguments, **turned}, data, laboratory)
    return not turned or bool(one and other and not one.is_met(other.got))
