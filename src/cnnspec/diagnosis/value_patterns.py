"""Patterns of values: no numbers, zeros, a constant for each map, wrong in one place only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.symptoms import Found
from cnnspec.diagnosis.difference import ENOUGH, Difference

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Numbers that are added to a result are no rounding if they are not smaller, relative to it.
_TOO_SMALL = 1e-12

#: By how many times what is near a function changes some number before it is said to be one: where
#: rounding is as large as the numbers, everything is near everything.
_CLEARLY = 1e3

#: What is added to whole numbers that wrap in a byte, or in more of them.
_BYTE = 256


def not_numbers(of: Difference) -> Found:
    """Find NaN and infinities where there should be numbers."""
    bad = ~np.isfinite(of.got) & np.isfinite(of.expected)
    if bad.any():
        what = "NaN" if np.isnan(of.got[bad]).all() else "infinite or NaN"
        yield "not finite", f"{int(bad.sum())} of {bad.size} values are {what}", None


def zeros(of: Difference) -> Found:
    """Find zeros in the place of all that is wrong."""
    if of.got.size < ENOUGH:
        return  # of a single value it says nothing
    if not of.got.any():
        yield "all zero", "every value is 0", "store what was computed, and return it"
    elif not of.got[of.wrong].any() and of.wrong.sum() >= ENOUGH:
        yield "zeros", "every wrong value is 0: it was never computed", None


_TRANSFORMS: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (
    ("every value is taken modulo 256", lambda x: np.mod(x, 256)),
    ("the exponential of the right values is given", np.exp),
)


def transformed(of: Difference) -> Found:
    """Find a function of the right values."""
    for said, transform in _TRANSFORMS:
        other = transform(of.expected)
        changes = (np.abs(other - of.expected) > _CLEARLY * of.within).any()
        if changes and of.equals(other) and len(set(of.got.ravel().tolist())) >= ENOUGH:
            yield "transformed", said, None
            return


def offset(of: Difference) -> Found:
    """Find a number of its own that is added to each map."""
    if of.got.ndim == 0 or of.got.size < ENOUGH or not of.symptoms.is_sum:
        return
    offsets = of.got - of.expected
    first = offsets.reshape(-1, offsets.shape[-1])[0]
    if not first.any() or not np.isfinite(first).all() or len(offsets.ravel()) == len(first):
        return
    if not of.equals(of.expected + first) or np.ptp(first) <= of.within.max():
        return
    if not (first % _BYTE).any():  # whole numbers that have wrapped
        return
    if np.abs(first).max() < _TOO_SMALL * np.abs(of.expected).max():
        return
    shown = ", ".join(f"{x:.6g}" for x in first[:4])
    yield "offset", f"a constant is added along the last axis: {shown}", "add the bias once"


def confined(of: Difference) -> Found:
    """Find an axis along which only some indices are wrong."""
    if not of.has_maps and of.got.ndim not in (1, 2):
        return
    names = ["row", "column", "map"] if of.has_maps else ["value"]
    if of.got.ndim == 4 or (of.got.ndim == 2 and not of.has_maps):
        names = ["image" if of.has_maps else "row", *names]
    border = _border(of)
    if border:
        yield "border wrong", border, "check where the loops over the windows start and end"
        return
    for axis in reversed(range(of.got.ndim)):
        others = tuple(other for other in range(of.got.ndim) if other != axis)
        indices = np.flatnonzero(of.wrong.any(axis=others))
        size = of.got.shape[axis]
        if len(indices) < size and (said := _confined_to(names[axis], indices, size)):
            yield "confined", said, None
            return


def _border(of: Difference) -> str:
    """Return which rows and columns at the edge of the maps are wrong, if only they are."""
    if not of.has_maps or min(of.got.shape[-3:-1]) < 3:
        return ""
    flat = np.asarray(of.wrong.reshape(-1, *of.wrong.shape[-3:]).any(axis=(0, 3)))
    edges = {"first row": flat[0], "last row": flat[-1]}
    edges |= {"first column": flat[:, 0], "last column": flat[:, -1]}
    if flat[1:-1, 1:-1].any():
        return ""
    named = [name for name, edge in edges.items() if edge[1:-1].any()]
    verb = "is" if len(named) == 1 else "are"
    return f"only the {' and the '.join(named)} of the maps {verb} wrong" if named else ""


def _confined_to(name: str, indices: NDArray[np.intp], size: int) -> str:
    first, last = int(indices[0]), int(indices[-1])
    if len(indices) == 1:
        return f"only {name} {first} of {size} is wrong"
    if last == size - 1 and len(indices) == last - first + 1:
        return f"only the {name}s from index {first} on are wrong, of {size}"
    if len(indices) == last - first + 1:
        return f"only the {name}s {first} to {last} of {size} are wrong"
    steps = set(np.diff(indices).tolist())
    if len(steps) == 1 and len(indices) >= ENOUGH:
        return f"only every {steps.pop()}th {name} is wrong, from index {first} on"
    return ""
