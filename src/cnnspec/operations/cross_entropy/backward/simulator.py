"""The gradient of the loss to probabilities with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.cross_entropy.simulator import draw, sizes
from cnnspec.simulation import gradients, quantities
from cnnspec.simulation.curves import softmax
from cnnspec.simulation.hypothesis import (
    COMMON,
    KNOWN,
    ODD,
    Arguments,
    Array,
    Ask,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
    bound,
)
from cnnspec.simulation.orders import Axis, Data, along_axes

Known = Mapping[str, Any]

_FORMULA = "the gradient is -1 / probabilities[label] at the label, and 0 elsewhere"
_CLASSES = (Axis("class", "classes"),)
_RESULT = Data("result", "the results", _CLASSES, _FORMULA)
_PROBABILITIES = Data("probabilities", "the probabilities", _CLASSES, _FORMULA)


#: What does not show: probabilities lie from 0 to 1, and no result is above 0.
_NEVER = (
    r"^probabilities: .*(\(a ReLU\)|\(their absolute values are taken\))$"
    r"|^probabilities: .* clipped to the range from (0|-1) to (1|255)$"
    r"|^result: .*(zero where they are positive|divided by their largest)$"
)


def compute(at: Slots, probabilities: Array, label: int) -> Array:
    """Compute the gradient in float64."""
    p = at("probabilities", np.asarray(probabilities, np.float64))
    index = at("label", int(label), classes=len(p))
    onehot = (np.arange(len(p)) == index % len(p)).astype(float)
    known = {"p": p, "onehot": onehot}
    onehot = at("onehot", onehot, p=p)
    chosen = at("chosen", p, **known)
    found = at("quotient", np.where(onehot != 0, -onehot / chosen, 0.0), **known, chosen=chosen)
    return np.asarray(at("result", found, **known))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_label(),
            _of_quotient(),
            _of_chosen(),
            _of_result(),
            _of_probabilities(),
            along_axes(_RESULT),
            gradients.without(quantities.casts(_RESULT), _NEVER),
            quantities.factors(_RESULT, {"the number of classes": lambda k: len(k["p"])}),
            gradients.without(quantities.normalisations(_RESULT, {"": (0,)}), _NEVER),
        )
    )


def _of_label() -> Iterator[Hypothesis]:
    remedy = "labels are counted from 0: the gradient is at probabilities[label]"

    def one(words: str, of: Callable[[int, int], int], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("label", words, lambda v, k: of(v, k["classes"]), remedy, rank)

    yield one("labels are counted from 1: the class before the label is taken", lambda v, _n: v - 1)
    yield one("the class after the label is taken", lambda v, n: (v + 1) % n)
    yield one("labels are counted from the end: probabilities[-label]", lambda v, _n: -v)
    yield one("labels are counted from the end: probabilities[-1 - label]", lambda v, _n: -1 - v)
    yield one("the first class is taken, whatever the label", lambda _v, _n: 0)
    yield one("the last class is taken, whatever the label", lambda _v, n: n - 1)


def _of_quotient() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("quotient", words, lambda _v, k: of(k), _FORMULA, rank)

    yield one("the one-hot label is forgotten: -1 / p is returned for every class",
              lambda k: -1 / k["p"])  # fmt: skip
    yield one("the minus sign is missing: 1 / p is returned", lambda k: k["onehot"] / k["chosen"])
    yield one("it is the gradient to the logits: p, less 1 at the label",
              lambda k: k["p"] - k["onehot"])  # fmt: skip
    yield one("p - 1 is returned, at every class", lambda k: k["p"] - 1)
    yield one("it is not divided by the probability: -1 is returned at the label",
              lambda k: -k["onehot"])  # fmt: skip
    yield one("it is multiplied by the probability, not divided: -p is returned at the label",
              lambda k: -k["onehot"] * k["p"])  # fmt: skip
    yield one("the loss stands at the label, not its gradient",
              lambda k: -k["onehot"] * np.log(k["p"]))  # fmt: skip
    yield one("the logarithm stands at the label, not its derivative",
              lambda k: k["onehot"] * np.log(k["p"]), KNOWN)  # fmt: skip
    yield one("the gradient of a binary loss is returned: 1 / (1 - p) at the other classes",
              _of_binary)  # fmt: skip
    yield one("the gradient of a binary loss is averaged over the classes",
              lambda k: _of_binary(k) / len(k["p"]))  # fmt: skip
    yield one("the gradient of a squared error is returned: 2 * (p - onehot)",
              lambda k: 2 * (k["p"] - k["onehot"]))  # fmt: skip
    yield one("the logarithm is taken to base 2: the gradient is divided by ln 2",
              lambda k: -k["onehot"] / (k["p"] * np.log(2)))  # fmt: skip
    yield one("the logarithm is taken to base 10: the gradient is divided by ln 10",
              lambda k: -k["onehot"] / (k["p"] * np.log(10)), KNOWN)  # fmt: skip
    yield one("it is divided by the square of the probability",
              lambda k: -k["onehot"] / k["p"] ** 2, KNOWN)  # fmt: skip
    yield one("it is divided by 1 - p, not by p", lambda k: -k["onehot"] / (1 - k["p"]), KNOWN)
    yield one("-1 / p stands at the other classes, and 0 at the label",
              lambda k: -(1 - k["onehot"]) / k["p"], KNOWN)  # fmt: skip
    for share in (0.1, 0.05, 0.01, 0.2):
        yield one(f"the label is smoothed: {share:g} of it is spread over all classes",
                  bound(_smoothed, share), KNOWN)  # fmt: skip


def _of_binary(known: Known) -> Array:
    return np.asarray(np.where(known["onehot"] != 0, -1 / known["p"], 1 / (1 - known["p"])))


def _smoothed(known: Known, share: float) -> Array:
    due = (1 - share) * known["onehot"] + share / len(known["p"])
    return np.asarray(-due / known["p"])


def _of_chosen() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("chosen", words, of, "take the label's probability as it is", rank)

    for exponent in (8, 7, 12, 10, 9, 15, 16, 6, 5, 4, 3, 20):
        small, said = 10.0**-exponent, f"1e-{exponent:02d}"
        yield one(f"a constant, {said}, is added to the probability",
                  bound(lambda p, _k, c: p + c, small))  # fmt: skip
        yield one(f"probabilities below {said} are raised to {said}",
                  bound(lambda p, _k, c: np.maximum(p, c), small), ODD)  # fmt: skip
    yield one(
        "the sum of the probabilities is taken for the label's", lambda p, _k: p * 0 + p.sum()
    )
    yield one("the largest probability is taken, not the label's", lambda p, _k: p * 0 + p.max())


def _of_result() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        remedy = "return a number for each class"
        return Hypothesis("result", words, lambda v, _k: of(v), remedy, rank)

    yield one("a single number is returned: that of the label", lambda v: v.sum())
    yield one(
        "a single number is returned, in an array: that of the label", lambda v: v.sum()[None]
    )
    yield one("the axis of a batch is kept: the result is (1, classes)", lambda v: v[np.newaxis])
    yield one("the result is a column: (classes, 1)", lambda v: v[:, np.newaxis], KNOWN)
    yield one("the results are clipped to [-5, 5]", lambda v: np.clip(v, -5, 5), KNOWN)
    yield one("the results are clipped to [-10, 10]", lambda v: np.clip(v, -10, 10), ODD)


def _of_probabilities() -> Iterator[Hypothesis]:
    yield Hypothesis(
        "probabilities",
        "a softmax is taken of the probabilities, as if they were logits",
        lambda p, _k: softmax(p),
        "probabilities are given: divide by them as they are",
        COMMON,
    )
    yield from gradients.without(quantities.casts(_PROBABILITIES), _NEVER)
    yield from quantities.factors(_PROBABILITIES, {})
    yield from along_axes(_PROBABILITIES)


def measured(_given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return a factor of the results, or what is added to the probability, as one answer shows."""
    if got.shape != due.shape or not np.isfinite(got).all() or not (due < 0).any():
        return
    label = int(np.argmin(due))
    if not got[label]:
        return
    factor, more = float(got[label] / due[label]), float(1 / due[label] - 1 / got[label])
    yield Hypothesis(
        "result",
        f"the results are multiplied by {quantities.short(factor)}",
        lambda v, _k: factor * v,
        _FORMULA,
        ODD,
        is_measured=True,
    )
    if more:
        yield Hypothesis(
            "chosen",
            f"a constant of about {more:.2g} is added to the probability",
            lambda p, _k: p + more,
            "add nothing to the probability, and do not clip it",
            ODD,
            is_measured=True,
        )


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=measured,
    sizes=sizes,
    draw=draw,
    is_relative=True,
)
