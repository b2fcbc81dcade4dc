"""The error bounds of gradients that are no sums of products, in the words of `bounds`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.bounds import ROUNDING_OF_BOUNDS, precision, rule_squash

Floats = NDArray[np.float64]


def rule_between(half: Floats, dtype: np.dtype[Any]) -> Floats:
    """Allow whatever lies as near to the middle of an interval as half of its length, and u more.

    At the ends stand numbers that are narrowed on the way in or out: (1 + 2 u) |half|, and the
    smallest normal number.
    """
    format_ = precision(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        bound = (1 + 2 * format_.roundoff) * np.abs(half) * ROUNDING_OF_BOUNDS
    return np.where(np.isfinite(half), bound + format_.smallest_normal, 0.0)


#: By how much a sigmoid, from 0 to 1, and a tanh, from -1 to 1, range.
OF_SIGMOID, OF_TANH = 1, 2


def rule_slope_of_squash(grad: Floats, x: Floats, span: int, dtype: np.dtype[Any]) -> Floats:
    """Bound g y', y a sigmoid or tanh of x: (span E + 4 u) |g| + 4 (|g| + 1) * smallest normal.

    E is the bound on y itself, by rule squash, and ``span`` by how much y ranges: 1 or 2.

    y' is y (1 - y) of a sigmoid, and 1 - y^2 of a tanh. An error of y moves these by 1 - 2 y, or
    2 y, of it, at most by the span, and by its square, which is below u / 8 in float16 and finer.
    1 - y, y (1 - y), or y^2 and the difference, a product with g, and narrowing g round by at most
    3 u of |g|. It does not matter in which order g is multiplied, nor that 1 - y^2 may be
    (1 - y)(1 + y), or y (1 - y) be y - y^2. Relative to y' nothing is said: y (1 - y) is 0 once y
    rounds to 1, from x = 37 on in float64.

    With e = exp(-|x|), off by (4 + |x|) u of itself, e / (1 + e)^2 moves by as much of itself at
    most, and rounds by 5 u of itself: a quarter of 9 u, and |x| e u, are below E. So are both, four
    times, of 4 e / (1 + e)^2 with e = exp(-2 |x|), where 2 |x| e is below 0.4. 1 / cosh(x)^2, and
    4 / (exp(x) + exp(-x))^2, are off by twice (4 + |x|) u and a few u of themselves, and |x| y' is
    below 1/2. Where exp or cosh overflow they are 0, and due is less than the smallest normal
    number. (1 - tanh(x / 2)^2) / 4, and 4 s (1 - s) with s the sigmoid of 2 x, are the same with a
    quarter of the error, and with four times that of a quotient, (3 + |x| / 4) u.

    Numbers below the normal range may be flushed to zero: g, e, which is multiplied by up to 4 g,
    or 1 - y, and products.
    """
    format_ = precision(dtype)
    per_g = (span * rule_squash(x, dtype) + 4 * format_.roundoff) * ROUNDING_OF_BOUNDS
    with np.errstate(invalid="ignore", over="ignore"):
        bound = np.abs(grad) * per_g + 4 * (np.abs(grad) + 1) * format_.smallest_normal
    return np.where(np.isfinite(grad), bound, 0.0)


def rule_every_digit_of_slope(
    grad: Floats, x: Floats, values: Floats, dtype: np.dtype[Any]
) -> Floats:
    """Bound g y' relative to itself: 4 (8 + |x|) u of it + 4 (|g| + 1) * smallest normal.

    exp(-2 |x|) and cosh(x)^2 are off by 2 (4 + |x|) u of themselves at most, products and quotients
    by no more than 8 roundings beside that; twice that is for exponentials by powers of 2, and for
    terms of higher order.
    """
    format_ = precision(dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        bound = 4 * (8 + np.abs(x)) * format_.roundoff * np.abs(values) * ROUNDING_OF_BOUNDS
        bound = bound + 4 * (np.abs(grad) + 1) * format_.smallest_normal
    return np.where(np.isfinite(bound), bound, 0.0)
