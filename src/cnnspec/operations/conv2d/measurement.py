"""Small calls on which the filter is measured: which weight falls on which pixel."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.geometry import geometry, groups_of
from cnnspec.simulation.hypothesis import Arguments, Array
from cnnspec.simulation.measurement import Linear

#: By so much weights of one filter are larger than those of the filter before.
_APART = 100

#: So many images, channels and filters are enough for most.
_FEW = ((1, 1, 1), (1, 3, 1), (2, 2, 2))


def small(given: Arguments) -> Iterator[dict[str, Any]]:
    """Yield calls of few pixels: a gray one, one with the same options, and some like a given one.

    Of the last there are calls of one image and filter, of two, and of as many as it has, with
    some channels; under 3x3 filters, and under filters of its own size.
    """
    found = geometry(given)
    stride = max(found.strides)
    names = ("stride", "padding", "dilation")
    options = {name: given[name] for name in names if name in given}
    yield _gray(1)
    yield {**_gray(stride), **options}
    if groups_of(given) > 1:
        return  # its channels are not those of the filters
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    down, across = filters.shape[1:3]
    own = image.shape[image.ndim - filters.ndim + 1 :][:2]
    beyond = (down + stride, across + stride + 1)
    for most in _FEW:
        yield _like(given, (3, 3), (3 + stride, 4 + stride), most)
    for most in (*_FEW, (len(image), max(filters.shape), len(filters))):
        for size in (beyond, own):
            if size[0] >= down and size[1] >= across:
                yield _like(given, (down, across), size, most)


def _like(
    given: Arguments, window: tuple[int, int], size: tuple[int, int], most: tuple[int, int, int]
) -> dict[str, Any]:
    """Return a call of another size, and of at most so many images, channels and filters."""
    image, filters = np.asarray(given["image"]), np.asarray(given["filters"])
    images, channels, count = most
    batch = tuple(min(one, images) for one in image.shape[: image.ndim - filters.ndim + 1])
    few = tuple(min(one, channels) for one in filters.shape[3:])
    weights = _numbered(min(len(filters), count), *window, few).astype(filters.dtype)
    made = {**given, "image": np.zeros((*batch, *size, *few), image.dtype), "filters": weights}
    if (bias := given.get("bias")) is not None:
        made["bias"] = np.arange(1, len(weights) + 1, dtype=np.asarray(bias).dtype)
    return made


def _gray(stride: int) -> dict[str, Any]:
    """Return an image that a 3x3 filter goes over in two steps each way, or nearly."""
    image = np.zeros((3 + stride, 4 + stride))
    return {"image": image, "filters": _numbered(1, 3, 3, ()).astype(np.float64)}


def _numbered(count: int, down: int, across: int, channels: tuple[int, ...]) -> Array:
    """Return filters of the numbers from 1 on, channel by channel; the next ones from 101 on."""
    many = channels[0] if channels else 1
    numbers = np.arange(1, many * down * across + 1).reshape(many, down, across)
    filters = numbers.transpose(1, 2, 0) + _APART * np.arange(count).reshape(-1, 1, 1, 1)
    return filters if channels else filters[..., 0]


MEASUREMENT = Linear(small=small, factors=("filters",))
