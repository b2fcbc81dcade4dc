"""Patterns of probabilities and losses: what became of the logits, what is clipped or added."""

import numpy as np
from numpy.typing import NDArray

from cnnspec.difference import ENOUGH, Difference, Found, number

Floats = NDArray[np.float64]

#: Probabilities that are called small.
_SMALL = 1e-3


def uniform(of: Difference) -> Found:
    """Find probabilities that are all the same."""
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.got.size < 2:
        return
    if np.ptp(of.got) == 0:
        said = "every class is given the same probability, whatever the logits"
        yield "uniform", said, "take the exponential of the logits; a layer's include its biases"


def in_logits(of: Difference) -> Found:
    """Find a mistake of the logits in the logarithms of their softmax."""
    given = of.error.case.arguments
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.got.ndim != 1:
        return
    if len(of.got) < ENOUGH or not (of.got > 0).all():
        return
    got, right = (x - x.mean() for x in (np.log(of.got), np.log(of.expected)))
    close = max(1e-6, 1e3 * of.within.max()) * np.abs(right).max()
    if (factor := _multiple(got, right, close)) and not np.isclose(factor, 1, rtol=1e-3):
        what = (
            "the logits were negated"
            if np.isclose(factor, -1)
            else (f"the logits were multiplied by {number(factor)}")
        )
        yield "other logits", f"the result is as if {what}", "take the logits as they are"
    elif "bias" in given:
        bias = np.asarray(given["bias"], np.float64)
        times = _multiple(got - right, bias - bias.mean(), close)
        if times:
            said = (
                f"the bias is added {number(times + 1)} times"
                if times > -1 + 1e-6
                else ("the bias is not added" if times > -1 - 1e-6 else "the bias is subtracted")
            )
            yield "bias", said, "add the bias once"


def _multiple(values: Floats, of: Floats, close: float) -> float:
    """Return the factor by which values are a multiple of others, 0 if they are not."""
    square = float(of @ of)
    factor = float(values @ of) / square if square else 0.0
    is_multiple = bool((np.abs(values - factor * of) <= close).all())
    return factor if is_multiple and abs(factor) > 1e-3 else 0.0


def small_probabilities(of: Difference) -> Found:
    """Find that the probabilities up to some size are wrong, and no others."""
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.wrong.all():
        return
    wrong, right = of.expected[of.wrong], of.expected[~of.wrong]
    raised = of.got[of.wrong] > wrong
    if wrong.max() < min(right.min(), _SMALL) and raised.all():
        said = f"only small probabilities are wrong, those up to {wrong.max():.0e}, and too large"
        yield "small probabilities", said, "clip nothing, and add nothing to probabilities"


def beside_the_probability(of: Difference) -> Found:
    """Find what is added to the probability of a loss."""
    got = of.error.got
    if of.error.case.operation != "cross_entropy" or got is None or got.dtype.kind != "f":
        return
    more = np.exp(-of.got) - np.exp(-of.expected)
    added = float(np.median(more))
    telling = abs(added) > 1e3 * float(np.finfo(got.dtype).eps)
    if telling and (np.abs(more - added) <= abs(added) / 20).all():
        yield (
            "added to the probability",
            f"the loss is -ln(p + {added:.1g}), not -ln(p)",
            "add nothing to the probability; a probability of 0 has no finite loss",
        )
