"""The boundary: whatever an implementation does, a call has an outcome."""

import contextlib
import subprocess
import sys
import time
import warnings
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.declaration.case import UNUSUAL, Case, of_windows
from cnnspec.run.check import check
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.memory_layouts import AROUND, in_words, lay_out, of_each
from cnnspec.subject.outcomes import NotOffered, Outcome, Rejected, Result, TimedOut
from harness_tests.helpers import by_turns, implementation, judge_alone

X = np.array([[-1.0, 2.0], [3.0, -4.0]])


def call(function: Any, **options: Any) -> Outcome:
    return implementation(relu=function).call("relu", {"x": X}, **options)


@pytest.mark.parametrize(
    "returned",
    [
        [[0.0, 2.0], [3.0, 0.0]],
        ((0.0, 2.0), (3.0, 0.0)),
        np.array([[0.0, 2.0], [3.0, 0.0]], order="F"),
        np.array([[0.0, 2.0], [3.0, 0.0]], dtype=np.longdouble),
        np.array([[0.0, 2.0], [3.0, 0.0]], dtype=">f4"),
        np.ma.array([[0.0, 2.0], [3.0, 0.0]]),
        memoryview(np.array([[0.0, 2.0], [3.0, 0.0]])),  # type: ignore[arg-type]
    ],
)
def test_array_likes_are_read(returned: Any) -> None:
    outcome = call(lambda x: returned)
    assert isinstance(outcome, Result)
    assert outcome.value.tolist() == [[0, 2], [3, 0]]
    assert type(outcome.value) is np.ndarray


@pytest.mark.parametrize(
    "returned",
    [
        [[Fraction(0), Fraction(5, 2)], [Fraction(3), Fraction(0)]],
        ((Decimal(0), Decimal("2.5")), (Decimal(3), Decimal(0))),
        np.array([[0, Fraction(5, 2)], [3.0, Decimal(0)]], dtype=object),
    ],
)
def test_fractions_and_decimals_are_numbers(returned: Any) -> None:
    outcome = call(lambda x: returned)
    assert isinstance(outcome, Result)
    assert outcome.problem == ""
    assert outcome.value.dtype == np.float64
    assert outcome.value.tolist() == [[0, 2.5], [3, 0]]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
def test_the_other_byte_order_becomes_that_of_the_machine(dtype: str) -> None:
    theirs = np.array([0, 2, 3]).astype(np.dtype(dtype).newbyteorder("S"))
    outcome = call(lambda x: theirs)
    assert isinstance(outcome, Result)
    assert outcome.value.dtype == np.dtype(dtype)
    assert outcome.value.dtype.isnative
    assert outcome.value.tolist() == [0, 2, 3]


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "None"),
        ("text", "not real numbers"),
        (np.array([1j]), "not real numbers"),
        ([[1.0], [2.0, 3.0]], "cannot be read"),
        (object(), "not real numbers"),
        ({"a": 1}, "not real numbers"),
        ([Fraction(1), None], "not real numbers"),
    ],
)
def test_what_cannot_be_read(returned: Any, said: str) -> None:
    outcome = call(lambda x: returned)
    assert isinstance(outcome, Result)
    assert said in outcome.problem


@pytest.mark.parametrize(
    ("error", "is_clean"),
    [
        (ValueError, True),
        (TypeError, True),
        (IndexError, True),
        (RuntimeError, False),
        (SystemExit, False),
        (GeneratorExit, False),
    ],
)
def test_exceptions_are_rejections(error: type[BaseException], is_clean: bool) -> None:
    def refuse(x: Any) -> Any:
        raise error("because")

    said = "it calls sys.exit(because)" if error is SystemExit else "because"
    assert call(refuse) == Rejected(error.__name__, said, is_clean)


def test_an_exception_that_cannot_be_printed() -> None:
    class Silent(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise RuntimeError

    def refuse(x: Any) -> Any:
        raise Silent

    assert isinstance(call(refuse), Rejected)


def test_not_implemented_is_not_offered() -> None:
    def stub(x: Any) -> Any:
        raise NotImplementedError("later")

    assert isinstance(call(stub), NotOffered)
    assert not Capabilities(implementation(relu=stub)).offers("relu")


def test_what_is_not_there_is_not_offered() -> None:
    nothing = implementation()
    assert isinstance(nothing.call("relu", {"x": X}), NotOffered)


def test_keywords_that_the_signature_lacks() -> None:
    plain = implementation(max_pool2d=lambda maps, size=2: maps)
    maps = {"maps": np.ones((4, 4, 1))}
    assert isinstance(plain.call("max_pool2d", maps | {"size": 2}), Result)
    assert isinstance(plain.call("max_pool2d", maps | {"stride": 2}), NotOffered)


def test_keywords_that_a_type_error_names() -> None:
    def inner(maps: Any, size: int = 2) -> Any:
        return maps

    def wrapper(*args: Any, **options: Any) -> Any:
        return inner(*args, **options)

    outer = implementation(max_pool2d=wrapper)
    maps = {"maps": np.ones((4, 4, 1))}
    assert isinstance(outer.call("max_pool2d", maps | {"size": 2}), Result)
    assert isinstance(outer.call("max_pool2d", maps | {"stride": 2}), NotOffered)


@by_turns
def test_a_call_that_does_not_return_is_ended() -> None:
    def hang(x: Any) -> Any:
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    slow = implementation(relu=hang)
    slow.time_limit = 0.2
    for _ in range(2):
        assert isinstance(slow.call("relu", {"x": X}), TimedOut)
    assert "not called" in str(slow.call("relu", {"x": X}))


def test_changed_arguments_are_seen_and_do_not_reach_the_caller() -> None:
    def in_place(x: Any) -> Any:
        x[x < 0] = 0
        return x

    mine = implementation(relu=in_place)
    for _ in range(2):
        outcome = mine.call("relu", {"x": X})
        assert isinstance(outcome, Result)
        assert set(outcome.see_changes() or {}) == {"x"}
    assert X[0, 0] == -1


def test_an_argument_that_comes_again_is_the_same_object() -> None:
    seen = []

    def remember(x: Any) -> Any:
        seen.append(x)
        return np.zeros(2)

    mine = implementation(relu=remember)
    other = X.copy()
    for given in (X, X, other):
        mine.call("relu", {"x": given})
    assert seen[0] is seen[1]
    assert seen[1] is not seen[2]


def test_a_result_can_be_looked_at_again() -> None:
    buffer = np.zeros(2)

    def reuse(x: Any) -> Any:
        buffer[:] = x
        return buffer

    mine = implementation(relu=reuse)
    first = mine.call("relu", {"x": np.array([1.0, 2.0])})
    mine.call("relu", {"x": np.array([3.0, 4.0])})
    assert isinstance(first, Result)
    assert first.see_again is not None
    assert first.value.tolist() == [1, 2]
    assert first.see_again().tolist() == [3, 4]


def test_prints_and_warnings_are_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    def noisy(x: Any) -> Any:
        print("noise")  # noqa: T201 - what is tested
        warnings.warn("more", stacklevel=1)
        np.log(np.zeros(1))
        return x

    assert isinstance(call(noisy), Result)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("layout", ["C", "fortran", "strided", "read-only", *UNUSUAL])
def test_layouts_hold_the_same_numbers(layout: str) -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    laid = lay_out(values, layout)
    assert np.array_equal(laid, values)
    assert laid.flags.c_contiguous == (layout in ("C", "read-only", "big-endian", "odd-offset"))
    assert laid.flags.f_contiguous == (layout in ("fortran", "swapped-outer-axes"))
    assert laid.flags.aligned == (layout not in ("record-field", "odd-offset"))
    assert laid.flags.writeable == (layout != "read-only")
    assert (min(laid.strides) < 0) == layout.startswith("reversed")
    assert not np.shares_memory(laid, values)


def test_a_slice_has_margins_on_both_sides_of_every_axis() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    laid = lay_out(values, "slice")
    assert laid.strides == (6 * 7 * 8, 7 * 8, 8)
    for axis in range(3):
        assert (laid.base.take([0, -1], axis) == AROUND).all()
    assert np.count_nonzero(laid.base != AROUND) == values.size
    assert lay_out(np.array(5.0), "slice") == 5


def test_one_axis_runs_backwards() -> None:
    values = np.arange(6.0).reshape(2, 3)
    assert lay_out(values, "reversed-first-axis").strides == (-24, 8)
    assert lay_out(values, "reversed-last-axis").strides == (24, -8)


def test_two_axes_are_swapped() -> None:
    values = np.arange(120.0).reshape(2, 3, 4, 5)
    in_c_order = np.array(values.strides)
    for layout, axes in {
        "swapped-first-axes": (0, 1),
        "swapped-middle-axes": (1, 2),
        "swapped-last-axes": (2, 3),
        "swapped-outer-axes": (0, 3),
    }.items():
        strides = np.array(lay_out(values, layout).strides)
        assert np.flatnonzero(strides != in_c_order).tolist() == [*range(axes[0], axes[1] + 1)]
        assert strides[axes[0]] < strides[axes[1]]
    assert lay_out(values[0, 0], "swapped-middle-axes").flags.c_contiguous


def test_equal_numbers_are_held_once() -> None:
    values = np.repeat(np.arange(6).reshape(1, 2, 3), 4, axis=0)
    laid = lay_out(values, "zero-strides")
    assert laid.strides == (0, 24, 8)
    assert laid.tolist() == values.tolist()
    assert np.count_nonzero(laid.base == AROUND) == 18
    assert lay_out(np.full((2, 3), 5.0), "zero-strides").strides == (0, 0)
    assert lay_out(np.arange(6.0).reshape(2, 3), "zero-strides").flags.c_contiguous


@pytest.mark.parametrize("axis", [0, 1])
def test_windows_overlap(axis: int) -> None:
    case = Case("relu/x", "relu", {"x": np.arange(24.0).reshape(2, 3, 4)})
    values = of_windows(case, "x")[axis].arguments["x"]
    laid = lay_out(values, "overlapping")
    assert laid.tolist() == values.tolist()
    assert laid.strides == ((32, 32, 8), (48, 8, 8))[axis]
    assert lay_out(np.arange(6.0).reshape(2, 3) ** 2, "overlapping").flags.c_contiguous


def test_fields_of_records_lie_between_other_bytes() -> None:
    laid = lay_out(np.arange(6.0).reshape(2, 3), "record-field")
    assert laid.strides == (27, 9)
    laid = lay_out(np.arange(6.0).reshape(2, 3), "odd-offset")
    assert laid.ctypes.data % 2 == 1


def test_one_argument_alone_has_a_layout() -> None:
    names = ["image", "filters", "bias"]
    assert of_each(names, "bias:slice") == {"image": "C", "filters": "C", "bias": "slice"}
    assert of_each(names, "first-fortran") == {"image": "fortran", "filters": "C", "bias": "C"}
    assert of_each(names, "rest-strided") == dict(
        zip(names, ("C", "strided", "strided"), strict=True)
    )
    assert in_words("bias:slice") == "slices of larger arrays, but only the bias"
    assert in_words("first-fortran") == "in Fortran order, but only the first of them"


def _dense_by_keyword(*, x: Any, weights: Any, bias: Any) -> Any:
    return x @ weights + bias


def _dense_partly_by_keyword(x: Any, *, weights: Any, bias: Any) -> Any:
    return x @ weights + bias


def _dense_with_more(x: Any, /, weights: Any, *, bias: Any, **_: Any) -> Any:
    return x @ weights + bias


@pytest.mark.parametrize(
    "function", [_dense_by_keyword, _dense_partly_by_keyword, _dense_with_more]
)
def test_what_can_be_passed_by_keyword_only_is_passed_by_keyword(function: Any) -> None:
    arguments = {"x": np.array([1.0, 2.0]), "weights": X, "bias": np.array([0.5, 0.5])}
    judged = implementation(dense=function)
    outcome = judged.call("dense", arguments)
    assert isinstance(outcome, Result), outcome
    assert outcome.value.tolist() == [5.5, -5.5]
    assert judged.offers["dense"].recipe == "result = mine.dense({keywords})"


def test_options_by_position_stay_beyond_the_star() -> None:
    def conv2d(image: Any, *, filters: Any, bias: Any = None) -> Any:
        return filters if bias is None else bias

    given = {"image": X, "filters": np.ones((1, 1, 1)), "bias": np.array([3.0])}
    judged = implementation(conv2d=conv2d)
    assert judged.offers["conv2d"].keywords == {"bias"}
    outcome = judged.call("conv2d", given)
    assert isinstance(outcome, Result)
    assert outcome.value.tolist() == [3]
    assert isinstance(judged.call("conv2d", given, by_position=True), Rejected)


def _pool(maps: Any, size: Any, stride: Any) -> Any:
    return reference.max_pool2d(maps, size, stride)


def _pool_by_keyword(*, maps: Any, stride: Any, size: Any = 2) -> Any:
    return reference.max_pool2d(maps, size, stride)


def _convolve(image: Any, filters: Any, bias: Any, stride: Any, padding: Any) -> Any:
    assert np.ndim(bias) == 1
    return reference.conv2d(image, filters, bias, stride=stride, padding=padding)


def _convolve_renamed(x: Any, w: Any, bias: Any, *, stride: Any, padding: Any = "valid") -> Any:
    maps = reference.conv2d(x, w, stride=stride, padding=padding)
    if np.shape(bias) != maps.shape[-1:]:
        raise ValueError("one bias for each filter")
    return maps + bias


WITHOUT_DEFAULTS = [
    ("max_pool2d", _pool),
    ("max_pool2d", _pool_by_keyword),
    ("conv2d", _convolve),
    ("conv2d", _convolve_renamed),
]


@pytest.mark.parametrize(("operation", "function"), WITHOUT_DEFAULTS)
@by_turns
def test_options_without_defaults_get_the_operations_own(operation: str, function: Any) -> None:
    report = judge_alone(operation, function, select="CONV-0 or POOL-0")
    failed = [entry["id"] for entry in report["requirements"] if entry["status"] == "failed"]
    assert not failed
    assert report["operations"][operation]["checks"] > 300


@pytest.mark.parametrize(("operation", "function"), WITHOUT_DEFAULTS)
@pytest.mark.usefixtures("undiagnosed")
def test_mistakes_behind_options_without_defaults_are_found(operation: str, function: Any) -> None:
    @wraps(function)
    def wrong(*given: Any, **options: Any) -> Any:
        return function(*given, **options) + 1

    report = judge_alone(operation, wrong, select="CONV-01 or POOL-01")
    assert report["operations"][operation]["failed"] > 0


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_a_snippet_gives_options_that_have_no_defaults(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from cnnspec import reference\n"
        "def conv2d(image, filters, bias, stride, padding):\n"
        "    return reference.conv2d(image, filters, bias, stride=stride, padding=padding) + 1\n"
        "def max_pool2d(maps, size, stride):\n"
        "    return reference.max_pool2d(maps, size, stride) + 1\n",
        "utf-8",
    )
    report = check(str(file), select="CONV-01 or POOL-01")
    shown = [e["failures"][0]["snippet"] for e in report["requirements"] if e["failures"]]
    assert len(shown) == 2
    for snippet in shown:
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", snippet],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "got:" in done.stdout
