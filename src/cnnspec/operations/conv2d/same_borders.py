"""Which zeros around an image give a map: how "same" with a stride is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.exact.windows import same_margins
from cnnspec.operations.conv2d.geometry import geometry

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Border:
    """Zeros before the rows and the columns, and the totals on each axis that do no more.

    ``totals`` are the least and the largest number of zeros on both sides together.
    """

    before: Pair
    totals: tuple[Pair, Pair]


class Borders:
    """What was seen of the zeros on each axis, by its size, and its filter, stride and dilation."""

    def __init__(self) -> None:
        self.complaint = ""
        self._seen: dict[tuple[int, ...], set[int]] = {}

    def of(self, case: Case, got: Array, answer: Callable[[Case], Answer]) -> list[Border]:
        """Return the zeros around an image that give a map.

        ``answer`` is the exact one of a case that is padded by numbers.
        """
        found, where = [], geometry(case.arguments)
        if got.ndim < 3:
            return []
        counts = got.shape[-3:-1]
        axes = [
            [*_possible(*one)]
            for one in zip(where.lengths, where.reaches, where.strides, counts, strict=True)
        ]
        for (above, of_rows), (left, of_columns) in product(*axes):
            least = ((above, of_rows[0] - above), (left, of_columns[0] - left))
            padded = replace(
                case, id=f"{case.id}-{least}", arguments={**case.arguments, "padding": least}
            )
            due = answer(padded).for_result(got.dtype)
            if due.high.shape == got.shape and bool((errors_of(got, due) <= due.allowed).all()):
                found.append(Border((above, left), (of_rows, of_columns)))
        return found

    def agrees(self, case: Case, borders: list[Border]) -> bool:
        """Return whether the zeros on each axis are as many as where it was the same before."""
        where = geometry(case.arguments)
        for axis, name in enumerate(("rows", "columns")):
            key = (
                where.lengths[axis],
                where.sides[axis],
                where.strides[axis],
                where.dilations[axis],
            )
            possible = {
                total
                for border in borders
                for total in range(border.totals[axis][0], border.totals[axis][1] + 1)
            }
            kept = self._seen.get(key, possible) & possible
            if not kept:
                self.complaint = (
                    f"the zeros of the {name} depend on the other axis: their own size, filter,"
                    " stride and dilation are those of another call, and the zeros are not"
                )
                return False
            self._seen[key] = kept
        return True


def _possible(length: int, reach: int, stride: int, count: int) -> list[tuple[int, Pair]]:
    """Return how many zeros may stand before an axis of so many windows, and in all."""
    found = []
    for before in range(reach + stride):
        needed = (count - 1) * stride + reach - length
        least = max(needed, before)
        if count > 0 and least - needed < stride:
            found.append((before, (least, needed + stride - 1)))
    return found


def customary(case: Case) -> set[Pair]:
    """Return how many zeros stand before rows and columns in each of the customary ways.

    As few as ceil(H / s) windows need, an odd one after or before; or d (f - 1) // 2 on every side.
    """
    where = geometry(case.arguments)
    upper = tuple(before for before, _ in same_margins(where.lengths, where.reaches, where.strides))
    lower = tuple(after for _, after in same_margins(where.lengths, where.reaches, where.strides))
    around = tuple((reach - 1) // 2 for reach in where.reaches)
    return {(rows, columns) for rows, columns in (upper, lower, around)}
