"""The layer that a gradient is of, read with slots: windows, weights, and what meets what."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from cnnspec.exact.windows import Margins, Pair, margins_of, pair_of, reaches_of
from cnnspec.operations.conv2d.backward.exact import with_all_axes
from cnnspec.operations.conv2d.slots import patches_of
from cnnspec.simulation.hypothesis import Arguments, Array, Slots


class Layer(NamedTuple):
    """A convolution whose arrays have all axes.

    ``rows`` and ``columns`` are where windows start in the padded images, ``down`` and ``right``
    where the weights lie in a window, ``taken`` the channels that each map sees, (K, C / groups).
    """

    grads: Array
    images: Array
    kernels: Array
    strides: Pair
    margins: Margins
    rows: Array
    columns: Array
    down: Array
    right: Array
    taken: Array

    @property
    def lengths(self) -> Pair:
        """The rows and columns of the images."""
        rows, columns = self.images.shape[1:3]
        return rows, columns

    @property
    def whole(self) -> Array:
        """Zeros of the shape of the padded images."""
        rows, columns = (n + sum(z) for n, z in zip(self.lengths, self.margins, strict=True))
        return np.zeros((len(self.images), rows, columns, self.images.shape[3]))

    @property
    def padded(self) -> Array:
        """The images with zeros around them."""
        return np.pad(self.images, ((0, 0), *self.margins, (0, 0)))

    @property
    def wide(self) -> Array:
        """The filters of all channels, (K, f, g, C): zeros for those that a map does not see."""
        count, down, across, _ = self.kernels.shape
        found = np.zeros((count, down, across, self.images.shape[3]))
        for own, its, kernel in zip(found, self.taken, self.kernels, strict=True):
            for place, channel in enumerate(its):
                own[..., channel] += kernel[..., place]
        return found

    @property
    def windows(self) -> Array:
        """The incoming gradient of the windows that there are."""
        return self.grads[:, : len(self.rows), : len(self.columns)]


def read(
    at: Slots, given: Arguments, stride: Any, padding: Any, dilation: Any, groups: int
) -> Layer:
    """Return the layer of a call, of which something may be read by mistake."""
    grads, images, kernels = with_all_axes({n: np.asarray(v, float) for n, v in given.items()})
    grads = at("grad", grads)
    images = at("image", images)
    kernels = at("filters", kernels)
    sizes = kernels.shape[1:3]
    strides = at("stride", pair_of(stride), sizes=sizes)
    dilations = at("dilation", pair_of(dilation))
    strides, dilations = at("steps", (strides, dilations))
    reaches = reaches_of(sizes, dilations)
    axes = {"lengths": images.shape[1:3], "reaches": reaches, "strides": strides}
    margins = margins_of(padding, **axes)
    margins = at("margins", margins, **axes, sizes=sizes, dilations=dilations, padding=padding)
    lengths = tuple(n + sum(z) for n, z in zip(images.shape[1:3], margins, strict=True))
    starts = tuple(np.arange(n) * s for n, s in zip(grads.shape[1:3], strides, strict=True))
    rows, columns = at("starts", starts, lengths=lengths, sizes=reaches, strides=strides)
    rows, columns = rows[: grads.shape[1]], columns[: grads.shape[2]]
    down, right = (
        at(f"{axis} taps", np.arange(size) * step)
        for axis, size, step in zip(("row", "column"), sizes, dilations, strict=True)
    )
    count, seen = len(kernels), kernels.shape[3]
    of = {"groups": groups, "count": count}
    owners = at("owners", np.arange(count) // max(count // groups, 1), **of)
    taken = at("taken", owners[:, np.newaxis] * seen + np.arange(seen), **of)
    kernels = kernels[at("banks", np.arange(count), **of)]
    return Layer(grads, images, kernels, strides, margins, rows, columns, down, right, taken)


#: Where something is laid: the lines of the images, and the places in them.
Where = tuple[Array, Array]


def laid_by_weights(layer: Layer) -> Iterator[tuple[Where, Array]]:
    """Yield for each weight where it lies, in all windows, and what it adds, (N, .., .., C)."""
    whole, wide, windows = layer.whole.shape, layer.wide, layer.windows
    for a, b in np.ndindex(*wide.shape[1:3]):
        lines, places = layer.rows + layer.down[a], layer.columns + layer.right[b]
        own = (lines >= 0) & (lines < whole[1])
        its = (places >= 0) & (places < whole[2])
        yield (lines[own], places[its]), (windows @ wide[:, a, b])[:, own][:, :, its]


def laid_by_windows(layer: Layer) -> Iterator[tuple[Where, Array]]:
    """Yield for each window where it lies, and what it adds there, (N, f, g, C)."""
    whole, wide, windows = layer.whole.shape, layer.wide, layer.windows
    for i, j in np.ndindex(*windows.shape[1:3]):
        lines, places = layer.rows[i] + layer.down, layer.columns[j] + layer.right
        own = (lines >= 0) & (lines < whole[1])
        its = (places >= 0) & (places < whole[2])
        part = np.tensordot(windows[:, i, j], wide, axes=([1], [0]))
        yield (lines[own], places[its]), part[:, own][:, :, its]


def added_up(layer: Layer) -> Array:
    """Return the gradient to the padded images: what all windows add."""
    whole = layer.whole
    for (lines, places), part in laid_by_weights(layer):
        whole[:, lines[:, np.newaxis], places] += part
    return whole


def patches(layer: Layer, padded: Array) -> Array:
    """Return what the windows see of padded images, (N, H', W', f, g, C)."""
    return patches_of(padded, layer.rows, layer.columns, layer.down, layer.right)


def own_channels(parts: Array, taken: Array) -> Array:
    """Return of sums with all channels (N, K, f, g, C) those that each map sees."""
    if parts.shape[-1] == taken.shape[1] and (taken == np.arange(taken.shape[1])).all():
        return parts
    return np.stack([parts[:, k][..., its] for k, its in enumerate(taken)], axis=1)


def to_filters(layer: Layer) -> Array:
    """Return the gradient to the filters (K, f, g, C / groups)."""
    seen = patches(layer, layer.padded)
    parts = np.einsum("nijk,nijabc->nkabc", layer.windows, seen, optimize=True)
    return np.asarray(own_channels(parts, layer.taken).sum(axis=0))
