"""The gradient of softmax with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.softmax import simulator as softmax
from cnnspec.operations.softmax.backward import shared
from cnnspec.operations.softmax.backward.shared import Known
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Array,
    Hypothesis,
    Simulator,
    Slots,
)

_FORMULA = "grad_logits = p * (grad - sum of p * grad), along the last axis, p the probabilities"
_RESULT = shared.result(_FORMULA)


def compute(at: Slots, grad: Array, logits: Array) -> Array:
    """Compute the gradient to the logits in float64."""
    x = np.asarray(logits, np.float64)
    g = at("grad", np.asarray(grad, np.float64), x=x)
    p = at("p", softmax.compute(at.within("softmax"), x), x=x, grad=g)
    axis = at("axis", -1, ndim=g.ndim)
    total = (p * g).sum(axis=axis, keepdims=True)
    total = at("sum", total, p=p, grad=g, x=x)
    found = at("rule", p * (g - total), p=p, grad=g, x=x, total=total)
    return np.asarray(at("result", found, p=p, grad=g, x=x))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            shared.first(_RESULT),
            _of_rule(),
            _of_sum(),
            shared.of_axes("the sum of p * grad is taken", _FORMULA),
            shared.of_probabilities(_FORMULA),
            shared.rest(_RESULT, _FORMULA),
        )
    )


def _of_rule() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("rule", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the diagonal alone of the matrix of derivatives is used: p * (1 - p) * grad",
              lambda k: k["p"] * (1 - k["p"]) * k["grad"])  # fmt: skip
    yield one("the incoming gradient is dropped: p * (1 - p) is returned",
              lambda k: k["p"] * (1 - k["p"]))  # fmt: skip
    yield one("the matrix of derivatives is made of the logits, not of the probabilities",
              lambda k: k["x"] * (k["grad"] - _summed(k["x"] * k["grad"])))  # fmt: skip
    yield one("the incoming gradient is passed on as it came: p * grad / p",
              lambda k: k["grad"])  # fmt: skip
    yield one("the sum is not subtracted: p * grad is returned", lambda k: k["p"] * k["grad"])
    yield one("the sum alone comes back, -p * sum of p * grad: what each class gets of its own, p *"
              " grad, is overwritten where it must be added",
              lambda k: -k["p"] * k["total"])  # fmt: skip
    yield one("the sum is added, not subtracted", lambda k: k["p"] * (k["grad"] + k["total"]))
    yield one("the diagonal of the matrix of derivatives is left out",
              lambda k: k["p"] * (k["p"] * k["grad"] - k["total"]))  # fmt: skip
    yield one("the diagonal of the matrix of derivatives is p, not p * (1 - p)",
              lambda k: k["p"] * (k["grad"] - k["total"] + k["p"] * k["grad"]))  # fmt: skip
    yield one("the matrix of derivatives holds p[i] * (1 - p[j]) off its diagonal, too",
              lambda k: k["p"] * _summed((1 - k["p"]) * k["grad"]))  # fmt: skip
    yield one("p - 1 is returned, at every class", lambda k: k["p"] - 1)
    yield one("p - grad is returned, as if grad were the label", lambda k: k["p"] - k["grad"])
    yield one(
        "it is multiplied by p twice", lambda k: k["p"] ** 2 * (k["grad"] - k["total"]), KNOWN
    )
    yield one("the factor p is missing: grad - sum of p * grad is returned",
              lambda k: k["grad"] - k["total"])  # fmt: skip
    yield one("brackets are missing: p * grad - sum of p * grad is returned",
              lambda k: k["p"] * k["grad"] - k["total"])  # fmt: skip
    yield one("it is the gradient of the log-softmax: grad - p * sum of grad",
              lambda k: k["grad"] - k["p"] * k["grad"].sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the probabilities are returned", lambda k: k["p"], KNOWN)
    yield one("it is divided by p", lambda k: (k["grad"] - k["total"]) / k["p"], ODD)
    yield one("a sigmoid's gradient is taken of every logit by itself",
              lambda k: k["grad"] * _sigmoid(k["x"]) * (1 - _sigmoid(k["x"])), KNOWN)  # fmt: skip


def _summed(products: Array) -> Array:
    return np.asarray(products.sum(axis=-1, keepdims=True))


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _of_sum() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("sum", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the sum of grad is subtracted, not that of p * grad",
              lambda k: k["grad"].sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the mean of grad is subtracted, not the sum of p * grad",
              lambda k: k["grad"].mean(axis=-1, keepdims=True))  # fmt: skip
    yield one("the mean of p * grad is subtracted, not their sum",
              lambda k: (k["p"] * k["grad"]).mean(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum of x * grad is subtracted, x the logits",
              lambda k: (k["x"] * k["grad"]).sum(axis=-1, keepdims=True), KNOWN)  # fmt: skip
    yield one("the sum of p * p is subtracted, without the incoming gradient",
              lambda k: (k["p"] ** 2).sum(axis=-1, keepdims=True), KNOWN)  # fmt: skip
    yield one("the sum leaves the last class out",
              lambda k: (k["p"] * k["grad"])[..., :-1].sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum leaves the first class out",
              lambda k: _summed((k["p"] * k["grad"])[..., 1:]), KNOWN)  # fmt: skip
    yield one("the sum leaves each class's own product out",
              lambda k: (k["p"] * k["grad"]).sum(axis=-1, keepdims=True) - k["p"] * k["grad"],
              KNOWN)  # fmt: skip
    yield one("the sum of the first row serves for all rows", _first, KNOWN)


def _first(known: Known) -> Array:
    products = known["p"] * known["grad"]
    return np.asarray(products.reshape(-1, products.shape[-1])[0].sum())


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=shared.measured(_FORMULA),
    sizes=shared.sizes,
    draw=shared.draw,
)
