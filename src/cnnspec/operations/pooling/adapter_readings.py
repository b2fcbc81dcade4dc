"""What adapters make of calls of poolings: axes in another order."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import (
    Reading,
    Trial,
    given_back,
    moved,
    numbers,
    read_as,
    reading,
    returned_as,
)

Array = NDArray[Any]


def trials(combine: Callable[..., Any]) -> list[Trial]:
    """Return those of a pooling that combines the elements of a window so."""
    shapes = ((4, 6, 3), (6, 4, 2), (4, 4, 4))
    return [Trial([{"maps": numbers(*shape)} for shape in shapes], partial(_readings, combine))]


def _pool(combine: Callable[..., Any], maps: Array, *, maps_as: str, result_as: str) -> Array:
    maps = moved(maps, maps_as, "HWK")
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    if not rows or not columns:
        raise ValueError(maps.shape)
    blocks = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
    pooled = combine(blocks, axis=(1, 3))
    return given_back(pooled, "HWK", result_as)


def _readings(combine: Callable[..., Any]) -> Iterator[Reading]:
    for maps_as, result_as in product(
        ("HWK", "KHW", "WHK", "KWH", "HKW"), ("HWK", "KHW", "1HWK", "1KHW", "WHK", "HKW")
    ):
        faults = [*read_as("maps", "HWK", maps_as), *returned_as("HWK", result_as)]
        yield reading(faults, partial(_pool, combine, maps_as=maps_as, result_as=result_as))
