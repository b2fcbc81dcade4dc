"""Functions that give each answer to the questions about gradients of functions of each number."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec import reference

Function = Callable[..., Any]
Answer = tuple[str, str, Function]


def _with_slope(name: str, slope: float, where: Function) -> Function:
    """Return a gradient whose slope is another one at some numbers."""
    right = getattr(reference, name)

    def function(grad: Any, x: Any, *slopes: float, **named: float) -> Any:
        return np.where(where(x), grad * slope, right(grad, x, *slopes, **named))

    return function


def _is_zero(x: Any) -> Any:
    return x == 0


def _times_a_mask(grad: Any, x: Any) -> Any:
    """Return the gradient of ReLU as a product: infinity times 0 is NaN."""
    return grad * (x > 0)


def _of_nan() -> Iterator[Answer]:
    for name in ("relu_backward", "leaky_relu_backward", "sigmoid_backward", "tanh_backward"):
        for words, slope in {"NaN": np.nan, "0": 0.0, "the incoming gradient": 1.0}.items():
            yield f"{name}-nan", words, _with_slope(name, slope, np.isnan)


def _of_relu() -> Iterator[Answer]:
    name = "relu_backward"
    yield f"{name}-at-0", "0", reference.relu_backward
    yield f"{name}-at-0", "half of it", _with_slope(name, 0.5, _is_zero)
    yield f"{name}-at-0", "all of it", _with_slope(name, 1.0, _is_zero)
    yield f"{name}-infinity", "0", lambda grad, x: np.where(x > 0, grad, 0)
    yield f"{name}-infinity", "NaN", _times_a_mask


def _of_leaky_relu() -> Iterator[Answer]:
    def by_comparison(grad: Any, x: Any, slope: float = 0.01) -> Any:
        return np.where(x > 0, grad, grad * slope)

    def half_way(grad: Any, x: Any, slope: float = 0.01) -> Any:
        return np.where(x == 0, grad * (1 + slope) / 2, by_comparison(grad, x, slope))

    def from_zero(grad: Any, x: Any, slope: float = 0.01) -> Any:
        return np.where(x >= 0, grad, grad * slope)

    name = "leaky_relu_backward"
    yield f"{name}-nan", "the slope, times it", by_comparison
    yield f"{name}-at-0", "the slope, times it", by_comparison
    yield f"{name}-at-0", "half-way between", half_way
    yield f"{name}-at-0", "all of it", from_zero


def _of_saturating() -> Iterator[Answer]:
    def by_sigmoid(grad: Any, x: Any) -> Any:
        s = reference.sigmoid(x)
        return grad * s * (1 - s)

    def by_tanh(grad: Any, x: Any) -> Any:
        return grad * (1 - np.tanh(x) ** 2)

    lossy: dict[str, Function] = {"sigmoid_backward": by_sigmoid, "tanh_backward": by_tanh}
    for name, function in lossy.items():
        yield f"{name}-far", "0", function
        yield f"{name}-far", "its digits", getattr(reference, name)


ANSWERS: list[Answer] = [*_of_nan(), *_of_relu(), *_of_leaky_relu(), *_of_saturating()]
