"""What may be done by mistake in the loss of logits."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import quantities
from cnnspec.simulation.curves import of_ties, softmax
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound
from cnnspec.simulation.orders import Axis, Data, along_last_axes

Known = Mapping[str, Any]

FORMULA = "the loss is log(sum of exp(x[j] - max(x))) - (x[label] - max(x)) of each row"
_LOGITS = Data("logits", "the logits", (Axis("class", "classes"),), FORMULA)
_RESULT = Data("result", "the losses", (), FORMULA)


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            _of_label(),
            _of_subtracted(),
            _of_axes(),
            _of_exponential(),
            _of_sum(),
            _of_logarithms(),
            _of_chosen(),
            _of_losses(),
            _of_batches(),
            _of_logits(),
            _of_result(),
        )
    )


def _of_label() -> Iterator[Hypothesis]:
    remedy = "labels are counted from 0, one for each row: logits[row, label[row]]"

    def one(words: str, of: Callable[[Array, int], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("label", words, lambda v, k: of(v, k["classes"]), remedy, rank)

    yield one("of two classes the labels 0 and 1 are exchanged",
              lambda v, n: 1 - v if n == 2 else v)  # fmt: skip
    yield one("labels are taken for one-hot where there are as many as classes: the place of the"
              " largest of them is every row's label",
              lambda v, n: v * 0 + v.argmax() if v.shape[-1:] == (n,) else v)  # fmt: skip
    yield one("labels are counted from 1: the class before the label is taken", lambda v, _n: v - 1)
    yield one("the class after the label is taken", lambda v, n: (v + 1) % n)
    yield one("labels are counted from the end: logits[-1 - label]", lambda v, _n: -1 - v)
    yield one("labels are counted from the end: logits[-label]", lambda v, _n: -v)
    yield one("the first class is taken, whatever the label", lambda v, _n: v * 0)
    yield one("the last class is taken, whatever the label", lambda v, n: v * 0 + n - 1)
    yield one("the label of the first row serves for all rows", lambda v, _n: v * 0 + v.flat[0])
    yield one("the label of the last row serves for all rows", lambda v, _n: v * 0 + v.flat[-1])
    yield one("the labels of the rows are in reverse order", lambda v, _n: v[::-1], KNOWN)
    yield one("each row gets the label of the row before it", lambda v, _n: np.roll(v, 1), KNOWN)
    yield one("the label is halved", lambda v, _n: v // 2, ODD)


def _of_subtracted() -> Iterator[Hypothesis]:
    remedy = "subtract the largest logit of each row before exp: logits.max(axis=-1, keepdims=True)"

    def one(words: str, of: Callable[[Array, Any], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("subtracted", words, lambda _v, k: of(k["x"], k["axis"]), remedy, rank)

    yield one("the largest logit is not subtracted: exponentials overflow, or all become 0",
              lambda x, _a: np.zeros_like(x[..., :1]), COMMON)  # fmt: skip
    yield one("the smallest logit is subtracted, not the largest: exponentials overflow",
              lambda x, a: x.min(axis=a, keepdims=True), COMMON)  # fmt: skip
    yield one("the mean of the logits is subtracted, not the largest: exponentials may overflow",
              lambda x, a: x.mean(axis=a, keepdims=True), COMMON)  # fmt: skip
    yield one("the first logit is subtracted, not the largest", lambda x, _a: x[..., :1])
    yield one("the largest of all rows is subtracted, not that of each row: the sums of rows far"
              " below become 0", lambda x, _a: x.max(), COMMON)  # fmt: skip
    yield one("the search for the largest logit starts at 0: very low logits underflow",
              lambda x, a: np.maximum(x.max(axis=a, keepdims=True), 0), COMMON)  # fmt: skip
    yield one("the largest absolute value is subtracted, not the largest logit",
              lambda x, a: np.abs(x).max(axis=a, keepdims=True))  # fmt: skip
    yield one("the largest logit of each column is subtracted, not that of each row",
              lambda x, _a: x.max(axis=0, keepdims=True))  # fmt: skip


def _of_axes() -> Iterator[Hypothesis]:
    remedy = "sum along the last axis: sum(axis=-1, keepdims=True)"

    def one(words: str, of: Callable[[int], Any], slot: str, rank: int = COMMON) -> Hypothesis:
        return Hypothesis(slot, words, lambda _v, k: of(k["ndim"]), remedy, rank)

    for slot, what in (("axis", "the softmax is taken"), ("summed axis", "the sum is taken")):
        yield one(f"{what} along the first axis, over the rows of a batch", lambda _n: 0, slot)
        yield one(f"{what} over all rows together", lambda n: tuple(range(n)), slot)


def _of_exponential() -> Iterator[Hypothesis]:
    remedy = "take numpy.exp of the logits, reduced by the largest"

    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("exponential", words, lambda _v, k: of(k), remedy, rank)

    yield one("powers of 2 are taken, not of e", lambda k: np.exp2(k["below"]), COMMON)
    yield one("powers of 10 are taken, not of e", lambda k: 10.0 ** k["below"])
    yield one("exp(-x) is taken: the sign of the logits is lost", lambda k: np.exp(-k["below"]))
    yield one("no exponential is taken in the sum: the logits are added", lambda k: k["x"], COMMON)
    yield one("the exponentials in the sum are of the logits before the largest is subtracted",
              lambda k: np.exp(k["x"]), COMMON)  # fmt: skip


def _of_sum() -> Iterator[Hypothesis]:
    remedy = "sum the exponentials of all classes of a row"

    yield of_ties(remedy)

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("sum", words, of, remedy, rank)

    yield one("the sum leaves the label's exponential out", lambda t, k: t - _of_labels(k), COMMON)
    yield one("the label's exponential counts twice", lambda t, k: t + _of_labels(k))
    yield one("the sum leaves the last exponential out",
              lambda _t, k: k["powers"][..., :-1].sum(axis=-1, keepdims=True), COMMON)  # fmt: skip
    yield one("the sum leaves the first exponential out",
              lambda _t, k: k["powers"][..., 1:].sum(axis=-1, keepdims=True), COMMON)  # fmt: skip
    yield one("the mean of the exponentials is taken, not their sum",
              lambda t, k: t / k["powers"].shape[-1], COMMON)  # fmt: skip
    yield one("1 is added to the sum", lambda t, _k: t + 1)
    yield one("the sum is not scaled anew when a larger logit comes (maximum and sum are found in"
              " one pass)", lambda _t, k: _in_one_pass(k["x"]))  # fmt: skip
    yield one("the largest exponential is taken, not their sum",
              lambda _t, k: k["powers"].max(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum of the first row serves for all rows", lambda t, _k: t[:1] if t.ndim > 1
              else t)  # fmt: skip
    for exponent in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15):
        yield one(f"a constant, 1e-{exponent:02d}, is added to the sum",
                  bound(lambda t, _k, c: t + c, 10.0**-exponent))  # fmt: skip


def _of_labels(known: Known) -> Array:
    return np.take_along_axis(known["powers"], known["label"][..., np.newaxis], axis=-1)


def _in_one_pass(x: Array) -> Array:
    largest = np.maximum.accumulate(x, axis=-1)
    return np.asarray(np.exp(x - largest).sum(axis=-1, keepdims=True))


def _of_logarithms() -> Iterator[Hypothesis]:
    remedy = "take x - max(x) - log(sum of exp(x - max(x))), and no logarithm of a probability"

    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("logarithms", words, lambda _v, k: of(k), remedy, rank)

    yield one("the logarithm of a probability is taken that was rounded to 0: the loss is infinite",
              lambda k: np.log(k["p"]), COMMON)  # fmt: skip
    yield one("the logarithm of the sum is missing: the sum itself is subtracted",
              lambda k: k["below"] - k["total"])  # fmt: skip
    yield one("the sum is missing: the label's logit alone is taken, less the largest",
              lambda k: k["below"])  # fmt: skip
    yield one("the largest logit is subtracted in the sum alone, and not from the label's logit",
              lambda k: k["x"] - np.log(k["total"]), COMMON)  # fmt: skip
    yield one("a softmax is taken twice: its probabilities are taken for logits",
              lambda k: np.log(softmax(k["p"])), COMMON)  # fmt: skip
    yield one("logits are taken for probabilities: their logarithm is taken, without a softmax",
              lambda k: np.log(k["x"]), COMMON)  # fmt: skip
    yield one("logits are clipped to probabilities, and their logarithm is taken",
              lambda k: np.log(np.clip(k["x"], 1e-7, 1 - 1e-7)))  # fmt: skip
    yield one("sigmoids are taken for probabilities, one class by itself",
              lambda k: -np.logaddexp(0, -k["x"]))  # fmt: skip
    yield one("logits are divided by their sum and taken for probabilities",
              lambda k: np.log(k["x"] / k["x"].sum(axis=-1, keepdims=True)))  # fmt: skip
    yield one("log(1 + p) is taken, not log(p)", lambda k: np.log1p(k["p"]))
    yield one("log(1 - p) is taken, not log(p)", lambda k: np.log1p(-k["p"]))
    yield one("no logarithm is taken: the probability is returned, negative", lambda k: k["p"])
    yield one("no logarithm is taken: 1 - p is returned", lambda k: k["p"] - 1)
    yield one("the logarithm is to base 2", lambda k: (k["below"] - np.log(k["total"])) / np.log(2),
              COMMON)  # fmt: skip
    yield one("the logarithm is to base 10",
              lambda k: (k["below"] - np.log(k["total"])) / np.log(10), COMMON)  # fmt: skip
    for exponent in (12, 7, 8, 10, 15, 16, 9, 6, 5, 4, 3, 20, 30):
        small, said = 10.0**-exponent, f"1e-{exponent:02d}"
        yield one(f"a constant, {said}, is added to the probability",
                  bound(lambda k, c: np.log(k["p"] + c), small))  # fmt: skip
        yield one(f"probabilities below {said} are raised to {said}",
                  bound(lambda k, c: np.log(np.maximum(k["p"], c)), small))  # fmt: skip
        yield one(f"probabilities are clipped to the range from {said} to 1 - {said}",
                  bound(lambda k, c: np.log(np.clip(k["p"], c, 1 - c)), small))  # fmt: skip
    for share in (0.1, 0.05, 0.01, 0.2):
        yield one(f"the label is smoothed: {share:g} of the loss is the mean over all classes",
                  bound(_smoothed, share))  # fmt: skip


def _smoothed(known: Known, share: float) -> Array:
    logs = known["below"] - np.log(known["total"])
    return np.asarray((1 - share) * logs + share * logs.mean(axis=-1, keepdims=True))


def _of_chosen() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        remedy = "take the label's class alone"
        return Hypothesis("chosen", words, lambda _v, k: of(k), remedy, rank)

    yield one("the most probable class is taken, not the label's",
              lambda k: k["logs"].max(axis=-1), COMMON)  # fmt: skip
    yield one(
        "the least probable class is taken, not the label's", lambda k: k["logs"].min(axis=-1)
    )
    yield one("the losses of all classes are summed", lambda k: k["logs"].sum(axis=-1), COMMON)
    yield one("the losses of all classes are averaged", lambda k: k["logs"].mean(axis=-1), COMMON)
    yield one("the entropy of the probabilities is returned",
              lambda k: (k["p"] * k["logs"]).sum(axis=-1))  # fmt: skip
    yield one("the losses of the other classes are returned, not the label's",
              lambda k: k["logs"].sum(axis=-1) - _chosen(k["logs"], k))  # fmt: skip
    yield one("the terms log(1 - p) of the other classes are added (binary cross-entropy)",
              lambda k: _chosen(k["logs"], k) + _of_others(k), COMMON)  # fmt: skip


def _chosen(logs: Array, known: Known) -> Array:
    return np.take_along_axis(logs, known["label"][..., np.newaxis], axis=-1)[..., 0]


def _of_others(known: Known) -> Array:
    logs = np.log1p(-known["p"])
    return np.asarray(logs.sum(axis=-1) - _chosen(logs, known))


def _of_losses() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("losses", words, of, FORMULA, rank)

    yield one("the minus sign is missing: the logarithm of the probability is returned",
              lambda v, _k: -v, COMMON)  # fmt: skip
    yield one("the loss is divided by the number of classes (a mean over the one-hot vector)",
              lambda v, k: v / k["x"].shape[-1], COMMON)  # fmt: skip
    yield one("the loss is multiplied by the number of classes", lambda v, k: v * k["x"].shape[-1])
    yield one("a focal loss is returned: the logarithm is multiplied by (1 - p)^2",
              lambda v, _k: v * np.expm1(-v) ** 2)  # fmt: skip
    yield one("the label's logit is added, not subtracted",
              lambda v, k: v + 2 * _chosen(k["x"], k))  # fmt: skip
    yield one("the exponential of the loss is returned (perplexity)", lambda v, _k: np.exp(v), ODD)
    yield one("the loss is cut off at 100", lambda v, _k: np.minimum(v, 100))


def _of_batches() -> Iterator[Hypothesis]:
    remedy = "return one loss for each row, or divide their sum by the number of rows alone"

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("result", words, of, remedy, rank)

    yield one("the losses of a batch are averaged: their mean is returned, one number",
              lambda v, _k: v.mean())  # fmt: skip
    yield one("the losses of a batch are summed: their sum is returned, one number",
              lambda v, _k: v.sum())  # fmt: skip
    yield one("the losses of a batch are divided by the number of rows, each of them",
              lambda v, _k: v / max(v.size, 1))  # fmt: skip
    yield one("the losses of a batch are averaged over rows and classes",
              lambda v, k: v.sum() / k["x"].size)  # fmt: skip
    yield one("the sum of the losses of a batch is divided by the number of classes",
              lambda v, k: v.sum() / k["x"].shape[-1])  # fmt: skip
    yield one("the loss of the first row alone is returned for a batch",
              lambda v, _k: v.ravel()[0])  # fmt: skip
    yield one("every row of a batch gets the loss of the first", lambda v, _k: v * 0 + v.ravel()[0])
    yield one("every row of a batch gets the mean of the losses", lambda v, _k: v * 0 + v.mean())
    yield one("losses are added up from row to row", lambda v, _k: np.cumsum(v).reshape(v.shape))
    yield one("the last row of a batch is left at zero", lambda v, _k: _without_last(v))


def _without_last(losses: Array) -> Array:
    if not losses.ndim:
        return losses
    left = losses.copy()
    left[-1:] = 0
    return left


def _of_logits() -> Iterator[Hypothesis]:
    for least, most in ((-50, 50), (-500, 500), (-10, 10), (-20, 20), (-100, 100), (-700, 700)):
        yield Hypothesis(
            "logits",
            f"the logits are clipped to the range from {least} to {most}",
            bound(lambda v, _k, low, high: np.clip(v, low, high), least, most),
            FORMULA,
            KNOWN,
        )
    yield Hypothesis(
        "logits",
        "a softmax is taken of the logits first, and another one after it",
        lambda v, _k: softmax(v),
        "apply softmax once: logits are given",
        COMMON,
    )
    yield from along_last_axes(_LOGITS)
    yield from quantities.factors(_LOGITS, {})
    yield from quantities.casts(_LOGITS)
    for one in quantities.normalisations(_LOGITS, {"": (-1,)}):
        if "centred" not in one.words:  # which changes no loss
            yield one


def _of_result() -> Iterator[Hypothesis]:
    yield from quantities.factors(_RESULT, {})
    for one in quantities.casts(_RESULT):
        if "ReLU" not in one.words and "absolute" not in one.words:
            yield one
