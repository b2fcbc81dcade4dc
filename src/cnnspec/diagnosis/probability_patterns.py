"""Patterns of probabilities and losses: what became of the logits, what is clipped or added."""

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.symptoms import Found
from cnnspec.diagnosis.difference import ENOUGH, Difference, number

Floats = NDArray[np.float64]

#: How near two numbers are the same: more than float32 rounds a logarithm.
_CLOSE = 1e-5

#: A probability that stands for 0 in a logarithm.
_LEAST = 1e-300

#: Probabilities that are called small.
_SMALL = 1e-3


def _is_row(of: Difference) -> bool:
    """Return whether a result is one row of probabilities, enough of them to tell something."""
    got = of.error.got
    return (
        of.symptoms.is_distribution
        and got is not None
        and got.ndim == 1
        and got.dtype in (np.float32, np.float64)
        and len(set(of.expected.tolist())) > ENOUGH
        and bool((of.got > 0).all() and (of.expected > 0).all())
    )


def out_of_one(of: Difference) -> Found:
    """Find probabilities in the right proportions that do not add up to 1."""
    if not _is_row(of):
        return
    factors = of.got / of.expected
    if np.ptp(factors) < _CLOSE * factors[0] and abs(factors[0] - 1) > _CLOSE:
        said = "the probabilities are in the right proportions, but do not add up to 1"
        yield "not out of 1", said, "divide by the sum of the exponentials, and by nothing else"


def uniform(of: Difference) -> Found:
    """Find probabilities that are all the same."""
    if not of.symptoms.is_distribution or of.got.size < 2:
        return
    if np.ptp(of.got) == 0:
        said = "every class is given the same probability, whatever the logits"
        yield "uniform", said, "take the exponential of the logits; a layer's include its biases"


def in_logits(of: Difference) -> Found:
    """Find a mistake of the logits in the logarithms of their softmax."""
    if not _is_row(of):
        return
    got, right = (x - x.mean() for x in (np.log(of.got), np.log(of.expected)))
    close = _CLOSE * float(np.abs(right).max())
    if factor := _multiple(got, right, close):
        what = "negated" if abs(factor + 1) < _CLOSE else f"multiplied by {number(factor)}"
        yield "other logits", f"the result is as if the logits were {what}", "take them as they are"
    elif of.symptoms.bias:
        bias = of.error.case.arguments[of.symptoms.bias].astype(np.float64)
        if times := _multiple(got - right, bias - bias.mean(), close):
            yield (
                of.symptoms.bias,
                f"the {of.symptoms.bias} counts {round(times + 1, 5):g} times",
                "add the bias once",
            )


def _multiple(values: Floats, of: Floats, close: float) -> float:
    """Return the factor by which values are a multiple of others, 0 if they are not."""
    square = float(of @ of)
    factor = float(values @ of) / square if square else 0.0
    is_multiple = bool((np.abs(values - factor * of) <= close).all())
    return factor if is_multiple else 0.0


def small_probabilities(of: Difference) -> Found:
    """Find that the probabilities up to some size are wrong, and no others."""
    if not of.symptoms.is_distribution or of.wrong.all():
        return
    wrong, right = of.expected[of.wrong], of.expected[~of.wrong]
    raised = of.got[of.wrong] > wrong
    if 0 < wrong.max() < min(right.min(), _SMALL) and raised.all():
        said = f"only small probabilities are wrong, those up to {wrong.max():.0e}, and too large"
        yield "small probabilities", said, "clip nothing, and add nothing to probabilities"


def beside_the_probability(of: Difference) -> Found:
    """Find what is added to the probability of a loss."""
    got = of.error.got
    if not of.symptoms.is_loss or got is None or got.dtype.kind != "f":
        return
    p = np.exp(-of.expected)
    more = np.exp(-of.got) - p
    doubt = 4 * float(np.finfo(got.dtype).eps) * p * (1 + np.abs(np.log(np.maximum(p, _LEAST))))
    added = float(more.flat[int(np.argmin(doubt))])  # a small probability shows it best
    telling = abs(added) > 10 * float(doubt.min())
    if telling and (np.abs(more - added) <= abs(added) / 20 + doubt).all():
        yield (
            "added to the probability",
            f"the loss is -ln(p + {added:.1g}), not -ln(p)",
            "add nothing to the probability; a probability of 0 has no finite loss",
        )
