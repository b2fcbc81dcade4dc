"""The gradient of the loss of logits with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.softmax import simulator as softmax
from cnnspec.operations.softmax.backward import shared
from cnnspec.operations.softmax.backward.shared import Known
from cnnspec.operations.softmax_cross_entropy import simulator as forward
from cnnspec.simulation import gradients
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Array,
    Draw,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)

_FORMULA = (
    "grad_logits = p - onehot(label), p the probabilities: 1 is subtracted at the label alone"
)
_RESULT = shared.result(_FORMULA)


#: What does not show: logits have two axes at most, and no result is beyond 1.
_NEVER = (
    r"^softmax: .*axis: .*\(the middle one of three\)",
    r"^result: .* clipped to the range from -1 to 1$",
)


def compute(at: Slots, logits: Array, label: Any) -> Array:
    """Compute the gradient of each row's loss in float64."""
    x = np.asarray(logits, np.float64)
    classes = x.shape[-1]
    labels = at("label", np.asarray(label).astype(np.int64), classes=classes, x=x)
    p = at("p", softmax.compute(at.within("softmax"), x), x=x)
    onehot = (np.arange(classes) == np.asarray(labels)[..., np.newaxis] % classes).astype(float)
    onehot = at("onehot", onehot, p=p, x=x)
    found = at("rule", p - onehot, p=p, x=x, onehot=onehot)
    return np.asarray(at("result", found, p=p, x=x, onehot=onehot))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            shared.first(_RESULT),
            _of_label(),
            _of_onehot(),
            _of_rule(),
            gradients.without(shared.of_probabilities(_FORMULA), *_NEVER),
            gradients.without(shared.rest(_RESULT, _FORMULA, has_incoming=False), *_NEVER),
        )
    )


def _of_label() -> Iterator[Hypothesis]:
    remedy = "labels are counted from 0, one for each row: grad[row, label[row]] -= 1"

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("label", words, of, remedy, rank)

    yield one("labels are counted from 1: the class before the label is taken", lambda v, _k: v - 1)
    yield one("the class after the label is taken", lambda v, k: (v + 1) % k["classes"])
    yield one("labels are counted from the end: -1 - label", lambda v, _k: -1 - v)
    yield one("the first class is taken, whatever the label", lambda v, _k: v * 0)
    yield one("the last class is taken, whatever the label", lambda v, k: v * 0 + k["classes"] - 1)
    yield one(
        "the most probable class is taken for the label", lambda _v, k: k["x"].argmax(axis=-1)
    )
    yield one("the label of the first row serves for all rows", lambda v, _k: v * 0 + v.flat[0])
    yield one("the label of the last row serves for all rows", lambda v, _k: v * 0 + v.flat[-1])
    yield one("the labels of the rows are in reverse order", lambda v, _k: v[::-1], KNOWN)
    yield one("each row gets the label of the row before it", lambda v, _k: np.roll(v, 1), KNOWN)


def _of_onehot() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("onehot", words, lambda v, _k: of(v), _FORMULA, rank)

    yield one("the label is forgotten: the probabilities are returned", np.zeros_like)
    yield one("p - 1 is returned, at every class", np.ones_like)
    yield one("1 is subtracted in every row at the labels of all rows (grad[:, label] -= 1)",
              lambda v: v * 0 + v.max(axis=0, keepdims=True) if v.ndim > 1 else v)  # fmt: skip
    yield one("1 is subtracted at the classes that are not the label", lambda v: 1 - v)
    yield one("1 is subtracted at the label of the first row alone",
              lambda v: v * _of_first_row(v))  # fmt: skip
    for share in (0.1, 0.05, 0.01, 0.2):
        yield one(f"the label is smoothed: {share:g} of it is spread over all classes",
                  bound(lambda v, s: (1 - s) * v + s / v.shape[-1], share), KNOWN)  # fmt: skip


def _of_first_row(value: Array) -> Array:
    kept = np.zeros(value.shape)
    kept[(slice(0, 1), ...) if value.ndim > 1 else ...] = 1
    return kept


def _rows(known: Known) -> int:
    return max(1, int(np.prod(known["p"].shape[:-1])))


def _of_rule() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("rule", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the sign is reversed: the label, less the probabilities, is returned",
              lambda k: k["onehot"] - k["p"])  # fmt: skip
    yield one("brackets are missing: p - onehot / N is returned, N the number of rows",
              lambda k: k["p"] - k["onehot"] / _rows(k))  # fmt: skip
    yield one("brackets are missing: p / N - onehot is returned, N the number of rows",
              lambda k: k["p"] / _rows(k) - k["onehot"], KNOWN)  # fmt: skip
    yield one("it is the gradient to the probabilities: -1 / p at the label, and 0 elsewhere",
              lambda k: np.where(k["onehot"] != 0, -k["onehot"] / k["p"], 0))  # fmt: skip
    yield one("a softmax's derivative is applied once more: (p - onehot) * p * (1 - p)",
              lambda k: (k["p"] - k["onehot"]) * k["p"] * (1 - k["p"]))  # fmt: skip
    yield one("a softmax's gradient is applied once more: it is sent back through it twice",
              lambda k: _through(k["p"], k["p"] - k["onehot"]))  # fmt: skip
    yield one("the gradient of a squared error is returned, through the softmax",
              lambda k: _through(k["p"], 2 * (k["p"] - k["onehot"])))  # fmt: skip
    yield one("the gradient of half a squared error is returned, through the softmax",
              lambda k: _through(k["p"], k["p"] - k["onehot"]), KNOWN)  # fmt: skip
    yield one("the gradient stands at the label alone, and the other classes get 0",
              lambda k: k["onehot"] * (k["p"] - 1))  # fmt: skip
    yield one("the gradient stands at the other classes alone, and the label gets 0",
              lambda k: (1 - k["onehot"]) * k["p"])  # fmt: skip
    yield one("it is multiplied by the probabilities", lambda k: k["p"] * (k["p"] - k["onehot"]),
              KNOWN)  # fmt: skip
    yield one("the loss is returned at the label, not its gradient",
              lambda k: -k["onehot"] * np.log(k["p"]), KNOWN)  # fmt: skip
    yield one("the error is squared", lambda k: (k["p"] - k["onehot"]) ** 2, KNOWN)
    yield one("the error of the hard answer is returned: 1 at the most probable class, less the"
              " label", lambda k: (k["p"] == k["p"].max(axis=-1, keepdims=True)) - k["onehot"],
              KNOWN)  # fmt: skip


def _through(p: Array, grad: Array) -> Array:
    return np.asarray(p * (grad - (p * grad).sum(axis=-1, keepdims=True)))


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: that of the loss; some have as many rows as classes."""
    given = forward.draw(draw)
    logits = given["logits"]
    if logits.ndim == 2 and draw.pick(True, *[False] * 3):
        size = min(logits.shape)
        labels = np.asarray(given["label"])[:size] % size
        given |= {"logits": logits[:size, :size], "label": labels}
    return given


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=shared.measured(_FORMULA),
    sizes=forward.sizes,
    draw=draw,
)
