"""What is done by mistake in a step of training, on the way back and in the updates."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cnnspec.operations.network.simulator import of_pixels
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound

Known = Mapping[str, Any]

_BY_LOGITS = "the gradient by the logits is the probabilities, minus 1 at the label"
_UPDATE = "each parameter becomes parameter - learning_rate * gradient, with the given rate"
_BY_WEIGHTS = "the gradient by the weights is pooled[i] * by_logits[j]"
_THROUGH = "work out all gradients first, with the weights as they were before the update"
_POOLED = "all of a window's gradient goes to its largest element, nothing to the others"
_BY_FILTERS = (
    "the gradient by a filter is the sum, over all windows, of their gradient times the pixels that"
    " the filter saw at the largest element, as they lie"
)
_LOSS = "the loss is -numpy.log(probabilities[label]), as it was before the update"
_CHAIN = "convolution, pooling, dense layer, softmax: nothing else stands between them"

_NAMES = ("filters", "weights", "biases")


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots of the simulator."""
    return tuple(
        chain(
            _of_logits(),
            _of_updates(),
            _of_weights(),
            _of_pooling(),
            _of_filters(),
            _of_loss(),
            _of_chain(),
            of_pixels(),
        )
    )


def _of_logits() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("by_logits", words, of, _BY_LOGITS, rank)

    yield one(
        "in the gradient by the logits 1 is not subtracted at the label", lambda _v, k: k["out"]
    )
    yield one(
        "in the gradient by the logits 1 is subtracted at every class",
        lambda _v, k: k["out"] - 1,
    )
    yield one(
        "in the gradient by the logits 1 is added at the label, not subtracted",
        lambda _v, k: k["out"] + k["onehot"],
    )
    yield one(
        "only the label's class has a gradient: what the softmax does to the others is missing",
        lambda v, k: v * k["onehot"],
    )
    yield one(
        "the derivative of the softmax is missing: the logits get -1 / p at the label",
        lambda _v, k: -k["onehot"] / k["out"],
    )
    yield one(
        "the gradient is that of the squared error of the probabilities",
        lambda _v, k: _through_softmax(k["out"], 2 * (k["out"] - k["onehot"])),
        KNOWN,
    )
    yield one(
        "the gradient by the logits is multiplied by p (1 - p), as for sigmoids",
        lambda v, k: v * k["out"] * (1 - k["out"]),
        KNOWN,
    )
    yield one("the gradient by the logits is averaged over the classes", lambda v, _k: v / len(v))
    yield one("the gradient by the logits is taken twice", lambda v, _k: 2 * v)
    for words, by in (("after", 1), ("before", -1)):
        yield one(
            f"1 is subtracted at the class {words} the label: classes are counted from"
            f" {1 if by < 0 else 0} and labels from {0 if by < 0 else 1}",
            bound(lambda _v, k, by: k["out"] - np.roll(k["onehot"], by), by),
        )
    yield one(
        "1 is subtracted at the most probable class, not at the label",
        lambda _v, k: k["out"] - (np.arange(len(k["out"])) == np.argmax(k["out"])),
    )
    yield one(
        "the gradient by the logits is not worked out where the label is the most probable class",
        lambda v, k: v * (np.argmax(k["out"]) != k["label"]),
    )


def _through_softmax(p: Array, grad: Array) -> Array:
    return np.asarray(p * (grad - p @ grad))


def _of_updates() -> Iterator[Hypothesis]:
    def one(name: str, words: str, of: Callable[[Any, Known], Any], rank: int) -> Hypothesis:
        return Hypothesis(f"new_{name}", words, of, _UPDATE, rank)

    for name in _NAMES:
        yield one(
            name,
            f"the {name} move up their gradient: the step is added, and must be subtracted",
            lambda _v, k: k["old"] + k["rate"] * k["gradient"],
            COMMON,
        )
        yield one(name, f"the {name} stay as they were", lambda _v, k: k["old"], COMMON)
        yield one(
            name,
            f"the {name} lose their gradient whole: it is not multiplied by the learning rate",
            lambda _v, k: k["old"] - k["gradient"],
            COMMON,
        )
        yield one(
            name,
            f"the {name} become the step itself: what they were is not kept",
            lambda _v, k: -k["rate"] * k["gradient"],
            KNOWN,
        )
        yield one(
            name,
            f"the {name} are updated twice",
            lambda _v, k: k["old"] - 2 * k["rate"] * k["gradient"],
            COMMON,
        )
        yield one(
            name,
            f"the gradients of the {name} are returned, not what they become",
            lambda _v, k: k["gradient"],
            KNOWN,
        )
        yield one(
            name,
            f"the {name} move by their learning rate times the sign of their gradient",
            lambda _v, k: k["old"] - k["rate"] * np.sign(k["gradient"]),
            ODD,
        )
    yield Hypothesis(
        "rate",
        "all parameters move up their gradient: the step is added and must be subtracted, or the"
        " gradient by the logits has the wrong sign",
        lambda rate, _k: -rate,
        _UPDATE,
        COMMON,
    )
    for fixed in (0.005, 0.01, 0.001, 0.1):
        yield Hypothesis(
            "rate",
            f"the learning rate {fixed:g} is used, whatever is given",
            bound(lambda _v, _k, rate: rate, fixed),
            _UPDATE,
            COMMON,
        )
    yield Hypothesis("rate", "nothing is updated", lambda _v, _k: 0.0, _UPDATE, COMMON)
    yield Hypothesis(
        "rate", "the learning rate is squared", lambda rate, _k: rate**2, _UPDATE, KNOWN
    )


def _of_weights() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Any, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("by_weights", words, of, _BY_WEIGHTS, rank)

    yield one(
        "the pooled maps are left out of the weights' gradient",
        lambda _v, k: np.ones((k["pooled"].size, 1)) * k["z"],
    )
    yield one(
        "the pooled maps are flattened with the maps first in the weights' gradient",
        lambda _v, k: np.multiply.outer(np.moveaxis(k["pooled"], -1, 0).ravel(), k["z"]),
    )
    yield one(
        "the pooled maps are flattened in Fortran order in the weights' gradient",
        lambda _v, k: np.multiply.outer(k["pooled"].ravel("F"), k["z"]),
        KNOWN,
    )
    yield one("the weights' gradient is averaged over the inputs", lambda v, _k: v / len(v))
    yield one("the weights' gradient is averaged over the classes", lambda v, _k: v / v.shape[1])
    yield one(
        "negative pooled values are left out of the weights' gradient", lambda v, k: v * _up(k)
    )
    yield Hypothesis(
        "by_biases",
        "the biases' gradient is averaged over the classes",
        lambda v, _k: v / len(v),
        "the gradient by the biases is that by the logits",
        COMMON,
    )
    yield Hypothesis(
        "through",
        "the gradient goes back through the weights after their update",
        lambda _v, k: k["new"],
        _THROUGH,
        COMMON,
    )
    yield Hypothesis(
        "by_pool",
        "what goes back is laid out with the maps first, and was flattened with them last",
        lambda v, _k: np.moveaxis(v.ravel().reshape(v.shape[-1], *v.shape[:-1]), 0, -1),
        "reshape the gradient to the shape that the pooled maps had",
        COMMON,
    )


def _up(known: Known) -> Array:
    return np.asarray((known["pooled"].ravel() > 0)[:, np.newaxis])


def _of_pooling() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("shares", words, lambda v, k: of(v, k["windows"]), _POOLED, rank)

    def at_place(place: int) -> Callable[[Array, Array], Any]:
        return lambda v, _w: v * 0 + (np.arange(4)[:, np.newaxis] == place)

    yield one("every element of a window gets its gradient", lambda v, _w: v * 0 + 1)
    yield one("a window's gradient is shared out evenly, as for a mean", lambda v, _w: v * 0 + 0.25)
    yield one(
        "the smallest element of a window gets its gradient",
        lambda _v, w: (w == w.min(axis=2, keepdims=True)).astype(float),
    )
    yield one("the first element of a window gets its gradient, whichever is largest", at_place(0))
    yield one("the last element of a window gets its gradient", at_place(3), KNOWN)
    yield one(
        "rows and columns of a window are exchanged on the way back",
        lambda v, _w: v[:, :, [0, 2, 1, 3]],
    )
    yield one(
        "the place of the largest element of the first map serves for all maps",
        lambda v, _w: v[..., :1] + v * 0,
    )
    yield one(
        "elements that are not the largest get a part of the gradient, by their size",
        lambda _v, w: w / w.max(axis=2, keepdims=True),
        ODD,
    )
    yield one(
        "windows whose largest element is not above 0 get no gradient, as behind a ReLU",
        lambda v, w: v * (w.max(axis=2, keepdims=True) > 0),
    )


def _of_filters() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Any, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("by_filters", words, of, _BY_FILTERS, rank)

    yield one("the filters' gradient is turned by half a turn", lambda v, _k: v[:, ::-1, ::-1])
    yield one("the filters' gradient is transposed", lambda v, _k: v.swapaxes(1, 2))
    yield one(
        "the filters' gradient is averaged over the windows of the pooling",
        lambda v, k: v / k["count"],
    )
    yield one(
        "the filters' gradient is averaged over all places of the filter",
        lambda v, k: v / (4 * k["count"]),
    )
    yield one(
        "all filters get the sum of their gradients",
        lambda v, _k: v * 0 + v.sum(axis=0, keepdims=True),
    )
    yield one("all filters get the gradient of the first", lambda v, _k: v * 0 + v[:1])
    yield one("all filters get the gradient of the last", lambda v, _k: v * 0 + v[-1:], KNOWN)
    yield one("the filters' gradients come in reverse order", lambda v, _k: v[::-1], KNOWN)
    yield one(
        "only the first filter has a gradient",
        lambda v, _k: v * (np.arange(len(v)) == 0)[:, np.newaxis, np.newaxis],
    )

    def of_pixels_seen(words: str, of: Callable[[Array], Any]) -> Hypothesis:
        return Hypothesis("seen", words, lambda _v, k: of(k["image"]), _BY_FILTERS, COMMON)

    in_gradient = "in the filters' gradient pixels are"
    yield of_pixels_seen(f"{in_gradient} as they were given, from 0 to 255", lambda i: i)
    yield of_pixels_seen(f"{in_gradient} image / 255, without - 0.5", lambda i: i / 255)

    def of_regions(words: str, of: Callable[[Array, Known], Any]) -> Hypothesis:
        return Hypothesis("under", words, of, _BY_FILTERS, COMMON)

    yield of_regions(
        "in the filters' gradient the regions are counted by pooled rows and columns, which are two"
        " apart in the image",
        _crowded,
    )
    yield of_regions(
        "the last row of windows is left out of the filters' gradient", bound(_without_last, 0)
    )
    yield of_regions(
        "the last column of windows is left out of the filters' gradient", bound(_without_last, 1)
    )
    yield of_regions(
        "the filters' gradient is that of the last window alone: it is assigned, and must be added",
        _of_last_alone,
    )


def _crowded(under: Array, known: Known) -> Array:
    rows, columns = under.shape[:2]
    size = known["size"]
    regions = sliding_window_view(known["seen"], (size, size)).reshape(
        known["seen"].shape[0] - size + 1, -1, size * size
    )
    return np.asarray(regions[:rows, :columns, np.newaxis] + under * 0)


def _without_last(under: Array, _known: Known, axis: int) -> Array:
    left = np.array(under, np.float64)
    left[(slice(None),) * axis + (-1,)] = 0
    return left


def _of_last_alone(under: Array, _known: Known) -> Array:
    left = under * 0.0
    left[-1, -1] = under[-1, -1]
    return np.asarray(left)


def _of_loss() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Any, Known], Any], rank: int = COMMON) -> Hypothesis:
        words = f"the new parameters are right; the loss is {words}"
        return Hypothesis("loss", words, of, _LOSS, rank)

    yield one(
        "that after the update: it is computed with the new parameters", lambda _v, k: k["again"]()
    )
    yield one("the logarithm, without the minus sign", lambda v, _k: -v)
    yield one("taken by the logarithm to base 2", lambda v, _k: v / np.log(2), KNOWN)
    yield one("taken by the logarithm to base 10", lambda v, _k: v / np.log(10), KNOWN)
    yield one("the label's probability, not its negative logarithm", lambda v, _k: np.exp(-v))
    yield one("averaged over the classes", lambda v, k: v / len(k["out"]))
    yield one(
        "that of the most probable class, not of the label", lambda _v, k: -np.log(k["out"].max())
    )
    yield one("always 0", lambda v, _k: v * 0)


def _of_chain() -> Iterator[Hypothesis]:
    relu = (lambda maps: np.maximum(maps, 0), lambda maps: (maps > 0).astype(float))
    yield Hypothesis(
        "between",
        "a ReLU stands between convolution and pooling",
        lambda _v, _k: relu,
        _CHAIN,
        COMMON,
    )
    for words, of_biases in (
        ("the biases are not added", lambda v, k: v - k["biases"]),
        ("the biases are added twice", lambda v, k: v + k["biases"]),
    ):
        yield Hypothesis("logits", words, of_biases, _CHAIN, COMMON)
