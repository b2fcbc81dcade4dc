"""Patterns of results that have not the shape of the answer."""

from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.symptoms import SQUARED, Found
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.texts import counted

Array = NDArray[Any]
Floats = NDArray[np.float64]


#: What one index of each axis of a bank of filters is called.
_OF_A_BANK = ("filter", "row", "column", "channel")


def of_shape(got: Floats, expected: Floats, *, is_bank: bool = False) -> Found:
    """Say in what the shape of a result differs, of maps or of a bank of filters."""
    for order in permutations(range(got.ndim)):
        turned = got.transpose(order)
        if turned.shape == expected.shape and np.allclose(turned, expected):
            yield (
                "axes in another order",
                f"the numbers are right, but the axes are in another order:"
                f" numpy.transpose(result, {order}) would be right",
                "return the axes in the order of the specification",
            )
            return
    if got.size == expected.size and np.allclose(got.ravel(), expected.ravel()):
        yield (
            "right numbers in another shape",
            f"the numbers are right and in order, but their shape is {got.shape}"
            f" instead of {expected.shape}",
            "return the shape that is expected",
        )
    elif got.ndim == expected.ndim:
        yield from _cropped(got, expected, is_bank=is_bank)
    else:
        axes = counted(got.ndim, "axis", "axes")
        yield "axes", f"the result has {axes}, expected {expected.ndim}", None


def sized_by_mistake(error: NonconformanceError, got: Array) -> Found:
    """Find maps whose size is that of a mistake of the operation's own."""
    symptoms = OPERATIONS[error.case.operation].symptoms
    is_gray = error.answer is not None and error.answer.high.ndim == 2
    if got.ndim < 3 and not is_gray:
        return
    for name, said, remedy, size in symptoms.mistaken_shapes(error.case.arguments):
        if (got.shape if is_gray else got.shape[-3:-1]) == size:
            yield name, said, remedy
            return


def unless_all_squares(found: list[dict[str, Any]]) -> None:
    """Say nothing of squares where another result of a wrong shape is none: one row less is one."""
    shapes = [failure for failure in found if failure["kind"] == Complaint.SHAPE]
    if not all(any(map(_is_square, failure["patterns"])) for failure in shapes):
        for failure in shapes:
            failure["patterns"] = [one for one in failure["patterns"] if not _is_square(one)]


def _is_square(pattern: dict[str, Any]) -> bool:
    return bool(pattern["pattern"] == SQUARED)


def _cropped(got: Floats, expected: Floats, *, is_bank: bool) -> Found:
    """Say by how much the result is too small or too large, and whether it is right inside."""
    common = tuple(slice(0, min(pair)) for pair in zip(got.shape, expected.shape, strict=True))
    agrees = bool(np.allclose(got[common], expected[common])) and got[common].size
    names = _OF_A_BANK if is_bank and got.ndim in (3, 4) else _axis_names(got.ndim)
    said = ", ".join(
        f"{counted(abs(is_ - should), names[axis])} too {'many' if is_ > should else 'few'}"
        for axis, (is_, should) in enumerate(zip(got.shape, expected.shape, strict=True))
        if is_ != should
    )
    right = "; what is common to both is right" if agrees else ""
    verb = "is" if said.startswith("1 ") else "are"
    yield "wrong size", f"there {verb} {said}{right}", "check the formula of the output size"


def _axis_names(axes: int) -> list[str]:
    """Return what one index of each axis is called."""
    if axes < 3:
        return ["row", "column"][-axes:]
    return [*(["image"] * (axes - 3)), "row", "column", "map"]
