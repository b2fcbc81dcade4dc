"""The exact gradients of a convolution, with filters of any shape."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact, sum_of_products
from cnnspec.exact.windows import bordered
from cnnspec.operations.conv2d.geometry import Geometry, geometry, groups_of

Array = NDArray[Any]

#: Returns an exact gradient, from the arguments of a call by their names.
Find = Callable[..., Exact]


def grad_image(**given: Any) -> Exact:
    """Return the exact gradient to the image, in its shape."""
    where, groups = geometry(given), groups_of(given)
    grads, _, kernels = with_all_axes(given)
    count, down, across, channels = kernels.shape
    # Filters by the channel that they weigh: (C, f, g, K / groups).
    apart = kernels.reshape(groups, count // groups, down, across, channels)
    banks = apart.transpose(0, 4, 2, 3, 1).reshape(-1, down, across, count // groups)
    steps = list(zip(where.lengths, where.margins, strict=True))
    height, width = (length + sum(zeros) for length, zeros in steps)
    (top, left), (bottom, right) = (
        [zeros[0] for _, zeros in steps],
        [zeros[0] + length for length, zeros in steps],
    )

    def product(pixels: Array, weights: Array) -> Array:
        several = weights.reshape(-1, groups, channels, down, across, count // groups)
        split = pixels.reshape(*pixels.shape[:-1], groups, count // groups)
        whole = np.zeros((*pixels.shape[:-3], height, width, len(several), groups, channels))
        for (rows, columns), (a, b) in _taps(where):
            whole[..., rows, columns, :, :, :] += np.einsum(
                "...gk,lgck->...lgc", split, several[:, :, :, a, b]
            )
        cut = whole[..., top:bottom, left:right, :, :, :]
        return cut.reshape(*cut.shape[:-3], -1)

    heaviest = np.abs(np.asarray(banks, float)).reshape(len(banks), -1).sum(axis=1).max()
    terms = (count // groups) * math.prod(_meeting(where))
    biases = np.zeros(len(banks))
    found = sum_of_products(grads, banks, biases, product, terms, float(heaviest))
    # A transform is as large as the padded image.
    found = replace(found, pixels=height * width * max(len(banks), count))
    return found.reshape(*np.shape(given["image"]))


def grad_filters(**given: Any) -> Exact:
    """Return the exact gradient to the filters, in their shape."""
    where, groups = geometry(given), groups_of(given)
    grads, images, kernels = with_all_axes(given)
    count, down, across, channels = kernels.shape
    wide = bordered(images, where.margins)
    by_map = np.moveaxis(grads, -1, 0)

    def product(pixels: Array, weights: Array) -> Array:
        several = weights.reshape(-1, groups, count // groups, *weights.shape[1:])
        split = pixels.reshape(*pixels.shape[:-1], groups, channels)
        found = np.zeros((*pixels.shape[:-4], down, across, channels, len(weights)))
        for (rows, columns), (a, b) in _taps(where):
            sums = np.einsum(
                "...nijgc,lgknij->...clgk", split[..., rows, columns, :, :], several, optimize=True
            )
            found[..., a, b, :, :] = sums.reshape(*sums.shape[:-3], -1)
        return found

    heaviest = np.abs(np.asarray(by_map, float)).reshape(count, -1).sum(axis=1).max(initial=0)
    terms = max(math.prod(by_map.shape[1:]), 1)
    found = sum_of_products(wide, by_map, np.zeros(count), product, terms, float(heaviest))
    return found.moved(-1, 0).reshape(*np.shape(given["filters"]))


def grad_bias(**given: Any) -> Exact:
    """Return the exact gradient to the bias."""
    grads, _, _ = with_all_axes(given)
    parts = grads.reshape(1, -1, grads.shape[-1])

    def product(ones: Array, weights: Array) -> Array:
        found: Array = ones @ weights.T
        return found

    columns = parts[0].T
    ones = np.ones((1, columns.shape[1]))
    largest = np.abs(np.asarray(columns, float)).max(initial=0) * columns.shape[1]
    terms = max(columns.shape[1], 1)
    found = sum_of_products(ones, columns, np.zeros(len(columns)), product, terms, float(largest))
    return found.reshape(len(columns))


def with_all_axes(given: Mapping[str, Any]) -> tuple[Array, Array, Array]:
    """Return grad and image as batches with channels, (N, ...), and filters with channels."""
    grad, image, filters = (np.asarray(given[name]) for name in ("grad", "image", "filters"))
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    if image.ndim == 3:
        grad, image = grad[np.newaxis], image[np.newaxis]
    return grad, image, filters


def _taps(where: Geometry) -> list[tuple[tuple[slice, slice], tuple[int, int]]]:
    """Return, for each weight of a filter, the padded pixels under it in all windows."""
    return [
        (
            (
                _every(a * where.dilations[0], where.counts[0], where.strides[0]),
                _every(b * where.dilations[1], where.counts[1], where.strides[1]),
            ),
            (a, b),
        )
        for a, b in np.ndindex(*where.sides)
    ]


def _every(first: int, count: int, step: int) -> slice:
    return slice(first, first + (count - 1) * step + 1, step)


def _meeting(where: Geometry) -> list[int]:
    """Return how many windows hold a pixel at most, along each axis.

    The weights that may lie over one pixel are stride / gcd(stride, dilation) apart.
    """
    axes = zip(where.sides, where.strides, where.dilations, strict=True)
    return [-(-side // (step // math.gcd(step, d))) for side, step, d in axes]
