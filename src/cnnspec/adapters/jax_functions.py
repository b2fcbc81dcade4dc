"""What JAX compiles for each layer that it has no single function for."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from cnnspec.adapters.axis_orders import is_of_rows, per_axis, zeros_on_sides


def conv_options(stride: Any, padding: Any, dilation: Any, groups: int) -> dict[str, Any]:
    """Return the options of a convolution as `conv` takes them."""
    return {
        "stride": per_axis(stride),
        "padding": padding.upper() if isinstance(padding, str) else zeros_on_sides(padding),
        "dilation": per_axis(dilation),
        "groups": groups,
    }


def transposed_options(
    sizes: tuple[int, int],
    stride: Any,
    padding: Any,
    output_padding: Any,
    dilation: Any,
    groups: int,
) -> dict[str, Any]:
    """Return the options of a transposed convolution as `conv_transpose` takes them.

    Raises
    ------
    NotImplementedError
        If there is more output padding than a convolution can have left out.
    """
    strides, dilations, added = map(per_axis, (stride, dilation, output_padding))
    if any(a >= max(s, d) for a, s, d in zip(added, strides, dilations, strict=True)):
        raise NotImplementedError("JAX adds on either side whatever it is told to")
    axes = zip(sizes, dilations, zeros_on_sides(padding), added, strict=True)
    return {
        "stride": strides,
        "padding": tuple(
            (d * (size - 1) - before, d * (size - 1) - after + a)
            for size, d, (before, after), a in axes
        ),
        "dilation": dilations,
        "groups": groups,
    }


def pool_options(size: Any, stride: Any, **given: Any) -> dict[str, Any]:
    """Return the options of a pooling as `pool` takes them."""
    return {
        "size": per_axis(size),
        "stride": per_axis(size if stride is None else stride),
        "padding": per_axis(given.get("padding", 0)),
        "dilation": per_axis(given.get("dilation", 1)),
        "counted": given.get("count_include_pad", True),
    }


def conv(
    images: Any,
    filters: Any,
    *,
    stride: tuple[int, int],
    padding: Any,
    dilation: tuple[int, int],
    groups: int,
    layout: str,
) -> Any:
    """Return the maps of images in a layout, under filters (f, f, C, K)."""
    return lax.conv_general_dilated(
        images,
        filters,
        stride,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=(layout, "HWIO", layout),
        feature_group_count=groups,
    )


def conv_with_bias(images: Any, filters: Any, bias: Any, *, layout: str, **options: Any) -> Any:
    """Return the maps, with a number added to each."""
    maps = conv(images, filters, layout=layout, **options)
    return plus(maps, bias, layout.index("C"))


def conv_transpose(
    images: Any,
    filters: Any,
    *,
    stride: tuple[int, int],
    padding: tuple[tuple[int, int], tuple[int, int]],
    dilation: tuple[int, int],
    groups: int,
    layout: str,
) -> Any:
    """Return what ``lax.conv_transpose`` computes, which has no groups: the same dilated image."""
    channels, down, across, count = filters.shape
    apart = filters[:, ::-1, ::-1].reshape(groups, channels // groups, down, across, count)
    turned = jnp.transpose(apart, (2, 3, 1, 0, 4)).reshape(down, across, -1, groups * count)
    return lax.conv_general_dilated(
        images,
        turned,
        (1, 1),
        padding,
        lhs_dilation=stride,
        rhs_dilation=dilation,
        dimension_numbers=(layout, "HWIO", layout),
        feature_group_count=groups,
    )


def conv_transpose_with_bias(
    images: Any, filters: Any, bias: Any, *, layout: str, **options: Any
) -> Any:
    """Return the maps of a transposed convolution, with a number added to each."""
    maps = conv_transpose(images, filters, layout=layout, **options)
    return plus(maps, bias, layout.index("C"))


def plus(values: Any, bias: Any, axis: int) -> Any:
    """Return values with a bias along one axis."""
    return values + lax.broadcast_in_dim(bias, values.shape, [axis])


def pool(
    images: Any,
    *,
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    counted: bool,
    layout: str,
    by: str,
) -> Any:
    """Return the largest, the smallest or the mean of every window."""

    def laid(of_axes: tuple[int, int], elsewhere: int = 1) -> list[int]:
        rows, columns = of_axes
        return [{"H": rows, "W": columns}.get(axis, elsewhere) for axis in layout]

    around = [(zeros, zeros) for zeros in laid(padding, 0)]
    how = {"window_dimensions": laid(size), "window_strides": laid(stride), "padding": around}
    if by == "mean":
        sums = lax.reduce_window(images, 0.0, lax.add, **how)
        if counted or not any(padding):
            return sums / (size[0] * size[1])
        return sums / lax.reduce_window(jnp.ones_like(images), 0.0, lax.add, **how)
    start, chosen = (-jnp.inf, lax.max) if by == "max" else (jnp.inf, lax.min)
    if not jnp.issubdtype(images.dtype, jnp.floating):
        limits = jnp.iinfo(images.dtype)
        start = limits.min if by == "max" else limits.max
    return lax.reduce_window(images, start, chosen, **how, window_dilation=laid(dilation))


def normalised(
    images: Any, mean: Any, variance: Any, scale: Any, offset: Any, *, epsilon: float, axis: int
) -> Any:
    """Return images, normalised along one axis as Flax does."""
    factor = scale * lax.rsqrt(variance + epsilon)  # as Flax does
    centred = images - lax.broadcast_in_dim(mean, images.shape, [axis])
    return plus(centred * lax.broadcast_in_dim(factor, images.shape, [axis]), offset, axis)


def means(images: Any, *, axes: tuple[int, ...]) -> Any:
    """Return the means over some axes."""
    return jnp.mean(images, axis=axes)


def rows(images: Any) -> Any:
    """Return each image as a row."""
    return jnp.reshape(images, (images.shape[0], -1))


def dense(x: Any, weights: Any, bias: Any) -> Any:
    """Return x, flattened or in rows, times the weights, plus the bias."""
    if is_of_rows(x, weights):
        return plus(lax.dot(x, weights), bias, 1)
    return plus(lax.dot(jnp.ravel(x), weights), bias, 0)
