"""The trained network: its fixtures, its bounds, and who is failed with which layer named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.data import DataError, fixtures_folder, mnist_test_set
from cnnspec.cases.trained import golden_logits, golden_traces, trained_network
from cnnspec.commands.line import main
from cnnspec.exact import bounds
from cnnspec.faults import FAULTS
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.network.trace import STAGES, compare, exact_trace, trace
from cnnspec.operations.network.exact import exact_logits, on_grid
from cnnspec.reference import article2
from cnnspec.reference.network import network
from cnnspec.report.verdict import CONFORMS
from cnnspec.run.certificate import as_text, status_of, tallies
from cnnspec.run.check import check
from cnnspec.subject.boundary import REFERENCE, Implementation, Offer, offer
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import NetworkResult
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import SPECIMENS, by_turns, implementation, sample

IMAGES, LABELS = mnist_test_set()
TRAINED = trained_network()

#: As fixtures/README.md says.
RIGHT = 9817

LAYERS: dict[str, Callable[..., Any]] = {
    "conv2d": reference.conv2d,
    "max_pool2d": reference.max_pool2d,
    "dense": reference.dense,
    "softmax": reference.softmax,
    "cross_entropy": reference.cross_entropy,
}


def judge_of(judged: Implementation) -> Judge:
    return Judge(judged, Capabilities(judged), "article")


def first_divergence(judged: Implementation, index: int = 0, dtype: str | None = None) -> str:
    """Return the first line of what is wrong with an implementation's trace, or ""."""
    judge, given = judge_of(judged), (IMAGES[index], int(LABELS[index]), TRAINED)
    try:
        compare(judge, trace(judge, "specimen", *given, dtype), *given)
    except NonconformanceError as error:
        return error.message.splitlines()[0]
    return ""


# --- fixtures --------------------------------------------------------------------------------


def test_the_trained_parameters_are_what_the_readme_says() -> None:
    assert TRAINED.filters.shape == (8, 3, 3)
    assert TRAINED.weights.shape == (1352, 10)
    assert TRAINED.biases.shape == (10,)
    for name, value in TRAINED.by_name().items():
        assert value.dtype == np.float64
        assert np.array_equal(value, value.astype(np.float16)), name
        assert np.array_equal(value, on_grid(**TRAINED.by_name()).by_name()[name]), name
    assert f"**{RIGHT:,}**" in (fixtures_folder() / "README.md").read_text("utf-8")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_is_right_as_often_as_recorded(dtype: str) -> None:
    parameters = {name: value.astype(dtype) for name, value in TRAINED.by_name().items()}
    logits = np.concatenate(
        [network(IMAGES[n : n + 50], **parameters).logits for n in range(0, 10_000, 50)]
    )
    assert int((logits.argmax(axis=1) == LABELS).sum()) == RIGHT
    golden = golden_logits()
    assert golden.shape == (10_000, 10)
    assert int((golden.argmax(axis=1) == LABELS).sum()) == RIGHT
    half_a_unit = np.abs(golden) * 2.0**-24
    allowed = half_a_unit + exact_logits(IMAGES[0], TRAINED, np.dtype(dtype)).delta * 2
    assert (np.abs(logits - golden.astype(np.float64)) <= allowed).all()


def test_the_references_layers_keep_their_bounds_on_a_thousand_digits() -> None:
    judged = load(REFERENCE)
    for index in sample(range(1000), 10):
        assert not first_divergence(judged, index), index


def test_the_golden_logits_are_exact() -> None:
    for index in range(0, 10_000, 97):
        exact = exact_logits(IMAGES[index], TRAINED, np.dtype(np.float64)).logits
        assert golden_logits()[index].tolist() == [np.float32(float(logit)) for logit in exact]


def test_the_golden_traces_are_exact_and_the_references_agree() -> None:
    traces = golden_traces()
    assert len(traces) == 3
    for index, layers in traces.items():
        assert tuple(layers) == STAGES
        exact = exact_trace(IMAGES[index], int(LABELS[index]), TRAINED)
        found = network(IMAGES[index : index + 1], **TRAINED.by_name())
        for stage, values in layers.items():
            assert np.array_equal(values, exact[stage])
            if stage != "loss":
                assert getattr(found, stage)[0] == pytest.approx(values, rel=1e-10, abs=1e-12)
        assert layers["loss"] == pytest.approx(-np.log(layers["probabilities"][LABELS[index]]))
    right = {index: int(traces[index]["logits"].argmax()) == LABELS[index] for index in traces}
    assert right[min(right)]
    assert not all(right.values())


def test_a_missing_or_foreign_fixture(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("cnnspec.cases.trained.fixtures_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=r"mnist_network\.npz cannot be read"):
        trained_network.__wrapped__()
    np.savez(tmp_path / "mnist_network.npz", something=np.ones(3))
    with pytest.raises(DataError, match="something"):
        trained_network.__wrapped__()
    np.savez(tmp_path / "mnist_network.npz", filters=np.array([{}], dtype=object))
    with pytest.raises(DataError, match="pickle"):
        trained_network.__wrapped__()


def test_layers_need_not_take_mixed_dtypes() -> None:
    def narrow(image: Any, filters: Any) -> Any:
        return reference.conv2d(image, filters).astype(np.float32)

    def strict(x: Any, weights: Any, bias: Any) -> Any:
        if not x.dtype == weights.dtype == bias.dtype:
            raise TypeError("expected one dtype")
        return reference.dense(x, weights, bias)

    assert not first_divergence(implementation(**LAYERS | {"conv2d": narrow, "dense": strict}))


# --- bounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 18, 3902])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_every_layers_bound_holds_and_bites(index: int, dtype: str) -> None:
    parameters = {name: value.astype(dtype) for name, value in TRAINED.by_name().items()}
    found = network(IMAGES[index : index + 1], **parameters)
    sums = np.dtype(np.float32) if dtype == "float16" else None
    exact = exact_logits(IMAGES[index], TRAINED, np.dtype(dtype), sums=sums)
    u = bounds.precision(np.dtype(dtype)).roundoff
    for stage, layer in exact.layers.items():
        got = getattr(found, stage)[0].astype(np.float64)
        error = np.abs(got - layer.high - layer.low)
        assert (error <= layer.bound).all(), stage
        assert layer.bound.max() <= 2e4 * u * np.abs(layer.high).max(), stage


def test_exact_layers_are_the_sums_of_fractions() -> None:
    exact = exact_logits(IMAGES[0], TRAINED, np.dtype(np.float64))
    layer = exact.layers["logits"]
    for logit, high, low in zip(exact.logits, layer.high, layer.low, strict=True):
        assert float(logit) == high
        assert float(logit - type(logit)(float(high))) == pytest.approx(low, rel=1e-12)


def test_parameters_that_a_dtype_does_not_hold_widen_the_bound() -> None:
    half, single = np.dtype(np.float16), np.dtype(np.float32)
    other = on_grid(TRAINED.filters, TRAINED.weights + 2.0**-14, TRAINED.biases)
    held = exact_logits(IMAGES[0], TRAINED, half, sums=single).delta
    assert exact_logits(IMAGES[0], other, half, sums=single).delta > 1.5 * held


# --- layers by name --------------------------------------------------------------------------


def last_row_missing(maps: Any, size: int = 2, stride: int | None = None) -> Any:
    pooled = reference.max_pool2d(maps, size, stride)
    pooled[..., -1, :, :] = 0
    return pooled


@pytest.mark.parametrize(
    ("operation", "function", "said"),
    [
        ("conv2d", FAULTS["conv2d-kernel-rotated"].make(), "conv differs"),
        ("max_pool2d", last_row_missing, "conv agrees; pool differs in row 12 only"),
        ("max_pool2d", reference.min_pool2d, "conv agrees; pool differs"),
        (
            "dense",
            FAULTS["dense-flattened-channels-first"].make(),
            "conv and pool agree; logits differ everywhere",
        ),
        (
            "softmax",
            lambda logits: np.exp(logits) / np.exp(logits).sum() ** 2,
            "conv, pool and logits agree; probabilities differ everywhere",
        ),
        (
            "cross_entropy",
            lambda p, label: -np.log2(p[label]),
            "conv, pool, logits and probabilities agree; loss differs",
        ),
    ],
)
def test_the_first_layer_that_differs_is_named(
    operation: str, function: Callable[..., Any], said: str
) -> None:
    judged = implementation(**{**LAYERS, operation: function})
    assert first_divergence(judged, 18).startswith(said)
    assert first_divergence(judged, 18, "float32").startswith(said)


def test_places_in_words() -> None:
    def from_row_12(image: Any, filters: Any) -> Any:
        maps = reference.conv2d(image, filters)
        maps[12:, 3:20] += 1
        return maps

    def one_map(image: Any, filters: Any) -> Any:
        maps = reference.conv2d(image, filters)
        maps[3:22, 4:25, 5] += 1
        return maps

    def here_and_there(image: Any, filters: Any) -> Any:
        maps = reference.conv2d(image, filters)
        maps[0, 0, 0] += 1
        maps[-1, -1, -1] += 1
        return maps

    for function, said in (
        (from_row_12, "conv differs from row 12 on"),
        (one_map, "conv differs in map 5 only"),
        (here_and_there, "conv differs in 2 of 5408 values"),
    ):
        assert first_divergence(implementation(**{**LAYERS, "conv2d": function})) == said


def test_a_layer_of_another_shape() -> None:
    judged = implementation(**{**LAYERS, "dense": lambda x, weights, bias: np.zeros((1, 10))})
    assert first_divergence(judged) == (
        "conv and pool agree; logits have the shape (1, 10), expected (10,)"
    )


def test_what_is_not_offered_is_left_out() -> None:
    judge = judge_of(implementation(conv2d=reference.conv2d, max_pool2d=reference.max_pool2d))
    found = trace(judge, "specimen", IMAGES[0], 7, TRAINED)
    assert tuple(found.arrays) == STAGES[:3]
    assert found.chosen is None
    compare(judge, found, IMAGES[0], 7, TRAINED)
    nothing = judge_of(implementation(relu=reference.relu))
    with pytest.raises(NotTestedError):
        compare(nothing, trace(nothing, "x", IMAGES[0], 7, TRAINED), IMAGES[0], 7, TRAINED)


def test_a_layer_that_is_refused_comes_after_those_that_agree() -> None:
    def refuses(x: Any, weights: Any, bias: Any) -> Any:
        if weights.shape[0] > 1000:
            raise MemoryError("too large")
        return reference.dense(x, weights, bias)

    assert first_divergence(implementation(**{**LAYERS, "dense": refuses})) == (
        "conv and pool agree, then:"
    )


def with_network(fault: str | None) -> Implementation:
    """Return right layers with a network that has a mistake, or none."""
    made = FAULTS[fault].make() if fault else reference_network
    judged = implementation(**LAYERS)
    judged.offers["network"] = Offer(lambda *given: NetworkResult(made(*given)))
    return judged


def reference_network(image: Any, label: int, filters: Any, weights: Any, biases: Any) -> Any:
    out = network(image[np.newaxis], filters, weights, biases).probabilities[0]
    return out, -np.log(out[label]), int(out.argmax() == label)


@pytest.mark.parametrize(
    "fault",
    ["network-over-256", "network-not-shifted", "network-flattened-channels-first"],
)
def test_mistakes_between_the_layers_are_told_from_those_in_them(fault: str) -> None:
    report = check(with_network(fault), modules=["test_network"], select="trained")
    by_id = {entry["id"]: entry for entry in report["requirements"]}
    assert by_id["NET-12"]["status"] == "passed"
    assert by_id["NET-13"]["status"] == "failed"
    (failure, *_) = by_id["NET-13"]["failures"]
    assert failure["message"].startswith(
        "one by one, conv, pool, logits, probabilities and loss agree: forward differs in what lies"
    )
    assert fault in [found["fault"] for found in failure["diagnosis"]]


@by_turns
def test_a_mistake_in_a_layer_of_the_network_is_named_there() -> None:
    judged = with_network(None)
    judged.offers["dense"] = offer("dense", FAULTS["dense-flattened-channels-first"].make())
    wrong = FAULTS["network-flattened-channels-first"].make()
    judged.offers["network"] = Offer(lambda *given: NetworkResult(wrong(*given)))
    report = check(judged, modules=["test_network"], select="trained")
    by_id = {entry["id"]: entry for entry in report["requirements"]}
    (failure, *_) = by_id["NET-13"]["failures"]
    assert failure["message"].startswith("one by one, conv and pool agree; logits differ")


# --- what is certain -------------------------------------------------------------------------


def _margin(index: int) -> float:
    second, first = np.sort(golden_logits()[index])[-2:]
    return float(first - second)


@by_turns
def test_tallies_of_the_reference_and_of_the_article() -> None:
    chosen = [*range(60), min(golden_traces(), key=_margin)]
    for source, runs in (("reference", 3), ("cnnspec.reference.article2", 4)):
        found = list(tallies(load(source), IMAGES[chosen], LABELS[chosen], TRAINED))
        assert len(found) == runs
        right = int((golden_logits()[chosen].argmax(axis=1) == LABELS[chosen]).sum())
        for tally in (found[0], found[1], *found[3:]):
            assert (tally.images, tally.right) == (61, right)
        for tally in found:
            assert (tally.missed, tally.failures) == (0, [])
        double, single, half = found[:3]
        assert double.certain == 61
        assert single.certain >= 60
        assert 50 <= half.certain < 61
        assert double.agree[:2] == ("conv", "pool")
        assert as_text(double).endswith("agree on every image\n")


def test_a_wrong_class_is_missed_however_it_comes_about() -> None:
    judged = implementation(**{**LAYERS, "dense": lambda x, w, b: -reference.dense(x, w, b)})
    double, single, half = tallies(judged, IMAGES[:5], LABELS[:5], TRAINED)
    assert double.missed == single.missed == half.missed == 5
    assert len(double.failures) == 5
    text = as_text(double)
    assert "5 images differ" in text
    (first, *_) = tallies(judged, IMAGES[:1], LABELS[:1], TRAINED)
    assert "1 image differs" in as_text(first)
    assert "of 1 image right" in as_text(first)
    assert "image 0: conv and pool agree; logits differ everywhere" in text
    assert text.endswith("  ...\n")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("network-from-minus-1", "pixels become image / 127.5 - 1"),
        ("network-over-256", "pixels become image / 256 - 0.5"),
        ("network-flattened-channels-first", "in the dense layer, x is flattened map by map"),
        ("network-accuracy-negated", "acc is 1 for wrong classes and 0 for the right one"),
        ("network-accuracy-of-the-runner-up", "among the 2 most probable classes"),
    ],
)
def test_a_wrong_forward_is_told_what_it_looks_like(fault: str, said: str) -> None:
    second = np.argsort(golden_logits(), axis=1)[:, -2]
    chosen = [*range(5), int(np.flatnonzero(second == LABELS)[0])]
    found = list(tallies(with_network(fault), IMAGES[chosen], LABELS[chosen], TRAINED))
    assert not any(tally.failures for tally in found[:3])
    assert found[3].failures
    assert said in as_text(found[3])


def test_of_a_forward_that_does_what_nobody_knows_the_layers_are_looked_at() -> None:
    def spotted(image: Any, label: int, *given: Any) -> Any:
        return reference_network(np.where(image > 200, image % 7, image), label, *given)

    judged = implementation(**LAYERS)
    judged.offers["network"] = Offer(lambda *given: NetworkResult(spotted(*given)))
    *_, whole = tallies(judged, IMAGES[:2], LABELS[:2], TRAINED)
    assert "one by one, conv, pool, logits, probabilities and loss agree" in as_text(whole)


def test_without_a_class_nothing_is_said_of_classes() -> None:
    judged = implementation(conv2d=reference.conv2d, max_pool2d=reference.max_pool2d)
    double, _, half = tallies(judged, IMAGES[:2], LABELS[:2], TRAINED)
    assert as_text(double) == (
        "layers in float64: no class is computed\n  conv and pool agree on every image\n"
    )
    assert "no class is computed" in as_text(half)


def test_float16_alone_is_judged_by_its_classes(capsys: pytest.CaptureFixture[str]) -> None:
    def in_half(operation: str) -> Callable[..., Any]:
        def layer(*given: Any) -> Any:
            if any(getattr(one, "dtype", "float16") != "float16" for one in given):
                raise TypeError("float16 only")
            return np.asarray(LAYERS[operation](*given)).astype(np.float16)

        return layer

    judged = implementation(**{name: in_half(name) for name in LAYERS})
    double, _, half = tallies(judged, IMAGES[:4], LABELS[:4], TRAINED)
    assert as_text(double).startswith("layers in float64: not tested, conv: ")
    assert (half.chosen, half.missed, half.not_tested) == (4, 0, "")
    assert status_of([double, half]) == CONFORMS


def test_what_cannot_run_is_not_tested() -> None:
    (*_, half) = tallies(implementation(relu=reference.relu), IMAGES[:2], LABELS[:2], TRAINED)
    assert "conv2d is not offered" in as_text(half)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("reference", 0),
        (str(SPECIMENS / "plain_loops.py"), 0),
        (str(SPECIMENS / "relu_only.py"), 3),
        ("no_such_module_at_all", 2),
    ],
)
def test_the_command(source: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", source, "--images", "3"]) == status
    assert capsys.readouterr().out or status == 2


def test_the_command_shows_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(
        "from cnnspec.reference import *\ndef forward(image, label): return 0, 0, 0\n", "utf-8"
    )
    assert main(["network", str(tmp_path / "mine.py"), "--images", "2"]) == 0
    assert capsys.readouterr().out.startswith("note: forward is not judged: beside it")


def test_the_network_of_the_article_takes_the_trained_parameters() -> None:
    assert article2.conv.filters.shape == TRAINED.filters.shape
    assert article2.softmax.weights.shape == TRAINED.weights.shape


def test_parameters_beyond_exact_float64_are_refused() -> None:
    """Even where what is left of the sum is small: large weights that cancel on a plain image."""
    weights = np.zeros_like(TRAINED.weights)
    weights[0], weights[8] = 2.0**25, -(2.0**25)  # the first map at two neighbouring places
    large = on_grid(TRAINED.filters, weights, TRAINED.biases)
    with pytest.raises(ValueError, match="53 bits"):
        exact_logits(np.zeros((28, 28)), large, np.dtype(np.float64))
