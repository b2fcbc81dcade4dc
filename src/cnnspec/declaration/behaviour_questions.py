"""The kinds of questions about behaviours: what is asked, and the answers that are known."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.declaration.behaviour import (
    DEPENDS,
    DIED,
    NOT_ASKED,
    NOT_OFFERED,
    OTHER,
    TIMED_OUT,
    UNREADABLE,
    Asker,
    Behaviour,
    Returned,
    Settled,
    name_of,
    single_number,
    unanimous,
)

Array = NDArray[Any]
Arguments = Mapping[str, Any]

# --- numbers that are asked with ---------------------------------------------------------------


def counted(*shape: int, dtype: str = "float64") -> Array:
    """Return whole numbers from 1 on."""
    return np.arange(1, np.prod(shape, dtype=int) + 1).reshape(shape).astype(dtype)


def with_number(array: Array, place: tuple[int, ...], value: float) -> Array:
    """Return an array with another number in one place."""
    changed = array.copy()
    changed[place] = value
    return changed


def marks(shape: tuple[int, ...], place: Any) -> Array:
    """Return an array that is true in some places only."""
    return with_number(np.zeros(shape, dtype=bool), place, value=True)


ABOVE_1 = 1 + 2.0**-40  # float32 takes it for 1
SUBNORMAL = np.full((8, 8), 1 << 16, np.uint32).view(np.float32)  # 9e-41
FLOAT16_TERMS = with_number(np.ones((3, 3), np.float16), (0, 0), 2048)  # 2048 + 1 = 2048 in float16

#: What products with infinity and zero are, and sums of bytes.
NAN_PRODUCT, SKIPPED = "NaN", "a number, as if the zero were not there"
WIDE, WRAPS, SATURATES = "in a wider type", "in uint8, and wraps around", "it stops at 255"


def negative_zeros(got: Array, shape: tuple[int, ...]) -> Array:
    """Return where zeros are negative; anything but zeros is another answer."""
    if got.shape != shape or got.dtype.kind != "f" or got.any():
        raise Settled(OTHER)
    return np.signbit(got)


# --- kinds of questions ----------------------------------------------------------------------


def one_of(
    identity: str, arguments: Arguments, answers: Mapping[str, ArrayLike], **how: bool
) -> Behaviour:
    """Ask which of several results a call gives."""

    def ask(asker: Asker) -> str:
        return name_of(asker(arguments, **how), answers)

    return Behaviour(identity, tuple(answers), ask)


def at_element(
    identity: str, arguments: Arguments, place: tuple[int, ...], answers: Mapping[str, float]
) -> Behaviour:
    """Ask what one element of a result is."""

    def ask(asker: Asker) -> str:
        got = asker(arguments)
        inside = got.ndim == len(place) and (np.array(place) < got.shape).all()
        return name_of(got[place], answers) if inside else OTHER

    return Behaviour(identity, tuple(answers), ask)


EMPTY, NOT_EMPTY = "an empty array", "an array with elements"
FORMULAS, NOT_FORMULAS = "an empty array, as the formulas say", "an empty array of another shape"


def of_nothing(
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


def spread_of(identity: str, arguments: Arguments, held: Array) -> Behaviour:
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


def dtype_of_result(identity: str, arguments: Arguments) -> Behaviour:
    """Ask for the dtype of a result."""

    def ask(asker: Asker) -> str:
        name = asker(arguments, as_given=True).dtype.name
        return name if name in DTYPES else OTHER

    return Behaviour(identity, DTYPES, ask)


FULLY, LATE, NARROWED = "yes", "returned as float64, but computed in less", "no, narrowed"


def in_float64(operation: str, arguments: Arguments, expected: ArrayLike) -> Behaviour:
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


def of_subnormals(operation: str, arguments: Arguments, shape: tuple[int, ...]) -> Behaviour:
    """Ask whether a result of subnormal numbers only is kept."""

    def ask(asker: Asker) -> str:
        if not asker.offers_dtype("float32"):
            return NOT_OFFERED
        got = asker(arguments, as_given=True)
        if got.shape != shape:
            return OTHER
        # Bits, because the processor may be set to take such numbers for zero.
        kept = np.array([any(number.tobytes()) for number in got.flat])
        return unanimous(kept, KEPT, FLUSHED)

    return Behaviour(f"{operation}-subnormal", (KEPT, FLUSHED, DEPENDS), ask)


WIDER, IN_FLOAT16 = "in a wider type", "in float16"


def sums_of_float16(
    operation: str, arguments: Arguments, exactly: float, least: float
) -> Behaviour:
    """Ask in which type float16 is summed: in its own, small terms are lost."""

    def ask(asker: Asker) -> str:
        if not asker.offers_dtype("float16"):
            return NOT_OFFERED
        got = single_number(asker(arguments, as_given=True))
        if got == exactly:
            return WIDER
        return IN_FLOAT16 if least <= got < exactly else OTHER

    return Behaviour(f"{operation}-float16-sums", (WIDER, IN_FLOAT16), ask)


SAME_BITS, OTHER_BITS = "the same bits", "other bits"


def _same_bits(first: Array, second: Array) -> bool:
    return (first.shape, first.dtype, first.tobytes()) == (
        second.shape,
        second.dtype,
        second.tobytes(),
    )


def bits_of_fortran(operation: str, arguments: Arguments) -> Behaviour:
    """Ask whether Fortran order gives other bits than C order."""

    def ask(asker: Asker) -> str:
        same = _same_bits(asker(arguments), asker(arguments, layout="fortran"))
        return SAME_BITS if same else OTHER_BITS

    return Behaviour(f"{operation}-fortran-bits", (SAME_BITS, OTHER_BITS), ask)


def bits_of_batch(operation: str, *calls: Arguments) -> Behaviour:
    """Ask whether the parts of a batch give other bits alone."""

    def ask(asker: Asker) -> str:
        same = [_alone_as_together(asker, arguments) for arguments in calls]
        return SAME_BITS if all(same) else OTHER_BITS

    return Behaviour(f"{operation}-batch-bits", (SAME_BITS, OTHER_BITS), ask)


def _alone_as_together(asker: Asker, arguments: Arguments) -> bool:
    name = next(iter(arguments))
    together = asker(arguments)
    alone = [asker({**arguments, name: one}) for one in arguments[name]]
    if together.shape[:1] != (len(alone),):
        raise Settled(OTHER)
    return all(_same_bits(*pair) for pair in zip(together, alone, strict=True))


# --- the object that is returned -------------------------------------------------------------

NUMPY, READ_ONLY = "a NumPy array", "a NumPy array that cannot be written to"
NUMBER, SEQUENCE, FOREIGN = "a number", "a list or tuple", "an object of another library"
C_ORDER, FORTRAN_ORDER, NEITHER = "C order", "Fortran order", "neither"
OWN, SHARED = "in memory of its own", "in the memory of its argument"
REUSED = "in memory that the next call overwrites"


def returned_object(operation: str, arguments: Arguments) -> Behaviour:
    """Ask what kind of object an operation returns."""
    kinds = (NUMPY, READ_ONLY, NUMBER, SEQUENCE, FOREIGN)
    return Behaviour(f"{operation}-object", kinds, partial(_kind, arguments))


def orders_of(operation: str, arguments: Arguments) -> list[Behaviour]:
    """Ask how the array that is returned lies in memory, by how the arguments do."""
    orders = (C_ORDER, FORTRAN_ORDER, NEITHER, FOREIGN)
    return [
        Behaviour(f"{operation}-{identity}", orders, partial(_order, arguments, layout))
        for layout, identity in {"C": "order", "fortran": "order-of-fortran"}.items()
    ]


def _kind(arguments: Arguments, asker: Asker) -> str:
    kinds = {"array": NUMPY, "read-only array": READ_ONLY, "sequence": SEQUENCE, "number": NUMBER}
    looks = asker.result(arguments)[1].looks
    return kinds.get(looks.kind, FOREIGN) if looks.kind else NOT_OFFERED


def _order(arguments: Arguments, layout: str, asker: Asker) -> str:
    looks = asker.result(arguments, layout=layout)[1].looks
    orders = {"C": C_ORDER, "F": FORTRAN_ORDER, "neither": NEITHER}
    return orders.get(looks.order, FOREIGN) if looks.kind else NOT_OFFERED


def memory_of(operation: str, arguments: Arguments) -> Behaviour:
    """Ask where a result lies that may be its argument, unchanged."""
    return Behaviour(f"{operation}-memory", (OWN, SHARED, REUSED), partial(_memory, arguments))


def _memory(arguments: Arguments, asker: Asker) -> str:
    """See whether a result changes with a later one, or with what is written to its argument."""
    name = next(iter(arguments))
    other = {**arguments, name: arguments[name] + 1}
    _, first = asker.result(arguments)
    asker.result(other)
    if _has_changed(first):
        return REUSED
    _, second = asker.result(arguments)
    asker.result(other, in_place=True)
    return SHARED if _has_changed(second) else OWN


def _has_changed(result: Returned) -> bool:
    """Look at a returned object again, which may run code of the implementation."""
    if result.see_again is None:
        raise Settled(NOT_OFFERED)
    try:
        now = result.see_again()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - whatever it raises
        raise Settled(UNREADABLE) from None
    return not np.array_equal(result.value, now, equal_nan=True)


# --- what is raised --------------------------------------------------------------------------

CLEAN = "all refused with ValueError, TypeError or IndexError"
UNCLEAN = "all refused, some with other exceptions"
ACCEPTED = "not all refused"


def refusals(operation: str, *calls: Arguments) -> Behaviour:
    """Ask what is raised for calls that must be refused."""

    def ask(asker: Asker) -> str:
        answers = [asker.bad_call(arguments) for arguments in calls]
        made = [answer for answer in answers if answer != NOT_OFFERED]
        if not made:
            return NOT_OFFERED
        if lost := [answer for answer in made if answer in (TIMED_OUT, DIED, NOT_ASKED)]:
            return lost[0]
        if OTHER in made:
            return ACCEPTED
        return CLEAN if asker.is_clean else UNCLEAN

    return Behaviour(f"{operation}-refusals", (CLEAN, UNCLEAN, ACCEPTED), ask)


# --- functions of each number ------------------------------------------------------------------


def of_elements(operation: str, data: str) -> list[Behaviour]:
    """Ask for the dtypes, the kind and the memory of what is computed of each number by itself."""
    numbers = {data: counted(3, 4, 2)}
    return [
        *(
            dtype_of_result(f"{operation}-dtype-{dtype}", {data: counted(5, dtype=dtype)})
            for dtype in ("float32", "float16", "int64", "uint8")
        ),
        returned_object(operation, numbers),
        *orders_of(operation, numbers),
        of_nothing(f"{operation}-empty", {data: np.zeros((0, 3))}, (0, 3)),
    ]


def signs_of_zeros(identity: str, data: str) -> Behaviour:
    """Ask which sign the result of -0.0 has, where it is 0."""

    def ask(asker: Asker) -> str:
        got = asker({data: np.full(37, -0.0)})
        return unanimous(negative_zeros(got, (37,)), "-0.0", "+0.0")

    return Behaviour(identity, ("+0.0", "-0.0", DEPENDS), ask)


def result_of_nan(identity: str, data: str, others: Mapping[str, float]) -> Behaviour:
    """Ask what becomes of NaN, everywhere in an array: NaN, or one of other numbers."""

    def ask(asker: Asker) -> str:
        got = asker({data: np.full(37, np.nan)})
        if got.shape != (37,):
            return OTHER
        return name_of(got, {"NaN": np.full(37, np.nan)} | _everywhere(others))

    return Behaviour(identity, ("NaN", *others), ask)


def _everywhere(numbers: Mapping[str, float]) -> dict[str, ArrayLike]:
    return {name: np.full(37, number) for name, number in numbers.items()}
