"""What may be done by mistake where windows and results are placed: borders, tiles, wrapping."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import patches_of
from cnnspec.simulation import windows
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]

_ZEROS = "put the zeros around the image, not around the map: the filter reaches into them"
_TILES = "a tile that is moved back computes what others have computed: store it, do not add it"


def of_places() -> Iterator[Hypothesis]:
    """Return what may be done."""
    yield from _of_padded_results()
    yield from _of_tiles()
    yield from _of_strips()
    yield from windows.of_scattered("maps", lambda _known: 0.0, "0")
    yield from windows.of_scattered("maps", lambda known: known["biases"], "the bias alone")
    yield from _of_batches()
    yield from _of_padded_axes()
    yield Hypothesis(
        "patches",
        "windows start f - 1 rows and columns too early, and wrap around: a product of Fourier"
        " transforms is cut out from 0 on, not from f - 1 on",
        _wrapped_early,
        "of the product of transforms, rows and columns from f - 1 on are the answer",
        KNOWN,
    )


def _of_padded_results() -> Iterator[Hypothesis]:
    for words, keeps_bias, rank in (
        ("the map is padded, not the image: results whose windows reach beyond the image are 0",
         False, COMMON),
        ("the map is padded, not the image: results whose windows reach beyond the image are the"
         " bias alone", True, KNOWN),
    ):  # fmt: skip
        yield Hypothesis("maps", words, bound(_padded_results, keeps_bias), _ZEROS, rank)


def _padded_results(maps: Array, known: Known, keeps_bias: bool) -> Array:
    inside = [
        (starts + taps.min() >= before) & (starts + taps.max() < before + length)
        for starts, taps, (before, _), length in zip(
            (known["rows"], known["columns"]),
            known["taps"],
            known["margins"],
            known["images"].shape[1:3],
            strict=True,
        )
    ]
    is_whole = inside[0][:, np.newaxis, np.newaxis] & inside[1][:, np.newaxis]
    return np.where(is_whole, maps, known["biases"] if keeps_bias else 0.0)


def _of_tiles() -> Iterator[Hypothesis]:
    """Return what is added twice where the last tile is moved back to end where the map ends."""
    for axis, name in ((2, "columns"), (1, "rows"), (3, "maps")):
        for tile in (4, 8, 16, 32):
            yield Hypothesis(
                "sums",
                f"the map is made in tiles of {tile} {name}; the last of them is moved back, and"
                " what it shares with the one before is added twice",
                bound(_shared_twice, axis, tile),
                _TILES,
                KNOWN if axis == 2 else ODD,
            )


def _shared_twice(sums: Array, _known: Known, axis: int, tile: int) -> Array:
    length = sums.shape[axis]
    if length <= tile or not length % tile:
        return sums
    place = np.arange(length)
    is_shared = (place >= length - tile) & (place < length // tile * tile)
    twice = np.where(is_shared, 2.0, 1.0)
    return np.moveaxis(np.moveaxis(sums, axis, -1) * twice, -1, axis)


def _of_strips() -> Iterator[Hypothesis]:
    """Return what is missing where each strip of a map sees its own strip of the image alone."""
    for axis, name in ((0, "rows"), (1, "columns")):
        for strip in (4, 8, 16, 32, 64):
            yield Hypothesis(
                "patches",
                f"the map is made in strips of {strip} {name}, each from as many {name} of the"
                " image: where windows reach into the next strip there are zeros",
                bound(_of_own_strip, axis, strip),
                "a strip needs the rows and columns of the next one into which its windows reach",
                KNOWN if axis == 0 else ODD,
            )


def _of_own_strip(patches: Array, known: Known, axis: int, strip: int) -> Array:
    places, taps = known[("rows", "columns")[axis]], known["taps"][axis]
    ends = (np.arange(len(places)) // strip + 1) * strip * known["strides"][axis]
    inside = places[:, np.newaxis] + taps < ends[:, np.newaxis]
    if axis == 0:
        return np.asarray(patches * inside[:, np.newaxis, :, np.newaxis, np.newaxis])
    return np.asarray(patches * inside[:, np.newaxis, :, np.newaxis])


def _of_batches() -> Iterator[Hypothesis]:
    """Return what comes of a product of matrices whose axes are not moved before a reshape."""
    for made, order, due, rank in (
        ("(maps, images, rows, columns)", (3, 0, 1, 2), "(images, maps, rows, columns)", COMMON),
        ("(maps, rows, columns, images)", (3, 1, 2, 0), "(images, maps, rows, columns)", COMMON),
        ("(rows, columns, images, maps)", (1, 2, 0, 3), "(images, rows, columns, maps)", KNOWN),
        ("(maps, rows, columns, images)", (3, 1, 2, 0), "(images, rows, columns, maps)", ODD),
    ):
        for slot, what in (("sums", "the sums"), ("maps", "the results, bias and all,")):
            yield Hypothesis(
                slot,
                f"{what} of a batch are computed as {made}, and only reshaped to {due}, not"
                " transposed: numbers of one image lie in another",
                bound(_reshaped_at_once, order, due.startswith("(images, maps")),
                f"reshape to {made} first, then move the axes (transpose) to {due}",
                rank,
            )


def _reshaped_at_once(
    maps: Array, _known: Known, order: tuple[int, ...], is_channels_first: bool
) -> Array:
    number, rows, columns, count = maps.shape
    if number == 1:
        return maps  # what lies wrongly in a single image as well is another mistake
    numbers = maps.transpose(order).ravel()
    if is_channels_first:
        return np.asarray(numbers.reshape(number, count, rows, columns).transpose(0, 2, 3, 1))
    return numbers.reshape(number, rows, columns, count)


def _of_padded_axes() -> Iterator[Hypothesis]:
    """Return what comes of np.pad that is given one number, as for every axis."""
    for words, is_of_batch, rank in (
        ("the channels, too", False, COMMON),
        ("the channels and the images of a batch, too", True, COMMON),
    ):
        yield Hypothesis(
            "padded",
            f"zeros are put around {words}, not around rows and columns alone: channel c of the"
            " filters meets channel c - padding of the image",
            bound(_padded_everywhere, is_of_batch),
            "give each axis a pair of its own, (0, 0) where no zeros are put",
            rank,
        )


def _padded_everywhere(value: Array, known: Known, is_of_batch: bool) -> Array:
    """Return padded images whose channels, those of gray images aside, are padded, too."""
    zeros = {side for pair in known["margins"] for side in pair}
    if known["axes"] == 2 or len(zeros) > 1:
        return value
    number = zeros.pop()
    around = (number if is_of_batch and known["axes"] == 4 else 0, 0, 0, number)
    padded = np.pad(value, tuple((side, side) for side in around))
    return np.asarray(padded[..., : value.shape[-1]])


def _wrapped_early(_value: Array, known: Known) -> Array:
    """Return what windows see that begin f - 1 too early on an image that goes round."""
    padded, (down, right) = known["padded"], known["taps"]
    rows, columns = known["rows"] - down.max(), known["columns"] - right.max()
    above, left = int(down.max()), int(right.max())
    round_about = np.pad(padded, ((0, 0), (above, 0), (left, 0), (0, 0)), mode="wrap")
    return patches_of(round_about, rows + above, columns + left, down, right)
