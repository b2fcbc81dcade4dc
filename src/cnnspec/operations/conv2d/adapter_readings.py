"""What adapters make of calls of a convolution: axes in another order, filters turned."""

from collections.abc import Iterator
from functools import partial
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import (
    Arguments,
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

_TURNS = {
    "": (1, 1),
    "filters: turned by 180 degrees on the way": (-1, -1),
    "filters: their rows are reversed on the way": (-1, 1),
    "filters: their columns are reversed on the way": (1, -1),
}

#: What the diagnosis names as mistakes of the convolution itself, if there is nothing else.
_OWN = frozenset({*_TURNS, "filters: rows and columns are swapped"})
_OF_EITHER = frozenset({"adapter-conv2d-filters-reshaped"})


def trials() -> list[Trial]:
    """Return those with channels, and those without for whoever takes none."""
    return [
        Trial(
            _probes(
                ((5, 6, 2), (4, 3, 3, 2)),
                ((5, 5, 3), (3, 3, 3, 3)),
                ((3, 5, 3), (2, 3, 3, 3)),
                ((3, 3, 3), (3, 3, 3, 3)),
            ),
            partial(_readings, "HWC", "KrcC"),
            _OWN,
            _OF_EITHER,
        ),
        Trial(
            _probes(((5, 6), (4, 3, 3)), ((5, 5), (3, 3, 3)), ((4, 5), (3, 3, 3))),
            partial(_readings, "HW", "Krc"),
            _OWN,
            _OF_EITHER,
        ),
    ]


def _probes(*shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> list[Arguments]:
    return [{"image": numbers(*image), "filters": numbers(*bank) - 50} for image, bank in shapes]


def _conv2d(
    image: Array,
    filters: Array,
    *,
    image_as: str,
    filters_as: str,
    result_as: str,
    turn: tuple[int, int] = (1, 1),
) -> Array:
    """Convolve arrays whose axes are read in some order."""
    image = moved(image, image_as, "HWC" if "C" in image_as else "HW")
    filters = moved(filters, filters_as, "KrcC" if "C" in filters_as else "Krc")
    filters = filters[:, :: turn[0], :: turn[1]]
    if image.shape[2:] != filters.shape[3:]:
        raise ValueError("channels")
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    products = "hwcij,kijc->hwk" if "C" in image_as else "hwij,kij->hwk"
    maps = np.einsum(products, windows, filters)
    return given_back(maps, "HWK", result_as)


def _readings(image: str, filters: str) -> Iterator[Reading]:
    images = ("HWC", "CHW", "WHC", "CWH") if "C" in image else ("HW", "WH")
    orders = ["".join(order) for order in permutations(filters)]
    for image_as, filters_as, result_as, (turned, turn) in product(
        images, orders, ("HWK", "KHW", "1HWK", "1KHW", "WHK"), _TURNS.items()
    ):
        faults = [
            *read_as("image", image, image_as),
            *read_as("filters", filters, filters_as),
            *([(turned, "lay the filters over the window as they are")] if turned else []),
            *returned_as("HWK", result_as),
        ]
        yield reading(
            faults,
            partial(
                _conv2d,
                image_as=image_as,
                filters_as=filters_as,
                result_as=result_as,
                turn=turn,
            ),
        )
