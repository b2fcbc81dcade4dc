"""Mistakes with memory: what is remembered from one call and answers another."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.faults.network import network
from cnnspec.reference import conv2d, dense, max_pool2d

Array = NDArray[Any]


class Latest:
    """A copy of the array that was given last; the same object again gets the same copy."""

    def __init__(self) -> None:
        self._given: Any = None
        self._copy: Any = None

    def of(self, array: Array) -> Array:
        """Return the copy that was made when this object was given first."""
        if array is not self._given:
            self._given, self._copy = array, np.array(array)
        kept: Array = self._copy
        return kept


@fault(
    "conv2d-filters-remembered-by-shape",
    "filters are remembered by their shape, and reused for others of that shape",
    "do not keep what depends on the weights",
    makes=True,
)
def filters_remembered_by_shape() -> Callable[..., Array]:
    remembered: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        conv2d(image, filters, *args, **options)
        filters = remembered.setdefault((filters.shape, filters.dtype), np.array(filters))
        return conv2d(image, filters, *args, **options)

    return convolve


@fault(
    "conv2d-image-remembered-by-identity",
    "windows are remembered for the array object, although the pixels in it have changed since",
    "do not keep what depends on the pixels: the same array may hold another image",
    makes=True,
)
def image_remembered_by_identity() -> Callable[..., Array]:
    latest = Latest()

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        conv2d(image, filters, *args, **options)
        return conv2d(latest.of(image), filters, *args, **options)

    return convolve


@fault(
    "conv2d-image-remembered-by-sum",
    "windows are remembered by the sum of the pixels, which other images have too",
    "do not keep what depends on the pixels; a checksum does not tell images apart",
    makes=True,
)
def image_remembered_by_sum() -> Callable[..., Array]:
    remembered: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        conv2d(image, filters, *args, **options)
        key = (image.shape, image.dtype, float(image.sum()))
        return conv2d(remembered.setdefault(key, np.array(image)), filters, *args, **options)

    return convolve


@fault(
    "conv2d-maps-remembered-by-bytes",
    "maps are remembered by the bytes of the arguments, without the image's shape",
    "make the shapes and dtypes part of what they are remembered by",
    makes=True,
)
def maps_remembered_by_bytes() -> Callable[..., Array]:
    remembered: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        maps = conv2d(image, filters, *args, **options)
        key = (image.tobytes(), filters.tobytes(), maps.dtype, maps.ndim, repr((args, options)))
        return np.array(remembered.setdefault(key, maps))

    return convolve


@fault(
    "conv2d-padding-not-cleared",
    'with padding "same", the buffer around the image holds what is left of a larger image',
    "fill the margins with zeros in every call",
    makes=True,
)
def padding_not_cleared() -> Callable[..., Array]:
    buffers: dict[Any, Array] = {}

    def padded(image: Array, margin: int) -> Array:
        """Lay the image into the buffer of its kind, which grows and is never cleared."""
        axis = 1 if image.ndim == 4 else 0
        margins = [(margin, margin) if axis <= i < axis + 2 else (0, 0) for i in range(image.ndim)]
        fresh = np.pad(image, margins)
        key = (image.ndim, image.dtype)
        buffer = buffers.get(key, fresh)
        if any(old < new for old, new in zip(buffer.shape, fresh.shape, strict=True)):
            buffer = fresh
        buffers[key] = buffer
        region = buffer[tuple(slice(length) for length in fresh.shape)]
        region[tuple(slice(m, m + n) for (m, _), n in zip(margins, image.shape, strict=True))] = (
            image
        )
        return region

    def convolve(
        image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
    ) -> Array:
        maps = conv2d(image, filters, *args, padding=padding, **options)
        if padding == "valid":
            return maps
        return conv2d(padded(image, filters.shape[1] // 2), filters, *args, **options)

    return convolve


@fault(
    "conv2d-sums-not-reset",
    "the accumulator is not reset: the last result of that shape is added",
    "start every sum at zero",
    makes=True,
)
def sums_not_reset() -> Callable[..., Array]:
    sums: dict[Any, Array] = {}

    def convolve(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
        maps = conv2d(image, filters, *args, **options)
        key = (maps.shape, maps.dtype)
        total: Array = maps + sums[key] if key in sums else maps
        sums[key] = maps
        return total

    return convolve


@fault(
    "max_pool2d-maps-remembered-by-shape",
    "maps are remembered by their shape, and reused for others of that shape",
    "do not keep what depends on the elements",
    makes=True,
)
def maps_remembered_by_shape() -> Callable[..., Array]:
    remembered: dict[Any, Array] = {}

    def pool(maps: Array, size: int = 2, stride: int | None = None) -> Array:
        max_pool2d(maps, size, stride)
        return max_pool2d(
            remembered.setdefault((maps.shape, maps.dtype), np.array(maps)), size, stride
        )

    return pool


@fault(
    "dense-weights-remembered-by-identity",
    "weights are remembered for the array object, although the numbers in it have changed since",
    "do not keep what depends on the weights: training changes them in place",
    makes=True,
)
def weights_remembered_by_identity() -> Callable[..., Array]:
    latest = Latest()

    def layer(x: Array, weights: Array, bias: Array) -> Array:
        dense(x, weights, bias)
        return dense(x, latest.of(weights), bias)

    return layer


@fault(
    "network-first-weights-kept",
    "the weights of the first call are kept for all others",
    "use the weights that the layer has now: training changes them",
    makes=True,
)
def first_weights_kept() -> Callable[..., Any]:
    kept: list[Array] = []

    def forward(image: Array, label: int, filters: Array, weights: Array, biases: Array) -> Any:
        if not kept:
            kept.append(np.array(weights))
        return network(image, label, filters, kept[0], biases)

    return forward


@fault(
    "network-image-remembered-by-identity",
    "what was computed is remembered for the array object, although its pixels have changed since",
    "do not keep what depends on the pixels: the next image may be read into the same array",
    makes=True,
)
def network_image_remembered_by_identity() -> Callable[..., Any]:
    latest = Latest()

    def forward(image: Array, label: int, *parameters: Array) -> Any:
        return network(latest.of(image), label, *parameters)

    return forward
