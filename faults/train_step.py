"""Mistakes in one step of training: on the way back, and in the updates."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference import conv2d, dense, max_pool2d, relu, softmax, softmax_cross_entropy
from cnnspec.reference.train_step import gradient_of_filters, gradient_of_maps

Array = NDArray[Any]
Returned = tuple[Any, Array, Array, Array]

_BY_LOGITS = "the gradient by the logits is the probabilities, minus 1 at the label"
_UPDATE = "every parameter becomes parameter - learning_rate * gradient"
_POOLED = "give a window's gradient to its largest element, and nothing to the others"
_SEEN = "add the gradient times the pixels that the filter saw at the largest element, as they lie"


def train_step(
    image: Array,
    label: int,
    filters: Array,
    weights: Array,
    biases: Array,
    learning_rate: float,
    *,
    scale: Callable[[Array], Array] = lambda image: image / 255 - 0.5,
    between: Callable[[Array], Array] = lambda maps: maps,
    by_logits: Callable[[Array, int], Array] = lambda p, y: p - (np.arange(len(p)) == y),
    through: Callable[[Array, Array], Array] = lambda old, _new: old,
    by_pool: Callable[[Array], Array] = lambda grad: grad,
    by_maps: Callable[[Array, Array], Array] = gradient_of_maps,
    seen: Callable[[Array, Array], Array] = lambda pixels, _image: pixels,
    by_filters: Callable[[Array, Array, int], Array] = gradient_of_filters,
    by_weights: Callable[[Array, Array], Array] = np.multiply.outer,
    moved: Callable[[str, Array, Array], Array] = lambda _name, old, step: old - step,
) -> Returned:
    """Take a step of article 2's training, with one of its parts replaced."""
    dtype = np.result_type(filters, weights, biases)
    pixels = np.asarray(scale(image))
    maps = between(conv2d(pixels, filters))
    pooled = max_pool2d(maps)
    logits = dense(pooled, weights, biases)
    loss = softmax_cross_entropy(logits, label)
    z = by_logits(softmax(logits).astype(float), label)
    new_weights = moved("weights", weights, learning_rate * by_weights(pooled.ravel(), z))
    grad = by_pool((through(weights, new_weights) @ z).reshape(pooled.shape))
    of_filters = by_filters(by_maps(grad, maps), seen(pixels, image), filters.shape[-1])
    new_filters = moved("filters", filters, learning_rate * of_filters)
    new_biases = moved("biases", biases, learning_rate * z)
    new = (np.asarray(one).astype(dtype) for one in (new_filters, new_weights, new_biases))
    return (loss, *new)


def _of_one(name: str, of: Callable[[Array, Array], Array]) -> Callable[..., Returned]:
    """Return a step that updates one parameter otherwise."""

    def moved(its_name: str, old: Array, step: Array) -> Array:
        return of(old, step) if its_name == name else old - step

    return partial(train_step, moved=moved)


@fault(
    "train_step-upwards",
    "all parameters move up their gradient: the step is added",
    _UPDATE,
)
def upwards(*given: Any) -> Returned:
    return train_step(*given, moved=lambda _name, old, step: old + step)


for _name in ("filters", "weights", "biases"):
    fault(
        f"train_step-{_name}-upwards",
        f"the {_name} move up their gradient: their step is added",
        _UPDATE,
    )(_of_one(_name, lambda old, step: old + step))
    fault(
        f"train_step-{_name}-not-updated",
        f"the {_name} stay as they were",
        _UPDATE,
    )(_of_one(_name, lambda old, _step: old))


@fault(
    "train_step-label-not-subtracted",
    "the gradient by the logits is the probabilities: 1 is not subtracted at the label",
    _BY_LOGITS,
)
def label_not_subtracted(*given: Any) -> Returned:
    return train_step(*given, by_logits=lambda p, _y: p)


@fault(
    "train_step-subtracted-everywhere",
    "the gradient by the logits is p - 1 at every class",
    _BY_LOGITS,
)
def subtracted_everywhere(*given: Any) -> Returned:
    return train_step(*given, by_logits=lambda p, _y: p - 1)


@fault(
    "train_step-label-alone",
    "only the label has a gradient by its logit, the other classes none",
    _BY_LOGITS,
)
def label_alone(*given: Any) -> Returned:
    return train_step(*given, by_logits=lambda p, y: (p - 1) * (np.arange(len(p)) == y))


@fault(
    "train_step-softmax-forgotten",
    "the logits get the gradient of the probabilities, -1 / p at the label",
    _BY_LOGITS,
)
def softmax_forgotten(*given: Any) -> Returned:
    return train_step(*given, by_logits=lambda p, y: np.where(np.arange(len(p)) == y, -1 / p, 0))


@fault(
    "train_step-next-class",
    "1 is subtracted at the class after the label",
    _BY_LOGITS,
)
def next_class(*given: Any) -> Returned:
    return train_step(*given, by_logits=lambda p, y: p - (np.arange(len(p)) == (y + 1) % len(p)))


@fault(
    "train_step-averaged-over-classes",
    "the gradient by the logits is divided by the number of classes",
    _BY_LOGITS,
)
def averaged_over_classes(*given: Any) -> Returned:
    def averaged(p: Array, y: int) -> Array:
        return np.asarray((p - (np.arange(len(p)) == y)) / len(p))

    return train_step(*given, by_logits=averaged)


@fault(
    "train_step-right-ones-skipped",
    "nothing is learned of an image whose label is the most probable class already",
    "take the step whichever class is the most probable",
)
def right_ones_skipped(*given: Any) -> Returned:
    def skipped(p: Array, y: int) -> Array:
        return np.asarray((p - (np.arange(len(p)) == y)) * (np.argmax(p) != y))

    return train_step(*given, by_logits=skipped)


@fault(
    "train_step-new-weights-used",
    "the gradient goes back through the weights after their update",
    "work out all gradients first, with the weights as they were",
)
def new_weights_used(*given: Any) -> Returned:
    return train_step(*given, through=lambda _old, new: new)


@fault(
    "train_step-maps-first",
    "the gradient of the pooled maps is laid out with the maps first",
    "reshape the gradient to the shape that the pooled maps had",
)
def maps_first(*given: Any) -> Returned:
    def turned(grad: Array) -> Array:
        maps_first = grad.ravel().reshape(grad.shape[-1], *grad.shape[:-1])
        return np.moveaxis(maps_first, 0, -1)

    return train_step(*given, by_pool=turned)


@fault(
    "train_step-all-of-the-window",
    "every element of a window gets its gradient",
    _POOLED,
)
def all_of_the_window(*given: Any) -> Returned:
    return train_step(*given, by_maps=partial(_spread, of=np.ones_like))


@fault(
    "train_step-shared-out",
    "a window's gradient is shared out evenly, as for a mean",
    _POOLED,
)
def shared_out(*given: Any) -> Returned:
    return train_step(*given, by_maps=partial(_spread, of=lambda w: np.full_like(w, 1 / 4)))


@fault(
    "train_step-smallest-element",
    "the smallest element of a window gets its gradient",
    _POOLED,
)
def smallest_element(*given: Any) -> Returned:
    def smallest(windows: Array) -> Array:
        return np.asarray(windows == windows.min(axis=(1, 3), keepdims=True))

    return train_step(*given, by_maps=partial(_spread, of=smallest))


@fault(
    "train_step-first-element",
    "the first element of a window gets its gradient, whichever is largest",
    _POOLED,
)
def first_element(*given: Any) -> Returned:
    def first(windows: Array) -> Array:
        found = np.zeros_like(windows)
        found[:, 0, :, 0] = 1
        return found

    return train_step(*given, by_maps=partial(_spread, of=first))


@fault(
    "train_step-rows-for-columns",
    "rows and columns of a window are exchanged on the way back",
    "write to [i, j] what was read at [i, j]",
)
def rows_for_columns(*given: Any) -> Returned:
    def exchanged(grad: Array, maps: Array) -> Array:
        found = gradient_of_maps(grad, maps)
        rows, columns, count = grad.shape
        inner = found[: 2 * rows, : 2 * columns]
        windows = inner.reshape(rows, 2, columns, 2, count).swapaxes(1, 3)
        inner[...] = windows.reshape(inner.shape)
        return found

    return train_step(*given, by_maps=exchanged)


@fault(
    "train_step-filters-turned",
    "the filters' gradient is turned by half a turn",
    _SEEN,
)
def filters_turned(*given: Any) -> Returned:
    return train_step(*given, by_filters=lambda *of: gradient_of_filters(*of)[:, ::-1, ::-1])


@fault(
    "train_step-filters-transposed",
    "rows and columns of the filters' gradient are exchanged",
    _SEEN,
)
def filters_transposed(*given: Any) -> Returned:
    return train_step(*given, by_filters=lambda *of: gradient_of_filters(*of).swapaxes(1, 2))


@fault(
    "train_step-filters-averaged",
    "the filters' gradient is divided by the number of windows",
    _SEEN,
)
def filters_averaged(*given: Any) -> Returned:
    def averaged(grad: Array, pixels: Array, size: int) -> Array:
        windows = (grad.shape[0] // 2) * (grad.shape[1] // 2)
        return np.asarray(gradient_of_filters(grad, pixels, size) / windows)

    return train_step(*given, by_filters=averaged)


@fault(
    "train_step-first-filter-for-all",
    "all filters get the gradient of the first",
    _SEEN,
)
def first_filter_for_all(*given: Any) -> Returned:
    return train_step(*given, by_filters=lambda *of: gradient_of_filters(*of)[[0] * len(given[2])])


@fault(
    "train_step-last-window-alone",
    "the filters' gradient is that of the last window alone: it is assigned, not added",
    _SEEN,
)
def last_window_alone(*given: Any) -> Returned:
    def of_last(grad: Array, pixels: Array, size: int) -> Array:
        rows, columns = 2 * (grad.shape[0] // 2), 2 * (grad.shape[1] // 2)
        last = np.zeros_like(grad)
        window = slice(rows - 2, rows), slice(columns - 2, columns)
        last[window] = grad[window]
        return gradient_of_filters(last, pixels, size)

    return train_step(*given, by_filters=of_last)


@fault(
    "train_step-pixels-not-scaled",
    "in the filters' gradient the pixels run from 0 to 255",
    "keep the pixels that the filters saw: image / 255 - 0.5",
)
def pixels_not_scaled(*given: Any) -> Returned:
    return train_step(*given, seen=lambda _pixels, image: image.astype(float))


@fault(
    "train_step-pixels-not-shifted",
    "in the filters' gradient the pixels run from 0 to 1",
    "keep the pixels that the filters saw: image / 255 - 0.5",
)
def pixels_not_shifted(*given: Any) -> Returned:
    return train_step(*given, seen=lambda _pixels, image: image / 255)


@fault(
    "train_step-regions-by-pooled-places",
    "the filters' gradient takes the pixels at the rows and columns of the pooled maps",
    _SEEN,
)
def regions_by_pooled_places(*given: Any) -> Returned:
    def crowded(grad: Array, pixels: Array, size: int) -> Array:
        rows, columns, count = grad.shape[0] // 2, grad.shape[1] // 2, grad.shape[2]
        inner = grad[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, count)
        regions = sliding_window_view(pixels, (size, size))[:rows, :columns]
        return np.asarray(np.einsum("ijk,ijab->kab", inner.sum(axis=(1, 3)), regions))

    return train_step(*given, by_filters=crowded)


@fault(
    "train_step-weights-averaged",
    "the weights' gradient is divided by the number of inputs",
    "the gradient by the weights is pooled[i] * by_logits[j], divided by nothing",
)
def weights_averaged(*given: Any) -> Returned:
    return train_step(*given, by_weights=lambda x, z: np.multiply.outer(x, z) / len(x))


@fault(
    "train_step-weights-without-inputs",
    "the weights' gradient is that of the logits: the pooled maps are left out",
    "the gradient by the weights is pooled[i] * by_logits[j]",
)
def weights_without_inputs(*given: Any) -> Returned:
    return train_step(*given, by_weights=lambda x, z: np.multiply.outer(np.ones_like(x), z))


@fault(
    "train_step-fixed-rate",
    "the learning rate is 0.005, whatever is given",
    "use the learning rate that is given",
)
def fixed_rate(*given: Any) -> Returned:
    image, label, filters, weights, biases, _ = given
    return train_step(image, label, filters, weights, biases, 0.005)


@fault(
    "train_step-rate-squared",
    "the learning rate is multiplied twice",
    "multiply the gradient by the learning rate once",
)
def rate_squared(*given: Any) -> Returned:
    image, label, filters, weights, biases, rate = given
    return train_step(image, label, filters, weights, biases, rate**2)


@fault(
    "train_step-loss-afterwards",
    "the loss is that of the new parameters",
    "work out the loss before the update",
)
def loss_afterwards(*given: Any) -> Returned:
    image, label, *_, rate = given
    _, filters, weights, biases = train_step(*given)
    loss, *_ = train_step(image, label, filters, weights, biases, rate)
    return loss, filters, weights, biases


@fault(
    "train_step-loss-clipped",
    "the loss stops at 10, as if no label were less probable than 0.0000454",
    "take the logarithm of the probability itself",
)
def loss_clipped(*given: Any) -> Returned:
    loss, *after = train_step(*given)
    return (min(loss, 10.0), *after)


@fault(
    "train_step-loss-averaged",
    "the loss is divided by the number of classes",
    "the loss is -ln of the probability of the label",
)
def loss_averaged(*given: Any) -> Returned:
    loss, *after = train_step(*given)
    return (loss / len(after[-1]), *after)


@fault(
    "train_step-loss-negative",
    "the loss is the logarithm, without the minus sign",
    "the loss is -numpy.log(probabilities[label])",
)
def loss_negative(*given: Any) -> Returned:
    loss, *after = train_step(*given)
    return (-loss, *after)


@fault(
    "train_step-over-256",
    "pixels are divided by 256",
    "divide by 255, so that white is 1",
)
def over_256(*given: Any) -> Returned:
    return train_step(*given, scale=lambda image: image / 256 - 0.5)


@fault(
    "train_step-not-shifted",
    "pixels range from 0 to 1: the shift is missing",
    "subtract 0.5",
)
def not_shifted(*given: Any) -> Returned:
    return train_step(*given, scale=lambda image: image / 255)


@fault(
    "train_step-extra-relu",
    "a ReLU stands between convolution and pooling",
    "the network of article 2 has none: pool the maps as they are",
)
def extra_relu(*given: Any) -> Returned:
    def by_maps(grad: Array, maps: Array) -> Array:
        return np.asarray(gradient_of_maps(grad, maps) * (maps > 0))

    return train_step(*given, between=relu, by_maps=by_maps)


@fault(
    "train_step-logits-overflow",
    "the largest logit is not subtracted, so that exp overflows to infinity and NaN",
    "subtract the largest logit before the exponential",
)
def logits_overflow(*given: Any) -> Returned:
    image, label, filters, weights, biases, _ = given
    with np.errstate(all="ignore"):
        pooled = max_pool2d(conv2d(image / 255 - 0.5, filters))
        exponentials = np.exp(dense(pooled, weights, biases))
        out = exponentials / exponentials.sum()
        _, *after = train_step(*given, by_logits=lambda _p, y: out - (np.arange(len(out)) == y))
        return (-np.log(out[label]), *after)


@fault(
    "train_step-label-wraps",
    "a label beyond the classes starts again at 0",
    "raise a ValueError unless 0 <= label < 10",
)
def label_wraps(image: Array, label: int, *rest: Any) -> Returned:
    return train_step(image, label % len(rest[2]), *rest)


@fault(
    "train_step-negative-label",
    "a negative label counts from the end",
    "raise a ValueError unless 0 <= label < 10",
    effect=ADVISED,
)
def negative_label(image: Array, label: int, *rest: Any) -> Returned:
    return train_step(image, label % len(rest[2]) if label < 0 else label, *rest)


def _spread(grad: Array, maps: Array, of: Callable[[Array], Array]) -> Array:
    """Return the gradient of maps of which each element of a window gets a share."""
    rows, columns, count = grad.shape
    found = np.zeros(maps.shape)
    inner = found[: 2 * rows, : 2 * columns]
    windows = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, count)
    inner[...] = (of(windows) * grad[:, np.newaxis, :, np.newaxis]).reshape(inner.shape)
    return found


# --- what is kept from step to step ----------------------------------------------------------


def _with_memory(share: float) -> Callable[..., Returned]:
    """Return a step that moves by a share of the step before, too."""
    before: dict[str, Array] = {}

    def moved(name: str, old: Array, step: Array) -> Array:
        kept = before.get(name, np.zeros_like(step))
        before[name] = step + share * (kept if kept.shape == step.shape else np.zeros_like(step))
        return np.asarray(old - before[name])

    return partial(train_step, moved=moved)


@fault(
    "train_step-momentum",
    "parameters move by 0.9 times the step before, too, as by momentum",
    "move by the gradient of this step alone",
    makes=True,
)
def momentum() -> Callable[..., Returned]:
    return _with_memory(0.9)


@fault(
    "train_step-gradients-not-cleared",
    "the gradients of all steps before are added up: they are not set to zero",
    "set the gradients to zero before each step",
    makes=True,
)
def gradients_not_cleared() -> Callable[..., Returned]:
    return _with_memory(1.0)


@fault(
    "train_step-parameters-of-the-first-step",
    "every step begins with the parameters of the first one",
    "begin with the parameters that are given",
    makes=True,
)
def parameters_of_the_first_step() -> Callable[..., Returned]:
    kept: dict[Any, tuple[Array, ...]] = {}

    def mistaken(image: Array, label: int, *rest: Any) -> Returned:
        *parameters, rate = rest
        shapes = tuple(np.shape(one) for one in parameters)
        held = kept.setdefault(shapes, tuple(np.array(one) for one in parameters))
        filters, weights, biases = held
        return train_step(image, label, filters, weights, biases, rate)

    return mistaken
