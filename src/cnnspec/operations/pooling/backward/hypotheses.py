"""What may be done in the slots of a pooling's gradient by mistake."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.pooling.backward.places import last_repeated, of_flat_places, undilated
from cnnspec.operations.pooling.hypotheses import of_divisor, of_windows
from cnnspec.operations.pooling.option_hypotheses import of_options
from cnnspec.simulation import gradients, orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound
from cnnspec.simulation.orders import Axis, Data

Known = Mapping[str, Any]
Combine = Callable[..., Any]

REMEDY = (
    "what comes in for a window goes to its elements on the same map, and is added to what other"
    " windows send there"
)
_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_MAPS = Data("maps", "the input", _AXES, REMEDY, "is")
_GRAD = Data("grad", "the incoming gradient", _AXES, REMEDY, "is")
_NUMBERS = Data("grad", "the numbers of the incoming gradient", _AXES, "use grad as it came")
_RESULT = Data("result", "the result", _AXES, REMEDY, "is")
_RESULTS = Data("result", "the results", _AXES, REMEDY)

_WORD: dict[Combine, str] = {np.max: "largest", np.min: "smallest"}


#: What would give more windows than there are elements of grad.
_MORE = (
    r"^starts: an incomplete window at the end is taken too",
    r"^ceil_mode: windows that are cut off are kept without",
    r"^last start: .*a window is kept that starts in the padding",
    r"^cut: .*there is one window more",
    r"^reaches: .*some reach too far$",
)

#: Numbers beside the maps, which do not matter where none is chosen.
_OF_CHOICE = (r"^border: ",)

#: Whatever is twice as large all over a map has its largest element in the same place.
_TWICE = r"the (first|last) (image|map) of .* counts twice$"


@cache
def hypotheses(combine: Combine) -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_adding(combine),
            () if combine is np.mean else of_flat_places(),
            _of_mean() if combine is np.mean else _of_choice(combine),
            gradients.incoming(_GRAD.slot),
            gradients.without(
                _of_windows(combine), *_MORE, *(_OF_CHOICE if combine is np.mean else ())
            ),
            _of_result(),
            orders.along_axes(_GRAD),
            orders.of_axes(_GRAD),
            orders.along_axes(_RESULT),
            orders.of_axes(_RESULT),
            gradients.without(orders.along_axes(_MAPS), _TWICE) if combine is not np.mean else (),
            _of_numbers(),
        )
    )


# --- adding up -------------------------------------------------------------------------------


def _of_adding(combine: Combine) -> Iterator[Hypothesis]:
    remedy = "where windows overlap, add what each of them sends: +=, not ="

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("added", words, of, remedy, rank)

    yield one("results are stored (=) where they have to be added (+=): of the windows that an"
              " element lies in only the last counts",
              lambda v, k: _stored(v, k, zeros=True))  # fmt: skip
    yield one("results are stored (=) where they have to be added (+=), at the chosen elements: of"
              " overlapping windows only the last counts", _stored)  # fmt: skip
    yield one("of overlapping windows only the first counts",
              lambda v, k: _stored(v, k, first=True))  # fmt: skip
    if combine is not np.mean:
        yield one("the dilation is forgotten where the gradient is put: it goes to elements side by"
                  " side, not to those that the window read", undilated, KNOWN)  # fmt: skip
    yield one("where windows lie side by side, what is behind the last of them gets what its edge"
              " gets: the last row and column are repeated", last_repeated, KNOWN)  # fmt: skip
    yield one("of what overlapping windows send, the largest is kept, not their sum",
              _largest, KNOWN)  # fmt: skip
    yield one("what overlapping windows send is averaged, not added up",
              lambda v, k: v / np.maximum(_sent(v, k, zeros=False), 1), KNOWN)  # fmt: skip
    yield one("what comes of all windows is divided by the number of them that an element lies in",
              lambda v, k: v / np.maximum(_sent(v, k, zeros=True), 1), KNOWN)  # fmt: skip


def _sent(value: Array, known: Known, *, zeros: bool) -> Array:
    """Return how many windows hold each element, or send something there."""
    which = known["on_map"] if zeros else known["is_sent"]
    return np.bincount(known["to"][which], minlength=value.size).reshape(value.shape)


def _stored(value: Array, known: Known, *, zeros: bool = False, first: bool = False) -> Array:
    """Return what is left where windows write one after the other, zeros also, or the first."""
    which = known["on_map"] if zeros else known["is_sent"]
    to, parts = known["to"][which], known["parts"][which]
    found = np.zeros(value.size)
    if first:
        to, parts = to[::-1], parts[::-1]
    found[to] = parts  # of several the last stays
    return found.reshape(value.shape)


def _largest(value: Array, known: Known) -> Array:
    found = np.full(value.size, -np.inf)
    which = known["on_map"]
    np.maximum.at(found, known["to"][which], known["parts"][which])
    return np.where(np.isinf(found), 0.0, found).reshape(value.shape)


# --- of means --------------------------------------------------------------------------------


def _of_mean() -> Iterator[Hypothesis]:
    remedy = "give every element of a window what comes in, over the number of its elements"

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("shares", words, of, remedy, rank)

    yield one("every element of a window gets all that comes in: it is not divided",
              lambda v, _k: np.ones_like(v))  # fmt: skip
    yield one("only the largest element of a window gets what comes in, as of maxima",
              lambda _v, k: first_of(k["patches"] == _most(k["patches"], np.max)))  # fmt: skip
    yield one("only the first element of a window gets its part",
              lambda v, _k: v * _only(v, 0, 0))  # fmt: skip
    yield one("only the first element of a window gets all that comes in",
              lambda v, _k: _only(v, 0, 0) + 0 * v)  # fmt: skip
    yield one("only the last element of a window gets its part",
              lambda v, _k: v * _only(v, -1, -1), KNOWN)  # fmt: skip
    yield one("elements get parts in proportion to their values",
              lambda _v, k: k["patches"] / _most(k["patches"], np.sum), ODD)  # fmt: skip
    yield one("the parts are multiplied by the elements of the maps",
              lambda v, k: v * k["patches"])  # fmt: skip
    for hypothesis in of_divisor():
        words = hypothesis.words.replace("the sum is divided", "what comes in is divided")
        yield replace(hypothesis, words=words, remedy="divide by the number of elements in a window"
                      ", as the forward pass does")  # fmt: skip


def _only(like: Array, row: int, column: int) -> Array:
    found = np.zeros_like(like)
    found[:, :, :, row, column] = 1
    return found


# --- of maxima and minima --------------------------------------------------------------------


def first_of(marked: Array) -> Array:
    """Return 1 for the first element of each window that is marked, and 0 for all others."""
    size = marked.shape[3] * marked.shape[4]
    flat = marked.reshape(*marked.shape[:3], size, -1)
    first: Array = flat & (np.cumsum(flat, axis=3) == 1)
    return np.asarray(first.reshape(marked.shape), np.float64)


def _most(patches: Array, combine: Combine, axes: tuple[int, ...] = (3, 4)) -> Array:
    return np.asarray(combine(patches, axis=axes, keepdims=True))


def _near(patches: Array, combine: Combine, **how: Any) -> Array:
    marked: Array = np.isclose(patches, _most(patches, combine), **how)
    return marked.astype(np.float64)


def _of_choice(combine: Combine) -> Iterator[Hypothesis]:
    """Return which elements may be chosen instead."""
    word = _WORD[combine]
    other = np.min if combine is np.max else np.max
    remedy = f"all that comes in for a window goes to its {word} element, and nothing to others"

    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("shares", words, lambda _v, k: of(k["patches"]), remedy, rank)

    yield one(f"what comes in goes to the {_WORD[other]} element of a window, not to the {word}",
              lambda p: first_of(p == _most(p, other)))  # fmt: skip
    for words, how, rank in (
        ("np.isclose", {}, COMMON),
        ("a tolerance of a thousandth", {"rtol": 1e-3, "atol": 0.0}, KNOWN),
        ("an absolute tolerance of 0.001", {"rtol": 0.0, "atol": 1e-3}, KNOWN),
        ("an absolute tolerance of 0.01", {"rtol": 0.0, "atol": 1e-2}, KNOWN),
        ("an absolute tolerance of 1e-6", {"rtol": 0.0, "atol": 1e-6}, KNOWN),
        ("an absolute tolerance of 1e-8", {"rtol": 0.0, "atol": 1e-8}, KNOWN),
    ):

        def near(p: Array, how: Any = how) -> Array:
            return _near(p, combine, **how)

        yield one(f"elements that are nearly the {word} get the gradient, too: they are compared"
                  f" with {words}", near, rank)  # fmt: skip
        yield one(f"of elements that are nearly the {word} the first gets the gradient: they are"
                  f" compared with {words}",
                  bound(lambda p, near: first_of(near(p) > 0), near), KNOWN)  # fmt: skip
    for words, dtype in (("float32", np.float32), ("float16", np.float16)):

        def narrow(p: Array, dtype: Any = dtype) -> Array:
            return p.astype(dtype).astype(np.float64)

        yield one(f"elements are compared as {words}, in which neighbours are equal",
                  bound(lambda p, n: first_of(n(p) == _most(n(p), combine)), narrow))  # fmt: skip
        yield one(f"elements are compared as {words}, and all get the gradient that are equal"
                  " there", bound(lambda p, n: (n(p) == _most(n(p), combine)) * 1.0, narrow),
                  KNOWN)  # fmt: skip
    yield one("elements are compared by their whole parts",
              lambda p: first_of(np.trunc(p) == _most(np.trunc(p), combine)), KNOWN)  # fmt: skip
    yield one("every element of a window gets all that comes in: nothing is chosen",
              np.ones_like)  # fmt: skip
    yield one("what comes in is spread over all elements of a window, as of means",
              lambda p: np.full(p.shape, 1 / (p.shape[3] * p.shape[4])))  # fmt: skip
    yield one("the first element of a window gets the gradient, whatever stands there",
              lambda p: _only(p, 0, 0))  # fmt: skip
    yield one("the last element of a window gets the gradient, whatever stands there",
              lambda p: _only(p, -1, -1))  # fmt: skip
    yield one("the element of the largest absolute value gets the gradient",
              lambda p: first_of((q := np.abs(np.where(np.isinf(p), 0, p)))
                                 == _most(q, np.max)))  # fmt: skip
    yield one(f"the second {word} element gets the gradient",
              lambda p: _ranked(p, combine, 1), KNOWN)  # fmt: skip
    yield one("the gradient is multiplied by the element that was chosen",
              lambda p: first_of(p == _most(p, combine)) * np.where(np.isinf(p), 0, p))  # fmt: skip
    yield one(f"only {word} elements above 0 get the gradient, as behind a ReLU",
              lambda p: first_of(p == _most(p, combine)) * (p > 0))  # fmt: skip
    yield one("rows and columns of the chosen place in its window are swapped",
              lambda p: _turned(first_of(p == _most(p, combine))))  # fmt: skip
    yield one("the chosen place is counted along the columns of the window, not along the rows",
              lambda p: _counted_down(first_of(p == _most(p, combine))), KNOWN)  # fmt: skip
    yield one("the search starts at 0: windows without an element beyond it hand their gradient to"
              " the first", lambda p: _from_zero(p, combine))  # fmt: skip
    for words, marked in (
        ("the place that is chosen in the first map is used for all maps",
         lambda p: np.repeat(first_of(p == _most(p, combine))[..., :1], p.shape[-1], axis=-1)),
        ("the place that is chosen in the last map is used for all maps",
         lambda p: np.repeat(first_of(p == _most(p, combine))[..., -1:], p.shape[-1], axis=-1)),
        (f"the {word} element is sought over all maps of a window: one map alone gets the gradient",
         lambda p: (p == _most(p, combine, (3, 4, 5))) * 1.0),
        (f"one place is chosen for all maps: where their sum is {word}",
         lambda p: np.repeat(first_of(_summed(p) == _most(_summed(p), combine)), p.shape[-1], -1)),
    ):  # fmt: skip
        yield one(words, marked)
    yield one("one place is chosen for all maps: where the element of any of them is " + word,
              lambda p: np.repeat(first_of((p == _most(p, combine, (3, 4, 5))).any(
                  axis=-1, keepdims=True)), p.shape[-1], -1))  # fmt: skip
    yield one("the place that is chosen in the first image is used for all images of a batch",
              lambda p: np.repeat(first_of(p == _most(p, combine))[:1], len(p), 0))  # fmt: skip
    yield one(f"only windows that hold the {word} element of the whole map hand anything on",
              lambda p: (p == _most(p, combine, (1, 2, 3, 4))) * 1.0, ODD)  # fmt: skip
    parts = {
        "the first row": np.s_[:, :, :, 0],
        "the last row": np.s_[:, :, :, -1],
        "the first column": np.s_[:, :, :, :, 0],
        "the last column": np.s_[:, :, :, :, -1],
    }
    for words, where in parts.items():
        yield one(f"{words} of each window is not looked at",
                  bound(lambda p, w: first_of((q := _without(p, w, combine))
                                            == _most(q, combine)), where))  # fmt: skip


def _without(patches: Array, where: Any, combine: Combine) -> Array:
    found = patches.copy()
    found[where] = -np.inf if combine is np.max else np.inf
    return found


def _summed(patches: Array) -> Array:
    return np.asarray(patches.sum(axis=-1, keepdims=True))


def _flat(patches: Array) -> Array:
    return patches.reshape(*patches.shape[:3], -1, patches.shape[-1])


def _ranked(patches: Array, combine: Combine, rank: int) -> Array:
    flat = _flat(patches)
    order = np.argsort(-flat if combine is np.max else flat, axis=3)
    found = np.zeros(flat.shape)
    place = order[:, :, :, min(rank, flat.shape[3] - 1)][:, :, :, np.newaxis]
    np.put_along_axis(found, place, 1.0, axis=3)
    return found.reshape(patches.shape)


def _turned(marked: Array) -> Array:
    return marked.swapaxes(3, 4) if marked.shape[3] == marked.shape[4] else marked[:, :, :, ::-1]


def _counted_down(marked: Array) -> Array:
    rows, columns = marked.shape[3:5]
    return marked.reshape(*marked.shape[:3], columns, rows, -1).swapaxes(3, 4)


def _from_zero(patches: Array, combine: Combine) -> Array:
    found = first_of(patches == _most(patches, combine))
    lies_beyond = _most(patches, combine) > 0 if combine is np.max else _most(patches, combine) < 0
    return np.where(lies_beyond, found, _only(patches, 0, 0))


# --- windows, and the result -----------------------------------------------------------------


def _of_windows(combine: Combine) -> Iterator[Hypothesis]:
    """Return where windows may lie instead, and what may lie beside the maps."""
    yield from windows.of_starts()
    yield from of_windows()
    for one in of_options(combine):
        yield replace(
            one, words=one.words.replace("the sum is divided", "what comes in is divided")
        )


def _of_result() -> Iterator[Hypothesis]:
    yield from windows.of_edges(_RESULT.slot, REMEDY)

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("result", words, of, "return the gradient, in the shape of maps", rank)

    yield one("the result is multiplied by the elements of the maps", lambda v, k: v * k["images"])
    yield one("the result counts where the element of the maps is positive only",
              lambda v, k: v * (k["images"] > 0))  # fmt: skip
    yield one("the result is added to the maps: the incoming gradient is not alone in it",
              lambda v, k: v + k["images"])  # fmt: skip
    yield one("the maps are updated: the gradient is subtracted from them",
              lambda v, k: k["images"] - v)  # fmt: skip
    yield one("the incoming gradient is returned as it came", lambda _v, k: k["grad"])
    yield one("of the rows and columns that no window covers, nothing is returned: the result is"
              " smaller than the maps", _covered)  # fmt: skip
    yield one("the images of a batch are added up, and each gets the sum",
              lambda v, _k: v.sum(axis=0, keepdims=True) + 0 * v, KNOWN)  # fmt: skip
    yield one("the maps are added up, and each gets the sum",
              lambda v, _k: v.sum(axis=-1, keepdims=True) + 0 * v, KNOWN)  # fmt: skip


def _covered(value: Array, known: Known) -> Array:
    """Return the rows and columns up to where windows side by side end."""
    down, right = known["patches"].shape[1] * known["patches"].shape[3], 0
    right = known["patches"].shape[2] * known["patches"].shape[4]
    return value[:, :down, :right]


_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of elements in a window":
        lambda known: known["patches"].shape[3] * known["patches"].shape[4],
    "the number of rows in a window": lambda known: known["patches"].shape[3],
    "the number of maps": lambda known: known["images"].shape[-1],
    "the number of images": lambda known: len(known["images"]),
    "the number of windows": lambda known: known["patches"].shape[1] * known["patches"].shape[2],
    "the number of elements of a map":
        lambda known: known["images"].shape[1] * known["images"].shape[2],
}  # fmt: skip


def _of_numbers() -> Iterator[Hypothesis]:
    yield from quantities.casts(_NUMBERS)
    yield from quantities.casts(_RESULTS)
    yield from quantities.factors(_RESULTS, _SIZES)
    yield from quantities.normalisations(
        _RESULTS, {"of each map": (1, 2), "": (0, 1, 2, 3), "of each place": (3,)}
    )
