"""Whole layers of real networks: their cases, and what they must return.

Every layer is computed twice: with small whole numbers, and with real ones.

Whole numbers are exact: all products and partial sums are integers no larger than the sum of the
absolute products and the absolute bias. That is at most 2^24 here, of which `whole` makes sure, so
that neither float64 nor float32 rounds any of them, in whatever order they are added, and with
fused multiply-add. The answer may therefore be worked out by plain matrix products, and must be
met to the last bit.

Of real numbers the exact oracle (`cnnspec.exact.arithmetic`) computes single elements, the corners
among them, with the bound that holds for small cases as well. All others are compared with the same
matrix products, whose own rounding in float64 has a bound, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case, few_integers, reals
from cnnspec.exact import arithmetic, bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NotTestedError

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: No partial sum of whole numbers may be larger: float32 has 24 bits.
LARGEST_SUM = 2.0**24

WHOLE, REAL = NUMBERS = ("whole", "real")

#: Where a convolution of real numbers is looked at: places, each under so many filters.
PLACES, FILTERS = 25, 8

#: Nodes of a dense layer of real numbers that are looked at.
NODES = 200

#: Rows of maps, and inputs of a dense layer, that are multiplied at a time.
_ROWS, _INPUTS = 8, 512

#: The dtypes in which whole layers are computed.
_DTYPES = ("float64", "float32")


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
        if self.operation == "softmax" and len(shape) > 1:
            return shuffled(self._drawn(seed, numbers, dtype, shape[1:]), shape[0], f"{seed}/order")
        if numbers == WHOLE:
            return few_integers(seed, *shape, dtype=dtype)
        return reals(seed, *shape).astype(dtype)


# --- judging ---------------------------------------------------------------------------------


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
    if layer.operation == "conv2d" and judge.implementation.accuracy == "normwise":
        raise NotTestedError("whole layers are not judged normwise")
    wanted = _DTYPES[layer.in_float32 == numbers]
    possible = [dtype for dtype in (wanted, *_DTYPES) if dtype in accepted]
    if not possible:
        raise NotTestedError("whole layers are computed in float64 and float32 only")
    return possible[0]


def answer(judge: Judge, case: Case, dtype: np.dtype[Any], numbers: str) -> Answer:
    """Return what a whole layer must return, as a result of a dtype."""
    if case.operation == "softmax":
        return probabilities(case, dtype)
    if case.operation not in _SUMS:
        return judge.answer(case, dtype)
    return whole(case) if numbers == WHOLE else real(case, dtype)


def whole(case: Case) -> Answer:
    """Return the exact sums of a layer of whole numbers."""
    compute = _SUMS[case.operation]
    largest = float(compute(**_without_signs(case.arguments)).max())
    if largest > LARGEST_SUM:
        raise ValueError(f"partial sums may be as large as {largest:g}, and rounded")
    high = compute(**case.arguments)
    none = np.broadcast_to(0.0, high.shape)
    return Answer(high, none, none)


def real(case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return the sums of a layer of real numbers: some exactly, the others as products in float64.

    Those are off by no more than rule D allows in float64, by which their bounds are wider.
    """
    compute, arrays = _SUMS[case.operation], _arrays(case)
    coarsest = bounds.coarsest(dtype, *(array.dtype for array in arrays))
    high = compute(**case.arguments)
    zero = np.zeros_like(high)
    magnitude = compute(**_without_signs(case.arguments))
    nearly = arithmetic.Exact(high, zero, magnitude, zero + np.inf, _terms(case), zero, zero)
    allowed = bounds.rule_d(nearly, coarsest) + bounds.rule_d(nearly, np.dtype(np.float64))
    places, found = _LOOKS[case.operation](case)
    shape = np.broadcast_shapes(*(axis.shape for axis in places))
    high[places], zero[places] = found.high.reshape(shape), found.low.reshape(shape)
    allowed[places] = bounds.rule_d(found, coarsest).reshape(shape)
    return Answer(high, zero, allowed)


def _arrays(case: Case) -> list[Array]:
    return [value for value in case.arguments.values() if isinstance(value, np.ndarray)]


def _without_signs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: np.abs(value) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }


def _terms(case: Case) -> int:
    """Return the number of products in one sum."""
    if case.operation == "dense":
        return len(case.arguments["weights"])
    return int(np.prod(case.arguments["filters"].shape[1:]))


# --- sums as products of matrices ------------------------------------------------------------


def maps(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Floats:
    """Return the maps of a convolution in float64, some rows at a time."""
    columns = filters.transpose(3, 1, 2, 0).reshape(-1, len(filters)).astype(np.float64)
    windows = _windows(image, filters, stride, padding)
    found = np.empty((*windows.shape[:3], len(filters)))
    for rows, here in zip(windows, found, strict=True):
        for i in range(0, len(here), _ROWS):
            some = rows[i : i + _ROWS]
            unrolled = some.reshape(-1, len(columns)).astype(np.float64)
            here[i : i + _ROWS] = (unrolled @ columns).reshape(*some.shape[:2], -1)
    if bias is not None:
        found += bias
    return found if image.ndim == 4 else found[0]


def _windows(image: Array, filters: Array, stride: int, padding: str) -> Array:
    """Return the windows of one image or a batch: (N, H', W', C, rows, columns)."""
    sides = filters.shape[1:3]
    images = image if image.ndim == 4 else image[np.newaxis]
    if padding == "same":
        margins = [(side // 2, side // 2) for side in sides]
        images = np.pad(images, [(0, 0), *margins, (0, 0)])
    return sliding_window_view(images, sides, axis=(1, 2))[:, ::stride, ::stride]


def logits(x: Array, weights: Array, bias: Array) -> Floats:
    """Return the logits of a dense layer in float64, some inputs at a time."""
    inputs = x.ravel().astype(np.float64)
    found = bias.astype(np.float64)
    for i in range(0, len(inputs), _INPUTS):
        found += inputs[i : i + _INPUTS] @ weights[i : i + _INPUTS].astype(np.float64)
    return found


_SUMS: dict[str, Callable[..., Floats]] = {"conv2d": maps, "dense": logits}


# --- single elements, exactly ----------------------------------------------------------------

#: Indices into a result, to be broadcast.
Places = tuple[NDArray[np.int64], ...]


def some_maps(case: Case) -> tuple[Places, arithmetic.Exact]:
    """Return the exact elements of maps in some places, the corners among them."""
    image, filters, bias = (case.arguments.get(name) for name in ("image", "filters", "bias"))
    assert image is not None
    assert filters is not None
    options = {name: case.arguments.get(name, plain) for name, plain in _PLAIN.items()}
    windows = _windows(image, filters, **options)
    places = _some_of(case.id, windows.shape[:3], PLACES)
    (which,) = _some_of(case.id, (len(filters),), FILTERS)
    seen = np.moveaxis(windows[places], 1, -1)  # each an image of the filters' size
    found = arithmetic.conv2d(seen, filters[which], None if bias is None else bias[which])
    axes = places if image.ndim == 4 else places[1:]
    return (*(axis[:, np.newaxis] for axis in axes), which), found


#: The options of a convolution, and what they are if they are not given.
_PLAIN = {"stride": 1, "padding": "valid"}


def some_logits(case: Case) -> tuple[Places, arithmetic.Exact]:
    """Return the exact logits of some nodes, the first and the last among them."""
    x, weights, bias = (case.arguments[name] for name in ("x", "weights", "bias"))
    (which,) = _some_of(case.id, bias.shape, NODES)
    return (which,), arithmetic.dense(x, weights[:, which], bias[which])


_LOOKS: dict[str, Callable[[Case], tuple[Places, arithmetic.Exact]]] = {
    "conv2d": some_maps,
    "dense": some_logits,
}


def _some_of(seed: str, sizes: tuple[int, ...], count: int) -> Places:
    """Return the indices of all corners, and of other places up to a count."""
    corners = np.indices((2,) * len(sizes)).reshape(len(sizes), -1).T * (np.array(sizes) - 1)
    others = reals(seed, count - len(corners), len(sizes), spread="uniform") * sizes
    return tuple(np.concatenate([corners, others.astype(np.int64)]).T)


# --- probabilities ---------------------------------------------------------------------------


def shuffled(row: Array, rows: int, seed: str) -> Array:
    """Return rows that hold the numbers of one, each in another order."""
    order = np.argsort(reals(seed, rows, len(row), spread="uniform"), axis=1)
    return row[order]


def probabilities(case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return the probabilities of rows that hold the same logits, each in another order.

    Those of one row are worked out; rule S bounds them in whatever order they are added.
    """
    rows = np.atleast_2d(case.arguments["logits"])
    order = np.argsort(rows, axis=1)
    in_order = np.take_along_axis(rows, order, axis=1)
    assert (in_order == in_order[0]).all(), "the rows hold different logits"
    of_one = exact_answer(replace(case, arguments={"logits": in_order[0]}), dtype, "componentwise")
    places = np.argsort(order, axis=1).reshape(case.arguments["logits"].shape)
    return Answer(of_one.high[places], of_one.low[places], of_one.allowed[places])
