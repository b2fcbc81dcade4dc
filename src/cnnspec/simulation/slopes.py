"""Gradients of functions of each number: slopes times the incoming gradient, with slots."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import gradients, quantities
from cnnspec.simulation.elementwise import CURVE, NUMBERS, RESULTS, Choices
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Data, along_flat, along_last_axes

#: The slot of the incoming gradient, and what it and the numbers are called.
GRAD = "grad"
_GIVEN = (GRAD, "x")

#: Returns the slope at each number, from slots, the numbers and the options of a call.
Slope = Callable[..., Array]

#: What keeps the signs of x, for slopes that depend on nothing else.
KEEPING_SIGNS = (
    rf"^{NUMBERS}: .* "
    r"(rounded (up to whole numbers|to (\w*float\d+|TF32|(three|four|six) decimals))"
    r"|cut to (bfloat16 .*|11 significant bits)|clipped to the range from (0|-1) to (1|255)"
    r"|set to zero where they are negative \(a ReLU\)|replaced by their (signs|square roots)"
    r"|steps: 1 where they are positive, else 0|passed through tanh|doubled|halved"
    r"|(multiplied|divided) by (\d+|their (largest absolute value|standard deviation|length .*)"
    r"|the sum of their absolute values))$",
)

#: What keeps the distance of x from 0, for slopes that are the same on both sides of it.
KEEPING_DISTANCES = (
    rf"^{NUMBERS}: .* (\(their absolute values are taken\)|of the opposite sign)$",
)


def simulator(
    due: str,
    remedy: str,
    slope: Slope,
    own: Callable[[], Iterable[Hypothesis]],
    but: Sequence[str] = (),
    never: Sequence[str] = (),
    options: Choices | None = None,
) -> Simulator:
    """Return the simulator of the gradient of a function of each number.

    Parameters
    ----------
    due, remedy : str
        The slope, and how to mend what is wrong, in words.
    slope : callable
        What stands in `CURVE`; it may have further slots.
    own : callable
        Returns what may be done in the slots that others have not.
    but : sequence of str
        How the words of those slopes begin that it is, or of which ``own`` says more.
    never : sequence of str
        Patterns of "slot: words" of what changes none of its numbers.
    options : mapping or None
        Values of its options that are drawn.
    """
    numbers = Data(NUMBERS, "the numbers of x", (), remedy)
    results = Data(RESULTS, "the results", (), remedy)
    incoming = Data(GRAD, "the numbers of the incoming gradient", (), "use grad as it came")

    def compute(at: Slots, grad: Array, x: Array, **more: Any) -> Array:
        x = at(NUMBERS, np.asarray(x, np.float64))
        grad = at(GRAD, np.asarray(grad, np.float64), given=x)
        steep = at(CURVE, slope(at, x, **more), given=x, grad=grad)
        found = grad * steep
        return np.asarray(at(RESULTS, found, given=x, grad=grad, slope=steep))

    @cache
    def hypotheses() -> tuple[Hypothesis, ...]:
        return tuple(gradients.without(every(), *never))

    def every() -> Iterator[Hypothesis]:
        return chain(
            quantities.nothing(results),
            own(),
            gradients.incoming(GRAD),
            _of_both(remedy),
            _instead(due, remedy, but),
            quantities.casts(results),
            quantities.casts(numbers),
            quantities.casts(incoming),
            quantities.factors(results, _SIZES),
            quantities.factors(numbers, {}),
            quantities.normalisations(results, {"": None}),
            quantities.normalisations(incoming, {"": None}),
            quantities.normalisations(numbers, {"": None}),
            along_flat(results),
            along_last_axes(results),
            along_flat(results, instead_of_zero=GRAD),
            along_last_axes(incoming),
            _sums(remedy),
            _parts(remedy),
        )

    def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
        yield from _measured_sides(given, got, remedy)
        yield from quantities.measured_line(RESULTS, "the results", got, due, remedy)
        yield from gradients.measured_length(RESULTS, given[GRAD], got, due, remedy)

    return Simulator(
        compute=compute,
        hypotheses=hypotheses,
        measured=measured,
        sizes=_sizes,
        draw=lambda draw: _drawn(draw, options or {}),
    )


def another(
    words: str, function: Callable[[Floats], Any], remedy: str, rank: int = COMMON
) -> Hypothesis:
    """Return the hypothesis that another slope is computed of every number."""
    return Hypothesis(
        CURVE, words, lambda _value, known: np.asarray(function(known["given"])), remedy, rank
    )


def instead(
    words: str, function: Callable[[Floats, Floats], Any], remedy: str, rank: int = COMMON
) -> Hypothesis:
    """Return the hypothesis that something else is made of the gradient and the numbers."""
    return Hypothesis(
        RESULTS,
        words,
        lambda _value, known: np.asarray(function(known["grad"], known["given"])),
        remedy,
        rank,
    )


def without_brackets(
    first: tuple[str, Callable[[Floats], Any]],
    second: tuple[str, Callable[[Floats], Any]],
    remedy: str,
) -> Iterator[Hypothesis]:
    """Return what becomes of a slope, one less another, if it stands in no brackets."""
    (minuend, a), (subtrahend, b) = first, second
    said = "brackets are missing: it computes"
    yield instead(
        f"{said} grad * {minuend} - {subtrahend}", lambda grad, x: grad * a(x) - b(x), remedy
    )
    yield instead(
        f"{said} {minuend} - {subtrahend} * grad", lambda grad, x: a(x) - b(x) * grad, remedy
    )


def sigmoid(x: Floats) -> Floats:
    """Return the sigmoid."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small))


def _of_normal(x: Floats) -> Floats:
    return np.asarray(np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


def _leaky(slope: float) -> Callable[[Floats], Floats]:
    return lambda x: np.where(x > 0, 1.0, slope)


#: Slopes by the words in which they are told.
_SLOPES: tuple[tuple[str, int, Callable[[Floats], Any]], ...] = (
    ("1 everywhere: the gradient comes through as it is", COMMON, np.ones_like),
    ("the slope of ReLU, 1 where x is larger than 0 and else 0", COMMON, _leaky(0.0)),
    ("1 where x is less than 0, and else 0", COMMON, lambda x: (x < 0).astype(float)),
    ("the slope of a leaky ReLU with slope 0.01", COMMON, _leaky(0.01)),
    ("the slope of a leaky ReLU with slope 0.1", KNOWN, _leaky(0.1)),
    ("the slope of a leaky ReLU with slope 0.2", KNOWN, _leaky(0.2)),
    ("the sign of x: negative numbers turn the gradient's sign", COMMON, np.sign),
    ("the slope of ReLU6: nothing comes through above 6", COMMON,
     lambda x: ((x > 0) & (x < 6)).astype(float)),
    ("1 from 0 to 1 and else 0, as of a ReLU that is cut off at 1", KNOWN,
     lambda x: ((x > 0) & (x < 1)).astype(float)),
    ("1 from -1 to 1 and else 0, the slope of hard tanh", KNOWN,
     lambda x: (np.abs(x) < 1).astype(float)),
    ("1 where x is larger than 1, and else 0", KNOWN, lambda x: (x > 1).astype(float)),
    ("1 where x is larger than -1, and else 0", KNOWN, lambda x: (x > -1).astype(float)),
    ("1 where x is larger than 1/2, and else 0", KNOWN, lambda x: (x > 0.5).astype(float)),
    ("1 where x is not 0", KNOWN, lambda x: (x != 0).astype(float)),
    ("1 where x is larger than its mean, and else 0", ODD, lambda x: (x > x.mean()).astype(float)),
    ("x itself", COMMON, lambda x: x),
    ("max(x, 0), the ReLU and not its slope", COMMON, lambda x: np.maximum(x, 0)),
    ("the absolute value of x", KNOWN, np.abs),
    ("the square of x", KNOWN, np.square),
    ("exp(x) below 0 and 1 above, the slope of ELU", COMMON, lambda x: np.exp(np.minimum(x, 0))),
    ("the slope of softplus, which is the sigmoid of x", COMMON, sigmoid),
    ("the slope of the sigmoid, s (1 - s)", COMMON, lambda x: sigmoid(x) * sigmoid(-x)),
    ("tanh(x) and not its slope", COMMON, np.tanh),
    ("the slope of tanh, 1 - tanh(x)^2", COMMON, lambda x: 1 / np.cosh(x) ** 2),
    ("the slope of softsign, 1 / (1 + |x|)^2", KNOWN, lambda x: 1 / (1 + np.abs(x)) ** 2),
    ("the slope of the arctangent, 1 / (1 + x^2)", KNOWN, lambda x: 1 / (1 + x * x)),
    ("the slope of SiLU (swish)", KNOWN,
     lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    ("the slope of GELU", KNOWN,
     lambda x: 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) + x * _of_normal(x)),
    ("x (1 - x), the slope of a sigmoid by its result, of x itself", COMMON, lambda x: x * (1 - x)),
    ("1 - x^2, the slope of a tanh by its result, of x itself", COMMON, lambda x: 1 - x * x),
    ("exp(x)", ODD, np.exp),
)  # fmt: skip


def _instead(due: str, remedy: str, but: Sequence[str]) -> Iterator[Hypothesis]:
    for words, rank, function in _SLOPES:
        if not words.startswith(tuple(but)):
            said = f"the gradient is multiplied by {words}, in the place of {due}"
            yield another(said, function, remedy, rank)


def _of_both(remedy: str) -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Floats, Floats], Any], rank: int = COMMON) -> Hypothesis:
        return instead(words, of, remedy, rank)

    yield one("the gradient comes through where it is larger than 0 itself, not where x is",
              lambda g, _x: np.maximum(g, 0))  # fmt: skip
    yield one("x comes through where the gradient is larger than 0: grad and x are swapped",
              lambda g, x: np.where(g > 0, x, 0))  # fmt: skip
    yield one("the gradient comes through as it is where it is larger than 0, whatever x is",
              lambda g, x: np.where((g > 0) | (x > 0), g, 0), KNOWN)  # fmt: skip
    yield one("it returns x as it came", lambda _g, x: x)
    yield one("it returns max(x, 0): the ReLU, not its gradient",
              lambda _g, x: np.maximum(x, 0))  # fmt: skip
    yield one("it returns the sigmoid of x, not a gradient", lambda _g, x: sigmoid(x))
    yield one("it returns tanh(x), not a gradient", lambda _g, x: np.tanh(x))
    for words, of in (
        ("is added to the slope, not multiplied by it", lambda g, d: g + d),
        ("is divided by the slope, not multiplied by it", lambda g, d: g / d),
        ("is multiplied by the slope twice", lambda g, d: g * d * d),
    ):
        change = bound(lambda _v, known, of: np.asarray(of(known["grad"], known["slope"])), of)
        yield Hypothesis(RESULTS, f"the gradient {words}", change, remedy, COMMON)


#: By what results may be divided by mistake.
_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of elements": lambda known: max(known["grad"].size, 1),
    "the length of the first axis": lambda known: max(len(known["grad"]), 1),
}


def _sums(remedy: str) -> Iterator[Hypothesis]:
    for words, of in (
        ("summed over the first axis: there is one for all examples", np.sum),
        ("averaged over the first axis: there is one for all examples", np.mean),
    ):
        yield Hypothesis(
            RESULTS, f"the results are {words}",
            bound(lambda v, _known, of: np.asarray(of(v, axis=0)), of), remedy, KNOWN,
        )  # fmt: skip
    yield Hypothesis(
        RESULTS, "the results are left flat: they have not the shape of x",
        lambda v, _known: v.ravel(), remedy, COMMON,
    )  # fmt: skip


#: Parts of an axis that alone are computed, in words, and the axis.
_PARTS = (
    ("only the first index of the first axis is multiplied by the slope", 0, slice(0, 1)),
    ("only the first index of the last axis is multiplied by the slope", -1, slice(0, 1)),
    ("the last index of the first axis is not multiplied by the slope", 0, slice(0, -1)),
    ("the last index of the last axis is not multiplied by the slope", -1, slice(0, -1)),
)


def _parts(remedy: str) -> Iterator[Hypothesis]:
    for words, axis, part in _PARTS:
        yield Hypothesis(
            RESULTS,
            f"{words}: elsewhere the gradient comes through as it is",
            bound(lambda v, known, axis, part: _mixed(v, known["grad"], axis, part), axis, part),
            remedy,
            KNOWN,
        )


def _mixed(value: Array, grad: Array, axis: int, part: slice) -> Array:
    result = np.array(grad)
    where = (part, ...) if axis == 0 else (..., part)
    result[where] = value[where]
    return result


def _measured_sides(given: Arguments, got: Floats, remedy: str) -> Iterator[Hypothesis]:
    """Return a factor where x is below 0, and one where it is above, if there are such."""
    grad, x = (np.asarray(given[name], np.float64) for name in _GIVEN)
    if got.shape != grad.shape or x.shape != grad.shape:
        return
    tells = np.isfinite(got) & np.isfinite(grad) & (grad != 0)
    found = [_ratio(got[tells & side], grad[tells & side]) for side in (x < 0, x > 0)]
    below, above = found
    if below is None or above is None:
        return
    words = (
        f"the gradient is multiplied by {quantities.short(below)} where x is below 0 and by"
        f" {quantities.short(above)} where it is above"
    )
    change = bound(lambda _v, known, a, b: np.where(known["given"] > 0, b, a), below, above)
    yield Hypothesis(CURVE, words, change, remedy, ODD, is_measured=True)


def _ratio(got: Floats, grad: Floats) -> float | None:
    if not got.size:
        return None
    ratios = got / grad
    middle = float(np.median(ratios))
    if np.abs(ratios - middle).max() > 1e-9 * max(abs(middle), 1e-3):
        return None
    nearest = float(f"{middle:.6g}")
    return nearest if abs(nearest - middle) < 1e-9 * max(abs(middle), 1e-3) else middle


def _sizes(given: Arguments) -> dict[str, int]:
    x = np.asarray(given["x"])
    return {
        "elements": x.size,
        "axes": x.ndim,
        "elements of the first axis": len(x) if x.ndim else 1,
        "elements of the last axis": x.shape[-1] if x.ndim else 1,
    }


def _drawn(draw: Draw, options: Choices) -> dict[str, Any]:
    axes = draw.pick(1, 1, 2, 2, 3, 4, 5)
    shape = draw.apart(axes, 1, {1: 60, 5: 5}.get(axes, 7))
    scale = draw.pick(1.0, 1.0, 3.0, 10.0, 300.0)
    found = draw.varied({"grad": draw.reals(*shape), "x": draw.reals(*shape) * scale})
    for name, values in options.items():
        if draw.pick(True, True, False):
            found[name] = draw.pick(*values)
    return found
