"""Whole layers: their answers agree with the exact oracle, and what comes late is not failed."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.answers import exact, exact_answer
from cnnspec.cases.requirements import DEFAULT, THOROUGH, requirements
from cnnspec.commands.line import main
from cnnspec.declaration.case import Case, few_integers
from cnnspec.judge.whole_layers import REAL, Layer, real, whole
from cnnspec.kills.kill_matrix import _judge
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.conv2d.whole_layers import maps
from cnnspec.operations.dense.cases import dense_case
from cnnspec.operations.dense.whole_layers import logits
from cnnspec.operations.softmax.whole_layers import probabilities
from cnnspec.page.badge import badge
from cnnspec.page.page import page
from cnnspec.reference import conv2d, relu, softmax
from cnnspec.report.junit import junit_xml
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.run.comparison import Judged, tables
from cnnspec.subject.outcomes import Died, Rejected, what_ran_out
from cnnspec.subject.processes.process import Limits
from harness_tests.helpers import by_turns, implementation, statuses
from harness_tests.test_check import SCHEMA

Array = NDArray[Any]

#: The modules whose requirements bind ReLU.
RELU_MODULES = ("test_relu", "test_network", "test_whole_layers")

WHOLE_IDS = {one.id for one in requirements().values() if one.effort == THOROUGH}

SMALL = [
    conv2d_case("row", (20, 5, 2), 3, 3),
    conv2d_case("bias", (9, 8, 3), 4, 5, bias=True),
    conv2d_case("same", (9, 8, 3), 4, 5, bias=True, padding="same"),
    conv2d_case("stride", (23, 10, 2), 5, 3, stride=3),
    conv2d_case("batch", (3, 19, 9, 2), 5, 3, stride=2, bias=True),
    conv2d_case("batch-same", (2, 9, 9, 1), 2, 3, padding="same"),
    conv2d_case("oblong", (6, 7, 2), 3, (1, 3), padding="same"),
    conv2d_case("even", (16, 8, 3), 2, 4, stride=4, bias=True),
    conv2d_case("one-window", (3, 3, 2), 2, 3),
]


@pytest.mark.parametrize("case", SMALL, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_maps_are_those_of_the_exact_oracle(case: Case, dtype: str) -> None:
    case = case.cast(dtype)
    expected = exact.conv2d(**case.arguments)
    assert (expected.low == 0).all()
    assert np.array_equal(maps(**case.arguments), expected.high)


@pytest.mark.parametrize("inputs", [1, 511, 512, 513, 1500])
def test_logits_are_those_of_the_exact_oracle(inputs: int) -> None:
    case = dense_case(f"inputs-{inputs}", (inputs,), 5)
    expected = exact.dense(**case.arguments)
    assert np.array_equal(logits(**case.arguments), expected.high)


def test_corners_of_a_large_layer_are_those_of_the_exact_oracle() -> None:
    image = few_integers("image", 112, 112, 64, dtype="float32")
    filters = few_integers("filters", 96, 3, 3, 64, dtype="float32")
    found = maps(image, filters, padding="same")
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    for i in (0, 57, 111):
        for j in (0, 63, 111):
            window = padded[i : i + 3, j : j + 3]
            assert np.array_equal(found[i, j], exact.conv2d(window, filters).high[0, 0])


def test_sums_that_float32_would_round_are_refused() -> None:
    ones = np.ones((1, 1, 1))
    given = {"image": ones, "filters": np.full((1, 1, 1, 1), 2.0**24)}
    whole(Case("largest", "conv2d", given))
    with pytest.raises(ValueError, match="partial sums may be as large as"):
        whole(Case("larger", "conv2d", {**given, "bias": -np.ones(1)}))
    given = {"x": np.array([1, -1]), "weights": np.full((2, 1), 2.0**23), "bias": np.zeros(1)}
    whole(Case("largest", "dense", given))
    with pytest.raises(ValueError, match="partial sums may be as large as"):
        whole(Case("larger", "dense", {**given, "bias": np.ones(1)}))


REALS = [
    *(
        conv2d_case(f"{case.id}-real", case.arguments["image"].shape, 9, 3, data="normal")
        for case in SMALL
    ),
    conv2d_case("same-real", (9, 8, 3), 9, 5, data="normal", bias=True, padding="same"),
    conv2d_case("stride-real", (3, 23, 10, 2), 9, 5, data="normal", bias=True, stride=3),
    dense_case("many-nodes", (30,), 500, data="normal"),
]


@pytest.mark.parametrize("case", REALS, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_bounds_of_real_numbers_hold_those_of_the_exact_oracle(case: Case, dtype: str) -> None:
    case = case.cast(dtype)
    of_all = exact_answer(case, np.dtype(dtype), "componentwise")
    found = real(case, np.dtype(dtype))
    off = np.abs((found.high - of_all.high) + (found.low - of_all.low))
    assert (off + of_all.allowed <= found.allowed * (1 + 1e-9)).all()
    assert (found.allowed <= 2.01 * of_all.allowed).all()


@pytest.mark.parametrize("case", REALS, ids=str)
def test_some_real_numbers_are_known_exactly(case: Case) -> None:
    of_all = exact_answer(case, np.dtype(np.float64), "componentwise")
    found = real(case, np.dtype(np.float64))
    exactly = found.allowed < 1.5 * of_all.allowed
    assert exactly[(0,) * exactly.ndim]
    assert exactly[(-1,) * exactly.ndim]
    assert np.array_equal(found.high[exactly], of_all.high[exactly])
    assert np.allclose(found.low[exactly], of_all.low[exactly], rtol=1e-9)
    assert exactly.sum() > min(60, exactly.size / 6)


def test_rows_of_the_same_logits_have_the_same_probabilities() -> None:
    case = Layer("few", "softmax", {"logits": (5, 7)}).case(REAL, "float64")
    of_rows = probabilities(case, np.dtype(float))
    of_each = exact_answer(case, np.dtype(float), "componentwise")
    assert np.array_equal(of_rows.high, of_each.high)
    assert np.allclose(of_rows.allowed, of_each.allowed, rtol=1e-9)
    assert (np.abs(softmax(**case.arguments) - of_rows.high) <= of_rows.allowed).all()


# --- the effort ------------------------------------------------------------------------------


@by_turns
def test_the_default_effort_knows_nothing_of_whole_layers() -> None:
    report = check(implementation(relu=relu), modules=RELU_MODULES)
    assert report["effort"] == DEFAULT
    assert not WHOLE_IDS & statuses(report).keys()
    assert report["verdict"] == "conforms"
    assert "effort" not in text_report(report)


def judged_thoroughly(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """Return the report on a ReLU, judged by its own tests and its whole layers."""
    judged = implementation(relu=function)
    return check(judged, modules=RELU_MODULES, effort=THOROUGH, **options)


@by_turns
def test_the_thorough_effort_is_named_wherever_a_verdict_is() -> None:
    report = judged_thoroughly(relu)
    jsonschema.validate(report, SCHEMA)
    assert report["effort"] == THOROUGH
    assert report["verdict"] == "conforms"
    assert statuses(report)["WHOLE-03"] == "passed"
    verdict = text_report(report).splitlines()[-1]
    assert verdict.startswith("verdict: specimen conforms (article profile, thorough effort, ")
    assert re.search(r"conforms \(article profile, thorough\b", badge(report))
    assert '<property name="effort" value="thorough" />' in junit_xml(report)
    assert "thorough effort" in page(report)
    plain = check(implementation(relu=relu), modules=RELU_MODULES)
    table = tables([Judged("one", report), Judged("other", plain)])[0]
    assert ["effort", "thorough", "default"] in table.rows
    assert "different efforts" in table.says


def test_a_requirement_of_another_effort_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "reference", "--requirement", "WHOLE-03"]) == 2
    assert "WHOLE-03 is judged with --effort thorough only" in capsys.readouterr().err


def wrong_beyond_a_million(x: Array) -> Array:
    result = relu(x)
    result.reshape(-1)[1_000_000:] = 7
    return result


@by_turns
def test_what_is_wrong_on_whole_layers_only_fails() -> None:
    report = judged_thoroughly(wrong_beyond_a_million)
    assert report["verdict"] == "does not conform"
    failed = {key for key, status in statuses(report).items() if status == "failed"}
    assert failed == {"WHOLE-03"}
    assert "--effort thorough --requirement WHOLE-03" in text_report(report)


@by_turns
def test_what_comes_late_on_whole_layers_is_not_failed(tmp_path: Path) -> None:
    file = tmp_path / "slow.py"
    file.write_text(
        "import time\nimport numpy as np\n\n\ndef relu(x):\n"
        "    time.sleep(9 if x.size > 10**6 else 0)\n    return np.maximum(x, 0)\n",
        "utf-8",
    )
    report = check(
        str(file),
        modules=RELU_MODULES,
        effort=THOROUGH,
        isolated=True,
        limits=Limits(1.0),
    )
    assert report["verdict"] == "incomplete"
    assert report["operations"]["relu"]["verdict"] == "incomplete"
    assert report["operations"]["relu"]["failed"] == 0
    assert all(entry["status"] != "failed" for entry in report["requirements"])


def test_what_lacks_memory_on_whole_layers_is_not_failed() -> None:
    def greedy(x: Array) -> Array:
        if x.size > 10**6:
            np.empty(2**57)
        return relu(x)

    report = check(implementation(relu=greedy), select="WHOLE-03", effort=THOROUGH)
    (entry,) = [one for one in report["requirements"] if one["id"] == "WHOLE-03"]
    assert entry["status"] == "not tested"
    assert "MemoryError" in entry["reasons"][0]
    (note,) = report["implementation"]["notes"]
    assert note.startswith("time or memory did not suffice for 3 tests, so the verdict is incompl")
    assert report["operations"]["relu"]["verdict"] == "incomplete"
    assert what_ran_out(Died("relu(...) used more than 8 GiB of memory"))
    assert not what_ran_out(Died("relu(...) died of SIGSEGV"))
    assert not what_ran_out(Rejected("ValueError", "no", is_clean=True))


def test_other_dtypes_and_normwise_convolutions_are_left_out() -> None:
    def normwise(image: Array, filters: Array) -> Array:
        return conv2d(image, filters)

    judged = replace(implementation(conv2d=normwise), accuracy="normwise")
    report = check(judged, select="WHOLE-01", effort=THOROUGH)
    (entry,) = [one for one in report["requirements"] if one["id"] == "WHOLE-01"]
    assert entry["reasons"] == ["whole layers are not judged normwise"]

    def half(x: Array) -> Array:
        if x.dtype != np.float16:
            raise NotImplementedError
        return relu(x)

    report = check(implementation(relu=half), select="WHOLE-03", effort=THOROUGH)
    (entry,) = [one for one in report["requirements"] if one["id"] == "WHOLE-03"]
    assert entry["reasons"] == ["whole layers are computed in float64 and float32 only"]


@by_turns
def test_layers_take_turns_between_the_dtypes() -> None:
    seen: Counter[str] = Counter()

    def watched(x: Array) -> Array:
        seen[x.dtype.name] += 1
        return relu(x)

    check(implementation(relu=watched), select="WHOLE-03", effort=THOROUGH)
    assert seen["float32"] >= 2
    assert seen["float64"] >= 2


@pytest.mark.parametrize("identity", ["relu-beyond-2-to-the-20-unchanged"])
@by_turns
def test_a_fault_of_whole_layers_is_named(identity: str) -> None:
    (kill,) = _judge([identity])
    assert kill.failed == ["WHOLE-03"]
    assert kill.diagnosis == identity
    assert kill.on_first_screen
