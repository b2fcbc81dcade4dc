"""What goes wrong with the gradients of a convolution to its filters and its bias."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.conv2d_backward import Laid, any_filters, laid
from cnnspec.reference.conv2d_backward import conv2d_grad_bias, conv2d_grad_filters
from cnnspec.reference.windows import reach

Array = NDArray[Any]


def _images(image: Array) -> int:
    return len(image) if image.ndim == 4 else 1


def _seen(of: Laid, padded: Array, strides: tuple[int, int], dilations: tuple[int, int]) -> Array:
    """Return the gradient to filters of windows that lie elsewhere, zeros where that is outside."""
    count, down, across, seen = of.kernels.shape
    _, rows, columns, _ = of.grads.shape
    needed = [
        (n - 1) * step + reach(size, d)
        for n, step, size, d in zip(
            (rows, columns), strides, (down, across), dilations, strict=True
        )
    ]
    more = [max(n - has, 0) for n, has in zip(needed, padded.shape[1:3], strict=True)]
    wide = np.pad(padded, ((0, 0), (0, more[0]), (0, more[1]), (0, 0)))
    found = np.zeros(of.kernels.shape)
    for a, b in np.ndindex(down, across):
        lines = np.arange(rows) * strides[0] + a * dilations[0]
        places = np.arange(columns) * strides[1] + b * dilations[1]
        pixels = wide[:, lines][:, :, places].astype(float)
        sums = np.einsum("nijk,nijc->kc", of.grads.astype(float), pixels)
        for k in range(count):
            first = k // (count // of.groups) * seen
            found[k, a, b] = sums[k, first : first + seen]
    return found


def _padded(of: Laid, **how: Any) -> Array:
    return np.pad(of.images, ((0, 0), *of.margins, (0, 0)), **how)


def _like(found: Array, right: Array) -> Array:
    return found.reshape(right.shape).astype(right.dtype)


# --- to the filters --------------------------------------------------------------------------


@fault(
    "conv2d_grad_filters-turned",
    "the gradient to the filters is turned by 180 degrees",
    "correlate the image with grad: weight (a, b) meets pixel (i + a, j + b)",
    seen="scipy.signal.convolve2d in the place of correlate2d",
)
def turned(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(grad, image, filters, **options)[:, ::-1, ::-1].copy()


@fault(
    "conv2d_grad_filters-transposed",
    "rows and columns of each filter's gradient are swapped",
    "return rows and columns as the filters have them",
)
def transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(grad, image, filters, **options).swapaxes(1, 2).copy()


@fault(
    "conv2d_grad_filters-channels-and-filters-exchanged",
    "grad and image are swapped: the result has the axes of filters and channels exchanged",
    "return the shape of the filters: (K, f, f, C)",
)
def axes_exchanged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    return found if filters.ndim == 3 else found.swapaxes(0, 3).copy()


@fault(
    "conv2d_grad_filters-of-the-last-image",
    "the gradient to the filters is of the last image only: it is stored, not added",
    "add the gradients of all images (+=)",
)
def of_the_last_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    if image.ndim < 4:
        return found
    return conv2d_grad_filters(grad[-1:], image[-1:], filters, **options)


@fault(
    "conv2d_grad_filters-averaged-over-images",
    "the gradient to the filters is averaged over the images, not summed",
    "add the gradients of all images: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
)
def averaged_over_images(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(grad, image, filters, **options) / _images(image)


@fault(
    "conv2d_grad_filters-divided-twice",
    "the gradient to the filters is divided twice by the number of images",
    "add the gradients of all images: divide by their number in the loss, if at all",
)
def divided_twice(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(grad, image, filters, **options) / _images(image) ** 2


@fault(
    "conv2d_grad_filters-images-not-paired",
    "the images are not paired with their elements of grad: each sum over the batch is taken first",
    "multiply each image by its own grad, then add",
)
def images_not_paired(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    if image.ndim < 4:
        return found
    sums = grad.sum(axis=0, keepdims=True), image.sum(axis=0, keepdims=True)
    return conv2d_grad_filters(*sums, filters, **options)


@fault(
    "conv2d_grad_filters-channels-summed",
    "the channels of the image are summed first: each channel's weights get the same",
    "the weights of channel c see that channel of the image alone",
)
def channels_summed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    return found if filters.ndim == 3 else found.sum(axis=3, keepdims=True) + 0 * found


@fault(
    "conv2d_grad_filters-last-window-only",
    "only the last window counts: its products are stored, not added",
    "add the products of all windows (+=)",
)
def last_window_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_filters(grad, image, filters, **options)
    only = np.zeros_like(grad)
    only[..., -1, -1, :] = grad[..., -1, -1, :]
    return conv2d_grad_filters(only, image, filters, **options)


@fault(
    "conv2d_grad_filters-last-window-lost",
    "the last row and column of windows are left out",
    "let the loops run over all rows and columns of grad",
)
def last_window_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_filters(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., -1, :, :] = 0
    cut[..., :, -1, :] = 0
    return conv2d_grad_filters(cut, image, filters, **options)


@fault(
    "conv2d_grad_filters-only-as-many-columns-as-rows",
    "as many columns of grad are used as it has rows: the width is taken from the rows",
    "take the width from the columns",
    seen="a public implementation for square images",
)
def square_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_filters(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., grad.shape[-3] :, :] = 0
    return conv2d_grad_filters(cut, image, filters, **options)


@fault(
    "conv2d_grad_filters-averaged-over-windows",
    "the products are averaged over the windows, not summed",
    "add the products of all windows",
)
def averaged_over_windows(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    return np.asarray(found / (grad.shape[-3] * grad.shape[-2]))


@fault(
    "conv2d_grad_filters-stride-ignored",
    "the stride is ignored where windows are placed: they are 1 apart",
    "window i lies at row i * stride",
    seen="backward passes that correlate image and grad as they are",
)
def stride_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return _like(_seen(of, _padded(of), (1, 1), of.dilations), right)


@fault(
    "conv2d_grad_filters-dilation-ignored",
    "the dilation is ignored: weights lie side by side",
    "weight a meets the row that is a * dilation further on",
)
def dilation_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return _like(_seen(of, _padded(of), of.strides, (1, 1)), right)


@fault(
    "conv2d_grad_filters-stride-and-dilation-exchanged",
    "stride and dilation are exchanged: windows are a dilation apart, weights a stride",
    "spread grad by the stride, and step through the windows by the dilation",
    seen="backward passes written as convolutions",
)
def exchanged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return _like(_seen(of, _padded(of), of.dilations, of.strides), right)


@fault(
    "conv2d_grad_filters-remainder-at-the-front",
    "what is left over lies at the beginning: the windows end where the image ends",
    "let the first window start at row and column 0, and leave the remainder at the end",
    seen="strides that do not divide, in public threads",
)
def remainder_at_the_front(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    padded, (down, across) = _padded(of), of.kernels.shape[1:3]
    rows, columns = (
        n - (count - 1) * step - reach(size, d)
        for n, count, step, size, d in zip(
            padded.shape[1:3],
            of.grads.shape[1:3],
            of.strides,
            (down, across),
            of.dilations,
            strict=True,
        )
    )
    return _like(_seen(of, padded[:, rows:, columns:], of.strides, of.dilations), right)


@fault(
    "conv2d_grad_filters-padding-ignored",
    "the padding is ignored: windows lie as if there were no border",
    "keep the padded image for the backward pass, or pad it again",
)
def padding_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return _like(_seen(of, of.images, of.strides, of.dilations), right)


@fault(
    "conv2d_grad_filters-border-repeats-the-edge",
    "the border around the image repeats its edge, where the layer put zeros",
    "pad with zeros",
)
def border_repeats_the_edge(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return _like(_seen(of, _padded(of, mode="edge"), of.strides, of.dilations), right)


@fault(
    "conv2d_grad_filters-border-by-the-opposite-side",
    "the zeros of opposite sides are swapped: bottom for top, right for left",
    "put zeros ((top, bottom), (left, right)) as the layer did",
)
def border_by_the_opposite_side(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_filters(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    swapped = of._replace(margins=tuple(zeros[::-1] for zeros in of.margins))
    return _like(_seen(of, _padded(swapped), of.strides, of.dilations), right)


@fault(
    "conv2d_grad_filters-channels-dealt-in-turns",
    "channels belong to the groups in turns: those of group g are g, g + groups, ...",
    "the channels of group g lie side by side, from g * (C / groups) on",
    seen="grouped convolutions in public threads",
)
def channels_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    groups = options.get("groups", 1)
    if groups == 1:
        return found
    order = np.arange(image.shape[-1]).reshape(-1, groups).T.ravel()
    return conv2d_grad_filters(grad, image[..., order], filters, **options)


@fault(
    "conv2d_grad_filters-maps-dealt-in-turns",
    "maps belong to the groups in turns: map k is taken for one of group k % groups",
    "the maps of group g lie side by side, from g * (K / groups) on",
    seen="depthwise convolutions with several maps a channel",
)
def maps_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    groups = options.get("groups", 1)
    if groups == 1:
        return found
    order = np.arange(len(filters)).reshape(-1, groups).T.ravel()
    other = np.empty_like(found)
    other[order] = conv2d_grad_filters(grad[..., order], image, filters, **options)
    return other


@fault(
    "conv2d_grad_filters-last-row-of-groups-lost",
    "with groups, the last row of windows is left out",
    "let the loop over rows run to the end in every group",
    seen="grouped convolutions in public threads",
)
def last_row_of_groups_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    if options.get("groups", 1) == 1:
        return found
    cut = grad.copy()
    cut[..., -1, :, :] = 0
    return conv2d_grad_filters(cut, image, filters, **options)


@fault(
    "conv2d_grad_filters-of-the-first-map",
    "every filter gets the gradient of the first",
    "multiply by grad's own map k for filter k",
)
def of_the_first_map(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    return found[:1] + 0 * found


@fault(
    "conv2d_grad_filters-with-decay",
    "a part of the filters is added to their gradient, as by a decay of weights",
    "leave the decay to the optimiser",
)
def with_decay(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_filters(grad, image, filters, **options)
    return np.asarray(found + (0.01 * filters).astype(filters.dtype))


@fault(
    "conv2d_grad_filters-updated-filters",
    "the updated filters are returned in the place of their gradient",
    "return the gradient",
)
def updated_filters(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return filters - conv2d_grad_filters(grad, image, filters, **options)


@fault(
    "conv2d_grad_filters-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def grad_dropped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(np.ones_like(grad), image, filters, **options)


@fault(
    "conv2d_grad_filters-accumulated",
    "gradients are added to those of the call before",
    "set the gradient to zero before each call, or leave adding up to the caller",
    makes=True,
    seen="two public implementations",
)
def accumulated() -> Any:
    kept: dict[tuple[int, ...], Array] = {}

    def called(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
        found = conv2d_grad_filters(grad, image, filters, **options)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return called


@fault(
    "conv2d_grad_filters-in-float32",
    "the gradient to the filters is computed in float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, image, filters)]
    kind = np.result_type(grad, image, np.float32)
    return conv2d_grad_filters(*narrow, **options).astype(kind)


@fault(
    "conv2d_grad_filters-stride-0-taken-for-1",
    "a stride of 0 is taken for 1",
    "raise a ValueError for strides below 1",
    effect=ADVISED,
)
def stride_0_taken_for_1(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    if options.get("stride") == 0:
        options = options | {"stride": 1}
    return conv2d_grad_filters(grad, image, filters, **options)


@fault(
    "conv2d_grad_filters-oblong-filters-transposed",
    "the gradient to filters that are not square has their rows and columns interchanged in memory",
    "step through the weights by the filter's own number of columns",
    profile="general",
)
def oblong_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = any_filters(conv2d_grad_filters, grad, image, filters, **options)
    rows, columns = filters.shape[1:3]
    if rows == columns:
        return found
    return found.swapaxes(1, 2).reshape(found.shape)


# --- to the bias -----------------------------------------------------------------------------


@fault(
    "conv2d_grad_bias-one-for-each-place",
    "it is not summed over rows and columns: one for each place of the maps is returned",
    "sum grad over images, rows and columns",
    seen="two public implementations",
)
def one_for_each_place(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_bias(grad, image, filters, **options)
    return grad.sum(axis=0) if image.ndim == 4 else grad.copy()


@fault(
    "conv2d_grad_bias-one-for-each-image",
    "it is not summed over the images: one for each is returned",
    "sum grad over images, rows and columns",
)
def one_for_each_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad, image, filters, **options)
    return grad.sum(axis=(1, 2)) if image.ndim == 4 else found


@fault(
    "conv2d_grad_bias-of-the-first-image",
    "the gradient to the bias is of the first image only",
    "add the gradients of all images",
)
def of_the_first_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad, image, filters, **options)
    return grad[0].sum(axis=(0, 1)) if image.ndim == 4 else found


@fault(
    "conv2d_grad_bias-averaged-over-images",
    "the gradient to the bias is averaged over the images, not summed",
    "add the gradients of all images: divide by their number in the loss, if at all",
    seen="courses that keep 1/N in the layers",
)
def bias_averaged_over_images(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_bias(grad, image, filters, **options) / _images(image)


@fault(
    "conv2d_grad_bias-averaged-over-places",
    "the gradient to the bias is divided by the number of windows",
    "sum grad over rows and columns",
    seen="grad.mean in the place of grad.sum",
)
def averaged_over_places(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad, image, filters, **options)
    return np.asarray(found / (grad.shape[-3] * grad.shape[-2]))


@fault(
    "conv2d_grad_bias-mean-of-grad",
    "the mean of each map over all images is taken, not its sum",
    "sum grad over images, rows and columns",
    seen="grad.mean in the place of grad.sum",
)
def mean_of_grad(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad, image, filters, **options)
    return np.asarray(found / (grad.size // grad.shape[-1]))


@fault(
    "conv2d_grad_bias-over-the-wrong-axes",
    "it is summed as if the maps came first: over the last two axes",
    "sum over images, rows and columns: all axes but the last",
    seen="code that was written for (N, K, H, W)",
)
def over_the_wrong_axes(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_bias(grad, image, filters, **options)
    return np.asarray(grad.sum(axis=(0, 2, 3)) if image.ndim == 4 else grad.sum(axis=(1, 2)))


@fault(
    "conv2d_grad_bias-over-the-maps",
    "it is summed over the maps, not over rows and columns",
    "sum over images, rows and columns: all axes but the last",
)
def over_the_maps(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_bias(grad, image, filters, **options)
    return np.asarray(grad.sum(axis=-1))


@fault(
    "conv2d_grad_bias-sum-of-all",
    "the sum of all of grad is given to each filter",
    "sum over images, rows and columns: all axes but the last",
)
def sum_of_all(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad, image, filters, **options)
    return np.full_like(found, found.sum())


@fault(
    "conv2d_grad_bias-a-column",
    "the axes that are summed over are kept: the result is (K, 1)",
    "return the shape of the bias: (K,)",
    seen="keepdims=True",
)
def a_column(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_bias(grad, image, filters, **options)[:, np.newaxis]


@fault(
    "conv2d_grad_bias-last-row-only",
    "only the last row of grad counts: the sum starts again for each",
    "set the sum to zero once, before all loops",
)
def last_row_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_bias(grad, image, filters, **options)
    return np.asarray(grad[..., -1, :, :].sum(axis=tuple(range(grad.ndim - 2)), dtype=grad.dtype))


@fault(
    "conv2d_grad_bias-only-as-many-columns-as-rows",
    "as many columns of grad are summed as it has rows: the width is taken from the rows",
    "take the width from the columns",
)
def bias_square_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_bias(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., grad.shape[-3] :, :] = 0
    return conv2d_grad_bias(cut, image, filters, **options)


@fault(
    "conv2d_grad_bias-opposite-sign",
    "the gradient has the opposite sign",
    "return the gradient itself; the update subtracts it",
)
def opposite_sign(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return -conv2d_grad_bias(grad, image, filters, **options)


@fault(
    "conv2d_grad_bias-accumulated",
    "gradients are added to those of the call before",
    "set the gradient to zero before each call, or leave adding up to the caller",
    makes=True,
    seen="two public implementations",
)
def bias_accumulated() -> Any:
    kept: dict[tuple[int, ...], Array] = {}

    def called(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
        found = conv2d_grad_bias(grad, image, filters, **options)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return called


@fault(
    "conv2d_grad_bias-in-float32",
    "the gradient to the bias is summed in float32",
    "keep the precision of the arguments",
)
def bias_in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_bias(grad.astype(np.float32), image, filters, **options)
    return found.astype(np.result_type(grad, np.float32))


@fault(
    "conv2d_grad_bias-nan-skipped",
    "NaN in the incoming gradient is skipped",
    "let NaN show: sum, not nansum",
    seen="numpy.nansum",
)
def nan_skipped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_bias(np.where(np.isnan(grad), 0, grad), image, filters, **options)


@fault(
    "conv2d_grad_bias-nothing-refused",
    "grad is summed, whatever the other arguments are",
    "raise a ValueError unless grad has the shape of the layer's maps",
    effect=ADVISED,
)
def nothing_refused(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    try:
        return conv2d_grad_bias(grad, image, filters, **options)
    except ValueError:
        return np.asarray(grad.sum(axis=tuple(range(grad.ndim - 1))))


@fault(
    "conv2d_grad_bias-doubled-under-even-filters",
    "under filters with an even side the gradient to the bias is doubled",
    "sum grad over images, rows and columns under filters of every size",
    profile="general",
)
def doubled_under_even_filters(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = any_filters(conv2d_grad_bias, grad, image, filters, **options)
    return 2 * found if any(side % 2 == 0 for side in filters.shape[1:3]) else found
