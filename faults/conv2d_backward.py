"""What goes wrong with the gradients of a convolution to its image; others follow in a module."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference.conv2d import margins_of
from cnnspec.reference.conv2d_backward import conv2d_grad_filters, conv2d_grad_image
from cnnspec.reference.windows import reach

Array = NDArray[Any]


class Laid(NamedTuple):
    """A layer with all axes, of arguments that were looked at before."""

    grads: Array
    images: Array
    kernels: Array
    strides: tuple[int, int]
    dilations: tuple[int, int]
    groups: int
    margins: Any

    @property
    def whole(self) -> Array:
        """Zeros of the shape of the padded images."""
        rows, columns = (
            n + sum(z) for n, z in zip(self.images.shape[1:3], self.margins, strict=True)
        )
        return np.zeros((len(self.images), rows, columns, self.images.shape[3]))

    def windows(self) -> Iterator[tuple[tuple[Any, ...], Array]]:
        """Yield each window: its place in the padded images, and what it gets, (N, f, g, C)."""
        count, down, across, seen = self.kernels.shape
        for i, j in np.ndindex(*self.grads.shape[1:3]):
            part = np.zeros((len(self.grads), down, across, self.images.shape[3]))
            for k in range(count):
                first = k // (count // self.groups) * seen
                product = np.multiply.outer(self.grads[:, i, j, k], self.kernels[k])
                part[..., first : first + seen] += product
            yield self.place(i, j), part

    def place(self, i: int, j: int) -> tuple[slice, slice, slice]:
        """Return where a window lies in the padded images."""
        return (
            slice(None),
            self._along(0, i),
            self._along(1, j),
        )

    def _along(self, axis: int, window: int) -> slice:
        first, step = window * self.strides[axis], self.dilations[axis]
        return slice(first, first + reach(self.kernels.shape[1 + axis], step), step)

    def cut(self, whole: Array) -> Array:
        """Return the gradient to the padded images without their border."""
        (top, _), (left, _) = self.margins
        height, width = self.images.shape[1:3]
        return whole[:, top : top + height, left : left + width]


def pair(value: Any) -> tuple[int, int]:
    """Return an option for rows and columns."""
    return value if isinstance(value, tuple) else (value, value)


def laid(grad: Array, image: Array, filters: Array, **options: Any) -> Laid:
    """Return the layer of a call that the reference answers."""
    grads = grad if image.ndim == 4 else grad[np.newaxis]
    kernels = filters[..., np.newaxis] if filters.ndim == 3 else filters
    images = image if image.ndim == 4 else image[np.newaxis]
    images = images[..., np.newaxis] if image.ndim == 2 else images
    strides, dilations = pair(options.get("stride", 1)), pair(options.get("dilation", 1))
    margins = margins_of(
        options.get("padding", "valid"), images.shape[1:3], kernels.shape[1:3], strides, dilations
    )
    groups = options.get("groups", 1)
    return Laid(grads, images, kernels, strides, dilations, groups, margins)


def finished(found: Array, image: Array, like: Array) -> Array:
    """Return a gradient to images with the axes of the image, in a dtype."""
    found = found if image.ndim == 4 else found[0]
    return (found[..., 0] if image.ndim == 2 else found).astype(like.dtype)


def any_filters(
    gradient: Callable[..., Array], grad: Array, image: Array, filters: Array, **options: Any
) -> Array:
    """Return a gradient under filters of any size, as square ones with zeros at their end."""
    if filters.ndim < 3 or "same" in options.values() or not filters.size:
        return gradient(grad, image, filters, **options)
    rows, columns = filters.shape[1:3]
    side = max(rows, columns)
    side += 1 - side % 2
    steps = pair(options.get("dilation", 1))
    ends = [(0, side - rows), (0, side - columns)]
    square = np.pad(filters, [(0, 0), *ends, *[(0, 0)] * (filters.ndim - 3)])
    padding = options.get("padding", "valid")
    given = (0, 0) if padding == "valid" else pair(padding)
    more = tuple(
        (before, after + end * step)
        for (before, after), (_, end), step in zip(map(pair, given), ends, steps, strict=True)
    )
    found = gradient(grad, image, square, **{**options, "padding": more})
    return found[:, :rows, :columns] if gradient is conv2d_grad_filters else found


def _rest(of: Laid) -> tuple[int, int]:
    """Return how many rows and columns of the padded images no window reaches."""
    rows, columns = (
        n - (count - 1) * step - reach(size, d)
        for n, count, step, size, d in zip(
            of.whole.shape[1:3],
            of.grads.shape[1:3],
            of.strides,
            of.kernels.shape[1:3],
            of.dilations,
            strict=True,
        )
    )
    return rows, columns


# --- filters ---------------------------------------------------------------------------------


@fault(
    "conv2d_grad_image-filters-not-turned",
    "the filters lie the wrong way round: they are not turned by 180 degrees in the full"
    " convolution over grad",
    "grad[i, j] times filter[a, b] belongs to pixel (i + a, j + b): turn the filter where that is"
    " written as a full convolution",
    seen="a public implementation whose small networks still train",
)
def filters_not_turned(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(grad, image, filters[:, ::-1, ::-1], **options)


@fault(
    "conv2d_grad_image-filters-flipped-along-rows",
    "the filters are turned along one axis only: their rows lie the wrong way round",
    "turn rows and columns: filters[:, ::-1, ::-1]",
)
def filters_flipped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(grad, image, filters[:, ::-1], **options)


@fault(
    "conv2d_grad_image-filters-transposed",
    "rows and columns of the filters are swapped",
    "leave rows and columns of the filters as they are; exchange filters and channels alone",
    seen="code that transposes all axes of the weights",
)
def filters_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(grad, image, filters.swapaxes(1, 2), **options)


@fault(
    "conv2d_grad_image-filters-updated-first",
    "the filters are updated before they are used for the gradient to the image",
    "compute grad_image with the filters of the forward pass, then update them",
    seen="layers that update inside backward",
)
def filters_updated_first(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    updated = filters - 0.01 * conv2d_grad_filters(grad, image, filters, **options)
    return conv2d_grad_image(grad, image, updated.astype(filters.dtype), **options)


@fault(
    "conv2d_grad_image-dtype-of-the-image",
    "the gradient has the dtype of the image: of whole numbers its fractions are cut off",
    "add up in floating numbers: np.zeros(image.shape), not np.zeros_like(image)",
)
def dtype_of_the_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    return found.astype(image.dtype) if image.dtype.kind in "iu" else found


@fault(
    "conv2d_grad_image-last-filter-only",
    "only the last filter's gradient counts: it is stored, not added",
    "add the gradients of all filters (+=)",
)
def last_filter_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    only = np.zeros_like(grad)
    only[..., -1] = grad[..., -1]
    return conv2d_grad_image(only, image, filters, **options)


@fault(
    "conv2d_grad_image-channels-summed",
    "the gradient is summed over the channels, and each channel gets the sum",
    "use the weights of channel c for the gradient to channel c alone",
)
def channels_summed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    return found if image.ndim == 2 else found.sum(axis=-1, keepdims=True) + 0 * found


@fault(
    "conv2d_grad_image-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
)
def grad_dropped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(np.ones_like(grad), image, filters, **options)


@fault(
    "conv2d_grad_image-filters-gradient-in-its-place",
    "the gradient to the filters is returned in the place of that to the image",
    "return the gradient to the image first: it has the image's shape",
    seen="public implementations without a gradient to the image",
)
def filters_gradient(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_filters(grad, image, filters, **options)


# --- where windows overlap -------------------------------------------------------------------


@fault(
    "conv2d_grad_image-stored-not-added",
    "what a window gets is stored, not added: where windows overlap, only the last counts",
    "add what each window gets (+=)",
    seen="a public col2im",
)
def stored_not_added(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = of.whole
    for place, part in of.windows():
        whole[place] = part
    return finished(of.cut(whole), image, right)


@fault(
    "conv2d_grad_image-averaged-where-windows-overlap",
    "what windows give is averaged where they overlap, not added",
    "add what each window gets, and divide by nothing",
    seen="code that folds patches back into an image",
)
def averaged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    counts = of.whole
    for place, _ in of.windows():
        counts[place] += 1
    held = finished(of.cut(counts), image, right)
    return right / np.maximum(held, 1)


@fault(
    "conv2d_grad_image-last-window-lost",
    "the last row and column of windows are left out",
    "let the loops run over all rows and columns of grad",
)
def last_window_lost(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_image(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., -1, :, :] = 0
    cut[..., :, -1, :] = 0
    return conv2d_grad_image(cut, image, filters, **options)


@fault(
    "conv2d_grad_image-only-as-many-columns-as-rows",
    "as many columns of grad are used as it has rows: the width is taken from the rows",
    "take the width from the columns",
    seen="a public implementation for square images",
)
def square_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    conv2d_grad_image(grad, image, filters, **options)
    cut = grad.copy()
    cut[..., grad.shape[-3] :, :] = 0
    return conv2d_grad_image(cut, image, filters, **options)


# --- strides, borders, dilation --------------------------------------------------------------


def _placed(of: Laid, starts: tuple[Array, Array], steps: tuple[int, int]) -> Array:
    """Return the gradient to padded images of windows that start elsewhere, as far as they fit."""
    whole = of.whole
    down, across = of.kernels.shape[1:3]
    for (i, j), (_, part) in zip(np.ndindex(*of.grads.shape[1:3]), of.windows(), strict=True):
        lines = starts[0][i] + np.arange(down) * steps[0]
        places = starts[1][j] + np.arange(across) * steps[1]
        own, its = (
            (at >= 0) & (at < n) for at, n in zip((lines, places), whole.shape[1:3], strict=True)
        )
        whole[:, lines[own][:, np.newaxis], places[its]] += part[:, own][:, :, its]
    return whole


def _starts(of: Laid, steps: tuple[int, int]) -> tuple[Array, Array]:
    rows, columns = (
        np.arange(n) * step for n, step in zip(of.grads.shape[1:3], steps, strict=True)
    )
    return rows, columns


@fault(
    "conv2d_grad_image-stride-ignored",
    "the stride is ignored where windows are placed: they are 1 apart",
    "lay window i at row i * stride",
)
def stride_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return finished(of.cut(_placed(of, _starts(of, (1, 1)), of.dilations)), image, right)


@fault(
    "conv2d_grad_image-strides-swapped",
    "the strides of rows and columns are swapped",
    "use the first stride for the rows",
)
def strides_swapped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    swapped = _starts(of, of.strides[::-1])
    return finished(of.cut(_placed(of, swapped, of.dilations)), image, right)


@fault(
    "conv2d_grad_image-dilation-ignored",
    "the dilation is ignored: weights lie side by side",
    "weight a belongs to the row that is a * dilation further on",
)
def dilation_ignored(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return finished(of.cut(_placed(of, _starts(of, of.strides), (1, 1))), image, right)


@fault(
    "conv2d_grad_image-stride-and-dilation-exchanged",
    "stride and dilation are exchanged: windows are a dilation apart, weights a stride",
    "spread grad by the stride, and the filter by the dilation",
    seen="backward passes written as convolutions",
)
def exchanged(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return finished(of.cut(_placed(of, _starts(of, of.dilations), of.strides)), image, right)


@fault(
    "conv2d_grad_image-remainder-missing",
    "rows and columns that no window reaches are missing from the result",
    "return the shape of the image: what no window reached gets 0",
    seen="strides that do not divide, in public threads",
)
def remainder_missing(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    (rows, columns), axis = _rest(of), 1 if image.ndim == 4 else 0
    height, width = (
        n - max(rest - zeros[1], 0)
        for n, rest, zeros in zip(found.shape[axis:], (rows, columns), of.margins, strict=False)
    )
    return found[(slice(None),) * axis + (slice(height), slice(width))]


@fault(
    "conv2d_grad_image-remainder-at-the-front",
    "what is left over lies at the beginning: the windows end where the image ends",
    "let the first window start at row and column 0, and leave the remainder at the end",
    seen="strides that do not divide, in public threads",
)
def remainder_at_the_front(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    rows, columns = (
        start + rest for start, rest in zip(_starts(of, of.strides), _rest(of), strict=True)
    )
    return finished(of.cut(_placed(of, (rows, columns), of.dilations)), image, right)


@fault(
    "conv2d_grad_image-border-kept",
    "the border is kept: the result has the size of the padded image",
    "cut off as many rows and columns as were put around the image",
)
def border_kept(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    right = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    return finished(_placed(of, _starts(of, of.strides), of.dilations), image, right)


@fault(
    "conv2d_grad_image-cut-by-a-negative-end",
    "the border is cut off by [p:-p], which leaves nothing where p is 0",
    "cut from p to p + H",
    seen="two public implementations",
)
def cut_by_a_negative_end(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = _placed(of, _starts(of, of.strides), of.dilations)
    (top, bottom), (left, right) = of.margins
    return finished(whole[:, top:-bottom, left:-right], image, found)


@fault(
    "conv2d_grad_image-cut-at-the-end-only",
    "the border is cut off at the bottom and on the right only: the result begins in the padding",
    "cut off the border at the top and on the left, too",
    seen="code that forgets the padding on the way back",
)
def cut_at_the_end_only(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = _placed(of, _starts(of, of.strides), of.dilations)
    height, width = of.images.shape[1:3]
    return finished(whole[:, :height, :width], image, found)


@fault(
    "conv2d_grad_image-cut-along-the-wrong-axes",
    "the zeros of rows and columns are exchanged where the border is cut off",
    "cut the rows' zeros off the rows, and the columns' off the columns",
    seen="a public col2im",
)
def cut_along_the_wrong_axes(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = _placed(of, _starts(of, of.strides), of.dilations)
    height, width = of.images.shape[1:3]
    (top, _), (left, _) = of.margins
    cut = np.zeros_like(of.cut(whole))
    part = whole[:, left : left + height, top : top + width]
    cut[:, : part.shape[1], : part.shape[2]] = part
    return finished(cut, image, found)


@fault(
    "conv2d_grad_image-top-cut-off-on-the-left",
    "as many columns are cut off on the left as there are zeros at the top",
    "cut the left zeros off the columns: they may be fewer or more than those at the top",
)
def top_cut_off_on_the_left(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = _placed(of, _starts(of, of.strides), of.dilations)
    (top, _), _ = of.margins
    height, width = of.images.shape[1:3]
    return finished(whole[:, top : top + height, top : top + width], image, found)


@fault(
    "conv2d_grad_image-cut-by-the-opposite-side",
    "at the top and on the left is cut off what belongs to the bottom and the right",
    "cut ((top, bottom), (left, right)) off as they were put there",
)
def cut_by_the_opposite_side(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    of = laid(grad, image, filters, **options)
    whole = _placed(of, _starts(of, of.strides), of.dilations)
    (_, bottom), (_, right) = of.margins
    height, width = of.images.shape[1:3]
    return finished(whole[:, bottom : bottom + height, right : right + width], image, found)


# --- groups and batches ----------------------------------------------------------------------


@fault(
    "conv2d_grad_image-channels-dealt-in-turns",
    "channels belong to the groups in turns: those of group g are g, g + groups, ...",
    "the channels of group g lie side by side, from g * (C / groups) on",
    seen="grouped convolutions in public threads",
)
def channels_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    groups = options.get("groups", 1)
    if groups == 1:
        return found
    order = np.arange(found.shape[-1]).reshape(groups, -1).T.ravel()
    return found[..., order]


@fault(
    "conv2d_grad_image-filters-of-the-first-group",
    "the filters of the first group are used in every group",
    "the filters of group g are those from g * (K / groups) on",
)
def filters_of_the_first_group(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    groups = options.get("groups", 1)
    conv2d_grad_image(grad, image, filters, **options)
    repeated = np.concatenate([filters[: len(filters) // groups]] * groups)
    return conv2d_grad_image(grad, image, repeated, **options)


@fault(
    "conv2d_grad_image-maps-dealt-in-turns",
    "maps belong to the groups in turns: map k is taken for one of group k % groups",
    "the maps of group g lie side by side, from g * (K / groups) on",
    seen="depthwise convolutions with several maps a channel",
)
def maps_in_turns(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    groups = options.get("groups", 1)
    if groups == 1:
        return found
    order = np.arange(len(filters)).reshape(-1, groups).T.ravel()
    return conv2d_grad_image(grad[..., order], image, filters[order], **options)


@fault(
    "conv2d_grad_image-divided-by-images",
    "the gradient to the image is divided by the number of images",
    "divide in the loss, if at all: nothing is averaged inside a layer",
    seen="courses that keep 1/N in the layers",
)
def divided_by_images(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    return found / len(image) if image.ndim == 4 else found


@fault(
    "conv2d_grad_image-of-the-first-image",
    "every image of a batch gets the gradient of the first",
    "treat each image by itself",
)
def of_the_first_image(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = conv2d_grad_image(grad, image, filters, **options)
    return found if image.ndim < 4 else found[:1] + 0 * found


# --- numbers, state, refusals ----------------------------------------------------------------


@fault(
    "conv2d_grad_image-behind-a-relu",
    "the gradient counts where the image is positive only, as behind a ReLU",
    "leave that to the backward pass of the ReLU",
)
def behind_a_relu(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(grad, image, filters, **options) * (image > 0)


@fault(
    "conv2d_grad_image-in-float32",
    "the gradient to the image is computed in float32",
    "keep the precision of the arguments",
)
def in_float32(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    narrow = [np.asarray(one, np.float32) for one in (grad, image, filters)]
    kind = np.result_type(grad, filters, np.float32)
    return conv2d_grad_image(*narrow, **options).astype(kind)


@fault(
    "conv2d_grad_image-accumulated",
    "gradients are added to those of the call before",
    "set the buffer to zero before each call",
    makes=True,
)
def accumulated() -> Any:
    kept: dict[tuple[int, ...], Array] = {}

    def called(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
        found = conv2d_grad_image(grad, image, filters, **options)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return called


@fault(
    "conv2d_grad_image-nan-dropped",
    "NaN and infinity in the incoming gradient are taken for 0",
    "leave them: they show that training went wrong",
)
def nan_dropped(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    finite = np.where(np.isfinite(grad), grad, np.zeros_like(grad))
    return conv2d_grad_image(finite, image, filters, **options)


@fault(
    "conv2d_grad_image-filters-of-one-channel-broadcast",
    "filters of one channel are used for all channels of the image",
    "raise a ValueError unless filters and image have as many channels",
    effect=ADVISED,
)
def broadcast(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    if filters.ndim == 4 and filters.shape[-1] == 1 and options.get("groups", 1) == 1:
        filters = np.repeat(filters, image.shape[-1], axis=-1)
    return conv2d_grad_image(grad, image, filters, **options)


# --- the general profile ---------------------------------------------------------------------


@fault(
    "conv2d_grad_image-oblong-filters-transposed",
    "filters that are not square are read with their rows and columns interchanged",
    "step through the weights by the filter's own number of columns",
    profile="general",
)
def oblong_transposed(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    found = any_filters(conv2d_grad_image, grad, image, filters, **options)
    rows, columns = filters.shape[1:3]
    if rows == columns:
        return found
    turned = filters.reshape(len(filters), columns, rows, *filters.shape[3:]).swapaxes(1, 2)
    return any_filters(conv2d_grad_image, grad, image, turned, **options)


@fault(
    "conv2d_grad_image-only-square-and-odd",
    "filters that are not square, or of even size, are refused in the general profile too",
    "compute filters of any size, or be judged by the article profile",
    profile="general",
)
def only_square_and_odd(grad: Array, image: Array, filters: Array, **options: Any) -> Array:
    return conv2d_grad_image(grad, image, filters, **options)
