"""What goes wrong with the gradients of a transposed convolution."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.conv_transpose2d import conv_transpose2d
from cnnspec.reference.conv_transpose2d_backward import (
    conv_transpose2d_grad_bias,
    conv_transpose2d_grad_filters,
    conv_transpose2d_grad_image,
)

Array = NDArray[Any]
Pair = tuple[int, int]


class Options(NamedTuple):
    """The options of a call, one number for each axis or side."""

    strides: Pair
    dilations: Pair
    added: Pair
    margins: tuple[Pair, Pair]
    groups: int


def pair(value: Any) -> Pair:
    """Return an option for rows and columns."""
    return value if isinstance(value, tuple) else (value, value)


def read(options: dict[str, Any]) -> Options:
    """Return the options of a call that the reference answers."""
    padding = pair(options.get("padding", 0))
    return Options(
        pair(options.get("stride", 1)),
        pair(options.get("dilation", 1)),
        pair(options.get("output_padding", 0)),
        (pair(padding[0]), pair(padding[1])),
        options.get("groups", 1),
    )


def _sums(grad: Array, image: Array, filters: Array, of: Options) -> tuple[Array, Array]:
    """Return the gradients to image and filters, where filters lie elsewhere: zeros beyond grad."""
    single = image.ndim == 3
    grads, images = (one[np.newaxis] if single else one for one in (grad, image))
    count, groups = filters.shape[3], of.groups
    rows, columns = (np.arange(n) * s for n, s in zip(images.shape[1:3], of.strides, strict=True))
    to_image, to_filters = np.zeros(images.shape), np.zeros(filters.shape)
    for a, b in np.ndindex(*filters.shape[1:3]):
        lines = rows + a * of.dilations[0] - of.margins[0][0]
        places = columns + b * of.dilations[1] - of.margins[1][0]
        own, its = (
            (at >= 0) & (at < n) for at, n in zip((lines, places), grads.shape[1:3], strict=True)
        )
        seen = np.zeros((*images.shape[:3], grads.shape[3]))
        seen[np.ix_(range(len(images)), own, its)] = grads[:, lines[own]][:, :, places[its]]
        for k in range(len(filters)):
            first = k // (len(filters) // groups) * count
            here = seen[..., first : first + count]
            to_image[..., k] += here @ filters[k, a, b]
            to_filters[k, a, b] = np.einsum("nij,nijc->c", images[..., k], here)
    return (to_image[0] if single else to_image), to_filters


def _image_of(grad: Array, image: Array, filters: Array, of: Options, right: Array) -> Array:
    return _sums(grad, image, filters, of)[0].astype(right.dtype)


def _filters_of(grad: Array, image: Array, filters: Array, of: Options, right: Array) -> Array:
    return _sums(grad, image, filters, of)[1].astype(right.dtype)


# --- to the image ----------------------------------------------------------------------------


@fault(
    "conv_transpose2d_grad_image-filters-turned",
    "the filters are turned by 180 degrees: a true convolution of grad, not a correlation",
    "correlate grad with the filters as they are",
    seen="scipy.signal.convolve2d in the place of correlate2d",
)
def filters_turned(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv_transpose2d_grad_image(grad, image, filters[:, ::-1, ::-1], **options)


@fault(
    "conv_transpose2d_grad_image-filters-transposed",
    "rows and columns of the filters are swapped",
    "leave rows and columns of the filters as they are",
    seen="code that transposes all axes of the weights",
)
def filters_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    return conv_transpose2d_grad_image(grad, image, _turned_over(filters), **options)


def _turned_over(filters: Array) -> Array:
    rows, columns = filters.shape[1:3]
    return filters.swapaxes(1, 2) if rows == columns else filters


@fault(
    "conv_transpose2d_grad_image-stride-ignored",
    "the stride is ignored: the filters of neighbouring pixels are read 1 apart",
    "pixel i sees grad from row i * stride on",
)
def stride_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    return _image_of(grad, image, filters, read(options)._replace(strides=(1, 1)), right)


@fault(
    "conv_transpose2d_grad_image-strides-swapped",
    "the strides of rows and columns are swapped",
    "use the first stride for the rows",
)
def strides_swapped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    of = read(options)
    return _image_of(grad, image, filters, of._replace(strides=of.strides[::-1]), right)


@fault(
    "conv_transpose2d_grad_image-dilation-ignored",
    "the dilation is ignored: weights lie side by side",
    "weight a meets the row of grad that is a * dilation further on",
)
def dilation_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    return _image_of(grad, image, filters, read(options)._replace(dilations=(1, 1)), right)


@fault(
    "conv_transpose2d_grad_image-stride-and-dilation-exchanged",
    "stride and dilation are exchanged: windows are a dilation apart, weights a stride",
    "the stride is the step from pixel to pixel, the dilation that from weight to weight",
    seen="backward passes written as convolutions",
)
def exchanged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    of = read(options)
    other = of._replace(strides=of.dilations, dilations=of.strides)
    return _image_of(grad, image, filters, other, right)


@fault(
    "conv_transpose2d_grad_image-padding-ignored",
    "the padding is ignored: windows lie as if nothing had been taken away",
    "put the rows and columns that padding took away around grad, as zeros",
)
def padding_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    of = read(options)._replace(margins=((0, 0), (0, 0)))
    return _image_of(grad, image, filters, of, right)


@fault(
    "conv_transpose2d_grad_image-padding-removed-from-the-result",
    "the padding is cut off the result, as in the gradient of a convolution",
    "put zeros around grad: the result has the shape of the image",
    seen="the backward pass of a convolution, used again",
)
def padding_removed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_image(grad, image, filters, **options)
    (top, bottom), (left, right) = read(options).margins
    return found[..., top : found.shape[-3] - bottom, left : found.shape[-2] - right, :]


@fault(
    "conv_transpose2d_grad_image-padding-of-the-opposite-side",
    "the padding of opposite sides is swapped: bottom for top, right for left",
    "put zeros ((top, bottom), (left, right)) where they were taken away",
)
def padding_swapped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_image(grad, image, filters, **options)
    of = read(options)
    (top, bottom), (left, far) = of.margins
    return _image_of(grad, image, filters, of._replace(margins=((bottom, top), (far, left))), right)


@fault(
    "conv_transpose2d_grad_image-rows-of-output-padding-lost",
    "the rows and columns of the output padding are left out of grad",
    "use all of grad: filters may reach into the output padding where there is padding, too",
)
def output_padding_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    return conv_transpose2d_grad_image(_without_added(grad, options), image, filters, **options)


def _without_added(grad: Array, options: dict[str, Any]) -> Array:
    rows, columns = read(options).added
    cut = grad.copy()
    cut[..., grad.shape[-3] - rows :, :, :] = 0
    cut[..., grad.shape[-2] - columns :, :] = 0
    return cut


@fault(
    "conv_transpose2d_grad_image-output-padding-makes-pixels",
    "a window that begins in the output padding counts as a pixel: the result is too large",
    "return the shape of the image",
)
def output_padding_makes_pixels(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_image(grad, image, filters, **options)
    of = read(options)
    rows, columns = (a // s for a, s in zip(of.added, of.strides, strict=True))
    return np.pad(found, [(0, 0)] * (found.ndim - 3) + [(0, rows), (0, columns), (0, 0)])


@fault(
    "conv_transpose2d_grad_image-by-the-layer-itself",
    "grad is laid out by the filters again, as in the layer: the result is too large",
    "correlate grad with the filters, a stride apart",
)
def by_the_layer_itself(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    if read(options).groups > 1:
        return conv_transpose2d_grad_image(grad, image, filters, **options)
    plain = {name: options[name] for name in ("stride", "dilation") if name in options}
    return conv_transpose2d(grad, filters.transpose(3, 1, 2, 0), **plain)


@fault(
    "conv_transpose2d_grad_image-groups-dealt-in-turns",
    "channels belong to the groups in turns: those of group g are g, g + groups, ...",
    "the channels of group g lie side by side, from g * (K / groups) on",
    seen="grouped convolutions in public threads",
)
def channels_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_image(grad, image, filters, **options)
    groups = read(options).groups
    return found[..., np.arange(found.shape[-1]).reshape(groups, -1).T.ravel()]


@fault(
    "conv_transpose2d_grad_image-maps-of-the-first-group",
    "every channel sees the maps of the first group",
    "the maps of group g are those from g * (C / groups) on",
)
def first_group(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    groups = read(options).groups
    first = np.concatenate([grad[..., : grad.shape[-1] // groups]] * groups, axis=-1)
    return conv_transpose2d_grad_image(first, image, filters, **options)


@fault(
    "conv_transpose2d_grad_image-last-map-only",
    "only the last map's gradient counts: it is stored, not added",
    "add the gradients of all maps (+=)",
)
def last_map_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    only = np.zeros_like(filters)
    only[..., -1] = filters[..., -1]
    return conv_transpose2d_grad_image(grad, image, only, **options)


@fault(
    "conv_transpose2d_grad_image-only-as-many-columns-as-rows",
    "as many columns of grad are used as it has rows: the width is taken from the rows",
    "take the width from the columns",
)
def square_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., grad.shape[-3] :, :] = 0
    return conv_transpose2d_grad_image(cut, image, filters, **options)


@fault(
    "conv_transpose2d_grad_image-in-float32",
    "the gradient to the image is computed in float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, image, filters)]
    kind = np.result_type(grad, filters, np.float32)
    return conv_transpose2d_grad_image(*narrow, **options).astype(kind)


@fault(
    "conv_transpose2d_grad_image-filters-updated-first",
    "the filters are updated before they are used for the gradient to the image",
    "compute grad_image with the filters of the forward pass, then update them",
    seen="layers that update inside backward",
)
def filters_updated_first(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    updated = filters - 0.01 * conv_transpose2d_grad_filters(grad, image, filters, **options)
    return conv_transpose2d_grad_image(grad, image, updated.astype(filters.dtype), **options)


@fault(
    "conv_transpose2d_grad_image-nan-dropped",
    "NaN and infinity in the incoming gradient are taken for 0",
    "leave them: they show that training went wrong",
)
def nan_dropped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    finite = np.where(np.isfinite(grad), grad, np.zeros_like(grad))
    return conv_transpose2d_grad_image(finite, image, filters, **options)


@fault(
    "conv_transpose2d_grad_image-one-filter-for-all",
    "a single filter is used for all channels of the image",
    "raise a ValueError unless there is a filter for each channel",
    effect=ADVISED,
)
def one_filter(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    if len(filters) == 1 and options.get("groups", 1) == 1:
        filters = np.repeat(filters, image.shape[-1], axis=0)
    return conv_transpose2d_grad_image(grad, image, filters, **options)


@fault(
    "conv_transpose2d_grad_image-oblong-filters-transposed",
    "filters that are not square are read with their rows and columns interchanged",
    "step through the weights by the filter's own number of columns",
)
def oblong_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_image(grad, image, filters, **options)
    return conv_transpose2d_grad_image(grad, image, _reread(filters), **options)


def _reread(filters: Array) -> Array:
    """Return filters that are not square as if they lay with rows for columns in memory."""
    rows, columns = filters.shape[1:3]
    if rows == columns:
        return filters
    return filters.reshape(len(filters), columns, rows, -1).swapaxes(1, 2).copy()


def _only_square(gradient: Callable[..., Array]) -> Callable[..., Array]:
    def refuses(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
        found = gradient(grad, image, filters, **options)
        rows, columns = filters.shape[1:3]
        if rows != columns:
            raise ValueError(f"filters must be square, got {rows}x{columns}")
        return found

    return refuses


@fault(
    "conv_transpose2d_grad_image-only-square",
    "filters that are not square are refused in the general profile too",
    "compute filters of any size, or be judged by the article profile",
    profile="general",
)
def only_square(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return _only_square(conv_transpose2d_grad_image)(grad, image, filters, **options)


# --- to the filters --------------------------------------------------------------------------


@fault(
    "conv_transpose2d_grad_filters-turned",
    "the gradient to the filters is turned by 180 degrees",
    "weight (a, b) meets grad where it was laid: the filters are not turned",
)
def turned(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv_transpose2d_grad_filters(grad, image, filters, **options)[:, ::-1, ::-1].copy()


@fault(
    "conv_transpose2d_grad_filters-transposed",
    "rows and columns of each filter's gradient are swapped",
    "return rows and columns as the filters have them",
)
def transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv_transpose2d_grad_filters(grad, image, filters, **options).swapaxes(1, 2).copy()


@fault(
    "conv_transpose2d_grad_filters-channels-and-maps-exchanged",
    "grad and image are swapped: the result has the axes of channels and maps exchanged",
    "return the shape of the filters: (K, f, f, C / groups)",
    seen="the backward pass of a convolution, used again",
)
def axes_exchanged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv_transpose2d_grad_filters(grad, image, filters, **options).swapaxes(0, 3).copy()


@fault(
    "conv_transpose2d_grad_filters-stride-ignored",
    "the stride is ignored: the elements of neighbouring pixels are read 1 apart",
    "pixel i meets grad from row i * stride on",
)
def filters_stride_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_filters(grad, image, filters, **options)
    return _filters_of(grad, image, filters, read(options)._replace(strides=(1, 1)), right)


@fault(
    "conv_transpose2d_grad_filters-dilation-taken-for-stride",
    "stride and dilation are exchanged: pixels are a dilation apart, weights a stride",
    "the stride is the step from pixel to pixel, the dilation that from weight to weight",
    seen="backward passes written as convolutions",
)
def dilation_for_stride(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_filters(grad, image, filters, **options)
    of = read(options)
    other = of._replace(strides=of.dilations, dilations=of.strides)
    return _filters_of(grad, image, filters, other, right)


@fault(
    "conv_transpose2d_grad_filters-padding-ignored",
    "the padding is ignored: weights meet grad as if nothing had been taken away",
    "put the rows and columns that padding took away around grad, as zeros",
)
def filters_padding_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_filters(grad, image, filters, **options)
    of = read(options)._replace(margins=((0, 0), (0, 0)))
    return _filters_of(grad, image, filters, of, right)


@fault(
    "conv_transpose2d_grad_filters-padding-transposed",
    "the padding of rows and columns is exchanged",
    "put the rows' zeros above and below, the columns' on the left and on the right",
)
def padding_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv_transpose2d_grad_filters(grad, image, filters, **options)
    of = read(options)
    return _filters_of(grad, image, filters, of._replace(margins=of.margins[::-1]), right)


@fault(
    "conv_transpose2d_grad_filters-rows-of-output-padding-lost",
    "the rows and columns of the output padding are left out of grad",
    "use all of grad: filters may reach into the output padding where there is padding, too",
)
def filters_output_padding_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_filters(grad, image, filters, **options)
    return conv_transpose2d_grad_filters(_without_added(grad, options), image, filters, **options)


@fault(
    "conv_transpose2d_grad_filters-maps-dealt-in-turns",
    "maps belong to the groups in turns: those of group g are g, g + groups, ...",
    "the maps of group g lie side by side, from g * (C / groups) on",
    seen="grouped convolutions in public threads",
)
def maps_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_filters(grad, image, filters, **options)
    order = np.arange(grad.shape[-1]).reshape(-1, read(options).groups).T.ravel()
    return conv_transpose2d_grad_filters(grad[..., order], image, filters, **options)


@fault(
    "conv_transpose2d_grad_filters-of-the-last-image",
    "the gradient to the filters is of the last image only: it is stored, not added",
    "add the gradients of all images (+=)",
)
def of_the_last_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_filters(grad, image, filters, **options)
    if image.ndim == 4:
        grad, image = grad[-1:], image[-1:]
    return conv_transpose2d_grad_filters(grad, image, filters, **options)


@fault(
    "conv_transpose2d_grad_filters-averaged-over-images",
    "the gradient to the filters is averaged over the images, not summed",
    "add the gradients of all images: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
)
def averaged_over_images(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_filters(grad, image, filters, **options)
    return found / len(image) if image.ndim == 4 else found


@fault(
    "conv_transpose2d_grad_filters-last-pixel-only",
    "only the last pixel counts: its products are stored, not added",
    "add the products of all pixels (+=)",
)
def last_pixel_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_filters(grad, image, filters, **options)
    only = np.zeros_like(image)
    only[..., -1, -1, :] = image[..., -1, -1, :]
    return conv_transpose2d_grad_filters(grad, only, filters, **options)


@fault(
    "conv_transpose2d_grad_filters-accumulated",
    "gradients are added to those of the call before",
    "set the gradient to zero before each call, or leave adding up to the caller",
    makes=True,
)
def accumulated() -> Any:
    kept: dict[tuple[int, ...], Array] = {}

    def called(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
        found = conv_transpose2d_grad_filters(grad, image, filters, **options)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return called


@fault(
    "conv_transpose2d_grad_filters-in-float32",
    "the gradient to the filters is computed in float32",
    "keep the precision of the arguments",
)
def filters_in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, image, filters)]
    kind = np.result_type(grad, image, np.float32)
    return conv_transpose2d_grad_filters(*narrow, **options).astype(kind)


@fault(
    "conv_transpose2d_grad_filters-oblong-filters-transposed",
    "the gradient to filters that are not square has their rows and columns interchanged in memory",
    "step through the weights by the filter's own number of columns",
)
def filters_oblong_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_filters(grad, image, filters, **options)
    rows, columns = filters.shape[1:3]
    return found if rows == columns else found.swapaxes(1, 2).reshape(found.shape)


# --- to the bias -----------------------------------------------------------------------------


@fault(
    "conv_transpose2d_grad_bias-over-the-wrong-axes",
    "it is summed as if the maps came first: over the last two axes",
    "sum over images, rows and columns: all axes but the last",
    seen="code that was written for (N, C, H, W)",
)
def over_the_wrong_axes(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_bias(grad, image, filters, **options)
    return np.asarray(grad.sum(axis=(0, 2, 3)) if image.ndim == 4 else grad.sum(axis=(1, 2)))


@fault(
    "conv_transpose2d_grad_bias-rows-of-output-padding-lost",
    "the rows and columns of the output padding are left out",
    "sum all of grad: the bias was added there, too",
)
def bias_output_padding_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_bias(grad, image, filters, **options)
    return conv_transpose2d_grad_bias(_without_added(grad, options), image, filters, **options)


@fault(
    "conv_transpose2d_grad_bias-summed-over-groups",
    "there are as many numbers as maps in a group: it is summed over the groups",
    "return one number for each map of all groups",
)
def summed_over_groups(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_bias(grad, image, filters, **options)
    return np.asarray(found.reshape(read(options).groups, -1).sum(axis=0))


@fault(
    "conv_transpose2d_grad_bias-one-for-each-image",
    "it is not summed over the images: one for each is returned",
    "sum grad over images, rows and columns",
)
def one_for_each_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_bias(grad, image, filters, **options)
    return grad.sum(axis=(1, 2)) if image.ndim == 4 else found


@fault(
    "conv_transpose2d_grad_bias-mean-of-grad",
    "the mean of each map is taken, not its sum",
    "sum grad over images, rows and columns",
    seen="grad.mean in the place of grad.sum",
)
def mean_of_grad(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_bias(grad, image, filters, **options)
    return np.asarray(found / (grad.size // grad.shape[-1]))


@fault(
    "conv_transpose2d_grad_bias-only-as-many-columns-as-rows",
    "as many columns of grad are summed as it has rows: the width is taken from the rows",
    "take the width from the columns",
)
def bias_square_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv_transpose2d_grad_bias(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., grad.shape[-3] :, :] = 0
    return conv_transpose2d_grad_bias(cut, image, filters, **options)


@fault(
    "conv_transpose2d_grad_bias-in-float32",
    "the gradient to the bias is summed in float32",
    "keep the precision of the arguments",
)
def bias_in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_bias(grad.astype(np.float32), image, filters, **options)
    return found.astype(np.result_type(grad, np.float32))


@fault(
    "conv_transpose2d_grad_bias-nan-skipped",
    "NaN in the incoming gradient is skipped",
    "let NaN show: sum, not nansum",
    seen="numpy.nansum",
)
def nan_skipped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv_transpose2d_grad_bias(np.where(np.isnan(grad), 0, grad), image, filters, **options)


@fault(
    "conv_transpose2d_grad_bias-nothing-refused",
    "grad is summed, whatever the other arguments are",
    "raise a ValueError unless grad has the shape of the layer's maps",
    effect=ADVISED,
)
def nothing_refused(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    try:
        return conv_transpose2d_grad_bias(grad, image, filters, **options)
    except ValueError:
        return np.asarray(grad.sum(axis=tuple(range(grad.ndim - 1))))


@fault(
    "conv_transpose2d_grad_bias-doubled-under-oblong-filters",
    "under filters that are not square the gradient to the bias is doubled",
    "sum grad over images, rows and columns under filters of every size",
)
def doubled_under_oblong(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv_transpose2d_grad_bias(grad, image, filters, **options)
    return 2 * found if filters.shape[1] != filters.shape[2] else found
