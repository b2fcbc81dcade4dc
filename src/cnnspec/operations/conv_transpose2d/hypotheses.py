"""What may be done in the slots of a transposed convolution by mistake."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.bias_hypotheses import of_bias
from cnnspec.operations.conv_transpose2d.option_hypotheses import of_options
from cnnspec.operations.conv_transpose2d.slots import BIAS, FILTERS, FORMULA, IMAGE, MAPS
from cnnspec.simulation import orders, quantities, windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis
from cnnspec.simulation.orders import Data

Known = Mapping[str, Any]


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(MAPS),
            _of_filters(),
            _of_sums(),
            of_options(),
            of_bias(),
            _of_bias(),
            windows.of_edges("maps", FORMULA),
            orders.along_axes(FILTERS),
            orders.of_axes(FILTERS),
            orders.along_axes(IMAGE),
            orders.of_axes(IMAGE),
            orders.along_axes(MAPS),
            orders.of_axes(MAPS),
            orders.along_axes(BIAS),
            _of_numbers(),
        )
    )


# --- filters ---------------------------------------------------------------------------------


def _of_filters() -> Iterator[Hypothesis]:
    remedy = "lay filters[k] over the maps as it is, with its first weight where the pixel lies"

    def one(words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("filters", words, change, remedy, rank)

    yield one(
        "the filter is laid down rotated by 180 degrees: zeros are put between the pixels and a"
        " correlation is taken, whose filters are not turned",
        lambda value, _known: value[:, ::-1, ::-1],
        COMMON,
    )
    yield one(
        "rows and columns of the filters are swapped: they are transposed",
        lambda value, _known: value.swapaxes(1, 2),
        COMMON,
    )
    yield one("the filter is upside down", lambda value, _known: value[:, ::-1], COMMON)
    yield one("the filter is mirrored", lambda value, _known: value[:, :, ::-1], COMMON)
    for words, turns in (("90 degrees to the left", 1), ("90 degrees to the right", -1)):
        yield one(
            f"the filter is rotated by {words}",
            lambda value, _known, turns=turns: np.rot90(value, turns, (1, 2)),
        )
    for words, at in (("first", (0, 0)), ("last", (-1, -1))):
        yield one(
            f"the {words} weight of each filter is left out",
            lambda value, _known, at=at: _without(value, at),
        )


def _without(value: Array, at: tuple[int, int]) -> Array:
    value = np.array(value)
    value[:, at[0], at[1]] = 0
    return value


# --- sums ------------------------------------------------------------------------------------


def _of_sums() -> Iterator[Hypothesis]:
    remedy = "add each filter to what lies there already (+=)"

    def one(words: str, way: Any, rank: int = COMMON, said: str = remedy) -> Hypothesis:
        return Hypothesis("sums", words, lambda _value, _known: way, said, rank)

    yield one(
        "where filters overlap, the last one overwrites the others: products are stored, not added",
        _overwritten_by_pixels,
    )
    yield one(
        "where filters overlap, the last weight overwrites the others: products are stored, not"
        " added",
        _overwritten_by_weights,
        KNOWN,
    )
    yield one("where filters overlap, the largest product is taken, not their sum", _largest, ODD)
    yield one("where filters overlap, the products are averaged, not added", _averaged, KNOWN)
    yield one(
        "the products of the channels are averaged, not summed",
        lambda images, **laid: _added(images=images, **laid) / images.shape[-1],
        COMMON,
        "sum over the channels of the image",
    )
    yield one(
        "only the last channel of the image counts: its filters overwrite those of the others",
        lambda images, dense, **laid: _added(images=images[..., -1:], dense=dense[-1:], **laid),
        COMMON,
        "sum over the channels of the image",
    )
    yield one(
        "only the first channel of the image counts",
        lambda images, dense, **laid: _added(images=images[..., :1], dense=dense[:1], **laid),
        KNOWN,
        "sum over the channels of the image",
    )
    yield one(
        "each map sees one channel of the image only (depthwise): the channels are not summed",
        _depthwise,
        COMMON,
        "sum over the channels of the image",
    )


def _added(
    images: Array, dense: Array, rows: Array, columns: Array, whole: tuple[int, int]
) -> Array:
    return sum(
        (each for _, each in _layers(images, dense, rows, columns, whole)),
        start=np.zeros((len(images), *whole, dense.shape[3])),
    )


def _layers(
    images: Array, dense: Array, rows: Array, columns: Array, whole: tuple[int, int]
) -> Iterator[tuple[Array, Array]]:
    """Yield what each weight of the filters gives, the last first, and where that lies."""
    for a, b in reversed(list(np.ndindex(dense.shape[1:3]))):
        there = np.zeros((1, *whole, 1), bool)
        each = np.zeros((len(images), *whole, dense.shape[3]))
        own_i, own_j = (
            np.flatnonzero((at >= 0) & (at < most))
            for at, most in zip((rows[:, a], columns[:, b]), whole, strict=True)
        )
        i, j = rows[own_i, a][:, np.newaxis], columns[own_j, b]
        there[:, i, j] = True
        each[:, i, j] = images[:, own_i[:, np.newaxis], own_j] @ dense[:, a, b]
        yield there, each


def _overwritten_by_pixels(**laid: Any) -> Array:
    """Return what is left where every pixel's filter is stored over those before it."""
    found: Array = 0 * _added(**laid)
    for there, each in _layers(**laid):
        found = np.where(there, each, found)
    return found


def _overwritten_by_weights(**laid: Any) -> Array:
    found: Array = 0 * _added(**laid)
    for there, each in reversed(list(_layers(**laid))):
        found = np.where(there, each, found)
    return found


def _largest(**laid: Any) -> Array:
    layers = [np.where(there, each, -np.inf) for there, each in _layers(**laid)]
    found = np.max(layers, axis=0)
    return np.where(np.isinf(found), 0, found)


def _averaged(**laid: Any) -> Array:
    many = sum(there.astype(float) for there, _ in _layers(**laid))
    return np.asarray(_added(**laid) / np.maximum(many, 1))


def _depthwise(images: Array, dense: Array, **laid: Any) -> Array:
    channels, count = len(dense), dense.shape[3]
    alone = np.zeros_like(dense)
    for c in range(count):
        alone[c % channels, :, :, c] = dense[c % channels, :, :, c]
    return _added(images=images, dense=alone, **laid)


# --- biases ----------------------------------------------------------------------------------


def _of_bias() -> Iterator[Hypothesis]:
    remedy = "add bias[c] to every element of map c, those of output_padding included"

    def one(words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("biased", words, change, remedy, rank)

    yield one(
        "the rows and columns of output_padding get no bias",
        lambda value, known: _at_the_end(value, known["sums"], known["added"]),
        COMMON,
    )
    yield one(
        "the rows and columns of output_padding are left at zero",
        lambda value, known: _at_the_end(value, 0 * value, known["added"]),
        COMMON,
    )
    yield one(
        "the bias is added once for every filter that reaches a place, or for every pixel",
        lambda _value, known: known["sums"] + known["biases"] * _reaching(known),
        COMMON,
    )
    yield one(
        "places that no filter reaches get no bias",
        lambda value, known: np.where(_reaching(known) > 0, value, known["sums"]),
    )
    yield one(
        "the biases of the first group are added to the maps of all groups",
        lambda _value, known: known["sums"] + np.resize(
            known["biases"][: max(1, len(known["biases"]) // 2)], len(known["biases"])
        ),
        ODD,
    )  # fmt: skip


def _at_the_end(value: Array, other: Array, added: tuple[int, int]) -> Array:
    """Return maps whose last rows and columns are other ones."""
    changed = np.array(value)
    rows, columns = (size - more for size, more in zip(value.shape[1:3], added, strict=True))
    changed[:, rows:] = other[:, rows:]
    changed[:, :, columns:] = other[:, :, columns:]
    return changed


def _reaching(known: Known) -> Array:
    """Return how many filters reach each place of the maps, (H', W', 1)."""
    counts = []
    for axis in (0, 1):
        places = np.arange(known["lengths"][axis])[:, np.newaxis] * known["strides"][axis]
        places = places + np.arange(known["windows"][axis]) * known["dilations"][axis]
        count = np.bincount(places.ravel(), minlength=known["sizes"][axis] + known["added"][axis])
        before = max(known["edges"][axis][0], 0)
        counts.append(count[before : before + known["sums"].shape[1 + axis]])
    return np.multiply.outer(*counts)[..., np.newaxis]


# --- numbers ---------------------------------------------------------------------------------


def _of_numbers() -> Iterator[Hypothesis]:
    named = {
        "the filter's size": lambda known: float(known["kernels"].shape[1]),
        "the number of weights f * f": lambda known: float(known["kernels"].shape[1]) ** 2,
        "the number of channels": lambda known: len(known["kernels"]),
    }
    of_maps = {
        **named,
        "the stride": lambda known: known["strides"][0],
        "stride * stride": lambda known: known["strides"][0] * known["strides"][1],
    }
    weights = Data("filters", "the weights", FILTERS.axes, FILTERS.remedy)
    results = Data("maps", "the results", MAPS.axes, FORMULA)
    pixels = Data("image", "the pixels", IMAGE.axes, FORMULA)
    for many, its in ((pixels, named), (results, of_maps)):
        yield from quantities.casts(many)
        yield from quantities.factors(many, its)
    yield from quantities.of_both("operands", "image and filters")
    yield from quantities.casts(weights)
    yield from quantities.factors(weights, {})
    yield from quantities.casts(BIAS)
