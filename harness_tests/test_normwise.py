"""Means by running sums, tables of sums and Welford's rule: right, once that is declared."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from cnnspec import reference
from cnnspec.cases.answers import exact
from cnnspec.declaration.case import reals
from cnnspec.exact import bounds
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, implementation, sample

Array = NDArray[Any]
Summing = Callable[[Array, int], Array]

FIRST_LINE = "avg_pool2d: within the normwise bound; declare accuracy = normwise"


def _table(maps: Array, size: int) -> Array:
    """Sum every window by four entries of a table of sums."""
    table = np.zeros((maps.shape[0] + 1, maps.shape[1] + 1, maps.shape[2]), maps.dtype)
    table[1:, 1:] = np.cumsum(np.cumsum(maps, axis=0), axis=1)
    return table[size:, size:] - table[:-size, size:] - table[size:, :-size] + table[:-size, :-size]


def _running(maps: Array, size: int) -> Array:
    """Sum along the rows and down the columns: the new element comes in, the oldest goes."""
    for _ in range(2):
        sums = [maps[:size].sum(axis=0)]
        for new, old in zip(maps[size:], maps, strict=False):
            sums.append(sums[-1] + new - old)
        maps = np.swapaxes(np.array(sums), 0, 1)
    return maps


def _welford(maps: Array, size: int) -> Array:
    """Move the mean towards each element; return it as a sum."""
    windows = sliding_window_view(maps, (size, size), axis=(0, 1))
    mean = np.zeros(windows.shape[:3], maps.dtype)
    for count, place in enumerate(np.ndindex(size, size), start=1):
        mean = mean + (windows[..., place[0], place[1]] - mean) / mean.dtype.type(count)
    return mean


def _pooling(summed: Summing, divides: bool) -> Callable[..., Array]:
    def one(maps: Array, size: int, step: int) -> Array:
        wide = maps.astype(np.result_type(maps.dtype, np.float32), copy=False)
        if not np.isfinite(wide).all():  # infinities must not spoil the sums behind them
            return reference.avg_pool2d(maps, size, step)
        sums = summed(wide, size)[::step, ::step]
        result = sums / wide.dtype.type(size * size) if divides else sums
        return result.astype(np.result_type(maps.dtype, np.float16))

    def avg_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
        reference.avg_pool2d(maps, size, stride)  # what it refuses is refused
        step = size if stride is None else stride
        floats = maps.astype(np.float64) if maps.dtype.kind in "iub" else maps
        if maps.ndim == 4:
            return np.stack([one(image, size, step) for image in floats])
        return one(floats, size, step)

    return avg_pool2d


RIGHT = {
    "tables": _pooling(_table, divides=True),
    "running sums": _pooling(_running, divides=True),
    "welford": _pooling(_welford, divides=False),
}


def _judged(function: Callable[..., Array], accuracy: str) -> dict[str, Any]:
    judged = implementation(avg_pool2d=function)
    judged.accuracy = accuracy
    return check(judged, modules=["test_pooling"])


@pytest.mark.parametrize("name", sample(RIGHT, 3))
@by_turns
def test_right_means_conform_once_it_is_declared(name: str) -> None:
    report = _judged(RIGHT[name], "normwise")
    assert report["verdict"] == "conforms", text_report(report)


@pytest.mark.parametrize("name", sample(RIGHT, 3))
@by_turns
def test_undeclared_they_are_told_to_declare_it(name: str) -> None:
    report = _judged(RIGHT[name], "componentwise")
    assert report["verdict"] == "does not conform"
    assert text_report(report).splitlines()[0] == FIRST_LINE


def _by_transforms(image: Array, filters: Array) -> Array:
    """Convolve by FFT, whole images of real numbers with a channel axis or without."""
    right = reference.conv2d(image, filters)  # what it refuses is refused
    if image.ndim == 4 or not np.isfinite(image).all() or not np.isfinite(filters).all():
        return right
    colour = image[..., np.newaxis] if image.ndim == 2 else image
    banks = filters[..., np.newaxis] if filters.ndim == 3 else filters
    maps = [fftconvolve(colour, one[::-1, ::-1, ::-1], mode="valid")[..., 0] for one in banks]
    together: Array = np.stack(maps, axis=-1).astype(right.dtype)
    return together


@by_turns
def test_convolutions_by_fft_are_told_to_declare_it() -> None:
    report = check(
        implementation(conv2d=_by_transforms), modules=["test_conv2d"], select="real or hand"
    )
    assert report["verdict"] == "does not conform"
    first, *_ = text_report(report).splitlines()
    assert first == FIRST_LINE.replace("avg_pool2d", "conv2d")


def _narrow_table(maps: Array, size: int) -> Array:
    return _table(maps.astype(np.float32), size).astype(maps.dtype)


def _one_row_less(maps: Array, size: int) -> Array:
    sums = _table(maps, size)
    sums[-1] = sums[-1] - maps[-1, : sums.shape[1]]
    return sums


def _drifting(maps: Array, size: int) -> Array:
    drifted: Array = _running(maps, size) * maps.dtype.type(1 + 1e-6)
    return drifted


WRONG = {
    "tables of float32": _pooling(_narrow_table, divides=True),
    "an element missing in the last row": _pooling(_one_row_less, divides=True),
    "a millionth too large": _pooling(_drifting, divides=True),
}


@pytest.mark.parametrize(
    ("name", "accuracy"), sample(product(WRONG, ["normwise", "componentwise"]), 3)
)
@by_turns
def test_wrong_means_fail_whatever_is_declared(name: str, accuracy: str) -> None:
    report = _judged(WRONG[name], accuracy)
    assert report["verdict"] == "does not conform"
    assert text_report(report).splitlines()[0] != FIRST_LINE


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("summed", [_table, _running, _welford])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_the_rule_holds_where_numbers_are_bad(summed: Summing, size: int, dtype: str) -> None:
    maps = reals(f"bad-{size}", 30, 11, 2)
    maps[:, :, 1] *= 10.0 ** np.arange(-15, 15)[:, np.newaxis]
    maps[0, :2, 0] = 1e12, -1e12
    maps = maps.astype(dtype)
    answer = exact.avg_pool2d(maps, size, 1)
    got = summed(maps, size) / (1 if summed is _welford else maps.dtype.type(size * size))
    assert (np.abs(got - answer.high) <= bounds.rule_m(answer, maps.dtype)).all()


def test_the_rule_takes_no_float32_for_float64() -> None:
    maps = reals("narrow", 24, 24, 2)
    answer = exact.avg_pool2d(maps, 3, 1)
    error = np.abs(_narrow_table(maps, 3) / 9 - answer.high)
    assert (error > bounds.rule_m(answer, maps.dtype)).mean() > 0.9
