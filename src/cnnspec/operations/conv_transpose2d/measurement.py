"""Small calls on which the filters are measured: which weight falls on which place."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.conv_transpose2d.geometry import along
from cnnspec.simulation.hypothesis import Arguments, Array
from cnnspec.simulation.measurement import Linear

#: By so much weights of one map are larger than those of the map before.
_APART = 100

_OPTIONS = ("stride", "padding", "output_padding", "dilation")


def small(given: Arguments) -> Iterator[dict[str, Any]]:
    """Yield calls of few pixels: a plain one, one with the same options, and some like a given one.

    Channels are left out where there is one group; the last have all that the call has.
    """
    options = {name: given[name] for name in _OPTIONS if name in given}
    yield from (made for made in (_plain({}), _plain(options)) if _has_maps(made))
    for most in (1, 2, max(np.shape(given["image"]))):
        for sides in ((2, 3), np.shape(given["image"])[-3:-1]):
            made = _like(given, sides, most)
            if _has_maps(made):
                yield made


def _has_maps(given: Arguments) -> bool:
    return all(one.result > 0 for one in along(given))


def _plain(options: Arguments) -> dict[str, Any]:
    """Return an image of one channel, and a filter of 3x3 for one map."""
    return {"image": np.zeros((2, 3, 1)), "filters": _numbered(1, 3, 3, 1) * 1.0, **options}


def _like(given: Arguments, sides: tuple[int, ...], most: int) -> dict[str, Any]:
    """Return a call of another size, and of at most so many images and channels."""
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    channels, down, across, count = filters.shape
    if given.get("groups", 1) == 1:
        channels, count = min(channels, most), min(count, most)
    batch = tuple(min(one, most) for one in image.shape[:-3])
    weights = _numbered(channels, down, across, count).astype(filters.dtype)
    made = {
        **given,
        "image": np.zeros((*batch, *sides, channels), image.dtype),
        "filters": weights,
    }
    if (bias := given.get("bias")) is not None:
        maps = count * int(given.get("groups", 1))
        made["bias"] = np.arange(1, maps + 1, dtype=np.asarray(bias).dtype)
    return made


def _numbered(channels: int, down: int, across: int, count: int) -> Array:
    """Return filters of the numbers from 1 on, channel by channel; of the next map from 101 on."""
    numbers = np.arange(1, channels * down * across + 1).reshape(channels, down, across, 1)
    return numbers + _APART * np.arange(count)


MEASUREMENT = Linear(small=small, factors=("filters",))
