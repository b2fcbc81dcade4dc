"""Orders: which index of an axis, or which axis, is read instead of the one that is due."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Hypothesis, bound

Array = NDArray[Any]

#: Blocks of so many numbers are what vectors and tiles hold.
BLOCKS = (2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Axis:
    """One axis of an array: what one index of it is called, and all of them.

    ``of`` is what they are those of, where that is not the array: the images of the batch.
    """

    one: str
    all: str
    of: str = ""


@dataclass(frozen=True)
class Data:
    """The array in a slot: its name with an article, its axes, and what is due of it.

    ``verb`` follows the name: "is" or "are".
    """

    slot: str
    name: str
    axes: tuple[Axis, ...]
    remedy: str | None = None
    verb: str = "are"

    @property
    def as_it_is(self) -> str:
        """What is due where its numbers are changed."""
        return f"take {self.name} as {'it is' if self.verb == 'is' else 'they are'}"


def squeezed(slot: str, remedy: str) -> Iterator[Hypothesis]:
    """Return that axes of one index are lost."""
    yield Hypothesis(
        slot,
        "all axes of one index are taken away (squeezed), that of a single image or map too",
        lambda value, _known: np.squeeze(value),
        remedy,
        COMMON,
    )


def along_axes(data: Data) -> Iterator[Hypothesis]:
    """Return what may be wrong along each axis of an array."""
    for number, axis in enumerate(data.axes):
        for words, rank, change in _along(axis, axis.of or data.name):
            yield Hypothesis(data.slot, words, _on_axis(change, number), data.remedy, rank)


def _on_axis(
    change: Callable[[Array], Array | None], axis: int
) -> Callable[[Any, Mapping[str, Any]], Any]:
    def changed(value: Array, _known: Mapping[str, Any]) -> Array:
        lines = np.moveaxis(value, axis, 0)
        if not len(lines):
            return value
        return np.moveaxis(np.asarray(change(lines)), 0, axis)

    return changed


def _along(axis: Axis, name: str) -> Iterator[tuple[str, int, Callable[[Array], Array]]]:
    """Return the words, the rank, and the function of each mistake, on lines of the first axis."""
    one, every = axis.one, axis.all
    yield f"the {every} of {name} are in reverse order", COMMON, lambda lines: lines[::-1]
    yield f"only the first {one} of {name} is used, for all of them", COMMON, _only(0)
    yield f"only the last {one} of {name} is used, for all of them", KNOWN, _only(-1)
    yield f"the last {one} of {name} is left at zero", COMMON, _zero(slice(-1, None))
    yield f"the first {one} of {name} is left at zero", COMMON, _zero(slice(0, 1))
    yield (
        f"only the first {one} of {name} counts, the others are zero",
        COMMON,
        _zero(slice(1, None)),
    )
    yield f"only the last {one} of {name} counts, the others are zero", KNOWN, _zero(slice(0, -1))
    yield f"the last {one} of {name} counts twice", KNOWN, _twice(-1)
    yield f"the first {one} of {name} counts twice", KNOWN, _twice(0)
    yield (
        f"the first and the last {one} of {name} are left at zero",
        KNOWN,
        lambda lines: _zero(slice(0, 1))(_zero(slice(-1, None))(lines)),
    )
    yield f"the last two {every} of {name} are left at zero", ODD, _zero(slice(-2, None))
    yield (
        f"each {one} of {name} is taken from the one after it, and the last from the first",
        KNOWN,
        lambda lines: np.roll(lines, -1, axis=0),
    )
    yield (
        f"each {one} of {name} is taken from the one before it, and the first from the last",
        KNOWN,
        lambda lines: np.roll(lines, 1, axis=0),
    )
    yield (
        f"each {one} of {name} is taken from the one after it, and the last twice",
        KNOWN,
        lambda lines: lines[np.minimum(np.arange(len(lines)) + 1, len(lines) - 1)],
    )
    yield (
        f"each {one} of {name} is taken from the one before it, and the first twice",
        KNOWN,
        lambda lines: lines[np.maximum(np.arange(len(lines)) - 1, 0)],
    )
    yield (
        f"each {one} of {name} is taken from the one after it, and the last is zero",
        KNOWN,
        lambda lines: _zero(slice(-1, None))(np.roll(lines, -1, axis=0)),
    )
    yield (
        f"each {one} of {name} is taken from the one before it, and the first is zero",
        KNOWN,
        lambda lines: _zero(slice(0, 1))(np.roll(lines, 1, axis=0)),
    )
    yield (
        f"the last {one} of {name} repeats the one before it",
        KNOWN,
        lambda lines: lines[np.minimum(np.arange(len(lines)), len(lines) - 2)],
    )
    yield f"the {every} of {name} are summed, and each holds the sum", KNOWN, _all_hold(np.sum)
    yield f"the {every} of {name} are averaged, and each holds the mean", KNOWN, _all_hold(np.mean)
    yield (
        f"the {every} of {name} are added up: each holds the sum of those before it too",
        COMMON,
        lambda lines: np.cumsum(lines, axis=0),
    )
    yield (
        f"each {one} of {name} holds the sum of it and the one before it",
        ODD,
        lambda lines: lines + _zero(slice(0, 1))(np.roll(lines, 1, axis=0)),
    )
    yield (
        f"the {every} of {name} are in the order of their sizes",
        ODD,
        lambda lines: np.sort(lines, axis=0),
    )
    yield f"neighbouring {every} of {name} are swapped", ODD, _swapped_pairs
    yield (
        f"only the even {every} of {name} are used, each of them twice",
        ODD,
        lambda lines: lines[np.arange(len(lines)) // 2 * 2],
    )
    yield f"every second {one} of {name} is zero", ODD, _every_second_zero
    yield (
        f"the first half of the {every} of {name} is used twice",
        ODD,
        lambda lines: lines[np.arange(len(lines)) % max(1, (len(lines) + 1) // 2)],
    )
    for block in BLOCKS:
        yield (
            f"the {every} of {name} beyond the last full block of {block} are zero:"
            " the remainder is left out",
            KNOWN,
            _without_tail(block),
        )
        yield (
            f"the {every} of {name} are those of the first {block}, over and over",
            ODD,
            bound(lambda lines, block: lines[np.arange(len(lines)) % block], block),
        )
    for many in (2, 3, 4, 8, 16, 32, 64, 128):
        yield f"only the first {many} {every} of {name} are used", KNOWN, _zero(slice(many, None))


def _only(index: int) -> Callable[[Array], Array]:
    return lambda lines: np.broadcast_to(lines[index], lines.shape)


def _zero(where: slice) -> Callable[[Array], Array]:
    def changed(lines: Array) -> Array:
        lines = np.array(lines)
        lines[where] = 0
        return lines

    return changed


def _twice(index: int) -> Callable[[Array], Array]:
    def changed(lines: Array) -> Array:
        lines = np.array(lines)
        lines[index] *= 2
        return lines

    return changed


def _all_hold(reduce: Callable[..., Any]) -> Callable[[Array], Array]:
    return lambda lines: np.broadcast_to(reduce(lines, axis=0), lines.shape)


def _swapped_pairs(lines: Array) -> Array:
    index: Array = np.minimum(np.arange(len(lines)) ^ 1, len(lines) - 1)
    return lines[index]


def _every_second_zero(lines: Array) -> Array:
    lines = np.array(lines)
    lines[1::2] = 0
    return lines


def _without_tail(block: int) -> Callable[[Array], Array]:
    return lambda lines: _zero(slice(len(lines) // block * block, None))(lines)


def of_axes(data: Data, of: Sequence[int] = ()) -> Iterator[Hypothesis]:
    """Return what may be wrong with the order of some axes of an array, or of all.

    Transposed, so that the numbers stand in another shape; read as if they were transposed, in
    the shape that is due; and turned.
    """
    of = tuple(of) or tuple(range(len(data.axes)))
    for order in permutations(of):
        if order == of:
            continue
        whole = list(range(len(data.axes)))
        for place, source in zip(of, order, strict=True):
            whole[place] = source
        moved = [(a, b) for a, b in zip(of, order, strict=True) if a != b]
        names = [data.axes[axis].all for axis, _ in moved]
        rank = COMMON if len(moved) == 2 else KNOWN
        swapped = f"{_listed(names)} of {data.name}"
        verb = "swapped" if len(moved) == 2 else f"in the order {_order_words(data, order)}"
        yield Hypothesis(
            data.slot, f"{swapped} are {verb}", _transposed(tuple(whole)), data.remedy, rank
        )
        yield Hypothesis(
            data.slot,
            f"{data.name} {data.verb} read in the wrong order of axes: the numbers lie in memory by"
            f" ({_order_words(data, tuple(whole))}), and are only reshaped, not transposed",
            _laid_out(tuple(whole)),
            data.remedy,
            KNOWN,
        )
        yield Hypothesis(
            data.slot,
            f"{swapped} are exchanged in a reshape: the numbers stay in their order, and the shape"
            f" is ({_order_words(data, tuple(whole))})",
            bound(
                lambda value, _known, order: value.reshape([value.shape[a] for a in order]),
                tuple(whole),
            ),
            data.remedy,
            rank,
        )
        yield Hypothesis(
            data.slot,
            f"{data.name} {data.verb} reshaped to ({_order_words(data, tuple(whole))}) instead of"
            " transposed",
            _reshaped(tuple(whole)),
            data.remedy,
            KNOWN,
        )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _order_words(data: Data, order: Sequence[int]) -> str:
    return ", ".join(data.axes[axis].all for axis in order)


def _transposed(order: tuple[int, ...]) -> Callable[[Any, Mapping[str, Any]], Any]:
    return lambda value, _known: value.transpose(order)


def _laid_out(order: tuple[int, ...]) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return what reshaping to the due shape makes of numbers laid out in another order."""
    return lambda value, _known: value.transpose(order).reshape(value.shape)


def _reshaped(order: tuple[int, ...]) -> Callable[[Any, Mapping[str, Any]], Any]:
    """Return numbers reshaped to the shape of another order, and read in that order."""
    back = tuple(np.argsort(order))

    def changed(value: Array, _known: Mapping[str, Any]) -> Array:
        return value.reshape([value.shape[axis] for axis in order]).transpose(back)

    return changed


# --- arrays of any number of axes ------------------------------------------------------------


def along_flat(data: Data, instead_of_zero: str = "") -> Iterator[Hypothesis]:
    """Return what may be wrong along all numbers of an array, counted in C order.

    ``instead_of_zero`` is what stands there where nothing is done: something known in the slot.
    """
    axis = Axis("number", "numbers")
    if not instead_of_zero:
        for words, rank, change in _along(axis, data.name):
            yield Hypothesis(data.slot, words, _flat(change), data.remedy, rank)
        return
    for words, kept in _PARTS:
        yield Hypothesis(
            data.slot,
            f"only {words} are changed, the others stay as they are",
            bound(lambda value, known, kept: _mixed(value, known[instead_of_zero], kept), kept),
            data.remedy,
            KNOWN,
        )


def _tail(block: int) -> Callable[[int], slice]:
    return lambda size: slice(0, size // block * block)


#: Parts of all numbers, in words.
_PARTS: tuple[tuple[str, Callable[[int], Any]], ...] = (
    ("all numbers but the last", lambda size: slice(0, size - 1)),
    ("all numbers but the first", lambda size: slice(1, size)),
    ("the even ones of the numbers", lambda _size: slice(0, None, 2)),
    *((f"the numbers in full blocks of {block}", _tail(block)) for block in BLOCKS),
    *((f"the first {many} numbers", lambda _size, m=many: slice(0, m))
      for many in (1, 2, 4, 8, 16, 32, 64, 100, 128, 256, 512, 1000, 1024)),
)  # fmt: skip


def _mixed(value: Array, other: Array, kept: Callable[[int], Any]) -> Array:
    result = np.array(other).ravel()
    where = kept(result.size)
    result[where] = value.ravel()[where]
    return result.reshape(value.shape)


def _flat(change: Callable[[Array], Array]) -> Callable[[Any, Mapping[str, Any]], Any]:
    def changed(value: Array, _known: Mapping[str, Any]) -> Array:
        if not value.size:
            return value
        return np.asarray(change(value.ravel())).reshape(value.shape)

    return changed


#: The last axes of an array by their names.
_LAST = ((-1, "of the last axis"), (0, "of the first axis"), (-2, "of the last axis but one"))


def along_last_axes(data: Data) -> Iterator[Hypothesis]:
    """Return what may be wrong along some axes of an array that may have any number of them."""
    for axis, where in _LAST:
        for words, rank, change in _along(Axis(f"index {where}", f"indices {where}"), data.name):
            yield Hypothesis(
                data.slot, words, _on_some_axis(change, axis), data.remedy, max(rank, 1)
            )


def _on_some_axis(
    change: Callable[[Array], Array], axis: int
) -> Callable[[Any, Mapping[str, Any]], Any]:
    along = _on_axis(change, axis)
    least = 2 if axis != -1 else 1

    def changed(value: Array, known: Mapping[str, Any]) -> Array:
        return np.asarray(along(value, known)) if value.ndim >= least else value

    return changed
