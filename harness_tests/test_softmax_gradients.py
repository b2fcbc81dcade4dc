"""The gradients of softmax and the losses: bounds, a fourth source of answers, whose loss it is."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.declaration.answer import errors_of
from cnnspec.exact.decimals import DECIMAL
from cnnspec.operations.log_softmax.exact import log_softmax
from cnnspec.operations.registry import OPERATIONS
from cnnspec.operations.softmax.exact import softmax
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, implementation

Array = NDArray[Any]
Decimals = list[Decimal]

# --- correct code, in its own dtype throughout -----------------------------------------------


def _p(x: Array) -> Array:
    powers = np.exp(x - x.max())
    return np.asarray(powers / powers.sum())


def _log_p(x: Array) -> Array:
    below = x - x.max()
    return np.asarray(below - np.log(np.exp(below).sum()))


def _added(values: Array) -> Any:
    """Add numbers one after the other in their own dtype."""
    total = values.dtype.type(0)
    for value in values:
        total = total + value
    return total


def _times(matrix: Array, grad: Array) -> Array:
    return np.array([_added(row * grad) for row in matrix], grad.dtype)


def _onehot(x: Array, label: int) -> Array:
    return np.asarray((np.arange(len(x)) == label).astype(x.dtype))


def _sent_back(x: Array, label: int) -> Array:
    """Send the gradient of the loss back through the softmax."""
    p = _p(x)
    with np.errstate(all="ignore"):
        grad = -_onehot(x, label) / p
    return np.asarray(p * (grad - _added(p * grad)))


_SOFTMAX: dict[str, Callable[[Array, Array], Array]] = {
    "by the formula": lambda g, x: _p(x) * (g - _added(_p(x) * g)),
    "in two products": lambda g, x: _p(x) * g - _p(x) * (_p(x) * g).sum(),
    "by the matrix": lambda g, x: _times(np.diag(_p(x)) - np.outer(_p(x), _p(x)), g),
    "by exp of the logarithms": lambda g, x: (
        np.exp(_log_p(x)) * (g - _added(np.exp(_log_p(x)) * g))
    ),
}
_LOG_SOFTMAX: dict[str, Callable[[Array, Array], Array]] = {
    "by the formula": lambda g, x: g - _p(x) * _added(g),
    "by the matrix": lambda g, x: _times(np.eye(len(x), dtype=x.dtype) - _p(x)[:, None], g),
    "by exp of the logarithms": lambda g, x: g - np.exp(_log_p(x)) * g.sum(),
}
_OF_LOGITS: dict[str, Callable[[Array, int], Array]] = {
    "by the formula": lambda x, label: _p(x) - _onehot(x, label),
    "by exp of the logarithms": lambda x, label: np.exp(_log_p(x)) - _onehot(x, label),
    "sent back through the softmax": _sent_back,
}


def _logits(dtype: str) -> Iterator[tuple[Array, Array]]:
    """Yield numbers that come in, and logits, both in float64, of every spread."""
    random = np.random.RandomState(7)
    for classes in (1, 2, 3, 10, 40):
        for scale in (0.01, 1.0, 5.0, 30.0, 300.0):
            for shift in (0.0, 1000.0, -1000.0):
                x = random.standard_normal(classes) * scale + shift
                yield random.standard_normal(classes), x.astype(random.choice([dtype, "float64"]))


def _ratio(operation: str, got: Array, given: dict[str, Any]) -> float:
    due = OPERATIONS[operation].answer(given, got.dtype, "componentwise")
    return float((errors_of(got, due) / due.allowed).max())


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(
    ("operation", "way"),
    [
        *(("softmax_backward", way) for way in _SOFTMAX.items()),
        *(("log_softmax_backward", way) for way in _LOG_SOFTMAX.items()),
        *(("softmax_cross_entropy_backward", way) for way in _OF_LOGITS.items()),
    ],
    ids=lambda one: one if isinstance(one, str) else one[0],
)
def test_correct_code_is_within_its_bound(
    operation: str, way: tuple[str, Callable[..., Array]], dtype: str
) -> None:
    ratios = []
    for grad, x in _logits(dtype):
        with np.errstate(all="ignore"):
            if "grad" in OPERATIONS[operation].required:
                got = way[1](grad.astype(dtype), x.astype(dtype))
                given: dict[str, Any] = {"grad": grad, "logits": x}
            else:
                label = len(x) // 2
                got = way[1](x.astype(dtype), label)
                given = {"logits": x, "label": label}
        lost = way[1] is _sent_back and not np.isfinite(got).all()  # where p is 0 at the label
        if not lost:
            ratios.append(_ratio(operation, got, given))
    print(operation, way[0], dtype, len(ratios), max(ratios))  # noqa: T201
    assert max(ratios) <= 1


# --- differences, in decimal numbers ---------------------------------------------------------

_STEP = Decimal("1e-20")


def _loss(of: Callable[[Decimals], Decimals], x: Decimals, grad: Decimals) -> Decimal:
    total = Decimal(0)
    for one, incoming in zip(of(x), grad, strict=True):
        total = DECIMAL.fma(one, incoming, total)
    return total


def _differences(of: Callable[[Decimals], Decimals], x: Array, grad: Array) -> Array:
    """Return the central differences of the sum of grad times what a function returns."""
    logits, incoming = ([Decimal(one) for one in row.tolist()] for row in (x, grad))
    found = []
    for place in range(len(logits)):
        moved = [
            [one + sign * _STEP * (at == place) for at, one in enumerate(logits)]
            for sign in (1, -1)
        ]
        up, down = (_loss(of, row, incoming) for row in moved)
        found.append(float(DECIMAL.divide(DECIMAL.subtract(up, down), 2 * _STEP)))
    return np.array(found)


X, GRAD = np.array([1.0, -2.0, 0.5, 3.0]), np.array([2.0, -1.0, 4.0, 0.25])


@pytest.mark.parametrize(
    ("operation", "of", "grad", "given"),
    [
        ("softmax_backward", softmax, GRAD, {"grad": GRAD, "logits": X}),
        ("log_softmax_backward", log_softmax, GRAD, {"grad": GRAD, "logits": X}),
        (
            "softmax_cross_entropy_backward",
            log_softmax,
            -np.eye(4)[2],
            {"logits": X, "label": 2},
        ),
        (
            "cross_entropy_backward",
            lambda p: [DECIMAL.ln(one) for one in p],
            -np.eye(4)[1],
            {"probabilities": np.array([0.5, 0.125, 0.25, 0.125]), "label": 1},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answers_are_what_differences_tend_to(
    operation: str, of: Callable[[Decimals], Decimals], grad: Array, given: dict[str, Any]
) -> None:
    due = OPERATIONS[operation].answer(given, np.dtype(float), "componentwise").high
    at = given[OPERATIONS[operation].required[-1] if "grad" in given else next(iter(given))]
    assert np.allclose(due, _differences(of, at, grad), rtol=1e-15, atol=1e-18)


# --- whose loss it is ------------------------------------------------------------------------


def _gradient(logits: Any, label: Any) -> Any:
    return reference.softmax_cross_entropy_backward(logits, label)


def _over_rows(logits: Any, label: Any) -> Any:
    found = _gradient(logits, label)
    return found / (len(found) if found.ndim > 1 else 1)


def _each(logits: Any, label: Any) -> Any:
    return reference.softmax_cross_entropy(logits, label)


LOSSES: dict[str, Callable[[Any, Any], Any] | None] = {
    "each": _each,
    "mean": lambda logits, label: np.mean(_each(logits, label)),
    "sum": lambda logits, label: np.sum(_each(logits, label)),
    "none": None,
}


@pytest.mark.parametrize(
    ("loss", "gradient", "said"),
    [
        ("none", _gradient, ""),
        ("none", _over_rows, ""),
        ("each", _gradient, ""),
        ("each", _over_rows, ""),
        ("mean", _over_rows, ""),
        ("mean", _gradient, "its gradient is not divided"),
        ("sum", _gradient, ""),
        ("sum", _over_rows, "its gradient is divided by the number of rows"),
        ("none", lambda x, at: _over_rows(x, at) / max(np.size(at), 1), "number of rows"),
    ],
)
@by_turns
def test_a_gradient_is_that_of_the_loss_that_is_returned(
    loss: str, gradient: Callable[[Any, Any], Any], said: str
) -> None:
    offered = {"softmax_cross_entropy_backward": gradient}
    if (forward := LOSSES[loss]) is not None:
        offered["softmax_cross_entropy"] = forward
    report = check(
        implementation(**offered),
        modules=["test_softmax_cross_entropy_backward"],
        select="every_row or belongs",
    )
    entry = report["operations"]["softmax_cross_entropy_backward"]
    failed = {one["id"] for one in report["requirements"] if one["status"] == "failed"}
    if not said:
        assert not failed, report
        return
    assert "LOGITSGRAD-05" in failed
    assert said in str(report)
    assert entry["failed"]
