"""What tinygrad computes for each layer and loss that takes more than one of its methods."""

from typing import Any

import numpy as np
from tinygrad import Tensor

from cnnspec.adapters.axis_orders import per_axis, zeros_around, zeros_on_sides


def conv(
    images: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    *,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Tensor:
    """Return the maps of images (N, C, H, W), under filters (K, C, f, f), plus a bias."""
    if padding == "same":
        apart = zip(weight.shape[2:], per_axis(dilation), strict=True)
        down, across = (zeros_around((size - 1) * step + 1) for size, step in apart)
    else:
        down, across = zeros_on_sides(0 if padding == "valid" else padding)
    return images.conv2d(weight, bias, groups, stride, dilation, (*across, *down))


def conv_transpose(
    images: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    *,
    stride: Any,
    padding: Any,
    output_padding: Any,
    dilation: Any,
    groups: int,
) -> Tensor:
    """Return the maps of images (N, K, H, W), under filters (K, C, f, f), plus a bias."""
    down, across = zeros_on_sides(padding)
    return images.conv_transpose2d(
        weight,
        bias,
        groups=groups,
        stride=per_axis(stride),
        dilation=per_axis(dilation),
        padding=(*across, *down),
        output_padding=per_axis(output_padding),
    )


def max_pool(
    images: Tensor, *, size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Tensor:
    """Return the largest element of every window."""
    return images.max_pool2d(per_axis(size), stride, dilation, padding, ceil_mode)


def min_pool(images: Tensor, **options: Any) -> Tensor:
    """Return the smallest element of every window."""
    return -max_pool(-images, **options)


def avg_pool(
    images: Tensor,
    *,
    size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
) -> Tensor:
    """Return the mean of every window."""
    return images.avg_pool2d(per_axis(size), stride, 1, padding, ceil_mode, count_include_pad)


def normalised(
    images: Tensor,
    mean: Tensor,
    variance: Tensor,
    scale: Tensor,
    offset: Tensor,
    *,
    epsilon: float,
) -> Tensor:
    """Return images, normalised by parameters of each channel."""
    return images.batchnorm(scale, offset, mean, (variance + epsilon).rsqrt())


def means(images: Tensor) -> Tensor:
    """Return the mean of every map."""
    return images.mean((2, 3))


def rows(images: Tensor) -> Tensor:
    """Return each image as a row."""
    return images.flatten(1)


def dense(x: Tensor, weights: Tensor, bias: Tensor, *, of_rows: bool) -> Tensor:
    """Return x, in rows or flattened, times the weights, plus the bias."""
    return (x if of_rows else x.flatten()).linear(weights, bias)


def cross_entropy(probabilities: Tensor, *, label: int) -> Tensor:
    """Return the negative logarithm of the label's probability."""
    return probabilities.log().reshape(1, -1).nll_loss(Tensor([label]))


def cross_entropies(rows: Tensor, *, label: Any, reduction: Any) -> Tensor:
    """Return the losses of rows of logits, or their sum."""
    labels = Tensor(np.atleast_1d(label))
    return rows.sparse_categorical_crossentropy(labels, reduction=reduction)
