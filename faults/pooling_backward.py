"""Mistakes in the gradients of pooling."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.faults.pooling_options import Along, due_areas, nothing, pair, windows_along
from cnnspec.reference.pooling_backward import (
    avg_pool2d_backward,
    max_pool2d_backward,
    min_pool2d_backward,
)

Array = NDArray[Any]
Pair = int | tuple[int, int]
Right = Callable[..., Array]
Options = dict[str, Any]

#: Takes the elements of windows (N, H', W', f, g, K), those that lie on the map, and the options;
#: returns how much of what comes in each of them gets.
Weights = Callable[[Array, Array, Options], Array]

_LARGEST = float(np.finfo(np.float64).max)

_EXTREME: dict[Right, Callable[..., Any]] = {
    max_pool2d_backward: np.max,
    min_pool2d_backward: np.min,
}


# --- what is right, with places where it may be wrong ------------------------------------------


def _first(marked: Array) -> Array:
    """Return 1 for the first marked element of each window."""
    flat = marked.reshape(*marked.shape[:3], -1, marked.shape[-1])
    first = flat & (np.cumsum(flat, axis=3) == 1)
    return np.asarray(first.reshape(marked.shape) * 1.0)


def _extreme(seen: Array, right: Right, axes: tuple[int, ...] = (3, 4)) -> Array:
    return np.asarray(seen == _EXTREME[right](seen, axis=axes, keepdims=True))


def _chosen(right: Right) -> Weights:
    """Return the weights of what is right: all for the first of the largest, or smallest."""
    return lambda seen, _inside, _options: _first(_extreme(seen, right))


def _nothing_of_both(_rows: Along, _columns: Along) -> None:
    """Change nothing."""


def _computed(
    grad: Array,
    maps: Array,
    options: Options,
    weights: Weights,
    *,
    outside: float,
    change: Callable[[Along], None] = nothing,
    change_both: Callable[[Along, Along], None] = _nothing_of_both,
    stored: bool = False,
) -> Array:
    """Return a gradient of other weights, or windows, or that is stored where it must be added."""
    rows, columns = windows_along(maps, options, change)
    change_both(rows, columns)
    incoming = np.asarray(grad, np.float64).reshape(-1, *grad.shape[-3:])
    # Infinite elements are kept apart from what lies beside the maps.
    images = np.clip(np.asarray(maps, np.float64), -_LARGEST, _LARGEST)
    images = images.reshape(-1, *maps.shape[-3:])
    down, right = rows.places[: incoming.shape[1]], columns.places[: incoming.shape[2]]
    incoming = incoming[:, : len(down), : len(right)]
    lies = (down >= 0) & (down < rows.length), (right >= 0) & (right < columns.length)
    inside = (lies[0][:, None, :, None] & lies[1][:, None, :])[..., np.newaxis]
    down, right = down.clip(0, rows.length - 1), right.clip(0, columns.length - 1)
    seen = images[:, down[:, None, :, None], right[:, None, :]]
    share = weights(np.where(inside, seen, outside), inside, options)
    parts = np.where(inside, share, 0.0) * incoming[:, :, :, np.newaxis, np.newaxis]
    found = np.zeros(images.shape)
    for i, j in np.ndindex(parts.shape[1:3]):
        for a, b in np.ndindex(parts.shape[3:5]):
            place = np.s_[:, down[i, a], right[j, b]]
            if not inside[i, j, a, b, 0]:
                continue
            if not stored:
                found[place] += parts[:, i, j, a, b]
            else:  # only where something is sent, be it 0
                is_sent = share[:, i, j, a, b] != 0
                found[place] = np.where(is_sent, parts[:, i, j, a, b], found[place])
    return found.reshape(maps.shape).astype(np.result_type(grad, maps))


def _with_keywords(function: Callable[..., Array], right: Right) -> Callable[..., Array]:
    """Return a gradient with all the keywords of the right one."""
    if right is avg_pool2d_backward:

        def of_mean(
            grad: Array,
            maps: Array,
            size: Pair = 2,
            stride: Pair | None = None,
            *,
            padding: Pair = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
        ) -> Array:
            options = {"size": size, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
            options["count_include_pad"] = count_include_pad
            right(grad, maps, **options)  # refuses what is bad
            return function(grad, maps, options)

        return of_mean

    def of_choice(
        grad: Array,
        maps: Array,
        size: Pair = 2,
        stride: Pair | None = None,
        *,
        padding: Pair = 0,
        dilation: Pair = 1,
        ceil_mode: bool = False,
    ) -> Array:
        options = {"size": size, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
        options["dilation"] = dilation
        right(grad, maps, **options)
        return function(grad, maps, options)

    return of_choice


def choosing(right: Right, weights: Weights | None = None, **how: Any) -> Callable[..., Array]:
    """Return a gradient of maxima or minima that is wrong in one way."""
    outside = how.pop("outside", -np.inf if right is max_pool2d_backward else np.inf)

    def function(grad: Array, maps: Array, options: Options) -> Array:
        given = weights or _chosen(right)
        return _computed(grad, maps, options, given, outside=outside, **how)

    return _with_keywords(function, right)


def averaging(
    weights: Weights | None = None,
    *,
    counted: bool | None = None,
    divisor: str = "",
    **how: Any,
) -> Callable[..., Array]:
    """Return a gradient of means that is wrong in one way: other weights, or another divisor."""

    def function(grad: Array, maps: Array, options: Options) -> Array:
        rows, columns = windows_along(maps, options, how.get("change", nothing))
        how.get("change_both", _nothing_of_both)(rows, columns)
        is_counted = options["count_include_pad"] if counted is None else counted
        due = due_areas(rows, columns, is_counted)[: grad.shape[-3], : grad.shape[-2]]
        if divisor == "of the first":
            due = np.full(due.shape, due[0, 0])
        elif divisor and is_counted:
            due = np.full(due.shape, rows.size * columns.size)
        whole = np.where(due == 0, 1, due)[:, :, np.newaxis, np.newaxis, np.newaxis]

        def parts(seen: Array, inside: Array, given: Options) -> Array:
            ones = np.ones(seen.shape)
            return (ones if weights is None else weights(seen, inside, given)) / whole

        return _computed(grad, maps, options, parts, outside=0.0, **how)

    return _with_keywords(function, avg_pool2d_backward)


def after(
    right: Right, change: Callable[[Array, Array, Array, Options], Any]
) -> Callable[..., Array]:
    """Return the right gradient, of which something is made afterwards."""

    def function(grad: Array, maps: Array, options: Options) -> Array:
        return np.asarray(change(right(grad, maps, **options), grad, maps, options))

    return _with_keywords(function, right)


def _of_other_grad(right: Right, change: Callable[[Array], Array]) -> Any:
    """Return the right gradient of another incoming one."""
    return _with_keywords(lambda g, maps, options: right(change(g), maps, **options), right)


def divided_by(divisor: Callable[[Options], float]) -> Callable[..., Array]:
    """Return a gradient of means that divides by something else wherever nothing is padded."""

    def weights(seen: Array, _inside: Array, options: Options) -> Array:
        return np.full(seen.shape, seen.shape[3] * seen.shape[4] / divisor(options))

    return averaging(weights)


def stride_of(options: Options) -> tuple[int, int]:
    """Return how far apart windows are, by rows and columns."""
    return pair(options["size"] if options["stride"] is None else options["stride"])


def _accumulated(right: Right) -> Callable[..., Array]:
    kept: dict[tuple[int, ...], Array] = {}

    def function(grad: Array, maps: Array, options: Options) -> Array:
        found = right(grad, maps, **options)
        kept[found.shape] = kept.get(found.shape, 0) + found
        return kept[found.shape].astype(found.dtype)

    return _with_keywords(function, right)


def _without_nan(grad: Array) -> Array:
    return np.nan_to_num(grad, posinf=0.0, neginf=0.0)


def _in_float32(right: Right) -> Callable[..., Array]:
    def function(grad: Array, maps: Array, options: Options) -> Array:
        narrow = np.asarray(grad, np.float32)
        return right(narrow, maps, **options).astype(np.result_type(grad, maps, np.float32))

    return _with_keywords(function, right)


# --- which element is chosen -------------------------------------------------------------------


def _chooses(name: str, explanation: str, remedy: str, weights: Weights, **more: Any) -> None:
    """Enter a maximum, or what begins with another name, that chooses otherwise."""
    right = min_pool2d_backward if name.startswith("min") else max_pool2d_backward
    how = {k: more.pop(k) for k in ("outside", "change", "stored") if k in more}
    fault(name, explanation, remedy, makes=True, **more)(lambda: choosing(right, weights, **how))


def _bottomless(seen: Array) -> Array:
    found = seen.copy()
    if seen.shape[3] > 1:
        found[:, :, :, -1] = -np.inf
    return found


_MAX, _MIN = max_pool2d_backward, min_pool2d_backward

_TO_ONE = "hand what comes in for a window to its largest element, and nothing to the others"

_chooses(
    "max_pool2d_backward-all-of-several-equal",
    "every element that equals the largest gets all that comes in, not one of them",
    "choose one of the equal elements, such as the first, or divide by their number",
    lambda seen, _i, _o: _extreme(seen, _MAX) * 1.0,
    effect=ADVISED,
    seen="article 2's second part, and 9 of 26 public gradients",
)
_chooses(
    "min_pool2d_backward-all-of-several-equal",
    "every element that equals the smallest gets all that comes in, not one of them",
    "choose one of the equal elements, such as the first, or divide by their number",
    lambda seen, _i, _o: _extreme(seen, _MIN) * 1.0,
    effect=ADVISED,
    seen="masks of what equals the minimum",
)
_chooses(
    "max_pool2d_backward-near-ties",
    "elements that are nearly the largest get the gradient, too: they are compared with a tolerance"
    " (np.isclose)",
    "compare exactly: the numbers are copies of each other",
    lambda seen, _i, _o: np.isclose(seen, seen.max(axis=(3, 4), keepdims=True)) * 1.0,
    seen="np.isclose in public code",
)
_chooses(
    "min_pool2d_backward-near-ties",
    "the first element that is nearly the smallest gets the gradient: they are compared with a"
    " tolerance of a thousandth",
    "compare exactly: the numbers are copies of each other",
    lambda seen, _i, _o: _first(
        np.isclose(seen, seen.min(axis=(3, 4), keepdims=True), rtol=1e-3, atol=0)
    ),
)
_chooses(
    "max_pool2d_backward-compared-in-float32",
    "elements are compared in float32, in which neighbours are equal",
    "compare elements in their own dtype",
    lambda seen, _i, _o: _first(_extreme(seen.astype(np.float32), _MAX)),
)
_chooses(
    "max_pool2d_backward-nothing-where-several-are-equal",
    "windows of which several elements are the largest hand nothing on",
    "choose one of the equal elements, such as the first",
    lambda seen, _i, _o: (
        _extreme(seen, _MAX) * (_extreme(seen, _MAX).sum(axis=(3, 4), keepdims=True) == 1)
    ),
)
_chooses(
    "max_pool2d_backward-divided-twice-among-equals",
    "what comes in is divided by the square of the number of equal elements",
    "give each of m equal elements 1 / m of what comes in, or one of them all of it",
    lambda seen, _i, _o: (
        _extreme(seen, _MAX) / _extreme(seen, _MAX).sum(axis=(3, 4), keepdims=True) ** 2
    ),
)
_chooses(
    "max_pool2d_backward-first-element",
    "the first element of each window gets the gradient, whatever stands there",
    _TO_ONE,
    lambda seen, inside, _o: _first(np.broadcast_to(inside, seen.shape)),
)
_chooses(
    "max_pool2d_backward-to-every-element",
    "every element of a window gets all that comes in: nothing is chosen",
    _TO_ONE,
    lambda seen, _i, _o: np.ones(seen.shape),
)
_chooses(
    "max_pool2d_backward-spread-as-of-means",
    "what comes in is spread over all elements of a window, as of means",
    _TO_ONE,
    lambda seen, _i, _o: np.full(seen.shape, 1 / (seen.shape[3] * seen.shape[4])),
)
_chooses(
    "max_pool2d_backward-to-the-smallest",
    "what comes in goes to the smallest element of a window, not to the largest",
    _TO_ONE,
    lambda seen, _i, _o: _first(_extreme(np.where(np.isinf(seen), np.inf, seen), _MIN)),
)
_chooses(
    "min_pool2d_backward-to-the-largest",
    "what comes in goes to the largest element of a window, not to the smallest",
    "hand what comes in for a window to its smallest element",
    lambda seen, _i, _o: _first(_extreme(np.where(np.isinf(seen), -np.inf, seen), _MAX)),
    seen="copied from the maximum",
)


def _counted_along_columns(seen: Array, _inside: Array, _options: Options) -> Array:
    first = _first(_extreme(seen, _MAX))
    if first.shape[3] == first.shape[4]:
        return first.swapaxes(3, 4)
    rows, columns = first.shape[3:5]
    return first.reshape(*first.shape[:3], columns, rows, -1).swapaxes(3, 4)


_chooses(
    "max_pool2d_backward-place-turned",
    "rows and columns of the chosen place in its window are swapped",
    "divide the index of the largest element by the columns of the window: divmod(index, columns)",
    _counted_along_columns,
)
_chooses(
    "max_pool2d_backward-place-of-the-first-map",
    "the place that is chosen in the first map is used for all maps",
    "look for the largest element of each map by itself: argmax over rows and columns only",
    lambda seen, _i, _o: np.repeat(_first(_extreme(seen, _MAX))[..., :1], seen.shape[-1], axis=-1),
)
_chooses(
    "max_pool2d_backward-over-all-maps",
    "the largest element is sought over all maps of a window: one map alone gets the gradient",
    "look for the largest element of each map by itself",
    lambda seen, _i, _o: _extreme(seen, _MAX, (3, 4, 5)) * 1.0,
)
_chooses(
    "min_pool2d_backward-place-of-the-first-image",
    "the place that is chosen in the first image is used for all images of a batch",
    "look for the smallest element of each image by itself",
    lambda seen, _i, _o: np.repeat(_first(_extreme(seen, _MIN))[:1], len(seen), axis=0),
)
_chooses(
    "max_pool2d_backward-starts-at-0",
    "the search for the largest element starts at 0: a window of elements below 0 hands nothing on",
    "start with the first element of the window, or with minus infinity",
    lambda seen, _i, _o: _first(_extreme(seen, _MAX) & (seen >= 0)),
)
_chooses(
    "min_pool2d_backward-starts-at-0",
    "the search for the smallest element starts at 0: windows of elements above 0 hand nothing on",
    "start with the first element of the window, or with infinity",
    lambda seen, _i, _o: _first(_extreme(seen, _MIN) & (seen <= 0)),
)
_chooses(
    "max_pool2d_backward-behind-a-relu",
    "only largest elements above 0 get the gradient, as behind a ReLU",
    "leave that to the gradient of the ReLU: the largest element gets it, whatever its sign is",
    lambda seen, _i, _o: _first(_extreme(seen, _MAX)) * (seen > 0),
)
_chooses(
    "min_pool2d_backward-of-the-least-magnitude",
    "the element of the smallest absolute value gets the gradient",
    "compare elements with their signs",
    lambda seen, _i, _o: _first(_extreme(np.abs(seen), _MIN)),
)
_chooses(
    "max_pool2d_backward-of-the-largest-magnitude",
    "the element of the largest absolute value gets the gradient",
    "compare elements with their signs",
    lambda seen, inside, _o: _first(_extreme(np.where(inside, np.abs(seen), -1.0), _MAX)),
)
_chooses(
    "max_pool2d_backward-last-row-not-looked-at",
    "the last row of each window is not looked at",
    "let the loop over the rows of a window run to size",
    lambda seen, _i, _o: _first(_extreme(_bottomless(seen), _MAX) & ~np.isinf(seen)),
)
_chooses(
    "max_pool2d_backward-infinities-left-out",
    "infinite elements are taken for 0 before they are compared",
    "compare elements as they are",
    lambda seen, _i, _o: _first(_extreme(np.where(seen == _LARGEST, 0.0, seen), _MAX)),
)
_chooses(
    "max_pool2d_backward-nan-remembered",
    "NaN in a map loses the gradient of all windows of that map",
    "start anew in every window",
    lambda seen, _i, _o: (
        _first(_extreme(seen, _MAX)) * ~np.isnan(seen).any(axis=(1, 2, 3, 4), keepdims=True)
    ),
)
_chooses(
    "max_pool2d_backward-times-the-element",
    "the gradient is multiplied by the element that was chosen",
    "hand on what comes in as it is: the slope of a maximum is 1",
    lambda seen, inside, _o: _first(_extreme(seen, _MAX)) * np.where(inside, seen, 0.0),
)


# --- where windows overlap, and where they end ---------------------------------------------------

for _right, _of in ((_MAX, "max"), (_MIN, "min")):
    fault(
        f"{_of}_pool2d_backward-assigned",
        "what comes in is stored (=) where it must be added (+=): of overlapping windows only the"
        " last counts",
        "add what each window sends: grad_maps[row, column] += grad[i, j]",
        makes=True,
        seen="2 of 26 public gradients",
    )(lambda right=_right: choosing(right, stored=True))


@fault(
    "avg_pool2d_backward-assigned",
    "parts are stored (=) where they must be added (+=): of overlapping windows only the last"
    " counts",
    "add what each window sends: grad_maps[rows, columns] += grad[i, j] / area",
    makes=True,
    seen="2 of 26 public gradients",
)
def means_assigned() -> Callable[..., Array]:
    return averaging(stored=True)


def _but_the_last_rows(grad: Array) -> Array:
    found = grad.copy()
    found[..., -1, :, :] = 0
    return found


def _but_the_last_columns(grad: Array) -> Array:
    found = grad.copy()
    found[..., :, -1, :] = 0
    return found


def _first_window(grad: Array) -> Array:
    found = np.zeros_like(grad)
    found[..., 0, 0, :] = grad[..., 0, 0, :]
    return found


def _as_many_as_rows(grad: Array) -> Array:
    found = grad.copy()
    found[..., grad.shape[-3] :, :] = 0
    return found


def _as_many_as_columns(grad: Array) -> Array:
    found = grad.copy()
    found[..., grad.shape[-2] :, :, :] = 0
    return found


def _row_for_the_map(grad: Array) -> Array:
    rows, _, maps = grad.shape[-3:]
    return np.stack(
        [np.repeat(grad[..., i, :, i % maps, np.newaxis], maps, -1) for i in range(rows)], -3
    )


def _enter_of_grad(
    name: str, explanation: str, remedy: str, change: Callable[[Array], Array], **more: Any
) -> None:
    rights: dict[str, Right] = {"max": _MAX, "min": _MIN, "avg": avg_pool2d_backward}
    right = rights[name[:3]]
    fault(name, explanation, remedy, makes=True, **more)(lambda: _of_other_grad(right, change))


_ALL_WINDOWS = "let the loops run over all rows and columns of grad"

_enter_of_grad(
    "max_pool2d_backward-last-row-lost",
    "the last row of windows hands nothing on",
    _ALL_WINDOWS,
    _but_the_last_rows,
    seen="a loop that ends one row early",
)
_enter_of_grad(
    "avg_pool2d_backward-last-column-lost",
    "the last column of windows hands nothing on",
    _ALL_WINDOWS,
    _but_the_last_columns,
    seen="a loop that ends one column early",
)
_enter_of_grad(
    "max_pool2d_backward-first-window-only",
    "only the first window hands anything on",
    "return behind the loops, not inside of them",
    _first_window,
    seen="reported in public",
)
_enter_of_grad(
    "max_pool2d_backward-columns-from-rows",
    "no more columns of windows are visited than there are rows: the shape is read in the wrong"
    " order",
    "read rows and columns in the order in which they stand in the shape",
    _as_many_as_rows,
    seen="a shape unpacked in the wrong order",
)
_enter_of_grad(
    "min_pool2d_backward-rows-from-columns",
    "no more rows of windows are visited than there are columns",
    "read rows and columns in the order in which they stand in the shape",
    _as_many_as_columns,
)
_enter_of_grad(
    "max_pool2d_backward-row-for-the-map",
    "the number of the row is used for that of the map, in reading the incoming gradient",
    "read grad[i, j, k] with the map's own index",
    _row_for_the_map,
    seen="pre_grad[a, b, a, w] in public code",
)
_enter_of_grad(
    "max_pool2d_backward-grad-dropped",
    "the incoming gradient is dropped: it is taken for 1",
    "multiply by the incoming gradient",
    np.ones_like,
)
_enter_of_grad(
    "min_pool2d_backward-opposite-sign",
    "the gradient has the opposite sign: that of the maximum of the negative maps is negated once",
    "negate the maps alone: -max(-x) has two signs, which cancel in its gradient",
    np.negative,
)
_enter_of_grad(
    "max_pool2d_backward-positive-grad-only",
    "of what comes in only positive numbers are handed on",
    "hand on what comes in, whatever its sign is",
    lambda grad: np.maximum(grad, 0),
)
_enter_of_grad(
    "max_pool2d_backward-nan-cleared",
    "NaN and infinities that come in are taken for 0",
    "hand on what comes in as it is",
    _without_nan,
)
_enter_of_grad(
    "avg_pool2d_backward-nan-cleared",
    "NaN and infinities that come in are taken for 0",
    "hand on what comes in as it is",
    _without_nan,
)


@fault(
    "max_pool2d_backward-left-over-cut-away",
    "rows and columns that fill no window are cut away: the result is smaller than the maps",
    "give the result the shape of the maps, and leave those elements at 0",
    makes=True,
)
def left_over_cut_away() -> Callable[..., Array]:
    return after(max_pool2d_backward, _covered)


@fault(
    "avg_pool2d_backward-left-over-cut-away",
    "rows and columns that fill no window are cut away: the result is smaller than the maps",
    "give the result the shape of the maps, and leave those elements at 0",
    makes=True,
    seen="np.kron and np.repeat",
)
def means_left_over_cut_away() -> Callable[..., Array]:
    return after(avg_pool2d_backward, _covered)


def _covered(found: Array, grad: Array, _maps: Array, options: Options) -> Array:
    rows, columns = (
        count * size for count, size in zip(grad.shape[-3:-1], pair(options["size"]), strict=True)
    )
    return found[..., :rows, :columns, :]


@fault(
    "max_pool2d_backward-accumulated",
    "gradients are added to those of the call before: the buffer is not set to zero",
    "start every call with zeros",
    makes=True,
    seen="a buffer that is not zeroed",
)
def accumulated() -> Callable[..., Array]:
    return _accumulated(max_pool2d_backward)


@fault(
    "avg_pool2d_backward-accumulated",
    "gradients are added to those of the call before: the buffer is not set to zero",
    "start every call with zeros",
    makes=True,
)
def means_accumulated() -> Callable[..., Array]:
    return _accumulated(avg_pool2d_backward)


@fault(
    "max_pool2d_backward-grad-in-float32",
    "the numbers of the incoming gradient are rounded to float32",
    "keep the precision of grad",
    makes=True,
)
def in_float32() -> Callable[..., Array]:
    return _in_float32(max_pool2d_backward)


@fault(
    "avg_pool2d_backward-in-float32",
    "the gradient is computed in float32",
    "keep the precision of grad",
    makes=True,
)
def means_in_float32() -> Callable[..., Array]:
    return _in_float32(avg_pool2d_backward)


@fault(
    "avg_pool2d_backward-divided-by-images",
    "the gradient to the maps is divided by the number of images",
    "divide in the loss, if at all: nothing is averaged inside a layer",
    makes=True,
    seen="courses that keep 1/N in the layers",
)
def divided_by_images() -> Callable[..., Array]:
    return after(
        avg_pool2d_backward,
        lambda found, _g, maps, _o: found / len(maps) if maps.ndim == 4 else found,
    )


@fault(
    "max_pool2d_backward-images-added-up",
    "the gradients of the images of a batch are added up, and each gets the sum",
    "treat every image by itself",
    makes=True,
)
def images_added_up() -> Callable[..., Array]:
    def summed(found: Array, _grad: Array, maps: Array, _options: Options) -> Array:
        return found if maps.ndim == 3 else found.sum(axis=0, keepdims=True) + 0 * found

    return after(max_pool2d_backward, summed)
