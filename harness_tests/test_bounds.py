"""The error bounds: they hold where they must, and bite where they must."""

import numpy as np
import pytest

from cnnspec.cases.answers import exact, exact_answer
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import SPREADS, Case, integers, reals
from cnnspec.exact import bounds, bounds_of_probabilities
from cnnspec.operations.network.exact import exact_logits, parameters

F16, F32, F64 = (np.dtype(name) for name in ("float16", "float32", "float64"))


def test_precision_of_the_formats() -> None:
    assert [bounds.precision(dtype).bits for dtype in (F16, F32, F64)] == [11, 24, 53]
    assert bounds.precision(F32).roundoff == 2.0**-24
    assert bounds.precision(F16).largest == 65504.0


def test_gamma() -> None:
    assert bounds.gamma(4, 0.125) == 1.0


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (("float64", "float32"), "float32"),
        (("float32", "float64", "float16"), "float16"),
        (("int64", "float32"), "float32"),
        (("int64", "uint8"), "float64"),
        ((), "float64"),
        (("longdouble",), "float64"),
    ],
)
def test_coarsest(dtypes: tuple[str, ...], expected: str) -> None:
    assert bounds.coarsest(*(np.dtype(name) for name in dtypes)) == np.dtype(expected)


def test_whole_numbers_have_no_tolerance() -> None:
    answer = exact.conv2d(integers("x", 5, 6), integers("w", 2, 3, 3))
    assert not bounds.rule_d(answer, F64).any()
    assert not bounds.rule_d(answer, F32).any()


def test_the_exact_tier_ends_where_the_significand_does() -> None:
    image, one = np.full((1, 2), 2.0**23), np.ones((1, 1, 1))
    fits = exact.conv2d(image[:, :1] * 2, one)
    assert bounds.rule_d(fits, F32)[0, 0, 0] == 0
    beyond = exact.conv2d(image[:, :1] * 2 + 1, one)  # 2^24 + 1 is no float32
    assert bounds.rule_d(beyond, F32)[0, 0, 0] > 0
    assert bounds.rule_d(beyond, F64)[0, 0, 0] == 0


def test_the_exact_tier_ends_where_numbers_are_subnormal() -> None:
    answer = exact.conv2d(integers("x", 5, 6) * 2.0**-70, integers("w", 2, 3, 3) * 2.0**-70)
    assert not bounds.rule_d(answer, F64).any()
    flushed = bounds.rule_d(answer, F32)
    assert (np.abs(answer.high) <= flushed).all()  # to 0, where float32 has no other numbers
    assert (flushed <= 20 * np.finfo(F32).tiny).all()


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("dtype", [F32, F64])
def test_rule_d_holds_for_sums_in_any_order(spread: str, dtype: np.dtype[np.floating]) -> None:
    x = reals("sum-x", 144, spread=spread).astype(dtype)
    w = reals("sum-w", 144, 1, spread=spread).astype(dtype)
    answer = exact.dense(x, w, np.zeros(1))
    bound = bounds.rule_d(answer, dtype)[0]
    random = np.random.default_rng(0)
    for _ in range(50):
        total = dtype.type(0)
        for index in random.permutation(144):
            total = total + x[index] * w[index, 0]
        assert abs((float(total) - answer.high[0]) - answer.low[0]) <= bound


@pytest.mark.parametrize("spread", SPREADS)
def test_rule_d_fails_sums_in_a_coarser_format(spread: str) -> None:
    x, w = reals("coarse-x", 100, spread=spread), reals("coarse-w", 100, 1, spread=spread)
    answer = exact.dense(x, w, np.zeros(1))
    coarse = float((x.astype(F32) @ w.astype(F32))[0])
    error = abs((coarse - answer.high[0]) - answer.low[0])
    assert error > 1000 * bounds.rule_d(answer, F64)[0]


def test_rule_f_covers_inputs_that_are_flushed_to_zero() -> None:
    answer = exact.conv2d(reals("tiny-x", 6, 7) * 1e-300, reals("tiny-w", 1, 3, 3))
    assert (np.abs(answer.high) <= bounds.rule_f(answer, F32)).all()
    assert (np.abs(answer.high) > bounds.rule_f(answer, F64)).any()


def test_rule_f_covers_a_fourier_transform() -> None:
    image, kernel = reals("fft-x", 20, 21), reals("fft-w", 1, 5, 5)
    answer = exact.conv2d(image, kernel)
    spectrum = np.fft.rfft2(image, (24, 25)) * np.fft.rfft2(kernel[0, ::-1, ::-1], (24, 25))
    maps = np.fft.irfft2(spectrum, (24, 25))[4:20, 4:21]
    assert (np.abs(maps - answer.high[..., 0]) <= bounds.rule_f(answer, F64)[..., 0]).all()
    wrong = maps + 1e-9
    assert (np.abs(wrong - answer.high[..., 0]) > bounds.rule_f(answer, F64)[..., 0]).all()


@pytest.mark.parametrize("dtype", [F16, F32, F64])
def test_rule_n_holds_for_every_way_of_normalising(dtype: np.dtype[np.floating]) -> None:
    """Both ways, and others between them: near the mean, and with an offset that cancels."""
    random = np.random.default_rng(0)
    shape, spread = (40, 50, 1), 3 if dtype == F16 else 9
    for _ in range(20):
        m, s, b = random.standard_normal(3) * np.exp2(random.uniform(-spread, spread, 3))
        v = 2.0 ** random.uniform(-spread, spread)
        maps = m + random.standard_normal(shape) * np.exp2(random.uniform(-9, spread, shape))
        of = [np.array([one], dtype) for one in (m, v, s, -b if random.random() < 0.5 else b)]
        given = dict(zip(("mean", "variance", "scale", "offset"), of, strict=True))
        case = Case(
            "normalised", "batch_norm", {"maps": maps.astype(dtype), **given, "epsilon": 0.25}
        )
        answer = exact_answer(case, dtype, "componentwise")
        x, (m, v, s, b) = case.arguments["maps"], of
        deviation = np.sqrt(v + dtype.type(0.25))
        factor = s / deviation
        for got in (
            (x - m) / deviation * s + b,
            s * (x - m) / deviation + b,
            (x - m) * (s * (1 / deviation)) + b,
            (x - m) * np.power(v + dtype.type(0.25), dtype.type(-0.5)) * s + b,
            x * factor + (b - m * factor),
            s * (x / deviation - m / deviation) + b,
        ):
            assert got.dtype == dtype
            assert (errors_of(got, answer) <= answer.allowed).all()


def test_rule_n_holds_where_numbers_are_flushed_to_zero() -> None:
    tiny = float(np.finfo(F32).tiny)
    for x, m, v, s, b in (
        (-3.8e22, -0.1, 1.5e-17, -0.99 * tiny, 30 * tiny),  # the scale
        (-3.2e-14, -2.7e-15, 1.6e-37, -3.9e-35, 2e-31),  # the scale times the difference
        (0.9 * tiny, 0.0, 1e-30, 1.0, 0.0),  # the number itself
    ):
        exact = (x - m) / np.sqrt(v + 1e-3 * (x < -1)) * s + b
        allowed = bounds.rule_n(np.array([abs(x) + abs(m)]), s, b, v + 1e-3 * (x < -1), F32)
        assert abs(b - exact) <= allowed[0]  # all but the offset is flushed


def test_rule_n_fails_what_is_computed_in_a_coarser_format() -> None:
    given = (np.array([3.3]), np.array([0.7]), np.array([1.7]), np.array([2.9]), np.array([0.3]))
    x, m, v, s, b = (one.astype(np.float32) for one in given)
    got = ((x - m) / np.sqrt(v) * s + b).astype(float)
    exact = (given[0] - given[1]) / np.sqrt(given[2]) * given[3] + given[4]
    allowed = bounds.rule_n(given[0] + given[1], float(given[3][0]), 0.3, float(given[2][0]), F64)
    assert (np.abs(got - exact) > 1e6 * allowed).all()


def test_rule_n_says_nothing_where_the_variance_may_be_lost() -> None:
    one = np.array([1.0])
    assert np.isposinf(
        bounds.rule_n(one, 1.0, 0.0, 1e-5, F16)
    ).all()  # below float16's normal range
    assert np.isposinf(bounds.rule_n(one, 1.0, 0.0, 0.0, F64)).all()
    assert np.isfinite(bounds.rule_n(one, 1.0, 0.0, 1e-5, F32)).all()


def test_rule_s_and_rule_loss_grow_with_what_they_bound() -> None:
    assert bounds_of_probabilities.rule_s(
        0.5, 3, 0.0, 0.0, 1.0, F32
    ) < bounds_of_probabilities.rule_s(0.5, 3, 5.0, 0.0, 1.0, F32)
    assert bounds_of_probabilities.rule_s(0.5, 3, 0.0, 0.0, 1.0, F64) < 1e-14
    assert bounds_of_probabilities.rule_s(0.5, 3, 0.0, 0.0, 1000.0, F64) < 1e-12
    assert (
        bounds_of_probabilities.rule_loss(0.0, F64)
        < bounds_of_probabilities.rule_loss(2.0, F64)
        < 1e-14
    )


def test_logits_of_which_nothing_is_known_bound_nothing() -> None:
    x = np.full(1352, 3.0, np.float16)
    layer = {"x": x, "weights": np.ones((1352, 3), np.float16), "bias": np.zeros(3, np.float16)}
    answer = exact_answer(Case("layer", "softmax_layer", layer), F16, "componentwise")
    assert np.isposinf(answer.allowed).all()


def test_the_network_bound_holds_and_bites() -> None:
    network = parameters()
    image = np.arange(784).reshape(28, 28) % 256
    for dtype in (F32, F64):
        answer = exact_logits(image.astype(np.uint8), network, dtype)
        scaled = (image / 255 - 0.5).astype(dtype)
        windows = np.lib.stride_tricks.sliding_window_view(scaled, (3, 3))
        maps = np.tensordot(windows, network.filters.astype(dtype), ((2, 3), (1, 2)))
        pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3)).ravel()
        logits = pooled @ network.weights.astype(dtype) + network.biases.astype(dtype)
        errors = [
            abs(float(got) - float(exact)) for got, exact in zip(logits, answer.logits, strict=True)
        ]
        assert max(errors) <= answer.delta
        assert answer.delta < 1e-2 if dtype == F32 else answer.delta < 1e-10
