"""Quantities: numbers that are taken for others: factors, roundings, normalisations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Hypothesis, bound
from cnnspec.simulation.orders import Data

Array = NDArray[Any]
Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]


def each(slot: str, words: str, function: Function, remedy: str | None, rank: int) -> Hypothesis:
    """Return the hypothesis that a function is taken of every number."""
    return Hypothesis(slot, words, lambda value, _known: function(value), remedy, rank)


# --- casts -----------------------------------------------------------------------------------


def _rounded_to(bits: int, rounding: Function = np.rint) -> Function:
    """Return what rounds to so many significant bits, or cuts."""

    def rounded(values: Floats) -> Floats:
        fraction, exponent = np.frexp(values)
        result: Floats = np.ldexp(rounding(np.ldexp(fraction, bits)), exponent - bits)
        return result

    return rounded


def cut(values: Floats) -> Floats:
    """Return numbers without their fractions; what rounding keeps from a whole number is one."""
    return np.trunc(np.round(values, 12))


def wrapped(dtype: str) -> Function:
    """Return what keeps the low bits of whole numbers, as a cast does."""
    info = np.iinfo(dtype)
    span = float(info.max) - float(info.min) + 1

    def low_bits(values: Floats) -> Floats:
        result: Floats = np.mod(np.trunc(values) - info.min, span) + info.min
        return result

    return low_bits


_CASTS: tuple[tuple[str, int, Function], ...] = (
    ("all zero: nothing that was computed is stored there", COMMON, np.zeros_like),
    ("rounded to whole numbers", COMMON, np.rint),
    ("cut to whole numbers (as a cast to integers does)", COMMON, cut),
    ("rounded down to whole numbers", KNOWN, np.floor),
    ("rounded up to whole numbers", ODD, np.ceil),
    ("rounded to float32", COMMON, lambda v: v.astype(np.float32).astype(np.float64)),
    ("rounded to float16", COMMON, lambda v: v.astype(np.float16).astype(np.float64)),
    ("rounded to bfloat16", KNOWN, _rounded_to(8)),
    ("rounded to TF32", KNOWN, _rounded_to(11)),
    ("cut to bfloat16 (the lower half of a float32 is dropped)", KNOWN, _rounded_to(8, np.trunc)),
    ("cut to 11 significant bits", ODD, _rounded_to(11, np.trunc)),
    ("rounded to one decimal", ODD, lambda v: np.round(v, 1)),
    ("rounded to two decimals", KNOWN, lambda v: np.round(v, 2)),
    ("rounded to three decimals", KNOWN, lambda v: np.round(v, 3)),
    ("rounded to four decimals", KNOWN, lambda v: np.round(v, 4)),
    ("rounded to six decimals", KNOWN, lambda v: np.round(v, 6)),
    ("cast to int8, which wraps around", KNOWN, wrapped("int8")),
    ("cast to uint8, which wraps around", COMMON, wrapped("uint8")),
    ("cast to int16, which wraps around", ODD, wrapped("int16")),
    ("set to zero where they are negative (a ReLU)", COMMON, lambda v: np.maximum(v, 0)),
    ("clipped to the range from 0 to 255", COMMON, lambda v: np.clip(v, 0, 255)),
    ("clipped to 0 to 255 and cut to whole numbers", KNOWN, lambda v: np.trunc(np.clip(v, 0, 255))),
    ("clipped to 0 to 255 and rounded", KNOWN, lambda v: np.rint(np.clip(v, 0, 255))),
    ("clipped to the range from 0 to 1", COMMON, lambda v: np.clip(v, 0, 1)),
    ("clipped to the range from -1 to 1", KNOWN, lambda v: np.clip(v, -1, 1)),
    ("made positive (their absolute values are taken)", COMMON, np.abs),
    ("set to zero where they are positive", ODD, lambda v: np.minimum(v, 0)),
    ("of the opposite sign", COMMON, np.negative),
    ("squared", KNOWN, np.square),
    ("replaced by their signs", ODD, np.sign),
    ("replaced by their square roots", ODD, np.sqrt),
    ("steps: 1 where they are positive, else 0", ODD, lambda v: (v > 0).astype(float)),
    ("passed through a sigmoid", KNOWN, lambda v: 1 / (1 + np.exp(-v))),
    ("passed through tanh", KNOWN, np.tanh),
)


def casts(data: Data) -> Iterator[Hypothesis]:
    """Return what may be done to every number of an array."""
    for words, rank, function in _CASTS:
        yield each(data.slot, f"{data.name} are {words}", function, data.as_it_is, rank)


def nothing(data: Data) -> Iterator[Hypothesis]:
    """Return that nothing is stored: plainer than all else that leaves zeros, so it comes first."""
    words = f"every number of {data.name} is 0: nothing that was computed is stored there"
    yield each(data.slot, words, np.zeros_like, data.as_it_is, COMMON)


def of_both(slot: str, names: str) -> Iterator[Hypothesis]:
    """Return to what both factors of products may be rounded: the slot holds a pair of arrays."""
    for words, rank, function in _CASTS:
        if words.startswith(("rounded", "cut", "cast")):
            yield Hypothesis(
                slot,
                f"{names} are {words}",
                bound(lambda pair, _known, f: (f(pair[0]), f(pair[1])), function),
                f"take {names} as they are, in their own dtype",
                rank,
            )


def small_as_zero(data: Data) -> Iterator[Hypothesis]:
    """Return below which magnitude numbers may be taken for 0."""
    for least in (1e-3, 1e-4, 1e-5, 1e-6, 1e-8):
        words = f"{data.name} are set to 0 where their magnitude is below {least:.0e}"
        yield each(
            data.slot,
            words,
            bound(lambda values, least: np.where(np.abs(values) < least, 0, values), least),
            data.as_it_is,
            KNOWN,
        )


# --- factors ---------------------------------------------------------------------------------

_FACTORS: tuple[tuple[str, float, int], ...] = (
    ("doubled", 2.0, COMMON),
    ("halved", 0.5, COMMON),
    ("multiplied by 3", 3.0, ODD),
    ("divided by 3", 1 / 3, ODD),
    ("divided by 255", 1 / 255, COMMON),
    ("multiplied by 255", 255.0, KNOWN),
    ("divided by 256", 1 / 256, KNOWN),
    ("multiplied by 256", 256.0, ODD),
    ("divided by 10", 0.1, KNOWN),
    ("multiplied by 10", 10.0, ODD),
    ("divided by 100", 0.01, ODD),
    ("multiplied by 100", 100.0, ODD),
)


def factors(
    data: Data, quantities: Mapping[str, Callable[[Mapping[str, Any]], float]]
) -> Iterator[Hypothesis]:
    """Return the factors by which an array may be multiplied: fixed ones, and named quantities.

    ``quantities`` take what is known in the slot.
    """
    for words, factor, rank in _FACTORS:
        yield each(
            data.slot,
            f"{data.name} are {words}",
            bound(lambda value, factor: value * factor, factor),
            data.as_it_is,
            rank,
        )
    for name, quantity in quantities.items():
        yield Hypothesis(
            data.slot,
            f"{data.name} are divided by {name}",
            bound(lambda value, known, q: value / q(known), quantity),
            data.as_it_is,
            COMMON,
        )
        yield Hypothesis(
            data.slot,
            f"{data.name} are multiplied by {name}",
            bound(lambda value, known, q: value * q(known), quantity),
            data.as_it_is,
            KNOWN,
        )
        yield Hypothesis(
            data.slot,
            f"{data.name} are divided by the square root of {name}",
            bound(lambda value, known, q: value / np.sqrt(q(known)), quantity),
            data.as_it_is,
            ODD,
        )


# --- normalisations --------------------------------------------------------------------------


def _by(
    measure: Callable[..., Any], of_nothing: float = 1.0
) -> Callable[[Array, tuple[int, ...]], Array]:
    """Return what divides by a measure; where that is 0, by what is given: most code sees to it."""

    def normalised(value: Array, axes: tuple[int, ...]) -> Array:
        divisor = measure(value, axis=axes, keepdims=True)
        return np.asarray(value / np.where(divisor == 0, of_nothing, divisor))

    return normalised


def _by_what_exceeds_one(measure: Callable[..., Any]) -> Callable[[Array, tuple[int, ...]], Array]:
    return _by(lambda value, **over: np.maximum(measure(value, **over), 1.0))


def _standardised(value: Array, axes: tuple[int, ...]) -> Array:
    mean = value.mean(axis=axes, keepdims=True)
    return np.asarray((value - mean) / value.std(axis=axes, keepdims=True))


def _centred(value: Array, axes: tuple[int, ...]) -> Array:
    return np.asarray(value - value.mean(axis=axes, keepdims=True))


def _stretched(value: Array, axes: tuple[int, ...]) -> Array:
    low, high = value.min(axis=axes, keepdims=True), value.max(axis=axes, keepdims=True)
    return np.asarray((value - low) / (high - low))


def _largest_magnitude(value: Array, **over: Any) -> Any:
    return np.abs(value).max(**over)


def _magnitudes(value: Array, **over: Any) -> Any:
    return np.abs(value).sum(**over)


def _length(value: Array, **over: Any) -> Any:
    return np.sqrt(np.square(value).sum(**over))


_NORMALISATIONS: tuple[tuple[str, int, Callable[[Array, tuple[int, ...]], Array]], ...] = (
    ("divided by their largest", COMMON, _by(np.max)),
    ("divided by their largest absolute value", KNOWN, _by(_largest_magnitude)),
    ("divided by their sum", COMMON, _by(np.sum)),
    ("divided by the sum of their absolute values", KNOWN, _by(_magnitudes)),
    ("divided by their length (the root of the sum of squares)", KNOWN, _by(_length)),
    ("centred: their mean is subtracted", COMMON, _centred),
    ("normalised to mean 0 and standard deviation 1", COMMON, _standardised),
    ("divided by their standard deviation", ODD, _by(np.std)),
    ("divided by their mean", ODD, _by(np.mean)),
    ("divided by their largest", ODD, _by(np.max, 0.0)),
    ("divided by their sum", ODD, _by(np.sum, 0.0)),
    ("divided by their length (the root of the sum of squares)", ODD, _by(_length, 0.0)),
    ("stretched to the range from 0 to 1", KNOWN, _stretched),
)


_ABOVE_ONE = (
    ("divided by their sum where it is more than 1", KNOWN, _by_what_exceeds_one(np.sum)),
    ("divided by their largest where it is more than 1", KNOWN, _by_what_exceeds_one(np.max)),
)

#: Axes by what they are in words.
_Groups = Mapping[str, Sequence[int] | None]


def normalisations(data: Data, groups: _Groups) -> Iterator[Hypothesis]:
    """Return how an array may be normalised: over the axes of each group, named in words."""
    return _normalised(_NORMALISATIONS, data, groups)


def normalisations_above_one(data: Data, groups: _Groups) -> Iterator[Hypothesis]:
    """Return how only what is above 1 may be, so that nothing grows."""
    return _normalised(_ABOVE_ONE, data, groups)


def _normalised(
    kinds: Iterable[tuple[str, int, Callable[[Array, tuple[int, ...]], Array]]],
    data: Data,
    groups: _Groups,
) -> Iterator[Hypothesis]:
    for group, axes in groups.items():
        where = f" ({group})" if group else ""
        for words, rank, function in kinds:
            yield Hypothesis(
                data.slot,
                f"{data.name} are {words}{where}",
                bound(
                    lambda value, _known, f, axes: f(value, axes), function, axes and tuple(axes)
                ),
                data.as_it_is,
                rank,
            )


#: Factors that are nearer to 1 are a matter of precision.
_SAME = 1e-6

# --- measured --------------------------------------------------------------------------------


def measured_line(
    slot: str, name: str, got: Floats, due: Floats, remedy: str | None
) -> Iterator[Hypothesis]:
    """Return a factor, or a constant that is added, where one makes the answer of what is due."""
    if got.shape != due.shape or due.size < 3:
        return
    finite = np.isfinite(got) & np.isfinite(due)
    if finite.sum() < 3:
        return
    got, due = got[finite], due[finite]
    yield from _cut_off(slot, name, got, due, remedy)
    largest = int(np.argmax(np.abs(due)))
    factor = float(got[largest] / due[largest]) if due[largest] else 1.0
    if abs(factor - 1) > _SAME:
        yield _measured(slot, f"{name} are multiplied by {short(factor)}", factor, 0.0, remedy)
    constant = float(np.median(got - due))
    if abs(constant) <= _SAME * abs(due[largest]):
        return
    more = "more" if constant > 0 else "less"
    yield _measured(
        slot, f"{name} are {short(abs(constant))} {more} than is due", 1.0, constant, remedy
    )
    if due.size > 3 and np.ptp(due):
        low, high = int(np.argmin(due)), int(np.argmax(due))
        slope = float((got[high] - got[low]) / (due[high] - due[low]))
        shift = float(got[largest] - slope * due[largest])
        if np.isfinite(slope) and slope:
            sign = "+" if shift >= 0 else "-"
            words = f"{name} are {short(slope)} times what is due {sign} {short(abs(shift))}"
            yield _measured(slot, words, slope, shift, remedy)


def measured_parts(
    slots: tuple[str, str], got: Floats, due: Floats, bias: Floats, remedy: str | None
) -> Iterator[Hypothesis]:
    """Return what one answer shows of the sums alone, and of the bias alone, that is added to them.

    These two have the ``slots``. The bias lies along the last axis.
    """
    if got.shape != due.shape or not np.any(bias):
        return
    of_sums, of_bias = slots
    added = np.broadcast_to(bias, due.shape)
    said = "the sums, without the bias,"
    yield from measured_line(of_sums, said, got - added, due - added, remedy)
    largest = np.unravel_index(int(np.argmax(np.abs(added))), due.shape)
    factor = float((got - (due - added))[largest] / added[largest])
    if np.isfinite(factor) and abs(factor - 1) > _SAME:
        said = f"the bias is multiplied by {short(factor)}"
        yield _measured(of_bias, said, factor, 0.0, remedy)


def _cut_off(
    slot: str, name: str, got: Floats, due: Floats, remedy: str | None
) -> Iterator[Hypothesis]:
    """Return the number beyond which there is nothing, above or below, where several reach it."""
    top, bottom = float(got.max()), float(got.min())
    if top < due.max() and bottom > due.min() and (got == top).any() and (got == bottom).any():
        words = f"{name} are clipped to the range from {short(bottom)} to {short(top)}"
        yield Hypothesis(
            slot, words, lambda v, _k: np.clip(v, bottom, top), remedy, ODD, is_measured=True
        )
    if top < due.max() and (got == top).sum() > 1:
        words = f"{name} are cut off at {short(top)}"
        yield Hypothesis(
            slot, words, lambda v, _k: np.minimum(v, top), remedy, ODD, is_measured=True
        )
    if bottom > due.min() and (got == bottom).sum() > 1:
        words = f"{name} below {short(bottom)} become {short(bottom)}"
        yield Hypothesis(
            slot, words, lambda v, _k: np.maximum(v, bottom), remedy, ODD, is_measured=True
        )


def _measured(
    slot: str, words: str, factor: float, constant: float, remedy: str | None
) -> Hypothesis:
    return Hypothesis(
        slot, words, lambda value, _known: factor * value + constant, remedy, ODD, is_measured=True
    )


def short(number: float) -> str:
    """Return a number in few digits, but so many that it predicts: as 1 / n where it is that."""
    inverse = 1 / number if 1e-6 < abs(number) < 1 else 0.0
    if inverse and abs(inverse) < 1e4 and abs(inverse - round(inverse)) < _EXACT * abs(inverse):
        return f"{'-' if inverse < 0 else ''}1/{abs(round(inverse))}"
    for digits in range(1, 13):
        said = f"{float(f'{number:.{digits}g}'):.12g}"
        if abs(float(said) - number) <= _EXACT * abs(number):
            return said
    return f"{number:.6g}"


#: How near a number that is said is to the one that was measured.
_EXACT = 1e-9
