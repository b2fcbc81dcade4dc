"""What may be done by mistake in any gradient: with the incoming one, and over examples."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

#: Shares of the parameters that a decay of weights adds to their gradient.
DECAYS = (0.01, 0.001, 0.1, 0.0005, 0.0001)


def _first(grad: Array) -> Array:
    kept = np.zeros(grad.size)
    places = np.flatnonzero(grad)[:1]
    kept[places] = grad.ravel()[places]
    return kept.reshape(grad.shape)


def _length(grad: Array) -> float:
    return float(np.sqrt(np.sum(np.square(grad))))


#: Lengths to which gradients are shortened, and how readily each is told; others are measured.
_LENGTHS = {1: KNOWN, 5: KNOWN, 10: ODD}

_CLIPPED = (
    "{name} is clipped by its norm: where that is more than {most}, it is shortened to {most}"
)


def _of_length(grad: Array, most: float) -> Array:
    length = _length(grad)
    return grad * (most / length) if length > most else grad


#: What is done to the incoming gradient, after its name.
_INCOMING: tuple[tuple[str, int, Callable[[Array], Any]], ...] = (
    ("is dropped: it is taken for 1", COMMON, np.ones_like),
    ("is taken for its sign", KNOWN, np.sign),
    ("is squared", ODD, np.square),
    ("counts where it is positive only", KNOWN, lambda grad: np.maximum(grad, 0)),
    ("is clipped to [-1, 1]", KNOWN, lambda grad: np.clip(grad, -1, 1)),
    ("is clipped to [-5, 5]", ODD, lambda grad: np.clip(grad, -5, 5)),
    *(
        (_CLIPPED.format(name="", most=most).strip(), rank, bound(_of_length, float(most)))
        for most, rank in _LENGTHS.items()
    ),
    ("is taken for its absolute value", ODD, np.abs),
    ("counts at its largest number only", ODD, lambda grad: grad * (grad == grad.max())),
    ("counts at its first number that is not 0 only", KNOWN, _first),
)


def incoming(slot: str, name: str = "the incoming gradient") -> Iterator[Hypothesis]:
    """Return what may be done to the incoming gradient before it is used."""
    remedy = "multiply by the incoming gradient, number by number as it came"
    for words, rank, function in _INCOMING:
        yield _of(slot, f"{name} {words}", function, remedy, rank)


def over_examples(slot: str, name: str, count: str = "examples") -> Iterator[Hypothesis]:
    """Return what may be done where the parts of N examples, on the first axis, are summed.

    The slot holds those parts; its array is summed over the first axis afterwards.
    """
    remedy = f"add the gradients of all {count}: divide by their number in the loss, if at all"

    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return _of(slot, f"{name} {words}", of, remedy, rank)

    yield one(f"is averaged over the {count}, not summed", lambda parts: parts / len(parts))
    yield one(f"is divided twice by the number of {count}", lambda parts: parts / len(parts) ** 2)
    yield one(f"is multiplied by the number of {count}", lambda parts: parts * len(parts), KNOWN)
    yield one(f"is of the last of the {count} only: it is stored, not added", lambda p: p[-1:])
    yield one(f"is of the first of the {count} only", lambda parts: parts[:1])
    yield one(f"lacks the last of the {count}", lambda parts: parts[:-1])
    yield one(f"lacks the first of the {count}", lambda parts: parts[1:])


def measured_length(
    slot: str, grad: Any, got: Array, due: Array, remedy: str | None
) -> Iterator[Hypothesis]:
    """Return to what length, that one answer shows, a gradient is shortened where it is longer.

    It may be the gradient that comes in, or the one in ``slot``, which is returned.
    """
    if got.shape != due.shape or not np.isfinite(due).all() or not np.any(due):
        return
    largest = np.unravel_index(int(np.argmax(np.abs(due))), due.shape)
    share = float(got[largest] / due[largest])
    if not 0 < share < 1 or not np.allclose(got, share * due, rtol=1e-7, atol=1e-12):
        return
    for place, name, values in (("grad", "the incoming gradient", grad), (slot, "the result", due)):
        most = float(f"{share * _length(np.asarray(values, np.float64)):.7g}")
        if place == slot or most not in _LENGTHS:
            change = bound(lambda value, _known, most: _of_length(value, most), most)
            yield Hypothesis(
                place, _CLIPPED.format(name=name, most=f"{most:.7g}"), change, remedy, ODD, True
            )


def without(found: Iterable[Hypothesis], *patterns: str) -> Iterator[Hypothesis]:
    """Leave out what changes no number of a gradient: patterns of "slot: words"."""
    for one in found:
        said = f"{one.slot}: {one.words}"
        if not any(re.search(pattern, said) for pattern in patterns):
            yield one


def in_another_order(all_of_them: str) -> str:
    """Return the pattern of what leaves a sum over some axes as it is: it has no order.

    ``all_of_them`` are those axes' names in the plural, as a pattern: "rows|columns".
    """
    one = all_of_them.replace("s|", "|").removesuffix("s")
    return (
        rf"^grad: (the ({all_of_them}) of .* (are in reverse order|in the order of their sizes"
        rf"|are averaged, and each holds the mean)$|neighbouring ({all_of_them}) of "
        rf"|each ({one}) .* and the (last from the first|first from the last)$)"
    )


#: What leaves a sum over rows and columns as it is, among the orders of all axes.
ROWS_FOR_COLUMNS = r"^grad: (rows and columns of .* swapped$|.*\(images, columns, rows, maps\))"

#: What is said otherwise of a sum over rows and columns: over which axes it is taken.
MAPS_FOR_OTHERS = r"^grad: (rows|columns) and maps of .* swapped$"


def _of(
    slot: str, words: str, function: Callable[[Array], Any], remedy: str | None, rank: int
) -> Hypothesis:
    return Hypothesis(slot, words, lambda value, _known: function(value), remedy, rank)
