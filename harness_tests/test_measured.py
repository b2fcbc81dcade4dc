"""What is measured of a wrong operation: stencils and curves, and none where they teach nothing."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

import cnnspec
from cnnspec import reference
from cnnspec.experiments.investigation import Investigation
from cnnspec.experiments.laboratory import CALLS
from cnnspec.page.page import page
from cnnspec.page.plots import curve_plot
from cnnspec.report.measured import character_plot
from cnnspec.report.text import text_report
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from harness_tests.helpers import implementation, judge_alone
from harness_tests.test_page import Page

Array = NDArray[Any]
Json = dict[str, Any]
Function = Callable[..., Any]

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))


def measured(operation: str, function: Function) -> Json | None:
    """Return what an investigation measures, as the report's evidence holds it."""
    judged = Capabilities(implementation(**{operation: function}))
    investigation = Investigation(operation, judged)
    with quiet():
        investigation.run([], [])
        found = investigation.measured()
    assert investigation.laboratory.calls <= CALLS
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def stencil(operation: str, function: Function) -> Json:
    found = measured(operation, function)
    assert found is not None
    assert found["kind"] == "stencil"
    return found


def curve(operation: str, function: Function) -> tuple[Json, Array, Array, Array]:
    """Return a measured curve, where it was measured, what is due there, and what came."""
    found = measured(operation, function)
    assert found is not None
    assert found["kind"] == "curve"
    across, due, got = np.array(found["points"]).T
    assert 30 <= len(across) <= 60
    return found, across, due, got


# --- wrong functions -----------------------------------------------------------------------------


def rotated(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return reference.conv2d(image, np.asarray(filters)[:, ::-1, ::-1], bias, **options)


def repeating_the_border(
    image: Array, filters: Array, bias: Any = None, stride: int = 1, padding: str = "valid"
) -> Array:
    if padding == "valid":
        return reference.conv2d(image, filters, bias, stride=stride)
    margin = np.asarray(filters).shape[1] // 2
    down = 1 if np.ndim(image) == 4 else 0
    width = [
        (margin, margin) if axis - down in (0, 1) else (0, 0) for axis in range(np.ndim(image))
    ]
    return reference.conv2d(np.pad(image, width, "edge"), filters, bias)


def starting_late(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    down = 1 if np.ndim(image) == 4 else 0
    moved = np.roll(image, (-1, -1), (down, down + 1))
    return reference.conv2d(moved, filters, bias, **options)


def of_largest(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return reference.conv2d(image / np.abs(image).max(initial=1e-30), filters, bias, **options)


def squaring(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return reference.conv2d(image * np.abs(image), filters, bias, **options)


def doubling_what_is_positive(
    image: Array, filters: Array, bias: Any = None, **options: Any
) -> Array:
    return reference.conv2d(np.where(image > 0, 2 * image, image), filters, bias, **options)


def rotated_of_largest(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return of_largest(image, np.asarray(filters)[:, ::-1, ::-1], bias, **options)


def ignoring_the_stride(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return reference.conv2d(image, filters, bias, **{**options, "stride": 1})


def without_bias(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    return reference.conv2d(image, filters, **options)


class Counting:
    """A convolution that doubles every second answer."""

    def __init__(self) -> None:
        self.calls = 0

    def convolve(self, image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
        """Return the maps, or twice as much."""
        self.calls += 1
        return reference.conv2d(image, filters, bias, **options) * (1 + self.calls % 2)


def counting() -> Function:
    one = Counting()

    def conv2d(
        image: Array, filters: Array, bias: Any = None, stride: int = 1, padding: str = "valid"
    ) -> Array:
        return one.convolve(image, filters, bias, stride=stride, padding=padding)

    return conv2d


def reading_column_by_column(x: Array, weights: Array, bias: Array) -> Array:
    return reference.dense(np.asarray(x).ravel("F"), weights, bias)


def divided_by_the_size(maps: Array, size: int = 2, stride: int | None = None) -> Array:
    return reference.avg_pool2d(maps, size, stride) * size


# --- stencils ------------------------------------------------------------------------------------

NUMBERED = np.arange(1.0, 10).reshape(3, 3)


def test_a_rotated_filter_shows_itself() -> None:
    found = stencil("conv2d", rotated)
    due, got = np.array(found["due"]), np.array(found["measured"])
    assert found["place"] == [0, 0, 0]
    np.testing.assert_array_equal(due[:3, :3], NUMBERED)
    np.testing.assert_array_equal(got[:3, :3], NUMBERED[::-1, ::-1])
    assert not got[3:].any()
    assert not got[:, 3:].any()
    assert np.sum(found["wrong"]) == 8  # the middle stays where it is


def test_a_repeated_border_adds_weights_at_the_edge() -> None:
    found = stencil("conv2d", repeating_the_border)
    due, got = np.array(found["due"]), np.array(found["measured"])
    assert "padding='same'" in found["call"]
    np.testing.assert_array_equal(due[:2, :2], [[5, 6], [8, 9]])
    np.testing.assert_array_equal(got[:2, :2], [[1 + 2 + 4 + 5, 3 + 6], [7 + 8, 9]])


def test_a_late_window_is_shifted() -> None:
    found = stencil("conv2d", starting_late)
    due, got = np.array(found["due"]), np.array(found["measured"])
    np.testing.assert_array_equal(due[:3, :3], NUMBERED)
    np.testing.assert_array_equal(got[1:4, 1:4], NUMBERED)
    assert not got[0].any()


def test_an_order_of_inputs_shows_itself() -> None:
    found = stencil("dense", reading_column_by_column)
    due, got = np.array(found["due"]), np.array(found["measured"])
    assert due.ndim > 1
    numbers = np.arange(1, due.size + 1)
    np.testing.assert_array_equal(due, numbers.reshape(due.shape))
    np.testing.assert_array_equal(got, numbers.reshape(due.shape, order="F"))


def test_a_wrong_divisor_of_a_mean_shows_itself() -> None:
    found = stencil("avg_pool2d", divided_by_the_size)
    due, got = np.array(found["due"]), np.array(found["measured"])
    size = round(float(due.max()) ** -0.5)
    assert size > 1
    np.testing.assert_allclose(due[due != 0], size**-2)
    np.testing.assert_allclose(got, due * size)


def keeping_filters() -> Function:
    """Return a convolution that takes filters for those of the same shape that it saw first."""
    seen: dict[Any, Array] = {}

    def conv2d(
        image: Array, filters: Array, bias: Any = None, stride: int = 1, padding: str = "valid"
    ) -> Array:
        kept = seen.setdefault(filters.shape, np.array(filters))
        return reference.conv2d(image, kept, bias, stride=stride, padding=padding)

    return conv2d


@pytest.mark.parametrize(
    "function",
    [
        of_largest,
        squaring,
        doubling_what_is_positive,
        rotated_of_largest,
        ignoring_the_stride,
        without_bias,
        counting(),
        keeping_filters(),
        reference.conv2d,
    ],
)
def test_no_stencil_where_it_would_mean_nothing(function: Function) -> None:
    assert measured("conv2d", function) is None


def by_spectra(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    maps = reference.conv2d(image, filters[:, ::-1], bias, **options)
    return maps + 1e-15 * np.random.RandomState(1).standard_normal(maps.shape)


def test_rounding_is_no_factor() -> None:
    got = np.array(stencil("conv2d", by_spectra)["measured"])
    assert set(got.ravel().tolist()) == {0.0, *range(1, 10)}


def bgr(image: Array, filters: Array, bias: Any = None, **options: Any) -> Array:
    if np.ndim(filters) == 4 and np.shape(filters)[-1] == 3:
        filters = filters[..., ::-1]
    return reference.conv2d(image, filters, bias, **options)


def test_channels_are_planes() -> None:
    report = judge_alone("conv2d", bgr, select="CONV-01")
    (one,) = report["operations"]["conv2d"]["measured"]
    got = [panel for panel in one["panels"] if panel["role"] == "got"]
    assert [panel["name"].split(", ")[-1] for panel in got] == ["0]", "2]", "1]"]
    assert got[0]["values"][0][:3] == [19, 20, 21]
    assert got[1]["values"][0][:3] == [1, 2, 3]
    assert got[2]["wrong"] == []


# --- curves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "closed"),
    [
        (lambda x: np.where(x > 0, x, x * 0.5), lambda x: np.where(x > 0, x, x * 0.5)),
        (lambda x: np.clip(x, 0, 6), lambda x: np.clip(x, 0, 6)),
        (lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0), lambda x: np.logaddexp(x, 0)),
    ],
)
def test_the_curve_of_a_function_of_one_number(function: Function, closed: Function) -> None:
    found, across, due, got = curve("relu", function)
    assert found["across"] == "x"
    np.testing.assert_allclose(due, np.maximum(across, 0), atol=1e-4)
    np.testing.assert_allclose(got, closed(across), rtol=1e-5, atol=1e-5)


def test_a_small_difference_is_seen_where_it_is() -> None:
    _, across, due, got = curve("relu", lambda x: np.where(x > 0, x, x * 0.01))
    assert across.max() <= 0
    assert not due.any()
    np.testing.assert_allclose(got, 0.01 * across, rtol=1e-5)


def test_a_far_difference_is_found() -> None:
    _, across, _, got = curve("relu", lambda x: np.clip(x, 0, 255))
    assert across.max() > 255
    np.testing.assert_allclose(got, np.clip(across, 0, 255), rtol=1e-5)


def test_a_mistake_of_arrays_of_some_kind_is_measured_there() -> None:
    found, across, _, got = curve("relu", lambda x: np.abs(x) if x.ndim == 3 else np.maximum(x, 0))
    assert found["call"].count(",") == 2
    np.testing.assert_allclose(got, np.abs(across), rtol=1e-5)


def one_wrong_element(x: Array) -> Array:
    found = np.maximum(x, 0)
    found.flat[0] = -1
    return found


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.maximum(x, 0) / max(np.abs(x).max(initial=0), 1),
        lambda x: np.maximum(x - x.mean(), 0),
        one_wrong_element,
        lambda x: np.maximum(x, 0).ravel() if x.ndim > 1 else np.maximum(x, 0),
        lambda x: np.maximum(x, 0) * (1 + 1e-4),  # nothing that is seen
        reference.relu,
    ],
)
def test_no_curve_where_it_would_mean_nothing(function: Function) -> None:
    assert measured("relu", function) is None


def quotient(powers: Array) -> Array:
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def shifted(x: Array) -> Array:
    return np.asarray(x - x.max(axis=-1, keepdims=True))


@pytest.mark.parametrize(
    ("function", "closed"),
    [
        (lambda x: quotient(2.0 ** shifted(x)), np.exp2),
        (lambda x: quotient(np.exp(shifted(x) / 2)), lambda d: np.exp(d / 2)),
        (lambda x: quotient(np.exp(shifted(-x))), lambda d: np.exp(-d)),
    ],
)
def test_the_ratio_of_probabilities(function: Function, closed: Function) -> None:
    found, across, due, got = curve("softmax", function)
    assert "logits" in found["call"]
    np.testing.assert_allclose(due, np.exp(across), rtol=1e-4)
    np.testing.assert_allclose(got, closed(across), rtol=1e-4)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: quotient(np.abs(x) + 0.1),  # no function of the difference
        lambda x: reference.softmax(x) * 2,  # all ratios are right
        lambda x: reference.softmax(x.ravel()),
        lambda x: quotient(np.exp(shifted(x) * (1 + np.arange(x.shape[-1])))),
    ],
)
def test_no_ratio_where_it_would_mean_nothing(function: Function) -> None:
    assert measured("softmax", function) is None


@pytest.mark.parametrize(
    ("function", "closed"),
    [
        (lambda p, label: -np.log2(p[label]), lambda p: -np.log2(p)),
        (lambda p, label: 1 - p[label], lambda p: 1 - p),
        (
            lambda p, label: -((1 - p[label]) ** 2) * np.log(p[label]),
            lambda p: -((1 - p) ** 2) * np.log(p),
        ),
    ],
)
def test_the_loss_of_a_probability(function: Function, closed: Function) -> None:
    def cross_entropy(probabilities: Array, label: int) -> Any:
        return np.float64(function(probabilities, label))

    _, across, due, got = curve("cross_entropy", cross_entropy)
    np.testing.assert_allclose(due, -np.log(across), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(got, closed(across), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "function",
    [
        lambda p, label: -np.log(p[label - 1]),
        lambda p, label: -(p * np.log(p)).sum() + 0 * label,
        lambda p, label: np.full(2, -np.log(p[label])),
    ],
)
def test_no_loss_where_it_would_mean_nothing(function: Function) -> None:
    def cross_entropy(probabilities: Array, label: int) -> Any:
        return np.asarray(function(probabilities, label))

    assert measured("cross_entropy", cross_entropy) is None


# --- the report ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_stencil() -> Json:
    report = judge_alone("conv2d", rotated, select="CONV-01 or CONV-02")
    return json.loads(json.dumps(report))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def of_curve() -> Json:
    report = judge_alone("relu", np.abs, select="RELU-01 or RELU-02")
    return json.loads(json.dumps(report))  # type: ignore[no-any-return]


def test_the_report_holds_a_stencil_as_panels(of_stencil: Json) -> None:
    jsonschema.validate(of_stencil, SCHEMA)
    (one,) = of_stencil["operations"]["conv2d"]["measured"]
    by_role = {panel["role"]: panel for panel in one["panels"]}
    assert [*by_role] == ["filter", "expected", "got"]
    assert by_role["expected"]["name"] == "due"
    assert by_role["got"]["name"] == "measured"
    assert [row[:3] for row in by_role["got"]["values"][:3]] == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    assert len(by_role["got"]["wrong"]) == 8
    assert "element [0, 0, 0]" in one["caption"]
    assert "8 of 20" in one["caption"]
    assert one["call"] == "conv2d(image=float64[4, 5], filters=float64[1, 3, 3])"


def test_the_text_shows_it_where_asked(of_stencil: Json) -> None:
    assert "measured" not in text_report(of_stencil)
    told = text_report(of_stencil, verbose=True)
    assert "measured by calls of conv2d(image=float64[4, 5], filters=float64[1, 3, 3])" in told
    assert "1  2  3  0  0    !9  !8  !7   0   0" in told
    assert max(map(len, character_plot_lines(told))) <= 96


def character_plot_lines(told: str) -> list[str]:
    return [line for line in told.splitlines() if "|" in line or "!9" in line]


def test_the_report_holds_a_curve(of_curve: Json) -> None:
    jsonschema.validate(of_curve, SCHEMA)
    (one,) = of_curve["operations"]["relu"]["measured"]
    assert one["points"][0] == [-8.0, 0.0, 8.0]
    assert one["points"][-1] == [8.0, 8.0, 8.0]
    assert "furthest from what is due at -8, where it is 8, not 0" in one["caption"]
    told = text_report(of_curve, verbose=True)
    assert one["caption"] in told
    plot = character_plot_lines(told)
    assert all(len(line) <= 80 for line in plot)


def test_a_character_plot_has_a_column_for_each_point() -> None:
    points = [[-1.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    lines = character_plot({"points": points, "across": "n", "up": "f(n)"}, rows=3)
    assert lines[0] == "f(n)   . due   o measured   # both"
    assert lines[1:] == ["  1 |o #", "    |   ", "  0 |.# ", "     -1n1"]


def test_the_page_draws_them_with_words(of_stencil: Json, of_curve: Json) -> None:
    for report in (of_stencil, of_curve):
        text = page(report)
        found = Page(text)  # raises if it is not well-formed
        (operation,) = (entry for entry in report["operations"].values() if "measured" in entry)
        (one,) = operation["measured"]
        assert one["caption"] in found.text
        pictures = found.having("svg")
        assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
        assert text.count("<title>") == len(pictures) + 1
        assert "#measured" in {at["href"] for at in found.having("a")}
    assert any(
        "due (dashed)" in str(one["aria-label"]) for one in Page(page(of_curve)).having("svg")
    )
    assert "-8" in Page(page(of_curve)).text


def test_a_page_of_a_report_without_them(of_curve: Json) -> None:
    report = copy.deepcopy(of_curve)
    for entry in report["operations"].values():
        entry.pop("measured", None)
    jsonschema.validate(report, SCHEMA)
    assert 'id="measured"' not in page(report)


def test_a_curve_stays_inside_its_drawing() -> None:
    points = [[float(n), 1e-3 * n, -1e5 * n] for n in range(31)]
    plot = curve_plot({"points": points, "across": "n", "up": "f(n)", "caption": "It grows."})
    for line in (plot["due"], plot["measured"]):
        for point in line:
            assert plot["left"] <= point["x"] <= plot["right"]
            assert plot["top"] <= point["y"] <= plot["bottom"]
    for mark in plot["marks"]:
        after = {"end": 0.0, "middle": 0.5, "start": 1.0}[mark["anchor"]] * len(mark["text"])
        assert mark["x"] + after * 6.6 <= plot["width"]
        before = {"end": 1.0, "middle": 0.5, "start": 0.0}[mark["anchor"]] * len(mark["text"])
        assert mark["x"] - before * 6.6 >= 0


def test_nothing_is_measured_of_what_is_right() -> None:
    report = judge_alone("relu", reference.relu, select="RELU-01")
    assert "measured" not in report["operations"]["relu"]
