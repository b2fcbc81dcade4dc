"""Whole layers of real networks: their cases, and what they must return.

Every layer is computed twice: with small whole numbers, and with real ones. How their answers are
worked out is declared in the rooms (`cnnspec.declaration.whole_layers`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration import whole_layers
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case, few_integers, reals
from cnnspec.declaration.whole_layers import Sums, WholeLayers
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NotTestedError
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]

WHOLE, REAL = NUMBERS = ("whole", "real")

#: The dtypes in which whole layers are computed.
_DTYPES = ("float64", "float32")


def _declared(operation: str) -> WholeLayers:
    return OPERATIONS[operation].whole_layers or WholeLayers()


@dataclass(frozen=True)
class Layer:
    """A layer of a real network, by its shapes.

    Attributes
    ----------
    name : str
    operation : str
    shapes : mapping
        The shapes of its arrays by parameter.
    options : mapping
        Its other arguments.
    in_float32 : str
        Which of its numbers are float32, "whole" or "real"; the others are float64.
    """

    name: str
    operation: str
    shapes: Mapping[str, tuple[int, ...]]
    options: Mapping[str, Any] = field(default_factory=dict)
    in_float32: str = WHOLE

    def __str__(self) -> str:
        return self.name

    def case(self, numbers: str, dtype: str) -> Case:
        """Return its call with numbers of a kind and a dtype."""
        identity = f"{self.operation}/whole-layer-{self.name}-{numbers}-{dtype}"
        arguments: dict[str, Any] = {
            name: self._drawn(f"{identity}/{name}", numbers, dtype, shape)
            for name, shape in self.shapes.items()
        }
        return Case(
            identity, self.operation, arguments | {**self.options}, dtype, may_take_long=True
        )

    def _drawn(self, seed: str, numbers: str, dtype: str, shape: tuple[int, ...]) -> Array:
        def draw(seed: str, shape: tuple[int, ...]) -> Array:
            if numbers == WHOLE:
                return few_integers(seed, *shape, dtype=dtype)
            return reals(seed, *shape).astype(dtype)

        special = _declared(self.operation).draw
        return special(draw, seed, shape) if special else draw(seed, shape)


def computes(judge: Judge, layer: Layer, numbers: str) -> None:
    """Check a whole layer with numbers of a kind."""
    dtype = _dtype(judge, layer, numbers)
    judge = replace(judge, implementation=judge.implementation.at_length)
    case = layer.case(numbers, dtype)
    try:
        got, _ = judge.returned(case)
        judge.compare(case, got, answer(judge, case, got.dtype, numbers))
    finally:
        judge.implementation.recent.clear()  # it would hold the arrays of a dozen layers


def _dtype(judge: Judge, layer: Layer, numbers: str) -> str:
    """Return the dtype in which an implementation gets a layer."""
    offered = judge.capabilities.offers(layer.operation)
    accepted = judge.capabilities.of(layer.operation).dtypes if offered else _DTYPES
    is_normwise = judge.implementation.accuracy == "normwise"
    if is_normwise and not _declared(layer.operation).is_judged_normwise:
        raise NotTestedError("whole layers are not judged normwise")
    wanted = _DTYPES[layer.in_float32 == numbers]
    possible = [dtype for dtype in (wanted, *_DTYPES) if dtype in accepted]
    if not possible:
        raise NotTestedError("whole layers are computed in float64 and float32 only")
    return possible[0]


def answer(judge: Judge, case: Case, dtype: np.dtype[Any], numbers: str) -> Answer:
    """Return what a whole layer must return, as a result of a dtype."""
    declared = _declared(case.operation)
    if declared.answer is not None:
        return declared.answer(case, dtype)
    if declared.sums is None:
        return judge.answer(case, dtype)
    return whole(case) if numbers == WHOLE else real(case, dtype)


def whole(case: Case) -> Answer:
    """Return the exact sums of a layer of whole numbers."""
    return whole_layers.whole(_sums(case), case)


def real(case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return the sums of a layer of real numbers: some exactly, the others nearly."""
    return whole_layers.real(_sums(case), case, dtype)


def _sums(case: Case) -> Sums:
    sums = _declared(case.operation).sums
    assert sums is not None, f"{case.operation} is not made of sums"
    return sums
