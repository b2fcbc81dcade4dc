"""Behaviours: questions that correct implementations answer differently.

They are measured and reported, each with the libraries that were measured to answer the same, and
fail nobody. behaviours.toml holds the questions in words and those libraries; here stand the calls
that each question makes and the answers that it knows.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec import exact
from cnnspec.boundary import REFUSAL_LIMIT
from cnnspec.capabilities import Capabilities
from cnnspec.cases import Case, cast, reals
from cnnspec.guard import quiet, time_limit
from cnnspec.operations import LAYERS, OPERATIONS, POOLINGS
from cnnspec.outcomes import NotOffered, Rejected, Result, TimedOut

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: What may come of any call, whatever the question.
REFUSED = "refused"
NOT_OFFERED = "not offered"
TIMED_OUT = "no answer in time"
NOT_CALLED = "not asked, because earlier calls did not return"
UNREADABLE = "nothing that can be read as numbers"
OTHER = "something else"
ALWAYS_POSSIBLE = (REFUSED, NOT_OFFERED, TIMED_OUT, NOT_CALLED, UNREADABLE, OTHER)

#: How far a number may lie from one of the known answers, which are far from each other.
CLOSE = 1e-3


class _Settled(Exception):  # noqa: N818 - a signal from a call to its question
    """What came of a call is the answer."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


class Asker:
    """Calls one operation of an implementation for one question.

    ``raised`` keeps the types of the exceptions that were seen, and ``is_clean`` whether all of
    them are what a library raises for bad input.
    """

    def __init__(self, capabilities: Capabilities, operation: str) -> None:
        self.capabilities = capabilities
        self.operation = operation
        self.raised: set[str] = set()
        self.is_clean = True

    def __call__(self, arguments: Arguments, **how: Any) -> Array:
        """Return the array that a call gives; anything else that comes of it is the answer."""
        return self.result(arguments, **how)[0]

    def result(
        self, arguments: Arguments, *, as_given: bool = False, **handing_over: Any
    ) -> tuple[Array, Result]:
        """Return the array and the full result.

        The arguments get the axes that the implementation takes and, unless ``as_given``, the
        dtype of the questions. ``handing_over``: the keywords of `Implementation.call`.
        """
        case = Case("behaviour", self.operation, arguments if as_given else self._cast(arguments))
        if self.capabilities.lacks(case):
            raise _Settled(NOT_OFFERED)
        fitted, restore = self.capabilities.fit(case)
        result = self._outcome(fitted, **handing_over)
        if result.problem:
            raise _Settled(UNREADABLE)
        return restore(result.value), result

    def bad_call(self, arguments: Arguments) -> str:
        """Return what comes of a call that should be refused, in the axes that it has."""
        case = Case("behaviour", self.operation, self._cast(arguments))
        if self.capabilities.lacks_keyword(case):
            return NOT_OFFERED
        try:
            self._outcome(case.arguments)
        except _Settled as settled:
            return settled.answer
        return OTHER

    def offers_dtype(self, dtype: str) -> bool:
        """Return whether the operation takes arguments of a floating dtype."""
        return dtype in self.capabilities.of(self.operation).dtypes

    def _cast(self, arguments: Arguments) -> Arguments:
        """Return the arguments in float32, the one dtype that all libraries are made for.

        Libraries answer differently in others. An implementation that refuses float32 is asked in
        the dtype that it takes.
        """
        dtypes = self.capabilities.of(self.operation).dtypes
        return cast(arguments, np.dtype("float32" if "float32" in dtypes else dtypes[0]))

    def _outcome(self, arguments: Arguments, **handing_over: Any) -> Result:
        outcome = self.capabilities.implementation.call(
            self.operation, arguments, should_refuse=True, **handing_over
        )
        match outcome:
            case Rejected(exception, _, is_clean):
                self.raised.add(exception)
                self.is_clean = self.is_clean and is_clean
                raise _Settled(REFUSED)
            case NotOffered():
                raise _Settled(NOT_OFFERED)
            case TimedOut(reason):
                raise _Settled(NOT_CALLED if reason.startswith("not called") else TIMED_OUT)
        return outcome


@dataclass(frozen=True)
class Behaviour:
    """One question.

    Attributes
    ----------
    id : str
        Begins with the operation that is asked.
    answers : tuple of str
        The answers that it knows besides those that are always possible.
    ask
        Finds the answer.
    """

    id: str
    answers: tuple[str, ...]
    ask: Callable[[Asker], str]

    @property
    def operation(self) -> str:
        """The operation that is asked."""
        return self.id.partition("-")[0]


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
    except _Settled as settled:
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


# --- reading answers -------------------------------------------------------------------------


def _near(got: Array, expected: ArrayLike) -> bool:
    """Return whether a result is the expected one: shape, numbers, infinities and NaN."""
    wanted = np.asarray(expected)
    return got.shape == wanted.shape and np.allclose(
        got, wanted, rtol=CLOSE, atol=CLOSE, equal_nan=True
    )


def _named(got: Array, answers: Mapping[str, ArrayLike]) -> str:
    """Return the name of the answer that a result is."""
    return next((name for name, wanted in answers.items() if _near(got, wanted)), OTHER)


def _single(got: Array) -> float:
    """Return the one number of a result."""
    if got.size != 1:
        raise _Settled(OTHER)
    return float(got.reshape(()))


def _same_bits(first: Array, second: Array) -> bool:
    return (first.shape, first.dtype, first.tobytes()) == (
        second.shape,
        second.dtype,
        second.tobytes(),
    )


DEPENDS = "it depends on the position"


def _unanimous(marks: Array, everywhere: str, nowhere: str) -> str:
    """Return which of two answers all elements agree on."""
    if marks.all():
        return everywhere
    return DEPENDS if marks.any() else nowhere


# --- kinds of questions ----------------------------------------------------------------------


def _choice(
    identity: str, arguments: Arguments, answers: Mapping[str, ArrayLike], **how: bool
) -> Behaviour:
    """Ask which of several results a call gives."""

    def ask(asker: Asker) -> str:
        return _named(asker(arguments, **how), answers)

    return Behaviour(identity, tuple(answers), ask)


def _element(
    identity: str, arguments: Arguments, place: tuple[int, ...], answers: Mapping[str, float]
) -> Behaviour:
    """Ask what one element of a result is."""

    def ask(asker: Asker) -> str:
        got = asker(arguments)
        inside = got.ndim == len(place) and (np.array(place) < got.shape).all()
        return _named(got[place], answers) if inside else OTHER

    return Behaviour(identity, tuple(answers), ask)


EMPTY, NOT_EMPTY = "an empty array", "an array with elements"
FORMULAS, NOT_FORMULAS = "an empty array, as the formulas say", "an empty array of another shape"


def _nothing(
    identity: str, arguments: Arguments, shape: tuple[int, ...] | None = None
) -> Behaviour:
    """Ask what a call gives that has nothing to compute.

    ``shape`` is the empty shape that the operation's formulas give, if they give one.
    """

    def ask(asker: Asker) -> str:
        got = asker(arguments)
        if got.size:
            return NOT_EMPTY
        if shape is None:
            return EMPTY
        return FORMULAS if got.shape == shape else NOT_FORMULAS

    answers = (EMPTY, NOT_EMPTY) if shape is None else (FORMULAS, NOT_FORMULAS, NOT_EMPTY)
    return Behaviour(identity, answers, ask)


EXACTLY, FURTHER = "those that it takes part in", "others too"
LESS = "not all that it takes part in"


def _spread(identity: str, arguments: Arguments, held: Array) -> Behaviour:
    """Ask which elements of a result a NaN reaches; ``held`` marks those that it takes part in."""

    def ask(asker: Asker) -> str:
        got = asker(arguments)
        if got.shape != held.shape:
            return OTHER
        reached = np.isnan(got)
        if not reached[held].all():
            return LESS
        return FURTHER if reached[~held].any() else EXACTLY

    return Behaviour(identity, (EXACTLY, LESS) if held.all() else (EXACTLY, FURTHER, LESS), ask)


DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
)


def _dtype(identity: str, arguments: Arguments) -> Behaviour:
    """Ask for the dtype of a result."""

    def ask(asker: Asker) -> str:
        name = asker(arguments, as_given=True).dtype.name
        return name if name in DTYPES else OTHER

    return Behaviour(identity, DTYPES, ask)


FULLY, LATE, NARROWED = "yes", "returned as float64, but computed in less", "no, narrowed"


def _float64(operation: str, arguments: Arguments, expected: ArrayLike) -> Behaviour:
    """Ask whether float64 is computed as such; float32 cannot tell the numbers from others."""
    wanted = np.asarray(expected)

    def ask(asker: Asker) -> str:
        got = asker(arguments, as_given=True)
        if got.shape != wanted.shape:
            return OTHER
        if got.dtype.name != "float64":
            return NARROWED
        return FULLY if np.allclose(got, wanted, rtol=0, atol=1e-14) else LATE

    return Behaviour(f"{operation}-float64", (FULLY, LATE, NARROWED), ask)


KEPT, FLUSHED = "kept", "flushed to zero"


def _subnormal(operation: str, arguments: Arguments, shape: tuple[int, ...]) -> Behaviour:
    """Ask whether a result of subnormal numbers only is kept."""

    def ask(asker: Asker) -> str:
        if not asker.offers_dtype("float32"):
            return NOT_OFFERED
        got = asker(arguments, as_given=True)
        if got.shape != shape:
            return OTHER
        # Bits, because the processor may be set to take such numbers for zero.
        kept = np.array([any(number.tobytes()) for number in got.flat])
        return _unanimous(kept, KEPT, FLUSHED)

    return Behaviour(f"{operation}-subnormal", (KEPT, FLUSHED, DEPENDS), ask)


WIDER, IN_FLOAT16 = "in a wider type", "in float16"


def _float16_sums(operation: str, arguments: Arguments, exactly: float, least: float) -> Behaviour:
    """Ask in which type float16 is summed: in its own, small terms are lost."""

    def ask(asker: Asker) -> str:
        if not asker.offers_dtype("float16"):
            return NOT_OFFERED
        got = _single(asker(arguments, as_given=True))
        if got == exactly:
            return WIDER
        return IN_FLOAT16 if least <= got < exactly else OTHER

    return Behaviour(f"{operation}-float16-sums", (WIDER, IN_FLOAT16), ask)


SAME_BITS, OTHER_BITS = "the same bits", "other bits"


def _fortran_bits(operation: str, arguments: Arguments) -> Behaviour:
    """Ask whether Fortran order gives other bits than C order."""

    def ask(asker: Asker) -> str:
        same = _same_bits(asker(arguments), asker(arguments, layout="fortran"))
        return SAME_BITS if same else OTHER_BITS

    return Behaviour(f"{operation}-fortran-bits", (SAME_BITS, OTHER_BITS), ask)


def _batch_bits(operation: str, *calls: Arguments) -> Behaviour:
    """Ask whether the parts of a batch give other bits alone."""

    def ask(asker: Asker) -> str:
        same = [_alone_as_together(asker, arguments) for arguments in calls]
        return SAME_BITS if all(same) else OTHER_BITS

    return Behaviour(f"{operation}-batch-bits", (SAME_BITS, OTHER_BITS), ask)


def _alone_as_together(asker: Asker, arguments: Arguments) -> bool:
    name = OPERATIONS[asker.operation].required[0]
    together = asker(arguments)
    alone = [asker({**arguments, name: one}) for one in arguments[name]]
    if together.shape[:1] != (len(alone),):
        raise _Settled(OTHER)
    return all(_same_bits(*pair) for pair in zip(together, alone, strict=True))


# --- the object that is returned -------------------------------------------------------------

NUMPY, READ_ONLY = "a NumPy array", "a NumPy array that cannot be written to"
NUMBER, SEQUENCE, FOREIGN = "a number", "a list or tuple", "an object of another library"
C_ORDER, FORTRAN_ORDER, NEITHER = "C order", "Fortran order", "neither"
OWN, SHARED = "in memory of its own", "in the memory of its argument"
REUSED = "in memory that the next call overwrites"


def _returned(operation: str, arguments: Arguments) -> list[Behaviour]:
    """Ask what kind of object an operation returns, and how arrays lie in memory."""
    kinds = (NUMPY, READ_ONLY, NUMBER, SEQUENCE, FOREIGN)
    asked = [Behaviour(f"{operation}-object", kinds, partial(_kind, arguments))]
    if operation in ("conv2d", "relu", *POOLINGS):
        orders = (C_ORDER, FORTRAN_ORDER, NEITHER, FOREIGN)
        asked += [
            Behaviour(f"{operation}-{identity}", orders, partial(_order, arguments, layout))
            for layout, identity in {"C": "order", "fortran": "order-of-fortran"}.items()
        ]
    return asked


def _is_array(returned: Any) -> bool:
    return issubclass(type(returned), np.ndarray)


def _kind(arguments: Arguments, asker: Asker) -> str:
    returned = asker.result(arguments)[1].returned
    if _is_array(returned):
        return NUMPY if np.asarray(returned).flags.writeable else READ_ONLY
    if issubclass(type(returned), (list, tuple)):
        return SEQUENCE
    return NUMBER if issubclass(type(returned), (np.generic, int, float)) else FOREIGN


def _order(arguments: Arguments, layout: str, asker: Asker) -> str:
    returned = asker.result(arguments, layout=layout)[1].returned
    if not _is_array(returned):
        return FOREIGN
    flags = np.asarray(returned).flags
    if flags.c_contiguous:
        return C_ORDER
    return FORTRAN_ORDER if flags.f_contiguous else NEITHER


def _memory_of(operation: str, arguments: Arguments) -> Behaviour:
    """Ask where a result lies that may be its argument, unchanged."""
    return Behaviour(f"{operation}-memory", (OWN, SHARED, REUSED), partial(_memory, arguments))


def _memory(arguments: Arguments, asker: Asker) -> str:
    """See whether a result changes with a later one, or with what is written to its argument."""
    name = OPERATIONS[asker.operation].required[0]
    other = {**arguments, name: arguments[name] + 1}
    _, first = asker.result(arguments)
    asker.result(other)
    if _has_changed(first):
        return REUSED
    _, second = asker.result(arguments)
    asker.result(other, in_place=True)
    return SHARED if _has_changed(second) else OWN


def _has_changed(result: Result) -> bool:
    """Look at a returned object again, which may run code of the implementation."""
    try:
        with quiet(), time_limit(REFUSAL_LIMIT):
            now = result.now()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - whatever it raises
        raise _Settled(UNREADABLE) from None
    return not np.array_equal(result.value, now, equal_nan=True)


# --- what is raised --------------------------------------------------------------------------

CLEAN = "all refused with ValueError, TypeError or IndexError"
UNCLEAN = "all refused, some with other exceptions"
ACCEPTED = "not all refused"


def _refusals(operation: str, *calls: Arguments) -> Behaviour:
    """Ask what is raised for calls that must be refused."""

    def ask(asker: Asker) -> str:
        answers = [asker.bad_call(arguments) for arguments in calls]
        made = [answer for answer in answers if answer != NOT_OFFERED]
        if not made:
            return NOT_OFFERED
        if lost := [answer for answer in made if answer in (TIMED_OUT, NOT_CALLED)]:
            return lost[0]
        if OTHER in made:
            return ACCEPTED
        return CLEAN if asker.is_clean else UNCLEAN

    return Behaviour(f"{operation}-refusals", (CLEAN, UNCLEAN, ACCEPTED), ask)


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
    return exact.conv2d(np.pad(_IMAGE, (before, after)), filters, stride=stride).high


_CONV2D = [
    _choice(
        "conv2d-same-stride-2",
        {"image": _IMAGE, "filters": _FILTER, "stride": 2, "padding": "same"},
        {
            "ceil(n / s) windows, the first starts on the image": _maps(_FILTER, 0, 1, 2),
            "ceil(n / s) windows, the first starts on the zeros": _maps(_FILTER, 1, 1, 2),
            "the map of stride 1": _maps(_FILTER, 1, 1),
            "the map without padding": _maps(_FILTER, 0, 0, 2),
        },
    ),
    _choice(
        "conv2d-same-even-filter",
        {"image": _IMAGE, "filters": _EVEN, "padding": "same"},
        {
            "below and to the right": _maps(_EVEN, 0, 1),
            "above and to the left": _maps(_EVEN, 1, 0),
            "on all sides, and the map is larger": _maps(_EVEN, 1, 1),
            "nowhere, and the map is smaller": _maps(_EVEN, 0, 0),
        },
    ),
    _choice(
        "conv2d-even-filter",
        {"image": _IMAGE, "filters": _EVEN},
        {"computed": _maps(_EVEN, 0, 0)},
    ),
    _choice(
        "conv2d-oblong-filter",
        {"image": _IMAGE, "filters": _FILTER[:, :1]},
        {"computed": _maps(_FILTER[:, :1], 0, 0)},
    ),
    _spread(
        "conv2d-nan-pixel",
        {"image": _with(_ramp(6, 7), (2, 3), _NAN), "filters": _FILTER},
        _marks((4, 5, 1), np.s_[:3, 1:4]),
    ),
    _spread(
        "conv2d-nan-weight",
        {"image": _ramp(5, 6), "filters": _with(_ramp(3, 3, 3), (1, 0, 2), _NAN)},
        _marks((3, 4, 3), np.s_[..., 1]),
    ),
    _element(
        "conv2d-infinity-under-zero",
        {"image": _with(_ramp(3, 3), (0, 1), _INFINITY), "filters": _with(_FILTER, (0, 0, 1), 0)},
        (0, 0, 0),
        {NAN_PRODUCT: _NAN, SKIPPED: 1 * 1 + 3 * 3 + 20 + 35 + 66 + 91 + 136 + 171},
    ),
    _element(
        "conv2d-infinity-over-padding",
        {"image": _IMAGE, "filters": _with(_FILTER, (0, 0, 0), _INFINITY), "padding": "same"},
        (0, 0, 0),
        {NAN_PRODUCT: _NAN, SKIPPED: 7 * 1 + 11 * 2 + 17 * 7 + 19 * 8},
    ),
    _subnormal("conv2d", {"image": _SUBNORMAL, "filters": _CENTRE.astype(np.float32)}, (6, 6, 1)),
    _float16_sums(
        "conv2d", {"image": _FLOAT16_TERMS, "filters": np.ones((1, 3, 3), np.float16)}, 2056, 2048
    ),
    _float64(
        "conv2d",
        {"image": np.full((4, 5), _ABOVE_1), "filters": _CENTRE},
        np.full((2, 3, 1), _ABOVE_1),
    ),
    *(
        _dtype(
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
        _choice(
            f"conv2d-uint8-{filters}",
            {"image": np.full((3, 3), 200, np.uint8), "filters": np.full((1, 3, 3), 2, filters)},
            {WIDE: [[[3600]]], WRAPS: [[[3600 % 256]]], SATURATES: [[[255]]]},
            as_given=True,
        )
        for filters in ("uint8", "int64")
    ),
    _fortran_bits(
        "conv2d", {"image": reals("fortran", 13, 14, 7), "filters": reals("bank", 9, 3, 3, 7)}
    ),
    _batch_bits(
        "conv2d",
        *(
            {"image": reals("batch", 5, *sides, 7), "filters": reals("bank", 9, 3, 3, 7)}
            for sides in ((13, 14), (3, 4), (3, 3))
        ),
    ),
    *_returned("conv2d", {"image": _ramp(5, 6), "filters": _ramp(2, 3, 3)}),
    _choice(
        "conv2d-no-channels",
        {"image": np.zeros((4, 5, 0)), "filters": np.zeros((2, 3, 3, 0))},
        {"zeros, the sum of nothing": np.zeros((2, 3, 2)), EMPTY: np.zeros((2, 3, 0))},
    ),
    _nothing(
        "conv2d-no-filters", {"image": _ramp(4, 5), "filters": np.zeros((0, 3, 3))}, (2, 3, 0)
    ),
    _nothing(
        "conv2d-no-images",
        {"image": np.zeros((0, 5, 6, 1)), "filters": _ramp(2, 3, 3, 1)},
        (0, 3, 4, 2),
    ),
    _nothing("conv2d-no-rows", {"image": np.zeros((0, 5)), "filters": _FILTER}),
    _nothing("conv2d-filter-too-large", {"image": _ramp(2, 5), "filters": _FILTER}),
    _refusals(
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
        raise _Settled(OTHER)
    return np.signbit(got)


def _relu_nan(asker: Asker) -> str:
    got = asker({"x": np.full(37, _NAN)})
    if got.shape != (37,) or not (np.isnan(got) | (got == 0)).all():
        return OTHER
    return _unanimous(np.isnan(got), "NaN", "0")


def _relu_negative_zero(asker: Asker) -> str:
    got = asker({"x": np.full(37, -0.0)})
    return _unanimous(_negative_zeros(got, (37,)), "-0.0", "+0.0")


_RELU = [
    Behaviour("relu-nan", ("NaN", "0", DEPENDS), _relu_nan),
    Behaviour("relu-negative-zero", ("+0.0", "-0.0", DEPENDS), _relu_negative_zero),
    _subnormal("relu", {"x": _SUBNORMAL[0]}, (8,)),
    _float64("relu", {"x": np.full(5, _ABOVE_1)}, np.full(5, _ABOVE_1)),
    *(
        _dtype(f"relu-dtype-{dtype}", {"x": _ramp(5, dtype=dtype)})
        for dtype in ("float32", "float16", "int64", "uint8")
    ),
    *_returned("relu", {"x": _ramp(3, 4, 2)}),
    _memory_of("relu", {"x": _ramp(3, 4, 2)}),
    _nothing("relu-empty", {"x": np.zeros((0, 3))}, (0, 3)),
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
    return _unanimous(np.isnan(got), PROPAGATES, LOST) if got.shape == (1, 36, 1) else OTHER


def _only_nan(asker: Asker) -> str:
    got = asker({"maps": np.full((2, 2, 1), _NAN)})
    number = np.array(_single(got))
    if got.dtype.kind == "f" and abs(number) == np.finfo(got.dtype).max:
        return _LIMITS[int(number > 0)]
    return _named(number, _ONLY_NAN)


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
    return _choice(f"{operation}-left-over", {"maps": _LEFT_OVER}, answers)


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
        _subnormal(operation, {"maps": subnormal}, (4, 4, 1)),
        _float64(operation, {"maps": np.full((4, 6, 2), _ABOVE_1)}, np.full((2, 3, 2), _ABOVE_1)),
        *(
            _dtype(f"{operation}-dtype-{dtype}", {"maps": maps.astype(dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        *_returned(operation, {"maps": maps}),
        _memory_of(operation, {"maps": maps, "size": 1}),
        _nothing(f"{operation}-no-images", {"maps": np.zeros((0, 4, 6, 2))}, (0, 2, 3, 2)),
        _nothing(f"{operation}-no-maps", {"maps": np.zeros((4, 6, 0))}, (2, 3, 0)),
        _nothing(f"{operation}-no-rows", {"maps": np.zeros((0, 4, 2))}),
        _nothing(f"{operation}-window-too-large", {"maps": _ramp(1, 4, 2)}),
        _refusals(operation, {"maps": maps, "size": 2, "stride": 0}),
    ]


_POOLINGS = [
    *_selecting("max_pool2d"),
    _left_over("max_pool2d", exact.max_pool2d(_LEFT_OVER), pooled_by_themselves=np.max),
    *_pooling("max_pool2d"),
    *_selecting("min_pool2d"),
    _left_over("min_pool2d", exact.min_pool2d(_LEFT_OVER), pooled_by_themselves=np.min),
    *_pooling("min_pool2d"),
    _spread(
        "avg_pool2d-nan",
        {"maps": _with(_ramp(6, 8, 2), (2, 3, 1), _NAN)},
        _marks((3, 4, 2), (1, 1, 1)),
    ),
    _left_over(
        "avg_pool2d",
        exact.avg_pool2d(_LEFT_OVER).high,
        the_mean_of_what_there_is=np.mean,
        their_sum_over_the_whole_area=lambda part: np.sum(part) / 4,
    ),
    _choice(
        "avg_pool2d-uint8",
        {"maps": np.full((2, 2, 1), 201, np.uint8)},
        {WIDE: [[[201]]], WRAPS: [[[804 % 256 / 4]]], SATURATES: [[[255 / 4]]]},
        as_given=True,
    ),
    _choice(
        "avg_pool2d-int64",
        {"maps": _windows([-3, -2, -2, -2])},
        {"-2.25": [[[-2.25]]], "cut off to -2": [[[-2]]], "rounded down to -3": [[[-3]]]},
        as_given=True,
    ),
    _float16_sums("avg_pool2d", {"maps": _FLOAT16_TERMS[..., np.newaxis], "size": 3}, 228.5, 227.5),
    _fortran_bits("avg_pool2d", {"maps": reals("fortran", 12, 14, 7)}),
    _batch_bits("avg_pool2d", {"maps": reals("batch", 5, 12, 14, 7)}),
    *_pooling("avg_pool2d"),
]


# --- dense -----------------------------------------------------------------------------------


def _layer(x: Array, weights: Array, dtype: str = "float64") -> dict[str, Array]:
    """Return the arguments of a dense layer with biases of 0."""
    bias = np.zeros(weights.shape[1], dtype)
    return {"x": x.astype(dtype), "weights": weights.astype(dtype), "bias": bias}


_DENSE = [
    _spread(
        "dense-nan-input",
        _layer(np.array([1, _NAN, 3]), _ramp(3, 4)),
        _marks((4,), np.s_[:]),
    ),
    _spread(
        "dense-nan-weight",
        _layer(_ramp(3), _with(_ramp(3, 4), (1, 2), _NAN)),
        _marks((4,), 2),
    ),
    _element(
        "dense-infinity-under-zero",
        _layer(np.array([1, _INFINITY, 3]), _with(_ramp(3, 2), (1, 0), 0)),
        (0,),
        {NAN_PRODUCT: _NAN, SKIPPED: 1 * 1 + 3 * 5},
    ),
    _subnormal("dense", _layer(_SUBNORMAL[0], np.eye(8), "float32"), (8,)),
    _float16_sums("dense", _layer(_FLOAT16_TERMS, np.ones((9, 1)), "float16"), 2056, 2048),
    _float64("dense", _layer(np.full(3, _ABOVE_1), np.eye(3)), np.full(3, _ABOVE_1)),
    *(
        _dtype(
            f"dense-dtype-{inputs}-{weights}",
            _layer(_ramp(3), _ramp(3, 2), weights) | {"x": _ramp(3, dtype=inputs)},
        )
        for inputs, weights in (
            *(("float32", "float32"), ("float16", "float16"), ("float64", "float32")),
            *(("float32", "float64"), ("int64", "float32"), ("int64", "int64")),
        )
    ),
    _choice(
        "dense-uint8",
        _layer(np.full(3, 200), np.full((3, 1), 2), "uint8"),
        {WIDE: [1200], WRAPS: [1200 % 256], SATURATES: [255]},
        as_given=True,
    ),
    _fortran_bits("dense", _layer(reals("fortran", 6, 7, 5), reals("weights", 210, 10))),
    *_returned("dense", _layer(_ramp(3), _ramp(3, 2))),
    _choice(
        "dense-no-inputs",
        {"x": np.zeros(0), "weights": np.zeros((0, 2)), "bias": np.array([3.0, 5.0])},
        {"the bias": [3.0, 5.0]},
    ),
    _refusals(
        "dense",
        _layer(_ramp(4), _ramp(3, 2)),
        _layer(_ramp(3), _ramp(3, 2)) | {"bias": np.zeros(3)},
    ),
]


# --- softmax ---------------------------------------------------------------------------------

EVERYWHERE, THERE = "NaN everywhere", "NaN there, 0 elsewhere"

_SOFTMAX = [
    _choice(
        "softmax-infinity",
        {"logits": np.array([0, _INFINITY, 1])},
        {EVERYWHERE: [_NAN] * 3, THERE: [0, _NAN, 0], "1 there, 0 elsewhere": [0, 1, 0]},
    ),
    _choice(
        "softmax-nan",
        {"logits": np.array([0, _NAN, 0])},
        {
            EVERYWHERE: [_NAN] * 3,
            THERE: [0, _NAN, 0],
            "NaN there, the others as if it were absent": [0.5, _NAN, 0.5],
            "0 there, the others as if it were absent": [0.5, 0, 0.5],
        },
    ),
    _choice(
        "softmax-minus-infinity",
        {"logits": np.full(4, -_INFINITY)},
        {EVERYWHERE: [_NAN] * 4, "the same for all": [0.25] * 4, "zeros": [0] * 4},
    ),
    _float64("softmax", {"logits": np.array([0, 2.0**-30])}, [0.5 - 2.0**-32, 0.5 + 2.0**-32]),
    *(
        _dtype(f"softmax-dtype-{dtype}", {"logits": _ramp(3, dtype=dtype)})
        for dtype in ("float32", "float16", "int64")
    ),
    _fortran_bits("softmax", {"logits": reals("fortran", 9, 37)}),
    _batch_bits("softmax", {"logits": reals("batch", 9, 37)}),
    *_returned("softmax", {"logits": _ramp(3)}),
    _nothing("softmax-no-logits", {"logits": np.zeros(0)}, (0,)),
    _nothing("softmax-no-rows", {"logits": np.zeros((0, 3))}, (0, 3)),
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
    loss = _single(got)
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
        return "NaN" if np.isnan(_single(got)) else _cut_off(got)

    return Behaviour(f"cross_entropy-{identity}", ("NaN", *_CUTS), ask)


def _improbable(asker: Asker) -> str:
    if not (asker.offers_dtype("float32") or asker.offers_dtype("float64")):
        return NOT_OFFERED
    got = asker({"probabilities": np.array([0.5, 1e-30, 0.5]), "label": 1})
    exactly = 30 * np.log(10)
    return RIGHT if abs(_single(got) - exactly) < CLOSE * exactly else _cut_off(got)


def _label(identity: str, label: Any, **answers: float) -> Behaviour:
    """Ask what the loss of an odd label is."""
    named = {words.replace("_", " "): loss for words, loss in answers.items()}

    def ask(asker: Asker) -> str:
        got = asker({"probabilities": _PROBABILITIES, "label": label})
        return MASK if _near(got.ravel(), _LOSSES) else _named(np.array(_single(got)), named)

    return Behaviour(f"cross_entropy-{identity}", (*named, MASK), ask)


_CUTS = (INFINITE, *_CLIPPED.values(), ELSEWHERE, CAPPED, LARGEST)
_CROSS_ENTROPY = [
    _odd_probability("zero", 0),
    _odd_probability("negative", -0.5),
    _odd_probability("nan", _NAN),
    Behaviour("cross_entropy-improbable", (RIGHT, *_CUTS), _improbable),
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
        _dtype(
            f"cross_entropy-dtype-{dtype}",
            {"probabilities": _PROBABILITIES.astype(dtype), "label": 1},
        )
        for dtype in ("float32", "float16")
    ),
    _float64(
        "cross_entropy",
        {"probabilities": np.array([0.5 - 2.0**-31, 0.5 + 2.0**-31]), "label": 1},
        np.log(2) - np.log1p(2.0**-30),
    ),
    *_returned("cross_entropy", {"probabilities": _PROBABILITIES, "label": 1}),
    _refusals(
        "cross_entropy",
        *({"probabilities": _PROBABILITIES, "label": label} for label in (3, 4, 300)),
    ),
]

#: All behaviours. Of each operation those come last whose calls are the likeliest not to return.
BEHAVIOURS: Sequence[Behaviour] = (
    *(*_CONV2D, *_RELU, *_POOLINGS),
    *(*_DENSE, *_SOFTMAX, *_CROSS_ENTROPY),
)
