"""Patterns say in words what distinguishes a result from the right one."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.case import Case, integers, reals
from cnnspec.diagnosis import value_patterns
from cnnspec.diagnosis.difference import Difference
from cnnspec.diagnosis.patterns import lost, patterns
from cnnspec.diagnosis.shape_patterns import of_shape, unless_all_squares
from cnnspec.judge.accuracy import narrowed
from cnnspec.judge.nonconformance import (
    Complaint,
    NonconformanceError,
    wrong_shape,
    wrong_values,
)
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.headline import headline_diagnoses
from harness_tests.helpers import by_turns, judge_alone

Array = NDArray[Any]

GRAY = conv2d_case("patterns", (7, 8), 3, 3)
WIDE = conv2d_case("patterns-wide", (5, 50), 2, 3)
BATCH = conv2d_case("patterns-batch", (3, 6, 5, 2), 2, 3)
REAL = conv2d_case("patterns-real", (6, 7, 3), 2, 3, data="wide")


def right(case: Case) -> Array:
    arrays = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    answer = exact_answer(case, np.dtype(float), "componentwise")
    return answer.high.astype(np.result_type(*arrays, np.float16))


def said_of(case: Case, got: Array) -> list[dict[str, Any]]:
    """Return the patterns of a wrong result."""
    answer = exact_answer(case, got.dtype, "componentwise")
    make = wrong_values if got.shape == answer.high.shape else wrong_shape
    error = make(case, got, answer)
    return patterns(error, error)


def zero_edge(maps: Array) -> Array:
    wrong = maps.copy()
    wrong[-1] = wrong[:, -1] = -999
    return wrong


def zero_row(maps: Array) -> Array:
    wrong = maps.copy()
    wrong[-1] = -999
    return wrong


def beyond_32(maps: Array) -> Array:
    wrong = maps.copy()
    wrong[:, 32:] = wrong[:, 32:] * 2 + 1
    return wrong


def one_map(maps: Array) -> Array:
    wrong = maps.copy()
    wrong[..., 1] = np.sqrt(np.abs(wrong[..., 1])) + 3
    return wrong


def late(maps: Array) -> Array:
    wrong = np.zeros_like(maps)
    wrong[:-1, :-1] = maps[1:, 1:]
    return wrong


def one_image(maps: Array) -> Array:
    wrong = maps.copy()
    wrong[2] = wrong[2] * 5 + 1
    return wrong


POOLED = reals("patterns-maps", 7, 9, 2)
POOL = Case("patterns-pool", "max_pool2d", {"maps": POOLED, "size": 2, "stride": 2})


def pooled(maps: Array, stride: int = 2) -> Array:
    return reference.max_pool2d(maps, 2, stride)


@pytest.mark.parametrize(
    ("case", "mistake", "name", "words"),
    [
        (GRAY, late, "shifted", "shifted by (1, 1)"),
        (GRAY, zero_edge, "border wrong", "only the last row and the last column"),
        (GRAY, zero_row, "border wrong", "only the last row of the maps is wrong"),
        (GRAY, lambda m: m + np.arange(3), "offset", "0, 1, 2"),
        (GRAY, lambda m: np.mod(m, 256), "transformed", "modulo 256"),
        (GRAY, np.zeros_like, "all zero", "every value is 0"),
        (GRAY, lambda m: np.full_like(m, np.nan), "not finite", "90 of 90 values are NaN"),
        (GRAY, one_map, "confined", "only map 1 of 3 is wrong"),
        (GRAY, lambda m: m[:-1, :-1], "wrong size", "1 row too few, 1 column too few; what is"),
        (GRAY, lambda m: m[:, :-1], "wrong size", "there is 1 column too few; what is"),
        (GRAY, lambda m: m[:, :-2], "wrong size", "there are 2 columns too few; what is"),
        (GRAY, lambda m: np.pad(m, ((0, 1), (0, 0), (0, 0))), "wrong size", "1 row too many"),
        (GRAY, lambda m: np.moveaxis(m, -1, 0), "axes in another order", "(1, 2, 0)"),
        (GRAY, lambda m: m[np.newaxis], "right numbers in another shape", "(1, 5, 6, 3)"),
        (GRAY, lambda m: m.sum(axis=-1), "axes", "2 axes, expected 3"),
        (GRAY, lambda m: m.sum(axis=(0, 1)), "axes", "1 axis, expected 3"),
        (WIDE, beyond_32, "confined", "only the columns from index 32 on are wrong, of 48"),
        (BATCH, one_image, "confined", "only image 2 of 3 is wrong"),
        (POOL, lambda _: pooled(POOLED[1:, 1:]), "windows elsewhere", "row 1 and column 1"),
        (POOL, lambda _: pooled(POOLED[1:]), "windows elsewhere", "start at row 1"),
        (POOL, lambda _: pooled(POOLED[:, 1:]), "windows elsewhere", "start at column 1"),
        (POOL, lambda _: pooled(POOLED, 1)[:3, :4], "windows elsewhere", "1 apart"),
    ],
)
def test_patterns(case: Case, mistake: Callable[[Array], Array], name: str, words: str) -> None:
    first, *_ = said_of(case, mistake(right(case)))
    assert (first["pattern"], first["fault"], first["certain"]) == (name, None, False)
    assert words in first["explanation"]


def test_where_rounding_is_as_large_as_the_numbers_nothing_is_taken_modulo_256() -> None:
    due = np.array([[-1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    near, exact = (
        Difference(np.mod(due, 256), due, np.mod(due, 256) != due, np.full_like(due, w), None)  # type: ignore[arg-type]
        for w in (200.0, 1e-9)
    )
    assert list(value_patterns.transformed(near)) == []
    assert [name for name, *_ in value_patterns.transformed(exact)] == ["transformed"]


MEANS = Case("means", "avg_pool2d", {"maps": reals("means", 4, 6, 2), "size": 2})


def a_little_beside_the_last_row(got: Array) -> Array:
    got[-1] = np.nextafter(got[-1], np.inf) + 4 * np.spacing(np.abs(got).max())
    return got


@pytest.mark.parametrize(
    ("case", "remedy"),
    [(REAL, 'accuracy "normwise"'), (MEANS, "divide once"), (REAL.cast("float32"), "terms")],
)
def test_rounding_is_not_taken_for_the_place_where_it_shows(case: Case, remedy: str) -> None:
    (entry,) = said_of(case, a_little_beside_the_last_row(right(case)))
    assert entry["pattern"] == "more rounding"
    assert re.match(r"right to (14|15|16|6|7) digits, but rounded more often", entry["explanation"])
    assert remedy in entry["remedy"]


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_larger_errors_are_no_rounding(dtype: str) -> None:
    case = conv2d_case("patterns-normal", (6, 7, 3), 2, 3, data="normal").cast(dtype)
    got = right(case)
    got[-1] += got.dtype.type(2.0**-30 if dtype == "float64" else 2.0**-4) * np.abs(got).max()
    assert "more rounding" not in [entry["pattern"] for entry in said_of(case, got)]


@pytest.mark.parametrize("inside", ["float32", "TF32", "bfloat16"])
def test_the_precision_inside(inside: str) -> None:
    narrow = {name: narrowed(value, inside) for name, value in REAL.arguments.items()}
    got = right(Case("narrow", "conv2d", narrow))
    first, *_ = said_of(REAL, got)
    assert first["pattern"] == "imprecise"
    assert f"as precise as {inside}," in first["explanation"]


def test_formats_that_cannot_be_told_apart_are_both_named() -> None:
    case = conv2d_case("patterns-normal", (6, 7, 3), 2, 3, data="normal")
    narrow = {name: narrowed(value, "TF32") for name, value in case.arguments.items()}
    first, *_ = said_of(case, right(Case("narrow", "conv2d", narrow)))
    assert "TF32 or float16" in first["explanation"]


def test_what_passes_on_a_fresh_copy_depends_on_the_past() -> None:
    error = NonconformanceError(GRAY, "wrong", Complaint.VALUES)
    assert patterns(None, error)[0]["pattern"] == "differs from call to call"
    assert patterns(error, None) == []


def test_a_missing_bias_is_no_lack_of_precision() -> None:
    case = conv2d_case("patterns-bias", (3, 5, 6, 2), 3, 3, bias=True, data="normal")
    got = right(case)
    got[1:] -= case.arguments["bias"] / 50
    assert [found["pattern"] for found in said_of(case, got)] == ["confined"]


def test_a_few_wrong_values_fit_no_pattern() -> None:
    wrong = right(GRAY)
    wrong[0, 5, 0] += 700
    wrong[4, 0, 2] -= 200
    assert said_of(GRAY, wrong) == []


def test_what_came_back_is_said() -> None:
    for complaint in (Complaint.UNREADABLE, Complaint.ACCEPTED):
        error = NonconformanceError(GRAY, "", complaint, detail="returned None (no `return`)")
        (entry,) = patterns(error, error)
        assert entry["pattern"] == "no array returned"
        assert "it returned None" in entry["explanation"]


def test_an_exception_is_told_with_its_place() -> None:
    message = "a legal call is refused with ValueError: no (good) reason"
    for place in ("", " (theirs.py, line 28)"):
        detail = "ValueError: no (good) reason"
        error = NonconformanceError(GRAY, message + place, Complaint.REFUSED, detail=detail)
        (entry,) = patterns(error, error)
        assert entry["explanation"] == f"a legal call raises an exception: {detail}{place}"


def gradient_to_maps(rows: int, columns: int) -> Case:
    """Return a call of the gradient of a pooling, of maps of some size."""
    maps = integers(f"squared-{rows}-{columns}", rows, columns, 2)
    grad = np.ones((rows // 2, columns // 2, 2))
    given = {"grad": grad, "maps": maps, "size": 2}
    return Case("max_pool2d_backward/squared", "max_pool2d_backward", given)


def test_a_promised_gradient_that_does_not_come_back_is_named() -> None:
    detail = "returned None (a function without `return` does)"
    error = NonconformanceError(gradient_to_maps(6, 4), "", Complaint.UNREADABLE, detail=detail)
    (entry,) = patterns(error, error)
    assert entry["pattern"] == "no gradient returned"
    assert entry["explanation"].startswith("the gradient to maps is promised, ")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((8, 8, 2), "as many columns as rows"),
        ((4, 4, 2), "as many rows as columns"),
        ((8, 3, 2), "1 column too few"),
    ],
)
def test_a_gradient_that_is_a_square_is_named(shape: tuple[int, ...], words: str) -> None:
    (entry, *_) = said_of(gradient_to_maps(8, 4), np.zeros(shape))
    assert words in entry["explanation"]


def test_one_column_less_is_no_square() -> None:
    """It is one of maps with a column more than rows: what else has a wrong shape must be, too."""

    def failure(rows: int, columns: int, got: tuple[int, ...]) -> dict[str, Any]:
        said = said_of(gradient_to_maps(rows, columns), np.zeros(got))
        return {"kind": Complaint.SHAPE, "patterns": said}

    cut = [failure(5, 6, (5, 5, 2)), failure(4, 8, (4, 7, 2))]
    assert "as many columns as rows" in cut[0]["patterns"][0]["explanation"]
    unless_all_squares(cut)
    assert ["1 column too few" in one["patterns"][0]["explanation"] for one in cut] == [True] * 2
    squares = [failure(5, 6, (5, 5, 2)), failure(4, 8, (4, 4, 2))]
    unless_all_squares(squares)
    assert [one["patterns"][0]["pattern"] for one in squares] == ["squared"] * 2


def test_one_argument_that_is_rounded_is_named() -> None:
    rounded = {**REAL.arguments, "filters": narrowed(REAL.arguments["filters"], "bfloat16")}
    got = right(replace(REAL, arguments=rounded))
    (entry, *_) = said_of(REAL, got)
    assert entry["pattern"] == "imprecise"
    assert "the filters are rounded to bfloat16" in entry["explanation"]


def test_errors_as_large_as_those_of_float32_are_not_taken_for_it() -> None:
    answer = exact_answer(REAL, np.dtype(float), "componentwise")
    assert answer.magnitude is not None
    signs = np.cos(np.arange(answer.high.size)).reshape(answer.high.shape)
    got = answer.high + 1e-7 * signs * answer.magnitude
    (entry, *_) = said_of(REAL, got)
    assert "errors are as large as those of float32" in entry["explanation"]
    assert "as precise as" in said_of(REAL, got.astype(np.float32).astype(float))[0]["explanation"]


def test_a_result_that_is_written_to_by_nobody_asked() -> None:
    by_later_calls, by_others = (
        NonconformanceError(GRAY, "", Complaint.OVERWRITTEN, got=got, later=[GRAY, GRAY])
        for got in (right(GRAY), np.full(right(GRAY).shape, 0.123))
    )
    (first,), (second,) = (patterns(error, error) for error in (by_later_calls, by_others))
    assert "shares its memory with later ones" in first["explanation"]
    assert "not into that of a later call" in second["explanation"]


def test_the_answer_of_an_earlier_call() -> None:
    other = conv2d_case("patterns-other", (7, 8), 3, 3)
    answer = exact_answer(GRAY, np.dtype(float), "componentwise")
    error = wrong_values(GRAY, right(other), answer)
    error.before = (other, GRAY)
    (entry, *_) = patterns(error, error)
    assert entry["pattern"] == "answer of an earlier call"


def test_the_same_numbers_with_the_options_of_an_earlier_call_are_no_proof_of_a_memory() -> None:
    maps = reals("options-earlier", 6, 7, 2)
    earlier, now = (
        Case(f"options-{name}", "max_pool2d", {"maps": maps, "size": size, "stride": 2})
        for name, size in (("earlier", 2), ("now", (2, 3)))
    )
    other = exact_answer(earlier, np.dtype(float), "componentwise").high
    due = exact_answer(now, np.dtype(float), "componentwise")
    error = wrong_values(now, other, due)
    error.before = (earlier, now)
    (entry, *_) = patterns(error, error)
    assert "the result is that of size = 2, as in an earlier call" in entry["explanation"]


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("relu(x) broke the line to the suite: it sent oops", "PROTOCOL.md"),
        ("relu(x) used more than 8 GiB of memory", "--memory-limit"),
        ("relu(x) was ended by the signal SIGSEGV", "leave its process alone"),
    ],
)
def test_why_a_process_was_ended_decides_the_remedy(reason: str, remedy: str) -> None:
    (entry,) = lost(Complaint.DIED, reason)
    assert remedy in entry["remedy"]


def test_an_offset_that_is_only_rounding_is_not_called_one() -> None:
    got = right(GRAY) + 1e-13 * np.arange(3) * np.abs(right(GRAY)).max()
    assert "offset" not in [entry["pattern"] for entry in said_of(GRAY, got)]


def test_whole_numbers_that_wrap_are_no_offset() -> None:
    got = right(GRAY) + 256 * np.arange(3)
    assert "offset" not in [entry["pattern"] for entry in said_of(GRAY, got)]


def test_numbers_are_shown_with_the_digits_that_tell_them_apart() -> None:
    case = Case("a-loss", "cross_entropy", {"probabilities": np.array([0.1, 0.9]), "label": 1})
    answer = exact_answer(case, np.dtype(float), "componentwise")
    got, expected = wrong_values(case, answer.high + 1e-12, answer).message.splitlines()[-2:]
    assert got.split("=")[1] != expected.split("=")[1]


def test_a_network_whose_result_is_overwritten() -> None:
    """What is due is not worked out for whole networks."""
    case = Case("a-network", "network", {"image": np.zeros((4, 4)), "label": 0})
    error = NonconformanceError(case, "", Complaint.OVERWRITTEN, got=np.ones(3), later=[case])
    (entry,) = patterns(error, error)
    assert entry["pattern"] == "earlier result overwritten"


# --- what experiments say in the place of a pattern ------------------------------------------

Function = Callable[..., Any]


def conv2d(mistake: Callable[[Array], Array]) -> tuple[str, Function]:
    def mistaken(
        image: Array,
        filters: Array,
        bias: Array | None = None,
        *,
        stride: int = 1,
        padding: str = "valid",
    ) -> Array:
        return mistake(reference.conv2d(image, filters, bias, stride=stride, padding=padding))

    return "conv2d", mistaken


def max_pool2d(mistake: Callable[[Array], Array]) -> tuple[str, Function]:
    def mistaken(maps: Array, size: int = 2, stride: int | None = None) -> Array:
        return mistake(reference.max_pool2d(maps, size, stride))

    return "max_pool2d", mistaken


def softmax_layer(biases: int) -> tuple[str, Function]:
    """Return a layer that adds its biases so many times."""

    def mistaken(x: Array, weights: Array, bias: Array) -> Array:
        logits = reference.dense(x, weights, bias)
        return reference.softmax(logits + (biases - 1) * np.asarray(bias).astype(logits.dtype))

    return "softmax_layer", mistaken


def softmax(mistake: Function) -> tuple[str, Function]:
    return "softmax", mistake


def cross_entropy(mistake: Function) -> tuple[str, Function]:
    def mistaken(probabilities: Array, label: int) -> Any:
        reference.cross_entropy(probabilities, label)
        return mistake(probabilities, label)

    return "cross_entropy", mistaken


@pytest.mark.parametrize(
    ("mistaken", "words"),
    [
        (conv2d(lambda m: m / 9), "the results are multiplied by 1/9"),
        (conv2d(lambda m: m * -1), "the results are of the opposite sign"),
        (conv2d(lambda m: m + 4), "the results are 4 more than is due"),
        (conv2d(lambda m: np.maximum(m, 0)), "negative results become 0"),
        (conv2d(np.abs), "results lose their sign"),
        (conv2d(np.floor), "the results are rounded down to whole numbers"),
        (conv2d(lambda m: m[..., ::-1, :, :]), "the rows of the result are in reverse order"),
        (conv2d(lambda m: m[..., ::-1]), "the maps are in the reverse order of the filters"),
        (conv2d(lambda m: m[..., :1].repeat(m.shape[-1], -1)), "only the first map"),
        (conv2d(lambda m: m.ravel()[::-1].reshape(m.shape)), "in reverse order"),
        (
            max_pool2d(lambda m: np.swapaxes(m, -3, -2)),
            "rows and columns of the result are swapped",
        ),
        (softmax(lambda x: reference.softmax(x * 0.5)), "the logits are halved"),
        (softmax(lambda x: reference.softmax(-1.0 * x)), "the logits are of the opposite sign"),
        (softmax(lambda x: reference.softmax(0 * x)), "the logits are all zero"),
        (softmax(lambda x: reference.softmax(x) * 0.999), "multiplied by 0.999"),
        (softmax(lambda x: reference.softmax(x).clip(1e-15)), "below 1e-15 become 1e-15"),
        (softmax_layer(2), "the bias is added twice"),
        (softmax_layer(-1), "the bias is subtracted"),
        (softmax_layer(0), "the biases are ignored"),
        (cross_entropy(lambda p, y: -np.log(p[y]) / 4), "the loss is multiplied by 1/4"),
        (cross_entropy(lambda p, y: -np.log(p[y] + 1e-12)), "1e-12, is added to the probability"),
    ],
)
@by_turns
def test_the_first_line(mistaken: tuple[str, Function], words: str) -> None:
    operation, function = mistaken
    name, diagnosis = headline_diagnoses(judge_alone(operation, function))[0]
    assert name == OPERATIONS[operation].key
    assert words in diagnosis["explanation"]


def test_the_size_of_a_bank_of_filters_is_said_by_its_axes() -> None:
    got, expected = np.ones((2, 4, 4, 3)), np.ones((2, 3, 3, 3))
    ((_, said, _),) = of_shape(got, expected, is_bank=True)
    assert said == "there is 1 row too many, 1 column too many; what is common to both is right"
    ((_, said, _),) = of_shape(got[..., 0], expected[..., 0], is_bank=True)
    assert said.startswith("there is 1 row too many, 1 column too many")
