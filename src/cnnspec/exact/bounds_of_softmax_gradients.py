"""The error bounds of the gradients of softmax and of the losses.

``p`` are the probabilities of one row of n logits, and ``e`` their errors, relative to them. None
of these bounds is relative to the gradient itself, which is a difference and cancels. Numbers below
the normal range may be flushed to zero, each by at most the smallest normal number t; a probability
is off by 4 t then.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.bounds import ROUNDING_OF_BOUNDS, precision
from cnnspec.exact.bounds_of_probabilities import relative_of_rule_s

Floats = NDArray[np.float64]


def of_probabilities(
    nodes: int, distances: Floats, mean_distance: float, largest: float, dtype: np.dtype[Any]
) -> Floats:
    """Bound the errors of probabilities, relative to them: exp(r) - 1, r the part of rule S.

    What rule S adds up moves exponents, and its sum is the first term of what comes of that. Where
    r is small the two are the same. It is not where float16 narrows logits of some thousands that
    were given in float64: these move by 1, and probabilities by a factor of e and more.
    """
    parts = [relative_of_rule_s(nodes, far, mean_distance, largest, dtype) for far in distances]
    return np.asarray(np.expm1(parts))


def of_softmax(p: Floats, e: Floats, grad: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound p (g - sum p g), the gradient of a softmax to its logits.

    p [(e + (n + 6) u) (|g| + G) + sum e p |g|], where G = sum p |g|.

    The sum S of p g holds probabilities that are off by e, products that are rounded, a gradient
    that is narrowed on the way in, and n - 1 additions: it is off by sum e p |g| + (n + 1) u G, and
    |S| is at most G. The difference g - S is rounded, and g narrowed: 2 u |g| + u G. It is
    multiplied by p, off by e, and rounded once more: (e + u) (|g| + G). Together these are below
    p [(e + 3 u) |g| + (e + (n + 3) u) G + sum e p |g|].

    By the matrix of derivatives, p_i (1 - p_i) on its diagonal and -p_i p_j elsewhere, or
    diag(p) - p p^T, entries are off by e_i + e_j and three roundings, products with g by another,
    and n terms are added, whose magnitudes sum to p_i (|g_i| + G): again
    p [(e + (n + 4) u) (|g| + G) + sum e p |g|]. The quotient rule on exp(x) / sum divides where the
    others multiply. The rest is for terms of higher order.

    Of what is flushed, 4 t (p sum |g| + |g| + G) comes of probabilities, and t (sum |g| + n + 2) of
    entries of the matrix, products and results.
    """
    format_ = precision(dtype)
    u, tiny, size = format_.roundoff, format_.smallest_normal, np.abs(grad)
    mean, total = float(p @ size), float(size.sum())
    bound = p * ((e + (len(p) + 6) * u) * (size + mean) + float((e * p) @ size))
    flushed = 4 * (p * total + size + mean) + total + len(p) + 2
    return np.asarray(bound * ROUNDING_OF_BOUNDS + tiny * flushed)


def of_log_softmax(p: Floats, e: Floats, grad: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound g - p sum g, the gradient of a log-softmax to its logits.

    p (e + (n + 4) u) A + (n + 3) u |g|, absolutely, where A = sum |g|.

    The sum is off by n u A: g is narrowed on the way in, and n - 1 additions follow. Its product
    with p is off by e and u of p A beside that, the difference by u (|g| + p A), and g, narrowed,
    by u |g|: p (e + (n + 2) u) A + 2 u |g|. By the matrix of derivatives, 1 - p_i on its diagonal
    and -p_i elsewhere, n terms are added whose magnitudes sum to |g| + p A, each rounded, of
    entries that are rounded too: p (e + (n + 3) u) A + (n + 2) u |g|.

    Flushed are probabilities, 4 t A, and n products and the result.
    """
    format_ = precision(dtype)
    u, tiny, size = format_.roundoff, format_.smallest_normal, np.abs(grad)
    total = float(size.sum())
    bound = p * (e + (len(p) + 4) * u) * total + (len(p) + 3) * u * size
    return np.asarray(bound * ROUNDING_OF_BOUNDS + tiny * (4 * total + len(p) + 2))


def of_loss(due: float, dtype: np.dtype[Any]) -> float:
    """Bound -1 / p, the gradient of the loss at the label: 4 u of it.

    p is narrowed on the way in and divided by, which is 2 u; a reciprocal by an instruction with a
    step of Newton's, and what multiplies by it, need not be rounded as a division is.
    """
    return 4 * precision(dtype).roundoff * abs(due) * ROUNDING_OF_BOUNDS


def of_loss_of_logits(p: Floats, e: Floats, due: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound p - y, the gradient of the loss of logits: e p + 4 u |p - y|.

    Subtracting 1 at the label rounds once, by u |p - y|. The other three are for code that sends
    the loss's gradient -1 / p back through the softmax, p (-1 / p - S) with S = -1 up to rounding:
    quotient, difference and product are rounded by u of about 1 - p each, however small p is.
    """
    format_ = precision(dtype)
    bound = (e * p + 4 * format_.roundoff * np.abs(due)) * ROUNDING_OF_BOUNDS
    return np.asarray(bound + 4 * format_.smallest_normal)


def of_mean(due: Floats, allowed: Floats, count: int, dtype: np.dtype[Any]) -> Floats:
    """Bound the gradient of a mean of N losses, from those of the losses: theirs / N, and 2 u.

    Dividing rounds once; multiplying by 1 / N, which is rounded, twice. So it is where p and y are
    divided before they are subtracted: at the label both are rounded by u of themselves, of which
    p / N is within e, which allows twice as much as is needed.
    """
    format_ = precision(dtype)
    bound = (allowed + 2 * format_.roundoff * (np.abs(due) + allowed)) / count
    return np.asarray(bound * ROUNDING_OF_BOUNDS + format_.smallest_normal)
