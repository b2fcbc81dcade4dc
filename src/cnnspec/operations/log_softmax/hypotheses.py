"""What may be done by mistake in a log-softmax."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import quantities
from cnnspec.simulation.curves import of_ties, softmax
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound
from cnnspec.simulation.orders import Data, along_last_axes

Known = Mapping[str, Any]

FORMULA = "take x - max(x) - log(sum of exp(x - max(x))), along the last axis"
_LOGITS = Data("logits", "the logits", (), FORMULA)
_RESULT = Data("result", "the logarithms", (), FORMULA)


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            _of_axes(),
            _of_subtracted(),
            _of_exponential(),
            _of_sum(),
            _of_logarithms(),
            _of_result(),
            along_last_axes(_RESULT),
            along_last_axes(_LOGITS),
            _of_numbers(),
        )
    )


def _of_axes() -> Iterator[Hypothesis]:
    remedy = "take maximum and sum along the last axis: axis=-1, keepdims=True"

    def one(words: str, of: Callable[[int], Any], slot: str, rank: int = COMMON) -> Hypothesis:
        return Hypothesis(slot, words, lambda _v, known: of(known["ndim"]), remedy, rank)

    for slot, what in (("axis", "the softmax is taken"), ("summed axis", "the sum is taken")):
        yield one(f"{what} over all numbers, not along the last axis", lambda _n: None, slot)
        yield one(f"{what} along the first axis, not the last", lambda _n: 0, slot)
        yield one(
            f"{what} along axis 1 (the middle one of three), not the last",
            lambda n: 1 if n > 1 else -1,
            slot,
        )
        yield one(f"{what} along the last axis but one", lambda n: -2 if n > 1 else -1, slot, KNOWN)


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
    yield one("the last logit is subtracted, not the largest", lambda x, _a: x[..., -1:])
    yield one("the largest of all rows is subtracted, not that of each row: the sums of rows far"
              " below become 0", lambda x, _a: x.max(), COMMON)  # fmt: skip
    yield one("the search for the largest logit starts at 0: very low logits underflow",
              lambda x, a: np.maximum(x.max(axis=a, keepdims=True), 0), COMMON)  # fmt: skip
    yield one("the largest absolute value is subtracted, not the largest logit",
              lambda x, a: np.abs(x).max(axis=a, keepdims=True))  # fmt: skip
    yield one("the largest logit of each column is subtracted, not that of each row",
              lambda x, _a: x.max(axis=0, keepdims=True))  # fmt: skip


def _of_exponential() -> Iterator[Hypothesis]:
    remedy = "take numpy.exp of the logits, reduced by the largest"

    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("exponential", words, lambda _v, k: of(k), remedy, rank)

    yield one("powers of 2 are taken, not of e", lambda k: np.exp2(k["below"]), COMMON)
    yield one("powers of 10 are taken, not of e", lambda k: 10.0 ** k["below"])
    yield one("exp(x) - 1 is taken, not exp(x)", lambda k: np.expm1(k["below"]))
    yield one("exp(-x) is taken: the sign of the logits is lost", lambda k: np.exp(-k["below"]))
    yield one("no exponential is taken in the sum: the logits are added", lambda k: k["x"], COMMON)
    yield one("the exponentials in the sum are of the logits before the largest is subtracted",
              lambda k: np.exp(k["x"]), COMMON)  # fmt: skip


def _of_sum() -> Iterator[Hypothesis]:
    remedy = "sum the exponentials of all classes of a row"

    yield of_ties(remedy)

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("sum", words, of, remedy, rank)

    yield one("the sum leaves the last exponential out",
              lambda _t, k: k["powers"][..., :-1].sum(axis=-1, keepdims=True), COMMON)  # fmt: skip
    yield one("the sum leaves the first exponential out",
              lambda _t, k: k["powers"][..., 1:].sum(axis=-1, keepdims=True), COMMON)  # fmt: skip
    yield one("the sum leaves each class's own exponential out", lambda t, k: t - k["powers"])
    yield one("the mean of the exponentials is taken, not their sum",
              lambda t, k: t / k["powers"].shape[-1], COMMON)  # fmt: skip
    yield one("1 is added to the sum", lambda t, _k: t + 1, COMMON)
    yield one("the sum is not scaled anew when a larger logit comes (maximum and sum are found in"
              " one pass)", lambda _t, k: _in_one_pass(k["x"]), COMMON)  # fmt: skip
    yield one("the largest exponential is taken, not their sum",
              lambda _t, k: k["powers"].max(axis=-1, keepdims=True))  # fmt: skip
    yield one("each exponential is divided by the sum of those up to it",
              lambda _t, k: np.cumsum(k["powers"], axis=-1))  # fmt: skip
    yield one("the sum of squares is taken",
              lambda _t, k: (k["powers"] ** 2).sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum of the first row serves for all rows",
              lambda t, _k: t.ravel()[0] if t.ndim > 1 else t)  # fmt: skip
    yield one("sums of rows are subtracted along the wrong axis (a sum without keepdims)",
              lambda t, _k: t[..., 0][..., np.newaxis, :] if t.ndim > 1 else t)  # fmt: skip
    for block in (4, 8, 16):
        yield one(f"the sum leaves out what is beyond full blocks of {block}",
                  bound(_of_blocks, block), ODD)  # fmt: skip
    for exponent in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15):
        yield one(f"a constant, 1e-{exponent:02d}, is added to the sum",
                  bound(lambda t, _k, c: t + c, 10.0**-exponent))  # fmt: skip


def _in_one_pass(x: Array) -> Array:
    largest = np.maximum.accumulate(x, axis=-1)
    return np.asarray(np.exp(x - largest).sum(axis=-1, keepdims=True))


def _of_blocks(total: Array, known: Known, block: int) -> Array:
    full = known["powers"].shape[-1] // block * block
    return known["powers"][..., :full].sum(axis=-1, keepdims=True) if full else total


def _of_logarithms() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("logarithms", words, lambda _v, k: of(k), FORMULA, rank)

    yield one("the logarithm of the softmax is taken, and of a probability that was rounded to 0",
              lambda k: np.log(k["p"]), COMMON)  # fmt: skip
    yield one("the largest logit is added to the logarithm of the sum before it is subtracted:"
              " both are rounded as numbers of that size",
              lambda k: k["x"] - (k["largest"] + np.log(k["total"])), COMMON)  # fmt: skip
    yield one("the largest logit is subtracted in the sum alone, and not from the logits",
              lambda k: k["x"] - np.log(k["total"]), COMMON)  # fmt: skip
    yield one("the largest logit is subtracted twice from the logits",
              lambda k: k["below"] - k["largest"] - np.log(k["total"]))  # fmt: skip
    yield one("the logarithm of the sum is missing: the sum itself is subtracted",
              lambda k: k["below"] - k["total"], COMMON)  # fmt: skip
    yield one("the logarithm of the sum is added, not subtracted",
              lambda k: k["below"] + np.log(k["total"]), COMMON)  # fmt: skip
    yield one("the sum is missing: logits are returned, less the largest",
              lambda k: k["below"], COMMON)  # fmt: skip
    yield one("the difference is divided by the logarithm of the sum, not reduced by it",
              lambda k: k["below"] / np.log(k["total"]))  # fmt: skip
    yield one("a softmax is taken twice: its probabilities are taken for logits",
              lambda k: np.log(softmax(k["p"])), COMMON)  # fmt: skip
    yield one("logarithms of the logits are returned, without a softmax",
              lambda k: np.log(k["x"]))  # fmt: skip
    yield one("logarithms of sigmoids are returned, of each logit by itself",
              lambda k: -np.logaddexp(0, -k["x"]), COMMON)  # fmt: skip
    yield one("log(1 + p) is taken, not log(p)", lambda k: np.log1p(k["p"]))
    yield one("log(1 - p) is taken, not log(p)", lambda k: np.log1p(-k["p"]))
    yield one("log(1 + sum) is taken, not log(sum)", lambda k: k["below"] - np.log1p(k["total"]))
    for base in (2, 10):
        yield one(f"the logarithm of the sum is to base {base}",
                  bound(lambda k, b: k["below"] - np.log(k["total"]) / np.log(b), base),
                  COMMON)  # fmt: skip
    for exponent in (12, 7, 8, 10, 15, 16, 9, 6, 5, 4, 3, 20, 30):
        small, said = 10.0**-exponent, f"1e-{exponent:02d}"
        yield one(f"a constant, {said}, is added to the probability before its logarithm is taken",
                  bound(lambda k, c: np.log(k["p"] + c), small))  # fmt: skip
        yield one(f"probabilities below {said} are raised to {said}",
                  bound(lambda k, c: np.log(np.maximum(k["p"], c)), small))  # fmt: skip
        yield one(f"probabilities are clipped to the range from {said} to 1 - {said}",
                  bound(lambda k, c: np.log(np.clip(k["p"], c, 1 - c)), small))  # fmt: skip


def _of_result() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("result", words, of, FORMULA, rank)

    yield one("probabilities are returned: the logarithm is missing", lambda _v, k: k["p"])
    yield one("the minus sign of a loss is there: -log(p) is returned", lambda v, _k: -v)
    yield one("the logarithms are to base 2", lambda v, _k: v / np.log(2))
    yield one("the logarithms are to base 10", lambda v, _k: v / np.log(10))
    yield one("the logits themselves are returned", lambda _v, k: k["x"], KNOWN)
    yield one("logarithms are centred: their mean is subtracted",
              lambda v, _k: v - v.mean(axis=-1, keepdims=True), KNOWN)  # fmt: skip
    yield one("p * log(p) is returned", lambda v, k: k["p"] * v, KNOWN)
    yield one("0 stands for the largest logit, and minus infinity for all others (a hard maximum)",
              lambda _v, k: np.where(k["below"] == 0, 0, -np.inf), ODD)  # fmt: skip
    for least in (100, 20, 30, 50, 1000):
        yield one(f"logarithms are cut off at -{least}",
                  bound(lambda v, _k, n: np.maximum(v, -n), least), KNOWN)  # fmt: skip


def _of_numbers() -> Iterator[Hypothesis]:
    for least, most in ((-50, 50), (-500, 500), (-10, 10), (-20, 20), (-100, 100), (-700, 700)):
        yield Hypothesis(
            "logits",
            f"the logits are clipped to the range from {least} to {most}",
            bound(lambda v, _k, low, high: np.clip(v, low, high), least, most),
            FORMULA,
            KNOWN,
        )
    yield from quantities.factors(_LOGITS, {})
    yield from quantities.factors(_RESULT, {})
    yield from quantities.casts(_LOGITS)
    yield from quantities.casts(_RESULT)
    for one in quantities.normalisations(_LOGITS, {"": (-1,)}):
        if "centred" not in one.words:  # which changes nothing
            yield one
