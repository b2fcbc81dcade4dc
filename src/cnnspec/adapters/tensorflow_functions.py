"""What TensorFlow computes for each layer, of tensors of images with the channels last."""

from typing import Any

import tensorflow as tf

from cnnspec.adapters.axis_orders import per_axis, zeros_on_sides


def conv(
    images: tf.Tensor,
    kernel: tf.Tensor,
    *bias: tf.Tensor,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> tf.Tensor:
    """Return the maps of images, under filters (f, f, C, K), plus the bias if there is one.

    Raises
    ------
    NotImplementedError
        If TensorFlow would take other groups than are meant.
    """
    if groups != 1 and images.shape[-1] != groups * kernel.shape[2]:
        raise NotImplementedError("tf.nn.conv2d infers the groups from the channels")
    maps = tf.nn.conv2d(
        images, kernel, per_axis(stride), _padding(padding), dilations=per_axis(dilation)
    )
    return tf.nn.bias_add(maps, *bias) if bias else maps


def _padding(padding: Any) -> Any:
    """Return a word in capitals, or the zeros on each side of each axis."""
    if isinstance(padding, str):
        return padding.upper()
    rows, columns = zeros_on_sides(padding)
    return [[0, 0], [*rows], [*columns], [0, 0]]


def conv_transpose(
    images: tf.Tensor,
    kernel: tf.Tensor,
    *bias: tf.Tensor,
    stride: Any,
    padding: Any,
    output_padding: Any,
) -> tf.Tensor:
    """Return the maps of images (N, H, W, K), under filters (f, f, C, K), plus a bias."""
    strides, margins, added = per_axis(stride), zeros_on_sides(padding), per_axis(output_padding)
    axes = zip(images.shape[1:3], strides, kernel.shape[:2], margins, added, strict=True)
    sides = [(length - 1) * s + size - sum(zeros) + more for length, s, size, zeros, more in axes]
    shape = (len(images), *sides, kernel.shape[2])
    maps = tf.nn.conv2d_transpose(images, kernel, shape, strides, ((0, 0), *margins, (0, 0)))
    return tf.nn.bias_add(maps, *bias) if bias else maps


def max_pool(images: tf.Tensor, *, size: Any, stride: Any, padding: Any) -> tf.Tensor:
    """Return the largest element of every window."""
    return tf.nn.max_pool2d(images, size, _stride(size, stride), _around(padding))


def min_pool(images: tf.Tensor, *, size: Any, stride: Any, padding: Any) -> tf.Tensor:
    """Return the smallest element of every window, of real numbers."""
    return -max_pool(-images, size=size, stride=stride, padding=padding)


def avg_pool(images: tf.Tensor, *, size: Any, stride: Any) -> tf.Tensor:
    """Return the mean of every window; TensorFlow's takes paddings by words only."""
    return tf.nn.avg_pool2d(images, size, _stride(size, stride), "VALID")


def _stride(size: Any, stride: Any) -> Any:
    return size if stride is None else stride


def _around(padding: Any) -> Any:
    """Return a padding as ``tf.nn`` takes it: a word, or numbers for every axis and side."""
    rows, columns = per_axis(padding)
    if not rows and not columns:
        return "VALID"
    return [[0, 0], [rows, rows], [columns, columns], [0, 0]]


def normalised(
    images: tf.Tensor, mean: Any, variance: Any, scale: Any, offset: Any, *, epsilon: float
) -> tf.Tensor:
    """Return images, normalised by parameters of each channel."""
    return tf.nn.batch_normalization(images, mean, variance, offset, scale, epsilon)


def means(images: tf.Tensor) -> tf.Tensor:
    """Return the mean of every map."""
    return tf.reduce_mean(images, axis=(1, 2))


def rows(images: tf.Tensor) -> tf.Tensor:
    """Return each image as a row."""
    return tf.reshape(images, (images.shape[0], -1))


def dense(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor, *, of_rows: bool) -> tf.Tensor:
    """Return x, in rows or flattened, times the weights, plus the bias."""
    nodes = tf.nn.bias_add(tf.matmul(x if of_rows else tf.reshape(x, (1, -1)), weights), bias)
    return nodes if of_rows else nodes[0]
