"""Implementations of somebody's own, each with one slip, and what the report must say of it.

They share nothing with the reference but the rules of what is refused, and differ from the faults
of the catalogue in how they come to their numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Slip:
    """One implementation with a slip.

    Attributes
    ----------
    operation : str
    make : callable
        Returns a fresh function.
    said : tuple of str
        Words of which the report's first line has one.
    certain : set of str
        The faults that may be called certain.
    """

    operation: str
    make: Callable[[], Function]
    said: tuple[str, ...]
    certain: set[str] = field(default_factory=set)


def refuse(image: Array, filters: Array, bias: Any, stride: Any, padding: str) -> None:
    """Raise a ValueError for whatever is no convolution."""
    channels = (
        filters.ndim == 3 if image.ndim == 2 else filters.shape[3:] == image.shape[-1:] != (0,)
    )
    rows, columns = image.shape[:2] if image.ndim == 2 else image.shape[-3:-1]
    size = filters.shape[1]
    if not (
        image.ndim in (2, 3, 4)
        and filters.ndim in (3, 4)
        and channels
        and size == filters.shape[2]
        and size % 2
        and (bias is None or np.shape(bias) == (len(filters),))
        and isinstance(stride, int | np.integer)
        and stride >= 1
        and padding in ("valid", "same")
        and (padding == "valid" or stride == 1)
        and (padding == "same" or min(rows, columns) >= size)
        and min(rows, columns) > 0
    ):
        raise ValueError("no convolution")


def plain(batch: Array, banks: Array, stride: int) -> Array:
    """Convolve (N, H, W, C) with (K, f, f, C), in the dtype of both."""
    size = banks.shape[1]
    rows, columns = ((side - size) // stride + 1 for side in batch.shape[1:3])
    maps = np.zeros((len(batch), rows, columns, len(banks)), np.result_type(batch, banks))
    for a, b in np.ndindex(size, size):
        part = batch[
            :, a : a + stride * (rows - 1) + 1 : stride, b : b + stride * (columns - 1) + 1 : stride
        ]
        maps = maps + part @ banks[:, a, b].T
    return maps


def zeros(batch: Array, margin: int) -> Array:
    """Surround images with zeros."""
    return np.pad(batch, [(0, 0), (margin, margin), (margin, margin), (0, 0)])


def convolution(
    *,
    reads: Callable[[Array], Array] = lambda batch: batch,
    pads: Callable[[Array, int], Array] = zeros,
    sums: Callable[[Array, Array, int], Array] = plain,
    adds: Callable[[Array, Any], Array] = lambda maps, bias: maps if bias is None else maps + bias,
) -> Function:
    """Return a convolution of these parts."""

    def conv2d(
        image: Array, filters: Array, bias: Any = None, *, stride: int = 1, padding: str = "valid"
    ) -> Array:
        refuse(image, filters, bias, stride, padding)
        given = np.result_type(image, filters, np.float16)
        wide = np.result_type(given, np.float32)
        colour = image[..., np.newaxis] if image.ndim == 2 else image
        batch = (colour if image.ndim == 4 else colour[np.newaxis]).astype(wide)
        banks = (filters if filters.ndim == 4 else filters[..., np.newaxis]).astype(wide)
        batch = reads(batch)
        if padding == "same":
            batch = pads(batch, filters.shape[1] // 2)
        maps = adds(sums(batch, banks, stride), bias)
        maps = maps.astype(np.result_type(given, *([] if bias is None else [bias])))
        return maps if image.ndim == 4 else maps[0]

    return conv2d


def conv(said: str, *certain: str, **parts: Any) -> Slip:
    """Return a convolution with a slip."""
    return Slip("conv2d", lambda: convolution(**parts), (said,), set(certain))


# --- loops that end early ------------------------------------------------------------------------


def ending_early(rows: int, columns: int, *, strided_only: bool = False) -> Function:
    """Return sums of which so many last rows and columns are left at zero."""

    def sums(batch: Array, banks: Array, stride: int) -> Array:
        maps = plain(batch, banks, stride)
        if strided_only and stride == 1:
            return maps
        maps[:, maps.shape[1] - rows :] = 0
        maps[:, :, maps.shape[2] - columns :] = 0
        return maps

    return sums


def bare_at_the_end(maps: Array, bias: Any) -> Array:
    """Leave the last row out of the loop that adds the bias as well."""
    maps[:, -1] = 0
    if bias is not None:
        maps[:, :-1] = maps[:, :-1] + bias
    return maps


# --- borders -------------------------------------------------------------------------------------


def padding(mode: str, before: int = 1, behind: int = 1) -> Function:
    """Return a way to pad: so many margins before the image, and behind it."""

    def pads(batch: Array, margin: int) -> Array:
        ends = (before * margin, behind * margin)
        padded: Array = np.pad(batch, [(0, 0), ends, ends, (0, 0)], mode=mode)  # type: ignore[call-overload]
        return padded

    return pads


def mirrored_by_index(batch: Array, margin: int) -> Array:
    """Mirror rows and columns by computing their indices."""
    padded = batch
    for axis in (1, 2):
        side = batch.shape[axis]
        places = np.abs(np.arange(-margin, side + margin))
        places = (side - 1) - np.abs((side - 1) - places)
        padded = padded.take(np.clip(places, 0, side - 1), axis=axis)
    return padded


def clamped_by_index(batch: Array, margin: int) -> Array:
    """Repeat the border by clamping indices."""
    padded = batch
    for axis in (1, 2):
        places = np.arange(-margin, batch.shape[axis] + margin)
        padded = padded.take(np.clip(places, 0, batch.shape[axis] - 1), axis=axis)
    return padded


def uncleared() -> Function:
    """Return a way to pad that keeps one buffer for images of a size, and clears nothing."""
    kept: dict[Any, Array] = {}

    def pads(batch: Array, margin: int) -> Array:
        fresh = zeros(batch, margin)
        flat = kept.setdefault(batch.dtype, np.zeros(4096, batch.dtype))
        if fresh.size > flat.size:
            return fresh
        buffer = flat[: fresh.size].reshape(fresh.shape)
        rows, columns = batch.shape[1:3]
        buffer[:, margin : margin + rows, margin : margin + columns] = batch
        return buffer

    return pads


# --- channels, filters, bias ---------------------------------------------------------------------


def one_channel_each(choose: Callable[[int, int], int | None], *, bare: bool) -> dict[str, Any]:
    """Return the parts of a convolution whose filter k sees one channel of C, or none."""

    def sums(batch: Array, banks: Array, stride: int) -> Array:
        maps = np.zeros_like(plain(batch, banks, stride))
        for k in range(len(banks)):
            c = choose(k, banks.shape[-1])
            if c is not None:
                only = plain(batch[..., c : c + 1], banks[k : k + 1, ..., c : c + 1], stride)
                maps[..., k] = only[..., 0]
        return maps

    return {"sums": sums} | ({"adds": lambda maps, bias: maps} if bare else {})


def running_on(*, over: str) -> Function:
    """Return sums that are not set back between filters, or between rows."""

    def sums(batch: Array, banks: Array, stride: int) -> Array:
        maps = plain(batch, banks, stride)
        if over == "filters":
            for k in range(1, len(banks)):
                maps[..., k] += maps[..., k - 1]
        else:
            maps = np.cumsum(maps, axis=2 if over == "columns" else 1)
        return maps

    return sums


def bias_kept(first: float | None) -> Function:
    """Return a convolution with the bias of the call before."""
    kept: dict[int, Any] = {}

    def adds(maps: Array, bias: Any) -> Array:
        count = maps.shape[-1]
        before = kept.get(count, np.full(count, first) if first is not None else bias)
        kept[count] = np.zeros(count) if bias is None else np.array(bias)
        return maps if before is None else maps + before

    return convolution(adds=adds)


def column_major(batch: Array) -> Array:
    """Read every image as if its first axis ran fastest."""
    return np.stack([np.reshape(one.ravel(), one.shape, order="F") for one in batch])


def column_major_planes(batch: Array) -> Array:
    """Read every channel of an image as if its rows ran fastest."""
    _, rows, columns, _ = batch.shape
    moved = np.moveaxis(batch, -1, 1).reshape(len(batch), -1, rows * columns)
    planes = moved.reshape(len(batch), -1, columns, rows).swapaxes(-1, -2)
    return np.moveaxis(planes, 1, -1)


def wrong_columns(batch: Array, banks: Array, stride: int) -> Array:
    """Order the columns of im2col by channel first, as the weights do not lie."""
    by_channel = banks.reshape(len(banks), banks.shape[-1], *banks.shape[1:3])
    return plain(batch, np.moveaxis(by_channel, 1, -1), stride)


def averaged_unchecked(image: Array, filters: Array, bias: Any = None) -> Array:
    """Convolve rightly, and let NumPy broadcast whatever bias there is."""
    refuse(image, filters, None, 1, "valid")
    colour = image[..., np.newaxis] if image.ndim == 2 else image
    batch = colour if image.ndim == 4 else colour[np.newaxis]
    banks = filters if filters.ndim == 4 else filters[..., np.newaxis]
    wide = np.result_type(image, filters, np.float32)
    maps = plain(batch.astype(wide), banks.astype(wide), 1)
    maps = maps.astype(np.result_type(image, filters, np.float16))
    maps = maps if image.ndim == 4 else maps[0]
    return maps if bias is None else maps + bias


CONV2D = {
    "last row zero": conv("last row of every map", "conv2d-last-row-zero", sums=ending_early(1, 0)),
    "last row zero, and bare": conv("last row", "conv2d-last-row-zero", adds=bare_at_the_end),
    "last row zero if strided": conv("row", sums=ending_early(1, 0, strided_only=True)),
    "last column zero": conv("last column", "conv2d-last-column-zero", sums=ending_early(0, 1)),
    "last column zero if strided": conv("column", sums=ending_early(0, 1, strided_only=True)),
    "last two columns zero": conv("last two columns", sums=ending_early(0, 2)),
    "mirrored": conv("mirrors", "conv2d-same-mirrors-the-image", pads=padding("reflect")),
    "mirrored by index": conv("mirrors", "conv2d-same-mirrors-the-image", pads=mirrored_by_index),
    "mirrored with its border": conv(
        "mirrors", "conv2d-same-mirrors-the-border-too", pads=padding("symmetric")
    ),
    "repeated": conv("repeats", "conv2d-same-repeats-the-border", pads=padding("edge")),
    "repeated by index": conv("repeats", "conv2d-same-repeats-the-border", pads=clamped_by_index),
    "above and left": conv(
        "above and to the left",
        "conv2d-same-pads-the-beginning-only",
        pads=padding("constant", 2, 0),
    ),
    "below and right": conv(
        "below and to the right", "conv2d-same-pads-the-end-only", pads=padding("constant", 0, 2)
    ),
    "channel k, bare": conv(
        "filter k sees channel k of the image only",  # and the bias is ignored
        "conv2d-filter-k-sees-channel-k",
        "conv2d-bias-ignored",
        **one_channel_each(lambda k, count: k if k < count else None, bare=True),
    ),
    "channel k in turn": conv(
        "sees one channel",
        "conv2d-filters-take-channels-in-turn",
        **one_channel_each(lambda k, count: k % count, bare=False),
    ),
    "channel k, then the last": conv(
        "channel", **one_channel_each(lambda k, count: min(k, count - 1), bare=False)
    ),
    "runs on over filters": conv(
        "not set back", "conv2d-sum-runs-on-over-filters", sums=running_on(over="filters")
    ),
    "runs on over columns": conv("", sums=running_on(over="columns")),
    "runs on over rows": conv("", sums=running_on(over="rows")),
    "column-major": conv("column-major", "conv2d-image-in-column-major-order", reads=column_major),
    "column-major planes": conv("", reads=column_major_planes),
    "wrong columns": conv("channel", "adapter-conv2d-filters-reshaped", sums=wrong_columns),
}

CONV2D |= {
    "uncleared": Slip(
        "conv2d",
        lambda: convolution(pads=uncleared()),
        ("call", "earlier"),
        {"conv2d-margins-not-cleared"},
    ),
    "bias of the call before": Slip(
        "conv2d",
        lambda: bias_kept(None),
        ("call before", "call"),
        {"conv2d-bias-of-the-call-before"},
    ),
    "no bias at first": Slip(
        "conv2d", lambda: bias_kept(0.0), ("call", "bias"), {"conv2d-bias-of-the-call-before"}
    ),
    "unchecked bias": Slip(
        "conv2d", lambda: averaged_unchecked, ("bias",), {"conv2d-short-bias-broadcast"}
    ),
}

# --- softmax -------------------------------------------------------------------------------------


def softmax_of(
    exponentials: Callable[[Array], Array] = lambda x: np.exp(x - x.max()),
    total: Callable[[Array], Any] = np.sum,
    buffer: Callable[[Array], Array] = lambda x: np.empty(x.shape, np.result_type(x, np.float16)),
) -> Function:
    """Return a softmax that goes through the rows one by one."""

    def softmax(logits: Array) -> Array:
        if not logits.ndim or not logits.shape[-1]:
            raise ValueError("no logits")
        result = buffer(logits)
        for row in np.ndindex(logits.shape[:-1]):
            numbers = logits[row].astype(np.result_type(logits, np.float32))
            powers = exponentials(numbers)
            result[row] = powers / total(powers)
        return result

    return softmax


def shared_out(x: Array) -> Array:
    """Return exponentials as they are; if any are infinite, these are 1 and all others 0."""
    powers = np.exp(x)
    return np.isinf(powers).astype(x.dtype) if np.isinf(powers).any() else powers


def soft(said: tuple[str, ...], *certain: str, **parts: Any) -> Slip:
    """Return a softmax with a slip."""
    return Slip("softmax", lambda: softmax_of(**parts), said, set(certain))


SOFTMAX = {
    "constant, no maximum": soft(
        ("constant",),
        "softmax-epsilon-without-maximum",
        exponentials=np.exp,
        total=lambda powers: powers.sum() + 1e-9,
    ),
    "constant, infinities shared out": soft(
        ("constant", "low"), exponentials=shared_out, total=lambda powers: powers.sum() + 1e-9
    ),
    "another constant, no maximum": soft(
        ("constant", "low"), exponentials=np.exp, total=lambda powers: powers.sum() + 1e-7
    ),
    "integer buffer": soft(
        ("integer type", "cut to whole numbers"),
        "softmax-result-of-the-logits-type",
        buffer=np.zeros_like,
    ),
    "wide integer buffer": soft(
        ("integer type", "cut to whole numbers"),
        "softmax-result-of-the-logits-type",
        buffer=lambda x: np.full(x.shape, 7, np.int64 if x.dtype.kind in "iu" else x.dtype),
    ),
    "buffer like the first row": soft(
        ("integer type", "cut to whole numbers"),
        "softmax-result-of-the-logits-type",
        buffer=np.copy,
    ),
}

# --- loss ----------------------------------------------------------------------------------------


def loss_of(
    chosen: Callable[[Array, int], Any] = lambda p, label: p[label],
    added: float = 0.0,
    refused: Callable[[int, int], bool] = lambda label, classes: not 0 <= label < classes,
) -> Function:
    """Return a loss."""

    def cross_entropy(probabilities: Array, label: int) -> Any:
        if probabilities.ndim != 1 or refused(label, len(probabilities)):
            raise ValueError("label")
        p = chosen(probabilities, label)
        return -np.log(p + p.dtype.type(added) if added else p)

    return cross_entropy


def unchecked(label: int, classes: int) -> bool:
    return label >= classes


def one_too_high(label: int, classes: int) -> bool:
    return label > classes or label < 0


def loss(said: str, *certain: str, **parts: Any) -> Slip:
    """Return a loss with a slip."""
    return Slip("cross_entropy", lambda: loss_of(**parts), (said,), set(certain))


NEGATIVE = "cross_entropy-negative-label"

LOSS = {
    "1e-15": loss("1e-15, is added to the probability", NEGATIVE, added=1e-15, refused=unchecked),
    "1e-12": loss("1e-12, is added to the probability", NEGATIVE, added=1e-12, refused=unchecked),
    "1e-10, refusing": loss("1e-10, is added to the probability", added=1e-10),
    "1e-7": loss("1e-07, is added to the probability", NEGATIVE, added=1e-7, refused=unchecked),
    "1e-7, refusing": loss("1e-07, is added to the probability", added=1e-7),
    "one too high, wrapping": loss(
        "not below the number of classes",
        "cross_entropy-label-one-too-high",
        "cross_entropy-label-cut-off",  # np.take does so as well
        chosen=lambda p, label: np.take(p, label, mode="wrap"),
        refused=one_too_high,
    ),
    "one too high, clipping": loss(
        "not below the number of classes",
        "cross_entropy-label-one-too-high",
        "cross_entropy-label-cut-off",  # np.take does so as well
        chosen=lambda p, label: np.take(p, label, mode="clip"),
        refused=one_too_high,
    ),
    "one too high, by one-hot": loss(
        "not below the number of classes",
        chosen=lambda p, label: (p * (np.arange(len(p)) == label)).sum(dtype=p.dtype),
        refused=one_too_high,
    ),
}

SLIPS = {**CONV2D, **SOFTMAX, **LOSS}
