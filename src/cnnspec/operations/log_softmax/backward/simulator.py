"""The gradient of log-softmax with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.softmax import simulator as softmax
from cnnspec.operations.softmax.backward import shared
from cnnspec.operations.softmax.backward.shared import Known
from cnnspec.simulation import gradients
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    Array,
    Hypothesis,
    Simulator,
    Slots,
)

_FORMULA = "grad_logits = grad - p * sum of grad, along the last axis, p the probabilities"
_RESULT = shared.result(_FORMULA)


#: What does not show: grad outweighs the smallest probabilities, and the results sum to 0.
_NEVER = (
    r"^softmax: exponential: .*logits that are (50|80|88|100) or more below",
    r"^p: probabilities below 1e-15 are raised",
    r"^result: the results are centred",
)


def compute(at: Slots, grad: Array, logits: Array) -> Array:
    """Compute the gradient to the logits in float64."""
    x = np.asarray(logits, np.float64)
    g = at("grad", np.asarray(grad, np.float64), x=x)
    p = at("p", softmax.compute(at.within("softmax"), x), x=x, grad=g)
    total = g.sum(axis=at("axis", -1, ndim=g.ndim), keepdims=True)
    total = at("sum", total, p=p, grad=g, x=x)
    found = at("rule", g - p * total, p=p, grad=g, x=x, total=total)
    return np.asarray(at("result", found, p=p, grad=g, x=x))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            shared.first(_RESULT),
            _of_rule(),
            _of_sum(),
            shared.of_axes("the sum of grad is taken", _FORMULA),
            gradients.without(shared.of_probabilities(_FORMULA), *_NEVER),
            gradients.without(shared.rest(_RESULT, _FORMULA), *_NEVER),
        )
    )


def _of_rule() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("rule", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the diagonal alone of the matrix of derivatives is used: (1 - p) * grad",
              lambda k: (1 - k["p"]) * k["grad"])  # fmt: skip
    yield one("the incoming gradient is dropped: 1 - p is returned", lambda k: 1 - k["p"])
    yield one("the incoming gradient is passed on as it came", lambda k: k["grad"])
    yield one("the product with the sum is added, not subtracted",
              lambda k: k["grad"] + k["p"] * k["total"])  # fmt: skip
    yield one("the probabilities are missing: grad - sum of grad is returned",
              lambda k: k["grad"] - k["total"])  # fmt: skip
    yield one("the sum of grad is missing: grad - p is returned", lambda k: k["grad"] - k["p"])
    yield one("brackets are wrong: (grad - p) * sum of grad is returned",
              lambda k: (k["grad"] - k["p"]) * k["total"])  # fmt: skip
    yield one("it is the gradient of the softmax: p * (grad - sum of p * grad)",
              lambda k: k["p"] * (k["grad"] - _weighted(k)))  # fmt: skip
    yield one("it is the gradient of the logarithm alone: grad / p", lambda k: k["grad"] / k["p"])
    yield one("the whole is multiplied by p", lambda k: k["p"] * (k["grad"] - k["total"]))
    yield one("p - 1 is returned, at every class", lambda k: k["p"] - 1)
    yield one("the product with the sum alone is returned: -p * sum of grad",
              lambda k: -k["p"] * k["total"], KNOWN)  # fmt: skip


def _weighted(known: Known) -> Array:
    return np.asarray((known["p"] * known["grad"]).sum(axis=-1, keepdims=True))


def _of_sum() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("sum", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the mean of grad is taken, not its sum",
              lambda k: k["grad"].mean(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum of p * grad is taken, not that of grad",
              _weighted)  # fmt: skip
    yield one("the sum of the absolute values of grad is taken",
              lambda k: np.abs(k["grad"]).sum(axis=-1, keepdims=True), KNOWN)  # fmt: skip
    yield one("the sum leaves the last class out",
              lambda k: k["grad"][..., :-1].sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum leaves the first class out",
              lambda k: k["grad"][..., 1:].sum(axis=-1, keepdims=True), KNOWN)  # fmt: skip
    yield one("the sum leaves each class's own number out",
              lambda k: k["grad"].sum(axis=-1, keepdims=True) - k["grad"], KNOWN)  # fmt: skip


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=shared.measured(_FORMULA),
    sizes=shared.sizes,
    draw=shared.draw,
)
