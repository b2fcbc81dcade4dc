"""Softmax with slots, and what is done in them by mistake."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.dense import simulator as dense
from cnnspec.simulation import orders, quantities
from cnnspec.simulation.curves import of_ties, softmax
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
from cnnspec.simulation.orders import Data

Known = Mapping[str, Any]

_FORMULA = "p[i] = exp(x[i] - max(x)) / sum of exp(x[j] - max(x)), along the last axis"
_LOGITS = Data("logits", "the logits", (), _FORMULA)
_RESULT = Data("result", "the probabilities", (), _FORMULA)


def compute(at: Slots, logits: Array) -> Array:
    """Compute the probabilities in float64."""
    x = at("logits", np.asarray(logits, np.float64))
    axis = at("axis", -1, ndim=x.ndim)
    largest = at("subtracted", x.max(axis=axis, keepdims=True), x=x, axis=axis)
    shifted = x - largest
    powers = at("exponential", np.exp(shifted), shifted=shifted, x=x)
    total = powers.sum(axis=at("summed axis", axis, ndim=x.ndim), keepdims=True)
    total = at("sum", total, powers=powers, x=x, axis=axis)
    result = at("quotient", powers / total, powers=powers, total=total, x=x, shifted=shifted)
    return np.asarray(at("result", result, x=x))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            _of_axes(),
            _of_subtracted(),
            _of_exponential(),
            _of_sum(),
            _of_quotient(),
            orders.along_last_axes(_RESULT),
            orders.along_last_axes(_LOGITS),
            _of_numbers(),
        )
    )


def _of_axes() -> Iterator[Hypothesis]:
    remedy = "sum along the last axis: sum(axis=-1, keepdims=True)"

    def one(words: str, of: Callable[[int], Any], slot: str, rank: int = COMMON) -> Hypothesis:
        return Hypothesis(slot, words, lambda _value, known: of(known["ndim"]), remedy, rank)

    for slot, what in (("axis", "the softmax is taken"), ("summed axis", "the sum is taken")):
        yield one(f"{what} over all numbers, not along the last axis", lambda _n: None, slot)
        yield one(f"{what} along the first axis, not the last", lambda _n: 0, slot)
        yield one(
            f"{what} along axis 1 (the middle one of three), not the last",
            lambda n: 1 if n > 1 else -1,
            slot,
        )
        yield one(f"{what} along the last axis but one", lambda n: -2 if n > 1 else -1, slot, KNOWN)
        yield one(
            f"{what} along the last two axes together",
            lambda n: (-2, -1) if n > 1 else -1,
            slot,
            KNOWN,
        )


def _of_subtracted() -> Iterator[Hypothesis]:
    remedy = "subtract the largest logit of each row before exp: logits.max(axis=-1, keepdims=True)"

    def one(words: str, of: Callable[[Array, Any], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "subtracted", words, lambda _value, known: of(known["x"], known["axis"]), remedy, rank
        )

    yield one("the largest logit is not subtracted: exponentials overflow, or all become 0",
              lambda x, _a: np.zeros_like(x[..., :1]), COMMON)  # fmt: skip
    yield one("the smallest logit is subtracted, not the largest: exponentials overflow",
              lambda x, a: x.min(axis=a, keepdims=True), COMMON)  # fmt: skip
    yield one("the mean of the logits is subtracted, not the largest: exponentials may overflow",
              lambda x, a: x.mean(axis=a, keepdims=True), COMMON)  # fmt: skip
    yield one("the first logit is subtracted, not the largest",
              lambda x, _a: x[..., :1])  # fmt: skip
    yield one("the last logit is subtracted, not the largest", lambda x, _a: x[..., -1:])
    yield one("the largest of all logits is subtracted, not that of each row: rows far below"
              " become 0 / 0", lambda x, _a: x.max(), COMMON)  # fmt: skip
    yield one("the largest absolute value is subtracted, not the largest logit",
              lambda x, a: np.abs(x).max(axis=a, keepdims=True))  # fmt: skip
    yield one("the largest logit of each column is subtracted, not that of each row",
              lambda x, _a: x.max(axis=0, keepdims=True))  # fmt: skip
    yield one("the largest logit is added, not subtracted",
              lambda x, a: -x.max(axis=a, keepdims=True))  # fmt: skip
    yield one("the logits are divided by the largest, not reduced by it",
              lambda x, a: x - x / x.max(axis=a, keepdims=True))  # fmt: skip


def _of_exponential() -> Iterator[Hypothesis]:
    remedy = "take numpy.exp of the logits, reduced by the largest"

    def one(words: str, of: Callable[[Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(
            "exponential", words, lambda _value, known: of(known["shifted"]), remedy, rank
        )

    def of_x(words: str, of: Callable[[Array], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("exponential", words, lambda _value, known: of(known["x"]), remedy, rank)

    yield one("powers of 2 are taken, not of e", np.exp2, COMMON)
    yield one("powers of 10 are taken, not of e", lambda s: 10.0**s, COMMON)
    yield one("powers of 3 are taken, not of e", lambda s: 3.0**s, ODD)
    yield one("powers of 2.718 are taken, an e of few digits", lambda s: 2.718**s)
    yield one("powers of 2.71828 are taken, an e of few digits", lambda s: 2.71828**s)
    yield one("powers of 2.7 are taken, an e of few digits", lambda s: 2.7**s)
    yield one("exp(x) - 1 is taken, not exp(x)", np.expm1)
    yield one("exp(-x) is taken: the sign of the logits is lost", lambda s: np.exp(-s))
    yield of_x("no exponential is taken: the logits are divided by their sum", lambda x: x, COMMON)
    yield of_x("no exponential is taken: absolute values are divided by their sum", np.abs)
    yield of_x("squares are taken, not exponentials", np.square)
    yield of_x("a ReLU is taken, not the exponential", lambda x: np.maximum(x, 0), COMMON)
    yield of_x("sigmoids are taken, not exponentials", lambda x: 1 / (1 + np.exp(-x)))
    yield of_x("exp(x * x) is taken", lambda x: np.exp(x * x), ODD)
    yield of_x("logarithms are taken, not exponentials", np.log, ODD)
    yield of_x("log(1 + exp(x)) (softplus) is taken, not exp(x)", lambda x: np.logaddexp(0, x))
    for terms in range(1, 21):
        yield one(
            f"the exponential is approximated by a series that ends with x^{terms}",
            bound(_series, terms),
        )
        yield of_x(
            f"the exponential is approximated by a series that ends with x^{terms}, of the"
            " unreduced logits",
            bound(_series, terms),
        )
    for power in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 10, 100, 1000, 10000):
        yield one(
            f"the exponential is approximated by (1 + x / {power})^{power}",
            bound(lambda s, n: (1 + s / n) ** n, power),
        )
        yield of_x(
            f"the exponential is (1 + x / {power})^{power}, of the unreduced logits",
            bound(lambda x, n: (1 + x / n) ** n, power),
        )
        yield one(
            f"the exponential is approximated by max(1 + x / {power}, 0)^{power}",
            bound(lambda s, n: np.maximum(1 + s / n, 0) ** n, power),
        )


def _series(x: Array, terms: int) -> Array:
    term = total = np.ones_like(x)
    for number in range(1, terms + 1):
        term = term * x / number
        total = total + term
    return np.asarray(total)


def _of_sum() -> Iterator[Hypothesis]:
    remedy = "divide each exponential by the sum of all of its row"

    yield of_ties(remedy)

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("sum", words, of, remedy, rank)

    def rows(of: Callable[[Array], Any]) -> Callable[[Array, Known], Any]:
        return lambda _total, known: of(known["powers"])

    yield one("exponentials are not divided by their sum", rows(lambda _p: 1.0), COMMON)
    yield one("exponentials are divided by the largest, not by their sum",
              rows(lambda p: p.max(axis=-1, keepdims=True)), COMMON)  # fmt: skip
    yield one("exponentials are divided by their length (the root of the sum of squares)",
              rows(lambda p: np.sqrt((p * p).sum(axis=-1, keepdims=True))), COMMON)  # fmt: skip
    yield one("exponentials are divided by the sum of squares",
              rows(lambda p: (p * p).sum(axis=-1, keepdims=True)))  # fmt: skip
    yield one("exponentials are divided by their number, not by their sum",
              rows(lambda p: p.shape[-1]), COMMON)  # fmt: skip
    yield one("the sum leaves the last exponential out",
              rows(lambda p: p[..., :-1].sum(axis=-1, keepdims=True)), COMMON)  # fmt: skip
    yield one("the sum leaves the first exponential out",
              rows(lambda p: p[..., 1:].sum(axis=-1, keepdims=True)), COMMON)  # fmt: skip
    yield one("each exponential is divided by the sum of the others",
              rows(lambda p: p.sum(axis=-1, keepdims=True) - p))  # fmt: skip
    yield one("each exponential is divided by the sum of those up to it",
              rows(lambda p: np.cumsum(p, axis=-1)), COMMON)  # fmt: skip
    yield one("exponentials are divided by the sum of the logits, not of the exponentials",
              lambda _t, k: k["x"].sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("exponentials are divided by the sum of the unreduced exponentials",
              lambda _t, k: np.exp(k["x"]).sum(axis=-1, keepdims=True))  # fmt: skip
    yield one("the sum is not scaled anew when a larger logit comes (maximum and sum are found in"
              " one pass)", lambda _t, k: _in_one_pass(k["x"]))  # fmt: skip
    yield one("1 is added to the sum", lambda t, _k: t + 1)
    yield one("the sum starts at the largest exponential: it counts twice",
              lambda t, k: t + k["powers"].max(axis=-1, keepdims=True))  # fmt: skip
    for exponent in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16):
        small = 10.0**-exponent
        yield one(f"a constant, 1e-{exponent:02d}, is added to the sum",
                  bound(lambda t, _k, c: t + c, small))  # fmt: skip
    yield one("the sum of the first row serves for all rows", lambda t, _k: _first(t))
    yield one("the sum of the last row serves for all rows", lambda t, _k: _first(t[::-1]), ODD)
    yield one("sums of rows are divided along the wrong axis (a division without keepdims)",
              lambda t, _k: t[..., 0][..., np.newaxis, :] if t.ndim > 1 else t)  # fmt: skip


def _in_one_pass(x: Array) -> Array:
    largest = np.maximum.accumulate(x, axis=-1)
    return np.asarray(np.exp(x - largest).sum(axis=-1, keepdims=True))


def _first(total: Array) -> Array:
    return total.ravel()[0] if total.ndim > 1 else total


def _of_quotient() -> Iterator[Hypothesis]:
    remedy = "return the probabilities themselves"

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("quotient", words, of, remedy, rank)

    yield one("logarithms of the probabilities are returned (log-softmax)",
              lambda _v, k: k["shifted"] - np.log(k["total"]), COMMON)  # fmt: skip
    yield one("logarithms of the probabilities are returned, by log of the quotient",
              lambda v, _k: np.log(v), COMMON)  # fmt: skip
    yield one(
        "it returns the sigmoid of each logit", lambda _v, k: 1 / (1 + np.exp(-k["x"])), COMMON
    )
    yield one("it returns 1 for the largest logit and 0 for all others (a hard maximum)",
              lambda v, _k: (v == v.max(axis=-1, keepdims=True)).astype(float), COMMON)  # fmt: skip
    yield one("it returns the logits themselves", lambda _v, k: k["x"])
    yield one("a softmax is taken twice", lambda v, _k: softmax(v), COMMON)
    yield one("1 - p is returned instead of p", lambda v, _k: 1 - v)
    yield one("the sigmoid of the last logit stands in the place of two probabilities, where there"
              " are two", lambda v, k: _of_two(v, k["x"], 1))  # fmt: skip
    yield one("the sigmoid of the first logit stands in the place of two probabilities, where there"
              " are two", lambda v, k: _of_two(v, k["x"], 0))  # fmt: skip
    yield one("p * (1 - p), the derivative, is returned", lambda v, _k: v * (1 - v))


def _of_two(value: Array, x: Array, which: int) -> Array:
    if value.shape[-1] != 2:
        return value
    own = 1 / (1 + np.exp(-x[..., which]))
    both = (1 - own, own) if which else (own, 1 - own)
    return np.stack(both, axis=-1)


def _of_numbers() -> Iterator[Hypothesis]:
    for low, high in ((-50, 50), (-500, 500), (-10, 10), (-20, 20), (-30, 30), (-100, 100),
                      (-700, 700), (-88, 88), (-5, 5)):  # fmt: skip
        yield Hypothesis(
            "logits",
            f"the logits are clipped to the range from {low} to {high}",
            bound(lambda v, _k, low, high: np.clip(v, low, high), low, high),
            _FORMULA,
            KNOWN,
        )
    for least in (10, 20, 30, 50, 80, 88, 100):
        yield Hypothesis(
            "exponential",
            f"logits that are {least} or more below the largest count as {least} below",
            bound(lambda _v, k, n: np.exp(np.maximum(k["shifted"], -n)), least),
            _FORMULA,
            KNOWN,
        )
    for words, of in (
        ("divided by the number of classes", lambda n: 1 / n),
        ("divided by the square root of the number of classes", lambda n: n**-0.5),
        ("multiplied by the number of classes", lambda n: n),
    ):
        yield Hypothesis(
            "logits",
            f"the logits are {words}",
            bound(lambda v, _k, of: v * of(v.shape[-1]), of),
            _FORMULA,
            KNOWN,
        )
    yield from quantities.factors(_LOGITS, {})
    yield from quantities.casts(_LOGITS)
    yield from quantities.casts(_RESULT)
    rows = {"": (-1,), "over all numbers": None}
    yield from quantities.normalisations(_LOGITS, rows)
    yield from quantities.normalisations(_RESULT, rows)


def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return a temperature, where the logits' differences show one."""
    logits = np.asarray(given["logits"], np.float64)
    yield from quantities.measured_line("result", "the probabilities", got, due, _FORMULA)
    if logits.shape != got.shape or logits.shape[-1] < 2 or not (got > 0).all():
        return
    with np.errstate(all="ignore"):
        apart = logits[..., 1:] - logits[..., :-1]
        told = np.log(got[..., 1:] / got[..., :-1])
        widest = np.argmax(np.abs(apart))
        factor = float(told.flat[widest] / apart.flat[widest])
    if np.isfinite(factor) and factor not in (0.0, 1.0):
        yield Hypothesis(
            "logits",
            f"the logits are multiplied by {quantities.short(factor)}",
            lambda v, _k: factor * v,
            _FORMULA,
            ODD,
            is_measured=True,
        )


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    shape = np.shape(given["logits"])
    return {"classes": shape[-1], "rows": int(np.prod(shape[:-1])), "axes": len(shape)}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call."""
    shape = draw.apart(draw.pick(1, 1, 1, 2, 2, 3), 1, draw.pick(6, 6, 20))
    scale = draw.pick(1.0, 1.0, 4.0, 40.0, 400.0)
    values = draw.reals(*shape) * scale
    values = np.rint(values) if draw.pick(True, False, False, False) else values
    # Large logits in float32 are rounded by so much that predictions tell little.
    dtype = draw.pick("float64", "float64", "float32") if scale <= 4 else "float64"
    return {"logits": values.astype(dtype)}


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=measured,
    sizes=sizes,
    draw=draw,
    is_relative=True,
)

# --- the layer -------------------------------------------------------------------------------


def compute_layer(at: Slots, x: Array, weights: Array, bias: Array) -> Array:
    """Compute the probabilities of a dense layer's logits."""
    logits = dense.compute(at.within("dense"), x, weights, bias)
    biases = np.asarray(bias, np.float64)
    result = compute(at.within("softmax"), logits)
    return np.asarray(at("layer", result, logits=logits, biases=biases))


@cache
def hypotheses_of_layer() -> tuple[Hypothesis, ...]:
    """Return what may be done in the layer's parts, and between them."""
    return tuple(
        chain(
            _of_layer(),
            (one.within("dense", "in the dense layer, {}") for one in dense.hypotheses()),
            (one.within("softmax") for one in hypotheses()),
        )
    )


def _of_layer() -> Iterator[Hypothesis]:
    remedy = "add the bias to the logits, before the softmax"

    def one(words: str, of: Callable[[Array, Array, Array], Array]) -> Hypothesis:
        return Hypothesis(
            "layer", words, lambda v, k: of(v, k["logits"], k["biases"]), remedy, COMMON
        )

    yield one("the biases are added to the probabilities too", lambda v, _x, b: v + b)
    yield one("the biases are added to the probabilities, after the softmax, not to the logits",
              lambda _v, x, b: softmax(x - b) + b)  # fmt: skip
    yield one("the logits are returned: the softmax is missing", lambda _v, x, _b: x)
    yield one("a ReLU stands between the dense layer and the softmax",
              lambda _v, x, _b: softmax(np.maximum(x, 0)))  # fmt: skip


LAYER = Simulator(
    compute=compute_layer,
    hypotheses=hypotheses_of_layer,
    sizes=dense.sizes,
    draw=dense.draw,
    is_relative=True,
)
