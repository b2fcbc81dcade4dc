"""The cross-entropy loss with slots, and what is done in them by mistake."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.simulation import quantities
from cnnspec.simulation.curves import softmax
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
from cnnspec.simulation.orders import Axis, Data, along_axes

Known = Mapping[str, Any]

_FORMULA = "the loss is -ln(probabilities[label])"
_PROBABILITIES = Data("probabilities", "the probabilities", (Axis("class", "classes"),), _FORMULA)


def compute(at: Slots, probabilities: Array, label: int) -> Array:
    """Compute the loss in float64."""
    p = at("probabilities", np.asarray(probabilities, np.float64))
    index = at("label", int(label), classes=len(p))
    chosen = at("chosen", p[index], p=p, label=index)
    loss = at("logarithm", -np.log(chosen), chosen=chosen, p=p, label=index)
    return np.asarray(at("loss", loss, p=p, label=index, chosen=chosen))


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(chain(_of_label(), _of_logarithm(), _of_chosen(), _of_loss(), _of_probabilities()))


def _of_label() -> Iterator[Hypothesis]:
    remedy = "labels are counted from 0: probabilities[label]"

    def one(words: str, of: Callable[[int, int], int], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("label", words, lambda v, k: of(v, k["classes"]), remedy, rank)

    yield one("of two classes the labels 0 and 1 are exchanged",
              lambda v, n: 1 - v if n == 2 else v)  # fmt: skip
    yield one("labels are counted from 1: the class before the label is taken", lambda v, _n: v - 1)
    yield one("the class after the label is taken", lambda v, n: (v + 1) % n)
    yield one("labels are counted from the end: probabilities[-label]", lambda v, _n: -v)
    yield one("labels are counted from the end: probabilities[-1 - label]", lambda v, _n: -1 - v)
    yield one("the first class is taken, whatever the label", lambda _v, _n: 0)
    yield one("the last class is taken, whatever the label", lambda _v, n: n - 1)
    yield one("the label is halved", lambda v, _n: v // 2, ODD)


def _of_logarithm() -> Iterator[Hypothesis]:
    remedy = "take the natural logarithm, -numpy.log(probabilities[label])"

    def one(words: str, of: Callable[[Any, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("logarithm", words, lambda _v, k: of(k["chosen"], k), remedy, rank)

    yield one("the logarithm is to base 2", lambda p, _k: -np.log2(p), COMMON)
    yield one("the logarithm is to base 10", lambda p, _k: -np.log10(p), COMMON)
    yield one("log(1 + p) is taken, not log(p)", lambda p, _k: -np.log1p(p), COMMON)
    yield one("log(1 - p) is taken, not log(p)", lambda p, _k: -np.log1p(-p), COMMON)
    yield one(
        "the sign is missing: log(p) is returned, not -log(p)", lambda p, _k: np.log(p), COMMON
    )
    yield one("the absolute value of the logarithm is taken", lambda p, _k: np.abs(np.log(p)))
    yield one("no logarithm is taken: 1 - p is returned", lambda p, _k: 1 - p, COMMON)
    yield one("no logarithm is taken: -p is returned", lambda p, _k: -p, COMMON)
    yield one("no logarithm is taken: p is returned", lambda p, _k: p)
    yield one("1 / p is returned", lambda p, _k: 1 / p, ODD)
    yield one("(1 - p)^2, a squared error, is returned", lambda p, _k: (1 - p) ** 2)
    yield one("the logarithm is squared", lambda p, _k: np.log(p) ** 2)
    yield one("-p * log(p), the label's share of the entropy, is returned",
              lambda p, _k: -p * np.log(p), COMMON)  # fmt: skip
    for power in (1, 2, 3, 0.5, 5):
        yield one(f"a focal loss is returned: the logarithm is multiplied by (1 - p)^{power:g}",
                  bound(lambda p, _k, g: -((1 - p) ** g) * np.log(p), power))  # fmt: skip
    for terms in range(1, 13):
        yield one(f"the logarithm is approximated by {terms} terms of its series around 1",
                  bound(lambda p, _k, n: -_series(p - 1, n), terms))  # fmt: skip
        yield one(f"the logarithm is approximated by {terms} terms of the artanh series",
                  bound(lambda p, _k, n: -_artanh_series(p, n), terms))  # fmt: skip
        yield one(f"the logarithm is approximated by {terms} terms of the artanh series, of the"
                  " mantissa", bound(lambda p, _k, n: -_of_mantissa(p, n, 0.5), terms))  # fmt: skip
        yield one(f"the logarithm is approximated by {terms} terms of the artanh series, of the"
                  " mantissa around 1",
                  bound(lambda p, _k, n: -_of_mantissa(p, n, 2**-0.5), terms), ODD)  # fmt: skip
    yield one("log(p / (1 - p)) (logit) is taken", lambda p, _k: -np.log(p / (1 - p)))


def _series(x: Any, terms: int) -> Any:
    return sum((-1) ** (n + 1) * x**n / n for n in range(1, terms + 1))


def _artanh_series(p: Any, terms: int) -> Any:
    ratio = (p - 1) / (p + 1)
    return 2 * sum(ratio ** (2 * n + 1) / (2 * n + 1) for n in range(terms))


def _of_mantissa(p: Any, terms: int, least: float) -> Any:
    """Return the logarithm of p = m * 2^e with m from ``least`` on, by a series of m."""
    mantissa, exponent = np.frexp(p)
    if mantissa < least:
        mantissa, exponent = 2 * mantissa, exponent - 1
    return _artanh_series(mantissa, terms) + exponent * np.log(2)


def _of_chosen() -> Iterator[Hypothesis]:
    remedy = "add nothing to the probability, and do not clip it"

    def one(words: str, of: Callable[[Any, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("chosen", words, of, remedy, rank)

    for exponent in (15, 16, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 14, 20, 30, 300):
        small = 10.0**-exponent
        said = f"1e-{exponent:02d}"
        yield one(f"a constant, {said}, is added to the probability",
                  bound(lambda p, _k, c: p + c, small))  # fmt: skip
        yield one(f"probabilities below {said} are raised to {said}",
                  bound(lambda p, _k, c: np.maximum(p, c), small))  # fmt: skip
        yield one(f"probabilities are clipped to the range from {said} to 1 - {said}",
                  bound(lambda p, _k, c: np.clip(p, c, 1 - c), small))  # fmt: skip
        yield one(f"probabilities of 0 become {said}",
                  bound(lambda p, _k, c: c if p == 0 else p, small), ODD)  # fmt: skip
    for name in ("float64", "float32", "float16"):
        eps = float(np.finfo(name).eps)
        yield one(f"the machine epsilon of {name} is added to the probability",
                  bound(lambda p, _k, c: p + c, eps))  # fmt: skip
        yield one(f"probabilities below the machine epsilon of {name} are raised to it",
                  bound(lambda p, _k, c: np.maximum(p, c), eps))  # fmt: skip
        tiny = float(np.finfo(name).tiny)
        yield one(f"probabilities below the smallest normal number of {name} are raised to it",
                  bound(lambda p, _k, c: np.maximum(p, c), tiny), ODD)  # fmt: skip
    yield one(
        "the largest probability is taken, not the label's", lambda _p, k: k["p"].max(), COMMON
    )
    yield one("the smallest probability is taken, not the label's", lambda _p, k: k["p"].min())
    yield one("the mean probability is taken, not the label's", lambda _p, k: k["p"].mean())
    yield one("the sum of the other probabilities is taken", lambda _p, k: _others(k).sum(), COMMON)
    for share in (0.1, 0.05, 0.01, 0.2):
        yield one(
            f"the label's probability is smoothed: {1 - share:g} * p + {share:g} / classes",
            bound(lambda p, k, s: (1 - s) * p + s / len(k["p"]), share),
            ODD,
        )


def _others(known: Known) -> Array:
    return np.delete(known["p"], known["label"])


def _logs(known: Known) -> Array:
    return np.asarray(np.log(known["p"]))


def _of_loss() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Any, Known], Any], rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("loss", words, of, _FORMULA, rank)

    yield one("the entropy of all probabilities is returned, -sum of p * log(p)",
              lambda _v, k: -(k["p"] * _logs(k)).sum(), COMMON)  # fmt: skip
    yield one("the logarithms of all probabilities are summed",
              lambda _v, k: -_logs(k).sum(), COMMON)  # fmt: skip
    yield one("the logarithms of all probabilities are averaged",
              lambda _v, k: -_logs(k).mean(), COMMON)  # fmt: skip
    yield one("the loss is divided by the number of classes (a mean over the one-hot vector)",
              lambda v, k: v / len(k["p"]), COMMON)  # fmt: skip
    yield one("the loss is multiplied by the number of classes", lambda v, k: v * len(k["p"]))
    yield one("the losses of all other classes are added (binary cross-entropy, summed)",
              lambda v, k: v - np.log(1 - _others(k)).sum(), COMMON)  # fmt: skip
    yield one("binary cross-entropy is averaged over all classes",
              lambda v, k: (v - np.log(1 - _others(k)).sum()) / len(k["p"]), COMMON)  # fmt: skip
    yield one("the losses of the other classes are returned, not the label's",
              lambda _v, k: -np.log(_others(k)).sum())  # fmt: skip
    yield one("the squared error against the one-hot label is returned (Brier), summed",
              lambda _v, k: _errors(k).sum(), COMMON)  # fmt: skip
    yield one("the squared error against the one-hot label is returned, averaged",
              lambda _v, k: _errors(k).mean(), COMMON)  # fmt: skip
    yield one("half the squared error against the one-hot label is returned",
              lambda _v, k: _errors(k).sum() / 2)  # fmt: skip
    yield one("the absolute error against the one-hot label is returned",
              lambda _v, k: np.sqrt(_errors(k)).sum())  # fmt: skip
    yield one("a hinge loss is returned", lambda _v, k: np.maximum(
        0, 1 + _others(k).max(initial=-1) - k["chosen"]), ODD)  # fmt: skip
    yield one("the exponential of the loss is returned (perplexity)", lambda v, _k: np.exp(v), ODD)
    yield one("the loss is cut off at 1", lambda v, _k: np.minimum(v, 1), ODD)
    yield one("the loss is cut off at 100", lambda v, _k: np.minimum(v, 100))
    for share in (0.1, 0.05, 0.01, 0.2, 0.3):
        yield one(
            f"the label is smoothed: {share:g} of the loss is the mean over all classes",
            bound(lambda v, k, s: (1 - s) * v - s * _logs(k).mean(), share),
        )
        yield one(
            f"the label is smoothed: {share:g} of the loss is spread over the other classes",
            bound(lambda v, k, s: (1 - s) * v - s * np.log(_others(k)).mean(), share),
        )
    data = Data("loss", "the loss", (), _FORMULA)
    for hypothesis in chain(quantities.casts(data), quantities.factors(data, {})):
        if not _OF_MANY.search(hypothesis.words):
            said = hypothesis.reworded("the loss are", "the loss is")
            yield said.reworded("whole numbers", "a whole number")


#: Words of what is said of many numbers.
_OF_MANY = re.compile("their|they|signs|steps")


def _errors(known: Known) -> Array:
    due = np.zeros_like(known["p"])
    due[known["label"]] = 1
    return np.asarray((known["p"] - due) ** 2)


def _of_probabilities() -> Iterator[Hypothesis]:
    yield Hypothesis(
        "probabilities",
        "a softmax is taken of the probabilities, as if they were logits",
        lambda p, _k: softmax(p),
        "probabilities are given: take their logarithm only",
        COMMON,
    )
    yield from quantities.normalisations(_PROBABILITIES, {"": (0,)})
    yield from quantities.casts(_PROBABILITIES)
    yield from quantities.factors(_PROBABILITIES, {})
    yield from along_axes(_PROBABILITIES)


def measured(_given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
    """Return a factor, a constant in the loss or in the probability, as one answer shows it."""
    if got.shape != due.shape or due.size != 1 or not due or not np.isfinite(got):
        return
    short = quantities.short
    factor, more = float(got / due), float(got - due)
    for words, slot, of in (
        (f"the loss is multiplied by {short(factor)}", "loss", lambda v, _k: factor * v),
        (f"{short(more)} is added to the loss", "loss", lambda v, _k: v + more),
    ):
        yield Hypothesis(slot, words, of, _FORMULA, ODD, is_measured=True)
    constant = float(np.exp(-got) - np.exp(-due))
    if constant:
        yield Hypothesis(
            "chosen",
            f"a constant of about {constant:.2g} is added to the probability",
            lambda p, _k: p + constant,
            "add nothing to the probability, and do not clip it",
            ODD,
            is_measured=True,
        )


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    return {"classes": len(given["probabilities"]), "the label": int(given["label"])}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: probabilities that sum to 1, near 0 and near 1 as well."""
    classes = draw.integer(2, 10)
    logits = draw.reals(classes) * draw.pick(0.5, 1.0, 3.0, 12.0, 30.0)
    powers = np.exp(logits - logits.max())
    label = draw.pick(draw.integer(0, classes - 1), int(np.argmin(powers)), int(np.argmax(powers)))
    dtype = draw.pick("float64", "float64", "float64", "float32")
    label = draw.pick(label, label, label, np.int64(label))
    return {"probabilities": (powers / powers.sum()).astype(dtype), "label": label}


SIMULATOR = Simulator(
    compute=compute,
    hypotheses=hypotheses,
    measured=measured,
    sizes=sizes,
    draw=draw,
    is_relative=True,
)
