"""Whole layers of real networks: their cases, and what they must return.

Every layer is computed twice: with small whole numbers, of which every element is compared, and
with real ones, of which some elements are.

Whole numbers are exact: all products and partial sums are integers no larger than the sum of the
absolute products and the absolute bias. That is at most 2^24 here, so that neither float64 nor
float32 rounds any of them, in whatever order they are added, and with fused multiply-add. The
answer may therefore be worked out by plain matrix products, and must be met to the last bit.

Of real numbers the exact oracle (`cnnspec.exact`) computes single elements, the corners among
them, with the bound that holds for small cases as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec import bounds, exact
from cnnspec.answers import Answer, exact_answer
from cnnspec.cases import Case, few_integers, reals
from cnnspec.judge import Judge
from cnnspec.nonconformance import NotTestedError
from cnnspec.operations import POOLINGS

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
        judge.compare(case, got, answer(judge, case, got, numbers))
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


def answer(judge: Judge, case: Case, got: Array, numbers: str) -> Answer:
    """Return what a whole layer must return."""
    if case.operation == "softmax":
        return probabilities(case, got.dtype)
    if case.operation == "relu" or case.operation in POOLINGS:
        return judge.answer(case, got.dtype)
    if numbers == WHOLE:
        compute = maps if case.operation == "conv2d" else logits
        return _exactly(compute(**case.arguments))
    look = some_maps if case.operation == "conv2d" else some_logits
    return look(case, got)


# --- whole numbers ---------------------------------------------------------------------------


def _exactly(whole: Floats) -> Answer:
    none = np.broadcast_to(0.0, whole.shape)
    return Answer(whole, none, none)


def maps(
    image: Array,
    filters: Array,
    bias: Array | None = None,
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Floats:
    """Return the maps of a convolution of whole numbers, some rows at a time."""
    heaviest = np.abs(filters).reshape(len(filters), -1).sum(axis=1, dtype=np.float64)
    _never_rounds(image, heaviest, bias)
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
    """Return the logits of a dense layer of whole numbers, some inputs at a time."""
    inputs = x.ravel().astype(np.float64)
    found = bias.astype(np.float64)
    heaviest = np.zeros_like(found)
    for i in range(0, len(inputs), _INPUTS):
        some = weights[i : i + _INPUTS].astype(np.float64)
        heaviest += np.abs(some).sum(axis=0)
        found += inputs[i : i + _INPUTS] @ some
    _never_rounds(x, heaviest, bias)
    return found


def _never_rounds(x: Array, heaviest: Floats, bias: Array | None) -> None:
    """Make sure that float32 rounds no sum, by the sums of the absolute weights."""
    largest = float(np.abs(x).max()) * float(heaviest.max())
    largest += 0.0 if bias is None else float(np.abs(bias).max())
    if largest > LARGEST_SUM:
        raise ValueError(f"partial sums may be as large as {largest:g} and be rounded")


# --- real numbers ----------------------------------------------------------------------------


def some_maps(case: Case, got: Array) -> Answer:
    """Return what some elements of maps must be; what the others are counts as right."""
    image, filters, bias = (case.arguments.get(name) for name in ("image", "filters", "bias"))
    assert image is not None
    assert filters is not None
    options = {name: case.arguments.get(name, d) for name, d in _PLAIN.items()}
    windows = _windows(image, filters, **options)
    shape = (*windows.shape[4 - image.ndim : 3], len(filters))
    if got.shape != shape:
        return _exactly(np.zeros(shape))
    places = _some_of(case.id, windows.shape[:3], PLACES)
    which = _some_of(case.id, (len(filters),), FILTERS)[0]
    seen = np.moveaxis(windows[places], 1, -1)  # each an image of the filters' size
    found = exact.conv2d(seen, filters[which], None if bias is None else bias[which])
    where = (*(axis[:, np.newaxis] for axis in places[-(len(shape) - 1) :]), which)
    return _at(where, found, case, got)


#: The options of a convolution, and what they are if they are not given.
_PLAIN = {"stride": 1, "padding": "valid"}


def some_logits(case: Case, got: Array) -> Answer:
    """Return what some logits must be; what the others are counts as right."""
    x, weights, bias = (case.arguments[name] for name in ("x", "weights", "bias"))
    if got.shape != bias.shape:
        return _exactly(np.zeros(bias.shape))
    which = _some_of(case.id, bias.shape, NODES)[0]
    return _at((which,), exact.dense(x, weights[:, which], bias[which]), case, got)


def _some_of(seed: str, sizes: tuple[int, ...], count: int) -> tuple[NDArray[np.int64], ...]:
    """Return the indices of all corners, and of other places up to a count."""
    corners = np.indices((2,) * len(sizes)).reshape(len(sizes), -1).T * (np.array(sizes) - 1)
    others = reals(seed, count - len(corners), len(sizes), spread="uniform") * sizes
    return tuple(np.concatenate([corners, others.astype(np.int64)]).T)


def _at(where: tuple[Array, ...], found: exact.Exact, case: Case, got: Array) -> Answer:
    """Return an answer that is known in some places."""
    dtypes = [value.dtype for value in case.arguments.values() if isinstance(value, np.ndarray)]
    allowed = bounds.rule_d(found, bounds.coarsest(got.dtype, *dtypes))
    high = np.where(np.isfinite(got), got, 0).astype(np.float64)
    parts = {"high": high, "low": np.zeros(got.shape), "allowed": np.zeros(got.shape)}
    for name, values in (("high", found.high), ("low", found.low), ("allowed", allowed)):
        parts[name][where] = values.reshape(np.broadcast_shapes(*(one.shape for one in where)))
    return Answer(**parts)


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
