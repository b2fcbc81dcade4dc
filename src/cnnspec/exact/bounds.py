"""The error bounds: how far a correct implementation can be from the exact answer.

They are theorems about floating-point arithmetic, not tolerances picked by taste. ``u`` is the
unit roundoff and ``gamma(n) = n u / (1 - n u)`` (Higham, Accuracy and Stability of Numerical
Algorithms, 2nd edition, sections 2.2, 3.1 and 4.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact

Floats = NDArray[np.float64]

#: A rule that bounds a sum of products.
SumRule = Callable[[Exact, np.dtype[Any]], Floats]

#: Bounds are themselves computed in float64; this covers the rounding of that computation.
ROUNDING_OF_BOUNDS = 1 + 2.0**-30


@dataclass(frozen=True)
class Precision:
    """What a floating-point format can tell apart.

    Attributes
    ----------
    bits : int
        Of the significand, the hidden one included.
    roundoff : float
        The unit roundoff u = 2^-bits.
    smallest_normal, largest : float
    """

    bits: int
    roundoff: float
    smallest_normal: float
    largest: float


@cache
def precision(dtype: np.dtype[Any]) -> Precision:
    """Return the precision of a floating-point dtype."""
    info, bits = np.finfo(dtype), bits_of(dtype)
    return Precision(bits, 2.0**-bits, float(info.tiny), float(info.max))


@cache
def bits_of(dtype: np.dtype[Any]) -> int:
    """Return the bits of the significand of a floating-point dtype, the hidden one included."""
    return int(np.finfo(dtype).nmant) + 1


def coarsest(*dtypes: np.dtype[Any]) -> np.dtype[Any]:
    """Return the coarsest floating dtype among the result's and the inputs'.

    An implementation may narrow its inputs to its own precision, and a result cannot be finer
    than what it was computed from. Integers are exact, and float64 if there is nothing else.
    """
    floats = [dtype for dtype in dtypes if dtype.kind == "f"]
    narrowest = min(floats, key=bits_of, default=np.dtype(float))
    return narrowest if narrowest.itemsize <= 8 else np.dtype(float)


def gamma(n: int, roundoff: float) -> float:
    """Return n u / (1 - n u), the bound on the relative error of n roundings.

    From n u = 1 on there is no bound.
    """
    return n * roundoff / (1 - n * roundoff) if n * roundoff < 1 else float("inf")


def rule_of_narrowing(values: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound what is selected, and may be rounded once to a dtype: u |x| + smallest normal."""
    format_ = precision(dtype)
    return np.asarray(format_.roundoff * np.abs(values) + format_.smallest_normal)


def rule_d(answer: Exact, dtype: np.dtype[Any]) -> Floats:
    """Bound a sum of products: gamma(n + 3) * magnitude + (n + 1) * smallest normal.

    Each product is rounded once and passes through at most n additions (n - 1 of products, one
    of the bias), in whatever order, blocking or with fused multiply-add, where some roundings
    fall away; that is gamma(n + 1). Rounding the input and the weight to the format on the way
    in adds 2. The last term covers results and products below the normal range, also if they
    are flushed to zero.

    A mean is a sum of n elements over n: a division more, and no weights to be rounded. Of a window
    that is cut off, or lies in the padding, only m < n elements are summed, for adding zeros rounds
    nothing. That leaves room for those who take the mean over the whole area first and correct it
    by a ratio: m - 1 additions, two roundings of the weights 1 / n and of their products, two of
    the ratio and of the last product, and one of the input are m + 4 at most, that is n + 3.

    The gradient of means adds up g / divisor over the at most n windows in which an element lies.
    With one more than n for its terms that is 1 rounding of g on the way in, 2 of a product with
    the rounded 1 / divisor, or 4 of those who divide by the whole area, of a window that is cut
    off, after they corrected g by a rounded ratio, and n - 1 additions: n + 4 at most.

    Where the magnitude fits into the significand, counted in the largest common power of two of
    all products, every partial sum is a representable number and the bound is 0, unless that power
    of two lies below the normal range.
    """
    format_ = precision(dtype)
    bound = gamma(answer.terms + 3, format_.roundoff) * answer.magnitude
    bound = bound * ROUNDING_OF_BOUNDS + (answer.terms + 1) * format_.smallest_normal
    fits = answer.grains <= 2.0**format_.bits
    normal = answer.magnitude >= answer.grains * format_.smallest_normal
    return np.where(fits & normal, 0.0, bound)


def rule_of_mean(
    allowed: Floats,
    magnitude: Floats | None,
    terms: int,
    count: int,
    dtype: np.dtype[Any],
) -> Floats:
    """Bound a sum of products, bounded by rule D, that is divided by a count N on the way.

    gamma(n + 5) * magnitude / N + (n + 2) * smallest normal: whether 1 / N is rounded and
    multiplied into each product, or the sum is divided, two roundings more than in rule D. What
    had to be exact still has to be where N is a power of two, which moves the exponent alone. What
    has a bound already, and need not be a sum of products, has its Nth part, and gamma(5) more.
    """
    assert magnitude is not None
    format_ = precision(dtype)
    plain = gamma(terms + 5, format_.roundoff) * magnitude
    bounded = allowed + gamma(5, format_.roundoff) * (magnitude + allowed)
    bound = np.where(allowed > 0, np.maximum(plain, bounded), plain) / count
    bound = bound * ROUNDING_OF_BOUNDS + (terms + 2) * format_.smallest_normal
    is_shift = count & (count - 1) == 0
    return np.where((allowed == 0) & is_shift, 0.0, bound)


def rule_of_ties(
    allowed: Floats,
    magnitude: Floats,
    spread: Floats,
    terms: int,
    dtype: np.dtype[Any],
) -> Floats:
    """Bound a sum to which terms are added that may be anything from 0 to g each.

    gamma(n + 3) * the sum of |g| + (n + 1) * smallest normal + half of the spread, beside what the
    other terms are allowed: such a number is measured from the middle of what it may be. An element
    that is one of m equal ones gets g, 0, or a part g p of it: 2 roundings, one of p and one of the
    product, before it is added, one of g on the way in, and at most n - 1 additions. Rounding is
    monotone, so that a part of g alone is never more than g; after others it may be.

    Their sum over the m elements of one window is bounded in the same way. Each is off by at most
    gamma(3) of g p, or by a whole g where all get it: gamma(m + 3) * m * |g| covers that, and the
    additions of whoever sums them, too.
    """
    format_ = precision(dtype)
    bound = gamma(terms + 3, format_.roundoff) * magnitude * ROUNDING_OF_BOUNDS
    bound = bound + (terms + 1) * format_.smallest_normal + spread / 2
    return np.where(magnitude > 0, allowed + bound, allowed)


def sum_of_ties(count: Floats, incoming: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound what the elements of a window get together, m of which are equal: see `rule_of_ties`.

    gamma(m + 3) * m * |g| + (m + 1) * smallest normal.
    """
    format_ = precision(dtype)
    steps = (count + 3) * format_.roundoff
    relative = steps / (1 - np.minimum(steps, 0.5))
    bound = relative * count * np.abs(incoming) * ROUNDING_OF_BOUNDS
    return np.asarray(bound + (count + 1) * format_.smallest_normal)


def rule_f(answer: Exact, dtype: np.dtype[Any]) -> Floats:
    """Allow a convolution by transforms (FFT, Winograd) an error that is spread over the map.

    8 * gamma(n + log2 P) * largest input * largest sum of weights + gamma(3) * |bias|, for an
    image of P pixels, whose transform takes log2 P steps, and as many times the smallest normal
    number for what is flushed to zero. Unlike the other rules this is measured, not proved: a proof
    that holds for every transform would allow the square root of P instead.
    """
    format_ = precision(dtype)
    roundoff = format_.roundoff
    steps = answer.terms + int(np.ceil(np.log2(max(answer.pixels, 1))))
    bound = 8 * gamma(steps, roundoff) * answer.normwise + gamma(3, roundoff) * answer.bias
    return bound * ROUNDING_OF_BOUNDS + (steps + 1) * format_.smallest_normal


def rule_m(answer: Exact, dtype: np.dtype[Any]) -> Floats:
    """Allow a mean by running sums or summed-area tables an error relative to its whole map.

    4 gamma(n + H + W + 4) A / n + gamma(2 n + 8) * magnitude, and so many smallest normal numbers
    for what is flushed to zero, where A is the sum of |x| over the map of H x W elements.

    A table that is summed along the rows and then down the columns passes every element through at
    most H + W additions; its entries are off by gamma(H + W) A. A window is made of four of them by
    three additions of numbers up to 2 A: 4 gamma(H + W) A + 5 u A. A table by the recurrence
    S[i, j] = x + S[i - 1, j] + S[i, j - 1] - S[i - 1, j - 1] rounds three times, by at most
    4 u A together, which is as if x itself were off by that: of a window only its own n elements
    are, hence 4 n u A + 5 u A. Running sums along the rows add one element and take one away, W
    times: 2 W u times the sum over the row; running along the columns as well adds 2 H u A, and a
    difference of two prefix sums no more than a table. Division by n and narrowed inputs are
    gamma(2) of a mean.

    Welford's mean m += (x - m) / k needs nothing of the rest of the map. Step k rounds by
    u (2 |x - m| / k + |m|), and counts k / n in the end. With |m| at most the sum B of |x| over the
    window over k, these are u (n + 6 + 2 ln n) B / n in all, and 2 ln n < n + 2: the second term.

    Where fewer than n elements count in the divisor, A and B are over their number; the zeros of a
    padding are elements like others, and a table of them is longer by no addition that rounds.

    The gradient of means sums numbers that come in in the same way, each over its divisor, spread
    to the places at which their windows begin. A is then the sum of |g| / divisor over them all,
    and n one more than the number of windows in which an element lies.

    Tables hold float32 or better: those of float16 overflow, and lose what they add up.
    """
    format_ = precision(dtype)
    of_tables = min(format_.roundoff, precision(np.dtype(np.float32)).roundoff)
    steps = answer.terms + answer.sides + 4
    bound = 4 * gamma(steps, of_tables) * answer.normwise
    bound = bound + gamma(2 * answer.terms + 8, format_.roundoff) * answer.magnitude
    return bound * ROUNDING_OF_BOUNDS + 4 * steps * format_.smallest_normal


def rule_n(
    distance: Floats,
    scale: float,
    offset: float,
    variance: float,
    dtype: np.dtype[Any],
) -> Floats:
    """Bound a normalised number, (x - m) / sqrt(a) * s + b: gamma(12) (X k + |b|), and flushes.

    ``distance`` X is |x| + |m|, ``variance`` a already holds epsilon, and k is |s| / sqrt(a). Both
    ways of computing it are right: as it stands, and folded into one factor and one offset,
    x k + (b - m k). The second rounds numbers as large as X k, and so does whoever narrows x and m
    on the way in; so nothing is relative to x - m.

    In a, variance and epsilon are narrowed and added: 2 u relative, hence u of its root. Root and
    reciprocal add 2 u, narrowing s and multiplying by it 2 u. This makes k right within 5 u. Then
    x, narrowed, is multiplied by it and passes through an addition, m through two: 9 u for m,
    8 u for x; b, narrowed, through two, 3 u. Leaving the difference for the first addition rounds
    less, never more. A power of -1/2, or an instruction for the reciprocal root with a step of
    Newton's, need not be rounded as root and division are: they are taken to be right within 5 u,
    which makes 12.

    Numbers below the normal range may be flushed to zero, each by at most the smallest normal
    number t. What was not yet multiplied with it enlarges that. With r = 1 / sqrt(a), these are
    x, m and their difference (3 t |s| r), s (t X r), products of x and m with s (2 t r), those
    with r, and their difference (3 t |s|), k (t X), and b, products with k, and sums (5 t). Of
    variance and epsilon each may lose t: that changes a by 2 t / a, and r by the root of that,
    about which nothing can be said from half of a on.
    """
    format_ = precision(dtype)
    lost = 2 * format_.smallest_normal / variance if variance > 0 else np.inf
    if lost > 0.5 or not np.isfinite(variance):
        return np.full(distance.shape, np.inf)
    root = variance**-0.5
    of_distance = abs(scale) * root * distance
    rounded = gamma(12, format_.roundoff)
    bound: Floats = rounded * (of_distance + abs(offset))
    bound = bound + ((1 - lost) ** -0.5 - 1) * (1 + rounded) * of_distance
    flushed = (1 + root) * (distance + 3 * abs(scale)) + 2 * root + 5
    bound = bound + (1 + rounded) * format_.smallest_normal * flushed
    return bound * ROUNDING_OF_BOUNDS


def rule_slope(x: Floats, slope: float, dtype: np.dtype[Any]) -> Floats:
    """Bound a leaky ReLU: gamma(4) * max(1, |slope|) * |x| + 3 * smallest normal.

    A product of x and the slope is off by gamma(3) of itself: either may be narrowed to the format
    on the way in, and the product is rounded. Code without a branch computes
    (1 + slope) / 2 * x + (1 - slope) / 2 * |x|, whose two halves cancel where x is below 0. Their
    sum is off by gamma(4) of the sum of their magnitudes, |x| times the larger of 1 and |slope|.
    """
    format_ = precision(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        bound = gamma(4, format_.roundoff) * max(1.0, abs(slope)) * np.abs(x)
    bound = bound * ROUNDING_OF_BOUNDS + 3 * format_.smallest_normal
    return np.where(np.isfinite(x), bound, 0.0)


def rule_product(products: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound single products: gamma(3) of each, for two narrowed factors and their product."""
    format_ = precision(dtype)
    bound = gamma(3, format_.roundoff) * np.abs(products) * ROUNDING_OF_BOUNDS
    return np.where(np.isfinite(products), bound + 2 * format_.smallest_normal, 0.0)


#: From here on x * exp(-x) is so small that an error relative to it is nothing.
_STEEP = 8.0


def rule_squash(x: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound a sigmoid or a tanh: (8 + min(|x|, 8)) u + 4 * smallest normal, absolutely.

    Libraries' exp, expm1, log1p and tanh are taken to be right within 4 u relative. e = exp(-|x|)
    is off by (4 + |x|) u of itself, where x is narrowed on the way in or taken times a constant.

    1 / (1 + e) moves by e / (1 + e)^2 <= 1/4 of that; sum and quotient round by 2 u of a result of
    at most 1: below (3 + |x| / 4) u. The same holds of e / (1 + e), and of
    1 / (1 + exp(|x|)), which is 0 where exp overflows and the result is below the normal range.
    (1 + tanh(x / 2)) / 2 is off by half of 4 u, of u |x| / 2 and of the sum's rounding, and
    exp(-log(1 + exp(-x))) by the exponent's error times the result, (6 + |x|) u of it.

    tanh as 2 / (1 + exp(-2 x)) - 1 is off by twice the first, where e = exp(-2 |x|) is off by
    (4 + 2 |x|) u of itself: (2 + |x|) u + 4 u, and u for the difference. As a quotient of the sum
    and difference of exp(x) and exp(-x) it moves by 2 / (exp(x) + exp(-x))^2 <= 1/2 of the relative
    errors of both, (4 + |x|) u, and rounds by 3 u. Sums of 1 and expm1 do no worse.

    The part of |x| is multiplied by e, or by its square, in all of these: |x| e is below 1/2, and
    below 0.003 from 8 on. Numbers below the normal range may be flushed to zero.
    """
    format_ = precision(dtype)
    bound = (8 + np.fmin(np.abs(x), _STEEP)) * format_.roundoff * ROUNDING_OF_BOUNDS
    return np.asarray(bound + 4 * format_.smallest_normal)


def rule_every_digit(x: Floats, values: Floats, dtype: np.dtype[Any]) -> Floats:
    """Bound a sigmoid or a tanh relative to itself: 2 (8 + |x|) u of it + 4 * smallest normal.

    exp(-|x|) is off by (4 + |x|) u of itself, and what is made of it by products, quotients, sums
    of positive numbers, expm1 or a library's tanh by no more than 4 roundings beside that. The
    factor 2 is for exponentials by powers of 2, and for terms of higher order.
    """
    format_ = precision(dtype)
    with np.errstate(invalid="ignore"):
        bound = 2 * (8 + np.abs(x)) * format_.roundoff * np.abs(values) * ROUNDING_OF_BOUNDS
    return np.where(np.isfinite(x), bound, 0.0) + 4 * format_.smallest_normal


def rule_update(
    old: Floats, gradient: Floats, allowed: Floats, rate: float, dtype: np.dtype[Any]
) -> Floats:
    """Bound a parameter after a step of gradient descent, w - r g, where g is off by ``allowed``.

    r B + gamma(3) r (|g| + B) + gamma(1) (|w| + |w - r g|) + (r + 3) * smallest normal, with B for
    ``allowed``. The gradient that was computed is no larger than |g| + B. The rate may be narrowed
    to the format, and its product is rounded: gamma(2) r (|g| + B). So may w, by u |w|. What is
    subtracted is then off by all of these, and the difference is rounded, by u of what it is: of
    |w - r g|, and of what it is off by, which is the third gamma and what gamma(1) is more than u.
    Products, gradients and differences below the normal range may be flushed to zero.

    What was the gradient cannot be had from the step, (w - w') / r, without enlarging the roundings
    by 1 / r: so the new parameters are judged.
    """
    format_ = precision(dtype)
    computed = np.abs(gradient) + allowed
    bound = rate * allowed + gamma(3, format_.roundoff) * rate * computed
    bound = bound + gamma(1, format_.roundoff) * (np.abs(old) + np.abs(old - rate * gradient))
    return np.asarray(bound * ROUNDING_OF_BOUNDS + (rate + 3) * format_.smallest_normal)
