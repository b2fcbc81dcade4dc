"""The bounds of gradients that are no sums of products: they hold, and they bite."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.exact import bounds_of_gradients
from cnnspec.operations.registry import OPERATIONS

Floats = NDArray[np.float64]

DTYPES = ("float16", "float32", "float64")


def _answer(operation: str, dtype: str, **given: Floats) -> tuple[Floats, Floats]:
    found = OPERATIONS[operation].answer(given, np.dtype(dtype), "")
    return found.high, found.allowed


def _sigmoid(x: Floats) -> Floats:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x < 0, small, x.dtype.type(1)) / (1 + small))


#: Right ways of computing a slope, by the operation.
RIGHT: dict[str, dict[str, Callable[[Floats], Floats]]] = {
    "sigmoid_backward": {
        "by the result": lambda x: _sigmoid(x) * (1 - _sigmoid(x)),
        "by tanh": lambda x: (1 - np.tanh(x / 2) ** 2) / 4,
        "by an exponential": lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    },
    "tanh_backward": {
        "by the result": lambda x: 1 - np.tanh(x) ** 2,
        "by two factors": lambda x: (1 - np.tanh(x)) * (1 + np.tanh(x)),
        "by the sigmoid": lambda x: 4 * _sigmoid(2 * x) * (1 - _sigmoid(2 * x)),
        "by cosh": lambda x: 1 / np.cosh(x) ** 2,
    },
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("operation", "way"), [(name, way) for name, ways in RIGHT.items() for way in ways]
)
def test_slopes_are_within_the_bound(operation: str, way: str, dtype: str) -> None:
    random = np.random.RandomState(3)
    x = np.concatenate([random.uniform(-s, s, 400) for s in (0.1, 2, 9, 40)]).astype(dtype)
    grad = random.standard_normal(x.size).astype(dtype)
    with np.errstate(over="ignore"):
        got = grad * RIGHT[operation][way](x)
    assert got.dtype == dtype
    high, allowed = _answer(operation, dtype, grad=grad, x=x)
    assert (np.abs(got.astype(float) - high) <= allowed).all()


@pytest.mark.parametrize("operation", RIGHT)
def test_slopes_in_float32_are_beyond_the_bound_of_float64(operation: str) -> None:
    x = np.linspace(-3, 3, 101)
    got = next(iter(RIGHT[operation].values()))(x.astype(np.float32)).astype(float)
    high, allowed = _answer(operation, "float64", grad=np.ones(101), x=x)
    assert (np.abs(got - high) > allowed).mean() > 0.9


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ends_of_an_interval_are_allowed_and_nothing_beyond(dtype: str) -> None:
    grad = np.array([3.0, -0.1, 1 / 3]).astype(dtype)
    high, allowed = _answer("relu_backward", dtype, grad=grad, x=np.zeros(3))
    for end in (grad.astype(float), np.zeros(3)):
        assert (np.abs(end - high) <= allowed).all()
    for beyond in (1.01 * grad.astype(float), -0.01 * grad.astype(float)):
        assert (np.abs(beyond - high) > allowed).all()


def test_what_flushing_loses_is_nothing_where_nothing_is_small() -> None:
    factors = [(np.array([2.0, 0.5]), np.array([2.0, 0.5])), (np.ones(2), np.ones(2))]
    assert not bounds_of_gradients.lost_of(factors, np.dtype("float32")).any()
    small = [(np.array([1e-5, 0.5]), np.array([1e-5, 0.5])), (np.full(2, 8.0), np.full(2, 8.0))]
    lost = bounds_of_gradients.lost_of(small, np.dtype("float16"))
    assert lost[0] >= 8 * 1e-5  # it may be flushed, and then be multiplied by 8
    assert lost[1] == 0


def test_nothing_is_said_of_a_variance_that_may_be_flushed() -> None:
    for variance in (0.0, 1e-5, np.inf):
        found = bounds_of_gradients.rule_of_norm(
            np.ones(1), 1, 1, variance, 0.0, np.dtype("float16")
        )
        assert np.isinf(found).all()


def test_the_spread_of_x_hat_is_within_the_bound_folded_or_not() -> None:
    random = np.random.RandomState(5)
    for dtype in ("float32", "float64"):
        grad, maps = (random.standard_normal((5, 6, 3)).astype(dtype) for _ in range(2))
        mean, scale = (random.standard_normal(3).astype(dtype) for _ in range(2))
        variance = random.uniform(0.1, 4, 3).astype(dtype)
        root = 1 / np.sqrt(variance + np.dtype(dtype).type(1e-5))
        given = {"grad": grad, "maps": maps + 7, "mean": mean + 7, "variance": variance}
        high, allowed = _answer("batch_norm_grad_scale", dtype, **given, scale=scale)
        x, m = given["maps"], given["mean"]
        ways = (
            (grad * ((x - m) * root)).sum(axis=(0, 1)),
            (grad * (x * root - m * root)).sum(axis=(0, 1)),
            ((grad * x).sum(axis=(0, 1)) - m * grad.sum(axis=(0, 1))) * root,
        )
        for got in ways:
            assert (np.abs(got.astype(float) - high) <= allowed).all()
