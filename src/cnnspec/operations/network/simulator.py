"""The article's network with slots: the chain, and the layers that it is made of.

Its answer is one vector: the probabilities, the loss and the accuracy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d import simulator as convolution
from cnnspec.operations.conv2d.hypotheses import hypotheses as of_convolution
from cnnspec.operations.cross_entropy import simulator as loss
from cnnspec.operations.dense import simulator as dense
from cnnspec.operations.network.exact import parameters
from cnnspec.operations.pooling import simulator as pooling
from cnnspec.operations.pooling.hypotheses import hypotheses as pooling_hypotheses
from cnnspec.operations.softmax import simulator as softmax
from cnnspec.simulation import quantities
from cnnspec.simulation.curves import softmax as softmax_of
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)

Known = Mapping[str, Any]

_PIXELS = "use image / 255 - 0.5, whatever the image holds"
_CHAIN = "convolution, pooling, dense layer, softmax: nothing else stands between them"
_ACCURACY = "acc is 1 if numpy.argmax(out) == label, else 0"


def compute(
    at: Slots, image: Array, label: int, filters: Array, weights: Array, biases: Array
) -> Array:
    """Compute probabilities, loss and accuracy in float64, as one vector."""
    pooled = _pooled(at, image, filters)
    logits = dense.compute(at.within("dense"), pooled, weights, biases)
    logits = at("logits", logits, biases=np.asarray(biases, np.float64))
    out = softmax.compute(at.within("softmax"), logits)
    out = at("out", out, logits=logits, biases=np.asarray(biases, np.float64))
    cost = loss.compute(at.within("cross_entropy"), out, label)
    cost = at("loss", cost, out=out, logits=logits, parameters=(filters, weights, biases))
    accuracy = at("accuracy", float(np.argmax(out) == label), out=out, label=int(label), loss=cost)
    return np.concatenate([out.ravel(), np.ravel(cost), np.ravel(accuracy)])


def _pooled(at: Slots, image: Array, filters: Array) -> Array:
    """Compute the pooled maps, once for all that is changed behind them."""
    is_changed = at.changes("pixels", "conv2d", "maps", "max_pool2d", "pooled")
    if not is_changed and _LAST and _LAST[0] is image and _LAST[1] is filters:
        return _LAST[2]
    values = np.asarray(image, np.float64)
    pixels = at("pixels", values / 255 - 0.5, image=values)
    maps = at("maps", convolution.compute(at.within("conv2d"), pixels, filters))
    pooled = at("pooled", pooling.compute(np.max, at.within("max_pool2d"), maps), maps=maps)
    if not is_changed:
        _LAST[:] = [image, filters, pooled]
    return np.asarray(pooled)


#: The latest image and filters, and the pooled maps that the right layers give of them.
_LAST: list[Array] = []


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done between the layers, and the commoner mistakes in them."""
    parts = (
        ("cross_entropy", loss.hypotheses()),
        ("dense", dense.hypotheses()),
        ("softmax", softmax.hypotheses()),
        ("conv2d", of_convolution()),
        ("max_pool2d", pooling_hypotheses(np.max)),
    )
    return tuple(
        chain(
            _of_chain(),
            of_pixels(),
            _of_accuracy(),
            (
                hypothesis.within(part, _IN[part])
                for part, its in parts
                for hypothesis in its
                if hypothesis.rank <= _RANKS[part]
            ),
        )
    )


#: Where the layers' mistakes are told to be.
_IN = {
    "conv2d": "in the convolution, {}",
    "max_pool2d": "in the pooling, {}",
    "dense": "in the dense layer, {}",
    "softmax": "in the softmax, {}",
    "cross_entropy": "in the loss, {}",
}

_RANKS = {"conv2d": COMMON, "max_pool2d": COMMON, "dense": COMMON, "softmax": COMMON,
          "cross_entropy": KNOWN}  # fmt: skip


def of_pixels() -> Iterator[Hypothesis]:
    """Return what pixels may be made of, in the slot "pixels", where ``image`` is known."""

    def one(words: str, of: Callable[[Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("pixels", words, lambda _value, known: of(known["image"]), _PIXELS, rank)

    yield one(
        "pixels become image / 255, without - 0.5: they are not centred", lambda i: i / 255, COMMON
    )
    yield one("pixels become image / 256 - 0.5", lambda i: i / 256 - 0.5, COMMON)
    yield one("pixels become image / 256", lambda i: i / 256)
    yield one("pixels stay as they are, from 0 to 255", lambda i: i, COMMON)
    yield one("pixels become image / 127.5 - 1, from -1 to 1", lambda i: i / 127.5 - 1, COMMON)
    yield one("pixels become (image - 128) / 128", lambda i: (i - 128) / 128, COMMON)
    yield one("pixels become (image - 128) / 255", lambda i: (i - 128) / 255)
    yield one("pixels become image - 127.5", lambda i: i - 127.5)
    yield one("pixels become image / 255 + 0.5", lambda i: i / 255 + 0.5)
    yield one("pixels become (image - 0.5) / 255", lambda i: (i - 0.5) / 255, COMMON)
    yield one("pixels become (image / 255 - 0.1307) / 0.3081 (the mean and deviation of MNIST)",
              lambda i: (i / 255 - 0.1307) / 0.3081, COMMON)  # fmt: skip
    yield one("pixels become 0.5 - image / 255: black and white are exchanged",
              lambda i: 0.5 - i / 255, COMMON)  # fmt: skip
    for small in (0, 1e-8, 1e-7, 1e-6, 1e-5):
        yield one("each image is normalised by its own mean and standard deviation",
                  bound(lambda i, c: (i - i.mean()) / (i.std() + c), small), COMMON)  # fmt: skip
    yield one("each image is centred by its own mean: image / 255 - mean",
              lambda i: (i - i.mean()) / 255, COMMON)  # fmt: skip
    yield one("each image is divided by its own largest pixel, not by 255",
              lambda i: i / i.max() - 0.5, COMMON)  # fmt: skip
    yield one(
        "each image is divided by its own largest pixel, and not centred", lambda i: i / i.max()
    )
    yield one("each image is stretched from its own darkest to its brightest pixel",
              lambda i: (i - i.min()) / (i.max() - i.min()) - 0.5)  # fmt: skip
    yield one("pixels become 0 or 1: they are compared with a threshold",
              lambda i: (i > 127) - 0.5)  # fmt: skip
    yield one("whole numbers are divided as such: image // 255 - 0.5", lambda i: i // 255 - 0.5)
    yield one("the image is transposed", lambda i: i.T / 255 - 0.5, COMMON)
    yield one("the image is upside down", lambda i: i[::-1] / 255 - 0.5)
    yield one("the image is mirrored", lambda i: i[:, ::-1] / 255 - 0.5)
    for name in ("float32", "float16"):
        yield one(f"pixels are rounded to {name}",
                  bound(lambda i, n: (i / 255 - 0.5).astype(n).astype(float), name))  # fmt: skip


def _of_chain() -> Iterator[Hypothesis]:
    def one(
        slot: str, words: str, of: Callable[[Any, Known], Any], rank: int = KNOWN
    ) -> Hypothesis:
        return Hypothesis(slot, words, of, _CHAIN, rank)

    curves: tuple[tuple[str, Callable[[Array], Any], int], ...] = (
        ("a ReLU", lambda v: np.maximum(v, 0), COMMON),
        ("a leaky ReLU", lambda v: np.where(v > 0, v, 0.01 * v), KNOWN),
        ("a tanh", np.tanh, KNOWN),
        ("a sigmoid", lambda v: 1 / (1 + np.exp(-v)), KNOWN),
        ("an absolute value", np.abs, ODD),
    )
    for name, of, rank in curves:
        for slot, where in (
            ("maps", "between convolution and pooling"),
            ("logits", "between the dense layer and the softmax"),
        ):
            yield one(slot, f"{name} stands {where}", bound(lambda v, _k, of: of(v), of), rank)
    yield one("logits", "the biases are not added", lambda v, k: v - k["biases"], COMMON)
    yield one("logits", "the biases are added twice", lambda v, k: v + k["biases"], COMMON)
    yield one("logits", "the biases are subtracted", lambda v, k: v - 2 * k["biases"], COMMON)
    mean = partial(pooling.compute, np.mean, Slots())
    least = partial(pooling.compute, np.min, Slots())
    yield one(
        "pooled", "the mean is pooled, not the maximum", lambda _v, k: mean(k["maps"]), COMMON
    )
    yield one("pooled", "the minimum is pooled, not the maximum", lambda _v, k: least(k["maps"]))
    yield one("pooled", "the pooled maps are normalised to mean 0 and deviation 1",
              lambda v, _k: (v - v.mean()) / v.std())  # fmt: skip
    yield one("maps", "the maps are normalised to mean 0 and deviation 1",
              lambda v, _k: (v - v.mean()) / v.std())  # fmt: skip
    yield one("out", "the biases are added to the probabilities, not to the logits",
              lambda _v, k: softmax_of(k["logits"] - k["biases"]) + k["biases"],
              COMMON)  # fmt: skip
    yield one("out", "a softmax is taken twice", lambda v, _k: softmax_of(v), COMMON)
    yield one(
        "out", "the logits are returned: the softmax is missing", lambda _v, k: k["logits"], COMMON
    )
    yield one(
        "out", "sigmoids of the logits are returned", lambda _v, k: 1 / (1 + np.exp(-k["logits"]))
    )


def _of_accuracy() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, int], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "accuracy",
            f"probabilities and loss are right; {words}",
            lambda _v, known: float(of(known["out"], known["label"])),
            _ACCURACY,
            rank,
        )

    yield one("acc is always 0", lambda _p, _y: 0, COMMON)
    yield one("acc is always 1", lambda _p, _y: 1, COMMON)
    yield one("acc is the class, not whether it is the label", lambda p, _y: np.argmax(p), COMMON)
    yield one("acc is the label's probability", lambda p, y: p[y], COMMON)
    yield one("acc is the largest probability", lambda p, _y: p.max())
    yield one(
        "acc is 1 for wrong classes and 0 for the right one", lambda p, y: np.argmax(p) != y, COMMON
    )
    yield one(
        "acc compares the label with the least probable class", lambda p, y: np.argmin(p) == y
    )
    yield one("acc is 1 if the label's probability is above 1/2", lambda p, y: p[y] > 0.5, COMMON)
    yield one("acc is 1 if the label's probability is above 1/10", lambda p, y: p[y] > 0.1)
    for many in (2, 3, 5):
        yield one(f"acc is 1 if the label is among the {many} most probable classes",
                  bound(lambda p, y, n: y in np.argsort(p)[-n:], many), COMMON)  # fmt: skip
    yield one("acc counts classes from 1", lambda p, y: np.argmax(p) + 1 == y, COMMON)
    yield one("acc counts labels from 1", lambda p, y: np.argmax(p) == y + 1)
    yield one("acc is 1 if the class is at least the label", lambda p, y: np.argmax(p) >= y)
    yield one(
        "acc is 1 if the class is near the label", lambda p, y: abs(np.argmax(p) - y) <= 1, ODD
    )


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return how pixels were prepared, if the probabilities are those of a * image + b.

    Convolution, pooling and dense layer are linear in a brighter image, so that such pixels, with
    a > 0, have the logits a * those of the image + b * those of ones + the biases.
    """
    out = got[: len(given["biases"])]
    if got.shape != due.shape or not (out > 0).all():
        return
    yield from _of_penalties(given, float(got[-2] - due[-2]))
    image = np.asarray(given["image"], np.float64)
    none = np.zeros(len(given["biases"]))
    features = np.stack(
        [
            *(_logits(pixels, given["filters"], given["weights"], none)
              for pixels in (image, np.ones_like(image))),
            np.ones(len(out)),
        ],
        axis=-1,
    )  # fmt: skip
    logits = np.log(out) - given["biases"]
    size = np.abs(features).max(axis=0)
    if not np.isfinite(logits).all() or not size.all():
        return
    fitted, _, rank, _ = np.linalg.lstsq(features / size, logits, rcond=1e-9)
    scale, offset, _ = fitted / size
    if rank < len(fitted) or scale <= 0:
        return
    short = quantities.short
    shift = f" {'-' if offset < 0 else '+'} {abs(offset):.3g}" if abs(offset) > 1e-6 else ""
    yield Hypothesis(
        "pixels",
        f"pixels become image / {short(1 / scale)}{shift}",
        lambda _value, known: scale * known["image"] + offset,
        _PIXELS,
        ODD,
        is_measured=True,
    )


def _of_penalties(given: Arguments, more: float) -> Iterator[Hypothesis]:
    """Return how large parameters are penalised, if that makes the loss so much larger."""
    parameters = [np.asarray(given[name], np.float64) for name in _PARAMETERS]
    if not more > _SMALL_PENALTY:
        return
    for words, power in (("squares", 2), ("absolute values", 1)):
        for names in (_PARAMETERS[:2], _PARAMETERS, _PARAMETERS[1:2], _PARAMETERS[:1]):
            which = [_PARAMETERS.index(name) for name in names]
            factor = more / _penalty(parameters, which, power)
            yield Hypothesis(
                "loss",
                f"a penalty is added to the loss: {quantities.short(factor)} times the sum of the"
                f" {words} of {' and '.join(names)}, as in training",
                bound(
                    lambda v, k, w, p, c: v + c * _penalty(k["parameters"], w, p),
                    which,
                    power,
                    factor,
                ),
                "the loss is -ln(probabilities[label])",
                ODD,
                is_measured=True,
            )


_PARAMETERS = ("filters", "weights", "biases")

#: A loss that is larger by less is larger for another reason.
_SMALL_PENALTY = 1e-9


def _penalty(parameters: Any, which: Sequence[int], power: int) -> float:
    return sum(float((np.abs(parameters[index]) ** power).sum()) for index in which)


def _logits(pixels: Array, filters: Array, weights: Array, biases: Array) -> Array:
    none = Slots()
    maps = pooling.compute(np.max, none, convolution.compute(none, pixels, filters))
    return dense.compute(none, maps, weights, biases)


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    return {"the label": int(given["label"]), "the brightest pixel": int(np.max(given["image"]))}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: a digit-like picture of bytes, and parameters that are exact in float32."""
    image = np.clip(np.abs(draw.reals(28, 28)) * draw.pick(30, 80) - 20, 0, 255).astype(np.uint8)
    return {
        "image": image,
        "label": draw.integer(0, 9),
        **parameters(draw.integer(1, 1000)).by_name(),
    }


SIMULATOR = Simulator(
    compute=compute, hypotheses=hypotheses, measured=measured, sizes=sizes, draw=draw, seeds=2
)
