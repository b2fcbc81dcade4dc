"""What may be done by mistake in any gradient to logits, and what calls of them are like."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.softmax import simulator as softmax
from cnnspec.simulation import gradients, quantities
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
    bound,
)
from cnnspec.simulation.orders import Data, along_last_axes

Known = Mapping[str, Any]


def result(formula: str) -> Data:
    """Return the results of a gradient to logits, which have the shape of these."""
    return Data("result", "the results", (), formula)


def first(data: Data) -> Iterator[Hypothesis]:
    """Return what comes before all else."""
    yield from quantities.nothing(data)


def of_axes(what: str, remedy: str) -> Iterator[Hypothesis]:
    """Return the axes along which a sum may be taken instead of the last."""

    def one(words: str, of: Callable[[int], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("axis", f"{what} {words}", lambda _v, k: of(k["ndim"]), remedy, rank)

    yield one("over all numbers, not along the last axis", lambda _n: None)
    yield one("along the first axis, not the last", lambda _n: 0)
    yield one("along axis 1 (the middle one of three), not the last", lambda n: 1 if n > 1 else -1)
    yield one("along the last axis but one", lambda n: -2 if n > 1 else -1, KNOWN)


#: What does not change probabilities, of which none is negative, and which sum to 1.
_NEVER = (
    r"^result: .*(\(a ReLU\)|\(their absolute values are taken\))$",
    r"^result: .* clipped to the range from (0|-1) to (1|255)$",
    r"^result: .* divided by .*(their sum|their absolute values)$",
    r"^logits: the logits are centred",
    r"^sum: a constant, 1e-16, is added to the sum",
)


def of_probabilities(remedy: str) -> Iterator[Hypothesis]:
    """Return what may stand in the place of the probabilities, or be wrong in them."""

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("p", words, of, remedy, rank)

    yield one("the logits are taken for the probabilities", lambda _p, k: k["x"])
    yield one("a softmax is taken twice: the probabilities are taken for logits",
              lambda p, _k: softmax_of(p))  # fmt: skip
    yield one("the exponentials are not divided by their sum", lambda _p, k: np.exp(k["x"]))
    yield one("sigmoids are taken for probabilities, one class by itself",
              lambda _p, k: 1 / (1 + np.exp(-k["x"])))  # fmt: skip
    yield one("the logarithms of the probabilities are taken for them", lambda p, _k: np.log(p))
    yield one("every class is taken to be as probable as the others",
              lambda p, _k: 0 * p + 1 / p.shape[-1], KNOWN)  # fmt: skip
    yield one("the most probable class is taken for certain (a hard maximum)",
              lambda p, _k: (p == p.max(axis=-1, keepdims=True)).astype(float))  # fmt: skip
    for exponent in (7, 8, 12, 15, 10, 9, 6, 5, 4, 3):
        small, said = 10.0**-exponent, f"1e-{exponent:02d}"
        yield one(f"probabilities are clipped to the range from {said} to 1 - {said}",
                  bound(lambda p, _k, c: np.clip(p, c, 1 - c), small), KNOWN)  # fmt: skip
        yield one(f"probabilities below {said} are raised to {said}",
                  bound(lambda p, _k, c: np.maximum(p, c), small), ODD)  # fmt: skip
        yield one(f"a constant, {said}, is added to the probabilities",
                  bound(lambda p, _k, c: p + c, small), ODD)  # fmt: skip
    yield from (
        one.within("softmax", "in the softmax, {}")
        for one in gradients.without(softmax.hypotheses(), *_NEVER)
    )


#: Factors by the sizes of a row and of a batch.
_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of classes": lambda known: known["x"].shape[-1],
    "the number of rows": lambda known: _rows(known["x"]),
    "the square of the number of rows": lambda known: _rows(known["x"]) ** 2,
    "the number of all logits": lambda known: known["x"].size,
}


def _rows(x: Array) -> float:
    return float(max(x.size // max(x.shape[-1], 1), 1))


def rest(data: Data, remedy: str, *, has_incoming: bool = True) -> Iterator[Hypothesis]:
    """Return what may be done to the incoming gradient, and to the results."""
    if has_incoming:
        yield from gradients.incoming("grad")
        yield from along_last_axes(Data("grad", "the numbers of the incoming gradient", (), remedy))
        grad = Data("grad", "the numbers of the incoming gradient", (), "use grad as it came")
        yield from quantities.casts(grad)
    yield from _of_rows(data.slot)
    yield from along_last_axes(data)
    yield from quantities.casts(data)
    yield from quantities.factors(data, _SIZES)
    yield from chain.from_iterable(
        quantities.normalisations(data, {group: axes})
        for group, axes in {"": (-1,), "over all numbers": None}.items()
    )


def _of_rows(slot: str) -> Iterator[Hypothesis]:
    remedy = "treat each row by itself"

    def one(words: str, of: Callable[[Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(slot, words, lambda v, _k: _each_row(of, v), remedy, rank)

    yield one("it returns after the first row: the others are left at zero", _first_alone)
    yield one("every row gets the gradient of the first", lambda v: v[:1] + 0 * v)
    yield one("the rows of a batch are summed: one row is returned", lambda v: v.sum(axis=0))
    yield one("the rows of a batch are averaged: one row is returned", lambda v: v.mean(axis=0))
    yield one("the row of the first is returned for a batch", lambda v: v[0], KNOWN)
    yield one(
        "every row gets the sum of all", lambda v: v.sum(axis=0, keepdims=True) + 0 * v, KNOWN
    )
    yield one("every row gets the mean of all", lambda v: v.mean(axis=0, keepdims=True) + 0 * v,
              KNOWN)  # fmt: skip
    yield one("the last row of a batch is left at zero",
              lambda v: np.concatenate([v[:-1], 0 * v[-1:]]))  # fmt: skip
    yield Hypothesis(slot, "it returns after the first class: the others are left at zero",
                     lambda v, _k: v * (np.arange(v.shape[-1]) == 0),
                     "return after the loop, not in it", COMMON)  # fmt: skip
    yield Hypothesis(slot, "a single number is returned: the sum of all", lambda v, _k: v.sum(),
                     "return a number for each logit", KNOWN)  # fmt: skip
    yield Hypothesis(slot, "a single number is returned: the mean of all", lambda v, _k: v.mean(),
                     "return a number for each logit", KNOWN)  # fmt: skip


def _each_row(of: Callable[[Array], Any], value: Array) -> Array:
    return np.asarray(of(value)) if value.ndim > 1 else value


def _first_alone(value: Array) -> Array:
    return np.concatenate([value[:1], 0 * value[1:]])


def measured(formula: str) -> Callable[..., Iterator[Hypothesis]]:
    """Return what finds a factor or a constant in an answer."""

    def found(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
        yield from quantities.measured_line("result", "the results", got, due, formula)
        if "grad" in given:
            yield from gradients.measured_length("result", given["grad"], got, due, formula)

    return found


def sizes(given: Arguments) -> dict[str, int]:
    """Return the sizes of a call."""
    shape = np.shape(given["logits"])
    return {"classes": shape[-1], "rows": int(np.prod(shape[:-1])), "axes": len(shape)}


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call of a gradient with an incoming one."""
    shape = draw.apart(draw.pick(1, 1, 1, 2, 2, 3), 1, draw.pick(6, 6, 20))
    scale = draw.pick(0.5, 1.0, 1.0, 4.0, 40.0, 400.0)
    grad, logits = draw.reals(*shape), draw.reals(*shape) * scale
    grad, logits = (
        np.rint(one) if draw.pick(True, False, False) else one for one in (grad, logits)
    )
    if draw.pick(True, False, False, False):
        grad = grad * (np.arange(shape[-1]) == draw.integer(0, shape[-1] - 1))
    dtype = draw.pick("float64", "float64", "float32") if scale <= 4 else "float64"
    return {"grad": grad.astype(dtype), "logits": logits.astype(dtype)}
