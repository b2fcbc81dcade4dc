"""Slips of every day: a loop one short, another border, a sum or a buffer that runs on."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, max_pool2d, softmax

Array = NDArray[Any]

# --- loops that end early ----------------------------------------------------------------------


@fault(
    "conv2d-last-row-zero",
    "the last row of every map is left at zero",
    "let the loop over the rows run to the last one: range((H - f) // stride + 1)",
)
def last_row_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., -1, :, :] = 0
    return maps


@fault(
    "conv2d-last-column-zero",
    "the last column of every map is left at zero",
    "let the loop over the columns run to the last one: range((W - f) // stride + 1)",
)
def last_column_zero(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    maps = conv2d(image, filters, *args, **options)
    maps[..., -1, :] = 0
    return maps


def _pooling_with_zeros(right: Callable[..., Array], *place: Any) -> Callable[..., Array]:
    def pool(maps: Array, size: int = 2, stride: int | None = None) -> Array:
        pooled = np.array(right(maps, size, stride))
        pooled[(..., *place)] = 0
        return pooled

    return pool


for _right in (max_pool2d, avg_pool2d):
    fault(
        f"{_right.__name__}-last-row-zero",
        "the last row of every map is left at zero",
        "let the loop over the rows run to the last one: range((H - size) // stride + 1)",
    )(_pooling_with_zeros(_right, -1, slice(None), slice(None)))
    fault(
        f"{_right.__name__}-last-column-zero",
        "the last column of every map is left at zero",
        "let the loop over the columns run to the last one: range((W - size) // stride + 1)",
    )(_pooling_with_zeros(_right, -1, slice(None)))


# --- padding -----------------------------------------------------------------------------------


def _surrounded(image: Array, filters: Array, mode: str, ends: tuple[int, int]) -> Array:
    """Return an image with margins of the filter's radius, so many times it before and behind."""
    axis, radius = (1 if image.ndim == 4 else 0), filters.shape[1] // 2
    margins = [(0, 0)] * image.ndim
    margins[axis] = margins[axis + 1] = (ends[0] * radius, ends[1] * radius)
    result: Array = np.pad(image, margins, mode=mode)  # type: ignore[call-overload]
    return result


@fault(
    "conv2d-same-mirrors-the-image",
    'padding "same" mirrors the image at its border pixels instead of adding zeros',
    "surround the image with zeros",
    seen="OpenCV's filter2D (BORDER_REFLECT_101)",
)
def same_mirrors_the_image(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    conv2d(image, filters, *args, padding=padding, **options)
    if padding == "same":
        image = _surrounded(image, filters, "reflect", (1, 1))
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-same-mirrors-the-border-too",
    'padding "same" mirrors the image, its border pixels included, instead of adding zeros',
    "surround the image with zeros",
    seen="scipy.ndimage (mode='reflect')",
)
def same_mirrors_the_border_too(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    conv2d(image, filters, *args, padding=padding, **options)
    if padding == "same":
        image = _surrounded(image, filters, "symmetric", (1, 1))
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-same-pads-the-beginning-only",
    'padding "same" adds all zeros above and to the left',
    "add half of the zeros before and half behind",
)
def same_pads_the_beginning_only(
    image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
) -> Array:
    conv2d(image, filters, *args, padding=padding, **options)
    if padding == "same":
        image = _surrounded(image, filters, "constant", (2, 0))
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-margins-not-cleared",
    'with padding "same", the margins hold what an earlier image left in the buffer',
    "fill the buffer with zeros before the image is copied into it",
    makes=True,
)
def margins_not_cleared() -> Callable[..., Array]:
    memory: dict[Any, Array] = {}

    def convolve(
        image: Array, filters: Array, *args: Any, padding: str = "valid", **options: Any
    ) -> Array:
        conv2d(image, filters, *args, padding=padding, **options)
        if padding != "same":
            return conv2d(image, filters, *args, **options)
        padded = _surrounded(image, filters, "constant", (1, 1))
        inside = _surrounded(np.ones(image.shape, bool), filters, "constant", (1, 1))
        buffer = memory.get(image.dtype, np.zeros(0, image.dtype))
        if buffer.size < padded.size:
            buffer = memory[image.dtype] = np.zeros(padded.size, image.dtype)
        left = buffer[: padded.size].reshape(padded.shape)
        left[inside] = padded[inside]
        return conv2d(left, filters, *args, **options)

    return convolve


# --- filters, channels, bias -------------------------------------------------------------------


@fault(
    "conv2d-filter-k-sees-channel-k",
    "filter k sees channel k of the image only, and maps beyond the channels are left at zero",
    "sum over all channels for every filter",
)
def filter_k_sees_channel_k(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    channels = filters.shape[-1] if filters.ndim == 4 else 1
    own = np.eye(len(filters), channels, dtype=filters.dtype)[:, np.newaxis, np.newaxis]
    alone = filters * (own if filters.ndim == 4 else 1)
    maps = conv2d(image, alone, *args, **options)
    maps[..., channels:] = 0
    return maps


@fault(
    "conv2d-filters-take-channels-in-turn",
    "every filter sees one channel of the image, in turn: filter k sees channel k % C",
    "sum over all channels for every filter",
)
def filters_take_channels_in_turn(
    image: Array, filters: Array, *args: Any, **options: Any
) -> Array:
    if filters.ndim == 4 and filters.shape[-1] and len(filters):
        own = np.arange(len(filters))[:, np.newaxis] % filters.shape[-1]
        chosen = np.arange(filters.shape[-1]) == own
        filters = filters * chosen.astype(filters.dtype)[:, np.newaxis, np.newaxis]
    return conv2d(image, filters, *args, **options)


@fault(
    "conv2d-sum-runs-on-over-filters",
    "the sum is not set back to 0 between filters: map k holds the sums of the filters before, too",
    "set the sum to 0 for every filter and window",
)
def sum_runs_on_over_filters(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    maps = conv2d(image, filters, bias, **options)
    sums = np.cumsum(conv2d(image, filters, **options), axis=-1)
    return np.asarray(sums if bias is None else sums + bias).astype(maps.dtype)


@fault(
    "conv2d-bias-of-the-call-before",
    "the bias is that of the call before, if it had as many filters",
    "read the bias of every call anew",
    makes=True,
)
def bias_of_the_call_before() -> Callable[..., Array]:
    kept: dict[int, Any] = {}

    def convolve(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
        conv2d(image, filters, bias, **options)
        if bias is None:
            return conv2d(image, filters, **options)
        before = kept.get(len(filters), bias)
        kept[len(filters)] = np.array(bias)
        return conv2d(image, filters, before, **options)

    return convolve


@fault(
    "conv2d-image-in-column-major-order",
    "the pixels are read as if the first axis ran fastest (column-major order)",
    "read the image in row-major order: pixel (i, j) of (H, W) lies at i * W + j",
    seen="ports from column-major languages",
)
def image_in_column_major_order(image: Array, filters: Array, *args: Any, **options: Any) -> Array:
    conv2d(image, filters, *args, **options)
    shape = image.shape[1:] if image.ndim == 4 else image.shape
    images = [one.ravel().reshape(shape, order="F") for one in image.reshape(-1, *shape)]
    return conv2d(np.array(images).reshape(image.shape), filters, *args, **options)


# --- softmax and loss --------------------------------------------------------------------------


@fault(
    "softmax-epsilon-without-maximum",
    "a small constant is added to the sum, and the largest logit is not subtracted: low logits sink"
    " below the constant",
    "subtract the largest logit before the exponential, and divide by the sum itself",
)
def softmax_epsilon_without_maximum(logits: Array) -> Array:
    softmax(logits)
    exponentials = np.exp(logits)
    return np.asarray(exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-9))


@fault(
    "softmax-result-of-the-logits-type",
    "the result has the integer type of the logits, which cuts every fraction off",
    "create the result with a floating-point dtype, not with zeros_like(logits)",
    seen="public answers: numpy.zeros_like",
)
def softmax_result_of_the_logits_type(logits: Array) -> Array:
    probabilities = softmax(logits)
    return probabilities.astype(logits.dtype) if logits.dtype.kind in "iu" else probabilities


@fault(
    "cross_entropy-label-one-too-high",
    "a label as large as the number of classes passes the check (> instead of >=)",
    "raise a ValueError unless 0 <= label < classes",
)
def label_one_too_high(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, 0 if label == len(probabilities) > 0 else label)


@fault(
    "cross_entropy-label-clipped",
    "a label beyond the classes is taken for the last class",
    "raise a ValueError unless 0 <= label < classes",
)
def label_clipped(probabilities: Array, label: int) -> Any:
    return cross_entropy(probabilities, min(label, max(len(probabilities) - 1, 0)))
