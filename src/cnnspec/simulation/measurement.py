"""What can be measured of an operation by its kind: factors of a sum, or a curve."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import Arguments, Array, Floats, bound

#: Takes a result, and returns the values of the curve that it holds.
Read = Callable[[Array], Floats]


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Results are sums of the numbers of the first argument, each times a factor.

    Attributes
    ----------
    small : callable
        Returns small calls like a given one, the plainest first. Of the first argument only shape
        and dtype matter; the others hold whole numbers, all of them different
        where they are factors, so that each is known again.
    factors : tuple of str
        The arguments that hold the factors, to be shown beside them.
    """

    small: Callable[[Arguments], Iterable[dict[str, Any]]]
    factors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What comes of one number, whatever stands beside it.

    Attributes
    ----------
    across, up : str
        What the number is, and what comes of it.
    spans : tuple of (float, float)
        From where to where it is measured: where one shows nothing, the next.
    points : int
    plain : dict
        The arguments of the plainest call, of which shapes and dtypes matter.
    calls : callable
        Takes points, arguments like which calls are made, and which of two companies they are in;
        returns calls, each with what reads the values of the next points from its result.
    """

    across: str
    up: str
    spans: tuple[tuple[float, float], ...]
    plain: Arguments
    calls: Callable[[Floats, Arguments, int], Iterable[tuple[dict[str, Any], Read]]]
    points: int = 41


#: What an operation can show.
Measurement = Linear | Curve


def pointwise(data: str, up: str, factor: str = "") -> Curve:
    """Return the curve of a function of each number; the second company is another order.

    ``factor`` is an argument of the same shape by which each is multiplied: ones.
    """

    def calls(
        points: Floats, like: Arguments, _company: int
    ) -> Iterator[tuple[dict[str, Any], Read]]:
        shape, dtype = np.shape(like[data]), np.asarray(like[data]).dtype
        for part in _parts(points, math.prod(shape)):
            laid = np.resize(part, shape).astype(dtype)
            ones = {factor: np.ones(shape, dtype)} if factor else {}
            yield {**like, **ones, data: laid}, bound(_first, len(part))

    spans = ((-8.0, 8.0), (-400.0, 400.0), (-1.0, 1.0))
    plain = {name: np.zeros(41) for name in (factor, data) if name}
    return Curve(across=data, up=up, spans=spans, plain=plain, calls=calls)


def normalising(data: str, across: str, up: str) -> Curve:
    """Return the ratio of two results along the last axis as a function of a difference.

    One number of each row is 0, and the others are the differences from it. In the second company
    all of a row are larger by 1, and the 0 stands at the other end.
    """

    def calls(
        points: Floats, like: Arguments, company: int
    ) -> Iterator[tuple[dict[str, Any], Read]]:
        shape, dtype = np.shape(like[data]), np.asarray(like[data]).dtype
        rows, others = math.prod(shape[:-1]), shape[-1] - 1

        def ratios(got: Array, many: int) -> Floats:
            table = got.reshape(rows, others + 1)
            base, rest = np.split(np.roll(table, company, axis=1), [1], axis=1)
            return _first(rest / base, many)

        for part in _parts(points, rows * others):
            laid = np.resize(part, (rows, others))
            zeros = np.zeros((rows, 1))
            row = [laid, zeros] if company else [zeros, laid]
            numbers = np.concatenate(row, axis=1) + company
            given = {**like, data: numbers.reshape(shape).astype(dtype)}
            yield given, bound(ratios, len(part))

    return Curve(
        across=across, up=up, spans=((-3.0, 3.0),), plain={data: np.zeros(42)}, calls=calls
    )


def of_probability(data: str, label: str, across: str, up: str) -> Curve:
    """Return a loss as a function of the label's probability.

    In the second company the label is another one, and the others' probabilities differ.
    """

    def calls(
        points: Floats, like: Arguments, company: int
    ) -> Iterator[tuple[dict[str, Any], Read]]:
        dtype = np.asarray(like[data]).dtype
        classes = len(like[data])
        index = (int(like[label]) + company) % classes
        if classes < 2:
            return
        others = np.arange(1.0, classes) if company else np.ones(classes - 1)
        for p in points:
            given = np.insert((1 - p) * others / others.sum(), index, p)
            yield {**like, data: given.astype(dtype), label: index}, np.ravel

    plain = {data: np.zeros(3), label: 1}
    return Curve(across=across, up=up, spans=((0.02, 0.98),), plain=plain, calls=calls, points=33)


def _first(values: Array, many: int) -> Floats:
    return np.asarray(values.ravel()[:many])


def _parts(points: Floats, most: int) -> Iterator[Floats]:
    """Return points in parts of at most so many, none if that is none."""
    if most > 0:
        yield from (points[start : start + most] for start in range(0, len(points), most))
