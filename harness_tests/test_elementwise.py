"""Functions of each number: their bounds, and what is read, fixed or left open of slopes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.case import Case
from cnnspec.exact.decimals import of_each
from cnnspec.operations.leaky_relu.answer import by_branches
from cnnspec.operations.sigmoid.answer import to_every_digit as digits_of_sigmoid
from cnnspec.operations.tanh.answer import to_every_digit as digits_of_tanh
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, statuses

Array = NDArray[Any]
Function = Callable[[Array], Any]

DTYPES = ("float16", "float32", "float64")

# --- correct code, in its own dtype throughout -----------------------------------------------


def _own(x: Array, number: float) -> Any:
    return x.dtype.type(number)


def _branches(x: Array) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, _own(x, 1)) / (1 + small)


def _expm1(x: Array) -> Any:
    below = np.expm1(-2 * np.abs(x))
    return np.copysign(below / (2 + below), x)


SIGMOIDS: dict[str, Function] = {
    "as it stands": lambda x: 1 / (1 + np.exp(-x)),
    "branches": _branches,
    "tanh": lambda x: _own(x, 0.5) * (1 + np.tanh(_own(x, 0.5) * x)),
    "logaddexp": lambda x: np.exp(-np.logaddexp(_own(x, 0), -x)),
    "powers of 2": lambda x: 1 / (1 + np.exp2(-x * _own(x, 1 / np.log(2)))),
    "one less": lambda x: 1 - 1 / (1 + np.exp(x)),
    "library": lambda x: scipy.special.expit(x).astype(x.dtype),
}

TANHS: dict[str, Function] = {
    "library": np.tanh,
    "sigmoid": lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
    "from above": lambda x: 1 - 2 / (np.exp(2 * x) + 1),
    "expm1": _expm1,
    "magnitude": lambda x: np.copysign(
        (1 - np.exp(-2 * np.abs(x))) / (1 + np.exp(-2 * np.abs(x))), x
    ),
    "powers of 2": lambda x: 2 / (1 + np.exp2(-x * _own(x, 2 / np.log(2)))) - 1,
}

KNOWN = {"sigmoid": (SIGMOIDS, digits_of_sigmoid), "tanh": (TANHS, digits_of_tanh)}

#: Those of which every digit is right.
PRECISE = {"as it stands", "branches", "logaddexp", "library", "expm1"}

#: Those that lose digits, or all, in float32 and float64.
COARSE = {("sigmoid", "tanh"), ("sigmoid", "one less"), ("tanh", "sigmoid"), ("tanh", "from above")}


def numbers(dtype: str) -> Array:
    """Return numbers of every size, in a dtype."""
    random = np.random.RandomState(7)
    sizes = [random.standard_normal(60) * scale for scale in (1e-3, 0.1, 1, 3, 10, 30)]
    return np.concatenate([*sizes, random.uniform(-80, 80, 60)]).astype(dtype)


def ratio(got: Any, due: Answer) -> float:
    """Return the largest error over its bound."""
    return float((errors_of(np.asarray(got), due) / np.maximum(due.allowed, 1e-300)).max())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("operation", "name"),
    [*(("sigmoid", name) for name in SIGMOIDS), *(("tanh", name) for name in TANHS)],
)
def test_correct_code_is_within_the_bound(operation: str, name: str, dtype: str) -> None:
    x = numbers(dtype)
    known, to_every_digit = KNOWN[operation]
    with np.errstate(all="ignore"):
        got = np.asarray(known[name](x))
    assert got.dtype == x.dtype
    worst = ratio(got, exact_answer(Case("drawn", operation, {"x": x}), x.dtype, ""))
    digits = ratio(got, to_every_digit({"x": x}, x.dtype))
    print(operation, name, dtype, worst, digits)  # noqa: T201
    assert worst <= 0.5  # half of it is left for libraries that are worse
    if name in PRECISE:
        assert digits <= 1
    if (operation, name) in COARSE and dtype != "float16":
        assert digits > 1


@pytest.mark.parametrize("operation", ["sigmoid", "tanh"])
def test_a_coarser_dtype_is_beyond_the_bound(operation: str) -> None:
    x = numbers("float64")
    got = getattr(reference, operation)(x.astype(np.float32))
    due = exact_answer(Case("drawn", operation, {"x": x}), np.dtype(np.float64), "")
    assert ratio(got, due) > 1e5


LEAKS: dict[str, Callable[[Array, Any], Any]] = {
    "where": lambda x, s: np.where(x > 0, x, s * x),
    "maximum": lambda x, s: np.maximum(x, s * x),
    "two parts": lambda x, s: np.maximum(x, 0) + s * np.minimum(x, 0),
    "halves": lambda x, s: (1 + s) / 2 * x + (1 - s) / 2 * np.abs(x),
    "difference": lambda x, s: np.maximum(x, 0) - s * np.maximum(-x, 0),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LEAKS)
def test_correct_leaks_are_within_the_bound(name: str, dtype: str) -> None:
    for slope in (0.0, 0.01, 0.2, 0.3, 0.9, 1.0):
        x = numbers(dtype)
        got = LEAKS[name](x, x.dtype.type(slope))
        assert got.dtype == x.dtype
        case = Case("leak", "leaky_relu", {"x": x, "slope": slope})
        assert ratio(got, exact_answer(case, x.dtype, "")) <= 1
        branches = by_branches({"x": x, "slope": slope}, x.dtype)
        is_within = bool((errors_of(got, branches) <= branches.allowed).all())
        assert is_within or name == "halves"
        assert not (is_within and name == "halves" and slope == 0.3)


def test_exact_functions_take_infinities_and_nan() -> None:
    for operation, low in (("sigmoid", 0.0), ("tanh", -1.0)):
        case = Case("ends", operation, {"x": np.array([np.inf, -np.inf, np.nan, 0.0])})
        answer = exact_answer(case, np.dtype(float), "")
        np.testing.assert_array_equal(answer.high, [1, low, np.nan, (1 + low) / 2])
        assert np.isfinite(answer.allowed).all()


def test_tanh_is_exact_on_either_side_of_its_series() -> None:
    x = np.array([9.9e-10, 1.01e-9, -1e-300, 5e-324])
    case = Case("small", "tanh", {"x": x})
    answer = exact_answer(case, np.dtype(float), "")
    np.testing.assert_allclose(answer.high, x, rtol=1e-15)
    cubes = x[:2] ** 3 / 3  # what is missing to x itself
    np.testing.assert_allclose(x[:2] - answer.high[:2] - answer.low[:2], cubes, rtol=1e-6)


def test_equal_numbers_are_computed_once() -> None:
    asked: list[Any] = []

    def ask(x: Any) -> Any:
        asked.append(x)
        return x

    high, low = of_each(ask, np.array([[2, 1, 2], [1, 1, 2]]))
    assert len(asked) == 2
    np.testing.assert_array_equal(high, [[2, 1, 2], [1, 1, 2]])
    assert not low.any()


# --- slopes ----------------------------------------------------------------------------------

HEAD = "import numpy as np\n"


def judged(tmp_path: Path, code: str) -> dict[str, Any]:
    file = tmp_path / "mine.py"
    file.write_text(HEAD + code, "utf-8")
    return check(str(file), modules=["test_leaky_relu"])


@by_turns
@pytest.mark.parametrize("name", ["negative_slope", "alpha", "leak", "a"])
def test_an_own_default_of_an_argument_with_an_own_name_is_not_judged(
    name: str, tmp_path: Path
) -> None:
    report = judged(
        tmp_path,
        f"def leaky_relu(x, {name}=0.2):\n    return np.where(x > 0, x, {name} * x)\n",
    )
    assert report["operations"]["leaky_relu"]["verdict"] == "conforms"
    assert statuses(report)["LEAKY-06"] == "passed"


@by_turns
def test_a_class_is_made_with_its_slope(tmp_path: Path) -> None:
    report = judged(
        tmp_path,
        "class LeakyReLU:\n"
        "    def __init__(self, alpha=0.3):\n        self.alpha = alpha\n"
        "    def forward(self, x):\n        return np.where(x > 0, x, self.alpha * x)\n",
    )
    assert report["operations"]["leaky_relu"]["verdict"] == "conforms"
    assert statuses(report)["LEAKY-06"] == "passed"


@by_turns
def test_without_a_slope_it_is_a_hundredth(tmp_path: Path) -> None:
    report = judged(tmp_path, "def leaky_relu(x):\n    return np.where(x > 0, x, 0.01 * x)\n")
    assert report["operations"]["leaky_relu"]["verdict"] == "conforms"
    assert statuses(report)["LEAKY-06"] == "not tested"
    report = judged(tmp_path, "def leaky_relu(x):\n    return np.where(x > 0, x, 0.2 * x)\n")
    assert report["operations"]["leaky_relu"]["verdict"] == "does not conform"
    assert "0.2" in report["headline"]
