"""The doctor: broken adapters are told from broken implementations, and how to mend them."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.diagnosis.doctor import Json
from cnnspec.diagnosis.doctor import examine as examine_what_it_offers
from cnnspec.faults import FAULTS
from cnnspec.faults.conv2d import without_rules
from cnnspec.kills.dressing import with_fault
from cnnspec.operations.registry import LAYERS
from cnnspec.report.text import text_report
from cnnspec.subject.boundary import Implementation, Offer
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import CORRECT, SPECIMENS, by_turns, implementation, judge_alone, sample

Function = Callable[..., Any]


def examine(examined: Implementation) -> list[Json]:
    return examine_what_it_offers(Capabilities(examined))


def explanations(**functions: Function) -> list[str]:
    return [found["explanation"] for found in examine(implementation(**functions))]


def general_conv2d(image: Any, filters: Any) -> Any:
    return np.asarray(without_rules(image, filters))


# --- frameworks as they are handed arrays without any change of layout --------------------------


def channels_first(image: Any, filters: Any) -> Any:
    """Compute as a framework does whose arrays are (C, H, W), (K, C, f, f) and (K, H, W)."""
    if image.shape[0] != filters.shape[1]:
        raise RuntimeError("channels")
    maps = general_conv2d(image.transpose(1, 2, 0), filters.transpose(0, 2, 3, 1))
    return maps.transpose(2, 0, 1)


def filters_last(image: Any, filters: Any) -> Any:
    """Compute as a framework does whose filters are (f, f, C, K)."""
    return general_conv2d(image, filters.transpose(3, 0, 1, 2))


BROKEN: dict[str, tuple[Function, list[str]]] = {
    "nothing-moved": (
        channels_first,
        [
            "image: passed on as (H, W, C), but read as (C, H, W)",
            "filters: passed on as (K, f, f, C), but read as (K, C, f, f)",
            "result: returned as (K, H, W), not as (H, W, K)",
        ],
    ),
    "filters-not-moved": (
        lambda image, filters: channels_first(image.transpose(2, 0, 1), filters).transpose(1, 2, 0),
        ["filters: passed on as (K, f, f, C), but read as (K, C, f, f)"],
    ),
    "image-not-moved": (
        lambda image, filters: channels_first(image, filters.transpose(0, 3, 1, 2)).transpose(
            1, 2, 0
        ),
        ["image: passed on as (H, W, C), but read as (C, H, W)"],
    ),
    "result-not-moved": (
        lambda image, filters: channels_first(
            image.transpose(2, 0, 1), filters.transpose(0, 3, 1, 2)
        ),
        ["result: returned as (K, H, W), not as (H, W, K)"],
    ),
    "filters-last": (
        filters_last,
        ["filters: passed on as (K, f, f, C), but read as (f, f, C, K)"],
    ),
    "batch-left": (
        lambda image, filters: general_conv2d(image, filters)[np.newaxis],
        ["result: a batch axis is left on it"],
    ),
    "narrowed": (
        lambda image, filters: general_conv2d(
            image.astype(np.float32), filters.astype(np.float32)
        ).astype(np.float64),
        ["float64 is narrowed to float32, on the way or inside"],
    ),
    "turned-and-returned-otherwise": (
        lambda image, filters: general_conv2d(image, filters[:, ::-1, ::-1]).transpose(2, 0, 1),
        [
            "filters: turned by 180 degrees on the way",
            "result: returned as (K, H, W), not as (H, W, K)",
        ],
    ),
}


@pytest.mark.parametrize(("function", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_convolutions(function: Function, said: list[str]) -> None:
    assert explanations(conv2d=function) == said
    assert all(found["certain"] for found in examine(implementation(conv2d=function)))


def test_the_remedy_mends() -> None:
    """The lines are run as they are printed."""
    for name in ("nothing-moved", "filters-last", "result-not-moved", "batch-left"):
        function, _ = BROKEN[name]
        remedies = [found["remedy"] for found in examine(implementation(conv2d=function))]

        def mended(
            image: Any, filters: Any, lines: list[str] = remedies, inner: Function = function
        ) -> Any:
            there: dict[str, Any] = {"np": np, "image": image, "filters": filters, "inner": inner}
            before = [line for line in lines if not line.startswith("result")]
            after = [line for line in lines if line.startswith("result")]
            program = [*before, "result = inner(image, filters)", *after]
            exec("\n".join(program), there)  # noqa: S102 - what is tested
            return there["result"]

        assert explanations(conv2d=mended) == []
        image, filters = np.arange(60.0).reshape(5, 6, 2), np.arange(54.0).reshape(3, 3, 3, 2)
        assert np.array_equal(mended(image, filters), general_conv2d(image, filters))


def test_gray_images_only() -> None:
    def conv2d(image: Any, filters: Any) -> Any:
        if image.ndim != 2:
            raise ValueError(image.shape)
        return general_conv2d(image, filters.transpose(2, 0, 1))

    assert explanations(conv2d=conv2d) == ["filters: passed on as (K, f, f), but read as (f, f, K)"]


OTHERS: dict[str, tuple[str, Function, str]] = {
    "pooled-over-the-last-axes": (
        "max_pool2d",
        lambda maps: reference.max_pool2d(maps.transpose(1, 2, 0)).transpose(2, 0, 1),
        "maps",
    ),
    "weights-turned": (
        "dense",
        lambda x, weights, bias: weights @ x.ravel() + bias,
        "weights: passed on as (inputs, nodes), but read as (nodes, inputs)",
    ),
    "channels-first-flattened": (
        "dense",
        lambda x, weights, bias: np.moveaxis(x, -1, 0).ravel() @ weights + bias,
        "x: flattened as (C, H, W), not as (H, W, C)",
    ),
    "row-left": (
        "dense",
        lambda x, weights, bias: (x.ravel() @ weights + bias)[np.newaxis],
        "result: a batch axis is left on it",
    ),
    "logits-narrowed": (
        "softmax",
        lambda logits: reference.softmax(logits.astype(np.float32).astype(np.float64)),
        "float64 is narrowed to float32, on the way or inside",
    ),
    "softmax-of-columns": (
        "softmax",
        lambda logits: reference.softmax(logits.T).T,
        "the softmax runs along the first axis",
    ),
}


@pytest.mark.parametrize(("operation", "function", "said"), OTHERS.values(), ids=OTHERS.keys())
def test_other_broken_adapters(operation: str, function: Function, said: str) -> None:
    found = explanations(**{operation: function})
    assert len(found) == 1
    assert said in found[0]


# --- what is no matter of adapters -------------------------------------------------------------


ARTICLES = ("reference", "cnnspec.reference.article1", "cnnspec.reference.article2")


@pytest.mark.parametrize(
    "source", [*ARTICLES, *(str(SPECIMENS / f"{name}.py") for name in CORRECT)]
)
def test_nothing_is_found_in_correct_implementations(source: str) -> None:
    """Whatever they offer; and nothing when they are asked again, with layers kept meanwhile."""
    loaded = load(source)
    assert examine(loaded) == []
    assert examine(loaded) == []


def test_nothing_is_found_in_a_correct_program() -> None:
    program = open_implementation(f"cmd:{sys.executable} {SPECIMENS / 'program.py'} well")
    try:
        assert examine(program) == []
    finally:
        program.close()


def test_errors_as_large_as_those_of_float32_are_not_taken_for_it() -> None:
    """A temperature is a mistake of the softmax, and a factor one of the convolution."""
    assert explanations(softmax=lambda logits: reference.softmax(logits * 0.9999999)) == []
    assert explanations(conv2d=lambda image, w: general_conv2d(image, w) * 1.0000001) == []


def test_only_what_a_form_offers_is_asked() -> None:
    """A form of vectors only may make anything of a matrix."""

    def softmax(logits: Any) -> Any:
        powers = np.exp(logits - np.max(logits))
        return powers / np.sum(powers)

    form = implementation()
    form.offers["softmax"] = Offer(softmax, ranks=frozenset({1}))
    assert examine(form) == []


def test_only_what_is_not_refused_is_asked() -> None:
    """What happens to be made of some shapes, where others are refused, tells nothing."""

    def softmax(logits: Any) -> Any:
        if logits.shape in ((2, 3), (3, 3), (2, 2, 3), (3, 3, 3)):
            raise ValueError("one vector")
        powers = np.exp(logits - np.max(logits))
        return powers / np.sum(powers)

    assert examine(implementation(softmax=softmax)) == []


def test_colour_that_is_mostly_refused_is_asked_all_the_same() -> None:
    """Gray images are right; colour goes through only where axes happen to fit."""

    def conv2d(image: Any, filters: Any) -> Any:
        return (channels_first if image.ndim == 3 else general_conv2d)(image, filters)

    assert len(explanations(conv2d=conv2d)) == 3


def test_nothing_is_found_where_nothing_answers() -> None:
    def refuse(*arguments: Any) -> Any:
        raise RuntimeError

    assert examine(implementation(conv2d=refuse, dense=refuse)) == []
    assert examine(implementation()) == []


@pytest.mark.parametrize(
    "identity",
    sample(
        (
            identity
            for identity, fault in FAULTS.items()
            if fault.operation in LAYERS and not identity.startswith("adapter-")
        ),
        16,
    ),
)
def test_mistakes_of_implementations_are_not_taken_for_adapters(identity: str) -> None:
    """But for those whose results are those of a layout that is read wrongly, at every size."""
    found = examine(with_fault(FAULTS[identity]))
    assert not found or identity in SAME_AS_AN_ADAPTERS, found


NARROWED = ("conv2d", "avg_pool2d", "dense", "softmax", "log_softmax")

#: Faults that are mistakes of layout or precision themselves.
SAME_AS_AN_ADAPTERS = {
    "conv2d-maps-transposed",
    "conv2d-maps-first",
    "dense-flattened-in-fortran-order",
    "dense-flattened-channels-first",
    "softmax-first-axis",
    "log_softmax-first-axis",
    "log_softmax-over-all",
    *(f"{name}-float32-inside" for name in NARROWED),
    *(f"{name}-float32-sums" for name in ("conv2d", "dense")),
}


@by_turns
def test_the_report_begins_with_it() -> None:
    report = judge_alone("conv2d", filters_last, profile="general")
    first, second = text_report(report).splitlines()[:2]
    assert first == "conv2d: filters: passed on as (K, f, f, C), but read as (f, f, C, K)"
    assert "np.transpose(filters, (1, 2, 3, 0))" in second


def _summing_in_float32(image: Any, filters: Any) -> Any:
    sums = general_conv2d(image.astype(np.float32), filters.astype(np.float32))
    return sums.astype(np.result_type(image, filters))


@by_turns
def test_sums_in_float32_are_not_said_to_be_passed_on_wrongly() -> None:
    """They may be made inside a program as well as by what it is called through."""
    report = judge_alone("conv2d", _summing_in_float32, profile="general", select="hand or real")
    first, *_ = text_report(report).splitlines()
    assert first == "results are only as precise as float32; mend this first:"


def test_an_im2col_of_other_columns_is_no_matter_of_adapters() -> None:
    assert examine(with_fault(FAULTS["adapter-conv2d-filters-reshaped"])) == []
