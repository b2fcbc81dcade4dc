"""Asking an implementation: a call, and which of the known answers came of it.

The kinds of questions from which behaviours.py makes its list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnspec.declaration.case import Case, cast
from cnnspec.operations.registry import OPERATIONS, POOLINGS
from cnnspec.subject.boundary import NOT_CALLED
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Died, NotOffered, Rejected, Result, TimedOut

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: What may come of any call, whatever the question.
REFUSED = "refused"
NOT_OFFERED = "not offered"
TIMED_OUT = "no answer in time"
DIED = "the process died"
NOT_ASKED = "not asked, because earlier calls did not return"
UNREADABLE = "nothing that can be read as numbers"
OTHER = "something else"
ALWAYS_POSSIBLE = (REFUSED, NOT_OFFERED, TIMED_OUT, DIED, NOT_ASKED, UNREADABLE, OTHER)

#: How far a number may lie from one of the known answers, which are far from each other.
CLOSE = 1e-3


class Settled(Exception):  # noqa: N818 - a signal from a call to its question
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
            raise Settled(NOT_OFFERED)
        fitted, restore = self.capabilities.fit(case)
        result = self._outcome(fitted, **handing_over)
        if result.problem:
            raise Settled(UNREADABLE)
        return restore(result.value), result

    def bad_call(self, arguments: Arguments) -> str:
        """Return what comes of a call that should be refused, in the axes that it has."""
        case = Case("behaviour", self.operation, self._cast(arguments))
        if self.capabilities.lacks_keyword(case):
            return NOT_OFFERED
        try:
            self._outcome(case.arguments)
        except Settled as settled:
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
            self.operation, arguments, should_refuse=True, once=True, **handing_over
        )
        match outcome:
            case Rejected(exception, _, is_clean):
                self.raised.add(exception)
                self.is_clean = self.is_clean and is_clean
                raise Settled(REFUSED)
            case NotOffered():
                raise Settled(NOT_OFFERED)
            case TimedOut(reason):
                raise Settled(NOT_ASKED if reason.startswith(NOT_CALLED) else TIMED_OUT)
            case Died(reason):
                raise Settled(NOT_ASKED if reason.startswith(NOT_CALLED) else DIED)
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


# --- reading answers -------------------------------------------------------------------------


def is_near(got: Array, expected: ArrayLike) -> bool:
    """Return whether a result is the expected one: shape, numbers, infinities and NaN."""
    wanted = np.asarray(expected)
    return got.shape == wanted.shape and np.allclose(
        got, wanted, rtol=CLOSE, atol=CLOSE, equal_nan=True
    )


def name_of(got: Array, answers: Mapping[str, ArrayLike]) -> str:
    """Return the name of the answer that a result is."""
    return next((name for name, wanted in answers.items() if is_near(got, wanted)), OTHER)


def single_number(got: Array) -> float:
    """Return the one number of a result."""
    if got.size != 1:
        raise Settled(OTHER)
    return float(got.reshape(()))


def _same_bits(first: Array, second: Array) -> bool:
    return (first.shape, first.dtype, first.tobytes()) == (
        second.shape,
        second.dtype,
        second.tobytes(),
    )


DEPENDS = "it depends on the position"


def unanimous(marks: Array, everywhere: str, nowhere: str) -> str:
    """Return which of two answers all elements agree on."""
    if marks.all():
        return everywhere
    return DEPENDS if marks.any() else nowhere


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
    name = OPERATIONS[asker.operation].required[0]
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


def returned_object(operation: str, arguments: Arguments) -> list[Behaviour]:
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
