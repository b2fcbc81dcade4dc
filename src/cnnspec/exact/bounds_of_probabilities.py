"""The error bounds of softmax and of the losses, in the words of `bounds`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.bounds import ROUNDING_OF_BOUNDS, gamma, precision

Floats = NDArray[np.float64]


def rule_s(
    probability: float,
    nodes: int,
    distance: float,
    mean_distance: float,
    largest: float,
    dtype: np.dtype[Any],
) -> float:
    """Bound one probability of a softmax over ``nodes`` logits.

    2 u (n + D + mean D + max|x| + 8) * p + 4 * smallest normal. ``distance`` D is how far the
    logit lies below the largest, and mean D is weighted by the probabilities. Rounding the
    difference moves the exponential by D u relative; the sum moves by the mean of that and by
    n - 1 additions; exponential and division take the 8 and the factor 2. ``largest`` is max|x|:
    narrowing the logits on the way in moves each by u |x|, hence a difference of two by
    2 u max|x|, and so does subtracting ln(sum(exp(x))) instead of the largest.
    """
    relative = relative_of_rule_s(nodes, distance, mean_distance, largest, dtype)
    bound = relative * probability * ROUNDING_OF_BOUNDS
    return bound + 4 * precision(dtype).smallest_normal


def relative_of_rule_s(
    nodes: int,
    distance: float,
    mean_distance: float,
    largest: float,
    dtype: np.dtype[Any],
) -> float:
    """Return the part of rule S that is relative to the probability."""
    return 2 * precision(dtype).roundoff * (nodes + distance + mean_distance + largest + 8)


def rule_sum(nodes: int, mean_distance: float, largest: float, dtype: np.dtype[Any]) -> float:
    """Bound how far the probabilities' sum may be from 1: 2 u (n + mean D + max|x| + 2).

    Dividing by the sum costs n - 1 additions, a division and nothing else, that is (n + 1) u.
    Taking the exponential of x - ln(sum(exp(x))) instead rounds that difference, by the mean of
    -ln p, at most ln n, in units of u; the logarithm carries the relative error of its sum,
    n + mean D, and is itself rounded, by at most max|x| + ln n. Together these are at most
    n + mean D + max|x| + 3 ln n + 2, which the factor 2 covers for every n.
    """
    return 2 * precision(dtype).roundoff * (nodes + mean_distance + largest + 2)


def rule_loss(loss: float, dtype: np.dtype[Any]) -> float:
    """Bound a loss: 4 u |ln p| + 2 u, for one logarithm and a probability narrowed on the way."""
    roundoff = precision(dtype).roundoff
    return (4 * roundoff * abs(loss) + 2 * roundoff) * ROUNDING_OF_BOUNDS


def rule_l(
    loss: float,
    classes: int,
    mean_distance: float,
    moved: float,
    largest: float,
    dtype: np.dtype[Any],
) -> float:
    """Bound the loss L = ln(sum(exp(x))) - x[label] of logits over ``classes`` classes.

    2 u (n + mean D + 3 L + max|x| + 8) + 2 ``moved`` + (n + 4) * smallest normal, absolutely: L is
    a difference, which cancels where the label is the largest logit, and then nothing is relative
    to it. exp and log are taken to be right within 4 u relative, as those of libraries are.

    With m the largest logit, D_j = m - x_j, S = sum(exp(-D_j)) and d that of the label, L is
    d + ln S, so neither d nor ln S is larger. Rounding D_j moves exp(-D_j) by u D_j relative, and S
    by the mean of that, weighted by the probabilities (``mean_distance``); the exponentials are off
    by 4 u, and n - 1 additions in any order by gamma(n - 1). So ln S is off by
    u (n + 3 + mean D), and by 4 u ln S for the logarithm. Rounding d and the difference adds
    u (d + L): together u (n + 3 + mean D + 6 L). -ln of the label's probability has
    u (n + 8 + mean D + d + 4 L). The factor 2 is for terms of higher order, and for exponentials
    by powers of 2, which round D_j twice.

    ``largest`` is max|x| for code that adds m to ln S before it subtracts x[label], and rounds
    numbers of that size; 0 for code that subtracts m first, whose error does not depend on how
    large all logits are. That is asked of a log-softmax, whose numbers are -L of every class.
    ``moved`` is how far rounding a logit to the format moves one at most: two logits make the
    difference. Exponentials, sums and losses below the normal range may be flushed to zero, and S
    is at least 1.
    """
    format_ = precision(dtype)
    steps = classes + mean_distance + 3 * loss + largest + 8
    bound = (2 * format_.roundoff * steps + 2 * moved) * ROUNDING_OF_BOUNDS
    return bound + (classes + 4) * format_.smallest_normal


def rule_of_total(losses: Floats, allowed: Floats, dtype: np.dtype[Any]) -> float:
    """Bound the sum of n losses, each of which has a bound: theirs, and gamma(n + 3) of the sum.

    They are added in any order by n - 1 additions, and divided once for a mean, whose bound is
    divided too; the rest is for the exact sum, which is a float64.
    """
    total = float(np.sum(np.abs(losses) + allowed))
    roundings = gamma(losses.size + 3, precision(dtype).roundoff)
    return (float(np.sum(allowed)) + roundings * total) * ROUNDING_OF_BOUNDS
