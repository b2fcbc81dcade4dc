"""Behaviours: questions that correct implementations answer differently.

They are measured and reported, each with the libraries that were measured to answer the same, and
fail nobody. behaviours.toml holds the questions in words and those libraries; here stand the calls
that each question makes and the answers that it knows.
"""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.declaration.case import reals
from cnnspec.exact import arithmetic
from cnnspec.judge.probes import (
    CLOSE,
    DEPENDS,
    EMPTY,
    NOT_OFFERED,
    OTHER,
    Asker,
    Behaviour,
    Settled,
    at_element,
    bits_of_batch,
    bits_of_fortran,
    dtype_of_result,
    in_float64,
    is_near,
    memory_of,
    name_of,
    of_nothing,
    of_subnormals,
    one_of,
    refusals,
    returned_object,
    single_number,
    spread_of,
    sums_of_float16,
    unanimous,
)
from cnnspec.operations.registry import LAYERS
from cnnspec.subject.capabilities import Capabilities

Array = NDArray[Any]


def measure(capabilities: Capabilities) -> list[dict[str, Any]]:
    """Ask an implementation about every behaviour of the operations that it offers.

    Returns
    -------
    list of dict
        For each behaviour ``id``, ``operation``, ``question``, ``answer`` (one of a fixed set),
        ``raised`` (the types of the exceptions that were seen, sorted) and ``like`` (the libraries
        that were measured to answer the same).
    """
    offered = {name for name in LAYERS if capabilities.offers(name)}
    return [_entry(one, capabilities) for one in BEHAVIOURS if one.operation in offered]


def _entry(behaviour: Behaviour, capabilities: Capabilities) -> dict[str, Any]:
    asker = Asker(capabilities, behaviour.operation)
    try:
        answer = behaviour.ask(asker)
    except Settled as settled:
        answer = settled.answer
    words = table()[behaviour.id]
    return {
        "id": behaviour.id,
        "operation": behaviour.operation,
        "question": words["question"],
        "answer": answer,
        "raised": sorted(asker.raised),
        "like": list(words["like"].get(answer, [])),
    }


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return each behaviour's ``question`` and ``like``: the libraries that gave each answer."""
    file = Path(__file__).parent / "behaviours.toml"
    return {entry["id"]: entry for entry in tomllib.loads(file.read_text("utf-8"))["behaviour"]}


# --- data ------------------------------------------------------------------------------------


def _ramp(*shape: int, dtype: str = "float64") -> Array:
    """Return whole numbers from 1 on."""
    return np.arange(1, np.prod(shape, dtype=int) + 1).reshape(shape).astype(dtype)


def _with(array: Array, place: tuple[int, ...], value: float) -> Array:
    changed = array.copy()
    changed[place] = value
    return changed


def _marks(shape: tuple[int, ...], place: Any) -> Array:
    return _with(np.zeros(shape, dtype=bool), place, value=True)


_NAN, _INFINITY = np.nan, np.inf
_ABOVE_1 = 1 + 2.0**-40  # float32 takes it for 1
_SUBNORMAL = np.full((8, 8), 1 << 16, np.uint32).view(np.float32)  # 9e-41
_FLOAT16_TERMS = _with(np.ones((3, 3), np.float16), (0, 0), 2048)  # 2048 + 1 = 2048 in float16

NAN_PRODUCT, SKIPPED = "NaN", "a number, as if the zero were not there"
WIDE, WRAPS, SATURATES = "in a wider type", "in uint8, and wraps around", "it stops at 255"


# --- convolution -----------------------------------------------------------------------------

_IMAGE = _ramp(4, 6)
_FILTER = np.array([[[1.0, 2, 3], [5, 7, 11], [13, 17, 19]]])
_CENTRE = np.array([[[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]])
_EVEN = np.array([[[1.0, 3], [7, 17]]])


def _maps(filters: Array, before: int, after: int, stride: int = 1) -> Array:
    """Return the exact maps of the image with zeros before and after its rows and columns."""
    return arithmetic.conv2d(np.pad(_IMAGE, (before, after)), filters, stride=stride).high


_CONV2D = [
    one_of(
        "conv2d-same-stride-2",
        {"image": _IMAGE, "filters": _FILTER, "stride": 2, "padding": "same"},
        {
            "ceil(n / s) windows, the first starts on the image": _maps(_FILTER, 0, 1, 2),
            "ceil(n / s) windows, the first starts on the zeros": _maps(_FILTER, 1, 1, 2),
            "the map of stride 1": _maps(_FILTER, 1, 1),
            "the map without padding": _maps(_FILTER, 0, 0, 2),
        },
    ),
    one_of(
        "conv2d-same-even-filter",
        {"image": _IMAGE, "filters": _EVEN, "padding": "same"},
        {
            "below and to the right": _maps(_EVEN, 0, 1),
            "above and to the left": _maps(_EVEN, 1, 0),
            "on all sides, and the map is larger": _maps(_EVEN, 1, 1),
            "nowhere, and the map is smaller": _maps(_EVEN, 0, 0),
        },
    ),
    one_of(
        "conv2d-even-filter",
        {"image": _IMAGE, "filters": _EVEN},
        {"computed": _maps(_EVEN, 0, 0)},
    ),
    one_of(
        "conv2d-oblong-filter",
        {"image": _IMAGE, "filters": _FILTER[:, :1]},
        {"computed": _maps(_FILTER[:, :1], 0, 0)},
    ),
    spread_of(
        "conv2d-nan-pixel",
        {"image": _with(_ramp(6, 7), (2, 3), _NAN), "filters": _FILTER},
        _marks((4, 5, 1), np.s_[:3, 1:4]),
    ),
    spread_of(
        "conv2d-nan-weight",
        {"image": _ramp(5, 6), "filters": _with(_ramp(3, 3, 3), (1, 0, 2), _NAN)},
        _marks((3, 4, 3), np.s_[..., 1]),
    ),
    at_element(
        "conv2d-infinity-under-zero",
        {"image": _with(_ramp(3, 3), (0, 1), _INFINITY), "filters": _with(_FILTER, (0, 0, 1), 0)},
        (0, 0, 0),
        {NAN_PRODUCT: _NAN, SKIPPED: 1 * 1 + 3 * 3 + 20 + 35 + 66 + 91 + 136 + 171},
    ),
    at_element(
        "conv2d-infinity-over-padding",
        {"image": _IMAGE, "filters": _with(_FILTER, (0, 0, 0), _INFINITY), "padding": "same"},
        (0, 0, 0),
        {NAN_PRODUCT: _NAN, SKIPPED: 7 * 1 + 11 * 2 + 17 * 7 + 19 * 8},
    ),
    of_subnormals(
        "conv2d", {"image": _SUBNORMAL, "filters": _CENTRE.astype(np.float32)}, (6, 6, 1)
    ),
    sums_of_float16(
        "conv2d", {"image": _FLOAT16_TERMS, "filters": np.ones((1, 3, 3), np.float16)}, 2056, 2048
    ),
    in_float64(
        "conv2d",
        {"image": np.full((4, 5), _ABOVE_1), "filters": _CENTRE},
        np.full((2, 3, 1), _ABOVE_1),
    ),
    *(
        dtype_of_result(
            f"conv2d-dtype-{image}-{filters}",
            {"image": _ramp(4, 5, dtype=image), "filters": _CENTRE.astype(filters)},
        )
        for image, filters in (
            *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
            *(("float32", "float64"), ("float16", "float32"), ("float32", "int64")),
            *(("uint8", "float32"), ("int32", "int32"), ("int64", "int64")),
        )
    ),
    *(
        one_of(
            f"conv2d-uint8-{filters}",
            {"image": np.full((3, 3), 200, np.uint8), "filters": np.full((1, 3, 3), 2, filters)},
            {WIDE: [[[3600]]], WRAPS: [[[3600 % 256]]], SATURATES: [[[255]]]},
            as_given=True,
        )
        for filters in ("uint8", "int64")
    ),
    bits_of_fortran(
        "conv2d", {"image": reals("fortran", 13, 14, 7), "filters": reals("bank", 9, 3, 3, 7)}
    ),
    bits_of_batch(
        "conv2d",
        *(
            {"image": reals("batch", 5, *sides, 7), "filters": reals("bank", 9, 3, 3, 7)}
            for sides in ((13, 14), (3, 4), (3, 3))
        ),
    ),
    *returned_object("conv2d", {"image": _ramp(5, 6), "filters": _ramp(2, 3, 3)}),
    one_of(
        "conv2d-no-channels",
        {"image": np.zeros((4, 5, 0)), "filters": np.zeros((2, 3, 3, 0))},
        {"zeros, the sum of nothing": np.zeros((2, 3, 2)), EMPTY: np.zeros((2, 3, 0))},
    ),
    of_nothing(
        "conv2d-no-filters", {"image": _ramp(4, 5), "filters": np.zeros((0, 3, 3))}, (2, 3, 0)
    ),
    of_nothing(
        "conv2d-no-images",
        {"image": np.zeros((0, 5, 6, 1)), "filters": _ramp(2, 3, 3, 1)},
        (0, 3, 4, 2),
    ),
    of_nothing("conv2d-no-rows", {"image": np.zeros((0, 5)), "filters": _FILTER}),
    of_nothing("conv2d-filter-too-large", {"image": _ramp(2, 5), "filters": _FILTER}),
    refusals(
        "conv2d",
        {"image": _ramp(5, 6, 3), "filters": _ramp(2, 3, 3, 1)},
        {"image": _ramp(5, 6, 3), "filters": _ramp(2, 3, 3)},
        {"image": _ramp(5, 6), "filters": _ramp(2, 3, 3), "bias": np.ones(3)},
        {"image": _ramp(5, 6), "filters": _ramp(2, 3, 3), "stride": 0},
    ),
]


# --- ReLU ------------------------------------------------------------------------------------


def _negative_zeros(got: Array, shape: tuple[int, ...]) -> Array:
    """Return where zeros are negative; anything but zeros is another answer."""
    if got.shape != shape or got.dtype.kind != "f" or got.any():
        raise Settled(OTHER)
    return np.signbit(got)


def _relu_nan(asker: Asker) -> str:
    got = asker({"x": np.full(37, _NAN)})
    if got.shape != (37,) or not (np.isnan(got) | (got == 0)).all():
        return OTHER
    return unanimous(np.isnan(got), "NaN", "0")


def _relu_negative_zero(asker: Asker) -> str:
    got = asker({"x": np.full(37, -0.0)})
    return unanimous(_negative_zeros(got, (37,)), "-0.0", "+0.0")


_RELU = [
    Behaviour("relu-nan", ("NaN", "0", DEPENDS), _relu_nan),
    Behaviour("relu-negative-zero", ("+0.0", "-0.0", DEPENDS), _relu_negative_zero),
    of_subnormals("relu", {"x": _SUBNORMAL[0]}, (8,)),
    in_float64("relu", {"x": np.full(5, _ABOVE_1)}, np.full(5, _ABOVE_1)),
    *(
        dtype_of_result(f"relu-dtype-{dtype}", {"x": _ramp(5, dtype=dtype)})
        for dtype in ("float32", "float16", "int64", "uint8")
    ),
    *returned_object("relu", {"x": _ramp(3, 4, 2)}),
    memory_of("relu", {"x": _ramp(3, 4, 2)}),
    of_nothing("relu-empty", {"x": np.zeros((0, 3))}, (0, 3)),
]


# --- pooling ---------------------------------------------------------------------------------


def _windows(*windows: ArrayLike) -> Array:
    """Return maps (2, columns, 1) whose windows of 2x2 hold the given numbers, row by row."""
    return np.hstack([np.reshape(window, (2, 2)) for window in windows])[..., np.newaxis]


_NAN_WINDOWS = _windows(*[_with(_ramp(4), (place,), _NAN) for place in range(4)] * 9)
_ZEROS = _windows(
    [-0.0, -0.0, -0.0, 0.0], [0.0, -0.0, -0.0, -0.0], [-0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, -0.0]
)
_ZERO_ANSWERS = {
    "+0.0": [False] * 4,
    "-0.0": [True] * 4,
    "the first": [True, False, True, False],
    "the last": [False, True, False, True],
}
_LEFT_OVER = _ramp(3, 5, 1) ** 2
PROPAGATES, LOST = "it is NaN", "NaN is left out"
_ONLY_NAN = {"NaN": _NAN, "infinity": _INFINITY, "minus infinity": -_INFINITY, "0": 0.0}
_LIMITS = ("the lowest number of the dtype", "the highest number of the dtype")


def _nan_in_window(asker: Asker) -> str:
    got = asker({"maps": _NAN_WINDOWS})
    return unanimous(np.isnan(got), PROPAGATES, LOST) if got.shape == (1, 36, 1) else OTHER


def _only_nan(asker: Asker) -> str:
    got = asker({"maps": np.full((2, 2, 1), _NAN)})
    number = np.array(single_number(got))
    if got.dtype.kind == "f" and abs(number) == np.finfo(got.dtype).max:
        return _LIMITS[int(number > 0)]
    return name_of(number, _ONLY_NAN)


def _zeros_in_window(asker: Asker) -> str:
    negative = _negative_zeros(asker({"maps": _ZEROS}), (1, 4, 1)).ravel().tolist()
    return next((name for name, signs in _ZERO_ANSWERS.items() if signs == negative), DEPENDS)


def _left_over(operation: str, full: Array, **combined: Callable[[Array], Any]) -> Behaviour:
    """Ask what becomes of rows and columns that fill no window; ``full`` uses full windows only."""
    corners = [np.s_[row : row + 2, column : column + 2] for row in (0, 2) for column in (0, 2, 4)]
    answers = {"dropped": full}
    for words, combine in combined.items():
        found = [combine(_LEFT_OVER[corner]) for corner in corners]
        answers[words.replace("_", " ")] = np.reshape(found, (2, 3, 1))
    return one_of(f"{operation}-left-over", {"maps": _LEFT_OVER}, answers)


def _selecting(operation: str) -> list[Behaviour]:
    """Ask maximum and minimum."""
    return [
        Behaviour(f"{operation}-nan", (PROPAGATES, LOST, DEPENDS), _nan_in_window),
        Behaviour(f"{operation}-only-nan", (*_ONLY_NAN, *_LIMITS), _only_nan),
        Behaviour(f"{operation}-zeros", (*_ZERO_ANSWERS, DEPENDS), _zeros_in_window),
    ]


def _pooling(operation: str) -> list[Behaviour]:
    """Ask what all poolings are asked."""
    maps = _ramp(4, 6, 2)
    subnormal = np.array(_SUBNORMAL[..., np.newaxis])
    return [
        of_subnormals(operation, {"maps": subnormal}, (4, 4, 1)),
        in_float64(operation, {"maps": np.full((4, 6, 2), _ABOVE_1)}, np.full((2, 3, 2), _ABOVE_1)),
        *(
            dtype_of_result(f"{operation}-dtype-{dtype}", {"maps": maps.astype(dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        *returned_object(operation, {"maps": maps}),
        memory_of(operation, {"maps": maps, "size": 1}),
        of_nothing(f"{operation}-no-images", {"maps": np.zeros((0, 4, 6, 2))}, (0, 2, 3, 2)),
        of_nothing(f"{operation}-no-maps", {"maps": np.zeros((4, 6, 0))}, (2, 3, 0)),
        of_nothing(f"{operation}-no-rows", {"maps": np.zeros((0, 4, 2))}),
        of_nothing(f"{operation}-window-too-large", {"maps": _ramp(1, 4, 2)}),
        refusals(operation, {"maps": maps, "size": 2, "stride": 0}),
    ]


_POOLINGS = [
    *_selecting("max_pool2d"),
    _left_over("max_pool2d", arithmetic.max_pool2d(_LEFT_OVER), pooled_by_themselves=np.max),
    *_pooling("max_pool2d"),
    *_selecting("min_pool2d"),
    _left_over("min_pool2d", arithmetic.min_pool2d(_LEFT_OVER), pooled_by_themselves=np.min),
    *_pooling("min_pool2d"),
    spread_of(
        "avg_pool2d-nan",
        {"maps": _with(_ramp(6, 8, 2), (2, 3, 1), _NAN)},
        _marks((3, 4, 2), (1, 1, 1)),
    ),
    _left_over(
        "avg_pool2d",
        arithmetic.avg_pool2d(_LEFT_OVER).high,
        the_mean_of_what_there_is=np.mean,
        their_sum_over_the_whole_area=lambda part: np.sum(part) / 4,
    ),
    one_of(
        "avg_pool2d-uint8",
        {"maps": np.full((2, 2, 1), 201, np.uint8)},
        {WIDE: [[[201]]], WRAPS: [[[804 % 256 / 4]]], SATURATES: [[[255 / 4]]]},
        as_given=True,
    ),
    one_of(
        "avg_pool2d-int64",
        {"maps": _windows([-3, -2, -2, -2])},
        {"-2.25": [[[-2.25]]], "cut off to -2": [[[-2]]], "rounded down to -3": [[[-3]]]},
        as_given=True,
    ),
    sums_of_float16(
        "avg_pool2d", {"maps": _FLOAT16_TERMS[..., np.newaxis], "size": 3}, 228.5, 227.5
    ),
    bits_of_fortran("avg_pool2d", {"maps": reals("fortran", 12, 14, 7)}),
    bits_of_batch("avg_pool2d", {"maps": reals("batch", 5, 12, 14, 7)}),
    *_pooling("avg_pool2d"),
]


# --- dense -----------------------------------------------------------------------------------


def _layer(x: Array, weights: Array, dtype: str = "float64") -> dict[str, Array]:
    """Return the arguments of a dense layer with biases of 0."""
    bias = np.zeros(weights.shape[1], dtype)
    return {"x": x.astype(dtype), "weights": weights.astype(dtype), "bias": bias}


_DENSE = [
    spread_of(
        "dense-nan-input",
        _layer(np.array([1, _NAN, 3]), _ramp(3, 4)),
        _marks((4,), np.s_[:]),
    ),
    spread_of(
        "dense-nan-weight",
        _layer(_ramp(3), _with(_ramp(3, 4), (1, 2), _NAN)),
        _marks((4,), 2),
    ),
    at_element(
        "dense-infinity-under-zero",
        _layer(np.array([1, _INFINITY, 3]), _with(_ramp(3, 2), (1, 0), 0)),
        (0,),
        {NAN_PRODUCT: _NAN, SKIPPED: 1 * 1 + 3 * 5},
    ),
    of_subnormals("dense", _layer(_SUBNORMAL[0], np.eye(8), "float32"), (8,)),
    sums_of_float16("dense", _layer(_FLOAT16_TERMS, np.ones((9, 1)), "float16"), 2056, 2048),
    in_float64("dense", _layer(np.full(3, _ABOVE_1), np.eye(3)), np.full(3, _ABOVE_1)),
    *(
        dtype_of_result(
            f"dense-dtype-{inputs}-{weights}",
            _layer(_ramp(3), _ramp(3, 2), weights) | {"x": _ramp(3, dtype=inputs)},
        )
        for inputs, weights in (
            *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
            *(("float32", "float64"), ("int64", "float32"), ("int64", "int64")),
        )
    ),
    one_of(
        "dense-uint8",
        _layer(np.full(3, 200), np.full((3, 1), 2), "uint8"),
        {WIDE: [1200], WRAPS: [1200 % 256], SATURATES: [255]},
        as_given=True,
    ),
    bits_of_fortran("dense", _layer(reals("fortran", 6, 7, 5), reals("weights", 210, 10))),
    *returned_object("dense", _layer(_ramp(3), _ramp(3, 2))),
    one_of(
        "dense-no-inputs",
        {"x": np.zeros(0), "weights": np.zeros((0, 2)), "bias": np.array([3.0, 5.0])},
        {"the bias": [3.0, 5.0]},
    ),
    refusals(
        "dense",
        _layer(_ramp(4), _ramp(3, 2)),
        _layer(_ramp(3), _ramp(3, 2)) | {"bias": np.zeros(3)},
    ),
]


# --- softmax ---------------------------------------------------------------------------------

EVERYWHERE, THERE = "NaN everywhere", "NaN there, 0 elsewhere"

_SOFTMAX = [
    one_of(
        "softmax-infinity",
        {"logits": np.array([0, _INFINITY, 1])},
        {EVERYWHERE: [_NAN] * 3, THERE: [0, _NAN, 0], "1 there, 0 elsewhere": [0, 1, 0]},
    ),
    one_of(
        "softmax-nan",
        {"logits": np.array([0, _NAN, 0])},
        {
            EVERYWHERE: [_NAN] * 3,
            THERE: [0, _NAN, 0],
            "NaN there, the others as if it were absent": [0.5, _NAN, 0.5],
            "0 there, the others as if it were absent": [0.5, 0, 0.5],
        },
    ),
    one_of(
        "softmax-minus-infinity",
        {"logits": np.full(4, -_INFINITY)},
        {EVERYWHERE: [_NAN] * 4, "the same for all": [0.25] * 4, "zeros": [0] * 4},
    ),
    in_float64("softmax", {"logits": np.array([0, 2.0**-30])}, [0.5 - 2.0**-32, 0.5 + 2.0**-32]),
    *(
        dtype_of_result(f"softmax-dtype-{dtype}", {"logits": _ramp(3, dtype=dtype)})
        for dtype in ("float32", "float16", "int64")
    ),
    bits_of_fortran("softmax", {"logits": reals("fortran", 9, 37)}),
    bits_of_batch("softmax", {"logits": reals("batch", 9, 37)}),
    *returned_object("softmax", {"logits": _ramp(3)}),
    of_nothing("softmax-no-logits", {"logits": np.zeros(0)}, (0,)),
    of_nothing("softmax-no-rows", {"logits": np.zeros((0, 3))}, (0, 3)),
]


# --- cross-entropy ---------------------------------------------------------------------------

_PROBABILITIES = np.array([0.5, 0.3, 0.2])
_LOSSES = -np.log(_PROBABILITIES)
_FIRST, _SECOND, _THIRD = _LOSSES.tolist()
MASK = "taken for a mask, the losses of all classes"

#: Probabilities at which the logarithm is often cut off: round ones, and limits of the dtypes.
FLOORS = (
    *(f"1e-{digits}" for digits in range(3, 21)),
    *("1.2e-7", "2.2e-16", "1e-30", "1e-100", "1.2e-38", "1.4e-45", "2.2e-308", "4.9e-324"),
)
INFINITE, RIGHT = "infinity", "69.08, which is right"
CAPPED, LARGEST = "the loss stops at 100", "the largest number of the dtype"
_CLIPPED = {floor: f"the probability is clipped at {floor}" for floor in FLOORS}
ELSEWHERE = "the probability is clipped elsewhere"


def _cut_off(got: Array) -> str:
    """Return where the logarithm was cut off, by the loss."""
    loss = single_number(got)
    if loss == _INFINITY:
        return INFINITE
    if loss == 100:
        return CAPPED
    if got.dtype.kind == "f" and loss == np.finfo(got.dtype).max:
        return LARGEST
    if not 1 < loss < 1000:
        return OTHER
    found = (floor for floor in FLOORS if abs(loss + np.log(float(floor))) < CLOSE * loss)
    return _CLIPPED.get(next(found, ""), ELSEWHERE)


def _odd_probability(identity: str, probability: float) -> Behaviour:
    """Ask what the loss of a probability is that has no finite logarithm."""

    def ask(asker: Asker) -> str:
        got = asker({"probabilities": np.array([0.5, probability, 0.5]), "label": 1})
        return "NaN" if np.isnan(single_number(got)) else _cut_off(got)

    return Behaviour(f"cross_entropy-{identity}", ("NaN", *_CUTS), ask)


def _improbable(asker: Asker) -> str:
    if not (asker.offers_dtype("float32") or asker.offers_dtype("float64")):
        return NOT_OFFERED
    got = asker({"probabilities": np.array([0.5, 1e-30, 0.5]), "label": 1})
    exactly = 30 * np.log(10)
    return RIGHT if abs(single_number(got) - exactly) < CLOSE * exactly else _cut_off(got)


#: What a loss may make of probabilities that do not sum to 1.
AS_THEY_ARE, NORMALISED = "taken as they are", "divided by their sum first"


def _unnormalised(asker: Asker) -> str:
    """Return what becomes of probabilities that sum to less than 1, and to more."""
    answers = set()
    for probabilities in ([0.5, 0.25, 0.125], [0.75, 0.5, 0.25]):
        losses = {
            AS_THEY_ARE: -np.log(probabilities[1]),
            NORMALISED: -np.log(probabilities[1] / sum(probabilities)),
        }
        got = asker({"probabilities": np.array(probabilities), "label": 1})
        answers.add(name_of(np.array(single_number(got)), losses))
    return answers.pop() if len(answers) == 1 else OTHER


def _label(identity: str, label: Any, **answers: float) -> Behaviour:
    """Ask what the loss of an odd label is."""
    named = {words.replace("_", " "): loss for words, loss in answers.items()}

    def ask(asker: Asker) -> str:
        got = asker({"probabilities": _PROBABILITIES, "label": label})
        return (
            MASK if is_near(got.ravel(), _LOSSES) else name_of(np.array(single_number(got)), named)
        )

    return Behaviour(f"cross_entropy-{identity}", (*named, MASK), ask)


_CUTS = (INFINITE, *_CLIPPED.values(), ELSEWHERE, CAPPED, LARGEST)
_CROSS_ENTROPY = [
    _odd_probability("zero", 0),
    _odd_probability("negative", -0.5),
    _odd_probability("nan", _NAN),
    Behaviour("cross_entropy-improbable", (RIGHT, *_CUTS), _improbable),
    Behaviour("cross_entropy-unnormalised", (AS_THEY_ARE, NORMALISED), _unnormalised),
    _label(
        "label-minus-1",
        -1,
        counted_from_the_end=_THIRD,
        taken_for_label_0=_FIRST,
        zero=0.0,
        NaN=_NAN,
        infinity=_INFINITY,
    ),
    _label("label-true", label=True, taken_for_label_1=_SECOND, taken_for_label_0=_FIRST),
    _label("label-float", 1.0, taken_for_label_1=_SECOND),
    _label("label-fraction", 1.5, rounded_down=_SECOND, rounded_up=_THIRD),
    *(
        dtype_of_result(
            f"cross_entropy-dtype-{dtype}",
            {"probabilities": _PROBABILITIES.astype(dtype), "label": 1},
        )
        for dtype in ("float32", "float16")
    ),
    in_float64(
        "cross_entropy",
        {"probabilities": np.array([0.5 - 2.0**-31, 0.5 + 2.0**-31]), "label": 1},
        np.log(2) - np.log1p(2.0**-30),
    ),
    *returned_object("cross_entropy", {"probabilities": _PROBABILITIES, "label": 1}),
    refusals(
        "cross_entropy",
        *({"probabilities": _PROBABILITIES, "label": label} for label in (3, 4, 300)),
    ),
]

#: All behaviours. Of each operation those come last whose calls are the likeliest not to return.
BEHAVIOURS: Sequence[Behaviour] = (
    *(*_CONV2D, *_RELU, *_POOLINGS),
    *(*_DENSE, *_SOFTMAX, *_CROSS_ENTROPY),
)
