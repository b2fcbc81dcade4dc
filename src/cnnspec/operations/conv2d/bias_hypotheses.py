"""What may be done with the bias of a convolution by mistake."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import BIAS
from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Hypothesis

Known = Mapping[str, Any]


def of_bias() -> Iterator[Hypothesis]:
    """Return where the bias is added, and which, instead of what is due."""
    remedy = BIAS.remedy

    def one(words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("biased", words, change, remedy, rank)

    def count(known: Known) -> int:
        return int(np.prod(known["kernels"].shape[1:3]))

    yield one("the bias is ignored", lambda _v, known: known["sums"], COMMON)
    yield one("the bias is subtracted", lambda _v, known: known["sums"] - known["biases"], COMMON)
    yield one("the bias is added twice", lambda v, known: v + known["biases"], COMMON)
    yield one(
        "the bias is multiplied, not added",
        lambda v, known: known["sums"] * known["biases"] if known["biases"].any() else v,
    )
    yield one(
        "the bias is added to every product under the filter, f * f * C times",
        lambda _v, known: known["sums"] + known["biases"] * np.prod(known["kernels"].shape[1:]),
        COMMON,
    )
    yield one(
        "the bias is added once for every weight of a channel, f * f times",
        lambda _v, known: known["sums"] + known["biases"] * count(known),
    )
    yield one(
        "the bias is added once for every channel",
        lambda _v, known: known["sums"] + known["biases"] * known["kernels"].shape[-1],
        COMMON,
    )
    yield one(
        "the bias is added once for every row of the filter",
        lambda _v, known: known["sums"] + known["biases"] * known["kernels"].shape[1],
    )
    yield one(
        "the first bias is added to all maps",
        lambda _v, known: known["sums"] + known["biases"][0],
        COMMON,
    )
    yield one(
        "the last bias is added to all maps",
        lambda _v, known: known["sums"] + known["biases"][-1],
    )
    yield one(
        "the sum of all biases is added to each map",
        lambda _v, known: known["sums"] + known["biases"].sum(),
        COMMON,
    )
    yield one(
        "the mean of the biases is added to each map",
        lambda _v, known: known["sums"] + known["biases"].mean(),
    )
    yield one(
        "the biases are added along the columns of the maps, not along the maps",
        lambda _v, known: (
            (known["sums"].swapaxes(2, 3) + known["biases"]).swapaxes(2, 3)
            if known["sums"].shape[2] == len(known["biases"])
            else _cycled(known, 2)
        ),
    )
    yield one(
        "the biases are added along the rows of the maps, not along the maps",
        lambda _v, known: _cycled(known, 1),
    )
    yield one(
        "the bias is added to the first element of each map only",
        lambda _v, known: _in_part(known, (slice(None), 0, 0)),
    )
    yield one(
        "the bias is added to the first row of each map only",
        lambda _v, known: _in_part(known, (slice(None), 0)),
    )
    yield one(
        "the bias is added to the first map only",
        lambda _v, known: _in_part(known, (..., slice(0, 1))),
    )
    yield one(
        "the bias of the last map is not added",
        lambda _v, known: _in_part(known, (..., slice(None, -1))),
    )
    yield one(
        "the bias of the first map is not added",
        lambda _v, known: _in_part(known, (..., slice(1, None))),
    )
    yield one(
        "the bias is added to the first image of a batch only",
        lambda _v, known: _in_part(known, (slice(0, 1),)),
    )
    yield one(
        "the bias is added to the image, before the filters",
        lambda _v, known: known["sums"] + known["biases"] * known["kernels"].sum(axis=(1, 2, 3)),
    )
    yield one(
        "a ReLU is taken before the bias is added",
        lambda _v, known: np.maximum(known["sums"], 0) + known["biases"],
    )


def _cycled(known: Known, axis: int) -> Array:
    biases = np.resize(known["biases"], known["sums"].shape[axis])
    shape = [1] * 4
    shape[axis] = len(biases)
    return np.asarray(known["sums"] + biases.reshape(shape))


def _in_part(known: Known, where: Any) -> Array:
    maps = np.array(known["sums"])
    maps[where] += np.broadcast_to(known["biases"], maps.shape)[where]
    return maps
