"""The exact oracle, against fractions in plain loops and against numbers known by hand."""

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from cnnspec.cases.answers import exact
from cnnspec.declaration.case import reals
from cnnspec.exact import decimals, dyadic
from cnnspec.operations.cross_entropy import exact as of_loss
from cnnspec.operations.pooling.exact import pool_windows
from cnnspec.operations.softmax import exact as of_softmax

Array = NDArray[Any]

FLOATS = hnp.arrays(
    np.float64,
    hnp.array_shapes(max_dims=3, max_side=4),
    elements=st.floats(-1e9, 1e9, allow_subnormal=False),
)


#: The same examples in every run, however busy the machine.
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@given(FLOATS)
@settings(STEADY)
def test_dyadic_is_exact(values: Array) -> None:
    whole = dyadic.dyadic(values)
    unit = Fraction(2) ** whole.exponent
    got = [Fraction(int(number)) * unit for number in whole.integers.flat]
    assert got == [Fraction(float(value)) for value in values.flat]


def test_dyadic_takes_the_largest_power_of_two() -> None:
    whole = dyadic.dyadic(np.array([0.75, -1.5, 3.0, 0.0]))
    assert whole.exponent == -2
    assert whole.integers.tolist() == [3, -6, 12, 0]


def test_dyadic_zeros_may_be_scaled_to_anything() -> None:
    assert dyadic.dyadic(np.zeros(3)).scaled_to(-900).tolist() == [0, 0, 0]


def test_dyadic_of_far_apart_numbers() -> None:
    whole = dyadic.dyadic(np.array([2.0**100, 1.0, 2.0**-100]))
    assert whole.exponent == -100
    assert whole.integers.tolist() == [2**200, 2**100, 1]


def by_fractions(image: Array, filters: Array, bias: Array, stride: int, margin: int) -> Any:
    """Convolve (H, W, C) in plain loops of fractions."""
    rows, columns, channels = image.shape
    count, size = filters.shape[:2]

    def pixel(i: int, j: int, c: int) -> Fraction:
        inside = 0 <= i < rows and 0 <= j < columns
        return Fraction(float(image[i, j, c])) if inside else Fraction(0)

    places = product(
        range(-margin, rows + margin - size + 1, stride),
        range(-margin, columns + margin - size + 1, stride),
        range(count),
    )
    for i, j, k in places:
        taps = product(range(size), range(size), range(channels))
        products = [
            pixel(i + a, j + b, c) * Fraction(float(filters[k, a, b, c])) for a, b, c in taps
        ]
        yield (
            sum(products) + Fraction(float(bias[k])),
            sum(abs(p) for p in products) + abs(Fraction(float(bias[k]))),
        )


@pytest.mark.parametrize("spread", ["uniform", "normal", "cancelling", "wide"])
@pytest.mark.parametrize(
    ("stride", "padding", "margin"), [(1, "valid", 0), (2, "valid", 0), (1, "same", 1)]
)
def test_conv2d_against_fractions(spread: str, stride: int, padding: str, margin: int) -> None:
    image, filters = reals("x", 5, 6, 2, spread=spread), reals("w", 3, 3, 3, 2, spread=spread)
    bias = reals("b", 3, spread=spread)
    got = exact.conv2d(image, filters, bias, stride=stride, padding=padding)
    expected = list(by_fractions(image, filters, bias, stride, margin))
    assert got.terms == 18
    assert got.high.size == len(expected)
    for high, low, magnitude, (value, absolute) in zip(
        got.high.flat, got.low.flat, got.magnitude.flat, expected, strict=True
    ):
        assert high == float(value)
        assert abs(value - Fraction(float(high)) - Fraction(float(low))) <= abs(value) / 2**100
        assert magnitude == pytest.approx(float(absolute), rel=1e-12)


def test_conv2d_of_the_sobel_example() -> None:
    image = np.array([[0, 50, 0, 29], [0, 80, 31, 2], [33, 90, 0, 75], [0, 9, 0, 95]])
    sobel = np.array([[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
    got = exact.conv2d(image, sobel)
    assert got.high[..., 0].tolist() == [[29, -192], [-35, -22]]
    assert not got.low.any()
    assert got.magnitude[0, 0, 0] == 0 + 0 + 0 + 62 + 33 + 0


def test_batches_and_channels_agree_with_single_images() -> None:
    images, filters = reals("n", 3, 5, 4, 2), reals("k", 2, 3, 3, 2)
    batch = exact.conv2d(images, filters)
    for index, image in enumerate(images):
        single = exact.conv2d(image, filters)
        assert np.array_equal(batch.high[index], single.high)
        assert np.array_equal(batch.low[index], single.low)


def test_small_and_big_integers_agree() -> None:
    image, filters = reals("small", 6, 6), reals("smaller", 2, 3, 3)
    direct = exact.conv2d(np.round(image * 8), np.round(filters * 8))
    scaled = exact.conv2d(np.round(image * 8), np.round(filters * 8) * 2.0**40)
    assert np.array_equal(np.ldexp(direct.high, 40), scaled.high)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_averages_against_fractions(size: int) -> None:
    maps = reals("maps", 6, 7, 2)
    got = exact.avg_pool2d(maps, size, 1)
    window = [Fraction(float(v)) for v in maps[1 : 1 + size, 2 : 2 + size, 1].flat]
    mean = sum(window) / len(window)
    assert got.high[1, 2, 1] == float(mean)
    assert got.low[1, 2, 1] == float(mean - Fraction(float(mean)))


def test_averages_of_numbers_that_fill_the_integers() -> None:
    """A large and a tiny number fill 62 bits: the sum of a window does not fit into 64."""
    maps = np.full((7, 7, 1), 1.0 - 2.0**-53)
    maps[0, 0, 0] = 2.0**-61
    mean = sum(Fraction(float(x)) for x in maps.flat) / 49
    assert exact.avg_pool2d(maps, 7).high.item() == float(mean)


def test_products_below_the_normal_numbers_are_rounded_once() -> None:
    """Each of the four is half of the smallest number, and their sum is twice that."""
    got = exact.dense(np.full(4, 2.0**-538), np.full((4, 1), 2.0**-537), np.zeros(1))
    assert got.high.item() == 2.0**-1073


def test_means_below_the_normal_numbers_are_rounded_once() -> None:
    """The quotient rounded to 53 bits, and then to the smallest number, is another."""
    total, smallest = 2580677499355269, Fraction(2) ** -1071
    maps = np.zeros((3, 3, 1))
    maps[1, 2] = float(total * smallest)
    assert exact.avg_pool2d(maps, 3).high.item() == float(Fraction(total, 9) * smallest)


@pytest.mark.parametrize("size", [2, 3, 5, 7, 12])
def test_means_of_whole_numbers_against_fractions(size: int) -> None:
    area = size * size
    reach = 2**51 // area
    maps = np.random.default_rng(size).integers(-reach, reach, (2 * size, 2 * size, 3))
    got = exact.avg_pool2d(maps, size)
    windows = pool_windows(maps, size, None)
    for place in np.ndindex(got.high.shape):
        mean = Fraction(int(windows[place].sum()), area)
        assert got.high[place] == float(mean)
        assert got.low[place] == float(mean - Fraction(float(mean)))


@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize(
    ("size", "stride", "padding"),
    [((4, 3), (3, 2), (2, 1)), ((2, 5), (1, 4), (0, 2)), ((3, 3), (5, 2), (1, 1))],
)
def test_means_of_cut_windows_against_fractions(
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    count_include_pad: bool,
) -> None:
    maps = reals("cut", 7, 6, 1)
    options = {"stride": stride, "padding": padding, "ceil_mode": True}
    got = exact.avg_pool2d(maps, size, **options, count_include_pad=count_include_pad)
    lengths = maps.shape[:2]
    for i, j, _ in np.ndindex(got.high.shape):
        first = [at * s - p for at, s, p in zip((i, j), stride, padding, strict=True)]
        assert all(start < length for start, length in zip(first, lengths, strict=True))
        counted, inside = [], []
        for row in range(first[0], first[0] + size[0]):
            for column in range(first[1], first[1] + size[1]):
                places = list(zip((row, column), lengths, padding, strict=True))
                if all(0 <= at < n for at, n, _ in places):
                    inside.append(Fraction(float(maps[row, column, 0])))
                if all(-p <= at < n + p for at, n, p in places):
                    counted.append((row, column))
        mean = sum(inside) / (len(counted) if count_include_pad else len(inside))
        assert got.high[i, j, 0] == float(mean)
        assert got.low[i, j, 0] == float(mean - Fraction(float(mean)))


@pytest.mark.parametrize("kind", ["float64", "int8", "uint8", "bool"])
def test_padding_never_wins_in_any_kind_of_numbers(kind: str) -> None:
    for value in (0, 1) if kind in ("bool", "uint8") else (-1, -128, 127):
        maps = np.full((3, 4, 1), value, kind)
        for pool in (exact.max_pool2d, exact.min_pool2d):
            pooled = pool(maps, 3, 2, padding=1, ceil_mode=True)
            assert (pooled == maps[0, 0, 0]).all()
            assert pooled.dtype == maps.dtype


def test_dense_against_fractions() -> None:
    x, weights, bias = reals("dx", 2, 3), reals("dw", 6, 2), reals("db", 2)
    got = exact.dense(x, weights, bias)
    for node in range(2):
        products = [
            Fraction(float(a)) * Fraction(float(b))
            for a, b in zip(x.ravel(), weights[:, node], strict=True)
        ]
        assert got.high[node] == float(sum(products) + Fraction(float(bias[node])))


def test_pooling_and_relu_by_hand() -> None:
    maps = np.array([[1.0, -3.0], [4.0, -2.0]])[..., np.newaxis]
    assert exact.max_pool2d(maps).tolist() == [[[4.0]]]
    assert exact.min_pool2d(maps).tolist() == [[[-3.0]]]
    assert exact.relu(maps).ravel().tolist() == [1.0, 0.0, 4.0, 0.0]


def test_softmax_and_loss_by_hand() -> None:
    thirds = of_softmax.softmax([decimals.to_decimal(5.0)] * 3)
    assert [str(p)[:30] for p in thirds] == ["0.3333333333333333333333333333"] * 3
    low = of_softmax.softmax([decimals.to_decimal(x) for x in (1000.0, 0.0, -1000.0)])
    assert float(low[0]) == 1.0
    assert float(low[1].ln()) == -1000.0  # far below what float64 holds
    half = of_loss.negative_logarithm(decimals.to_decimal(0.5))
    assert str(half).startswith("0.693147180559945309417232121458")


@pytest.mark.parametrize("exponent", [-400, -60, 0, 60, 400])
@pytest.mark.parametrize("terms", [1, 2, 9, 75, 600])
def test_sums_of_far_apart_numbers_against_fractions(terms: int, exponent: int) -> None:
    """Cancelling products of 53 bits each, and a bias far above or below them."""
    x = reals(f"far-{terms}", terms, spread="wide")
    weights = reals(f"apart-{terms}", terms, 2, spread="cancelling")
    x[1::2], weights[1::2] = -x[: x[1::2].size], weights[: x[1::2].size] * (1 + 2.0**-50)
    bias = np.ldexp(reals("bias", 2), exponent)
    got = exact.dense(x, weights, bias)
    for node in range(2):
        value = Fraction(float(bias[node])) + sum(
            Fraction(float(a)) * Fraction(float(b))
            for a, b in zip(x, weights[:, node], strict=True)
        )
        assert got.high[node] == float(value)
        rest = value - Fraction(float(got.high[node])) - Fraction(float(got.low[node]))
        assert abs(rest) <= abs(value) / 2**100


@given(hnp.arrays(np.int64, 5, elements=st.integers(-(2**61), 2**61)), st.integers(15, 27))
@settings(STEADY)
def test_limbs_add_up(values: Array, bits: int) -> None:
    limbs = dyadic.limbs(values, bits)
    assert all((abs(limb) <= 2 ** (bits - 1)).all() for limb in limbs)
    added = [sum(int(limb[n]) << (bits * s) for s, limb in enumerate(limbs)) for n in range(5)]
    assert added == values.tolist()
