"""Functions that give each answer to the questions about gradients of softmax and of the losses."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec import reference
from cnnspec.operations.registry import OPERATIONS

Function = Callable[..., Any]
Answer = tuple[str, str, Function]


class _Foreign:
    """An array of another library."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values


def _given(*values: float) -> Function:
    return lambda *_arguments: np.array(values)


def _raising(error: type[BaseException]) -> Function:
    def function(*_arguments: Any) -> Any:
        raise error("because")

    return function


def _read_only(values: Any) -> Any:
    values.flags.writeable = False
    return values


def _of_all() -> Iterator[Answer]:
    """Yield what is asked of each of them alike."""
    for room in ("softmax", "log_softmax", "cross_entropy", "softmax_cross_entropy"):
        name = f"{room}_backward"
        right = getattr(reference, name)

        def through(change: Function, right: Function = right) -> Function:
            return lambda *arguments: change(right(*arguments))

        yield f"{name}-float64", "yes", right
        late = through(lambda found: found.astype("float32").astype("float64"))
        yield f"{name}-float64", "returned as float64, but computed in less", late
        yield f"{name}-float64", "no, narrowed", through(lambda found: found.astype("float32"))
        yield f"{name}-object", "a NumPy array", right
        yield f"{name}-object", "a NumPy array that cannot be written to", through(_read_only)
        yield f"{name}-object", "a number", lambda *_arguments: 1.5
        yield f"{name}-object", "a list or tuple", through(lambda found: found.tolist())
        yield f"{name}-object", "an object of another library", through(_Foreign)
        if room != "cross_entropy":
            yield f"{name}-no-rows", "an empty array, as the formulas say", right
            yield f"{name}-no-rows", "an empty array of another shape", _given()
            yield f"{name}-no-rows", "an array with elements", _given(1.0)
        if OPERATIONS[name].labels:
            clean = "all refused with ValueError, TypeError or IndexError"
            yield f"{name}-refusals", clean, right
            unclean = "all refused, some with other exceptions"
            yield f"{name}-refusals", unclean, _raising(ZeroDivisionError)
            yield f"{name}-refusals", "not all refused", _given(0, 0, 0)


def _of_incoming() -> Iterator[Answer]:
    for name in ("softmax_backward", "log_softmax_backward"):
        right = getattr(reference, name)
        for identity in ("infinity", "minus-infinity", "nan-comes-in"):
            yield f"{name}-{identity}", "NaN everywhere", right
        yield f"{name}-minus-infinity", "zeros", _given(0, 0, 0)
        there = "NaN there, zeros elsewhere"
        yield f"{name}-nan-comes-in", there, _given(0, np.nan, 0)
    yield "softmax_backward-infinity", "zeros", _given(0, 0, 0)
    words = "what comes in, less all of it at infinity"
    yield "log_softmax_backward-infinity", words, _given(1, 1, -2)


def _at(label: int) -> Function:
    """Return the gradients of the loss of one label, whatever the label is."""
    return lambda p, _label: reference.cross_entropy_backward(p, label)


def _of_probabilities() -> Iterator[Answer]:
    name = "cross_entropy_backward"
    right = reference.cross_entropy_backward
    nothing = "0: the probability is clipped, and nothing changes with it"
    largest = np.finfo(np.float64).max
    for words, value in {
        "minus infinity": -np.inf,
        "NaN": np.nan,
        nothing: 0.0,
        "the largest number": -largest,
        "a finite number: the probability is clipped, or something is added to it": -1e7,
    }.items():
        yield f"{name}-zero", words, _given(0, value, 0)
    yield f"{name}-zero-elsewhere", "0", right
    yield f"{name}-zero-elsewhere", "NaN", _given(-2, np.nan, 0)
    yield f"{name}-improbable", "-1 / p, which is right", right
    yield f"{name}-improbable", nothing, _given(0, 0, 0)
    for floor in (7, 12, 15):
        words = f"the probability is clipped at 1e-{floor}"
        yield f"{name}-improbable", words, _given(0, -(10.0**floor), 0)
    yield f"{name}-improbable", "1e-8 is added to the probability", _given(0, -1e8, 0)
    yield from _of_labels(name, _at)
    yield f"{name}-label-minus-1", "zeros", _given(0, 0, 0)


def _of_logits_at(label: int) -> Function:
    return lambda x, _label: reference.softmax_cross_entropy_backward(x, label)


def _of_labels(name: str, at: Callable[[int], Function]) -> Iterator[Answer]:
    yield f"{name}-label-minus-1", "counted from the end", at(2)
    yield f"{name}-label-true", "taken for label 1", at(1)
    yield f"{name}-label-true", "taken for label 0", at(0)
    yield f"{name}-label-float", "taken for label 1", at(1)
    yield f"{name}-label-fraction", "rounded down", at(1)
    yield f"{name}-label-fraction", "rounded up", at(2)


def _of_logits() -> Iterator[Answer]:
    name = "softmax_cross_entropy_backward"
    right = reference.softmax_cross_entropy_backward
    yield f"{name}-batch", "of the sum, or of each row's loss: not divided", right
    mean = "of the mean: divided by the rows"
    yield f"{name}-batch", mean, lambda x, label: right(x, label) / len(x)
    for where in ("infinity-elsewhere", "minus-infinity-everywhere"):
        yield f"{name}-{where}", "NaN everywhere", right
    yield f"{name}-infinity-elsewhere", "as if it were certain", _given(-1, 1, 0)
    there = "minus-infinity-at-the-label"
    yield f"{name}-{there}", "probabilities, less 1 at the label", right
    yield f"{name}-{there}", "NaN everywhere", _given(np.nan, np.nan, np.nan)
    yield from _of_labels(name, _of_logits_at)
    forgotten = lambda x, _label: reference.softmax(x)  # noqa: E731 - one of many
    yield f"{name}-label-minus-1", "probabilities", forgotten
    for kind in ("one-hot", "as-floats"):
        yield f"{name}-label-{kind}", "taken for the class that is 1", _of_logits_at(1)


ANSWERS: list[Answer] = [*_of_all(), *_of_incoming(), *_of_probabilities(), *_of_logits()]
